/* Runs one after the other on a real database: what was seen, accepted and posted before decides what comes. */
#include "tests/unit/ledger/books.h"

static uint8_t verdicts[64];

/* ---- R-02, R-03 and R-06 over several runs */

static void test_seen_before(struct books *b)
{
    BOOKS_RUN(b, 1, verdicts, SALE(1, 1, 11, 20000, 500, 0, 8, 0),
              LINE(2, 2, 11, 20000, 500, 0, 8, 0, .tac_bad = true), SALE(1, 3, 11, 20000, 500, 0, 8, 0));
    CHECK_INT(verdicts[2], VERDICT_CONFLICT, "R-03 another content of this run is a conflict");
    BOOKS_RUN(b, 1, verdicts, SALE(1, 1, 11, 20000, 500, 0, 8, 0), LINE(2, 2, 11, 20000, 500, 0, 8, 0, .tac_bad = true),
              SALE(1, 3, 11, 20000, 500, 0, 8, 0), SALE(1, 4, 11, 20000, 500, 0, 8, 0),
              SALE(2, 2, 11, 20000, 500, 0, 8, 0), SALE(1, 4, 11, 20000, 500, 0, 8, 0));
    CHECK_INT(verdicts[0], VERDICT_DUPLICATE, "R-02 what an earlier run accepted is a duplicate");
    CHECK_INT(verdicts[1], VERDICT_DUPLICATE, "R-02 what an earlier run held is a duplicate");
    CHECK_INT(verdicts[2], VERDICT_DUPLICATE, "R-02 a copy of a conflict that an earlier run held is a duplicate");
    CHECK_INT(verdicts[3], VERDICT_CONFLICT, "R-03 another content than an earlier run's is a conflict");
    CHECK_INT(verdicts[4], VERDICT_CONFLICT, "R-03 a better copy of a held record is a conflict");
    CHECK_INT(verdicts[5], VERDICT_DUPLICATE, "R-02 a copy of this run's conflict is a duplicate");
    CHECK_TEXT(books_ask(b, "SELECT count(*) || ' ' || count(DISTINCT digest) FROM ledger.conflict"
                            " WHERE device_no = 20000001"),
               "3 3", "R-02 each content held as a conflict is kept once");
    BOOKS_RUN(b, 1, verdicts, SALE(1, 4, 11, 20000, 500, 0, 8, 0), SALE(9, 1, 11, 20000, 500, 0, 8, 0));
    CHECK_INT(verdicts[0], VERDICT_DUPLICATE, "R-02 it is a duplicate of a conflict in the run after, too");
    CHECK_INT(verdicts[1], VERDICT_COUNTER_CONFLICT, "R-06 a counter that an earlier run accepted is held");
    CHECK_TEXT(books_ask(b, "SELECT offline::text FROM ledger.card_state WHERE card_no = 330106010000000001"), "{11,11}",
               "R-21 a held counter is not accepted");
    CHECK_TEXT(books_ask(b, "SELECT count(*) FROM ledger.record WHERE verdict <> 10 AND flags <> 0"), "0",
               "R-10 only accepted records have flags");
}

/* ---- over_limit: own days older than the newest, from the books */

static void test_old_days(struct books *b)
{
    BOOKS_RUN(b, 2, NULL, SALE(1, 5, 11, 20000, 20000, -1, 8, 0), SALE(2, 5, 12, 20000, 20000, -1, 9, 0),
              SALE(3, 5, 13, 20000, 100, 0, 9, 0), LINE(4, 5, 1, 0, 20000, -1, 10, 0, .kind = RECORD_LOAD));
    BOOKS_RUN(b, 2, NULL, SALE(5, 5, 14, 20000, 10000, -1, 10, 0), SALE(6, 5, 15, 20000, 1, -1, 11, 0),
              SALE(7, 5, 16, 20000, 20000, -2, 11, 0));
    CHECK_TEXT(books_ask(b, "SELECT string_agg(device_seq::text, ' ') FROM ledger.record WHERE device_no = 20000002"
                            " AND flags & 32 <> 0"),
               "6", "R-10 a late purchase is added to what its own day had in the books");
    CHECK_TEXT(books_ask(b, "SELECT day || ' ' || day_fen FROM ledger.card_state WHERE card_no = 330106010000000005"),
               "2026-03-03 100", "R-10 an older day leaves the newest as it is");
    BOOKS_RUN(b, 2, NULL, SALE(8, 5, 17, 20000, 1, -1, 12, 0));
    CHECK_TEXT(books_ask(b, "SELECT flags & 32 FROM ledger.record WHERE device_no = 20000002 AND device_seq = 8"), "32",
               "R-10 so is one in the run after");
}

