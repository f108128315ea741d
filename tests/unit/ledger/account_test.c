#include "ledger/account.h"

#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/tap.h"

static const char *text_of(struct account account)
{
    static char text[ACCOUNT_TEXT_BYTES];
    size_t length = account_format(&account, text);
    return length == strlen(text) ? text : "the length is wrong";
}

static void test_texts(void)
{
    CHECK_TEXT(text_of(account_of(ACCOUNT_CARD_PURSE, 330106010000000018)), "2001:330106010000000018",
               "FORMATS 13 a card's account has its 18 digits");
    CHECK_TEXT(text_of(account_of(ACCOUNT_CARD_PURSE, 18)), "2001:000000000000000018",
               "FORMATS 0 leading zeros of a card are kept");
    CHECK_TEXT(text_of(account_of(ACCOUNT_MERCHANT_PAYABLE, 130101004100001)), "2004:130101004100001",
               "FORMATS 13 a merchant's account has its 15 digits");
    CHECK_TEXT(text_of(account_between(2113010001, 113010002)), "1221:2113010001:0113010002",
               "RULES 2 1221 is in A's book, about B");
    CHECK_TEXT(text_of(account_of(ACCOUNT_LOSS_ON_CARDS, 113010001)), "6201:0113010001",
               "FORMATS 0 leading zeros of a school are kept");
    CHECK_TEXT(text_of(account_of(ACCOUNT_FEE_INCOME, 2113010001)), "6002:2113010001", "RULES 2 6002 is one per school");
    CHECK_TEXT(text_of(account_named(ACCOUNT_OPENING, "")), "3001:", "FORMATS 13 the one account 3001 has no owner");
    CHECK_TEXT(text_of(account_named(ACCOUNT_DUE_FROM_BANK, "unknown")), "1122:unknown",
               "RULES 2 the owner of 1122 is a bank");
}

static void test_equality(void)
{
    struct account a = account_of(ACCOUNT_CARD_PURSE, 1), b = account_of(ACCOUNT_CARD_PURSE, 1);
    CHECK(account_equal(&a, &b), "the same code and owner are one account");
    b.owner = 2;
    CHECK(!account_equal(&a, &b), "another owner is another account");
    b = account_of(ACCOUNT_CARD_DEPOSIT, 1);
    CHECK(!account_equal(&a, &b), "another code is another account");
    a = account_between(1, 2);
    b = account_between(2, 1);
    CHECK(!account_equal(&a, &b), "1221 A:B is not 1221 B:A");
    char word[] = "unknown_card";
    a = account_named(ACCOUNT_SUSPENSE_DEBIT, "unknown_card");
    b = account_named(ACCOUNT_SUSPENSE_DEBIT, word);
    CHECK(account_equal(&a, &b), "words are compared by their letters");
    word[0] = 'x';
    CHECK(!account_equal(&a, &b), "another word is another account");
    b = account_of(ACCOUNT_SUSPENSE_DEBIT, 0);
    CHECK(!account_equal(&a, &b), "a word is not a number");
}

static void test_chart(void)
{
    bool back = true;
    for (int place = 0; place < ACCOUNT_CODE_COUNT; place++)
        back = back && account_place(account_code_at(place)) == place;
    CHECK(back, "every code has its place in the chart");
    CHECK_INT(account_code_at(0), 1001, "the chart begins with cash");
    int debit = 0, of_card = 0;
    for (int place = 0; place < ACCOUNT_CODE_COUNT; place++) {
        debit += account_is_debit(account_code_at(place));
        of_card += account_is_of_card(account_code_at(place));
    }
    CHECK(debit == 6 && account_is_debit(ACCOUNT_CASH) && account_is_debit(ACCOUNT_BANK) &&
              account_is_debit(ACCOUNT_DUE_FROM_BANK) && account_is_debit(ACCOUNT_BETWEEN_SCHOOLS) &&
              account_is_debit(ACCOUNT_SUSPENSE_DEBIT) && account_is_debit(ACCOUNT_LOSS_ON_CARDS),
          "RULES 2 six codes have their balance on the side D");
    CHECK(of_card == 4 && account_is_of_card(ACCOUNT_CARD_PURSE) && account_is_of_card(ACCOUNT_CARD_DEPOSIT) &&
              account_is_of_card(ACCOUNT_SUBSIDY_TO_CLAIM) && account_is_of_card(ACCOUNT_TOPUP_TO_CLAIM),
          "RULES 2 four codes are one per card");
    CHECK_INT(account_code_at(ACCOUNT_CODE_COUNT - 1), 6201, "the chart ends with losses on lost cards");
}

/* What must stop the process is tried in a child. */
static bool stops(void (*attempt)(void))
{
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        (void)!freopen("/dev/null", "w", stderr);
        attempt();
        _exit(0);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && (!WIFEXITED(status) || WEXITSTATUS(status) != 0);
}

static void use_unknown_code(void)
{
    (void)account_place(1234);
}
static void use_long_owner(void)
{
    (void)text_of(account_of(ACCOUNT_FEE_INCOME, 12345678901));
}
static void use_number_for_word(void)
{
    (void)text_of(account_of(ACCOUNT_CASH, 1));
}

static void test_stops(void)
{
    CHECK(stops(use_unknown_code), "a code that is not in the chart stops the process");
    CHECK(stops(use_long_owner), "an owner of more digits than its code has stops the process");
    CHECK(stops(use_number_for_word), "a number where a word is the owner stops the process");
}

static void test_parsing(void)
{
    static const char *const good[] = {"2004:130101004100001", "1221:2137000001:3137000002", "3001:", "1298:unknown_card",
                                       "1001:李 出纳", "2001:000000000000000000"};
    static const char *const bad[] = {"", "2004", "2004:", "2004:13010100410000", "2004:1301010041000012", "1221:2137000001",
                                      "1221:2137000001:313700000x", "3001:x", "1298:", "1298: x", "1298:x ", "1298:a:b",
                                      "1298:a\tb", "1298:\xff", "4711:x", "02004:x", "-298:x"};
    struct arena *arena = NULL;
    struct account account;
    struct err e;
    char text[ACCOUNT_TEXT_BYTES];
    ALWAYS(arena_open(&arena, 1 << 16, &e));
    bool back = true, refused = true;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        back = back && account_parse(arena, good[i], &account, &e) && account_format(&account, text) == strlen(good[i]) &&
               strcmp(text, good[i]) == 0;
    CHECK(back, "what is read is written the same");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        refused = refused && !account_parse(arena, bad[i], &account, &e) && e.kind == ERR_USAGE && e.hint[0] != '\0';
    CHECK(refused, "a text that is no account is refused with a hint");
    arena_close(arena);
}

int main(void)
{
    test_parsing();
    test_texts();
    test_equality();
    test_chart();
    test_stops();
    return tap_end();
}
