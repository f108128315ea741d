#include "formats/field.h"

#include <string.h>

#include "base/date.h"

enum { NUMBER_DIGITS = 20, CARD_DIGITS = 18, CARD_DIGITS_PADDED = 20, DATE_DIGITS = 8, TIME_DIGITS = 6, AMOUNT_DIGITS = 15 };

bool field_number(struct str text, uint32_t largest, uint32_t *value)
{
    uint64_t sum = 0;
    *value = 0;
    if (text.length == 0 || text.length > NUMBER_DIGITS)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        unsigned digit = (unsigned)text.data[i] - '0';
        if (digit > 9)
            return false;
        sum = sum * 10 + digit;
        if (sum > largest)
            return false;
    }
    *value = (uint32_t)sum;
    return true;
}

bool field_digits(struct str text, size_t count, int64_t *value)
{
    int64_t sum = 0;
    unsigned bad = 0;
    *value = 0;
    if (text.length != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        unsigned digit = (unsigned)text.data[i] - '0';
        bad |= digit > 9;
        sum = (int64_t)((uint64_t)sum * 10 + digit);
    }
    if (bad)
        return false;
    *value = sum;
    return true;
}

bool field_amount(struct str text, int64_t *amount_fen)
{
    *amount_fen = 0;
    return text.length <= AMOUNT_DIGITS && (text.length <= 1 || text.data[0] != '0') && text.length > 0 &&
           field_digits(text, text.length, amount_fen);
}

/* The digit sum of Luhn, over digits that are known to be some: every second from the right counts twice. */
static bool has_luhn_digit(const char *digits)
{
    static const uint8_t twice[10] = {0, 2, 4, 6, 8, 1, 3, 5, 7, 9};
    unsigned sum = 0;
    for (int i = 0; i < CARD_DIGITS; i += 2)
        sum += twice[digits[i] - '0'] + (unsigned)(digits[i + 1] - '0');
    return sum % 10 == 0;
}

bool field_card(struct str text, int64_t *card_no)
{
    *card_no = 0;
    if (text.length == CARD_DIGITS_PADDED && memcmp(text.data, "00", 2) == 0)
        text = (struct str){text.data + 2, CARD_DIGITS};
    if (!field_digits(text, CARD_DIGITS, card_no))
        return false;
    if (has_luhn_digit(text.data))
        return true;
    *card_no = 0;
    return false;
}

bool field_moment(struct str date, struct str time, int64_t *moment)
{
    char both[DATE_DIGITS + TIME_DIGITS];
    *moment = DATE_NO_MOMENT;
    if (date.length != DATE_DIGITS || time.length != TIME_DIGITS)
        return false;
    memcpy(both, date.data, DATE_DIGITS);
    memcpy(both + DATE_DIGITS, time.data, TIME_DIGITS);
    return date_parse_compact((struct str){both, sizeof both}, moment);
}

bool field_day(struct str date, int32_t *day)
{
    int64_t value = 0;
    *day = DATE_NO_DAY;
    return field_digits(date, DATE_DIGITS, &value) &&
           date_from_civil((int)(value / 10000), (int)(value / 100 % 100), (int)(value % 100), day);
}

bool field_choice(struct str text, const char *const *words, uint8_t word_count, uint8_t *place)
{
    *place = 0;
    for (uint8_t i = 0; i < word_count && *place == 0; i++)
        if (str_equal(text, words[i]))
            *place = (uint8_t)(i + 1);
    return *place > 0;
}

bool field_byte(struct str text, uint8_t *value)
{
    *value = 0;
    return str_unhex(text, value, 1);
}
