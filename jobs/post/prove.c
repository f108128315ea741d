#include "jobs/post/prove.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/fsfile.h"
#include "formats/tac.h"

struct prover {
    const struct prove_rules *rules;
    struct crypto_tac *tac;
    struct crypto_hash *hash;
};

/* A package under proof. */
struct proof {
    struct prover *prover;
    const struct prove_package *package;
    struct proved *proved;
    struct archive_files *files;
    struct manifest manifest;
};

bool prover_open(struct prover **prover, const struct prove_rules *rules, struct err *e)
{
    *prover = calloc(1, sizeof **prover);
    if (!*prover)
        return err_set(e, ERR_BUG, "no memory to prove packages");
    (*prover)->rules = rules;
    return keyring_load(rules->ring, &(*prover)->tac, e) && crypto_hash_open(&(*prover)->hash, e);
}

void prover_close(struct prover *prover)
{
    if (!prover)
        return;
    crypto_tac_close(prover->tac);
    crypto_hash_close(prover->hash);
    free(prover);
}

void proved_close(struct proved *proved)
{
    arena_close(proved->arena);
    devlog_close(&proved->log);
    *proved = (struct proved){0};
}

/* Sets the package aside. Returns true: something was said about it. */
static bool set_aside(struct proof *proof, enum package_reason reason, const struct err *why)
{
    struct proved *proved = proof->proved;
    proved->reason = reason;
    (void)snprintf(proved->detail, sizeof proved->detail, "%s", why->message);
    devlog_close(&proved->log);
    proved->file_count = 0;
    return true;
}

static bool read_manifest(struct proof *proof, struct str *text, struct err *why)
{
    const struct archive_file *file = archive_find(proof->files, MANIFEST_NAME);
    if (!file)
        return err_set(why, ERR_INPUT, "the package holds no \"%s\"", MANIFEST_NAME);
    *text = (struct str){file->bytes, file->length};
    return manifest_read(proof->proved->arena, *text, &proof->manifest, why);
}

static bool check_signature(const struct proof *proof, struct str manifest_text, struct err *why)
{
    const struct archive_file *file = archive_find(proof->files, MANIFEST_SIGNATURE_NAME);
    char school[11];
    if (!file && !proof->package->signature_required)
        return true;
    if (!file)
        return err_set(why, ERR_INPUT, "the package holds no \"%s\"", MANIFEST_SIGNATURE_NAME);
    if (!proof->prover->rules->trust)
        return err_set(why, ERR_INPUT, "no authority is configured to check \"%s\" with", MANIFEST_SIGNATURE_NAME);
    (void)snprintf(school, sizeof school, "%010" PRId64, proof->package->school_code);
    return crypto_cms_verify(proof->prover->rules->trust, (struct str){file->bytes, file->length}, manifest_text,
                             proof->package->made_at, school, why);
}

static bool check_listed(const struct proof *proof, struct err *why)
{
    for (size_t i = 0; i < proof->manifest.row_count; i++)
        if (!archive_find(proof->files, proof->manifest.rows[i].file.data))
            return err_set(why, ERR_INPUT, "file \"%s\" is listed and not there", proof->manifest.rows[i].file.data);
    return true;
}

static bool is_listed(const struct proof *proof, const char *name)
{
    if (strcmp(name, MANIFEST_NAME) == 0 || strcmp(name, MANIFEST_SIGNATURE_NAME) == 0)
        return true;
    for (size_t i = 0; i < proof->manifest.row_count; i++)
        if (str_equal(proof->manifest.rows[i].file, name))
            return true;
    return false;
}

/* Listed names are there, each once: then as many files as rows means that none is unlisted. */
static bool check_unlisted(const struct proof *proof, struct err *why)
{
    size_t own = 1 + (archive_find(proof->files, MANIFEST_SIGNATURE_NAME) != NULL);
    if (archive_file_total(proof->files) == proof->manifest.row_count + own)
        return true;
    for (size_t i = 0; i < archive_file_total(proof->files); i++)
        if (!is_listed(proof, archive_file_at(proof->files, i)->name))
            return err_set(why, ERR_INPUT, "file \"%s\" is there and not listed",
                           archive_file_at(proof->files, i)->name);
    return true;
}

static bool check_digests(const struct proof *proof, bool *good, struct err *e)
{
    for (size_t i = 0; i < proof->manifest.row_count; i++) {
        const struct archive_file *file = archive_find(proof->files, proof->manifest.rows[i].file.data);
        uint8_t digest[CRYPTO_SHA256_BYTES];
        if (!crypto_sha256(file->bytes, file->length, digest, e))
            return false;
        *good = memcmp(digest, proof->manifest.rows[i].sha256, sizeof digest) == 0;
        if (!*good)
            return err_set(e, ERR_INPUT, "file \"%s\" has another sha256 than the manifest says", file->name);
    }
    *good = true;
    return true;
}

