#include "jobs/post/packages.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "formats/ack.h"
#include "jobs/post/again.h"
#include "queries.h"

static const size_t ack_maximum_bytes = (size_t)64 << 20;

/* "{3,5}" */
static bool read_files(struct job_context *context, const char *text, struct prove_package *proof,
                       struct package *package, struct err *e)
{
    size_t length = strlen(text);
    int32_t *wanted = arena_array(context->arena, length + 1, sizeof *wanted, e);
    package->files = wanted ? arena_array(context->arena, length + 1, sizeof *package->files, e) : NULL;
    if (!package->files)
        return false;
    for (const char *at = text + 1; *at && *at != '}'; at += *at == ',') {
        int32_t number = 0;
        for (; *at >= '0' && *at <= '9'; at++)
            number = number * 10 + (*at - '0');
        package->files[package->file_count].file_no = number;
        wanted[package->file_count++] = number;
    }
    package->is_part = true;
    proof->only_files = wanted;
    proof->only_count = package->file_count;
    return true;
}

/* What a replay must refuse of a package. */
static bool read_refusals(struct job_context *context, struct prove_package *proof, struct err *e)
{
    const struct job_replay *replay = context->replay;
    if (!replay)
        return true;
    struct prove_refusal *refusals = arena_array(context->arena, replay->refusal_count + 1, sizeof *refusals, e);
    for (size_t i = 0; refusals && i < replay->refusal_count; i++)
        if (replay->refusals[i].archive_id == proof->archive_id)
            refusals[proof->refusal_count++] =
                (struct prove_refusal){replay->refusals[i].file_no, replay->refusals[i].reason};
    proof->refusals = refusals;
    return refusals != NULL;
}

static bool read_package(struct job_context *context, const struct db_rows *rows, size_t row, struct packages *packages,
                         struct err *e)
{
    struct prove_package *proof = &packages->proofs[row];
    struct package *package = &packages->rows[row];
    struct package_name name;
    const char *hex = db_text(rows, row, 2);
    proof->archive_id = db_int64(rows, row, 0);
    proof->name = arena_printf(context->arena, e, "%s", db_text(rows, row, 1));
    proof->school_code = db_int64(rows, row, 3);
    proof->made_at = db_int64(rows, row, 4);
    proof->path = arena_printf(context->arena, e, "%s/%.2s/%s", context->settings->intake, hex, hex);
    package->source = arena_printf(context->arena, e, "%s", db_text(rows, row, 5));
    package->was_waiting = db_bool(rows, row, 6);
    package->is_again = db_bool(rows, row, 7);
    if (!proof->name || !proof->path || !package->source ||
        (!db_is_null(rows, row, 8) && !read_files(context, db_text(rows, row, 8), proof, package, e)) ||
        !read_refusals(context, proof, e))
        return false;
    const struct source *source = settings_source(context->settings, package->source);
    proof->signature_required = !source || source->signature_required;
    if (package_name_parse(str_of(proof->name), &name) != PACKAGE_NAME_GOOD ||
        !str_unhex(str_of(hex), package->sha256, CRYPTO_SHA256_BYTES))
        return err_set(e, ERR_BUG, "package \"%s\" is registered, but that is no name of a package", proof->name);
    proof->ext = name.ext;
    return true;
}

bool packages_claim(struct job_context *context, struct packages *packages, struct err *e)
{
    struct db_rows *rows = NULL;
    *packages = (struct packages){0};
    if (!db_query(context->db, sql_post_waiting, 0, NULL, &rows, e))
        return false;
    size_t count = db_rows_count(rows);
    packages->proofs = arena_array(context->arena, count + 1, sizeof *packages->proofs, e);
    packages->rows = packages->proofs ? arena_array(context->arena, count + 1, sizeof *packages->rows, e) : NULL;
    bool done = packages->rows != NULL;
    for (size_t i = 0; done && i < count; i++)
        done = read_package(context, rows, i, packages, e);
    packages->count = (uint32_t)count;
    db_rows_close(rows);
    return done;
}

bool packages_load_terminals(struct job_context *context, struct prove_rules *rules, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!db_query(context->db, sql_post_terminals, 0, NULL, &rows, e))
        return false;
    size_t count = db_rows_count(rows);
    struct devlog_terminal *terminals = arena_array(context->arena, count + 1, sizeof *terminals, e);
    for (size_t i = 0; terminals && i < count; i++)
        terminals[i] = (struct devlog_terminal){.device_no = (uint32_t)db_int64(rows, i, 0),
                                             .valid_from = db_day(rows, i, 1),
                                             .valid_to = db_day(rows, i, 2),
                                             .psam_no = db_int64(rows, i, 3),
                                             .merchant_no = db_int64(rows, i, 4)};
    rules->terminals = terminals;
    rules->terminal_count = count;
    db_rows_close(rows);
    return terminals != NULL;
}

