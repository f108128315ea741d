/* iso_value: the values in messages of ISO 20022, by the types of XML Schema. Texts are without blanks around them. */
#ifndef DAYBOOK_FORMATS_ISO_VALUE_H
#define DAYBOOK_FORMATS_ISO_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* The largest amount of a file of a bank: of 100,000 and more of them the sum still fits into an int64. */
#define ISO_AMOUNT_MAX_FEN INT64_C(999999999999999)

/* xs:decimal in yuan → fen: not negative, no more than two decimals that are not 0, at most ISO_AMOUNT_MAX_FEN. ERR_INPUT
 * with `"1.234" …`. */
MUST_CHECK bool iso_amount(struct str text, int64_t *amount_fen, struct err *e);
/* xs:date; a zone is taken and of no consequence: it is the bank's day. */
bool iso_day(struct str text, int32_t *day);
/* xs:dateTime with or without zone (then of Shanghai); fractions of a second are dropped. */
bool iso_moment(struct str text, int64_t *moment);

bool iso_is_iban(struct str text); /* its form and its check digits (ISO 13616) */
bool iso_is_bic(struct str text);  /* its form, 8 or 11 characters (ISO 9362) */

#endif
