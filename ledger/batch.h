/* batch: the records of one run in the order in which they arrived (RULES.md 1: time in the package's name, package
 * name, row of the manifest, record in the file), and the files they came in. */
#ifndef DAYBOOK_LEDGER_BATCH_H
#define DAYBOOK_LEDGER_BATCH_H

#include "base/arena.h"
#include "base/record.h"

/* RULES.md R-22: collected = posted + duplicate + held + rejected, in records and in fen. */
struct tally {
    int64_t records, posted, duplicate, held, rejected;
    int64_t amount_fen, posted_fen, duplicate_fen, held_fen, rejected_fen;
};

struct batch_package {
    int64_t archive_id;
    int64_t school_code;
    int64_t made_at;       /* the 14-digit time in its name */
    uint32_t first_file;   /* of the batch's files */
    uint32_t file_count;
    struct tally tally;
};

struct batch_file {
    uint32_t package_index;
    int32_t file_no;       /* row of the manifest, from 1 */
    const char *name;
    const char *format;    /* "pos-bin/1" */
    uint32_t device_no;
    uint16_t epoch;
    uint32_t first_record; /* of the batch's records */
    uint32_t record_count; /* 0 where refused */
    uint32_t first_identity, identity_count;
    uint32_t first_status, status_count;
    bool has_device;       /* false: a log of many devices, which has statuses only */
    uint32_t unit_index;   /* of the state's device epochs, set by the judge; STATE_NONE: none */
    const char *refused;   /* why the file was refused, else NULL */
    int64_t records;       /* as the manifest has it */
    int64_t amount_fen;
    struct tally tally;
};

enum batch_of { BATCH_RECORD, BATCH_IDENTITY, BATCH_STATUS };

/* The raw bytes of a malformed record, identity or status, kept for ledger.reject. */
struct batch_raw {
    enum batch_of of;
    uint32_t index; /* of the batch's records, identities or statuses */
    uint32_t length;
    const char *bytes;
};

/* The previous transaction of its card that a record repeats (FORMATS.md 3.2, `pre`); by record_index. */
struct batch_carried {
    uint32_t record_index;
    uint32_t counter;
    uint32_t amount_fen;
    int64_t psam_no;
    int64_t occurred_at;
    uint8_t kind; /* enum record_kind */
};

/* What a device said of itself (FORMATS.md 3.6). */
struct batch_status {
    int64_t at; /* moment */
    int64_t uncollected;
    int64_t last_seq;
    int64_t total_count;
    int64_t total_amount_fen;
    int64_t blacklist_version;
    uint32_t device_no;
    uint32_t record_no;
    uint32_t file_index;
    uint32_t text; /* place of the firmware's name */
    uint8_t malformed;
};

/* A record that was held before and is asked again. */
struct batch_waiting {
    uint32_t record_index;
    int64_t held_id; /* record_id of its row */
    bool is_agreed;  /* two people have agreed to post it (RULES.md P-16) */
};

/* Behind the records that arrived lie those that were held before and are asked again (waiting.h), each in a file and a
 * package of its own, and behind them those that a judge accepts after all. */
struct batch {
    struct arena *arena; /* of the run */
    uint32_t arrived_records, arrived_files, arrived_packages;
    struct record *records;
    uint32_t record_count, record_capacity;
    struct identity *identities;
    uint32_t identity_count, identity_capacity;
    struct batch_carried *carried;
    uint32_t carried_count, carried_capacity;
    struct batch_status *statuses;
    uint32_t status_count, status_capacity;
    const char **texts; /* what identities and statuses name by place; [0] is "" */
    uint32_t text_count, text_capacity;
    struct batch_file *files;
    uint32_t file_count, file_capacity;
    struct batch_package *packages;
    uint32_t package_count, package_capacity;
    struct batch_waiting *waiting;
    uint32_t waiting_count, waiting_capacity;
    struct batch_raw *raws;
    uint32_t raw_count, raw_capacity;
};

void batch_open(struct batch *batch, struct arena *arena);
void batch_close(struct batch *batch);
size_t batch_used_bytes(const struct batch *batch);
/* All that came in packages is there. */
void batch_end_arrivals(struct batch *batch);

/* Each adds one and gives its place, which may move with the next one added; NULL exactly when *e is filled. */
MUST_CHECK struct batch_package *batch_add_package(struct batch *batch, struct err *e);
MUST_CHECK struct batch_file *batch_add_file(struct batch *batch, struct err *e);
MUST_CHECK struct record *batch_add_records(struct batch *batch, uint32_t count, struct err *e);
MUST_CHECK struct identity *batch_add_identities(struct batch *batch, uint32_t count, struct err *e);
MUST_CHECK struct batch_carried *batch_add_carried(struct batch *batch, struct err *e);
MUST_CHECK struct batch_status *batch_add_status(struct batch *batch, struct err *e);
MUST_CHECK struct batch_waiting *batch_add_waiting(struct batch *batch, struct err *e);
/* Both keep a copy in the arena. */
MUST_CHECK bool batch_add_text(struct batch *batch, const char *text, uint32_t *place, struct err *e);
MUST_CHECK bool batch_add_raw(struct batch *batch, const struct batch_raw *raw, struct err *e);

/* Which file of the batch an identity came in. */
uint32_t batch_file_of_identity(const struct batch *batch, uint32_t identity_index);

static inline const struct batch_package *batch_package_of(const struct batch *batch, const struct record *r)
{
    return &batch->packages[batch->files[r->file_index].package_index];
}

#endif
