/* explain statement: from each line of a merchant's statement to the transfers that it counts. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/date.h"
#include "jobs/explain/explain_private.h"
#include "queries.h"

enum { TRANSFERS_SHOWN_MAX = 100000 };

enum {
    STATEMENT_NO, STATEMENT_MERCHANT, STATEMENT_MERCHANT_NO, STATEMENT_PERIOD, STATEMENT_FROM, STATEMENT_TO,
    STATEMENT_EDITION, STATEMENT_TURNOVER, STATEMENT_FEE, STATEMENT_NET, STATEMENT_SHA256, STATEMENT_CSV, STATEMENT_RUN,
    STATEMENT_ISSUED, STATEMENT_NAME, STATEMENT_NEWEST
};

static bool put_statement(struct explain *x, const struct db_rows *rows, struct err *e)
{
    char check_code[9] = "", digest_hex[2 * CRYPTO_SHA256_BYTES + 1];
    uint8_t digest[CRYPTO_SHA256_BYTES];
    const char *hex = db_text(rows, 0, STATEMENT_CSV), *sha256 = db_text(rows, 0, STATEMENT_SHA256);
    size_t length = strlen(hex) / 2;
    uint8_t *csv = arena_alloc(x->context->arena, length + 1, e);
    if (!csv || !(str_unhex(str_of(hex), csv, length) || err_set(e, ERR_BUG, "a statement that is not hex")) ||
        !crypto_sha256(csv, length, digest, e))
        return false;
    str_hex(digest, sizeof digest, digest_hex);
    for (int i = 0; i < 8; i++)
        check_code[i] = (char)(sha256[i] >= 'a' ? sha256[i] - 'a' + 'A' : sha256[i]);
    struct sheet *s = x->sheet;
    sheet_part(s, "statement", "Statement");
    sheet_text(s, "statement_no", db_text(rows, 0, STATEMENT_NO));
    sheet_text(s, "merchant_no", db_text(rows, 0, STATEMENT_MERCHANT_NO));
    sheet_text(s, "merchant", db_text(rows, 0, STATEMENT_NAME));
    sheet_text(s, "from_date", db_text(rows, 0, STATEMENT_FROM));
    sheet_text(s, "to_date", db_text(rows, 0, STATEMENT_TO));
    sheet_count(s, "edition", db_int64(rows, 0, STATEMENT_EDITION));
    sheet_fen(s, "turnover_fen", db_int64(rows, 0, STATEMENT_TURNOVER));
    sheet_fen(s, "fee_fen", db_int64(rows, 0, STATEMENT_FEE));
    sheet_fen(s, "net_fen", db_int64(rows, 0, STATEMENT_NET));
    sheet_text(s, "sha256", sha256);
    sheet_text(s, "check_code", check_code);
    sheet_text(s, "issued_on", db_text(rows, 0, STATEMENT_ISSUED));
    sheet_count(s, "run", db_int64(rows, 0, STATEMENT_RUN));
    sheet_note(s, strcmp(digest_hex, sha256) == 0 ? "its text makes this digest" : "its text does NOT make this digest");
    if (db_int64(rows, 0, STATEMENT_NEWEST) > db_int64(rows, 0, STATEMENT_EDITION))
        sheet_note(s, "edition %s has taken its place", db_text(rows, 0, STATEMENT_NEWEST));
    return true;
}

static const char *query_text(struct explain *x, const struct db_rows *statement, struct err *e)
{
    return arena_printf(x->context->arena, e,
                        "SELECT * FROM api.transfer WHERE accounting_date BETWEEN '%s' AND '%s' AND merchant_no = '%s' AND "
                        "transfer_id >> 40 <= %s AND (kind = 'purchase' AND credit_account LIKE '2004:%%' OR "
                        "kind = 'reversal' AND debit_account LIKE '2004:%%' OR kind = 'merchant_fee')",
                        db_text(statement, 0, STATEMENT_FROM), db_text(statement, 0, STATEMENT_TO),
                        db_text(statement, 0, STATEMENT_MERCHANT_NO), db_text(statement, 0, STATEMENT_RUN));
}

static bool put_lines(struct explain *x, const struct db_rows *statement, struct err *e)
{
    static const struct sheet_column columns[] = {
        {"date", SHEET_TEXT},        {"meal", SHEET_TEXT},     {"transfers", SHEET_COUNT},  {"purchases", SHEET_COUNT},
        {"purchase_fen", SHEET_FEN}, {"reversals", SHEET_COUNT}, {"reversal_fen", SHEET_FEN}, {"late_fen", SHEET_FEN},
        {"held", SHEET_COUNT},       {"held_fen", SHEET_FEN},  {"fee_fen", SHEET_FEN}};
    const struct explain_table table = {"lines", "Lines, counted anew from transfers", "no activity", SHEET_COLUMNS(columns)};
    int32_t borders[SETTINGS_MEAL_BORDERS];
    struct db_number meals[SETTINGS_MEAL_BORDERS];
    struct db_rows *rows = NULL;
    settings_meals(x->context->settings, db_text(statement, 0, STATEMENT_MERCHANT_NO), borders);
    const char *params[] = {db_text(statement, 0, STATEMENT_MERCHANT), db_text(statement, 0, STATEMENT_FROM),
                            db_text(statement, 0, STATEMENT_TO),       db_text(statement, 0, STATEMENT_RUN),
                            db_from_int64(&meals[0], borders[0]),      db_from_int64(&meals[1], borders[1]),
                            db_from_int64(&meals[2], borders[2])};
    const char *query = query_text(x, statement, e);
    if (!query || !db_query(x->context->db, sql_explain_statement_lines, 7, params, &rows, e))
        return false;
    explain_put_table(x, &table, rows);
    for (size_t i = 0; i < db_rows_count(rows); i++)
        if (!db_bool(rows, i, 11))
            sheet_note(x->sheet, "%s %s: its transfers do not make this line; run daybook audit", db_text(rows, i, 0),
                       db_text(rows, i, 1));
    sheet_note(x->sheet, "the transfers: %s", query);
    if (x->context->command->verbosity <= 0)
        sheet_note(x->sheet, "-v lists them");
    db_rows_close(rows);
    return true;
}

static bool put_transfers(struct explain *x, const struct db_rows *statement, struct err *e)
{
    static const struct sheet_column columns[] = {
        {"transfer_id", SHEET_COUNT}, {"date", SHEET_TEXT},      {"occurred_at", SHEET_TEXT}, {"kind", SHEET_TEXT},
        {"amount_fen", SHEET_FEN},    {"card_no", SHEET_TEXT},   {"device_no", SHEET_TEXT},   {"device_seq", SHEET_COUNT},
        {"archive", SHEET_TEXT},      {"file", SHEET_TEXT},      {"record_no", SHEET_COUNT}};
    const struct explain_table table = {"transfers", "Its transfers", "none", SHEET_COLUMNS(columns)};
    struct db_number limit;
    struct db_rows *rows = NULL;
    const char *params[] = {db_text(statement, 0, STATEMENT_MERCHANT), db_text(statement, 0, STATEMENT_FROM),
                            db_text(statement, 0, STATEMENT_TO), db_text(statement, 0, STATEMENT_RUN),
                            db_from_int64(&limit, TRANSFERS_SHOWN_MAX)};
    if (x->context->command->verbosity <= 0)
        return true;
    if (!db_query(x->context->db, sql_explain_statement_transfers, 5, params, &rows, e))
        return false;
    explain_put_table(x, &table, rows);
    if (db_rows_count(rows) == TRANSFERS_SHOWN_MAX)
        sheet_note(x->sheet, "the first %d; the query above gives all", TRANSFERS_SHOWN_MAX);
    db_rows_close(rows);
    return true;
}

bool explain_statement(struct explain *x, char *const *arguments, struct err *e)
{
    struct db_rows *rows = NULL;
    const char *params[] = {arguments[0]};
    if (!db_query(x->context->db, sql_explain_statement, 1, params, &rows, e))
        return false;
    bool done = db_rows_count(rows) > 0;
    if (done) {
        done = put_statement(x, rows, e) && put_lines(x, rows, e) && put_transfers(x, rows, e);
    } else {
        (void)err_set(e, ERR_USAGE, "there is no statement \"%s\"", arguments[0]);
        (void)err_hint(e, "as <merchant_no>-<period>-<edition>; api.statement lists them");
    }
    db_rows_close(rows);
    return done;
}