/* ---- a card that is put on file after its records */

static void import_card(struct books *b, int card, int64_t counter, int64_t balance_fen)
{
    struct db_number texts[3];
    const int64_t card_no = books_card + card;
    const char *params[] = {db_from_int64(&texts[0], card_no), db_from_int64(&texts[1], counter),
                            db_from_int64(&texts[2], balance_fen)};
    books_must(b, arena_open(&b->arena, 1 << 20, &b->e) && ledger_run_open(&b->run, b->db, "import", b->date, &b->e) &&
                      db_command(b->db,
                                 "INSERT INTO ref.card SELECT $1, 'P1', 1, 'cpu3des', 1, 'normal', '2020-01-01',"
                                 " '2030-01-01', $2, 0, $3, NULL, 1, 1, max(run_id) FROM ledger.run",
                                 3, params, NULL, &b->e) &&
                      opening_post(&b->run, b->arena, &card_no, 1, &b->e) &&
                      ledger_run_commit(&b->run, b->conninfo, &b->e));
    arena_close(b->arena);
}

static const char *card_70(struct books *b)
{
    return books_ask(b, "SELECT concat_ws(' ', purse_fen, has_transfers, offline, records, tail_counter, tail_after_fen)"
                        " FROM ledger.card_state WHERE card_no = 330106010000000070");
}

static void test_late_card(struct books *b)
{
    BOOKS_RUN(b, 3, NULL, SALE(1, 70, 11, 20000, 500, 0, 8, 0));
    CHECK_TEXT(card_70(b), "0 f {11,11} 1 11 19500", "P-02 an unknown card has a chain, and no purse");
    import_card(b, 70, 10, 20000);
    CHECK_TEXT(card_70(b), "20000 t {11,11} 1 11 19500", "RULES 2 the opening balance comes to the purse, the chain stays");
    CHECK_TEXT(books_ask(b, "SELECT concat_ws(' ', debit_account, credit_account, amount_fen, kind, school_code,"
                            " occurred_at = '2026-03-03 00:00') FROM ledger.transfer WHERE credit_account ="
                            " '2001:330106010000000070'"),
               "3001: 2001:330106010000000070 20000 1 2113010001 t",
               "RULES 2 an opening transfer occurred at 00:00 of the open date");
    BOOKS_RUN(b, 3, verdicts, SALE(2, 70, 12, 19500, 500, 0, 9, 0), SALE(3, 70, 11, 1, 1, 0, 9, 0),
              SALE(4, 70, 10, 1, 1, 0, 7, 0));
    CHECK(verdicts[0] == VERDICT_ACCEPTED && verdicts[1] == VERDICT_COUNTER_CONFLICT &&
              verdicts[2] == VERDICT_COUNTER_CONFLICT,
          "R-06 counters accepted before the card was on file are taken, those below its opening too");
    CHECK_TEXT(card_70(b), "19500 t {11,12} 2 12 19000", "P-01 once on file the card itself pays");
    CHECK_TEXT(books_ask(b, "SELECT count(*) FROM ledger.exception WHERE card_no = 330106010000000070"
                            " AND verdict IN (27, 30, 31)"),
               "0", "R-10 the chain goes on over the import without a break or a gap");

    BOOKS_RUN(b, 3, NULL, SALE(5, 71, 14, 20000, 500, 0, 8, 0), SALE(6, 71, 16, 19000, 500, 0, 9, 0));
    import_card(b, 71, 12, 0);
    CHECK_TEXT(books_ask(b, "SELECT count(*) FROM ledger.transfer WHERE card_no = 330106010000000071 AND kind = 1"), "0",
               "RULES 2 a card with nothing on it has no opening transfer");
    BOOKS_RUN(b, 3, NULL, SALE(7, 71, 17, 18500, 500, 0, 10, 0));
    CHECK_TEXT(books_open_gaps(b, "card_no = 330106010000000071"), "offline:13-13 offline:15-15",
               "R-21 once on file a card is counted from its opening counter");
    import_card(b, 72, 20, 0);
    BOOKS_RUN(b, 3, NULL, SALE(8, 73, 14, 20000, 500, 0, 8, 0), SALE(9, 73, 16, 19000, 500, 0, 9, 0));
    import_card(b, 73, 20, 0);
    BOOKS_RUN(b, 3, NULL, SALE(10, 73, 21, 18500, 500, 0, 10, 0));
    CHECK_TEXT(books_open_gaps(b, "card_no = 330106010000000073"), "", "R-21 a gap below the opening counter closes");
}

