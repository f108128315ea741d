#include "formats/csv.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "formats/lines.h"

const struct csv_limits csv_default_limits = {.line_bytes = 8192, .field_bytes = 2048};

/* Lines with quotes are fed to libcsv one at a time, content and line end apart, so that at most one row ends in a call and
 * the number of the line is always known. The row's fields are kept in `bytes`, which can hold the longest
 * row: unquoting only makes it shorter. A line without quotes is a row by itself and is cut where it lies. */
struct csv {
    const char *file;
    struct csv_limits limits;
    struct csv_parser parser;
    struct lines lines;
    bool is_row_open;    /* a quoted field goes on in the next line */
    bool has_ended;      /* a row ended in what was fed */
    bool is_field_long;
    bool no_memory;
    size_t row_bytes; /* fed since the row began */
    struct csv_row row;
    struct str *fields;
    size_t field_capacity;
    char *bytes;
    size_t bytes_used;
};

static int no_space(unsigned char c)
{
    (void)c;
    return 0;
}

static void add_field(struct csv *csv, struct str field)
{
    if (field.length > csv->limits.field_bytes) {
        csv->is_field_long = true;
        return;
    }
    if (csv->row.field_count == csv->field_capacity) {
        size_t capacity = csv->field_capacity ? csv->field_capacity * 2 : 32;
        struct str *fields = realloc(csv->fields, capacity * sizeof *fields);
        if (!fields) {
            csv->no_memory = true;
            return;
        }
        csv->fields = fields;
        csv->field_capacity = capacity;
    }
    csv->fields[csv->row.field_count++] = field;
}

static void take_field(void *data, size_t length, void *context)
{
    struct csv *csv = context;
    char *copy = csv->bytes + csv->bytes_used;
    if (length > 0)
        memcpy(copy, data, length);
    csv->bytes_used += length;
    add_field(csv, (struct str){copy, length});
}

static void take_row(int terminator, void *context)
{
    struct csv *csv = context;
    (void)terminator;
    csv->has_ended = true;
}

