/* lapse: subsidies that nobody drew by their last day go back to the fund (RULES.md P-08). */
#ifndef DAYBOOK_LEDGER_LAPSE_H
#define DAYBOOK_LEDGER_LAPSE_H

#include "base/arena.h"
#include "ledger/claim.h"
#include "ledger/transfer.h"

struct lapse {
    int64_t card_no;
    int64_t school_code; /* of its holder */
    int64_t lapsed_fen;
};

/* The cards with lots whose last day is before a day, by number. */
MUST_CHECK bool lapse_read(struct arena *arena, struct db *db, int32_t day, struct lapse **lapses, size_t *count,
                           struct err *e);

/* Posts 2203 → 3101 at 00:00 of the run's open date, whose transfers the book takes, and empties those lots of the card's
 * claim. */
MUST_CHECK bool lapse_post(struct ledger_run *run, struct book *book, struct claims *claims, const struct lapse *lapse,
                           struct err *e);

#endif
