/* fuzz_log: reads an input as a terminal's log. Whatever the input claims its manifest claims too, so that most inputs get
 * past the manifest; then what formats/devlog.h promises of a log must hold. A target is one line: FUZZ_LOG("pos-bin/1") */
#ifndef DAYBOOK_TESTS_FUZZ_LOG_H
#define DAYBOOK_TESTS_FUZZ_LOG_H

#include "base/date.h"
#include "formats/manifest.h"
#include "tests/fuzz/fuzz.h"

#define FUZZ_LOG(name)                                                                                                  \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)                                                        \
    {                                                                                                                   \
        return fuzz_log(name, data, size);                                                                              \
    }

enum { FUZZ_CLAIMS = 12 };
#define FUZZ_FILE "logs/13010042"

/* The number that a refusal found where the manifest claims another; -1: it is about something else. */
static inline int64_t fuzz_found(const char *message)
{
    const char *claimed = strstr(message, " where the manifest has \"");
    if (!claimed)
        claimed = strstr(message, " where the package has \"");
    if (!claimed || claimed == message || claimed[-1] != '"')
        return -1;
    const char *from = claimed - 1;
    while (from > message && from[-1] != '"')
        from--;
    int64_t found = 0;
    return str_to_int64((struct str){from, (size_t)(claimed - 1 - from)}, &found) ? found : -1;
}

/* Lets the manifest, or the package's name, claim what the file said instead. */
static inline bool fuzz_believe(struct devlog_file *file, struct manifest_row *row, const char *message)
{
    int64_t found = fuzz_found(message);
    if (found < 0)
        return false;
    if (strstr(message, "school"))
        file->school_code = found;
    else if (strstr(message, "device") || strstr(message, "termno"))
        row->device_no = (uint32_t)found;
    else if (strstr(message, "amounts"))
        row->amount_fen = found;
    else if (strstr(message, "first sequence"))
        row->first_seq = (uint32_t)found;
    else if (strstr(message, "last sequence"))
        row->last_seq = (uint32_t)found;
    else
        row->records = found;
    return true;
}

static inline void fuzz_check_record(const struct devlog *log, uint32_t index, const uint8_t *has_raw)
{
    const struct record *r = &log->records[index];
    MUST(r->card_index == UINT32_MAX && r->file_index == 0 && r->verdict == 0 && r->flags == 0 && r->tac_state == 0);
    if (r->malformed != MALFORMED_NOT) {
        MUST(has_raw[index] && r->digest == 0 && record_malformed_text(r->malformed)[0] != '\0');
        return;
    }
    MUST(str_card_is_valid(r->card_no) && r->card_no > 0);
    MUST(r->amount_fen > 0 && r->counter > 0 && r->device_seq > 0 && r->mark <= 1);
    MUST(r->occurred_at != DATE_NO_MOMENT);
    MUST(r->mark == 0 || record_is_purchase(r));
    MUST(record_is_purchase(r) || record_is_online(r) || r->kind == RECORD_REVERSAL);
}

static inline void fuzz_check_identity(const struct devlog *log, uint32_t index, const uint8_t *has_raw)
{
    const struct identity *r = &log->identities[index];
    MUST(r->verdict == 0 && r->text < log->text_count);
    if (r->malformed != MALFORMED_NOT) {
        MUST(has_raw[index] && r->digest == 0);
        return;
    }
    MUST(r->device_seq > 0 && r->occurred_at != DATE_NO_MOMENT);
    MUST(r->card_no == 0 || str_card_is_valid(r->card_no));
    MUST(r->kind >= IDENTITY_ATTENDANCE && r->kind <= IDENTITY_LOCK);
}

/* Which records, identities and statuses kept their bytes. */
struct fuzz_raws {
    uint8_t *records, *identities, *statuses;
};

static inline struct fuzz_raws fuzz_find_raws(const struct devlog *log)
{
    struct err e;
    struct fuzz_raws raws = {arena_alloc(log->arena, log->record_count + 1, &e),
                             arena_alloc(log->arena, log->identity_count + 1, &e),
                             arena_alloc(log->arena, log->status_count + 1, &e)};
    MUST(raws.records && raws.identities && raws.statuses);
    for (uint32_t i = 0; i < log->raw_count; i++) {
        const struct devlog_raw *raw = &log->raws[i];
        bool is_status = !raw->of_identity && raw->index >= DEVLOG_RAW_OF_STATUS;
        uint8_t *of = raw->of_identity ? raws.identities : is_status ? raws.statuses : raws.records;
        uint32_t index = is_status ? raw->index - DEVLOG_RAW_OF_STATUS : raw->index;
        MUST(index < (raw->of_identity ? log->identity_count : is_status ? log->status_count : log->record_count));
        of[index] = 1;
        (void)fuzz_touch(raw->bytes);
    }
    return raws;
}

