#include "base/array.h"

#include <stdlib.h>
#include <string.h>

void *array_extend(void *array, struct array_size size, uint32_t more, struct err *e)
{
    uint32_t used = *size.count;
    if (more > UINT32_MAX / 2 - used) {
        (void)err_set(e, ERR_BUG, "a run of more than %u elements", UINT32_MAX / 2);
        return NULL;
    }
    /* A place is given for none as well: NULL means that there is no memory. */
    if (!array || used + more > *size.capacity) {
        uint32_t wanted = *size.capacity + *size.capacity / 4 + 64;
        if (wanted < used + more)
            wanted = used + more;
        /* Big blocks move by remapping, not copying. */
        void *moved = realloc(array, wanted * size.element_bytes);
        if (!moved) {
            (void)err_set(e, ERR_BUG, "no memory for %u elements of %zu bytes", wanted, size.element_bytes);
            return NULL;
        }
        array = moved;
        *size.capacity = wanted;
    }
    memset((char *)array + (size_t)used * size.element_bytes, 0, more * size.element_bytes);
    *size.count += more;
    return array;
}
