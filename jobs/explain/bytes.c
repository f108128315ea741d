#include "jobs/explain/bytes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/fsfile.h"
#include "formats/archive.h"
#include "formats/manifest.h"
#include "queries.h"

static const size_t log_maximum_bytes = (size_t)1 << 30;

struct log_bytes {
    struct arena *arena;
    const char *mapped;
    size_t mapped_length;
    struct archive_files *files;
    const struct archive_file *file;
    struct manifest manifest;
    const struct manifest_row *row;
    struct devlog log;
    struct crypto_hash *hash;
};

/* ---- packages */

static const char *copied(struct job_context *context, const struct db_rows *rows, int column, struct err *e)
{
    const char *text = db_text(rows, 0, column);
    return arena_copy(context->arena, text, strlen(text), e);
}

static bool read_package(struct job_context *context, const struct db_rows *rows, struct package_row *p, struct err *e)
{
    *p = (struct package_row){.archive_id = db_int64(rows, 0, 0),
                              .run_id = db_int64(rows, 0, 9),
                              .made_at = db_int64(rows, 0, 10),
                              .school_code = db_int64(rows, 0, 11),
                              .judged_on = db_day(rows, 0, 12),
                              .rows = db_rows_count(rows)};
    return (p->name = copied(context, rows, 1, e)) && (p->sha256 = copied(context, rows, 2, e)) &&
           (p->source = copied(context, rows, 3, e)) && (p->school = copied(context, rows, 4, e)) &&
           (p->state = copied(context, rows, 5, e)) && (p->reason = copied(context, rows, 6, e)) &&
           (p->detail = copied(context, rows, 7, e)) && (p->received_at = copied(context, rows, 8, e)) &&
           (p->path = arena_printf(context->arena, e, "%s/%.2s/%s", context->settings->intake, p->sha256, p->sha256));
}

bool bytes_find_package(struct job_context *context, const char *name, struct package_row *package, struct err *e)
{
    struct db_rows *rows = NULL;
    const char *params[] = {name};
    if (!db_query(context->db, sql_explain_archive, 1, params, &rows, e))
        return false;
    bool done = db_rows_count(rows) > 0;
    if (done) {
        done = read_package(context, rows, package, e);
    } else {
        (void)err_set(e, ERR_USAGE, "there is no package \"%s\"", name);
        (void)err_hint(e, "give the whole name with its extension, as api.archive has it, or its SHA-256");
    }
    db_rows_close(rows);
    return done;
}

/* ---- files */

static bool check_digest(const struct log_bytes *b, const struct package_row *package, struct err *e)
{
    uint8_t digest[CRYPTO_SHA256_BYTES];
    char hex[2 * CRYPTO_SHA256_BYTES + 1];
    if (!crypto_sha256(b->mapped, b->mapped_length, digest, e))
        return false;
    str_hex(digest, sizeof digest, hex);
    if (strcmp(hex, package->sha256) == 0)
        return true;
    (void)err_set(e, ERR_DISK, "\"%s\" does not hold the bytes that it is called by", package->path);
    return err_hint(e, "the disk has changed them: take the file from a backup");
}

static bool unpack(struct job_context *context, struct log_bytes *b, const struct package_row *package, struct err *e)
{
    struct package_name name;
    const struct settings *s = context->settings;
    const struct archive_limits limits = {.entries = (uint64_t)s->limits.archive_entries,
                                          .unpacked_bytes = (uint64_t)s->limits.archive_bytes,
                                          .zip_ratio = (uint64_t)s->limits.zip_ratio,
                                          .zip_ratio_bytes = (uint64_t)s->limits.zip_ratio_above_bytes,
                                          .whole_ratio = (uint64_t)s->limits.tar_ratio,
                                          .whole_ratio_bytes = (uint64_t)s->limits.tar_ratio_above_bytes};
    enum package_reason reason = PACKAGE_GOOD;
    const char *spool = arena_printf(b->arena, e, "%s/tmp", s->intake);
    if (!spool || !fsfile_make_folders(spool, e))
        return false;
    ALWAYS(package_name_parse(str_of(package->name), &name) == PACKAGE_NAME_GOOD);
    const struct archive_source source = {.bytes = {b->mapped, b->mapped_length}, .ext = name.ext, .limits = &limits,
                                          .spool_folder = spool};
    return archive_unpack(&b->files, &source, &reason, e);
}

