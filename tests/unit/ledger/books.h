/* books: a database of its own with the whole schema, two schools and their cards and terminals, and runs posted to it
 * as the job posts them. DAYBOOK_TEST_CONNINFO names the server. */
#ifndef DAYBOOK_TESTS_BOOKS_H
#define DAYBOOK_TESTS_BOOKS_H

#include <stdlib.h>

#include "ledger/opening.h"
#include "ledger/posting.h"
#include "queries.h"
#include "tests/unit/tap.h"

enum {
    BOOKS_DATE = 20515, /* 2026-03-03, the first open date */
    BOOKS_COUNTER = 10, /* the opening counter of every card */
    BOOKS_BALANCE = 20000,
    BOOKS_DEVICE = 20000000, /* terminals 20000001 to …40 of A; 41 is of B; 42 counts from 50 */
};
static const int64_t books_school_a = 2113010001, books_school_b = 2113010002;
static const int64_t books_card = 330106010000000000; /* cards 1 to 40 are on file at A, 41 to 50 at B, others not */

struct books {
    char conninfo[512];
    struct db *db;
    struct arena *arena;
    struct ledger_run run;
    struct batch batch;
    struct judge_rules rules;
    struct posting_result result;
    int32_t date;
    struct hash_seed seed; /* of all runs; 0: each draws its own */
    struct err e;
};

/* One line of a terminal: a purchase, unless kind says otherwise. */
struct line {
    uint32_t sequence;
    int card; /* from 1 */
    int counter;
    int64_t before_fen, amount_fen;
    int days, hour, minute; /* from the open date */
    int kind;               /* 0: a purchase */
    bool spoilt, tac_bad, after_wrong, is_gray;
    uint32_t reference;
};
/* A purchase, and a line of another kind or with something wrong (.kind = RECORD_LOAD, .spoilt = true). */
#define SALE(seq_, card_, counter_, before_, amount_, days_, hour_, minute_)                                  \
    LINE(seq_, card_, counter_, before_, amount_, days_, hour_, minute_, .kind = 0)
#define LINE(seq_, card_, counter_, before_, amount_, days_, hour_, minute_, ...)                             \
    {.sequence = (seq_), .card = (card_), .counter = (counter_), .before_fen = (before_),                     \
     .amount_fen = (amount_), .days = (days_), .hour = (hour_), .minute = (minute_), __VA_ARGS__}

static inline void books_must(struct books *b, bool done)
{
    if (!done) {
        printf("Bail out! %s\n", b->e.message);
        (void)fflush(stdout);
    }
    ALWAYS(done);
}

/* What one column of one row says; the message of a failure. */
static inline const char *books_ask(struct books *b, const char *sql)
{
    static char answers[4][1024];
    static int next;
    char *answer = answers[next++ % 4];
    struct db_rows *rows = NULL;
    if (!db_query(b->db, sql, 0, NULL, &rows, &b->e))
        return b->e.message;
    (void)snprintf(answer, sizeof answers[0], "%s", db_rows_count(rows) ? db_text(rows, 0, 0) : "no row");
    db_rows_close(rows);
    return answer;
}

static const char books_reference[] =
    "INSERT INTO ledger.run (run_id, job, accounting_date) VALUES (nextval('ledger.run_id'), 'import', '2026-03-03');"
    "INSERT INTO ref.import (kind, file_name, sha256, run_id, rows_read, rows_new, rows_changed)"
    " VALUES ('test', 'test', sha256('test'), 1, 0, 0, 0);"
    "INSERT INTO ref.school SELECT c, 'school', '330106', 'primary', 'central', NULL, 1, 1, 1"
    " FROM (VALUES (2113010001), (2113010002)) AS v (c);"
    "INSERT INTO ref.merchant SELECT m, 'shop', m / 100000, 'independent', NULL, 100, 0, 0, 'day', 'n', 'a', 'b', 1, 1, 1"
    " FROM (VALUES (211301000100001), (211301000200001)) AS v (m);"
    "INSERT INTO ref.terminal SELECT 20000000 + i, i, 'pos', 2113010001 + (i = 41)::int, 'hall',"
    " 211301000100001 + 100000 * (i = 41)::int, '2020-01-01', NULL, 'pos-bin/1', 1000, NULL,"
    " CASE i WHEN 42 THEN 50 ELSE 1 END, 1, i, 1 FROM generate_series(1, 42) AS i;"
    "INSERT INTO ref.person SELECT 'P' || i, 'student', 'n', 2113010001 + (i > 40)::int, NULL, NULL, NULL, NULL, NULL,"
    " NULL, NULL, NULL, 'active', 1, i, 1 FROM generate_series(1, 99) AS i;"
    "INSERT INTO ref.card SELECT 330106010000000000 + i, 'P' || i, 1, 'cpu3des', 1, 'normal', '2020-01-01',"
    " '2030-01-01', 10, 0, 20000, NULL, 1, i, 1 FROM generate_series(1, 50) AS i;";

