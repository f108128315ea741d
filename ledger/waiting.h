/* waiting: held records that are asked again in later runs (RULES.md ), and what became of them. */
#ifndef DAYBOOK_LEDGER_WAITING_H
#define DAYBOOK_LEDGER_WAITING_H

#include "ledger/judge.h"

/* Puts the records that wait behind the batch's arrivals, which it ends: each with a file and a package of its own that
 * hold what its place decides. They have no verdict yet. Only those are taken that may hear another answer than before: of
 * cards of which something came, or that an import or two people have changed (docs/ledger.md). */
MUST_CHECK bool waiting_load(struct ledger_run *run, struct batch *batch, struct err *e);

/* Puts one held record there that two people have agreed to post (P-16); the batch has no arrivals then. ERR_USAGE where
 * it is no held record. */
MUST_CHECK bool waiting_load_agreed(struct ledger_run *run, struct batch *batch, int64_t record_id, struct err *e);

/* Writes the records that this run holds and asks again, what it decided, the purchases it reversed, and what accepted or
 * held records carry of transactions that are not accepted themselves. */
MUST_CHECK bool waiting_write(const struct judge *judge, struct err *e);

#endif
