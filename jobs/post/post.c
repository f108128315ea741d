#include "jobs/post/post.h"

#include <stdio.h>
#include <string.h>

#include "base/fsfile.h"
#include "base/log.h"
#include "base/progress.h"
#include "jobs/judge_settings.h"
#include "jobs/outbox.h"
#include "jobs/post/again.h"
#include "jobs/post/packages.h"
#include "jobs/post/prove_pool.h"
#include "ledger/posting.h"
#include "queries.h"

/* What a run takes is bounded by [limits] run_bytes and by the cards of so many records; this stops what grows in error. */
static const size_t run_maximum_bytes = (size_t)16 << 30;
static const size_t package_maximum_bytes = (size_t)256 << 20, ahead_bytes = (size_t)256 << 20;
static const size_t ca_maximum_bytes = 1024 * 1024;

/* Where the run would be cut: between packages of two 14-digit times (RULES.md 1). */
struct border {
    uint32_t package_index;
    uint32_t packages, files, records, identities, carried, statuses, raws;
};

struct post {
    struct job_context *context;
    struct packages packages;
    struct prove_rules rules;
    struct keyring ring;
    struct crypto_trust *trust;
    struct archive_limits limits;
    struct batch batch;
    uint32_t taken; /* packages of this run */
};

static bool open_trust(struct post *post, struct err *e)
{
    const struct settings *settings = post->context->settings;
    struct str pem;
    if (!settings->collectors_ca)
        return true;
    return fsfile_read(post->context->arena, settings->collectors_ca, ca_maximum_bytes, &pem.data, &pem.length, e) &&
           crypto_trust_open(&post->trust, pem, e);
}

static bool open_rules(struct post *post, struct err *e)
{
    const struct settings *settings = post->context->settings;
    post->limits = (struct archive_limits){.entries = (uint64_t)settings->limits.archive_entries,
                                           .unpacked_bytes = (uint64_t)settings->limits.archive_bytes,
                                           .zip_ratio = (uint64_t)settings->limits.zip_ratio,
                                           .zip_ratio_bytes = (uint64_t)settings->limits.zip_ratio_above_bytes,
                                           .whole_ratio = (uint64_t)settings->limits.tar_ratio,
                                           .whole_ratio_bytes = (uint64_t)settings->limits.tar_ratio_above_bytes};
    const char *spool = arena_printf(post->context->arena, e, "%s/tmp", settings->intake);
    if (!spool || !fsfile_make_folders(spool, e) || !keyring_open(&post->ring, settings, e) || !open_trust(post, e))
        return false;
    post->rules = (struct prove_rules){
        .ring = &post->ring, .trust = post->trust, .limits = &post->limits, .spool_folder = spool,
        .package_records = settings->limits.package_records, .package_bytes = package_maximum_bytes,
        .ahead_bytes = ahead_bytes,
        .log = {.limits = {(size_t)settings->limits.line_bytes, (size_t)settings->limits.field_bytes},
                .xml_depth = (int)settings->limits.xml_depth,
                .open_date = post->context->open_date,
                .bad_time_after_s = (int32_t)settings->rules.bad_time_after_minutes * 60,
                .bad_time_before_days = (int32_t)settings->rules.bad_time_before_days}};
    return packages_load_terminals(post->context, &post->rules, e);
}

/* Where in the batch what a package holds begins. */
struct place {
    uint32_t package, file, record, identity, status;
};

static bool add_files(struct batch *batch, const struct proved *proved, const struct place *first, struct err *e)
{
    for (uint32_t i = 0; i < proved->file_count; i++) {
        const struct proved_file *from = &proved->files[i];
        struct batch_file *file = batch_add_file(batch, e);
        if (!file)
            return false;
        *file = (struct batch_file){.package_index = first->package,
                                    .file_no = from->file_no,
                                    .format = from->format->name,
                                    .has_device = from->format->has_device,
                                    .device_no = from->device_no,
                                    .epoch = from->epoch,
                                    .first_record = first->record + from->first_record,
                                    .record_count = from->record_count,
                                    .first_identity = first->identity + from->first_identity,
                                    .identity_count = from->identity_count,
                                    .first_status = first->status + from->first_status,
                                    .status_count = from->status_count,
                                    .records = from->records,
                                    .amount_fen = from->amount_fen};
        file->name = arena_copy(batch->arena, from->name, strlen(from->name), e);
        file->refused = from->refused ? arena_copy(batch->arena, from->refused, strlen(from->refused), e) : NULL;
        if (!file->name || (from->refused && !file->refused))
            return false;
    }
    return true;
}

