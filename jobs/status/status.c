#include "jobs/status/status.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/money.h"
#include "queries.h"

enum { STALE_AFTER_DAYS = 3, SHOWN_MAX = 20, COLUMNS_MAX = 10 };

enum column_type { COLUMN_TEXT, COLUMN_COUNT, COLUMN_FEN };

struct column {
    const char *name; /* heading and JSON key */
    enum column_type type;
    int width; /* on paper; negative: left */
};

/* One part of the answer: a query and how its columns are shown. */
struct part {
    const char *name;  /* JSON key */
    const char *title; /* on paper */
    const char *sql;
    const char *empty;                  /* what is said where there is no row */
    bool takes_limits;                  /* $1 days of silence or nights behind, $2 at most so many rows */
    struct column columns[COLUMNS_MAX]; /* ended by one without name */
};

static const struct part parts[] = {
    {"jobs",
     "Jobs, their last runs",
     sql_status_jobs,
     "none has run",
     false,
     {{"job", COLUMN_TEXT, -11},
      {"date", COLUMN_TEXT, -11},
      {"started_at", COLUMN_TEXT, -20},
      {"seconds", COLUMN_COUNT, 8},
      {"status", COLUMN_TEXT, -10},
      {"message", COLUMN_TEXT, -1}}},
    {"packages",
     "Packages",
     sql_status_packages,
     "none",
     false,
     {{"state", COLUMN_TEXT, -12},
      {"reason", COLUMN_TEXT, -18},
      {"packages", COLUMN_COUNT, 10},
      {"records", COLUMN_COUNT, 12},
      {"oldest", COLUMN_TEXT, -20}}},
    {"set_aside",
     "In quarantine or refused (at most 20 are shown); when the cause is mended: daybook retry NAME",
     sql_status_set_aside,
     "none",
     true,
     {{"name", COLUMN_TEXT, -80}, {"reason", COLUMN_TEXT, -16}, {"detail", COLUMN_TEXT, -1}, {"of", COLUMN_COUNT, 7}}},
    {"outbox",
     "Files to be sent",
     sql_status_outbox,
     "none waits",
     false,
     {{"source", COLUMN_TEXT, -16}, {"state", COLUMN_TEXT, -8}, {"files", COLUMN_COUNT, 8}}},
    {"lists",
     "Lists of lost and bad cards, and how many nights old those are that terminals have",
     sql_status_lists,
     "none has been made",
     false,
     {{"class", COLUMN_TEXT, -6},
      {"version", COLUMN_TEXT, -9},
      {"names", COLUMN_COUNT, 8},
      {"terminals", COLUMN_COUNT, 10},
      {"newest", COLUMN_COUNT, 8},
      {"behind_1", COLUMN_COUNT, 9},
      {"behind_7", COLUMN_COUNT, 9},
      {"behind_more", COLUMN_COUNT, 12},
      {"silent", COLUMN_COUNT, 8}}},
    {"list_terminals",
     "Terminals whose list is more than 3 nights old (at most 20 are shown)",
     sql_status_list_terminals,
     "none",
     true,
     {{"device_no", COLUMN_TEXT, -10},
      {"school_code", COLUMN_TEXT, -12},
      {"class", COLUMN_TEXT, -6},
      {"version", COLUMN_TEXT, -9},
      {"said_at", COLUMN_TEXT, -20},
      {"nights", COLUMN_COUNT, 7},
      {"of", COLUMN_COUNT, 7}}},
    {"exceptions",
     "Open exceptions",
     sql_status_exceptions,
     "none",
     false,
     {{"verdict", COLUMN_TEXT, -20},
      {"open", COLUMN_COUNT, 9},
      {"amount_fen", COLUMN_FEN, 16},
      {"oldest", COLUMN_TEXT, -11}}},
    {"corrections",
     "Corrections that wait for a second person",
     sql_status_corrections,
     "none",
     false,
     {{"proposal_id", COLUMN_TEXT, -12},
      {"exception", COLUMN_TEXT, -20},
      {"outcome", COLUMN_TEXT, -9},
      {"amount_fen", COLUMN_FEN, 14},
      {"reason", COLUMN_TEXT, -16},
      {"proposed_by", COLUMN_TEXT, -1}}},
    {"stale_terminals",
     "Terminals without a log for 3 days (at most 20 are shown)",
     sql_status_stale_terminals,
     "none",
     true,
     {{"device_no", COLUMN_TEXT, -10},
      {"school_code", COLUMN_TEXT, -12},
      {"place", COLUMN_TEXT, -20},
      {"last_date", COLUMN_TEXT, -11},
      {"of", COLUMN_COUNT, 7}}},
};
enum { PARTS = sizeof parts / sizeof parts[0] };

