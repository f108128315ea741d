/* P-01 to P-04, P-06, P-07 and P-08 as far as records go (RULES.md 2): accounts, books and legs, without a database. */
#include "ledger/posting.h"

#include "tests/unit/ledger/judge_sample.h"

static struct sample s;

/* Where the card stands, where the terminal, and what is known of both. */
enum place {
    OF_BEN = 1 << 0,     /* a card of school B; else Ann's of A */
    NO_CARD = 1 << 1,    /* not on file */
    AT_B = 1 << 2,       /* the terminal and merchant of B, in B's package */
    NO_TERMINAL = 1 << 3, /* not on file, in A's package */
    NO_MERCHANT = 1 << 4,
    LOST = 1 << 5,
    OTHER_SCHOOL = 1 << 6, /* the merchant of A's terminal is B's */
};

static void arrange(struct record *r, unsigned places)
{
    uint32_t card = (places & NO_CARD) != 0 ? CARD_STRANGE : (places & OF_BEN) != 0 ? CARD_BEN : CARD_ANN;
    sample_use_card(&s, r, (enum sample_card)card);
    if ((places & LOST) != 0)
        s.cards[card].status = CARD_LOST;
    if ((places & NO_MERCHANT) != 0)
        s.terminals[0].merchant_no = 0;
    if ((places & OTHER_SCHOOL) != 0)
        s.terminals[0].merchant_no = merchant_b;
}

/* "school: debit > credit" of each leg, with "; " between. */
static const char *legs_of(uint32_t place)
{
    static char text[512];
    struct transfer legs[POSTING_LEGS];
    int64_t nothing = 0;
    const struct posting posting = {.judge = &s.judge, .claimed_fen = &nothing};
    int count = posting_of_record(&posting, place, legs);
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < count; i++) {
        char debit[ACCOUNT_TEXT_BYTES], credit[ACCOUNT_TEXT_BYTES];
        (void)account_format(&legs[i].debit, debit);
        (void)account_format(&legs[i].credit, credit);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s: %s > %s", i ? "; " : "",
                                 legs[i].school_code == school_a ? "A" : legs[i].school_code == school_b ? "B" : "?",
                                 debit, credit);
    }
    return text;
}

#define ANN "2001:330106010000000018"
#define BEN "2001:330106010000000026"
#define SHOP_A "2004:211301000100001"
#define SHOP_B "2004:211301000200001"
#define A_OF_B "1221:2113010001:2113010002"
#define B_OF_A "1221:2113010002:2113010001"

static void test_purchases(void)
{
    static const struct {
        const char *fact;
        unsigned places;
        const char *wanted;
    } rows[] = {
        {"P-01 a purchase moves money from card to merchant", 0, "A: " ANN " > " SHOP_A},
        {"P-02 an unknown card's purchase is owed to us", NO_CARD, "A: 1298:unknown_card > " SHOP_A},
        {"P-03 a purchase at an unknown terminal is owed by us", NO_TERMINAL, "A: " ANN " > 2298:unknown_terminal"},
        {"P-03 so is one at a terminal without a merchant", NO_MERCHANT, "A: " ANN " > 2298:unknown_terminal"},
        {"P-03 it belongs to the book of the card's school", NO_TERMINAL | OF_BEN,
         "B: " BEN " > 2298:unknown_terminal"},
        {"P-02 P-03 an unknown card at an unknown terminal belongs to the package's book", NO_TERMINAL | NO_CARD,
         "A: 1298:unknown_card > 2298:unknown_terminal"},
        {"P-04 a lost card's purchase is paid by the bureau", LOST, "A: 6201:2113010001 > " SHOP_A},
        {"P-03 P-04 a lost card's purchase at an unknown terminal", LOST | NO_TERMINAL,
         "A: 6201:2113010001 > 2298:unknown_terminal"},
        {"P-06 a card of A at a merchant of B goes through 1221", AT_B,
         "A: " ANN " > " A_OF_B "; B: " B_OF_A " > " SHOP_B},
        {"P-06 a card of B at a merchant of A goes through 1221", OF_BEN,
         "B: " BEN " > " B_OF_A "; A: " A_OF_B " > " SHOP_A},
        {"P-06 a card of B at a merchant of B does not", OF_BEN | AT_B, "B: " BEN " > " SHOP_B},
        {"P-06 the merchant's own row decides its school", OTHER_SCHOOL,
         "A: " ANN " > " A_OF_B "; B: " B_OF_A " > " SHOP_B},
        {"P-04 P-06 a lost card of A at a merchant of B", LOST | AT_B,
         "A: 6201:2113010001 > " A_OF_B "; B: " B_OF_A " > " SHOP_B},
        {"P-02 P-06 an unknown card has no school to go through", NO_CARD | AT_B, "B: 1298:unknown_card > " SHOP_B},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sample_open(&s);
        enum sample_file file = (rows[i].places & AT_B) != 0          ? FILE_B
                                : (rows[i].places & NO_TERMINAL) != 0 ? FILE_STRANGE
                                                                      : FILE_A;
        arrange(sample_add(&s, file), rows[i].places);
        sample_judge(&s);
        CHECK_TEXT(legs_of(0), rows[i].wanted, rows[i].fact);
        sample_close(&s);
    }
}

