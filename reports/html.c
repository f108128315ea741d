#include "reports/html.h"

#include <string.h>

#include "reports/figure.h"

enum { WIDE_COLUMNS = 7, WHOLE_NUMBER_ROWS = 24, WHOLE_TEXT_ROWS = 8, TILE_CHARACTERS = 14 };

static const char *const tone_class[] = {"plain", "good", "attention", "alarm"};
static const char *const tone_mark[] = {"·", "✓", "!", "✕"};

void html_escape(struct buf *out, const char *text)
{
    const char *from = text;
    for (const char *at = text;; at++) {
        const char *escaped = NULL;
        unsigned char c = (unsigned char)*at;
        if (c == '&')
            escaped = "&amp;";
        else if (c == '<')
            escaped = "&lt;";
        else if (c == '>')
            escaped = "&gt;";
        else if (c == '"')
            escaped = "&quot;";
        else if (c == '\'')
            escaped = "&#39;";
        else if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7f)
            escaped = "\xef\xbf\xbd"; /* U+FFFD; also ends the text at its NUL */
        if (escaped == NULL)
            continue;
        buf_add(out, from, (size_t)(at - from));
        if (c == '\0')
            return;
        buf_add_text(out, escaped);
        from = at + 1;
    }
}

static void add_element(struct buf *out, const char *element, const char *class, const char *text)
{
    buf_printf(out, class == NULL ? "<%s%s>" : "<%s class=\"%s\">", element, class == NULL ? "" : class);
    html_escape(out, text);
    buf_printf(out, "</%s>", element);
}

static bool is_number(enum model_kind kind)
{
    return kind == MODEL_COUNT || kind == MODEL_FEN || kind == MODEL_PERCENT;
}

/* A number with its sign; zero of counts and amounts is a dash, so that what is there stands out. */
static void add_number(struct buf *out, enum model_kind kind, int64_t number)
{
    char text[FIGURE_BYTES];
    if (kind == MODEL_FEN)
        figure_yuan(number, text);
    else if (kind == MODEL_PERCENT)
        figure_percent(number, text);
    else
        figure_count(number, text);
    if (number == 0 && kind != MODEL_PERCENT)
        buf_add_text(out, "<span class=\"zero\">–</span>");
    else if (number < 0)
        buf_printf(out, "<span class=\"negative\">%s</span>", text);
    else
        buf_add_text(out, text);
}

static void add_value(struct buf *out, enum model_kind kind, const struct model_cell *cell)
{
    char date[DATE_TEXT_BYTES];
    if (cell->is_blank)
        return;
    if (cell->href != NULL) {
        buf_add_text(out, "<a href=\"");
        html_escape(out, cell->href);
        buf_add_text(out, "\">");
    }
    if (is_number(kind)) {
        add_number(out, kind, cell->number);
    } else if (kind == MODEL_DATE) {
        date_format((int32_t)cell->number, date);
        buf_add_text(out, date);
    } else {
        html_escape(out, cell->text);
    }
    if (cell->href != NULL)
        buf_add_text(out, "</a>");
}

static void add_mark(struct buf *out, const struct model *m, enum model_tone tone)
{
    static const enum word names[] = {WORD_NONE, WORD_TONE_GOOD, WORD_TONE_ATTENTION, WORD_TONE_ALARM};
    buf_printf(out, "<span class=\"mark %s\" role=\"img\" aria-label=\"", tone_class[tone]);
    html_escape(out, words_text(m->language, names[tone]));
    buf_printf(out, "\">%s</span>", tone_mark[tone]);
}

static void add_notice(struct buf *out, const struct model *m, const struct model_block *block)
{
    buf_printf(out, "<section class=\"notice %s\">", tone_class[block->tone]);
    add_mark(out, m, block->tone);
    buf_add_text(out, "<div>");
    add_element(out, "p", "headline", block->title);
    add_element(out, "p", NULL, block->text);
    buf_add_text(out, "</div></section>\n");
}

/* Amounts of a province are set smaller, so that they stay within their tile. */
static bool is_long(const struct model_item *item)
{
    char text[FIGURE_BYTES];
    if (item->kind != MODEL_FEN)
        return false;
    figure_yuan(item->value.number, text);
    return strlen(text) > TILE_CHARACTERS;
}

static void add_tiles(struct buf *out, const struct model *m, const struct model_block *block)
{
    buf_add_text(out, "<dl class=\"tiles\">\n");
    for (const struct model_item *item = block->first; item != NULL; item = item->next) {
        buf_add_text(out, "<div><dt>");
        html_escape(out, item->label);
        if (item->kind == MODEL_FEN) {
            buf_add_text(out, " <span class=\"unit\">");
            html_escape(out, words_text(m->language, WORD_YUAN));
            buf_add_text(out, "</span>");
        }
        buf_printf(out, "</dt><dd class=\"figure%s\">", is_long(item) ? " long" : "");
        add_value(out, item->kind, &item->value);
        buf_add_text(out, "</dd>");
        if (item->detail != NULL)
            add_element(out, "dd", "detail", item->detail);
        buf_add_text(out, "</div>\n");
    }
    buf_add_text(out, "</dl>\n");
}

