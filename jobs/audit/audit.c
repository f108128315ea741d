#include "jobs/audit/audit.h"

#include "ledger/audit.h"

static const struct job_option options[] = {
    {"from", "DATE", "begin with this date, default the first"},
    {"to", "DATE", "end with this date, default the last"},
    {NULL, NULL, NULL},
};

static bool read_day(const struct job_context *context, const char *option, int32_t *day, struct err *e)
{
    const char *text = command_option(context->command, option);
    *day = DATE_NO_DAY;
    if (!text || date_parse(str_of(text), day))
        return true;
    return err_set(e, ERR_USAGE, "--%s: \"%s\" is not a date like 2026-09-01", option, text);
}

static void hear_finding(void *context, const char *check, const char *line)
{
    job_attention(context, "audit_finding", "audit \"%s\": %s", check, line);
}

/* One snapshot for all checks, so that a run that commits meanwhile is seen by all of them or by none. */
static bool audit_snapshot(struct job_context *context, const struct audit_scope *scope,
                           struct audit_result *result, struct err *e)
{
    const struct audit_listener listener = {hear_finding, context};
    if (!db_begin(context->db, e))
        return false;
    bool done = db_exec(context->db, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", e) &&
                audit_run(context->db, scope, &listener, result, e);
    db_rollback(context->db);
    return done;
}

static bool run_audit(struct job_context *context, struct err *e)
{
    struct audit_scope scope;
    struct audit_result result;
    if (!read_day(context, "from", &scope.from_day, e) || !read_day(context, "to", &scope.to_day, e))
        return false;
    if (scope.from_day != DATE_NO_DAY && scope.to_day != DATE_NO_DAY && scope.from_day > scope.to_day)
        return err_set(e, ERR_USAGE, "--from is after --to");
    if (!audit_snapshot(context, &scope, &result, e))
        return false;
    job_count(context, "checks", result.checks);
    job_count(context, "findings", result.findings);
    job_count(context, "runs", result.runs);
    job_count(context, "records", result.records);
    job_count(context, "transfers", result.transfers);
    job_count(context, "fen", result.transfer_fen);
    job_count(context, "seals", result.seals);
    return true;
}

const struct job job_audit = {
    .name = "audit",
    .arguments = "",
    .summary = "makes the figures of the books anew from their records, and compares",
    .details = "Without dates also the state of every card and device is made anew from all that ever was "
               "posted. Each line it gives is a figure that its records do not make; then the exit status is "
               "3. It changes nothing.",
    .options = options,
    .needs = JOB_SETTINGS | JOB_DATABASE | JOB_READS,
    .run = run_audit,
};
