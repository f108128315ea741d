#include "base/sftp.h"

#include <libssh2.h>
#include <libssh2_sftp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/fault.h"
#include "base/sftp_private.h"
#include "base/str.h"

enum { NAME_MAX_BYTES = 4096, PATH_MAX_BYTES = 4096, ONE_READ_BYTES = 30000, REQUESTS_A_BUFFER = 4 };
enum { FILE_MODE = 0640, FOLDER_MODE = 0750, PARENT_MODE = 0770 };

/* --- errors --- */

static const char *status_words(unsigned long status)
{
    switch (status) {
    case LIBSSH2_FX_NO_SUCH_FILE:
    case LIBSSH2_FX_NO_SUCH_PATH:
        return "not there";
    case LIBSSH2_FX_PERMISSION_DENIED:
    case LIBSSH2_FX_WRITE_PROTECT:
        return "the server gives no permission";
    case LIBSSH2_FX_NO_SPACE_ON_FILESYSTEM:
    case LIBSSH2_FX_QUOTA_EXCEEDED:
        return "the server's disk is full";
    case LIBSSH2_FX_FILE_ALREADY_EXISTS:
        return "it exists already";
    case LIBSSH2_FX_FAILURE:
        return "the server says failure and no more";
    case LIBSSH2_FX_OP_UNSUPPORTED:
        return "the server does not support it";
    default:
        return NULL;
    }
}

static bool is_missing(unsigned long status)
{
    return status == LIBSSH2_FX_NO_SUCH_FILE || status == LIBSSH2_FX_NO_SUCH_PATH;
}

/* The status of the last answer; LIBSSH2_FX_OK when the failure was not one of the server's answers. */
static unsigned long last_status(const struct sftp *sftp)
{
    return libssh2_session_last_errno(sftp->session) == LIBSSH2_ERROR_SFTP_PROTOCOL
               ? libssh2_sftp_last_error(sftp->channel)
               : LIBSSH2_FX_OK;
}

/* After a failed call about path. */
static bool fail_path(struct sftp *sftp, const char *path, const char *what, struct err *e)
{
    unsigned long status = last_status(sftp);
    const char *words = status_words(status);
    if (status == LIBSSH2_FX_OK) {
        char place[PATH_MAX_BYTES];
        (void)snprintf(place, sizeof place, "\"%.300s\": %s", path, what);
        return sftp_fail(sftp, place, e);
    }
    if (words)
        err_set(e, ERR_NET, "%s: \"%.300s\": %s: %s", sftp->place, path, what, words);
    else
        err_set(e, ERR_NET, "%s: \"%.300s\": %s: sftp status %lu", sftp->place, path, what, status);
    if (is_missing(status))
        (void)snprintf(e->code, sizeof e->code, "ENOENT");
    return false;
}

/* libssh2's own macros for paths convert lengths silently. */
static unsigned length_of(const char *path)
{
    return (unsigned)strlen(path);
}

static LIBSSH2_SFTP_HANDLE *open_path(struct sftp *sftp, const char *path, unsigned long flags, int type)
{
    return libssh2_sftp_open_ex(sftp->channel, path, length_of(path), flags, FILE_MODE, type);
}

/* False, with *e filled, once the line was lost. */
static bool is_open(const struct sftp *sftp, struct err *e)
{
    if (!sftp->lost)
        return true;
    err_set(e, ERR_NET, "%s: the line was lost before", sftp->place);
    e->retryable = true;
    return false;
}

/* False, with *e filled, when the server did not say that all is well. After a lost line nobody is there to
 * say it: the handle is left to sftp_close, which waits for no answer. */
static bool close_handle(struct sftp *sftp, LIBSSH2_SFTP_HANDLE *handle, const char *path, struct err *e)
{
    int code = sftp->lost ? LIBSSH2_ERROR_TIMEOUT : libssh2_sftp_close(handle);
    if (code == LIBSSH2_ERROR_TIMEOUT)
        sftp->stuck = handle;
    return code == 0 || fail_path(sftp, path, "closing", e);
}

/* As close_handle, where what matters is done or has failed already. */
static void drop_handle(struct sftp *sftp, LIBSSH2_SFTP_HANDLE *handle, const char *path)
{
    struct err ignored;
    (void)!close_handle(sftp, handle, path, &ignored);
}

