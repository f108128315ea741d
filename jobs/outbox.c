#include "jobs/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/lock.h"
#include "base/log.h"
#include "jobs/outbox_body.h"
#include "jobs/pool.h"
#include "queries.h"

enum { CHUNK_ROWS = 500, ROWS_A_CONNECTION = 8, FOLDER_BYTES = 512 };
static const size_t chunk_arena_bytes = (size_t)256 << 20;
/* What was sent is marked at least each time so much has been. */
static const int64_t chunk_sent_bytes = INT64_C(512) << 20;

enum outcome { OUTCOME_WAITS, OUTCOME_SENT, OUTCOME_ALARM };

struct parcel {
    const char *id;
    const char *folder; /* as queued, under the source's path */
    const char *name;
    const char *bytes; /* its own, or a body that it shares */
    size_t length;
    bool is_ordered;
    uint8_t (*replaces)[SFTP_DIGEST_BYTES]; /* what may lie there and makes room */
    size_t replaces_count;
    enum outcome outcome; /* written by one worker, read after the pool has ended */
    struct err failure;
};

/* The parcels of one folder, which one worker sends in their order. */
struct folder {
    const char *path; /* whole, under the server's root */
    struct parcel *parcels;
    size_t count;
    bool is_blocked; /* one before these could not be sent: those that keep the order wait */
};

struct chunk {
    struct parcel *parcels;
    size_t count;
    struct folder *folders;
    size_t folder_count;
    bool is_last;
};

