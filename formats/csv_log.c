#include "formats/csv_log.h"

#include <inttypes.h>
#include <stdlib.h>

#include "formats/charset.h"
#include "formats/manifest.h"

struct csv_log {
    const struct devlog_file *file;
    const struct csv_log_form *form;
    const char *name; /* of the file */
    struct csv *csv;
    struct charset_walk walk;
    size_t *form_of_csv;   /* index in the form of each column of the file; column_count: none */
    struct str *fields;    /* in the order of the form */
    const char *text_data; /* where the text begins */
    struct str bytes;      /* of the row, in the text */
    struct csv_log_row row;
};

static bool at_line(const struct csv_log *log, int64_t line_number, struct err *e)
{
    return err_context(e, "file \"%s\", line %" PRId64, log->name, line_number);
}

static size_t find_column(const struct csv_log_form *form, struct str name)
{
    size_t i = 0;
    while (i < form->column_count && !str_equal(name, form->columns[i]))
        i++;
    return i;
}

static bool is_taken(const struct csv_log *log, size_t until, size_t column)
{
    for (size_t i = 0; i < until; i++)
        if (log->form_of_csv[i] == column)
            return true;
    return false;
}

static bool refuse_column(const struct csv_row *heading, size_t at, const char *what, struct err *e)
{
    char shown[STR_SHOWN_BYTES];
    str_show(heading->fields[at], shown);
    return err_set(e, ERR_INPUT, "column \"%s\" %s", shown, what);
}

/* At most as many columns are looked at as the form has: one more is unknown or comes twice. */
static bool meet_heading(struct csv_log *log, const struct csv_row *heading, struct err *e)
{
    const struct csv_log_form *form = log->form;
    for (size_t i = 0; i < heading->field_count; i++) {
        size_t column = find_column(form, heading->fields[i]);
        if (column == form->column_count)
            return refuse_column(heading, i, "is none of this format", e);
        if (is_taken(log, i, column))
            return refuse_column(heading, i, "comes twice", e);
        log->form_of_csv[i] = column;
    }
    for (size_t i = 0; i < form->column_count; i++)
        if (!is_taken(log, heading->field_count, i))
            return err_set(e, ERR_INPUT, "column \"%s\" is missing", form->columns[i]);
    return true;
}

static bool read_heading(struct csv_log *log, struct err *e)
{
    const struct csv_row *heading = NULL;
    if (!csv_next(log->csv, &heading, e))
        return false;
    if (!heading)
        return err_set(e, ERR_INPUT, "file \"%s\", line 1: no heading", log->name);
    return meet_heading(log, heading, e) || at_line(log, heading->line_number, e);
}

static bool open_text(struct csv_log *log, struct arena *arena, struct err *e)
{
    struct str text, bytes = log->file->bytes;
    bool done = log->form->charset == CSV_LOG_GB18030 ? charset_read_gb18030(arena, log->name, bytes, &text, e)
                                                      : charset_read_utf8(log->name, bytes, &text, e);
    if (!done || !csv_open(&log->csv, log->name, text, &log->file->rules->limits, e))
        return false;
    charset_walk_open(&log->walk, bytes, text);
    log->text_data = text.data;
    return read_heading(log, e);
}

bool csv_log_open(struct csv_log **log, const struct devlog_file *file, const struct csv_log_form *form,
                  struct arena *arena, struct err *e)
{
    *log = NULL;
    struct csv_log *made = calloc(1, sizeof *made);
    if (!made)
        return err_set(e, ERR_BUG, "no memory to read a log");
    made->file = file;
    made->form = form;
    made->name = file->row->file.data;
    made->form_of_csv = calloc(form->column_count, sizeof *made->form_of_csv);
    made->fields = calloc(form->column_count, sizeof *made->fields);
    bool done = made->form_of_csv && made->fields ? open_text(made, arena, e)
                                                  : err_set(e, ERR_BUG, "no memory to read \"%s\"", made->name);
    if (done)
        *log = made;
    else
        csv_log_close(made);
    return done;
}

void csv_log_close(struct csv_log *log)
{
    if (!log)
        return;
    csv_close(log->csv);
    free(log->form_of_csv);
    free(log->fields);
    free(log);
}

static bool end_rows(const struct csv_log *log, struct err *e)
{
    if (log->row.record_no == log->file->row->records)
        return true;
    return err_set(e, ERR_INPUT, "file \"%s\": \"%" PRIu32 "\" rows where the manifest has \"%" PRId64 "\"", log->name,
                   log->row.record_no, log->file->row->records);
}

bool csv_log_next(struct csv_log *log, const struct csv_log_row **row, struct err *e)
{
    const struct csv_row *found = NULL;
    *row = NULL;
    if (!csv_next(log->csv, &found, e))
        return false;
    if (!found)
        return end_rows(log, e);
    if (log->row.record_no >= log->file->row->records)
        return err_set(e, ERR_INPUT, "file \"%s\", line %" PRId64 ": more rows than the \"%" PRId64 "\" of the manifest",
                       log->name, found->line_number, log->file->row->records);
    bool is_whole = found->field_count == log->form->column_count;
    for (size_t i = 0; is_whole && i < found->field_count; i++)
        log->fields[log->form_of_csv[i]] = found->fields[i];
    log->bytes = found->bytes;
    log->row.record_no++;
    log->row.line_number = found->line_number;
    log->row.fields = is_whole ? log->fields : NULL;
    *row = &log->row;
    return true;
}

struct str csv_log_raw(struct csv_log *log)
{
    size_t text_at = (size_t)(log->bytes.data - log->text_data);
    size_t from = charset_walk_to(&log->walk, text_at);
    size_t to = charset_walk_to(&log->walk, text_at + log->bytes.length);
    return (struct str){log->file->bytes.data + from, to - from};
}

bool csv_log_refuse(const struct csv_log *log, size_t column, const char *what, struct err *e)
{
    char shown[STR_SHOWN_BYTES];
    str_show(log->row.fields[column], shown);
    return err_set(e, ERR_INPUT, "file \"%s\", line %" PRId64 ", column \"%s\": \"%s\" %s", log->name,
                   log->row.line_number, log->form->columns[column], shown, what);
}
