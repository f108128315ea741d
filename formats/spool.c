#include "formats/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fsfile.h"

enum { FIRST_BYTES = 64 * 1024, PATH_BYTES = 4096 };

struct spool {
    const char *folder;
    size_t memory_bytes;
    char *memory; /* NULL once there is a file */
    size_t capacity;
    size_t length;
    int fd; /* -1: on the heap */
    void *mapped;
};

bool spool_open(struct spool **spool, const char *folder, size_t memory_bytes, struct err *e)
{
    *spool = calloc(1, sizeof **spool);
    if (!*spool)
        return err_set(e, ERR_BUG, "no memory for a spool");
    (*spool)->folder = folder;
    (*spool)->memory_bytes = memory_bytes;
    (*spool)->fd = -1;
    return true;
}

void spool_close(struct spool *spool)
{
    if (!spool)
        return;
    if (spool->mapped)
        (void)munmap(spool->mapped, spool->length);
    if (spool->fd >= 0)
        (void)close(spool->fd);
    free(spool->memory);
    free(spool);
}

/* Moves what there is to a file without a name. */
static bool move_to_file(struct spool *spool, struct err *e)
{
    char path[PATH_BYTES];
    int length = snprintf(path, sizeof path, "%s/.spool-XXXXXX", spool->folder);
    if (length < 0 || (size_t)length >= sizeof path)
        return err_set(e, ERR_DISK, "folder \"%s\": the name is too long", spool->folder);
    spool->fd = mkostemp(path, O_CLOEXEC);
    if (spool->fd < 0)
        return err_set_errno(e, ERR_DISK, errno, "folder \"%s\": no file for a large package", spool->folder);
    if (unlink(path) != 0)
        return err_set_errno(e, ERR_DISK, errno, "file \"%s\" could not be unlinked", path);
    if (!fsfile_write_all(spool->fd, spool->folder, spool->memory, spool->length, e))
        return false;
    free(spool->memory);
    spool->memory = NULL;
    spool->capacity = 0;
    return true;
}

static bool reserve(struct spool *spool, size_t wanted, struct err *e)
{
    size_t capacity = spool->capacity ? spool->capacity : FIRST_BYTES;
    if (wanted <= spool->capacity)
        return true;
    while (capacity < wanted)
        capacity *= 2;
    char *memory = realloc(spool->memory, capacity);
    if (!memory)
        return err_set(e, ERR_BUG, "no memory for %zu bytes", capacity);
    spool->memory = memory;
    spool->capacity = capacity;
    return true;
}

bool spool_add(struct spool *spool, const char *bytes, size_t length, struct err *e)
{
    ALWAYS(!spool->mapped);
    if (length == 0)
        return true;
    if (spool->fd < 0 && spool->length + length > spool->memory_bytes && !move_to_file(spool, e))
        return false;
    if (spool->fd < 0) {
        if (!reserve(spool, spool->length + length, e))
            return false;
        memcpy(spool->memory + spool->length, bytes, length);
    } else if (!fsfile_write_all(spool->fd, spool->folder, bytes, length, e)) {
        return false;
    }
    spool->length += length;
    return true;
}

size_t spool_length(const struct spool *spool)
{
    return spool->length;
}

bool spool_map(struct spool *spool, const char **bytes, size_t *length, struct err *e)
{
    if (spool->fd >= 0 && spool->length > 0 && !spool->mapped) {
        void *mapped = mmap(NULL, spool->length, PROT_READ, MAP_PRIVATE, spool->fd, 0);
        if (mapped == MAP_FAILED)
            return err_set_errno(e, ERR_DISK, errno, "a large package could not be mapped");
        spool->mapped = mapped;
    }
    *bytes = spool->mapped ? spool->mapped : spool->memory ? spool->memory : "";
    *length = spool->length;
    return true;
}
