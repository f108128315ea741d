#include "jobs/audit/compare.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/progress.h"
#include "queries.h"

enum { SHOWN_MAX = 20 };

static const struct kind {
    const char *name;
    const char *sql; /* a COPY of one text column in byte order */
} kinds[] = {
    {"packages", sql_replay_compare_packages},
    {"records", sql_replay_compare_records},
    {"identities", sql_replay_compare_identities},
    {"transfers", sql_replay_compare_transfers},
    {"trial_balance", sql_replay_compare_trial_balance},
    {"accounts", sql_replay_compare_accounts},
    {"cards", sql_replay_compare_cards},
    {"merchants", sql_replay_compare_merchants},
    {"terminals", sql_replay_compare_terminals},
    {"statements", sql_replay_compare_statements},
    {"exceptions", sql_replay_compare_exceptions},
    {"lists", sql_replay_compare_lists},
    {"seals", sql_replay_compare_seals},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* One side: a stream of lines. */
struct side {
    struct db_scan *scan;
    bool more;
    struct str line;
};

static bool next_line(struct side *side, struct err *e)
{
    if (!db_scan_next(side->scan, &side->more, e))
        return false;
    if (side->more)
        side->line = db_scan_bytes(side->scan, 0);
    return true;
}

/* Below 0: a is only in the books or comes first. */
static int compare_lines(const struct side *a, const struct side *b)
{
    if (!a->more || !b->more)
        return a->more ? -1 : 1;
    size_t length = a->line.length < b->line.length ? a->line.length : b->line.length;
    int order = memcmp(a->line.data, b->line.data, length);
    return order != 0 ? order : a->line.length < b->line.length ? -1 : a->line.length > b->line.length;
}

static void tell(struct job_context *context, const struct kind *kind, const char *who, const struct side *side,
                 int64_t count)
{
    if (count <= SHOWN_MAX)
        job_attention(context, "audit_finding", "from bytes, \"%s\": only %s %.*s", kind->name, who,
                      (int)(side->line.length < 300 ? side->line.length : 300), side->line.data);
}

static bool merge(struct job_context *context, const struct kind *kind, struct side *books, struct side *bytes,
                  struct comparison *comparison, struct err *e)
{
    int64_t count = 0;
    if (!next_line(books, e) || !next_line(bytes, e))
        return false;
    while (books->more || bytes->more) {
        int order = compare_lines(books, bytes);
        if (order < 0)
            tell(context, kind, "the books have", books, ++count);
        else if (order > 0)
            tell(context, kind, "the bytes make", bytes, ++count);
        else
            comparison->rows++;
        if ((order <= 0 && !next_line(books, e)) || (order >= 0 && !next_line(bytes, e)))
            return false;
    }
    comparison->differences += count;
    if (count > SHOWN_MAX)
        job_attention(context, "audit_finding", "from bytes, \"%s\": and %" PRId64 " more", kind->name, count - SHOWN_MAX);
    return true;
}

static bool compare_kind(struct job_context *context, const struct kind *kind, struct db *const sides[2],
                         struct comparison *comparison, struct err *e)
{
    struct side books = {0}, bytes = {0};
    bool done = db_scan_open(sides[0], kind->sql, &books.scan, e) && db_scan_open(sides[1], kind->sql, &bytes.scan, e) &&
                merge(context, kind, &books, &bytes, comparison, e);
    done = db_scan_end(books.scan, done, e);
    return db_scan_end(bytes.scan, done, e) || err_context(e, "comparing \"%s\"", kind->name);
}

/* The digests cover the numbers of runs and transfers: where they are equal, the books are equal to the bit. */
static bool compare_digests(struct db *books, struct db *scratch, struct comparison *comparison, struct err *e)
{
    struct db_rows *mine = NULL, *theirs = NULL;
    bool done = db_query(books, sql_replay_seals, 0, NULL, &mine, e) && db_query(scratch, sql_replay_seals, 0, NULL, &theirs, e);
    for (size_t i = 0; done && i < db_rows_count(mine); i++) {
        comparison->digests++;
        comparison->digests_equal += i < db_rows_count(theirs) && strcmp(db_text(mine, i, 0), db_text(theirs, i, 0)) == 0 &&
                                     strcmp(db_text(mine, i, 1), db_text(theirs, i, 1)) == 0;
    }
    db_rows_close(mine);
    db_rows_close(theirs);
    return done;
}

bool compare_all(struct job_context *context, struct db *books, struct db *scratch, struct comparison *comparison,
                 struct err *e)
{
    struct db *const sides[] = {books, scratch};
    struct progress *progress = progress_open("compare", "kinds", KINDS, context->command->verbosity < 0);
    *comparison = (struct comparison){0};
    bool done = true;
    for (size_t i = 0; done && i < KINDS; i++) {
        done = compare_kind(context, &kinds[i], sides, comparison, e);
        progress_add(progress, 1, 0);
    }
    progress_close(progress);
    return done && compare_digests(books, scratch, comparison, e);
}
