/* seal: closes the open date for ever (RULES.md 3), or says what is missing. */
#ifndef DAYBOOK_JOBS_SEAL_SEAL_H
#define DAYBOOK_JOBS_SEAL_SEAL_H

#include "jobs/job.h"

extern const struct job job_seal;

#endif
