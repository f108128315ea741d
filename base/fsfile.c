#include "base/fsfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/str.h"

enum { PATH_BYTES = 4096, SECRET_BYTES = 1024 * 1024, FOLDER_MODE = 0750 };

static bool fail(int errnum, const char *what, const char *path, struct err *e)
{
    (void)err_set_errno(e, ERR_DISK, errnum, "cannot %s \"%s\"", what, path);
    if (errnum == ENOSPC || errnum == EDQUOT)
        return err_hint(e, "make room on its file system");
    if (errnum == EACCES || errnum == EPERM || errnum == EROFS)
        return err_hint(e, "check owner and mode of the file and of the folders above it");
    return false;
}

/* A plain file that is open for reading. */
struct source {
    const char *path;
    int fd;
    struct stat found;
};

static bool open_source(struct source *source, const char *path, struct err *e)
{
    source->path = path;
    /* Without O_NONBLOCK a named pipe would keep the program waiting for a writer. */
    source->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (source->fd < 0)
        return fail(errno, "open", path, e);
    bool ok = fstat(source->fd, &source->found) == 0 || fail(errno, "look at", path, e);
    if (ok && !S_ISREG(source->found.st_mode))
        ok = err_set(e, ERR_INPUT, "\"%s\" is not a plain file", path);
    if (!ok)
        (void)close(source->fd);
    return ok;
}

static bool read_bytes(const struct source *source, char *bytes, size_t wanted, size_t *length, struct err *e)
{
    *length = 0;
    while (*length < wanted) {
        ssize_t got = read(source->fd, bytes + *length, wanted - *length);
        if (got == 0)
            return true; /* cut short meanwhile */
        if (got < 0 && errno != EINTR)
            return fail(errno, "read", source->path, e);
        *length += got > 0 ? (size_t)got : 0;
    }
    return true;
}

/* The whole file, in the arena. */
static bool read_source(const struct source *source, struct arena *arena, size_t maximum_bytes,
                        struct str *whole, struct err *e)
{
    size_t size_bytes = (size_t)source->found.st_size;
    if (size_bytes > maximum_bytes)
        return err_set(e, ERR_INPUT, "\"%s\" has %zu bytes, more than the %zu allowed", source->path,
                       size_bytes, maximum_bytes);
    char *memory = arena_alloc(arena, size_bytes + 1, e);
    whole->data = memory;
    return memory && read_bytes(source, memory, size_bytes, &whole->length, e);
}

bool fsfile_read(struct arena *arena, const char *path, size_t maximum_bytes, const char **bytes,
                 size_t *length, struct err *e)
{
    struct source source;
    struct str whole = {0};
    if (!open_source(&source, path, e))
        return false;
    bool ok = read_source(&source, arena, maximum_bytes, &whole, e);
    (void)close(source.fd);
    *bytes = whole.data;
    *length = whole.length;
    return ok;
}

static bool check_secret(const struct stat *found, const char *path, struct err *e)
{
    if (found->st_uid != geteuid()) {
        (void)err_set(e, ERR_USAGE, "\"%s\" holds a secret and belongs to another user", path);
        return err_hint(e, "chown it to the user that runs daybook");
    }
    if (found->st_mode & (S_IRWXG | S_IRWXO)) {
        (void)err_set(e, ERR_USAGE, "\"%s\" holds a secret and others may use it: mode %04o", path,
                      (unsigned)found->st_mode & 07777U);
        return err_hint(e, "chmod 600 \"%s\"", path);
    }
    return true;
}

bool fsfile_read_secret(struct arena *arena, const char *path, const char **bytes, size_t *length,
                        struct err *e)
{
    struct source source;
    struct str whole = {0};
    if (!open_source(&source, path, e))
        return false;
    bool ok = check_secret(&source.found, path, e) && read_source(&source, arena, SECRET_BYTES, &whole, e);
    (void)close(source.fd);
    *bytes = whole.data;
    *length = whole.length;
    return ok;
}

bool fsfile_map(const char *path, const char **bytes, size_t *length, struct err *e)
{
    struct source source;
    *bytes = NULL;
    *length = 0;
    if (!open_source(&source, path, e))
        return false;
    size_t size_bytes = (size_t)source.found.st_size;
    void *memory = NULL; /* an empty file cannot be mapped */
    if (size_bytes > 0)
        memory = mmap(NULL, size_bytes, PROT_READ, MAP_PRIVATE, source.fd, 0);
    bool ok = memory != MAP_FAILED || fail(errno, "map", path, e);
    (void)close(source.fd);
    if (ok) {
        *bytes = memory;
        *length = size_bytes;
    }
    return ok;
}

void fsfile_unmap(const char *bytes, size_t length)
{
    if (bytes)
        (void)munmap((void *)(uintptr_t)bytes, length);
}

