/* posting: accepted records become transfers (RULES.md 2, P-01 to P-08), and a judged
 * run is written to the books as one piece. */
#ifndef DAYBOOK_LEDGER_POSTING_H
#define DAYBOOK_LEDGER_POSTING_H

#include "ledger/judge.h"
#include "ledger/transfer.h"

enum { POSTING_LEGS = 2 };

/* What posting a judged run takes beyond the judge's own: how much of each load and draw was to be claimed, and the
 * transfers of older purchases that are mirrored. */
struct posting {
    struct judge *judge;
    struct claims *claims;
    int64_t *claimed_fen; /* by decision.extra of loads and draws */
    uint32_t claimed_count, claimed_capacity;
    struct old_leg *legs; /* by entry and leg */
    uint32_t leg_count;
};

/* The transfers of an accepted record; returns how many (1 or 2). entry_id is the record's. */
int posting_of_record(const struct posting *posting, uint32_t record_index, struct transfer out[POSTING_LEGS]);

/* The merchant on the credit side of the purchase that an accepted reversal cancels; 0: it went to suspense. */
int64_t posting_reversed_merchant(const struct judge *judge, uint32_t record_index);

struct posting_result {
    struct tally tally;
    int64_t transfers;
    int64_t exceptions;       /* opened by this run */
    int64_t person_exceptions; /* of these, those that only a person closes */
};

/* Judges the batch and writes records, transfers, sums, exceptions, state and seen ranges within the run's transaction.
 * Fills the tallies of batch, files and packages. Nothing is committed here. */
MUST_CHECK bool posting_run(struct ledger_run *run, struct batch *batch, const struct judge_rules *rules,
                            struct posting_result *result, struct err *e);

/* Posts one held record after all, on the open date, within the run's transaction (P-16): its row, its chain and counter,
 * its postings. Its exception is the caller's to close. ERR_USAGE: it is not held, or a reversal without its purchase. */
MUST_CHECK bool posting_decide(struct ledger_run *run, struct arena *arena, int64_t record_id,
                               const struct judge_rules *rules, struct err *e);

#endif
