#include <string.h>

#include "reports/morning.h"

#include "queries.h"

/* What each query needs: the place it reads from, and where the figures go. The first failure is kept. */
struct reader {
    struct db *db;
    struct arena *arena;
    struct morning *morning;
    struct db_rows *rows;
    struct err *e;
    bool failed;
};

static const char *text(struct reader *r, size_t row, int column)
{
    if (r->failed)
        return "";
    const char *value = db_text(r->rows, row, column);
    char *copy = arena_copy(r->arena, value, strlen(value), r->e);
    r->failed = copy == NULL;
    return r->failed ? "" : copy;
}

static int64_t number(const struct reader *r, size_t row, int column)
{
    return db_int64(r->rows, row, column);
}

static struct morning_count counted(const struct reader *r, size_t row, int column)
{
    return (struct morning_count){number(r, row, column), number(r, row, column + 1)};
}

/* Zeroed places for all rows of the query, NULL after a failure; at least one, so that NULL means failure
 * only. */
static void *places(struct reader *r, size_t size_bytes, size_t *count)
{
    *count = db_rows_count(r->rows);
    void *memory = arena_array(r->arena, *count + 1, size_bytes, r->e);
    r->failed = r->failed || memory == NULL;
    if (memory == NULL)
        *count = 0;
    return memory;
}

static void read_day(struct reader *r)
{
    struct morning *m = r->morning;
    m->first_date = db_day(r->rows, 0, 0);
    m->seal.is_sealed = !db_is_null(r->rows, 0, 1);
    m->seal.run_id = number(r, 0, 1);
    m->seal.transfers = number(r, 0, 2);
    m->seal.debit_fen = number(r, 0, 3);
    m->seal.digest = text(r, 0, 4);
    m->seal.previous_digest = text(r, 0, 5);
}

static void read_runs(struct reader *r)
{
    struct morning *m = r->morning;
    m->runs = places(r, sizeof *m->runs, &m->run_count);
    for (size_t i = 0; i < m->run_count; i++)
        m->runs[i] = (struct morning_run){text(r, i, 0), text(r, i, 1)};
}

static void read_inputs(struct reader *r)
{
    struct morning *m = r->morning;
    m->packages_digest = text(r, 0, 0);
    m->reference_digest = text(r, 0, 1);
    m->reference_files = number(r, 0, 2);
}

static void read_reporting(struct reader *r)
{
    struct morning *m = r->morning;
    m->reports = places(r, sizeof *m->reports, &m->report_count);
    for (size_t i = 0; i < m->report_count; i++)
        m->reports[i] = (struct morning_school_report){text(r, i, 0), text(r, i, 1), number(r, i, 2),
                                                       number(r, i, 3), text(r, i, 4)};
}

static void read_records(struct reader *r)
{
    r->morning->records = (struct morning_records){
        .packages_posted = number(r, 0, 0),
        .packages_quarantined = number(r, 0, 1),
        .waiting = number(r, 0, 2),
        .quarantined = number(r, 0, 3),
        .collected = counted(r, 0, 4),
        .posted = counted(r, 0, 6),
        .duplicate = counted(r, 0, 8),
        .held = counted(r, 0, 10),
        .rejected = counted(r, 0, 12),
    };
}

static void read_packages(struct reader *r)
{
    struct morning *m = r->morning;
    m->packages = places(r, sizeof *m->packages, &m->package_count);
    for (size_t i = 0; i < m->package_count; i++)
        m->packages[i] = (struct morning_package){
            .name = text(r, i, 0),
            .school_code = text(r, i, 1),
            .school_name = text(r, i, 2),
            .state = text(r, i, 3),
            .reason = text(r, i, 4),
            .detail = text(r, i, 5),
            .made_on = db_day(r->rows, i, 6),
        };
}

