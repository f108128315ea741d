/* fetch: the listed packages come down over several connections, each into a file of its own in intake/tmp/
 * that is hashed on the way. A cut transfer goes on where it ended, as long as the file at the source has not
 * changed.
 *
 * Nothing here is durable or registered: register.h does that, while other files still come. */
#ifndef DAYBOOK_JOBS_COLLECT_FETCH_H
#define DAYBOOK_JOBS_COLLECT_FETCH_H

#include <pthread.h>

#include "base/crypto.h"
#include "base/progress.h"
#include "jobs/collect/listing.h"

enum fetch_outcome {
    FETCH_WAITS,
    FETCH_DONE,
    FETCH_CHANGED, /* it grew or changed while it came: left for the next run */
    FETCH_GONE,    /* it was there when it was listed */
    FETCH_REFUSED, /* the server will not give this one file */
};

struct fetch_item {
    const struct listing_file *file;
    const char
        *part; /* in intake/tmp/; its name holds source, size and time, so that only the same file goes on */
    uint8_t sha256[CRYPTO_SHA256_BYTES];
    enum fetch_outcome outcome;
    struct err failure; /* of FETCH_REFUSED */
};

struct fetch {
    const struct source *source;
    const char *tmp_folder;
    struct fetch_item *items;
    size_t count;
    struct progress *progress;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    size_t *ended; /* indices of items, in the order in which they ended */
    size_t ended_count;
    size_t taken;
};

/* Prepares the items of a listing; removes what other transfers left that will never go on. */
MUST_CHECK bool fetch_open(struct fetch *fetch, struct arena *arena, const struct source *source,
                           const char *tmp_folder, const struct listing *listing, struct err *e);
void fetch_close(struct fetch *fetch);

/* The task for pool_start. */
bool fetch_task(void *context, struct pool_worker *worker, size_t index, struct err *e);

/* Waits until `wanted` more items have ended, or the pool has, and gives their indices; *count 0: that was
 * all. */
void fetch_take(struct fetch *fetch, struct pool *pool, size_t wanted, const size_t **indices, size_t *count);

#endif
