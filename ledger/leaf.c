#include "ledger/leaf.h"

#include <stdio.h>

#include "queries.h"

bool leaf_open(struct ledger_run *run, const char *parent, int32_t date, const char *columns, struct db_copy **copy,
               struct err *e)
{
    struct db_number day, id;
    const char *params[] = {parent, db_from_day(&day, date), db_from_int64(&id, run->run_id)};
    struct db_rows *rows = NULL;
    *copy = NULL;
    const char *open = run->is_beside ? sql_ledger_leaf_open_loose : sql_ledger_leaf_open;
    if (!db_query(run->db, open, 3, params, &rows, e))
        return false;
    char sql[1024];
    int length = snprintf(sql, sizeof sql, "COPY ledger.\"%s\" (%s) FROM STDIN (FORMAT binary, FREEZE)",
                          db_text(rows, 0, 0), columns);
    db_rows_close(rows);
    if (length < 0 || (size_t)length >= sizeof sql)
        return err_set(e, ERR_BUG, "the columns of \"%s\" are too many", parent);
    return db_copy_open(run->db, sql, copy, e);
}

static bool call(struct ledger_run *run, const char *sql, const char *parent, int32_t date, struct err *e)
{
    struct db_number day, id;
    const char *params[] = {parent, db_from_day(&day, date), db_from_int64(&id, run->run_id)};
    struct db_rows *rows = NULL;
    if (!db_query(run->db, sql, 3, params, &rows, e))
        return false;
    db_rows_close(rows);
    return true;
}

bool leaf_close(struct ledger_run *run, const char *parent, int32_t date, struct db_copy *copy, struct err *e)
{
    return db_copy_close(copy, NULL, e) && call(run, sql_ledger_leaf_close, parent, date, e);
}

bool leaf_attach(struct ledger_run *run, const char *parent, int32_t date, struct err *e)
{
    ALWAYS(!run->is_beside);
    return call(run, sql_ledger_leaf_attach, parent, date, e);
}
