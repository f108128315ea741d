/* settle: books the merchants' fees of the day being closed and issues the statements whose period ends on it
 * (RULES.md 5). Payouts come with the banks. */
#ifndef DAYBOOK_JOBS_SETTLE_SETTLE_H
#define DAYBOOK_JOBS_SETTLE_SETTLE_H

#include "jobs/job.h"

extern const struct job job_settle;

#endif
