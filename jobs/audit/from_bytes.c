#include "jobs/audit/from_bytes.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/progress.h"
#include "jobs/audit/compare.h"
#include "jobs/audit/scratch.h"
#include "jobs/judge_settings.h"
#include "ledger/adjust.h"
#include "ledger/seal.h"
#include "queries.h"

static const size_t run_maximum_bytes = (size_t)256 << 20;

/* A recorded run. */
struct recorded {
    int64_t run_id;
    const char *job;
    int32_t date;
    int64_t parts; /* packages and files that a post posted */
};

struct replay {
    struct job_context *context;
    struct scratch scratch;
    struct settings settings; /* over the scratch */
    struct arena *arena;      /* of the run at hand */
    bool is_stopped;          /* a run could not be done again: those after it rest on it */
    int64_t done_runs;
};

/* The replay ends here; what was done by then is not compared. */
static bool stop(struct replay *replay, const struct recorded *run, const char *why)
{
    char date[DATE_TEXT_BYTES];
    date_format(run->date, date);
    replay->is_stopped = true;
    job_attention(replay->context, "audit_finding", "from bytes: run %" PRId64 " (%s of %s) cannot be done again: %s",
                  run->run_id, run->job, date, why);
    return true;
}

/* A refusal is a finding, a server that is away is not. */
static bool stop_or_fail(struct replay *replay, const struct recorded *run, const struct err *failure, struct err *e)
{
    if (failure->kind == ERR_INPUT || failure->kind == ERR_USAGE || failure->constraint[0] != '\0')
        return stop(replay, run, failure->message);
    *e = *failure;
    return err_context(e, "run %" PRId64 " of %s", run->run_id, run->job);
}

static bool query_of_run(struct replay *replay, const char *sql, const struct recorded *run, struct db_rows **rows,
                         struct err *e)
{
    struct db_number id;
    const char *params[] = {db_from_int64(&id, run->run_id)};
    return db_query(replay->context->db, sql, 1, params, rows, e);
}

/* The next run there gets the number that it had, so that all numbers made from it are the same. */
static bool give_number(struct replay *replay, const struct recorded *run, struct err *e)
{
    struct db_number id;
    struct db_rows *rows = NULL;
    const char *params[] = {db_from_int64(&id, run->run_id)};
    bool done = db_query(replay->scratch.db, sql_replay_next_run, 1, params, &rows, e);
    db_rows_close(rows);
    return done;
}

static bool check_there(struct replay *replay, const struct recorded *run, struct err *e)
{
    struct db_number id;
    int64_t count = 0;
    const char *params[] = {db_from_int64(&id, run->run_id)};
    if (!db_query_int64(replay->scratch.db, sql_replay_has_run, 1, params, &count, e))
        return false;
    return count == 1 || stop(replay, run, "it finds nothing to do");
}

/* ---- runs of jobs */

static bool run_job(struct replay *replay, const struct recorded *run, const struct job_replay *job_replay,
                    char *const *arguments, int argument_count, struct err *e)
{
    struct command command = *replay->context->command;
    struct job_result result;
    command.job = command_find(run->job);
    command.date = run->date;
    command.is_json = command.is_dry_run = false;
    command.arguments = arguments;
    command.argument_count = argument_count;
    memset(command.option_values, 0, sizeof command.option_values);
    if (!command.job)
        return stop(replay, run, "this edition has no such job");
    if (!job_run_replay(&replay->settings, &command, job_replay, &result, e))
        return false;
    return result.is_failed ? stop_or_fail(replay, run, &result.failure, e) : check_there(replay, run, e);
}

static bool replay_import(struct replay *replay, const struct recorded *run, struct err *e)
{
    const struct job_replay job_replay = {0};
    struct db_rows *rows = NULL;
    if (!query_of_run(replay, sql_replay_imports, run, &rows, e))
        return false;
    size_t count = db_rows_count(rows);
    char **arguments = arena_array(replay->arena, count + 2, sizeof *arguments, e);
    bool done = arguments != NULL;
    for (size_t i = 0; done && i < count; i++) {
        const char *sha256 = db_text(rows, i, 1);
        arguments[0] = arena_printf(replay->arena, e, "%s", db_text(rows, i, 0));
        arguments[i + 1] =
            arena_printf(replay->arena, e, "%s/%.2s/%s", replay->settings.intake, sha256, sha256);
        done = arguments[0] && arguments[i + 1];
    }
    db_rows_close(rows);
    return done && (count > 0 ? run_job(replay, run, &job_replay, arguments, (int)count + 1, e)
                              : stop(replay, run, "it took in no file"));
}

static bool lay_down_packages(struct replay *replay, const struct recorded *run, struct err *e)
{
    struct db_rows *rows = NULL;
    bool done = query_of_run(replay, sql_replay_packages, run, &rows, e);
    for (size_t i = 0; done && i < db_rows_count(rows); i++) {
        const char *params[7];
        for (int c = 0; c < 7; c++)
            params[c] = db_text(rows, i, c);
        done = db_command(replay->scratch.db, sql_replay_package_add, 7, params, NULL, e);
    }
    db_rows_close(rows);
    return done;
}

