/* gaps open, split, fill and close; what a sequence gap is worth; seen ranges and states. */
#include "tests/unit/ledger/books.h"

static const char *gaps_of_device(struct books *b, int device)
{
    char owner[64];
    (void)snprintf(owner, sizeof owner, "device_no = %d", BOOKS_DEVICE + device);
    return books_open_gaps(b, owner);
}

static const char *gaps_of_card(struct books *b, int card)
{
    char owner[64];
    (void)snprintf(owner, sizeof owner, "card_no = 330106010000000000 + %d", card);
    return books_open_gaps(b, owner);
}

/* A purchase of a card of its own, so that only the sequence matters. */
#define SEQUENCE(seq_, card_) SALE(seq_, card_, 11, 20000, 100, 0, 12, 0)

static void test_sequence_gaps(struct books *b)
{
    BOOKS_RUN(b, 1, NULL, SEQUENCE(1, 61), SEQUENCE(2, 62));
    CHECK_TEXT(gaps_of_device(b, 1), "", "R-20 sequences that follow have no gap");
    BOOKS_RUN(b, 1, NULL, SEQUENCE(10, 63));
    CHECK_TEXT(gaps_of_device(b, 1), "0:3-9", "R-20 what is not seen between is a gap");
    BOOKS_RUN(b, 1, NULL, SEQUENCE(5, 64));
    CHECK_TEXT(gaps_of_device(b, 1), "0:3-4 0:6-9", "R-20 a sequence in the middle splits a gap");
    CHECK_TEXT(books_ask(b, "SELECT reason FROM ledger.exception_closing JOIN ledger.exception USING (exception_id)"
                            " WHERE device_no = 20000001"),
               "the range has changed", "R-20 the gap that changed is closed");
    BOOKS_RUN(b, 1, NULL, SEQUENCE(3, 65), SEQUENCE(9, 66));
    CHECK_TEXT(gaps_of_device(b, 1), "0:4-4 0:6-8", "R-20 a sequence at an end shortens a gap");
    BOOKS_RUN(b, 1, NULL, SEQUENCE(12, 67), LINE(4, 68, 11, 20000, 100, 0, 12, 0, .tac_bad = true));
    CHECK_TEXT(gaps_of_device(b, 1), "0:6-8 0:11-11", "R-20 a held record's sequence is seen");
    BOOKS_RUN(b, 1, NULL, LINE(11, 69, 11, 20000, 100, 0, 12, 0, .spoilt = true));
    CHECK_TEXT(gaps_of_device(b, 1), "0:6-8 0:11-11", "R-01 a malformed record's sequence is not seen");
    BOOKS_RUN(b, 1, NULL, SEQUENCE(6, 70), SEQUENCE(7, 71), SEQUENCE(8, 72), SEQUENCE(11, 73));
    CHECK_TEXT(gaps_of_device(b, 1), "", "R-20 gaps close when they are filled");
    CHECK_TEXT(books_ask(b, "SELECT string_agg(sequences::text, ' ' ORDER BY sequences) FROM ledger.seen_range"
                            " WHERE device_no = 20000001"),
               "[1,3) [3,4) [4,5) [5,6) [6,9) [9,10) [10,11) [11,12) [12,13)",
               "DESIGN 3.3 each run adds the ranges that it saw first");
    CHECK_TEXT(books_ask(b, "SELECT seen::text FROM ledger.device_state WHERE device_no = 20000001"), "{1,12}",
               "R-21 what was seen is kept as maximal ranges");
}

