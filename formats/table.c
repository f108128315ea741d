#include "formats/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAULT_BYTES = 512, WORDS_BYTES = 400, NO_COLUMN = -1 };

struct table {
    const struct table_input *input;
    const struct table_form *form;
    struct table_faults *faults;
    struct csv *csv;
    bool is_done;
    int *form_of_csv; /* index in the form of each column of the CSV */
    size_t csv_column_count;
    struct str *fields; /* of the row, in the order of the form */
    struct buf words;
    struct table_row row;
    struct table_line line;
};

void table_faults_open(struct table_faults *faults, struct arena *arena)
{
    *faults = (struct table_faults){.arena = arena};
}

/* True when there is room to keep one more message; counts it either way. */
static bool has_room(struct table_faults *faults)
{
    faults->total++;
    return faults->count < TABLE_FAULTS_KEPT;
}

static bool keep(struct table_faults *faults, const char *message, struct err *e)
{
    if (!faults->messages)
        faults->messages = arena_array(faults->arena, TABLE_FAULTS_KEPT, sizeof *faults->messages, e);
    const char *copy = faults->messages ? arena_copy(faults->arena, message, strlen(message), e) : NULL;
    if (!copy)
        return false;
    faults->messages[faults->count++] = copy;
    return true;
}

bool table_faults_add(struct table_faults *faults, const struct table_place *place, struct err *e,
                      const char *format, ...)
{
    char message[FAULT_BYTES];
    if (!has_room(faults))
        return true;
    int length = place->column ? snprintf(message, sizeof message,
                                          "file \"%s\", line %lld, column \"%s\": ", place->file,
                                          (long long)place->line_number, place->column)
                               : snprintf(message, sizeof message, "file \"%s\", line %lld: ", place->file,
                                          (long long)place->line_number);
    if (length < 0)
        return err_set(e, ERR_BUG, "a fault could not be put in words");
    va_list args;
    va_start(args, format);
    if ((size_t)length < sizeof message)
        (void)vsnprintf(message + length, sizeof message - (size_t)length, format, args);
    va_end(args);
    return keep(faults, message, e);
}

bool table_faults_none(const struct table_faults *faults, struct err *e)
{
    if (faults->total == 0)
        return true;
    (void)err_set(e, ERR_INPUT, "%s", faults->count > 0 ? faults->messages[0] : "faults were found");
    if (faults->total > 1)
        (void)err_hint(e, "%lld more like this", (long long)faults->total - 1);
    return false;
}

static bool is_private(const struct table_column *column)
{
    return column->is_private || column->type == TABLE_CARD_NO || column->type == TABLE_REGISTRY_NO ||
           column->type == TABLE_ID_NO || column->type == TABLE_MOBILE;
}

/* The value as a message may show it: masked where it is private, cut where it is long, on one line. */
static void show_value(const struct table_column *column, struct str value, char out[STR_SHOWN_BYTES])
{
    char masked[STR_SHOWN_BYTES];
    if (!is_private(column)) {
        str_show(value, out);
        return;
    }
    str_mask(value, masked, sizeof masked);
    str_show(str_of(masked), out);
}

static struct table_place place_of(const struct table *table, int64_t line_number, const char *column)
{
    return (struct table_place){table->input->file, line_number, column};
}

static int find_column(const struct table_form *form, struct str name)
{
    for (size_t i = 0; i < form->column_count; i++)
        if (str_equal(name, form->columns[i].name))
            return (int)i;
    return NO_COLUMN;
}

static bool is_taken(const struct table *table, size_t until, int column)
{
    for (size_t i = 0; i < until; i++)
        if (table->form_of_csv[i] == column)
            return true;
    return false;
}

static bool check_missing(struct table *table, int64_t line_number, struct err *e)
{
    struct table_place place = place_of(table, line_number, NULL);
    for (size_t i = 0; i < table->form->column_count; i++) {
        const struct table_column *column = &table->form->columns[i];
        if (!column->is_optional && !is_taken(table, table->csv_column_count, (int)i) &&
            !table_faults_add(table->faults, &place, e, "column \"%s\" is missing", column->name))
            return false;
    }
    return true;
}

static bool read_heading(struct table *table, const struct csv_row *row, struct err *e)
{
    int64_t found_before = table->faults->total;
    table->csv_column_count = row->field_count;
    table->form_of_csv = calloc(row->field_count, sizeof *table->form_of_csv);
    if (!table->form_of_csv)
        return err_set(e, ERR_BUG, "no memory for the heading of \"%s\"", table->input->file);
    for (size_t i = 0; i < row->field_count; i++) {
        char shown[STR_SHOWN_BYTES];
        show_value(&(struct table_column){.type = TABLE_TEXT}, row->fields[i], shown);
        struct table_place place = place_of(table, row->line_number, shown);
        int column = find_column(table->form, row->fields[i]);
        bool is_twice = column != NO_COLUMN && is_taken(table, i, column);
        table->form_of_csv[i] = column;
        if ((column == NO_COLUMN || is_twice) &&
            !table_faults_add(table->faults, &place, e, is_twice ? "column comes twice" : "unknown column"))
            return false;
    }
    if (!check_missing(table, row->line_number, e))
        return false;
    table->is_done = table->faults->total > found_before;
    return true;
}

/* A text that is not CSV is a fault like any other, the last one; a bug stays one. */
static bool next_csv_row(struct table *table, const struct csv_row **row, struct err *e)
{
    if (csv_next(table->csv, row, e))
        return true;
    if (e->kind != ERR_INPUT)
        return false;
    table->is_done = true;
    bool kept = !has_room(table->faults) || keep(table->faults, e->message, e);
    if (kept)
        err_clear(e);
    return kept;
}

