#include "ledger/account.h"

#include <string.h>

#include "base/err.h"

static const struct {
    int code;
    int digits; /* of a numeric owner, 0 = none */
} chart[ACCOUNT_CODE_COUNT] = {
    {ACCOUNT_CASH, 0},
    {ACCOUNT_BANK, 0},
    {ACCOUNT_DUE_FROM_BANK, 0},
    {ACCOUNT_BETWEEN_SCHOOLS, 10},
    {ACCOUNT_SUSPENSE_DEBIT, 0},
    {ACCOUNT_CARD_PURSE, 18},
    {ACCOUNT_CARD_DEPOSIT, 18},
    {ACCOUNT_MERCHANT_PAYABLE, 15},
    {ACCOUNT_SUBSIDY_TO_CLAIM, 18},
    {ACCOUNT_PAYMENTS_UNDER_WAY, 0},
    {ACCOUNT_TOPUP_TO_CLAIM, 18},
    {ACCOUNT_REFUND_PAYABLE, 0},
    {ACCOUNT_SUSPENSE_CREDIT, 0},
    {ACCOUNT_OPENING, 0},
    {ACCOUNT_SUBSIDY_FUND, 0},
    {ACCOUNT_FEE_INCOME, 10},
    {ACCOUNT_CARD_FEE_INCOME, 10},
    {ACCOUNT_LOSS_ON_CARDS, 10},
};

int account_place(int code)
{
    for (int place = 0; place < ACCOUNT_CODE_COUNT; place++)
        if (chart[place].code == code)
            return place;
    err_stop(__FILE__, __LINE__, "the code is in the chart");
}

int account_code_at(int place)
{
    ALWAYS(place >= 0 && place < ACCOUNT_CODE_COUNT);
    return chart[place].code;
}

bool account_is_debit(int code)
{
    return code == ACCOUNT_CASH || code == ACCOUNT_BANK || code == ACCOUNT_DUE_FROM_BANK ||
           code == ACCOUNT_BETWEEN_SCHOOLS || code == ACCOUNT_SUSPENSE_DEBIT || code == ACCOUNT_LOSS_ON_CARDS;
}

bool account_is_of_card(int code)
{
    return chart[account_place(code)].digits == 18;
}

bool account_has_number(int code)
{
    return chart[account_place(code)].digits > 0;
}

bool account_equal(const struct account *a, const struct account *b)
{
    if (a->code != b->code || a->owner != b->owner || a->about != b->about)
        return false;
    return a->word == b->word || (a->word && b->word && strcmp(a->word, b->word) == 0);
}

static char *put_digits(char *at, int64_t number, int width)
{
    for (int i = width - 1; i >= 0; i--, number /= 10)
        at[i] = (char)('0' + number % 10);
    ALWAYS(number == 0);
    return at + width;
}

size_t account_format(const struct account *account, char out[ACCOUNT_TEXT_BYTES])
{
    char *at = put_digits(out, account->code, 4);
    *at++ = ':';
    if (account->word) {
        size_t length = strlen(account->word);
        ALWAYS(length < ACCOUNT_TEXT_BYTES - 6);
        memcpy(at, account->word, length);
        at += length;
    } else {
        int digits = chart[account_place(account->code)].digits;
        ALWAYS(digits > 0);
        at = put_digits(at, account->owner, digits);
        if (account->code == ACCOUNT_BETWEEN_SCHOOLS) {
            *at++ = ':';
            at = put_digits(at, account->about, digits);
        }
    }
    *at = '\0';
    return (size_t)(at - out);
}
