/* compare: the books and the scratch side by side, row by row as text, and exactly what differs. */
#ifndef DAYBOOK_JOBS_AUDIT_COMPARE_H
#define DAYBOOK_JOBS_AUDIT_COMPARE_H

#include "jobs/job.h"

struct comparison {
    int64_t rows;        /* that are the same */
    int64_t differences; /* rows that are on one side only */
    int64_t digests_equal, digests; /* of sealed days, which cover the numbers of transfers too */
};

/* Compares everything that runs make. A difference is the context's attention, at most 20 of each kind. books is in a
 * transaction whose snapshot is the state that was replayed. Reads both as streams, so that memory stays small. */
MUST_CHECK bool compare_all(struct job_context *context, struct db *books, struct db *scratch,
                            struct comparison *comparison, struct err *e);

#endif
