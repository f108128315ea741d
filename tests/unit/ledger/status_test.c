/* what a device says of itself is met with what was seen of it. */
#include "tests/unit/ledger/books.h"

#include "ledger/status.h"

/* ---- the judgement, without a database */

enum { MOST_BOUNDS = 6 };
struct total_case {
    const char *fact;
    int64_t last_seq, total_count, uncollected, total_fen; /* as the terminal says */
    int64_t floor, seen_fen;
    int64_t bounds[MOST_BOUNDS]; /* seen: first, last, …; 0 ends them */
    bool is_asked;               /* are the amounts */
    int64_t apart_fen;
    const char *detail; /* "" = met */
};

static const struct total_case total_cases[] = {
    {"all records are there and the amounts agree", 100, 100, 0, 5000, 1, 5000, {1, 100}, true, -1, ""},
    {"the amounts differ by what the terminal has more", 100, 100, 0, 5000, 1, 4900, {1, 100}, true, 100,
     "the terminal counts 5000 fen, its 100 records of sequences up to 100 make 4900 fen"},
    {"the amounts differ by what was seen more", 100, 100, 0, 4900, 1, 5000, {1, 100}, true, 100,
     "the terminal counts 4900 fen, its 100 records of sequences up to 100 make 5000 fen"},
    {"as many are missing as are to collect", 100, 100, 10, 5000, 1, 4000, {1, 90}, false, -1, ""},
    {"fewer are missing than are to collect", 100, 100, 10, 5000, 1, 4000, {1, 95}, false, -1, ""},
    {"all are there though some are to collect: the amounts are asked", 100, 100, 10, 5000, 1, 4000, {1, 100}, true, 1000,
     "the terminal counts 5000 fen, its 100 records of sequences up to 100 make 4000 fen"},
    {"one more is missing than is to collect", 100, 100, 10, 5000, 1, 5000, {1, 89}, false, -1,
     "the terminal counts 100 records and 10 to collect, of sequences up to 100 89 are seen"},
    {"more are seen than the terminal counts", 100, 99, 0, 5000, 1, 5000, {1, 100}, false, -1,
     "the terminal counts 99 records and 0 to collect, of sequences up to 100 100 are seen"},
    {"what was seen after last_seq does not count", 100, 100, 0, 5000, 1, 5000, {1, 200}, true, -1, ""},
    {"last_seq may lie in a hole", 100, 90, 0, 5000, 1, 5000, {1, 90, 120, 130}, true, -1, ""},
    {"holes are missing", 100, 100, 0, 5000, 1, 5000, {1, 10, 21, 100}, false, -1,
     "the terminal counts 100 records and 0 to collect, of sequences up to 100 90 are seen"},
    {"holes are to collect", 100, 100, 10, 5000, 1, 5000, {1, 10, 21, 100}, false, -1, ""},
    {"several ranges are counted", 30, 9, 0, 7, 1, 7, {2, 4, 8, 9, 27, 30}, true, -1, ""},
    {"what lies below the floor counts as seen, and hides amounts", 100, 100, 0, 999, 51, 5000, {51, 100}, false, -1, ""},
    {"what was seen below a floor that came later counts once", 100, 100, 0, 999, 51, 5000, {1, 100}, false, -1, ""},
    {"what lies above the floor may be missing", 100, 100, 0, 999, 51, 5000, {61, 100}, false, -1,
     "the terminal counts 100 records and 0 to collect, of sequences up to 100 90 are seen"},
    {"last_seq may lie below the floor", 20, 20, 0, 999, 51, 0, {51, 100}, false, -1, ""},
    {"a device of which nothing was seen and that has nothing", 0, 0, 0, 0, 1, 0, {0}, true, -1, ""},
    {"a device of which nothing was seen and that has all to collect", 12, 12, 12, 600, 1, 0, {0}, false, -1, ""},
    {"a device of which nothing was seen and that has all sent", 12, 12, 0, 600, 1, 0, {0}, false, -1,
     "the terminal counts 12 records and 0 to collect, of sequences up to 12 0 are seen"},
    {"a device that counts an amount and no records", 0, 0, 0, 600, 1, 0, {0}, true, 600,
     "the terminal counts 600 fen, its 0 records of sequences up to 0 make 0 fen"},
    {"figures as large as they may be", 999999999999999999, 999999999999999999, 999999999999999999, 999999999999999999, 1, 1,
     {1, 4294967295}, false, -1, ""},
};

