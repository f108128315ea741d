/* bytes: a record as it lies in intake/: its package opened again, its file read by the same readers as the judge's. */
#ifndef DAYBOOK_JOBS_EXPLAIN_BYTES_H
#define DAYBOOK_JOBS_EXPLAIN_BYTES_H

#include "formats/devlog.h"
#include "jobs/job.h"

/* A package and what became of it. Texts are of the context's arena. */
struct package_row {
    int64_t archive_id;
    const char *name;
    const char *sha256; /* hex */
    const char *path;   /* in intake/ */
    const char *source;
    const char *school;
    const char *state;
    const char *reason, *detail; /* "" = none */
    const char *received_at;
    int64_t run_id; /* 0: not judged */
    int64_t made_at;
    int64_t school_code;
    int32_t judged_on; /* DATE_NO_DAY: not judged */
    size_t rows;       /* how many packages have this name */
};

/* Finds a package by name, number or digest. ERR_USAGE when there is none. */
MUST_CHECK bool bytes_find_package(struct job_context *context, const char *name, struct package_row *package,
                                   struct err *e);

/* One record of a file: exactly one of record, identity and status is not NULL. */
struct raw_record {
    struct str bytes;
    int64_t offset;  /* in the file; -1: it was converted from another charset or is a piece of XML, and lies nowhere as it is */
    const struct record *record;
    const struct identity *identity;
    const struct devlog_status *status;
    const char *text; /* of an identity or status, "" = none */
};

struct log_bytes;
/* Opens a package's file, by its name with or without logs/, and reads its records. Where the file cannot be read today
 * *why says so and *log has no records; false only for what is no answer about it (ERR_DISK, ERR_USAGE for a name that the
 * package does not list, ERR_BUG). */
MUST_CHECK bool bytes_open(struct job_context *context, const struct package_row *package, const char *file,
                           struct log_bytes **log, struct err *why, struct err *e);
void bytes_close(struct log_bytes *log); /* takes NULL; records and bytes are gone */
/* The name that the manifest gives the file, its row there (from 1), its format. */
const char *bytes_file_name(const struct log_bytes *log);
int32_t bytes_file_no(const struct log_bytes *log);
const char *bytes_format(const struct log_bytes *log);
uint32_t bytes_device_no(const struct log_bytes *log);
uint16_t bytes_epoch(const struct log_bytes *log);
int64_t bytes_records(const struct log_bytes *log); /* as the manifest has it */
/* False when the file has no record of that number (from 1). */
bool bytes_record(const struct log_bytes *log, int64_t record_no, struct raw_record *raw);

#endif