static void read_exceptions(struct reader *r)
{
    struct morning *m = r->morning;
    m->exceptions = places(r, sizeof *m->exceptions, &m->exception_count);
    for (size_t i = 0; i < m->exception_count; i++) {
        struct morning_exception *x = &m->exceptions[i];
        x->verdict = text(r, i, 0);
        x->closes_itself = db_bool(r->rows, i, 1);
        x->opened = counted(r, i, 2);
        x->closed = counted(r, i, 4);
        x->open = counted(r, i, 6);
        for (int age = 0; age < MORNING_AGES; age++)
            x->open_by_age[age] = number(r, i, 8 + age);
        x->oldest_days = number(r, i, 8 + MORNING_AGES);
    }
}

static void read_lists(struct reader *r)
{
    struct morning *m = r->morning;
    m->lists = places(r, sizeof *m->lists, &m->list_count);
    for (size_t i = 0; i < m->list_count; i++)
        m->lists[i] = (struct morning_list){
            .class = text(r, i, 0),
            .version = number(r, i, 1),
            .names = number(r, i, 2),
            .added = number(r, i, 3),
            .removed = number(r, i, 4),
            .left_out = counted(r, i, 5),
            .terminals = number(r, i, 7),
            .newest = number(r, i, 8),
            .behind_1 = number(r, i, 9),
            .behind_7 = number(r, i, 10),
            .behind_more = number(r, i, 11),
            .silent = number(r, i, 12),
        };
}

static void read_locked(struct reader *r)
{
    r->morning->cards_locked = number(r, 0, 0);
}

static void read_proposals(struct reader *r)
{
    struct morning *m = r->morning;
    m->proposals = places(r, sizeof *m->proposals, &m->proposal_count);
    for (size_t i = 0; i < m->proposal_count; i++) {
        m->proposals[i] = (struct morning_proposal){text(r, i, 0), counted(r, i, 1), db_day(r->rows, i, 3),
                                                    db_bool(r->rows, i, 4)};
        m->proposals_in_all = number(r, i, 5);
    }
}

static void read_corrections(struct reader *r)
{
    struct morning *m = r->morning;
    m->corrections = places(r, sizeof *m->corrections, &m->correction_count);
    for (size_t i = 0; i < m->correction_count; i++) {
        m->corrections[i] = (struct morning_correction){
            .proposal_id = number(r, i, 0),
            .verdict = text(r, i, 1),
            .outcome = text(r, i, 2),
            .debit_account = text(r, i, 3),
            .credit_account = text(r, i, 4),
            .amount_fen = number(r, i, 5),
            .reason = text(r, i, 6),
            .proposed_on = db_day(r->rows, i, 7),
            .proposed_by = text(r, i, 8),
            .answer = text(r, i, 9),
            .answered_by = text(r, i, 10),
        };
        m->corrections_in_all = number(r, i, 11);
        m->corrections_waiting = number(r, i, 12);
    }
}

static void read_movements(struct reader *r)
{
    struct morning *m = r->morning;
    m->movements = places(r, sizeof *m->movements, &m->movement_count);
    for (size_t i = 0; i < m->movement_count; i++)
        m->movements[i] = (struct morning_movement){text(r, i, 0), text(r, i, 1), text(r, i, 2),
                                                    text(r, i, 3), text(r, i, 4), counted(r, i, 5)};
}

static void read_balances(struct reader *r)
{
    struct morning *m = r->morning;
    m->balances = places(r, sizeof *m->balances, &m->balance_count);
    for (size_t i = 0; i < m->balance_count; i++)
        m->balances[i] = (struct morning_balance){
            .code = text(r, i, 0),
            .name = text(r, i, 1),
            .is_debit = db_bool(r->rows, i, 2),
            .opening_fen = number(r, i, 3),
            .debit_fen = number(r, i, 4),
            .credit_fen = number(r, i, 5),
            .closing_fen = number(r, i, 6),
        };
}

