/* str: text that is not NUL-terminated, and text that grows.
 *
 * `struct buf` latches its first failure, so that a writer checks once, at the end, with buf_ok. */
#ifndef DAYBOOK_BASE_STR_H
#define DAYBOOK_BASE_STR_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* A stretch of bytes owned by somebody else. */
struct str {
    const char *data;
    size_t length;
};

struct str str_of(const char *text); /* a view of a NUL-terminated text */
bool str_equal(struct str a, const char *b);
bool str_is_digits(struct str s); /* at least one, all 0-9 */
/* Decimal digits only, no sign, no blanks; false when empty, not digits or above INT64_MAX. Fills no error. */
bool str_to_int64(struct str s, int64_t *value);
/* Valid UTF-8 without surrogates, overlong forms or NUL. */
bool str_is_utf8(struct str s);

bool str_is_ascii(struct str s); /* bytes 1 to 127 only */

/* Lower-case hex; out has room for 2 × length + 1. */
void str_hex(const uint8_t *bytes, size_t length, char *out);
/* Reads exactly 2 × length hex digits of either case. False when the text is of another form. */
bool str_unhex(struct str hex, uint8_t *out, size_t length);

/* The Luhn digit test over all digits of a card number of 18 digits (FORMATS.md 0). */
bool str_card_is_valid(int64_t card_no);

/* The text as a message may show it: in UTF-8 on one line, cut after 64 bytes ("..." says so) where a character ends. What
 * is not so is shown as "?". */
enum { STR_SHOWN_BYTES = 64 + 4 };
void str_show(struct str text, char out[STR_SHOWN_BYTES]);

/* Keeps the first 6 and last 4 characters, stars between (DESIGN.md 8: masked in logs); out has length + 1. */
void str_mask(struct str text, char *out, size_t out_bytes);

struct buf {
    char *data; /* NUL-terminated at length */
    size_t length;
    size_t capacity;
    size_t maximum;
    bool failed;
};

void buf_open(struct buf *b, size_t maximum_bytes);
void buf_close(struct buf *b);
void buf_reset(struct buf *b);
void buf_add(struct buf *b, const char *bytes, size_t length);
void buf_add_text(struct buf *b, const char *text);
void buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
/* False, with ERR_BUG, when anything did not fit. */
MUST_CHECK bool buf_ok(const struct buf *b, struct err *e);

#endif
