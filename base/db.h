/* db: the database through libpq: statements with parameters, rows, binary COPY both ways, transactions.
 *
 * Errors are ERR_DB with SQLSTATE and, where one was broken, the constraint's name; lost connections,
 * serialization failures and deadlocks are retryable. A COMMIT whose answer was lost has code "08007" and is unknown:
 * the caller looks it up (DESIGN.md 3.5). libpq objects never leave this file's .c. */
#ifndef DAYBOOK_BASE_DB_H
#define DAYBOOK_BASE_DB_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct db;
struct db_rows;

/* Connects, sets client_encoding UTF8, time zone Asia/Shanghai, DateStyle ISO, jit off (compiling a
 * query of a job costs more than it saves), and application_name. */
MUST_CHECK bool db_open(struct db **db, const char *conninfo, const char *application_name, struct err *e);
void db_close(struct db *db); /* takes NULL; an open transaction is gone */

/* One or more statements without parameters or rows. */
MUST_CHECK bool db_exec(struct db *db, const char *sql, struct err *e);

/* A statement with text parameters (NULL = SQL null). *affected may be NULL. */
MUST_CHECK bool db_command(struct db *db, const char *sql, int param_count, const char *const *params,
                           int64_t *affected, struct err *e);
/* A query; *rows is NULL on failure and else closed by db_rows_close. */
MUST_CHECK bool db_query(struct db *db, const char *sql, int param_count, const char *const *params,
                         struct db_rows **rows, struct err *e);
/* A query that must give exactly one row of one column that is not null; ERR_BUG otherwise. */
MUST_CHECK bool db_query_int64(struct db *db, const char *sql, int param_count, const char *const *params,
                               int64_t *value, struct err *e);

size_t db_rows_count(const struct db_rows *rows);
bool db_is_null(const struct db_rows *rows, size_t row, int column);
const char *db_text(const struct db_rows *rows, size_t row, int column); /* "" for null; valid until close */
int64_t db_int64(const struct db_rows *rows, size_t row, int column);    /* 0 for null; stops on anything but a number */
int32_t db_day(const struct db_rows *rows, size_t row, int column);      /* of a date column; DATE_NO_DAY for null */
bool db_bool(const struct db_rows *rows, size_t row, int column);
void db_rows_close(struct db_rows *rows); /* takes NULL */

/* Transactions. db_commit passes fault points "db.commit.before" and "db.commit.after". */
MUST_CHECK bool db_begin(struct db *db, struct err *e);
MUST_CHECK bool db_commit(struct db *db, struct err *e);
void db_rollback(struct db *db); /* no error: a lost connection has rolled back too */

/* Text of a number or a day as a parameter: short-lived storage for building a params array. */
struct db_number {
    char text[24];
};
const char *db_from_int64(struct db_number *n, int64_t value);
const char *db_from_day(struct db_number *n, int32_t day); /* NULL for DATE_NO_DAY */

/* COPY … FROM STDIN BINARY. Rows are built in a buffer of the caller's struct and sent when it is full:
 *
 *     db_copy_open(db, "COPY t (a, b) FROM STDIN BINARY", &copy, e)
 *     for each row: db_copy_row(copy, 2, bytes_needed, e), then db_put_…(copy, …) for each column
 *     db_copy_close(copy, &rows, e)     — db_copy_abort(copy) instead on failure
 */
struct db_copy {
    uint8_t *at;  /* where the next byte goes */
    uint8_t *end; /* of the buffer */
    uint8_t *start;
    struct db *db;
    int64_t rows;
};
MUST_CHECK bool db_copy_open(struct db *db, const char *sql, struct db_copy **copy, struct err *e);
MUST_CHECK bool db_copy_flush(struct db_copy *copy, size_t bytes_needed, struct err *e);
MUST_CHECK bool db_copy_close(struct db_copy *copy, int64_t *rows, struct err *e); /* frees it either way */
void db_copy_abort(struct db_copy *copy);                                          /* takes NULL */

static inline void db_put_be16(struct db_copy *c, uint16_t v)
{
    v = __builtin_bswap16(v);
    memcpy(c->at, &v, 2);
    c->at += 2;
}
static inline void db_put_be32(struct db_copy *c, uint32_t v)
{
    v = __builtin_bswap32(v);
    memcpy(c->at, &v, 4);
    c->at += 4;
}
static inline void db_put_be64(struct db_copy *c, uint64_t v)
{
    v = __builtin_bswap64(v);
    memcpy(c->at, &v, 8);
    c->at += 8;
}
/* Begins a row of column_count columns. payload_bytes: the sum of its values' sizes at most, without the 4 bytes of
 * length each, which are added here. */
