/* posting: accepted records become transfers (RULES.md 2, P-01 to P-08 as far as terminals' records go), and a judged
 * run is written to the books as one piece. */
#ifndef DAYBOOK_LEDGER_POSTING_H
#define DAYBOOK_LEDGER_POSTING_H

#include "ledger/judge.h"
#include "ledger/transfer.h"

enum { POSTING_LEGS = 2 };

/* The transfers of an accepted record; returns how many (1 or 2). entry_id is the record's. */
int posting_of_record(const struct judge *judge, uint32_t record_index, struct transfer out[POSTING_LEGS]);

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

#endif
