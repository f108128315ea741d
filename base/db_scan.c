#include <libpq-fe.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/db.h"
#include "base/db_private.h"

enum { DAY_OF_2000 = 10957, MICROSECONDS = 1000000 };
static const int64_t MOMENT_OF_2000 = INT64_C(946684800);

struct value {
    const uint8_t *bytes; /* NULL for null */
    size_t length;
};

struct db_scan {
    struct db *db;
    char *message; /* the piece that holds the current row; of libpq */
    const uint8_t *at;
    const uint8_t *end;
    int columns;
    bool header_seen;
    bool ended;         /* nothing more will come */
    struct err failure; /* kind ERR_NONE while all is well */
    struct value values[];
};

static uint64_t big_endian(const uint8_t *at, size_t length)
{
    uint64_t value = 0;
    for (size_t i = 0; i < length; i++)
        value = value << 8 | at[i];
    return value;
}

static bool fail_format(const char *what, struct err *e)
{
    (void)err_set(e, ERR_DB, "the database sent a binary COPY that cannot be read: %s", what);
    memcpy(e->code, "08P01", sizeof "08P01");
    return false;
}

static size_t left(const struct db_scan *scan)
{
    return (size_t)(scan->end - scan->at);
}

/* Gets the next piece; *more is false when the data is over and its last result was good. */
static bool next_message(struct db_scan *scan, bool *more, struct err *e)
{
    PQfreemem(scan->message);
    scan->message = NULL;
    int length = PQgetCopyData(scan->db->conn, &scan->message, 0);
    *more = length > 0;
    if (length == -2)
        return db_fail(scan->db, NULL, false, e);
    if (length <= 0) {
        int64_t rows = 0;
        scan->ended = true;
        return db_copy_finish(scan->db, &rows, e);
    }
    scan->at = (const uint8_t *)scan->message;
    scan->end = scan->at + length;
    return true;
}

/* Signature, flags and extension. */
static bool read_header(struct db_scan *scan, struct err *e)
{
    if (left(scan) < DB_COPY_HEADER_BYTES ||
        memcmp(scan->at, db_copy_signature, DB_COPY_SIGNATURE_BYTES) != 0)
        return fail_format("no signature", e);
    /* The upper half of the flags tells of changes that a reader must know; there is none that we do. */
    if (big_endian(scan->at + DB_COPY_SIGNATURE_BYTES, 4) >> 16 != 0)
        return fail_format("unknown flags", e);
    uint64_t extension = big_endian(scan->at + DB_COPY_SIGNATURE_BYTES + 4, 4);
    scan->at += DB_COPY_HEADER_BYTES;
    if (extension > left(scan))
        return fail_format("extension cut short", e);
    scan->at += extension;
    scan->header_seen = true;
    return true;
}

static bool read_value(struct db_scan *scan, struct value *value, struct err *e)
{
    if (left(scan) < 4)
        return fail_format("row cut short", e);
    uint32_t length = (uint32_t)big_endian(scan->at, 4);
    scan->at += 4;
    *value = (struct value){0};
    if (length == UINT32_MAX)
        return true;
    if (length > left(scan))
        return fail_format("value cut short", e);
    *value = (struct value){scan->at, length};
    scan->at += length;
    return true;
}

static bool read_row(struct db_scan *scan, struct err *e)
{
    if (big_endian(scan->at - 2, 2) != (uint64_t)scan->columns)
        return fail_format("row with another number of columns", e);
    for (int i = 0; i < scan->columns; i++)
        if (!read_value(scan, &scan->values[i], e))
            return false;
    return left(scan) == 0 || fail_format("bytes after a row", e);
}

