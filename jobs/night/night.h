/* night: all jobs of a day in their order, for each day from the open one on (FORMATS.md 12). It has no rules
 * of its own but the order, what is skipped and where it stops. */
#ifndef DAYBOOK_JOBS_NIGHT_NIGHT_H
#define DAYBOOK_JOBS_NIGHT_NIGHT_H

#include "jobs/job.h"

extern const struct job job_night;

#endif
