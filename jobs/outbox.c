#include "jobs/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/lock.h"
#include "base/log.h"
#include "jobs/pool.h"
#include "queries.h"

enum { CHUNK_ROWS = 500, ROWS_A_CONNECTION = 8 };
static const size_t chunk_bytes_max = (size_t)256 << 20;

enum outcome { OUTCOME_WAITS, OUTCOME_SENT, OUTCOME_ALARM };

struct parcel {
    const char *id;
    const char *folder; /* whole, under the server's root */
    const char *name;
    const char *bytes;
    size_t length;
    enum outcome outcome; /* written by one worker, read after the pool has ended */
    struct err failure;
};

struct chunk {
    struct parcel *parcels;
    size_t count;
};

bool outbox_queue(struct db *db, const struct outbox_file *file, int64_t run_id, struct err *e)
{
    struct db_number run;
    int64_t affected = 0;
    struct buf hex;
    buf_open(&hex, 2 * file->bytes.length + 16);
    buf_add_text(&hex, "\\x");
    for (size_t i = 0; i < file->bytes.length; i++)
        buf_printf(&hex, "%02x", (unsigned char)file->bytes.data[i]);
    const char *params[] = {file->source, file->folder, file->name, hex.data,
                            run_id ? db_from_int64(&run, run_id) : NULL};
    bool ok = buf_ok(&hex, e) && db_command(db, sql_outbox_queue, 5, params, &affected, e);
    if (ok && affected == 0)
        ok = err_set(e, ERR_INPUT, "\"%s/%s\" is queued for source \"%s\" with other bytes", file->folder,
                     file->name, file->source);
    buf_close(&hex);
    return ok;
}

static bool send_parcel(void *context, struct pool_worker *worker, size_t index, struct err *e)
{
    struct parcel *parcel = &((struct chunk *)context)->parcels[index];
    fault_point("outbox.send");
    if (sftp_put(worker->sftp, parcel->folder, parcel->name, parcel->bytes, parcel->length, e)) {
        parcel->outcome = OUTCOME_SENT;
        return true;
    }
    /* Another file under our name, or a refusal that is this file's alone, must not hold up the others. */
    if (e->kind == ERR_INPUT)
        parcel->outcome = OUTCOME_ALARM;
    else if (e->kind != ERR_NET || e->retryable)
        return false;
    parcel->failure = *e;
    return true;
}

static bool read_parcel(struct arena *arena, const struct source *source, const struct db_rows *rows,
                        size_t row, struct parcel *parcel, struct err *e)
{
    struct str hex = str_of(db_text(rows, row, 3)); /* "\x…" */
    parcel->length = (hex.length - 2) / 2;
    char *bytes = arena_alloc(arena, parcel->length + 1, e);
    parcel->id = arena_printf(arena, e, "%s", db_text(rows, row, 0));
    parcel->folder = arena_printf(arena, e, "%s/%s", source->path, db_text(rows, row, 1));
    parcel->name = arena_printf(arena, e, "%s", db_text(rows, row, 2));
    if (!bytes || !parcel->id || !parcel->folder || !parcel->name)
        return false;
    hex.data += 2;
    hex.length -= 2;
    ALWAYS(parcel->length == 0 || str_unhex(hex, (uint8_t *)bytes, parcel->length));
    parcel->bytes = bytes;
    return true;
}

static bool read_chunk(struct job_context *context, struct arena *arena, const struct source *source,
                       const char *after_id, struct chunk *chunk, struct err *e)
{
    struct db_number limit;
    struct db_rows *rows = NULL;
    const char *params[] = {source->name, after_id, db_from_int64(&limit, CHUNK_ROWS)};
    if (!db_query(context->db, sql_outbox_list, 3, params, &rows, e))
        return false;
    bool ok = true;
    chunk->count = db_rows_count(rows);
    chunk->parcels = arena_array(arena, chunk->count + 1, sizeof *chunk->parcels, e);
    ok = chunk->parcels != NULL;
    for (size_t i = 0; ok && i < chunk->count; i++)
        ok = read_parcel(arena, source, rows, i, &chunk->parcels[i], e);
    db_rows_close(rows);
    return ok;
}

static void add_id(struct buf *ids, const struct parcel *parcel)
{
    buf_printf(ids, "%s%s", ids->length > 1 ? "," : "", parcel->id);
}

