#include "reports/figure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"

void figure_yuan(int64_t fen, char out[FIGURE_BYTES])
{
    char text[MONEY_TEXT_BYTES];
    money_format_yuan(fen, text);
    memcpy(out, text, sizeof text);
}

void figure_count(int64_t count, char out[FIGURE_BYTES])
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count < 0 ? -(uint64_t)count : (uint64_t)count);
    char *at = out;
    if (count < 0)
        *at++ = '-';
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            *at++ = ',';
        *at++ = digits[i];
    }
    *at = '\0';
}

void figure_percent(int64_t hundredths, char out[FIGURE_BYTES])
{
    uint64_t size = hundredths < 0 ? -(uint64_t)hundredths : (uint64_t)hundredths;
    snprintf(out, FIGURE_BYTES, "%s%" PRIu64 ".%02" PRIu64 "%%", hundredths < 0 ? "-" : "", size / 100,
             size % 100);
}

int64_t figure_share(int64_t part, int64_t whole)
{
    return whole > 0 && part >= 0 ? money_share(part, 10000, whole) : 0;
}
