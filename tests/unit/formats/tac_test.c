#include "formats/tac.h"

#include "base/date.h"
#include "formats/pos_bin.h"
#include "tests/unit/formats/pos_bin_sample.h"
#include "tests/unit/tap.h"

#define DTK "34343434343434341122334455667788"
#define MASTER "0123456789ABCDEFFEDCBA9876543210"

static struct crypto_tac *tac;

static struct record purchase(void)
{
    uint8_t bytes[64];
    struct record r;
    struct pos_bin log = {.records = bytes, .count = 1};
    sample_record(bytes, 1);
    pos_bin_decode(&log, 0, &r);
    r.psam_no = 360486600002;
    return r;
}

static struct record load(void)
{
    struct record r = purchase();
    r.kind = RECORD_LOAD;
    r.psam_no = 1;
    r.after_fen = 0x3E8;
    r.counter = 4;
    r.amount_fen = 0x1F4;
    (void)memcpy(r.tac, "\x92\x0D\x52\xE0", 4);
    return r;
}

static const char *block_hex(const struct record *r)
{
    static char hex[2 * TAC_BLOCK_BYTES + 1];
    uint8_t block[TAC_BLOCK_BYTES];
    str_hex(block, tac_build_block(r, block), hex);
    return hex;
}

static void builds_blocks(void)
{
    struct record r = purchase();
    CHECK_TEXT(block_hex(&r), "00000064063604866000020000000520240301121530",
               "builds_a_purchase_block");
    r.kind = RECORD_COMPOUND;
    CHECK_TEXT(block_hex(&r), "00000064093604866000020000000520240301121530",
               "builds_a_compound_purchase_block");
    r = load();
    CHECK_TEXT(block_hex(&r), "000003e80004000001f40200000000000120240301121530",
               "builds_a_load_block");
    r.kind = RECORD_SUBSIDY;
    CHECK_TEXT(block_hex(&r), "000003e80004000001f40200000000000120240301121530",
               "a_subsidy_draw_uses_type_02");
    r.kind = RECORD_REVERSAL;
    CHECK_TEXT(block_hex(&r), "", "a_reversal_has_no_block");
    r = purchase();
    r.occurred_at = date_moment(0, 0, 0, 0) - 1;
    CHECK_TEXT(block_hex(&r) + 30, "19691231235959", "the_last_second_of_a_year_is_its_own");
}

/* The vectors of FORMATS.md 4 that are under a DTK of their own. */
static void vector(const struct record *r, const char *wanted, const char *fact)
{
    struct err e;
    uint8_t key[CRYPTO_KEY_BYTES], block[TAC_BLOCK_BYTES], out[CRYPTO_TAC_BYTES] = {0};
    char hex[2 * CRYPTO_TAC_BYTES + 1];
    (void)str_unhex(str_of(DTK), key, sizeof key);
    CHECK(crypto_tac_compute(tac, CRYPTO_3DES, key, block, tac_build_block(r, block), out, &e),
          "a_tac_is_made");
    str_hex(out, sizeof out, hex);
    CHECK_TEXT(hex, wanted, fact);
}

static void meets_the_vectors(void)
{
    struct record r = purchase();
    vector(&r, "53717121", "the_purchase_vector_is_met");
    r.kind = RECORD_COMPOUND;
    vector(&r, "3baf5072", "the_compound_purchase_vector_is_met");
    r = load();
    vector(&r, "fd20fa81", "the_load_vector_is_met");
}

static int state_of(const struct record *r)
{
    struct err e;
    enum tac_state state = TAC_UNCHECKED;
    if (!tac_check(tac, r, &state, &e))
        return -1;
    return (int)state;
}

static void checks_a_record(void)
{
    struct record r = purchase();
    CHECK_INT(state_of(&r), TAC_GOOD, "a_purchase_under_its_card_key_is_good");
    r.amount_fen++;
    CHECK_INT(state_of(&r), TAC_DIFFERS, "another_amount_differs");
    r = purchase();
    r.psam_no++;
    CHECK_INT(state_of(&r), TAC_DIFFERS, "another_psam_differs");
    r = purchase();
    r.card_no = INT64_C(312016122100001011);
    CHECK_INT(state_of(&r), TAC_DIFFERS, "another_card_differs");
    r = load();
    CHECK_INT(state_of(&r), TAC_GOOD, "a_load_under_its_card_key_is_good");
    r = purchase();
    r.key = 0x05;
    CHECK_INT(state_of(&r), TAC_DIFFERS, "the_cipher_is_the_one_that_the_record_names");
    r.key = 0xF0;
    CHECK_INT(state_of(&r), TAC_ABSENT, "a_record_that_names_no_key_has_none");
}

static void leaves_what_cannot_be_compared(void)
{
    struct record r = purchase();
    r.malformed = MALFORMED_CRC;
    CHECK_INT(state_of(&r), TAC_UNCHECKED, "a_malformed_record_is_not_checked");
    r = purchase();
    r.kind = RECORD_REVERSAL;
    CHECK_INT(state_of(&r), TAC_UNCHECKED, "a_reversal_is_not_checked");
    r = purchase();
    r.mark = 1;
    CHECK_INT(state_of(&r), TAC_GOOD, "a_gray_record_with_a_tac_is_checked");
    memset(r.tac, 0, sizeof r.tac);
    CHECK_INT(state_of(&r), TAC_UNCHECKED, "a_gray_record_without_a_tac_is_not_checked");
    r.mark = 0;
    CHECK_INT(state_of(&r), TAC_DIFFERS, "a_plain_record_without_a_tac_differs");
}

int main(void)
{
    struct err e;
    uint8_t master[CRYPTO_KEY_BYTES];
    (void)str_unhex(str_of(MASTER), master, sizeof master);
    CHECK(crypto_tac_open(&tac, &e) && crypto_tac_load(tac, CRYPTO_SM4, 5, master, &e) &&
              crypto_tac_load(tac, CRYPTO_3DES, 5, master, &e),
          "the_master_keys_load");
    builds_blocks();
    meets_the_vectors();
    checks_a_record();
    leaves_what_cannot_be_compared();
    crypto_tac_close(tac);
    return tap_end();
}
