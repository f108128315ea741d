/* every record is counted once, and a sum that does not close stops the run. The sums by meal, device and
 * terminal that pages are made of. */
#include "tests/unit/ledger/books.h"
#include "tests/unit/ledger/judge_sample.h"

#include "ledger/tally.h"

/* ---- without a database */

/* One record of each verdict that the first file holds, in the order of enum verdict; its amount is its number × 100. */
static void add_all_verdicts(struct sample *s)
{
    for (int verdict = VERDICT_MALFORMED; verdict <= VERDICT_ACCEPTED; verdict++) {
        struct record *r = sample_add(s, FILE_A);
        r->verdict = (uint8_t)verdict;
        r->amount_fen = (uint32_t)verdict * 100;
        s->batch.files[FILE_A].record_count++;
        s->batch.files[FILE_A].records++;
        s->batch.files[FILE_A].amount_fen += r->amount_fen;
    }
    for (uint32_t i = FILE_B; i < FILE_COUNT; i++)
        s->batch.files[i].first_record = s->batch.record_count;
    s->batch.packages[0].file_count = 1;
    s->batch.packages[1].first_file = 1;
    s->batch.packages[1].file_count = 2;
}

static bool tally_is(const struct tally *t, struct tally wanted)
{
    return t->records == wanted.records && t->posted == wanted.posted && t->duplicate == wanted.duplicate &&
           t->held == wanted.held && t->rejected == wanted.rejected && t->amount_fen == wanted.amount_fen &&
           t->posted_fen == wanted.posted_fen && t->duplicate_fen == wanted.duplicate_fen &&
           t->held_fen == wanted.held_fen && t->rejected_fen == wanted.rejected_fen;
}

static void test_counts(void)
{
    struct sample s;
    struct tally run;
    const struct tally wanted = {10, 1, 1, 7, 1, 5500, 1000, 200, 4200, 100};
    const struct tally with_refused = {1010, 1, 1, 7, 1001, 82500, 1000, 200, 4200, 77100};
    sample_open(&s);
    add_all_verdicts(&s);
    s.batch.files[FILE_B].refused = "file \"log\": its length is wrong";
    s.batch.files[FILE_B].records = 1000;
    s.batch.files[FILE_B].amount_fen = 77000;
    sample_prepare(&s);
    CHECK(tally_batch(&s.judge, &run, &s.e), "R-22 a tally that closes is good");
    CHECK(tally_is(&s.batch.files[FILE_A].tally, wanted), "R-22 each record of a file is counted by its verdict");
    CHECK(tally_is(&s.batch.packages[0].tally, wanted), "R-22 a package is the sum of its files");
    CHECK(tally_is(&s.epochs[FILE_A].tally, wanted), "R-22 a terminal is the sum of its files");
    CHECK(tally_is(&run, with_refused), "R-22 the run is the sum of its packages");
    CHECK(tally_is(&s.batch.packages[1].tally, (struct tally){1000, 0, 0, 0, 1000, 77000, 0, 0, 0, 77000}),
          "FORMATS 2 a refused file is rejected with the manifest's records and amount");
    CHECK(tally_is(&s.epochs[FILE_B].tally, (struct tally){0}), "FORMATS 13 a refused file is not in its terminal's day");
    CHECK(s.judge.exceptions.count == 1 && s.judge.exceptions.rows[0].verdict == EXCEPTION_FILE_REFUSED &&
              s.judge.exceptions.rows[0].amount_fen == 77000 && s.judge.exceptions.rows[0].school_code == school_b,
          "R-25 one exception for a refused file");
    sample_close(&s);
}

static void test_wrong_sums(void)
{
    struct sample s;
    struct tally run;
    sample_open(&s);
    add_all_verdicts(&s);
    s.batch.files[FILE_A].records++;
    sample_prepare(&s);
    CHECK(!tally_batch(&s.judge, &run, &s.e) && s.e.kind == ERR_BUG, "R-22 a record that is not counted stops the run");
    CHECK_TEXT(s.e.message,
               "package 100: file 1: collected 11 records and 5500 fen, but the verdicts make another sum",
               "R-22 the message names package and file");
    s.batch.files[FILE_A].records--;
    s.batch.records[3].amount_fen++;
    CHECK(!tally_batch(&s.judge, &run, &s.e) && s.e.kind == ERR_BUG, "R-22 a fen that is not counted stops the run");
    sample_close(&s);

    sample_open(&s);
    s.batch.packages[0].file_count = 2;
    for (int i = 0; i < 2; i++) {
        s.batch.files[i].refused = "too much";
        s.batch.files[i].amount_fen = INT64_MAX;
    }
    sample_prepare(&s);
    CHECK(!tally_batch(&s.judge, &run, &s.e), "R-22 amounts that are more than a sum may be stop the run");
    sample_close(&s);
}

