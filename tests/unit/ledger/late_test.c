/* Records that come nights late, from the future or from a lost clock: what a run reads back of own days and chains is
 * what lies in the books, whatever leaves it is spread over, and leaves that cannot have an answer stay closed. */
#include "tests/unit/ledger/books.h"

static uint8_t verdicts[64];

static void nights_pass(struct books *b, int nights)
{
    for (int i = 0; i < nights; i++)
        books_seal(b);
}

/* ---- which leaves are opened */

static const char *span_of_last_run(struct books *b)
{
    return books_ask(b, "SELECT concat_ws(' ', judged_on, to_char(first_at, 'MM-DD HH24:MI'), to_char(last_at, 'MM-DD"
                        " HH24:MI')) FROM ledger.record_span ORDER BY run_id DESC LIMIT 1");
}

static void test_spans(struct books *b)
{
    BOOKS_RUN(b, 1, NULL, SALE(1, 1, 11, 20000, 100, 0, 8, 0), LINE(2, 1, 12, 19900, 100, 0, 22, 10, .tac_bad = true),
              LINE(3, 2, 11, 20000, 500, 0, 22, 11, .tac_bad = true), SALE(4, 2, 11, 20000, 500, -7, 0, 0));
    CHECK_TEXT(span_of_last_run(b), "2026-03-03 02-24 00:00 03-03 22:10",
               "a span is that of the records, up to a week late and ten minutes ahead");
    BOOKS_RUN(b, 1, NULL, SALE(5, 3, 11, 20000, 100, -8, 23, 59), SALE(6, 3, 12, 19900, 100, 3, 8, 0),
              SALE(7, 3, 13, 19800, 100, -400, 8, 0), SALE(8, 1, 12, 19900, 100, 0, 13, 0));
    CHECK_TEXT(span_of_last_run(b), "2026-03-03 03-03 13:00 03-03 13:00",
               "records over a week late, from the future or from a lost clock do not stretch it");
    CHECK_TEXT(books_ask(b, "SELECT string_agg(concat_ws(' ', card_no % 1000, to_char(first_at, 'YYYY-MM-DD HH24:MI'),"
                            " to_char(last_at, 'YYYY-MM-DD HH24:MI')), '; ' ORDER BY run_id, card_no) FROM ledger.record_astray"),
               "2 2026-03-03 22:11 2026-03-03 22:11; 3 2025-01-27 08:00 2026-03-06 08:00", "they are named by their card, once a run");
    BOOKS_RUN(b, 1, NULL, SALE(9, 4, 11, 20000, 500, 1, 14, 0));
    CHECK_TEXT(span_of_last_run(b), "2026-03-03 03-03 13:00 03-03 13:00", "a run without any other record has no span");
}

/* Nobody can read the leaf of the last run before b->db gives up waiting. */
static struct db *lock_last_leaf(struct books *b)
{
    struct db *other = NULL;
    char sql[256];
    (void)snprintf(sql, sizeof sql, "BEGIN; LOCK TABLE ledger.%s IN ACCESS EXCLUSIVE MODE",
                   books_ask(b, "SELECT ledger.leaf_name('record', max(judged_on), max(run_id)) FROM ledger.record_span"));
    books_must(b, db_open(&other, b->conninfo, "daybook-test", &b->e) && db_exec(other, sql, &b->e) &&
                      db_exec(b->db, "SET lock_timeout = '1s'", &b->e));
    return other;
}

static void unlock_leaf(struct books *b, struct db *other)
{
    db_close(other);
    books_must(b, db_exec(b->db, "RESET lock_timeout", &b->e));
}

static bool post_one(struct books *b, int device, struct line line)
{
    books_begin(b);
    books_package(b, books_school_a, 22);
    (void)books_file(b, device, 0);
    books_line(b, line);
    return books_post(b, verdicts);
}

