/* packages: what waits in ops.archive, and what a run made of it. */
#ifndef DAYBOOK_JOBS_POST_PACKAGES_H
#define DAYBOOK_JOBS_POST_PACKAGES_H

#include "jobs/job.h"
#include "jobs/post/prove.h"
#include "ledger/batch.h"
#include "ledger/run.h"

/* A refused file of a posted package that is judged again (daybook retry). */
struct package_file {
    int32_t file_no;
    const char *refused; /* why, again; NULL: it is accepted */
};

struct package {
    const char *source;
    uint8_t sha256[CRYPTO_SHA256_BYTES];
    bool was_waiting;
    enum package_reason reason; /* PACKAGE_GOOD: posted; PACKAGE_KEY_MISSING: waits; else quarantined */
    const char *detail;
    uint32_t batch_index; /* of the batch's packages, when it is posted */
    bool is_again;        /* it was answered before, and the new answer takes that one's place */
    bool is_part;         /* of a posted package: only its files below are judged, by again.h */
    struct package_file *files; /* ascending */
    uint32_t file_count;
    bool has_accepted;    /* something of them is in the batch */
    struct str answer;    /* its new ack, of the job's arena */
};

struct packages {
    struct prove_package *proofs; /* what the provers need of each */
    struct package *rows;
    uint32_t count;
};

/* All that wait, in the order in which they are judged (RULES.md 1). */
MUST_CHECK bool packages_claim(struct job_context *context, struct packages *packages, struct err *e);
MUST_CHECK bool packages_load_terminals(struct job_context *context, struct prove_rules *rules, struct err *e);

/* Within the run's transaction: states and counts of the first `count` packages, their files, their acks in the outbox.
 * ERR_DB, retryable, where collect has replaced one meanwhile. */
MUST_CHECK bool packages_write(struct job_context *context, const struct packages *packages, uint32_t count,
                               struct ledger_run *run, const struct batch *batch, struct err *e);

#endif
