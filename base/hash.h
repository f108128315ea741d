/* hash: where rows are found by numbers that come from outside. The seed is drawn anew for each run, so that nobody out there
 * can choose numbers that all lie in one heap. It is the slots that follow from it and nothing else: rows lie in an array
 * of their owner in the order in which they came, and no result is read from the slots. */
#ifndef DAYBOOK_BASE_HASH_H
#define DAYBOOK_BASE_HASH_H

#include <stdint.h>

#include "base/err.h"

enum { HASH_NONE = UINT32_MAX };

struct hash_seed {
    uint64_t words[2];
};

/* A seed that nobody knows, from the kernel. A test takes any. */
MUST_CHECK bool hash_seed_draw(struct hash_seed *seed, struct err *e);

/* The places of rows in their array. Looking for a row goes from the slot where it should lie on until a slot holds it, or
 * HASH_NONE:
 *     uint32_t at = hash_first(&slots, hash);
 *     while (slots.places[at] != HASH_NONE && !is_it(&rows[slots.places[at]]))
 *         at = hash_next(&slots, at);
 */
struct hash_slots {
    uint32_t *places;
    uint32_t mask;
    uint64_t probes; /* slots looked at so far */
    struct hash_seed seed;
};

/* Empties the slots and makes room for row_count rows; slots that were open before are given back. */
MUST_CHECK bool hash_open(struct hash_slots *slots, struct hash_seed seed, uint32_t row_count, struct err *e);
void hash_close(struct hash_slots *slots);

static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* A key of several numbers is hashed one number after the other, the first with before 0. */
static inline uint64_t hash_number(const struct hash_seed *seed, uint64_t before, uint64_t number)
{
    uint64_t half = hash_fold(number ^ seed->words[0], UINT64_C(0x9E3779B97F4A7C15) ^ before);
    return hash_fold(half ^ seed->words[1], UINT64_C(0xD1B54A32D192ED03));
}

static inline uint32_t hash_first(struct hash_slots *slots, uint64_t hash)
{
    slots->probes++;
    return (uint32_t)(hash >> 32) & slots->mask;
}

static inline uint32_t hash_next(struct hash_slots *slots, uint32_t at)
{
    slots->probes++;
    return (at + 1) & slots->mask;
}

/* Puts a row that is not there yet. */
static inline void hash_put(struct hash_slots *slots, uint64_t hash, uint32_t place)
{
    uint32_t at = hash_first(slots, hash);
    while (slots->places[at] != HASH_NONE)
        at = hash_next(slots, at);
    slots->places[at] = place;
}

#endif
