/* What the schema itself refuses, whatever the code does (DESIGN.md 3.3 and 8), as the job and as the owner. */
#include "ledger/store.h"

#include "tests/unit/ledger/books.h"

enum role { AS_JOB, AS_OWNER };

/* Runs statements in a transaction of their own and takes all back; gives the constraint that was broken, else the
 * SQLSTATE, "done" where nothing was refused. */
static const char *try(struct books *b, enum role role, const char *sql)
{
    static char answer[80];
    books_must(b, db_begin(b->db, &b->e) &&
                      db_exec(b->db, role == AS_JOB ? "SET LOCAL ROLE daybook_job" : "SET LOCAL ROLE daybook_owner",
                              &b->e));
    bool done = db_exec(b->db, sql, &b->e);
    (void)snprintf(answer, sizeof answer, "%s", done ? "done" : b->e.constraint[0] ? b->e.constraint : b->e.code);
    db_rollback(b->db);
    return answer;
}

static const char NO_RIGHT[] = "42501";

/* A day with records, a gap, a rejected line and a conflict, sealed; the next day is open, with a run under way. */
static void set_up(struct books *b)
{
    BOOKS_RUN(b, 1, NULL, SALE(1, 1, 11, 20000, 500, 0, 8, 0), SALE(3, 1, 12, 19500, 500, 0, 9, 0),
              SALE(3, 2, 11, 20000, 500, 0, 9, 0), LINE(4, 3, 11, 20000, 500, 0, 9, 0, .spoilt = true));
    BOOKS_RUN(b, 1, NULL, SALE(2, 4, 11, 20000, 500, 0, 8, 0));
    books_seal(b);
    BOOKS_RUN(b, 1, NULL, SALE(5, 5, 11, 20000, 500, 0, 8, 0));
}

static void test_seen_once(struct books *b)
{
    static const struct {
        const char *fact;
        const char *range;
        const char *wanted;
    } rows[] = {
        {"DESIGN 3.3 a sequence is not seen a second time", "[3,3]", "sequence_seen_once"},
        {"DESIGN 3.3 nor is a range that reaches over it", "[5,900]", "sequence_seen_once"},
        {"DESIGN 3.3 a range beside it is free", "[6,900]", "done"},
        {"DESIGN 3.3 an empty range is refused", "empty", "seen_range_sequences_check"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char sql[256];
        (void)snprintf(sql, sizeof sql, "INSERT INTO ledger.seen_range VALUES (20000001, 0, '%s', 5)", rows[i].range);
        CHECK_TEXT(try(b, AS_JOB, sql), rows[i].wanted, rows[i].fact);
        CHECK_TEXT(try(b, AS_OWNER, sql), rows[i].wanted, "DESIGN 3.3 and so for the owner");
    }
    CHECK_TEXT(try(b, AS_JOB, "INSERT INTO ledger.seen_range VALUES (20000001, 1, '[3,3]', 5),"
                              " (20000002, 0, '[3,3]', 5)"),
               "done", "DESIGN 3.3 another epoch or terminal counts by itself");
    CHECK_TEXT(try(b, AS_JOB, "INSERT INTO ledger.conflict SELECT * FROM ledger.conflict LIMIT 1"), "conflict_once",
               "R-02 a content is held as a conflict once");
}

static void test_insert_only(struct books *b)
{
    static const char *const tables[] = {
        "ledger.run",           "ledger.seal",          "ledger.seen_range",    "ledger.conflict", "ledger.exception",
        "ledger.exception_closing", "ledger.reject",    "ledger.trial_delta",   "ledger.account_delta",
        "ledger.merchant_meal", "ledger.device_day",    "ledger.terminal_run",  "ledger.merchant_fee",
        "ledger.statement",     "ref.import",
    };
    bool job_refused = true, owner_refused = true;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char change[3][128];
        (void)snprintf(change[0], sizeof change[0], "UPDATE %s SET run_id = run_id", tables[i]);
        (void)snprintf(change[1], sizeof change[1], "DELETE FROM %s", tables[i]);
        (void)snprintf(change[2], sizeof change[2], "TRUNCATE %s CASCADE", tables[i]);
        for (int k = strcmp(tables[i], "ledger.exception") == 0 || strcmp(tables[i], "ledger.reject") == 0; k < 3; k++) {
            bool job = strcmp(try(b, AS_JOB, change[k]), NO_RIGHT) == 0;
            bool owner = strcmp(try(b, AS_OWNER, change[k]), "insert_only") == 0;
            if (!job || !owner)
                printf("# %s: %s\n", change[k], b->e.message);
            job_refused = job_refused && job;
            owner_refused = owner_refused && owner;
        }
    }
    CHECK(job_refused, "DESIGN 8 the job has no right to change or remove rows of the books");
    CHECK(owner_refused, "RULES 2 rows of the books are only ever added, also by the owner");
}