static const char *open_breaks(struct books *b, int card)
{
    char sql[512];
    (void)snprintf(sql, sizeof sql,
                   "SELECT coalesce(string_agg(device_seq::text, ' ' ORDER BY device_seq), '') FROM ledger.exception AS e"
                   " WHERE verdict = 27 AND card_no = 330106010000000000 + %d"
                   " AND NOT EXISTS (SELECT FROM ledger.exception_closing AS c WHERE c.exception_id = e.exception_id)",
                   card);
    return books_ask(b, sql);
}

/* import_card gives a card counter and balance as told, and online counter 0. */
static void test_chain_of_a_late_card(struct books *b)
{
    BOOKS_RUN(b, 39, NULL, SALE(1, 84, 11, 19000, 500, 0, 8, 0), LINE(2, 85, 1, 900, 100, 0, 8, 0, .kind = RECORD_LOAD),
              SALE(3, 86, 11, 20000, 500, 0, 8, 0), SALE(4, 87, 13, 5, 5, 0, 8, 0));
    for (int card = 84; card <= 87; card++)
        import_card(b, card, 10, 20000);
    CHECK_TEXT(open_breaks(b, 84), "", "R-10 an import judges no links");
    BOOKS_RUN(b, 39, NULL, SALE(5, 84, 12, 18500, 500, 0, 9, 0), SALE(6, 85, 12, 7, 7, 0, 9, 0),
              LINE(7, 86, 1, 7, 100, 0, 9, 0, .kind = RECORD_LOAD), SALE(8, 87, 11, 20000, 100, 0, 7, 0));
    CHECK_TEXT(open_breaks(b, 84), "1", "R-10 once on file an old first record has to meet the opening balance");
    CHECK_TEXT(open_breaks(b, 85), "2", "R-10 the opening state is the last one of both families");
    CHECK_TEXT(open_breaks(b, 86), "7", "R-10 a first load after it follows the opening counter of its family");
    CHECK_TEXT(open_breaks(b, 87), "", "R-10 a record behind a gap has no link to the opening balance");
    BOOKS_RUN(b, 39, NULL, LINE(9, 84, 1, 20000, 10, 0, 7, 0, .kind = RECORD_LOAD), SALE(10, 87, 12, 19900, 100, 0, 7, 30),
              LINE(11, 86, 2, 20000, 10, 0, 7, 0, .kind = RECORD_LOAD));
    CHECK_TEXT(open_breaks(b, 84), "1", "R-10 a break with the opening balance stays while nothing explains it");
    CHECK_TEXT(open_breaks(b, 87), "4", "R-10 when the gap is filled the old record is judged");
    CHECK_TEXT(open_breaks(b, 86), "3", "R-10 a record between opening and chain has links on both sides");
}

/* ---- terminals whose row changes between nights, and other kinds */

