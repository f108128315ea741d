/* date: days and moments of Asia/Shanghai (+08:00, no daylight saving; FORMATS.md 0), without clock or locale.
 *
 * A day is the number of days since 1970-01-01 (int32_t); a moment is seconds since 1970-01-01T00:00:00Z
 * (int64_t). */
#ifndef DAYBOOK_BASE_DATE_H
#define DAYBOOK_BASE_DATE_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum { DATE_TEXT_BYTES = 11, DATE_STAMP_BYTES = 20, DATE_SECONDS_A_DAY = 86400, DATE_ZONE_SECONDS = 8 * 3600 };
#define DATE_NO_DAY INT32_MIN    /* an open end or "none" */
#define DATE_NO_MOMENT INT64_MIN /* a date or time that does not exist */

/* False when there is no such date (years 1900 to 9999). */
bool date_from_civil(int year, int month, int day_of_month, int32_t *day);
void date_to_civil(int32_t day, int *year, int *month, int *day_of_month);
int date_weekday(int32_t day); /* 1 Monday to 7 Sunday */

bool date_parse(struct str text, int32_t *day);                /* "YYYY-MM-DD" */
void date_format(int32_t day, char out[DATE_TEXT_BYTES]);      /* "YYYY-MM-DD" */
bool date_parse_stamp(struct str text, int64_t *moment);       /* "YYYY-MM-DD hh:mm:ss" */
void date_format_stamp(int64_t moment, char out[DATE_STAMP_BYTES]);
bool date_parse_iso(struct str text, int64_t *moment);         /* "YYYY-MM-DDThh:mm:ss+08:00" */
bool date_parse_compact(struct str text, int64_t *moment);     /* "YYYYMMDDhhmmss" */

/* DATE_NO_MOMENT when the parts do not exist. */
int64_t date_moment(int32_t day, int hour, int minute, int second);
static inline int32_t date_day_of(int64_t moment) /* the day it is in Shanghai */
{
    int64_t local = moment + DATE_ZONE_SECONDS;
    return (int32_t)(local / DATE_SECONDS_A_DAY - (local % DATE_SECONDS_A_DAY < 0));
}
int32_t date_second_of_day(int64_t moment);   /* 0 to 86399, in Shanghai */

/* The ISO 8601 week a day lies in. */
void date_iso_week(int32_t day, int *year, int *week);

#endif
