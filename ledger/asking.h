/* asking: which of a card's held records is asked next, at the end of a run (RULES.md ).
 *
 * The rule is round after round, each in the order of posting, until nothing changes. Here only those are asked whose answer
 * can be another one than before; all others would say again what they said. What can change it is a record that is
 * posted meanwhile: it takes a counter, carries another record, is the purchase of a reversal, or comes into the chain
 * behind a gray whose balance before or after is its own balance before. */
#ifndef DAYBOOK_LEDGER_ASKING_H
#define DAYBOOK_LEDGER_ASKING_H

#include "base/bits.h"
#include "base/points.h"
#include "ledger/chain.h"

/* A link of the chain, or a held record where it would lie in it. */
struct asking_link {
    struct chain_link link; /* first: chain_compare takes it */
    uint32_t held;          /* of the card's held ones; STATE_NONE: accepted before any was asked */
    uint32_t former;        /* of a link that is there: the one before it */
    uint32_t first, taken;  /* of held ones of this run that nothing sets apart: the first, and at it how many have come */
    bool is_new;            /* it came while the card was asked */
};

/* A gray by one of its balances, and then in the order of the chain. */
struct asking_gray {
    uint32_t balance_fen;
    uint32_t place; /* of the links */
    uint32_t row;   /* among the card's grays, in the order of posting */
};
struct asking_balances {
    struct asking_gray *grays;
    struct points points; /* of a gray: its place above is the column */
};

/* What undecided grays have in common that one record carries. */
struct asking_carried {
    const struct carried *carried;
    uint32_t first;     /* of those that are equal */
    uint32_t last_held; /* at the first: of the card's held ones that they carry; each knows the one before it */
    bool counts;        /* at the first: one of the records that carry is accepted */
};

struct asking_held {
    uint32_t place;       /* of the links */
    uint32_t row;         /* of the card's grays; where it is none, how many come before it */
    uint32_t carried;     /* the first of those that carry it; STATE_NONE: nothing does */
    uint32_t former_held; /* of the same carried */
    bool is_gray;         /* one that the chain can answer */
};

struct asking_reversal {
    uint32_t unit_index;
    uint32_t reference;
    uint32_t held;
};

struct asking {
    struct judge *judge;
    const struct card *card;
    struct asking_held *held; /* as judge->held from the card's first on */
    struct bits ready;        /* those that are to be asked */
    uint32_t cursor;          /* where the round stands */
    struct asking_link *links; /* from 1 on; link_count + 1 is behind all */
    uint32_t link_count;
    struct bits there;
    uint32_t *gray_held; /* by row */
    uint32_t gray_count;
    struct asking_balances before, after;
    struct asking_carried *carried;
    uint32_t carried_count;
    struct asking_reversal *reversals; /* by what they name */
    uint32_t reversal_count;
};

/* Begins with a card that has held records; all of them are to be asked. */
MUST_CHECK bool asking_open(struct asking *asking, struct judge *judge, uint32_t card_index, struct err *e);
void asking_close(struct asking *asking);

/* The place in judge->held of the one to ask now; false: nothing can change any more. */
bool asking_next(struct asking *asking, uint32_t *held_index);
/* It was asked, and its outcome stands in it. */
void asking_done(struct asking *asking, uint32_t held_index);

/* Whether an accepted record carries a gray. */
bool asking_is_carried(const struct asking *asking, uint32_t held_index);
/* The card's first accepted record behind a held one; NULL: none. */
const struct chain_link *asking_behind(const struct asking *asking, uint32_t held_index);

#endif