static const char *state_of(const struct package *package)
{
    if (package->reason == PACKAGE_GOOD)
        return "posted";
    return package->reason == PACKAGE_KEY_MISSING ? "waiting" : "quarantined";
}

static void put_text(struct db_copy *copy, const char *text)
{
    if (!text || !*text)
        db_put_null(copy);
    else
        db_put_bytes(copy, text, strlen(text));
}

static bool put_result(struct db_copy *copy, const struct packages *packages, uint32_t index,
                       const struct batch *batch, struct err *e)
{
    const struct package *package = &packages->rows[index];
    const char *detail = package->detail ? package->detail : "";
    struct tally none = {0};
    const struct tally *t = package->reason == PACKAGE_GOOD ? &batch->packages[package->batch_index].tally : &none;
    const int64_t figures[] = {t->records,    t->posted,     t->duplicate,     t->held,     t->rejected,
                               t->amount_fen, t->posted_fen, t->duplicate_fen, t->held_fen, t->rejected_fen};
    if (!db_copy_row(copy, 15, 200 + strlen(detail), e))
        return false;
    db_put_int64(copy, packages->proofs[index].archive_id);
    db_put_bytes(copy, package->sha256, sizeof package->sha256);
    put_text(copy, state_of(package));
    put_text(copy, package_reason_name(package->reason));
    put_text(copy, detail);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        db_put_int64(copy, figures[i]);
    return true;
}

static bool write_results(struct job_context *context, const struct packages *packages, uint32_t count,
                          const struct ledger_run *run, const struct batch *batch, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_exec(context->db, sql_post_result_table, e) ||
        !db_copy_open(context->db, sql_post_result_copy, &copy, e))
        return false;
    int64_t results = 0, updated = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (packages->rows[i].is_part)
            continue;
        results++;
        if (!put_result(copy, packages, i, batch, e)) {
            db_copy_abort(copy);
            return false;
        }
    }
    struct db_number id;
    const char *params[] = {db_from_int64(&id, run->run_id)};
    if (!db_copy_close(copy, NULL, e) || !db_command(context->db, sql_post_result_apply, 1, params, &updated, e))
        return false;
    if (updated == results)
        return true;
    (void)err_set(e, ERR_DB, "%lld packages were replaced while they were judged", (long long)(results - updated));
    e->retryable = true;
    return err_hint(e, "run post again");
}

static bool put_file(struct db_copy *copy, int64_t archive_id, const struct batch_file *file, const char *format,
                     int64_t run_id, struct err *e)
{
    const struct tally *t = &file->tally;
    const int64_t figures[] = {t->records, t->posted, t->duplicate, t->held, t->rejected, t->amount_fen, t->posted_fen};
    size_t text_bytes = strlen(file->name) + strlen(format) + (file->refused ? strlen(file->refused) : 0);
    if (!db_copy_row(copy, 14, 90 + text_bytes, e))
        return false;
    db_put_int64(copy, archive_id);
    db_put_int32(copy, file->file_no);
    put_text(copy, file->name);
    put_text(copy, format);
    db_put_int32_or_null(copy, file->has_device ? (int64_t)file->device_no : -1, -1);
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        db_put_int64(copy, figures[i]);
    put_text(copy, file->refused);
    db_put_int64(copy, run_id);
    return true;
}

static bool put_files(struct db_copy *copy, const struct batch_package *package, const struct ledger_run *run,
                      const struct batch *batch, struct err *e)
{
    for (uint32_t i = 0; i < package->file_count; i++) {
        const struct batch_file *file = &batch->files[package->first_file + i];
        if (!put_file(copy, package->archive_id, file, file->format, run->run_id, e))
            return false;
    }
    return true;
}

static bool write_files(struct job_context *context, const struct packages *packages, uint32_t count,
                        const struct ledger_run *run, const struct batch *batch, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_copy_open(context->db, sql_post_file_copy, &copy, e))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const struct package *package = &packages->rows[i];
        if (package->is_part || package->reason != PACKAGE_GOOD)
            continue;
        if (!put_files(copy, &batch->packages[package->batch_index], run, batch, e)) {
            db_copy_abort(copy);
            return false;
        }
    }
    return db_copy_close(copy, NULL, e);
}