static void add_checks(struct buf *out, const struct model *m, const struct model_block *block)
{
    buf_add_text(out, "<section class=\"checks\">");
    add_element(out, "h2", NULL, block->title);
    buf_add_text(out, "<ul>\n");
    for (const struct model_item *item = block->first; item != NULL; item = item->next) {
        buf_add_text(out, "<li>");
        add_mark(out, m, item->tone);
        add_element(out, "span", "label", item->label);
        if (item->detail != NULL)
            add_element(out, "span", "detail", item->detail);
        buf_add_text(out, "<span class=\"value\">");
        add_value(out, item->kind, &item->value);
        buf_add_text(out, "</span></li>\n");
    }
    buf_add_text(out, "</ul></section>\n");
}

static void add_terms(struct buf *out, const struct model_block *block)
{
    buf_add_text(out, "<dl class=\"terms\">\n");
    for (const struct model_item *item = block->first; item != NULL; item = item->next) {
        buf_add_text(out, "<div>");
        add_element(out, "dt", NULL, item->label);
        add_element(out, "dd", NULL, item->value.text);
        buf_add_text(out, "</div>\n");
    }
    buf_add_text(out, "</dl>\n");
}

static const char *column_class(enum model_kind kind)
{
    return is_number(kind) ? "number" : kind == MODEL_TEXT ? "text" : "identifier";
}

static bool same_group(const struct model_column *a, const struct model_column *b)
{
    return a->group != MODEL_NO_GROUP && a->group == b->group;
}

/* One row of headings, or two where columns are grouped: the first has the groups and, over both rows, the
 * rest. */
static void add_head(struct buf *out, enum language language, const struct model_table *table)
{
    const struct model_column *columns = table->columns, *end = columns + table->column_count;
    bool has_groups = false;
    for (const struct model_column *c = columns; c < end; c++)
        has_groups = has_groups || c->group != MODEL_NO_GROUP;
    buf_add_text(out, "<thead>\n<tr>");
    for (const struct model_column *c = columns; c < end;) {
        const struct model_column *next = c + 1;
        while (next < end && same_group(c, next))
            next++;
        if (c->group != MODEL_NO_GROUP)
            buf_printf(out, "<th scope=\"colgroup\" class=\"group\" colspan=\"%d\">", (int)(next - c));
        else
            buf_printf(out, "<th scope=\"col\" class=\"%s\"%s>", column_class(c->kind),
                       has_groups ? " rowspan=\"2\"" : "");
        html_escape(out, words_text(language, c->group != MODEL_NO_GROUP ? c->group : c->title));
        buf_add_text(out, "</th>");
        c = next;
    }
    if (has_groups) {
        buf_add_text(out, "</tr>\n<tr>");
        for (const struct model_column *c = columns; c < end; c++) {
            if (c->group == MODEL_NO_GROUP)
                continue;
            buf_printf(out, "<th scope=\"col\" class=\"%s\">", column_class(c->kind));
            html_escape(out, words_text(language, c->title));
            buf_add_text(out, "</th>");
        }
    }
    buf_add_text(out, "</tr>\n</thead>\n");
}

static void add_row(struct buf *out, const struct model_table *table, const struct model_row *row)
{
    if (row->kind == MODEL_GROUP) {
        buf_printf(out, "<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"%zu\">", table->column_count);
        html_escape(out, row->cells[0].text);
        buf_add_text(out, "</th></tr>\n");
        return;
    }
    buf_add_text(out, row->kind == MODEL_TOTAL ? "<tr class=\"total\">" : "<tr>");
    for (size_t i = 0; i < table->column_count; i++) {
        enum model_kind kind = table->columns[i].kind;
        if (i == 0 && row->indent > 0)
            buf_printf(out, "<td class=\"%s in%d\">", column_class(kind), row->indent > 3 ? 3 : row->indent);
        else
            buf_printf(out, "<td class=\"%s\">", column_class(kind));
        add_value(out, kind, &row->cells[i]);
        buf_add_text(out, "</td>");
    }
    buf_add_text(out, "</tr>\n");
}

/* Short enough to stand on one sheet of paper: texts may take several lines, numbers do not. */
static bool is_whole(const struct model_table *table)
{
    size_t rows = 0, numbers = 0;
    for (const struct model_row *row = table->first; row != NULL; row = row->next)
        rows++;
    for (size_t i = 0; i < table->column_count; i++)
        numbers += is_number(table->columns[i].kind);
    return rows <= (2 * numbers >= table->column_count ? WHOLE_NUMBER_ROWS : WHOLE_TEXT_ROWS);
}

