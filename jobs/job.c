#include "jobs/job.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/lock.h"
#include "base/log.h"
#include "queries.h"

static const size_t arena_maximum_bytes = (size_t)2 << 30;

int64_t job_now(void)
{
    return (int64_t)time(NULL);
}

void job_count(struct job_context *context, const char *name, int64_t value)
{
    for (size_t i = 0; i < context->count_count; i++) {
        if (strcmp(context->counts[i].name, name) == 0) {
            context->counts[i].value += value;
            return;
        }
    }
    ALWAYS(context->count_count < JOB_COUNTS_MAX);
    context->counts[context->count_count++] = (struct job_count){name, value};
}

static void keep_message(struct job_context *context, const char *message)
{
    if (!context->message[0])
        (void)snprintf(context->message, sizeof context->message, "%s", message);
}

void job_attention(struct job_context *context, const char *event, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    context->needs_person = true;
    keep_message(context, message);
    log_event(LOG_WARN, event, "%s", message);
}

void job_trouble(struct job_context *context, const char *event, const struct err *e)
{
    if (context->trouble.kind == ERR_NONE)
        context->trouble = *e;
    keep_message(context, e->message);
    log_error(event, e);
}

/* ---- date */

static bool refuse_date(const struct job_context *context, struct err *e)
{
    char date[DATE_TEXT_BYTES], open[DATE_TEXT_BYTES];
    date_format(context->date, date);
    date_format(context->open_date, open);
    if (context->date <= context->sealed_date) {
        err_set(e, ERR_USAGE, "--date \"%s\" is sealed", date);
        return err_hint(e, "the open date is %s", open);
    }
    err_set(e, ERR_USAGE, "--date \"%s\" is not the open date, which is %s", date, open);
    return err_hint(e, "close the days before it first: daybook night --date %s", date);
}

/* The day being closed (FORMATS.md 12): --date, by default the open date; before the first seal it must be
 * given. */
static bool find_date(struct job_context *context, struct err *e)
{
    const struct job *job = context->job;
    struct db_rows *rows = NULL;
    context->date = context->open_date = context->sealed_date = DATE_NO_DAY;
    if (context->job->needs & JOB_OWNER)
        return true;
    if (!db_query(context->db, sql_jobs_last_sealed, 0, NULL, &rows, e))
        return false;
    context->sealed_date = db_day(rows, 0, 0);
    db_rows_close(rows);
    if (context->sealed_date != DATE_NO_DAY)
        context->open_date = context->sealed_date + 1;
    else
        context->open_date = context->command->date;
    context->date = context->command->date != DATE_NO_DAY ? context->command->date : context->open_date;
    if (context->date == DATE_NO_DAY && (job->needs & JOB_DATE)) {
        err_set(e, ERR_USAGE, "no day has been sealed yet, so the day being closed must be given");
        return err_hint(e, "daybook %s --date YYYY-MM-DD", job->name);
    }
    if ((job->needs & JOB_DATE_IS_OPEN) && context->sealed_date != DATE_NO_DAY &&
        context->date != context->open_date)
        return refuse_date(context, e);
    return true;
}

/* ---- connection */

static bool explain_schema(struct err *e)
{
    /* undefined table, schema or object: a database that no init has seen */
    if (strcmp(e->code, "42P01") == 0 || strcmp(e->code, "3F000") == 0 || strcmp(e->code, "22023") == 0 ||
        strcmp(e->code, "42704") == 0) {
        err_set(e, ERR_DB, "the database holds no schema of daybook");
        return err_hint(e, "run: daybook init");
    }
    if (strcmp(e->code, "42501") == 0) {
        err_context(e, "the database user may not become daybook_job");
        return err_hint(
            e, "run daybook init as a user who may create roles, then: GRANT daybook_job TO this user");
    }
    return false;
}