static void test_epochs(struct books *b)
{
    books_begin(b);
    books_package(b, books_school_a, 22);
    (void)books_file(b, 2, 0);
    books_line(b, (struct line)SEQUENCE(2, 1));
    (void)books_file(b, 2, 65535);
    books_line(b, (struct line)SEQUENCE(3, 2));
    books_line(b, (struct line)SEQUENCE(1, 3));
    books_must(b, books_post(b, NULL));
    CHECK_TEXT(gaps_of_device(b, 2), "0:1-1 65535:2-2", "R-20 each epoch of a terminal counts by itself, up to 65535");
    CHECK_TEXT(books_ask(b, "SELECT collected || ' ' || missing FROM ledger.terminal_run WHERE device_no = 20000002"),
               "3 2", "FORMATS 13 a terminal's day counts what is missing of all epochs");
    BOOKS_RUN(b, 2, NULL, SEQUENCE(4, 4));
    CHECK_TEXT(books_ask(b, "SELECT missing FROM ledger.terminal_run WHERE device_no = 20000002 ORDER BY run_id DESC"),
               "3", "FORMATS 13 also of those that sent nothing in this run");
}

static void test_first_seq(struct books *b)
{
    uint8_t verdicts[64];
    BOOKS_RUN(b, 42, verdicts, SEQUENCE(49, 5), SEQUENCE(52, 6));
    CHECK_INT(verdicts[0], VERDICT_DUPLICATE, "R-02 a sequence below first_seq counts as seen");
    CHECK_TEXT(gaps_of_device(b, 42), "0:50-51", "R-20 gaps begin at first_seq");
    books_begin(b);
    books_package(b, books_school_a, 22);
    (void)books_file(b, 42, 1);
    books_line(b, (struct line)SEQUENCE(2, 7));
    books_must(b, books_post(b, NULL));
    CHECK_TEXT(gaps_of_device(b, 42), "0:50-51 1:1-1", "R-20 first_seq is of epoch 0 only");
}

/* A terminal that was not on file when its records began, and gets a row with a first_seq later. */
static void test_first_seq_comes_later(struct books *b)
{
    BOOKS_RUN(b, 80, NULL, SEQUENCE(30, 81), SEQUENCE(31, 82));
    CHECK_TEXT(gaps_of_device(b, 80), "0:1-29", "R-20 a terminal not on file counts from 1");
    books_must(b, db_exec(b->db,
                          "INSERT INTO ref.terminal SELECT 20000080, 1, 'pos', 2113010001, 'hall', 211301000100001,"
                          " '2020-01-01', NULL, 'pos-bin/1', 1000, NULL, 30, 1, 80, 1",
                          &b->e));
    BOOKS_RUN(b, 80, NULL, SEQUENCE(32, 83));
    CHECK_TEXT(gaps_of_device(b, 80), "", "R-20 a gap below a first_seq that became known closes");
}

static void test_largest_numbers(struct books *b)
{
    BOOKS_RUN(b, 3, NULL, SALE(UINT32_MAX, 8, 65535, 20000, 100, 0, 12, 0));
    CHECK_TEXT(gaps_of_device(b, 3), "0:1-4294967294", "R-20 sequences have 32 bits");
    CHECK_TEXT(gaps_of_card(b, 8), "offline:11-65534", "R-21 counters have 16 bits");
    CHECK_TEXT(books_ask(b, "SELECT device_seq || ' ' || counter FROM ledger.record WHERE device_no = 20000003"),
               "4294967295 65535", "FORMATS 3.1 the largest numbers are stored as they are");
    CHECK_TEXT(books_ask(b, "SELECT device_seq || ' ' || last_number || ' ' || amount_fen FROM ledger.exception"
                            " WHERE device_no = 20000003 AND verdict = 30"),
               "1 4294967294 429496729400", "R-21 the worth of a huge gap is no 32 bit number");
}

