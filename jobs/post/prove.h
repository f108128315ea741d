/* prove: a package's bytes become proved, decoded records, or a reason to set it aside (FORMATS.md 2). Nothing is asked
 * of the database here: what is on file about terminals comes along, so that threads can prove packages side by side. */
#ifndef DAYBOOK_JOBS_POST_PROVE_H
#define DAYBOOK_JOBS_POST_PROVE_H

#include "base/record.h"
#include "formats/archive.h"
#include "formats/devlog.h"
#include "formats/manifest.h"
#include "jobs/keyring.h"

/* The same for all packages of a run. */
struct prove_rules {
    const struct keyring *ring;
    const struct crypto_trust *trust; /* NULL: none is configured */
    const struct archive_limits *limits;
    int64_t package_records; /* more in one package: PACKAGE_LIMIT */
    size_t package_bytes;    /* of its manifest, its converted texts and its malformed records; more: PACKAGE_LIMIT */
    size_t ahead_bytes;      /* of packages that are proved and not taken yet: with more, no further one is begun */
    const char *spool_folder;
    const struct devlog_terminal *terminals; /* by device_no, then valid_from */
    size_t terminal_count;
    struct devlog_rules log;
};

struct prove_package { /* what is known of it before it is opened */
    int64_t archive_id;
    int64_t school_code;
    int64_t made_at;
    enum package_ext ext;
    bool signature_required;
    const char *name;
    const char *path; /* of its bytes in intake/ */
    struct prove_refusal {
        int32_t file_no;
        const char *reason;
    } *refusals; /* files that are refused whatever they hold (struct job_replay) */
    uint32_t refusal_count;
    const int32_t *only_files; /* the rows of its manifest that are wanted, ascending; NULL: all */
    uint32_t only_count;
};

struct proved_file {
    int32_t file_no; /* row of the manifest, from 1 */
    const char *name;
    const struct devlog_format *format;
    uint32_t device_no;
    uint16_t epoch;
    int64_t records; /* as the manifest has it */
    int64_t amount_fen;
    const char *refused; /* why, else NULL */
    uint32_t first_record, record_count;
    uint32_t first_identity, identity_count;
    uint32_t first_status, status_count;
};

struct proved {
    struct arena *arena; /* holds names and reasons */
    enum package_reason reason;
    char detail[600];    /* the reason in words, with its place */
    struct proved_file *files;
    uint32_t file_count;
    struct proved_file *refused; /* where only some files are wanted: those of them that are refused, which are not in files */
    uint32_t refused_count;
    struct devlog log; /* file_index is the place in files */
};

/* What a thread keeps from package to package. */
struct prover;
MUST_CHECK bool prover_open(struct prover **prover, const struct prove_rules *rules, struct err *e);
void prover_close(struct prover *prover);

/* Proves one package. False only where nothing could be said about it (ERR_DISK, ERR_BUG); a package that is wrong is a
 * result with its reason. proved_close gives everything back. */
MUST_CHECK bool prove_one(struct prover *prover, const struct prove_package *package, struct proved *proved,
                          struct err *e);
void proved_close(struct proved *proved);
size_t proved_bytes(const struct proved *proved);

#endif
