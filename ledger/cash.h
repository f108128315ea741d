/* cash: what a cashier's slips post (RULES.md P-11). */
#ifndef DAYBOOK_LEDGER_CASH_H
#define DAYBOOK_LEDGER_CASH_H

#include "base/arena.h"
#include "ledger/run.h"

enum slip_kind { SLIP_TOPUP, SLIP_REFUND, SLIP_CARD_FEE, SLIP_TO_BANK };

struct cash_slip {
    int kind; /* enum slip_kind */
    const char *cashier;
    const char *bank_account; /* SLIP_TO_BANK */
    int64_t card_no;          /* -1: SLIP_TO_BANK */
    const char *person_no;    /* the card's holder; SLIP_REFUND */
    int64_t school_code;      /* the holder's; 0: SLIP_TO_BANK, in the bureau's own book */
    int64_t amount_fen;
    int64_t at;
};

/* Posts an entry for each slip, in their order, dated on the later of the open date and its own day, and keeps what top-ups
 * give cards to claim. That 2206 holds a refund is the caller's to see to. Texts live as long as the arena, which gives
 * scratch memory. */
MUST_CHECK bool cash_post(struct ledger_run *run, struct arena *arena, const struct cash_slip *slips, size_t count,
                          struct err *e);

#endif
