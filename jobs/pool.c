#include "jobs/pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"

enum { ATTEMPTS = 3, CONNECTIONS_MAX = 32 };
static const size_t worker_arena_bytes = (size_t)256 << 20;

struct member {
    struct pool *pool;
    pthread_t thread;
    struct pool_worker worker;
    bool has_thread;
};

struct pool {
    const struct source *source;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct member members[CONNECTIONS_MAX];
    int member_count;
    int connecting; /* members that have not yet tried */
    int connected;
    int busy;       /* members that have not yet ended the tasks started last */
    unsigned round; /* counts pool_start */
    size_t next, count;
    pool_task *task;
    void *context;
    bool is_stopped; /* no further task of this round */
    bool is_closing;
    struct err failure; /* the first */
};

static bool connect_worker(struct pool *pool, struct pool_worker *worker, struct err *e)
{
    const struct source *s = pool->source;
    struct sftp_peer peer = {s->host, s->port, s->user, s->key_file, s->known_hosts, s->timeout_ms};
    sftp_close(worker->sftp);
    worker->sftp = NULL;
    return sftp_open(&worker->sftp, &peer, e) || err_context(e, "source \"%s\"", s->name);
}

static void note_failure(struct pool *pool, const struct err *e)
{
    (void)pthread_mutex_lock(&pool->mutex);
    if (pool->failure.kind == ERR_NONE)
        pool->failure = *e;
    pool->is_stopped = true;
    (void)pthread_mutex_unlock(&pool->mutex);
}

/* A lost line is opened again, after a pause that grows. */
static bool do_task(struct pool *pool, struct pool_worker *worker, size_t index, struct err *e)
{
    for (int attempt = 1;; attempt++) {
        if ((worker->sftp || connect_worker(pool, worker, e)) && pool->task(pool->context, worker, index, e))
            return true;
        if (e->kind != ERR_NET || !e->retryable || attempt == ATTEMPTS)
            return false;
        log_event(LOG_WARN, "connection_lost", "source=%s attempt=%d: %s", pool->source->name,
                  attempt, e->message);
        sftp_close(worker->sftp);
        worker->sftp = NULL;
        (void)sleep((unsigned)attempt);
    }
}

static bool take_index(struct pool *pool, size_t *index)
{
    (void)pthread_mutex_lock(&pool->mutex);
    bool has_one = !pool->is_stopped && pool->next < pool->count;
    if (has_one)
        *index = pool->next++;
    (void)pthread_mutex_unlock(&pool->mutex);
    return has_one;
}

static void do_round(struct pool *pool, struct pool_worker *worker)
{
    size_t index = 0;
    struct err e;
    while (take_index(pool, &index))
        if (!do_task(pool, worker, index, &e))
            note_failure(pool, &e);
}

static void note_connected(struct pool *pool, bool ok, const struct err *e)
{
    (void)pthread_mutex_lock(&pool->mutex);
    pool->connecting--;
    if (ok)
        pool->connected++;
    else if (pool->failure.kind == ERR_NONE)
        pool->failure = *e;
    (void)pthread_cond_broadcast(&pool->changed);
    (void)pthread_mutex_unlock(&pool->mutex);
}

static void *work(void *argument)
{
    struct member *member = argument;
    struct pool *pool = member->pool;
    struct err e;
    unsigned seen = 0;
    bool ok = connect_worker(pool, &member->worker, &e);
    note_connected(pool, ok, &e);
    for (;;) {
        (void)pthread_mutex_lock(&pool->mutex);
        while (ok && pool->round == seen && !pool->is_closing)
            (void)pthread_cond_wait(&pool->changed, &pool->mutex);
        bool is_closing = !ok || (pool->is_closing && pool->round == seen);
        seen = pool->round;
        (void)pthread_mutex_unlock(&pool->mutex);
        if (is_closing)
            return NULL;
        do_round(pool, &member->worker);
        (void)pthread_mutex_lock(&pool->mutex);
        pool->busy--;
        (void)pthread_cond_broadcast(&pool->changed);
        (void)pthread_mutex_unlock(&pool->mutex);
    }
}