static void test_closed_leaves(struct books *b)
{
    BOOKS_RUN(b, 2, NULL, SALE(1, 5, 11, 20000, 100, 0, 8, 0), LINE(2, 5, 1, 19900, 100, 0, 9, 0, .kind = RECORD_LOAD),
              SALE(3, 6, 11, 20000, 100, 0, 8, 0), SALE(4, 7, 11, 20000, 100, 9, 8, 0));
    struct db *other = lock_last_leaf(b);
    nights_pass(b, 1);
    BOOKS_RUN(b, 2, NULL, SALE(5, 5, 12, 20000, 100, 0, 8, 0), SALE(6, 5, 14, 19800, 100, 0, 18, 0));
    nights_pass(b, 1);
    CHECK(post_one(b, 2, (struct line)SALE(7, 5, 13, 19900, 100, -1, 12, 0)) && verdicts[0] == VERDICT_ACCEPTED,
          "a record one night late opens no leaf from before its day");
    CHECK_TEXT(books_ask(b, "SELECT concat_ws(' ', tail_counter, tail_online, records) FROM ledger.card_state"
                            " WHERE card_no = 330106010000000005"),
               "14 1 5", "a family that has no record from there on keeps its counter");
    CHECK(!post_one(b, 2, (struct line)SALE(8, 6, 12, 20000, 100, -2, 7, 0)) && strcmp(b->e.code, "55P03") == 0,
          "the leaf of a record's own day is opened");
    CHECK(!post_one(b, 2, (struct line)SALE(8, 7, 12, 19900, 100, -1, 12, 0)) && strcmp(b->e.code, "55P03") == 0,
          "so is one that holds a record of the card from the future");
    unlock_leaf(b, other);
}

/* ---- packages from the future: days that nobody closes soon get no books */

static void test_far_future(struct books *b)
{
    for (int year = 1; year <= 3; year++) {
        books_begin(b);
        books_package(b, books_school_a, 22 + year * 365 * 24);
        (void)books_file(b, 3, 0);
        for (int day = 0; day < 6; day++)
            books_line(b, (struct line)SALE((uint32_t)(year * 10 + day), 8, year * 10 + day + 1, 20000, 1, year * 365 - day * 30, 8, 0));
        books_must(b, books_post(b, NULL));
    }
    CHECK_TEXT(books_ask(b, "SELECT string_agg(DISTINCT concat_ws(' ', accounting_date - 20515 - date '1970-01-01' - "
                            "(SELECT count(*) FROM ledger.seal), flags & 16), '; ') FROM ledger.record WHERE device_no = 20000003"),
               "0 16", "RULES 3 records of years ahead open no books of their days");
    books_begin(b);
    books_package(b, books_school_a, 22 + 60 * 24);
    (void)books_file(b, 3, 0);
    for (int i = 0; i < 8; i++)
        books_line(b, (struct line)SALE((uint32_t)(100 + i), 9, 11 + i, 20000 - i, 1, i % 2 ? 0 : 60 - i % 3, 8 + i, 0));
    books_must(b, books_post(b, NULL));
    CHECK_TEXT(books_ask(b, "SELECT string_agg(concat(day, ':', sequences), ' ' ORDER BY day) FROM (SELECT accounting_date -"
                            " (SELECT max(sealed_date) FROM ledger.seal) - 1 AS day, string_agg(device_seq::text, ','"
                            " ORDER BY transfer_id) AS sequences FROM ledger.transfer WHERE device_no = 20000003"
                            " AND device_seq >= 100 GROUP BY accounting_date) AS t"),
               "0:101,103,105,107 58:102 59:104 60:100,106", "RULES 3 each later day of a run has its own books");
    CHECK_TEXT(books_ask(b, "SELECT purse_fen FROM ledger.card_state WHERE card_no = 330106010000000009"), "-8",
               "RULES 2 the purse has moved by all of them");
}

/* ---- nights of any order: what is open at the end is what the books as a whole say */

enum { CARDS = 6, PLAN_DAYS = 9, LATEST = 10, PLAN_MAX = 500 };

struct planned {
    struct line line; /* its days count from the first day of the plan */
    int night;        /* on which it comes, from the first day of the plan */
};

