/* pool: several connections to one source, each with a thread, that share a row of tasks (DESIGN.md 2: only
 * jobs/ knows network peers).
 *
 * A task whose connection was lost is tried again over a new one; a source that stays away stops the pool. */
#ifndef DAYBOOK_JOBS_POOL_H
#define DAYBOOK_JOBS_POOL_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/sftp.h"
#include "jobs/settings.h"

struct pool;

struct pool_worker {
    struct sftp *sftp;
    struct arena *arena; /* of this thread alone; lives until the pool is closed */
};

/* Does task number index (from 0). It may be called again for the same index, over a new connection, after it
 * has failed with a retryable ERR_NET; any other failure stops the pool. */
typedef bool pool_task(void *context, struct pool_worker *worker, size_t index, struct err *e);

/* Opens up to `connections` connections at once. Fewer are good enough as long as one is open; none is the
 * error of the first. source must outlive the pool. */
MUST_CHECK bool pool_open(struct pool **pool, const struct source *source, int connections, struct err *e);
void pool_close(struct pool *pool); /* takes NULL; waits for tasks under way */

/* Starts tasks 0 to count - 1 and returns at once; pool_finish waits for them and gives the first failure. */
void pool_start(struct pool *pool, size_t count, pool_task *task, void *context);
MUST_CHECK bool pool_finish(struct pool *pool, struct err *e);
/* Both in one. */
MUST_CHECK bool pool_run(struct pool *pool, size_t count, pool_task *task, void *context, struct err *e);

/* Lets no further task begin. Thread-safe. */
void pool_stop(struct pool *pool);
/* True until the tasks started last have all ended. Thread-safe. */
bool pool_is_busy(struct pool *pool);

#endif
