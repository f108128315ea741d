#include "base/date.h"

#include <stdio.h>
#include <string.h>

static int32_t days_from_civil(int year, int month, int day_of_month)
{
    int y = year - (month <= 2);
    int era = y / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day_of_month - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

bool date_from_civil(int year, int month, int day_of_month, int32_t *day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1900 || year > 9999 || month < 1 || month > 12 || day_of_month < 1)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    int length = lengths[month - 1] + (month == 2 && leap);
    if (day_of_month > length)
        return false;
    *day = days_from_civil(year, month, day_of_month);
    return true;
}

void date_to_civil(int32_t day, int *year, int *month, int *day_of_month)
{
    int z = day + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int day_of_era = z - era * 146097;
    int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted_month = (5 * day_of_year + 2) / 153;
    *day_of_month = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    *month = shifted_month + (shifted_month < 10 ? 3 : -9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

int date_weekday(int32_t day)
{
    int shifted = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return (shifted < 0 ? shifted + 7 : shifted) + 1;
}

/* The number that `count` digits at `at` make, -1 when one is not a digit. */
static int digits(const char *at, int count)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (at[i] < '0' || at[i] > '9')
            return -1;
        value = value * 10 + (at[i] - '0');
    }
    return value;
}

bool date_parse(struct str text, int32_t *day)
{
    if (text.length != 10 || text.data[4] != '-' || text.data[7] != '-')
        return false;
    return date_from_civil(digits(text.data, 4), digits(text.data + 5, 2), digits(text.data + 8, 2), day);
}

void date_format(int32_t day, char out[DATE_TEXT_BYTES])
{
    int year = 0, month = 0, day_of_month = 0;
    date_to_civil(day, &year, &month, &day_of_month);
    (void)snprintf(out, DATE_TEXT_BYTES, "%04u-%02u-%02u", (unsigned)year % 10000u, (unsigned)month % 100u,
                   (unsigned)day_of_month % 100u);
}

int64_t date_moment(int32_t day, int hour, int minute, int second)
{
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return DATE_NO_MOMENT;
    return (int64_t)day * DATE_SECONDS_A_DAY + hour * 3600 + minute * 60 + second - DATE_ZONE_SECONDS;
}

static bool stamp_time(const char *at, const int places[3], int32_t day, int64_t *moment)
{
    int64_t found = date_moment(day, digits(at + places[0], 2), digits(at + places[1], 2), digits(at + places[2], 2));
    if (found == DATE_NO_MOMENT)
        return false;
    *moment = found;
    return true;
}

/* "YYYY-MM-DD hh:mm:ss" with another character between date and time. */
static bool parse_stamp(struct str text, char between, int64_t *moment)
{
    int32_t day = 0;
    if (text.length != 19 || text.data[10] != between || text.data[13] != ':' || text.data[16] != ':')
        return false;
    return date_parse((struct str){text.data, 10}, &day) && stamp_time(text.data, (int[]){11, 14, 17}, day, moment);
}

bool date_parse_stamp(struct str text, int64_t *moment)
{
    return parse_stamp(text, ' ', moment);
}

bool date_parse_iso(struct str text, int64_t *moment)
{
    return text.length == 25 && memcmp(text.data + 19, "+08:00", 6) == 0 &&
           parse_stamp((struct str){text.data, 19}, 'T', moment);
}

bool date_parse_compact(struct str text, int64_t *moment)
{
    int32_t day = 0;
    if (text.length != 14)
        return false;
    return date_from_civil(digits(text.data, 4), digits(text.data + 4, 2), digits(text.data + 6, 2), &day) &&
           stamp_time(text.data, (int[]){8, 10, 12}, day, moment);
}

void date_format_stamp(int64_t moment, char out[DATE_STAMP_BYTES])
{
    char date[DATE_TEXT_BYTES];
    date_format(date_day_of(moment), date);
    unsigned second = (unsigned)date_second_of_day(moment);
    (void)snprintf(out, DATE_STAMP_BYTES, "%s %02u:%02u:%02u", date, second / 3600 % 24, second / 60 % 60, second % 60);
}

int32_t date_second_of_day(int64_t moment)
{
    int64_t second = (moment + DATE_ZONE_SECONDS) % DATE_SECONDS_A_DAY;
    return (int32_t)(second < 0 ? second + DATE_SECONDS_A_DAY : second);
}

void date_iso_week(int32_t day, int *year, int *week)
{
    int month = 0, day_of_month = 0;
    int32_t thursday = day - date_weekday(day) + 4;
    date_to_civil(thursday, year, &month, &day_of_month);
    *week = (thursday - days_from_civil(*year, 1, 1)) / 7 + 1;
}
