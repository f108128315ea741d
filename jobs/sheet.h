/* sheet: an answer on standard output, for people as text, with --json as one object: parts with values, tables and
 * sentences in the order in which they were given.
 *
 * A failure is latched and told once, by sheet_print. On paper the name of a value is its key with blanks, amounts are yuan;
 * in JSON amounts are fen, and a part is an object whose sentences are its array "notes". */
#ifndef DAYBOOK_JOBS_SHEET_H
#define DAYBOOK_JOBS_SHEET_H

#include <stdint.h>

#include "base/db.h"
#include "base/err.h"

struct sheet;

MUST_CHECK bool sheet_open(struct sheet **sheet, bool is_json, struct err *e);
void sheet_close(struct sheet *sheet); /* takes NULL */

/* Begins a part and ends the one before; title is for paper. A key comes once. */
void sheet_part(struct sheet *sheet, const char *key, const char *title);
/* Values of the part. NULL or an empty text is left out on paper and null in JSON. */
void sheet_text(struct sheet *sheet, const char *key, const char *text);
void sheet_count(struct sheet *sheet, const char *key, int64_t number);
void sheet_fen(struct sheet *sheet, const char *key, int64_t fen); /* key ends with _fen */
void sheet_note(struct sheet *sheet, const char *format, ...) PRINTF_LIKE(2, 3);

enum sheet_type { SHEET_TEXT, SHEET_COUNT, SHEET_FEN };
struct sheet_column {
    const char *name; /* heading and key */
    enum sheet_type type;
};

/* A table of the part: sheet_cells adds a row of as many texts as columns (NULL = none), sheet_rows all rows of a query
 * whose first columns they are. Columns are kept by reference until sheet_table_end. empty is said where no row came. */
void sheet_table(struct sheet *sheet, const char *key, const struct sheet_column *columns, size_t column_count,
                 const char *empty);
void sheet_cells(struct sheet *sheet, const char *const *cells);
void sheet_rows(struct sheet *sheet, const struct db_rows *rows);
void sheet_table_end(struct sheet *sheet);
#define SHEET_COLUMNS(columns) (columns), sizeof(columns) / sizeof *(columns)

/* Writes all of it. False with what could not be added, or ERR_DISK. */
MUST_CHECK bool sheet_print(struct sheet *sheet, struct err *e);

#endif
