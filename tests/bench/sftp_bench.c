/* Fetches every file of a tree of folders over several connections, one thread each, and drops the bytes.
 * Usage: sftp_bench HOST PORT USER KEY_FILE KNOWN_HOSTS PATH CONNECTIONS
 * Prints name, count of files and seconds, separated by tabs: connecting, listing, fetching. */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/sftp.h"

enum { CONNECTIONS_MAX = 16, TIMEOUT_MS = 30000, ARENA_BYTES = 64 << 20 };

struct file {
    const char *path;
    uint64_t size_bytes;
};

struct bench {
    struct sftp *connections[CONNECTIONS_MAX];
    int count;
    struct file *files;
    size_t file_count;
    atomic_size_t next_file;
    atomic_uint_fast64_t bytes;
    atomic_bool failed;
};

struct worker {
    struct bench *bench;
    struct sftp *sftp;
    pthread_t thread;
};

static double seconds_now(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        abort();
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool count_bytes(void *context, const char *bytes, size_t length, struct err *e)
{
    (void)bytes;
    (void)e;
    atomic_fetch_add(&((struct bench *)context)->bytes, length);
    return true;
}

static void *fetch_files(void *context)
{
    struct worker *worker = context;
    struct bench *bench = worker->bench;
    struct err e;
    for (;;) {
        size_t at = atomic_fetch_add(&bench->next_file, 1);
        if (at >= bench->file_count)
            return NULL;
        const struct file *file = &bench->files[at];
        if (!sftp_fetch(worker->sftp, file->path, 0, file->size_bytes, count_bytes, bench, &e)) {
            fprintf(stderr, "sftp_bench: %s\n", e.message);
            atomic_store(&bench->failed, true);
            return NULL;
        }
    }
}

static bool list_tree(struct bench *bench, struct arena *arena, const char *root, struct err *e)
{
    struct sftp_entry *folders = NULL, *files = NULL;
    size_t folder_count = 0, count = 0;
    if (!sftp_list(bench->connections[0], arena, root, &folders, &folder_count, e))
        return false;
    for (size_t i = 0; i < folder_count; i++) {
        const char *folder = arena_printf(arena, e, "%s/%s", root, folders[i].name);
        if (!folder || !sftp_list(bench->connections[0], arena, folder, &files, &count, e))
            return false;
        struct file *grown = realloc(bench->files, (bench->file_count + count + 1) * sizeof *grown);
        if (!grown)
            return err_set(e, ERR_BUG, "no memory");
        bench->files = grown;
        for (size_t j = 0; j < count; j++) {
            struct file *file = &bench->files[bench->file_count++];
            file->path = arena_printf(arena, e, "%s/%s", folder, files[j].name);
            file->size_bytes = files[j].size_bytes;
            if (!file->path)
                return false;
        }
    }
    return true;
}

static bool fetch_tree(struct bench *bench)
{
    struct worker workers[CONNECTIONS_MAX];
    for (int i = 0; i < bench->count; i++) {
        workers[i] = (struct worker){.bench = bench, .sftp = bench->connections[i]};
        if (pthread_create(&workers[i].thread, NULL, fetch_files, &workers[i]) != 0)
            abort();
    }
    for (int i = 0; i < bench->count; i++)
        (void)pthread_join(workers[i].thread, NULL);
    return !atomic_load(&bench->failed);
}

static bool run(struct bench *bench, struct arena *arena, const struct sftp_peer *peer, const char *root,
                struct err *e)
{
    double begun = seconds_now();
    for (int i = 0; i < bench->count; i++)
        if (!sftp_open(&bench->connections[i], peer, e))
            return false;
    double connected = seconds_now();
    if (!list_tree(bench, arena, root, e))
        return false;
    double listed = seconds_now();
    if (!fetch_tree(bench))
        return err_set(e, ERR_NET, "not all files were fetched");
    printf("sftp_connect\t%d\t%.6f\n", bench->count, connected - begun);
    printf("sftp_list\t%zu\t%.6f\n", bench->file_count, listed - connected);
    printf("sftp_fetch\t%zu\t%.6f\n", bench->file_count, seconds_now() - listed);
    fprintf(stderr, "%" PRIuFAST64 " bytes\n", atomic_load(&bench->bytes));
    return true;
}

int main(int argc, char **argv)
{
    if (argc != 8) {
        fprintf(stderr, "usage: sftp_bench HOST PORT USER KEY_FILE KNOWN_HOSTS PATH CONNECTIONS\n");
        return 2;
    }
    struct sftp_peer peer = {.host = argv[1],
                             .port = atoi(argv[2]),
                             .user = argv[3],
                             .key_file = argv[4],
                             .known_hosts = argv[5],
                             .timeout_ms = TIMEOUT_MS};
    static struct bench bench;
    struct arena *arena = NULL;
    struct err e;
    err_clear(&e);
    bench.count = atoi(argv[7]);
    bool ok = bench.count >= 1 && bench.count <= CONNECTIONS_MAX && sftp_library_open(&e) &&
              arena_open(&arena, ARENA_BYTES, &e) && run(&bench, arena, &peer, argv[6], &e);
    for (int i = 0; i < CONNECTIONS_MAX; i++)
        sftp_close(bench.connections[i]);
    sftp_library_close();
    arena_close(arena);
    free(bench.files);
    if (!ok)
        fprintf(stderr, "sftp_bench: %s\n", e.message);
    return ok ? 0 : 1;
}
