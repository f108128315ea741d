/* balance_break (RULES.md 1): at the tail of a chain, and where a record comes in between. */
#include "tests/unit/ledger/books.h"
#include "tests/unit/ledger/judge_sample.h"

enum { LINKS_MAX = 5 };

/* ---- at the tail: one run, no database */

struct link_row {
    int kind, counter, minute; /* of an hour at noon */
    int64_t before_fen, amount_fen;
};

static void add_links(struct sample *s, const struct link_row *links, enum sample_card card)
{
    for (int i = 0; i < LINKS_MAX && links[i].kind != 0; i++) {
        struct record *r = sample_add(s, FILE_A);
        r->kind = (uint8_t)links[i].kind;
        r->counter = (uint16_t)links[i].counter;
        r->occurred_at = sample_moment(0, 12, links[i].minute, 0);
        sample_amount(r, (uint32_t)links[i].before_fen, (uint32_t)links[i].amount_fen);
        sample_use_card(s, r, card);
    }
}

static void test_tail(void)
{
    static const struct {
        const char *fact;
        enum sample_card card;
        struct link_row links[LINKS_MAX];
        const char *wanted; /* one letter a record: B broken, . not */
    } rows[] = {
        {"R-10 a first record that meets the opening balance does not break", CARD_ANN, {{6, 11, 0, 20000, 500}}, "."},
        {"R-10 a first record that does not meet the opening balance breaks", CARD_ANN, {{6, 11, 0, 19999, 500}}, "B"},
        {"R-10 each link is judged against the record just before it", CARD_ANN,
         {{6, 11, 0, 20000, 500}, {6, 12, 1, 19500, 500}, {6, 13, 2, 19001, 500}, {6, 14, 3, 18501, 500}}, "..B."},
        {"R-10 a gap breaks the chain silently", CARD_ANN, {{6, 12, 0, 77, 5}}, "."},
        {"R-10 after a gap links are judged again", CARD_ANN,
         {{6, 12, 0, 77, 5}, {6, 13, 1, 72, 2}, {6, 15, 2, 9, 9}, {6, 16, 3, 1, 1}}, "...B"},
        {"R-10 an unknown card has no opening to break with", CARD_STRANGE, {{6, 5, 0, 77, 5}, {6, 6, 1, 71, 1}}, ".B"},
        {"R-10 the former record may be of the other family", CARD_ANN,
         {{2, 1, 0, 20000, 1000}, {6, 11, 1, 21000, 500}, {0xDB, 2, 2, 20500, 100}, {6, 12, 3, 20600, 600}}, "...."},
        {"R-10 a load that the next purchase does not know breaks", CARD_ANN,
         {{2, 1, 0, 20000, 1000}, {6, 11, 1, 20000, 500}}, ".B"},
        {"R-10 a purchase that the next load does not know breaks", CARD_ANN,
         {{6, 11, 0, 20000, 500}, {2, 1, 1, 20000, 100}}, ".B"},
        {"R-10 a gap in the online family is as silent", CARD_ANN, {{2, 2, 0, 5, 100}, {2, 3, 1, 6, 1}}, ".B"},
        {"R-10 an unknown card's first record of the other family has no link", CARD_STRANGE,
         {{6, 5, 0, 77, 5}, {2, 9, 1, 1, 1}, {2, 10, 2, 1, 1}}, "..B"},
        {"RULES 1 at equal times the chain goes by counter", CARD_ANN,
         {{6, 12, 0, 19500, 500}, {6, 11, 0, 20000, 500}, {6, 13, 0, 19000, 500}}, "..."},
        {"RULES 1 at equal times offline comes before online", CARD_ANN,
         {{2, 1, 0, 19500, 100}, {6, 11, 0, 20000, 500}}, ".."},
        {"RULES 1 the chain goes by time, not by counter", CARD_ANN, {{6, 12, 0, 5, 5}, {6, 11, 1, 7, 7}}, ".."},
    };
    struct sample s;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char got[LINKS_MAX + 1] = "";
        sample_open(&s);
        add_links(&s, rows[i].links, rows[i].card);
        sample_judge(&s);
        ALWAYS(judge_chains(&s.judge, &s.e));
        for (uint32_t k = 0; k < s.batch.record_count; k++)
            got[k] = (s.batch.records[k].flags & FLAG_BALANCE_BREAK) != 0 ? 'B' : '.';
        CHECK_TEXT(got, rows[i].wanted, rows[i].fact);
        CHECK(sample_exceptions(&s, EXCEPTION_BALANCE_BREAK) == (strchr(got, 'B') != NULL),
              "R-25 one exception for each broken link");
        sample_close(&s);
    }
}

