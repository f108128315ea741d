/* csv_log: a terminal's log in CSV (FORMATS.md 3): its heading is met, its rows come with their fields in the order of the
 * format's columns. What a field must be is the format's question: nothing that stands in a row refuses the file here. */
#ifndef DAYBOOK_FORMATS_CSV_LOG_H
#define DAYBOOK_FORMATS_CSV_LOG_H

#include "base/arena.h"
#include "base/err.h"
#include "formats/devlog.h"

enum csv_log_charset { CSV_LOG_UTF8, CSV_LOG_GB18030 };

/* All columns must be there, each once, in any order, and no others. */
struct csv_log_form {
    const char *const *columns;
    size_t column_count;
    enum csv_log_charset charset;
};

struct csv_log_row {
    uint32_t record_no;       /* from 1 */
    int64_t line_number;
    const struct str *fields; /* in the order of the form; NULL: another number of them than the heading has */
};

struct csv_log;
/* Converts the text and meets the heading. ERR_INPUT refuses the file; its message begins with `file "NAME", `. file, form
 * and arena, which holds a converted text, must outlive *log. */
MUST_CHECK bool csv_log_open(struct csv_log **log, const struct devlog_file *file, const struct csv_log_form *form,
                             struct arena *arena, struct err *e);
void csv_log_close(struct csv_log *log); /* takes NULL */

/* The next row, valid until the next call, or *row = NULL after the last. ERR_INPUT where the text is not CSV, breaks a
 * limit, or has another number of rows than the manifest. */
MUST_CHECK bool csv_log_next(struct csv_log *log, const struct csv_log_row **row, struct err *e);

/* The bytes of the last row as they lie in the file, without its line end. Asked for at most once a row. */
struct str csv_log_raw(struct csv_log *log);

/* Refuses the file for a field of the last row: `file "NAME", line N, column "c": "FOUND" what`. Returns false. */
bool csv_log_refuse(const struct csv_log *log, size_t column, const char *what, struct err *e);

#endif
