/* opening: the opening transfers of cards that an import put on file, 3001 → 2001 at 00:00 of the open date (RULES.md 2). */
#ifndef DAYBOOK_LEDGER_OPENING_H
#define DAYBOOK_LEDGER_OPENING_H

#include "ledger/run.h"

/* Posts the opening balance of each of these cards, whose rows the run has put on file, and begins their purses. A card
 * with nothing on it gets no transfer. Scratch memory comes from the arena. */
MUST_CHECK bool opening_post(struct ledger_run *run, struct arena *arena, const int64_t *card_nos, uint32_t count,
                             struct err *e);

#endif