static bool lay_down_files(struct replay *replay, const struct recorded *run, struct err *e)
{
    struct db_rows *rows = NULL;
    bool done = query_of_run(replay, sql_replay_files, run, &rows, e);
    for (size_t i = 0; done && i < db_rows_count(rows); i++) {
        const char *params[] = {db_text(rows, i, 0), db_text(rows, i, 1)};
        done = db_command(replay->scratch.db, sql_replay_file_add, 2, params, NULL, e);
    }
    db_rows_close(rows);
    return done;
}

static bool read_refusals(struct replay *replay, const struct recorded *run, struct job_replay *job_replay, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!query_of_run(replay, sql_replay_refused, run, &rows, e))
        return false;
    size_t count = db_rows_count(rows);
    struct job_replay_refusal *refusals = arena_array(replay->arena, count + 1, sizeof *refusals, e);
    bool done = refusals != NULL;
    for (size_t i = 0; done && i < count; i++) {
        refusals[i] = (struct job_replay_refusal){db_int64(rows, i, 0), (int32_t)db_int64(rows, i, 1),
                                                  arena_printf(replay->arena, e, "%s", db_text(rows, i, 2))};
        done = refusals[i].reason != NULL;
    }
    db_rows_close(rows);
    *job_replay = (struct job_replay){refusals, count};
    return done;
}

/* Packages that were posted and today are not: the books rest on bytes that today's settings do not prove. */
static bool tell_set_aside(struct replay *replay, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!db_query(replay->scratch.db, sql_replay_set_aside, 0, NULL, &rows, e))
        return false;
    for (size_t i = 0; i < db_rows_count(rows); i++) {
        replay->is_stopped = true;
        job_attention(replay->context, "audit_finding", "from bytes: package \"%s\" was posted and is %s today: %s: %s",
                      db_text(rows, i, 0), db_text(rows, i, 1), db_text(rows, i, 2), db_text(rows, i, 3));
    }
    db_rows_close(rows);
    return true;
}

/* A run that set packages aside and posted none has left nothing in the books. */
static bool replay_post(struct replay *replay, const struct recorded *run, struct err *e)
{
    struct job_replay job_replay;
    if (run->parts == 0)
        return true;
    bool laid_down = db_begin(replay->scratch.db, e) && lay_down_packages(replay, run, e) &&
                     lay_down_files(replay, run, e) && db_commit(replay->scratch.db, e);
    return laid_down && read_refusals(replay, run, &job_replay, e) && run_job(replay, run, &job_replay, NULL, 0, e) &&
           (replay->is_stopped || tell_set_aside(replay, e));
}

static bool replay_plain(struct replay *replay, const struct recorded *run, struct err *e)
{
    const struct job_replay job_replay = {0};
    return run_job(replay, run, &job_replay, NULL, 0, e);
}

/* ---- runs that ask people or other jobs first: their effect is done by itself */

static bool write_seal(struct ledger_run *run, int32_t day, struct err *e)
{
    struct seal before, seal = {.day = day};
    return seal_read_before(run->db, day, &before, e) && seal_compute(run->db, &before, &seal, e) &&
           seal_write(run, &seal, e);
}

/* Numbers of exceptions depend on how many their run opened, so the exception is found by what it is about. */
static bool find_exception(struct ledger_run *run, const struct db_rows *rows, size_t row, int64_t *exception_id,
                           struct err *e)
{
    enum { FIRST = 7, COUNT = 11 };
    const char *params[COUNT];
    struct db_rows *found = NULL;
    for (int i = 0; i < COUNT; i++)
        params[i] = db_is_null(rows, row, FIRST + i) ? NULL : db_text(rows, row, FIRST + i);
    if (!db_query(run->db, sql_replay_exception, COUNT, params, &found, e))
        return false;
    bool done = db_rows_count(found) > 0;
    *exception_id = done ? db_int64(found, 0, 0) : 0;
    db_rows_close(found);
    return done || err_set(e, ERR_INPUT, "exception %s, which it is about, is not opened by its run", db_text(rows, row, 0));
}

static bool write_proposals(struct replay *replay, struct ledger_run *run, const struct db_rows *rows, struct err *e)
{
    for (size_t i = 0; i < db_rows_count(rows); i++) {
        struct proposal p = {.amount_fen = db_int64(rows, i, 4),
                             .reason = db_text(rows, i, 5), .proposed_by = db_text(rows, i, 6)};
        ALWAYS(proposal_outcome_find(db_text(rows, i, 1), &p.outcome));
        if (p.outcome == PROPOSAL_TRANSFER && (!account_parse(replay->arena, db_text(rows, i, 2), &p.debit, e) ||
                                               !account_parse(replay->arena, db_text(rows, i, 3), &p.credit, e)))
            return false;
        if (!find_exception(run, rows, i, &p.exception_id, e) || !proposal_write(run, &p, e))
            return false;
    }
    return true;
}

