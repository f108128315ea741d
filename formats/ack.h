/* ack: the answer to a collector's package (FORMATS.md 2), one row a log file and a last row TOTAL. Writing
 * only. */
#ifndef DAYBOOK_FORMATS_ACK_H
#define DAYBOOK_FORMATS_ACK_H

#include <stdint.h>

#include "base/str.h"

struct ack_line {
    const char *file; /* as the manifest names it; not used by ack_end */
    int64_t records;  /* = posted + duplicate + held + rejected */
    int64_t posted;
    int64_t duplicate;
    int64_t held;
    int64_t rejected;
    int64_t amount_fen;
    int64_t posted_fen;
    const char *reason; /* NULL or "": none */
};

/* The heading, the rows, the row TOTAL. A quarantined package's ack has no rows and a TOTAL of zeros with its
 * reason. Failures are latched by out. */
void ack_begin(struct buf *out);
void ack_add(struct buf *out, const struct ack_line *line);
void ack_end(struct buf *out, const struct ack_line *total);

#endif