static void test_counter_gaps(struct books *b)
{
    BOOKS_RUN(b, 4, NULL, SALE(1, 11, 14, 20000, 100, 0, 8, 0), LINE(2, 11, 3, 5, 5, 0, 9, 0, .kind = RECORD_LOAD));
    CHECK_TEXT(gaps_of_card(b, 11), "offline:11-13 online:1-2", "R-21 each family has its gaps, from the opening counter");
    CHECK_TEXT(books_ask(b, "SELECT string_agg(school_code || ' ' || counter || ' ' || last_number || ' ' ||"
                            " coalesce(amount_fen::text, 'no worth'), ', ' ORDER BY is_online) FROM ledger.exception"
                            " WHERE card_no = 330106010000000011 AND verdict = 31"),
               "2113010001 11 13 no worth, 2113010001 1 2 no worth", "R-25 a counter gap has its range and school");
    BOOKS_RUN(b, 4, NULL, SALE(3, 11, 12, 20000, 100, 0, 7, 0));
    CHECK_TEXT(gaps_of_card(b, 11), "offline:11-11 offline:13-13 online:1-2", "R-21 a counter in the middle splits a gap");
    BOOKS_RUN(b, 4, NULL, LINE(4, 11, 11, 20000, 100, 0, 6, 0, .tac_bad = true));
    CHECK_TEXT(gaps_of_card(b, 11), "offline:11-11 offline:13-13 online:1-2", "R-21 a held record's counter is not accepted");
    BOOKS_RUN(b, 4, NULL, SALE(5, 11, 11, 20000, 100, 0, 6, 0), SALE(6, 11, 13, 20000, 100, 0, 7, 30));
    CHECK_TEXT(gaps_of_card(b, 11), "online:1-2", "R-21 gaps close when they are filled");
}

static void test_unknown_card(struct books *b)
{
    BOOKS_RUN(b, 5, NULL, SALE(1, 101, 30, 500, 100, 0, 8, 0));
    CHECK_TEXT(gaps_of_card(b, 101), "", "R-21 an unknown card is counted from its lowest counter");
    BOOKS_RUN(b, 5, NULL, SALE(2, 101, 33, 500, 100, 0, 9, 0));
    CHECK_TEXT(gaps_of_card(b, 101), "offline:31-32", "R-21 an unknown card has gaps above it");
    BOOKS_RUN(b, 5, NULL, SALE(3, 101, 28, 500, 100, 0, 7, 0));
    CHECK_TEXT(gaps_of_card(b, 101), "offline:29-29 offline:31-32", "R-21 a lower counter moves where counting begins");
}

/* 18 zeros are a card number: its Luhn digit is right. */
static void test_card_of_zeros(struct books *b)
{
    books_begin(b);
    books_package(b, books_school_a, 22);
    (void)books_file(b, 14, 0);
    books_line(b, (struct line)SALE(1, 0, 5, 900, 100, 0, 8, 0));
    books_line(b, (struct line)SALE(2, 0, 8, 800, 100, 0, 9, 0));
    for (uint32_t i = 0; i < 2; i++)
        b->batch.records[i].card_no = 0;
    books_must(b, books_post(b, NULL));
    CHECK_TEXT(books_ask(b, "SELECT string_agg(card_no, ' ') FROM api.transfer WHERE device_no = '20000014'"),
               "000000000000000000 000000000000000000", "P-02 a transfer names a card of zeros like any other");
    CHECK_TEXT(books_open_gaps(b, "card_no = 0"), "offline:6-7", "R-21 a card of zeros has gaps");
    books_begin(b);
    books_package(b, books_school_a, 22);
    (void)books_file(b, 14, 0);
    books_line(b, (struct line)SALE(3, 0, 6, 900, 100, 0, 8, 30));
    b->batch.records[0].card_no = 0;
    books_must(b, books_post(b, NULL));
    CHECK_TEXT(books_open_gaps(b, "card_no = 0"), "offline:7-7", "R-21 and they close");
}

/* RULES.md R-20: floor(sum × missing / count) of 30 days, this run included, fixed when the exception opens. */
static const char *worth_of(struct books *b, int device)
{
    char sql[200];
    (void)snprintf(sql, sizeof sql,
                   "SELECT string_agg(amount_fen::text, ' ' ORDER BY exception_id) FROM ledger.exception"
                   " WHERE device_no = %d AND verdict = 30",
                   BOOKS_DEVICE + device);
    return books_ask(b, sql);
}

