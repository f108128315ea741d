/* line: a line of an imported reference file, as it lies in intake/. */
#ifndef DAYBOOK_JOBS_EXPLAIN_LINE_H
#define DAYBOOK_JOBS_EXPLAIN_LINE_H

#include "jobs/explain/explain_private.h"

struct line_place {
    const char *kind, *file_name;
    const char *sha256; /* hex */
    int64_t line_number;
};

/* Adds kind, name, path, line number and the text of the line to the part. A file that is not there or does not hold the
 * line is said so. False with ERR_BUG where memory ends. */
MUST_CHECK bool line_put(struct explain *x, const struct line_place *place, struct err *e);

#endif
