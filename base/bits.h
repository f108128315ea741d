/* bits: a set of the numbers below a limit that finds the next member in a few steps, however far it is: words of 64, with a
 * word above each 64 of them that says which are not empty. */
#ifndef DAYBOOK_BASE_BITS_H
#define DAYBOOK_BASE_BITS_H

#include <stdint.h>

#include "base/err.h"

enum { BITS_LEVELS = 6, BITS_NONE = UINT32_MAX };

struct bits {
    uint64_t *levels[BITS_LEVELS]; /* [0]: the members; one block of memory */
    uint32_t limit;
};

/* Opens the empty set of numbers below limit. */
MUST_CHECK bool bits_open(struct bits *bits, uint32_t limit, struct err *e);
void bits_close(struct bits *bits);
void bits_add(struct bits *bits, uint32_t number);
void bits_remove(struct bits *bits, uint32_t number);
/* The first member that is at least from; BITS_NONE: there is none. */
uint32_t bits_next(const struct bits *bits, uint32_t from);

#endif
