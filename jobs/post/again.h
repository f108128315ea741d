/* again: refused files of posted packages that are judged again (FORMATS.md 2, daybook retry): a part of a package, with
 * counts of its own. What was counted first stays (RULES.md R-22). */
#ifndef DAYBOOK_JOBS_POST_AGAIN_H
#define DAYBOOK_JOBS_POST_AGAIN_H

#include "jobs/post/packages.h"

/* Takes over what proving a part has said: which of its files are refused again, and why. Texts go to the arena. */
MUST_CHECK bool again_take(struct package *part, const struct proved *proved, struct arena *arena, struct err *e);

/* Within the run's transaction: states and counts of the parts among the first `count` packages, the closing of file_refused,
 * and the ack of each package that has more accepted now, in part->answer. */
MUST_CHECK bool again_write(struct job_context *context, const struct packages *packages, uint32_t count,
                            struct ledger_run *run, const struct batch *batch, struct err *e);

/* Counts and tells what became of a part's files. */
void again_report(struct job_context *context, const struct package *part, const char *name);

#endif
