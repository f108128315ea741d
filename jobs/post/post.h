/* post: one run over the packages that wait (DESIGN.md 3.2): claims, opens and proves them, has the ledger judge and
 * post them, and queues the acks, all in one transaction; then sends the acks. */
#ifndef DAYBOOK_JOBS_POST_POST_H
#define DAYBOOK_JOBS_POST_POST_H

#include "jobs/job.h"

extern const struct job job_post;

#endif