static void test_changed_terminal(struct books *b)
{
    BOOKS_RUN(b, 4, NULL, SALE(1, 6, 11, 20000, 100, 0, 8, 0));
    books_must(b, db_exec(b->db,
                          "UPDATE ref.terminal SET superseded_run = 1 WHERE device_no = 20000004;"
                          "INSERT INTO ref.terminal SELECT 20000004, 4, 'pos', 2113010001, 'hall', 211301000200001,"
                          " '2026-03-03', NULL, 'pos-bin/1', 1000, NULL, 1, 1, 4, 1;"
                          "INSERT INTO ref.terminal SELECT 20000005 + 200, 5, 'bus', 2113010001, 'bus', 211301000100001,"
                          " '2020-01-01', NULL, 'pos-bin/1', 1000, '2-64;120', 1, 1, 5, 1",
                          &b->e));
    BOOKS_RUN(b, 4, NULL, SALE(2, 6, 12, 19900, 100, 0, 8, 0), SALE(3, 6, 13, 19800, 100, -1, 8, 0));
    CHECK_TEXT(books_ask(b, "SELECT string_agg(concat_ws(' ', merchant_no, flags), '; ' ORDER BY device_seq)"
                            " FROM ledger.record WHERE device_no = 20000004"),
               "211301000100001 0; 211301000200001 0; 257",
               "RULES 1 what is on file in the night of the run counts, as of the day of the record");
    BOOKS_RUN(b, 205, NULL, SALE(1, 7, 11, 20000, 100, 0, 8, 0));
    CHECK_TEXT(books_ask(b, "SELECT concat_ws(' ', merchant_no, flags) FROM ledger.record WHERE device_no = 20000205"),
               "211301000100001 64", "P-03 a bus terminal with a merchant is known; R-10 it does not take class 1");
}

/* ---- runs with little in them */

static void test_small_runs(struct books *b)
{
    books_begin(b);
    books_package(b, books_school_a, 22);
    CHECK(books_post(b, NULL), "FORMATS 2 a package without files is good");
    books_begin(b);
    books_package(b, books_school_a, 22);
    (void)books_file(b, 6, 0);
    CHECK(books_post(b, NULL), "FORMATS 2 an empty log is good");
    CHECK_TEXT(books_ask(b, "SELECT count(*) FROM ledger.terminal_run WHERE device_no = 20000006"), "0",
               "FORMATS 13 a terminal without records has no line");
    books_begin(b);
    books_package(b, books_school_a, 22);
    struct batch_file *file = books_file(b, 6, 0);
    file->refused = "file \"log\": header at 0";
    file->records = 4000000000;
    file->amount_fen = INT64_C(8000000000000000000);
    CHECK(books_post(b, NULL) && b->result.tally.rejected == 4000000000,
          "FORMATS 2 a run with only a refused file is good, whatever its manifest says");
    CHECK_INT(b->result.tally.rejected_fen, INT64_C(8000000000000000000),
              "R-22 a refused file is rejected with the manifest's amount");
    CHECK_TEXT(books_ask(b, "SELECT concat_ws(' ', device_no, amount_fen, detail) FROM ledger.exception WHERE verdict = 32"),
               "20000006 8000000000000000000 file \"log\": header at 0", "R-25 one exception for a refused file");
}

/* ---- negative_balance */

static const char *open_negatives(struct books *b, int card)
{
    char sql[512];
    (void)snprintf(sql, sizeof sql,
                   "SELECT coalesce(string_agg(concat_ws(' ', school_code, amount_fen), '; '), '') FROM ledger.exception"
                   " AS e WHERE verdict = 28 AND card_no = 330106010000000000 + %d"
                   " AND NOT EXISTS (SELECT FROM ledger.exception_closing AS c WHERE c.exception_id = e.exception_id)",
                   card);
    return books_ask(b, sql);
}

