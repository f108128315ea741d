#include "formats/iso_value.h"

#include <string.h>

#include "base/date.h"
#include "formats/field.h"

enum { DATE_BYTES = 10, STAMP_BYTES = 19, ZONE_BYTES = 6, IBAN_BYTES_MAX = 34, IBAN_BYTES_MIN = 5 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool refuse(struct str text, const char *why, struct err *e)
{
    char shown[STR_SHOWN_BYTES];
    str_show(text, shown);
    return err_set(e, ERR_INPUT, "\"%s\" %s", shown, why);
}

/* The parts of an xs:decimal without sign; false where it is none. */
static bool split_decimal(struct str text, struct str *whole, struct str *fraction)
{
    const char *dot = text.length > 0 ? memchr(text.data, '.', text.length) : NULL;
    size_t whole_length = dot ? (size_t)(dot - text.data) : text.length;
    *whole = (struct str){text.data, whole_length};
    *fraction = dot ? (struct str){dot + 1, text.length - whole_length - 1} : (struct str){"", 0};
    return (whole->length > 0 || fraction->length > 0) && (whole->length == 0 || str_is_digits(*whole)) &&
           (fraction->length == 0 || str_is_digits(*fraction));
}

static struct str without_zeros(struct str digits)
{
    while (digits.length > 0 && digits.data[0] == '0')
        digits = (struct str){digits.data + 1, digits.length - 1};
    return digits;
}

bool iso_amount(struct str text, int64_t *amount_fen, struct err *e)
{
    struct str whole, fraction, value = text;
    bool is_negative = text.length > 0 && text.data[0] == '-';
    int64_t yuan = 0;
    *amount_fen = 0;
    if (text.length > 0 && (is_negative || text.data[0] == '+'))
        value = (struct str){text.data + 1, text.length - 1};
    if (!split_decimal(value, &whole, &fraction))
        return refuse(text, "is not an amount, as 12.50", e);
    while (fraction.length > 0 && fraction.data[fraction.length - 1] == '0')
        fraction.length--;
    if (fraction.length > 2)
        return refuse(text, "has more than two decimals", e);
    whole = without_zeros(whole);
    if (whole.length > 13 || (whole.length > 0 && !str_to_int64(whole, &yuan)))
        return refuse(text, "is more than an amount can be", e);
    *amount_fen = yuan * 100 + (fraction.length > 0 ? (fraction.data[0] - '0') * 10 : 0) +
                  (fraction.length > 1 ? fraction.data[1] - '0' : 0);
    return (!is_negative || *amount_fen == 0) || refuse(text, "is negative", e);
}

/* "Z", "+hh:mm" or "-hh:mm" → seconds east of Greenwich. */
static bool read_zone(struct str text, int32_t *seconds)
{
    int64_t hours = 0, minutes = 0;
    *seconds = 0;
    if (str_equal(text, "Z"))
        return true;
    if (text.length != ZONE_BYTES || (text.data[0] != '+' && text.data[0] != '-') || text.data[3] != ':' ||
        !field_digits((struct str){text.data + 1, 2}, 2, &hours) ||
        !field_digits((struct str){text.data + 4, 2}, 2, &minutes) || hours > 14 || minutes > 59)
        return false;
    *seconds = (int32_t)((hours * 60 + minutes) * 60) * (text.data[0] == '-' ? -1 : 1);
    return true;
}

bool iso_day(struct str text, int32_t *day)
{
    int32_t zone = 0;
    *day = DATE_NO_DAY;
    if (text.length > DATE_BYTES && !read_zone((struct str){text.data + DATE_BYTES, text.length - DATE_BYTES}, &zone))
        return false;
    return text.length >= DATE_BYTES && date_parse((struct str){text.data, DATE_BYTES}, day);
}

/* "24:00:00" is the end of a day, and no other time of that hour is. */
static bool read_time(struct str text, int32_t *second)
{
    int64_t hours = 0, minutes = 0, seconds = 0;
    if (text.data[2] != ':' || text.data[5] != ':' || !field_digits((struct str){text.data, 2}, 2, &hours) ||
        !field_digits((struct str){text.data + 3, 2}, 2, &minutes) ||
        !field_digits((struct str){text.data + 6, 2}, 2, &seconds) || minutes > 59 || seconds > 59 || hours > 24 ||
        (hours == 24 && minutes + seconds > 0))
        return false;
    *second = (int32_t)((hours * 60 + minutes) * 60 + seconds);
    return true;
}

bool iso_moment(struct str text, int64_t *moment)
{
    int32_t day = 0, second = 0, zone = DATE_ZONE_SECONDS;
    size_t at = STAMP_BYTES;
    *moment = DATE_NO_MOMENT;
    if (text.length < STAMP_BYTES || text.data[DATE_BYTES] != 'T' || !date_parse((struct str){text.data, DATE_BYTES}, &day) ||
        !read_time((struct str){text.data + DATE_BYTES + 1, 8}, &second))
        return false;
    if (at < text.length && text.data[at] == '.') {
        size_t from = ++at;
        while (at < text.length && is_digit(text.data[at]))
            at++;
        if (at == from)
            return false;
    }
    if (at < text.length && !read_zone((struct str){text.data + at, text.length - at}, &zone))
        return false;
    *moment = (int64_t)day * DATE_SECONDS_A_DAY + second - zone;
    return true;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_alphanumeric(char c)
{
    return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z');
}

bool iso_is_iban(struct str text)
{
    unsigned rest = 0;
    if (text.length < IBAN_BYTES_MIN || text.length > IBAN_BYTES_MAX || !is_upper(text.data[0]) || !is_upper(text.data[1]) ||
        !is_digit(text.data[2]) || !is_digit(text.data[3]))
        return false;
    for (size_t i = 0; i < text.length; i++) { /* the first four come last */
        char c = text.data[(i + 4) % text.length];
        if (!is_alphanumeric(c))
            return false;
        unsigned value = is_digit(c) ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a') + 10;
        rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
    }
    return rest == 1;
}

bool iso_is_bic(struct str text)
{
    if (text.length != 8 && text.length != 11)
        return false;
    for (size_t i = 0; i < text.length; i++)
        if (!is_upper(text.data[i]) && (!is_digit(text.data[i]) || i == 4 || i == 5))
            return false;
    return true;
}
