/* judge: the verdict of every record of a run, as one whole (RULES.md 1, R-02 to R-10 and the flags). R-01, and what a
 * TAC check found, come with the records.
 *
 * A verdict is a function of (state of device, card, merchant, loss reports; one record): no clock, no settings, no
 * I/O. What must be read from the books on the way (contents seen before, sums of own days, older parts of chains) is
 * asked for in one piece by history.h and handed in. */
#ifndef DAYBOOK_LEDGER_JUDGE_H
#define DAYBOOK_LEDGER_JUDGE_H

#include "ledger/exception.h"
#include "ledger/state.h"

struct merchant_meals {
    int64_t merchant_no;
    int32_t until[3]; /* seconds of the day: end of breakfast, lunch, supper */
};

/* The settable numbers of RULES.md. */
struct judge_rules {
    int64_t single_fen[CARD_CLASS_COUNT]; /* over_limit by card class; [0]: a card not on file */
    int64_t day_fen[CARD_CLASS_COUNT];
    int32_t bad_time_after_s;
    int32_t bad_time_before_days;
    int32_t meals[3]; /* seconds of the day: end of breakfast, lunch, supper */
    const struct merchant_meals *merchant_meals; /* in the order of judge_sort_meals */
    size_t merchant_meal_count;
};

/* What the judge decided beyond the fields of the record itself. */
struct decision {
    uint32_t merchant_index; /* of the state's merchants: the terminal's on that day; STATE_NONE: none on file */
    int32_t accounting_date;
    uint32_t extra; /* of an accepted reversal its place among the reversals, of a load or draw that of its claim */
};

/* An accepted reversal and its purchase: of this run, or of an earlier one. */
struct judge_reversal {
    uint32_t record_index;
    uint32_t purchase_index; /* of the batch's records; STATE_NONE: of the old purchases */
    uint32_t old_index;
};

/* The purchases of the card at hand, of this run and asked again, by the sequence that a reversal names (reversal.c). */
struct judge_purchase {
    uint32_t unit_index;
    uint32_t device_seq;
    uint32_t place; /* of the judge's sorted or, where it is held, of its held ones */
    bool is_held;
};
struct judge_purchases {
    struct judge_purchase *rows;
    uint32_t count, capacity;
    uint32_t card_index;
    uint32_t held_count; /* that the card had when they were listed */
    bool is_made;
};

enum held_outcome { HELD_UNDECIDED, HELD_POSTED, HELD_VOID, HELD_REFUSED };

/* A held record that is asked again: a gray, a reversal without its purchase, or one that two people have agreed to
 * post. */
struct judge_held {
    uint32_t record_index; /* the record as it was held, of this run or an earlier one */
    uint32_t posted_index; /* the record that is accepted, or refused, in its place; STATE_NONE: not decided so */
    int64_t held_id;       /* record_id of its row */
    bool is_new;           /* first held in this run */
    bool is_agreed;        /* by two people (P-16) */
    enum held_outcome outcome;
    const char *reason; /* of the outcome, a literal */
};

struct judge {
    struct batch *batch;
    struct state *state;
    const struct judge_rules *rules;
    struct ledger_run *run;
    int32_t open_date;
    struct decision *decisions; /* one per record of the batch, also of those that come behind the arrivals */
    uint32_t ordinals;          /* of records: the first one that an identity record may take */
    uint32_t *sorted;           /* survivors of R-05, card by card in the order of posting */
    uint32_t sorted_count;
    bool has_reversals;         /* among them */
    uint32_t *late_cards;       /* with purchases on own days before their newest */
    uint32_t late_card_count, late_card_capacity;
    struct judge_held *held; /* card by card in the order of posting */
    uint32_t held_count, held_capacity;
    uint32_t *held_of; /* of the records behind the arrivals: the held one that each stands for */
    struct judge_reversal *reversals;
    uint32_t reversal_count, reversal_capacity;
    struct judge_purchases purchases;
    struct old_purchase *old_purchases; /* history.h: what reversals may cancel, by device, epoch and sequence */
    uint32_t old_purchase_count;
    uint32_t *open_cards; /* whose chains wait for the held ones, or are entered before their tail; in order */
    uint32_t open_card_count, open_card_capacity;
    struct chain_wish *wishes; /* history.h: chains that are entered before their tail, by card */
    uint32_t wish_count;
    const struct old_link *old_links; /* by card */
    uint32_t old_link_count;
    struct exceptions exceptions;
    uint64_t steps; /* looks for rows by key, and questions asked again: what a test holds against the number of records */
};

