/* daybook explain: where a figure came from, down to archive, file, byte offset and the raw record, with the rule that
 * decided (FORMATS.md 12). Reads only. */
#ifndef DAYBOOK_JOBS_EXPLAIN_H
#define DAYBOOK_JOBS_EXPLAIN_H

#include "jobs/job.h"

extern const struct job job_explain;

#endif
