/* money: whole fen in int64, added with a check; yuan only where a person reads it. */
#ifndef DAYBOOK_BASE_MONEY_H
#define DAYBOOK_BASE_MONEY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Adds amount_fen to *sum_fen; false, with ERR_BUG and *sum_fen untouched, on overflow. */
MUST_CHECK bool money_add(int64_t *sum_fen, int64_t amount_fen, struct err *e);

/* "1,234.56" or "-0.05"; out has at least MONEY_TEXT_BYTES. */
enum { MONEY_TEXT_BYTES = 32 };
void money_format_yuan(int64_t fen, char out[MONEY_TEXT_BYTES]);

/* floor(sum_fen × part / whole) for a sum ≥ 0 and whole > 0 (RULES.md R-20); INT64_MAX where it is more than that. */
int64_t money_share(int64_t sum_fen, int64_t part, int64_t whole);

/* The merchant fee of RULES.md 5: round half up of turnover × bps / 10,000, kept between minimum and maximum
 * (0 = none), 0 when turnover_fen ≤ 0. */
int64_t money_fee(int64_t turnover_fen, int32_t fee_bps, int64_t fee_min_fen, int64_t fee_max_fen);

#endif