static bool check_schema(struct db *db, struct err *e)
{
    int64_t applied = 0, wanted = 0;
    for (size_t i = 0; i < sql_migration_count; i++)
        wanted = sql_migrations[i].number > wanted ? sql_migrations[i].number : wanted;
    if (!db_query_int64(db, sql_jobs_schema_version, 0, NULL, &applied, e))
        return explain_schema(e);
    if (applied == wanted)
        return true;
    err_set(e, ERR_DB, "the database's schema is number %lld, this program needs %lld", (long long)applied,
            (long long)wanted);
    return err_hint(e, applied < wanted ? "run: daybook init"
                                        : "install the program that made it, or a later one");
}

bool job_connect(const struct settings *settings, const struct job *job, struct db **db, struct err *e)
{
    char application[64];
    (void)snprintf(application, sizeof application, "daybook %s", job->name);
    if (!db_open(db, settings->conninfo, application, e))
        return err_hint(e, "see [database] conninfo, and whether the server runs");
    if (job->needs & JOB_OWNER)
        return true;
    if (!db_exec(*db, "SET ROLE daybook_job", e))
        explain_schema(e);
    else if (check_schema(*db, e))
        return true;
    db_close(*db);
    *db = NULL;
    return false;
}

/* ---- the job's own row */

static bool counts_as_json(const struct job_context *context, struct json **json, const char **text,
                           struct err *e)
{
    if (!json_open_object(json, e))
        return false;
    for (size_t i = 0; i < context->count_count; i++)
        json_add_int(*json, context->counts[i].name, context->counts[i].value);
    *text = json_text(*json, e);
    return *text != NULL;
}

static bool has_row(const struct job_context *context)
{
    return (context->job->needs & JOB_DATABASE) && !(context->job->needs & (JOB_OWNER | JOB_READS)) &&
           !context->command->is_dry_run;
}

static bool take_lock(struct job_context *context, struct err *e)
{
    char name[64], date[DATE_TEXT_BYTES] = "";
    if (!(context->job->needs & (JOB_LOCK_ALONE | JOB_LOCK_DATE)))
        return true;
    if (context->job->needs & JOB_LOCK_DATE)
        date_format(context->date, date);
    (void)snprintf(name, sizeof name, "%s%s%s", context->job->name, *date ? " " : "", date);
    return lock_take(context->db, name, e);
}

static void drop_lock(struct job_context *context)
{
    char name[64], date[DATE_TEXT_BYTES] = "";
    struct err ignored;
    if (!(context->job->needs & (JOB_LOCK_ALONE | JOB_LOCK_DATE)))
        return;
    if (context->job->needs & JOB_LOCK_DATE)
        date_format(context->date, date);
    (void)snprintf(name, sizeof name, "%s%s%s", context->job->name, *date ? " " : "", date);
    /* A lost connection has dropped it already. */
    if (!lock_drop(context->db, name, &ignored))
        log_event(LOG_DEBUG, "lock_lost", "%s", ignored.message);
}

/* Rows that still say running belong to runs that were killed: this one holds their lock. */
static bool begin_row(struct job_context *context, struct err *e)
{
    char date[DATE_TEXT_BYTES];
    if (context->date != DATE_NO_DAY)
        date_format(context->date, date);
    const char *params[] = {context->job->name, context->date != DATE_NO_DAY ? date : NULL,
                            context->job->needs & JOB_LOCK_ALONE ? "t" : "f"};
    return db_command(context->db, sql_jobs_fail_dead_runs, 3, params, NULL, e) &&
           db_query_int64(context->db, sql_jobs_begin_run, 2, params, &context->job_run_id, e);
}

static bool end_row(struct db *db, const struct job_context *context, const char *status, const char *message,
                    struct err *e)
{
    struct json *json = NULL;
    const char *counts = NULL;
    struct db_number number;
    bool ok = counts_as_json(context, &json, &counts, e);
    if (ok) {
        const char *params[] = {db_from_int64(&number, context->job_run_id), status, counts, message};
        ok = db_command(db, sql_jobs_end_run, 4, params, NULL, e);
    }
    json_close(json);
    return ok;
}

/* Tries a new connection where the old one is gone; a row that stays "running" is put right by the next run.
 */
static bool record_end(struct job_context *context, const char *status, const char *message, struct err *e)
{
    struct err first;
    if (end_row(context->db, context, status, message, &first))
        return true;
    struct db *db = NULL;
    bool ok =
        job_connect(context->settings, context->job, &db, e) && end_row(db, context, status, message, e);
    db_close(db);
    return ok;
}

