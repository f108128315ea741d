#include "base/bits.h"

#include <stdlib.h>

static uint32_t words_for(uint32_t limit)
{
    return limit / 64 + 1;
}

bool bits_open(struct bits *bits, uint32_t limit, struct err *e)
{
    size_t words = 0;
    uint32_t numbers = limit;
    for (int level = 0; level < BITS_LEVELS; level++) {
        words += words_for(numbers);
        numbers = words_for(numbers);
    }
    *bits = (struct bits){.limit = limit};
    uint64_t *next = calloc(words, sizeof *next);
    if (!next)
        return err_set(e, ERR_BUG, "no memory for a set of %u numbers", limit);
    numbers = limit;
    for (int level = 0; level < BITS_LEVELS; level++) {
        bits->levels[level] = next;
        next += words_for(numbers);
        numbers = words_for(numbers);
    }
    return true;
}

void bits_close(struct bits *bits)
{
    free(bits->levels[0]);
    *bits = (struct bits){0};
}

void bits_add(struct bits *bits, uint32_t number)
{
    ALWAYS(number < bits->limit);
    for (int level = 0; level < BITS_LEVELS; level++, number /= 64)
        bits->levels[level][number / 64] |= UINT64_C(1) << number % 64;
}

void bits_remove(struct bits *bits, uint32_t number)
{
    ALWAYS(number < bits->limit);
    for (int level = 0; level < BITS_LEVELS; level++, number /= 64) {
        bits->levels[level][number / 64] &= ~(UINT64_C(1) << number % 64);
        if (bits->levels[level][number / 64] != 0)
            return;
    }
}

uint32_t bits_next(const struct bits *bits, uint32_t from)
{
    if (from >= bits->limit)
        return BITS_NONE;
    for (int level = 0; level < BITS_LEVELS; level++) {
        uint64_t rest = bits->levels[level][from / 64] & (~UINT64_C(0) << from % 64);
        if (rest != 0) {
            from = from / 64 * 64 + (uint32_t)__builtin_ctzll(rest);
            while (level-- > 0)
                from = from * 64 + (uint32_t)__builtin_ctzll(bits->levels[level][from]);
            return from;
        }
        from = from / 64 + 1; /* what lies behind this word, seen from above */
    }
    return BITS_NONE;
}
