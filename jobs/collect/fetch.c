#include "jobs/collect/fetch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/fsfile.h"
#include "base/log.h"

enum { HASH_BLOCK_BYTES = 1 << 16 };

/* ---- parts left by earlier runs */

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool remove_part(const char *path, struct err *e)
{
    fault_point("collect.unlink");
    if (unlink(path) != 0 && errno != ENOENT)
        return err_set_errno(e, ERR_DISK, errno, "\"%s\" could not be removed", path);
    return true;
}

/* Removes the parts of this source that no item will go on with: the file at the source has changed since. */
static bool remove_stale_parts(struct fetch *fetch, struct arena *arena, struct err *e)
{
    DIR *folder = opendir(fetch->tmp_folder);
    if (!folder)
        return err_set_errno(e, ERR_DISK, errno, "\"%s\" could not be read", fetch->tmp_folder);
    const char **wanted = arena_array(arena, fetch->count + 1, sizeof *wanted, e);
    bool ok = wanted != NULL;
    for (size_t i = 0; ok && i < fetch->count; i++)
        wanted[i] = fetch->items[i].part;
    if (ok)
        qsort(wanted, fetch->count, sizeof *wanted, compare_text);
    size_t prefix = strlen(fetch->source->name);
    struct dirent *entry;
    while (ok && (entry = readdir(folder))) {
        if (strncmp(entry->d_name, fetch->source->name, prefix) != 0 || entry->d_name[prefix] != '.')
            continue;
        const char *path = arena_printf(arena, e, "%s/%s", fetch->tmp_folder, entry->d_name);
        ok = path &&
             (bsearch(&path, wanted, fetch->count, sizeof *wanted, compare_text) || remove_part(path, e));
    }
    (void)closedir(folder);
    return ok;
}

bool fetch_open(struct fetch *fetch, struct arena *arena, const struct source *source, const char *tmp_folder,
                const struct listing *listing, struct err *e)
{
    *fetch = (struct fetch){.source = source, .tmp_folder = tmp_folder, .count = listing->count};
    (void)pthread_mutex_init(&fetch->mutex, NULL);
    (void)pthread_cond_init(&fetch->changed, NULL);
    fetch->items = arena_array(arena, listing->count + 1, sizeof *fetch->items, e);
    fetch->ended = fetch->items ? arena_array(arena, listing->count + 1, sizeof *fetch->ended, e) : NULL;
    if (!fetch->ended)
        return false;
    for (size_t i = 0; i < listing->count; i++) {
        const struct listing_file *file = &listing->files[i];
        fetch->items[i].file = file;
        fetch->items[i].part =
            arena_printf(arena, e, "%s/%s.%s.%llu.%lld.part", tmp_folder, source->name, file->name,
                         (unsigned long long)file->size_bytes, (long long)file->modified_at);
        if (!fetch->items[i].part)
            return false;
    }
    return remove_stale_parts(fetch, arena, e);
}

void fetch_close(struct fetch *fetch)
{
    (void)pthread_cond_destroy(&fetch->changed);
    (void)pthread_mutex_destroy(&fetch->mutex);
}

/* ---- one file */

struct arrival {
    int fd;
    const char *part;
    struct crypto_hash *hash;
    uint64_t length; /* bytes that are there and hashed */
};

/* Hashes what an earlier transfer has brought. More than the file holds is not of it. */
static bool hash_part(struct arrival *arrival, uint64_t size_bytes, struct err *e)
{
    char block[HASH_BLOCK_BYTES];
    struct stat stat;
    if (fstat(arrival->fd, &stat) != 0)
        return err_set_errno(e, ERR_DISK, errno, "\"%s\" could not be looked at", arrival->part);
    if ((uint64_t)stat.st_size > size_bytes && ftruncate(arrival->fd, 0) != 0)
        return err_set_errno(e, ERR_DISK, errno, "\"%s\" could not be emptied", arrival->part);
    for (;;) {
        ssize_t got = read(arrival->fd, block, sizeof block);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set_errno(e, ERR_DISK, errno, "\"%s\" could not be read", arrival->part);
        if (got == 0)
            return true;
        if (!crypto_hash_add(arrival->hash, block, (size_t)got, e))
            return false;
        arrival->length += (uint64_t)got;
    }
}