static uint32_t dice(uint64_t *seed, uint32_t sides)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % sides;
}

static int lateness(uint64_t *seed)
{
    uint32_t side = dice(seed, 20);
    return side < 12 ? 0 : side < 16 ? 1 : side < 18 ? 3 : side < 19 ? 8 : LATEST;
}

/* Some records have the day of a clock that is lost, runs ahead, or is weeks behind. */
static int shift(uint64_t *seed)
{
    uint32_t side = dice(seed, 40);
    return side == 0 ? 30 : side == 1 ? -9000 : side == 2 ? -20 : side == 3 ? 2 : 0;
}

struct life { /* of a card, as the plan goes on */
    int counters[2];
    int64_t balance_fen;
};

/* A purchase, a load or a gray, and now and then what cancels the purchase. A gray may not have happened: then the card
 * knows nothing of it. */
static size_t plan_visit(struct planned *plan, size_t count, struct line line, struct life *life, int day, uint64_t *seed)
{
    bool is_load = dice(seed, 6) == 0;
    line.sequence = (uint32_t)count + 1;
    line.kind = is_load ? RECORD_LOAD : RECORD_PURCHASE;
    line.counter = life->counters[is_load] + 1;
    line.before_fen = life->balance_fen;
    line.amount_fen = 100 + dice(seed, 1500);
    line.days = day + shift(seed);
    line.minute = (int)dice(seed, 3) * 20;
    if (!is_load && line.amount_fen > line.before_fen)
        return count;
    line.is_gray = !is_load && dice(seed, 10) == 0;
    plan[count++] = (struct planned){line, day + lateness(seed)};
    if (line.is_gray && dice(seed, 2) == 0)
        return count;
    life->counters[is_load]++;
    life->balance_fen += is_load ? line.amount_fen : -line.amount_fen;
    if (is_load || line.is_gray || dice(seed, 8) != 0)
        return count;
    line.reference = line.sequence++;
    line.kind = RECORD_REVERSAL;
    line.before_fen = life->balance_fen;
    line.minute++;
    plan[count++] = (struct planned){line, day + lateness(seed)};
    life->balance_fen += line.amount_fen;
    return count;
}

/* A card's life in its own order; now and then its balance is not what it should be, or a counter is passed over. */
static size_t plan_card(struct planned *plan, size_t count, int card, uint64_t *seed)
{
    struct life life = {{BOOKS_COUNTER, 0}, BOOKS_BALANCE};
    for (int day = 0; day < PLAN_DAYS; day++) {
        for (int hour = 6; hour < 20; hour += 1 + (int)dice(seed, 5)) {
            if (dice(seed, 12) == 0)
                life.balance_fen += 1;
            if (dice(seed, 15) == 0)
                life.counters[dice(seed, 2)]++;
            count = plan_visit(plan, count, (struct line){.card = card, .hour = hour}, &life, day, seed);
            ALWAYS(count < PLAN_MAX - 2);
        }
    }
    return count;
}

static void play(struct books *b, int device, struct planned *plan, size_t count, uint64_t *seed)
{
    for (int night = 0; night < PLAN_DAYS + LATEST; night++) {
        for (int part = 0; part < 2; part++) { /* two runs a night */
            books_begin(b);
            books_package(b, books_school_a, 22);
            (void)books_file(b, device, 0);
            for (size_t i = 0; i < count; i++) {
                if (plan[i].line.sequence % 40 == 7) /* lost for good */
                    plan[i].night = -1;
                if (plan[i].night != night || (part == 0 && dice(seed, 3) == 0))
                    continue;
                struct line line = plan[i].line;
                line.days -= night;
                books_line(b, line);
                plan[i].night = -1;
            }
            books_must(b, books_post(b, NULL));
        }
        books_seal(b);
    }
}

