/* daybook retry: has quarantined packages and refused files judged again (FORMATS.md 2 and 12). */
#ifndef DAYBOOK_JOBS_RETRY_H
#define DAYBOOK_JOBS_RETRY_H

#include "jobs/job.h"

extern const struct job job_retry;

#endif