/* Judges all records of the batch: fills verdict and flags of each, its decision, changes the state's seen and accepted
 * ranges, chains and own days, and lists exceptions. Reads history from the database of the run. */
MUST_CHECK bool judge_open(struct judge *judge, struct ledger_run *run, struct batch *batch, struct state *state,
                           const struct judge_rules *rules, struct err *e);
void judge_close(struct judge *judge);

/* The steps of judge_open, in this order; each is tested by itself. */
MUST_CHECK bool judge_sequences(struct judge *judge, struct err *e); /* then */
MUST_CHECK bool judge_cards(struct judge *judge, struct err *e);     /* the flags, links at the tail */
MUST_CHECK bool judge_held(struct judge *judge, struct err *e);      /* grays and waiting reversals, asked again */
MUST_CHECK bool judge_chains(struct judge *judge, struct err *e);    /* the other links: balance_break */
MUST_CHECK bool judge_gaps(struct judge *judge, struct err *e);      /* writes their closings */

/* of one record that is not malformed. */
bool judge_tac_is_bad(const struct record *r, const struct card *card);
bool judge_arithmetic_is_bad(const struct record *r);

void judge_sort_meals(struct merchant_meals *meals, size_t count);
/* 1 breakfast, 2 lunch, 3 supper, 4 night (RULES.md 5). */
int judge_meal(const struct judge_rules *rules, int64_t merchant_no, int64_t occurred_at);

/* Whether a carried transaction counts: the record that carries it is accepted by now. */
bool judge_carries(const struct judge *judge, const struct carried *carried);

/* The record_id of the held record that a record of the batch stands for; 0: it stands for itself. */
int64_t judge_decides(const struct judge *judge, uint32_t record_index);

/* An exception about one record with its place, sequence, card and amount. */
MUST_CHECK bool judge_except(struct judge *judge, uint32_t record_index, int verdict, int32_t accounting_date,
                             const char *detail, struct err *e);

MUST_CHECK bool judge_except_identity(struct judge *judge, uint32_t identity_index, const char *detail, struct err *e);
MUST_CHECK bool judge_except_status(struct judge *judge, uint32_t status_index, struct err *e); /* malformed */

/* The record_id of an identity record. */
int64_t judge_identity_id(const struct judge *judge, uint32_t identity_index);

/* The school of the package that brought a card's last accepted record of this run. */
static inline int64_t judge_last_school(const struct judge *judge, const struct card *card)
{
    return judge->batch->packages[judge->batch->files[card->last_file].package_index].school_code;
}

/* Cards lie in one order and their records in another: has the record that comes a few places later brought near. */
enum { JUDGE_FORESEEN = 16 };
static inline void judge_foresee(const struct judge *judge, uint32_t sorted_place)
{
    if (sorted_place + JUDGE_FORESEEN >= judge->sorted_count)
        return;
    const struct record *r = &judge->batch->records[judge->sorted[sorted_place + JUDGE_FORESEEN]];
    __builtin_prefetch(r, 1);
    __builtin_prefetch((const char *)r + 64, 1);
    __builtin_prefetch((const char *)(r + 1) - 1, 1);
}

static inline bool record_stays(const struct record *r) /* has a row in ledger.record */
{
    return r->verdict != VERDICT_NONE && r->verdict != VERDICT_MALFORMED && r->verdict != VERDICT_DUPLICATE;
}

static inline bool record_waits(const struct record *r) /* is asked again at the end of the run that holds it */
{
    return r->verdict == VERDICT_GRAY || r->verdict == VERDICT_UNMATCHED_REVERSAL;
}

#endif
