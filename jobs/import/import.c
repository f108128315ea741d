#include "jobs/import/import.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/fsfile.h"
#include "base/log.h"
#include "formats/charset.h"
#include "formats/reference.h"
#include "jobs/import/posting.h"
#include "ledger/run.h"
#include "queries.h"

static const size_t posting_maximum_bytes = (size_t)512 << 20;

/* A KIND of the table in formats/reference.h, and what its rows do to the database. */
struct import_kind {
    const char *name;
    const char *rows;  /* makes import_KIND and import_changes from import_text */
    const char *check; /* gives the rows that cannot go in; NULL: nothing to ask */
    const char *apply; /* takes them in */
    /* posts what new rows are worth; NULL: nothing */
    bool (*post)(struct job_context *context, struct ledger_run *run, struct arena *arena, struct err *e);
};

static const struct import_kind import_kinds[] = {
    {"school", sql_import_school_rows, NULL, sql_import_school_apply, NULL},
    {"merchant", sql_import_merchant_rows, sql_import_merchant_check, sql_import_merchant_apply, NULL},
    {"terminal", sql_import_terminal_rows, sql_import_terminal_check, sql_import_terminal_apply, NULL},
    {"person", sql_import_person_rows, sql_import_person_check, sql_import_person_apply, NULL},
    {"card", sql_import_card_rows, sql_import_card_check, sql_import_card_apply, import_post_cards},
    {"calendar", sql_import_calendar_rows, sql_import_calendar_check, sql_import_calendar_apply, NULL},
    {"opening", sql_import_opening_rows, sql_import_opening_check, sql_import_opening_apply, import_post_openings},
    {"loss", sql_import_loss_rows, sql_import_loss_check, sql_import_loss_apply, NULL},
    {"cash", sql_import_cash_rows, sql_import_cash_check, sql_import_cash_apply, import_post_cash},
    {"subsidy", sql_import_subsidy_rows, sql_import_subsidy_check, sql_import_subsidy_apply, import_post_subsidies},
};
enum { IMPORT_KINDS = sizeof import_kinds / sizeof import_kinds[0] };

struct import_file {
    const char *path;
    const char *bytes; /* mapped */
    size_t length;
    char sha256[2 * CRYPTO_SHA256_BYTES + 1];
};

struct import {
    struct job_context *context;
    const struct import_kind *kind;
    const struct reference_kind *form;
    struct import_file *files;
    size_t file_count;
    struct table_faults faults;
    struct ledger_run run;
};

/* ---- files → import_text */

static bool open_files(struct import *import, struct err *e)
{
    char *const *paths = import->context->command->arguments + 1;
    import->file_count = (size_t)import->context->command->argument_count - 1;
    import->files = arena_array(import->context->arena, import->file_count, sizeof *import->files, e);
    for (size_t i = 0; import->files && i < import->file_count; i++) {
        struct import_file *file = &import->files[i];
        uint8_t digest[CRYPTO_SHA256_BYTES];
        bool exists = false;
        file->path = paths[i];
        if (!fsfile_exists(file->path, &exists, e))
            return false;
        if (!exists)
            return err_set(e, ERR_USAGE, "file \"%s\" is not there", file->path);
        if (!fsfile_map(file->path, &file->bytes, &file->length, e))
            return false;
        if ((int64_t)file->length > import->context->settings->limits.import_bytes) {
            err_set(e, ERR_INPUT, "file \"%s\" has %zu bytes, more than %lld", file->path, file->length,
                    (long long)import->context->settings->limits.import_bytes);
            return err_hint(e, "split it, or raise [limits] import_bytes");
        }
        if (!crypto_sha256(file->bytes, file->length, digest, e))
            return false;
        str_hex(digest, sizeof digest, file->sha256);
    }
    return import->files != NULL;
}

static void close_files(struct import *import)
{
    for (size_t i = 0; import->files && i < import->file_count; i++)
        fsfile_unmap(import->files[i].bytes, import->files[i].length);
}

static bool put_row(struct db_copy *copy, size_t file_index, const struct table_row *row, size_t column_count,
                    struct err *e)
{
    size_t bytes = sizeof(int32_t) + sizeof(int64_t);
    for (size_t i = 0; i < column_count; i++)
        bytes += row->fields[i].length;
    if (!db_copy_row(copy, (int)column_count + 2, bytes, e))
        return false;
    db_put_int32(copy, (int32_t)file_index + 1);
    db_put_int64(copy, row->line_number);
    for (size_t i = 0; i < column_count; i++) {
        if (row->fields[i].length == 0)
            db_put_null(copy);
        else
            db_put_bytes(copy, row->fields[i].data, row->fields[i].length);
    }
    return true;
}

