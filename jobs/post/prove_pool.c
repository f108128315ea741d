#include "jobs/post/prove_pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS_MAX = 16, AHEAD_PER_THREAD = 8 };

struct slot {
    struct proved proved;
    struct err err; /* ERR_NONE: proved */
    bool is_done;
};

struct prove_pool {
    const struct prove_package *packages;
    uint32_t package_count;
    uint32_t started; /* packages that a thread has taken */
    uint32_t taken;   /* results handed out */
    uint32_t ahead;   /* slots: how far threads may be before the taker */
    size_t ahead_bytes, waiting_bytes; /* of results that are not taken: may be, are */
    struct slot *slots;
    bool is_closing;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    pthread_t threads[THREADS_MAX];
    struct prover *provers[THREADS_MAX];
    int thread_count;
};

struct start {
    struct prove_pool *pool;
    struct prover *prover;
};

/* Whether threads are far enough ahead. The package that the taker comes to next is always begun. */
static bool is_ahead(const struct prove_pool *pool)
{
    return pool->started >= pool->taken + pool->ahead ||
           (pool->started > pool->taken && pool->waiting_bytes > pool->ahead_bytes);
}

/* The next package for a thread; false when there is none left. */
static bool begin(struct prove_pool *pool, uint32_t *index)
{
    (void)pthread_mutex_lock(&pool->mutex);
    while (!pool->is_closing && pool->started < pool->package_count && is_ahead(pool))
        (void)pthread_cond_wait(&pool->changed, &pool->mutex);
    bool has_one = !pool->is_closing && pool->started < pool->package_count;
    if (has_one)
        *index = pool->started++;
    (void)pthread_mutex_unlock(&pool->mutex);
    return has_one;
}

static void finish(struct prove_pool *pool, uint32_t index, const struct proved *proved, const struct err *err)
{
    (void)pthread_mutex_lock(&pool->mutex);
    struct slot *slot = &pool->slots[index % pool->ahead];
    slot->proved = *proved;
    slot->err = *err;
    slot->is_done = true;
    pool->waiting_bytes += proved_bytes(proved);
    (void)pthread_cond_broadcast(&pool->changed);
    (void)pthread_mutex_unlock(&pool->mutex);
}

static void *work(void *argument)
{
    struct start start = *(struct start *)argument;
    uint32_t index = 0;
    free(argument);
    while (begin(start.pool, &index)) {
        struct proved proved;
        struct err err;
        err_clear(&err);
        if (!prove_one(start.prover, &start.pool->packages[index], &proved, &err))
            ALWAYS(err.kind != ERR_NONE);
        else
            err_clear(&err);
        finish(start.pool, index, &proved, &err);
    }
    return NULL;
}

static bool start_thread(struct prove_pool *pool, const struct prove_rules *rules, struct err *e)
{
    struct start *start = malloc(sizeof *start);
    if (!start)
        return err_set(e, ERR_BUG, "no memory for a thread");
    *start = (struct start){pool, NULL};
    bool opened = prover_open(&pool->provers[pool->thread_count], rules, e);
    start->prover = pool->provers[pool->thread_count];
    int failure = opened ? pthread_create(&pool->threads[pool->thread_count], NULL, work, start) : -1;
    if (failure == 0) {
        pool->thread_count++;
        return true;
    }
    prover_close(pool->provers[pool->thread_count]);
    free(start);
    return opened ? err_set_errno(e, ERR_BUG, failure, "a thread could not be started") : false;
}

bool prove_pool_open(struct prove_pool **opened, const struct prove_rules *rules, const struct prove_package *packages,
                     uint32_t package_count, struct err *e)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int threads = processors < 1 ? 1 : processors > THREADS_MAX ? THREADS_MAX : (int)processors;
    struct prove_pool *pool = calloc(1, sizeof *pool);
    *opened = pool;
    if (!pool)
        return err_set(e, ERR_BUG, "no memory to prove packages");
    pool->packages = packages;
    pool->package_count = package_count;
    pool->ahead_bytes = rules->ahead_bytes;
    pool->ahead = (uint32_t)threads * AHEAD_PER_THREAD;
    (void)pthread_mutex_init(&pool->mutex, NULL);
    (void)pthread_cond_init(&pool->changed, NULL);
    pool->slots = calloc(pool->ahead, sizeof *pool->slots);
    if (!pool->slots)
        return err_set(e, ERR_BUG, "no memory to prove packages");
    for (int i = 0; i < threads && (uint32_t)i < package_count; i++)
        if (!start_thread(pool, rules, e))
            return false;
    return true;
}

bool prove_pool_next(struct prove_pool *pool, struct proved *proved, struct err *e)
{
    ALWAYS(pool->taken < pool->package_count);
    (void)pthread_mutex_lock(&pool->mutex);
    struct slot *slot = &pool->slots[pool->taken % pool->ahead];
    while (!slot->is_done)
        (void)pthread_cond_wait(&pool->changed, &pool->mutex);
    *proved = slot->proved;
    pool->waiting_bytes -= proved_bytes(proved);
    bool good = slot->err.kind == ERR_NONE;
    if (!good) {
        *e = slot->err;
        proved_close(proved);
    }
    slot->is_done = false;
    pool->taken++;
    (void)pthread_cond_broadcast(&pool->changed);
    (void)pthread_mutex_unlock(&pool->mutex);
    return good;
}

void prove_pool_close(struct prove_pool *pool)
{
    if (!pool)
        return;
    (void)pthread_mutex_lock(&pool->mutex);
    pool->is_closing = true;
    (void)pthread_cond_broadcast(&pool->changed);
    (void)pthread_mutex_unlock(&pool->mutex);
    for (int i = 0; i < pool->thread_count; i++) {
        (void)pthread_join(pool->threads[i], NULL);
        prover_close(pool->provers[i]);
    }
    for (uint32_t i = 0; pool->slots && i < pool->ahead; i++)
        if (pool->slots[i].is_done)
            proved_close(&pool->slots[i].proved);
    (void)pthread_mutex_destroy(&pool->mutex);
    (void)pthread_cond_destroy(&pool->changed);
    free(pool->slots);
    free(pool);
}