static bool add_records(struct batch *batch, const struct devlog *log, const struct place *first, struct err *e)
{
    struct record *records = batch_add_records(batch, log->record_count, e);
    if (!records)
        return false;
    if (log->record_count > 0)
        memcpy(records, log->records, log->record_count * sizeof *records);
    for (uint32_t i = 0; i < log->record_count; i++)
        records[i].file_index += first->file;
    for (uint32_t i = 0; i < log->carried_count; i++) {
        const struct devlog_carried *from = &log->carried[i];
        struct batch_carried *carried = batch_add_carried(batch, e);
        if (!carried)
            return false;
        *carried = (struct batch_carried){.record_index = first->record + from->record_index,
                                          .counter = from->counter,
                                          .amount_fen = from->amount_fen,
                                          .psam_no = from->psam_no,
                                          .occurred_at = from->occurred_at,
                                          .kind = from->kind};
    }
    return true;
}

/* The texts of a log get places of the batch; mostly they repeat the one before. */
static bool add_text(struct batch *batch, const struct devlog *log, uint32_t *place, uint32_t known[2], struct err *e)
{
    if (*place == 0)
        return true;
    if (*place != known[0]) {
        known[0] = *place;
        if (!batch_add_text(batch, log->texts[*place], &known[1], e))
            return false;
    }
    *place = known[1];
    return true;
}

static bool add_identities(struct batch *batch, const struct devlog *log, struct err *e)
{
    uint32_t known[2] = {0, 0};
    struct identity *identities = batch_add_identities(batch, log->identity_count, e);
    if (!identities)
        return false;
    if (log->identity_count > 0)
        memcpy(identities, log->identities, log->identity_count * sizeof *identities);
    for (uint32_t i = 0; i < log->identity_count; i++)
        if (!add_text(batch, log, &identities[i].text, known, e))
            return false;
    return true;
}

static bool add_statuses(struct batch *batch, const struct devlog *log, const struct place *first, struct err *e)
{
    uint32_t known[2] = {0, 0};
    for (uint32_t i = 0; i < log->status_count; i++) {
        const struct devlog_status *from = &log->statuses[i];
        uint32_t text = from->text;
        struct batch_status *status = batch_add_status(batch, e);
        if (!status || !add_text(batch, log, &text, known, e))
            return false;
        *status = (struct batch_status){.at = from->at,
                                        .uncollected = from->uncollected,
                                        .last_seq = from->last_seq,
                                        .total_count = from->total_count,
                                        .total_amount_fen = from->total_amount_fen,
                                        .blacklist_version = from->blacklist_version,
                                        .device_no = from->device_no,
                                        .record_no = from->record_no,
                                        .file_index = first->file + from->file_index,
                                        .text = text,
                                        .malformed = from->malformed};
    }
    return true;
}

static bool add_raws(struct batch *batch, const struct devlog *log, const struct place *first, struct err *e)
{
    for (uint32_t i = 0; i < log->raw_count; i++) {
        const struct devlog_raw *from = &log->raws[i];
        struct batch_raw raw = {.length = (uint32_t)from->bytes.length, .bytes = from->bytes.data};
        raw.of = from->of_identity ? BATCH_IDENTITY : from->index >= DEVLOG_RAW_OF_STATUS ? BATCH_STATUS : BATCH_RECORD;
        raw.index = raw.of == BATCH_IDENTITY ? first->identity + from->index
                    : raw.of == BATCH_STATUS ? first->status + (from->index - DEVLOG_RAW_OF_STATUS)
                                             : first->record + from->index;
        if (!batch_add_raw(batch, &raw, e))
            return false;
    }
    return true;
}

/* Puts a proved package at the end of the batch. */
static bool add_package(struct batch *batch, const struct prove_package *proof, const struct proved *proved,
                        struct err *e)
{
    const struct place first = {batch->package_count, batch->file_count, batch->record_count, batch->identity_count,
                                batch->status_count};
    struct batch_package *package = batch_add_package(batch, e);
    if (!package)
        return false;
    *package = (struct batch_package){.archive_id = proof->archive_id,
                                      .school_code = proof->school_code,
                                      .made_at = proof->made_at,
                                      .first_file = first.file,
                                      .file_count = proved->file_count};
    return add_records(batch, &proved->log, &first, e) && add_identities(batch, &proved->log, e) &&
           add_statuses(batch, &proved->log, &first, e) && add_raws(batch, &proved->log, &first, e) &&
           add_files(batch, proved, &first, e);
}

