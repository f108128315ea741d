#include "jobs/audit/audit.h"

#include "jobs/audit/from_bytes.h"
#include "ledger/audit.h"

static const struct job_option options[] = {
    {"from", "DATE", "begin with this date, default the first"},
    {"to", "DATE", "end with this date, default the last"},
    {"from-bytes", NULL, "do every recorded run again from intake/ in a scratch database, and compare all that it makes"},
    {"scratch", "CONNINFO", "with --from-bytes: an empty database for it; else one is made beside the books and dropped"},
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
    if (command_option(context->command, "from-bytes"))
        return from_bytes_audit(context, e);
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

static bool check_options(const struct command *command, struct err *e)
{
    bool from_bytes = command_option(command, "from-bytes") != NULL;
    if (command_option(command, "scratch") && !from_bytes)
        return err_set(e, ERR_USAGE, "--scratch goes with --from-bytes");
    if (!from_bytes || (!command_option(command, "from") && !command_option(command, "to")))
        return true;
    (void)err_set(e, ERR_USAGE, "--from-bytes does all runs again, from the first to the last");
    return err_hint(e, "leave --from and --to out");
}

const struct job job_audit = {
    .name = "audit",
    .arguments = "",
    .summary = "makes the figures of the books anew from their records, and compares",
    .details = "Without dates also the state of every card and device is made anew from all that ever was "
               "posted. Each line it gives is a figure that its records do not make; then the exit status is "
               "3. It changes nothing.\n--from-bytes proves the books from the bytes themselves: imports, packages, settlements, seals and "
               "corrections are done again in their order by today's program, keys and settings, in a database of their own, "
               "and every verdict, transfer, balance, figure, exception and statement is compared. It needs a database user "
               "who may create databases and is a member of daybook_owner, about as much disk as the books, and as long as the "
               "runs took; nothing is sent.",
    .options = options,
    .needs = JOB_SETTINGS | JOB_DATABASE | JOB_READS,
    .check = check_options,
    .run = run_audit,
};
