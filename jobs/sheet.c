#include "jobs/sheet.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/money.h"

enum { NOTES_MAX = 200, LABEL_WIDTH = 18, NOTE_BYTES = 2048 };
static const size_t paper_maximum_bytes = (size_t)256 << 20;

struct row {
    struct row *next;
    const char **cells;
};

struct sheet {
    bool is_json;
    bool in_part;
    struct json *json;
    struct buf paper;
    struct arena *arena; /* notes and cells of the part */
    const char *notes[NOTES_MAX];
    size_t note_count, notes_dropped;
    const struct sheet_column *columns;
    size_t column_count;
    const char *empty;
    struct row *first, *last;
    struct err failure; /* the first */
};

bool sheet_open(struct sheet **sheet, bool is_json, struct err *e)
{
    struct sheet *s = *sheet = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, ERR_BUG, "no memory for an answer");
    s->is_json = is_json;
    buf_open(&s->paper, paper_maximum_bytes);
    return arena_open(&s->arena, paper_maximum_bytes, e) && (!is_json || json_open_object(&s->json, e));
}

void sheet_close(struct sheet *sheet)
{
    if (!sheet)
        return;
    json_close(sheet->json);
    buf_close(&sheet->paper);
    arena_close(sheet->arena);
    free(sheet);
}

static bool has_failed(const struct sheet *sheet)
{
    return sheet->failure.kind != ERR_NONE;
}

static void end_part(struct sheet *s)
{
    if (s->is_json && s->in_part) {
        json_add_array(s->json, "notes");
        for (size_t i = 0; i < s->note_count; i++)
            json_add_text(s->json, NULL, s->notes[i]);
        json_end(s->json);
        json_end(s->json);
    }
    if (s->notes_dropped > 0)
        buf_printf(&s->paper, "  and %zu more like these\n", s->notes_dropped);
    s->note_count = s->notes_dropped = 0;
    s->in_part = false;
    arena_reset(s->arena);
}

void sheet_part(struct sheet *s, const char *key, const char *title)
{
    end_part(s);
    s->in_part = true;
    if (s->is_json)
        json_add_object(s->json, key);
    else
        buf_printf(&s->paper, "%s%s\n", s->paper.length > 0 ? "\n" : "", title);
}

/* ---- values */

static void put_label(struct sheet *s, const char *key)
{
    char label[64];
    (void)snprintf(label, sizeof label, "%s", key);
    size_t length = strlen(label);
    if (length > 4 && strcmp(label + length - 4, "_fen") == 0)
        label[length - 4] = '\0';
    for (char *c = label; *c; c++)
        if (*c == '_')
            *c = ' ';
    buf_printf(&s->paper, "  %-*s ", LABEL_WIDTH, label);
}

void sheet_text(struct sheet *s, const char *key, const char *text)
{
    bool is_empty = !text || *text == '\0';
    if (s->is_json) {
        json_add_text(s->json, key, is_empty ? NULL : text);
    } else if (!is_empty) {
        put_label(s, key);
        buf_printf(&s->paper, "%s\n", text);
    }
}

void sheet_count(struct sheet *s, const char *key, int64_t number)
{
    if (s->is_json) {
        json_add_int(s->json, key, number);
    } else {
        put_label(s, key);
        buf_printf(&s->paper, "%" PRId64 "\n", number);
    }
}

void sheet_fen(struct sheet *s, const char *key, int64_t fen)
{
    char yuan[MONEY_TEXT_BYTES];
    if (s->is_json) {
        json_add_int(s->json, key, fen);
    } else {
        money_format_yuan(fen, yuan);
        put_label(s, key);
        buf_printf(&s->paper, "%s\n", yuan);
    }
}

