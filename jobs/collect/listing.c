#include "jobs/collect/listing.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "queries.h"

enum { SCHOOL_DIGITS = 10, KNOWN_CHUNK = 10000, PATH_MAX_BYTES = 96 };

struct folder {
    const char *name;
    struct sftp_entry *entries; /* of the worker's arena */
    size_t count;
};

struct scan {
    const struct source *source;
    struct folder *folders;
    size_t count;
};

/* A name is the other side's text: what could break a log line is shown as "?". */
static void report_left(const struct source *source, const char *folder, const char *name, const char *why)
{
    char shown[256];
    size_t length = 0;
    for (const char *c = name; *c && length < sizeof shown - 1; c++)
        shown[length++] = *c;
    shown[length] = '\0';
    for (char *c = shown; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f || *c == '"')
            *c = '?';
    log_event(LOG_WARN, "name_left", "source=%s path=\"%s%s%s\" reason=\"%s\"", source->name, folder,
              *folder ? "/" : "", shown, why);
}

static bool is_school_folder(const struct sftp_entry *entry)
{
    struct str name = str_of(entry->name);
    return entry->type == SFTP_FOLDER && name.length == SCHOOL_DIGITS && str_is_digits(name);
}

static bool list_root(void *context, struct pool_worker *worker, size_t index, struct err *e)
{
    struct scan *scan = context;
    struct sftp_entry *entries = NULL;
    size_t count = 0;
    (void)index;
    if (!sftp_list(worker->sftp, worker->arena, scan->source->path, &entries, &count, e))
        return err_context(e, "source \"%s\"", scan->source->name);
    scan->folders = arena_array(worker->arena, count + 1, sizeof *scan->folders, e);
    if (!scan->folders)
        return false;
    scan->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_school_folder(&entries[i]))
            scan->folders[scan->count++].name = entries[i].name;
        else if (entries[i].name[0] != '.')
            report_left(scan->source, "", entries[i].name, "not a folder named by a school code");
    }
    return true;
}

static bool list_folder(void *context, struct pool_worker *worker, size_t index, struct err *e)
{
    struct scan *scan = context;
    struct folder *folder = &scan->folders[index];
    const char *path = arena_printf(worker->arena, e, "%s/%s", scan->source->path, folder->name);
    return path && (sftp_list(worker->sftp, worker->arena, path, &folder->entries, &folder->count, e) ||
                    err_context(e, "source \"%s\"", scan->source->name));
}

/* Our own folders in a school's: what we sent. */
static bool is_ours(const struct sftp_entry *entry)
{
    return entry->type == SFTP_FOLDER &&
           (strcmp(entry->name, "ack") == 0 || strcmp(entry->name, "down") == 0);
}

static bool take_entry(struct arena *arena, const struct source *source, const char *folder,
                       const struct sftp_entry *entry, struct listing *listing, struct err *e)
{
    struct listing_file *file = &listing->files[listing->count];
    enum package_name_form form = package_name_parse(str_of(entry->name), &file->parsed);
    if (form == PACKAGE_NAME_HIDDEN || form == PACKAGE_NAME_PART || is_ours(entry))
        return true;
    const char *why = NULL;
    int64_t school_code = 0;
    (void)str_to_int64(str_of(folder), &school_code);
    if (form != PACKAGE_NAME_GOOD)
        why = "not the name of a package";
    else if (entry->type != SFTP_FILE)
        why = "not a plain file";
    else if (file->parsed.school_code != school_code)
        why = "in another school's folder";
    if (why) {
        report_left(source, folder, entry->name, why);
        listing->left++;
        return true;
    }
    file->path = arena_printf(arena, e, "%s/%s", folder, entry->name);
    if (!file->path)
        return false;
    file->name = strchr(file->path, '/') + 1;
    file->size_bytes = entry->size_bytes;
    file->modified_at = entry->modified_at;
    listing->count++;
    return true;
}

bool listing_read(struct arena *arena, struct pool *pool, const struct source *source,
                  struct listing *listing, struct err *e)
{
    struct scan scan = {.source = source};
    size_t entries = 0;
    *listing = (struct listing){0};
    if (!pool_run(pool, 1, list_root, &scan, e) || !pool_run(pool, scan.count, list_folder, &scan, e))
        return false;
    for (size_t i = 0; i < scan.count; i++)
        entries += scan.folders[i].count;
    listing->files = arena_array(arena, entries + 1, sizeof *listing->files, e);
    if (!listing->files)
        return false;
    /* Folders and entries come ordered by name. */
    for (size_t i = 0; i < scan.count; i++)
        for (size_t k = 0; k < scan.folders[i].count; k++)
            if (!take_entry(arena, source, scan.folders[i].name, &scan.folders[i].entries[k], listing, e))
                return false;
    return true;
}

/* The names of a listing are digits, letters, "-", "." and "/": nothing that an array would have to quote. */
static bool ask_unknown(struct job_context *context, const struct source *source,
                        const struct listing_file *files, size_t count, struct db_rows **rows, struct err *e)
{
    struct buf paths, sizes, times;
    buf_open(&paths, (size_t)KNOWN_CHUNK * PATH_MAX_BYTES);
    buf_open(&sizes, (size_t)KNOWN_CHUNK * 24);
    buf_open(&times, (size_t)KNOWN_CHUNK * 24);
    for (size_t i = 0; i < count; i++) {
        char before = i == 0 ? '{' : ',';
        buf_printf(&paths, "%c%s", before, files[i].path);
        buf_printf(&sizes, "%c%llu", before, (unsigned long long)files[i].size_bytes);
        buf_printf(&times, "%c%lld", before, (long long)files[i].modified_at);
    }
    buf_add_text(&paths, "}");
    buf_add_text(&sizes, "}");
    buf_add_text(&times, "}");
    bool ok = buf_ok(&paths, e) && buf_ok(&sizes, e) && buf_ok(&times, e);
    if (ok) {
        const char *params[] = {source->name, paths.data, sizes.data, times.data};
        ok = db_query(context->db, sql_collect_list_unknown, 4, params, rows, e);
    }
    buf_close(&paths);
    buf_close(&sizes);
    buf_close(&times);
    return ok;
}

bool listing_drop_known(struct job_context *context, const struct source *source, struct listing *listing,
                        struct err *e)
{
    size_t kept = 0;
    for (size_t at = 0; at < listing->count; at += KNOWN_CHUNK) {
        struct db_rows *rows = NULL;
        size_t count = listing->count - at < KNOWN_CHUNK ? listing->count - at : KNOWN_CHUNK;
        if (!ask_unknown(context, source, listing->files + at, count, &rows, e))
            return false;
        for (size_t i = 0; i < db_rows_count(rows); i++)
            listing->files[kept++] = listing->files[at + (size_t)db_int64(rows, i, 0) - 1];
        db_rows_close(rows);
    }
    listing->count = kept;
    return true;
}