/* ---- one run */

/* Who asks at a terminal wants the answer, not that it was asked for. */
static enum log_level level_of(const struct job *job)
{
    return job->needs & JOB_PRINTS ? LOG_DEBUG : LOG_INFO;
}

static void log_end(const struct job_context *context, const char *status, int exit_status, int64_t began_at)
{
    char line[2048];
    size_t length = 0;
    line[0] = '\0';
    for (size_t i = 0; i < context->count_count && length < sizeof line - 64; i++)
        length += (size_t)snprintf(line + length, sizeof line - length, " %s=%lld", context->counts[i].name,
                                   (long long)context->counts[i].value);
    log_event(level_of(context->job), "job_end", "status=%s exit=%d seconds=%lld%s%s", status, exit_status,
              (long long)(job_now() - began_at), context->command->is_dry_run ? " dry_run=yes" : "", line);
}

static void log_begin(const struct job_context *context)
{
    char date[DATE_TEXT_BYTES] = "none";
    if (context->date != DATE_NO_DAY)
        date_format(context->date, date);
    log_event(level_of(context->job), "job_begin", "date=%s%s", date,
              context->command->is_dry_run ? " dry_run=yes message=\"nothing is kept and nothing is sent\""
                                           : "");
}

static const char *status_of(const struct job_context *context, bool ok)
{
    if (!ok)
        return "failed";
    return context->needs_person || context->trouble.kind != ERR_NONE ? "attention" : "done";
}

static int exit_of(const struct job_context *context, bool ok, const struct err *e)
{
    if (!ok)
        return err_exit_status(e->kind);
    if (context->trouble.kind != ERR_NONE && context->trouble.kind != ERR_INPUT)
        return err_exit_status(context->trouble.kind);
    return context->needs_person || context->trouble.kind == ERR_INPUT ? 3 : 0;
}

/* Runs the job over the context's connection and gives its exit status. False with *e only when nothing was
 * begun. */
static bool perform(struct job_context *context, int *exit_status, bool *is_failed, struct err *e)
{
    const struct job *job = context->job;
    int64_t began_at = job_now();
    if (job->needs & JOB_DATABASE) {
        if (!find_date(context, e) || !take_lock(context, e))
            return false;
        if (has_row(context) && !begin_row(context, e)) {
            drop_lock(context);
            return false;
        }
    }
    log_set_run(context->job_run_id);
    log_begin(context);
    struct err failure, row;
    bool ok = job->run(context, &failure);
    if (!ok && context->replay)
        *e = failure; /* for the caller to tell */
    else if (!ok)
        log_error("job_failed", &failure);
    if (!ok && context->db)
        db_rollback(context->db);
    const char *status = status_of(context, ok);
    *exit_status = exit_of(context, ok, &failure);
    if (has_row(context) && !record_end(context, status, ok ? context->message : failure.message, &row)) {
        log_error("job_row_not_written", &row);
        *exit_status = *exit_status ? *exit_status : err_exit_status(row.kind);
    }
    log_end(context, status, *exit_status, began_at);
    if (!ok)
        (void)snprintf(context->message, sizeof context->message, "%s", failure.message);
    if (job->needs & JOB_DATABASE)
        drop_lock(context);
    *is_failed = !ok;
    return true;
}

static bool print_counts(const struct job_context *context, struct err *e)
{
    struct json *json = NULL;
    const char *text = NULL;
    bool ok = counts_as_json(context, &json, &text, e);
    if (ok && (printf("%s\n", text) < 0 || fflush(stdout) != 0))
        ok = err_set(e, ERR_DISK, "standard output could not be written");
    json_close(json);
    return ok;
}

