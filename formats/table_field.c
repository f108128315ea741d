#include "formats/table.h"

#include <inttypes.h>
#include <string.h>

#include "base/date.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_key(struct str s)
{
    for (size_t i = 0; i < s.length; i++)
        if (!is_digit(s.data[i]) && !is_capital(s.data[i]))
            return false;
    return s.length > 0;
}

static bool is_digits_of(struct str s, size_t length)
{
    return s.length == length && str_is_digits(s);
}

/* GB 11643: 17 digits and a check digit by ISO 7064 MOD 11-2. */
static bool is_citizen_id(struct str s)
{
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    if (s.length != 18 || !str_is_digits((struct str){s.data, 17}))
        return false;
    for (int i = 0; i < 17; i++)
        sum += (s.data[i] - '0') * weights[i];
    return s.data[17] == "10X98765432"[sum % 11];
}

static bool is_registry_no(struct str s)
{
    struct str rest = {s.data + 1, s.length - 1};
    if (s.length != 19)
        return false;
    return s.data[0] == 'G' ? is_citizen_id(rest)
                            : (s.data[0] == 'J' && is_key(rest)) || (s.data[0] == 'L' && str_is_digits(rest));
}

/* A citizen id where there are 18 characters; else a passport or permit, of which only the alphabet is known.
 */
static bool is_id_no(struct str s)
{
    if (s.length == 18)
        return is_citizen_id(s);
    for (size_t i = 0; i < s.length; i++)
        if (!is_digit(s.data[i]) && !is_capital((char)(s.data[i] & ~0x20)))
            return false;
    return s.length > 0 && s.length <= 30;
}

static bool is_card_no(struct str s)
{
    int64_t card_no = 0;
    return s.length == 18 && str_to_int64(s, &card_no) && str_card_is_valid(card_no);
}

static bool is_time(struct str s)
{
    char stamp[] = "2000-01-01 hh:mm:00";
    int64_t moment = 0;
    if (s.length != 5)
        return false;
    memcpy(stamp + 11, s.data, 5);
    return date_parse_stamp(str_of(stamp), &moment);
}

/* Reads a class at *at and moves on; 0 when there is none from 1 to 120. */
static int read_class(struct str s, size_t *at)
{
    int value = 0;
    size_t from = *at;
    while (*at < s.length && *at - from < 3 && is_digit(s.data[*at]))
        value = value * 10 + (s.data[(*at)++] - '0');
    return value <= 120 ? value : 0;
}

static bool is_classes(struct str s)
{
    size_t at = 0;
    for (;;) {
        int first = read_class(s, &at), last = first;
        if (at < s.length && s.data[at] == '-') {
            at++;
            last = read_class(s, &at);
        }
        if (first == 0 || last < first)
            return false;
        if (at == s.length)
            return true;
        if (s.data[at++] != ';')
            return false;
    }
}

static bool is_integer(struct str s, int64_t minimum, int64_t maximum)
{
    int64_t value = 0;
    bool is_negative = minimum < 0 && s.length > 0 && s.data[0] == '-';
    if (is_negative)
        s = (struct str){s.data + 1, s.length - 1};
    if (!str_to_int64(s, &value))
        return false;
    value = is_negative ? -value : value;
    return value >= minimum && value <= maximum;
}

static bool is_text(struct str s, int64_t minimum, int64_t maximum)
{
    int64_t characters = 0;
    for (size_t i = 0; i < s.length; i++) {
        unsigned char c = (unsigned char)s.data[i];
        if (c < 0x20 || c == 0x7F)
            return false;
        characters += (c & 0xC0) != 0x80;
    }
    return characters >= minimum && characters <= maximum;
}

static bool is_choice(struct str s, const char *choices)
{
    for (const char *at = choices; at; at = strchr(at, '|'), at = at ? at + 1 : NULL) {
        size_t length = strcspn(at, "|");
        if (length == s.length && memcmp(at, s.data, length) == 0)
            return true;
    }
    return false;
}

static bool is_sha256(struct str s)
{
    uint8_t digest[32];
    return str_unhex(s, digest, sizeof digest);
}

static bool is_date(struct str s)
{
    int32_t day = 0;
    return date_parse(s, &day);
}

