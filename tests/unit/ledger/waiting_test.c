/* Which held records a run asks again, and that no row of the books follows from the seed of its tables. */
#include "ledger/store.h"
#include "ledger/waiting.h"
#include "tests/unit/ledger/books.h"

/* How many records a run would ask again that brings one purchase of a card. */
static uint32_t count_asked(struct books *b, int card)
{
    const struct line line = SALE(900, card, 900, 20000, 100, 0, 8, 0);
    books_begin(b);
    books_package(b, books_school_a, 22);
    (void)books_file(b, 9, 0);
    books_lines(b, &line, 1);
    books_must(b, waiting_load(&b->run, &b->batch, &b->e));
    uint32_t count = b->batch.waiting_count;
    ledger_run_abandon(&b->run);
    batch_close(&b->batch);
    arena_close(b->arena);
    books_must(b, db_exec(b->db, "RESET ROLE", &b->e));
    return count;
}

static const char *outcome_of(struct books *b, int card, int counter)
{
    char sql[256];
    (void)snprintf(sql, sizeof sql,
                   "SELECT coalesce(d.outcome, 'none') FROM ledger.record AS r LEFT JOIN ledger.decision AS d USING (record_id)"
                   " WHERE r.card_no = %" PRId64 " AND r.counter = %d AND r.verdict = 7",
                   books_card + card, counter);
    return books_ask(b, sql);
}

static void test_cards_that_come(struct books *b)
{
    BOOKS_RUN(b, 1, NULL, LINE(1, 1, 12, 20000, 500, 0, 8, 0, .is_gray = true),
              LINE(2, 1, 13, 20000, 500, 0, 9, 0, .is_gray = true), LINE(3, 2, 12, 20000, 500, 0, 8, 0, .is_gray = true));
    CHECK_INT(count_asked(b, 1), 2, "R-07 a run asks the grays of a card of which something comes");
    CHECK_INT(count_asked(b, 3), 0, "R-07 and none of other cards, since only what comes of their own can decide them");
    books_must(b, db_exec(b->db, "INSERT INTO ledger.waiting SELECT 1000000 + i, '2020-01-01', 2113010001, 1, '2020-01-01', 1, i,"
                                 " 20000001, 0, i, i, 6, 330106010000001000 + i % 50, 5, 20000, 500, 19500, '2020-01-01', 0, 0, 0"
                                 " FROM generate_series(1, 30000) AS i", &b->e));
    CHECK_INT(count_asked(b, 2), 1, "R-07 however many grays of other cards wait, and however old they are");
    books_must(b, db_exec(b->db, "DELETE FROM ledger.waiting WHERE record_id > 1000000 AND record_id < 1100000", &b->e));
    BOOKS_RUN(b, 1, NULL, SALE(4, 2, 13, 19500, 500, 0, 10, 0));
    CHECK_TEXT(outcome_of(b, 2, 12), "posted", "R-07 an old gray is decided in the run that brings what decides it");
    CHECK_INT(count_asked(b, 2), 0, "R-07 what is decided waits no more");
}

static void test_import(struct books *b)
{
    BOOKS_RUN(b, 2, NULL, LINE(1, 60, 12, 20000, 500, 0, 8, 0, .is_gray = true),
              LINE(2, 60, 31, 20000, 500, 0, 8, 0, .is_gray = true));
    books_must(b, db_exec(b->db,
                          "INSERT INTO ledger.run (run_id, job, accounting_date) VALUES (nextval('ledger.run_id'), 'import', '2026-03-03');"
                          "INSERT INTO ref.card SELECT 330106010000000060, 'P1', 1, 'cpu3des', 1, 'normal', '2020-01-01',"
                          " '2030-01-01', 30, 0, 20000, NULL, 1, 1, max(run_id) FROM ledger.run;"
                          "INSERT INTO ledger.unasked SELECT max(run_id) FROM ledger.run", &b->e));
    CHECK_INT(count_asked(b, 3), 2, "R-07 an import of a card has its grays asked, though nothing comes of it");
    BOOKS_RUN(b, 2, NULL, SALE(3, 3, 11, 20000, 100, 0, 8, 0));
    CHECK_TEXT(outcome_of(b, 60, 12), "void", "R-07 one that is not above the new opening counter is void");
    CHECK_TEXT(outcome_of(b, 60, 31), "none", "R-07 another stays held");
    CHECK_INT(count_asked(b, 3), 0, "R-07 after that run they are asked no more");
}

/* A run that replaces the state of a card and asks nothing, as drains and corrections of a purse do. */
static void move_card(struct books *b, int card)
{
    books_must(b, arena_open(&b->arena, 1 << 20, &b->e) && ledger_run_open(&b->run, b->db, "settle", b->date, &b->e));
    struct state state = {.arena = b->arena, .cards = arena_array(b->arena, 1, sizeof *state.cards, &b->e), .card_count = 1};
    books_must(b, state.cards != NULL);
    state.cards[0].card_no = books_card + card;
    books_must(b, state_load_cards(&state, b->db, NULL, &b->e));
    state.cards[0].touched = true;
    books_must(b, store_opened_cards(&b->run, state.cards, 1, &b->e) && ledger_run_commit(&b->run, b->conninfo, &b->e));
    arena_close(b->arena);
}