/* Asks with every @ replaced by the card's number. */
static const char *of_card(struct books *b, const char *select, int card)
{
    char sql[2048];
    size_t used = 0;
    for (const char *c = select; *c && used < sizeof sql - 32; c++) {
        if (*c == '@')
            used += (size_t)snprintf(sql + used, 32, "%" PRId64, books_card + card);
        else
            sql[used++] = *c;
    }
    sql[used] = '\0';
    return books_ask(b, sql);
}

static const char broken_links[] =
    "WITH chain AS (SELECT record_id, counter, before_fen, kind, kind IN (2, 219) AS is_online,"
    " lag(after_fen) OVER c AS former_fen, lag(counter) OVER f AS last_counter, row_number() OVER c AS place"
    " FROM ledger.record WHERE verdict = 10 AND card_no = @"
    " WINDOW c AS (ORDER BY occurred_at, kind IN (2, 219), counter, kind = 254),"
    " f AS (PARTITION BY kind IN (2, 219) ORDER BY occurred_at, counter, kind = 254))"
    " SELECT coalesce(string_agg(concat(kind, ':', chain.counter), ' ' ORDER BY kind, chain.counter), '') FROM chain LEFT JOIN ref.card AS c ON c.card_no = @"
    " WHERE chain.counter = coalesce(last_counter, CASE WHEN is_online THEN c.online_counter ELSE c.counter END) + (kind <> 254)::int"
    " AND before_fen <> CASE WHEN place = 1 THEN c.balance_fen ELSE former_fen END";
static const char open_breaks[] =
    "SELECT coalesce(string_agg(concat(r.kind, ':', r.counter), ' ' ORDER BY r.kind, r.counter), '') FROM ledger.exception AS e JOIN ledger.record AS r USING (record_id)"
    " WHERE e.verdict = 27 AND e.card_no = @"
    " AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id = e.exception_id)";
static const char over_limits[] =
    "SELECT coalesce(string_agg(counter::text, ' ' ORDER BY counter), '') FROM (SELECT counter, sum(amount_fen) OVER"
    " (PARTITION BY occurred_at::date ORDER BY record_id >> 28, decides IS NOT NULL, counter) AS fen FROM ledger.record WHERE verdict = 10"
    " AND kind = 6 AND card_no = @) AS r WHERE fen > 3000";
static const char flagged_limits[] =
    "SELECT coalesce(string_agg(counter::text, ' ' ORDER BY counter), '') FROM ledger.record WHERE verdict = 10"
    " AND card_no = @ AND flags & 32 <> 0";
static const char last_links[] =
    "SELECT concat_ws(' ', occurred_at, kind IN (2, 219), counter, after_fen, (SELECT counter FROM ledger.record WHERE"
    " verdict = 10 AND card_no = l.card_no AND kind IN (6, 254) ORDER BY occurred_at DESC, counter DESC LIMIT 1), (SELECT counter"
    " FROM ledger.record WHERE verdict = 10 AND card_no = l.card_no AND kind = 2 ORDER BY occurred_at DESC, counter DESC"
    " LIMIT 1)) FROM ledger.record AS l WHERE verdict = 10 AND card_no = @"
    " ORDER BY occurred_at DESC, kind IN (2, 219) DESC, counter DESC, kind = 254 DESC LIMIT 1";
static const char tails[] =
    "SELECT concat_ws(' ', tail_at, tail_family = 1, tail_counter, tail_after_fen, tail_offline, tail_online)"
    " FROM ledger.card_state WHERE card_no = @";

static const char missing_counters[] =
    "WITH numbers AS (SELECT DISTINCT kind = 2 AS is_online, counter FROM ledger.record WHERE verdict = 10 AND kind IN (2, 6)"
    " AND card_no = @ UNION SELECT o, CASE WHEN o THEN online_counter ELSE counter END FROM ref.card, (VALUES (true), (false))"
    " AS v (o) WHERE card_no = @), steps AS (SELECT is_online, counter, lead(counter) OVER (PARTITION BY is_online ORDER BY"
    " counter) AS next FROM numbers) SELECT coalesce(string_agg(concat(CASE WHEN is_online THEN 'online:' ELSE 'offline:' END,"
    " counter + 1, '-', next - 1), ' ' ORDER BY is_online, counter), '') FROM steps WHERE next > counter + 1";