static void add_table(struct buf *out, enum language language, const struct model_block *block)
{
    const struct model_table *table = &block->table;
    if (table->first == NULL) {
        add_element(out, "p", "empty", words_text(language, table->empty));
        buf_add_text(out, "\n");
    } else {
        /* A table of many columns may be pushed sideways on a phone, and is set smaller on paper, where a
         * short one is not broken. */
        buf_printf(out, "<div class=\"scroll%s\"><table%s>\n", is_whole(table) ? " whole" : "",
                   table->column_count > WIDE_COLUMNS ? " class=\"wide\"" : "");
        add_head(out, language, table);
        buf_add_text(out, "<tbody>\n");
        for (const struct model_row *row = table->first; row != NULL; row = row->next)
            add_row(out, table, row);
        buf_add_text(out, "</tbody>\n</table></div>\n");
    }
    for (const struct model_note *note = block->first_note; note != NULL; note = note->next) {
        add_element(out, "p", "note", note->text);
        buf_add_text(out, "\n");
    }
}

static void add_heading(struct buf *out, const struct model_block *block)
{
    buf_printf(out, "<h%d", block->level);
    if (block->anchor != NULL) {
        buf_add_text(out, " id=\"");
        html_escape(out, block->anchor);
        buf_add_text(out, "\"");
    }
    buf_add_text(out, ">");
    html_escape(out, block->title);
    buf_printf(out, "</h%d>\n", block->level);
}

static void add_block(struct buf *out, const struct model *m, const struct model_block *block)
{
    switch (block->kind) {
    case MODEL_HEADING:
        add_heading(out, block);
        break;
    case MODEL_PARAGRAPH:
        add_element(out, "p", NULL, block->text);
        buf_add_text(out, "\n");
        break;
    case MODEL_NOTICE:
        add_notice(out, m, block);
        break;
    case MODEL_TILES:
        add_tiles(out, m, block);
        break;
    case MODEL_CHECKS:
        add_checks(out, m, block);
        break;
    case MODEL_TERMS:
        add_terms(out, block);
        break;
    case MODEL_TABLE:
        add_table(out, m->language, block);
        break;
    case MODEL_CHART:
        html_add_chart(out, m, block);
        break;
    }
}

static void add_blocks(struct buf *out, const struct model *m)
{
    const struct model_block *before = NULL;
    for (const struct model_block *block = m->first; block != NULL; before = block, block = block->next) {
        bool is_check = block->kind == MODEL_CHECKS;
        if (is_check && (before == NULL || before->kind != MODEL_CHECKS))
            buf_add_text(out, "<div class=\"beside\">\n");
        add_block(out, m, block);
        if (is_check && (block->next == NULL || block->next->kind != MODEL_CHECKS))
            buf_add_text(out, "</div>\n");
    }
}

static void add_provenance(struct buf *out, const struct model *m)
{
    if (m->first_provenance == NULL)
        return;
    buf_add_text(out, "<footer>");
    add_element(out, "h2", NULL, words_text(m->language, WORD_PROVENANCE));
    buf_add_text(out, "<dl class=\"provenance\">\n");
    for (const struct model_item *item = m->first_provenance; item != NULL; item = item->next) {
        buf_add_text(out, "<div>");
        add_element(out, "dt", NULL, item->label);
        add_element(out, "dd", NULL, item->value.text);
        buf_add_text(out, "</div>\n");
    }
    buf_add_text(out, "</dl></footer>\n");
}

/* More than tables and key figures: needs the second part of the style. There are many small pages. */
static bool is_report(const struct model *m)
{
    for (const struct model_block *block = m->first; block != NULL; block = block->next)
        if (block->kind != MODEL_TABLE && block->kind != MODEL_TILES && block->kind != MODEL_PARAGRAPH)
            return true;
    return false;
}

bool html_render(const struct model *m, struct buf *out, struct err *e)
{
    buf_printf(out,
               "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
               words_language_tag(m->language));
    html_escape(out, m->title);
    if (*m->subtitle != '\0') {
        buf_add_text(out, " · ");
        html_escape(out, m->subtitle);
    }
    buf_add_text(out, "</title>\n<style>\n");
    buf_add_text(out, html_style);
    if (is_report(m))
        buf_add_text(out, html_report_style);
    buf_add_text(out, "</style>\n</head>\n<body>\n<main>\n<header><div>");
    buf_add_text(out, "<p class=\"site\">");
    html_escape(out, m->site);
    if (m->up_href != NULL) {
        buf_add_text(out, "<span class=\"up\"> · <a href=\"");
        html_escape(out, m->up_href);
        buf_add_text(out, "\">");
        html_escape(out, words_text(m->language, WORD_UP));
        buf_add_text(out, "</a></span>");
    }
    buf_add_text(out, "</p>\n");
    add_element(out, "h1", NULL, m->title);
    buf_add_text(out, "</div>");
    add_element(out, "p", "subtitle", m->subtitle);
    buf_add_text(out, "</header>\n");
    add_blocks(out, m);
    add_provenance(out, m);
    buf_add_text(out, "</main>\n</body>\n</html>\n");
    return buf_ok(out, e);
}
