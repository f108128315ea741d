/* devlog_sample: reads a log of a golden folder and puts what became of it in words, for the tests of all readers. */
#ifndef DAYBOOK_TESTS_DEVLOG_SAMPLE_H
#define DAYBOOK_TESTS_DEVLOG_SAMPLE_H

#include "base/date.h"
#include "base/fsfile.h"
#include "formats/manifest.h"
#include "tests/unit/tap.h"

/* A file of the folder, what the manifest says of it, and what must become of it. */
struct sample {
    const char *name;
    int64_t records, amount_fen;
    uint32_t first_seq, last_seq;
    const char *outcome;
};

static struct {
    const char *folder, *format;
    struct arena *arena;
    struct crypto_hash *hash;
    struct devlog log;
    struct devlog_rules rules;
    struct devlog_terminal terminals[2];
    size_t terminal_count;
    struct str bytes; /* of the file that was read last */
    struct err e;
} sample;

static inline void sample_open(const char *folder, const char *format)
{
    sample.folder = folder;
    sample.format = format;
    sample.rules = (struct devlog_rules){.limits = csv_default_limits, .xml_depth = 64, .bad_time_after_s = 600,
                                         .bad_time_before_days = 180};
    ALWAYS(date_parse(str_of("2024-03-01"), &sample.rules.open_date));
    ALWAYS(arena_open(&sample.arena, 64 << 20, &sample.e) && crypto_hash_open(&sample.hash, &sample.e));
}

static inline void sample_close(void)
{
    devlog_close(&sample.log);
    crypto_hash_close(sample.hash);
    arena_close(sample.arena);
}

/* Reads bytes as device 13010042 of school 2113010001 dumped them for the package of 2024-03-01 22:00. */
static inline bool sample_read_bytes(const struct sample *from, struct str bytes, bool keeps_raws)
{
    char path[200];
    (void)snprintf(path, sizeof path, "logs/%s", from->name);
    struct manifest_row row = {.file = str_of(path), .format = devlog_format_find(str_of(sample.format)),
                               .device_no = 13010042, .records = from->records, .amount_fen = from->amount_fen,
                               .first_seq = from->first_seq, .last_seq = from->last_seq};
    struct devlog_file file = {.rules = &sample.rules, .row = &row, .bytes = bytes, .school_code = 2113010001,
                               .terminals = sample.terminals, .terminal_count = sample.terminal_count};
    ALWAYS(date_parse_compact(str_of("20240301220000"), &file.made_at));
    sample.bytes = bytes;
    devlog_close(&sample.log);
    ALWAYS(devlog_open(&sample.log, sample.arena, &sample.e));
    sample.log.keeps_raws = keeps_raws;
    return row.format->read(&file, sample.hash, &sample.log, &sample.e);
}

static inline bool sample_read(const struct sample *from, bool keeps_raws)
{
    char path[200];
    struct str bytes;
    (void)snprintf(path, sizeof path, "%s/%s", sample.folder, from->name);
    ALWAYS(fsfile_read(sample.arena, path, 1 << 20, &bytes.data, &bytes.length, &sample.e));
    return sample_read_bytes(from, bytes, keeps_raws);
}

/* The raw bytes that were kept of a record or an identity; NULL: none were. */
static inline const struct devlog_raw *sample_raw(uint32_t index, bool of_identity)
{
    for (uint32_t i = 0; i < sample.log.raw_count; i++)
        if (sample.log.raws[i].index == index && sample.log.raws[i].of_identity == of_identity)
            return &sample.log.raws[i];
    return NULL;
}

static inline size_t sample_say_record(char *out, size_t size, uint32_t index)
{
    const struct record *r = &sample.log.records[index];
    const struct devlog_raw *raw = sample_raw(index, false);
    if (r->malformed != MALFORMED_NOT)
        return (size_t)snprintf(out, size, "%u !%s%s\n", r->record_no, record_malformed_text(r->malformed),
                                raw && r->digest == 0 ? "" : " WITHOUT ITS BYTES");
    return (size_t)snprintf(out, size, "%u %02X seq %u counter %u %u-%u=%u%s%s%s\n", r->record_no, r->kind, r->device_seq,
                            r->counter, r->before_fen, r->amount_fen, r->after_fen, r->mark ? " gray" : "",
                            r->digest ? "" : " WITHOUT DIGEST", raw ? " WITH ITS BYTES" : "");
}

/* All records in the order of the file, one a line, with their reason where they are malformed; or why it was refused. */
static inline const char *sample_outcome(const struct sample *from)
{
    static char out[60000];
    size_t used = 0;
    uint32_t next = 0, next_identity = 0;
    out[0] = '\0';
    if (!sample_read(from, false))
        return sample.e.kind == ERR_INPUT ? sample.e.message : "of another kind";
    const struct devlog *log = &sample.log;
    for (uint32_t no = 1; next < log->record_count || next_identity < log->identity_count; no++) {
        const struct identity *identity = &log->identities[next_identity];
        if (next < log->record_count && log->records[next].record_no == no)
            used += sample_say_record(out + used, sizeof out - used, next++);
        else if (next_identity < log->identity_count && identity->record_no == no)
            used += (size_t)snprintf(out + used, sizeof out - used, "%u identity %u seq %u%s\n", no, identity->kind,
                                     identity->device_seq, log->identities[next_identity++].digest ? "" : " WITHOUT DIGEST");
        else
            return "a record number is missing";
        ALWAYS(used < sizeof out);
    }
    return out;
}

static inline void sample_check(const struct sample *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        CHECK_TEXT(sample_outcome(&all[i]), all[i].outcome, all[i].name);
}
#define SAMPLE_CHECK(all) sample_check(all, sizeof all / sizeof all[0])

#endif
