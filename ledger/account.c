#include "ledger/account.h"

#include <string.h>

#include "base/str.h"

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

static int find_digits(int64_t code)
{
    for (int place = 0; place < ACCOUNT_CODE_COUNT; place++)
        if (chart[place].code == code)
            return chart[place].digits;
    return -1;
}

static bool has_owner(int code)
{
    return code != ACCOUNT_OPENING && code != ACCOUNT_SUBSIDY_FUND;
}

/* Exactly so many digits, taken off the front of *text. */
static bool take_digits(struct str *text, int digits, int64_t *number)
{
    struct str front = {text->data, (size_t)digits};
    if (text->length < (size_t)digits || !str_to_int64(front, number))
        return false;
    text->data += digits;
    text->length -= (size_t)digits;
    return true;
}

static bool take_colon(struct str *text)
{
    if (text->length == 0 || *text->data != ':')
        return false;
    text->data++;
    text->length--;
    return true;
}

static bool is_word(struct str word)
{
    if (word.length == 0 || word.length >= ACCOUNT_TEXT_BYTES - 6 || !str_is_utf8(word) || word.data[0] == ' ' ||
        word.data[word.length - 1] == ' ')
        return false;
    for (size_t i = 0; i < word.length; i++)
        if ((unsigned char)word.data[i] < ' ' || word.data[i] == 0x7F || word.data[i] == ':')
            return false;
    return true;
}

static bool refuse_owner(const char *text, int code, int digits, struct err *e)
{
    (void)err_set(e, ERR_USAGE, "account \"%s\": code %d has no such owner", text, code);
    if (code == ACCOUNT_BETWEEN_SCHOOLS)
        return err_hint(e, "write it as %d:SCHOOL:SCHOOL, two school codes of %d digits", code, digits);
    if (digits > 0)
        return err_hint(e, "write it as %d: and the owner's %d digits", code, digits);
    return err_hint(e, has_owner(code) ? "write it as %d: and the owner's name" : "write it as %d:", code);
}

bool account_parse(struct arena *arena, const char *text, struct account *account, struct err *e)
{
    struct str rest = str_of(text);
    int64_t code = 0;
    *account = (struct account){0};
    int digits = take_digits(&rest, 4, &code) && take_colon(&rest) ? find_digits(code) : -1;
    if (digits < 0) {
        (void)err_set(e, ERR_USAGE, "\"%s\" is no account", text);
        return err_hint(e, "write it as code and owner, as 2004:130101004100001; docs/ledger.md lists the codes");
    }
    account->code = (int)code;
    if (digits > 0) {
        bool good = take_digits(&rest, digits, &account->owner) &&
                    (code != ACCOUNT_BETWEEN_SCHOOLS ||
                     (take_colon(&rest) && take_digits(&rest, digits, &account->about)));
        return (good && rest.length == 0) || refuse_owner(text, account->code, digits, e);
    }
    if (has_owner(account->code) ? !is_word(rest) : rest.length > 0)
        return refuse_owner(text, account->code, digits, e);
    account->word = arena_copy(arena, rest.data, rest.length, e);
    return account->word != NULL;
}
