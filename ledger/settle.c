#include "ledger/settle.h"

#include <inttypes.h>

#include "base/date.h"
#include "base/money.h"
#include "queries.h"

enum { COLUMN_MERCHANT, COLUMN_SCHOOL, COLUMN_TURNOVER, COLUMN_BOOKED, COLUMN_BPS, COLUMN_MIN, COLUMN_MAX };

static bool read_fee(const struct db_rows *rows, size_t row, struct settle_fee *fee, struct err *e)
{
    *fee = (struct settle_fee){
        .merchant_no = db_int64(rows, row, COLUMN_MERCHANT),
        .school_code = db_int64(rows, row, COLUMN_SCHOOL),
        .turnover_fen = db_int64(rows, row, COLUMN_TURNOVER),
        .booked_fen = db_int64(rows, row, COLUMN_BOOKED),
    };
    if (db_is_null(rows, row, COLUMN_SCHOOL))
        return err_set(e, ERR_BUG, "merchant \"%015" PRId64 "\" has turnover and is not on file",
                       fee->merchant_no);
    fee->due_fen = money_fee(fee->turnover_fen, (int32_t)db_int64(rows, row, COLUMN_BPS),
                             db_int64(rows, row, COLUMN_MIN), db_int64(rows, row, COLUMN_MAX));
    return true;
}

static bool keep_differing(const struct db_rows *rows, struct settle_fee *fees, size_t *count, struct err *e)
{
    *count = 0;
    for (size_t row = 0; row < db_rows_count(rows); row++) {
        if (!read_fee(rows, row, &fees[*count], e))
            return false;
        *count += fees[*count].due_fen != fees[*count].booked_fen;
    }
    return true;
}

bool settle_read_fees(struct arena *arena, struct db *db, int32_t day, struct settle_fee **fees,
                      size_t *count, struct err *e)
{
    struct db_rows *rows = NULL;
    struct db_number date;
    const char *params[] = {db_from_day(&date, day)};
    if (!db_query(db, sql_settle_fees, 1, params, &rows, e))
        return false;
    *fees = arena_array(arena, db_rows_count(rows) + 1, sizeof **fees, e);
    bool done = *fees && keep_differing(rows, *fees, count, e);
    db_rows_close(rows);
    return done;
}

static bool post_fee(struct ledger_run *run, struct book *book, int32_t day, const struct settle_fee *fee,
                     struct err *e)
{
    int64_t difference_fen = fee->due_fen - fee->booked_fen;
    ALWAYS(difference_fen != 0);
    struct transfer t = {
        .kind = TRANSFER_MERCHANT_FEE,
        .school_code = fee->school_code,
        .accounting_date = day,
        .occurred_at = date_moment(day, 0, 0, 0),
        .debit = account_of(ACCOUNT_MERCHANT_PAYABLE, fee->merchant_no),
        .credit = account_of(ACCOUNT_FEE_INCOME, fee->school_code),
        .amount_fen = difference_fen,
        .merchant_no = fee->merchant_no,
        .card_no = -1,
        .device_no = -1,
    };
    if (difference_fen < 0) {
        struct account debit = t.debit;
        t.debit = t.credit;
        t.credit = debit;
        t.amount_fen = -difference_fen;
    }
    return ledger_run_next_entry(run, &t.entry_id, e) && book_add(book, &t, e);
}

static bool keep_fees(struct ledger_run *run, int32_t day, const struct settle_fee *fees, size_t count,
                      struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_copy_open(run->db, sql_settle_copy_fees, &copy, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!db_copy_row(copy, 5, 36, e)) {
            db_copy_abort(copy);
            return false;
        }
        db_put_day(copy, day);
        db_put_int64(copy, run->run_id);
        db_put_int64(copy, fees[i].merchant_no);
        db_put_int64(copy, fees[i].turnover_fen);
        db_put_int64(copy, fees[i].due_fen - fees[i].booked_fen);
    }
    return db_copy_close(copy, NULL, e);
}

bool settle_read(struct arena *arena, struct db *db, int32_t day, const struct drain_rules *rules,
                 struct settle_due *due, struct err *e)
{
    *due = (struct settle_due){0};
    return lapse_read(arena, db, day, &due->lapses, &due->lapse_count, e) &&
           drains_read(arena, db, day, rules, &due->drains, e) &&
           settle_read_fees(arena, db, day, &due->fees, &due->fee_count, e);
}

/* What the cards that lose or get something may claim. */
static bool load_claims(struct ledger_run *run, struct arena *arena, const struct settle_due *due,
                        struct claims **claims, struct err *e)
{
    size_t count = 0;
    int64_t *card_nos = arena_array(arena, due->lapse_count + 2 * due->drains.count + 1, sizeof *card_nos, e);
    if (!card_nos)
        return false;
    for (size_t i = 0; i < due->lapse_count; i++)
        card_nos[count++] = due->lapses[i].card_no;
    for (size_t i = 0; i < due->drains.count; i++) {
        card_nos[count++] = due->drains.rows[i].card_no;
        card_nos[count++] = due->drains.rows[i].new_card_no;
    }
    return claims_open(claims, run->seed, arena, e) && (count == 0 || claims_load_cards(*claims, run, card_nos, count, e));
}

/* One leaf takes them all. */
static bool post_all(struct ledger_run *run, struct book *book, struct claims *claims, struct settle_due *due,
                     struct err *e)
{
    if (!book_begin_date(book, run->open_date, e))
        return false;
    for (size_t i = 0; i < due->lapse_count; i++)
        if (!lapse_post(run, book, claims, &due->lapses[i], e))
            return false;
    if (!drains_post(run, book, claims, &due->drains, e))
        return false;
    for (size_t i = 0; i < due->fee_count; i++)
        if (!post_fee(run, book, run->open_date, &due->fees[i], e))
            return false;
    return book_end_date(book, e) && book_finish(book, e);
}

bool settle_book(struct ledger_run *run, struct arena *arena, struct settle_due *due, struct err *e)
{
    struct book *book = NULL;
    struct claims *claims = NULL;
    if (settle_is_done(due))
        return true;
    if (!load_claims(run, arena, due, &claims, e) || !drains_load(run, &due->drains, e))
        return false;
    bool posted = book_open(&book, run, e) && post_all(run, book, claims, due, e);
    book_close(book);
    return posted && drains_store(run, &due->drains, e) && claims_write(claims, run, e) &&
           (due->fee_count == 0 || keep_fees(run, run->open_date, due->fees, due->fee_count, e));
}
