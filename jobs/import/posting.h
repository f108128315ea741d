/* posting: what the new rows of an import post, by KIND (FORMATS.md 1, RULES.md 2). Called in the import's run, after its
 * rows went in. */
#ifndef DAYBOOK_JOBS_IMPORT_POSTING_H
#define DAYBOOK_JOBS_IMPORT_POSTING_H

#include "jobs/job.h"
#include "ledger/run.h"

MUST_CHECK bool import_post_cards(struct job_context *context, struct ledger_run *run, struct arena *arena,
                                  struct err *e);
MUST_CHECK bool import_post_openings(struct job_context *context, struct ledger_run *run, struct arena *arena,
                                     struct err *e);
MUST_CHECK bool import_post_cash(struct job_context *context, struct ledger_run *run, struct arena *arena,
                                 struct err *e);
MUST_CHECK bool import_post_subsidies(struct job_context *context, struct ledger_run *run, struct arena *arena,
                                      struct err *e);

#endif