static bool write_ack(const struct package *package, const struct batch *batch, struct arena *scratch, struct buf *out,
                      struct err *e)
{
    if (package->reason != PACKAGE_GOOD)
        return ack_write_quarantined(out, package->reason, e);
    const struct batch_package *posted = &batch->packages[package->batch_index];
    struct ack_row *rows = arena_array(scratch, posted->file_count + 1, sizeof *rows, e);
    for (uint32_t i = 0; rows && i < posted->file_count; i++) {
        const struct batch_file *file = &batch->files[posted->first_file + i];
        const struct tally *t = &file->tally;
        rows[i] = (struct ack_row){.file = str_of(file->name),
                                   .records = t->records,
                                   .posted = t->posted,
                                   .duplicate = t->duplicate,
                                   .held = t->held,
                                   .rejected = t->rejected,
                                   .amount_fen = t->amount_fen,
                                   .posted_fen = t->posted_fen,
                                   .reason = str_of(file->refused ? file->refused : "")};
    }
    return rows && ack_write(out, rows, posted->file_count, e);
}

static bool put_ack(struct db_copy *copy, const struct packages *packages, uint32_t index, struct arena *scratch,
                    struct str answer, struct err *e)
{
    const struct package *package = &packages->rows[index];
    const struct prove_package *proof = &packages->proofs[index];
    char folder[32];
    const char *name = ack_name(scratch, proof->name, package->sha256, e);
    if (!name)
        return false;
    int folder_length = snprintf(folder, sizeof folder, "%010" PRId64 "/ack", proof->school_code);
    if (!db_copy_row(copy, 5, 1 + strlen(package->source) + strlen(name) + (size_t)folder_length + answer.length, e))
        return false;
    put_text(copy, package->source);
    db_put_bytes(copy, folder, (size_t)folder_length);
    put_text(copy, name);
    db_put_bytes(copy, answer.data, answer.length);
    db_put_bool(copy, package->is_again);
    return true;
}

/* A package that waits gets no ack, nor one of which nothing more was accepted. */
static bool send_ack(struct db_copy *copy, const struct packages *packages, uint32_t index, const struct batch *batch,
                     struct arena *scratch, struct buf *out, struct err *e)
{
    const struct package *package = &packages->rows[index];
    if (package->reason == PACKAGE_KEY_MISSING || (package->is_part && !package->answer.data))
        return true;
    buf_reset(out);
    arena_reset(scratch);
    if (package->is_part)
        return put_ack(copy, packages, index, scratch, package->answer, e);
    return write_ack(package, batch, scratch, out, e) && buf_ok(out, e) &&
           put_ack(copy, packages, index, scratch, (struct str){out->data, out->length}, e);
}

static bool send_acks(struct job_context *context, const struct packages *packages, uint32_t count,
                      const struct batch *batch, struct err *e)
{
    struct arena *scratch = NULL;
    struct db_copy *copy = NULL;
    struct buf out;
    buf_open(&out, ack_maximum_bytes);
    bool done = arena_open(&scratch, ack_maximum_bytes, e) &&
                db_copy_open(context->db, sql_post_ack_copy, &copy, e);
    for (uint32_t i = 0; done && i < count; i++)
        done = send_ack(copy, packages, i, batch, scratch, &out, e);
    if (done)
        done = db_copy_close(copy, NULL, e);
    else
        db_copy_abort(copy);
    buf_close(&out);
    arena_close(scratch);
    return done;
}

static bool queue_acks(struct job_context *context, const struct packages *packages, uint32_t count,
                       const struct ledger_run *run, const struct batch *batch, struct err *e)
{
    struct db_number id;
    const char *params[] = {db_from_int64(&id, run->run_id)};
    return db_exec(context->db, sql_post_ack_table, e) && send_acks(context, packages, count, batch, e) &&
           db_command(context->db, sql_post_ack_replace, 1, params, NULL, e) &&
           db_command(context->db, sql_post_ack_queue, 1, params, NULL, e);
}

bool packages_write(struct job_context *context, const struct packages *packages, uint32_t count,
                    struct ledger_run *run, const struct batch *batch, struct err *e)
{
    return write_results(context, packages, count, run, batch, e) &&
           write_files(context, packages, count, run, batch, e) &&
           again_write(context, packages, count, run, batch, e) &&
           queue_acks(context, packages, count, run, batch, e);
}
