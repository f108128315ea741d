#include "ledger/seal.h"

#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "queries.h"

enum { HEX_BYTES = 2 * CRYPTO_SHA256_BYTES + 1 };

bool seal_read_before(struct db *db, int32_t day, struct seal *seal, struct err *e)
{
    struct db_rows *rows = NULL;
    struct db_number date;
    const char *params[] = {db_from_day(&date, day)};
    *seal = (struct seal){.day = DATE_NO_DAY};
    if (!db_query(db, sql_seal_last, 1, params, &rows, e))
        return false;
    bool done = true;
    if (db_rows_count(rows) > 0) {
        seal->day = db_day(rows, 0, 0);
        if (!str_unhex(str_of(db_text(rows, 0, 1)), seal->digest, CRYPTO_SHA256_BYTES))
            done = err_set(e, ERR_BUG, "the database gave a digest of another length");
    }
    db_rows_close(rows);
    return done;
}

static bool add_rows(struct crypto_hash *hash, const struct db_rows *rows, struct seal *seal, struct err *e)
{
    for (size_t row = 0; row < db_rows_count(rows); row++) {
        const char *text = db_text(rows, row, 0);
        if (!crypto_hash_add(hash, text, strlen(text), e) || !crypto_hash_add(hash, "\n", 1, e) ||
            !money_add(&seal->debit_fen, db_int64(rows, row, 1), e))
            return false;
        seal->transfers++;
    }
    return true;
}

static bool hash_transfers(struct db *db, struct crypto_hash *hash, struct seal *seal, struct err *e)
{
    size_t count = 0;
    do {
        struct db_rows *rows = NULL;
        if (!db_query(db, "FETCH 5000 FROM seal_rows", 0, NULL, &rows, e))
            return false;
        count = db_rows_count(rows);
        bool added = add_rows(hash, rows, seal, e);
        db_rows_close(rows);
        if (!added)
            return false;
    } while (count > 0);
    return db_exec(db, "CLOSE seal_rows", e);
}

/* The cursor is told that all rows will be fetched: by itself it plans for the first few. */
static bool open_cursor(struct db *db, const struct seal *before, const struct seal *seal, struct err *e)
{
    struct db_number after, to;
    const char *params[] = {db_from_day(&after, before->day), db_from_day(&to, seal->day)};
    struct buf sql;
    buf_open(&sql, 1 << 14);
    buf_printf(&sql, "DECLARE seal_rows NO SCROLL CURSOR FOR\n%s", sql_seal_rows);
    bool done = buf_ok(&sql, e) && db_exec(db, "SET LOCAL cursor_tuple_fraction = 1", e) &&
                db_command(db, sql.data, 2, params, NULL, e);
    buf_close(&sql);
    return done;
}

bool seal_compute(struct db *db, const struct seal *before, struct seal *seal, struct err *e)
{
    struct crypto_hash *hash = NULL;
    seal->transfers = seal->debit_fen = 0;
    memcpy(seal->previous_digest, before->digest, CRYPTO_SHA256_BYTES);
    bool done = crypto_hash_open(&hash, e) && crypto_hash_add(hash, before->digest, CRYPTO_SHA256_BYTES, e) &&
                open_cursor(db, before, seal, e) && hash_transfers(db, hash, seal, e) &&
                crypto_hash_take(hash, seal->digest, e);
    crypto_hash_close(hash);
    return done;
}

bool seal_write(struct ledger_run *run, const struct seal *seal, struct err *e)
{
    char previous[HEX_BYTES], digest[HEX_BYTES];
    struct db_number date, id, transfers, debit;
    str_hex(seal->previous_digest, CRYPTO_SHA256_BYTES, previous);
    str_hex(seal->digest, CRYPTO_SHA256_BYTES, digest);
    const char *params[] = {db_from_day(&date, seal->day),
                            db_from_int64(&id, run->run_id),
                            previous,
                            digest,
                            db_from_int64(&transfers, seal->transfers),
                            db_from_int64(&debit, seal->debit_fen)};
    return db_command(run->db, sql_seal_insert, 6, params, NULL, e);
}