static void test_leaves(struct books *b)
{
    char leaf[1100], sql[1300];
    (void)snprintf(leaf, sizeof leaf, "ledger.%s",
                   books_ask(b, "SELECT c.relname FROM pg_class AS c JOIN pg_inherits AS i ON i.inhrelid = c.oid"
                                " WHERE i.inhparent = 'ledger.transfer'::regclass ORDER BY c.oid DESC LIMIT 1"));
    CHECK(strncmp(leaf, "ledger.transfer_2026", 20) == 0, "DESIGN 4 transfers lie in the leaf of their date and run");
    static const char *const changes[] = {"UPDATE %s SET amount_fen = amount_fen + 1", "DELETE FROM %s", "TRUNCATE %s",
                                          "INSERT INTO %s SELECT * FROM ledger.transfer LIMIT 1"};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const char *at = strstr(changes[i], "%s");
        (void)snprintf(sql, sizeof sql, "%.*s%s%s", (int)(at - changes[i]), changes[i], leaf, at + 2);
        CHECK_TEXT(try(b, AS_OWNER, sql), "leaf_closed", "RULES 2 a transfer never changes or goes, also for the owner");
        CHECK_TEXT(try(b, AS_JOB, sql), NO_RIGHT, "DESIGN 8 the job has no right to change a closed leaf");
    }
    CHECK_TEXT(try(b, AS_OWNER, "UPDATE ledger.transfer SET amount_fen = 1"), "leaf_closed",
               "RULES 2 nor through the table of all transfers");
    CHECK_TEXT(try(b, AS_OWNER, "DELETE FROM ledger.record"), "leaf_closed", "RULES 2 nor do records go");
    CHECK_TEXT(try(b, AS_JOB, "INSERT INTO ledger.transfer SELECT * FROM ledger.transfer LIMIT 1"), NO_RIGHT,
               "DESIGN 4 transfers come by new leaves only");
    CHECK_TEXT(try(b, AS_JOB, "SELECT ledger.open_leaf('run', '2026-03-04', 5)"), "P0001",
               "DESIGN 4 only records and transfers have leaves");
    CHECK_TEXT(try(b, AS_JOB, "SELECT ledger.open_leaf('transfer', '2026-03-04', 4711)"), "leaf_of_run",
               "DESIGN 4 a leaf belongs to a run");
    CHECK_TEXT(try(b, AS_JOB, "SELECT ledger.open_loose_leaf('record', '2026-03-04', max(run_id)) FROM ledger.run"),
               "leaf_of_run", "DESIGN 4 a run that is over gets no leaves");
    CHECK_TEXT(try(b, AS_JOB, "SELECT ledger.open_loose_leaf('record', '2026-03-04', 4711),"
                              " ledger.attach_leaf('record', '2026-03-04', 4711)"), "leaf_of_run",
               "DESIGN 4 what was filled beside a run that is not there stays out of the books");
}

static void test_sealed(struct books *b)
{
    CHECK_TEXT(try(b, AS_JOB, "SELECT ledger.open_leaf('transfer', '2026-03-03', 5)"), "sealed_date",
               "RULES 3 no transfer is dated on a sealed day");
    CHECK_TEXT(try(b, AS_OWNER, "SELECT ledger.open_leaf('record', '2026-03-01', 5)"), "sealed_date",
               "RULES 3 nor before it");
    static const char *const figures[] = {
        "INSERT INTO ledger.trial_delta VALUES ('2026-03-03', 99, 2001, 1, 0)",
        "INSERT INTO ledger.account_delta VALUES ('2026-03-03', 99, '2004:211301000100001', 1, 0)",
        "INSERT INTO ledger.merchant_meal VALUES ('2026-03-03', 99, 211301000100001, 1, 0, 0, 0, 0, 0, 0, 0, 0)",
        "INSERT INTO ledger.merchant_fee VALUES ('2026-03-03', 99, 211301000100001, 0, 0)",
        "INSERT INTO ledger.terminal_run VALUES ('2026-03-03', 99, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
    };
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        CHECK_TEXT(try(b, AS_JOB, figures[i]), "sealed_date", "RULES 3 the figures of a sealed day do not change");
        CHECK_TEXT(try(b, AS_OWNER, figures[i]), "sealed_date", "RULES 3 also not for the owner");
    }
    CHECK_TEXT(try(b, AS_JOB, "INSERT INTO ledger.run VALUES (4000, 'post', '2026-03-03')"), "run_open_date",
               "RULES 3 a run is dated on the open date, not before");
    CHECK_TEXT(try(b, AS_JOB, "INSERT INTO ledger.run VALUES (4000, 'post', '2026-03-05')"), "run_open_date",
               "RULES 3 nor after");
    CHECK_TEXT(try(b, AS_JOB, "INSERT INTO ledger.run VALUES (4000, 'post', '2026-03-04')"), "done",
               "RULES 3 the open date is the day after the last sealed one");
    CHECK_TEXT(try(b, AS_JOB, "INSERT INTO ledger.run VALUES (4000, 'seal', '2026-03-04');"
                              "INSERT INTO ledger.seal SELECT '2026-03-06', 4000, digest, digest, 0, 0 FROM ledger.seal"),
               "seal_next_date", "RULES 3 days are sealed one after the other");
    CHECK_TEXT(try(b, AS_JOB, "INSERT INTO ledger.run VALUES (4000, 'seal', '2026-03-04');"
                              "INSERT INTO ledger.seal SELECT '2026-03-04', 4000, sha256('x'), digest, 0, 0 FROM"
                              " ledger.seal"),
               "seal_chain", "RULES 3 a digest follows the one before it");
}

