/* opening: the balances of the cut-over against 3001, at 00:00 of the open date (RULES.md 2): of cards that an import put on
 * file, 3001 → 2001, and of other accounts. */
#ifndef DAYBOOK_LEDGER_OPENING_H
#define DAYBOOK_LEDGER_OPENING_H

#include "base/arena.h"
#include "ledger/account.h"
#include "ledger/run.h"

/* Posts the opening balance of each of these cards, whose rows the run has put on file, and begins their purses. A card
 * with nothing on it gets no transfer. Scratch memory comes from the arena. */
MUST_CHECK bool opening_post(struct ledger_run *run, struct arena *arena, const int64_t *card_nos, uint32_t count,
                             struct err *e);

struct opening {
    struct account account; /* not 2001, not 3001 */
    int64_t school_code;    /* the owner's; 0: in the bureau's own book */
    int64_t amount_fen;     /* > 0, on the account's side */
};

/* Posts an entry for each account, in their order: account → 3001 where its side is D, 3001 → account where it is C, and of
 * 1221 A:B the mirror in B's book too. What is opened of 2205 and 2203 waits to be claimed, a subsidy without a last day.
 * Words of accounts live as long as the arena. */
MUST_CHECK bool opening_post_accounts(struct ledger_run *run, struct arena *arena, const struct opening *openings,
                                      size_t count, struct err *e);

#endif
