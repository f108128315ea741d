/* subsidy: what is granted to cards waits in lots to be drawn (RULES.md P-08). */
#ifndef DAYBOOK_LEDGER_SUBSIDY_H
#define DAYBOOK_LEDGER_SUBSIDY_H

#include "base/arena.h"
#include "ledger/run.h"

struct subsidy_grant {
    int64_t card_no;
    int64_t school_code; /* of its holder */
    int64_t amount_fen;
    int32_t valid_to; /* the last day on which it may be drawn */
};

/* Posts an entry for each grant, in their order, 3101 → 2203 at 00:00 of the open date, and keeps the lots. Scratch memory
 * comes from the arena. */
MUST_CHECK bool subsidy_post(struct ledger_run *run, struct arena *arena, const struct subsidy_grant *grants,
                             size_t count, struct err *e);

#endif
