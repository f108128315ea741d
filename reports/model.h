/* model: a report before it has a form: title, provenance and blocks, from which HTML is made today and PDF
 * and XLSX later. It knows no markup and no query; figures stay figures (fen, counts, days) until they are
 * rendered.
 *
 * All memory comes from the arena that the model was opened with; texts given to the model are kept by
 * reference. A failure is latched: every later call does nothing, and model_ok tells it once, at the end. */
#ifndef DAYBOOK_REPORTS_MODEL_H
#define DAYBOOK_REPORTS_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "reports/words.h"

enum model_kind { MODEL_TEXT, MODEL_IDENTIFIER, MODEL_COUNT, MODEL_FEN, MODEL_PERCENT, MODEL_DATE };
enum model_row_kind { MODEL_ROW, MODEL_GROUP, MODEL_TOTAL };
enum model_tone { MODEL_PLAIN, MODEL_GOOD, MODEL_ATTENTION, MODEL_ALARM };
enum model_block_kind {
    MODEL_HEADING,   /* title, level, anchor */
    MODEL_PARAGRAPH, /* text */
    MODEL_NOTICE,    /* tone, title, text: what the reader must know first */
    MODEL_TILES,     /* items: key figures */
    MODEL_CHECKS, /* title and items: what was looked at and how it stands; two in a row belong side by side
                   */
    MODEL_TERMS,  /* items: words and what they mean */
    MODEL_TABLE,
    MODEL_CHART, /* one line over days */
};

/* A value: text (MODEL_TEXT, MODEL_IDENTIFIER) or number (a count, fen, hundredths of a percent, a day). */
struct model_cell {
    const char *text;
    int64_t number;
    const char *href; /* relative to the document, NULL for none */
    bool is_blank;    /* there is no value, which is not the same as 0 */
};

struct model_item {
    struct model_item *next;
    enum model_tone tone;
    const char *label;
    enum model_kind kind;
    struct model_cell value;
    const char *detail; /* NULL for none */
};

/* Headings are words of the catalogue, so that tables can be declared once for all languages. */
struct model_column {
    enum word title;
    enum word group; /* columns side by side with the same group share a heading */
    enum model_kind kind;
};
#define MODEL_NO_GROUP WORD_COUNT

struct model_row {
    struct model_row *next;
    enum model_row_kind kind;
    int indent; /* steps, for what belongs to the row above */
    struct model_cell *cells;
};

struct model_table {
    const struct model_column *columns;
    size_t column_count;
    struct model_row *first, *last;
    enum word empty; /* said instead of a table without rows */
};

struct model_point {
    int32_t day;
    int64_t amount_fen;
};

struct model_chart {
    const struct model_point *points; /* in the order of their days, one day apart */
    size_t count;
};

struct model_note {
    struct model_note *next;
    const char *text;
};

struct model_block {
    struct model_block *next;
    enum model_block_kind kind;
    enum model_tone tone;
    int level;          /* of a heading: 2 or 3 */
    const char *anchor; /* what a link within the document may name, NULL for none */
    const char *title;
    const char *text;
    struct model_item *first, *last;
    struct model_table table;
    struct model_chart chart;
    struct model_note *first_note, *last_note; /* below a table */
};

struct model {
    enum language language;
    const char *site; /* whose report it is */
    const char *title;
    const char *subtitle;
    const char *up_href; /* the page that leads here, NULL for none */
    struct model_block *first, *last;
    struct model_item *first_provenance, *last_provenance; /* runs, digests of inputs, edition */
    struct arena *arena;
    struct model_row *row; /* the one being filled */
    size_t cells_put;
    struct err error;
    bool failed;
};

void model_open(struct model *m, struct arena *arena, enum language language, const char *site);
/* False, with the first failure, when anything did not fit. */
MUST_CHECK bool model_ok(const struct model *m, struct err *e);

void model_heading(struct model *m, int level, const char *anchor, const char *title);
void model_paragraph(struct model *m, const char *text);
void model_notice(struct model *m, enum model_tone tone, const char *title, const char *text);
void model_chart(struct model *m, const char *title, const struct model_point *points, size_t count);

/* Begins a list (MODEL_TILES, MODEL_CHECKS, MODEL_TERMS), which model_item_… then fill. */
void model_list(struct model *m, enum model_block_kind kind, const char *title);
void model_item_number(struct model *m, enum model_kind kind, const char *label, int64_t number,
                       const char *detail);
void model_item_text(struct model *m, enum model_tone tone, const char *label, const char *text,
                     const char *detail);
/* Makes the value of the last item a link. */
void model_item_href(struct model *m, const char *href);
void model_provenance(struct model *m, const char *label, const char *text);

/* Begins a table, which model_row and model_put_… then fill, each row in the order of its columns. A row that
 * has fewer or more values than columns is a bug. Columns are kept by reference. */
void model_table(struct model *m, const struct model_column *columns, size_t column_count, enum word empty);
#define MODEL_COLUMNS(columns) (columns), sizeof(columns) / sizeof *(columns)
void model_row(struct model *m, enum model_row_kind kind, int indent);
void model_put_text(struct model *m, const char *text);
void model_put_link(struct model *m, const char *text, const char *href);
void model_put_number(struct model *m, int64_t number); /* as the kind of its column says */
void model_put_blank(struct model *m);
/* A sentence below the last table. */
void model_note(struct model *m, const char *text);

/* A word of the document's language with {1} to {9} filled in; "" after a failure. */
const char *model_words(struct model *m, enum word word, size_t count, const char *const *values);
#define MODEL_SAY(m, word, ...)                                                                              \
    model_words((m), (word), sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *),                   \
                (const char *[]){__VA_ARGS__})
/* A copy in the arena; "" after a failure. */
const char *model_copy(struct model *m, const char *text);
/* Whole numbers and yuan as words of a sentence; "" after a failure. */
const char *model_count_text(struct model *m, int64_t count);
const char *model_yuan_text(struct model *m, int64_t fen);

#endif