static void test_negative_balance(struct books *b)
{
    import_card(b, 74, 10, 20000);
    BOOKS_RUN(b, 7, NULL, SALE(1, 74, 11, 20000, 20000, 0, 8, 0));
    CHECK_TEXT(open_negatives(b, 74), "", "R-10 a purse of 0 is not negative");
    BOOKS_RUN(b, 7, NULL, SALE(2, 74, 12, 500, 500, 0, 8, 0));
    CHECK_TEXT(open_negatives(b, 74), "2113010001 500", "R-10 a purse below zero when the run ends is negative_balance");
    BOOKS_RUN(b, 7, NULL, SALE(3, 74, 13, 500, 100, 0, 9, 0));
    CHECK_TEXT(open_negatives(b, 74), "2113010001 500", "R-25 one exception while it stays so");
    BOOKS_RUN(b, 7, NULL, LINE(4, 74, 1, 0, 700, 0, 10, 0, .kind = RECORD_LOAD), SALE(5, 74, 14, 700, 100, 0, 11, 0));
    CHECK_TEXT(open_negatives(b, 74), "", "R-25 it closes by itself; what happens within a run does not open it");
    BOOKS_RUN(b, 7, NULL, SALE(6, 74, 15, 600, 600, 0, 12, 0));
    CHECK_TEXT(open_negatives(b, 74), "2113010001 600", "R-25 it may open again");
}

/* ---- a night in one run, and the same night in three: RULES 1 lets nothing of it differ here */

/* Lines of three packages; shifted by `twin` to cards and terminals of their own. */
static void add_package(struct books *b, int package, int twin)
{
    const struct line lines[3][5] = {
        {SALE(1, 8 + twin, 11, 20000, 700, -1, 8, 0), SALE(4, 9 + twin, 11, 20000, 300, 0, 8, 0),
         LINE(5, 9 + twin, 12, 19700, 1, 0, 8, 5, .tac_bad = true), SALE(2, 10 + twin, 13, 9000, 20000, 0, 9, 0),
         SALE(7, 120 + twin, 40, 900, 100, 0, 9, 0)},
        {SALE(4, 9 + twin, 11, 20000, 300, 0, 8, 0), SALE(4, 8 + twin, 12, 19300, 5, 0, 8, 0),
         SALE(3, 8 + twin, 12, 19300, 20001, -1, 9, 0), SALE(8, 10 + twin, 12, 20000, 400, 0, 10, 0),
         SALE(10, 120 + twin, 41, 800, 100, 0, 11, 0)},
        {SALE(6, 9 + twin, 13, 19699, 20000, 0, 12, 0), SALE(9, 9 + twin, 12, 19700, 1, 0, 10, 0),
         SALE(4, 8 + twin, 12, 19300, 5, 0, 8, 0), LINE(11, 8 + twin, 13, 1, 1, 0, 12, 0, .spoilt = true),
         SALE(12, 8 + twin, 14, 7, 7, 0, 13, 0)},
    };
    books_package(b, books_school_a, 20 + package);
    (void)books_file(b, 12 + twin, 0);
    books_lines(b, lines[package], 5);
}

/* Asks with every @ replaced by the twin's number. */
static const char *night_of(struct books *b, int twin, const char *select)
{
    char sql[1024];
    size_t used = 0;
    for (const char *c = select; *c && used < sizeof sql - 8; c++) {
        if (*c == '@')
            used += (size_t)snprintf(sql + used, 8, "%d", twin);
        else
            sql[used++] = *c;
    }
    sql[used] = '\0';
    return books_ask(b, sql);
}