static bool query_part(struct job_context *context, const struct part *part, struct db_rows **rows,
                       struct err *e)
{
    struct db_number days, limit;
    const char *params[] = {db_from_int64(&days, STALE_AFTER_DAYS), db_from_int64(&limit, SHOWN_MAX)};
    return db_query(context->db, part->sql, part->takes_limits ? 2 : 0, params, rows, e);
}

static void print_cell(const struct column *column, const struct db_rows *rows, size_t row, int at)
{
    char yuan[MONEY_TEXT_BYTES];
    if (column->type == COLUMN_FEN)
        money_format_yuan(db_int64(rows, row, at), yuan);
    (void)printf(" %*s", column->width, column->type == COLUMN_FEN ? yuan : db_text(rows, row, at));
}

static void print_part(const struct part *part, const struct db_rows *rows)
{
    (void)printf("\n%s\n", part->title);
    if (db_rows_count(rows) == 0) {
        (void)printf("  %s\n", part->empty);
        return;
    }
    (void)fputs(" ", stdout);
    for (int i = 0; i < COLUMNS_MAX && part->columns[i].name; i++)
        (void)printf(" %*s", part->columns[i].width,
                     part->columns[i].type == COLUMN_FEN ? "yuan" : part->columns[i].name);
    (void)fputs("\n", stdout);
    for (size_t row = 0; row < db_rows_count(rows); row++) {
        (void)fputs(" ", stdout);
        for (int i = 0; i < COLUMNS_MAX && part->columns[i].name; i++)
            print_cell(&part->columns[i], rows, row, i);
        (void)fputs("\n", stdout);
    }
}

static void add_part(struct json *json, const struct part *part, const struct db_rows *rows)
{
    json_add_array(json, part->name);
    for (size_t row = 0; row < db_rows_count(rows); row++) {
        json_add_object(json, NULL);
        for (int i = 0; i < COLUMNS_MAX && part->columns[i].name; i++) {
            if (db_is_null(rows, row, i))
                json_add_null(json, part->columns[i].name);
            else if (part->columns[i].type == COLUMN_TEXT)
                json_add_text(json, part->columns[i].name, db_text(rows, row, i));
            else
                json_add_int(json, part->columns[i].name, db_int64(rows, row, i));
        }
        json_end(json);
    }
    json_end(json);
}

static bool print_status(struct job_context *context, const char *open_date, const char *sealed_date,
                         struct err *e)
{
    bool ok = true;
    (void)printf("%s\nopen date %s, last sealed %s\n", context->settings->site_name, open_date, sealed_date);
    for (size_t i = 0; ok && i < PARTS; i++) {
        struct db_rows *rows = NULL;
        ok = query_part(context, &parts[i], &rows, e);
        if (ok)
            print_part(&parts[i], rows);
        db_rows_close(rows);
    }
    return ok;
}

static bool fill_json(struct job_context *context, struct json *json, struct err *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < PARTS; i++) {
        struct db_rows *rows = NULL;
        ok = query_part(context, &parts[i], &rows, e);
        if (ok)
            add_part(json, &parts[i], rows);
        db_rows_close(rows);
    }
    return ok;
}

static bool print_json(struct job_context *context, const char *open_date, const char *sealed_date,
                       struct err *e)
{
    struct json *json = NULL;
    if (!json_open_object(&json, e))
        return false;
    json_add_text(json, "site", context->settings->site_name);
    json_add_text(json, "open_date", open_date);
    json_add_text(json, "sealed_date", sealed_date);
    const char *text = NULL;
    bool ok = fill_json(context, json, e) && (text = json_text(json, e));
    if (ok)
        (void)printf("%s\n", text);
    json_close(json);
    return ok;
}

static bool run_status(struct job_context *context, struct err *e)
{
    char open[DATE_TEXT_BYTES] = "", sealed[DATE_TEXT_BYTES] = "";
    bool has_sealed = context->sealed_date != DATE_NO_DAY;
    if (has_sealed) {
        date_format(context->sealed_date, sealed);
        date_format(context->sealed_date + 1, open);
    }
    bool ok = context->command->is_json
                  ? print_json(context, has_sealed ? open : NULL, has_sealed ? sealed : NULL, e)
                  : print_status(context, has_sealed ? open : "not known before the first seal",
                                 has_sealed ? sealed : "none", e);
    if (ok && (fflush(stdout) != 0 || ferror(stdout)))
        return err_set(e, ERR_DISK, "standard output could not be written");
    return ok;
}

const struct job job_status = {
    .name = "status",
    .arguments = "",
    .summary = "shows jobs, packages, what waits, lists, open exceptions, silent terminals",
    .needs = JOB_SETTINGS | JOB_DATABASE | JOB_READS | JOB_PRINTS,
    .run = run_status,
};