static const char open_counter_gaps[] =
    "SELECT coalesce(string_agg(split_part(detail, ' ', 1), ' ' ORDER BY is_online, counter), '') FROM ledger.exception AS e"
    " WHERE verdict = 31 AND card_no = @ AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x WHERE x.exception_id ="
    " e.exception_id)";
static const char missing_sequences[] =
    "WITH numbers AS (SELECT 0 AS n UNION SELECT device_seq FROM ledger.record WHERE device_no = 20000000 + @ % 1000 AND verdict"
    " <> 3), steps AS (SELECT n, lead(n) OVER (ORDER BY n) AS next FROM numbers) SELECT coalesce(string_agg(concat('0:', n + 1,"
    " '-', next - 1), ' ' ORDER BY n), '') FROM steps WHERE next > n + 1";
static const char open_sequence_gaps[] =
    "SELECT coalesce(string_agg(split_part(detail, ' ', 1), ' ' ORDER BY device_seq), '') FROM ledger.exception AS e"
    " WHERE verdict = 30 AND device_no = 20000000 + @ % 1000 AND NOT EXISTS (SELECT FROM ledger.exception_closing AS x"
    " WHERE x.exception_id = e.exception_id)";

static void test_any_order(struct books *b, int device, int first_card, uint64_t seed)
{
    static struct planned plan[PLAN_MAX];
    size_t count = 0, breaks = 0, limits = 0;
    for (int card = first_card; card < first_card + CARDS; card++)
        count = plan_card(plan, count, card, &seed);
    play(b, device, plan, count, &seed);
    for (int card = first_card; card < first_card + CARDS; card++) {
        const char *wanted = of_card(b, broken_links, card);
        CHECK_TEXT(of_card(b, open_breaks, card), wanted, "R-10 the breaks that are open are those of the whole chain");
        breaks += strlen(wanted);
        wanted = of_card(b, over_limits, card);
        CHECK_TEXT(of_card(b, flagged_limits, card), wanted, "R-10 an own day's sum is that of all leaves");
        limits += strlen(wanted);
        CHECK_TEXT(of_card(b, tails, card), of_card(b, last_links, card), "a card's state ends with its chain");
        CHECK_TEXT(of_card(b, open_counter_gaps, card), of_card(b, missing_counters, card),
                   "R-21 the gaps that are open are what is missing");
    }
    CHECK_TEXT(of_card(b, open_sequence_gaps, device), of_card(b, missing_sequences, device),
               "R-20 the gaps that are open are what is missing");
    CHECK(breaks > 0 && limits > 0, "there is something to compare");
    CHECK_TEXT(books_ask(b, "SELECT string_agg(DISTINCT verdict::text, ' ') || ' ' || count(DISTINCT outcome) FROM"
                            " ledger.record LEFT JOIN ledger.decision USING (record_id) WHERE device_no >= 20000010"),
               "10 7 8 2", "what is held are grays and reversals, some posted, some void");
    CHECK_TEXT(books_ask(b, "SELECT count(*) FROM ledger.waiting FULL JOIN (SELECT record_id FROM ledger.record WHERE"
                            " verdict = 7 AND record_id NOT IN (SELECT record_id FROM ledger.decision)) AS r"
                            " USING (record_id) WHERE waiting.record_id IS NULL OR r.record_id IS NULL"),
               "0", "R-07, R-08 after 3 days only grays that are not decided wait");
}

int main(void)
{
    static struct books b;
    if (!books_open(&b, "daybook_late_test"))
        return 0;
    test_spans(&b);
    test_closed_leaves(&b);
    test_far_future(&b);
    for (int c = 0; c < CARD_CLASS_COUNT; c++)
        b.rules.day_fen[c] = 3000;
    test_any_order(&b, 10, 10, 1);
    test_any_order(&b, 11, 60, 2); /* cards that are not on file */
    books_close(&b, "daybook_late_test");
    return tap_end();
}