/* What goes on from one chunk to the next. */
struct sending {
    struct job_context *context;
    const struct source *source;
    struct outbox_bodies *bodies;
    struct arena *arena; /* of the chunk */
    char after_folder[FOLDER_BYTES];
    char after_id[24];
    bool is_blocked; /* the folder that the chunk before ended in */
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

/* ---- reading what is to be sent */

static bool take_own_bytes(struct arena *arena, struct str hex, struct parcel *parcel, struct err *e)
{
    parcel->length = (hex.length - 2) / 2; /* "\x…" */
    char *bytes = arena_alloc(arena, parcel->length + 1, e);
    if (!bytes)
        return false;
    hex.data += 2;
    hex.length -= 2;
    ALWAYS(parcel->length == 0 || str_unhex(hex, (uint8_t *)bytes, parcel->length));
    parcel->bytes = bytes;
    return true;
}

/* Digests in hex, with a blank between. */
static bool read_replaces(struct arena *arena, const char *hex, struct parcel *parcel, struct err *e)
{
    enum { STEP = 2 * SFTP_DIGEST_BYTES + 1 };
    parcel->replaces_count = (strlen(hex) + 1) / STEP;
    parcel->replaces = arena_array(arena, parcel->replaces_count + 1, sizeof *parcel->replaces, e);
    for (size_t i = 0; parcel->replaces && i < parcel->replaces_count; i++)
        ALWAYS(str_unhex((struct str){hex + i * STEP, STEP - 1}, parcel->replaces[i], SFTP_DIGEST_BYTES));
    return parcel->replaces != NULL;
}

static bool read_parcel(struct sending *sending, const struct db_rows *rows, size_t row,
                        struct parcel *parcel, struct err *e)
{
    struct arena *arena = sending->arena;
    struct str shared = {.length = (size_t)db_int64(rows, row, 6)};
    parcel->id = arena_printf(arena, e, "%s", db_text(rows, row, 0));
    parcel->folder = arena_printf(arena, e, "%s", db_text(rows, row, 1));
    parcel->name = arena_printf(arena, e, "%s", db_text(rows, row, 2));
    parcel->is_ordered = db_bool(rows, row, 5);
    if (!parcel->id || !parcel->folder || !parcel->name ||
        !read_replaces(arena, db_text(rows, row, 7), parcel, e))
        return false;
    if (db_is_null(rows, row, 4))
        return take_own_bytes(arena, str_of(db_text(rows, row, 3)), parcel, e);
    if (!outbox_bodies_get(sending->bodies, sending->context->db, db_text(rows, row, 4), &shared, e))
        return false;
    parcel->bytes = shared.data;
    parcel->length = shared.length;
    return true;
}

static bool group_folders(struct sending *sending, struct chunk *chunk, struct err *e)
{
    chunk->folders = arena_array(sending->arena, chunk->count + 1, sizeof *chunk->folders, e);
    for (size_t i = 0; chunk->folders && i < chunk->count; i++) {
        struct parcel *parcel = &chunk->parcels[i];
        if (i > 0 && strcmp(parcel->folder, parcel[-1].folder) == 0) {
            chunk->folders[chunk->folder_count - 1].count++;
            continue;
        }
        struct folder *folder = &chunk->folders[chunk->folder_count++];
        folder->path = arena_printf(sending->arena, e, "%s/%s", sending->source->path, parcel->folder);
        folder->parcels = parcel;
        folder->count = 1;
        folder->is_blocked =
            i == 0 && sending->is_blocked && strcmp(parcel->folder, sending->after_folder) == 0;
        if (!folder->path)
            return false;
    }
    return chunk->folders != NULL;
}

/* As many of the next rows as their number, their bytes and what lies in memory allow; at least one. */
static bool read_chunk(struct sending *sending, struct chunk *chunk, struct err *e)
{
    struct db_number limit;
    struct db_rows *rows = NULL;
    const char *params[] = {sending->source->name, sending->after_folder, sending->after_id,
                            db_from_int64(&limit, CHUNK_ROWS)};
    int64_t bytes = 0;
    *chunk = (struct chunk){0};
    arena_reset(sending->arena);
    outbox_bodies_trim(sending->bodies);
    if (!db_query(sending->context->db, sql_outbox_list, 4, params, &rows, e))
        return false;
    size_t count = db_rows_count(rows);
    chunk->parcels = arena_array(sending->arena, count + 1, sizeof *chunk->parcels, e);
    bool ok = chunk->parcels != NULL;
    while (ok && chunk->count < count) {
        bytes += db_int64(rows, chunk->count, 6);
        if (chunk->count > 0 && (bytes > chunk_sent_bytes || outbox_bodies_is_full(sending->bodies)))
            break;
        ok = read_parcel(sending, rows, chunk->count, &chunk->parcels[chunk->count], e);
        chunk->count++;
    }
    chunk->is_last = chunk->count == count && count < CHUNK_ROWS;
    db_rows_close(rows);
    return ok && group_folders(sending, chunk, e);
}

/* ---- sending it */

static bool put_parcel(const char *folder, const struct parcel *parcel, struct sftp *sftp, struct err *e)
{
    const struct sftp_replacement over = {folder, parcel->name, {parcel->bytes, parcel->length},
                                          (const uint8_t(*)[SFTP_DIGEST_BYTES])parcel->replaces,
                                          parcel->replaces_count};
    return parcel->replaces_count > 0
               ? sftp_replace(sftp, &over, e)
               : sftp_put(sftp, folder, parcel->name, parcel->bytes, parcel->length, e);
}

static bool send_parcel(const char *folder, struct parcel *parcel, struct pool_worker *worker, struct err *e)
{
    fault_point("outbox.send");
    if (put_parcel(folder, parcel, worker->sftp, e)) {
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

/* Holds up what comes after it and keeps the order. A name that is taken by other bytes does not: it will
 * never be sent, and the full list that follows makes up for it. */
static bool holds_up(const struct parcel *parcel)
{
    return parcel->is_ordered && parcel->outcome == OUTCOME_WAITS;
}

/* May be called again after a lost line: what was sent or refused then is left. */
static bool send_folder(void *context, struct pool_worker *worker, size_t index, struct err *e)
{
    struct folder *folder = &((struct chunk *)context)->folders[index];
    for (size_t i = 0; i < folder->count; i++) {
        struct parcel *parcel = &folder->parcels[i];
        bool is_tried = parcel->outcome != OUTCOME_WAITS || parcel->failure.kind != ERR_NONE;
        if (is_tried || (folder->is_blocked && parcel->is_ordered))
            continue;
        if (!send_parcel(folder->path, parcel, worker, e))
            return false;
        folder->is_blocked |= holds_up(parcel);
    }
    return true;
}

static void add_id(struct buf *ids, const struct parcel *parcel)
{
    buf_printf(ids, "%s%s", ids->length > 1 ? "," : "", parcel->id);
}

/* Marks the parcels of a chunk, and says what became of those that were not sent. */
static bool mark_chunk(struct sending *sending, const struct chunk *chunk, struct err *e)
{
    struct job_context *context = sending->context;
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
            job_attention(context, "outbox_alarm", "source \"%s\": %s", sending->source->name,
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

static void go_on_after(struct sending *sending, const struct chunk *chunk)
{
    const struct parcel *last = &chunk->parcels[chunk->count - 1];
    int length = snprintf(sending->after_folder, sizeof sending->after_folder, "%s", last->folder);
    ALWAYS(length >= 0 && length < FOLDER_BYTES);
    (void)snprintf(sending->after_id, sizeof sending->after_id, "%s", last->id);
    sending->is_blocked = chunk->folders[chunk->folder_count - 1].is_blocked;
}

/* One chunk after the other, until the last or until the peer is away. */
static bool send_chunks(struct sending *sending, struct pool *pool, struct err *e)
{
    struct err failure;
    bool ok = true, is_peer_there = true;
    struct chunk chunk = {0};
    while (ok && is_peer_there && !chunk.is_last) {
        ok = read_chunk(sending, &chunk, e);
        if (!ok || chunk.count == 0)
            break;
        is_peer_there = pool_run(pool, chunk.folder_count, send_folder, &chunk, &failure);
        if (!is_peer_there)
            job_trouble(sending->context, "outbox_not_sent", &failure);
        ok = mark_chunk(sending, &chunk, e);
        go_on_after(sending, &chunk);
    }
    return ok;
}

static bool send_over(struct job_context *context, const struct source *source, struct pool *pool,
                      struct err *e)
{
    struct sending sending = {.context = context, .source = source, .after_id = "0"};
    bool ok = arena_open(&sending.arena, chunk_arena_bytes, e) && outbox_bodies_open(&sending.bodies, e) &&
              send_chunks(&sending, pool, e);
    outbox_bodies_close(sending.bodies);
    arena_close(sending.arena);
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
    bool ok = send_over(context, source, pool, e);
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
    if (context->replay)
        return true;
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