/* A file with more records than its row of the manifest says is refused, so the claims bound what is decoded. */
static bool check_records(const struct proof *proof, struct err *why)
{
    int64_t records = 0;
    for (size_t i = 0; i < proof->manifest.row_count; i++)
        records += proof->manifest.rows[i].records;
    if (records <= proof->prover->rules->package_records)
        return true;
    (void)err_set(why, ERR_INPUT, "the manifest lists %" PRId64 " records, at most %" PRId64 " are taken", records,
                  proof->prover->rules->package_records);
    return err_hint(why, "raise [limits] package_records or have it sent in parts");
}

/* The rows of a device, which lie together. */
static void find_terminals(const struct prove_rules *rules, struct devlog_file *file)
{
    size_t low = 0, high = rules->terminal_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rules->terminals[middle].device_no < file->row->device_no)
            low = middle + 1;
        else
            high = middle;
    }
    file->terminals = rules->terminals + low;
    while (low + file->terminal_count < rules->terminal_count &&
           file->terminals[file->terminal_count].device_no == file->row->device_no)
        file->terminal_count++;
}

/* Proves one decoded record by itself: is the key that it names loaded, is its TAC right? *missing: it is not. */
static bool prove_record(struct proof *proof, struct record *r, bool *missing, struct err *e)
{
    struct prover *prover = proof->prover;
    enum crypto_cipher cipher;
    int slot = 0;
    if (r->malformed != MALFORMED_NOT)
        return true;
    if (tac_key_of(r, &cipher, &slot) && !crypto_tac_has(prover->tac, cipher, slot)) {
        *missing = true;
        return err_set(e, ERR_INPUT, "record %u names key version %d of %s, which is not loaded", r->record_no, slot,
                       cipher == CRYPTO_SM4 ? "sm4" : "3des");
    }
    return tac_check(prover->tac, r, e);
}

/* What the last file added begins behind what was there before. */
static void take_counts(const struct devlog *log, struct proved_file *file)
{
    file->epoch = log->epoch;
    file->record_count = log->record_count - file->first_record;
    file->identity_count = log->identity_count - file->first_identity;
    file->status_count = log->status_count - file->first_status;
}

/* The bytes of the archive are given back when the package is proved. */
static bool keep_raws(struct devlog *log, uint32_t first_raw, struct err *e)
{
    for (uint32_t i = first_raw; i < log->raw_count; i++) {
        struct str *bytes = &log->raws[i].bytes;
        bytes->data = arena_copy(log->arena, bytes->data, bytes->length, e);
        if (!bytes->data)
            return false;
    }
    return true;
}

static bool prove_records(struct proof *proof, struct proved_file *file, bool *missing, struct err *e)
{
    struct devlog *log = &proof->proved->log;
    uint32_t file_index = (uint32_t)(file - proof->proved->files);
    take_counts(log, file);
    for (uint32_t i = file->first_record; i < log->record_count; i++) {
        log->records[i].file_index = file_index;
        if (!prove_record(proof, &log->records[i], missing, e))
            return *missing ? err_context(e, "file \"%s\"", file->name) : false;
    }
    for (uint32_t i = file->first_status; i < log->status_count; i++)
        log->statuses[i].file_index = file_index;
    return true;
}

/* A refused file leaves nothing of what was read before its fault. */
static bool refuse_file(struct proof *proof, struct proved_file *file, const struct devlog *before, const struct err *why,
                        struct err *e)
{
    struct devlog *log = &proof->proved->log;
    log->record_count = before->record_count;
    log->identity_count = before->identity_count;
    log->carried_count = before->carried_count;
    log->status_count = before->status_count;
    log->raw_count = before->raw_count;
    file->refused = arena_copy(log->arena, why->message, strlen(why->message), e);
    return file->refused != NULL;
}

/* The reason for which a replay refuses a file; NULL: it does not. */
static const char *refused_before(const struct prove_package *package, int32_t file_no)
{
    for (uint32_t i = 0; i < package->refusal_count; i++)
        if (package->refusals[i].file_no == file_no && !package->only_files)
            return package->refusals[i].reason;
    return NULL;
}

/* Returns false with *missing where the package must wait, or when nothing can be said. */
static bool prove_file(struct proof *proof, const struct manifest_row *row, struct proved_file *file, bool *missing,
                       struct err *e)
{
    const struct archive_file *unpacked = archive_find(proof->files, row->file.data);
    struct devlog *log = &proof->proved->log;
    struct devlog before = *log;
    struct devlog_file bytes = {.rules = &proof->prover->rules->log,
                             .bytes = {unpacked->bytes, unpacked->length},
                             .row = row,
                             .school_code = proof->package->school_code,
                             .made_at = proof->package->made_at};
    struct err why;
    *file = (struct proved_file){.file_no = file->file_no,
                                 .name = row->file.data,
                                 .format = row->format,
                                 .device_no = row->device_no,
                                 .records = row->records,
                                 .amount_fen = row->amount_fen,
                                 .first_record = log->record_count,
                                 .first_identity = log->identity_count,
                                 .first_status = log->status_count};
    const char *refused = refused_before(proof->package, file->file_no);
    find_terminals(proof->prover->rules, &bytes);
    if (refused)
        (void)err_set(&why, ERR_INPUT, "%s", refused);
    else if (row->format->read(&bytes, proof->prover->hash, log, &why))
        return keep_raws(log, before.raw_count, e) && prove_records(proof, file, missing, e);
    if (why.kind == ERR_INPUT)
        return refuse_file(proof, file, &before, &why, e);
    *e = why;
    return false;
}

