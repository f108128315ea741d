#include "ledger/period.h"

#include <stdio.h>

#include "base/date.h"
#include "base/err.h"

static const char *const cycle_words[PERIOD_CYCLES] = {"day", "week", "month"};

const char *period_cycle_word(enum period_cycle cycle)
{
    return cycle_words[cycle];
}

static void fill_day(int32_t day, struct period *period)
{
    period->from_day = period->to_day = day;
    date_format(day, period->name);
}

static void fill_week(int32_t day, struct period *period)
{
    int year = 0, week = 0;
    date_iso_week(day, &year, &week);
    period->from_day = day - (date_weekday(day) - 1);
    period->to_day = period->from_day + 6;
    (void)snprintf(period->name, sizeof period->name, "%04d-W%02d", year, week);
}

static void fill_month(int32_t day, struct period *period)
{
    int year = 0, month = 0, day_of_month = 0;
    date_to_civil(day, &year, &month, &day_of_month);
    period->from_day = day - (day_of_month - 1);
    int32_t next_month = period->from_day + 31; /* lies in the next month, at most on its fourth */
    int next_day_of_month = 0, next_year = 0, next = 0;
    date_to_civil(next_month, &next_year, &next, &next_day_of_month);
    period->to_day = next_month - next_day_of_month;
    (void)snprintf(period->name, sizeof period->name, "%04d-%02d", year, month);
}

void period_of_day(enum period_cycle cycle, int32_t day, struct period *period)
{
    period->cycle = cycle;
    switch (cycle) {
    case PERIOD_DAY:
        fill_day(day, period);
        return;
    case PERIOD_WEEK:
        fill_week(day, period);
        return;
    case PERIOD_MONTH:
        fill_month(day, period);
        return;
    }
    ALWAYS(false);
}

bool period_ending_on(enum period_cycle cycle, int32_t day, struct period *period)
{
    struct period found;
    period_of_day(cycle, day, &found);
    if (found.to_day != day)
        return false;
    *period = found;
    return true;
}
