/* register: fetched packages become durable under their digest, and only then rows of ops.archive and
 * ops.source_file, a batch at a time (DESIGN.md 3.1). What a known name or known bytes mean is FORMATS.md 2.
 */
#ifndef DAYBOOK_JOBS_COLLECT_REGISTER_H
#define DAYBOOK_JOBS_COLLECT_REGISTER_H

#include "jobs/collect/fetch.h"

/* Takes over the parts of these items: intake/tmp/… to intake/ab/abcdef…, then one transaction. Counts "new",
 * "known_bytes", "replaced" and "renamed_content". */
MUST_CHECK bool register_batch(struct job_context *context, const struct fetch *fetch, const size_t *indices,
                               size_t count, struct err *e);

#endif
