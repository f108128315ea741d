#include "jobs/seal/seal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "ledger/audit.h"
#include "ledger/seal.h"
#include "ledger/settle.h"
#include "queries.h"
#include "reports/statement_csv.h"

static const size_t batch_maximum_bytes = (size_t)256 << 20;

/* The jobs that a day needs before it can be sealed, and the kind of source without which one counts as done. */
static const struct needed_job {
    const char *name;
    const char *source_kind; /* NULL: always needed */
} needed_jobs[] = {
    {"collect", "collectors"},
    {"post", "collectors"},
    {"blacklist", "collectors"},
    {"settle", NULL},
};

/* What a refusal says ends with the day that it is about. */
static const char *day_text(const struct job_context *context)
{
    static char text[DATE_TEXT_BYTES];
    date_format(context->date, text);
    return text;
}

/* ---- what can be asked before the books are held still */

static bool is_needed(const struct job_context *context, const struct needed_job *needed)
{
    if (!needed->source_kind)
        return true;
    for (size_t i = 0; i < context->settings->source_count; i++)
        if (strcmp(context->settings->sources[i].kind, needed->source_kind) == 0)
            return true;
    return false;
}

static bool check_job(struct job_context *context, const char *name, struct err *e)
{
    struct db_rows *rows = NULL;
    struct db_number date;
    const char *params[] = {name, db_from_day(&date, context->date)};
    if (!db_query(context->db, sql_seal_job_state, 2, params, &rows, e))
        return false;
    const char *status = db_rows_count(rows) > 0 ? db_text(rows, 0, 0) : "missing";
    if (strcmp(status, "missing") == 0)
        job_attention(context, "seal_refused", "\"%s\" has not run for %s", name, date.text);
    else if (strcmp(status, "running") == 0)
        job_attention(context, "seal_refused", "\"%s\" has not ended for %s", name, date.text);
    else if (strcmp(status, "failed") == 0)
        job_attention(context, "seal_refused", "\"%s\" failed for %s: %s", name, date.text,
                      db_text(rows, 0, 1));
    db_rows_close(rows);
    return true;
}

static bool check_packages(struct job_context *context, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!db_query(context->db, sql_seal_collected, 0, NULL, &rows, e))
        return false;
    if (db_int64(rows, 0, 0) > 0)
        job_attention(context, "seal_refused",
                      "%s packages are collected and not posted, the oldest is \"%s\"", db_text(rows, 0, 0),
                      db_text(rows, 0, 1));
    db_rows_close(rows);
    return true;
}

static bool check_jobs(struct job_context *context, struct err *e)
{
    for (size_t i = 0; i < sizeof needed_jobs / sizeof needed_jobs[0]; i++)
        if (is_needed(context, &needed_jobs[i]) && !check_job(context, needed_jobs[i].name, e))
            return false;
    return check_packages(context, e);
}

/* ---- what must hold in the books, asked while no other run can change them */

/* Before the first seal a run may have been given an earlier --date than this day: sealing this one would close that one
 * without its fees and statements. */
static bool check_earlier(struct job_context *context, struct err *e)
{
    struct db_rows *rows = NULL;
    struct db_number date;
    char earlier[DATE_TEXT_BYTES];
    const char *params[] = {db_from_day(&date, context->date)};
    if (!db_query(context->db, sql_seal_unsettled, 1, params, &rows, e))
        return false;
    int32_t day = db_day(rows, 0, 0);
    db_rows_close(rows);
    if (day == DATE_NO_DAY)
        return true;
    date_format(day, earlier);
    job_attention(context, "seal_refused", "%s has turnover and is not sealed: it must be settled and sealed before %s",
                  earlier, date.text);
    return true;
}

static void tell_due(struct job_context *context, const struct settle_due *due)
{
    if (due->lapse_count > 0)
        job_attention(context, "seal_refused", "the subsidies of %zu cards have lapsed by %s and are still theirs; run "
                      "settle again", due->lapse_count, day_text(context));
    if (due->drains.count > 0)
        job_attention(context, "seal_refused", "the drain windows of %zu cards are over by %s and they still hold money; "
                      "run settle again", due->drains.count, day_text(context));
    if (due->fee_count > 0)
        job_attention(context, "seal_refused",
                      "the fees of %zu merchants are not those of their turnover on %s, \"%015" PRId64
                      "\" is the first; run settle again",
                      due->fee_count, day_text(context), due->fees[0].merchant_no);
}