/* Whether the batch may take one more. A replay takes again what fitted once. */
static bool has_room(const struct post *post, const struct proved *proved)
{
    return post->batch.package_count == 0 || proved->reason != PACKAGE_GOOD || post->context->replay ||
           batch_used_bytes(&post->batch) + proved_bytes(proved) <= (size_t)post->context->settings->limits.run_bytes;
}

static bool take_package(struct post *post, struct prove_pool *pool, uint32_t index, bool *is_full, struct err *e)
{
    struct package *package = &post->packages.rows[index];
    struct proved proved;
    if (!prove_pool_next(pool, &proved, e))
        return false;
    *is_full = !has_room(post, &proved);
    package->reason = proved.reason;
    package->batch_index = post->batch.package_count;
    bool done = *is_full || !package->is_part || again_take(package, &proved, post->batch.arena, e);
    if (done && !*is_full && proved.reason == PACKAGE_GOOD && (!package->is_part || package->has_accepted))
        done = add_package(&post->batch, &post->packages.proofs[index], &proved, e);
    else if (done && !*is_full)
        done = (package->detail = arena_copy(post->batch.arena, proved.detail, strlen(proved.detail), e)) != NULL;
    proved_close(&proved);
    post->taken = *is_full ? index : index + 1;
    return done;
}

static void cut_back(struct post *post, const struct border *border)
{
    post->batch.package_count = border->packages;
    post->batch.file_count = border->files;
    post->batch.record_count = border->records;
    post->batch.identity_count = border->identities;
    post->batch.carried_count = border->carried;
    post->batch.status_count = border->statuses;
    post->batch.raw_count = border->raws;
    post->taken = border->package_index;
}

static bool has_many_records(const struct post *post)
{
    return (int64_t)post->batch.record_count + post->batch.identity_count > post->context->settings->limits.run_records;
}

/* Fills the batch with whole packages up to limits.run_records and run_bytes, at least one. Packages of one time are parted
 * only where memory has no room for them together. */
static bool take_packages(struct post *post, struct prove_pool *pool, struct err *e)
{
    const struct batch *batch = &post->batch;
    struct border border = {0};
    struct progress *progress = progress_open("prove", "packages", post->packages.count,
                                              post->context->command->verbosity < 0);
    bool done = true, full = false;
    for (uint32_t i = 0; done && !full && i < post->packages.count; i++) {
        if (i > 0 && post->packages.proofs[i].made_at != post->packages.proofs[i - 1].made_at)
            border = (struct border){i, batch->package_count, batch->file_count, batch->record_count,
                                     batch->identity_count, batch->carried_count, batch->status_count, batch->raw_count};
        done = take_package(post, pool, i, &full, e);
        full |= done && !post->context->replay && border.packages > 0 && has_many_records(post);
        progress_add(progress, 1, 0);
    }
    progress_close(progress);
    if (full && border.packages > 0)
        cut_back(post, &border);
    return done;
}

/* Is there anything to write? A package that waited and still waits for its key is not. */
static bool has_news(const struct post *post)
{
    for (uint32_t i = 0; i < post->taken; i++)
        if (post->packages.rows[i].reason != PACKAGE_KEY_MISSING || !post->packages.rows[i].was_waiting)
            return true;
    return false;
}

static void count_result(struct job_context *context, const struct posting_result *result)
{
    const struct tally *t = &result->tally;
    job_count(context, "records", t->records);
    job_count(context, "posted", t->posted);
    job_count(context, "duplicate", t->duplicate);
    job_count(context, "held", t->held);
    job_count(context, "rejected", t->rejected);
    job_count(context, "amount_fen", t->amount_fen);
    job_count(context, "posted_fen", t->posted_fen);
    job_count(context, "transfers", result->transfers);
    job_count(context, "exceptions", result->exceptions);
    if (result->person_exceptions > 0)
        job_attention(context, "exceptions_opened", "%lld exceptions wait for a person",
                      (long long)result->person_exceptions);
}

