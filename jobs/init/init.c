#include "jobs/init/init.h"

#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/lock.h"
#include "base/log.h"
#include "queries.h"

/* A migration that was applied before. */
struct applied {
    int64_t number;
    char sha256[2 * CRYPTO_SHA256_BYTES + 1];
};

static bool explain_rights(struct err *e)
{
    if (strcmp(e->code, "42501") != 0)
        return false;
    return err_hint(
        e, "init needs a database user who owns the database and may create roles: "
           "CREATE ROLE daybook_admin LOGIN CREATEROLE; ALTER DATABASE daybook OWNER TO daybook_admin");
}

static bool digest_text(const char *text, char hex[2 * CRYPTO_SHA256_BYTES + 1], struct err *e)
{
    uint8_t digest[CRYPTO_SHA256_BYTES];
    if (!crypto_sha256(text, strlen(text), digest, e))
        return false;
    str_hex(digest, sizeof digest, hex);
    return true;
}

static bool read_applied(struct job_context *context, struct applied **applied, size_t *count, struct err *e)
{
    struct db_rows *rows = NULL;
    int64_t has_table = 0;
    *count = 0;
    *applied = NULL;
    if (!db_query_int64(context->db, sql_init_has_migrations, 0, NULL, &has_table, e))
        return false;
    if (!has_table)
        return true;
    if (!db_query(context->db, sql_init_list_migrations, 0, NULL, &rows, e))
        return explain_rights(e);
    bool ok = true;
    *applied = arena_array(context->arena, db_rows_count(rows) + 1, sizeof **applied, e);
    if (*applied) {
        *count = db_rows_count(rows);
        for (size_t i = 0; i < *count; i++) {
            (*applied)[i].number = db_int64(rows, i, 0);
            (void)snprintf((*applied)[i].sha256, sizeof(*applied)[i].sha256, "%s", db_text(rows, i, 1));
        }
    } else {
        ok = false;
    }
    db_rows_close(rows);
    return ok;
}

/* One migration and its row: together or not at all. The table of migrations comes with the first one, which
 * makes its schema. */
static bool apply(struct job_context *context, const struct sql_migration *migration, const char *sha256,
                  bool is_first, struct err *e)
{
    struct db_number number;
    const char *params[] = {db_from_int64(&number, migration->number), migration->name, sha256};
    bool ok = db_begin(context->db, e) && db_exec(context->db, migration->text, e) &&
              (!is_first || db_exec(context->db, sql_init_create_migrations, e)) &&
              db_command(context->db, sql_init_add_migration, 3, params, NULL, e) &&
              db_commit(context->db, e);
    if (ok)
        return true;
    explain_rights(e);
    return err_context(e, "migration %s", migration->name);
}

static const struct applied *find_applied(const struct applied *applied, size_t count, int64_t number)
{
    for (size_t i = 0; i < count; i++)
        if (applied[i].number == number)
            return &applied[i];
    return NULL;
}

static bool check_newest(const struct applied *applied, size_t count, struct err *e)
{
    int64_t newest_here = sql_migration_count ? sql_migrations[sql_migration_count - 1].number : 0;
    if (count == 0 || applied[count - 1].number <= newest_here)
        return true;
    err_set(e, ERR_DB, "the database's schema is number %lld, newer than this program",
            (long long)applied[count - 1].number);
    return err_hint(e, "install the program that made it, or a later one");
}

static bool check_digest(const struct sql_migration *migration, const struct applied *before,
                         const char *sha256, struct err *e)
{
    if (strcmp(before->sha256, sha256) == 0)
        return true;
    err_set(e, ERR_DB, "migration %s has changed since it was applied", migration->name);
    return err_hint(e, "its digest was %.16s…, is %.16s…: use the program that the database was made with",
                    before->sha256, sha256);
}

static bool run_migration(struct job_context *context, const struct sql_migration *migration,
                          const struct applied *before, bool is_first, struct err *e)
{
    char sha256[2 * CRYPTO_SHA256_BYTES + 1];
    if (!digest_text(migration->text, sha256, e))
        return false;
    if (before)
        return check_digest(migration, before, sha256, e);
    if (!context->command->is_dry_run && !apply(context, migration, sha256, is_first, e))
        return false;
    job_count(context, "applied", 1);
    log_event(LOG_INFO, "migration_applied", "name=%s%s", migration->name,
              context->command->is_dry_run ? " dry_run=yes" : "");
    return true;
}

static bool run_migrations(struct job_context *context, struct err *e)
{
    struct applied *applied = NULL;
    size_t count = 0;
    if (!read_applied(context, &applied, &count, e) || !check_newest(applied, count, e))
        return false;
    job_count(context, "migrations", (int64_t)sql_migration_count);
    job_count(context, "applied", 0);
    for (size_t i = 0; i < sql_migration_count; i++) {
        const struct applied *before = find_applied(applied, count, sql_migrations[i].number);
        if (!run_migration(context, &sql_migrations[i], before, count == 0 && i == 0, e))
            return false;
    }
    return true;
}

static bool run_init(struct job_context *context, struct err *e)
{
    return lock_take(context->db, "init", e) && run_migrations(context, e);
}

const struct job job_init = {
    .name = "init",
    .arguments = "",
    .summary = "creates the database schema, or upgrades it",
    .details =
        "Each migration is one transaction; what is applied is skipped. The database user must own the "
        "database\n"
        "and may create roles; the other commands run as daybook_job, which this user becomes a member of.",
    .needs = JOB_SETTINGS | JOB_DATABASE | JOB_OWNER,
    .run = run_init,
};
