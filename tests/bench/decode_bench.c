/* How many records a second one core opens, decodes and digests, for each format of terminal logs. One line a figure, for
 * tests/bench/run: name, records, seconds. */
#include <stdlib.h>
#include <time.h>

#include "base/date.h"
#include "formats/pos_bin.h"
#include "tests/unit/formats/pos_bin_sample.h"
#include "tests/unit/formats/text_log_sample.h"

enum { COUNT = 1000000, LINE_BYTES = 192 };

static double now_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool measure_pos_bin(const uint8_t *bytes, struct err *e)
{
    struct pos_bin log;
    struct record record;
    struct crypto_hash *hash = NULL;
    struct manifest_row row = sample_row(COUNT);
    uint64_t digest = 0, all = 0;
    int64_t malformed = 0;
    double begun_s = now_s();
    if (!pos_bin_open(&log, (struct str){(const char *)bytes, 64 * (size_t)(1 + COUNT)}, &row, e))
        return false;
    for (uint32_t i = 0; i < log.count; i++) {
        pos_bin_decode(&log, i, &record);
        malformed += record.malformed != MALFORMED_NOT;
    }
    double decoded_s = now_s();
    bool done = crypto_hash_open(&hash, e);
    for (uint32_t i = 0; done && i < log.count; i++) {
        done = pos_bin_digest(hash, &log, i, &digest, e);
        all ^= digest;
    }
    double digested_s = now_s();
    crypto_hash_close(hash);
    if (done && malformed != 0)
        return err_set(e, ERR_BUG, "%" PRId64 " good records were decoded as malformed", malformed);
    if (done)
        printf("decode\t%d\t%.6f\ndigest\t%d\t%.6f\n", COUNT, decoded_s - begun_s, COUNT,
               digested_s - decoded_s);
    return done && all != 0;
}

static bool pos_bin(char *bytes, struct err *e)
{
    uint8_t *records = (uint8_t *)bytes;
    for (uint32_t i = 0; i < COUNT; i++)
        sample_record(records + 64 * (size_t)(1 + i), i + 1);
    sample_header(records, COUNT);
    return measure_pos_bin(records, e);
}

/* Reads a whole text log, digests included. */
static bool measure_text(const char *name, struct str bytes, const struct manifest_row *row, struct err *e)
{
    struct devlog_rules rules = {.limits = csv_default_limits, .xml_depth = 64, .bad_time_after_s = 600,
                                 .bad_time_before_days = 180};
    struct devlog_terminal terminal = {.device_no = row->device_no, .valid_from = 0, .valid_to = DATE_NO_DAY,
                                       .merchant_no = INT64_C(211301000110001)};
    struct devlog_file file = {.rules = &rules, .bytes = bytes, .row = row, .school_code = INT64_C(2113010001),
                               .terminals = &terminal, .terminal_count = 1};
    struct crypto_hash *hash = NULL;
    struct arena *arena = NULL;
    struct devlog log = {0};
    if (!date_parse_compact(str_of("20240301220000"), &file.made_at) || !arena_open(&arena, 1 << 20, e) ||
        !crypto_hash_open(&hash, e) || !devlog_open(&log, arena, e))
        return false;
    double begun_s = now_s();
    bool done = row->format->read(&file, hash, &log, e);
    double read_s = now_s() - begun_s;
    uint32_t count = log.record_count + log.identity_count;
    if (done && (count != COUNT || log.raw_count != 0))
        done = err_set(e, ERR_BUG, "%u records of which %u are malformed were read", count, log.raw_count);
    if (done)
        printf("%s\t%d\t%.6f\n", name, COUNT, read_s);
    devlog_close(&log);
    crypto_hash_close(hash);
    arena_close(arena);
    return done;
}

static bool pkg_csv(char *bytes, struct err *e)
{
    struct manifest_row row = sample_text_row("logs/13010042.csv", "pkg-csv/1", COUNT);
    size_t used = (size_t)snprintf(bytes, LINE_BYTES, "%s\n", SAMPLE_PKG_HEADING);
    for (unsigned i = 1; i <= COUNT; i++) {
        used += (size_t)sample_pkg_row(bytes + used, LINE_BYTES, i);
        bytes[used++] = '\n';
    }
    return measure_text("pkg_csv", (struct str){bytes, used}, &row, e);
}

static bool xf_text(char *bytes, struct err *e)
{
    struct manifest_row row = sample_text_row("logs/13010042.txt", "xf-text/1", COUNT);
    size_t used = (size_t)sample_xf_heading(bytes, LINE_BYTES, COUNT);
    bytes[used++] = '\n';
    for (unsigned i = 1; i <= COUNT; i++) {
        used += (size_t)sample_xf_line(bytes + used, LINE_BYTES, i);
        bytes[used++] = '\n';
    }
    return measure_text("xf_text", (struct str){bytes, used}, &row, e);
}

/* A row of a log without money, whose amounts are 0. */
static struct manifest_row identity_row(const char *file, const char *format)
{
    struct manifest_row row = sample_text_row(file, format, COUNT);
    row.amount_fen = 0;
    return row;
}

static bool att_csv(char *bytes, struct err *e)
{
    struct manifest_row row = identity_row("logs/13010042.csv", "att-csv/1");
    size_t used = (size_t)snprintf(bytes, LINE_BYTES, "device_no,seq,card_no,at,direction,method,result\n");
    for (unsigned i = 1; i <= COUNT; i++)
        used += (size_t)snprintf(bytes + used, LINE_BYTES,
                                 "13010042,%u,382016122100001003,2024-03-01 %02u:%02u:%02u,%s,card,ok\n", i, 7 + i % 2 * 9,
                                 i / 60 % 60, i % 60, i % 2 == 0 ? "I" : "O");
    return measure_text("att_csv", (struct str){bytes, used}, &row, e);
}

static bool gate_xml(char *bytes, struct err *e)
{
    struct manifest_row row = identity_row("logs/13010042.xml", "gate-xml/1");
    size_t used = (size_t)snprintf(bytes, LINE_BYTES, "<gateLog device=\"13010042\" school=\"2113010001\""
                                                      " created=\"2024-03-01T22:00:00+08:00\">\n");
    for (unsigned i = 1; i <= COUNT; i++)
        used += (size_t)snprintf(bytes + used, LINE_BYTES,
                                 "  <event seq=\"%u\" card=\"382016122100001003\" at=\"2024-03-01T%02u:%02u:%02u+08:00\""
                                 " kind=\"gate\" dir=\"%s\" result=\"granted\" stop=\"\"/>\n",
                                 i, 7 + i % 2 * 9, i / 60 % 60, i % 60, i % 2 == 0 ? "in" : "out");
    used += (size_t)snprintf(bytes + used, LINE_BYTES, "</gateLog>\n");
    return measure_text("gate_xml", (struct str){bytes, used}, &row, e);
}

int main(void)
{
    struct err e = {0};
    char *bytes = malloc((size_t)LINE_BYTES * (COUNT + 3));
    if (!bytes)
        return 1;
    bool done = pos_bin(bytes, &e) && pkg_csv(bytes, &e) && xf_text(bytes, &e) && att_csv(bytes, &e) &&
                gate_xml(bytes, &e);
    if (!done)
        (void)fprintf(stderr, "decode_bench: %s\n", e.message);
    free(bytes);
    return done ? 0 : 1;
}