static void count_packages(const struct post *post)
{
    struct job_context *context = post->context;
    int64_t posted = 0, quarantined = 0, waiting = 0;
    for (uint32_t i = 0; i < post->taken; i++) {
        const struct package *package = &post->packages.rows[i];
        if (package->is_part) {
            again_report(context, package, post->packages.proofs[i].name);
            continue;
        }
        posted += package->reason == PACKAGE_GOOD;
        waiting += package->reason == PACKAGE_KEY_MISSING;
        if (package->reason == PACKAGE_GOOD)
            continue;
        quarantined += package->reason != PACKAGE_KEY_MISSING;
        job_attention(context, package->reason == PACKAGE_KEY_MISSING ? "package_waits" : "package_quarantined",
                      "package \"%s\": %s: %s", post->packages.proofs[i].name, package_reason_name(package->reason),
                      package->detail);
    }
    for (uint32_t i = 0; i < post->batch.arrived_files; i++)
        if (post->batch.files[i].refused)
            log_event(LOG_WARN, "file_refused", "archive=%lld message=\"%s\"",
                      (long long)post->batch.packages[post->batch.files[i].package_index].archive_id,
                      post->batch.files[i].refused);
    job_count(context, "packages", posted);
    job_count(context, "quarantined", quarantined);
    job_count(context, "waiting", waiting);
    job_count(context, "remaining", post->packages.count - post->taken);
}

static bool write_run(struct post *post, struct ledger_run *run, struct posting_result *result, struct err *e)
{
    struct judge_rules rules = {0};
    *result = (struct posting_result){0};
    if (!judge_settings_read(post->context, &rules, e))
        return false;
    if (post->batch.package_count > 0 && !posting_run(run, &post->batch, &rules, result, e))
        return false;
    return packages_write(post->context, &post->packages, post->taken, run, &post->batch, e);
}

/* A dry run keeps to one connection: what is filled beside it would have to be committed. */
static bool open_beside(const struct post *post, struct db **beside, struct err *e)
{
    const struct job_context *context = post->context;
    *beside = NULL;
    if (context->command->is_dry_run || post->batch.record_count < context->settings->limits.two_connections_records)
        return true;
    return job_connect(context->settings, context->job, beside, e);
}

/* Within a run: writes it, or gives it up. */
static bool finish_run(struct post *post, struct ledger_run *run, struct posting_result *result, struct err *e)
{
    bool done = open_beside(post, &run->beside, e) && write_run(post, run, result, e);
    db_close(run->beside);
    run->beside = NULL;
    if (!done)
        ledger_run_abandon(run);
    return done;
}

static bool commit_run(struct post *post, struct err *e)
{
    struct job_context *context = post->context;
    struct ledger_run run;
    struct posting_result result;
    if (!db_exec(context->db, sql_ledger_leaf_drop_loose, e) ||
        !ledger_run_open(&run, context->db, "post", context->open_date, e))
        return false;
    log_set_run(run.run_id);
    if (!finish_run(post, &run, &result, e))
        return false;
    if (context->command->is_dry_run)
        ledger_run_abandon(&run);
    else if (!ledger_run_commit(&run, context->settings->conninfo, e))
        return false;
    count_result(context, &result);
    return true;
}

static bool post_batch(struct post *post, struct err *e)
{
    struct prove_pool *pool = NULL;
    struct arena *arena = NULL;
    bool done = arena_open(&arena, run_maximum_bytes, e);
    batch_open(&post->batch, arena);
    done = done && open_rules(post, e) &&
           prove_pool_open(&pool, &post->rules, post->packages.proofs, post->packages.count, e) &&
           take_packages(post, pool, e);
    prove_pool_close(pool);
    if (done && has_news(post))
        done = commit_run(post, e);
    if (done)
        count_packages(post);
    batch_close(&post->batch);
    arena_close(arena);
    return done;
}

static bool run_post(struct job_context *context, struct err *e)
{
    struct post post = {.context = context};
    bool done = packages_claim(context, &post.packages, e);
    if (done && post.packages.count > 0)
        done = post_batch(&post, e);
    keyring_close(&post.ring);
    crypto_trust_close(post.trust);
    return done && outbox_send(context, "collectors", e);
}

const struct job job_post = {
    .name = "post",
    .arguments = "",
    .summary = "proves, judges and posts the packages that wait, and answers them",
    .details = "One run takes the waiting packages, oldest first, up to [limits] run_records, judges them as a whole and "
               "commits them in one transaction; night repeats it until nothing waits. Packages that cannot be proved "
               "are quarantined with their reason, those whose key is not loaded wait. Acks are queued in the same "
               "transaction and sent right after.",
    .needs = JOB_SETTINGS | JOB_DATABASE | JOB_LOCK_ALONE | JOB_DATE | JOB_DATE_IS_OPEN,
    .run = run_post,
};