/* False, and the plan of a skipped test is printed, where no server is named. */
static inline bool books_open(struct books *b, const char *name)
{
    const char *server = getenv("DAYBOOK_TEST_CONNINFO");
    char sql[256];
    if (!server) {
        printf("1..0 # SKIP no DAYBOOK_TEST_CONNINFO\n");
        return false;
    }
    *b = (struct books){.date = BOOKS_DATE,
                        .rules = {.bad_time_after_s = 600, .bad_time_before_days = 180,
                                  .meals = {10 * 3600, 14 * 3600, 20 * 3600}}};
    for (int c = 0; c < CARD_CLASS_COUNT; c++) {
        b->rules.single_fen[c] = 20000;
        b->rules.day_fen[c] = 50000;
    }
    struct db *any = NULL;
    books_must(b, db_open(&any, server, "daybook-test", &b->e));
    (void)snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
    books_must(b, db_exec(any, sql, &b->e));
    (void)snprintf(sql, sizeof sql, "CREATE DATABASE %s", name);
    books_must(b, db_exec(any, sql, &b->e));
    db_close(any);
    (void)snprintf(b->conninfo, sizeof b->conninfo, "%s dbname=%s", server, name);
    books_must(b, db_open(&b->db, b->conninfo, "daybook-test", &b->e));
    for (size_t i = 0; i < sql_migration_count; i++)
        books_must(b, db_begin(b->db, &b->e) && db_exec(b->db, sql_migrations[i].text, &b->e) &&
                          db_commit(b->db, &b->e));
    books_must(b, db_exec(b->db, books_reference, &b->e));
    return true;
}

static inline void books_close(struct books *b, const char *name)
{
    char sql[256];
    struct db *any = NULL;
    db_close(b->db);
    (void)snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
    books_must(b, db_open(&any, getenv("DAYBOOK_TEST_CONNINFO"), "daybook-test", &b->e) && db_exec(any, sql, &b->e));
    db_close(any);
}

/* Begins a run on the open date, as daybook_job, which is what jobs are. */
static inline void books_begin(struct books *b)
{
    books_must(b, arena_open(&b->arena, (size_t)256 << 20, &b->e) && db_exec(b->db, "SET ROLE daybook_job", &b->e) &&
                      ledger_run_open(&b->run, b->db, "post", b->date, &b->e));
    if (b->seed.words[0] != 0)
        b->run.seed = b->seed;
    batch_open(&b->batch, b->arena);
}

/* A package of a school, made on the open date at hour (24: past midnight). */
static inline void books_package(struct books *b, int64_t school_code, int hour)
{
    struct batch_package *package = batch_add_package(&b->batch, &b->e);
    books_must(b, package != NULL);
    *package = (struct batch_package){.archive_id = b->batch.package_count, .school_code = school_code,
                                      .made_at = date_moment(b->date, 0, 0, 0) + (int64_t)hour * 3600,
                                      .first_file = b->batch.file_count};
}

static inline struct batch_file *books_file(struct books *b, int device, int epoch)
{
    struct batch_file *file = batch_add_file(&b->batch, &b->e);
    books_must(b, file != NULL);
    struct batch_package *package = &b->batch.packages[b->batch.package_count - 1];
    *file = (struct batch_file){.package_index = b->batch.package_count - 1, .file_no = (int32_t)++package->file_count,
                                .name = "log", .format = "pos-bin/1", .has_device = true, .device_no = (uint32_t)(BOOKS_DEVICE + device),
                                .epoch = (uint16_t)epoch, .first_record = b->batch.record_count};
    return file;
}

static inline uint64_t books_digest(const struct record *r)
{
    const uint64_t fields[] = {(uint64_t)r->card_no, (uint64_t)r->occurred_at, r->before_fen, r->amount_fen,
                               r->after_fen, r->counter, r->kind, r->tac_state};
    uint64_t digest = 14695981039346656037u;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        digest = (digest ^ fields[i]) * UINT64_C(1099511628211);
    return digest;
}

