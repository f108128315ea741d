#include "reports/model.h"

#include <string.h>

#include "reports/figure.h"

void model_open(struct model *m, struct arena *arena, enum language language, const char *site)
{
    *m = (struct model){.language = language, .arena = arena, .site = site, .title = "", .subtitle = ""};
}

/* Zeroed memory of the document's arena, NULL once anything has failed. */
static void *take(struct model *m, size_t count, size_t size_bytes)
{
    if (m->failed)
        return NULL;
    void *memory = arena_array(m->arena, count, size_bytes, &m->error);
    m->failed = memory == NULL;
    return memory;
}

static bool row_is_whole(const struct model *m)
{
    return m->row == NULL || m->cells_put == m->last->table.column_count;
}

bool model_ok(const struct model *m, struct err *e)
{
    if (m->failed) {
        *e = m->error;
        return false;
    }
    ALWAYS(row_is_whole(m));
    return true;
}

static struct model_block *add_block(struct model *m, enum model_block_kind kind)
{
    struct model_block *block = take(m, 1, sizeof *block);
    if (block == NULL)
        return NULL;
    ALWAYS(row_is_whole(m));
    m->row = NULL;
    block->kind = kind;
    if (m->last == NULL)
        m->first = block;
    else
        m->last->next = block;
    m->last = block;
    return block;
}

void model_heading(struct model *m, int level, const char *anchor, const char *title)
{
    struct model_block *block = add_block(m, MODEL_HEADING);
    if (block == NULL)
        return;
    block->level = level;
    block->anchor = anchor;
    block->title = title;
}

void model_paragraph(struct model *m, const char *text)
{
    struct model_block *block = add_block(m, MODEL_PARAGRAPH);
    if (block != NULL)
        block->text = text;
}

void model_notice(struct model *m, enum model_tone tone, const char *title, const char *text)
{
    struct model_block *block = add_block(m, MODEL_NOTICE);
    if (block == NULL)
        return;
    block->tone = tone;
    block->title = title;
    block->text = text;
}

void model_chart(struct model *m, const char *title, const struct model_point *points, size_t count)
{
    struct model_block *block = add_block(m, MODEL_CHART);
    if (block == NULL)
        return;
    block->title = title;
    block->chart = (struct model_chart){.points = points, .count = count};
}

void model_list(struct model *m, enum model_block_kind kind, const char *title)
{
    struct model_block *block = add_block(m, kind);
    if (block != NULL)
        block->title = title;
}

static void add_item(struct model *m, struct model_item **first, struct model_item **last,
                     const struct model_item *item)
{
    struct model_item *added = take(m, 1, sizeof *added);
    if (added == NULL)
        return;
    *added = *item;
    if (*last == NULL)
        *first = added;
    else
        (*last)->next = added;
    *last = added;
}

void model_item_number(struct model *m, enum model_kind kind, const char *label, int64_t number,
                       const char *detail)
{
    struct model_item item = {.label = label, .kind = kind, .value.number = number, .detail = detail};
    if (!m->failed)
        add_item(m, &m->last->first, &m->last->last, &item);
}

void model_item_text(struct model *m, enum model_tone tone, const char *label, const char *text,
                     const char *detail)
{
    struct model_item item = {
        .tone = tone, .label = label, .kind = MODEL_TEXT, .value.text = text, .detail = detail};
    if (!m->failed)
        add_item(m, &m->last->first, &m->last->last, &item);
}

void model_item_href(struct model *m, const char *href)
{
    if (!m->failed)
        m->last->last->value.href = href;
}

void model_provenance(struct model *m, const char *label, const char *text)
{
    struct model_item item = {.label = label, .kind = MODEL_TEXT, .value.text = text};
    add_item(m, &m->first_provenance, &m->last_provenance, &item);
}

void model_table(struct model *m, const struct model_column *columns, size_t column_count, enum word empty)
{
    struct model_block *block = add_block(m, MODEL_TABLE);
    if (block != NULL)
        block->table = (struct model_table){.columns = columns, .column_count = column_count, .empty = empty};
}

void model_row(struct model *m, enum model_row_kind kind, int indent)
{
    struct model_row *row = take(m, 1, sizeof *row);
    if (row == NULL)
        return;
    ALWAYS(m->last->kind == MODEL_TABLE && row_is_whole(m));
    struct model_table *table = &m->last->table;
    row->cells = take(m, table->column_count, sizeof *row->cells);
    if (row->cells == NULL)
        return;
    row->kind = kind;
    row->indent = indent;
    if (table->last == NULL)
        table->first = row;
    else
        table->last->next = row;
    table->last = row;
    m->row = row;
    m->cells_put = 0;
}

static void put_cell(struct model *m, struct model_cell cell)
{
    if (m->failed)
        return;
    ALWAYS(m->row != NULL && m->cells_put < m->last->table.column_count);
    m->row->cells[m->cells_put++] = cell;
}

void model_put_text(struct model *m, const char *text)
{
    put_cell(m, (struct model_cell){.text = text});
}

void model_put_link(struct model *m, const char *text, const char *href)
{
    put_cell(m, (struct model_cell){.text = text, .href = href});
}

void model_put_number(struct model *m, int64_t number)
{
    put_cell(m, (struct model_cell){.number = number});
}

void model_put_blank(struct model *m)
{
    put_cell(m, (struct model_cell){.is_blank = true});
}

void model_note(struct model *m, const char *text)
{
    struct model_note *note = take(m, 1, sizeof *note);
    if (note == NULL)
        return;
    note->text = text;
    if (m->last->last_note == NULL)
        m->last->first_note = note;
    else
        m->last->last_note->next = note;
    m->last->last_note = note;
}

const char *model_copy(struct model *m, const char *text)
{
    char *copy = m->failed ? NULL : arena_copy(m->arena, text, strlen(text), &m->error);
    m->failed = copy == NULL;
    return copy == NULL ? "" : copy;
}

const char *model_words(struct model *m, enum word word, size_t count, const char *const *values)
{
    const char *text = m->failed ? NULL : words_fill(m->arena, m->language, word, count, values, &m->error);
    m->failed = text == NULL;
    return text == NULL ? "" : text;
}

const char *model_count_text(struct model *m, int64_t count)
{
    char text[FIGURE_BYTES];
    figure_count(count, text);
    return model_copy(m, text);
}

const char *model_yuan_text(struct model *m, int64_t fen)
{
    char text[FIGURE_BYTES];
    figure_yuan(fen, text);
    return model_copy(m, text);
}
