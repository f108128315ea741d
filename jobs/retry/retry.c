#include "jobs/retry/retry.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "jobs/sheet.h"
#include "queries.h"

struct retry {
    struct job_context *context;
    struct sheet *sheet;
};

/* ---- packages */

static bool give_back(struct retry *retry, int64_t archive_id, const char *reason, int64_t *count, struct err *e)
{
    struct db_number id;
    const char *params[] = {db_from_int64(&id, archive_id), reason};
    if (!db_command(retry->context->db, sql_retry_package, 2, params, count, e))
        return false;
    job_count(retry->context, "packages", *count);
    return true;
}

static bool queue_file(struct retry *retry, int64_t archive_id, const char *archive, int64_t file_no, const char *file,
                       struct err *e)
{
    struct db_number id, number;
    const char *params[] = {db_from_int64(&id, archive_id), db_from_int64(&number, file_no)};
    int64_t queued = 0;
    if (!db_command(retry->context->db, sql_retry_file, 2, params, &queued, e))
        return false;
    job_count(retry->context, "files", queued);
    sheet_note(retry->sheet, "\"%s/%s\" %s", archive, file,
               queued > 0 ? "will be judged again by the next post" : "waits for the next post already");
    return true;
}

static bool queue_files(struct retry *retry, const struct db_rows *rows, struct err *e)
{
    for (size_t i = 0; i < db_rows_count(rows); i++)
        if (strcmp(db_text(rows, i, 4), "posted") != 0 &&
            !queue_file(retry, db_int64(rows, i, 0), db_text(rows, i, 1), db_int64(rows, i, 2), db_text(rows, i, 3), e))
            return false;
    return true;
}

static bool query_files(struct retry *retry, int64_t archive_id, const char *file, struct db_rows **rows, struct err *e)
{
    struct db_number id;
    const char *params[] = {db_from_int64(&id, archive_id), file};
    return db_query(retry->context->db, sql_retry_files, 2, params, rows, e);
}

static bool retry_refused_files(struct retry *retry, int64_t archive_id, struct err *e)
{
    struct db_rows *rows = NULL;
    bool done = query_files(retry, archive_id, NULL, &rows, e) && queue_files(retry, rows, e);
    db_rows_close(rows);
    return done;
}

static bool retry_quarantined(struct retry *retry, const struct db_rows *rows, struct err *e)
{
    int64_t count = 0;
    if (strcmp(db_text(rows, 0, 3), "renamed_content") == 0) {
        (void)err_set(e, ERR_USAGE, "package \"%s\" was posted with other bytes, so these cannot be judged under that name",
                      db_text(rows, 0, 1));
        return err_hint(e, "have the collector send them under a new name");
    }
    if (!give_back(retry, db_int64(rows, 0, 0), NULL, &count, e))
        return false;
    sheet_note(retry->sheet, "\"%s\" was in quarantine (%s) and will be judged again by the next post", db_text(rows, 0, 1),
               db_text(rows, 0, 3));
    return true;
}

static bool retry_posted(struct retry *retry, const struct db_rows *rows, struct err *e)
{
    if (db_int64(rows, 0, 4) + db_int64(rows, 0, 5) > 0)
        return retry_refused_files(retry, db_int64(rows, 0, 0), e);
    (void)err_set(e, ERR_USAGE, "package \"%s\" is posted and nothing of it is refused", db_text(rows, 0, 1));
    return err_hint(e, "single held records: daybook adjust");
}

/* *is_package: the name is one. */
static bool retry_package(struct retry *retry, const char *name, bool *is_package, struct err *e)
{
    struct db_rows *rows = NULL;
    const char *params[] = {name};
    if (!db_query(retry->context->db, sql_retry_packages, 1, params, &rows, e))
        return false;
    bool done = true;
    *is_package = db_rows_count(rows) > 0;
    const char *state = *is_package ? db_text(rows, 0, 2) : "";
    if (strcmp(state, "quarantined") == 0)
        done = retry_quarantined(retry, rows, e);
    else if (strcmp(state, "posted") == 0)
        done = retry_posted(retry, rows, e);
    else if (*is_package)
        sheet_note(retry->sheet, "\"%s\" %s", db_text(rows, 0, 1),
                   strcmp(state, "waiting") == 0 ? "waits for its key; the first post that has it judges it"
                                                 : "waits for the next post already");
    db_rows_close(rows);
    return done;
}

/* ---- files */

static bool refuse_many(const char *file, const struct db_rows *rows, struct err *e)
{
    (void)err_set(e, ERR_USAGE, "%zu packages have a refused file \"%s\"", db_rows_count(rows), file);
    return err_hint(e, "name one as \"%.100s/%.60s\"", db_text(rows, 0, 1), file);
}

static bool refuse_none(const char *name, struct err *e)
{
    (void)err_set(e, ERR_USAGE, "\"%s\" is neither a package nor a refused file of a posted one", name);
    return err_hint(e, "daybook status lists what is in quarantine or refused");
}