static void test_tail_skips_held(void)
{
    struct sample s;
    sample_open(&s);
    add_links(&s, (const struct link_row[LINKS_MAX]){{6, 11, 0, 20000, 500}, {6, 12, 1, 19500, 500}, {6, 12, 2, 1, 1}},
              CARD_ANN);
    s.batch.records[1].tac_state = TAC_DIFFERS;
    s.batch.records[1].counter = 13;
    s.batch.records[2].before_fen = 19500;
    s.batch.records[2].after_fen = 19499;
    sample_judge(&s);
    ALWAYS(judge_chains(&s.judge, &s.e));
    CHECK_INT(sample_exceptions(&s, EXCEPTION_BALANCE_BREAK), 0, "RULES 1 a held record is not in the chain");
    CHECK(s.cards[CARD_ANN].tail.counter == 12 && s.cards[CARD_ANN].tail.after_fen == 19499,
          "RULES 1 the tail is the last accepted record");
    sample_close(&s);
}

/* ---- in between: run after run, on a real database */

/* The sequences whose balance_break is open, in their order. */
static const char *open_breaks(struct books *b, int device)
{
    char sql[512];
    (void)snprintf(sql, sizeof sql,
                   "SELECT coalesce(string_agg(device_seq::text, ' ' ORDER BY device_seq), '') FROM ledger.exception AS e"
                   " WHERE verdict = 27 AND device_no = %d"
                   " AND NOT EXISTS (SELECT FROM ledger.exception_closing AS c WHERE c.exception_id = e.exception_id)",
                   BOOKS_DEVICE + device);
    return books_ask(b, sql);
}

static const char *tail_of(struct books *b, int card)
{
    char sql[256];
    (void)snprintf(sql, sizeof sql,
                   "SELECT tail_counter || ' ' || tail_after_fen || ' ' || records FROM ledger.card_state"
                   " WHERE card_no = 330106010000000000 + %d",
                   card);
    return books_ask(b, sql);
}

static void test_filling_a_gap(struct books *b)
{
    BOOKS_RUN(b, 1, NULL, SALE(1, 1, 11, 20000, 500, 0, 8, 0), SALE(3, 1, 13, 19000, 500, 0, 10, 0));
    CHECK_TEXT(open_breaks(b, 1), "", "R-10 a gap breaks the chain silently");
    BOOKS_RUN(b, 1, NULL, SALE(2, 1, 12, 19500, 400, 0, 9, 0));
    CHECK_TEXT(open_breaks(b, 1), "3", "R-10 a filled gap has its links judged again: the old record breaks now");
    CHECK_TEXT(tail_of(b, 1), "13 18500 3", "RULES 1 a record in the middle leaves the tail");
    CHECK_TEXT(books_ask(b, "SELECT detail || ', ' || (accounting_date = '2026-03-03') || ' ' || record_no || ' ' ||"
                            " (record_id IS NOT NULL) FROM ledger.exception WHERE verdict = 27 AND device_no = 20000001"),
               "the balance before is not the balance after the transaction that came in between, true 2 true",
               "R-25 the break of an old record has that record's place");
}

static void test_closing_a_break(struct books *b)
{
    BOOKS_RUN(b, 2, NULL, SALE(1, 2, 11, 20000, 500, 0, 8, 0), SALE(3, 2, 12, 20500, 500, 0, 10, 0));
    CHECK_TEXT(open_breaks(b, 2), "3", "R-10 a purchase that knows of more than the chain breaks");
    BOOKS_RUN(b, 2, NULL, LINE(2, 2, 1, 19500, 1000, 0, 9, 0, .kind = RECORD_LOAD));
    CHECK_TEXT(open_breaks(b, 2), "", "R-10 the load that explains it closes the break");
    CHECK_TEXT(books_ask(b, "SELECT reason FROM ledger.exception_closing JOIN ledger.exception USING (exception_id)"
                            " WHERE device_no = 20000002 AND verdict = 27"),
               "balances meet", "R-25 a closing says why");
    BOOKS_RUN(b, 2, NULL, LINE(4, 2, 2, 19500, 50, 0, 9, 30, .kind = RECORD_LOAD));
    CHECK_TEXT(open_breaks(b, 2), "3 4", "R-10 the same link may break again");
}