static bool run_with_context(struct job_context *context, int *exit_status, struct err *e)
{
    struct settings *settings = NULL;
    bool is_failed = false;
    if (!arena_open(&context->arena, arena_maximum_bytes, e))
        return false;
    if (context->job->needs & JOB_SETTINGS) {
        if (!settings_read(context->arena, context->command->config_path, &settings, e))
            return false;
        context->settings = settings;
    }
    if ((context->job->needs & JOB_DATABASE) &&
        !job_connect(context->settings, context->job, &context->db, e))
        return false;
    if (!perform(context, exit_status, &is_failed, e))
        return false;
    if (context->command->is_json && !is_failed && !(context->job->needs & JOB_PRINTS))
        return print_counts(context, e);
    return true;
}

static void open_log(const struct command *command)
{
    log_open(command->verbosity < 0   ? LOG_WARN
             : command->verbosity > 0 ? LOG_DEBUG
                                      : LOG_INFO,
             command->job->name);
}

int job_run(const struct job *job, const struct command *command)
{
    struct job_context *context = calloc(1, sizeof *context);
    ALWAYS(context != NULL);
    struct err e;
    int exit_status = 0;
    context->job = job;
    context->command = command;
    context->date = context->open_date = context->sealed_date = DATE_NO_DAY;
    open_log(command);
    if (!run_with_context(context, &exit_status, &e)) {
        log_error(e.kind == ERR_LOCKED ? "job_locked" : "job_not_run", &e);
        exit_status = err_exit_status(e.kind);
    }
    db_close(context->db);
    arena_close(context->arena);
    free(context);
    return exit_status;
}

/* ---- a job inside of night */

/* Its own errors are handed over, not logged. */
static bool run_replay(struct job_context *inner, struct job_result *result, struct err *e)
{
    if (!arena_open(&inner->arena, arena_maximum_bytes, e) ||
        !job_connect(inner->settings, inner->job, &inner->db, e))
        return false;
    if (perform(inner, &result->exit_status, &result->is_failed, &result->failure))
        return true;
    result->exit_status = err_exit_status(result->failure.kind);
    result->is_failed = true;
    return true;
}

static void give_result(const struct job_context *inner, struct job_result *result)
{
    memcpy(result->counts, inner->counts, sizeof result->counts);
    result->count_count = inner->count_count;
    (void)snprintf(result->message, sizeof result->message, "%s", inner->message);
}

bool job_run_inside(struct job_context *context, const struct job *job, int32_t date,
                    struct job_result *result, struct err *e)
{
    struct job_context *inner = calloc(1, sizeof *inner);
    ALWAYS(inner != NULL);
    struct err failure;
    struct command command = *context->command;
    command.job = job;
    command.date = date;
    command.is_json = false;
    command.argument_count = 0;
    memset(command.option_values, 0, sizeof command.option_values);
    memset(result, 0, sizeof *result);
    inner->job = job;
    inner->command = &command;
    inner->settings = context->settings;
    inner->db = context->db;
    bool ok = arena_open(&inner->arena, arena_maximum_bytes, e);
    if (ok) {
        open_log(&command);
        if (!perform(inner, &result->exit_status, &result->is_failed, &failure)) {
            log_error(failure.kind == ERR_LOCKED ? "job_locked" : "job_not_run", &failure);
            (void)snprintf(inner->message, sizeof inner->message, "%s", failure.message);
            result->exit_status = err_exit_status(failure.kind);
            result->is_failed = true;
        }
        open_log(context->command);
        log_set_run(context->job_run_id);
    }
    give_result(inner, result);
    arena_close(inner->arena);
    free(inner);
    return ok;
}

bool job_run_replay(const struct settings *settings, const struct command *command,
                    const struct job_replay *replay, struct job_result *result, struct err *e)
{
    struct job_context *inner = calloc(1, sizeof *inner);
    ALWAYS(inner != NULL);
    memset(result, 0, sizeof *result);
    inner->job = command->job;
    inner->command = command;
    inner->settings = settings;
    inner->replay = replay;
    inner->date = inner->open_date = inner->sealed_date = DATE_NO_DAY;
    enum log_level before = log_show(LOG_ERROR);
    bool ok = run_replay(inner, result, e);
    (void)log_show(before);
    log_set_run(0);
    give_result(inner, result);
    db_close(inner->db);
    arena_close(inner->arena);
    free(inner);
    return ok;
}
