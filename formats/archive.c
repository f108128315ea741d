#include "formats/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <inttypes.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/gzip.h"
#include "formats/spool.h"

#define MIB ((uint64_t)1024 * 1024)
const struct archive_limits archive_default_limits = {
    .entries = 10000,
    .unpacked_bytes = 2048 * MIB,
    .zip_ratio = 200,
    .zip_ratio_bytes = MIB,
    .whole_ratio = 1000,
    .whole_ratio_bytes = 16 * MIB,
};

enum { LONGEST_NAME = 1024, SHOWN_BYTES = 120 };
/* What headers and padding may add to the files of a tar. */
#define TAR_SLACK_BYTES (64 * MIB)
#define NAMES_BYTES ((size_t)(64 * MIB))
#define DEFAULT_SPOOL_BYTES ((size_t)(64 * MIB))

struct entry {
    struct archive_file file; /* bytes NULL while they lie in the spool */
    size_t spool_offset;
};

struct archive_files {
    struct arena *names;
    struct spool *stream; /* the tar, expanded; files of a tar lie there */
    struct spool *spool;  /* files of a zip or 7z */
    struct entry *entries;
    size_t count;
    size_t capacity;
};

struct unpacking {
    const struct archive_source *source;
    const struct archive_limits *limits;
    struct archive_files *files;
    const char *stream; /* of a tar, mapped */
    size_t stream_length;
    size_t stream_maximum;
    uint64_t entry_count;
    uint64_t unpacked_bytes;
    bool is_stopped;            /* nothing that follows can matter */
    enum package_reason reason; /* the first in order so far, and its words */
    struct err why;
};

static bool is_tar(enum package_ext ext)
{
    return ext != PACKAGE_ZIP && ext != PACKAGE_7Z;
}

