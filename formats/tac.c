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

static bool can_compare(const struct record *record)
{
    static const uint8_t zero[CRYPTO_TAC_BYTES];
    bool is_gray_without = record->mark == 1 && memcmp(record->tac, zero, sizeof zero) == 0;
    return record->malformed == MALFORMED_NOT && record->kind != RECORD_REVERSAL && !is_gray_without;
}

bool tac_check(struct crypto_tac *tac, const struct record *record, enum tac_state *state, struct err *e)
{
    enum crypto_cipher cipher = CRYPTO_3DES;
    int slot = 0;
    uint8_t factor[TAC_FACTOR_BYTES], card_key[CRYPTO_KEY_BYTES], block[TAC_BLOCK_BYTES],
        wanted[CRYPTO_TAC_BYTES];
    *state = TAC_UNCHECKED;
    if (!can_compare(record))
        return true;
    *state = TAC_ABSENT;
    if (!tac_key_of(record, &cipher, &slot))
        return true;
    size_t length = tac_build_block(record, block);
    tac_card_factor(record->card_no, factor);
    bool done = crypto_tac_card_key(tac, cipher, slot, factor, card_key, e) &&
                crypto_tac_compute(tac, cipher, card_key, block, length, wanted, e);
    if (done)
        *state = memcmp(wanted, record->tac, sizeof wanted) == 0 ? TAC_GOOD : TAC_DIFFERS;
    crypto_wipe(card_key, sizeof card_key);
    return done;
}
