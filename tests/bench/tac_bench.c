/* TACs with diversification on one core: one card key and one TAC for each record (FORMATS.md 4).
 * Prints name, count and seconds, separated by tabs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/crypto.h"

enum { DEFAULT_COUNT = 500000, PURCHASE_BYTES = 22 };

static double seconds_now(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        abort();
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void set_number(uint8_t *at, uint64_t number, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        at[bytes - 1 - i] = (uint8_t)(number >> (8 * i));
}

static bool compute_all(struct crypto_tac *tac, enum crypto_cipher cipher, int64_t count, uint32_t *sum,
                        struct err *e)
{
    uint8_t factor[8] = {0x20, 0x16, 0x12, 0x21}, card_key[CRYPTO_KEY_BYTES], out[CRYPTO_TAC_BYTES];
    uint8_t block[PURCHASE_BYTES] = {0, 0, 0, 100, 6, 0x36, 0x04, 0x86, 0x60, 0x00, 0x02};
    for (int64_t i = 0; i < count; i++) {
        set_number(factor + 4, (uint64_t)i, 4);
        set_number(block + 11, (uint64_t)i + 1, 4);
        if (!crypto_tac_card_key(tac, cipher, 1, factor, card_key, e) ||
            !crypto_tac_compute(tac, cipher, card_key, block, sizeof block, out, e))
            return false;
        uint32_t word;
        memcpy(&word, out, sizeof word);
        *sum ^= word;
    }
    return true;
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"tac_3des", "tac_sm4"};
    static const uint8_t master_key[CRYPTO_KEY_BYTES] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF,
                                                         0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10};
    int64_t count = argc > 1 ? strtoll(argv[1], NULL, 10) : DEFAULT_COUNT;
    struct crypto_tac *tac = NULL;
    struct err e;
    err_clear(&e);
    bool ok = crypto_tac_open(&tac, &e);
    for (int cipher = CRYPTO_3DES; ok && cipher <= CRYPTO_SM4; cipher++) {
        uint32_t sum = 0;
        ok = crypto_tac_load(tac, (enum crypto_cipher)cipher, 1, master_key, &e);
        double begun = seconds_now();
        ok = ok && compute_all(tac, (enum crypto_cipher)cipher, count, &sum, &e);
        double took = seconds_now() - begun;
        if (ok)
            printf("%s\t%" PRId64 "\t%.6f\n", names[cipher], count, took);
    }
    crypto_tac_close(tac);
    if (!ok)
        fprintf(stderr, "tac_bench: %s\n", e.message);
    return ok ? 0 : 1;
}