static bool write_answers(struct replay *replay, struct ledger_run *run, const struct db_rows *rows, struct err *e)
{
    struct judge_rules rules = {0};
    struct proposal p;
    if (!judge_settings_read(replay->context, &rules, e))
        return false;
    for (size_t i = 0; i < db_rows_count(rows); i++) {
        if (!proposal_read(run->db, replay->arena, db_int64(rows, i, 0), &p, e))
            return false;
        p.answer = strcmp(db_text(rows, i, 1), "approved") == 0 ? PROPOSAL_APPROVED : PROPOSAL_REFUSED;
        p.answered_by = db_text(rows, i, 2);
        p.answer_reason = db_text(rows, i, 3);
        if (!proposal_write_answer(run, &p, e) ||
            (p.answer == PROPOSAL_APPROVED && !adjust_apply(run, replay->arena, &p, &rules, e)))
            return false;
    }
    return true;
}

static bool write_corrections(struct replay *replay, struct ledger_run *run, const struct recorded *recorded, struct err *e)
{
    struct db_rows *proposals = NULL, *answers = NULL;
    bool done = query_of_run(replay, sql_replay_proposals, recorded, &proposals, e) &&
                query_of_run(replay, sql_replay_answers, recorded, &answers, e) &&
                write_proposals(replay, run, proposals, e) && write_answers(replay, run, answers, e);
    db_rows_close(proposals);
    db_rows_close(answers);
    return done;
}

/* As daybook_job, which is what jobs are. */
static bool replay_by_itself(struct replay *replay, const struct recorded *recorded, struct err *e)
{
    struct ledger_run run;
    struct err failure;
    if (!db_exec(replay->scratch.db, "SET ROLE daybook_job", e))
        return false;
    bool done = ledger_run_open(&run, replay->scratch.db, recorded->job, recorded->date, &failure);
    if (done) {
        done = strcmp(recorded->job, "seal") == 0 ? write_seal(&run, recorded->date, &failure)
                                                  : write_corrections(replay, &run, recorded, &failure);
        if (done)
            done = ledger_run_commit(&run, replay->settings.conninfo, &failure);
        else
            ledger_run_abandon(&run);
    }
    if (!db_exec(replay->scratch.db, "SET ROLE daybook_owner", e))
        return false;
    return done || stop_or_fail(replay, recorded, &failure, e);
}

/* ---- all of them */

static const struct {
    const char *job;
    bool (*replay)(struct replay *replay, const struct recorded *run, struct err *e);
} ways[] = {
    {"import", replay_import}, {"post", replay_post},         {"settle", replay_plain},
    {"seal", replay_by_itself}, {"adjust", replay_by_itself}, {"blacklist", replay_plain},
};

static bool replay_run(struct replay *replay, const struct recorded *run, struct err *e)
{
    arena_reset(replay->arena);
    if (!give_number(replay, run, e))
        return false;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
        if (strcmp(ways[i].job, run->job) == 0)
            return ways[i].replay(replay, run, e);
    return stop(replay, run, "this edition cannot do such runs again");
}

static bool replay_runs(struct replay *replay, const struct db_rows *rows, struct err *e)
{
    const struct command *command = replay->context->command;
    struct progress *progress =
        progress_open("replay", "runs", (int64_t)db_rows_count(rows), command->verbosity < 0);
    bool done = true;
    for (size_t i = 0; done && !replay->is_stopped && i < db_rows_count(rows); i++) {
        const struct recorded run = {db_int64(rows, i, 0), db_text(rows, i, 1), db_day(rows, i, 2), db_int64(rows, i, 3)};
        done = replay_run(replay, &run, e);
        replay->done_runs += done && !replay->is_stopped;
        progress_add(progress, 1, 0);
    }
    progress_close(progress);
    return done;
}

static bool compare(struct replay *replay, struct err *e)
{
    struct job_context *context = replay->context;
    struct comparison comparison;
    if (!compare_all(context, context->db, replay->scratch.db, &comparison, e))
        return false;
    job_count(context, "rows_equal", comparison.rows);
    job_count(context, "differences", comparison.differences);
    job_count(context, "seals", comparison.digests);
    job_count(context, "seals_equal", comparison.digests_equal);
    return true;
}

static bool replay_all(struct replay *replay, struct err *e)
{
    struct db_rows *rows = NULL;
    bool done = db_query(replay->context->db, sql_replay_runs, 0, NULL, &rows, e) && replay_runs(replay, rows, e);
    if (done) {
        job_count(replay->context, "runs", (int64_t)db_rows_count(rows));
        job_count(replay->context, "runs_done_again", replay->done_runs);
    }
    db_rows_close(rows);
    return done && (replay->is_stopped || compare(replay, e));
}

bool from_bytes_audit(struct job_context *context, struct err *e)
{
    struct replay replay = {.context = context};
    if (!db_begin(context->db, e))
        return false;
    bool done = db_exec(context->db, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY", e) &&
                arena_open(&replay.arena, run_maximum_bytes, e) &&
                scratch_open(&replay.scratch, context, command_option(context->command, "scratch"), &replay.settings, e) &&
                replay_all(&replay, e);
    scratch_close(&replay.scratch, done && context->needs_person);
    arena_close(replay.arena);
    db_rollback(context->db);
    return done;
}
