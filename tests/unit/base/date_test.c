#include "base/date.h"

#include "tests/unit/tap.h"

static int32_t day_of(const char *text)
{
    int32_t day = DATE_NO_DAY;
    (void)date_parse(str_of(text), &day);
    return day;
}

static void test_civil(void)
{
    CHECK_INT(day_of("1970-01-01"), 0, "the first day is 1970-01-01");
    CHECK_INT(day_of("1969-12-31"), -1, "the day before is -1");
    CHECK_INT(day_of("2000-01-01"), 10957, "2000-01-01 is what PostgreSQL counts from");
    CHECK(day_of("2024-02-29") != DATE_NO_DAY, "2024 is a leap year");
    CHECK(day_of("2000-02-29") != DATE_NO_DAY, "2000 is a leap year");
    CHECK(day_of("1900-02-29") == DATE_NO_DAY, "1900 is none");
    CHECK(day_of("2023-02-29") == DATE_NO_DAY, "2023 is none");
    CHECK(day_of("2100-02-29") == DATE_NO_DAY, "2100 is none");
    CHECK_INT(day_of("2024-03-01") - day_of("2024-02-28"), 2, "February 2024 has 29 days");
    CHECK_INT(day_of("2100-03-01") - day_of("2100-02-28"), 1, "February 2100 has 28 days");

    bool agrees = true;
    int last_year = 1900, last_month = 1, last_day = 0;
    for (int32_t day = day_of("1900-01-01"); agrees && day <= day_of("9999-12-31"); day++) {
        int year = 0, month = 0, day_of_month = 0;
        int32_t again = 0;
        date_to_civil(day, &year, &month, &day_of_month);
        agrees = date_from_civil(year, month, day_of_month, &again) && again == day;
        bool follows = (year == last_year && month == last_month && day_of_month == last_day + 1) ||
                       (day_of_month == 1 && (year * 12 + month == last_year * 12 + last_month + 1));
        agrees = agrees && follows;
        last_year = year, last_month = month, last_day = day_of_month;
    }
    CHECK(agrees, "every day from 1900 to 9999 follows the one before and comes back the same");
    CHECK(day_of("1899-12-31") == DATE_NO_DAY, "1899 is refused");
}

