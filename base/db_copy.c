#include <inttypes.h>
#include <libpq-fe.h>
#include <stdlib.h>

#include "base/db.h"
#include "base/db_private.h"

/* libpq copies what it is given into a buffer of its own that grows to the largest piece, and on a blocking
 * connection waits until the socket took it: two buffers of this size are all that a COPY of any length
 * holds. */
enum { BUFFER_BYTES = 256 * 1024, LARGEST_ROW_BYTES = 64 * 1024 * 1024 };

const unsigned char db_copy_signature[DB_COPY_SIGNATURE_BYTES] = {'P',  'G',  'C',  'O',  'P', 'Y',
                                                                  '\n', 0xFF, '\r', '\n', 0};

static void drop_data(struct db *db)
{
    char *piece = NULL;
    while (PQgetCopyData(db->conn, &piece, 0) > 0)
        PQfreemem(piece);
}

void db_copy_drain(struct db *db)
{
    db->copying = false;
    for (PGresult *result = PQgetResult(db->conn); result; result = PQgetResult(db->conn)) {
        ExecStatusType status = PQresultStatus(result);
        PQclear(result);
        if (status == PGRES_COPY_OUT)
            drop_data(db);
        else if (status == PGRES_COPY_IN && PQputCopyEnd(db->conn, "given up by the program") != 1)
            return;
    }
}

bool db_copy_begin(struct db *db, const char *sql, bool to_us, int *columns, struct err *e)
{
    if (!db_is_free(db, e))
        return false;
    db->copy_commits = db_is_autocommit(db);
    PGresult *result = db_send(db, sql);
    ExecStatusType status = PQresultStatus(result);
    bool ok = status == (to_us ? PGRES_COPY_OUT : PGRES_COPY_IN) && PQbinaryTuples(result) == 1;
    *columns = PQnfields(result);
    if (ok)
        db->copying = true;
    else if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE)
        (void)db_fail(db, result, false, e);
    else
        (void)err_set(e, ERR_BUG, "not a binary COPY %s: \"%.80s\"", to_us ? "TO STDOUT" : "FROM STDIN", sql);
    PQclear(result);
    if (!ok)
        db_copy_drain(db);
    return ok;
}

bool db_copy_finish(struct db *db, int64_t *rows, struct err *e)
{
    PGresult *result = PQgetResult(db->conn);
    db_copy_drain(db); /* after it a connection that is lost is known to be */
    bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!ok)
        (void)db_fail(db, result, db->copy_commits, e);
    else if (!str_to_int64(str_of(PQcmdTuples(result)), rows))
        ok = err_set(e, ERR_BUG, "the database counted \"%s\" rows of a COPY", PQcmdTuples(result));
    PQclear(result);
    return ok;
}

static void free_copy(struct db_copy *copy)
{
    free(copy->start);
    free(copy);
}

bool db_copy_open(struct db *db, const char *sql, struct db_copy **copy, struct err *e)
{
    *copy = NULL;
    struct db_copy *opened = calloc(1, sizeof *opened);
    uint8_t *buffer = malloc(BUFFER_BYTES);
    int columns = 0;
    bool ok = opened && buffer;
    if (!ok)
        (void)err_set(e, ERR_BUG, "no memory for a COPY");
    ok = ok && db_copy_begin(db, sql, false, &columns, e);
    if (!ok) {
        free(buffer);
        free(opened);
        return false;
    }
    *opened = (struct db_copy){.at = buffer, .end = buffer + BUFFER_BYTES, .start = buffer, .db = db};
    memcpy(opened->at, db_copy_signature, DB_COPY_SIGNATURE_BYTES);
    opened->at += DB_COPY_SIGNATURE_BYTES;
    db_put_be32(opened, 0); /* flags: no row numbers */
    db_put_be32(opened, 0); /* no header extension */
    *copy = opened;
    return true;
}

static bool grow_buffer(struct db_copy *copy, size_t bytes_needed, struct err *e)
{
    if (bytes_needed > LARGEST_ROW_BYTES)
        return err_set(e, ERR_BUG, "a row of %zu bytes is larger than a COPY takes", bytes_needed);
    uint8_t *buffer = realloc(copy->start, bytes_needed);
    if (!buffer)
        return err_set(e, ERR_BUG, "no memory for a row of %zu bytes", bytes_needed);
    copy->start = copy->at = buffer;
    copy->end = buffer + bytes_needed;
    return true;
}

bool db_copy_flush(struct db_copy *copy, size_t bytes_needed, struct err *e)
{
    ptrdiff_t filled = copy->at - copy->start;
    ALWAYS(copy->at <= copy->end); /* a row said how many bytes it needs */
    const char *bytes = (const char *)copy->start;
    if (filled > 0 && PQputCopyData(copy->db->conn, bytes, (int)filled) != 1)
        return db_fail(copy->db, NULL, false, e);
    copy->at = copy->start;
    return (size_t)(copy->end - copy->start) >= bytes_needed || grow_buffer(copy, bytes_needed, e);
}

/* Sends the trailer and hears what became of the rows. */
static bool end_copy(struct db_copy *copy, int64_t *counted, struct err *e)
{
    struct db *db = copy->db;
    if (!db->copying)
        return err_set(e, ERR_BUG, "a COPY was closed after its transaction");
    if (!db_copy_flush(copy, sizeof(uint16_t), e))
        return false;
    db_put_be16(copy, UINT16_MAX); /* no more rows */
    if (!db_copy_flush(copy, 0, e))
        return false;
    if (PQputCopyEnd(db->conn, NULL) != 1)
        return db_fail(db, NULL, false, e);
    return db_copy_finish(db, counted, e);
}

bool db_copy_close(struct db_copy *copy, int64_t *rows, struct err *e)
{
    int64_t counted = 0;
    bool ok = end_copy(copy, &counted, e);
    if (ok && counted != copy->rows)
        ok = err_set(e, ERR_BUG, "the database counted %" PRId64 " of %" PRId64 " rows of a COPY", counted,
                     copy->rows);
    else if (ok && rows)
        *rows = counted;
    db_copy_abort(copy);
    return ok;
}

void db_copy_abort(struct db_copy *copy)
{
    if (!copy)
        return;
    if (copy->db->copying)
        db_copy_drain(copy->db);
    free_copy(copy);
}