static bool check_files(const char *name, int64_t archive_id, const struct db_rows *rows, struct err *e)
{
    if (db_rows_count(rows) == 0)
        return refuse_none(name, e);
    if (archive_id == 0 && db_rows_count(rows) > 1)
        return refuse_many(name, rows, e);
    if (strcmp(db_text(rows, 0, 4), "posted") == 0) {
        (void)err_set(e, ERR_USAGE, "file \"%s\" of \"%s\" was judged again and accepted", db_text(rows, 0, 3),
                      db_text(rows, 0, 1));
        return err_hint(e, "daybook explain record shows its records");
    }
    return true;
}

static bool retry_files(struct retry *retry, const char *name, int64_t archive_id, const char *file, struct err *e)
{
    struct db_rows *rows = NULL;
    bool done = query_files(retry, archive_id, file, &rows, e) && check_files(name, archive_id, rows, e) &&
                queue_files(retry, rows, e);
    db_rows_close(rows);
    return done;
}

/* "PACKAGE/FILE": names of packages have no slash. *archive_id stays 0 where what stands before the first is no package. */
static bool find_prefix(struct retry *retry, const char *name, int64_t *archive_id, const char **file, struct err *e)
{
    const char *slash = strchr(name, '/');
    *archive_id = 0;
    *file = name;
    if (!slash)
        return true;
    const char *package = arena_copy(retry->context->arena, name, (size_t)(slash - name), e);
    struct db_rows *rows = NULL;
    const char *params[] = {package};
    if (!package || !db_query(retry->context->db, sql_retry_packages, 1, params, &rows, e))
        return false;
    for (size_t i = 0; i < db_rows_count(rows); i++) {
        if (strcmp(db_text(rows, i, 2), "posted") != 0)
            continue;
        *archive_id = db_int64(rows, i, 0);
        *file = slash + 1;
    }
    db_rows_close(rows);
    return true;
}

static bool retry_one(struct retry *retry, const char *name, struct err *e)
{
    bool is_package = false;
    int64_t archive_id = 0;
    const char *file = NULL;
    if (!retry_package(retry, name, &is_package, e))
        return false;
    return is_package || (find_prefix(retry, name, &archive_id, &file, e) && retry_files(retry, name, archive_id, file, e));
}

static bool retry_reason(struct retry *retry, const char *reason, struct err *e)
{
    int64_t count = 0;
    if (!give_back(retry, 0, reason, &count, e))
        return false;
    sheet_note(retry->sheet, "%" PRId64 " packages were in quarantine (%s) and will be judged again by the next post", count,
               reason);
    return true;
}

/* All of it, or nothing. */
static bool retry_all(struct retry *retry, struct err *e)
{
    const struct command *command = retry->context->command;
    const char *reason = command_option(command, "reason");
    bool done = db_begin(retry->context->db, e);
    sheet_part(retry->sheet, "retry", "To be judged again");
    for (int i = 0; done && i < command->argument_count; i++)
        done = retry_one(retry, command->arguments[i], e);
    if (done && reason)
        done = retry_reason(retry, reason, e);
    if (done && !command->is_dry_run)
        return db_commit(retry->context->db, e);
    db_rollback(retry->context->db);
    return done;
}

static bool run_retry(struct job_context *context, struct err *e)
{
    struct retry retry = {.context = context};
    job_count(context, "packages", 0);
    job_count(context, "files", 0);
    bool done = sheet_open(&retry.sheet, context->command->is_json, e) && retry_all(&retry, e) &&
                sheet_print(retry.sheet, e);
    sheet_close(retry.sheet);
    return done;
}

static bool check_retry(const struct command *command, struct err *e)
{
    const char *reason = command_option(command, "reason");
    if (command->argument_count == 0 && !reason) {
        (void)err_set(e, ERR_USAGE, "daybook retry needs PACKAGE or FILE, or --reason");
        return err_hint(e, "daybook status lists what is in quarantine or refused");
    }
    if (!reason || *reason)
        return true;
    return err_set(e, ERR_USAGE, "--reason is empty");
}

static const struct job_option options[] = {
    {"reason", "REASON", "all packages in quarantine for this reason, as bad_signature"},
    {NULL, NULL, NULL},
};

const struct job job_retry = {
    .name = "retry",
    .arguments = "PACKAGE or FILE ...",
    .arguments_max = INT_MAX,
    .summary = "has quarantined packages and refused files judged again, once their cause is mended",
    .details = "A package in quarantine goes back to the next post, which judges it as if it had come now. Of a posted package "
               "the refused files are judged again, by PACKAGE, PACKAGE/FILE or a FILE that only one package has: a part of "
               "its own with its own counts, in the day that is open; the first counts stay as they were. What is accepted "
               "closes its exception and is answered anew under the same name.",
    .options = options,
    .needs = JOB_SETTINGS | JOB_DATABASE | JOB_LOCK_ALONE | JOB_PRINTS,
    .check = check_retry,
    .run = run_retry,
};
