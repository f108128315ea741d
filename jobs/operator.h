/* operator: who runs the program, where two people must have done so (RULES.md P-16). */
#ifndef DAYBOOK_JOBS_OPERATOR_H
#define DAYBOOK_JOBS_OPERATOR_H

#include "jobs/job.h"

/* The name of the system user that the process belongs to, or of the role that logged in to the database, as
 * [site] operators says; from the context's arena. ERR_USAGE when the system knows no name for the user. */
MUST_CHECK bool operator_name(struct job_context *context, const char **name, struct err *e);

#endif