static void test_before_all(struct books *b)
{
    BOOKS_RUN(b, 3, NULL, SALE(2, 3, 12, 300, 100, 0, 8, 0), SALE(3, 3, 13, 200, 100, 0, 10, 0));
    BOOKS_RUN(b, 3, NULL, SALE(1, 3, 11, 20000, 500, -1, 8, 0));
    CHECK_TEXT(open_breaks(b, 3), "2", "R-10 a record at the beginning is judged against the opening, the next against it");
    CHECK_TEXT(tail_of(b, 3), "13 100 3", "RULES 1 the chain keeps its end");
}

static void test_equal_times(struct books *b)
{
    BOOKS_RUN(b, 4, NULL, SALE(1, 4, 12, 19500, 500, 0, 8, 0));
    BOOKS_RUN(b, 4, NULL, SALE(2, 4, 11, 20000, 500, 0, 8, 0));
    CHECK_TEXT(open_breaks(b, 4), "", "RULES 1 a smaller counter of the same second goes before the tail");
    CHECK_TEXT(tail_of(b, 4), "12 19000 2", "RULES 1 the tail of equal times is the larger counter");
    BOOKS_RUN(b, 4, NULL, LINE(3, 4, 1, 19000, 100, 0, 8, 0, .kind = RECORD_LOAD));
    CHECK_TEXT(open_breaks(b, 4), "", "RULES 1 online of the same second goes behind the tail");
    CHECK_TEXT(tail_of(b, 4), "1 19100 3", "RULES 1 the tail may be a load");
}

/* Two reversals of one moment that name one counter: their terminal's sequences decide, whichever came first. */
static void test_alike(struct books *b)
{
    BOOKS_RUN(b, 7, NULL, SALE(1, 7, 11, 20000, 500, 0, 8, 0), SALE(2, 7, 12, 19500, 400, 0, 8, 1));
    BOOKS_RUN(b, 7, NULL, LINE(4, 7, 12, 19600, 400, 0, 9, 0, .kind = RECORD_REVERSAL, .reference = 2));
    CHECK_TEXT(open_breaks(b, 7), "4", "R-10 a reversal that knows of more than the chain breaks");
    BOOKS_RUN(b, 7, NULL, LINE(3, 7, 12, 19100, 500, 0, 9, 0, .kind = RECORD_REVERSAL, .reference = 1));
    CHECK_TEXT(open_breaks(b, 7), "", "RULES 1 of records that are alike the smaller sequence goes first, also before the tail");
    CHECK_TEXT(tail_of(b, 7), "12 20000 4", "RULES 1 the tail of records that are alike is the larger sequence");
}

static void test_next_run(struct books *b)
{
    BOOKS_RUN(b, 5, NULL, SALE(1, 5, 11, 20000, 500, 0, 8, 0));
    BOOKS_RUN(b, 5, NULL, SALE(2, 5, 12, 19499, 500, 0, 9, 0), SALE(3, 5, 13, 18999, 500, 0, 10, 0));
    CHECK_TEXT(open_breaks(b, 5), "2", "R-10 the chain goes on from run to run");
    BOOKS_RUN(b, 5, NULL, SALE(4, 5, 16, 18999, 500, 0, 9, 30), SALE(5, 5, 15, 1, 1, 0, 9, 20),
              SALE(6, 5, 17, 18498, 1, 0, 11, 0));
    CHECK_TEXT(open_breaks(b, 5), "2 4", "R-10 of records with other times only those break whose counters follow");
}

/* A card whose record came before the card was put on file. */
static void test_unknown_card(struct books *b)
{
    BOOKS_RUN(b, 6, NULL, SALE(1, 60, 11, 19000, 500, 0, 8, 0));
    CHECK_TEXT(open_breaks(b, 6), "", "R-10 an unknown card's first record has no link");
    BOOKS_RUN(b, 6, NULL, SALE(2, 60, 12, 18000, 500, 0, 9, 0));
    CHECK_TEXT(open_breaks(b, 6), "2", "R-10 an unknown card's later records have links");
}

int main(void)
{
    static struct books b;
    test_tail();
    test_tail_skips_held();
    if (!getenv("DAYBOOK_TEST_CONNINFO")) {
        CHECK(true, "chains that are entered in the middle # SKIP DAYBOOK_TEST_CONNINFO is not set");
        return tap_end();
    }
    ALWAYS(books_open(&b, "daybook_chain_test"));
    test_filling_a_gap(&b);
    test_closing_a_break(&b);
    test_before_all(&b);
    test_equal_times(&b);
    test_alike(&b);
    test_next_run(&b);
    test_unknown_card(&b);
    books_close(&b, "daybook_chain_test");
    return tap_end();
}
