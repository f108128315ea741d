/* The floor of a post: a bare binary COPY of 10-column rows, as wide as what the books keep of a purchase,
 * into a table without indexes, over the connection that the jobs use.
 *
 *   copy_bench CONNINFO ROWS
 *
 * The table is "bench_floor", made by the caller. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/db.h"

static const char copy_sql[] =
    "COPY bench_floor (record_id, school_code, device_no, device_seq, card_no, counter, "
    "amount_fen, occurred_at, accounting_date, verdict) FROM STDIN BINARY";
enum { ROW_BYTES = 8 + 8 + 4 + 8 + 8 + 4 + 8 + 8 + 4 + 2 };

static bool put_row(struct db_copy *copy, int64_t i, struct err *e)
{
    if (!db_copy_row(copy, 10, ROW_BYTES, e))
        return false;
    db_put_int64(copy, i);
    db_put_int64(copy, INT64_C(2137000001) + i / 5000);
    db_put_int32(copy, (int32_t)(30000000 + i / 500));
    db_put_int64(copy, i % 500 + 1);
    db_put_int64(copy, INT64_C(370102010000000000) + i % 300000 * 10);
    db_put_int32(copy, (int32_t)(i / 300000 + 1));
    db_put_int64(copy, 100 + i % 900);
    db_put_moment(copy, INT64_C(1772400000) + i % 46800);
    db_put_day(copy, 20514);
    db_put_int16(copy, 10);
    return true;
}

static bool copy_rows(struct db *db, int64_t count, struct err *e)
{
    struct db_copy *copy = NULL;
    int64_t rows = 0;
    if (!db_begin(db, e) || !db_copy_open(db, copy_sql, &copy, e))
        return false;
    for (int64_t i = 0; i < count; i++) {
        if (!put_row(copy, i, e)) {
            db_copy_abort(copy);
            return false;
        }
    }
    return db_copy_close(copy, &rows, e) && db_commit(db, e);
}

int main(int argc, char **argv)
{
    struct db *db = NULL;
    struct err e;
    int64_t count = 0;
    if (argc != 3 || !str_to_int64(str_of(argv[2]), &count)) {
        (void)fprintf(stderr, "usage: copy_bench CONNINFO ROWS\n");
        return 2;
    }
    bool done = db_open(&db, argv[1], "copy_bench", &e) && copy_rows(db, count, &e);
    if (!done)
        (void)fprintf(stderr, "copy_bench: %s\n", e.message);
    db_close(db);
    return done ? 0 : 1;
}
