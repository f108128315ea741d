/* What a card has spent on each of its own days, without a database: any number of days in any order. */
#include "ledger/day_sums.h"

#include "tests/unit/tap.h"

enum { FIRST_DAY = 20000, DAYS = 200000 };

static int64_t add(struct day_sums *sums, const struct card *card, int32_t day, uint32_t amount_fen)
{
    struct err e;
    int64_t sum_fen = 0;
    const struct record r = {.occurred_at = date_moment(day, 12, 0, 0), .amount_fen = amount_fen};
    ALWAYS(day_sums_add(sums, card, &r, &sum_fen, &e));
    return sum_fen;
}

static void test_each_day_has_its_sum(void)
{
    struct day_sums sums = {0};
    struct card card = {.was_day = FIRST_DAY + 7, .was_day_fen = 500, .day = FIRST_DAY + 7, .day_fen = 500};
    bool right = true;
    for (int round = 1; round <= 3; round++)
        for (int i = 0; i < 100; i++) {
            int day = i * 37 % 100; /* each once, in no order */
            int64_t was_fen = day == 7 ? 500 : 0;
            right = right && add(&sums, &card, FIRST_DAY + day, 10) == was_fen + 10 * round;
        }
    CHECK(right, "R-10 each of a hundred days has its own sum, the newest one goes on");
    day_sums_keep(&sums, &card);
    CHECK(card.day == FIRST_DAY + 99 && card.day_fen == 30, "R-10 the newest day comes into the card's state");
    CHECK_INT(add(&sums, &card, FIRST_DAY + 50, 10), 10, "R-10 the next card begins anew");
    CHECK_INT(add(&sums, &card, FIRST_DAY + 51, 10), 10, "R-10 and has few days");
    CHECK_INT(add(&sums, &card, FIRST_DAY + 50, 10), 20, "R-10 of any order");
    day_sums_close(&sums);
}

/* Steps are counted: a look through all days for each would be thousands of times as many. */
static void test_many_days_cost_no_more_each(void)
{
    struct day_sums sums = {0};
    struct card card = {.was_day = DATE_NO_DAY, .day = DATE_NO_DAY};
    bool right = true;
    for (int round = 1; round <= 2; round++)
        for (int i = 0; i < DAYS; i++)
            right = right && add(&sums, &card, FIRST_DAY + i, 1) == round;
    CHECK(right, "R-10 a card may have purchases of any number of days");
    CHECK(sums.slots.probes > 0 && sums.slots.probes < UINT64_C(20) * DAYS, "a card with 200,000 days is judged in linear time");
    day_sums_close(&sums);
}

int main(void)
{
    test_each_day_has_its_sum();
    test_many_days_cost_no_more_each();
    return tap_end();
}
