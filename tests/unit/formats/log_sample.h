/* log_sample: reads sample logs of tests/golden as the job does and says in one text what came of it. */
#ifndef DAYBOOK_TESTS_LOG_SAMPLE_H
#define DAYBOOK_TESTS_LOG_SAMPLE_H

#include <stdlib.h>

#include "base/date.h"
#include "base/fsfile.h"
#include "formats/manifest.h"
#include "tests/unit/tap.h"

enum { SAMPLE_TEXT_BYTES = 8192, SAMPLE_FILE_BYTES = 16 << 20 };

struct log_sample {
    struct arena *arena;
    struct crypto_hash *hash;
    struct devlog log; /* as the last read left it */
    struct devlog_rules rules;
    struct err e;
    bool keeps_raws; /* of the next reads */
    char text[SAMPLE_TEXT_BYTES];
};

static inline void log_sample_open(struct log_sample *s)
{
    *s = (struct log_sample){.rules = {.limits = {8192, 2048}, .xml_depth = 64}};
    ALWAYS(arena_open(&s->arena, (size_t)256 << 20, &s->e) && crypto_hash_open(&s->hash, &s->e) &&
           devlog_open(&s->log, s->arena, &s->e));
}

static inline void log_sample_close(struct log_sample *s)
{
    devlog_close(&s->log);
    crypto_hash_close(s->hash);
    arena_close(s->arena);
}

/* The bytes in a block of their size, so that the sanitizer sees a read past the end; freed by the caller. */
static inline struct str log_sample_bytes(struct log_sample *s, const char *folder, const char *name)
{
    char path[200];
    struct str bytes = {0};
    (void)snprintf(path, sizeof path, "tests/golden/%s/%s", folder, name);
    if (!fsfile_read(s->arena, path, SAMPLE_FILE_BYTES, &bytes.data, &bytes.length, &s->e)) {
        printf("Bail out! %s\n", s->e.message);
        exit(1);
    }
    char *copy = malloc(bytes.length + (bytes.length == 0));
    ALWAYS(copy);
    memcpy(copy, bytes.data, bytes.length);
    return (struct str){copy, bytes.length};
}

static inline void log_sample_add(struct buf *out, struct str bytes)
{
    for (size_t i = 0; i < bytes.length && i < 300; i++) {
        unsigned char c = (unsigned char)bytes.data[i];
        if (c >= 0x20 && c < 0x7F)
            buf_add(out, bytes.data + i, 1);
        else
            buf_printf(out, "\\x%02x", (unsigned)c);
    }
}

static inline void log_sample_add_raw(struct buf *out, const struct devlog *log, uint32_t index, bool of_identity)
{
    for (uint32_t i = 0; i < log->raw_count; i++)
        if (log->raws[i].index == index && log->raws[i].of_identity == of_identity) {
            buf_add_text(out, " <");
            log_sample_add(out, log->raws[i].bytes);
            buf_add_text(out, ">");
        }
}

/* "3:382016122100001003 2026-03-02 07:15:30 2120", the last four kind, direction, method, result; then the stop. */
static inline void log_sample_identity(struct buf *out, const struct devlog *log, uint32_t index)
{
    const struct identity *r = &log->identities[index];
    char stamp[DATE_STAMP_BYTES] = "none";
    if (r->occurred_at != DATE_NO_MOMENT)
        date_format_stamp(r->occurred_at, stamp);
    if (r->malformed == MALFORMED_NOT)
        buf_printf(out, "%u %018" PRId64 " %s %u%u%u%u", r->device_seq, r->card_no, stamp, r->kind, r->direction, r->method,
                   r->result);
    else
        buf_printf(out, "%u %s", r->device_seq, record_malformed_text((enum malformed)r->malformed));
    if (r->text != 0)
        buf_printf(out, " \"%s\"", log->texts[r->text]);
    if ((r->digest != 0) == (r->malformed != MALFORMED_NOT))
        buf_add_text(out, " a digest where none is due, or none");
}

static inline void log_sample_status(struct buf *out, const struct devlog *log, uint32_t index)
{
    const struct devlog_status *s = &log->statuses[index];
    char stamp[DATE_STAMP_BYTES] = "none";
    if (s->at != DATE_NO_MOMENT)
        date_format_stamp(s->at, stamp);
    if (s->malformed == MALFORMED_NOT)
        buf_printf(out, "%08u %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " \"%s\" %" PRId64, s->device_no, stamp,
                   s->uncollected, s->last_seq, s->total_count, s->total_amount_fen, log->texts[s->text],
                   s->blacklist_version);
    else
        buf_add_text(out, record_malformed_text((enum malformed)s->malformed));
}

/* Reads bytes as the row says; the records, one a line, or the message. Their numbers must rise by one. */
static inline const char *log_sample_read(struct log_sample *s, struct str bytes, const struct manifest_row *row)
{
    struct devlog_file file = {.rules = &s->rules, .bytes = bytes, .row = row, .school_code = INT64_C(2113010001)};
    struct buf out;
    devlog_close(&s->log);
    ALWAYS(devlog_open(&s->log, s->arena, &s->e));
    s->log.keeps_raws = s->keeps_raws;
    buf_open(&out, SAMPLE_TEXT_BYTES - 1);
    err_clear(&s->e);
    if (!row->format->read(&file, s->hash, &s->log, &s->e)) {
        buf_printf(&out, "%s%s", s->e.kind == ERR_INPUT ? "" : "not input: ", s->e.message);
    } else {
        for (uint32_t i = 0; i < s->log.identity_count; i++) {
            log_sample_identity(&out, &s->log, i);
            log_sample_add_raw(&out, &s->log, i, true);
            buf_add_text(&out, s->log.identities[i].record_no == i + 1 ? "\n" : " has another number\n");
        }
        for (uint32_t i = 0; i < s->log.status_count; i++) {
            log_sample_status(&out, &s->log, i);
            log_sample_add_raw(&out, &s->log, i + DEVLOG_RAW_OF_STATUS, false);
            buf_add_text(&out, s->log.statuses[i].record_no == i + 1 ? "\n" : " has another number\n");
        }
    }
    (void)snprintf(s->text, sizeof s->text, "%s", out.data ? out.data : "");
    buf_close(&out);
    return s->text;
}

/* Reads a sample of a folder, the file of a row that says so many records and this range. */
static inline const char *log_sample_golden(struct log_sample *s, const char *folder, const char *name,
                                            const struct manifest_row *row)
{
    struct str bytes = log_sample_bytes(s, folder, name);
    const char *found = log_sample_read(s, bytes, row);
    free((void *)(uintptr_t)bytes.data);
    return found;
}

/* One row of a test's table: a sample, what the manifest says of it, and what must come of it. */
struct log_case {
    const char *name;
    uint32_t records, first_seq, last_seq;
    const char *wanted;
};

static inline void log_sample_case(struct log_sample *s, const char *folder, struct manifest_row row,
                                   const struct log_case *c)
{
    char name[80], fact[120];
    (void)snprintf(name, sizeof name, "%s.%s", c->name, strstr(folder, "xml") ? "xml" : "csv");
    (void)snprintf(fact, sizeof fact, "%s/%s", folder, name);
    row.file = str_of("log");
    row.records = c->records;
    row.first_seq = c->first_seq;
    row.last_seq = c->last_seq;
    CHECK_TEXT(log_sample_golden(s, folder, name, &row), c->wanted, fact);
}

#endif
