#include "formats/devlog.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/date.h"
#include "formats/att_csv.h"
#include "formats/field.h"
#include "formats/gate_xml.h"
#include "formats/manifest.h"
#include "formats/pkg_csv.h"
#include "formats/pos_bin.h"
#include "formats/status_csv.h"
#include "formats/xf_text.h"

enum { DEVICE_DIGITS = 8 };

/* One line a format (FORMATS.md 3). */
const struct devlog_format devlog_formats[] = {
    {"pos-bin/1", pos_bin_read, true},
    {"pkg-csv/1", pkg_csv_read, true},
    {"xf-text/1", xf_text_read, true},
    {"att-csv/1", att_csv_read, true},
    {"gate-xml/1", gate_xml_read, true},
    {"status-csv/1", status_csv_read, false},
};
const size_t devlog_format_count = sizeof devlog_formats / sizeof devlog_formats[0];

const struct devlog_format *devlog_format_find(struct str name)
{
    for (size_t i = 0; i < devlog_format_count; i++)
        if (str_equal(name, devlog_formats[i].name))
            return &devlog_formats[i];
    return NULL;
}

void devlog_format_names(char out[DEVLOG_NAMES_BYTES], bool of_one_device)
{
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < devlog_format_count; i++)
        if ((devlog_formats[i].has_device || !of_one_device) && length < DEVLOG_NAMES_BYTES)
            length += (size_t)snprintf(out + length, DEVLOG_NAMES_BYTES - length, "%s%s", length > 0 ? ", " : "",
                                       devlog_formats[i].name);
}

bool devlog_open(struct devlog *log, struct arena *arena, struct err *e)
{
    *log = (struct devlog){.arena = arena};
    const char **grown = array_extend(NULL, ARRAY_SIZE(log, text, *grown), 1, e);
    if (!grown)
        return false;
    log->texts = grown;
    log->texts[0] = "";
    return true;
}

void devlog_close(struct devlog *log)
{
    free(log->records);
    free(log->identities);
    free(log->carried);
    free(log->statuses);
    free(log->raws);
    free(log->texts);
    *log = (struct devlog){0};
}

struct record *devlog_add_records(struct devlog *log, uint32_t count, struct err *e)
{
    uint32_t first = log->record_count;
    struct record *grown = array_extend(log->records, ARRAY_SIZE(log, record, *grown), count, e);
    if (!grown)
        return NULL;
    log->records = grown;
    for (uint32_t i = first; i < log->record_count; i++)
        grown[i].card_index = UINT32_MAX;
    return grown + first;
}

struct identity *devlog_add_identity(struct devlog *log, struct err *e)
{
    struct identity *grown = array_extend(log->identities, ARRAY_SIZE(log, identity, *grown), 1, e);
    if (!grown)
        return NULL;
    log->identities = grown;
    return &grown[log->identity_count - 1];
}

struct devlog_carried *devlog_add_carried(struct devlog *log, struct err *e)
{
    struct devlog_carried *grown = array_extend(log->carried, ARRAY_SIZE(log, carried, *grown), 1, e);
    if (!grown)
        return NULL;
    log->carried = grown;
    return &grown[log->carried_count - 1];
}

struct devlog_status *devlog_add_status(struct devlog *log, struct err *e)
{
    struct devlog_status *grown = array_extend(log->statuses, ARRAY_SIZE(log, status, *grown), 1, e);
    if (!grown)
        return NULL;
    log->statuses = grown;
    return &grown[log->status_count - 1];
}

bool devlog_add_raw(struct devlog *log, uint32_t index, bool of_identity, struct str bytes, struct err *e)
{
    struct devlog_raw *grown = array_extend(log->raws, ARRAY_SIZE(log, raw, *grown), 1, e);
    if (!grown)
        return false;
    log->raws = grown;
    grown[log->raw_count - 1] = (struct devlog_raw){.index = index, .of_identity = of_identity, .bytes = bytes};
    return true;
}

bool devlog_add_text(struct devlog *log, struct str text, uint32_t *place, struct err *e)
{
    *place = text.length == 0 ? 0 : log->text_count - 1;
    if (str_equal(text, log->texts[*place]))
        return true;
    const char *copy = arena_copy(log->arena, text.data, text.length, e);
    const char **grown = copy ? array_extend(log->texts, ARRAY_SIZE(log, text, *grown), 1, e) : NULL;
    if (!grown)
        return false;
    log->texts = grown;
    *place = log->text_count - 1;
    grown[*place] = copy;
    return true;
}

