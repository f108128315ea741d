/* explain transfer: what moved the money, down to the record, the imported line, the fee's formula or the two people. */
#include <inttypes.h>
#include <string.h>

#include "base/money.h"
#include "jobs/explain/explain_private.h"
#include "jobs/explain/line.h"
#include "jobs/explain/rule.h"
#include "queries.h"

enum {
    COLUMN_ID, COLUMN_ENTRY, COLUMN_DATE, COLUMN_OCCURRED, COLUMN_DEBIT, COLUMN_CREDIT, COLUMN_AMOUNT, COLUMN_KIND,
    COLUMN_BOOK, COLUMN_CARD, COLUMN_MERCHANT, COLUMN_DEVICE, COLUMN_SEQUENCE, COLUMN_REVERSES, COLUMN_RUN, COLUMN_JOB,
    COLUMN_RUN_DATE, COLUMN_COMMITTED, COLUMN_ARCHIVE, COLUMN_FILE, COLUMN_RECORD_NO, COLUMN_SEALED, COLUMN_MERCHANT_NO,
    COLUMN_CARD_NO
};

static void put_transfer(struct explain *x, const struct db_rows *rows)
{
    static const struct {
        const char *key;
        int column;
    } texts[] = {{"accounting_date", COLUMN_DATE}, {"occurred_at", COLUMN_OCCURRED}, {"debit", COLUMN_DEBIT},
                 {"credit", COLUMN_CREDIT}};
    static const struct {
        const char *key;
        int column;
    } more[] = {{"kind", COLUMN_KIND}, {"book", COLUMN_BOOK}, {"card_no", COLUMN_CARD}, {"merchant_no", COLUMN_MERCHANT},
                {"device_no", COLUMN_DEVICE}, {"device_seq", COLUMN_SEQUENCE}, {"reverses", COLUMN_REVERSES},
                {"job", COLUMN_JOB}, {"posted_at", COLUMN_COMMITTED}};
    struct sheet *s = x->sheet;
    sheet_part(s, "transfer", "Transfer");
    sheet_count(s, "transfer_id", db_int64(rows, 0, COLUMN_ID));
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        sheet_text(s, texts[i].key, db_text(rows, 0, texts[i].column));
    sheet_fen(s, "amount_fen", db_int64(rows, 0, COLUMN_AMOUNT));
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
        sheet_text(s, more[i].key, db_text(rows, 0, more[i].column));
    sheet_count(s, "run", db_int64(rows, 0, COLUMN_RUN));
    sheet_note(s, "%s", rule_of_transfer(db_text(rows, 0, COLUMN_KIND), db_text(rows, 0, COLUMN_DEBIT),
                                         db_text(rows, 0, COLUMN_CREDIT)));
    if (db_bool(rows, 0, COLUMN_SEALED))
        sheet_note(s, "its date is sealed: it never changes");
}

static bool put_entry(struct explain *x, int64_t entry_id, struct err *e)
{
    static const struct sheet_column columns[] = {{"transfer_id", SHEET_COUNT}, {"accounting_date", SHEET_TEXT},
                                                  {"occurred_at", SHEET_TEXT},  {"debit", SHEET_TEXT},
                                                  {"credit", SHEET_TEXT},       {"amount_fen", SHEET_FEN},
                                                  {"kind", SHEET_TEXT},         {"book", SHEET_TEXT}};
    const struct explain_table table = {"entry", "All transfers of its entry", "none", SHEET_COLUMNS(columns)};
    struct db_number id;
    struct db_rows *rows = NULL;
    const char *params[] = {db_from_int64(&id, entry_id)};
    if (!db_query(x->context->db, sql_explain_entry, 1, params, &rows, e))
        return false;
    explain_put_table(x, &table, rows);
    db_rows_close(rows);
    return true;
}

/* RULES.md 5: round half up of turnover × bps / 10,000, at least fee_min, at most fee_max. */
static bool put_fee(struct explain *x, const struct db_rows *transfer, struct err *e)
{
    const char *params[] = {db_text(transfer, 0, COLUMN_RUN), db_text(transfer, 0, COLUMN_MERCHANT_NO),
                            db_text(transfer, 0, COLUMN_DATE)};
    struct db_rows *rows = NULL;
    if (!db_query(x->context->db, sql_explain_fee, 3, params, &rows, e))
        return false;
    sheet_part(x->sheet, "source", "Fee");
    bool done = true;
    if (db_rows_count(rows) > 0) {
        int64_t turnover_fen = db_int64(rows, 0, 0), before_fen = db_int64(rows, 0, 5);
        int64_t due_fen = money_fee(turnover_fen, (int32_t)db_int64(rows, 0, 2), db_int64(rows, 0, 3), db_int64(rows, 0, 4));
        sheet_fen(x->sheet, "turnover_fen", turnover_fen);
        sheet_count(x->sheet, "fee_bps", db_int64(rows, 0, 2));
        sheet_fen(x->sheet, "fee_min_fen", db_int64(rows, 0, 3));
        sheet_fen(x->sheet, "fee_max_fen", db_int64(rows, 0, 4));
        sheet_fen(x->sheet, "due_fen", due_fen);
        sheet_fen(x->sheet, "booked_before_fen", before_fen);
        sheet_fen(x->sheet, "booked_here_fen", db_int64(rows, 0, 1));
        sheet_note(x->sheet, "round half up (%" PRId64 " × %" PRId64 " / 10,000) fen, at least the minimum, at most the maximum "
                             "(0: none), nothing where the turnover is not above 0; the difference to what was booked",
                   turnover_fen, db_int64(rows, 0, 2));
        const struct line_place place = {db_text(rows, 0, 7), db_text(rows, 0, 8), db_text(rows, 0, 9),
                                         db_int64(rows, 0, 10)};
        done = line_put(x, &place, e);
    }
    db_rows_close(rows);
    return done;
}

