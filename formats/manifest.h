/* manifest: MANIFEST.csv, what a package says of its files (FORMATS.md 2). Whether the files agree is asked
 * elsewhere: names and digests by whoever opens the archive, numbers by each log format. */
#ifndef DAYBOOK_FORMATS_MANIFEST_H
#define DAYBOOK_FORMATS_MANIFEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/str.h"
#include "formats/devlog.h"

#define MANIFEST_NAME "MANIFEST.csv"
#define MANIFEST_SIGNATURE_NAME "MANIFEST.p7s"

struct manifest_row {
    struct str file; /* NUL-terminated too: a plain name, or "logs/NAME" */
    const struct devlog_format *format;
    uint32_t device_no; /* of a log of many devices this and the next three are 0 */
    uint32_t first_seq;
    uint32_t last_seq;
    int64_t amount_fen;
    int64_t records;
    int64_t line_number; /* in MANIFEST.csv; the rows lie in its order, which is an order of RULES.md 1 */
    uint8_t sha256[CRYPTO_SHA256_BYTES];
};

struct manifest {
    struct manifest_row *rows;
    size_t row_count;
};

/* Reads MANIFEST.csv, strict UTF-8 with or without BOM. Any fault is ERR_INPUT and makes the package
 * bad_manifest: a column or field that is not of its form, a file named twice or not plainly, a format that
 * FORMATS.md 3 does not define, a device where none is due or none where one is due, first_seq above
 * last_seq. The message is the first fault, "file "MANIFEST.csv", line N, column "c": …". A manifest without
 * rows is good: a package may be empty. */
MUST_CHECK bool manifest_read(struct arena *arena, struct str bytes, struct manifest *manifest,
                              struct err *e);

/* True for the names that a manifest may list and a package hold: NAME or "logs/NAME", UTF-8 of at most 255
 * bytes without control characters, backslashes, "." or ".." as a name. */
bool manifest_name_is_plain(struct str name);

#endif