bool csv_open(struct csv **csv, const char *file, struct str text, const struct csv_limits *limits,
              struct err *e)
{
    *csv = NULL;
    struct csv *made = calloc(1, sizeof *made);
    if (!made)
        return err_set(e, ERR_BUG, "no memory to read \"%s\"", file);
    made->file = file;
    made->lines = (struct lines){.text = text};
    made->limits = limits ? *limits : csv_default_limits;
    made->bytes = malloc(made->limits.line_bytes + 1);
    if (!made->bytes || csv_init(&made->parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        free(made->bytes);
        free(made);
        return err_set(e, ERR_BUG, "no memory to read \"%s\"", file);
    }
    csv_set_space_func(&made->parser, no_space);
    csv_set_blk_size(&made->parser, made->limits.field_bytes + 1);
    *csv = made;
    return true;
}

void csv_close(struct csv *csv)
{
    if (!csv)
        return;
    csv_free(&csv->parser);
    free(csv->fields);
    free(csv->bytes);
    free(csv);
}

static bool at_line(const struct csv *csv, struct err *e, const char *what)
{
    return err_set(e, ERR_INPUT, "file \"%s\", line %lld: %s", csv->file, (long long)csv->lines.line_number, what);
}

static const char *const lone_return = "a carriage return that ends no line";

static bool field_is_long(const struct csv *csv, struct err *e)
{
    return err_set(e, ERR_INPUT, "file \"%s\", line %lld, column %zu: a field of more than \"%zu\" bytes", csv->file,
                   (long long)csv->lines.line_number, csv->row.field_count + 1, csv->limits.field_bytes);
}

static bool feed(struct csv *csv, struct str bytes, struct err *e)
{
    size_t parsed = csv_parse(&csv->parser, bytes.data, bytes.length, take_field, take_row, csv);
    if (csv->no_memory || csv_error(&csv->parser) == CSV_ENOMEM)
        return err_set(e, ERR_BUG, "no memory to read \"%s\"", csv->file);
    if (csv->is_field_long)
        return field_is_long(csv, e);
    if (parsed != bytes.length)
        return err_set(e, ERR_INPUT,
                       "file \"%s\", line %lld, column %zu: a quote that neither opens nor closes a field",
                       csv->file, (long long)csv->lines.line_number, csv->row.field_count + 1);
    return true;
}

static bool feed_line(struct csv *csv, const struct line *line, struct err *e)
{
    if (line->content.length > 0 && !csv->is_row_open && line->content.data[0] == '\r')
        return at_line(csv, e, lone_return);
    if (!feed(csv, line->content, e))
        return false;
    if (csv->has_ended)
        return at_line(csv, e, lone_return);
    /* The last line may lack its end. */
    return feed(csv, line->end.length > 0 ? line->end : str_of("\n"), e);
}

static bool cut_line(struct csv *csv, struct str content, struct err *e)
{
    const char *from = content.data, *end = content.data + content.length;
    for (const char *at = from; at <= end; at++) {
        if (at < end && *at == '\r')
            return at_line(csv, e, lone_return);
        if (at < end && *at != ',')
            continue;
        add_field(csv, (struct str){from, (size_t)(at - from)});
        if (csv->is_field_long)
            return field_is_long(csv, e);
        from = at + 1;
    }
    csv->has_ended = true;
    return !csv->no_memory || err_set(e, ERR_BUG, "no memory to read \"%s\"", csv->file);
}

/* Takes a line of a row: a whole one, or where a quoted field is open, one more. */
static bool take_line(struct csv *csv, const struct line *line, struct err *e)
{
    csv->row_bytes += line->content.length;
    if (csv->row_bytes > csv->limits.line_bytes)
        return err_set(e, ERR_INPUT, "file \"%s\", line %lld: a line of more than \"%zu\" bytes", csv->file,
                       (long long)csv->row.line_number, csv->limits.line_bytes);
    bool is_plain = !csv->is_row_open && !memchr(line->content.data, '"', line->content.length);
    if (!(is_plain ? cut_line(csv, line->content, e) : feed_line(csv, line, e)))
        return false;
    csv->row.bytes.length = (size_t)(line->content.data + line->content.length - csv->row.bytes.data);
    csv->is_row_open = !csv->has_ended;
    csv->row_bytes += line->end.length;
    return true;
}

bool csv_next(struct csv *csv, const struct csv_row **row, struct err *e)
{
    struct line line;
    *row = NULL;
    csv->has_ended = csv->is_row_open = false;
    csv->row.field_count = csv->bytes_used = csv->row_bytes = 0;
    while (!csv->has_ended && lines_next(&csv->lines, &line)) {
        if (!csv->is_row_open) {
            csv->row.line_number = csv->lines.line_number;
            csv->row.bytes = line.content;
            if (line_is_blank(line.content))
                continue;
        }
        if (!take_line(csv, &line, e))
            return false;
    }
    if (!csv->has_ended) {
        if (csv->is_row_open)
            return err_set(e, ERR_INPUT, "file \"%s\", line %lld: a quoted field is not closed", csv->file,
                           (long long)csv->row.line_number);
        if (csv_fini(&csv->parser, take_field, take_row, csv) != 0)
            return at_line(csv, e, csv_strerror(csv_error(&csv->parser)));
        return true;
    }
    csv->row.fields = csv->fields;
    *row = &csv->row;
    return true;
}

void csv_write_field(struct buf *out, struct str field)
{
    bool is_plain = true;
    for (size_t i = 0; i < field.length; i++)
        is_plain = is_plain && field.data[i] != ',' && field.data[i] != '"' && field.data[i] != '\r' &&
                   field.data[i] != '\n';
    if (is_plain) {
        buf_add(out, field.data, field.length);
        return;
    }
    buf_add(out, "\"", 1);
    for (size_t i = 0; i < field.length; i++)
        buf_add(out, field.data[i] == '"' ? "\"\"" : field.data + i, field.data[i] == '"' ? 2 : 1);
    buf_add(out, "\"", 1);
}