/* Numbers of a file's records rise, and each is there once. */
static inline void fuzz_check_numbers(const struct devlog *log)
{
    uint64_t sum = 0, count = (uint64_t)log->record_count + log->identity_count + log->status_count;
    for (uint32_t i = 0; i < log->record_count; sum += log->records[i++].record_no)
        MUST(i == 0 || log->records[i].record_no > log->records[i - 1].record_no);
    for (uint32_t i = 0; i < log->identity_count; sum += log->identities[i++].record_no)
        MUST(i == 0 || log->identities[i].record_no > log->identities[i - 1].record_no);
    for (uint32_t i = 0; i < log->status_count; sum += log->statuses[i++].record_no)
        MUST(i == 0 || log->statuses[i].record_no > log->statuses[i - 1].record_no);
    MUST(sum == count * (count + 1) / 2);
}

static inline void fuzz_check_log(const struct devlog *log, const struct manifest_row *row)
{
    struct fuzz_raws raws = fuzz_find_raws(log);
    int64_t amount_fen = 0;
    MUST((int64_t)log->record_count + log->identity_count + log->status_count == row->records);
    fuzz_check_numbers(log);
    for (uint32_t i = 0; i < log->record_count; i++) {
        fuzz_check_record(log, i, raws.records);
        amount_fen += log->records[i].amount_fen;
    }
    MUST(amount_fen == row->amount_fen);
    for (uint32_t i = 0; i < log->identity_count; i++)
        fuzz_check_identity(log, i, raws.identities);
    for (uint32_t i = 0; i < log->status_count; i++)
        MUST(log->statuses[i].text < log->text_count &&
             (log->statuses[i].malformed == MALFORMED_NOT || raws.statuses[i]));
    for (uint32_t i = 0; i < log->carried_count; i++)
        MUST(log->carried[i].record_index < log->record_count && log->carried[i].counter > 0 &&
             log->records[log->carried[i].record_index].malformed == MALFORMED_NOT);
}

/* Read again, and with the bytes of all records, it is the same. */
static inline void fuzz_check_again(const struct devlog_file *file, struct crypto_hash *hash, const struct devlog *log)
{
    struct devlog again;
    struct err e;
    MUST(devlog_open(&again, log->arena, &e));
    again.keeps_raws = true;
    MUST(file->row->format->read(file, hash, &again, &e));
    MUST(again.record_count == log->record_count && again.identity_count == log->identity_count &&
         again.status_count == log->status_count && again.carried_count == log->carried_count);
    MUST(again.raw_count == again.record_count + again.identity_count + again.status_count);
    for (uint32_t i = 0; i < log->record_count; i++)
        MUST(memcmp(&again.records[i], &log->records[i], sizeof again.records[i]) == 0);
    for (uint32_t i = 0; i < log->identity_count; i++)
        MUST(again.identities[i].digest == log->identities[i].digest);
    devlog_close(&again);
}

static inline struct devlog_file fuzz_file(struct manifest_row *row, struct str bytes)
{
    static const struct devlog_rules rules = {.limits = {.line_bytes = 8192, .field_bytes = 2048},
                                              .xml_depth = 64, .open_date = 19783, .bad_time_after_s = 600,
                                              .bad_time_before_days = 180};
    static const struct devlog_terminal terminals[2] = {
        {.device_no = 13010042, .valid_from = 15000, .valid_to = 19782, .psam_no = 360486600002},
        {.device_no = 13010042, .valid_from = 19783, .valid_to = DATE_NO_DAY, .psam_no = 360486600002,
         .merchant_no = INT64_C(211301000110001)}};
    struct devlog_file file = {.rules = &rules, .bytes = bytes, .row = row, .school_code = 2113010001,
                               .terminals = terminals, .terminal_count = 2};
    MUST(date_parse_compact(str_of("20240301220000"), &file.made_at));
    return file;
}

static inline int fuzz_log(const char *format, const uint8_t *data, size_t size)
{
    static struct crypto_hash *hash;
    struct err e;
    struct arena *arena = fuzz_arena();
    struct manifest_row row = {.file = str_of(FUZZ_FILE), .format = devlog_format_find(str_of(format)),
                               .device_no = 13010042, .records = (int64_t)size + 1};
    struct devlog_file file = fuzz_file(&row, fuzz_text(data, size));
    if (!hash)
        MUST(crypto_hash_open(&hash, &e));
    for (int claims = 0; claims < FUZZ_CLAIMS; claims++) {
        struct devlog log;
        MUST(devlog_open(&log, arena, &e));
        bool good = row.format->read(&file, hash, &log, &e);
        if (good) {
            fuzz_check_log(&log, &row);
            fuzz_check_again(&file, hash, &log);
        }
        devlog_close(&log);
        if (good)
            return 0;
        fuzz_check_refusal(&e);
        MUST(strncmp(e.message, "file \"" FUZZ_FILE "\"", strlen("file \"" FUZZ_FILE "\"")) == 0);
        if (!fuzz_believe(&file, &row, e.message))
            return 0;
    }
    return 0;
}

#endif
