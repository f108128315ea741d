/* judge_settings: the settable numbers of RULES.md, from the settings to the judge. */
#ifndef DAYBOOK_JOBS_JUDGE_SETTINGS_H
#define DAYBOOK_JOBS_JUDGE_SETTINGS_H

#include "jobs/job.h"
#include "ledger/judge.h"

/* ERR_USAGE names the key; meals come from the context's arena. */
MUST_CHECK bool judge_settings_read(struct job_context *context, struct judge_rules *rules, struct err *e);

#endif
