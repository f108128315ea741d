/* files: the files of a version of the lists, and the schools that they are queued for. The names and changes
 * lie in the open transaction (ledger/cardlist.h), and so does what is queued. */
#ifndef DAYBOOK_JOBS_BLACKLIST_FILES_H
#define DAYBOOK_JOBS_BLACKLIST_FILES_H

#include "jobs/job.h"
#include "ledger/cardlist.h"

/* What goes where with a new version: changes to all, whole lists where they are due (target_night.sql). */
MUST_CHECK bool files_queue_night(struct job_context *context, const struct cardlist *list, int64_t run_id,
                                  struct err *e);
/* Whole lists to every school, or to the one given (0: all). */
MUST_CHECK bool files_queue_full(struct job_context *context, const struct cardlist *list,
                                 int64_t school_code, struct err *e);

#endif
