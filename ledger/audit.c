#include "ledger/audit.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/date.h"
#include "ledger/seal.h"
#include "queries.h"

enum audit_kind {
    AUDIT_DATED, /* takes the dates of the scope */
    AUDIT_STATE, /* state without a date, quick */
    AUDIT_WHOLE, /* state without a date, from all that ever was */
};

struct audit_check {
    const char *name;
    const char *sql;
    enum audit_kind kind;
};

static const struct audit_check checks[] = {
    {"trial_balanced", sql_audit_trial_balanced, AUDIT_DATED},
    {"trial_sums", sql_audit_trial_sums, AUDIT_DATED},
    {"account_sums", sql_audit_account_sums, AUDIT_DATED},
    {"between_schools", sql_audit_between_schools, AUDIT_DATED},
    {"sources", sql_audit_sources, AUDIT_DATED},
    {"openings", sql_audit_openings, AUDIT_DATED},
    {"cash", sql_audit_cash, AUDIT_DATED},
    {"subsidies", sql_audit_subsidies, AUDIT_DATED},
    {"drains", sql_audit_drains, AUDIT_DATED},
    {"record_entries", sql_audit_record_entries, AUDIT_DATED},
    {"draw_entries", sql_audit_draw_entries, AUDIT_DATED},
    {"reversal_entries", sql_audit_reversal_entries, AUDIT_DATED},
    {"decisions", sql_audit_decisions, AUDIT_DATED},
    {"merchant_sums", sql_audit_merchant_sums, AUDIT_DATED},
    {"held_sums", sql_audit_held_sums, AUDIT_DATED},
    {"fees", sql_audit_fees, AUDIT_DATED},
    {"files", sql_audit_files, AUDIT_DATED},
    {"terminals", sql_audit_terminals, AUDIT_DATED},
    {"exceptions", sql_audit_exceptions, AUDIT_DATED},
    {"adjustments", sql_audit_adjustments, AUDIT_DATED},
    {"seen_records", sql_audit_seen_records, AUDIT_DATED},
    {"spans", sql_audit_spans, AUDIT_DATED},
    {"balances", sql_audit_balances, AUDIT_STATE},
    {"claims", sql_audit_claims, AUDIT_STATE},
    {"purse_total", sql_audit_purse_total, AUDIT_STATE},
    {"purses", sql_audit_purses, AUDIT_WHOLE},
    {"advances", sql_audit_advances, AUDIT_WHOLE},
    {"seen_state", sql_audit_seen_state, AUDIT_WHOLE},
    {"counters", sql_audit_counters, AUDIT_WHOLE},
    {"lists", sql_audit_lists, AUDIT_WHOLE},
};

enum { SCOPE_PARAMS = 2 };

/* The first lines of a check and how many there are; the rest would only hide them. */
static bool query_check(struct db *db, const struct audit_check *check, const char *const *params,
                        struct db_rows **rows, struct err *e)
{
    struct buf sql;
    buf_open(&sql, 1 << 16);
    buf_printf(&sql, "SELECT finding, count(*) OVER () FROM (%s) AS f ORDER BY finding LIMIT 20", check->sql);
    bool done = buf_ok(&sql, e) &&
                db_query(db, sql.data, check->kind == AUDIT_DATED ? SCOPE_PARAMS : 0, params, rows, e);
    buf_close(&sql);
    return done;
}

static bool run_check(struct db *db, const struct audit_check *check, const char *const *params,
                      const struct audit_listener *listener, struct audit_result *result, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!query_check(db, check, params, &rows, e))
        return err_context(e, "audit \"%s\"", check->name);
    size_t shown = db_rows_count(rows);
    int64_t total = shown > 0 ? db_int64(rows, 0, 1) : 0;
    for (size_t row = 0; row < shown; row++)
        listener->found(listener->context, check->name, db_text(rows, row, 0));
    if (total > (int64_t)shown) {
        char more[64];
        (void)snprintf(more, sizeof more, "and %" PRId64 " more of them", total - (int64_t)shown);
        listener->found(listener->context, check->name, more);
    }
    db_rows_close(rows);
    result->checks++;
    result->findings += total;
    return true;
}

/* ---- seals */

static void seal_differs(const struct audit_listener *listener, struct audit_result *result, int32_t day,
                         const char *what)
{
    char line[160], date[DATE_TEXT_BYTES];
    date_format(day, date);
    (void)snprintf(line, sizeof line, "the seal of %s %s", date, what);
    listener->found(listener->context, "seals", line);
    result->findings++;
}

static bool check_seal(struct db *db, const struct db_rows *rows, size_t row,
                       const struct audit_listener *listener, struct audit_result *result, struct err *e)
{
    struct seal before, made = {.day = db_day(rows, row, 0)};
    char previous[2 * CRYPTO_SHA256_BYTES + 1], digest[2 * CRYPTO_SHA256_BYTES + 1];
    if (!seal_read_before(db, made.day, &before, e) || !seal_compute(db, &before, &made, e))
        return false;
    str_hex(before.digest, CRYPTO_SHA256_BYTES, previous);
    str_hex(made.digest, CRYPTO_SHA256_BYTES, digest);
    if (!str_equal(str_of(db_text(rows, row, 1)), previous))
        seal_differs(listener, result, made.day, "does not follow the one before it");
    if (!str_equal(str_of(db_text(rows, row, 2)), digest))
        seal_differs(listener, result, made.day, "has a digest that its transfers do not make");
    if (db_int64(rows, row, 3) != made.transfers || db_int64(rows, row, 4) != made.debit_fen)
        seal_differs(listener, result, made.day, "counts other transfers than there are");
    result->seals++;
    return true;
}

static bool check_seals(struct db *db, const char *const *params, const struct audit_listener *listener,
                        struct audit_result *result, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!db_query(db, sql_seal_list, SCOPE_PARAMS, params, &rows, e))
        return false;
    bool done = true;
    for (size_t row = 0; row < db_rows_count(rows) && done; row++)
        done = check_seal(db, rows, row, listener, result, e);
    db_rows_close(rows);
    result->checks++;
    return done;
}

static bool count_all(struct db *db, const char *const *params, struct audit_result *result, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!db_query(db, sql_audit_counts, SCOPE_PARAMS, params, &rows, e))
        return false;
    result->runs = db_int64(rows, 0, 0);
    result->records = db_int64(rows, 0, 1);
    result->transfers = db_int64(rows, 0, 2);
    result->transfer_fen = db_int64(rows, 0, 3);
    db_rows_close(rows);
    return true;
}

bool audit_run(struct db *db, const struct audit_scope *scope, const struct audit_listener *listener,
               struct audit_result *result, struct err *e)
{
    struct db_number from, to;
    const char *params[SCOPE_PARAMS] = {db_from_day(&from, scope->from_day), db_from_day(&to, scope->to_day)};
    bool is_whole = scope->from_day == DATE_NO_DAY && scope->to_day == DATE_NO_DAY;
    *result = (struct audit_result){0};
    /* A day of a city is joined in memory, not in files; and by hashing, whatever the planner makes of leaves
     * that nobody has analyzed yet. */
    if (!db_exec(db, "SET LOCAL work_mem = '64MB'; SET LOCAL enable_nestloop = off", e))
        return false;
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
        if ((checks[i].kind != AUDIT_WHOLE || is_whole) &&
            !run_check(db, &checks[i], params, listener, result, e))
            return false;
    return check_seals(db, params, listener, result, e) && count_all(db, params, result, e);
}
