/* account: the chart of accounts of RULES.md 2, and how an account is written: code and owner joined by a colon. */
#ifndef DAYBOOK_LEDGER_ACCOUNT_H
#define DAYBOOK_LEDGER_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum account_code {
    ACCOUNT_CASH = 1001,
    ACCOUNT_BANK = 1002,
    ACCOUNT_DUE_FROM_BANK = 1122,
    ACCOUNT_BETWEEN_SCHOOLS = 1221,
    ACCOUNT_SUSPENSE_DEBIT = 1298,
    ACCOUNT_CARD_PURSE = 2001,
    ACCOUNT_CARD_DEPOSIT = 2002,
    ACCOUNT_MERCHANT_PAYABLE = 2004,
    ACCOUNT_SUBSIDY_TO_CLAIM = 2203,
    ACCOUNT_PAYMENTS_UNDER_WAY = 2204,
    ACCOUNT_TOPUP_TO_CLAIM = 2205,
    ACCOUNT_REFUND_PAYABLE = 2206,
    ACCOUNT_SUSPENSE_CREDIT = 2298,
    ACCOUNT_OPENING = 3001,
    ACCOUNT_SUBSIDY_FUND = 3101,
    ACCOUNT_FEE_INCOME = 6002,
    ACCOUNT_CARD_FEE_INCOME = 6005,
    ACCOUNT_LOSS_ON_CARDS = 6201,
};
enum { ACCOUNT_CODE_COUNT = 18, ACCOUNT_TEXT_BYTES = 192 }; /* 40 letters of any script */

/* The place of a code in the chart, 0 to ACCOUNT_CODE_COUNT - 1; stops the process on a code that is not there. */
int account_place(int code);
int account_code_at(int place);
bool account_is_debit(int code);   /* its balance is on the side D */
bool account_is_of_card(int code); /* its owner is a card */

/* Who owns it: a number whose width the code decides (card 18 digits, merchant 15, school 10), for 1221 two schools,
 * for all others a word (a reason, a bank, a person), which may be empty. */
struct account {
    int code; /* enum account_code */
    int64_t owner;
    int64_t about;    /* 1221: the other school */
    const char *word; /* NULL where the owner is a number */
};

static inline struct account account_of(enum account_code code, int64_t owner)
{
    return (struct account){.code = (int)code, .owner = owner};
}
static inline struct account account_between(int64_t book, int64_t other)
{
    return (struct account){.code = ACCOUNT_BETWEEN_SCHOOLS, .owner = book, .about = other};
}
static inline struct account account_named(enum account_code code, const char *word)
{
    return (struct account){.code = (int)code, .word = word};
}
bool account_equal(const struct account *a, const struct account *b);

/* Writes "2004:130101004100001", "1221:A:B", "3001:"; returns the length. */
size_t account_format(const struct account *account, char out[ACCOUNT_TEXT_BYTES]);

/* Reads what account_format writes; the word of an owner comes from the arena. ERR_USAGE for any other text: a code that
 * is not in the chart, an owner of another width, a word with blanks at its ends, a colon or a control character. */
MUST_CHECK bool account_parse(struct arena *arena, const char *text, struct account *account, struct err *e);

#endif
