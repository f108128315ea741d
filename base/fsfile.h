/* fsfile: local files that appear whole or not at all, with their errors as words. */
#ifndef DAYBOOK_BASE_FSFILE_H
#define DAYBOOK_BASE_FSFILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"

/* Reads a whole file of at most maximum_bytes into the arena (NUL after it). ERR_INPUT when it is larger. */
MUST_CHECK bool fsfile_read(struct arena *arena, const char *path, size_t maximum_bytes, const char **bytes,
                            size_t *length, struct err *e);
/* As fsfile_read; ERR_USAGE unless the file belongs to this user and its mode gives nothing to others
 * (0600 or stricter). The remedy is in the hint. */
MUST_CHECK bool fsfile_read_secret(struct arena *arena, const char *path, const char **bytes, size_t *length,
                                   struct err *e);
/* Maps a file for reading; fsfile_unmap gives it back. An empty file maps to NULL and 0. */
MUST_CHECK bool fsfile_map(const char *path, const char **bytes, size_t *length, struct err *e);
void fsfile_unmap(const char *bytes, size_t length);

/* Makes path and its missing parents with mode 0750. */
MUST_CHECK bool fsfile_make_folders(const char *path, struct err *e);

/* Writes bytes to path: temporary name in the same folder, fsync, rename, fsync of the folder; makes missing
 * folders. Passes fault points "fsfile.fsync" and "fsfile.rename". A file that already has these bytes is left
 * untouched. */
MUST_CHECK bool fsfile_write(const char *path, const char *bytes, size_t length, mode_t mode, struct err *e);

/* write(2) until all is out. */
MUST_CHECK bool fsfile_write_all(int fd, const char *path, const void *bytes, size_t length, struct err *e);
MUST_CHECK bool fsfile_sync_folder(const char *path, struct err *e);
/* False with ERR_DISK when it could not look; *exists tells otherwise. */
MUST_CHECK bool fsfile_exists(const char *path, bool *exists, struct err *e);

#endif