static void test_split_night(struct books *b)
{
    static const struct {
        const char *fact;
        const char *select; /* @: the twin */
    } rows[] = {
        {"RULES 1 a night in several runs has the same verdicts and flags",
         "SELECT string_agg(concat_ws(' ', device_seq, card_no - @, verdict, flags), '; ' ORDER BY device_seq, verdict)"
         " FROM ledger.record WHERE device_no = 20000012 + @"},
        {"RULES 2 a night in several runs moves the same money",
         "SELECT string_agg(concat_ws(' ', replace(debit_account, card_no::text, (card_no - @)::text), credit_account,"
         " amount_fen, accounting_date), '; ' ORDER BY device_seq) FROM ledger.transfer WHERE device_no = 20000012 + @"},
        {"RULES 1 a night in several runs ends in the same states of cards",
         "SELECT string_agg(concat_ws(' ', card_no - @, purse_fen, offline, records, tail_counter, tail_after_fen, day,"
         " day_fen), '; ' ORDER BY card_no) FROM ledger.card_state"
         " WHERE card_no % 1000 IN (8 + @, 9 + @, 10 + @, 120 + @)"},
        {"R-20 a night in several runs ends with the same numbers seen",
         "SELECT seen::text FROM ledger.device_state WHERE device_no = 20000012 + @"},
        {"R-25 a night in several runs leaves the same exceptions open, but for the worth of gaps",
         "SELECT string_agg(concat_ws(' ', verdict, device_seq, card_no - @, counter, split_part(detail, ' ', 1)), '; '"
         " ORDER BY verdict, device_seq, card_no, counter) FROM ledger.exception AS e WHERE (device_no = 20000012 + @"
         " OR card_no % 1000 IN (8 + @, 9 + @, 10 + @, 120 + @)) AND NOT EXISTS (SELECT FROM ledger.exception_closing AS"
         " c WHERE c.exception_id = e.exception_id)"},
        {"R-22 a night in several runs has the same counts",
         "SELECT concat_ws(' ', sum(collected), sum(posted), sum(duplicate), sum(held), sum(rejected), sum(amount_fen),"
         " (array_agg(missing ORDER BY run_id DESC))[1]) FROM ledger.terminal_run WHERE device_no = 20000012 + @"},
    };
    books_begin(b);
    for (int package = 0; package < 3; package++)
        add_package(b, package, 0);
    books_must(b, books_post(b, NULL));
    for (int package = 0; package < 3; package++) {
        books_begin(b);
        add_package(b, package, 20);
        books_must(b, books_post(b, NULL));
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *whole = night_of(b, 0, rows[i].select), *split = night_of(b, 20, rows[i].select);
        CHECK_TEXT(split, whole, rows[i].fact);
        CHECK(strlen(whole) > 4 && strstr(whole, "refused") == NULL, "there is something to compare");
    }
}

/* ---- the next day */

static void test_sealed_day(struct books *b)
{
    BOOKS_RUN(b, 13, NULL, SALE(1, 31, 11, 20000, 100, 0, 8, 0));
    books_seal(b);
    BOOKS_RUN(b, 13, NULL, SALE(2, 31, 12, 19900, 100, -1, 9, 0), SALE(3, 31, 13, 19800, 100, 0, 9, 0));
    CHECK_TEXT(books_ask(b, "SELECT string_agg(concat_ws(' ', accounting_date, (occurred_at AT TIME ZONE 'Asia/Shanghai')"
                            "::date), '; ' ORDER BY device_seq) FROM ledger.transfer WHERE device_no = 20000013"),
               "2026-03-03 2026-03-03; 2026-03-04 2026-03-03; 2026-03-04 2026-03-04",
               "RULES 3 late money goes to the open day with its own day kept");
    b->date--;
    books_must(b, arena_open(&b->arena, 1 << 20, &b->e));
    CHECK(!ledger_run_open(&b->run, b->db, "post", b->date, &b->e), "RULES 3 no run is dated on a sealed day");
    CHECK_TEXT(b->e.constraint, "run_open_date", "RULES 3 the schema says so");
    arena_close(b->arena);
    b->date++;
}

/* ---- a card's school is its holder's */

static void test_card_without_holder(struct books *b)
{
    books_must(b, db_exec(b->db, "UPDATE ref.person SET superseded_run = 1 WHERE person_no = 'P45'", &b->e));
    books_begin(b);
    books_package(b, books_school_a, 22);
    (void)books_file(b, 14, 0);
    books_line(b, (struct line)SALE(1, 45, 11, 20000, 100, 0, 8, 0));
    CHECK(!books_post(b, NULL), "RULES 2 a card on file whose holder is not stops the run: no school's book is guessed");
    CHECK_TEXT(b->e.message, "card \"330106********0045\" is on file and its holder is not: it belongs to no school's book",
               "RULES 2 the card is named");
}