static void test_agreed(struct books *b)
{
    books_must(b, db_exec(b->db, "INSERT INTO ops.archive (source, name, sha256, size_bytes, school_code, made_at)"
                                 " VALUES ('s', 'n', sha256('n'), 1, 2113010001, '2026-03-03 22:00')", &b->e));
    BOOKS_RUN(b, 4, NULL, LINE(1, 4, 12, 20000, 500, 0, 8, 0, .tac_bad = true),
              LINE(2, 4, 12, 20000, 500, 0, 8, 0, .is_gray = true));
    CHECK_TEXT(outcome_of(b, 4, 12), "none", "R-07 the counter of a held record decides no gray");
    int64_t record_id = 0;
    books_must(b, db_query_int64(b->db, "SELECT record_id FROM ledger.record WHERE device_no = 20000004 AND verdict = 4", 0, NULL,
                                 &record_id, &b->e));
    books_begin(b);
    books_must(b, posting_decide(&b->run, b->arena, record_id, &b->rules, &b->e) &&
                      ledger_run_commit(&b->run, b->conninfo, &b->e));
    batch_close(&b->batch);
    arena_close(b->arena);
    books_must(b, db_exec(b->db, "RESET ROLE", &b->e));
    move_card(b, 4);
    BOOKS_RUN(b, 4, NULL, SALE(3, 5, 11, 20000, 100, 0, 8, 0));
    CHECK_TEXT(outcome_of(b, 4, 12), "void", "P-16 what people post has the card's grays asked in the next run, whatever came between");
}

/* ---- seeds */

static const char all_rows[] =
    "SELECT md5(string_agg(t, E'\\n')) || ' ' || count(*) FROM (SELECT 'r' || r::text AS t FROM ledger.record AS r"
    " UNION ALL SELECT 't' || r::text FROM ledger.transfer AS r UNION ALL SELECT 'e' || r::text FROM ledger.exception AS r"
    " UNION ALL SELECT 'x' || r::text FROM ledger.exception_closing AS r UNION ALL SELECT 'c' || r::text FROM ledger.card_state AS r"
    " UNION ALL SELECT 'd' || r::text FROM ledger.device_state AS r UNION ALL SELECT 'a' || r::text FROM ledger.account_delta AS r"
    " UNION ALL SELECT 'b' || r::text FROM ledger.trial_delta AS r UNION ALL SELECT 'm' || r::text FROM ledger.card_claim AS r"
    " UNION ALL SELECT 'w' || r::text FROM ledger.waiting AS r UNION ALL SELECT 'o' || r::text FROM ledger.decision AS r"
    " UNION ALL SELECT 'f' || r::text FROM ledger.conflict AS r) AS rows"; /* as they lie */

/* Conflicts, copies, grays, reversals, loads and cards that are not on file, over two runs. */
static void play_seed(struct books *b, uint64_t seed, char *rows, size_t size)
{
    b->seed = (struct hash_seed){{seed, ~seed}};
    for (int run = 0; run < 2; run++) {
        books_begin(b);
        books_package(b, books_school_a, 22);
        for (int device = 20; device < 24; device++) {
            (void)books_file(b, device, 0);
            for (int i = 1; i <= 40; i++) {
                int card = (i * 7 + device * 5) % 70 + 1, last = run * 40 + i;
                struct line line = SALE((uint32_t)(last - (i % 9 == 0)), card, 100 + last, 20000, 100 + i % 3, -(i % 4), 8, i);
                line.is_gray = i % 5 == 0;
                line.kind = i % 11 == 0 ? RECORD_REVERSAL : i % 13 == 0 ? RECORD_LOAD : RECORD_PURCHASE;
                line.is_gray = line.is_gray && line.kind == RECORD_PURCHASE;
                line.reference = (uint32_t)(last > 3 ? last - 3 : 1);
                books_line(b, line);
            }
        }
        books_must(b, books_post(b, NULL));
    }
    (void)snprintf(rows, size, "%s", books_ask(b, all_rows));
}

static void test_seeds(void)
{
    static const uint64_t seeds[] = {1, UINT64_C(0x123456789ABCDEF1)};
    static char rows[2][1024];
    for (int i = 0; i < 2; i++) {
        static struct books b;
        ALWAYS(books_open(&b, "daybook_seed_test"));
        play_seed(&b, seeds[i], rows[i], sizeof rows[i]);
        books_close(&b, "daybook_seed_test");
    }
    printf("# %s\n", rows[0]);
    CHECK_TEXT(rows[1], rows[0], "two seeds write the same rows, and in the same order");
}

int main(void)
{
    static struct books b;
    if (!books_open(&b, "daybook_waiting_test"))
        return 0;
    test_cards_that_come(&b);
    test_import(&b);
    test_agreed(&b);
    books_close(&b, "daybook_waiting_test");
    test_seeds();
    return tap_end();
}