/* Text from outside on one line of a message. */
static const char *show(const char *text, char out[SHOWN_BYTES])
{
    size_t i = 0;
    for (; text && text[i] && i + 1 < SHOWN_BYTES; i++)
        out[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7F ? '?' : text[i];
    out[i] = '\0';
    for (char *at = out; !str_is_utf8((struct str){out, i}) && *at; at++)
        if ((unsigned char)*at >= 0x80)
            *at = '?';
    return out;
}

/* Keeps a reason unless an earlier one in the order of FORMATS.md 2 is kept. Unreadable is the first: it
 * stops. */
static void note(struct unpacking *u, enum package_reason reason, const char *entry, const char *what)
{
    char shown[SHOWN_BYTES];
    if (reason == PACKAGE_UNREADABLE)
        u->is_stopped = true;
    if (u->reason != PACKAGE_GOOD && u->reason <= reason)
        return;
    u->reason = reason;
    if (entry)
        (void)err_set(&u->why, ERR_INPUT, "entry \"%s\": %s", show(entry, shown), what);
    else
        (void)err_set(&u->why, ERR_INPUT, "%s", what);
}

static void note_unreadable(struct unpacking *u, const char *entry, const char *detail)
{
    char shown[SHOWN_BYTES], what[2 * SHOWN_BYTES];
    (void)snprintf(what, sizeof what, "not a readable %s archive: %s", package_ext_text(u->source->ext),
                   show(detail && detail[0] ? detail : "no reason given", shown));
    note(u, PACKAGE_UNREADABLE, entry, what);
}

static void note_limit(struct unpacking *u, const char *entry, const char *unit, uint64_t maximum)
{
    char what[SHOWN_BYTES];
    (void)snprintf(what, sizeof what, "more than \"%" PRIu64 "\" %s", maximum, unit);
    note(u, PACKAGE_LIMIT, entry, what);
}

/* How long the tar may be before its files must be over a limit. */
static size_t stream_maximum(const struct unpacking *u)
{
    uint64_t by_ratio = u->limits->whole_ratio * u->source->bytes.length;
    uint64_t maximum = by_ratio > u->limits->whole_ratio_bytes ? by_ratio : u->limits->whole_ratio_bytes;
    if (maximum > u->limits->unpacked_bytes)
        maximum = u->limits->unpacked_bytes;
    return (size_t)(maximum + TAR_SLACK_BYTES);
}

static bool take_stream(void *context, const char *bytes, size_t length, struct err *e)
{
    struct unpacking *u = context;
    if (spool_length(u->files->stream) + length > u->stream_maximum) {
        u->is_stopped = true;
        if (u->stream_maximum - TAR_SLACK_BYTES == u->limits->unpacked_bytes)
            note_limit(u, NULL, "bytes unpacked", u->limits->unpacked_bytes);
        else
            note_limit(u, NULL, "bytes unpacked of each byte of the package", u->limits->whole_ratio);
        return err_set(e, ERR_INPUT, "stopped at a limit");
    }
    return spool_add(u->files->stream, bytes, length, e);
}

/* xz and zstd, by libarchive's filter alone: its raw format gives the bytes behind one filter. */
static bool expand_by_filter(struct unpacking *u, struct archive *a, struct err *e)
{
    struct archive_entry *entry = NULL;
    const void *block = NULL;
    size_t size = 0;
    la_int64_t offset = 0;
    int wanted = u->source->ext == PACKAGE_TAR_XZ ? ARCHIVE_FILTER_XZ : ARCHIVE_FILTER_ZSTD;
    int result =
        wanted == ARCHIVE_FILTER_XZ ? archive_read_support_filter_xz(a) : archive_read_support_filter_zstd(a);
    if (result != ARCHIVE_OK || archive_read_support_format_raw(a) != ARCHIVE_OK)
        return err_set(e, ERR_BUG, "libarchive cannot read %s", package_ext_text(u->source->ext));
    result = archive_read_open_memory(a, u->source->bytes.data, u->source->bytes.length);
    if (result == ARCHIVE_OK)
        result = archive_read_next_header(a, &entry);
    if (result == ARCHIVE_OK && (archive_filter_count(a) != 2 || archive_filter_code(a, 0) != wanted)) {
        note_unreadable(u, NULL, "it is compressed in another way");
        return true;
    }
    while (result == ARCHIVE_OK) {
        result = archive_read_data_block(a, &block, &size, &offset);
        if (result == ARCHIVE_OK && !take_stream(u, block, size, e))
            return false;
    }
    if (result != ARCHIVE_EOF)
        note_unreadable(u, NULL, archive_error_string(a));
    return true;
}

/* Expands the tar into its spool. */
static bool expand_stream(struct unpacking *u, struct err *e)
{
    bool done = false;
    u->stream_maximum = stream_maximum(u);
    if (u->source->ext == PACKAGE_TAR_GZ || u->source->ext == PACKAGE_TGZ) {
        done = gzip_expand(u->source->bytes, take_stream, u, e);
        if (!done && e->kind == ERR_INPUT && !u->is_stopped)
            note_unreadable(u, NULL, e->message);
    } else {
        struct archive *a = archive_read_new();
        done = a ? expand_by_filter(u, a, e) : err_set(e, ERR_BUG, "no memory for libarchive");
        (void)archive_read_free(a);
    }
    if (u->is_stopped)
        return true;
    return done && spool_map(u->files->stream, &u->stream, &u->stream_length, e);
}

/* What is unsafe in a name, or NULL. */
static const char *name_fault(struct str name)
{
    size_t from = 0;
    if (name.length > LONGEST_NAME)
        return "a name of more than 1024 bytes";
    if (!str_is_utf8(name))
        return "a name that is not utf-8";
    if (name.length > 0 && name.data[0] == '/')
        return "an absolute name";
    for (size_t i = 0; i <= name.length; i++) {
        char c = i < name.length ? name.data[i] : '/';
        if ((unsigned char)c < 0x20 || c == 0x7F || c == '\\')
            return "a name with a backslash or a control character";
        if (c != '/')
            continue;
        struct str part = {name.data + from, i - from};
        if (part.length == 0 || str_equal(part, ".") || str_equal(part, ".."))
            return "a name with an empty, \".\" or \"..\" part";
        from = i + 1;
    }
    return NULL;
}

/* The name without the "./" that tar writes before it; of a folder also without the "/" behind it. */
static struct str bare_name(const char *path, bool is_folder)
{
    struct str name = str_of(path);
    while (name.length >= 2 && name.data[0] == '.' && name.data[1] == '/')
        name = (struct str){name.data + 2, name.length - 2};
    if (is_folder && name.length > 1 && name.data[name.length - 1] == '/')
        name.length--;
    return name;
}

static bool is_plain_file(struct archive_entry *entry)
{
    return archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry) &&
           !archive_entry_symlink(entry) && archive_entry_sparse_count(entry) == 0;
}

