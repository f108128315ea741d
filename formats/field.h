/* field: the single fields of text logs (FORMATS.md 0 and 3.2 to 3.6). Each gives the value of a text, or false and 0 where
 * the text is not of the form. Blanks around a text belong to it, so that no number has any. */
#ifndef DAYBOOK_FORMATS_FIELD_H
#define DAYBOOK_FORMATS_FIELD_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* 1 to 20 decimal digits of a number up to largest. */
bool field_number(struct str text, uint32_t largest, uint32_t *value);
/* Exactly count digits, at most 18. */
bool field_digits(struct str text, size_t count, int64_t *value);
/* An amount of 1 to 15 digits without leading zeros, in fen. */
bool field_amount(struct str text, int64_t *amount_fen);
/* A card number of 18 digits with its Luhn digit, or of 20 with 00 before it. */
bool field_card(struct str text, int64_t *card_no);
/* A date YYYYMMDD and a time hhmmss that exist; else DATE_NO_MOMENT. */
bool field_moment(struct str date, struct str time, int64_t *moment);
bool field_day(struct str date, int32_t *day); /* the date alone; else DATE_NO_DAY */
/* The place of a text in a list of words, from 1. */
bool field_choice(struct str text, const char *const *words, uint8_t word_count, uint8_t *place);
/* A byte as two hex digits of either case. */
bool field_byte(struct str text, uint8_t *value);

/* A number among the bytes that a content digest is made of: length bytes, big-endian. Gives the place behind them. */
static inline uint8_t *field_put(uint8_t *at, uint64_t value, int length)
{
    for (int i = length - 1; i >= 0; i--, value >>= 8)
        at[i] = (uint8_t)value;
    return at + length;
}

#endif
