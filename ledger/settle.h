/* settle: what merchants owe for an accounting date: the fee on its turnover (RULES.md 5, P-12).
 *
 * A fee is computed from the books as they stand and from the merchant's row that counts now; what is booked
 * is the difference to what was booked before, so that doing it again books nothing and late money is made up
 * for. */
#ifndef DAYBOOK_LEDGER_SETTLE_H
#define DAYBOOK_LEDGER_SETTLE_H

#include "base/arena.h"
#include "ledger/run.h"

/* A merchant whose booked fee differs from the one that is due. */
struct settle_fee {
    int64_t merchant_no;
    int64_t school_code;
    int64_t turnover_fen; /* accepted purchases − reversals of the date; may be below zero */
    int64_t due_fen;
    int64_t booked_fen;
};

/* The fees of a date that are to be booked, by merchant_no; none when all are current. */
MUST_CHECK bool settle_read_fees(struct arena *arena, struct db *db, int32_t day, struct settle_fee **fees,
                                 size_t *count, struct err *e);

/* Posts the differences as P-12, dated and occurred (00:00) on the day, and keeps them in
 * ledger.merchant_fee. */
MUST_CHECK bool settle_book_fees(struct ledger_run *run, int32_t day, const struct settle_fee *fees,
                                 size_t count, struct err *e);

#endif