/* Asks type and name; true when the entry is a file to be kept, *name is its bare name. */
static bool check_entry(struct unpacking *u, struct archive_entry *entry, struct str *name)
{
    const char *path = archive_entry_pathname(entry);
    bool is_folder = archive_entry_filetype(entry) == AE_IFDIR;
    if (!path) {
        note(u, PACKAGE_UNSAFE_ENTRY, "", "a name that is not utf-8");
        return false;
    }
    *name = bare_name(path, is_folder);
    if (is_folder && (name->length == 0 || str_equal(*name, ".")))
        return false; /* the folder that was packed */
    const char *fault = name_fault(*name);
    if (fault)
        note(u, PACKAGE_UNSAFE_ENTRY, path, fault);
    else if (!is_folder && !is_plain_file(entry))
        note(u, PACKAGE_UNSAFE_ENTRY, path, "neither a file nor a folder");
    return !fault && is_plain_file(entry);
}

/* Room for one more entry, with its name. */
static bool add_entry(struct archive_files *files, struct str name, struct entry **entry, struct err *e)
{
    if (files->count == files->capacity) {
        size_t capacity = files->capacity ? files->capacity * 2 : 64;
        struct entry *entries = realloc(files->entries, capacity * sizeof *entries);
        if (!entries)
            return err_set(e, ERR_BUG, "no memory for %zu entries", capacity);
        files->entries = entries;
        files->capacity = capacity;
    }
    const char *copy = arena_copy(files->names, name.data, name.length, e);
    if (!copy)
        return false;
    *entry = &files->entries[files->count++];
    **entry = (struct entry){.file = {.name = copy}, .spool_offset = spool_length(files->spool)};
    return true;
}

/* Counts bytes before they are kept; stops where there are more than may be. */
static bool count_bytes(struct unpacking *u, uint64_t length)
{
    u->unpacked_bytes += length;
    if (u->unpacked_bytes > u->limits->unpacked_bytes) {
        note_limit(u, NULL, "bytes unpacked", u->limits->unpacked_bytes);
        u->is_stopped = true;
    } else if (u->source->ext != PACKAGE_ZIP && u->unpacked_bytes > u->limits->whole_ratio_bytes &&
               u->unpacked_bytes > u->limits->whole_ratio * u->source->bytes.length) {
        note_limit(u, NULL, "bytes unpacked of each byte of the package", u->limits->whole_ratio);
        u->is_stopped = true;
    }
    return !u->is_stopped;
}

static bool is_in_stream(const struct unpacking *u, const char *block, size_t size)
{
    return u->stream && (uintptr_t)block >= (uintptr_t)u->stream &&
           (uintptr_t)block + size <= (uintptr_t)u->stream + u->stream_length;
}

