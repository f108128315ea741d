#include "jobs/collect/register.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "formats/ack.h"
#include "formats/package.h"
#include "jobs/outbox.h"
#include "queries.h"

enum { ROW_BYTES = 512 };

/* ---- durable */

/* One sync for the whole batch: a thousand packages a second would not bear an fsync each. */
static bool sync_intake(const char *tmp_folder, struct err *e)
{
    fault_point("collect.sync");
    int fd = open(tmp_folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_set_errno(e, ERR_DISK, errno, "\"%s\" could not be opened", tmp_folder);
    bool ok = syncfs(fd) == 0 || err_set_errno(e, ERR_DISK, errno, "\"%s\" could not be synced", tmp_folder);
    (void)close(fd);
    return ok;
}

static bool move_part(const char *intake, const struct fetch_item *item, struct err *e)
{
    char digest[2 * CRYPTO_SHA256_BYTES + 1], folder[4096], path[4200];
    str_hex(item->sha256, sizeof item->sha256, digest);
    if (snprintf(folder, sizeof folder, "%s/%.2s", intake, digest) >= (int)sizeof folder)
        return err_set(e, ERR_USAGE, "[site] intake is longer than 4,000 bytes");
    (void)snprintf(path, sizeof path, "%s/%s", folder, digest);
    if (mkdir(folder, 0750) != 0 && errno != EEXIST)
        return err_set_errno(e, ERR_DISK, errno, "\"%s\" could not be made", folder);
    fault_point("collect.rename");
    if (rename(item->part, path) != 0)
        return err_set_errno(e, ERR_DISK, errno, "\"%s\" could not be renamed to \"%s\"", item->part, path);
    return true;
}

static bool keep_bytes(const char *intake, const struct fetch *fetch, const size_t *indices, size_t count,
                       struct err *e)
{
    if (!sync_intake(fetch->tmp_folder, e))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!move_part(intake, &fetch->items[indices[i]], e))
            return false;
    /* The new names are durable before a row says that they are there. */
    return sync_intake(fetch->tmp_folder, e);
}

/* ---- registered */

/* The batch as columns of arrays: nothing in them needs quoting. */
struct columns {
    struct buf names, paths, digests, sizes, times, schools, made;
};

static void each_column(struct columns *c, void (*visit)(struct buf *))
{
    visit(&c->names);
    visit(&c->paths);
    visit(&c->digests);
    visit(&c->sizes);
    visit(&c->times);
    visit(&c->schools);
    visit(&c->made);
}

static void begin_column(struct buf *b)
{
    buf_open(b, (size_t)64 << 20);
    buf_add_text(b, "{");
}

/* Each value was followed by a comma; the last one's ends the array. */
static void end_column(struct buf *b)
{
    if (!b->failed && b->length > 1)
        b->data[b->length - 1] = '}';
    else
        buf_add_text(b, "}");
}

static void fill_columns(struct columns *c, const struct fetch *fetch, const size_t *indices, size_t count)
{
    each_column(c, begin_column);
    for (size_t i = 0; i < count; i++) {
        const struct fetch_item *item = &fetch->items[indices[i]];
        const struct listing_file *file = item->file;
        char digest[2 * CRYPTO_SHA256_BYTES + 1];
        str_hex(item->sha256, sizeof item->sha256, digest);
        buf_printf(&c->names, "%s,", file->name);
        buf_printf(&c->paths, "%s,", file->path);
        buf_printf(&c->digests, "%s,", digest);
        buf_printf(&c->sizes, "%llu,", (unsigned long long)file->size_bytes);
        buf_printf(&c->times, "%lld,", (long long)file->modified_at);
        buf_printf(&c->schools, "%lld,", (long long)file->parsed.school_code);
        buf_printf(&c->made, "%lld,", (long long)file->parsed.made_at);
    }
    each_column(c, end_column);
}

static bool check_columns(const struct columns *c, struct err *e)
{
    return buf_ok(&c->names, e) && buf_ok(&c->paths, e) && buf_ok(&c->digests, e) && buf_ok(&c->sizes, e) &&
           buf_ok(&c->times, e) && buf_ok(&c->schools, e) && buf_ok(&c->made, e);
}

