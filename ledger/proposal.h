/* proposal: what one person proposes to do about an exception, and what another answers (RULES.md P-16). The rows, held by
 * the schema: one proposal at a time, answered once, approved by another than who made it. adjust.h carries it out. */
#ifndef DAYBOOK_LEDGER_PROPOSAL_H
#define DAYBOOK_LEDGER_PROPOSAL_H

#include "base/arena.h"
#include "ledger/account.h"
#include "ledger/run.h"

enum proposal_outcome { PROPOSAL_POST, PROPOSAL_VOID, PROPOSAL_TRANSFER };
enum proposal_answer { PROPOSAL_WAITS, PROPOSAL_APPROVED, PROPOSAL_REFUSED };

struct proposal {
    int64_t proposal_id; /* 0: not written yet */
    int64_t exception_id;
    enum proposal_outcome outcome;
    struct account debit, credit; /* of a transfer */
    int64_t amount_fen;
    const char *reason;
    const char *proposed_by;
    enum proposal_answer answer;
    const char *answered_by;   /* "" while it waits */
    const char *answer_reason; /* of a refusal, else "" */
    const char *answered_on;   /* the accounting date as text, else "" */
};

const char *proposal_outcome_name(enum proposal_outcome outcome); /* "post" */
bool proposal_outcome_find(const char *name, enum proposal_outcome *outcome);
/* The same outcome for the same exception by the same person for the same reason. */
bool proposal_equal(const struct proposal *a, const struct proposal *b);

/* Texts come from the arena. ERR_USAGE when there is none of that number. */
MUST_CHECK bool proposal_read(struct db *db, struct arena *arena, int64_t proposal_id, struct proposal *proposal,
                              struct err *e);
/* Writes it as part of the run and fills its number. What the schema refuses is ERR_USAGE in words: a reason that is not in
 * ledger.correction_reason, a closed exception, another proposal that waits. */
MUST_CHECK bool proposal_write(struct ledger_run *run, struct proposal *proposal, struct err *e);
/* Writes the answer that the proposal carries. ERR_USAGE where it has one already or its proposer approves it. */
MUST_CHECK bool proposal_write_answer(struct ledger_run *run, const struct proposal *proposal, struct err *e);

#endif