/* Adds a block to a file: as a view where libarchive shows the mapped tar itself, else as a copy. */
static bool keep_block(struct unpacking *u, struct entry *entry, const char *block, size_t size,
                       struct err *e)
{
    struct archive_file *file = &entry->file;
    bool is_view = is_in_stream(u, block, size) &&
                   (file->length == 0 || (file->bytes && file->bytes + file->length == block));
    if (is_view) {
        file->bytes = file->length == 0 ? block : file->bytes;
        file->length += size;
        return true;
    }
    if (file->bytes && !spool_add(u->files->spool, file->bytes, file->length, e))
        return false;
    file->bytes = NULL;
    file->length += size;
    return spool_add(u->files->spool, block, size, e);
}

/* Reads an entry to its end; entry is NULL where it is read only to prove it. */
static bool read_data(struct unpacking *u, struct archive *a, const char *path, struct entry *entry,
                      struct err *e)
{
    const void *block = NULL;
    size_t size = 0;
    la_int64_t offset = 0, packed_from = archive_filter_bytes(a, -1);
    uint64_t length = 0;
    for (;;) {
        int result = archive_read_data_block(a, &block, &size, &offset);
        if (result == ARCHIVE_EOF)
            break;
        if (result != ARCHIVE_OK) {
            note_unreadable(u, path, archive_error_string(a));
            return true;
        }
        if (!count_bytes(u, size))
            return true;
        length += size;
        if (entry && !keep_block(u, entry, block, size, e))
            return false;
    }
    uint64_t packed = (uint64_t)(archive_filter_bytes(a, -1) - packed_from);
    if (u->source->ext == PACKAGE_ZIP && length > u->limits->zip_ratio_bytes &&
        length > u->limits->zip_ratio * packed)
        note_limit(u, path, "bytes unpacked of each byte packed", u->limits->zip_ratio);
    return true;
}

static bool read_entry(struct unpacking *u, struct archive *a, struct archive_entry *from, struct err *e)
{
    struct str name = {0};
    struct entry *entry = NULL;
    const char *path = archive_entry_pathname(from);
    if (archive_entry_is_encrypted(from)) {
        note_unreadable(u, path, "it is encrypted");
        return true;
    }
    if (++u->entry_count > u->limits->entries)
        note_limit(u, NULL, "entries", u->limits->entries);
    bool is_kept = check_entry(u, from, &name) && u->entry_count <= u->limits->entries;
    if (is_kept && !add_entry(u->files, name, &entry, e))
        return false;
    return read_data(u, a, path ? path : "", entry, e);
}

static bool read_entries(struct unpacking *u, struct archive *a, struct err *e)
{
    while (!u->is_stopped) {
        struct archive_entry *entry = NULL;
        int result = archive_read_next_header(a, &entry);
        if (result == ARCHIVE_EOF)
            return true;
        /* A tar header warns of owners, times and names: names are asked below, the rest does not matter
         * here. */
        bool is_bad_name = result == ARCHIVE_WARN && !archive_entry_pathname(entry);
        if (result != ARCHIVE_OK && !is_bad_name && !(result == ARCHIVE_WARN && is_tar(u->source->ext))) {
            note_unreadable(u, NULL, archive_error_string(a));
            return true;
        }
        if (!read_entry(u, a, entry, e))
            return false;
    }
    return true;
}

static bool read_container(struct unpacking *u, struct archive *a, struct err *e)
{
    struct str bytes = is_tar(u->source->ext) ? (struct str){u->stream, u->stream_length} : u->source->bytes;
    int result = u->source->ext == PACKAGE_ZIP  ? archive_read_support_format_zip_seekable(a)
                 : u->source->ext == PACKAGE_7Z ? archive_read_support_format_7zip(a)
                                                : archive_read_support_format_tar(a);
    if (result != ARCHIVE_OK)
        return err_set(e, ERR_BUG, "libarchive cannot read %s", package_ext_text(u->source->ext));
    if (archive_read_open_memory(a, bytes.data, bytes.length) == ARCHIVE_OK)
        return read_entries(u, a, e);
    note_unreadable(u, NULL, archive_error_string(a));
    return true;
}

