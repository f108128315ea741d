/* and the flags (RULES.md 1), row by row, without a database. */
#include "tests/unit/ledger/judge_sample.h"

static struct sample s;

/* ---- the order of refusals */

enum fault {
    SPOILT = 1 << 0,     /* */
    SEEN_SAME = 1 << 1,  /* */
    SEEN_OTHER = 1 << 2, /* */
    TAC_WRONG = 1 << 3,  /* */
    SUM_WRONG = 1 << 4,  /* */
    COUNTER_USED = 1 << 5, /* */
    IS_GRAY = 1 << 6,    /* */
    IS_REVERSAL = 1 << 7, /* nothing is known for it */
    IS_LISTED = 1 << 8,  /* reported lost, and the terminal's list named the card */
    IS_LOST = 1 << 9,    /* the same, but the list is older */
};

static void apply_faults(struct record *r, unsigned faults)
{
    if ((faults & IS_REVERSAL) != 0) {
        r->kind = RECORD_REVERSAL;
        r->tac_state = TAC_UNCHECKED;
        memset(r->tac, 0, sizeof r->tac);
        r->reference = 1000;
        sample_amount(r, 1000, 500);
    }
    if ((faults & (IS_LISTED | IS_LOST)) != 0) {
        s.losses[0] = (struct loss){.effective_at = sample_moment(-2, 9, 0, 0), .kind = LOSS_LOST, .known_on = SAMPLE_OPEN_DATE - 1};
        s.cards[CARD_ANN].loss_count = 1;
        r->list_version = (faults & IS_LISTED) != 0 ? 20260302 : 20260301;
    }
    if ((faults & IS_GRAY) != 0)
        r->mark = 1;
    if ((faults & TAC_WRONG) != 0)
        r->tac_state = TAC_DIFFERS;
    if ((faults & SUM_WRONG) != 0)
        r->after_fen++;
}

/* Adds what the faults need to stand before the record, then the record; returns its place. */
static uint32_t add_faulty(unsigned faults)
{
    if ((faults & COUNTER_USED) != 0)
        sample_add(&s, FILE_A)->occurred_at = sample_moment(0, 6, 0, 0);
    struct record *first = sample_add(&s, FILE_A);
    if ((faults & (SEEN_SAME | SEEN_OTHER)) == 0) {
        apply_faults(first, faults);
        if ((faults & SPOILT) != 0)
            sample_spoil(&s, first);
        return (uint32_t)(first - s.batch.records);
    }
    struct record *second = sample_add(&s, FILE_A);
    if ((faults & SEEN_SAME) != 0) {
        apply_faults(first, faults);
        *second = *first;
    } else {
        sample_use_card(&s, first, CARD_BEN);
        second->device_seq = first->device_seq;
        apply_faults(second, faults);
    }
    if ((faults & SPOILT) != 0)
        sample_spoil(&s, second);
    return (uint32_t)(second - s.batch.records);
}