static bool check_settled(struct job_context *context, struct arena *arena, struct err *e)
{
    struct drain_rules rules;
    struct settle_due due;
    const struct statement *stale = NULL;
    if (!settings_drain_rules(arena, context->settings, &rules, e) ||
        !settle_read(arena, context->db, context->date, &rules, &due, e))
        return false;
    tell_due(context, &due);
    if (!statement_csv_find_stale(arena, context->db, context->date, &stale, e))
        return false;
    if (stale)
        job_attention(context, "seal_refused",
                      "the statement of merchant \"%015" PRId64
                      "\" for %s is not what the books say; run settle again",
                      stale->merchant_no, stale->period->name);
    return true;
}

static bool check_trial_balance(struct job_context *context, struct err *e)
{
    struct db_number date;
    const char *params[] = {db_from_day(&date, context->date)};
    int64_t difference_fen = 0;
    if (!db_query_int64(context->db, sql_seal_trial_balance, 1, params, &difference_fen, e))
        return false;
    if (difference_fen != 0)
        job_attention(context, "seal_refused", "the trial balance of %s is %" PRId64 " fen away from zero",
                      day_text(context), difference_fen);
    return true;
}

static void hear_finding(void *context, const char *check, const char *line)
{
    job_attention(context, "seal_refused", "audit \"%s\": %s", check, line);
}

static bool check_audit(struct job_context *context, struct err *e)
{
    const struct audit_listener listener = {hear_finding, context};
    struct audit_scope scope = {DATE_NO_DAY, context->date};
    struct audit_result result;
    if (context->sealed_date != DATE_NO_DAY)
        scope.from_day = context->sealed_date + 1;
    if (!audit_run(context->db, &scope, &listener, &result, e))
        return false;
    job_count(context, "checks", result.checks);
    return true;
}

static bool check_books(struct job_context *context, struct err *e)
{
    struct arena *arena = NULL;
    bool done = arena_open(&arena, batch_maximum_bytes, e) && check_earlier(context, e) &&
                check_settled(context, arena, e) && check_trial_balance(context, e) && check_audit(context, e);
    arena_close(arena);
    return done;
}

/* ---- sealing */

static bool write_seal(struct job_context *context, struct ledger_run *run, struct err *e)
{
    char digest[2 * CRYPTO_SHA256_BYTES + 1];
    struct seal before, seal = {.day = context->date};
    if (!seal_read_before(context->db, context->date, &before, e) ||
        !seal_compute(context->db, &before, &seal, e) || !seal_write(run, &seal, e))
        return false;
    if (context->command->is_dry_run)
        ledger_run_abandon(run);
    else if (!ledger_run_commit(run, context->settings->conninfo, e))
        return false;
    job_count(context, "transfers", seal.transfers);
    job_count(context, "fen", seal.debit_fen);
    str_hex(seal.digest, CRYPTO_SHA256_BYTES, digest);
    log_event(LOG_INFO, "sealed", "date=%s digest=%s", day_text(context), digest);
    return true;
}

/* The run's row holds the lock that no other run can share, so the books stand still from here on. */
static bool seal_day(struct job_context *context, struct err *e)
{
    struct ledger_run run;
    if (!ledger_run_open(&run, context->db, "seal", context->date, e))
        return false;
    bool done = check_books(context, e);
    if (done && !context->needs_person)
        return write_seal(context, &run, e);
    ledger_run_abandon(&run);
    return done;
}

static bool run_seal(struct job_context *context, struct err *e)
{
    if (context->sealed_date != DATE_NO_DAY && context->date <= context->sealed_date) {
        log_event(LOG_INFO, "seal_there", "message=\"%s is sealed already\"", day_text(context));
        return true;
    }
    if (context->date != context->open_date) {
        char open[DATE_TEXT_BYTES];
        date_format(context->open_date, open);
        (void)err_set(e, ERR_USAGE, "--date \"%s\" cannot be sealed before %s is", day_text(context), open);
        return err_hint(e, "daybook night --date %s closes the days in their order", day_text(context));
    }
    if (!check_jobs(context, e))
        return false;
    return context->needs_person || seal_day(context, e);
}

const struct job job_seal = {
    .name = "seal",
    .arguments = "",
    .summary = "closes the day: nothing dated on or before it can be posted any more",
    .details = "Refuses, and says what is missing, unless the jobs of the day are done, nothing that was "
               "collected waits to be posted, subsidies, cards, fees and statements are settled, the audit of the day is clean "
               "and the trial balance is zero.",
    .needs = JOB_SETTINGS | JOB_DATABASE | JOB_LOCK_ALONE | JOB_DATE,
    .run = run_seal,
};