uint8_t *devlog_put_content(uint8_t *at, const struct record *r)
{
    at = field_put(at, r->kind, 1);
    at = field_put(at, r->mark, 1);
    at = field_put(at, r->key, 1);
    at = field_put(at, r->device_seq, 4);
    at = field_put(at, (uint64_t)r->card_no, 8);
    at = field_put(at, (uint64_t)r->occurred_at, 8);
    at = field_put(at, r->amount_fen, 4);
    at = field_put(at, r->counter, 2);
    at = field_put(at, r->before_fen, 4);
    at = field_put(at, (uint64_t)r->psam_no, 8);
    at = field_put(at, r->psam_seq, 4);
    memcpy(at, r->tac, sizeof r->tac);
    return at + sizeof r->tac;
}

bool devlog_digest(struct crypto_hash *hash, const void *fields, size_t length, uint64_t *digest, struct err *e)
{
    uint8_t sha256[CRYPTO_SHA256_BYTES];
    if (!crypto_hash_add(hash, fields, length, e) || !crypto_hash_take(hash, sha256, e))
        return false;
    *digest = 0;
    for (int i = 0; i < 8; i++)
        *digest = *digest << 8 | sha256[i];
    return true;
}

bool devlog_digest_identity(struct crypto_hash *hash, struct str place, struct identity *r, struct err *e)
{
    uint8_t bytes[24], *at = field_put(bytes, r->device_seq, 4);
    at = field_put(at, (uint64_t)r->card_no, 8);
    at = field_put(at, (uint64_t)r->occurred_at, 8);
    at = field_put(at, r->kind, 1);
    at = field_put(at, r->direction, 1);
    at = field_put(at, r->method, 1);
    at = field_put(at, r->result, 1);
    return (place.length == 0 || crypto_hash_add(hash, place.data, place.length, e)) &&
           devlog_digest(hash, bytes, (size_t)(at - bytes), &r->digest, e);
}

bool devlog_count(struct devlog_totals *totals, const struct manifest_row *row, uint32_t device_seq, uint32_t amount_fen,
                  struct err *e)
{
    if (totals->records >= row->records)
        return err_set(e, ERR_INPUT, "file \"%.*s\": more records than the \"%" PRId64 "\" that the manifest has",
                       (int)row->file.length, row->file.data, row->records);
    totals->first_seq = totals->records == 0 || device_seq < totals->first_seq ? device_seq : totals->first_seq;
    totals->last_seq = device_seq > totals->last_seq ? device_seq : totals->last_seq;
    totals->amount_fen += amount_fen;
    totals->records++;
    return true;
}

bool devlog_check_totals(const struct devlog_totals *totals, const struct manifest_row *row, struct err *e)
{
    const struct {
        const char *name;
        uint64_t found, claimed;
    } checks[] = {
        {"record count", totals->records, (uint64_t)row->records},
        {"sum of amounts", totals->amount_fen, (uint64_t)row->amount_fen},
        {"first sequence", totals->first_seq, row->first_seq},
        {"last sequence", totals->last_seq, row->last_seq},
    };
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
        if (checks[i].found != checks[i].claimed)
            return err_set(e, ERR_INPUT, "file \"%.*s\": %s \"%" PRIu64 "\" where the manifest has \"%" PRIu64 "\"",
                           (int)row->file.length, row->file.data, checks[i].name, checks[i].found, checks[i].claimed);
    return true;
}

bool devlog_check_device(const struct manifest_row *row, int64_t line_number, const char *column, struct str device_no,
                         struct err *e)
{
    int64_t found = 0;
    if (!field_digits(device_no, DEVICE_DIGITS, &found) || found == row->device_no)
        return true;
    return err_set(e, ERR_INPUT,
                   "file \"%.*s\", line %" PRId64 ", column \"%s\": \"%08" PRId64 "\" where the manifest has \"%08" PRIu32
                   "\"",
                   (int)row->file.length, row->file.data, line_number, column, found, row->device_no);
}

bool devlog_is_bad_time(const struct devlog_rules *rules, int64_t made_at, int64_t occurred_at)
{
    return occurred_at > made_at + rules->bad_time_after_s ||
           occurred_at < made_at - (int64_t)rules->bad_time_before_days * DATE_SECONDS_A_DAY ||
           date_day_of(occurred_at) > rules->open_date + rules->bad_time_before_days;
}

const struct devlog_terminal *devlog_terminal_of(const struct devlog_file *file, int64_t occurred_at)
{
    bool is_bad_time = devlog_is_bad_time(file->rules, file->made_at, occurred_at);
    int32_t day = is_bad_time ? file->rules->open_date : date_day_of(occurred_at);
    for (size_t i = file->terminal_count; i-- > 0;) {
        const struct devlog_terminal *row = &file->terminals[i];
        if (row->valid_from <= day)
            return row->valid_to == DATE_NO_DAY || day <= row->valid_to ? row : NULL;
    }
    return NULL;
}
