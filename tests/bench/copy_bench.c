/* The floor of a post: a bare binary COPY over the connection that the jobs use, into tables without indexes.
 *
 *   copy_bench CONNINFO TABLE ROWS [TABLE ROWS]...
 *
 * TABLE is bench_floor (10 columns, as wide as what anybody would keep of a purchase), bench_record, bench_identity or
 * bench_transfer (the columns of the ledger, as wide as there); the tables are made by the caller. All is one transaction. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/db.h"

static const int64_t first_school = 2137000001, first_card = 370102010000000000, first_moment = 1772400000;
enum { DAY = 20514, CARDS = 300000, A_DEVICE = 500, A_SCHOOL = 5000 };

static bool put_floor(struct db_copy *copy, int64_t i, struct err *e)
{
    if (!db_copy_row(copy, 10, 62, e))
        return false;
    db_put_int64(copy, i);
    db_put_int64(copy, first_school + i / A_SCHOOL);
    db_put_int32(copy, (int32_t)(30000000 + i / A_DEVICE));
    db_put_int64(copy, i % A_DEVICE + 1);
    db_put_int64(copy, first_card + i % CARDS * 10);
    db_put_int32(copy, (int32_t)(i / CARDS + 1));
    db_put_int64(copy, 100 + i % 900);
    db_put_moment(copy, first_moment + i % 46800);
    db_put_day(copy, DAY);
    db_put_int16(copy, 10);
    return true;
}

static bool put_record(struct db_copy *copy, int64_t i, struct err *e)
{
    if (!db_copy_row(copy, 23, 144, e))
        return false;
    db_put_int64(copy, i);
    db_put_int64(copy, first_school + i / A_SCHOOL);
    db_put_day(copy, DAY);
    db_put_int64(copy, i / A_SCHOOL + 1);
    db_put_int32(copy, (int32_t)(i / A_DEVICE % 10 + 1));
    db_put_int32(copy, (int32_t)(i % A_DEVICE + 1));
    db_put_int32(copy, (int32_t)(30000000 + i / A_DEVICE));
    db_put_int32(copy, 0);
    db_put_int64(copy, i % A_DEVICE + 1);
    db_put_int64(copy, i * INT64_C(0x5851F42D4C957F2D));
    db_put_int16(copy, 6);
    db_put_int64(copy, first_card + i % CARDS * 10);
    db_put_int32(copy, (int32_t)(i / CARDS + 1));
    db_put_int64(copy, 50000);
    db_put_int64(copy, 100 + i % 900);
    db_put_int64(copy, 49900 - i % 900);
    db_put_moment(copy, first_moment + i % 46800);
    db_put_int64(copy, (first_school + i / A_SCHOOL) * 100000 + 1);
    db_put_day(copy, DAY);
    db_put_int16(copy, 10);
    db_put_int32(copy, 0);
    db_put_null(copy);
    db_put_null(copy);
    return true;
}

static bool put_identity(struct db_copy *copy, int64_t i, struct err *e)
{
    if (!db_copy_row(copy, 17, 90, e))
        return false;
    db_put_int64(copy, i);
    db_put_int64(copy, first_school + i / A_SCHOOL);
    db_put_day(copy, DAY);
    db_put_int64(copy, i / A_SCHOOL + 1);
    db_put_int32(copy, (int32_t)(i / A_DEVICE % 10 + 1));
    db_put_int32(copy, (int32_t)(i % A_DEVICE + 1));
    db_put_int32(copy, (int32_t)(30000000 + i / A_DEVICE));
    db_put_int64(copy, i % A_DEVICE + 1);
    db_put_int64(copy, i * INT64_C(0x5851F42D4C957F2D));
    db_put_int64(copy, first_card + i % CARDS * 10);
    db_put_moment(copy, first_moment + i % 46800);
    db_put_int16(copy, 1);
    db_put_int16(copy, (int16_t)(i % 2 + 1));
    db_put_int16(copy, 1);
    db_put_int16(copy, 1);
    db_put_int16(copy, 10);
    db_put_null(copy);
    return true;
}

static bool put_transfer(struct db_copy *copy, int64_t i, struct err *e)
{
    char debit[32], credit[32];
    int64_t card_no = first_card + i % CARDS * 10, merchant_no = (first_school + i / A_SCHOOL) * 100000 + 1;
    int debit_length = snprintf(debit, sizeof debit, "2001:%" PRId64, card_no);
    int credit_length = snprintf(credit, sizeof credit, "2004:%" PRId64, merchant_no);
    if (!db_copy_row(copy, 13, 80 + (size_t)debit_length + (size_t)credit_length, e))
        return false;
    db_put_int64(copy, i << 12);
    db_put_int64(copy, first_school + i / A_SCHOOL);
    db_put_day(copy, DAY);
    db_put_moment(copy, first_moment + i % 46800);
    db_put_bytes(copy, debit, (size_t)debit_length);
    db_put_bytes(copy, credit, (size_t)credit_length);
    db_put_int64(copy, 100 + i % 900);
    db_put_int16(copy, 2);
    db_put_int64(copy, card_no);
    db_put_int64(copy, merchant_no);
    db_put_int32(copy, (int32_t)(30000000 + i / A_DEVICE));
    db_put_int64(copy, i % A_DEVICE + 1);
    db_put_null(copy);
    return true;
}

static const struct {
    const char *name;
    bool (*put)(struct db_copy *copy, int64_t i, struct err *e);
} tables[] = {{"bench_floor", put_floor},
              {"bench_record", put_record},
              {"bench_identity", put_identity},
              {"bench_transfer", put_transfer}};

static bool copy_rows(struct db *db, const char *name, int64_t count, struct err *e)
{
    struct db_copy *copy = NULL;
    char sql[64];
    size_t at = 0;
    while (at < sizeof tables / sizeof tables[0] && strcmp(tables[at].name, name) != 0)
        at++;
    if (at == sizeof tables / sizeof tables[0])
        return err_set(e, ERR_USAGE, "there is no table \"%s\"", name);
    (void)snprintf(sql, sizeof sql, "COPY %s FROM STDIN BINARY", tables[at].name);
    if (!db_copy_open(db, sql, &copy, e))
        return false;
    for (int64_t i = 0; i < count; i++) {
        if (!tables[at].put(copy, i, e)) {
            db_copy_abort(copy);
            return false;
        }
    }
    return db_copy_close(copy, NULL, e);
}

static bool copy_all(struct db *db, int count, char **pairs, struct err *e)
{
    int64_t rows = 0;
    if (!db_begin(db, e))
        return false;
    for (int i = 0; i < count; i += 2)
        if (!str_to_int64(str_of(pairs[i + 1]), &rows) || !copy_rows(db, pairs[i], rows, e))
            return e->kind != ERR_NONE ? false : err_set(e, ERR_USAGE, "\"%s\" is no number", pairs[i + 1]);
    return db_commit(db, e);
}

int main(int argc, char **argv)
{
    struct db *db = NULL;
    struct err e;
    if (argc < 4 || argc % 2 != 0) {
        (void)fprintf(stderr, "usage: copy_bench CONNINFO TABLE ROWS [TABLE ROWS]...\n");
        return 2;
    }
    err_clear(&e);
    bool done = db_open(&db, argv[1], "copy_bench", &e) && copy_all(db, argc - 2, argv + 2, &e);
    if (!done)
        (void)fprintf(stderr, "copy_bench: %s\n", e.message);
    db_close(db);
    return done ? 0 : 1;
}
