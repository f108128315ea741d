/* judge_card: the parts of that the first asking of a run and the asking again at its end have in common. */
#ifndef DAYBOOK_LEDGER_JUDGE_CARD_H
#define DAYBOOK_LEDGER_JUDGE_CARD_H

#include "ledger/day_sums.h"
#include "ledger/judge.h"

static inline int record_family(const struct record *r) /* 0 offline, 1 online */
{
    return record_is_online(r) ? 1 : 0;
}

/* RULES.md 1: family offline first, counter, a reversal after its purchase, occurred_at, device_no, epoch, sequence. */
int judge_compare_posting(const struct batch *batch, uint32_t a, uint32_t b);

/* Terminal, merchant and accounting date of a record; returns the flags that come of them. */
unsigned judge_place(struct judge *judge, uint32_t record_index);

bool judge_counter_is_taken(const struct card *card, const struct record *r); /* */
bool judge_merchant_pays(const struct judge *judge, const struct record *r);  /* */

/* R-10 of a record that has its place and the flags of it: takes the counter, the own day and the other flags. */
MUST_CHECK bool judge_accept(struct judge *judge, struct day_sums *sums, uint32_t record_index, struct err *e);
MUST_CHECK bool judge_hold(struct judge *judge, uint32_t record_index, enum verdict verdict, const char *detail,
                           struct err *e);

#endif
