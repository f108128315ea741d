/* arena: memory with one lifetime (process, batch or record) and a maximum.
 *
 * Everything taken from an arena is freed together. A function that returns memory takes the arena first. */
#ifndef DAYBOOK_BASE_ARENA_H
#define DAYBOOK_BASE_ARENA_H

#include <stddef.h>

#include "base/err.h"

struct arena;

/* Opens an arena that refuses to grow above maximum_bytes. *arena is NULL on failure. */
MUST_CHECK bool arena_open(struct arena **arena, size_t maximum_bytes, struct err *e);
void arena_close(struct arena *arena); /* takes NULL */

/* Zeroed memory, aligned for any type; NULL exactly when *e is filled (ERR_BUG: the maximum was reached). */
MUST_CHECK void *arena_alloc(struct arena *arena, size_t size_bytes, struct err *e);
/* count × size_bytes, the product checked. */
MUST_CHECK void *arena_array(struct arena *arena, size_t count, size_t size_bytes, struct err *e);
/* A copy of length bytes, with a NUL after them. */
MUST_CHECK char *arena_copy(struct arena *arena, const char *text, size_t length, struct err *e);
MUST_CHECK char *arena_printf(struct arena *arena, struct err *e, const char *format, ...) PRINTF_LIKE(3, 4);

/* Gives back all that was taken; keeps the first block for the next batch. */
void arena_reset(struct arena *arena);
/* Overwrites all that it holds: for an arena that held secrets, before it is closed. */
void arena_wipe(struct arena *arena);
size_t arena_used_bytes(const struct arena *arena);
bool arena_is_full(const struct arena *arena); /* something was asked for that did not fit below the maximum */

#endif
