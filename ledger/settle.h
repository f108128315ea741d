/* settle: what a day's end moves: subsidies that lapse (P-08), what lost, replaced and closed cards hold (P-14, P-15), and
 * what merchants owe: the fee on their turnover (RULES.md 5, P-12).
 *
 * All of it is computed from the books as they stand. A fee is computed from the merchant's row that counts now; what is
 * booked is the difference to what was booked before, so that doing it again books nothing and late money is made up
 * for. */
#ifndef DAYBOOK_LEDGER_SETTLE_H
#define DAYBOOK_LEDGER_SETTLE_H

#include "base/arena.h"
#include "ledger/drain.h"
#include "ledger/lapse.h"

/* A merchant whose booked fee differs from the one that is due. */
struct settle_fee {
    int64_t merchant_no;
    int64_t school_code;
    int64_t turnover_fen; /* accepted purchases − reversals of the date; may be below zero */
    int64_t due_fen;
    int64_t booked_fen;
};

/* What a date still needs; all counts 0 when it has been settled. */
struct settle_due {
    struct lapse *lapses;
    size_t lapse_count;
    struct drains drains;
    struct settle_fee *fees; /* by merchant_no */
    size_t fee_count;
};
MUST_CHECK bool settle_read(struct arena *arena, struct db *db, int32_t day, const struct drain_rules *rules,
                            struct settle_due *due, struct err *e);
static inline bool settle_is_done(const struct settle_due *due)
{
    return due->lapse_count == 0 && due->drains.count == 0 && due->fee_count == 0;
}

/* The fees of a date that are to be booked; a part of settle_read. */
MUST_CHECK bool settle_read_fees(struct arena *arena, struct db *db, int32_t day, struct settle_fee **fees,
                                 size_t *count, struct err *e);

/* Posts all of it in a run on that day, dated and occurred (00:00) on it: lapses, then drains, then fees as P-12, which
 * are kept in ledger.merchant_fee. due must have been read in the run. */
MUST_CHECK bool settle_book(struct ledger_run *run, struct arena *arena, struct settle_due *due, struct err *e);

#endif
