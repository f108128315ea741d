#include "base/money.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

__extension__ typedef __int128 wide_int;

bool money_add(int64_t *sum_fen, int64_t amount_fen, struct err *e)
{
    int64_t sum = 0;
    if (__builtin_add_overflow(*sum_fen, amount_fen, &sum))
        return err_set(e, ERR_BUG, "%" PRId64 " fen and %" PRId64 " fen are more than a sum may be", *sum_fen,
                       amount_fen);
    *sum_fen = sum;
    return true;
}

void money_format_yuan(int64_t fen, char out[MONEY_TEXT_BYTES])
{
    uint64_t magnitude = fen < 0 ? (uint64_t)0 - (uint64_t)fen : (uint64_t)fen;
    char digits[MONEY_TEXT_BYTES];
    int count = snprintf(digits, sizeof digits, "%" PRIu64, magnitude / 100);
    char *at = out;
    if (fen < 0)
        *at++ = '-';
    for (int i = 0; i < count; i++) {
        *at++ = digits[i];
        if ((count - i - 1) % 3 == 0 && i + 1 < count)
            *at++ = ',';
    }
    *at++ = '.';
    *at++ = (char)('0' + magnitude % 100 / 10);
    *at++ = (char)('0' + magnitude % 10);
    *at = '\0';
}

int64_t money_share(int64_t sum_fen, int64_t part, int64_t whole)
{
    ALWAYS(sum_fen >= 0 && part >= 0 && whole > 0);
    wide_int share = (wide_int)sum_fen * part / whole;
    return share <= INT64_MAX ? (int64_t)share : INT64_MAX;
}

int64_t money_fee(int64_t turnover_fen, int32_t fee_bps, int64_t fee_min_fen, int64_t fee_max_fen)
{
    if (turnover_fen <= 0)
        return 0;
    wide_int rounded = ((wide_int)turnover_fen * fee_bps + 5000) / 10000;
    ALWAYS(rounded <= INT64_MAX);
    int64_t fee_fen = (int64_t)rounded;
    if (fee_fen < fee_min_fen)
        fee_fen = fee_min_fen;
    if (fee_max_fen > 0 && fee_fen > fee_max_fen)
        fee_fen = fee_max_fen;
    return fee_fen;
}
