#include "base/hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { FIRST_SLOTS = 64 };

bool hash_seed_draw(struct hash_seed *seed, struct err *e)
{
    ssize_t got = 0;
    do
        got = getrandom(seed, sizeof *seed, 0); /* so few bytes come whole or not at all */
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof *seed || err_set_errno(e, ERR_BUG, errno, "the kernel gave no random seed");
}

bool hash_open(struct hash_slots *slots, struct hash_seed seed, uint32_t row_count, struct err *e)
{
    uint64_t slot_count = FIRST_SLOTS;
    while (slot_count / 2 < row_count)
        slot_count *= 2;
    hash_close(slots);
    slots->places = malloc(slot_count * sizeof *slots->places);
    if (!slots->places)
        return err_set(e, ERR_BUG, "no memory for %u rows", row_count);
    memset(slots->places, 0xFF, slot_count * sizeof *slots->places);
    slots->mask = (uint32_t)(slot_count - 1);
    slots->seed = seed;
    return true;
}

void hash_close(struct hash_slots *slots)
{
    free(slots->places);
    slots->places = NULL;
}