static bool read_manifest(struct log_bytes *b, struct err *e)
{
    const struct archive_file *manifest = archive_find(b->files, MANIFEST_NAME);
    if (!manifest)
        return err_set(e, ERR_INPUT, "the package holds no \"%s\"", MANIFEST_NAME);
    return manifest_read(b->arena, (struct str){manifest->bytes, manifest->length}, &b->manifest, e);
}

/* The name as the manifest has it, or without its folder. */
static bool find_row(struct log_bytes *b, const struct package_row *package, const char *file, struct err *e)
{
    for (size_t i = 0; i < b->manifest.row_count; i++) {
        const char *name = b->manifest.rows[i].file.data;
        bool is_there = strcmp(name, file) == 0;
        if (is_there || (!b->row && strncmp(name, "logs/", 5) == 0 && strcmp(name + 5, file) == 0))
            b->row = &b->manifest.rows[i];
        if (is_there)
            break;
    }
    if (b->row && (b->file = archive_find(b->files, b->row->file.data)))
        return true;
    (void)err_set(e, ERR_USAGE, "package \"%s\" has no file \"%s\"", package->name, file);
    return err_hint(e, "it lists %zu files, the first is \"%.100s\"", b->manifest.row_count,
                    b->manifest.row_count > 0 ? b->manifest.rows[0].file.data : "");
}

static bool load_terminals(struct job_context *context, struct log_bytes *b, struct devlog_file *file, struct err *e)
{
    struct db_number device;
    struct db_rows *rows = NULL;
    const char *params[] = {db_from_int64(&device, b->row->device_no)};
    if (!db_query(context->db, sql_explain_terminals, 1, params, &rows, e))
        return false;
    size_t count = db_rows_count(rows);
    struct devlog_terminal *terminals = arena_array(b->arena, count + 1, sizeof *terminals, e);
    for (size_t i = 0; terminals && i < count; i++)
        terminals[i] = (struct devlog_terminal){(uint32_t)db_int64(rows, i, 0), db_day(rows, i, 1), db_day(rows, i, 2),
                                                db_int64(rows, i, 3), db_int64(rows, i, 4)};
    file->terminals = terminals;
    file->terminal_count = count;
    db_rows_close(rows);
    return terminals != NULL;
}

static bool read_log(struct job_context *context, struct log_bytes *b, const struct package_row *package, struct err *e)
{
    const struct settings *s = context->settings;
    const struct devlog_rules rules = {
        .limits = {(size_t)s->limits.line_bytes, (size_t)s->limits.field_bytes},
        .xml_depth = (int)s->limits.xml_depth,
        .open_date = package->judged_on != DATE_NO_DAY ? package->judged_on : context->open_date,
        .bad_time_after_s = (int32_t)s->rules.bad_time_after_minutes * 60,
        .bad_time_before_days = (int32_t)s->rules.bad_time_before_days};
    struct devlog_file file = {.rules = &rules, .bytes = {b->file->bytes, b->file->length}, .row = b->row,
                               .school_code = package->school_code, .made_at = package->made_at};
    if (!load_terminals(context, b, &file, e))
        return false;
    b->log.keeps_raws = true;
    return b->row->format->read(&file, b->hash, &b->log, e);
}