/* ---- what must hold at the end of all this (RULES.md 2) */

static void test_invariants(struct books *b)
{
    static const struct {
        const char *fact;
        const char *sql; /* counts what is wrong */
    } rows[] = {
        {"RULES 2 every accepted money record has exactly one entry, of its amount",
         "SELECT count(*) FROM (SELECT record_id, amount_fen FROM ledger.record WHERE verdict = 10) AS r FULL JOIN"
         " (SELECT transfer_id >> 12 AS entry, min(amount_fen) AS fen, max(amount_fen) AS most FROM ledger.transfer"
         " WHERE kind <> 1 GROUP BY 1) AS t ON t.entry = r.record_id WHERE (r.amount_fen = t.fen AND t.fen = t.most)"
         " IS NOT TRUE"},
        {"RULES 2 the purse of a card is the sum of its transfers",
         "WITH moved AS (SELECT account, sum(fen) AS fen FROM (SELECT credit_account AS account, amount_fen AS fen FROM"
         " ledger.transfer UNION ALL SELECT debit_account, -amount_fen FROM ledger.transfer) AS m WHERE account LIKE"
         " '2001:%' GROUP BY account) SELECT count(*) FROM ledger.card_state AS c FULL JOIN moved ON account = '2001:' ||"
         " c.card_no WHERE coalesce(purse_fen, 0) <> coalesce(fen, 0) OR has_transfers <> (account IS NOT NULL)"},
        {"RULES 2 the sums of codes are those of the transfers",
         "WITH moved AS (SELECT accounting_date, left(debit_account, 4)::int AS code, sum(amount_fen) AS fen FROM"
         " ledger.transfer GROUP BY 1, 2), kept AS (SELECT accounting_date, code, sum(debit_fen) AS fen FROM"
         " ledger.trial_delta WHERE debit_fen > 0 GROUP BY 1, 2) SELECT count(*) FROM moved FULL JOIN kept"
         " USING (accounting_date, code) WHERE moved.fen IS DISTINCT FROM kept.fen"},
        {"RULES 2 debits are credits", "SELECT abs(sum(debit_fen - credit_fen)) FROM ledger.trial_delta"},
        {"RULES 2 P-06 the accounts between two schools mirror each other",
         "SELECT count(*) FROM (SELECT account, split_part(account, ':', 2) AS a, split_part(account, ':', 3) AS b,"
         " sum(debit_fen - credit_fen) AS fen FROM ledger.account_delta WHERE account LIKE '1221:%' GROUP BY 1) AS x"
         " WHERE NOT EXISTS (SELECT FROM ledger.account_delta WHERE account = '1221:' || x.b || ':' || x.a"
         " HAVING sum(debit_fen - credit_fen) = -x.fen)"},
        {"DESIGN 3.3 the state of a terminal is what its runs saw",
         "SELECT count(*) FROM ledger.device_state AS d WHERE (SELECT sum(upper(sequences) - lower(sequences)) FROM"
         " ledger.seen_range AS s WHERE s.device_no = d.device_no AND s.epoch = d.epoch) <> (SELECT sum(d.seen[2 * i] -"
         " d.seen[2 * i - 1] + 1) FROM generate_series(1, array_length(d.seen, 1) / 2) AS i)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_TEXT(books_ask(b, rows[i].sql), "0", rows[i].fact);
}

int main(void)
{
    static struct books b;
    if (!books_open(&b, "daybook_history_test"))
        return 0;
    test_seen_before(&b);
    test_old_days(&b);
    test_late_card(&b);
    test_chain_of_a_late_card(&b);
    test_changed_terminal(&b);
    test_small_runs(&b);
    test_negative_balance(&b);
    test_split_night(&b);
    test_sealed_day(&b);
    test_card_without_holder(&b);
    test_invariants(&b);
    books_close(&b, "daybook_history_test");
    return tap_end();
}