static void test_worth(struct books *b)
{
    BOOKS_RUN(b, 6, NULL, SALE(3, 12, 11, 20000, 100, 0, 8, 0), SALE(4, 13, 11, 20000, 101, 0, 8, 0),
              SALE(5, 14, 11, 20000, 102, 0, 8, 0), LINE(6, 15, 11, 20000, 9000, 0, 8, 0, .tac_bad = true),
              LINE(7, 16, 1, 20000, 9000, 0, 8, 0, .kind = RECORD_LOAD));
    CHECK_TEXT(worth_of(b, 6), "202", "R-20 a gap of 2 among 3 accepted purchases of 303 fen is worth 202");
    BOOKS_RUN(b, 6, NULL, SALE(12, 17, 11, 20000, 700, 0, 8, 0));
    CHECK_TEXT(worth_of(b, 6), "202 1003", "R-20 purchases of earlier runs and of this one count: floor(1003 × 4 / 4)");
    BOOKS_RUN(b, 6, NULL, SALE(9, 18, 11, 20000, 10000, 0, 8, 0));
    CHECK_TEXT(worth_of(b, 6), "202 1003 2200 4401", "R-20 what a gap is worth is fixed when it opens");

    BOOKS_RUN(b, 7, NULL, LINE(3, 19, 11, 20000, 100, 0, 8, 0, .tac_bad = true));
    CHECK_TEXT(worth_of(b, 7), "0", "R-20 a terminal without accepted purchases has gaps worth 0");
    BOOKS_RUN(b, 8, NULL, SALE(3, 20, 11, 20000, 500, -30, 8, 0));
    CHECK_TEXT(worth_of(b, 8), "0", "R-20 the 31st day back does not count");
    BOOKS_RUN(b, 9, NULL, SALE(3, 21, 11, 20000, 500, -29, 8, 0));
    CHECK_TEXT(worth_of(b, 9), "1000", "R-20 the 30th day back counts");
    BOOKS_RUN(b, 10, NULL, SALE(3, 22, 11, 20000, 500, -29, 8, 0), SALE(4, 23, 11, 20000, 9000, 100, 0, 0));
    CHECK_TEXT(worth_of(b, 10), "1000", "R-20 a day after the open date does not count");
}

static void test_school(struct books *b)
{
    books_begin(b);
    books_package(b, books_school_b, 21);
    (void)books_file(b, 90, 0);
    books_line(b, (struct line)SEQUENCE(3, 24));
    books_must(b, books_post(b, NULL));
    CHECK_TEXT(books_ask(b, "SELECT school_code FROM ledger.exception WHERE device_no = 20000090 AND verdict = 30"),
               "2113010002", "R-25 a sequence gap has the school of its package");
}

static void test_duplicates_leave_gaps(struct books *b)
{
    const char *before = NULL;
    BOOKS_RUN(b, 11, NULL, SALE(5, 25, 13, 20000, 100, 0, 8, 0));
    before = books_ask(b, "SELECT count(*) FROM ledger.exception");
    BOOKS_RUN(b, 11, NULL, SALE(5, 25, 13, 20000, 100, 0, 8, 0));
    CHECK_TEXT(books_ask(b, "SELECT count(*) FROM ledger.exception"), before, "R-02 a re-dump opens no gap again");
    CHECK_TEXT(gaps_of_device(b, 11), "0:1-4", "R-02 a re-dump closes no gap");
}

int main(void)
{
    static struct books b;
    if (!books_open(&b, "daybook_gap_test"))
        return 0;
    test_sequence_gaps(&b);
    test_epochs(&b);
    test_first_seq(&b);
    test_first_seq_comes_later(&b);
    test_largest_numbers(&b);
    test_counter_gaps(&b);
    test_unknown_card(&b);
    test_card_of_zeros(&b);
    test_worth(&b);
    test_school(&b);
    test_duplicates_leave_gaps(&b);
    books_close(&b, "daybook_gap_test");
    return tap_end();
}