static bool copy_rows(struct import *import, size_t file_index, struct table *table, struct db_copy *copy,
                      struct err *e)
{
    const struct reference_kind *form = import->form;
    const struct table_row *row = NULL;
    struct table_place place = {.file = import->files[file_index].path};
    for (;;) {
        if (!table_next(table, &row, e))
            return false;
        if (!row)
            return true;
        place.line_number = row->line_number;
        if ((form->check && !form->check(row, &place, &import->faults, e)) ||
            !put_row(copy, file_index, row, form->form.column_count, e))
            return false;
        job_count(import->context, "rows", 1);
    }
}

static bool read_file(struct import *import, size_t file_index, struct db_copy *copy, struct err *e)
{
    const struct import_file *file = &import->files[file_index];
    const struct settings *settings = import->context->settings;
    struct csv_limits limits = {(size_t)settings->limits.line_bytes, (size_t)settings->limits.field_bytes};
    struct table_input input = {.file = file->path, .limits = &limits};
    struct table *table = NULL;
    struct table_place place = {.file = file->path};
    if (!charset_read(import->context->arena, file->path, (struct str){file->bytes, file->length},
                      &input.text, e)) {
        /* One unreadable file is told with the faults of the others. */
        struct err unreadable = *e;
        return e->kind == ERR_INPUT && table_faults_add(&import->faults, &place, e, "%s", unreadable.message);
    }
    bool ok = table_open(&table, &input, &import->form->form, &import->faults, e) &&
              copy_rows(import, file_index, table, copy, e);
    table_close(table);
    return ok;
}

static bool copy_files(struct import *import, struct err *e)
{
    struct db_copy *copy = NULL;
    struct buf sql;
    int64_t rows = 0;
    buf_open(&sql, 1024);
    buf_add_text(&sql, "COPY import_text (file_no, line_number");
    for (size_t i = 0; i < import->form->form.column_count; i++)
        buf_printf(&sql, ", c%zu", i + 1);
    buf_add_text(&sql, ") FROM STDIN BINARY");
    bool ok = buf_ok(&sql, e) && db_copy_open(import->context->db, sql.data, &copy, e);
    buf_close(&sql);
    if (!ok)
        return false;
    for (size_t i = 0; ok && i < import->file_count; i++)
        ok = read_file(import, i, copy, e);
    if (ok)
        return db_copy_close(copy, &rows, e);
    db_copy_abort(copy);
    return false;
}

/* ---- what cannot go in */

/* Every fault is logged, as far as they are kept; the import is refused as a whole. */
static bool refuse_faults(struct import *import, struct err *e)
{
    const struct table_faults *faults = &import->faults;
    job_count(import->context, "faults", faults->total);
    if (faults->total == 0)
        return true;
    for (size_t i = 0; i < faults->count; i++)
        log_event(LOG_WARN, "row_refused", "%s", faults->messages[i]);
    if (faults->total > (int64_t)faults->count)
        log_event(LOG_WARN, "more_refused", "count=%lld",
                  (long long)(faults->total - (int64_t)faults->count));
    err_set(e, ERR_INPUT, "nothing was imported: %lld faults, the first: %s", (long long)faults->total,
            faults->messages[0]);
    return err_hint(e, "mend the file and import it again: all of its rows go in, or none");
}

static bool collect_faults(struct import *import, const char *sql, struct err *e)
{
    struct db_rows *rows = NULL;
    bool ok = db_query(import->context->db, sql, 0, NULL, &rows, e);
    for (size_t i = 0; ok && i < db_rows_count(rows); i++) {
        const char *column = db_text(rows, i, 2);
        struct table_place place = {import->files[db_int64(rows, i, 0) - 1].path, db_int64(rows, i, 1),
                                    *column ? column : NULL};
        ok = table_faults_add(&import->faults, &place, e, "%s", db_text(rows, i, 3));
    }
    db_rows_close(rows);
    return ok;
}

static bool check_rows(struct import *import, struct err *e)
{
    return collect_faults(import, sql_import_repeated, e) &&
           (!import->kind->check || collect_faults(import, import->kind->check, e)) &&
           refuse_faults(import, e);
}

/* ---- taking them in */

/* The bytes are in intake/ before a row says so. */
static bool keep_bytes(struct import *import, const struct import_file *file, struct err *e)
{
    const char *path = arena_printf(import->context->arena, e, "%s/%.2s/%s",
                                    import->context->settings->intake, file->sha256, file->sha256);
    return path && fsfile_write(path, file->bytes ? file->bytes : "", file->length, 0640, e);
}

static bool register_file(struct import *import, const struct db_rows *counts, size_t row, struct err *e)
{
    const struct import_file *file = &import->files[db_int64(counts, row, 0) - 1];
    const char *name = strrchr(file->path, '/');
    struct db_number run;
    const char *params[] = {db_text(counts, row, 0),
                            import->kind->name,
                            name ? name + 1 : file->path,
                            file->sha256,
                            db_from_int64(&run, import->run.run_id),
                            db_text(counts, row, 1),
                            db_text(counts, row, 2),
                            db_text(counts, row, 3)};
    if (!import->context->command->is_dry_run && !keep_bytes(import, file, e))
        return false;
    return db_command(import->context->db, sql_import_register, 8, params, NULL, e);
}

