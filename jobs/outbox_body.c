#include "jobs/outbox_body.h"

#include <stdlib.h>
#include <string.h>

#include "queries.h"

enum { PIECE_BYTES = 1 << 20, BODIES_MAX = 4096 };
static const size_t full_bytes = (size_t)96 << 20;

/* ---- storing */

static bool copy_pieces(struct db *db, struct str bytes, const uint8_t digest[CRYPTO_SHA256_BYTES],
                        struct err *e)
{
    struct db_copy *copy = NULL;
    int64_t rows = 0;
    if (!db_copy_open(db, sql_outbox_piece_copy, &copy, e))
        return false;
    for (int32_t piece_no = 1; bytes.length > 0; piece_no++) {
        size_t length = bytes.length < PIECE_BYTES ? bytes.length : PIECE_BYTES;
        if (!db_copy_row(copy, 3, CRYPTO_SHA256_BYTES + sizeof piece_no + length, e)) {
            db_copy_abort(copy);
            return false;
        }
        db_put_bytes(copy, digest, CRYPTO_SHA256_BYTES);
        db_put_int32(copy, piece_no);
        db_put_bytes(copy, bytes.data, length);
        bytes.data += length;
        bytes.length -= length;
    }
    return db_copy_close(copy, &rows, e);
}

bool outbox_body_add(struct db *db, struct str bytes, char sha256[OUTBOX_SHA256_HEX_BYTES], struct err *e)
{
    uint8_t digest[CRYPTO_SHA256_BYTES];
    struct db_number size;
    int64_t added = 0;
    if (!crypto_sha256(bytes.data, bytes.length, digest, e))
        return false;
    str_hex(digest, sizeof digest, sha256);
    const char *params[] = {sha256, db_from_int64(&size, (int64_t)bytes.length)};
    return db_command(db, sql_outbox_body_insert, 2, params, &added, e) &&
           (added == 0 || copy_pieces(db, bytes, digest, e));
}

/* ---- reading */

struct body {
    char sha256[OUTBOX_SHA256_HEX_BYTES];
    char *data;
    size_t length;
};

struct outbox_bodies {
    struct body *bodies;
    size_t count;
    size_t total_bytes;
};

bool outbox_bodies_open(struct outbox_bodies **opened, struct err *e)
{
    struct outbox_bodies *bodies = calloc(1, sizeof *bodies);
    *opened = bodies;
    if (bodies)
        bodies->bodies = calloc(BODIES_MAX, sizeof *bodies->bodies);
    if (bodies && bodies->bodies)
        return true;
    outbox_bodies_close(bodies);
    *opened = NULL;
    return err_set(e, ERR_BUG, "no memory for what is to be sent");
}

static void give_back(struct outbox_bodies *bodies)
{
    for (size_t i = 0; i < bodies->count; i++)
        free(bodies->bodies[i].data);
    bodies->count = bodies->total_bytes = 0;
}

void outbox_bodies_close(struct outbox_bodies *bodies)
{
    if (!bodies)
        return;
    if (bodies->bodies)
        give_back(bodies);
    free(bodies->bodies);
    free(bodies);
}

bool outbox_bodies_is_full(const struct outbox_bodies *bodies)
{
    return bodies->total_bytes >= full_bytes || bodies->count == BODIES_MAX;
}

void outbox_bodies_trim(struct outbox_bodies *bodies)
{
    if (outbox_bodies_is_full(bodies))
        give_back(bodies);
}

/* Reads one piece to where its body is filled; *more is false after the last. */
static bool read_piece(struct db *db, struct body *body, int64_t piece_no, size_t *filled, bool *more,
                       struct err *e)
{
    struct db_rows *rows = NULL;
    struct db_number number;
    const char *params[] = {body->sha256, db_from_int64(&number, piece_no)};
    if (!db_query(db, sql_outbox_piece, 2, params, &rows, e))
        return false;
    *more = db_rows_count(rows) > 0;
    struct str hex = str_of(*more ? db_text(rows, 0, 0) : "");
    size_t length = hex.length / 2;
    bool ok = length <= body->length - *filled && str_unhex(hex, (uint8_t *)body->data + *filled, length);
    *filled += ok ? length : 0;
    db_rows_close(rows);
    return ok || err_set(e, ERR_DB, "piece %s of what is to be sent as \"%s\" does not fit", number.text,
                         body->sha256);
}

static bool read_body(struct db *db, struct body *body, struct err *e)
{
    uint8_t digest[CRYPTO_SHA256_BYTES];
    char found[OUTBOX_SHA256_HEX_BYTES];
    size_t filled = 0;
    bool more = true;
    for (int64_t piece_no = 1; more; piece_no++)
        if (!read_piece(db, body, piece_no, &filled, &more, e))
            return false;
    if (!crypto_sha256(body->data, filled, digest, e))
        return false;
    str_hex(digest, sizeof digest, found);
    return strcmp(found, body->sha256) == 0 ||
           err_set(e, ERR_DB, "the pieces of what is to be sent as \"%s\" have SHA-256 \"%s\"", body->sha256,
                   found);
}

static bool add_body(struct outbox_bodies *bodies, struct db *db, const char *sha256, size_t length,
                     struct err *e)
{
    struct body *body = &bodies->bodies[bodies->count];
    ALWAYS(bodies->count < BODIES_MAX && strlen(sha256) < sizeof body->sha256);
    memcpy(body->sha256, sha256, strlen(sha256) + 1);
    body->length = length;
    body->data = malloc(length + 1);
    if (!body->data)
        return err_set(e, ERR_BUG, "no memory for %zu bytes to be sent", length);
    bodies->count++;
    bodies->total_bytes += length;
    return read_body(db, body, e);
}

bool outbox_bodies_get(struct outbox_bodies *bodies, struct db *db, const char *sha256, struct str *bytes,
                       struct err *e)
{
    size_t i = 0;
    while (i < bodies->count && strcmp(bodies->bodies[i].sha256, sha256) != 0)
        i++;
    if (i == bodies->count && !add_body(bodies, db, sha256, bytes->length, e))
        return false;
    bytes->data = bodies->bodies[i].data;
    return true;
}