static void test_states(struct books *b)
{
#define CARD "SELECT ledger.open_state(); INSERT INTO new_card_state SELECT *, run_id%s FROM ledger.card_state" \
             " WHERE card_no = 330106010000000001; SELECT ledger.replace_state()"
#define DEVICE "SELECT ledger.open_state(); INSERT INTO new_device_state SELECT *, run_id%s FROM ledger.device_state" \
               " WHERE device_no = 20000001; SELECT ledger.replace_state()"
    static const struct {
        const char *fact;
        const char *sql;
        const char *stale; /* what the run has read, beside what is there */
        const char *wanted;
    } rows[] = {
        {"DESIGN 3.3 a card's state is replaced by a run that read it", CARD, "", "done"},
        {"DESIGN 3.3 a card that another run has changed meanwhile stops the run", CARD, " - 1", "card_state_read"},
        {"DESIGN 3.3 a terminal's state is replaced by a run that read it", DEVICE, "", "done"},
        {"DESIGN 3.3 a terminal that another run has changed meanwhile stops the run", DEVICE, " - 1",
         "device_state_read"},
        {"DESIGN 3.3 a card that another run has added meanwhile stops the run", CARD, " * NULL", "card_state_pkey"},
    };
#undef CARD
#undef DEVICE
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char sql[512];
        const char *at = strstr(rows[i].sql, "%s");
        (void)snprintf(sql, sizeof sql, "%.*s%s%s", (int)(at - rows[i].sql), rows[i].sql, rows[i].stale, at + 2);
        CHECK_TEXT(try(b, AS_JOB, sql), rows[i].wanted, rows[i].fact);
        if (strstr(rows[i].wanted, "_read"))
            CHECK(strcmp(b->e.code, "40001") == 0 && b->e.retryable, "DESIGN 3.3 it may be tried again");
    }
    CHECK_TEXT(try(b, AS_JOB, "UPDATE ledger.card_state SET purse_fen = 0"), NO_RIGHT,
               "DESIGN 8 the job changes states through the owner's functions only");
    CHECK_TEXT(try(b, AS_JOB, "DELETE FROM ledger.device_state"), NO_RIGHT, "DESIGN 8 and removes none");
    CHECK_TEXT(try(b, AS_JOB, "CREATE TABLE ledger.mine ()"), NO_RIGHT, "DESIGN 8 the job makes no tables");
}

/* Two runs at once: whoever comes second may not post what the first has posted. */
static void test_second_run(struct books *b)
{
    struct books other = *b;
    books_must(b, db_open(&other.db, b->conninfo, "daybook-test", &other.e));
    books_begin(b);
    books_package(b, books_school_a, 22);
    (void)books_file(b, 9, 0);
    books_line(b, (struct line)SALE(1, 9, 11, 20000, 500, 0, 8, 0));
    struct state state;
    batch_end_arrivals(&b->batch);
    books_must(b, state_load(&state, &b->run, &b->batch, &b->e));
    BOOKS_RUN(&other, 9, NULL, SALE(1, 9, 11, 20000, 500, 0, 8, 0));
    struct judge judge = {0};
    books_must(b, judge_open(&judge, &b->run, &b->batch, &state, &b->rules, &b->e));
    CHECK_INT(b->batch.records[0].verdict, VERDICT_ACCEPTED, "DESIGN 3.3 a run that has read an old state accepts");
    struct err e;
    CHECK(!store_seen(&judge, &e), "DESIGN 3.3 and cannot post it a second time");
    CHECK_TEXT(e.constraint, "sequence_seen_once", "DESIGN 3.3 the schema refuses what was seen meanwhile");
    judge_close(&judge);
    state_close(&state);
    ledger_run_abandon(&b->run);
    batch_close(&b->batch);
    arena_close(b->arena);
    books_must(b, db_exec(b->db, "RESET ROLE", &b->e));
    db_close(other.db);
}

int main(void)
{
    static struct books b;
    if (!books_open(&b, "daybook_schema_test"))
        return 0;
    set_up(&b);
    test_seen_once(&b);
    test_insert_only(&b);
    test_leaves(&b);
    test_sealed(&b);
    test_states(&b);
    test_second_run(&b);
    books_close(&b, "daybook_schema_test");
    return tap_end();
}