/* Nine columns in the order that days, merchants and schools share. */
static struct morning_sales sales(const struct reader *r, size_t row, int column)
{
    return (struct morning_sales){
        .purchases = number(r, row, column),
        .purchase_fen = number(r, row, column + 1),
        .reversals = number(r, row, column + 2),
        .reversal_fen = number(r, row, column + 3),
        .late = counted(r, row, column + 4),
        .held = counted(r, row, column + 6),
        .fee_fen = number(r, row, column + 8),
    };
}

static void read_days(struct reader *r)
{
    struct morning *m = r->morning;
    m->day_count = db_rows_count(r->rows);
    ALWAYS(m->day_count >= 1 && m->day_count <= MORNING_DAYS);
    for (size_t i = 0; i < m->day_count; i++)
        m->days[i] = (struct morning_day){db_day(r->rows, i, 0), sales(r, i, 1)};
}

static void read_merchants(struct reader *r)
{
    struct morning *m = r->morning;
    m->merchants = places(r, sizeof *m->merchants, &m->merchant_count);
    for (size_t i = 0; i < m->merchant_count; i++) {
        struct morning_merchant *x = &m->merchants[i];
        x->merchant_no = text(r, i, 0);
        x->name = text(r, i, 1);
        x->school_name = text(r, i, 2);
        x->depth = (int)number(r, i, 3);
        x->sales = sales(r, i, 4);
        x->sales.payable_fen = number(r, i, 13);
        m->merchants_on_file = number(r, i, 14);
    }
}

static void read_schools(struct reader *r)
{
    struct morning *m = r->morning;
    m->schools = places(r, sizeof *m->schools, &m->school_count);
    for (size_t i = 0; i < m->school_count; i++) {
        struct morning_school_sales *x = &m->schools[i];
        x->school_code = text(r, i, 0);
        x->name = text(r, i, 1);
        x->merchants = number(r, i, 2);
        x->sales = sales(r, i, 3);
        x->sales.payable_fen = number(r, i, 12);
    }
}

bool morning_read(struct db *db, struct arena *arena, int32_t date, struct morning *m, struct err *e)
{
    struct db_number day, numbers[6];
    const char *on = db_from_day(&day, date);
    const struct {
        const char *sql;
        const char *params[3];
        int param_count;
        void (*read)(struct reader *r);
    } queries[] = {
        {sql_report_day, {on}, 1, read_day},
        {sql_report_runs, {on}, 1, read_runs},
        {sql_report_inputs, {on}, 1, read_inputs},
        {sql_report_reporting, {on}, 1, read_reporting},
        {sql_report_records, {on}, 1, read_records},
        {sql_report_packages, {on, db_from_int64(&numbers[0], MORNING_PACKAGES)}, 2, read_packages},
        {sql_report_exceptions, {on}, 1, read_exceptions},
        {sql_report_lists, {on}, 1, read_lists},
        {sql_report_list_locked, {on}, 1, read_locked},
        {sql_report_list_proposals, {on, db_from_int64(&numbers[4], MORNING_PROPOSALS)}, 2, read_proposals},
        {sql_report_corrections, {on, db_from_int64(&numbers[5], MORNING_CORRECTIONS)}, 2, read_corrections},
        {sql_report_movements, {on}, 1, read_movements},
        {sql_report_trial_balance, {on}, 1, read_balances},
        {sql_report_days, {on, db_from_int64(&numbers[1], MORNING_DAYS)}, 2, read_days},
        {sql_report_merchants,
         {on, db_from_int64(&numbers[2], MORNING_FAMILIES),
          db_from_int64(&numbers[3], MORNING_MERCHANT_ROWS)},
         3,
         read_merchants},
        {sql_report_schools, {on}, 1, read_schools},
    };
    *m = (struct morning){.date = date};
    struct reader reader = {.db = db, .arena = arena, .morning = m, .e = e};
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        if (!db_query(db, queries[i].sql, queries[i].param_count, queries[i].params, &reader.rows, e))
            return false;
        queries[i].read(&reader);
        db_rows_close(reader.rows);
        if (reader.failed)
            return false;
    }
    return true;
}
