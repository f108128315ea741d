#include "jobs/post/again.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "formats/ack.h"
#include "ledger/exception.h"
#include "queries.h"

static const size_t answer_maximum_bytes = (size_t)64 << 20;

/* A package that cannot be proved today refuses all that is wanted of it. */
static bool refuse_all(struct package *part, const struct proved *proved, struct arena *arena, struct err *e)
{
    const char *why = arena_printf(arena, e, "%s: %s", package_reason_name(proved->reason), proved->detail);
    for (uint32_t i = 0; i < part->file_count; i++)
        part->files[i].refused = why;
    return why != NULL;
}

bool again_take(struct package *part, const struct proved *proved, struct arena *arena, struct err *e)
{
    part->has_accepted = proved->reason == PACKAGE_GOOD && proved->file_count > 0;
    if (proved->reason != PACKAGE_GOOD)
        return refuse_all(part, proved, arena, e);
    for (uint32_t i = 0; i < proved->refused_count; i++) {
        uint32_t at = 0;
        while (part->files[at].file_no != proved->refused[i].file_no)
            at++;
        part->files[at].refused = arena_copy(arena, proved->refused[i].refused, strlen(proved->refused[i].refused), e);
        if (!part->files[at].refused)
            return false;
    }
    return true;
}

/* ---- what it came to */

static const struct tally no_counts;

static const struct tally *tally_of(const struct package *part, const struct batch *batch, int32_t file_no)
{
    if (!part->has_accepted)
        return &no_counts;
    const struct batch_package *package = &batch->packages[part->batch_index];
    for (uint32_t i = 0; i < package->file_count; i++)
        if (batch->files[package->first_file + i].file_no == file_no)
            return &batch->files[package->first_file + i].tally;
    return &no_counts;
}

static bool write_file(struct ledger_run *run, const struct package *part, int64_t archive_id,
                       const struct package_file *file, const struct batch *batch, struct err *e)
{
    bool waits = part->reason == PACKAGE_KEY_MISSING;
    const struct tally *t = file->refused ? &no_counts : tally_of(part, batch, file->file_no);
    char counts[256];
    struct db_number archive, number, id;
    int64_t updated = 0;
    (void)snprintf(counts, sizeof counts,
                   "{%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64
                   ",%" PRId64 "}",
                   t->records, t->posted, t->duplicate, t->held, t->rejected, t->amount_fen, t->posted_fen,
                   t->duplicate_fen, t->held_fen, t->rejected_fen);
    const char *params[] = {db_from_int64(&archive, archive_id), db_from_int64(&number, file->file_no),
                            waits ? "waiting" : file->refused ? "refused" : "posted", file->refused,
                            waits ? NULL : db_from_int64(&id, run->run_id), counts};
    if (!db_command(run->db, sql_post_again_apply, 6, params, &updated, e))
        return false;
    if (updated != 1)
        return err_set(e, ERR_BUG, "file %d of package %" PRId64 " was judged again twice", file->file_no, archive_id);
    return file->refused || exceptions_close_file(run, archive_id, file->file_no, e);
}

static bool write_answer(struct job_context *context, struct package *part, int64_t archive_id, struct err *e)
{
    struct db_number id;
    struct db_rows *rows = NULL;
    struct buf out;
    const char *params[] = {db_from_int64(&id, archive_id)};
    if (!db_query(context->db, sql_post_again_files, 1, params, &rows, e))
        return false;
    size_t count = db_rows_count(rows);
    struct ack_row *files = arena_array(context->arena, count + 1, sizeof *files, e);
    for (size_t i = 0; files && i < count; i++)
        files[i] = (struct ack_row){.file = str_of(db_text(rows, i, 0)),
                                    .records = db_int64(rows, i, 1),
                                    .posted = db_int64(rows, i, 2),
                                    .duplicate = db_int64(rows, i, 3),
                                    .held = db_int64(rows, i, 4),
                                    .rejected = db_int64(rows, i, 5),
                                    .amount_fen = db_int64(rows, i, 6),
                                    .posted_fen = db_int64(rows, i, 7),
                                    .reason = str_of(db_text(rows, i, 8))};
    buf_open(&out, answer_maximum_bytes);
    bool done = files && ack_write(&out, files, count, e) && buf_ok(&out, e);
    if (done) {
        part->answer.data = arena_copy(context->arena, out.data, out.length, e);
        part->answer.length = out.length;
        done = part->answer.data != NULL;
    }
    buf_close(&out);
    db_rows_close(rows);
    return done;
}

bool again_write(struct job_context *context, const struct packages *packages, uint32_t count, struct ledger_run *run,
                 const struct batch *batch, struct err *e)
{
    for (uint32_t i = 0; i < count; i++) {
        struct package *part = &packages->rows[i];
        int64_t archive_id = packages->proofs[i].archive_id;
        for (uint32_t f = 0; part->is_part && f < part->file_count; f++)
            if (!write_file(run, part, archive_id, &part->files[f], batch, e))
                return false;
        if (part->has_accepted && !write_answer(context, part, archive_id, e))
            return false;
    }
    return true;
}

void again_report(struct job_context *context, const struct package *part, const char *name)
{
    if (part->reason == PACKAGE_KEY_MISSING) {
        job_attention(context, "package_waits", "package \"%s\": %u files to be judged again: %s", name, part->file_count,
                      part->files[0].refused);
        return;
    }
    for (uint32_t i = 0; i < part->file_count; i++) {
        job_count(context, part->files[i].refused ? "files_refused_again" : "files_accepted", 1);
        if (part->files[i].refused)
            job_attention(context, "file_refused_again", "package \"%s\": %s", name, part->files[i].refused);
        else
            log_event(LOG_INFO, "file_accepted", "package=%s file_no=%d", name, part->files[i].file_no);
    }
}
