/* ranges: a set of numbers kept as maximal ranges in ascending order, never one row per number (RULES.md R-21). */
#ifndef DAYBOOK_LEDGER_RANGES_H
#define DAYBOOK_LEDGER_RANGES_H

#include <stdint.h>

#include "base/arena.h"
#include "base/db.h"
#include "base/str.h"

struct ranges {
    int64_t *bounds; /* first, last, first, last, … inclusive */
    uint32_t count;  /* of ranges */
    uint32_t capacity;
};

bool ranges_has(const struct ranges *set, int64_t number);
/* Adds a number; adding one that is there changes nothing. Grows in the arena. */
MUST_CHECK bool ranges_add(struct ranges *set, int64_t number, struct arena *arena, struct err *e);
/* Adds numbers that ascend and are not there: as many at once as one by one would move much memory. */
MUST_CHECK bool ranges_add_all(struct ranges *set, const int64_t *numbers, uint32_t number_count, struct arena *arena,
                               struct err *e);
static inline int64_t ranges_highest(const struct ranges *set) /* 0 when empty */
{
    return set->count ? set->bounds[2 * set->count - 1] : 0;
}
static inline int64_t ranges_lowest(const struct ranges *set)
{
    return set->count ? set->bounds[0] : 0;
}

int64_t ranges_size(const struct ranges *set); /* numbers in it */
/* Numbers from floor_number to the highest that are not in the set. */
int64_t ranges_missing(const struct ranges *set, int64_t floor_number);
/* The next maximal range that is missing from floor_number up to the highest; false after the last. *at is where to look
 * on: 0 for the first. */
bool ranges_next_gap(const struct ranges *set, int64_t floor_number, uint32_t *at, int64_t *first, int64_t *last);
bool ranges_equal(const struct ranges *a, const struct ranges *b);
MUST_CHECK bool ranges_copy(struct ranges *to, const struct ranges *from, struct arena *arena, struct err *e);

/* To and from the binary form of a SQL array of int4 or int8 (width_bytes 4 or 8). */
MUST_CHECK bool ranges_read(struct ranges *set, struct str array, struct arena *arena, struct err *e);
size_t ranges_copy_bytes(const struct ranges *set, int width_bytes); /* payload for db_copy_row */
void ranges_put(struct db_copy *copy, const struct ranges *set, int width_bytes);

#endif
