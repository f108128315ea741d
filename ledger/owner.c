#include "ledger/owner.h"

#include "queries.h"

bool owner_read(struct db *db, const struct account *account, struct owner *owner, struct err *e)
{
    char text[ACCOUNT_TEXT_BYTES];
    struct db_number code, number;
    struct db_rows *rows = NULL;
    (void)account_format(account, text);
    const char *params[] = {db_from_int64(&code, account->code), text,
                            account->word ? NULL : db_from_int64(&number, account->owner), account->word};
    if (!db_query(db, sql_adjust_owner, 4, params, &rows, e))
        return false;
    *owner = (struct owner){db_bool(rows, 0, 0), db_int64(rows, 0, 1), db_int64(rows, 0, 2)};
    db_rows_close(rows);
    return true;
}