static bool take_piece(void *context, const char *bytes, size_t length, struct err *e)
{
    struct arrival *arrival = context;
    fault_point("collect.read");
    if (!fsfile_write_all(arrival->fd, arrival->part, bytes, length, e) ||
        !crypto_hash_add(arrival->hash, bytes, length, e))
        return false;
    arrival->length += length;
    return true;
}

/* Brings the rest of the file and tells whether it is still the file that was listed. */
static bool bring(struct sftp *sftp, const char *path, const struct listing_file *file,
                  struct arrival *arrival, bool *has_changed, struct err *e)
{
    struct sftp_entry now;
    if (!hash_part(arrival, file->size_bytes, e))
        return false;
    if (arrival->length < file->size_bytes &&
        !sftp_fetch(sftp, path, arrival->length, file->size_bytes - arrival->length, take_piece, arrival, e))
        return false;
    if (!sftp_stat(sftp, path, &now, e))
        return false;
    *has_changed = arrival->length != file->size_bytes || now.size_bytes != file->size_bytes ||
                   now.modified_at != file->modified_at;
    return true;
}

static bool bring_item(struct sftp *sftp, const char *path, struct fetch_item *item, struct err *e)
{
    struct arrival arrival = {.part = item->part};
    bool has_changed = false;
    arrival.fd = open(item->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (arrival.fd < 0)
        return err_set_errno(e, ERR_DISK, errno, "\"%s\" could not be opened", item->part);
    bool ok = crypto_hash_open(&arrival.hash, e) && bring(sftp, path, item->file, &arrival, &has_changed, e);
    if (ok && !has_changed)
        ok = crypto_hash_take(arrival.hash, item->sha256, e);
    crypto_hash_close(arrival.hash);
    if (close(arrival.fd) != 0 && ok)
        ok = err_set_errno(e, ERR_DISK, errno, "\"%s\" could not be written", item->part);
    if (ok)
        item->outcome = has_changed ? FETCH_CHANGED : FETCH_DONE;
    return ok;
}

static void note_end(struct fetch *fetch, size_t index)
{
    (void)pthread_mutex_lock(&fetch->mutex);
    fetch->ended[fetch->ended_count++] = index;
    (void)pthread_cond_signal(&fetch->changed);
    (void)pthread_mutex_unlock(&fetch->mutex);
}

bool fetch_task(void *context, struct pool_worker *worker, size_t index, struct err *e)
{
    struct fetch *fetch = context;
    struct fetch_item *item = &fetch->items[index];
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s", fetch->source->path, item->file->path) >= (int)sizeof path)
        return err_set(e, ERR_USAGE, "source \"%s\": the path is longer than 4,000 bytes",
                       fetch->source->name);
    if (!bring_item(worker->sftp, path, item, e)) {
        if (e->kind != ERR_NET || e->retryable)
            return false;
        item->outcome = strcmp(e->code, "ENOENT") == 0 ? FETCH_GONE : FETCH_REFUSED;
        item->failure = *e;
    }
    /* A part of a file that is no longer there would never go on. */
    if ((item->outcome == FETCH_CHANGED || item->outcome == FETCH_GONE) && !remove_part(item->part, e))
        return false;
    progress_add(fetch->progress, 1, (int64_t)item->file->size_bytes);
    note_end(fetch, index);
    return true;
}

void fetch_take(struct fetch *fetch, struct pool *pool, size_t wanted, const size_t **indices, size_t *count)
{
    (void)pthread_mutex_lock(&fetch->mutex);
    while (fetch->ended_count < fetch->count && fetch->ended_count - fetch->taken < wanted) {
        struct timespec until;
        (void)clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 1;
        /* A pool that stopped early ends items no more, and tells nobody. */
        if (pthread_cond_timedwait(&fetch->changed, &fetch->mutex, &until) == ETIMEDOUT &&
            !pool_is_busy(pool))
            break;
    }
    *indices = fetch->ended + fetch->taken;
    *count = fetch->ended_count - fetch->taken;
    fetch->taken = fetch->ended_count;
    (void)pthread_mutex_unlock(&fetch->mutex);
}