static bool is_stamp(struct str s)
{
    int64_t moment = 0;
    return date_parse_stamp(s, &moment);
}

static bool is_of_form(const struct table_column *column, struct str s)
{
    switch (column->type) {
    case TABLE_TEXT:
        return is_text(s, column->minimum, column->maximum);
    case TABLE_DIGITS:
        return str_is_digits(s) && (int64_t)s.length >= column->minimum &&
               (int64_t)s.length <= column->maximum;
    case TABLE_INTEGER:
        return is_integer(s, column->minimum, column->maximum);
    case TABLE_CHOICE:
        return is_choice(s, column->choices);
    case TABLE_DATE:
        return is_date(s);
    case TABLE_STAMP:
        return is_stamp(s);
    case TABLE_TIME:
        return is_time(s);
    case TABLE_CARD_NO:
        return is_card_no(s);
    case TABLE_SCHOOL_CODE:
        return is_digits_of(s, 10);
    case TABLE_MERCHANT_NO:
        return is_digits_of(s, 15);
    case TABLE_DEVICE_NO:
        return is_digits_of(s, 8);
    case TABLE_PSAM_NO:
        return is_digits_of(s, 12);
    case TABLE_PERSON_NO:
        return is_key(s) && s.length <= 20;
    case TABLE_REGISTRY_NO:
        return is_registry_no(s);
    case TABLE_ID_NO:
        return is_id_no(s);
    case TABLE_MOBILE:
        return is_digits_of(s, 11) && s.data[0] == '1';
    case TABLE_CLASSES:
        return is_classes(s);
    case TABLE_SHA256:
        return is_sha256(s);
    }
    return false;
}

static void describe_range(const struct table_column *column, const char *unit, struct buf *words)
{
    if (column->minimum == column->maximum)
        buf_printf(words, "is not %" PRId64 " %s", column->minimum, unit);
    else
        buf_printf(words, "is not %" PRId64 " to %" PRId64 " %s", column->minimum, column->maximum, unit);
}

static void describe_choices(const char *choices, struct buf *words)
{
    buf_add_text(words, "is not one of ");
    for (const char *at = choices; *at; at++)
        buf_add(words, *at == '|' ? ", " : at, *at == '|' ? 2 : 1);
}

static const char *fixed_description(enum table_type type)
{
    static const char *const texts[] = {
        [TABLE_DATE] = "is not a date YYYY-MM-DD",
        [TABLE_STAMP] = "is not a time YYYY-MM-DD hh:mm:ss",
        [TABLE_TIME] = "is not a time hh:mm",
        [TABLE_CARD_NO] = "is not 18 digits with a right luhn digit",
        [TABLE_SCHOOL_CODE] = "is not 10 digits",
        [TABLE_MERCHANT_NO] = "is not 15 digits",
        [TABLE_DEVICE_NO] = "is not 8 digits",
        [TABLE_PSAM_NO] = "is not 12 digits",
        [TABLE_PERSON_NO] = "is not 1 to 20 of 0-9 and A-Z",
        [TABLE_REGISTRY_NO] =
            "is not a registry number: G and a citizen id, J and 18 characters, L and 18 digits",
        [TABLE_ID_NO] = "is not an id number, or its check digit is wrong",
        [TABLE_MOBILE] = "is not 11 digits beginning with 1",
        [TABLE_CLASSES] = "is not card classes from 1 to 120 like 1-40;77",
        [TABLE_SHA256] = "is not 64 hex digits",
    };
    return texts[type];
}

const char *table_field_fault(const struct table_column *column, struct str value, struct buf *words)
{
    if (is_of_form(column, value))
        return NULL;
    buf_reset(words);
    switch (column->type) {
    case TABLE_TEXT:
        describe_range(column, "printable characters", words);
        break;
    case TABLE_DIGITS:
        describe_range(column, "digits", words);
        break;
    case TABLE_INTEGER:
        buf_printf(words, "is not a whole number from %" PRId64 " to %" PRId64, column->minimum,
                   column->maximum);
        break;
    case TABLE_CHOICE:
        describe_choices(column->choices, words);
        break;
    default:
        buf_add_text(words, fixed_description(column->type));
        break;
    }
    return words->failed ? "is not of its form" : words->data;
}
