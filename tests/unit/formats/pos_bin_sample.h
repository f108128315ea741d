/* pos_bin_sample: builds pos-bin/1 logs for tests, from FORMATS.md 3.1 alone and not with the reader's code.
 */
#ifndef DAYBOOK_TESTS_POS_BIN_SAMPLE_H
#define DAYBOOK_TESTS_POS_BIN_SAMPLE_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "formats/manifest.h"

static inline void sample_put(uint8_t *at, uint64_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--, value >>= 8)
        at[i] = (uint8_t)value;
}

/* Hex digits are the BCD form of a number's text. */
static inline void sample_hex(uint8_t *at, const char *hex)
{
    (void)str_unhex(str_of(hex), at, strlen(hex) / 2);
}

static inline void sample_sign(uint8_t *at)
{
    sample_put(at + 60, crypto_crc32(at, 60), 4);
}

/* A good purchase of 1.00 yuan: the purchase block of FORMATS.md 4, its SM4 TAC under key version 5. */
static inline void sample_record(uint8_t *at, uint32_t sequence)
{
    memset(at, 0, 64);
    at[0] = 0x06;
    sample_put(at + 2, sequence, 4);
    sample_hex(at + 6, "00382016122100001003");
    sample_put(at + 16, sequence % 65535 + 1, 2);
    sample_put(at + 18, 1000, 4);
    sample_put(at + 22, 100, 4);
    sample_put(at + 26, 900, 4);
    sample_put(at + 30, 5, 4);
    sample_hex(at + 34, "20240301121530");
    at[41] = 0x15;
    sample_hex(at + 42, "7EA2823B");
    sample_put(at + 50, 2, 2);
    sample_put(at + 52, 20240229, 4);
    sample_sign(at);
}

/* Fills the header for the count records after it. */
static inline void sample_header(uint8_t *at, uint32_t count)
{
    uint64_t sum = 0;
    uint32_t first = count ? UINT32_MAX : 0, last = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *r = at + 64 + (size_t)i * 64;
        uint32_t sequence = (uint32_t)r[2] << 24 | (uint32_t)r[3] << 16 | (uint32_t)r[4] << 8 | r[5];
        sum += (uint32_t)r[22] << 24 | (uint32_t)r[23] << 16 | (uint32_t)r[24] << 8 | r[25];
        first = sequence < first ? sequence : first;
        last = sequence > last ? sequence : last;
    }
    memset(at, 0, 64);
    (void)memcpy(at, "DBP1", 4);
    sample_put(at + 4, 64, 2);
    sample_put(at + 6, 1, 2);
    sample_hex(at + 8, "13010042");
    sample_hex(at + 12, "360486600002");
    sample_hex(at + 18, "2113010001");
    sample_put(at + 24, count, 4);
    sample_put(at + 28, sum, 8);
    sample_put(at + 36, first, 4);
    sample_put(at + 40, last, 4);
    sample_hex(at + 44, "20240301220000");
    sample_put(at + 52, 20240229, 4);
    sample_sign(at);
}

static inline struct manifest_row sample_row(uint32_t count)
{
    return (struct manifest_row){
        .file = str_of("logs/13010042.bin"),
        .format = devlog_format_find(str_of("pos-bin/1")),
        .device_no = 13010042,
        .records = count,
        .amount_fen = 100 * (int64_t)count,
        .first_seq = count ? 1 : 0,
        .last_seq = count,
    };
}

#endif
