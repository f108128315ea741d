#include "jobs/collect/collect.h"

#include <string.h>

#include "base/fsfile.h"
#include "base/log.h"
#include "jobs/collect/register.h"
#include "jobs/outbox.h"

enum { BATCH_FILES = 500 };
static const size_t source_arena_bytes = (size_t)1 << 30;

/* Counts what was not brought, and says why. */
static void report_item(struct job_context *context, const struct fetch_item *item)
{
    switch (item->outcome) {
    case FETCH_CHANGED:
        job_count(context, "growing", 1);
        log_event(LOG_INFO, "file_growing",
                  "path=%s message=\"it changed while it came: left for the next run\"", item->file->path);
        break;
    case FETCH_GONE:
        job_count(context, "gone", 1);
        log_event(LOG_WARN, "file_gone", "path=%s", item->file->path);
        break;
    case FETCH_REFUSED:
        job_count(context, "refused", 1);
        job_trouble(context, "file_refused", &item->failure);
        break;
    case FETCH_WAITS:
    case FETCH_DONE:
        break;
    }
}

/* Registers what has come while the rest still comes. */
static bool register_as_they_come(struct job_context *context, struct fetch *fetch, struct pool *pool,
                                  struct arena *arena, struct err *e)
{
    size_t *done = arena_array(arena, fetch->count + 1, sizeof *done, e);
    const size_t *indices = NULL;
    size_t count = 0;
    bool ok = done != NULL;
    while (ok) {
        fetch_take(fetch, pool, BATCH_FILES, &indices, &count);
        if (count == 0)
            break;
        size_t done_count = 0;
        for (size_t i = 0; i < count; i++) {
            const struct fetch_item *item = &fetch->items[indices[i]];
            if (item->outcome == FETCH_DONE) {
                done[done_count++] = indices[i];
                job_count(context, "fetched", 1);
                job_count(context, "bytes", (int64_t)item->file->size_bytes);
            } else {
                report_item(context, item);
            }
        }
        ok = done_count == 0 || register_batch(context, fetch, done, done_count, e);
    }
    return ok;
}

/* Whether a failure is the source's alone, so that the others go on. */
static bool is_of_source(const struct err *e)
{
    return e->kind == ERR_NET || e->kind == ERR_USAGE;
}

/* *lost is filled when the line went away before all had come; what had come is registered. */
static bool fetch_all(struct job_context *context, struct pool *pool, struct arena *arena,
                      struct fetch *fetch, struct err *lost, struct err *e)
{
    fetch->progress = progress_open(fetch->source->name, "packages", (int64_t)fetch->count,
                                    context->command->verbosity < 0);
    pool_start(pool, fetch->count, fetch_task, fetch);
    bool ok = register_as_they_come(context, fetch, pool, arena, e);
    struct err failure;
    if (!ok)
        pool_stop(pool);
    bool all_came = pool_finish(pool, &failure);
    progress_close(fetch->progress);
    if (ok && !all_came) {
        *(is_of_source(&failure) ? lost : e) = failure;
        ok = is_of_source(&failure);
    }
    return ok;
}

static bool fetch_listing(struct job_context *context, struct pool *pool, const struct source *source,
                          struct arena *arena, const struct listing *listing, struct err *lost, struct err *e)
{
    struct fetch fetch;
    const char *tmp = arena_printf(arena, e, "%s/tmp", context->settings->intake);
    if (!tmp || !fsfile_make_folders(tmp, e))
        return false;
    bool ok = fetch_open(&fetch, arena, source, tmp, listing, e);
    if (ok && fetch.count > 0)
        ok = fetch_all(context, pool, arena, &fetch, lost, e);
    fetch_close(&fetch);
    return ok;
}

static bool collect_over(struct job_context *context, struct pool *pool, const struct source *source,
                         struct arena *arena, struct err *lost, struct err *e)
{
    struct listing listing;
    struct err failure;
    if (!listing_read(arena, pool, source, &listing, &failure)) {
        *(is_of_source(&failure) ? lost : e) = failure;
        return is_of_source(&failure);
    }
    job_count(context, "left", listing.left);
    job_count(context, "listed", (int64_t)listing.count);
    if (!listing_drop_known(context, source, &listing, e))
        return false;
    if (context->command->is_dry_run) {
        for (size_t i = 0; i < listing.count; i++)
            log_event(LOG_INFO, "would_fetch", "path=%s bytes=%llu", listing.files[i].path,
                      (unsigned long long)listing.files[i].size_bytes);
        return true;
    }
    return fetch_listing(context, pool, source, arena, &listing, lost, e);
}

/* *lost is filled when the source could not be reached or went away: the others go on. */
static bool collect_source(struct job_context *context, const struct source *source, struct err *lost,
                           struct err *e)
{
    struct pool *pool = NULL;
    struct arena *arena = NULL;
    err_clear(lost);
    if (!pool_open(&pool, source, source->parallel, lost)) {
        if (!is_of_source(lost))
            *e = *lost;
        return is_of_source(lost);
    }
    bool ok =
        arena_open(&arena, source_arena_bytes, e) && collect_over(context, pool, source, arena, lost, e);
    pool_close(pool);
    arena_close(arena);
    return ok;
}

static bool run_collect(struct job_context *context, struct err *e)
{
    static const char *const counts[] = {"sources", "listed",      "left",     "fetched",         "bytes",
                                         "new",     "known_bytes", "replaced", "renamed_content", "growing"};
    struct err first_lost;
    err_clear(&first_lost);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        job_count(context, counts[i], 0);
    for (size_t i = 0; i < context->settings->source_count; i++) {
        const struct source *source = &context->settings->sources[i];
        struct err lost;
        if (strcmp(source->kind, "collectors") != 0)
            continue;
        job_count(context, "sources", 1);
        if (!collect_source(context, source, &lost, e))
            return false;
        if (lost.kind == ERR_NONE)
            continue;
        /* The first is the job's own failure in the end, and logged as that. */
        if (first_lost.kind == ERR_NONE)
            first_lost = lost;
        else
            log_error("source_lost", &lost);
    }
    if (!outbox_send(context, "collectors", e))
        return false;
    /* All that could be done is done and kept; the day's collecting is not. */
    if (first_lost.kind != ERR_NONE)
        *e = first_lost;
    return first_lost.kind == ERR_NONE;
}

const struct job job_collect = {
    .name = "collect",
    .arguments = "",
    .summary = "pulls the collectors' packages over SFTP and sends the answers that wait",
    .details = "Each [source NAME] of kind collectors is listed and read over several connections at once. "
               "Packages are\n"
               "kept in intake/ by their SHA-256 before anything is registered. A cut transfer goes on where "
               "it ended;\n"
               "a file that grows is left for the next run; nothing is removed from the source.",
    .needs = JOB_SETTINGS | JOB_DATABASE | JOB_LOCK_ALONE | JOB_DATE | JOB_DATE_IS_OPEN,
    .run = run_collect,
};