static void test_parse(void)
{
    static const char *const bad[] = {"2024-00-01", "2024-13-01",  "2024-01-00", "2024-01-32", "2024-04-31",
                                      "24-01-01",   "2024/01/01",  "2024-1-1",   "2024-01-1x", " 2024-01-0",
                                      "",           "2024-01-011", "20240101",   "2024-0101-", "-024-01-01"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(day_of(bad[i]) == DATE_NO_DAY, bad[i]);
    char text[DATE_TEXT_BYTES];
    date_format(day_of("2026-03-02"), text);
    CHECK_TEXT(text, "2026-03-02", "a day is written as it was read");
    date_format(day_of("9999-12-31"), text);
    CHECK_TEXT(text, "9999-12-31", "the last day is written");
    int32_t untouched = 5;
    CHECK(!date_parse(str_of("2024-02-30"), &untouched) && untouched == 5,
          "a date that is refused changes nothing");
}

static void test_stamps(void)
{
    int64_t moment = 0, compact = 0;
    char text[DATE_STAMP_BYTES];
    CHECK(date_parse_stamp(str_of("1970-01-01 08:00:00"), &moment) && moment == 0,
          "08:00 in Shanghai is 0 of UTC");
    CHECK(date_parse_stamp(str_of("2026-03-02 23:59:59"), &moment), "the last second of a day is read");
    date_format_stamp(moment, text);
    CHECK_TEXT(text, "2026-03-02 23:59:59", "a stamp is written as it was read");
    CHECK(date_parse_compact(str_of("20260302235959"), &compact) && compact == moment, "both forms agree");
    CHECK(date_parse_iso(str_of("2026-03-02T23:59:59+08:00"), &compact) && compact == moment, "all three forms agree");
    CHECK(!date_parse_iso(str_of("2026-03-02 23:59:59+08:00"), &compact) &&
              !date_parse_iso(str_of("2026-03-02T23:59:59+09:00"), &compact) &&
              !date_parse_iso(str_of("2026-03-02T23:59:59Z"), &compact) &&
              !date_parse_iso(str_of("2026-02-30T23:59:59+08:00"), &compact) && compact == moment,
          "an iso time of another zone or form is refused");
    CHECK_INT(date_day_of(moment), day_of("2026-03-02"), "the last second belongs to its day");
    CHECK_INT(date_day_of(moment + 1), day_of("2026-03-03"), "the next one to the next");
    CHECK_INT(date_second_of_day(moment), 86399, "seconds of a day run to 86399");
    CHECK_INT(date_second_of_day(moment + 1), 0, "and begin at 0");
    CHECK(date_parse_stamp(str_of("1960-05-05 00:00:01"), &moment), "a time before 1970 is read");
    CHECK_INT(date_day_of(moment), day_of("1960-05-05"), "a time before 1970 has its day");
    CHECK_INT(date_second_of_day(moment), 1, "a time before 1970 has its second");
    date_format_stamp(moment, text);
    CHECK_TEXT(text, "1960-05-05 00:00:01", "a time before 1970 is written");
    CHECK(date_moment(0, 24, 0, 0) == DATE_NO_MOMENT && date_moment(0, 0, 60, 0) == DATE_NO_MOMENT &&
              date_moment(0, 0, 0, 60) == DATE_NO_MOMENT && date_moment(0, -1, 0, 0) == DATE_NO_MOMENT,
          "times that do not exist are no moment");
    static const char *const bad[] = {"2026-03-02 24:00:00", "2026-03-02 23:60:00", "2026-03-02 23:59:60",
                                      "2026-03-02T23:59:59", "2026-03-02 23:59",    "2026-02-30 00:00:00",
                                      "2026-03-02 2a:59:59", "2026-03-02 23-59-59"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(!date_parse_stamp(str_of(bad[i]), &moment), bad[i]);
    static const char *const bad_compact[] = {"20260302240000",  "20260230000000", "2026030223595",
                                              "202603022359590", "2026030223595x", "2026-3-0223595"};
    for (size_t i = 0; i < sizeof bad_compact / sizeof bad_compact[0]; i++)
        CHECK(!date_parse_compact(str_of(bad_compact[i]), &moment), bad_compact[i]);
}

static void check_week(const char *date, int year, int week)
{
    char fact[64];
    int found_year = 0, found_week = 0;
    date_iso_week(day_of(date), &found_year, &found_week);
    (void)snprintf(fact, sizeof fact, "%s lies in %d-W%02d", date, year, week);
    CHECK(found_year == year && found_week == week, fact);
}

static void test_weeks(void)
{
    CHECK_INT(date_weekday(day_of("1970-01-01")), 4, "1970-01-01 was a Thursday");
    CHECK_INT(date_weekday(day_of("2026-03-02")), 1, "2026-03-02 is a Monday");
    CHECK_INT(date_weekday(day_of("1969-12-28")), 7, "1969-12-28 was a Sunday");
    check_week("2024-12-29", 2024, 52);
    check_week("2024-12-30", 2025, 1); /* a Monday: its Thursday is in 2025 */
    check_week("2025-01-01", 2025, 1);
    check_week("2020-12-31", 2020, 53);
    check_week("2021-01-03", 2020, 53);
    check_week("2021-01-04", 2021, 1);
    check_week("2022-01-02", 2021, 52);
    check_week("2026-12-31", 2026, 53);
    check_week("2027-01-01", 2026, 53);
    check_week("2016-01-01", 2015, 53);
    check_week("2018-01-01", 2018, 1);
    check_week("1969-12-29", 1970, 1);
}

int main(void)
{
    test_civil();
    test_parse();
    test_stamps();
    test_weeks();
    return tap_end();
}
