/* daybook adjust: corrections that one person proposes and another approves (FORMATS.md 12, RULES.md P-16). */
#ifndef DAYBOOK_JOBS_ADJUST_H
#define DAYBOOK_JOBS_ADJUST_H

#include "jobs/job.h"

extern const struct job job_adjust;

#endif
