#include "ledger/statement.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/date.h"
#include "base/money.h"
#include "queries.h"

enum { MERCHANTS_AT_A_TIME = 500, STATEMENT_NO_BYTES = 64 };

void statement_walk_open(struct statement_walk *walk, struct db *db, int32_t day)
{
    *walk = (struct statement_walk){.db = db, .day = day, .cycle = -1};
}

/* ---- figures */

static bool add_figures(struct statement_figures *sum, const struct statement_figures *f, struct err *e)
{
    return money_add(&sum->purchases, f->purchases, e) && money_add(&sum->purchase_fen, f->purchase_fen, e) &&
           money_add(&sum->reversals, f->reversals, e) && money_add(&sum->reversal_fen, f->reversal_fen, e) &&
           money_add(&sum->late_fen, f->late_fen, e) && money_add(&sum->held_fen, f->held_fen, e) &&
           money_add(&sum->fee_fen, f->fee_fen, e) && money_add(&sum->net_fen, f->net_fen, e);
}

static bool read_line(const struct db_rows *rows, size_t row, struct statement_line *line, struct err *e)
{
    struct statement_figures *f = &line->figures;
    line->day = db_day(rows, row, 1);
    line->meal = (int)db_int64(rows, row, 2);
    *f = (struct statement_figures){
        .purchases = db_int64(rows, row, 3),
        .purchase_fen = db_int64(rows, row, 4),
        .reversals = db_int64(rows, row, 5),
        .reversal_fen = db_int64(rows, row, 6),
        .late_fen = db_int64(rows, row, 7),
        .held_fen = db_int64(rows, row, 8),
        .fee_fen = db_int64(rows, row, 9),
    };
    return money_add(&f->net_fen, f->purchase_fen, e) && money_add(&f->net_fen, -f->reversal_fen, e) &&
           money_add(&f->net_fen, -f->fee_fen, e);
}

/* Both are in the order of merchant_no, and no line is of a merchant that is not among the statements. */
static bool deal_lines(const struct db_rows *rows, struct statement_line *lines, struct statement *statements,
                       size_t count, struct err *e)
{
    size_t row = 0;
    for (size_t i = 0; i < count; i++) {
        struct statement *s = &statements[i];
        s->lines = &lines[row];
        for (; row < db_rows_count(rows) && db_int64(rows, row, 0) == s->merchant_no; row++) {
            if (!read_line(rows, row, &lines[row], e) || !add_figures(&s->total, &lines[row].figures, e))
                return false;
            s->line_count++;
        }
    }
    if (row != db_rows_count(rows))
        return err_set(e, ERR_BUG, "merchant \"%015" PRId64 "\" has figures and no statement",
                       db_int64(rows, row, 0));
    return true;
}

static bool read_lines(struct statement_walk *walk, struct arena *arena, struct statement *statements,
                       size_t count, struct err *e)
{
    struct db_rows *rows = NULL;
    struct db_number from, to, first, last;
    const char *params[] = {db_from_day(&from, walk->period.from_day), db_from_day(&to, walk->period.to_day),
                            db_from_int64(&first, statements[0].merchant_no),
                            db_from_int64(&last, statements[count - 1].merchant_no),
                            period_cycle_word(walk->period.cycle)};
    if (!db_query(walk->db, sql_settle_statement_lines, 5, params, &rows, e))
        return false;
    struct statement_line *lines = arena_array(arena, db_rows_count(rows) + 1, sizeof *lines, e);
    bool done = lines && deal_lines(rows, lines, statements, count, e);
    db_rows_close(rows);
    return done;
}

/* ---- the walk */

