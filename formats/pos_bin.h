/* pos_bin: `pos-bin/1`, the log of POS and load machines (FORMATS.md 3.1): a 64-byte header, then 64-byte
 * records.
 *
 * Opening proves the file against itself and its manifest row; decoding never fails, it says why a record is
 * malformed (RULES.md R-01). Records are decoded where they lie; nothing is allocated and nothing is kept, so
 * that threads may share one open log. */
#ifndef DAYBOOK_FORMATS_POS_BIN_H
#define DAYBOOK_FORMATS_POS_BIN_H

#include <stdint.h>

#include "base/crypto.h"
#include "base/err.h"
#include "base/record.h"
#include "base/str.h"
#include "formats/manifest.h"

enum { POS_BIN_RECORD_BYTES = 64 };

struct pos_bin {
    const uint8_t *records; /* in the caller's bytes */
    int64_t psam_no;        /* 12 digits */
    int64_t school_code;    /* 10 digits */
    int64_t created_at;     /* moment */
    uint64_t sum_fen;       /* of the amount field of all records, whatever their kind */
    uint32_t device_no;
    uint32_t count;
    uint32_t first_seq; /* smallest and largest sequence of all records as they lie; 0, 0 when empty */
    uint32_t last_seq;
    uint32_t list_version;
    uint16_t epoch;
};

/* Proves a log file (FORMATS.md 2, "a log file's own header …"): its header against itself, against all its
 * records as they lie, also those whose CRC is wrong, and against its row of the manifest. ERR_INPUT refuses
 * the file; the message begins with `file "NAME": `. bytes stay with the caller and must outlive *log. */
MUST_CHECK bool pos_bin_open(struct pos_bin *log, struct str bytes, const struct manifest_row *row,
                             struct err *e);

/* The rest that refuses a file: a header whose school is not the package's or whose psam is not the
 * terminal's on file (psam_no -1: the device is not on file, then any is right). Same messages. */
MUST_CHECK bool pos_bin_check_owner(const struct pos_bin *log, const struct manifest_row *row,
                                    int64_t school_code, int64_t psam_no, struct err *e);

/* Decodes the record at record_index (< count) into *record, all of it: fields that the judge owns are 0,
 * card_index UINT32_MAX, digest 0. With malformed set, the numbers are still those of the
 * bytes, a card number that is none is 0, a time that is none DATE_NO_MOMENT. The first reason in the order
 * of enum malformed wins. */
void pos_bin_decode(const struct pos_bin *log, uint32_t record_index, struct record *record);

/* The content digest of R-02 over all decoded fields (bytes 0 to 59, of which none is without meaning in a
 * record that is not malformed): the first 64 bits of their SHA-256, so that nobody can make a conflict look
 * like a duplicate. One hash per thread; about 0.2 µs. */
MUST_CHECK bool pos_bin_digest(struct crypto_hash *hash, const struct pos_bin *log, uint32_t record_index,
                               uint64_t *digest, struct err *e);

/* The devdevlog_read of devlog.h: opens, checks the owner, adds all records. */
devlog_read pos_bin_read;

#endif