MUST_CHECK static inline bool db_copy_row(struct db_copy *c, int column_count, size_t payload_bytes, struct err *e)
{
    size_t needed = 2 + 4 * (size_t)column_count + payload_bytes;
    if ((size_t)(c->end - c->at) < needed && !db_copy_flush(c, needed, e))
        return false;
    c->rows++;
    db_put_be16(c, (uint16_t)column_count);
    return true;
}
static inline void db_put_null(struct db_copy *c)
{
    db_put_be32(c, UINT32_MAX);
}
static inline void db_put_bool(struct db_copy *c, bool v)
{
    db_put_be32(c, 1);
    *c->at++ = v;
}
static inline void db_put_int16(struct db_copy *c, int16_t v)
{
    db_put_be32(c, 2);
    db_put_be16(c, (uint16_t)v);
}
static inline void db_put_int32(struct db_copy *c, int32_t v)
{
    db_put_be32(c, 4);
    db_put_be32(c, (uint32_t)v);
}
static inline void db_put_int64(struct db_copy *c, int64_t v)
{
    db_put_be32(c, 8);
    db_put_be64(c, (uint64_t)v);
}
/* A null where the value is the one that stands for none. */
static inline void db_put_int64_or_null(struct db_copy *c, int64_t v, int64_t none)
{
    if (v == none)
        db_put_null(c);
    else
        db_put_int64(c, v);
}
static inline void db_put_int32_or_null(struct db_copy *c, int64_t v, int64_t none)
{
    if (v == none)
        db_put_null(c);
    else
        db_put_int32(c, (int32_t)v);
}
static inline void db_put_bytes(struct db_copy *c, const void *bytes, size_t length) /* text, bytea */
{
    db_put_be32(c, (uint32_t)length);
    if (length > 0)
        memcpy(c->at, bytes, length);
    c->at += length;
}
/* date: days since 2000-01-01; DATE_NO_DAY gives null. */
static inline void db_put_day(struct db_copy *c, int32_t day)
{
    if (day == INT32_MIN)
        db_put_null(c);
    else
        db_put_int32(c, day - 10957);
}
/* timestamptz: microseconds since 2000-01-01T00:00:00Z; DATE_NO_MOMENT gives null. */
static inline void db_put_moment(struct db_copy *c, int64_t moment)
{
    if (moment == INT64_MIN)
        db_put_null(c);
    else
        db_put_int64(c, (moment - INT64_C(946684800)) * 1000000);
}

/* COPY (query) TO STDOUT BINARY: db_scan_next gives one row after the other, never all at once. */
struct db_scan;
MUST_CHECK bool db_scan_open(struct db *db, const char *sql, struct db_scan **scan, struct err *e);
/* *more is false after the last row. */
MUST_CHECK bool db_scan_next(struct db_scan *scan, bool *more, struct err *e);
/* Columns of the current row, from 0. A null gives 0, DATE_NO_DAY, DATE_NO_MOMENT or an empty view. Sizes must
 * match the SQL type (int2, int4, int8 by db_scan_int64; date; timestamptz; text or bytea by db_scan_bytes). */
int64_t db_scan_int64(const struct db_scan *scan, int column);
int32_t db_scan_day(const struct db_scan *scan, int column);
int64_t db_scan_moment(const struct db_scan *scan, int column);
bool db_scan_bool(const struct db_scan *scan, int column);
struct str db_scan_bytes(const struct db_scan *scan, int column);
bool db_scan_is_null(const struct db_scan *scan, int column);
/* Ends the copy, also before its last row; frees it either way. Takes NULL. */
MUST_CHECK bool db_scan_close(struct db_scan *scan, struct err *e);
/* Ends a scan whose reading went well (done) or failed with *e: what went wrong first is kept. */
MUST_CHECK static inline bool db_scan_end(struct db_scan *scan, bool done, struct err *e)
{
    struct err ending;
    bool ended = db_scan_close(scan, &ending);
    if (done && !ended)
        *e = ending;
    return done && ended;
}

#endif