static bool fill_merchants(const struct db_rows *rows, const struct statement_walk *walk, struct arena *arena,
                           struct statement **statements, struct err *e)
{
    size_t count = db_rows_count(rows);
    struct period *period = arena_alloc(arena, sizeof *period, e);
    struct statement *all = period ? arena_array(arena, count + 1, sizeof *all, e) : NULL;
    if (!all)
        return false;
    *period = walk->period;
    for (size_t row = 0; row < count; row++) {
        all[row].merchant_no = db_int64(rows, row, 0);
        all[row].period = period;
        all[row].edition = (int)db_int64(rows, row, 1);
        if (all[row].edition > 0 &&
            !str_unhex(str_of(db_text(rows, row, 2)), all[row].sha256, CRYPTO_SHA256_BYTES))
            return err_set(e, ERR_BUG, "the database gave a digest of another length");
    }
    *statements = all;
    return true;
}

static bool read_merchants(const struct statement_walk *walk, struct arena *arena,
                           struct statement **statements, size_t *count, struct err *e)
{
    struct db_rows *rows = NULL;
    struct db_number after, limit;
    const char *params[] = {period_cycle_word(walk->period.cycle),
                            db_from_int64(&after, walk->after_merchant_no),
                            db_from_int64(&limit, MERCHANTS_AT_A_TIME), walk->period.name};
    if (!db_query(walk->db, sql_settle_due_merchants, 4, params, &rows, e))
        return false;
    *count = db_rows_count(rows);
    bool done = fill_merchants(rows, walk, arena, statements, e);
    db_rows_close(rows);
    return done;
}

/* Goes on to the next cycle that has a period ending on the day; false when there is none. */
static bool next_cycle(struct statement_walk *walk)
{
    walk->after_merchant_no = 0;
    while (++walk->cycle < PERIOD_CYCLES)
        if (period_ending_on((enum period_cycle)walk->cycle, walk->day, &walk->period))
            return true;
    return false;
}

bool statement_walk_next(struct statement_walk *walk, struct arena *arena, struct statement **statements,
                         size_t *count, struct err *e)
{
    *count = 0;
    if (walk->cycle < 0 && !next_cycle(walk))
        return true;
    while (walk->cycle < PERIOD_CYCLES) {
        if (!read_merchants(walk, arena, statements, count, e))
            return false;
        if (*count > 0) {
            walk->after_merchant_no = (*statements)[*count - 1].merchant_no;
            return read_lines(walk, arena, *statements, *count, e);
        }
        (void)next_cycle(walk);
    }
    return true;
}

/* ---- editions */

static bool put_edition(struct db_copy *copy, const struct ledger_run *run,
                        const struct statement_edition *edition, struct err *e)
{
    const struct statement *s = edition->statement;
    const struct period *period = s->period;
    char number[STATEMENT_NO_BYTES];
    int length =
        snprintf(number, sizeof number, "%015" PRId64 "-%s-%d", s->merchant_no, period->name, s->edition + 1);
    int64_t turnover_fen = s->total.purchase_fen;
    if (!money_add(&turnover_fen, -s->total.reversal_fen, e) ||
        !db_copy_row(copy, 12,
                     STATEMENT_NO_BYTES + PERIOD_NAME_BYTES + 52 + CRYPTO_SHA256_BYTES + edition->csv.length,
                     e))
        return false;
    db_put_bytes(copy, number, (size_t)length);
    db_put_int64(copy, s->merchant_no);
    db_put_bytes(copy, period->name, strlen(period->name));
    db_put_day(copy, period->from_day);
    db_put_day(copy, period->to_day);
    db_put_int32(copy, s->edition + 1);
    db_put_int64(copy, turnover_fen);
    db_put_int64(copy, s->total.fee_fen);
    db_put_int64(copy, s->total.net_fen);
    db_put_bytes(copy, edition->csv.data, edition->csv.length);
    db_put_bytes(copy, edition->sha256, CRYPTO_SHA256_BYTES);
    db_put_int64(copy, run->run_id);
    return true;
}

bool statement_add_editions(struct ledger_run *run, const struct statement_edition *editions, size_t count,
                            struct err *e)
{
    struct db_copy *copy = NULL;
    if (count == 0)
        return true;
    if (!db_copy_open(run->db, sql_settle_copy_statements, &copy, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!put_edition(copy, run, &editions[i], e)) {
            db_copy_abort(copy);
            return false;
        }
    }
    return db_copy_close(copy, NULL, e);
}
