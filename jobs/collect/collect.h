/* collect: pulls the collectors' packages over SFTP into intake/ and registers them (DESIGN.md 3.1,
 * FORMATS.md 2); then sends the answers that wait. It opens no package. */
#ifndef DAYBOOK_JOBS_COLLECT_COLLECT_H
#define DAYBOOK_JOBS_COLLECT_COLLECT_H

#include "jobs/job.h"

extern const struct job job_collect;

#endif
