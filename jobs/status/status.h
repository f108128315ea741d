/* status: how things stand: jobs, packages, what waits, open exceptions, silent terminals. Reads only. */
#ifndef DAYBOOK_JOBS_STATUS_STATUS_H
#define DAYBOOK_JOBS_STATUS_STATUS_H

#include "jobs/job.h"

extern const struct job job_status;

#endif
