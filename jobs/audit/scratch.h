/* scratch: the database in which recorded runs are done again: one made beside the books for it and dropped after it, or one
 * that was given. */
#ifndef DAYBOOK_JOBS_AUDIT_SCRATCH_H
#define DAYBOOK_JOBS_AUDIT_SCRATCH_H

#include "jobs/job.h"

struct scratch {
    struct db *maker;     /* to the books' database, as who logs in; holds the lock; NULL: the scratch was given */
    const char *conninfo; /* of the scratch */
    const char *name;     /* of a database that we have made, else NULL */
    const char *drop;     /* the statement that drops it */
    struct db *db;        /* to the scratch, as owner of the schema */
};

/* Makes the database (one left by a run that was killed goes first), or takes that of given, which must have no schema of
 * ours; runs init there. settings is filled: those of the context, over the scratch. ERR_LOCKED when another run is at it. */
MUST_CHECK bool scratch_open(struct scratch *scratch, struct job_context *context, const char *given,
                             struct settings *settings, struct err *e);
/* Drops what was made, unless keeps. */
void scratch_close(struct scratch *scratch, bool keeps);

#endif
