/* outbox: files that were queued in the transaction of their cause and are sent later, by temporary name and
 * rename, read back, and marked after (DESIGN.md 3.4). */
#ifndef DAYBOOK_JOBS_OUTBOX_H
#define DAYBOOK_JOBS_OUTBOX_H

#include "jobs/job.h"

/* Queues bytes for folder/name under the source's path; part of the caller's transaction. The same name with
 * the same bytes is queued once; run_id 0: no run caused it. ERR_INPUT when the name is queued with other
 * bytes. */
struct outbox_file {
    const char *source;
    const char *folder;
    const char *name;
    struct str bytes;
};
MUST_CHECK bool outbox_queue(struct db *db, const struct outbox_file *file, int64_t run_id, struct err *e);

/* Sends what is queued to the sources of that kind, folder by folder, in each in the order in which it was queued,
 * outside of any transaction. What could not be sent stays queued and undoes nothing: it is the context's trouble (a
 * peer away) or attention (the name is there with other bytes). Where it keeps the order (ops.outbox.is_ordered), what
 * was queued for its folder after it waits too. Bytes that go to many places lie in memory once (outbox_body.h). Counts
 * "sent" and "unsent". In a dry run and a replay nothing is sent. Where another job is sending, that one does it. False only for
 * the database or a bug. */
MUST_CHECK bool outbox_send(struct job_context *context, const char *source_kind, struct err *e);

#endif
