/* prove_pool: packages proved by several threads and handed out in their order. */
#ifndef DAYBOOK_JOBS_POST_PROVE_POOL_H
#define DAYBOOK_JOBS_POST_PROVE_POOL_H

#include "jobs/post/prove.h"

struct prove_pool;

/* Starts proving; rules and packages must outlive the pool. Threads stay a few packages ahead of whoever takes,
 * and no more bytes than the rules have, one package a thread apart. */
MUST_CHECK bool prove_pool_open(struct prove_pool **pool, const struct prove_rules *rules,
                                const struct prove_package *packages, uint32_t package_count, struct err *e);
/* The result of the next package in their order; the caller closes it. */
MUST_CHECK bool prove_pool_next(struct prove_pool *pool, struct proved *proved, struct err *e);
void prove_pool_close(struct prove_pool *pool); /* takes NULL; waits for threads, drops what was not taken */

#endif