/* ---- as written to the books */

/* One package of two files, one of them with a wrong manifest: nothing of the run may stay. */
static void test_roll_back(struct books *b)
{
    books_begin(b);
    books_package(b, books_school_a, 22);
    (void)books_file(b, 30, 0);
    books_line(b, (struct line)SALE(1, 1, 11, 20000, 500, 0, 8, 0));
    books_file(b, 31, 0)->amount_fen = 1;
    books_line(b, (struct line)SALE(1, 2, 11, 20000, 500, 0, 8, 0));
    CHECK(!books_post(b, NULL) && b->e.kind == ERR_BUG, "R-22 a run whose sums do not close fails");
    CHECK_TEXT(books_ask(b, "SELECT (SELECT count(*) FROM ledger.record) + (SELECT count(*) FROM ledger.transfer) +"
                            " (SELECT count(*) FROM ledger.seen_range) + (SELECT count(*) FROM ledger.card_state) +"
                            " (SELECT count(*) FROM ledger.run WHERE job = 'post')"),
               "0", "R-22 a run whose sums do not close leaves nothing");
}

static void test_merchant_meals(struct books *b)
{
    BOOKS_RUN(b, 1, NULL, SALE(1, 1, 11, 20000, 100, 0, 9, 0), SALE(2, 2, 11, 20000, 200, 0, 12, 0),
              SALE(3, 3, 11, 20000, 400, 0, 9, 30), SALE(4, 4, 11, 20000, 800, -1, 9, 0),
              LINE(5, 5, 11, 20000, 1600, -1, 12, 0, .tac_bad = true), LINE(6, 6, 1, 0, 3200, 0, 9, 0, .kind = RECORD_LOAD),
              LINE(7, 7, 11, 20000, 6400, 0, 9, 0, .spoilt = true), SALE(1, 1, 11, 20000, 100, 0, 9, 0),
              SALE(8, 8, 11, 20000, 12800, 3, 12, 0));
    CHECK_TEXT(books_ask(b, "SELECT string_agg(concat_ws(' ', accounting_date - '2026-03-03'::date, meal, purchases,"
                            " purchase_fen, late, late_fen, held, held_fen), '; ' ORDER BY accounting_date, meal)"
                            " FROM ledger.merchant_meal WHERE merchant_no = 211301000100001"),
               "0 1 3 1300 1 800 0 0; 0 2 2 13000 0 0 1 1600",
               "RULES 5 purchases, late and held ones are summed by accounting date and meal");
    CHECK_TEXT(books_ask(b, "SELECT string_agg(concat_ws(' ', own_day - '2026-03-03'::date, purchases, purchase_fen), '; '"
                            " ORDER BY own_day) FROM ledger.device_day WHERE device_no = 20000001"),
               "-1 1 800; 0 3 700; 3 1 12800", "R-21 accepted purchases are summed by terminal and own day");
    CHECK_TEXT(books_ask(b, "SELECT concat_ws(' ', collected, posted, duplicate, held, rejected, missing, amount_fen,"
                            " posted_fen, duplicate_fen, held_fen, rejected_fen) FROM ledger.terminal_run"),
               "9 6 1 1 1 1 25600 17500 100 1600 6400", "R-22 a terminal's counts close, in records and in fen");
}

/* Meals and days that change with every record: the sums must not grow with the records. */
static void test_many_lines(struct books *b)
{
    enum { RECORDS = 3000 };
    books_begin(b);
    books_package(b, books_school_a, 22);
    (void)books_file(b, 2, 0);
    for (int i = 0; i < RECORDS; i++)
        books_line(b, (struct line)SALE((uint32_t)i + 1, 9, 11 + i, 20000, 1, -(i % 2), i % 3 ? 8 : 12, i / 60));
    books_must(b, books_post(b, NULL));
    CHECK_TEXT(books_ask(b, "SELECT string_agg(concat_ws(' ', meal, purchases, purchase_fen, late), '; ' ORDER BY meal)"
                            " FROM ledger.merchant_meal WHERE run_id = (SELECT max(run_id) FROM ledger.run)"),
               "1 2000 2000 1000; 2 1000 1000 500", "RULES 5 mixed records are summed as well as sorted ones");
}

int main(void)
{
    static struct books b;
    test_counts();
    test_wrong_sums();
    if (!getenv("DAYBOOK_TEST_CONNINFO")) {
        CHECK(true, "sums as they are written # SKIP DAYBOOK_TEST_CONNINFO is not set");
        return tap_end();
    }
    ALWAYS(books_open(&b, "daybook_tally_test"));
    test_roll_back(&b);
    test_merchant_meals(&b);
    test_many_lines(&b);
    books_close(&b, "daybook_tally_test");
    return tap_end();
}
