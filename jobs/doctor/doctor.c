#include "jobs/doctor/doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/fsfile.h"
#include "base/json.h"
#include "base/sftp.h"
#include "jobs/keyring.h"
#include "queries.h"

enum { DAYS_TO_WARN = 30, PEM_BYTES_MAX = 1 << 20 };
static const uint64_t free_bytes_warn = UINT64_C(5) << 30, free_bytes_bad = UINT64_C(512) << 20;

struct doctor {
    struct job_context *context;
    struct json *json; /* NULL: on paper */
    int64_t good, warnings, bad;
    struct err worst; /* the first that is bad */
};

/* ---- what was found */

static void say(struct doctor *doctor, const char *result, const char *what, const char *message,
                const char *hint)
{
    if (doctor->json) {
        json_add_object(doctor->json, NULL);
        json_add_text(doctor->json, "check", what);
        json_add_text(doctor->json, "result", result);
        json_add_text(doctor->json, "message", message);
        json_add_text(doctor->json, "hint", *hint ? hint : NULL);
        json_end(doctor->json);
        return;
    }
    (void)printf("%-5s %-18s %s\n", result, what, message);
    if (*hint)
        (void)printf("%-5s %-18s do: %s\n", "", "", hint);
}

PRINTF_LIKE(3, 4) static void good(struct doctor *doctor, const char *what, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    doctor->good++;
    say(doctor, "ok", what, message, "");
}