/* "a known name with other bytes": posted already = a quarantined row of its own, and the school is told. */
static bool quarantine_renamed(struct job_context *context, const struct fetch *fetch,
                               const struct fetch_item *item, const char *const *params, struct err *e)
{
    char folder[64];
    struct buf ack;
    if (!db_command(context->db, sql_collect_add_renamed, 6, params, NULL, e))
        return false;
    const struct listing_file *file = item->file;
    (void)snprintf(folder, sizeof folder, "%010lld/ack", (long long)file->parsed.school_code);
    const char *name = ack_name(context->arena, file->name, item->sha256, e);
    if (!name)
        return false;
    buf_open(&ack, 4096);
    bool ok = ack_write_quarantined(&ack, PACKAGE_RENAMED_CONTENT, e);
    struct outbox_file sent = {fetch->source->name, folder, name, {ack.data, ack.length}};
    ok = ok && buf_ok(&ack, e) && outbox_queue(context->db, &sent, 0, e);
    buf_close(&ack);
    job_count(context, "renamed_content", 1);
    if (ok)
        job_attention(context, "renamed_content",
                      "package \"%s\" came again with other bytes after it was posted: quarantined",
                      file->name);
    return ok;
}

static bool replace_unposted(struct job_context *context, const struct fetch_item *item,
                             const char *archive_id, const char *const *params, struct err *e)
{
    const char *by_id[] = {archive_id, params[0], params[2], params[3]};
    log_event(LOG_WARN, "package_replaced",
              "package=%s message=\"came again with other bytes before it was posted\"", item->file->name);
    job_count(context, "replaced", 1);
    return db_command(context->db, sql_collect_keep_replaced, 1, by_id, NULL, e) &&
           db_command(context->db, sql_collect_replace, 4, by_id, NULL, e);
}

/* A package whose name or bytes are known. */
static bool register_known(struct job_context *context, const struct fetch *fetch,
                           const struct fetch_item *item, struct err *e)
{
    struct db_number size, school, made;
    struct db_rows *rows = NULL;
    char digest[2 * CRYPTO_SHA256_BYTES + 1];
    str_hex(item->sha256, sizeof item->sha256, digest);
    const char *params[] = {fetch->source->name,
                            item->file->name,
                            digest,
                            db_from_int64(&size, (int64_t)item->file->size_bytes),
                            db_from_int64(&school, item->file->parsed.school_code),
                            db_from_int64(&made, item->file->parsed.made_at)};
    if (!db_query(context->db, sql_collect_find_known, 2, params + 1, &rows, e))
        return false;
    bool ok = true;
    if (db_rows_count(rows) == 0)
        ok = err_set(e, ERR_BUG, "package \"%s\" is neither new nor known", item->file->name);
    else if (db_bool(rows, 0, 0)) {
        job_count(context, "known_bytes", 1);
        log_event(LOG_DEBUG, "bytes_known", "package=%s", item->file->name);
    } else if (strcmp(db_text(rows, 0, 2), "posted") == 0)
        ok = quarantine_renamed(context, fetch, item, params, e);
    else
        ok = replace_unposted(context, item, db_text(rows, 0, 1), params, e);
    db_rows_close(rows);
    return ok;
}

static bool register_rows(struct job_context *context, const struct fetch *fetch, const size_t *indices,
                          const struct columns *c, size_t count, struct err *e)
{
    struct db_rows *others = NULL;
    const char *params[] = {fetch->source->name, c->names.data,   c->digests.data,
                            c->sizes.data,       c->schools.data, c->made.data};
    const char *files[] = {fetch->source->name, c->paths.data, c->sizes.data, c->times.data, c->digests.data};
    if (!db_query(context->db, sql_collect_add_new, 6, params, &others, e))
        return false;
    job_count(context, "new", (int64_t)(count - db_rows_count(others)));
    bool ok = true;
    for (size_t i = 0; ok && i < db_rows_count(others); i++)
        ok = register_known(context, fetch, &fetch->items[indices[db_int64(others, i, 0) - 1]], e);
    db_rows_close(others);
    return ok && db_command(context->db, sql_collect_remember_files, 5, files, NULL, e);
}

bool register_batch(struct job_context *context, const struct fetch *fetch, const size_t *indices,
                    size_t count, struct err *e)
{
    struct columns columns;
    if (!keep_bytes(context->settings->intake, fetch, indices, count, e))
        return false;
    fill_columns(&columns, fetch, indices, count);
    fault_point("collect.register");
    bool ok = check_columns(&columns, e) && db_begin(context->db, e) &&
              register_rows(context, fetch, indices, &columns, count, e) && db_commit(context->db, e);
    each_column(&columns, buf_close);
    return ok;
}
