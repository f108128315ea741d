#include "formats/field.h"

#include "base/date.h"
#include "tests/unit/tap.h"

static int64_t number(const char *text, uint32_t largest)
{
    uint32_t value = 7;
    bool good = field_number(str_of(text), largest, &value);
    return good ? (int64_t)value : value == 0 ? -1 : -2;
}

static void reads_numbers(void)
{
    CHECK_INT(number("0", 9), 0, "0 is a number");
    CHECK_INT(number("00012", 99), 12, "leading zeros are free");
    CHECK_INT(number("4294967295", UINT32_MAX), UINT32_MAX, "the largest number is one");
    CHECK_INT(number("4294967296", UINT32_MAX), -1, "one more is none");
    CHECK_INT(number("18446744073709551616", UINT32_MAX), -1, "a number above 64 bits is none");
    CHECK_INT(number("65536", UINT16_MAX), -1, "a number above its own limit is none");
    CHECK_INT(number("00000000000000000012", 99), 12, "20 digits are a number");
    CHECK_INT(number("000000000000000000012", 99), -1, "21 digits are none");
    static const char *const none[] = {"", " 1", "1 ", "-1", "+1", "1.0", "1e3", "0x1", "a", "\xEF\xBC\x91", "1\t"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        CHECK_INT(number(none[i], UINT32_MAX), -1, none[i][0] ? none[i] : "nothing is no number");
}

static int64_t digits(const char *text, size_t count)
{
    int64_t value = 7;
    bool good = field_digits(str_of(text), count, &value);
    return good ? value : value == 0 ? -1 : -2;
}

static void reads_digits(void)
{
    CHECK_INT(digits("13010042", 8), 13010042, "so many digits are read");
    CHECK_INT(digits("999999999999999999", 18), INT64_C(999999999999999999), "18 digits are read");
    CHECK_INT(digits("1301004", 8), -1, "a digit less is none");
    CHECK_INT(digits("130100420", 8), -1, "a digit more is none");
    CHECK_INT(digits("1301004a", 8), -1, "a letter is no digit");
    CHECK_INT(digits("\xFF\xFF", 2), -1, "a byte above ascii is no digit");
}

static int64_t card(const char *text)
{
    int64_t value = 7;
    bool good = field_card(str_of(text), &value);
    return good ? value : value == 0 ? -1 : -2;
}

static void reads_cards(void)
{
    const int64_t card_no = INT64_C(382016122100001003);
    CHECK_INT(card("382016122100001003"), card_no, "18 digits are a card");
    CHECK_INT(card("00382016122100001003"), card_no, "20 digits with 00 are the same card");
    CHECK_INT(card("01382016122100001003"), -1, "20 digits without 00 are none");
    CHECK_INT(card("0382016122100001003"), -1, "19 digits are none");
    CHECK_INT(card("38201612210000100"), -1, "17 digits are none");
    CHECK_INT(card("382016122100001004"), -1, "another luhn digit is none");
    CHECK_INT(card("38201612210000100a"), -1, "a letter is none");
    CHECK_INT(card("00"), -1, "the padding alone is none");
    int wrong = 0;
    for (int64_t number = card_no - 500; number < card_no + 500; number++) {
        char text[19];
        (void)snprintf(text, sizeof text, "%018lld", (long long)number);
        wrong += (card(text) == number) != str_card_is_valid(number);
    }
    CHECK_INT(wrong, 0, "its luhn digit is the one of card numbers everywhere");
}

static const char *moment(const char *date, const char *time)
{
    static char stamp[DATE_STAMP_BYTES];
    int64_t value = 0;
    if (!field_moment(str_of(date), str_of(time), &value))
        return value == DATE_NO_MOMENT ? "none" : "left";
    date_format_stamp(value, stamp);
    return stamp;
}

static void reads_moments(void)
{
    int32_t day = 0, wanted = 0;
    CHECK_TEXT(moment("20240229", "235959"), "2024-02-29 23:59:59", "a date and a time are read");
    CHECK_TEXT(moment("20230229", "120000"), "none", "a day that does not exist is none");
    CHECK_TEXT(moment("20240301", "240000"), "none", "24 o'clock is none");
    CHECK_TEXT(moment("20240301", "126000"), "none", "minute 60 is none");
    CHECK_TEXT(moment("20240301", "120060"), "none", "second 60 is none");
    CHECK_TEXT(moment("202403011", "20000"), "none", "digits belong to their own field");
    CHECK_TEXT(moment("2024030a", "120000"), "none", "a letter is no date");
    CHECK_TEXT(moment("", ""), "none", "nothing is no moment");
    CHECK(field_day(str_of("20240229"), &day) && date_from_civil(2024, 2, 29, &wanted) && day == wanted, "a date is read");
    CHECK(!field_day(str_of("20230229"), &day) && day == DATE_NO_DAY, "a date that does not exist is none");
    CHECK(!field_day(str_of("2023022"), &day) && !field_day(str_of("FFFFFFFF"), &day), "other texts are no dates");
}

static void reads_bytes(void)
{
    uint8_t value = 7, bytes[8];
    CHECK(field_byte(str_of("dB"), &value) && value == 0xDB, "two hex digits of either case are a byte");
    CHECK(!field_byte(str_of("D"), &value) && !field_byte(str_of("DBB"), &value) && !field_byte(str_of("DG"), &value) &&
              value == 0,
          "other texts are none");
    CHECK(field_put(bytes, UINT64_C(0x0102030405060708), 8) == bytes + 8 && memcmp(bytes, "\1\2\3\4\5\6\7\10", 8) == 0 &&
              field_put(bytes, 0xABCD, 2) == bytes + 2 && memcmp(bytes, "\xAB\xCD\3", 3) == 0,
          "numbers are put big-endian");
}

static void finds_words(void)
{
    static const char *const words[] = {"in", "out", "-"};
    uint8_t place = 7;
    CHECK(field_choice(str_of("in"), words, 3, &place) && place == 1, "the first word of a list has place 1");
    CHECK(field_choice(str_of("-"), words, 3, &place) && place == 3, "the last one has the place of its count");
    CHECK(!field_choice(str_of("In"), words, 3, &place) && place == 0, "a word in capitals is another");
    CHECK(!field_choice(str_of("-"), words, 2, &place) && !field_choice(str_of(""), words, 3, &place) &&
              !field_choice((struct str){NULL, 0}, words, 3, &place) && !field_choice(str_of("ou"), words, 3, &place),
          "other texts are none of a list");
}

static void reads_amounts(void)
{
    int64_t fen = 7;
    CHECK(field_amount(str_of("0"), &fen) && fen == 0, "an amount may be nothing");
    CHECK(field_amount(str_of("999999999999999"), &fen) && fen == INT64_C(999999999999999), "an amount has up to 15 digits");
    CHECK(!field_amount(str_of("1000000000000000"), &fen) && !field_amount(str_of("01"), &fen) && !field_amount(str_of(""), &fen) &&
              !field_amount(str_of("-1"), &fen) && !field_amount(str_of("1.0"), &fen) && !field_amount(str_of(" 1"), &fen),
          "an amount has no sign, point, blank or leading zero");
}

int main(void)
{
    reads_amounts();
    reads_numbers();
    reads_digits();
    reads_cards();
    reads_moments();
    reads_bytes();
    finds_words();
    return tap_end();
}