PRINTF_LIKE(4, 5)
static void warn(struct doctor *doctor, const char *what, const char *hint, const char *format, ...)
{
    char message[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    doctor->warnings++;
    say(doctor, "warn", what, message, hint);
}

static void bad(struct doctor *doctor, const char *what, const struct err *e)
{
    doctor->bad++;
    if (doctor->worst.kind == ERR_NONE)
        doctor->worst = *e;
    say(doctor, "bad", what, e->message, e->hint);
}

/* ---- settings and folders */

static void check_settings(struct doctor *doctor)
{
    const struct settings *s = doctor->context->settings;
    struct stat stat_of;
    if (strstr(s->conninfo, "password") && stat(s->path, &stat_of) == 0 && (stat_of.st_mode & 077) != 0)
        warn(doctor, "settings", "move the password to ~/.pgpass (mode 0600), or chmod 600 the settings",
             "\"%s\" holds a password and others may read it: mode %04o", s->path, stat_of.st_mode & 07777);
    else
        good(doctor, "settings", "\"%s\", %zu sources", s->path, s->source_count);
}

static bool folder_is_usable(const char *path, struct stat *stat_of, struct err *e)
{
    if (stat(path, stat_of) != 0) {
        (void)err_set_errno(e, ERR_DISK, errno, "\"%s\"", path);
        return err_hint(e, "install -d -m 0750 -o the user of daybook %s", path);
    }
    if (!S_ISDIR(stat_of->st_mode))
        return err_set(e, ERR_DISK, "\"%s\" is not a folder", path);
    if (faccessat(AT_FDCWD, path, R_OK | W_OK | X_OK, AT_EACCESS) != 0) {
        (void)err_set_errno(e, ERR_DISK, errno, "\"%s\" cannot be written", path);
        return err_hint(e, "give it to the user that daybook runs as");
    }
    return true;
}

static void check_folder(struct doctor *doctor, const char *what, const char *path)
{
    struct err e;
    struct stat stat_of;
    struct statvfs disk;
    if (!folder_is_usable(path, &stat_of, &e)) {
        bad(doctor, what, &e);
        return;
    }
    if ((stat_of.st_mode & 07) != 0)
        warn(doctor, what, "chmod o= it: it holds what pupils bought", "\"%s\" is open to others: mode %04o",
             path, stat_of.st_mode & 07777);
    if (statvfs(path, &disk) != 0) {
        (void)err_set_errno(&e, ERR_DISK, errno, "\"%s\"", path);
        bad(doctor, what, &e);
        return;
    }
    uint64_t free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    if (free_bytes < free_bytes_bad) {
        (void)err_set(&e, ERR_DISK, "\"%s\" has %" PRIu64 " MiB free", path, free_bytes >> 20);
        (void)err_hint(&e, "a night of a city needs some GiB: make room");
        bad(doctor, what, &e);
    } else if (free_bytes < free_bytes_warn) {
        warn(doctor, what, "a night of a city needs some GiB: make room", "\"%s\" has %" PRIu64 " MiB free",
             path, free_bytes >> 20);
    } else {
        good(doctor, what, "\"%s\", %" PRIu64 " GiB free", path, free_bytes >> 30);
    }
}

/* ---- keys and certificates */

/* A file that [keys] names and that is not there, or is not what it should be, is a matter of the settings.
 */
static void bad_settings(struct doctor *doctor, const char *what, const char *path, struct err *e)
{
    if (e->kind == ERR_DISK)
        e->kind = ERR_USAGE;
    if (!strstr(e->message, path))
        (void)err_context(e, "\"%s\"", path);
    if (!e->hint[0])
        (void)err_hint(e, "put it there, or set [keys] right");
    bad(doctor, what, e);
}

static void check_certificate(struct doctor *doctor, const char *what, const char *path)
{
    struct err e;
    struct str pem;
    char until[DATE_STAMP_BYTES];
    int64_t valid_from = 0, valid_until = 0, now = job_now();
    if (!fsfile_read(doctor->context->arena, path, PEM_BYTES_MAX, &pem.data, &pem.length, &e) ||
        !crypto_certificate_dates(pem, &valid_from, &valid_until, &e)) {
        bad_settings(doctor, what, path, &e);
        return;
    }
    date_format_stamp(valid_until, until);
    if (now < valid_from || now > valid_until) {
        (void)err_set(&e, ERR_USAGE, "\"%s\" is not valid now (until %s)", path, until);
        (void)err_hint(&e, "put the new certificate there, and the master keys encrypted for it");
        bad(doctor, what, &e);
    } else if (valid_until - now < (int64_t)DAYS_TO_WARN * DATE_SECONDS_A_DAY) {
        warn(doctor, what, "have the next one made", "\"%s\" ends on %s", path, until);
    } else {
        good(doctor, what, "\"%s\", valid until %s", path, until);
    }
}

static void check_master_keys(struct doctor *doctor)
{
    const struct settings *s = doctor->context->settings;
    struct keyring ring;
    struct err e;
    int keys[2] = {0, 0};
    if (!s->master_keys) {
        warn(doctor, "master keys", "set [keys] master, certificate and private_key",
             "none: packages of cards that need a TAC will wait");
        return;
    }
    if (!keyring_open(&ring, s, &e)) {
        bad_settings(doctor, "master keys", s->master_keys, &e);
        return;
    }
    for (int cipher = 0; cipher < 2; cipher++)
        for (int slot = 0; slot < KEYRING_SLOTS; slot++)
            keys[cipher] += ring.has[cipher][slot];
    keyring_close(&ring);
    good(doctor, "master keys", "%d of 3DES and %d of SM4", keys[CRYPTO_3DES], keys[CRYPTO_SM4]);
}

static void check_keys(struct doctor *doctor)
{
    const struct settings *s = doctor->context->settings;
    bool needs_ca = false;
    for (size_t i = 0; i < s->source_count; i++)
        needs_ca |= strcmp(s->sources[i].kind, "collectors") == 0 && s->sources[i].signature_required;
    check_master_keys(doctor);
    if (s->certificate)
        check_certificate(doctor, "certificate", s->certificate);
    if (s->collectors_ca)
        check_certificate(doctor, "collectors' ca", s->collectors_ca);
    else if (needs_ca) {
        struct err e;
        (void)err_set(&e, ERR_USAGE, "[keys] collectors_ca is not set, and a source requires signatures");
        (void)err_hint(&e, "set it, or signature = optional for that source");
        bad(doctor, "collectors' ca", &e);
    }
}

/* ---- database */

struct server_setting {
    const char *name;
    const char *wanted;
    const char *why;
};
static const struct server_setting server_settings[] = {
    {"fsync", "on", "a power cut would lose posted money: set fsync = on"},
    {"full_page_writes", "on", "a power cut could tear pages of the books: set full_page_writes = on"},
    {"synchronous_commit", "on", "a power cut would lose the last commits: set synchronous_commit = on"},
    {"server_encoding", "UTF8", "make the database anew: createdb -E UTF8"},
};

static void check_server_settings(struct doctor *doctor, const struct db_rows *rows)
{
    for (size_t i = 0; i < db_rows_count(rows); i++) {
        const char *name = db_text(rows, i, 0), *value = db_text(rows, i, 1);
        for (size_t k = 0; k < sizeof server_settings / sizeof server_settings[0]; k++)
            if (strcmp(server_settings[k].name, name) == 0 && strcmp(server_settings[k].wanted, value) != 0)
                warn(doctor, "database", server_settings[k].why, "%s is %s", name, value);
        if (strcmp(name, "server_version") == 0)
            good(doctor, "database", "PostgreSQL %s, role daybook_job, the schema is current", value);
    }
}

static void check_database(struct doctor *doctor)
{
    struct db *db = NULL;
    struct db_rows *rows = NULL;
    struct err e;
    if (job_connect(doctor->context->settings, doctor->context->job, &db, &e) &&
        db_query(db, sql_doctor_server_settings, 0, NULL, &rows, &e))
        check_server_settings(doctor, rows);
    else
        bad(doctor, "database", &e);
    db_rows_close(rows);
    db_close(db);
}

/* ---- servers */

static void check_source(struct doctor *doctor, const struct source *source)
{
    struct sftp_peer peer = {source->host,     source->port,        source->user,
                             source->key_file, source->known_hosts, source->timeout_ms};
    struct sftp *sftp = NULL;
    struct sftp_entry *entries = NULL;
    size_t count = 0;
    struct err e;
    char what[80];
    (void)snprintf(what, sizeof what, "source %s", source->name);
    if (sftp_open(&sftp, &peer, &e) &&
        sftp_list(sftp, doctor->context->arena, source->path, &entries, &count, &e))
        good(doctor, what, "%s port %d: host key as pinned, key accepted, %zu names in \"%s\"", source->host,
             source->port, count, source->path);
    else
        bad(doctor, what, &e);
    sftp_close(sftp);
}

static void check_sources(struct doctor *doctor)
{
    const struct settings *s = doctor->context->settings;
    struct err e;
    if (s->source_count == 0)
        warn(doctor, "sources", "add [source NAME] with kind = collectors",
             "none: nothing will be collected");
    else if (!sftp_library_open(&e))
        bad(doctor, "sources", &e);
    else
        for (size_t i = 0; i < s->source_count; i++)
            check_source(doctor, &s->sources[i]);
}

/* ---- all of it */

static void check_all(struct doctor *doctor)
{
    const struct settings *s = doctor->context->settings;
    check_settings(doctor);
    check_folder(doctor, "intake", s->intake);
    check_folder(doctor, "outbox", s->outbox);
    check_keys(doctor);
    check_database(doctor);
    check_sources(doctor);
}

static bool check_as_json(struct doctor *doctor, struct err *e)
{
    if (!json_open_array(&doctor->json, e))
        return false;
    check_all(doctor);
    const char *text = json_text(doctor->json, e);
    if (text)
        (void)printf("%s\n", text);
    json_close(doctor->json);
    return text != NULL;
}

static bool run_doctor(struct job_context *context, struct err *e)
{
    struct doctor doctor = {.context = context};
    if (!context->command->is_json)
        check_all(&doctor);
    else if (!check_as_json(&doctor, e))
        return false;
    if (fflush(stdout) != 0 || ferror(stdout))
        return err_set(e, ERR_DISK, "standard output could not be written");
    job_count(context, "ok", doctor.good);
    job_count(context, "warnings", doctor.warnings);
    job_count(context, "bad", doctor.bad);
    if (doctor.warnings > 0)
        context->needs_person = true;
    if (doctor.bad == 0)
        return true;
    *e = doctor.worst;
    return false;
}

const struct job job_doctor = {
    .name = "doctor",
    .arguments = "",
    .summary = "checks settings, keys, database, servers, permissions and says what to do",
    .details = "Everything is looked at, whatever fails. The exit status is that of the first thing that is "
               "bad, 3 where\n"
               "there are only warnings.",
    .needs = JOB_SETTINGS | JOB_PRINTS,
    .run = run_doctor,
};
