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
    struct record checked = *r;
    return tac_check(tac, &checked, &e) ? checked.tac_state : -1;
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

/* What is found of a record that names no key: "state matches". */
static const char *unnamed(const struct record *r, enum record_chip chip)
{
    static char out[40];
    static struct err e;
    struct record checked = *r;
    checked.key = (uint8_t)(RECORD_KEY_UNNAMED | chip);
    checked.tac_matches = 0xDEAD;
    if (!tac_check(tac, &checked, &e))
        return e.message;
    (void)snprintf(out, sizeof out, "%d %08" PRIx32, checked.tac_state, checked.tac_matches);
    return out;
}

#define UNCHECKED "0 "
#define ABSENT "3 "
static void tries_every_key_where_none_is_named(void)
{
    struct err e;
    uint8_t master[CRYPTO_KEY_BYTES];
    struct record r = purchase(), under_3des = purchase();
    (void)str_unhex(str_of(MASTER), master, sizeof master);
    (void)memcpy(under_3des.tac, "\xBA\xE3\xC2\xB0", 4);
    CHECK_TEXT(unnamed(&r, RECORD_CHIP_ANY), UNCHECKED "00200000", "FORMATS 4 the bit of the sm4 key that gives the tac is set");
    CHECK_TEXT(unnamed(&r, RECORD_CHIP_3DES), UNCHECKED "00200000", "whatever chip is named: the card on file decides");
    CHECK_TEXT(unnamed(&r, RECORD_CHIP_M1), UNCHECKED "00200000", "also where m1 is named");
    CHECK_TEXT(unnamed(&under_3des, RECORD_CHIP_ANY), UNCHECKED "00000020", "the bit of the 3des key that gives the tac is set");
    r.amount_fen++;
    CHECK_TEXT(unnamed(&r, RECORD_CHIP_ANY), UNCHECKED "00000000", "a tac that no key gives has no bit");
    r = load();
    CHECK_TEXT(unnamed(&r, RECORD_CHIP_ANY), UNCHECKED "00200000", "a load is tried too");
    CHECK(crypto_tac_load(tac, CRYPTO_SM4, 15, master, &e) && crypto_tac_load(tac, CRYPTO_SM4, 0, master, &e) &&
              crypto_tac_load(tac, CRYPTO_3DES, 0, master, &e),
          "more keys load");
    CHECK_TEXT(unnamed(&r, RECORD_CHIP_ANY), UNCHECKED "80210000", "every key that gives the tac has its bit");
    CHECK_TEXT(unnamed(&under_3des, RECORD_CHIP_ANY), UNCHECKED "00000021", "from version 0 on");
}

static void says_where_a_record_without_key_has_no_tac(void)
{
    struct record r = purchase();
    memset(r.tac, 0, sizeof r.tac);
    CHECK_TEXT(unnamed(&r, RECORD_CHIP_M1), ABSENT "00000000", "tac 00000000 that no key gives is none");
    r.mark = 1;
    CHECK_TEXT(unnamed(&r, RECORD_CHIP_ANY), UNCHECKED "0000dead", "a gray record without a tac is not checked");
    r = purchase();
    r.mark = 1;
    CHECK_TEXT(unnamed(&r, RECORD_CHIP_ANY), UNCHECKED "80210000", "a gray record with a tac is");
    r.malformed = MALFORMED_CARD;
    CHECK_TEXT(unnamed(&r, RECORD_CHIP_ANY), UNCHECKED "0000dead", "a malformed record is not checked");
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
    tries_every_key_where_none_is_named();
    says_where_a_record_without_key_has_no_tac();
    crypto_tac_close(tac);
    return tap_end();
}
