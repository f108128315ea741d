/* blacklist: the night's lists of lost and bad cards for the terminals (RULES.md 4, FORMATS.md 6). */
#ifndef DAYBOOK_JOBS_BLACKLIST_BLACKLIST_H
#define DAYBOOK_JOBS_BLACKLIST_BLACKLIST_H

#include "jobs/job.h"

extern const struct job job_blacklist;

#endif
