/* csv: the rows of a CSV text (RFC 4180, through libcsv), and fields written as CSV. It knows nothing of
 * headings or types: that is table.h.
 *
 * The text is UTF-8 (charset.h). LF, CRLF and LF CR end a line. A line of nothing but blanks and tabs is
 * blank: it is counted and gives no row. Blanks around a field belong to it. A quote may only open and close
 * a field or be doubled within one; a quoted field may hold line ends. */
#ifndef DAYBOOK_FORMATS_CSV_H
#define DAYBOOK_FORMATS_CSV_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct csv_limits {
    size_t line_bytes; /* of one row, all its lines together, so that a quote left open cannot eat the file */
    size_t field_bytes; /* after unquoting */
};
extern const struct csv_limits csv_default_limits; /* FORMATS.md 0: 8 KiB, 2 KiB */

struct csv;

struct csv_row {
    int64_t line_number;      /* where the row begins */
    const struct str *fields; /* at least one; valid until the next csv_next */
    size_t field_count;
    struct str bytes; /* all of the row as it lies in the text, without its line end */
};

/* Begins to read. file is for messages; file, text and limits (NULL = the defaults) must outlive *csv. */
MUST_CHECK bool csv_open(struct csv **csv, const char *file, struct str text, const struct csv_limits *limits,
                         struct err *e);
void csv_close(struct csv *csv); /* takes NULL */

/* The next row, or *row = NULL after the last. ERR_INPUT with `file "X", line N[, column C]: …` (C from 1)
 * where the text is not CSV or breaks a limit; reading does not go on after that. */
MUST_CHECK bool csv_next(struct csv *csv, const struct csv_row **row, struct err *e);

#define CSV_LINE_END "\r\n"
/* Appends a field, quoted only where RFC 4180 asks for it. Commas and line ends are the caller's. */
void csv_write_field(struct buf *out, struct str field);

#endif
