#include "jobs/post/post.h"

#include <stdio.h>
#include <string.h>

#include "base/fsfile.h"
#include "base/log.h"
#include "base/progress.h"
#include "jobs/outbox.h"
#include "jobs/post/packages.h"
#include "jobs/post/prove_pool.h"
#include "ledger/posting.h"
#include "queries.h"

static const size_t run_maximum_bytes = (size_t)2 << 30;
static const size_t ca_maximum_bytes = 1024 * 1024;

/* Where the run would be cut: between packages of two 14-digit times (RULES.md 1). */
struct border {
    uint32_t package_index;
    uint32_t packages, files, records, raws;
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
        .package_records = settings->limits.package_records};
    return packages_load_psams(post->context, &post->rules, e);
}

static bool add_files(struct batch *batch, const struct proved *proved, uint32_t package_index, uint32_t first_record,
                      struct err *e)
{
    for (uint32_t i = 0; i < proved->file_count; i++) {
        const struct proved_file *from = &proved->files[i];
        struct batch_file *file = batch_add_file(batch, e);
        if (!file)
            return false;
        *file = (struct batch_file){.package_index = package_index,
                                    .file_no = from->file_no,
                                    .format = manifest_format_text(from->format),
                                    .device_no = from->device_no,
                                    .epoch = from->epoch,
                                    .first_record = first_record + from->first_record,
                                    .record_count = from->refused ? 0 : from->record_count,
                                    .records = from->records,
                                    .amount_fen = from->amount_fen};
        file->name = arena_copy(batch->arena, from->name, strlen(from->name), e);
        file->refused = from->refused ? arena_copy(batch->arena, from->refused, strlen(from->refused), e) : NULL;
        if (!file->name || (from->refused && !file->refused))
            return false;
    }
    return true;
}

/* Puts a proved package at the end of the batch. */
static bool add_package(struct batch *batch, const struct prove_package *proof, const struct proved *proved,
                        struct err *e)
{
    uint32_t first_file = batch->file_count, first_record = batch->record_count, package_index = batch->package_count;
    struct batch_package *package = batch_add_package(batch, e);
    if (!package)
        return false;
    *package = (struct batch_package){.archive_id = proof->archive_id,
                                      .school_code = proof->school_code,
                                      .made_at = proof->made_at,
                                      .first_file = first_file,
                                      .file_count = proved->file_count};
    struct record *records = batch_add_records(batch, proved->record_count, e);
    if (!records)
        return false;
    if (proved->record_count > 0)
        memcpy(records, proved->records, proved->record_count * sizeof *records);
    for (uint32_t i = 0; i < proved->record_count; i++)
        records[i].file_index += first_file;
    for (uint32_t i = 0; i < proved->raw_count; i++)
        if (!batch_add_raw(batch, first_record + proved->raws[i].record_index, (const char *)proved->raws[i].bytes,
                           sizeof proved->raws[i].bytes, e))
            return false;
    return add_files(batch, proved, package_index, first_record, e);
}

static bool take_package(struct post *post, struct prove_pool *pool, uint32_t index, struct err *e)
{
    struct package *package = &post->packages.rows[index];
    struct proved proved;
    if (!prove_pool_next(pool, &proved, e))
        return false;
    package->reason = proved.reason;
    package->batch_index = post->batch.package_count;
    bool done = true;
    if (proved.reason == PACKAGE_GOOD)
        done = add_package(&post->batch, &post->packages.proofs[index], &proved, e);
    else
        done = (package->detail = arena_copy(post->batch.arena, proved.detail, strlen(proved.detail), e)) != NULL;
    proved_close(&proved);
    return done;
}

static void cut_back(struct post *post, const struct border *border)
{
    post->batch.package_count = border->packages;
    post->batch.file_count = border->files;
    post->batch.record_count = border->records;
    post->batch.raw_count = border->raws;
    post->taken = border->package_index;
}

/* Fills the batch with whole packages up to limits.run_records, at least one. */
static bool take_packages(struct post *post, struct prove_pool *pool, struct err *e)
{
    const struct batch *batch = &post->batch;
    struct border border = {0};
    struct progress *progress = progress_open("prove", "packages", post->packages.count,
                                              post->context->command->verbosity < 0);
    bool done = true, full = false;
    for (uint32_t i = 0; done && !full && i < post->packages.count; i++) {
        if (i > 0 && post->packages.proofs[i].made_at != post->packages.proofs[i - 1].made_at)
            border = (struct border){i, batch->package_count, batch->file_count, batch->record_count, batch->raw_count};
        done = take_package(post, pool, i, e);
        post->taken = i + 1;
        full = done && batch->record_count > post->context->settings->limits.run_records && border.packages > 0;
        progress_add(progress, 1, 0);
    }
    progress_close(progress);
    if (full)
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

static bool read_judge_rules(struct job_context *context, struct judge_rules *rules, struct err *e)
{
    const struct settings *settings = context->settings;
    size_t count = 0;
    for (int c = 0; c < CARD_CLASS_COUNT; c++) {
        rules->single_fen[c] = settings_limit_single_fen(settings, c);
        rules->day_fen[c] = settings_limit_day_fen(settings, c);
    }
    rules->bad_time_after_s = (int32_t)settings->rules.bad_time_after_minutes * 60;
    rules->bad_time_before_days = (int32_t)settings->rules.bad_time_before_days;
    settings_meals(settings, "", rules->meals);
    while (settings_meals_merchant(settings, count))
        count++;
    struct merchant_meals *meals = arena_array(context->arena, count + 1, sizeof *meals, e);
    for (size_t i = 0; meals && i < count; i++) {
        const char *merchant_no = settings_meals_merchant(settings, i);
        if (!str_to_int64(str_of(merchant_no), &meals[i].merchant_no))
            return err_set(e, ERR_USAGE, "[rules] meals.%s: \"%s\" is no merchant_no", merchant_no, merchant_no);
        settings_meals(settings, merchant_no, meals[i].until);
    }
    if (meals)
        judge_sort_meals(meals, count);
    rules->merchant_meals = meals;
    rules->merchant_meal_count = count;
    return meals != NULL;
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
        posted += package->reason == PACKAGE_GOOD;
        waiting += package->reason == PACKAGE_KEY_MISSING;
        if (package->reason == PACKAGE_GOOD)
            continue;
        quarantined += package->reason != PACKAGE_KEY_MISSING;
        job_attention(context, package->reason == PACKAGE_KEY_MISSING ? "package_waits" : "package_quarantined",
                      "package \"%s\": %s: %s", post->packages.proofs[i].name, package_reason_name(package->reason),
                      package->detail);
    }
    for (uint32_t i = 0; i < post->batch.file_count; i++)
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
    if (!read_judge_rules(post->context, &rules, e))
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
