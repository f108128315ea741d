#include "formats/tac.h"

#include <string.h>

#include "base/date.h"

static uint8_t *put_u16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
    return at + 2;
}

static uint8_t *put_u32(uint8_t *at, uint32_t value)
{
    return put_u16(put_u16(at, (uint16_t)(value >> 16)), (uint16_t)value);
}

static uint8_t *put_bcd(uint8_t *at, int value)
{
    *at = (uint8_t)(value / 10 % 10 << 4 | value % 10);
    return at + 1;
}

/* Date (4 bytes) and time (3 bytes) in BCD. */
static uint8_t *put_moment(uint8_t *at, int64_t moment)
{
    int year = 0, month = 0, day_of_month = 0;
    int32_t second = date_second_of_day(moment);
    date_to_civil(date_day_of(moment), &year, &month, &day_of_month);
    at = put_bcd(put_bcd(put_bcd(put_bcd(at, year / 100), year % 100), month), day_of_month);
    return put_bcd(put_bcd(put_bcd(at, second / 3600), second / 60 % 60), second % 60);
}

static uint8_t *put_psam(uint8_t *at, int64_t psam_no)
{
    for (int i = TAC_PSAM_BYTES - 1; i >= 0; i--, psam_no /= 100)
        (void)put_bcd(at + i, (int)(psam_no % 100));
    return at + TAC_PSAM_BYTES;
}

bool tac_key_of(const struct record *record, enum crypto_cipher *cipher, int *slot)
{
    if (record->key >> 4 > CRYPTO_SM4)
        return false;
    *cipher = record->key >> 4 == CRYPTO_SM4 ? CRYPTO_SM4 : CRYPTO_3DES;
    *slot = record->key & 15;
    return true;
}

size_t tac_build_block(const struct record *record, uint8_t block[TAC_BLOCK_BYTES])
{
    uint8_t *at = block;
    if (record->kind == RECORD_REVERSAL)
        return 0;
    if (record_is_online(record)) {
        at = put_u32(at, record->after_fen);
        at = put_u16(at, (uint16_t)record->counter);
    }
    at = put_u32(at, record->amount_fen);
    *at++ = record_is_online(record) ? RECORD_LOAD : record->kind;
    at = put_psam(at, record->psam_no);
    if (!record_is_online(record))
        at = put_u32(at, record->psam_seq);
    at = put_moment(at, record->occurred_at);
    return (size_t)(at - block);
}

void tac_card_factor(int64_t card_no, uint8_t factor[TAC_FACTOR_BYTES])
{
    for (int i = TAC_FACTOR_BYTES - 1; i >= 0; i--, card_no /= 100)
        (void)put_bcd(factor + i, (int)(card_no % 100));
}

static bool has_tac(const struct record *record)
{
    static const uint8_t zero[CRYPTO_TAC_BYTES];
    return memcmp(record->tac, zero, sizeof zero) != 0;
}

static bool can_compare(const struct record *record)
{
    bool is_gray_without = record->mark == 1 && !has_tac(record);
    return record->malformed == MALFORMED_NOT && record->kind != RECORD_REVERSAL && !is_gray_without;
}

/* What a TAC is made of, but for the key. */
struct proof {
    uint8_t factor[TAC_FACTOR_BYTES], block[TAC_BLOCK_BYTES];
    size_t length;
    const uint8_t *claimed;
};

static bool is_right(struct crypto_tac *tac, const struct proof *proof, enum crypto_cipher cipher, int slot, bool *right,
                     struct err *e)
{
    uint8_t card_key[CRYPTO_KEY_BYTES], wanted[CRYPTO_TAC_BYTES];
    bool done = crypto_tac_card_key(tac, cipher, slot, proof->factor, card_key, e) &&
                crypto_tac_compute(tac, cipher, card_key, proof->block, proof->length, wanted, e);
    *right = done && memcmp(wanted, proof->claimed, sizeof wanted) == 0;
    crypto_wipe(card_key, sizeof card_key);
    return done;
}

static bool try_all(struct crypto_tac *tac, const struct proof *proof, uint32_t *matches, struct err *e)
{
    enum { SLOTS = 16 };
    *matches = 0;
    for (uint32_t bit = 0; bit < 2 * SLOTS; bit++) {
        enum crypto_cipher cipher = bit < SLOTS ? CRYPTO_3DES : CRYPTO_SM4;
        bool right = false;
        if (!crypto_tac_has(tac, cipher, bit % SLOTS))
            continue;
        if (!is_right(tac, proof, cipher, bit % SLOTS, &right, e))
            return false;
        *matches |= (uint32_t)right << bit;
    }
    return true;
}

bool tac_check(struct crypto_tac *tac, struct record *record, struct err *e)
{
    struct proof proof = {.claimed = record->tac};
    enum crypto_cipher cipher = CRYPTO_3DES;
    int slot = 0;
    bool is_unnamed = (record->key & 0xF0) == RECORD_KEY_UNNAMED, right = false;
    record->tac_state = TAC_UNCHECKED;
    if (!can_compare(record))
        return true;
    if (!is_unnamed && !tac_key_of(record, &cipher, &slot)) {
        record->tac_state = TAC_ABSENT;
        return true;
    }
    proof.length = tac_build_block(record, proof.block);
    tac_card_factor(record->card_no, proof.factor);
    if (is_unnamed) {
        if (!try_all(tac, &proof, &record->tac_matches, e))
            return false;
        record->tac_state = record->tac_matches == 0 && !has_tac(record) ? TAC_ABSENT : TAC_UNCHECKED;
        return true;
    }
    if (!is_right(tac, &proof, cipher, slot, &right, e))
        return false;
    record->tac_state = right ? TAC_GOOD : TAC_DIFFERS;
    return true;
}
