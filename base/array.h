/* array: a stretch of elements on the heap that grows at its end. */
#ifndef DAYBOOK_BASE_ARRAY_H
#define DAYBOOK_BASE_ARRAY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* How many elements there are, and for how many there is room. */
struct array_size {
    uint32_t *count;
    uint32_t *capacity;
    size_t element_bytes;
};

/* Makes room for `more` zeroed elements behind the last and gives the array, which may have moved, also where more is 0;
 * the caller puts it into its own pointer. NULL exactly when *e is filled: then the old array stays as it was.
 * ARRAY_SIZE is the size of an array whose owner has the fields NAME_count and NAME_capacity. */
#define ARRAY_SIZE(owner, name, type)                                                                                   \
    ((struct array_size){&(owner)->name##_count, &(owner)->name##_capacity, sizeof(type)})
MUST_CHECK void *array_extend(void *array, struct array_size size, uint32_t more, struct err *e);

#endif
