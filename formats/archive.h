/* archive: a collector's package opened from memory and unpacked, through libarchive, with every limit of
 * FORMATS.md 0 and every way in which an archive may be unsafe asked (FORMATS.md 2). It knows nothing of
 * manifests.
 *
 * Only the container that the extension names is read: gzip (base/gzip.h), xz or zstd around tar; zip by its
 * central directory; 7z. What else the archive is wrong in is looked for as long as reading on is possible,
 * because the first of unreadable, limit, unsafe_entry that holds is the reason:
 *   - unreadable: not that container, cut, damaged (every checksum that there is must be right), an entry
 * encrypted; any ARCHIVE_WARN of zip or 7z while reading, and of tar while reading data. A tar header's
 * ARCHIVE_WARN is about owners and times, or about a name, which is then unsafe.
 *   - limit: too many entries (reading goes on, keeping nothing), a zip entry packed too well (likewise), or
 * too many bytes (reading stops, this is what the limit is for).
 *   - unsafe_entry: a type that is no file or folder (links, devices, sparse files); a name that is absolute,
 * has ".." or an empty part, a backslash or a control character, is over 1 KiB or not UTF-8; two files of one
 * name. A leading "./" is left out, as tar writes it. Folders are ignored when their names are safe. A file
 * in a folder other than logs/ is no danger: no manifest can list it, so it is an unlisted file. Bytes after
 * the end-of-archive marker of a tar are not looked at; a tar without the marker is whole if its last file
 * is. */
#ifndef DAYBOOK_FORMATS_ARCHIVE_H
#define DAYBOOK_FORMATS_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "formats/package.h"
#include "formats/package_name.h"

struct archive_limits {
    uint64_t entries;
    uint64_t unpacked_bytes;    /* of all files together */
    uint64_t zip_ratio;         /* unpacked : packed of one zip entry … */
    uint64_t zip_ratio_bytes;   /* … that unpacks to more than this */
    uint64_t whole_ratio;       /* all files of a tar or 7z : package … */
    uint64_t whole_ratio_bytes; /* … when they are more than this */
};
extern const struct archive_limits archive_default_limits;

struct archive_source {
    struct str bytes; /* the package; must outlive the unpacked files' opening only */
    enum package_ext ext;
    const struct archive_limits *limits; /* NULL = the defaults */
    const char *spool_folder;            /* takes what unpacks to more than spool_bytes, unlinked */
    size_t spool_bytes;                  /* 0 = 64 MiB */
};

struct archive_file {
    const char *name;  /* NUL-terminated */
    const char *bytes; /* not NUL-terminated */
    size_t length;
};

struct archive_files;

/* Unpacks a package. On success *reason is PACKAGE_GOOD. When the package is to be quarantined, false with
 * ERR_INPUT and its reason; any other kind of error (ERR_DISK, ERR_BUG) says nothing about the package and
 * leaves PACKAGE_GOOD. */
MUST_CHECK bool archive_unpack(struct archive_files **files, const struct archive_source *source,
                               enum package_reason *reason, struct err *e);
void archive_release(struct archive_files *files); /* takes NULL; the files' bytes are gone */

/* Files in the order of their names (bytes). */
size_t archive_file_total(const struct archive_files *files);
const struct archive_file *archive_file_at(const struct archive_files *files, size_t index);
/* NULL when there is none. */
const struct archive_file *archive_find(const struct archive_files *files, const char *name);

#endif