/* The server sends the header in front of the first row, then one row a message, then the trailer. */
static bool read_next(struct db_scan *scan, bool *more, struct err *e)
{
    if (!next_message(scan, more, e))
        return false;
    if (!*more)
        return fail_format("no trailer", e);
    if (!scan->header_seen && !read_header(scan, e))
        return false;
    if (left(scan) == 0 && !next_message(scan, more, e))
        return false;
    if (left(scan) < 2)
        return fail_format("row cut short", e);
    scan->at += 2;
    if (big_endian(scan->at - 2, 2) != UINT16_MAX)
        return read_row(scan, e);
    if (!next_message(scan, more, e))
        return false;
    return !*more || fail_format("bytes after the trailer", e);
}

bool db_scan_open(struct db *db, const char *sql, struct db_scan **scan, struct err *e)
{
    *scan = NULL;
    int columns = 0;
    if (!db_copy_begin(db, sql, true, &columns, e))
        return false;
    struct db_scan *opened = calloc(1, sizeof *opened + (size_t)columns * sizeof opened->values[0]);
    if (!opened) {
        db_copy_drain(db);
        return err_set(e, ERR_BUG, "no memory for a scan");
    }
    opened->db = db;
    opened->columns = columns;
    *scan = opened;
    return true;
}

bool db_scan_next(struct db_scan *scan, bool *more, struct err *e)
{
    *more = false;
    if (scan->failure.kind != ERR_NONE) {
        *e = scan->failure;
        return false;
    }
    if (scan->ended)
        return true;
    if (!scan->db->copying)
        return err_set(e, ERR_BUG, "a scan was read after its transaction");
    if (read_next(scan, more, e))
        return true;
    *more = false;
    scan->failure = *e;
    return false;
}

static const struct value *value_of(const struct db_scan *scan, int column)
{
    ALWAYS(column >= 0 && column < scan->columns);
    return &scan->values[column];
}

bool db_scan_is_null(const struct db_scan *scan, int column)
{
    return value_of(scan, column)->bytes == NULL;
}

int64_t db_scan_int64(const struct db_scan *scan, int column)
{
    const struct value *value = value_of(scan, column);
    if (!value->bytes)
        return 0;
    uint64_t bits = big_endian(value->bytes, value->length);
    ALWAYS(value->length == 2 || value->length == 4 || value->length == 8);
    if (value->length == 2)
        return (int16_t)bits;
    return value->length == 4 ? (int32_t)bits : (int64_t)bits;
}

int32_t db_scan_day(const struct db_scan *scan, int column)
{
    const struct value *value = value_of(scan, column);
    if (!value->bytes)
        return DATE_NO_DAY;
    ALWAYS(value->length == 4);
    int32_t day = (int32_t)big_endian(value->bytes, 4);
    bool is_infinite = day == INT32_MAX || day == INT32_MIN;
    return is_infinite ? DATE_NO_DAY : day + DAY_OF_2000;
}

int64_t db_scan_moment(const struct db_scan *scan, int column)
{
    const struct value *value = value_of(scan, column);
    if (!value->bytes)
        return DATE_NO_MOMENT;
    ALWAYS(value->length == 8);
    int64_t micros = (int64_t)big_endian(value->bytes, 8);
    if (micros == INT64_MAX || micros == INT64_MIN)
        return DATE_NO_MOMENT;
    int64_t seconds = micros / MICROSECONDS - (micros % MICROSECONDS < 0);
    return seconds + MOMENT_OF_2000;
}

bool db_scan_bool(const struct db_scan *scan, int column)
{
    const struct value *value = value_of(scan, column);
    if (!value->bytes)
        return false;
    ALWAYS(value->length == 1);
    return value->bytes[0] != 0;
}

struct str db_scan_bytes(const struct db_scan *scan, int column)
{
    const struct value *value = value_of(scan, column);
    return value->bytes ? (struct str){(const char *)value->bytes, value->length} : (struct str){"", 0};
}

bool db_scan_close(struct db_scan *scan, struct err *e)
{
    if (!scan)
        return true;
    struct db *db = scan->db;
    if (!scan->ended && db->copying)
        db_copy_drain(db);
    bool ok = scan->failure.kind == ERR_NONE;
    if (!ok)
        *e = scan->failure;
    PQfreemem(scan->message);
    free(scan);
    return ok;
}