static void test_order_of_refusals(void)
{
    static const struct {
        const char *fact;
        unsigned faults;
        enum verdict wanted;
    } rows[] = {
        {"R-01 a malformed record is rejected", SPOILT, VERDICT_MALFORMED},
        {"R-01 malformed comes before everything else",
         SPOILT | SEEN_SAME | TAC_WRONG | SUM_WRONG | COUNTER_USED | IS_GRAY, VERDICT_MALFORMED},
        {"R-01 malformed comes before a conflict", SPOILT | SEEN_OTHER, VERDICT_MALFORMED},
        {"R-02 the same content under a seen sequence is a duplicate", SEEN_SAME, VERDICT_DUPLICATE},
        {"R-02 duplicate comes before all later rules",
         SEEN_SAME | TAC_WRONG | SUM_WRONG | COUNTER_USED | IS_GRAY, VERDICT_DUPLICATE},
        {"R-02 duplicate comes before an unmatched reversal", SEEN_SAME | SUM_WRONG | IS_REVERSAL, VERDICT_DUPLICATE},
        {"R-03 another content under a seen sequence is a conflict", SEEN_OTHER, VERDICT_CONFLICT},
        {"R-03 conflict comes before all later rules",
         SEEN_OTHER | TAC_WRONG | SUM_WRONG | COUNTER_USED | IS_GRAY, VERDICT_CONFLICT},
        {"R-03 conflict comes before an unmatched reversal", SEEN_OTHER | IS_REVERSAL, VERDICT_CONFLICT},
        {"R-04 a record whose tac differs is held", TAC_WRONG, VERDICT_TAC_BAD},
        {"R-04 tac_bad comes before all later rules", TAC_WRONG | SUM_WRONG | COUNTER_USED | IS_GRAY, VERDICT_TAC_BAD},
        {"R-05 a record whose balances do not agree is held", SUM_WRONG, VERDICT_BAD_ARITHMETIC},
        {"R-05 bad_arithmetic comes before all later rules", SUM_WRONG | COUNTER_USED | IS_GRAY,
         VERDICT_BAD_ARITHMETIC},
        {"R-05 bad_arithmetic comes before an unmatched reversal", SUM_WRONG | IS_REVERSAL, VERDICT_BAD_ARITHMETIC},
        {"R-06 a counter that is accepted on another record is held", COUNTER_USED, VERDICT_COUNTER_CONFLICT},
        {"R-07 a gray record is held", IS_GRAY, VERDICT_GRAY},
        {"R-06 is not asked of a gray record", COUNTER_USED | IS_GRAY, VERDICT_GRAY},
        {"R-08 a reversal of nothing known is held", IS_REVERSAL, VERDICT_UNMATCHED_REVERSAL},
        {"R-06 is not asked of a reversal, which takes no counter", COUNTER_USED | IS_REVERSAL,
         VERDICT_UNMATCHED_REVERSAL},
        {"R-09 a purchase after the report is refused where the list named the card", IS_LISTED, VERDICT_MERCHANT_PAYS},
        {"R-06 counter_conflict comes before merchant_pays", COUNTER_USED | IS_LISTED, VERDICT_COUNTER_CONFLICT},
        {"R-07 gray comes before merchant_pays", IS_GRAY | IS_LISTED, VERDICT_GRAY},
        {"R-05 bad_arithmetic comes before merchant_pays", SUM_WRONG | IS_LISTED, VERDICT_BAD_ARITHMETIC},
        {"R-09 a list from before the report's first version refuses nothing", IS_LOST, VERDICT_ACCEPTED},
        {"R-10 a record that nothing refuses is accepted", 0, VERDICT_ACCEPTED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sample_open(&s);
        uint32_t place = add_faulty(rows[i].faults);
        sample_judge(&s);
        CHECK_INT(s.batch.records[place].verdict, rows[i].wanted, rows[i].fact);
        sample_close(&s);
    }
}

/* ---- what is seen */

/* Judges records 1, 2, … that a test has added, and gives the verdict of one. */
static int verdict_of(uint32_t place)
{
    return s.batch.records[place].verdict;
}

static void test_seen_sequences(void)
{
    sample_open(&s);
    struct record *r = sample_add(&s, FILE_A);
    for (int i = 0; i < 4; i++)
        *sample_add(&s, FILE_A) = *r;
    s.batch.records[1].digest = s.batch.records[2].digest = 77;
    s.batch.records[3].digest = 78;
    sample_judge(&s);
    CHECK_INT(verdict_of(1), VERDICT_CONFLICT, "R-03 another content is a conflict");
    CHECK_INT(verdict_of(2), VERDICT_DUPLICATE, "R-02 a copy of a held conflict is a duplicate");
    CHECK_INT(verdict_of(3), VERDICT_CONFLICT, "R-03 a third content is a conflict again");
    CHECK_INT(verdict_of(4), VERDICT_DUPLICATE, "R-02 the first content is still a duplicate after conflicts");
    CHECK_INT(sample_exceptions(&s, VERDICT_CONFLICT), 2, "R-25 one exception for each conflict");
    CHECK_INT(sample_exceptions(&s, VERDICT_DUPLICATE), 0, "R-02 a duplicate is only counted");
    sample_close(&s);

    sample_open(&s);
    sample_spoil(&s, sample_add(&s, FILE_A));
    sample_add(&s, FILE_A)->device_seq = 1;
    sample_judge(&s);
    CHECK_INT(verdict_of(1), VERDICT_ACCEPTED, "R-01 the sequence of a malformed record is not seen");
    CHECK(s.judge.exceptions.rows[0].raw_length == 9 && strcmp(s.judge.exceptions.rows[0].raw, "raw bytes") == 0,
          "R-01 the raw bytes of a malformed record are kept");
    sample_close(&s);

    sample_open(&s);
    sample_add(&s, FILE_A)->tac_state = TAC_DIFFERS;
    sample_add(&s, FILE_A)->device_seq = 1;
    r = sample_add(&s, FILE_B);
    r->device_seq = 1;
    r->counter = 12;
    sample_judge(&s);
    CHECK_INT(verdict_of(1), VERDICT_CONFLICT, "R-03 the sequence of a held record is seen");
    CHECK_INT(verdict_of(2), VERDICT_ACCEPTED, "R-02 the same sequence of another terminal is another one");
    sample_close(&s);
}

static void test_first_seq(void)
{
    sample_open(&s);
    s.epochs[FILE_A].floor = 50;
    sample_add(&s, FILE_A)->device_seq = 49;
    sample_add(&s, FILE_A)->device_seq = 50;
    sample_judge(&s);
    CHECK_INT(verdict_of(0), VERDICT_DUPLICATE, "R-02 a sequence below first_seq counts as seen");
    CHECK_INT(verdict_of(1), VERDICT_ACCEPTED, "R-02 counting begins at first_seq");
    sample_close(&s);

    sample_open(&s);
    s.epochs[FILE_A].floor = 1;
    s.epochs[FILE_A].epoch = 3;
    sample_add(&s, FILE_A)->device_seq = UINT32_MAX;
    sample_judge(&s);
    CHECK_INT(verdict_of(0), VERDICT_ACCEPTED, "R-20 the largest sequence of 32 bits is counted");
    CHECK_INT(ranges_highest(&s.epochs[FILE_A].seen), UINT32_MAX, "R-20 the largest sequence is kept as it is");
    sample_close(&s);
}

/* Records of one terminal in any order, some of them twice or with another content, against the rule read plainly. */
static void test_any_order(void)
{
    enum { RECORDS = 64, SEQUENCES = 20 };
    uint64_t seed = 20260303;
    bool all_agree = true;
    for (int round = 0; round < 200; round++) {
        uint64_t seen[SEQUENCES + 1][RECORDS] = {{0}};
        int seen_count[SEQUENCES + 1] = {0};
        sample_open(&s);
        s.epochs[FILE_A].floor = 1 + round % 4;
        for (int i = 0; i < RECORDS; i++) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            struct record *r = sample_add(&s, FILE_A);
            r->device_seq = 1 + (uint32_t)(round % 3 ? seed >> 33 : (uint64_t)i / 4) % SEQUENCES;
            r->digest = 1 + (seed >> 50) % 3;
            r->counter = (uint16_t)(SAMPLE_COUNTER + 1 + i);
            if (seed >> 60 == 0)
                sample_spoil(&s, r);
        }
        sample_judge(&s);
        for (int i = 0; i < RECORDS; i++) {
            const struct record *r = &s.batch.records[i];
            int *count = &seen_count[r->device_seq], wanted = *count ? VERDICT_CONFLICT : VERDICT_ACCEPTED;
            for (int k = 0; k < *count; k++)
                wanted = seen[r->device_seq][k] == r->digest ? VERDICT_DUPLICATE : wanted;
            wanted = r->device_seq < s.epochs[FILE_A].floor ? VERDICT_DUPLICATE : wanted;
            wanted = r->malformed ? VERDICT_MALFORMED : wanted;
            if (wanted != VERDICT_MALFORMED)
                seen[r->device_seq][(*count)++] = r->digest;
            all_agree = all_agree && r->verdict == wanted;
        }
        sample_close(&s);
    }
    CHECK(all_agree, "R-02 R-03 whatever order the records of a file have, the first content of a sequence counts");
}

