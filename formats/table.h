/* table: a CSV by declared columns: the heading is met, every field is checked against the form that its
 * column declares, and every fault is told, not only the first. What the rows mean to each other is the job's
 * question.
 *
 * Columns come in any order; one that is not declared or comes twice is a fault; an optional one may be
 * missing and its fields may be empty (FORMATS.md 0). */
#ifndef DAYBOOK_FORMATS_TABLE_H
#define DAYBOOK_FORMATS_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "formats/csv.h"

/* The forms of FORMATS.md 0. Lengths count characters. */
enum table_type {
    TABLE_TEXT,        /* minimum to maximum characters, none of them a control character */
    TABLE_DIGITS,      /* minimum to maximum digits */
    TABLE_INTEGER,     /* a whole number from minimum to maximum; "-" only where minimum is below 0 */
    TABLE_CHOICE,      /* one of choices, "a|b|c" */
    TABLE_DATE,        /* YYYY-MM-DD */
    TABLE_STAMP,       /* YYYY-MM-DD hh:mm:ss */
    TABLE_TIME,        /* hh:mm */
    TABLE_CARD_NO,     /* 18 digits with their Luhn digit */
    TABLE_SCHOOL_CODE, /* 10 digits */
    TABLE_MERCHANT_NO, /* 15 digits */
    TABLE_DEVICE_NO,   /* 8 digits */
    TABLE_PSAM_NO,     /* 12 digits */
    TABLE_PERSON_NO,   /* 1 to 20 of 0-9 A-Z */
    TABLE_REGISTRY_NO, /* G + citizen id, J + 18 of 0-9 A-Z, L + 18 digits */
    TABLE_ID_NO,   /* 18 characters: a citizen id with its check digit; else up to 30 letters and digits */
    TABLE_MOBILE,  /* 11 digits beginning with 1 */
    TABLE_CLASSES, /* "1-40;77", classes 1 to 120 */
    TABLE_SHA256,  /* 64 hex digits of either case */
};

struct table_column {
    const char *name;
    enum table_type type;
    bool is_optional;  /* the column may be missing, its field empty */
    bool may_be_empty; /* the column must be there, its field may be empty */
    bool is_private;   /* masked in messages; card, registry, id numbers and mobiles always are */
    int64_t minimum;   /* of TABLE_TEXT, TABLE_DIGITS, TABLE_INTEGER */
    int64_t maximum;
    const char *choices;
};

struct table_form {
    const struct table_column *columns;
    size_t column_count;
};

struct table_input {
    const char *file;                /* for messages */
    struct str text;                 /* UTF-8, charset.h */
    const struct csv_limits *limits; /* NULL = the defaults */
};

struct table_row {
    int64_t line_number;
    const struct str *fields; /* in the order of the form; missing = empty */
};

/* What is wrong, in the order in which it was found, as whole messages: `file "X", line N, column "c": …`. */
enum { TABLE_FAULTS_KEPT = 100 };
struct table_faults {
    struct arena *arena;
    const char **messages;
    size_t count;  /* kept, at most TABLE_FAULTS_KEPT */
    int64_t total; /* found */
};
struct table_place {
    const char *file;
    int64_t line_number;
    const char *column; /* NULL: the row as a whole */
};
void table_faults_open(struct table_faults *faults, struct arena *arena);
/* Adds one fault at a place; for jobs that find more than forms. False only with ERR_BUG. */
MUST_CHECK bool table_faults_add(struct table_faults *faults, const struct table_place *place, struct err *e,
                                 const char *format, ...) PRINTF_LIKE(4, 5);
/* True when there are none; else false with ERR_INPUT: the first message, and in the hint how many more. */
MUST_CHECK bool table_faults_none(const struct table_faults *faults, struct err *e);

/* Row by row, in memory of one row. input, form and faults must outlive *table. */
struct table;
MUST_CHECK bool table_open(struct table **table, const struct table_input *input,
                           const struct table_form *form, struct table_faults *faults, struct err *e);
void table_close(struct table *table); /* takes NULL */
/* The next good row, valid until the next call, or *row = NULL after the last. Rows with faults are told and
 * left out; a text that is not CSV, or whose heading is wrong, ends there with its fault. False only with
 * ERR_BUG. */
MUST_CHECK bool table_next(struct table *table, const struct table_row **row, struct err *e);

/* A row as it lies: of logs, whose bad rows are malformed and not left out. */
struct table_line {
    int64_t line_number;
    const struct str *fields; /* as of table_row, unchecked; NULL: another number of them than the heading has */
    struct str bytes;         /* of the row in the text, without its line end */
};
/* As table_next, for all rows: none makes a fault of its own. */
MUST_CHECK bool table_next_line(struct table *table, const struct table_line **line, struct err *e);

/* All rows at once, in the arena, each field with a NUL after it. ERR_INPUT when there is any fault. */
struct table_rows {
    struct table_row *rows;
    size_t row_count;
};
MUST_CHECK bool table_read(struct arena *arena, const struct table_input *input,
                           const struct table_form *form, struct table_rows *rows, struct err *e);

/* NULL when value is of the column's form, else what it should be: "is not 10 digits". Empty values are not
 * asked. */
const char *table_field_fault(const struct table_column *column, struct str value, struct buf *words);

#endif
