#include "jobs/night/night.h"

#include <string.h>

#include "base/log.h"
#include "queries.h"

/* FORMATS.md 12. A job that this edition does not have is done, as one whose source is not configured. */
static const char *const night_order[] = {"collect",   "roster", "cards", "post",   "bank",   "attendance",
                                          "blacklist", "settle", "seal",  "report", "notices"};
enum { NIGHT_JOBS = sizeof night_order / sizeof night_order[0] };

struct night {
    struct job_context *context;
    bool is_stopped; /* this date and those after it cannot be done now */
    bool collect_failed;
    /* Of the job that stopped it, else of the first that went on with something else than 0 and 3. */
    int exit_status;
    char message[640];
};

static bool count_waiting(struct night *night, int64_t *waiting, struct err *e)
{
    return db_query_int64(night->context->db, sql_night_count_collected, 0, NULL, waiting, e);
}

static void note_result(struct night *night, const struct job *job, int32_t date,
                        const struct job_result *result)
{
    char day[DATE_TEXT_BYTES];
    date_format(date, day);
    job_count(night->context, "jobs", 1);
    if (result->exit_status == 3 && !result->is_failed) {
        job_count(night->context, "attention", 1);
        job_attention(night->context, "job_attention", "%s of %s: %s", job->name, day, result->message);
    }
    if (result->exit_status == 0 || (result->exit_status == 3 && !result->is_failed))
        return;
    if (night->exit_status == 0 || result->is_failed) {
        night->exit_status = result->exit_status;
        (void)snprintf(night->message, sizeof night->message, "%s of %s: %s", job->name, day,
                       result->message);
    }
}

static bool run_job(struct night *night, const struct job *job, int32_t date, struct job_result *result,
                    struct err *e)
{
    if (!job_run_inside(night->context, job, date, result, e))
        return false;
    note_result(night, job, date, result);
    if (!result->is_failed)
        return true;
    job_count(night->context, "failed", 1);
    /* What has come can be posted even when not all has; the day cannot be closed. */
    if (strcmp(job->name, "collect") == 0 && result->exit_status == err_exit_status(ERR_NET))
        night->collect_failed = true;
    else
        night->is_stopped = true;
    return true;
}

/* `post` takes limits.run_records at a time: again until nothing waits, or nothing moves. */
static bool run_post(struct night *night, const struct job *job, int32_t date, struct err *e)
{
    struct job_result result;
    int64_t waiting = 0, before;
    do {
        before = waiting;
        if (!run_job(night, job, date, &result, e) || !count_waiting(night, &waiting, e))
            return false;
    } while (!night->is_stopped && !night->context->command->is_dry_run && waiting > 0 &&
             (before == 0 || waiting < before));
    if (waiting > 0 && !night->is_stopped && !night->context->command->is_dry_run)
        job_attention(night->context, "packages_wait", "%lld packages still wait to be posted",
                      (long long)waiting);
    return true;
}

/* Told each night and no reason for status 3: the night that set them aside gave that. */
static bool tell_set_aside(struct night *night, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!db_query(night->context->db, sql_night_count_set_aside, 0, NULL, &rows, e))
        return false;
    int64_t packages = db_int64(rows, 0, 0), files = db_int64(rows, 0, 1);
    db_rows_close(rows);
    job_count(night->context, "quarantined", packages);
    job_count(night->context, "refused_files", files);
    if (packages + files > 0)
        log_event(LOG_INFO, "set_aside",
                  "packages=%lld files=%lld hint=\"daybook status lists them; when the cause is mended: daybook retry NAME\"",
                  (long long)packages, (long long)files);
    return true;
}

static bool is_sealed(struct night *night, int32_t date, bool *sealed, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!db_query(night->context->db, sql_jobs_last_sealed, 0, NULL, &rows, e))
        return false;
    int32_t last = db_day(rows, 0, 0);
    db_rows_close(rows);
    *sealed = last != DATE_NO_DAY && last >= date;
    return true;
}

static bool run_date(struct night *night, int32_t date, struct err *e)
{
    bool sealed = false;
    job_count(night->context, "dates", 1);
    for (size_t i = 0; i < NIGHT_JOBS && !night->is_stopped; i++) {
        const struct job *job = command_find(night_order[i]);
        struct job_result result;
        if (!job)
            continue;
        if (strcmp(job->name, "post") == 0) {
            if (!run_post(night, job, date, e))
                return false;
            night->is_stopped |= night->collect_failed;
        } else if (!run_job(night, job, date, &result, e)) {
            return false;
        }
    }
    if (!is_sealed(night, date, &sealed, e))
        return false;
    if (sealed)
        job_count(night->context, "sealed", 1);
    else if (!night->is_stopped && !night->context->command->is_dry_run)
        job_attention(night->context, "not_sealed", "a day could not be sealed: those after it wait");
    night->is_stopped |= !sealed;
    return true;
}

/* A day that was sealed by a night which did not live to report it. */
static bool report_last_sealed(struct night *night, struct err *e)
{
    const struct job *report = command_find("report");
    char day[DATE_TEXT_BYTES];
    int64_t done = 0;
    struct job_result result;
    if (!report || night->context->sealed_date == DATE_NO_DAY)
        return true;
    date_format(night->context->sealed_date, day);
    const char *params[] = {report->name, day};
    if (!db_query_int64(night->context->db, sql_night_count_done, 2, params, &done, e))
        return false;
    return done > 0 || run_job(night, report, night->context->sealed_date, &result, e);
}

static enum err_kind kind_of_exit(int exit_status)
{
    static const enum err_kind kinds[] = {ERR_BUG, ERR_USAGE, ERR_INPUT, ERR_DB,
                                          ERR_NET, ERR_DISK,  ERR_LOCKED};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (err_exit_status(kinds[i]) == exit_status)
            return kinds[i];
    return ERR_BUG;
}

static bool run_night(struct job_context *context, struct err *e)
{
    static const char *const counts[] = {"dates", "sealed", "jobs", "attention", "failed"};
    struct night night = {.context = context};
    int32_t last =
        context->command->date != DATE_NO_DAY ? context->command->date : date_day_of(job_now()) - 1;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        job_count(context, counts[i], 0);
    if (!report_last_sealed(&night, e))
        return false;
    for (int32_t date = context->open_date; date <= last && !night.is_stopped; date++)
        if (!run_date(&night, date, e))
            return false;
    if (!tell_set_aside(&night, e))
        return false;
    if (night.exit_status == 0)
        return true;
    struct err failure;
    (void)err_set(&failure, kind_of_exit(night.exit_status), "%s", night.message);
    if (night.is_stopped) {
        *e = failure;
        return false;
    }
    context->trouble = failure; /* logged by its job; it undid nothing */
    return true;
}

const struct job job_night = {
    .name = "night",
    .arguments = "",
    .summary = "does all jobs of the night, for each day from the open one to --date (default yesterday)",
    .details = "Days that were missed are closed in their order; sealed ones are skipped. A job that fails "
               "stops its day\n"
               "with its exit status; what needs a person is reported at the end (3) and stops nothing but "
               "the sealing.\n"
               "Run it again as often as needed: nothing is done twice.",
    .needs = JOB_SETTINGS | JOB_DATABASE | JOB_LOCK_ALONE | JOB_DATE,
    .run = run_night,
};
