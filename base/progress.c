#include "base/progress.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { REDRAW_MS = 100 };

struct progress {
    pthread_mutex_t mutex;
    const char *label;
    const char *unit;
    int64_t total;
    int64_t done;
    int64_t bytes;
    int64_t began_ms;
    int64_t drawn_ms;
};

static int64_t now_ms(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct progress *progress_open(const char *label, const char *unit, int64_t total, bool quiet)
{
    struct progress *p = quiet || isatty(STDERR_FILENO) != 1 ? NULL : calloc(1, sizeof *p);
    if (!p)
        return NULL;
    if (pthread_mutex_init(&p->mutex, NULL) != 0) {
        free(p);
        return NULL;
    }
    p->label = label;
    p->unit = unit;
    p->total = total;
    p->began_ms = now_ms();
    return p;
}

/* "post: 1200 of 5000 packages, 24 %, 31.5 MiB, 12 s left"; no line end, and the rest of the old line wiped.
 */
static void draw(const struct progress *p, int64_t at_ms)
{
    int64_t elapsed_ms = at_ms - p->began_ms;
    (void)fprintf(stderr, "\r%s: %" PRId64, p->label, p->done);
    if (p->total > 0)
        (void)fprintf(stderr, " of %" PRId64, p->total);
    (void)fprintf(stderr, " %s", p->unit);
    if (p->total > 0)
        (void)fprintf(stderr, ", %" PRId64 " %%", p->done * 100 / p->total);
    if (p->bytes > 0)
        (void)fprintf(stderr, ", %.1f MiB", (double)p->bytes / 1048576);
    if (p->total > p->done && p->done > 0 && elapsed_ms > 1000)
        (void)fprintf(stderr, ", %.0f s left",
                      (double)elapsed_ms / 1000 * (double)(p->total - p->done) / (double)p->done);
    (void)fputs("\033[K", stderr);
    (void)fflush(stderr);
}

void progress_add(struct progress *p, int64_t count, int64_t bytes)
{
    if (!p)
        return;
    (void)pthread_mutex_lock(&p->mutex);
    p->done += count;
    p->bytes += bytes;
    int64_t at_ms = now_ms();
    if (at_ms - p->drawn_ms >= REDRAW_MS) {
        p->drawn_ms = at_ms;
        draw(p, at_ms);
    }
    (void)pthread_mutex_unlock(&p->mutex);
}

void progress_close(struct progress *p)
{
    if (!p)
        return;
    /* The log's line at the end of the job tells the counts. */
    (void)fputs("\r\033[K", stderr);
    (void)fflush(stderr);
    (void)pthread_mutex_destroy(&p->mutex);
    free(p);
}
