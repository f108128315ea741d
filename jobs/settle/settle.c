#include "jobs/settle/settle.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/fsfile.h"
#include "base/log.h"
#include "ledger/settle.h"
#include "queries.h"
#include "reports/statement_csv.h"

enum { FILES_AT_A_TIME = 200, FILE_MODE = 0640 };
static const size_t batch_maximum_bytes = (size_t)512 << 20;

/* ---- what is to be done */

static bool read_due(struct job_context *context, struct arena *arena, struct settle_due *due, struct err *e)
{
    struct drain_rules rules;
    return settings_drain_rules(arena, context->settings, &rules, e) &&
           settle_read(arena, context->db, context->date, &rules, due, e);
}

/* Looks without a transaction: a night that is run again finds nothing to do and leaves no trace. */
static bool is_settled(struct job_context *context, struct arena *arena, bool *settled, struct err *e)
{
    struct settle_due due;
    if (!read_due(context, arena, &due, e))
        return false;
    *settled = settle_is_done(&due);
    if (!*settled)
        return true;
    const struct statement *stale = NULL;
    if (!statement_csv_find_stale(arena, context->db, context->date, &stale, e))
        return false;
    *settled = !stale;
    return true;
}

/* ---- doing it, in one run */

static bool book_due(struct job_context *context, struct ledger_run *run, struct arena *arena, struct err *e)
{
    struct settle_due due;
    if (!read_due(context, arena, &due, e) || !settle_book(run, arena, &due, e))
        return false;
    job_count(context, "lapses", (int64_t)due.lapse_count);
    job_count(context, "lapsed_fen", 0);
    for (size_t i = 0; i < due.lapse_count; i++)
        job_count(context, "lapsed_fen", due.lapses[i].lapsed_fen);
    job_count(context, "drained_cards", (int64_t)due.drains.count);
    job_count(context, "fees", (int64_t)due.fee_count);
    job_count(context, "fee_fen", 0);
    for (size_t i = 0; i < due.fee_count; i++)
        job_count(context, "fee_fen", due.fees[i].due_fen - due.fees[i].booked_fen);
    return true;
}

static bool issue_changed(struct job_context *context, struct ledger_run *run, struct arena *arena,
                          const struct statement *statements, size_t count, struct err *e)
{
    struct statement_edition *editions = arena_array(arena, count, sizeof *editions, e);
    size_t changed = 0;
    if (!editions)
        return false;
    for (size_t i = 0; i < count; i++) {
        bool is_current = false;
        if (!statement_csv_compare(arena, &statements[i], &editions[changed], &is_current, e))
            return false;
        if (is_current)
            continue;
        if (statements[i].edition > 0)
            job_count(context, "new_editions", 1);
        changed++;
    }
    job_count(context, "statements", (int64_t)changed);
    return statement_add_editions(run, editions, changed, e);
}

static bool issue_statements(struct job_context *context, struct ledger_run *run, struct arena *arena,
                             struct err *e)
{
    struct statement_walk walk;
    struct statement *statements = NULL;
    size_t count = 0;
    statement_walk_open(&walk, context->db, context->date);
    do {
        arena_reset(arena);
        if (!statement_walk_next(&walk, arena, &statements, &count, e) ||
            (count > 0 && !issue_changed(context, run, arena, statements, count, e)))
            return false;
    } while (count > 0);
    return true;
}

static bool end_run(struct job_context *context, struct ledger_run *run, struct err *e)
{
    if (!context->command->is_dry_run)
        return ledger_run_commit(run, context->settings->conninfo, e);
    ledger_run_abandon(run);
    return true;
}

static bool settle_day(struct job_context *context, struct arena *arena, struct err *e)
{
    struct ledger_run run;
    bool settled = false;
    if (!is_settled(context, arena, &settled, e))
        return false;
    if (settled) {
        log_event(LOG_INFO, "settle_current", "message=\"subsidies, cards, fees and statements are as the books say\"");
        return true;
    }
    if (!ledger_run_open(&run, context->db, "settle", context->date, e))
        return false;
    if (book_due(context, &run, arena, e) && issue_statements(context, &run, arena, e))
        return end_run(context, &run, e);
    ledger_run_abandon(&run);
    return false;
}