static struct ranges ranges_of(int64_t *bounds)
{
    struct ranges set = {.bounds = bounds};
    while (set.count < MOST_BOUNDS / 2 && bounds[2 * set.count] > 0)
        set.count++;
    return set;
}

static void test_totals(void)
{
    for (size_t i = 0; i < sizeof total_cases / sizeof total_cases[0]; i++) {
        struct total_case c = total_cases[i];
        struct ranges seen = ranges_of(c.bounds);
        const struct device_total total = {.said = {.last_seq = c.last_seq, .total_count = c.total_count,
                                                    .uncollected = c.uncollected, .total_amount_fen = c.total_fen},
                                           .seen = &seen, .floor = c.floor, .seen_fen = c.seen_fen};
        struct device_finding finding;
        status_judge(&total, &finding);
        CHECK_TEXT(finding.detail, c.detail, c.fact);
        CHECK(finding.is_met == (c.detail[0] == '\0') && finding.apart_fen == c.apart_fen &&
                  status_asks_amount(&total) == c.is_asked,
              c.fact);
    }
}

static void test_settled(void)
{
    int64_t now[] = {1, 90, 101, 120}, before[] = {1, 90, 101, 110}, less[] = {1, 89};
    const struct ranges seen = {.bounds = now, .count = 2}, was = {.bounds = before, .count = 2};
    const struct ranges was_less = {.bounds = less, .count = 1}, none = {0};
    const struct device_total total = {.said = {.last_seq = 100}, .seen = &seen, .floor = 1};
    CHECK(status_is_settled(&total, &was), "R-23 new records after last_seq leave the judgement as it was");
    CHECK(!status_is_settled(&total, &was_less), "R-23 a new one up to last_seq asks again");
    CHECK(!status_is_settled(&total, &none), "R-23 the first ones of an epoch ask again");
}

/* ---- the books */

static void add_status(struct books *b, uint32_t device_no, int hour, int64_t total_fen, uint8_t malformed)
{
    struct batch_file *file = &b->batch.files[b->batch.file_count - 1];
    struct batch_status *status = batch_add_status(&b->batch, &b->e);
    books_must(b, status != NULL);
    *status = (struct batch_status){.at = date_moment(b->date, hour, 0, 0), .uncollected = 1, .last_seq = 2, .total_count = 3,
                                    .total_amount_fen = total_fen, .blacklist_version = 20260302, .device_no = device_no,
                                    .record_no = ++file->status_count, .file_index = b->batch.file_count - 1,
                                    .malformed = malformed};
}

static void begin_run(struct books *b)
{
    books_begin(b);
    books_package(b, books_school_a, 22);
    books_file(b, 0, 0)->has_device = false;
}

static void end_run(struct books *b)
{
    books_must(b, ledger_run_commit(&b->run, b->conninfo, &b->e) && db_exec(b->db, "RESET ROLE", &b->e));
    batch_close(&b->batch);
    arena_close(b->arena);
}

static void test_newest(struct books *b)
{
    struct status_device devices[] = {{.device_no = 1}, {.device_no = 2}, {.device_no = 3}};
    begin_run(b);
    add_status(b, 1, 21, 100, MALFORMED_NOT);
    add_status(b, 1, 22, 200, MALFORMED_FIELD);
    add_status(b, 1, 20, 300, MALFORMED_NOT);
    add_status(b, 2, 21, 400, MALFORMED_NOT);
    add_status(b, 2, 21, 500, MALFORMED_NOT);
    books_must(b, batch_add_text(&b->batch, "2.1.7", &b->batch.statuses[0].text, &b->e) &&
                      status_write(&b->batch, &b->run, &b->e) && status_load_newest(&b->run, devices, 3, &b->e));
    CHECK(devices[0].has_status && devices[0].newest.total_amount_fen == 100 && devices[0].is_new && !devices[0].is_open,
          "R-23 the newest row is that of the latest time, and is no malformed one");
    CHECK(devices[0].newest.at == date_moment(b->date, 21, 0, 0) && devices[0].newest.uncollected == 1 &&
              devices[0].newest.last_seq == 2 && devices[0].newest.total_count == 3,
          "R-23 it comes with its figures");
    CHECK(devices[1].has_status && devices[1].newest.total_amount_fen == 500, "R-23 of equal ones the last to arrive counts");
    CHECK(!devices[2].has_status, "R-23 a device may have said nothing");
    end_run(b);
    CHECK_TEXT(books_ask(b, "SELECT string_agg(archive_id || ' ' || file_no || ' ' || record_no || ' ' || device_no || ' ' ||"
                            " total_amount_fen || ' ' || firmware || ' ' || blacklist_version, ', ' ORDER BY record_no) FROM"
                            " ledger.device_status"),
               "1 1 1 1 100 2.1.7 20260302, 1 1 3 1 300  20260302, 1 1 4 2 400  20260302, 1 1 5 2 500  20260302",
               "FORMATS 3.6 good rows are kept as they were said");
}