/* Openings, cash slips and subsidies come from lines of files. */
static bool put_imported(struct explain *x, const struct db_rows *transfer, struct err *e)
{
    bool has_card = !db_is_null(transfer, 0, COLUMN_CARD_NO);
    const char *params[] = {db_text(transfer, 0, COLUMN_ENTRY), has_card ? db_text(transfer, 0, COLUMN_CARD_NO) : NULL};
    struct db_rows *rows = NULL;
    if (!db_query(x->context->db, sql_explain_imported, 2, params, &rows, e))
        return false;
    bool done = true;
    if (db_rows_count(rows) > 0) {
        const struct line_place place = {db_text(rows, 0, 0), db_text(rows, 0, 1), db_text(rows, 0, 2),
                                         db_int64(rows, 0, 3)};
        sheet_part(x->sheet, "source", "Imported line");
        done = line_put(x, &place, e);
    }
    db_rows_close(rows);
    return done;
}

static bool put_correction(struct explain *x, const struct db_rows *transfer, struct err *e)
{
    const char *params[] = {db_text(transfer, 0, COLUMN_RUN)};
    struct db_rows *rows = NULL;
    if (!db_query(x->context->db, sql_explain_correction, 1, params, &rows, e))
        return false;
    if (db_rows_count(rows) > 0) {
        sheet_part(x->sheet, "source", "Correction");
        sheet_count(x->sheet, "proposal_id", db_int64(rows, 0, 0));
        sheet_count(x->sheet, "exception_id", db_int64(rows, 0, 1));
        sheet_text(x->sheet, "exception", db_text(rows, 0, 2));
        sheet_text(x->sheet, "outcome", db_text(rows, 0, 3));
        sheet_text(x->sheet, "reason", db_text(rows, 0, 4));
        sheet_text(x->sheet, "proposed_by", db_text(rows, 0, 6));
        sheet_text(x->sheet, "proposed_on", db_text(rows, 0, 7));
        sheet_text(x->sheet, "approved_by", db_text(rows, 0, 8));
        sheet_note(x->sheet, "reason: %s", db_text(rows, 0, 5));
        sheet_note(x->sheet, "the exception said: %s", db_text(rows, 0, 9));
    }
    db_rows_close(rows);
    return true;
}

/* Drained cards: which report began the window. Other jobs' transfers are told by their run. */
static bool put_run(struct explain *x, const struct db_rows *transfer, struct err *e)
{
    static const struct sheet_column columns[] = {{"kind", SHEET_TEXT}, {"effective_at", SHEET_TEXT}, {"reason", SHEET_TEXT},
                                                  {"known_on", SHEET_TEXT}};
    const struct explain_table table = {"source", "Reports about its card", "none", SHEET_COLUMNS(columns)};
    const char *params[] = {db_text(transfer, 0, COLUMN_CARD_NO)};
    struct db_rows *rows = NULL;
    if (!db_is_null(transfer, 0, COLUMN_CARD_NO)) {
        if (!db_query(x->context->db, sql_explain_losses, 1, params, &rows, e))
            return false;
        explain_put_table(x, &table, rows);
        db_rows_close(rows);
    }
    sheet_note(x->sheet, "posted by run %s of %s on %s", db_text(transfer, 0, COLUMN_RUN), db_text(transfer, 0, COLUMN_JOB),
               db_text(transfer, 0, COLUMN_RUN_DATE));
    return true;
}

static bool put_source(struct explain *x, const struct db_rows *rows, struct err *e)
{
    const char *job = db_text(rows, 0, COLUMN_JOB);
    if (strcmp(job, "adjust") == 0 && !put_correction(x, rows, e))
        return false;
    if (!db_is_null(rows, 0, COLUMN_RECORD_NO))
        return explain_place(x, db_text(rows, 0, COLUMN_ARCHIVE), db_text(rows, 0, COLUMN_FILE),
                             db_int64(rows, 0, COLUMN_RECORD_NO), false, e);
    if (strcmp(db_text(rows, 0, COLUMN_KIND), "merchant_fee") == 0)
        return put_fee(x, rows, e);
    if (strcmp(job, "import") == 0)
        return put_imported(x, rows, e);
    return strcmp(job, "adjust") == 0 || put_run(x, rows, e);
}

bool explain_transfer(struct explain *x, char *const *arguments, struct err *e)
{
    int64_t transfer_id = 0;
    struct db_rows *rows = NULL;
    const char *params[] = {arguments[0]};
    if (!str_to_int64(str_of(arguments[0]), &transfer_id)) {
        (void)err_set(e, ERR_USAGE, "ID: \"%s\" is no number", arguments[0]);
        return err_hint(e, "the numbers are those of api.transfer");
    }
    if (!db_query(x->context->db, sql_explain_transfer, 1, params, &rows, e))
        return false;
    bool done = db_rows_count(rows) > 0;
    if (done) {
        put_transfer(x, rows);
        done = put_entry(x, db_int64(rows, 0, COLUMN_ENTRY), e) && put_source(x, rows, e);
    } else {
        (void)err_set(e, ERR_USAGE, "there is no transfer %s", arguments[0]);
        (void)err_hint(e, "the numbers are those of api.transfer");
    }
    db_rows_close(rows);
    return done;
}
