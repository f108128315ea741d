/* ack: the answer to a collector's package (FORMATS.md 2), as CSV with CRLF line ends and without BOM: one
 * row per file of the manifest, in its order, and TOTAL. When it is written and where it goes is jobs/'s
 * question. */
#ifndef DAYBOOK_FORMATS_ACK_H
#define DAYBOOK_FORMATS_ACK_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/str.h"
#include "formats/package.h"

struct ack_row {
    struct str file;
    int64_t records; /* posted + duplicate + held + rejected, always */
    int64_t posted;
    int64_t duplicate;
    int64_t held;
    int64_t rejected;
    int64_t amount_fen; /* of all records */
    int64_t posted_fen; /* of those posted */
    struct str reason;  /* why the file was refused; else empty */
};

/* Appends the ack of a package that was judged. ERR_BUG when a row's counts do not add up or a sum overflows.
 */
MUST_CHECK bool ack_write(struct buf *out, const struct ack_row *rows, size_t row_count, struct err *e);

/* Appends the ack of a quarantined package: the heading and a TOTAL of zeros with its reason. */
MUST_CHECK bool ack_write_quarantined(struct buf *out, enum package_reason reason, struct err *e);

/* `<package>.<first 8 hex of its sha256>.ack.csv`, where package is the whole name with its extension. */
MUST_CHECK const char *ack_name(struct arena *arena, const char *package,
                                const uint8_t sha256[CRYPTO_SHA256_BYTES], struct err *e);

#endif
