/* listing: what lies at a source: the packages in the school folders, by name only (FORMATS.md 2). */
#ifndef DAYBOOK_JOBS_COLLECT_LISTING_H
#define DAYBOOK_JOBS_COLLECT_LISTING_H

#include "formats/package_name.h"
#include "jobs/job.h"
#include "jobs/pool.h"

struct listing_file {
    const char *path; /* "<school_code>/<name>", under the source's path */
    const char *name;
    uint64_t size_bytes;
    int64_t modified_at;
    struct package_name parsed;
};

struct listing {
    struct listing_file *files; /* by path */
    size_t count;
    int64_t left; /* names of another form or in another school's folder; each was reported */
};

/* Lists the school folders over the pool's connections. Names still being written are left without a word,
 * others are left and reported. Memory comes from the arena. */
MUST_CHECK bool listing_read(struct arena *arena, struct pool *pool, const struct source *source,
                             struct listing *listing, struct err *e);

/* Keeps the files that are not known with this size and time (ops.source_file). */
MUST_CHECK bool listing_drop_known(struct job_context *context, const struct source *source,
                                   struct listing *listing, struct err *e);

#endif
