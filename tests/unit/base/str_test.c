#include "base/str.h"

#include "tests/unit/tap.h"

static struct err e;

static void test_numbers(void)
{
    int64_t value = -1;
    CHECK(str_to_int64(str_of("0"), &value) && value == 0, "0 is a number");
    CHECK(str_to_int64(str_of("0042"), &value) && value == 42, "leading zeros are digits");
    CHECK(str_to_int64(str_of("9223372036854775807"), &value) && value == INT64_MAX,
          "the largest number is read");
    value = 5;
    static const char *const bad[] = {
        "9223372036854775808", "92233720368547758070", "", "-1", "+1", " 1", "1 ", "1.0", "0x1", "1e3", "１"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK(!str_to_int64(str_of(bad[i]), &value), bad[i][0] ? bad[i] : "nothing is no number");
    CHECK_INT(value, 5, "a refused number changes nothing");
    CHECK(str_to_int64((struct str){"123456", 3}, &value) && value == 123, "a view ends at its length");
    CHECK(str_is_digits(str_of("0123456789")) && !str_is_digits(str_of("12a")) && !str_is_digits(str_of("")),
          "digits are at least one, and nothing else");
    CHECK(str_equal(str_of("ab"), "ab") && !str_equal(str_of("ab"), "abc") &&
              !str_equal(str_of("abc"), "ab") && !str_equal(str_of("ab"), "aB") && str_equal(str_of(""), ""),
          "equality is of every byte");
}

static void check_utf8(const char *bytes, size_t length, bool wanted, const char *fact)
{
    CHECK(str_is_utf8((struct str){bytes, length}) == wanted, fact);
}

static void test_utf8(void)
{
    check_utf8("", 0, true, "nothing is UTF-8");
    check_utf8("plain", 5, true, "ASCII is UTF-8");
    check_utf8("日清", 6, true, "Chinese is UTF-8");
    check_utf8("\xF0\xA0\xAE\xB7", 4, true, "a character beyond the first plane is UTF-8");
    check_utf8("\xF4\x8F\xBF\xBF", 4, true, "the last character is UTF-8");
    check_utf8("\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF", 10, true, "the ends of each length are UTF-8");
    check_utf8("\xED\x9F\xBF\xEE\x80\x80", 6, true, "the neighbours of the surrogates are UTF-8");
    check_utf8("a\0b", 3, false, "NUL is refused");
    check_utf8("\xC0\x80", 2, false, "an overlong NUL is refused");
    check_utf8("\xC1\xBF", 2, false, "an overlong letter is refused");
    check_utf8("\xE0\x9F\xBF", 3, false, "an overlong form of three is refused");
    check_utf8("\xF0\x8F\xBF\xBF", 4, false, "an overlong form of four is refused");
    check_utf8("\xED\xA0\x80", 3, false, "the first surrogate is refused");
    check_utf8("\xED\xBF\xBF", 3, false, "the last surrogate is refused");
    check_utf8("\xF4\x90\x80\x80", 4, false, "above the last character is refused");
    check_utf8("\xF5\x80\x80\x80", 4, false, "F5 is refused");
    check_utf8("\xFF", 1, false, "FF is refused");
    check_utf8("\x80", 1, false, "a lone continuation is refused");
    check_utf8("\xE6\x97", 2, false, "a cut character is refused");
    check_utf8("\xF0\xA0\xAE", 3, false, "a cut character of four is refused");
    check_utf8("\xE6", 1, false, "a lone beginning is refused");
    check_utf8("\xE6\x97"
               "a",
               3, false, "a letter inside a character is refused");
    check_utf8("\xC3(", 2, false, "a bracket inside a character is refused");
    check_utf8("\xB1\xB1\xBE\xA9", 4, false, "GB18030 is refused");
}

/* A long ASCII text with one other character at each place: it is found wherever the words of 8 bytes begin. */
static void test_long_texts(void)
{
    char text[40];
    bool found_nul = true, found_half = true, passed_whole = true, is_ascii = true;
    for (size_t at = 0; at + 1 < sizeof text; at++) {
        memset(text, 'a', sizeof text);
        is_ascii = is_ascii && str_is_ascii((struct str){text + at, sizeof text - at});
        text[at] = '\0';
        found_nul = found_nul && !str_is_utf8((struct str){text, sizeof text}) && !str_is_ascii((struct str){text, sizeof text});
        text[at] = '\xC3';
        found_half = found_half && !str_is_utf8((struct str){text, sizeof text});
        text[at + 1] = '\xA9';
        passed_whole = passed_whole && str_is_utf8((struct str){text, sizeof text}) &&
                       !str_is_ascii((struct str){text, sizeof text});
    }
    CHECK(is_ascii, "a long ASCII text is ASCII");
    CHECK(found_nul, "a NUL is found at any place of a long text");
    CHECK(found_half, "half a character is found at any place of a long text");
    CHECK(passed_whole, "a whole character is UTF-8 and not ASCII at any place of a long text");
    CHECK(str_is_ascii(str_of("")) && str_is_ascii(str_of("\x01\x7F")) && !str_is_ascii(str_of("\x80")),
          "ASCII is from 1 to 127");
}

static void test_hex(void)
{
    uint8_t bytes[4] = {0};
    char text[9];
    str_hex((const uint8_t[]){0x00, 0x9A, 0xFF, 0x10}, 4, text);
    CHECK_TEXT(text, "009aff10", "hex is lower case");
    str_hex(bytes, 0, text);
    CHECK_TEXT(text, "", "no bytes have no hex");
    CHECK(str_unhex(str_of("009AfF10"), bytes, 4) && memcmp(bytes, "\x00\x9A\xFF\x10", 4) == 0,
          "hex is read in either case");
    CHECK(!str_unhex(str_of("009AfF1"), bytes, 4) && !str_unhex(str_of("009AfF100"), bytes, 4),
          "hex of another length is refused");
    CHECK(!str_unhex(str_of("009AfG10"), bytes, 4) && !str_unhex(str_of("0 9Af010"), bytes, 4),
          "what is no hex is refused");
}

static void test_cards(void)
{
    CHECK(str_card_is_valid(330106010000000011), "a card number with its Luhn digit is good");
    CHECK(str_card_is_valid(2016122100001003) == false,
          "a number of 16 digits is judged as 18 with zeros in front");
    int good = 0;
    for (int last = 0; last < 10; last++)
        good += str_card_is_valid(INT64_C(330106010000000010) + last);
    CHECK_INT(good, 1, "one last digit of ten is right");
    CHECK(str_card_is_valid(330106010000000045) && !str_card_is_valid(330106010000000054),
          "two digits exchanged are found");
    CHECK(!str_card_is_valid(-INT64_C(330106010000000011)), "a number below zero is none");
    CHECK(!str_card_is_valid(INT64_C(1000000000000000000)), "a number of 19 digits is none");
    char out[32];
    str_mask(str_of("330106010000000018"), out, sizeof out);
    CHECK_TEXT(out, "330106********0018", "a mask keeps the first 6 and the last 4");
    str_mask(str_of("1234567890"), out, sizeof out);
    CHECK_TEXT(out, "**********", "what is too short is masked whole");
    str_mask(str_of("12345678901"), out, sizeof out);
    CHECK_TEXT(out, "123456*8901", "eleven characters hide one");
    str_mask(str_of("330106010000000018"), out, 8);
    CHECK_TEXT(out, "330106*", "a mask keeps to its room");
    str_mask(str_of(""), out, sizeof out);
    CHECK_TEXT(out, "", "nothing is masked as nothing");
}

static void test_buf(void)
{
    struct buf b;
    buf_open(&b, 1000);
    CHECK(buf_ok(&b, &e) && b.length == 0, "a new text is good and empty");
    buf_add_text(&b, "ab");
    buf_add(&b, "cdef", 2);
    buf_printf(&b, "-%d", 7);
    CHECK_TEXT(b.data, "abcd-7", "text grows in every way");
    CHECK_INT(b.length, 6, "its length is counted");
    for (int i = 0; i < 994; i++)
        buf_add(&b, "x", 1);
    CHECK(buf_ok(&b, &e) && b.length == 1000 && strlen(b.data) == 1000, "it may be filled to its maximum");
    buf_add(&b, NULL, 0);
    CHECK(buf_ok(&b, &e), "adding nothing to a full text is good");
    buf_add(&b, "y", 1);
    CHECK(!buf_ok(&b, &e) && e.kind == ERR_BUG, "one byte more is a failure");
    CHECK(b.length == 1000 && b.data[999] == 'x', "what did not fit changes nothing");
    buf_reset(&b);
    CHECK(buf_ok(&b, &e) && b.length == 0 && b.data[0] == '\0', "a reset empties and forgives");
    buf_printf(&b, "%1001d", 1);
    buf_add_text(&b, "z");
    CHECK(!buf_ok(&b, &e) && b.length == 0, "after a failure nothing is added, so that no hole is left");
    buf_close(&b);
    buf_open(&b, 0);
    buf_add_text(&b, "");
    CHECK(buf_ok(&b, &e), "a text of no bytes holds nothing");
    buf_add(&b, "x", SIZE_MAX);
    CHECK(!buf_ok(&b, &e), "an absurd length is a failure");
    buf_close(&b);
}

static const char *shown(const char *text, size_t length)
{
    static char out[STR_SHOWN_BYTES];
    str_show((struct str){text, length}, out);
    return out;
}

static void test_show(void)
{
    char long_text[80];
    memset(long_text, 'x', sizeof long_text);
    memcpy(long_text + 63, "\xE4\xB8\xAD", 3);
    CHECK_TEXT(shown("a\tb\n\x7F", 5), "a?b??", "a shown text is one line");
    CHECK_TEXT(shown("\xE4\xB8\xAD", 3), "\xE4\xB8\xAD", "a shown text keeps its characters");
    CHECK_TEXT(shown("a\xE4\xB8", 3), "a??", "what is not UTF-8 is shown as question marks");
    CHECK_TEXT(shown("", 0), "", "nothing is shown as nothing");
    CHECK_INT(strlen(shown(long_text, 63)), 63, "a text of 63 bytes is shown whole");
    CHECK_TEXT(shown(long_text, 80) + 60, "xxx...", "a long text is cut before a character, and that is said");
    CHECK_INT(strlen(shown(long_text + 10, 64)), 64, "a text of 64 bytes is shown whole");
}

int main(void)
{
    test_numbers();
    test_utf8();
    test_long_texts();
    test_hex();
    test_cards();
    test_buf();
    test_show();
    return tap_end();
}
