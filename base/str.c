#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct str str_of(const char *text)
{
    return (struct str){text, strlen(text)};
}

bool str_equal(struct str a, const char *b)
{
    return a.length == strlen(b) && (a.length == 0 || memcmp(a.data, b, a.length) == 0);
}

bool str_is_digits(struct str s)
{
    for (size_t i = 0; i < s.length; i++)
        if (s.data[i] < '0' || s.data[i] > '9')
            return false;
    return s.length > 0;
}

bool str_to_int64(struct str s, int64_t *value)
{
    if (!str_is_digits(s))
        return false;
    int64_t sum = 0;
    for (size_t i = 0; i < s.length; i++)
        if (__builtin_mul_overflow(sum, 10, &sum) || __builtin_add_overflow(sum, s.data[i] - '0', &sum))
            return false;
    *value = sum;
    return true;
}

/* The length of the well-formed sequence at `at`, 0 when there is none. */
static size_t utf8_sequence(const unsigned char *at, size_t left)
{
    static const struct {
        unsigned char first, last, second_low, second_high;
        size_t length;
    } forms[] = {
        {0x01, 0x7F, 0, 0, 1},       {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
        {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
        {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
    };
    for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
        if (at[0] < forms[f].first || at[0] > forms[f].last)
            continue;
        size_t length = forms[f].length;
        if (length > left || (length > 1 && (at[1] < forms[f].second_low || at[1] > forms[f].second_high)))
            return 0;
        for (size_t i = 2; i < length; i++)
            if (at[i] < 0x80 || at[i] > 0xBF)
                return 0;
        return length;
    }
    return 0;
}

/* The bytes at the beginning that are ASCII and not NUL, in whole words. */
static size_t plain_words(const char *bytes, size_t length)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);
    size_t i = 0;
    for (uint64_t word; i + sizeof word <= length; i += sizeof word) {
        memcpy(&word, bytes + i, sizeof word);
        if (((word | (word - ones)) & tops) != 0) /* a top bit, or a zero byte, which borrows one */
            break;
    }
    return i;
}

bool str_is_ascii(struct str s)
{
    for (size_t i = plain_words(s.data, s.length); i < s.length; i++)
        if (s.data[i] < 0x01 || (unsigned char)s.data[i] > 0x7F)
            return false;
    return true;
}

bool str_is_utf8(struct str s)
{
    const unsigned char *bytes = (const unsigned char *)s.data;
    for (size_t i = 0; i < s.length;) {
        i += plain_words(s.data + i, s.length - i);
        if (i == s.length)
            return true;
        size_t length = utf8_sequence(bytes + i, s.length - i);
        if (length == 0)
            return false;
        i += length;
    }
    return true;
}

void str_hex(const uint8_t *bytes, size_t length, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * length] = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool str_unhex(struct str hex, uint8_t *out, size_t length)
{
    if (hex.length != 2 * length)
        return false;
    for (size_t i = 0; i < length; i++) {
        int high = hex_value(hex.data[2 * i]);
        int low = hex_value(hex.data[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool str_card_is_valid(int64_t card_no)
{
    if (card_no < 0 || card_no > INT64_C(999999999999999999))
        return false;
    int sum = 0;
    for (int place = 0; place < 18; place++, card_no /= 10) {
        int digit = (int)(card_no % 10);
        int weighted = place % 2 == 1 ? digit * 2 : digit;
        sum += weighted > 9 ? weighted - 9 : weighted;
    }
    return sum % 10 == 0;
}

void str_show(struct str text, char out[STR_SHOWN_BYTES])
{
    enum { CUT = STR_SHOWN_BYTES - 4 };
    size_t length = text.length < CUT ? text.length : CUT;
    while (length < text.length && length > 0 && ((unsigned char)text.data[length] & 0xC0) == 0x80)
        length--;
    unsigned char last = str_is_utf8((struct str){text.data, length}) ? 0xFF : 0x7E;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        out[i] = c < 0x20 || c == 0x7F || c > last ? '?' : text.data[i];
    }
    memcpy(out + length, length < text.length ? "..." : "", length < text.length ? 4 : 1);
}

void str_mask(struct str text, char *out, size_t out_bytes)
{
    size_t length = text.length < out_bytes - 1 ? text.length : out_bytes - 1;
    for (size_t i = 0; i < length; i++)
        out[i] = text.length > 10 && (i < 6 || i >= text.length - 4) ? text.data[i] : '*';
    out[length] = '\0';
}

void buf_open(struct buf *b, size_t maximum_bytes)
{
    *b = (struct buf){.maximum = maximum_bytes};
}

void buf_close(struct buf *b)
{
    free(b->data);
    *b = (struct buf){0};
}

void buf_reset(struct buf *b)
{
    b->length = 0;
    b->failed = false;
    if (b->data)
        b->data[0] = '\0';
}

/* Makes room for `more` bytes and a NUL. */
static bool reserve(struct buf *b, size_t more)
{
    if (b->failed || more > b->maximum || b->length > b->maximum - more) {
        b->failed = true;
        return false;
    }
    size_t wanted = b->length + more + 1;
    if (wanted <= b->capacity)
        return true;
    size_t capacity = b->capacity ? b->capacity : 256;
    while (capacity < wanted)
        capacity *= 2;
    char *data = realloc(b->data, capacity);
    if (!data) {
        b->failed = true;
        return false;
    }
    b->data = data;
    b->capacity = capacity;
    return true;
}

void buf_add(struct buf *b, const char *bytes, size_t length)
{
    if (!reserve(b, length))
        return;
    if (length > 0)
        memcpy(b->data + b->length, bytes, length);
    b->length += length;
    b->data[b->length] = '\0';
}

void buf_add_text(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0)
        b->failed = true;
    else if (reserve(b, (size_t)length)) {
        (void)vsnprintf(b->data + b->length, (size_t)length + 1, format, again);
        b->length += (size_t)length;
    }
    va_end(again);
}

bool buf_ok(const struct buf *b, struct err *e)
{
    if (b->failed)
        return err_set(e, ERR_BUG, "a text grew above its %zu bytes", b->maximum);
    return true;
}
