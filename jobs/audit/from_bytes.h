/* from_bytes: `audit --from-bytes`: every recorded run is done again from intake/ into a scratch database beside the books,
 * by the same jobs, and what it gives is compared with the books: verdicts, transfers, balances, figures, exceptions, seals.
 * The books are only read. */
#ifndef DAYBOOK_JOBS_AUDIT_FROM_BYTES_H
#define DAYBOOK_JOBS_AUDIT_FROM_BYTES_H

#include "jobs/job.h"

/* Each difference is the context's attention, event "audit_finding". A run that cannot be done again is one, and ends the
 * replay there. False only where nothing could be said. */
MUST_CHECK bool from_bytes_audit(struct job_context *context, struct err *e);

#endif