/* A later run, over rows of earlier ones. */
static void test_newer(struct books *b)
{
    struct status_device devices[] = {{.device_no = 2}, {.device_no = 1}};
    books_must(b, db_exec(b->db, "INSERT INTO ledger.exception (exception_id, verdict, device_no, accounting_date, detail)"
                                 " VALUES (1, 33, 1, '2026-03-03', 'x'), (2, 33, 2, '2026-03-03', 'x');"
                                 "INSERT INTO ledger.exception_closing VALUES (2, 1, 'x')",
                          &b->e));
    begin_run(b);
    books_must(b, db_exec(b->db, "SAVEPOINT before", &b->e) && status_load_newest(&b->run, devices, 2, &b->e));
    CHECK(devices[0].has_status && !devices[0].is_new && !devices[0].is_open, "R-23 a closed device_total is not open");
    CHECK(devices[1].has_status && !devices[1].is_new && devices[1].is_open, "R-23 an open one is");
    books_must(b, db_exec(b->db, "ROLLBACK TO SAVEPOINT before", &b->e));
    b->batch.packages[0].archive_id = 2;
    add_status(b, 1, 21, 600, MALFORMED_NOT);
    add_status(b, 2, 20, 700, MALFORMED_NOT);
    books_must(b, status_write(&b->batch, &b->run, &b->e) && status_load_newest(&b->run, devices, 2, &b->e));
    CHECK(devices[1].newest.total_amount_fen == 600 && devices[1].is_new, "R-23 of equal ones that of the later run counts");
    CHECK(devices[0].newest.total_amount_fen == 500 && !devices[0].is_new, "R-23 an older one that comes late does not");
    end_run(b);
}

static void test_beyond(struct books *b)
{
    struct status_beyond rows[] = {{.device_no = BOOKS_DEVICE + 1, .last_seq = 2},
                                   {.device_no = BOOKS_DEVICE + 1, .epoch = 1, .last_seq = 0},
                                   {.device_no = BOOKS_DEVICE + 2, .last_seq = 0},
                                   {.device_no = BOOKS_DEVICE + 3, .last_seq = 10}};
    BOOKS_RUN(b, 1, NULL, SALE(1, 1, 11, 20000, 1, 0, 8, 0), SALE(2, 2, 11, 20000, 20, 0, 8, 0),
              SALE(3, 3, 11, 20000, 300, 0, 8, 0));
    BOOKS_RUN(b, 1, NULL, LINE(4, 4, 11, 20000, 4000, 0, 8, 0, .tac_bad = true), SALE(3, 4, 11, 20000, 301, 0, 8, 0),
              LINE(5, 5, 11, 20000, 500, 0, 8, 0, .spoilt = true), SALE(1, 1, 11, 20000, 1, 0, 8, 0));
    BOOKS_RUN(b, 2, NULL, SALE(9, 6, 11, 20000, 90, 0, 8, 0));
    books_begin(b);
    books_package(b, books_school_a, 22);
    (void)books_file(b, 1, 0);
    books_line(b, (struct line)SALE(6, 7, 11, 20000, 60000, 0, 8, 0));
    books_line(b, (struct line)SALE(7, 7, 11, 20000, 70000, 0, 8, 0));
    (void)books_file(b, 1, 1);
    books_line(b, (struct line)SALE(1, 7, 11, 20000, 7, 0, 8, 0));
    static const uint8_t verdicts[] = {VERDICT_GRAY, VERDICT_DUPLICATE, VERDICT_ACCEPTED};
    for (uint32_t i = 0; i < 3; i++)
        b->batch.records[i].verdict = verdicts[i];
    batch_end_arrivals(&b->batch);
    books_must(b, status_load_beyond(&b->run, &b->batch, rows, 4, &b->e));
    CHECK_INT(rows[0].fen, 300 + 4000 + 60000,
              "R-23 what was seen after last_seq is summed up: held ones too, no conflict, duplicate or malformed one");
    CHECK_INT(rows[1].fen, 7, "R-23 each epoch by itself");
    CHECK_INT(rows[2].fen, 90, "R-23 also where this run brings nothing");
    CHECK_INT(rows[3].fen, 0, "R-23 a device without later records has none");
    end_run(b);
}