bool table_open(struct table **table, const struct table_input *input, const struct table_form *form,
                struct table_faults *faults, struct err *e)
{
    const struct csv_row *row = NULL;
    *table = NULL;
    struct table *made = calloc(1, sizeof *made);
    if (!made)
        return err_set(e, ERR_BUG, "no memory to read \"%s\"", input->file);
    *made = (struct table){.input = input, .form = form, .faults = faults};
    buf_open(&made->words, WORDS_BYTES);
    made->fields = calloc(form->column_count, sizeof *made->fields);
    bool done = made->fields ? csv_open(&made->csv, input->file, input->text, input->limits, e)
                             : err_set(e, ERR_BUG, "no memory to read \"%s\"", input->file);
    done = done && next_csv_row(made, &row, e);
    if (done && row) {
        done = read_heading(made, row, e);
    } else if (done && !made->is_done) {
        struct table_place place = place_of(made, 1, NULL);
        made->is_done = true;
        done = table_faults_add(faults, &place, e, "no heading");
    }
    if (!done) {
        table_close(made);
        return false;
    }
    *table = made;
    return true;
}

void table_close(struct table *table)
{
    if (!table)
        return;
    csv_close(table->csv);
    buf_close(&table->words);
    free(table->form_of_csv);
    free(table->fields);
    free(table);
}

static bool check_field(struct table *table, size_t index, int64_t line_number, struct err *e)
{
    const struct table_column *column = &table->form->columns[index];
    struct str value = table->fields[index];
    struct table_place place = place_of(table, line_number, column->name);
    if (value.length == 0) {
        if (column->is_optional || column->may_be_empty)
            return true;
        return table_faults_add(table->faults, &place, e, "\"\" is empty");
    }
    const char *why = table_field_fault(column, value, &table->words);
    if (!why)
        return true;
    char shown[STR_SHOWN_BYTES];
    show_value(column, value, shown);
    return table_faults_add(table->faults, &place, e, "\"%s\" %s", shown, why);
}

/* Puts the fields of a row into the order of the form. */
static void order_fields(struct table *table, const struct csv_row *row)
{
    for (size_t i = 0; i < table->form->column_count; i++)
        table->fields[i] = (struct str){"", 0};
    for (size_t i = 0; i < row->field_count; i++)
        table->fields[table->form_of_csv[i]] = row->fields[i];
}

static bool check_row(struct table *table, const struct csv_row *row, struct err *e)
{
    struct table_place place = place_of(table, row->line_number, NULL);
    if (row->field_count != table->csv_column_count)
        return table_faults_add(table->faults, &place, e, "\"%zu\" fields where the heading has \"%zu\"",
                                row->field_count, table->csv_column_count);
    order_fields(table, row);
    for (size_t i = 0; i < table->form->column_count; i++)
        if (!check_field(table, i, row->line_number, e))
            return false;
    return true;
}

bool table_next(struct table *table, const struct table_row **row, struct err *e)
{
    *row = NULL;
    while (!table->is_done) {
        const struct csv_row *found = NULL;
        int64_t faults_before = table->faults->total;
        if (!next_csv_row(table, &found, e))
            return false;
        if (!found) {
            table->is_done = true;
            return true;
        }
        if (!check_row(table, found, e))
            return false;
        if (table->faults->total > faults_before)
            continue;
        table->row = (struct table_row){found->line_number, table->fields};
        *row = &table->row;
        return true;
    }
    return true;
}

bool table_next_line(struct table *table, const struct table_line **line, struct err *e)
{
    const struct csv_row *found = NULL;
    *line = NULL;
    if (table->is_done)
        return true;
    if (!next_csv_row(table, &found, e))
        return false;
    if (!found) {
        table->is_done = true;
        return true;
    }
    bool is_whole = found->field_count == table->csv_column_count;
    if (is_whole)
        order_fields(table, found);
    table->line = (struct table_line){found->line_number, is_whole ? table->fields : NULL, found->bytes};
    *line = &table->line;
    return true;
}

/* A copy of the row's fields in the arena, NUL after each. */
static bool copy_row(struct arena *arena, const struct table_row *from, size_t count, struct table_row *to,
                     struct err *e)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += from->fields[i].length + 1;
    struct str *fields = arena_array(arena, count, sizeof *fields, e);
    char *at = fields ? arena_alloc(arena, bytes, e) : NULL;
    if (!at)
        return false;
    for (size_t i = 0; i < count; i++) {
        fields[i] = (struct str){at, from->fields[i].length};
        memcpy(at, from->fields[i].data, from->fields[i].length);
        at += from->fields[i].length + 1;
    }
    *to = (struct table_row){from->line_number, fields};
    return true;
}

static size_t count_lines(struct str text)
{
    size_t lines = 1;
    for (const char *at = text.data, *end = text.data + text.length; at < end; at++)
        lines += *at == '\n';
    return lines;
}

bool table_read(struct arena *arena, const struct table_input *input, const struct table_form *form,
                struct table_rows *rows, struct err *e)
{
    const struct table_row *row = NULL;
    struct table *table = NULL;
    struct table_faults faults;
    table_faults_open(&faults, arena);
    *rows = (struct table_rows){.rows = arena_array(arena, count_lines(input->text), sizeof *rows->rows, e)};
    bool done = rows->rows && table_open(&table, input, form, &faults, e);
    while (done && (done = table_next(table, &row, e)) && row) {
        done = copy_row(arena, row, form->column_count, &rows->rows[rows->row_count], e);
        rows->row_count++;
    }
    table_close(table);
    return done && table_faults_none(&faults, e);
}