static bool start_members(struct pool *pool, int connections, struct err *e)
{
    for (int i = 0; i < connections; i++) {
        struct member *member = &pool->members[i];
        member->pool = pool;
        if (!arena_open(&member->worker.arena, worker_arena_bytes, e))
            return false;
        pool->member_count = i + 1;
        (void)pthread_mutex_lock(&pool->mutex);
        pool->connecting++;
        (void)pthread_mutex_unlock(&pool->mutex);
        int status = pthread_create(&member->thread, NULL, work, member);
        if (status != 0) {
            (void)pthread_mutex_lock(&pool->mutex);
            pool->connecting--;
            (void)pthread_mutex_unlock(&pool->mutex);
            return err_set_errno(e, ERR_BUG, status, "a thread could not be started");
        }
        member->has_thread = true;
    }
    return true;
}

/* The library is made ready once, before the first thread that uses it. */
static pthread_once_t library_once = PTHREAD_ONCE_INIT;
static struct err library_failure;

static void open_library(void)
{
    if (sftp_library_open(&library_failure))
        err_clear(&library_failure);
}

bool pool_open(struct pool **opened, const struct source *source, int connections, struct err *e)
{
    struct pool *pool = calloc(1, sizeof *pool);
    ALWAYS(pool != NULL && connections >= 1 && connections <= CONNECTIONS_MAX);
    *opened = NULL;
    (void)pthread_once(&library_once, open_library);
    if (library_failure.kind != ERR_NONE) {
        free(pool);
        *e = library_failure;
        return false;
    }
    pool->source = source;
    (void)pthread_mutex_init(&pool->mutex, NULL);
    (void)pthread_cond_init(&pool->changed, NULL);
    bool ok = start_members(pool, connections, e);
    (void)pthread_mutex_lock(&pool->mutex);
    while (pool->connecting > 0)
        (void)pthread_cond_wait(&pool->changed, &pool->mutex);
    (void)pthread_mutex_unlock(&pool->mutex);
    if (ok && pool->connected == 0) {
        *e = pool->failure;
        ok = false;
    }
    if (!ok) {
        pool_close(pool);
        return false;
    }
    if (pool->connected < connections)
        log_event(LOG_WARN, "fewer_connections", "source=%s wanted=%d open=%d: %s", source->name,
                  connections, pool->connected, pool->failure.message);
    err_clear(&pool->failure);
    *opened = pool;
    return true;
}

void pool_close(struct pool *pool)
{
    if (!pool)
        return;
    pool_stop(pool);
    (void)pthread_mutex_lock(&pool->mutex);
    pool->is_closing = true;
    (void)pthread_cond_broadcast(&pool->changed);
    (void)pthread_mutex_unlock(&pool->mutex);
    for (int i = 0; i < pool->member_count; i++) {
        if (pool->members[i].has_thread)
            (void)pthread_join(pool->members[i].thread, NULL);
        sftp_close(pool->members[i].worker.sftp);
        arena_close(pool->members[i].worker.arena);
    }
    (void)pthread_cond_destroy(&pool->changed);
    (void)pthread_mutex_destroy(&pool->mutex);
    free(pool);
}

void pool_start(struct pool *pool, size_t count, pool_task *task, void *context)
{
    (void)pthread_mutex_lock(&pool->mutex);
    ALWAYS(pool->busy == 0);
    pool->next = 0;
    pool->count = count;
    pool->task = task;
    pool->context = context;
    pool->is_stopped = false;
    pool->busy = pool->connected;
    pool->round++;
    err_clear(&pool->failure);
    (void)pthread_cond_broadcast(&pool->changed);
    (void)pthread_mutex_unlock(&pool->mutex);
}

bool pool_finish(struct pool *pool, struct err *e)
{
    (void)pthread_mutex_lock(&pool->mutex);
    while (pool->busy > 0)
        (void)pthread_cond_wait(&pool->changed, &pool->mutex);
    bool ok = pool->failure.kind == ERR_NONE;
    if (!ok)
        *e = pool->failure;
    (void)pthread_mutex_unlock(&pool->mutex);
    return ok;
}

bool pool_run(struct pool *pool, size_t count, pool_task *task, void *context, struct err *e)
{
    pool_start(pool, count, task, context);
    return pool_finish(pool, e);
}

void pool_stop(struct pool *pool)
{
    (void)pthread_mutex_lock(&pool->mutex);
    pool->is_stopped = true;
    (void)pthread_mutex_unlock(&pool->mutex);
}

bool pool_is_busy(struct pool *pool)
{
    (void)pthread_mutex_lock(&pool->mutex);
    bool is_busy = pool->busy > 0;
    (void)pthread_mutex_unlock(&pool->mutex);
    return is_busy;
}