static int compare_names(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    return strcmp(left->file.name, right->file.name);
}

/* Puts the files in order, finds those of one name, and gives those in the spool their bytes. */
static bool finish(struct unpacking *u, struct err *e)
{
    struct archive_files *files = u->files;
    const char *bytes = NULL;
    size_t length = 0;
    if (!spool_map(files->spool, &bytes, &length, e))
        return false;
    for (size_t i = 0; i < files->count; i++)
        if (!files->entries[i].file.bytes)
            files->entries[i].file.bytes = bytes + files->entries[i].spool_offset;
    if (files->count > 1)
        qsort(files->entries, files->count, sizeof *files->entries, compare_names);
    for (size_t i = 1; i < files->count; i++)
        if (strcmp(files->entries[i - 1].file.name, files->entries[i].file.name) == 0)
            note(u, PACKAGE_UNSAFE_ENTRY, files->entries[i].file.name, "two entries of one name");
    return true;
}

static bool unpack(struct unpacking *u, struct err *e)
{
    if (is_tar(u->source->ext) && !expand_stream(u, e))
        return false;
    if (u->is_stopped)
        return true;
    struct archive *a = archive_read_new();
    if (!a)
        return err_set(e, ERR_BUG, "no memory for libarchive");
    bool done = read_container(u, a, e);
    (void)archive_read_free(a);
    return done && finish(u, e);
}

/* libarchive gives names in the charset of the locale, which is UTF-8 here whatever the process has. */
static bool unpack_in_utf8(struct unpacking *u, struct err *e)
{
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    if (!utf8)
        return err_set(e, ERR_BUG, "the locale \"C.UTF-8\" is not there");
    locale_t before = uselocale(utf8);
    bool done = unpack(u, e);
    (void)uselocale(before);
    freelocale(utf8);
    return done;
}

static bool open_files(struct archive_files *files, const struct archive_source *source, struct err *e)
{
    size_t spool_bytes = source->spool_bytes ? source->spool_bytes : DEFAULT_SPOOL_BYTES;
    return arena_open(&files->names, NAMES_BYTES, e) &&
           spool_open(&files->stream, source->spool_folder, spool_bytes, e) &&
           spool_open(&files->spool, source->spool_folder, spool_bytes, e);
}

bool archive_unpack(struct archive_files **files, const struct archive_source *source,
                    enum package_reason *reason, struct err *e)
{
    *files = NULL;
    *reason = PACKAGE_GOOD;
    struct archive_files *made = calloc(1, sizeof *made);
    if (!made)
        return err_set(e, ERR_BUG, "no memory to unpack a package");
    struct unpacking u = {
        .source = source,
        .limits = source->limits ? source->limits : &archive_default_limits,
        .files = made,
    };
    bool done = open_files(made, source, e) && unpack_in_utf8(&u, e);
    if (done && u.reason != PACKAGE_GOOD) {
        *reason = u.reason;
        *e = u.why;
        done = false;
    }
    if (done)
        *files = made;
    else
        archive_release(made);
    return done;
}

void archive_release(struct archive_files *files)
{
    if (!files)
        return;
    free(files->entries);
    spool_close(files->stream);
    spool_close(files->spool);
    arena_close(files->names);
    free(files);
}

size_t archive_file_total(const struct archive_files *files)
{
    return files->count;
}

const struct archive_file *archive_file_at(const struct archive_files *files, size_t index)
{
    ALWAYS(index < files->count);
    return &files->entries[index].file;
}

const struct archive_file *archive_find(const struct archive_files *files, const char *name)
{
    const struct entry wanted = {.file = {.name = name}};
    const struct entry *found = files->count > 0 ? bsearch(&wanted, files->entries, files->count,
                                                           sizeof *files->entries, compare_names)
                                                 : NULL;
    return found ? &found->file : NULL;
}
