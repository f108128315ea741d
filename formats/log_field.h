/* log_field: the forms of single fields that terminal logs in text share (FORMATS.md 0, 3). Each is false where the text is
 * of another form; what follows from that says the format, and
 * the value stays. */
#ifndef DAYBOOK_FORMATS_LOG_FIELD_H
#define DAYBOOK_FORMATS_LOG_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Decimal digits that make a number of 32 bits. */
bool log_field_number(struct str text, uint32_t *value);
/* 8 digits. */
bool log_field_device(struct str text, uint32_t *device_no);
/* 18 digits with their Luhn digit, or 20 with 00 before them. */
bool log_field_card(struct str text, int64_t *card_no);
/* The place of a word in a list, from 1, or 0. */
uint8_t log_field_choice(struct str text, const char *const *words, uint8_t word_count);

#endif
