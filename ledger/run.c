#include "ledger/run.h"

#include <string.h>

#include "base/date.h"
#include "queries.h"

bool ledger_run_open(struct ledger_run *run, struct db *db, const char *job, int32_t open_date, struct err *e)
{
    *run = (struct ledger_run){.db = db, .open_date = open_date};
    if (!hash_seed_draw(&run->seed, e) || !db_query_int64(db, sql_ledger_run_take, 0, NULL, &run->run_id, e) ||
        !db_begin(db, e))
        return false;
    struct db_number id, date;
    const char *params[] = {db_from_int64(&id, run->run_id), job, db_from_day(&date, open_date)};
    if (!db_exec(db, sql_ledger_run_memory, e) || !db_command(db, sql_ledger_run_insert, 3, params, NULL, e)) {
        db_rollback(db);
        return err_context(e, "run %s of \"%s\"", id.text, job);
    }
    return true;
}

int64_t ledger_run_id_of(const struct ledger_run *run, int64_t ordinal)
{
    ALWAYS(ordinal >= 0 && ordinal < INT64_C(1) << RUN_ORDINAL_BITS);
    return run->run_id << RUN_ORDINAL_BITS | ordinal;
}

bool ledger_run_next_entry(struct ledger_run *run, int64_t *entry_id, struct err *e)
{
    if (run->entries >= INT64_C(1) << RUN_ORDINAL_BITS)
        return err_set(e, ERR_BUG, "a run has more than %d entries", 1 << RUN_ORDINAL_BITS);
    *entry_id = ledger_run_id_of(run, run->entries++);
    return true;
}

/* Over a new connection, since the old one is lost: is the run there? */
static bool look_up(const struct ledger_run *run, const char *conninfo, bool *is_there, struct err *e)
{
    struct db *db = NULL;
    struct db_number id;
    const char *params[] = {db_from_int64(&id, run->run_id)};
    int64_t count = 0;
    bool done = db_open(&db, conninfo, "daybook", e) && db_query_int64(db, sql_ledger_run_count, 1, params, &count, e);
    db_close(db);
    *is_there = count == 1;
    return done;
}

bool ledger_run_commit(struct ledger_run *run, const char *conninfo, struct err *e)
{
    if (db_commit(run->db, e))
        return true;
    if (strcmp(e->code, "08007") != 0)
        return false;
    bool is_there = false;
    struct err asking;
    if (!look_up(run, conninfo, &is_there, &asking)) {
        (void)err_hint(e, "run %lld may be committed: the next run of the job finds out by itself",
                       (long long)run->run_id);
        return false;
    }
    if (is_there) {
        err_clear(e);
        return true;
    }
    return err_set(e, ERR_DB, "the connection was lost at COMMIT and run %lld is not there", (long long)run->run_id);
}

void ledger_run_abandon(struct ledger_run *run)
{
    db_rollback(run->db);
}

bool ledger_last_sealed(struct db *db, int32_t *day, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!db_query(db, sql_ledger_last_sealed, 0, NULL, &rows, e))
        return false;
    *day = db_day(rows, 0, 0);
    db_rows_close(rows);
    return true;
}
