/* transfer: money that moves from a debit account to a credit account (RULES.md 2), and the book that takes a run's
 * transfers into their leaves and keeps the sums that balances are made of. */
#ifndef DAYBOOK_LEDGER_TRANSFER_H
#define DAYBOOK_LEDGER_TRANSFER_H

#include "ledger/account.h"
#include "ledger/run.h"

enum transfer_kind { /* stored; FORMATS.md 13, api.transfer */
    TRANSFER_OPENING = 1,
    TRANSFER_PURCHASE = 2,
    TRANSFER_REVERSAL = 3,
    TRANSFER_LOAD = 4,
    TRANSFER_SUBSIDY_GRANT = 5,
    TRANSFER_SUBSIDY_DRAW = 6,
    TRANSFER_SUBSIDY_LAPSE = 7,
    TRANSFER_BANK_DEBIT = 8,
    TRANSFER_BANK_RETURN = 9,
    TRANSFER_CASH_TOPUP = 10,
    TRANSFER_CASH_REFUND = 11,
    TRANSFER_CARD_FEE = 12,
    TRANSFER_CASH_TO_BANK = 13,
    TRANSFER_MERCHANT_FEE = 14,
    TRANSFER_PAYOUT = 15,
    TRANSFER_PAYOUT_CONFIRMED = 16,
    TRANSFER_PAYOUT_REFUSED = 17,
    TRANSFER_CARD_CLOSED = 18,
    TRANSFER_CARD_REPLACED = 19,
    TRANSFER_ADJUSTMENT = 20,
};

struct transfer {
    int64_t entry_id; /* transfers of one event share it */
    int leg;          /* 0, 1, … within the entry */
    int kind;         /* enum transfer_kind */
    int64_t school_code; /* whose book; 0: the bureau's own */
    int32_t accounting_date;
    int64_t occurred_at; /* moment */
    struct account debit;
    struct account credit;
    int64_t amount_fen; /* > 0 */
    int64_t card_no;     /* -1 = none */
    int64_t merchant_no; /* 0 = none */
    int64_t device_no;   /* -1 = none */
    int64_t device_seq;  /* 0 = none */
    int64_t reverses;    /* transfer_id, 0 = none */
};

int64_t transfer_id(const struct transfer *t);

/* The transfers of one run. Dates are taken one after the other; all transfers of one date are added between
 * book_begin_date and book_end_date, each at most once per date and run. */
struct book;
MUST_CHECK bool book_open(struct book **book, struct ledger_run *run, struct err *e);
MUST_CHECK bool book_begin_date(struct book *book, int32_t accounting_date, struct err *e);
MUST_CHECK bool book_add(struct book *book, const struct transfer *t, struct err *e);
MUST_CHECK bool book_end_date(struct book *book, struct err *e);
/* Writes the run's trial and account sums. The purse of a card (2001) is the caller's to bring into ledger.card_state. */
MUST_CHECK bool book_finish(struct book *book, struct err *e);
void book_close(struct book *book); /* takes NULL; ends a COPY that is under way */

/* All of a small run at once: sorts by (accounting_date, entry_id, leg) in place, adds, finishes. */
MUST_CHECK bool book_post_all(struct ledger_run *run, struct transfer *transfers, size_t count, struct err *e);

#endif
