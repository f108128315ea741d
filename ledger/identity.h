/* identity: writes records without money (RULES.md R-24) into the run's leaf of ledger.identity. */
#ifndef DAYBOOK_LEDGER_IDENTITY_H
#define DAYBOOK_LEDGER_IDENTITY_H

#include "ledger/batch.h"
#include "ledger/run.h"

static inline bool identity_stays(const struct identity *r) /* has a row in ledger.identity */
{
    return r->verdict == VERDICT_ACCEPTED || r->verdict == VERDICT_CONFLICT;
}

/* Whether any of the batch stays: without one there is no leaf to fill. */
bool identity_has_stayed(const struct batch *batch);

/* Fills and closes the leaf over run->db, which is the run's connection or a view of the run from beside; to give it its
 * place is the caller's (leaf_attach, "identity"). The record_id of identity i has the ordinal first_ordinal + i. */
MUST_CHECK bool identity_write_leaf(const struct batch *batch, struct ledger_run *run, int64_t first_ordinal,
                                    struct err *e);

#endif