static void test_draws(void)
{
    static const struct {
        const char *fact;
        int kind;
        enum sample_card card;
        const char *wanted;
    } rows[] = {
        {"P-07 a load that nothing covers is due from the bank", RECORD_LOAD, CARD_ANN,
         "A: 1122:unknown > " ANN},
        {"P-07 it belongs to the book of the card's school", RECORD_LOAD, CARD_BEN, "B: 1122:unknown > " BEN},
        {"P-07 an unknown card's load is owed by us", RECORD_LOAD, CARD_STRANGE,
         "A: 1122:unknown > 2298:unknown_card"},
        {"P-08 a draw that nothing covers is owed to us", RECORD_SUBSIDY, CARD_ANN, "A: 1298:subsidy_draw > " ANN},
        {"P-08 an unknown card's draw is owed by us", RECORD_SUBSIDY, CARD_STRANGE,
         "A: 1298:subsidy_draw > 2298:unknown_card"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        sample_open(&s);
        struct record *r = sample_add(&s, FILE_A);
        r->kind = (uint8_t)rows[i].kind;
        sample_amount(r, 0, 700);
        sample_use_card(&s, r, rows[i].card);
        sample_judge(&s);
        CHECK_TEXT(legs_of(0), rows[i].wanted, rows[i].fact);
        sample_close(&s);
    }
}

static void test_fields(void)
{
    struct transfer legs[POSTING_LEGS];
    sample_open(&s);
    (void)sample_add(&s, FILE_A);
    struct record *r = sample_add(&s, FILE_B);
    r->counter = 12;
    r->device_seq = 4000000000;
    sample_amount(r, UINT32_MAX, UINT32_MAX);
    r->occurred_at -= 86400;
    sample_judge(&s);
    const struct posting posting = {.judge = &s.judge};
    CHECK_INT(posting_of_record(&posting, 1, legs), 2, "P-06 one entry has two transfers");
    CHECK(legs[0].entry_id == ledger_run_id_of(&s.run, 1) && legs[1].entry_id == legs[0].entry_id,
          "RULES 2 transfers of one event share the entry of their record");
    CHECK(transfer_id(&legs[1]) == transfer_id(&legs[0]) + 1, "RULES 2 the legs of an entry are numbered");
    CHECK(legs[0].amount_fen == UINT32_MAX && legs[1].amount_fen == UINT32_MAX, "RULES 2 both legs move the same fen");
    CHECK(legs[0].occurred_at == r->occurred_at && legs[0].accounting_date == SAMPLE_OPEN_DATE,
          "RULES 3 a transfer keeps its own time beside its accounting date");
    CHECK(legs[0].device_no == 10000002 && legs[0].device_seq == 4000000000 && legs[0].card_no == r->card_no &&
              legs[0].merchant_no == merchant_b && legs[1].merchant_no == merchant_b,
          "FORMATS 13 a transfer names device, sequence, card and merchant");
    sample_close(&s);
}

int main(void)
{
    test_purchases();
    test_draws();
    test_fields();
    return tap_end();
}
