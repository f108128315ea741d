/* adjust: carries out what two people have agreed on (RULES.md P-16): a held record is posted after all or void for ever,
 * money is moved between two accounts; the exception closes. The same code, rolled back, is the preview of a proposal. */
#ifndef DAYBOOK_LEDGER_ADJUST_H
#define DAYBOOK_LEDGER_ADJUST_H

#include "ledger/judge.h"
#include "ledger/proposal.h"

/* Whether the proposal may be made and carried out as the books stand. ERR_USAGE in words: no such exception, one that is
 * closed, a record that cannot be posted or was decided, an account without owner, amounts that are not there.
 * *waiting_id is the proposal for that exception that has no answer yet, 0 where there is none. */
MUST_CHECK bool adjust_check(struct db *db, const struct proposal *proposal, int64_t *waiting_id, struct err *e);

/* Checks, and carries it out within the run's transaction, dated on the open date: posts, decides, closes the exception and
 * a negative_balance that a filled purse ends. rules are for a record that is posted. Scratch memory comes from the
 * arena. */
MUST_CHECK bool adjust_apply(struct ledger_run *run, struct arena *arena, const struct proposal *proposal,
                             const struct judge_rules *rules, struct err *e);

#endif
