/* init: creates the schema, or brings it up to this program: the migrations of sql/migrations/, forward only.
 */
#ifndef DAYBOOK_JOBS_INIT_H
#define DAYBOOK_JOBS_INIT_H

#include "jobs/job.h"

extern const struct job job_init;

#endif