void sheet_note(struct sheet *s, const char *format, ...)
{
    char note[NOTE_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(note, sizeof note, format, args);
    va_end(args);
    if (s->note_count == NOTES_MAX) {
        s->notes_dropped++;
        return;
    }
    const char *kept = has_failed(s) ? NULL : arena_copy(s->arena, note, strlen(note), &s->failure);
    if (!kept)
        return;
    s->notes[s->note_count++] = kept;
    if (!s->is_json)
        buf_printf(&s->paper, "  - %s\n", note);
}

/* ---- tables */

void sheet_table(struct sheet *s, const char *key, const struct sheet_column *columns, size_t column_count,
                 const char *empty)
{
    s->columns = columns;
    s->column_count = column_count;
    s->empty = empty;
    s->first = s->last = NULL;
    if (s->is_json)
        json_add_array(s->json, key);
}

static void add_json_row(struct sheet *s, const char *const *cells)
{
    json_add_object(s->json, NULL);
    for (size_t i = 0; i < s->column_count; i++) {
        if (!cells[i])
            json_add_null(s->json, s->columns[i].name);
        else if (s->columns[i].type == SHEET_TEXT)
            json_add_text(s->json, s->columns[i].name, cells[i]);
        else
            json_add_int(s->json, s->columns[i].name, strtoll(cells[i], NULL, 10));
    }
    json_end(s->json);
}

/* What stands on paper. */
static const char *cell_text(struct sheet *s, const struct sheet_column *column, const char *cell)
{
    char yuan[MONEY_TEXT_BYTES];
    if (!cell)
        return "";
    if (column->type == SHEET_FEN) {
        money_format_yuan(strtoll(cell, NULL, 10), yuan);
        cell = yuan;
    }
    const char *kept = arena_copy(s->arena, cell, strlen(cell), &s->failure);
    return kept ? kept : "";
}

void sheet_cells(struct sheet *s, const char *const *cells)
{
    if (has_failed(s))
        return;
    if (s->is_json) {
        add_json_row(s, cells);
        return;
    }
    struct row *row = arena_alloc(s->arena, sizeof *row, &s->failure);
    row = row && (row->cells = arena_array(s->arena, s->column_count, sizeof *row->cells, &s->failure)) ? row : NULL;
    if (!row)
        return;
    for (size_t i = 0; i < s->column_count && !has_failed(s); i++)
        row->cells[i] = cell_text(s, &s->columns[i], cells[i]);
    if (s->last)
        s->last->next = row;
    else
        s->first = row;
    s->last = row;
}

void sheet_rows(struct sheet *s, const struct db_rows *rows)
{
    const char *cells[32];
    ALWAYS(s->column_count <= sizeof cells / sizeof cells[0]);
    for (size_t row = 0; row < db_rows_count(rows); row++) {
        for (size_t i = 0; i < s->column_count; i++)
            cells[i] = db_is_null(rows, row, (int)i) ? NULL : db_text(rows, row, (int)i);
        sheet_cells(s, cells);
    }
}

/* Places on a terminal: a character of Chinese, Japanese or Korean takes two. */
static size_t width_of(const char *text)
{
    size_t width = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        width += (*c & 0xC0) == 0x80 ? 0 : *c >= 0xE3 && *c <= 0xEF ? 2 : 1;
    return width;
}

static void put_cell(struct sheet *s, const char *text, size_t width, bool to_right, bool is_last)
{
    size_t blanks = width - width_of(text);
    buf_printf(&s->paper, " ");
    for (size_t i = 0; to_right && i < blanks; i++)
        buf_printf(&s->paper, " ");
    buf_printf(&s->paper, "%s", text);
    for (size_t i = 0; !to_right && !is_last && i < blanks; i++)
        buf_printf(&s->paper, " ");
}

static void put_table(struct sheet *s, const char *const *headings, const size_t *widths)
{
    buf_printf(&s->paper, " ");
    for (size_t i = 0; i < s->column_count; i++)
        put_cell(s, headings[i], widths[i], s->columns[i].type != SHEET_TEXT, i + 1 == s->column_count);
    buf_printf(&s->paper, "\n");
    for (const struct row *row = s->first; row; row = row->next) {
        buf_printf(&s->paper, " ");
        for (size_t i = 0; i < s->column_count; i++)
            put_cell(s, row->cells[i], widths[i], s->columns[i].type != SHEET_TEXT, i + 1 == s->column_count);
        buf_printf(&s->paper, "\n");
    }
}

void sheet_table_end(struct sheet *s)
{
    size_t widths[32] = {0};
    const char *headings[32];
    if (s->is_json) {
        json_end(s->json);
        return;
    }
    if (!s->first) {
        buf_printf(&s->paper, "  %s\n", s->empty);
        return;
    }
    for (size_t i = 0; i < s->column_count; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "%s", s->columns[i].name);
        if (s->columns[i].type == SHEET_FEN && strlen(name) > 4)
            name[strlen(name) - 4] = '\0';
        headings[i] = cell_text(s, &(struct sheet_column){.type = SHEET_TEXT}, name);
        widths[i] = width_of(headings[i]);
        for (const struct row *row = s->first; row; row = row->next)
            widths[i] = width_of(row->cells[i]) > widths[i] ? width_of(row->cells[i]) : widths[i];
    }
    put_table(s, headings, widths);
}

bool sheet_print(struct sheet *s, struct err *e)
{
    end_part(s);
    if (has_failed(s)) {
        *e = s->failure;
        return false;
    }
    const char *text = s->paper.data ? s->paper.data : "";
    if (s->is_json ? !(text = json_text(s->json, e)) : !buf_ok(&s->paper, e))
        return false;
    if (printf("%s%s", text, s->is_json ? "\n" : "") < 0 || fflush(stdout) != 0)
        return err_set(e, ERR_DISK, "standard output could not be written");
    return true;
}
