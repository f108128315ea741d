/* day_sums: what a card has spent on each of its own days (RULES.md 1, over_limit): this run's purchases in the order of
 * posting, on top of what earlier runs accepted. */
#ifndef DAYBOOK_LEDGER_DAY_SUMS_H
#define DAYBOOK_LEDGER_DAY_SUMS_H

#include "ledger/history.h"
#include "ledger/judge.h"

struct day_sums {
    struct day_sum *old; /* of all cards, by card and day: days older than the card's newest */
    uint32_t old_count;
    struct day_sum *now; /* of the card at hand */
    uint32_t now_count, now_capacity;
    struct hash_slots slots; /* of those by day, once they are more than a few: places is NULL before */
};

/* Reads back the sums of the own days that purchases of this run belong to, where the card's state does not have them. */
MUST_CHECK bool day_sums_open(struct day_sums *sums, const struct judge *judge, struct err *e);
void day_sums_close(struct day_sums *sums);

/* Adds a purchase to its own day; *sum_fen is then the day's sum, earlier runs included. */
MUST_CHECK bool day_sums_add(struct day_sums *sums, const struct card *card, const struct record *r, int64_t *sum_fen,
                             struct err *e);
/* Brings the newest day into the card's state, and forgets the card. */
void day_sums_keep(struct day_sums *sums, struct card *card);

#endif
