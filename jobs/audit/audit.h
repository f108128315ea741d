/* audit: makes the figures of the books anew from their records and says what differs. It changes nothing. */
#ifndef DAYBOOK_JOBS_AUDIT_AUDIT_H
#define DAYBOOK_JOBS_AUDIT_AUDIT_H

#include "jobs/job.h"

extern const struct job job_audit;

#endif
