/* The periods of RULES.md 5 and their names in FORMATS.md 11 and 13. */
#include "ledger/period.h"

#include "base/date.h"
#include "base/err.h"
#include "tests/unit/tap.h"

static int32_t day_of(const char *text)
{
    int32_t day = 0;
    ALWAYS(date_parse(str_of(text), &day));
    return day;
}

/* "from to name" of the period that ends on the day, or "none". */
static const char *ending(enum period_cycle cycle, const char *day)
{
    static char text[64];
    struct period period;
    char from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES];
    if (!period_ending_on(cycle, day_of(day), &period))
        return "none";
    date_format(period.from_day, from);
    date_format(period.to_day, to);
    (void)snprintf(text, sizeof text, "%s %s %s", from, to, period.name);
    return text;
}

static void check_ends(void)
{
    CHECK_TEXT(ending(PERIOD_DAY, "2026-03-02"), "2026-03-02 2026-03-02 2026-03-02",
               "each date is a day's period");
    CHECK_TEXT(ending(PERIOD_WEEK, "2026-03-08"), "2026-03-02 2026-03-08 2026-W10",
               "a week ends on its Sunday");
    CHECK_TEXT(ending(PERIOD_WEEK, "2026-03-07"), "none", "no week ends on a Saturday");
    CHECK_TEXT(ending(PERIOD_WEEK, "2026-03-09"), "none", "no week ends on a Monday");
    CHECK_TEXT(ending(PERIOD_MONTH, "2026-03-31"), "2026-03-01 2026-03-31 2026-03",
               "a month ends on its last day");
    CHECK_TEXT(ending(PERIOD_MONTH, "2026-03-30"), "none", "no month of 31 days ends on the 30th");
    CHECK_TEXT(ending(PERIOD_MONTH, "2026-02-28"), "2026-02-01 2026-02-28 2026-02",
               "February ends on the 28th");
    CHECK_TEXT(ending(PERIOD_MONTH, "2028-02-28"), "none",
               "in a leap year February does not end on the 28th");
    CHECK_TEXT(ending(PERIOD_MONTH, "2028-02-29"), "2028-02-01 2028-02-29 2028-02", "but on the 29th");
    CHECK_TEXT(ending(PERIOD_MONTH, "2026-12-31"), "2026-12-01 2026-12-31 2026-12",
               "December ends with the year");
}

static void check_week_names(void)
{
    CHECK_TEXT(ending(PERIOD_WEEK, "2027-01-03"), "2026-12-28 2027-01-03 2026-W53",
               "a week belongs to the ISO year that holds its Thursday");
    CHECK_TEXT(ending(PERIOD_WEEK, "2026-01-04"), "2025-12-29 2026-01-04 2026-W01",
               "the first week of a year may begin in the year before");
}

/* Every day of ten years lies in exactly one period of each cycle, and the periods follow each other. */
static void check_no_day_is_left_out(void)
{
    bool whole = true;
    for (int cycle = 0; cycle < PERIOD_CYCLES; cycle++) {
        struct period period, next;
        period_of_day((enum period_cycle)cycle, day_of("2024-01-01"), &period);
        while (period.to_day < day_of("2034-01-01")) {
            period_of_day((enum period_cycle)cycle, period.to_day + 1, &next);
            whole = whole && next.from_day == period.to_day + 1 && next.to_day >= next.from_day;
            for (int32_t day = period.from_day; day <= period.to_day; day++) {
                struct period same;
                period_of_day((enum period_cycle)cycle, day, &same);
                whole = whole && strcmp(same.name, period.name) == 0 && same.to_day == period.to_day;
            }
            period = next;
        }
    }
    CHECK(whole, "every day of ten years lies in exactly one period of each cycle");
}

int main(void)
{
    check_ends();
    check_week_names();
    check_no_day_is_left_out();
    CHECK_TEXT(period_cycle_word(PERIOD_MONTH), "month", "knows the word of a cycle");
    return tap_end();
}