bool bytes_open(struct job_context *context, const struct package_row *package, const char *file, struct log_bytes **log,
                struct err *why, struct err *e)
{
    struct log_bytes *b = *log = calloc(1, sizeof *b);
    err_clear(why);
    if (!b)
        return err_set(e, ERR_BUG, "no memory to read a package");
    if (!arena_open(&b->arena, log_maximum_bytes, e) || !devlog_open(&b->log, b->arena, e) ||
        !crypto_hash_open(&b->hash, e) || !fsfile_map(package->path, &b->mapped, &b->mapped_length, e) ||
        !check_digest(b, package, e))
        return false;
    if (unpack(context, b, package, why) && read_manifest(b, why)) {
        if (!find_row(b, package, file, e))
            return false;
        if (read_log(context, b, package, why))
            return true;
        b->log.record_count = b->log.identity_count = b->log.status_count = b->log.raw_count = 0;
    }
    if (why->kind == ERR_INPUT)
        return true;
    *e = *why;
    return false;
}

void bytes_close(struct log_bytes *b)
{
    if (!b)
        return;
    devlog_close(&b->log);
    crypto_hash_close(b->hash);
    archive_release(b->files);
    fsfile_unmap(b->mapped, b->mapped_length);
    arena_close(b->arena);
    free(b);
}

const char *bytes_file_name(const struct log_bytes *b)
{
    return b->row ? b->row->file.data : "";
}

int32_t bytes_file_no(const struct log_bytes *b)
{
    return b->row ? (int32_t)(b->row - b->manifest.rows) + 1 : 0;
}

const char *bytes_format(const struct log_bytes *b)
{
    return b->row ? b->row->format->name : "";
}

uint32_t bytes_device_no(const struct log_bytes *b)
{
    return b->row ? b->row->device_no : 0;
}

uint16_t bytes_epoch(const struct log_bytes *b)
{
    return b->log.epoch;
}

int64_t bytes_records(const struct log_bytes *b)
{
    return b->row ? b->row->records : 0;
}

/* ---- records */

static struct str find_raw(const struct log_bytes *b, uint32_t index, bool of_identity)
{
    for (uint32_t i = 0; i < b->log.raw_count; i++)
        if (b->log.raws[i].index == index && b->log.raws[i].of_identity == of_identity)
            return b->log.raws[i].bytes;
    return (struct str){"", 0};
}

/* Readers give a view of the file's bytes where those are what they read; else the bytes are looked for, and found when they
 * are there once. */
static int64_t find_offset(const struct log_bytes *b, struct str raw)
{
    uintptr_t at = (uintptr_t)raw.data, start = (uintptr_t)b->file->bytes;
    if (raw.length > 0 && at >= start && at + raw.length <= start + b->file->length)
        return (int64_t)(at - start);
    const char *end = b->file->bytes + b->file->length;
    const char *found = raw.length > 0 ? memmem(b->file->bytes, b->file->length, raw.data, raw.length) : NULL;
    if (!found || memmem(found + 1, (size_t)(end - found - 1), raw.data, raw.length))
        return -1;
    return (int64_t)(found - b->file->bytes);
}

static bool take(const struct log_bytes *b, struct raw_record *raw, struct str bytes)
{
    raw->bytes = bytes;
    raw->offset = find_offset(b, bytes);
    return true;
}

bool bytes_record(const struct log_bytes *b, int64_t record_no, struct raw_record *raw)
{
    *raw = (struct raw_record){.text = ""};
    for (uint32_t i = 0; i < b->log.record_count; i++) {
        raw->record = &b->log.records[i];
        if (raw->record->record_no == record_no)
            return take(b, raw, find_raw(b, i, false));
    }
    raw->record = NULL;
    for (uint32_t i = 0; i < b->log.identity_count; i++) {
        raw->identity = &b->log.identities[i];
        raw->text = b->log.texts[raw->identity->text];
        if (raw->identity->record_no == record_no)
            return take(b, raw, find_raw(b, i, true));
    }
    raw->identity = NULL;
    for (uint32_t i = 0; i < b->log.status_count; i++) {
        raw->status = &b->log.statuses[i];
        raw->text = b->log.texts[raw->status->text];
        if (raw->status->record_no == record_no)
            return take(b, raw, find_raw(b, i + DEVLOG_RAW_OF_STATUS, false));
    }
    return false;
}