/* Marks the parcels of a chunk, and says what became of those that were not sent. */
static bool mark_chunk(struct job_context *context, const struct source *source, const struct chunk *chunk,
                       struct err *e)
{
    struct buf ids;
    buf_open(&ids, 64 + 24 * CHUNK_ROWS);
    buf_add_text(&ids, "{");
    bool ok = true;
    for (size_t i = 0; ok && i < chunk->count; i++) {
        const struct parcel *parcel = &chunk->parcels[i];
        const char *params[] = {parcel->id, parcel->failure.message};
        job_count(context, parcel->outcome == OUTCOME_SENT ? "sent" : "unsent", 1);
        if (parcel->outcome == OUTCOME_SENT)
            add_id(&ids, parcel);
        else if (parcel->outcome == OUTCOME_ALARM) {
            job_attention(context, "outbox_alarm", "source \"%s\": %s", source->name,
                          parcel->failure.message);
            ok = db_command(context->db, sql_outbox_mark_alarm, 2, params, NULL, e);
        } else if (parcel->failure.kind != ERR_NONE)
            job_trouble(context, "outbox_not_sent", &parcel->failure);
    }
    buf_add_text(&ids, "}");
    const char *params[] = {ids.data};
    fault_point("outbox.mark");
    ok = ok && buf_ok(&ids, e) && db_command(context->db, sql_outbox_mark_sent, 1, params, NULL, e);
    buf_close(&ids);
    return ok;
}

/* One chunk after the other, until the last or until the peer is away. */
static bool send_chunks(struct job_context *context, const struct source *source, struct pool *pool,
                        struct err *e)
{
    char after_id[24] = "0";
    struct err failure;
    struct arena *arena = NULL;
    if (!arena_open(&arena, chunk_bytes_max, e))
        return false;
    bool ok = true, is_peer_there = true, is_last = false;
    while (ok && is_peer_there && !is_last) {
        struct chunk chunk = {0};
        arena_reset(arena);
        ok = read_chunk(context, arena, source, after_id, &chunk, e);
        if (!ok || chunk.count == 0)
            break;
        (void)snprintf(after_id, sizeof after_id, "%s", chunk.parcels[chunk.count - 1].id);
        is_last = chunk.count < CHUNK_ROWS;
        is_peer_there = pool_run(pool, chunk.count, send_parcel, &chunk, &failure);
        if (!is_peer_there)
            job_trouble(context, "outbox_not_sent", &failure);
        ok = mark_chunk(context, source, &chunk, e);
    }
    arena_close(arena);
    return ok;
}

static bool send_to(struct job_context *context, const struct source *source, struct err *e)
{
    int64_t waiting = 0;
    struct pool *pool = NULL;
    struct err failure;
    const char *params[] = {source->name};
    if (!db_query_int64(context->db, sql_outbox_count, 1, params, &waiting, e))
        return false;
    if (waiting == 0)
        return true;
    if (context->command->is_dry_run) {
        job_count(context, "unsent", waiting);
        return true;
    }
    int64_t wanted = (waiting + ROWS_A_CONNECTION - 1) / ROWS_A_CONNECTION;
    if (!pool_open(&pool, source, wanted < source->parallel ? (int)wanted : source->parallel, &failure)) {
        job_trouble(context, "outbox_not_sent", &failure);
        job_count(context, "unsent", waiting);
        return true;
    }
    bool ok = send_chunks(context, source, pool, e);
    pool_close(pool);
    return ok;
}

static bool send_all(struct job_context *context, const char *source_kind, struct err *e)
{
    for (size_t i = 0; i < context->settings->source_count; i++) {
        const struct source *source = &context->settings->sources[i];
        if (strcmp(source->kind, source_kind) == 0 && !send_to(context, source, e))
            return false;
    }
    return true;
}

bool outbox_send(struct job_context *context, const char *source_kind, struct err *e)
{
    job_count(context, "sent", 0);
    job_count(context, "unsent", 0);
    /* Two jobs that send the same file at once would write to one temporary name. */
    if (!lock_take(context->db, "outbox", e)) {
        if (e->kind == ERR_LOCKED)
            log_event(LOG_INFO, "outbox_busy",
                      "another job is sending: what it does not see goes with the next collect");
        return e->kind == ERR_LOCKED;
    }
    bool ok = send_all(context, source_kind, e);
    struct err ignored;
    /* A lost connection has dropped it already. */
    if (!lock_drop(context->db, "outbox", ok ? e : &ignored))
        return false;
    return ok;
}
