/* devlog: what every format of terminal logs gives: the decoded records of a file in its order, as base/record.h has them
 * (FORMATS.md 3). One pair of files reads a format; its line in the table of devlog.c makes it known to manifests, to the
 * import of terminals and to whoever opens packages. */
#ifndef DAYBOOK_FORMATS_DEVLOG_H
#define DAYBOOK_FORMATS_DEVLOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/record.h"
#include "base/str.h"
#include "formats/csv.h"

struct manifest_row;

/* A row of a terminal's history: what a log may say of its device. */
struct devlog_terminal {
    uint32_t device_no;
    int32_t valid_from, valid_to; /* inclusive; DATE_NO_DAY: no end */
    int64_t psam_no;
    int64_t merchant_no; /* 0 = none */
};

/* The same for all files of a run. */
struct devlog_rules {
    struct csv_limits limits;
    int xml_depth;
    int32_t open_date; /* bad_time records read the terminal's row as of it (RULES.md 1) */
    int32_t bad_time_after_s;
    int32_t bad_time_before_days;
};

/* A file and what is known of it before it is read. */
struct devlog_file {
    const struct devlog_rules *rules;
    struct str bytes;
    const struct manifest_row *row;
    int64_t school_code;                  /* of the package */
    int64_t made_at;                      /* the 14-digit time in its name */
    const struct devlog_terminal *terminals; /* of the device, by valid_from; none: not on file */
    size_t terminal_count;
};

/* The previous transaction that an accepted record repeats (FORMATS.md 3.2, `pre`). */
struct devlog_carried {
    uint32_t record_index; /* the record that carries it */
    uint32_t counter;
    uint32_t amount_fen;
    int64_t psam_no;
    int64_t occurred_at;
    uint8_t kind; /* enum record_kind */
};

/* Where a record lies in the bytes of its file. Kept for malformed ones, or for all where that is asked for. */
struct devlog_raw {
    uint32_t index; /* of the records, or of the identities */
    bool of_identity;
    struct str bytes; /* in the file's bytes or in the arena */
};

/* FORMATS.md 3.6 */
struct devlog_status {
    int64_t at; /* moment */
    int64_t uncollected;
    int64_t last_seq;
    int64_t total_count;
    int64_t total_amount_fen;
    int64_t blacklist_version;
    uint32_t device_no;
    uint32_t record_no;   /* from 1 in its file */
    uint32_t file_index;
    uint32_t text;        /* place of the firmware's name */
    uint8_t malformed;    /* enum malformed */
};

/* What the files of one package held, one after the other. A malformed status row is among the statuses, with its raw
 * bytes at the place of its index, of_identity false and index + DEVLOG_RAW_OF_STATUS. */
enum { DEVLOG_RAW_OF_STATUS = 1U << 31 };
struct devlog {
    struct arena *arena; /* texts and raws; the caller's */
    bool keeps_raws;     /* of all records, for whoever asks where one came from */
    uint16_t epoch;      /* of the file that was read last */
    struct record *records;
    uint32_t record_count, record_capacity;
    struct identity *identities;
    uint32_t identity_count, identity_capacity;
    struct devlog_carried *carried; /* by record_index */
    uint32_t carried_count, carried_capacity;
    struct devlog_status *statuses;
    uint32_t status_count, status_capacity;
    struct devlog_raw *raws;
    uint32_t raw_count, raw_capacity;
    const char **texts; /* [0] is "" */
    uint32_t text_count, text_capacity;
};

MUST_CHECK bool devlog_open(struct devlog *log, struct arena *arena, struct err *e);
void devlog_close(struct devlog *log);

/* Each adds zeroed ones at the end and gives the first, whose place may move with the next call; NULL exactly when *e is
 * filled. A record's card_index begins as UINT32_MAX. */
MUST_CHECK struct record *devlog_add_records(struct devlog *log, uint32_t count, struct err *e);
MUST_CHECK struct identity *devlog_add_identity(struct devlog *log, struct err *e);
MUST_CHECK struct devlog_carried *devlog_add_carried(struct devlog *log, struct err *e);
MUST_CHECK struct devlog_status *devlog_add_status(struct devlog *log, struct err *e);
MUST_CHECK bool devlog_add_raw(struct devlog *log, uint32_t index, bool of_identity, struct str bytes, struct err *e);
/* Keeps a copy of a text, each once as far as it repeats the last one added; *place is where. */
MUST_CHECK bool devlog_add_text(struct devlog *log, struct str text, uint32_t *place, struct err *e);

/* The bytes of the fields that records of text logs have in common, whatever their spelling, for devlog_digest; without the
 * device, which is the file's. Gives the place behind them. */
enum { DEVLOG_CONTENT_BYTES = 49 };
uint8_t *devlog_put_content(uint8_t *at, const struct record *r);
/* The first 64 bits of the SHA-256 of a record's decoded fields: nobody can make a conflict look like a copy. */
MUST_CHECK bool devlog_digest(struct crypto_hash *hash, const void *fields, size_t length, uint64_t *digest, struct err *e);

/* The same of an identity record: fills its digest, over its decoded fields and the name of its place. */
MUST_CHECK bool devlog_digest_identity(struct crypto_hash *hash, struct str place, struct identity *r, struct err *e);

/* What a manifest says of a log of one device, counted over its records as they lie (FORMATS.md 2): numbers that are none
 * count 0. Begins as zeros. */
struct devlog_totals {
    uint64_t amount_fen;
    uint32_t records, first_seq, last_seq;
};
/* Counts a record. One more than the manifest has refuses the file at once, so that what a file takes of memory is what its
 * manifest claims. Both fail with ERR_INPUT, as devlog_read has it. */
MUST_CHECK bool devlog_count(struct devlog_totals *totals, const struct manifest_row *row, uint32_t device_seq,
                             uint32_t amount_fen, struct err *e);
MUST_CHECK bool devlog_check_totals(const struct devlog_totals *totals, const struct manifest_row *row, struct err *e);

/* Whether the device that a line names is the file's; one that is none is the line's fault, not the file's. Same errors. */
MUST_CHECK bool devlog_check_device(const struct manifest_row *row, int64_t line_number, const char *column,
                                    struct str device_no, struct err *e);

/* Whether a record's time makes it bad_time (RULES.md 1), and the terminal's row that counts for it; NULL: none. */
bool devlog_is_bad_time(const struct devlog_rules *rules, int64_t made_at, int64_t occurred_at);
const struct devlog_terminal *devlog_terminal_of(const struct devlog_file *file, int64_t occurred_at);

/* Reads a file: proves it against itself and its row of the manifest (FORMATS.md 2, "a log file's own header …"), then
 * adds its records in their order, malformed ones with their reason and raw bytes, digests filled. ERR_INPUT refuses the
 * file, its message begins with `file "NAME"` and the place; what was added by then is the caller's to drop. Fields that a judge
 * owns and file_index stay 0. */
typedef bool devlog_read(const struct devlog_file *file, struct crypto_hash *hash, struct devlog *log, struct err *e);

struct devlog_format {
    const char *name; /* "pos-bin/1" */
    devlog_read *read;
    bool has_device; /* its manifest row names one device, an amount and sequences; else many */
};
extern const struct devlog_format devlog_formats[];
extern const size_t devlog_format_count;
const struct devlog_format *devlog_format_find(struct str name); /* NULL: not one of ours */
enum { DEVLOG_NAMES_BYTES = 256 };
/* "pos-bin/1, pkg-csv/1, …" for messages; of_one_device: without logs of many. */
void devlog_format_names(char out[DEVLOG_NAMES_BYTES], bool of_one_device);

#endif
