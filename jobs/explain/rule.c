#include "jobs/explain/rule.h"

#include <string.h>

#include "base/record.h"

static const struct {
    const char *verdict, *words;
} verdicts[] = {
    {"malformed", "R-01: the record breaks its form; its raw bytes are kept, nothing is posted"},
    {"duplicate", "R-02: the same record, with the same content, was judged before; it is counted and not posted again"},
    {"conflict", "R-03: this sequence of the device was judged before with other content; held"},
    {"tac_bad", "R-04: the TAC is not the one that the card's key makes; held, the merchant is not paid"},
    {"bad_arithmetic", "R-05: balance before, amount and balance after do not add up; held"},
    {"counter_conflict", "R-06: this counter of the card is taken by another accepted record, or is not above the card's "
                         "opening counter: a copied card is suspected; held"},
    {"gray", "R-07: the terminal does not know whether the card was debited; held until the card's next records decide"},
    {"unmatched_reversal", "R-08: no accepted purchase that it could reverse, or that one is reversed already; held"},
    {"merchant_pays", "R-09: the card was reported lost before, and the terminal's list named it; held, shown on the "
                      "merchant's statement as refused"},
    {"accepted", "R-10: nothing speaks against it; posted"},
};

static const struct {
    int flag;
    const char *words;
} flags_of_records[] = {
    {FLAG_UNKNOWN_TERMINAL, "unknown_terminal: device or merchant was not on file on that day for this school; the money "
                            "waits in suspense (P-03)"},
    {FLAG_UNKNOWN_CARD, "unknown_card: the card was not on file when it was judged; suspense stands for it (P-02)"},
    {FLAG_CARD_NOT_VALID, "card_not_valid: the card was closed or expired"},
    {FLAG_BLACKLISTED, "blacklisted: the card was reported lost before; the bureau pays (P-04)"},
    {FLAG_BAD_TIME, "bad_time: its time cannot be right beside the time in the package's name, or beside the open date"},
    {FLAG_OVER_LIMIT, "over_limit: more than one purchase, or the card's purchases of a day, may come to"},
    {FLAG_CLASS_REFUSED, "class_refused: the terminal does not take cards of this class"},
    {FLAG_BALANCE_BREAK, "balance_break: its balance before was not the balance after the card's record before it"},
    {FLAG_LATE, "late: it happened on a day before its accounting date"},
    {FLAG_TAC_NONE, "m1 chip: it has no TAC that could be checked"},
};

static const struct {
    const char *kind, *words;
} kinds[] = {
    {"opening", "the balance that the account had at the cut-over"},
    {"reversal", "P-05: the reversed purchase's transfers, mirrored"},
    {"subsidy_grant", "P-08: a subsidy granted, to be drawn at a terminal"},
    {"subsidy_lapse", "P-08: what was not drawn in time goes back to the fund"},
    {"bank_debit", "P-09: the bank has debited the holder's account"},
    {"bank_return", "P-10: the bank has taken a debit back"},
    {"cash_topup", "P-11: cash paid in for a card"},
    {"cash_refund", "P-11: cash paid out"},
    {"card_fee", "P-11: a card fee paid in cash"},
    {"cash_to_bank", "P-11: cash brought to the bank"},
    {"merchant_fee", "P-12: the merchant's fee on the turnover of a date"},
    {"payout", "P-13: a payout ordered"},
    {"payout_confirmed", "P-13: a payout confirmed by the bank"},
    {"payout_refused", "P-13: a payout refused by the bank, mirrored back"},
    {"card_closed", "P-14: a closed card's money, after its drain window"},
    {"card_replaced", "P-15: a replaced card's money goes to the new card, after its drain window"},
    {"adjustment", "P-16: what two people agreed on"},
};

const char *rule_of_verdict(const char *verdict)
{
    for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++)
        if (strcmp(verdicts[i].verdict, verdict) == 0)
            return verdicts[i].words;
    return verdict;
}

void rule_say_flags(struct sheet *sheet, int64_t flags)
{
    for (size_t i = 0; i < sizeof flags_of_records / sizeof flags_of_records[0]; i++)
        if ((flags & flags_of_records[i].flag) != 0)
            sheet_note(sheet, "%s", flags_of_records[i].words);
}

static bool has_code(const char *account, const char *code)
{
    return strncmp(account, code, 4) == 0;
}

static const char *rule_of_purchase(const char *debit, const char *credit)
{
    if (has_code(debit, "6201"))
        return "P-04: a purchase after the loss report; the bureau pays the merchant";
    if (has_code(debit, "1298"))
        return "P-02: a purchase by a card that was not on file";
    if (has_code(debit, "1221") || has_code(credit, "1221"))
        return "P-06: a purchase by a card of one school at a merchant of another, one leg in each book";
    if (has_code(credit, "2298"))
        return "P-03: a purchase at a terminal or merchant that was not on file";
    return "P-01: a purchase";
}

const char *rule_of_transfer(const char *kind, const char *debit, const char *credit)
{
    if (strcmp(kind, "purchase") == 0)
        return rule_of_purchase(debit, credit);
    if (strcmp(kind, "load") == 0)
        return has_code(debit, "2205") ? "P-07: a load of money that waited for it"
                                       : "P-07: a load that nothing waited for yet: the bank owes it";
    if (strcmp(kind, "subsidy_draw") == 0)
        return has_code(debit, "2203") ? "P-08: a subsidy drawn at a terminal"
                                       : "P-08: a draw that no subsidy waited for: suspense";
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].kind, kind) == 0)
            return kinds[i].words;
    return kind;
}