static bool is_wanted(const struct prove_package *package, int32_t file_no)
{
    if (!package->only_files)
        return true;
    for (uint32_t i = 0; i < package->only_count; i++)
        if (package->only_files[i] == file_no)
            return true;
    return false;
}

/* A refused file is a file of its package, but where only some are wanted it is set apart. */
static void set_apart(const struct proof *proof)
{
    struct proved *proved = proof->proved;
    if (!proof->package->only_files || !proved->files[proved->file_count - 1].refused)
        return;
    proved->refused[proved->refused_count++] = proved->files[--proved->file_count];
}

static bool prove_files(struct proof *proof, struct err *e)
{
    struct proved *proved = proof->proved;
    proved->files = arena_array(proved->arena, proof->manifest.row_count + 1, sizeof *proved->files, e);
    proved->refused = arena_array(proved->arena, (size_t)proof->package->only_count + 1, sizeof *proved->refused, e);
    if (!proved->files || !proved->refused)
        return false;
    for (size_t i = 0; i < proof->manifest.row_count; i++) {
        if (!is_wanted(proof->package, (int32_t)i + 1))
            continue;
        struct proved_file *file = &proved->files[proved->file_count++];
        bool missing = false;
        file->file_no = (int32_t)i + 1;
        if (!prove_file(proof, &proof->manifest.rows[i], file, &missing, e))
            return missing && set_aside(proof, PACKAGE_KEY_MISSING, e);
        set_apart(proof);
    }
    return true;
}

/* The checks of an opened package in the order in which its reasons count. */
static bool prove_opened(struct proof *proof, struct err *e)
{
    struct err why;
    struct str text = {0};
    bool digests_good = false;
    if (!read_manifest(proof, &text, &why))
        return why.kind == ERR_INPUT ? set_aside(proof, PACKAGE_BAD_MANIFEST, &why) : (*e = why, false);
    if (!check_records(proof, &why))
        return set_aside(proof, PACKAGE_LIMIT, &why);
    if (!check_signature(proof, text, &why))
        return why.kind == ERR_INPUT ? set_aside(proof, PACKAGE_BAD_SIGNATURE, &why) : (*e = why, false);
    if (!check_listed(proof, &why))
        return set_aside(proof, PACKAGE_MISSING_FILE, &why);
    if (!check_unlisted(proof, &why))
        return set_aside(proof, PACKAGE_UNLISTED_FILE, &why);
    if (!check_digests(proof, &digests_good, &why))
        return why.kind == ERR_INPUT ? set_aside(proof, PACKAGE_BAD_DIGEST, &why) : (*e = why, false);
    return prove_files(proof, e);
}

/* What a package takes of memory is its own doing, and no reason for the run to stop. */
static bool set_aside_full(struct proof *proof, struct err *e)
{
    if (!arena_is_full(proof->proved->arena))
        return false;
    (void)err_set(e, ERR_INPUT, "its manifest, converted texts and malformed records take more than %zu bytes",
                  proof->prover->rules->package_bytes);
    return set_aside(proof, PACKAGE_LIMIT, e);
}

size_t proved_bytes(const struct proved *proved)
{
    const struct devlog *log = &proved->log;
    return (proved->arena ? arena_used_bytes(proved->arena) : 0) + log->record_count * sizeof *log->records +
           log->identity_count * sizeof *log->identities + log->carried_count * sizeof *log->carried +
           log->status_count * sizeof *log->statuses + log->raw_count * sizeof *log->raws +
           log->text_count * sizeof *log->texts;
}

bool prove_one(struct prover *prover, const struct prove_package *package, struct proved *proved, struct err *e)
{
    struct proof proof = {.prover = prover, .package = package, .proved = proved};
    struct str bytes = {0};
    enum package_reason reason = PACKAGE_GOOD;
    struct err why;
    *proved = (struct proved){0};
    if (!arena_open(&proved->arena, prover->rules->package_bytes, e) || !devlog_open(&proved->log, proved->arena, e) ||
        !fsfile_map(package->path, &bytes.data, &bytes.length, e))
        return false;
    struct archive_source source = {.bytes = bytes,
                                    .ext = package->ext,
                                    .limits = prover->rules->limits,
                                    .spool_folder = prover->rules->spool_folder};
    bool done = true;
    if (archive_unpack(&proof.files, &source, &reason, &why))
        done = prove_opened(&proof, e) || set_aside_full(&proof, e);
    else if (why.kind == ERR_INPUT)
        (void)set_aside(&proof, reason, &why);
    else {
        *e = why;
        done = false;
    }
    archive_release(proof.files);
    fsfile_unmap(bytes.data, bytes.length);
    return done || err_context(e, "package \"%s\"", package->name);
}
