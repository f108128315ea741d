#include "ledger/cardlist.h"

#include "base/date.h"
#include "queries.h"

const char *const cardlist_classes[CARDLIST_CLASSES] = {"pos", "bus", "gate"};

static int32_t version_of(int32_t day)
{
    int year, month, day_of_month;
    date_to_civil(day, &year, &month, &day_of_month);
    return year * 10000 + month * 100 + day_of_month;
}

bool cardlist_find_newest(struct db *db, struct cardlist *newest, struct err *e)
{
    struct db_rows *rows = NULL;
    *newest = (struct cardlist){.day = DATE_NO_DAY};
    if (!db_query(db, sql_ledger_list_newest, 0, NULL, &rows, e))
        return false;
    if (db_rows_count(rows) > 0) {
        newest->version = (int32_t)db_int64(rows, 0, 0);
        newest->day = db_day(rows, 0, 1);
    }
    db_rows_close(rows);
    return true;
}

/* Half a million names are sorted and compared in memory. */
static bool open_tables(struct db *db, struct err *e)
{
    return db_exec(db, "SET LOCAL work_mem = '64MB'", e) && db_exec(db, sql_ledger_list_tables, e);
}

/* ---- making a version */

static bool fill_cards(struct db *db, int32_t day, const struct cardlist_rules *rules, struct err *e)
{
    struct db_number date, days;
    const char *params[] = {db_from_day(&date, day), db_from_int64(&days, rules->expired_days)};
    return db_command(db, sql_ledger_list_cards, 2, params, NULL, e);
}

static bool fill_names(struct db *db, const struct cardlist_rules *rules, struct err *e)
{
    for (int class = 0; class < CARDLIST_CLASSES; class ++) {
        struct db_number places;
        const char *params[] = {cardlist_classes[class], db_from_int64(&places, rules->places[class])};
        if (!db_command(db, sql_ledger_list_names, 2, params, NULL, e))
            return false;
    }
    return true;
}

static bool add_figures(struct db *db, const char *version, int class, int64_t places, struct cardlist *made,
                        struct err *e)
{
    struct db_rows *rows = NULL;
    struct db_number number;
    const char *params[] = {version, cardlist_classes[class], db_from_int64(&number, places)};
    if (!db_query(db, sql_ledger_list_class_insert, 3, params, &rows, e))
        return false;
    made->figures[class] = (struct cardlist_figures){
        .names = db_int64(rows, 0, 0),
        .added = db_int64(rows, 0, 1),
        .removed = db_int64(rows, 0, 2),
        .left_out = db_int64(rows, 0, 3),
        .left_out_fen = db_int64(rows, 0, 4),
    };
    db_rows_close(rows);
    return true;
}

static bool add_version(struct ledger_run *run, const struct cardlist_rules *rules, struct cardlist *made,
                        struct err *e)
{
    struct db_number version, date, previous, run_id;
    const char *params[] = {db_from_int64(&version, made->version), db_from_day(&date, made->day),
                            made->previous ? db_from_int64(&previous, made->previous) : NULL,
                            db_from_int64(&run_id, run->run_id)};
    if (!db_command(run->db, sql_ledger_list_insert, 4, params, NULL, e))
        return false;
    for (int class = 0; class < CARDLIST_CLASSES; class ++)
        if (!add_figures(run->db, version.text, class, rules->places[class], made, e))
            return false;
    return db_command(run->db, sql_ledger_list_change_insert, 1, params, NULL, e);
}

bool cardlist_make(struct ledger_run *run, const struct cardlist_rules *rules, struct cardlist *made,
                   struct err *e)
{
    struct cardlist newest;
    struct db *db = run->db;
    if (!cardlist_find_newest(db, &newest, e))
        return false;
    *made = (struct cardlist){version_of(run->open_date), newest.version, run->open_date, {{0}}};
    return open_tables(db, e) && fill_cards(db, made->day, rules, e) && fill_names(db, rules, e) &&
           db_exec(db, sql_ledger_list_analyze, e) && db_exec(db, sql_ledger_list_changes, e) &&
           add_version(run, rules, made, e);
}

/* ---- reading one */

bool cardlist_open(struct db *db, struct cardlist *list, struct err *e)
{
    struct db_number version;
    const char *params[] = {db_from_int64(&version, list->version)};
    if (!open_tables(db, e) || !db_command(db, sql_ledger_list_names_of, 1, params, NULL, e))
        return false;
    for (int class = 0; class < CARDLIST_CLASSES; class ++)
        if (!db_query_int64(db, sql_ledger_list_name_count, 1, &cardlist_classes[class],
                            &list->figures[class].names, e))
            return false;
    return true;
}

bool cardlist_read(struct db *db, const struct cardlist_page *page, struct cardlist_row *rows, size_t *count,
                   struct err *e)
{
    struct db_rows *found = NULL;
    struct db_number after, limit;
    const char *sql = page->is_delta ? sql_ledger_list_change_page : sql_ledger_list_name_page;
    const char *params[] = {cardlist_classes[page->class], db_from_int64(&after, page->after_card),
                            db_from_int64(&limit, CARDLIST_PAGE_ROWS)};
    if (!db_query(db, sql, 3, params, &found, e))
        return false;
    *count = db_rows_count(found);
    for (size_t i = 0; i < *count; i++)
        rows[i] = (struct cardlist_row){db_int64(found, i, 0), db_bool(found, i, 1)};
    db_rows_close(found);
    return true;
}
