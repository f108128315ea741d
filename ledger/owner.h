/* owner: what is on file of the owner of an account, and what the account holds. */
#ifndef DAYBOOK_LEDGER_OWNER_H
#define DAYBOOK_LEDGER_OWNER_H

#include "base/db.h"
#include "ledger/account.h"

struct owner {
    bool is_known;       /* on file; of a cashier, a bank or a reason: the account has been used, or is named in RULES.md 2 */
    int64_t school_code; /* whose book its transfers lie in; 0: it has none of its own */
    int64_t credit_fen;  /* what the account holds, positive on the credit side */
};

MUST_CHECK bool owner_read(struct db *db, const struct account *account, struct owner *owner, struct err *e);

#endif
