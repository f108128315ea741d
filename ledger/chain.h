/* chain: a card's accepted money records in the order of RULES.md 1, those of this run and, where it is entered before its
 * tail, the older ones from there on. */
#ifndef DAYBOOK_LEDGER_CHAIN_H
#define DAYBOOK_LEDGER_CHAIN_H

#include "ledger/history.h"
#include "ledger/judge.h"

/* A record in its chain, new in this run or old. */
struct chain_link {
    int64_t occurred_at;
    int64_t before_fen;
    int64_t after_fen;
    int32_t counter;
    uint32_t device_no, device_seq; /* records that are alike in all else go by these */
    uint16_t epoch;
    uint8_t family;
    bool is_reversal;
    bool was_broken;            /* of an old one, before this run */
    uint32_t record_index;      /* of the batch; STATE_NONE: old */
    const struct old_link *old; /* NULL: new */
};

struct chain_link chain_link_of(const struct record *r, uint32_t record_index);
struct chain_link chain_link_of_old(const struct old_link *old);
int chain_compare(const void *a, const void *b); /* of struct chain_link */

/* Judges the links that a card's accepted records of this run make behind the tail of its chain, before anyone asks the
 * held ones again. *is_linked: false where they are not in the order of the chain; then nothing has changed. */
MUST_CHECK bool chain_link_new(struct judge *judge, struct card *card, bool *is_linked, struct err *e);
/* Leaves the links of a card to judge_chains; cards come in their order. */
MUST_CHECK bool chain_leave(struct judge *judge, uint32_t card_index, struct err *e);

/* Reads the older parts of the chains that this run enters before their tail: with a record it has accepted, or with one
 * that is asked again. judge->held is in its order. */
MUST_CHECK bool chain_read(struct judge *judge, struct err *e);

/* The old links of a card from where it is entered; none where that is behind its tail. */
const struct old_link *chain_old(const struct judge *judge, uint32_t card_index, uint32_t *count);

/* The accepted records of this run of a card, in the order of its chain; links has room for the card's sorted_count and
 * held_count. Gives how many. */
uint32_t chain_new(const struct judge *judge, uint32_t card_index, struct chain_link *links);

#endif
