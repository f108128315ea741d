#include "jobs/audit/scratch.h"

#include <string.h>

#include "base/lock.h"
#include "base/log.h"
#include "queries.h"

static const char *copied(struct job_context *context, const struct db_rows *rows, int column, struct err *e)
{
    const char *text = db_text(rows, 0, column);
    return arena_copy(context->arena, text, strlen(text), e);
}

static bool explain_rights(struct err *e)
{
    if (strcmp(e->code, "42501") != 0)
        return false;
    return err_hint(e, "run it as who ran daybook init and may create databases (ALTER ROLE … CREATEDB), or give "
                       "--scratch CONNINFO of an empty database of his");
}

/* Statements of a query: names of databases are quoted there. */
static bool make_database(struct scratch *scratch, struct job_context *context, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!db_open(&scratch->maker, context->settings->conninfo, "daybook audit", e) ||
        !lock_take(scratch->maker, "audit --from-bytes", e) ||
        !db_query(scratch->maker, sql_replay_scratch, 0, NULL, &rows, e))
        return false;
    scratch->name = copied(context, rows, 0, e);
    scratch->drop = copied(context, rows, 2, e);
    scratch->conninfo =
        scratch->name ? arena_printf(context->arena, e, "%s dbname=%s", context->settings->conninfo, scratch->name) : NULL;
    bool made = scratch->drop && scratch->conninfo && db_exec(scratch->maker, scratch->drop, e) &&
                db_exec(scratch->maker, db_text(rows, 0, 1), e) && db_exec(scratch->maker, db_text(rows, 0, 3), e);
    db_rows_close(rows);
    return made || explain_rights(e);
}

static bool check_given(struct scratch *scratch, struct job_context *context, struct err *e)
{
    struct db *db = NULL;
    int64_t is_empty = 0;
    bool done = db_open(&db, scratch->conninfo, "daybook audit", e) &&
                db_query_int64(db, sql_replay_scratch_is_empty, 0, NULL, &is_empty, e);
    db_close(db);
    if (!done || is_empty)
        return done;
    (void)context;
    (void)err_set(e, ERR_USAGE, "--scratch: the database holds a schema of daybook already");
    return err_hint(e, "give an empty one; it is not dropped afterwards");
}

static bool make_schema(const struct settings *settings, struct job_context *context, struct err *e)
{
    const struct job_replay replay = {0};
    struct command command = *context->command;
    struct job_result result;
    command.job = command_find("init");
    command.date = DATE_NO_DAY;
    command.argument_count = 0;
    memset(command.option_values, 0, sizeof command.option_values);
    if (!job_run_replay(settings, &command, &replay, &result, e))
        return false;
    if (result.is_failed)
        *e = result.failure;
    return !result.is_failed || explain_rights(e);
}

bool scratch_open(struct scratch *scratch, struct job_context *context, const char *given, struct settings *settings,
                  struct err *e)
{
    *scratch = (struct scratch){.conninfo = given};
    if (given ? !check_given(scratch, context, e) : !make_database(scratch, context, e))
        return err_context(e, "the scratch database");
    *settings = *context->settings;
    settings->conninfo = scratch->conninfo;
    return make_schema(settings, context, e) && db_open(&scratch->db, scratch->conninfo, "daybook audit", e) &&
           db_exec(scratch->db, "SET ROLE daybook_owner", e);
}

void scratch_close(struct scratch *scratch, bool keeps)
{
    struct err failure;
    db_close(scratch->db);
    if (scratch->name && keeps)
        log_event(LOG_WARN, "scratch_kept", "database=%s message=\"holds what the bytes make, for comparing; the next audit "
                                            "--from-bytes makes it anew\"", scratch->name);
    else if (scratch->drop && !db_exec(scratch->maker, scratch->drop, &failure))
        log_error("scratch_not_dropped", &failure);
    db_close(scratch->maker);
}