/* Adds a line to the last file. */
static inline void books_line(struct books *b, struct line line)
{
    struct batch_file *file = &b->batch.files[b->batch.file_count - 1];
    struct record *r = batch_add_records(&b->batch, 1, &b->e);
    books_must(b, r != NULL);
    *r = (struct record){.card_no = books_card + line.card,
                         .occurred_at = date_moment(b->date + line.days, line.hour, line.minute, 0),
                         .device_no = file->device_no, .epoch = file->epoch, .device_seq = line.sequence,
                         .before_fen = (uint32_t)line.before_fen, .amount_fen = (uint32_t)line.amount_fen,
                         .record_no = ++file->record_count, .file_index = b->batch.file_count - 1,
                         .counter = (uint16_t)line.counter, .tac = {1, 2, 3, 4},
                         .mark = line.is_gray, .reference = line.reference,
                         .kind = line.kind ? (uint8_t)line.kind : RECORD_PURCHASE,
                         .malformed = line.spoilt ? MALFORMED_CRC : MALFORMED_NOT,
                         .tac_state = line.tac_bad ? TAC_DIFFERS : TAC_GOOD};
    int64_t after_fen = record_is_purchase(r) ? line.before_fen - line.amount_fen : line.before_fen + line.amount_fen;
    r->after_fen = (uint32_t)after_fen + line.after_wrong;
    r->digest = books_digest(r);
    file->records++;
    file->amount_fen += line.amount_fen;
    struct batch_raw raw = {.index = b->batch.record_count - 1, .length = 3, .bytes = "raw"};
    if (line.spoilt)
        books_must(b, batch_add_raw(&b->batch, &raw, &b->e));
}

static inline void books_lines(struct books *b, const struct line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        books_line(b, lines[i]);
}

/* Ends the run: commits it, or rolls back where it fails. The verdicts of its records are in *verdicts, up to 64. */
static inline bool books_post(struct books *b, uint8_t verdicts[64])
{
    bool done = posting_run(&b->run, &b->batch, &b->rules, &b->result, &b->e);
    for (uint32_t i = 0; verdicts && i < b->batch.record_count && i < 64; i++)
        verdicts[i] = b->batch.records[i].verdict;
    if (done)
        done = ledger_run_commit(&b->run, b->conninfo, &b->e);
    else
        ledger_run_abandon(&b->run);
    batch_close(&b->batch);
    arena_close(b->arena);
    struct err later;
    ALWAYS(db_exec(b->db, "RESET ROLE", &later));
    return done;
}

/* A whole run of one file of one terminal of school A, at 22:00. */
static inline void books_run(struct books *b, int device, const struct line *lines, size_t count, uint8_t verdicts[64])
{
    books_begin(b);
    books_package(b, books_school_a, 22);
    (void)books_file(b, device, 0);
    books_lines(b, lines, count);
    books_must(b, books_post(b, verdicts));
}
#define BOOKS_RUN(b, device, verdicts, ...)                                                                    \
    books_run((b), (device), (const struct line[]){__VA_ARGS__},                                               \
              sizeof((const struct line[]){__VA_ARGS__}) / sizeof(struct line), (verdicts))

/* Seals the open date; the next day is open. */
static inline void books_seal(struct books *b)
{
    struct db_number run, day;
    struct ledger_run sealing;
    books_must(b, ledger_run_open(&sealing, b->db, "seal", b->date, &b->e));
    const char *params[] = {db_from_day(&day, b->date), db_from_int64(&run, sealing.run_id)};
    books_must(b, db_command(b->db,
                             "INSERT INTO ledger.seal SELECT $1::date, $2::bigint, coalesce((SELECT digest FROM ledger.seal"
                             " ORDER BY sealed_date DESC LIMIT 1), decode(repeat('00', 32), 'hex')), sha256($2::text::bytea),"
                             " 0, 0",
                             2, params, NULL, &b->e) &&
                      ledger_run_commit(&sealing, b->conninfo, &b->e));
    b->date++;
}

/* The gaps, breaks or others that are open now, as "detail-up-to-the-blank" or card, by number. */
static inline const char *books_open_gaps(struct books *b, const char *owner)
{
    char sql[512];
    (void)snprintf(sql, sizeof sql,
                   "SELECT coalesce(string_agg(split_part(detail, ' ', 1), ' ' ORDER BY coalesce(epoch, 0),"
                   " is_online, coalesce(device_seq, counter)), '') FROM ledger.exception AS e"
                   " WHERE verdict IN (30, 31) AND %s"
                   " AND NOT EXISTS (SELECT FROM ledger.exception_closing AS c WHERE c.exception_id = e.exception_id)",
                   owner);
    return books_ask(b, sql);
}

#endif