/* --- folders --- */

struct listed {
    struct listed *next;
    struct sftp_entry entry;
};

static void fill_entry(struct sftp_entry *entry, const char *name, const LIBSSH2_SFTP_ATTRIBUTES *attributes)
{
    bool known = (attributes->flags & LIBSSH2_SFTP_ATTR_PERMISSIONS) != 0;
    entry->name = name;
    entry->type = known && LIBSSH2_SFTP_S_ISREG(attributes->permissions)   ? SFTP_FILE
                  : known && LIBSSH2_SFTP_S_ISDIR(attributes->permissions) ? SFTP_FOLDER
                                                                           : SFTP_OTHER;
    entry->size_bytes = attributes->flags & LIBSSH2_SFTP_ATTR_SIZE ? attributes->filesize : 0;
    entry->modified_at = attributes->flags & LIBSSH2_SFTP_ATTR_ACMODTIME ? (int64_t)attributes->mtime : 0;
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Adds one name of a folder to the list; a name that would lead elsewhere is a broken server's. */
static bool add_entry(struct arena *arena, struct listed **list, const char *name, size_t length,
                      const LIBSSH2_SFTP_ATTRIBUTES *attributes, struct err *e)
{
    if (memchr(name, '/', length) || memchr(name, '\0', length))
        return err_set(e, ERR_NET, "the server lists a name with a slash or a zero byte in it");
    struct listed *added = arena_alloc(arena, sizeof *added, e);
    if (!added)
        return false;
    const char *copy = arena_copy(arena, name, length, e);
    if (!copy)
        return false;
    fill_entry(&added->entry, copy, attributes);
    added->next = *list;
    *list = added;
    return true;
}

static int compare_entries(const void *a, const void *b)
{
    return strcmp(((const struct sftp_entry *)a)->name, ((const struct sftp_entry *)b)->name);
}

static bool sort_entries(struct arena *arena, const struct listed *list, size_t count,
                         struct sftp_entry **entries, struct err *e)
{
    *entries = arena_array(arena, count ? count : 1, sizeof **entries, e);
    if (!*entries)
        return false;
    for (size_t i = 0; i < count; i++, list = list->next)
        (*entries)[i] = list->entry;
    qsort(*entries, count, sizeof **entries, compare_entries);
    return true;
}

bool sftp_list(struct sftp *sftp, struct arena *arena, const char *folder, struct sftp_entry **entries,
               size_t *count, struct err *e)
{
    if (!is_open(sftp, e))
        return false;
    LIBSSH2_SFTP_HANDLE *handle = open_path(sftp, folder, 0, LIBSSH2_SFTP_OPENDIR);
    if (!handle)
        return fail_path(sftp, folder, "listing", e);
    char name[NAME_MAX_BYTES];
    struct listed *list = NULL;
    LIBSSH2_SFTP_ATTRIBUTES attributes;
    size_t found = 0;
    bool ok = true;
    int length = 0;
    while (ok && (length = libssh2_sftp_readdir(handle, name, sizeof name, &attributes)) > 0) {
        if (is_dots(name))
            continue;
        ok = add_entry(arena, &list, name, (size_t)length, &attributes, e) ||
             err_context(e, "%s: \"%.300s\"", sftp->place, folder);
        found++;
    }
    if (length < 0)
        ok = fail_path(sftp, folder, "listing", e);
    drop_handle(sftp, handle, folder);
    if (!ok || !sort_entries(arena, list, found, entries, e))
        return false;
    *count = found;
    return true;
}

bool sftp_stat(struct sftp *sftp, const char *path, struct sftp_entry *entry, struct err *e)
{
    LIBSSH2_SFTP_ATTRIBUTES attributes;
    if (!is_open(sftp, e))
        return false;
    if (libssh2_sftp_stat_ex(sftp->channel, path, length_of(path), LIBSSH2_SFTP_STAT, &attributes) != 0)
        return fail_path(sftp, path, "looking", e);
    fill_entry(entry, path, &attributes);
    return true;
}

/* --- reading --- */

/* How large a buffer to show libssh2. It asks the server for four times that, in requests of 30,000 bytes, so
 * that a large one keeps the line busy; but what it asks for beyond the end of the file is answered too, one
 * by one. Within a request whose bytes have come already it asks for nothing, so that there the buffer may be
 * large. */
static size_t buffer_for(uint64_t left, bool within_request, size_t room)
{
    uint64_t wanted =
        within_request ? ONE_READ_BYTES : left / REQUESTS_A_BUFFER + (left % REQUESTS_A_BUFFER != 0);
    if (wanted > left)
        wanted = left;
    return wanted < room ? (size_t)wanted : room;
}

/* Gathers pieces up to the end of the file or to the expected bytes, and hands them on when the buffer is
 * full. */
static bool read_pieces(struct sftp *sftp, LIBSSH2_SFTP_HANDLE *handle, const char *path,
                        uint64_t expected_bytes, sftp_sink *sink, void *context, struct err *e)
{
    uint64_t left = expected_bytes ? expected_bytes : UINT64_MAX;
    bool within_request = false, at_end = false;
    while (left > 0 && !at_end) {
        size_t gathered = 0;
        while (left > 0 && gathered < SFTP_PIECE_BYTES) {
            size_t asked = buffer_for(left, within_request, SFTP_PIECE_BYTES - gathered);
            ssize_t got = libssh2_sftp_read(handle, sftp->piece + gathered, asked);
            if (got < 0)
                return fail_path(sftp, path, "reading", e);
            at_end = got == 0;
            if (at_end)
                break;
            within_request = (size_t)got == asked;
            gathered += (size_t)got;
            left -= (uint64_t)got;
        }
        if (gathered == 0)
            break;
        fault_point("sftp.read");
        if (!sink(context, sftp->piece, gathered, e))
            return false;
    }
    return true;
}

bool sftp_fetch(struct sftp *sftp, const char *path, uint64_t offset, uint64_t expected_bytes,
                sftp_sink *sink, void *context, struct err *e)
{
    if (!is_open(sftp, e))
        return false;
    LIBSSH2_SFTP_HANDLE *handle = open_path(sftp, path, LIBSSH2_FXF_READ, LIBSSH2_SFTP_OPENFILE);
    if (!handle)
        return fail_path(sftp, path, "opening", e);
    libssh2_sftp_seek64(handle, offset);
    bool ok = read_pieces(sftp, handle, path, expected_bytes, sink, context, e);
    drop_handle(sftp, handle, path);
    return ok;
}

/* --- writing --- */

struct comparison {
    const char *bytes;
    size_t length;
    size_t met;
    bool differs;
};

static bool compare_piece(void *context, const char *bytes, size_t length, struct err *e)
{
    (void)e;
    struct comparison *comparison = context;
    size_t left = comparison->length - comparison->met;
    comparison->differs |= length > left || memcmp(bytes, comparison->bytes + comparison->met,
                                                   length < left ? length : left) != 0;
    comparison->met += length < left ? length : left;
    return true;
}

/* Reads at most one byte more than these, which is enough to know. Missing: false with code "ENOENT". */
static bool compare_file(struct sftp *sftp, const char *path, const char *bytes, size_t length, bool *same,
                         struct err *e)
{
    struct comparison comparison = {.bytes = bytes, .length = length};
    if (!sftp_fetch(sftp, path, 0, (uint64_t)length + 1, compare_piece, &comparison, e))
        return false;
    *same = !comparison.differs && comparison.met == length;
    return true;
}

static LIBSSH2_SFTP_HANDLE *create_file(struct sftp *sftp, const char *path)
{
    return open_path(sftp, path, LIBSSH2_FXF_WRITE | LIBSSH2_FXF_CREAT | LIBSSH2_FXF_TRUNC,
                     LIBSSH2_SFTP_OPENFILE);
}

/* False when the server gave no answer. Its refusal may mean that another session was first. */
static bool make_folder(struct sftp *sftp, const char *folder, long mode)
{
    return libssh2_sftp_mkdir_ex(sftp->channel, folder, length_of(folder), mode) == 0 ||
           last_status(sftp) != LIBSSH2_FX_OK;
}

/* Also the folder that it lies in, but no more: a wrong path must not grow a tree of its own. Others will write in
 * that one, so that the group may. */
static bool make_folders(struct sftp *sftp, const char *folder)
{
    char parent[PATH_MAX_BYTES];
    const char *slash = strrchr(folder, '/');
    if (libssh2_sftp_mkdir_ex(sftp->channel, folder, length_of(folder), FOLDER_MODE) == 0)
        return true;
    unsigned long status = last_status(sftp);
    if (!is_missing(status) || !slash || slash == folder)
        return status != LIBSSH2_FX_OK;
    (void)snprintf(parent, sizeof parent, "%.*s", (int)(slash - folder), folder);
    return make_folder(sftp, parent, PARENT_MODE) && make_folder(sftp, folder, FOLDER_MODE);
}

/* Folders are made only when they turn out to be missing, because most times they are there. */
static LIBSSH2_SFTP_HANDLE *create_in_folder(struct sftp *sftp, const char *folder, const char *path)
{
    LIBSSH2_SFTP_HANDLE *handle = create_file(sftp, path);
    if (handle || !is_missing(last_status(sftp)))
        return handle;
    return make_folders(sftp, folder) ? create_file(sftp, path) : NULL;
}

static bool write_bytes(struct sftp *sftp, LIBSSH2_SFTP_HANDLE *handle, const char *path, struct str bytes,
                        struct err *e)
{
    while (bytes.length > 0) {
        ssize_t wrote = libssh2_sftp_write(handle, bytes.data, bytes.length);
        if (wrote < 0)
            return fail_path(sftp, path, "writing", e);
        bytes.data += wrote;
        bytes.length -= (size_t)wrote;
    }
    /* A server without the fsync extension says so; what it wrote is read back all the same. */
    if (libssh2_sftp_fsync(handle) != 0 && last_status(sftp) != LIBSSH2_FX_OP_UNSUPPORTED)
        return fail_path(sftp, path, "writing to its disk", e);
    return true;
}

static bool write_file(struct sftp *sftp, const char *folder, const char *path, struct str bytes,
                       struct err *e)
{
    LIBSSH2_SFTP_HANDLE *handle = create_in_folder(sftp, folder, path);
    if (!handle)
        return fail_path(sftp, path, "creating", e);
    bool ok = write_bytes(sftp, handle, path, bytes, e);
    if (ok)
        return close_handle(sftp, handle, path, e);
    drop_handle(sftp, handle, path);
    return false;
}

static bool refuse_other_bytes(struct sftp *sftp, const char *path, struct err *e)
{
    err_set(e, ERR_INPUT, "%s: \"%.300s\" is there already with other bytes", sftp->place, path);
    (void)snprintf(e->code, sizeof e->code, "EEXIST");
    return err_hint(e, "nothing was overwritten; ask who wrote that file, then move it away");
}

/* True with *there set when path holds these bytes; ERR_INPUT when it holds others. */
static bool look_for_target(struct sftp *sftp, const char *path, struct str bytes, bool *there, struct err *e)
{
    bool same = false;
    *there = compare_file(sftp, path, bytes.data, bytes.length, &same, e);
    if (*there)
        return same || refuse_other_bytes(sftp, path, e);
    if (strcmp(e->code, "ENOENT") != 0)
        return false;
    err_clear(e);
    return true;
}

/* After a refused rename: a name that was taken meanwhile by the same bytes is success. */
static bool explain_rename(struct sftp *sftp, const char *from, const char *to, struct str bytes,
                           struct err *e)
{
    bool there = false;
    struct err found;
    err_clear(&found);
    if (!look_for_target(sftp, to, bytes, &there, &found))
        *e = found;
    if (!sftp->lost)
        (void)libssh2_sftp_unlink_ex(sftp->channel, from, length_of(from));
    if (there && found.kind == ERR_NONE)
        err_clear(e);
    return e->kind == ERR_NONE;
}

/* OpenSSH renames by link and unlink, which refuses a name that is taken. */
static bool rename_into_place(struct sftp *sftp, const char *from, const char *to, struct str bytes,
                              struct err *e)
{
    fault_point("sftp.rename");
    if (libssh2_sftp_rename_ex(sftp->channel, from, length_of(from), to, length_of(to), 0) != 0) {
        fail_path(sftp, to, "renaming", e);
        return !sftp->lost && explain_rename(sftp, from, to, bytes, e);
    }
    bool there = false;
    if (!look_for_target(sftp, to, bytes, &there, e))
        return err_context(e, "reading back");
    return there || err_set(e, ERR_NET, "%s: \"%.300s\" is not there after its rename", sftp->place, to);
}

bool sftp_put(struct sftp *sftp, const char *folder, const char *name, const char *bytes, size_t length,
              struct err *e)
{
    char target[PATH_MAX_BYTES], part[PATH_MAX_BYTES];
    if (snprintf(target, sizeof target, "%s/%s", folder, name) >= (int)sizeof target ||
        snprintf(part, sizeof part, "%s/.%s.part", folder, name) >= (int)sizeof part)
        return err_set(e, ERR_INPUT, "the path of \"%.300s\" is too long", name);
    struct str content = {bytes, length};
    bool there = false;
    if (!look_for_target(sftp, target, content, &there, e))
        return false;
    if (there)
        return true;
    fault_point("sftp.send");
    return write_file(sftp, folder, part, content, e) && rename_into_place(sftp, part, target, content, e);
}

/* --- replacing --- */

enum { REPLACED_BYTES_MAX = 64 << 20 };

static bool hash_piece(void *context, const char *bytes, size_t length, struct err *e)
{
    return crypto_hash_add(context, bytes, length, e);
}

/* Whether a file there is one of those that make room. Missing: *is_there is false. */
static bool look_for_replaced(struct sftp *sftp, const char *path, const struct sftp_replacement *r, bool *is_there,
                              struct err *e)
{
    struct crypto_hash *hash = NULL;
    uint8_t digest[SFTP_DIGEST_BYTES];
    if (!crypto_hash_open(&hash, e))
        return false;
    *is_there = sftp_fetch(sftp, path, 0, REPLACED_BYTES_MAX, hash_piece, hash, e) && crypto_hash_take(hash, digest, e);
    crypto_hash_close(hash);
    if (!*is_there) {
        bool missing = strcmp(e->code, "ENOENT") == 0;
        if (missing)
            err_clear(e);
        return missing;
    }
    for (size_t i = 0; i < r->replaces_count; i++)
        if (memcmp(digest, r->replaces[i], sizeof digest) == 0)
            return true;
    return refuse_other_bytes(sftp, path, e);
}

/* A rename overwrites nothing, so the old bytes go first; what an earlier call has left aside is ours too. */
static bool move_aside(struct sftp *sftp, const char *target, const char *aside, struct err *e)
{
    fault_point("sftp.aside");
    if (libssh2_sftp_unlink_ex(sftp->channel, aside, length_of(aside)) != 0 && !is_missing(last_status(sftp)))
        return fail_path(sftp, aside, "removing", e);
    if (libssh2_sftp_rename_ex(sftp->channel, target, length_of(target), aside, length_of(aside), 0) != 0)
        return fail_path(sftp, target, "moving aside", e);
    return true;
}

static bool put_over(struct sftp *sftp, const struct sftp_replacement *r, const char *target, const char *aside,
                     struct err *e)
{
    bool is_there = false, is_same = false;
    struct err ignored;
    if (!is_open(sftp, e))
        return false;
    if (compare_file(sftp, target, r->bytes.data, r->bytes.length, &is_same, &ignored) && is_same)
        return true;
    if (!look_for_replaced(sftp, target, r, &is_there, e) || (is_there && !move_aside(sftp, target, aside, e)))
        return false;
    return sftp_put(sftp, r->folder, r->name, r->bytes.data, r->bytes.length, e);
}

bool sftp_replace(struct sftp *sftp, const struct sftp_replacement *r, struct err *e)
{
    char target[PATH_MAX_BYTES], aside[PATH_MAX_BYTES];
    if (snprintf(target, sizeof target, "%s/%s", r->folder, r->name) >= (int)sizeof target ||
        snprintf(aside, sizeof aside, "%s/.%s.old", r->folder, r->name) >= (int)sizeof aside)
        return err_set(e, ERR_INPUT, "the path of \"%.300s\" is too long", r->name);
    if (!put_over(sftp, r, target, aside, e))
        return false;
    if (libssh2_sftp_unlink_ex(sftp->channel, aside, length_of(aside)) != 0 && !is_missing(last_status(sftp)))
        return fail_path(sftp, aside, "removing", e);
    return true;
}