/* The folder that path lies in, "." for a bare name. */
static bool folder_of(const char *path, char out[PATH_BYTES], struct err *e)
{
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 1;
    if (strlen(path) >= PATH_BYTES - 8) /* room for the temporary name */
        return fail(ENAMETOOLONG, "use", path, e);
    memcpy(out, slash ? path : ".", length);
    if (slash == path)
        out[length++] = '/';
    out[length] = '\0';
    return true;
}

/* Makes one folder. One that is there is success; the entry of a new one is made durable. */
static bool make_folder(const char *path, struct err *e)
{
    struct stat found;
    if (mkdir(path, FOLDER_MODE) != 0) {
        if (errno != EEXIST)
            return fail(errno, "make the folder", path, e);
        if (stat(path, &found) != 0)
            return fail(errno, "look at", path, e);
        return S_ISDIR(found.st_mode) || fail(ENOTDIR, "make the folder", path, e);
    }
    char parent[PATH_BYTES];
    return folder_of(path, parent, e) && fsfile_sync_folder(parent, e);
}

bool fsfile_make_folders(const char *path, struct err *e)
{
    char part[PATH_BYTES];
    struct stat found;
    size_t length = strlen(path);
    if (length >= sizeof part - 8)
        return fail(ENAMETOOLONG, "make the folder", path, e);
    if (stat(path, &found) == 0 && S_ISDIR(found.st_mode))
        return true;
    for (size_t i = 1; i <= length; i++) {
        if (i < length && path[i] != '/')
            continue;
        if (path[i - 1] == '/')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (!make_folder(part, e))
            return false;
    }
    return true;
}

bool fsfile_write_all(int fd, const char *path, const void *bytes, size_t length, struct err *e)
{
    const char *at = bytes;
    while (length > 0) {
        ssize_t written = write(fd, at, length);
        if (written < 0 && errno != EINTR)
            return fail(errno, "write", path, e);
        at += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

bool fsfile_sync_folder(const char *path, struct err *e)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return fail(errno, "open the folder", path, e);
    fault_point("fsfile.sync_folder");
    bool ok = fsync(fd) == 0 || fail(errno, "sync the folder", path, e);
    (void)close(fd);
    return ok;
}

/* Sets *same when path is a plain file with exactly these bytes. A file that cannot be read is another
 * one: what is wrong with it shows when it is replaced. */
static void compare(const char *path, const char *bytes, size_t length, bool *same)
{
    struct err ignored;
    const char *there = NULL;
    size_t there_bytes = 0;
    *same = false;
    if (!fsfile_map(path, &there, &there_bytes, &ignored))
        return;
    *same = there_bytes == length && (length == 0 || memcmp(there, bytes, length) == 0);
    fsfile_unmap(there, there_bytes);
}

static bool fill_file(int fd, const char *path, struct str bytes, mode_t mode, struct err *e)
{
    if (!fsfile_write_all(fd, path, bytes.data, bytes.length, e))
        return false;
    if (fchmod(fd, mode) != 0) /* whatever the umask is */
        return fail(errno, "set the mode of", path, e);
    fault_point("fsfile.fsync");
    return fsync(fd) == 0 || fail(errno, "sync", path, e);
}

static bool replace(const char *part, const char *path, struct str bytes, mode_t mode, struct err *e)
{
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0)
        return fail(errno, "create", part, e);
    bool ok = fill_file(fd, part, bytes, mode, e);
    if (close(fd) != 0 && ok)
        ok = fail(errno, "close", part, e);
    if (ok) {
        fault_point("fsfile.rename");
        ok = rename(part, path) == 0 || fail(errno, "rename a file to", path, e);
    }
    if (!ok)
        (void)unlink(part);
    return ok;
}

bool fsfile_write(const char *path, const char *bytes, size_t length, mode_t mode, struct err *e)
{
    char folder[PATH_BYTES], part[PATH_BYTES + 8];
    bool same = false;
    compare(path, bytes, length, &same);
    if (same)
        return true;
    if (!folder_of(path, folder, e) || !fsfile_make_folders(folder, e))
        return false;
    const char *slash = strrchr(path, '/');
    int folder_bytes = slash ? (int)(slash - path) + 1 : 0;
    /* The temporary name is always the same, so that one left by a killed run is written over by the next. */
    (void)snprintf(part, sizeof part, "%.*s.%s.part", folder_bytes, path, path + folder_bytes);
    return replace(part, path, (struct str){bytes, length}, mode, e) && fsfile_sync_folder(folder, e);
}

bool fsfile_exists(const char *path, bool *exists, struct err *e)
{
    struct stat found;
    *exists = stat(path, &found) == 0;
    if (*exists || errno == ENOENT || errno == ENOTDIR)
        return true;
    return fail(errno, "look at", path, e);
}