/* Registers the files that change anything. *changes is how many rows do. */
static bool register_files(struct import *import, int64_t *changes, struct err *e)
{
    struct db_rows *counts = NULL;
    *changes = 0;
    if (!db_query(import->context->db, sql_import_count, 0, NULL, &counts, e))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < db_rows_count(counts); i++) {
        int64_t fresh = db_int64(counts, i, 2), changed = db_int64(counts, i, 3);
        job_count(import->context, "new", fresh);
        job_count(import->context, "changed", changed);
        *changes += fresh + changed;
        if (fresh + changed > 0)
            ok = register_file(import, counts, i, e);
    }
    db_rows_close(counts);
    return ok;
}

static bool post_rows(struct import *import, struct err *e)
{
    struct arena *arena = NULL;
    if (!import->kind->post)
        return true;
    bool posted = arena_open(&arena, posting_maximum_bytes, e) &&
                  import->kind->post(import->context, &import->run, arena, e);
    arena_close(arena);
    return posted;
}

/* Queries of checks take no parameters, so the run is told to them by a row. */
static bool begin_rows(struct import *import, struct err *e)
{
    struct db_number id, date;
    const char *params[] = {db_from_int64(&id, import->run.run_id), db_from_day(&date, import->run.open_date)};
    return db_exec(import->context->db, sql_import_begin, e) &&
           db_command(import->context->db, sql_import_run, 2, params, NULL, e);
}

static bool import_rows(struct import *import, bool *has_changes, struct err *e)
{
    struct db *db = import->context->db;
    int64_t changes = 0;
    *has_changes = false;
    if (!begin_rows(import, e) || !copy_files(import, e) || !refuse_faults(import, e) ||
        !db_exec(db, sql_import_analyze_text, e) || !db_exec(db, import->kind->rows, e) ||
        !check_rows(import, e) || !register_files(import, &changes, e))
        return false;
    *has_changes = changes > 0;
    return changes == 0 || (db_exec(db, import->kind->apply, e) && post_rows(import, e));
}

static bool run_under_transaction(struct import *import, struct err *e)
{
    bool has_changes = false;
    struct job_context *context = import->context;
    if (!ledger_run_open(&import->run, context->db, "import", context->open_date, e))
        return false;
    if (!import_rows(import, &has_changes, e)) {
        ledger_run_abandon(&import->run);
        return false;
    }
    if (!has_changes)
        log_event(LOG_INFO, "nothing_to_import", "message=\"all rows are known with these values\"");
    if (!has_changes || context->command->is_dry_run) {
        ledger_run_abandon(&import->run);
        return true;
    }
    return ledger_run_commit(&import->run, context->settings->conninfo, e);
}

static const struct import_kind *find_kind(const char *name)
{
    for (size_t i = 0; i < IMPORT_KINDS; i++)
        if (strcmp(import_kinds[i].name, name) == 0)
            return &import_kinds[i];
    return NULL;
}

static bool check_kind(const struct command *command, struct err *e)
{
    char known[256] = "";
    if (find_kind(command->arguments[0]))
        return true;
    for (size_t i = 0; i < IMPORT_KINDS; i++) {
        size_t length = strlen(known);
        (void)snprintf(known + length, sizeof known - length, "%s%s", i ? ", " : "", import_kinds[i].name);
    }
    err_set(e, ERR_USAGE, "there is no KIND \"%s\" to import", command->arguments[0]);
    return err_hint(e, "one of %s", known);
}

static bool run_import(struct job_context *context, struct err *e)
{
    static const char *const counts[] = {"rows", "new", "changed", "faults"};
    struct import import = {.context = context};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        job_count(context, counts[i], 0);
    table_faults_open(&import.faults, context->arena);
    import.kind = find_kind(context->command->arguments[0]);
    import.form = reference_find(context->command->arguments[0]);
    ALWAYS(import.kind && import.form);
    bool ok = open_files(&import, e) && run_under_transaction(&import, e);
    close_files(&import);
    return ok;
}

const struct job job_import = {
    .name = "import",
    .arguments = "KIND FILE...",
    .arguments_min = 2,
    .arguments_max = INT_MAX,
    .summary = "reads reference data, balances of the cut-over, cash slips and subsidies",
    .details = "Import them in this order: school, merchant, terminal, person, card, calendar, opening, loss, cash, "
               "subsidy.\n"
               "All rows of all files go in, or none; each bad row is reported with its line and column. The same "
               "file\n"
               "again changes nothing; a known key with other values replaces the old row, which stays as known until "
               "then.\n"
               "New cards post their opening balance on the open date; opening rows those of other accounts; cash slips "
               "and\n"
               "subsidies post what they say. These, loss rows and a card's opening state are never changed: other "
               "values\n"
               "under a known key are an error.",
    .needs = JOB_SETTINGS | JOB_DATABASE | JOB_LOCK_ALONE | JOB_DATE | JOB_DATE_IS_OPEN,
    .check = check_kind,
    .run = run_import,
};
