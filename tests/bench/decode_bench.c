/* How many pos-bin/1 records a second one core opens, decodes and digests. One line a figure, for
 * tests/bench/run: name, records, seconds. */
#include <stdlib.h>
#include <time.h>

#include "formats/pos_bin.h"
#include "tests/unit/formats/pos_bin_sample.h"

enum { COUNT = 1000000 };

static double now_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool measure(const uint8_t *bytes, struct err *e)
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

int main(void)
{
    struct err e = {0};
    uint8_t *bytes = malloc(64 * (size_t)(1 + COUNT));
    if (!bytes)
        return 1;
    for (uint32_t i = 0; i < COUNT; i++)
        sample_record(bytes + 64 * (size_t)(1 + i), i + 1);
    sample_header(bytes, COUNT);
    bool done = measure(bytes, &e);
    if (!done)
        (void)fprintf(stderr, "decode_bench: %s\n", e.message);
    free(bytes);
    return done ? 0 : 1;
}
