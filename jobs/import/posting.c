#include "jobs/import/posting.h"

#include <string.h>

#include "ledger/cash.h"
#include "ledger/opening.h"
#include "ledger/subsidy.h"
#include "queries.h"

bool import_post_cards(struct job_context *context, struct ledger_run *run, struct arena *arena, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!db_query(run->db, sql_import_card_new, 0, NULL, &rows, e))
        return false;
    size_t count = db_rows_count(rows);
    int64_t *cards = arena_array(arena, count + 1, sizeof *cards, e);
    for (size_t i = 0; cards && i < count; i++) {
        cards[i] = db_int64(rows, i, 0);
        job_count(context, "opening_fen", db_int64(rows, i, 1));
    }
    db_rows_close(rows);
    return cards && opening_post(run, arena, cards, (uint32_t)count, e);
}

/* A text of a row that outlives the rows; NULL when *e is filled. */
static const char *keep_text(struct arena *arena, const struct db_rows *rows, size_t row, int column, struct err *e)
{
    const char *text = db_text(rows, row, column);
    return arena_copy(arena, text, strlen(text), e);
}

static bool read_opening(struct arena *arena, const struct db_rows *rows, size_t row, struct opening *opening,
                         struct err *e)
{
    enum { ACCOUNT, BOOK, AMOUNT };
    *opening = (struct opening){.school_code = db_int64(rows, row, BOOK), .amount_fen = db_int64(rows, row, AMOUNT)};
    return account_parse(arena, db_text(rows, row, ACCOUNT), &opening->account, e);
}

bool import_post_openings(struct job_context *context, struct ledger_run *run, struct arena *arena, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!db_query(run->db, sql_import_opening_new, 0, NULL, &rows, e))
        return false;
    size_t count = db_rows_count(rows);
    struct opening *openings = arena_array(arena, count + 1, sizeof *openings, e);
    bool read = openings != NULL;
    for (size_t i = 0; read && i < count; i++) {
        read = read_opening(arena, rows, i, &openings[i], e);
        job_count(context, "opening_fen", openings[i].amount_fen);
    }
    db_rows_close(rows);
    return read && opening_post_accounts(run, arena, openings, count, e);
}

static bool read_slip(struct arena *arena, const struct db_rows *rows, size_t row, struct cash_slip *slip, struct err *e)
{
    enum { KIND, CASHIER, BANK_ACCOUNT, CARD, PERSON, SCHOOL, AMOUNT, AT };
    *slip = (struct cash_slip){.kind = (int)db_int64(rows, row, KIND),
                               .cashier = keep_text(arena, rows, row, CASHIER, e),
                               .card_no = db_is_null(rows, row, CARD) ? -1 : db_int64(rows, row, CARD),
                               .school_code = db_int64(rows, row, SCHOOL),
                               .amount_fen = db_int64(rows, row, AMOUNT),
                               .at = db_int64(rows, row, AT)};
    slip->bank_account = slip->cashier ? keep_text(arena, rows, row, BANK_ACCOUNT, e) : NULL;
    slip->person_no = slip->bank_account ? keep_text(arena, rows, row, PERSON, e) : NULL;
    return slip->person_no != NULL;
}

bool import_post_cash(struct job_context *context, struct ledger_run *run, struct arena *arena, struct err *e)
{
    static const char *const counts[] = {[SLIP_TOPUP] = "topup_fen", [SLIP_REFUND] = "refund_fen",
                                         [SLIP_CARD_FEE] = "card_fee_fen", [SLIP_TO_BANK] = "to_bank_fen"};
    struct db_rows *rows = NULL;
    if (!db_query(run->db, sql_import_cash_new, 0, NULL, &rows, e))
        return false;
    size_t count = db_rows_count(rows);
    struct cash_slip *slips = arena_array(arena, count + 1, sizeof *slips, e);
    bool read = slips != NULL;
    for (size_t i = 0; read && i < count; i++) {
        read = read_slip(arena, rows, i, &slips[i], e);
        job_count(context, counts[slips[i].kind], slips[i].amount_fen);
    }
    db_rows_close(rows);
    return read && cash_post(run, arena, slips, count, e);
}

/* A class may be all pupils of a city, so its cards come one after the other. */
static bool scan_grants(struct db *db, struct subsidy_grant *grants, size_t count, struct err *e)
{
    enum { CARD, SCHOOL, AMOUNT, VALID_TO };
    struct db_scan *scan = NULL;
    if (!db_scan_open(db, sql_import_subsidy_new, &scan, e))
        return false;
    bool more = true, done = true;
    size_t read = 0;
    while (done && (done = db_scan_next(scan, &more, e)) && more) {
        ALWAYS(read < count);
        grants[read++] = (struct subsidy_grant){.card_no = db_scan_int64(scan, CARD),
                                                .school_code = db_scan_int64(scan, SCHOOL),
                                                .amount_fen = db_scan_int64(scan, AMOUNT),
                                                .valid_to = db_scan_day(scan, VALID_TO)};
    }
    return db_scan_end(scan, done, e);
}

bool import_post_subsidies(struct job_context *context, struct ledger_run *run, struct arena *arena, struct err *e)
{
    int64_t count = 0;
    if (!db_query_int64(run->db, sql_import_subsidy_count, 0, NULL, &count, e))
        return false;
    struct subsidy_grant *grants = arena_array(arena, (size_t)count + 1, sizeof *grants, e);
    if (!grants || !scan_grants(run->db, grants, (size_t)count, e))
        return false;
    job_count(context, "cards", count);
    job_count(context, "subsidy_fen", 0);
    for (int64_t i = 0; i < count; i++)
        job_count(context, "subsidy_fen", grants[i].amount_fen);
    return subsidy_post(run, arena, grants, (size_t)count, e);
}