/* ---- files, after the commit */

static bool write_file(struct job_context *context, struct arena *arena, const struct db_rows *rows,
                       size_t row, struct err *e)
{
    const char *hex = db_text(rows, row, 2);
    size_t length = strlen(hex) / 2;
    char *path = arena_printf(arena, e, "%s/merchant/%015" PRId64 "/%s/statement.csv",
                              context->settings->outbox, db_int64(rows, row, 0), db_text(rows, row, 1));
    uint8_t *bytes = path ? arena_alloc(arena, length + 1, e) : NULL;
    if (!bytes)
        return false;
    if (!str_unhex(str_of(hex), bytes, length))
        return err_set(e, ERR_BUG, "the database gave a statement that is not hex");
    return fsfile_write(path, (const char *)bytes, length, FILE_MODE, e);
}

/* Writes what lies in the books and not in the outbox, also what an earlier run could not write. */
static bool write_files(struct job_context *context, struct arena *arena, struct err *e)
{
    int64_t merchant_no = 0;
    char period[PERIOD_NAME_BYTES] = "";
    size_t count = 0;
    do {
        struct db_rows *rows = NULL;
        struct db_number date, merchant, limit;
        const char *params[] = {db_from_day(&date, context->date), db_from_int64(&merchant, merchant_no),
                                period, db_from_int64(&limit, FILES_AT_A_TIME)};
        if (!db_query(context->db, sql_settle_issued, 4, params, &rows, e))
            return false;
        arena_reset(arena);
        count = db_rows_count(rows);
        bool written = true;
        for (size_t row = 0; row < count && written; row++)
            written = write_file(context, arena, rows, row, e);
        if (count > 0) {
            merchant_no = db_int64(rows, count - 1, 0);
            (void)snprintf(period, sizeof period, "%s", db_text(rows, count - 1, 1));
        }
        db_rows_close(rows);
        if (!written)
            return false;
        job_count(context, "files", (int64_t)count);
    } while (count > 0);
    return true;
}

static bool refuse_later_date(const struct job_context *context, struct err *e)
{
    char date[DATE_TEXT_BYTES], open[DATE_TEXT_BYTES];
    date_format(context->date, date);
    date_format(context->open_date, open);
    (void)err_set(e, ERR_USAGE, "--date \"%s\" is after the open date, which is %s", date, open);
    return err_hint(e, "close the days before it first: daybook night --date %s", date);
}

static bool run_settle(struct job_context *context, struct err *e)
{
    struct arena *arena = NULL;
    bool is_sealed = context->sealed_date != DATE_NO_DAY && context->date <= context->sealed_date;
    if (!is_sealed && context->date != context->open_date)
        return refuse_later_date(context, e);
    if (is_sealed)
        log_event(LOG_INFO, "settle_sealed", "message=\"the day is sealed: only files are looked after\"");
    bool done = arena_open(&arena, batch_maximum_bytes, e) && (is_sealed || settle_day(context, arena, e)) &&
                (context->command->is_dry_run || context->replay || write_files(context, arena, e));
    arena_close(arena);
    return done;
}

const struct job job_settle = {
    .name = "settle",
    .arguments = "",
    .summary = "lapses subsidies, drains cards, books merchants' fees and issues the statements that end on the day",
    .details = "Subsidies lapse the day after their last. What a closed or replaced card holds moves when its drain "
               "window is over ([rules] drain_days).\nFees are booked as the difference to what was booked before, so that running it again books "
               "nothing and late money is made up for until the day is sealed. A statement whose figures have "
               "changed since it was issued gets a new edition. Files lie in the outbox under merchant/.",
    .needs = JOB_SETTINGS | JOB_DATABASE | JOB_LOCK_DATE | JOB_DATE,
    .run = run_settle,
};