/* One run of a device: lines of its log, and a status row of these figures unless last_seq is 0. */
static void say(struct books *b, const struct line *lines, size_t count, struct batch_status said)
{
    books_begin(b);
    books_package(b, books_school_a, 22);
    (void)books_file(b, 5, 0);
    books_lines(b, lines, count);
    struct batch_file *file = books_file(b, 0, 0);
    file->has_device = false;
    file->records = file->status_count = said.last_seq > 0;
    file->first_status = b->batch.status_count;
    /* Packages of the books are numbered within their run, rows of a device over all runs. */
    b->batch.packages[0].archive_id = 100 + b->run.run_id;
    if (said.last_seq > 0) {
        struct batch_status *status = batch_add_status(&b->batch, &b->e);
        books_must(b, status != NULL);
        *status = said;
        status->device_no = BOOKS_DEVICE + 5;
        status->record_no = 1;
        status->file_index = b->batch.file_count - 1;
    }
    books_must(b, books_post(b, NULL));
}

static const char *open_total(struct books *b)
{
    return books_ask(b, "SELECT count(*) || ' ' || count(*) FILTER (WHERE c.exception_id IS NULL) || ' ' || max(amount_fen)"
                        " FROM ledger.exception AS e LEFT JOIN ledger.exception_closing AS c USING (exception_id)"
                        " WHERE verdict = 33 AND device_no = 20000005");
}

static void test_runs(struct books *b)
{
    int64_t at = date_moment(b->date, 20, 0, 0);
    const struct batch_status less = {.at = at, .last_seq = 2, .total_count = 2, .total_amount_fen = 290};
    const struct batch_status right = {.at = at + 60, .last_seq = 2, .total_count = 2, .total_amount_fen = 300};
    const struct batch_status none = {0};
    const struct line first[] = {SALE(1, 11, 11, 20000, 100, 0, 8, 0), SALE(2, 12, 11, 20000, 200, 0, 8, 0),
                                 SALE(3, 13, 11, 20000, 4000, 0, 8, 0)};
    const struct line later[] = {SALE(4, 14, 11, 20000, 5000, 0, 8, 0)};
    const struct line last[] = {SALE(5, 15, 11, 20000, 6000, 0, 8, 0)};
    say(b, first, 3, less);
    CHECK_TEXT(open_total(b), "1 1 10", "R-23 a device_total opens where the amounts up to last_seq differ");
    say(b, later, 1, none);
    CHECK_TEXT(open_total(b), "1 1 10", "R-23 it stays while nothing up to last_seq is new");
    say(b, last, 1, right);
    CHECK_TEXT(open_total(b), "1 0 10", "R-23 it closes when a newer row agrees");
    say(b, later, 1, none);
    CHECK_TEXT(open_total(b), "1 0 10", "R-23 and stays so");
}

int main(void)
{
    static struct books b;
    test_totals();
    test_settled();
    if (!getenv("DAYBOOK_TEST_CONNINFO"))
        return tap_end();
    if (!books_open(&b, "daybook_status_test"))
        return 0;
    test_newest(&b);
    test_newer(&b);
    test_beyond(&b);
    test_runs(&b);
    books_close(&b, "daybook_status_test");
    return tap_end();
}