/* ---- by themselves */

static void test_tac(void)
{
    const struct card cpu = {.on_file = true, .chip = CHIP_3DES}, sm4 = {.on_file = true, .chip = CHIP_SM4},
                      m1 = {.on_file = true, .chip = CHIP_M1}, none = {.on_file = false, .chip = CHIP_M1};
    const struct {
        const char *fact;
        const struct card *card;
        int kind, mark, state, key;
        bool has_tac, is_bad;
    } rows[] = {
        {"R-04 a good tac of a cpu chip passes", &cpu, 6, 0, TAC_GOOD, 0x01, true, false},
        {"R-04 a good tac of an sm4 chip passes", &sm4, 6, 0, TAC_GOOD, 0x11, true, false},
        {"R-04 a tac that differs is bad", &cpu, 6, 0, TAC_DIFFERS, 0x01, true, true},
        {"R-04 key nibble F on a cpu chip is no tac where one is due", &cpu, 6, 0, TAC_ABSENT, 0xF0, false, true},
        {"R-04 an m1 chip owes no tac", &m1, 6, 0, TAC_ABSENT, 0xF0, false, false},
        {"R-04 an m1 chip on file owes no tac, whatever key the record names", &m1, 6, 0, TAC_DIFFERS, 0x01, true,
         false},
        {"R-04 a card not on file needs a tac, whatever the record says", &none, 6, 0, TAC_ABSENT, 0xF0, false, true},
        {"R-04 a card not on file passes with a good tac", &none, 6, 0, TAC_GOOD, 0x01, true, false},
        {"R-04 no tac is due on a reversal", &cpu, 0xFE, 0, TAC_UNCHECKED, 0x01, false, false},
        {"R-04 a load needs its tac", &cpu, 2, 0, TAC_DIFFERS, 0x01, true, true},
        {"R-04 a gray with tac 00000000 is not checked", &cpu, 6, 1, TAC_UNCHECKED, 0x01, false, false},
        {"R-04 a gray with another tac is checked", &cpu, 6, 1, TAC_DIFFERS, 0x01, true, true},
        {"R-04 tac 00000000 of a record that is not gray is checked", &cpu, 6, 0, TAC_DIFFERS, 0x01, false, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct record r = {.kind = (uint8_t)rows[i].kind, .mark = (uint8_t)rows[i].mark, .key = (uint8_t)rows[i].key,
                           .tac_state = (uint8_t)rows[i].state};
        r.tac[3] = rows[i].has_tac;
        CHECK(judge_tac_is_bad(&r, rows[i].card) == rows[i].is_bad, rows[i].fact);
    }
}

enum { SM4 = 16 }; /* where the bits of the sm4 keys begin */

/* A record that names no key, with the loaded keys that give its TAC as tac_check found them. */
static void test_tac_of_no_named_key(void)
{
    const struct card des = {.on_file = true, .chip = CHIP_3DES, .key_version = 2},
                      sm4 = {.on_file = true, .chip = CHIP_SM4, .key_version = 15},
                      m1 = {.on_file = true, .chip = CHIP_M1}, none = {.on_file = false};
    const struct {
        const char *fact;
        const struct card *card;
        enum record_chip named;
        uint32_t matches;
        bool is_bad;
    } rows[] = {
        {"FORMATS 4 the key of the card on file decides", &des, RECORD_CHIP_3DES, 1U << 2, false},
        {"FORMATS 4 the sm4 key of the card on file decides", &sm4, RECORD_CHIP_SM4, 1U << (SM4 + 15), false},
        {"FORMATS 4 another version than the card's is bad", &des, RECORD_CHIP_3DES, 1U << 1, true},
        {"FORMATS 4 another chip's key than the card's is bad", &des, RECORD_CHIP_ANY, 1U << (SM4 + 2), true},
        {"FORMATS 4 all other keys than the card's are bad", &sm4, RECORD_CHIP_ANY, ~(1U << (SM4 + 15)), true},
        {"FORMATS 4 the chip that the record names does not count for a card on file", &des, RECORD_CHIP_SM4, 1U << 2, false},
        {"FORMATS 4 nor does m1", &des, RECORD_CHIP_M1, 1U << 2, false},
        {"FORMATS 4 a key that is not loaded cannot be right", &des, RECORD_CHIP_3DES, 0, true},
        {"FORMATS 4 an m1 chip on file owes no tac", &m1, RECORD_CHIP_3DES, 0, false},
        {"FORMATS 4 a card not on file is right under any key of the named chip", &none, RECORD_CHIP_3DES, 1U << 9, false},
        {"FORMATS 4 and of the other chip", &none, RECORD_CHIP_SM4, 1U << (SM4 + 9), false},
        {"FORMATS 4 but under no key of another chip than the named one", &none, RECORD_CHIP_3DES, 1U << SM4, true},
        {"FORMATS 4 nor the other way round", &none, RECORD_CHIP_SM4, 1U << 15, true},
        {"FORMATS 4 where no chip is named a card not on file is right under any key", &none, RECORD_CHIP_ANY, 1U << 31, false},
        {"FORMATS 4 of either chip", &none, RECORD_CHIP_ANY, 1, false},
        {"FORMATS 4 a card not on file that no key gives is bad", &none, RECORD_CHIP_ANY, 0, true},
        {"R-04 m1 named and the card not on file is bad", &none, RECORD_CHIP_M1, UINT32_MAX, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct record r = {.kind = RECORD_PURCHASE, .key = (uint8_t)(RECORD_KEY_UNNAMED | rows[i].named),
                           .tac = {1, 2, 3, 4}, .tac_matches = rows[i].matches};
        CHECK(judge_tac_is_bad(&r, rows[i].card) == rows[i].is_bad, rows[i].fact);
    }
    struct record gray = {.kind = RECORD_PURCHASE, .key = RECORD_KEY_UNNAMED, .mark = 1};
    CHECK(!judge_tac_is_bad(&gray, &des), "R-04 a gray without tac is not checked where no key is named");
    gray.tac[0] = 1;
    CHECK(judge_tac_is_bad(&gray, &des), "R-04 a gray with a tac is");
}

static void test_arithmetic(void)
{
    static const struct {
        const char *fact;
        int kind;
        uint32_t before_fen, amount_fen, after_fen;
        bool is_bad;
    } rows[] = {
        {"R-05 before - amount = after holds for a purchase", 6, 500, 200, 300, false},
        {"R-05 a purchase may take all", 9, 500, 500, 0, false},
        {"R-05 a purchase of another after is bad", 6, 500, 200, 301, true},
        {"R-05 a purchase above the balance is bad, also where 32 bits wrap round", 6, 100, 200, UINT32_MAX - 99, true},
        {"R-05 before + amount = after holds for a load", 2, 500, 200, 700, false},
        {"R-05 before + amount = after holds for a draw", 0xDB, 0, 200, 200, false},
        {"R-05 before + amount = after holds for a reversal", 0xFE, 300, 200, 500, false},
        {"R-05 a load that wraps round 32 bits is bad", 2, UINT32_MAX, 1, 0, true},
        {"R-05 a reversal that takes is bad", 0xFE, 500, 200, 300, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct record r = {.kind = (uint8_t)rows[i].kind, .before_fen = rows[i].before_fen,
                           .amount_fen = rows[i].amount_fen, .after_fen = rows[i].after_fen};
        CHECK(judge_arithmetic_is_bad(&r) == rows[i].is_bad, rows[i].fact);
    }
}

/* ---- counters, and the order of posting */

static void test_counters(void)
{
    sample_open(&s);
    sample_add(&s, FILE_A)->counter = SAMPLE_COUNTER;
    sample_add(&s, FILE_A)->counter = SAMPLE_COUNTER + 1;
    struct record *load = sample_add(&s, FILE_A);
    load->kind = RECORD_LOAD;
    load->counter = SAMPLE_COUNTER + 1;
    sample_amount(load, 100, 100);
    struct record *compound = sample_add(&s, FILE_A);
    compound->kind = RECORD_COMPOUND;
    struct record *strange = sample_add(&s, FILE_A);
    sample_use_card(&s, strange, CARD_STRANGE);
    strange->counter = 1;
    sample_add(&s, FILE_A)->counter = UINT16_MAX;
    sample_judge(&s);
    CHECK_INT(verdict_of(0), VERDICT_COUNTER_CONFLICT, "R-06 a counter not above the opening counter is held");
    CHECK_INT(verdict_of(1), VERDICT_ACCEPTED, "R-06 the counter after the opening one is free");
    CHECK_INT(verdict_of(2), VERDICT_ACCEPTED, "R-06 the online family counts by itself");
    CHECK_INT(verdict_of(3), VERDICT_COUNTER_CONFLICT, "R-06 kinds 06 and 09 are one family");
    CHECK_INT(verdict_of(4), VERDICT_ACCEPTED, "R-06 a card not on file has no opening counter");
    CHECK_INT(verdict_of(5), VERDICT_ACCEPTED, "R-06 the largest counter of 16 bits is free");
    CHECK_INT(sample_exceptions(&s, VERDICT_COUNTER_CONFLICT), 2, "R-25 one exception for each counter_conflict");
    sample_close(&s);

    sample_open(&s);
    sample_add(&s, FILE_A)->occurred_at = sample_moment(0, 13, 0, 0);
    sample_add(&s, FILE_B)->occurred_at = sample_moment(0, 11, 0, 0);
    sample_add(&s, FILE_B)->occurred_at = sample_moment(0, 11, 0, 0);
    s.batch.records[2].file_index = FILE_A;
    s.batch.records[2].device_no = s.devices[FILE_A].device_no;
    sample_judge(&s);
    CHECK_INT(verdict_of(2), VERDICT_ACCEPTED, "R-06 of one counter the earliest of the smallest device is posted");
    CHECK(verdict_of(0) == VERDICT_COUNTER_CONFLICT && verdict_of(1) == VERDICT_COUNTER_CONFLICT,
          "R-06 the others of that counter are held, whatever order they came in");
    sample_close(&s);
}

static void test_order_of_posting(void)
{
    static const struct {
        int kind, counter, hour, file, epoch, sequence;
    } rows[] = {
        {6, 11, 9, FILE_A, 0, 90},  {6, 12, 8, FILE_A, 0, 9},    {0xFE, 12, 7, FILE_A, 0, 8}, {6, 13, 8, FILE_A, 0, 7},
        {6, 13, 9, FILE_A, 1, 6},   {6, 13, 9, FILE_A, 1, 61},   {6, 13, 9, FILE_B, 0, 5},    {2, 1, 6, FILE_A, 0, 4},
        {0xDB, 2, 5, FILE_A, 0, 3},
    };
    enum { COUNT = sizeof rows / sizeof rows[0] };
    sample_open(&s);
    for (int i = COUNT - 1; i >= 0; i--) {
        struct record *r = sample_add(&s, (enum sample_file)rows[i].file);
        r->kind = (uint8_t)rows[i].kind;
        r->counter = (uint16_t)rows[i].counter;
        r->occurred_at = sample_moment(0, rows[i].hour, 0, 0);
        r->epoch = (uint16_t)rows[i].epoch;
        r->device_seq = (uint32_t)rows[i].sequence;
        if (!record_is_purchase(r))
            sample_amount(r, 0, 100);
    }
    sample_judge(&s);
    bool in_order = s.judge.sorted_count == COUNT;
    for (uint32_t i = 0; in_order && i < COUNT; i++)
        in_order = s.judge.sorted[i] == COUNT - 1 - i;
    CHECK(in_order, "RULES 1 a card's records are posted by family, counter, reversal after purchase, time, device, "
                    "epoch, sequence");
    sample_close(&s);
}

int main(void)
{
    test_order_of_refusals();
    test_seen_sequences();
    test_first_seq();
    test_any_order();
    test_tac();
    test_tac_of_no_named_key();
    test_arithmetic();
    test_counters();
    test_order_of_posting();
    return tap_end();
}
