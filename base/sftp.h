/* sftp: a peer's files through libssh2, with the host key pinned and keys only (DESIGN.md 8).
 *
 * One session belongs to one thread. Foreign codes are translated here, once: ERR_NET (retryable when the line was
 * lost), ERR_USAGE for keys and host keys, ERR_DISK for the local side. A session whose line was lost stays lost:
 * every later call fails; close it and open another. */
#ifndef DAYBOOK_BASE_SFTP_H
#define DAYBOOK_BASE_SFTP_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct sftp_peer {
    const char *host;
    int port;
    const char *user;
    const char *key_file;    /* Ed25519 or ECDSA private key, mode 0600 */
    const char *known_hosts; /* the pinned host key; unknown or changed = refuse */
    int timeout_ms;          /* of one answer; libssh2 counts whole seconds, so give it some */
};

struct sftp;

/* Once per process before threads start. */
MUST_CHECK bool sftp_library_open(struct err *e);
void sftp_library_close(void);

MUST_CHECK bool sftp_open(struct sftp **sftp, const struct sftp_peer *peer, struct err *e);
void sftp_close(struct sftp *sftp); /* takes NULL; waits for nothing */

enum sftp_type { SFTP_FILE, SFTP_FOLDER, SFTP_OTHER };
struct sftp_entry {
    const char *name;
    enum sftp_type type;
    uint64_t size_bytes;
    int64_t modified_at; /* seconds since 1970, of the server */
};

/* The entries of a folder without "." and "..", ordered by name, in the arena. */
MUST_CHECK bool sftp_list(struct sftp *sftp, struct arena *arena, const char *folder, struct sftp_entry **entries,
                          size_t *count, struct err *e);

/* ERR_NET with code "ENOENT" (in e->code) when the path is not there. */
MUST_CHECK bool sftp_stat(struct sftp *sftp, const char *path, struct sftp_entry *entry, struct err *e);

/* Reads path from offset and hands the bytes on as they come. sink returns false, with *e filled, to stop. Passes
 * "sftp.read" for each piece.
 *
 * expected_bytes is how many there are from offset on, as a listing told (0 = not known): reading ends there without
 * asking for more, which saves a round trip; a file that ends earlier is no error here, so that the caller counts. */
typedef bool sftp_sink(void *context, const char *bytes, size_t length, struct err *e);
MUST_CHECK bool sftp_fetch(struct sftp *sftp, const char *path, uint64_t offset, uint64_t expected_bytes,
                           sftp_sink *sink, void *context, struct err *e);

/* Makes folder/name hold these bytes: temporary name ".<name>.part" in the folder, fsync where the server can, rename
 * that overwrites nothing, read back and compared. One writer per name at a time.
 * The last two folders are made where they are missing. A file there with the same bytes is success, with other bytes ERR_INPUT, code
 * "EEXIST". Passes "sftp.send" and "sftp.rename". */
MUST_CHECK bool sftp_put(struct sftp *sftp, const char *folder, const char *name, const char *bytes, size_t length,
                         struct err *e);

/* As sftp_put, but where the name is taken by bytes whose SHA-256 is one of these, they make room: they are moved aside as
 * ".<name>.old", and removed once the new ones are in place. So the name is away for a moment, and a line that is lost then
 * leaves it away until the next call. Other bytes are refused as ever. Passes "sftp.aside" too. */
enum { SFTP_DIGEST_BYTES = 32 };
struct sftp_replacement {
    const char *folder;
    const char *name;
    struct str bytes;
    const uint8_t (*replaces)[SFTP_DIGEST_BYTES];
    size_t replaces_count;
};
MUST_CHECK bool sftp_replace(struct sftp *sftp, const struct sftp_replacement *replacement, struct err *e);

#endif
