#include "base/money.h"

#include "tests/unit/tap.h"

static void check_yuan(int64_t fen, const char *wanted)
{
    char text[MONEY_TEXT_BYTES];
    money_format_yuan(fen, text);
    CHECK_TEXT(text, wanted, wanted);
}

static void test_yuan(void)
{
    check_yuan(0, "0.00");
    check_yuan(5, "0.05");
    check_yuan(-5, "-0.05");
    check_yuan(100, "1.00");
    check_yuan(99999, "999.99");
    check_yuan(100000, "1,000.00");
    check_yuan(-123456, "-1,234.56");
    check_yuan(123456789, "1,234,567.89");
    check_yuan(INT64_MAX, "92,233,720,368,547,758.07");
    check_yuan(INT64_MIN, "-92,233,720,368,547,758.08");
}

static void test_add(void)
{
    struct err e;
    int64_t sum = 7;
    CHECK(money_add(&sum, -10, &e) && sum == -3, "an amount is added");
    sum = INT64_MAX - 1;
    CHECK(money_add(&sum, 1, &e) && sum == INT64_MAX, "the largest sum is good");
    CHECK(!money_add(&sum, 1, &e) && e.kind == ERR_BUG, "a sum above it is refused");
    CHECK(sum == INT64_MAX, "a refused sum is untouched");
    sum = INT64_MIN;
    CHECK(!money_add(&sum, -1, &e) && sum == INT64_MIN, "a sum below the smallest is refused");
}

static void test_share(void)
{
    CHECK_INT(money_share(1000, 3, 7), 428, "a share is rounded down (R-21)");
    CHECK_INT(money_share(1000, 0, 7), 0, "no part is worth nothing");
    CHECK_INT(money_share(1000, 7, 7), 1000, "the whole is worth the sum");
    CHECK_INT(money_share(1000, 14, 7), 2000, "more may be missing than was counted");
    CHECK_INT(money_share(4294967295, 4294967294, 1), INT64_MAX, "what no sum can hold is the largest");
    CHECK_INT(money_share(0, 5, 1), 0, "a part of nothing is nothing");
    CHECK(money_share(INT64_MAX, 1000000, 1000000) == INT64_MAX, "a product above 64 bits does not overflow");
}

static void test_fee(void)
{
    CHECK_INT(money_fee(10000, 60, 0, 0), 60, "0.6 percent of 100 yuan is 60 fen");
    CHECK_INT(money_fee(83, 60, 0, 0), 0, "0.498 fen rounds down");
    CHECK_INT(money_fee(84, 60, 0, 0), 1, "0.504 fen rounds up");
    CHECK_INT(money_fee(5000, 1, 0, 0), 1, "exactly half a fen rounds up");
    CHECK_INT(money_fee(4999, 1, 0, 0), 0, "just under half a fen rounds down");
    CHECK_INT(money_fee(15000, 1, 0, 0), 2, "one and a half rounds up");
    CHECK_INT(money_fee(10000, 0, 0, 0), 0, "a rate of nothing is no fee");
    CHECK_INT(money_fee(10000, 10000, 0, 0), 10000, "the whole rate is the turnover");
    CHECK_INT(money_fee(100, 60, 50, 0), 50, "a fee is at least the minimum");
    CHECK_INT(money_fee(1000000, 60, 50, 2000), 2000, "a fee is at most the maximum");
    CHECK_INT(money_fee(1000000, 60, 0, 0), 6000, "a maximum of 0 is none");
    CHECK_INT(money_fee(0, 60, 50, 0), 0, "without turnover not even the minimum is due");
    CHECK_INT(money_fee(-500, 60, 50, 0), 0, "a turnover below zero has no fee");
    CHECK_INT(money_fee(1, 0, 50, 2000), 50, "the minimum is due from the first fen");
    CHECK(money_fee(INT64_MAX, 10000, 0, 0) == INT64_MAX, "the largest turnover does not overflow");
}

int main(void)
{
    test_yuan();
    test_add();
    test_share();
    test_fee();
    return tap_end();
}
