#include "ledger/lapse.h"

#include "base/date.h"
#include "queries.h"

bool lapse_read(struct arena *arena, struct db *db, int32_t day, struct lapse **lapses, size_t *count, struct err *e)
{
    struct db_rows *rows = NULL;
    struct db_number date;
    const char *params[] = {db_from_day(&date, day)};
    if (!db_query(db, sql_settle_lapses, 1, params, &rows, e))
        return false;
    *count = db_rows_count(rows);
    *lapses = arena_array(arena, *count + 1, sizeof **lapses, e);
    for (size_t i = 0; *lapses && i < *count; i++)
        (*lapses)[i] = (struct lapse){db_int64(rows, i, 0), db_int64(rows, i, 1), db_int64(rows, i, 2)};
    db_rows_close(rows);
    return *lapses != NULL;
}

bool lapse_post(struct ledger_run *run, struct book *book, struct claims *claims, const struct lapse *lapse,
                struct err *e)
{
    struct claim *claim = claims_find(claims, lapse->card_no);
    struct transfer t = {.kind = TRANSFER_SUBSIDY_LAPSE,
                         .school_code = lapse->school_code,
                         .accounting_date = run->open_date,
                         .occurred_at = date_moment(run->open_date, 0, 0, 0),
                         .debit = account_of(ACCOUNT_SUBSIDY_TO_CLAIM, lapse->card_no),
                         .credit = account_named(ACCOUNT_SUBSIDY_FUND, ""),
                         .card_no = lapse->card_no,
                         .device_no = -1};
    if (!claim)
        return err_set(e, ERR_BUG, "a card's lots are not those of its claim");
    t.amount_fen = claim_lapse(claim, run->open_date);
    return ledger_run_next_entry(run, &t.entry_id, e) && book_add(book, &t, e);
}
