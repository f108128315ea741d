/* ranges against a bitmap, with a fixed seed, and through a SQL array: DAYBOOK_TEST_CONNINFO names the database. */
#include "ledger/ranges.h"

#include <stdlib.h>

#include "tests/unit/tap.h"

enum { NUMBERS = 300, ROUNDS = 200 };

static struct arena *arena;
static struct err e;
static uint64_t seed = 20260303;

static uint32_t random_below(uint32_t limit)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % limit;
}

static void must(bool done)
{
    if (!done)
        printf("# unexpected: %s\n", e.message);
    ALWAYS(done);
}

/* Ascending, apart from each other by at least one number: maximal. */
static bool is_maximal(const struct ranges *set)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (set->bounds[2 * i] > set->bounds[2 * i + 1] || (i > 0 && set->bounds[2 * i - 1] + 1 >= set->bounds[2 * i]))
            return false;
    return true;
}

static bool agrees(const struct ranges *set, const bool *bits)
{
    for (int64_t number = -1; number <= NUMBERS; number++)
        if (ranges_has(set, number) != (number >= 0 && number < NUMBERS && bits[number]))
            return false;
    return is_maximal(set);
}

/* The gaps from floor_number on, number by number. */
static bool gaps_agree(const struct ranges *set, const bool *bits, int64_t floor_number)
{
    int64_t missing = 0, first = 0, last = 0;
    bool inside = false;
    uint32_t at = 0;
    for (int64_t number = floor_number; number <= ranges_highest(set); number++) {
        if (bits[number]) {
            inside = false;
            continue;
        }
        missing++;
        if (!inside && (!ranges_next_gap(set, floor_number, &at, &first, &last) || first != number))
            return false;
        inside = true;
        if (number > last || (number == last) != bits[number + 1])
            return false;
    }
    return !ranges_next_gap(set, floor_number, &at, &first, &last) && missing == ranges_missing(set, floor_number);
}

static void test_property(void)
{
    bool numbers_agree = true, highest_agree = true, all_gaps_agree = true, copies_agree = true;
    for (int round = 0; round < ROUNDS; round++) {
        struct ranges set = {0}, copy = {0};
        bool bits[NUMBERS + 1] = {false};
        uint32_t spread = 5 + random_below(NUMBERS - 5);
        int64_t highest = 0, lowest = 0;
        for (uint32_t step = random_below(NUMBERS); step > 0; step--) {
            uint32_t number = random_below(spread);
            must(ranges_add(&set, number, arena, &e));
            highest = set.count == 1 && set.bounds[0] == set.bounds[1] ? number : number > highest ? number : highest;
            bits[number] = true;
        }
        for (lowest = 0; lowest < NUMBERS && !bits[lowest];)
            lowest++;
        must(ranges_copy(&copy, &set, arena, &e));
        numbers_agree = numbers_agree && agrees(&set, bits);
        highest_agree = highest_agree && (set.count == 0 || (ranges_highest(&set) == highest && bits[highest] &&
                                                             ranges_lowest(&set) == lowest));
        all_gaps_agree = all_gaps_agree && gaps_agree(&set, bits, 1) && gaps_agree(&set, bits, random_below(spread));
        copies_agree = copies_agree && ranges_equal(&set, &copy);
        must(ranges_add(&copy, NUMBERS + 5, arena, &e));
        copies_agree = copies_agree && !ranges_equal(&set, &copy) && !ranges_has(&set, NUMBERS + 5);
        arena_reset(arena);
    }
    CHECK(numbers_agree, "R-21 ranges hold exactly the numbers that were added, as maximal ranges");
    CHECK(highest_agree, "R-20 the highest and the lowest number are known");
    CHECK(all_gaps_agree, "R-20 gaps are the maximal ranges of missing numbers from the floor to the highest");
    CHECK(copies_agree, "a copy is equal and changes by itself");
}

/* Many at once: the same set as one by one. */
static void test_add_all(void)
{
    bool same = true, maximal = true;
    for (int round = 0; round < ROUNDS; round++) {
        struct ranges one_by_one = {0}, at_once = {0};
        for (int part = 0; part < 4; part++) {
            int64_t numbers[NUMBERS];
            uint32_t count = 0, chance = 1 + random_below(8);
            for (int64_t number = 1; number < NUMBERS; number++)
                if (random_below(chance + 1) == 0 && !ranges_has(&one_by_one, number))
                    numbers[count++] = number;
            must(ranges_add_all(&at_once, numbers, count, arena, &e));
            for (uint32_t i = 0; i < count; i++)
                must(ranges_add(&one_by_one, numbers[i], arena, &e));
            same = same && ranges_equal(&one_by_one, &at_once);
            maximal = maximal && is_maximal(&at_once);
        }
        arena_reset(arena);
    }
    CHECK(same && maximal, "R-21 many numbers at once make the same ranges as one by one");
}

static void test_edges(void)
{
    struct ranges set = {0};
    int64_t first = 0, last = 0;
    uint32_t at = 0;
    CHECK(!ranges_has(&set, 1) && ranges_highest(&set) == 0 && ranges_missing(&set, 1) == 0 &&
              !ranges_next_gap(&set, 1, &at, &first, &last),
          "R-20 nothing seen has nothing missing");
    CHECK_INT(ranges_size(&set), 0, "nothing is in an empty set");
    must(ranges_add(&set, UINT32_MAX, arena, &e));
    CHECK_INT(ranges_size(&set), 1, "a range of one number is one");
    CHECK_INT(ranges_missing(&set, 1), UINT32_MAX - 1, "R-20 a gap may be as long as 32 bits are");
    at = 0;
    CHECK(ranges_next_gap(&set, 1, &at, &first, &last) && first == 1 && last == UINT32_MAX - 1 &&
              !ranges_next_gap(&set, 1, &at, &first, &last),
          "R-20 it is one gap");
    CHECK_INT(ranges_missing(&set, UINT32_MAX), 0, "R-20 nothing is missing from the highest on");
    CHECK_INT(ranges_missing(&set, INT64_C(1) << 40), 0, "R-20 a floor above the highest has nothing missing");
    must(ranges_add(&set, 10, arena, &e));
    CHECK_INT(ranges_missing(&set, 5), 5 + UINT32_MAX - 11, "R-21 what is missing is counted from the floor");
}

/* ---- as a SQL array */

static bool sent_and_read(struct db *db, const struct ranges *set, int width_bytes, struct ranges *back)
{
    struct db_copy *copy = NULL;
    struct db_scan *scan = NULL;
    bool more = true;
    must(db_exec(db, "TRUNCATE sent", &e));
    must(db_copy_open(db, width_bytes == 4 ? "COPY sent (narrow) FROM STDIN (FORMAT binary)"
                                           : "COPY sent (wide) FROM STDIN (FORMAT binary)",
                      &copy, &e));
    must(db_copy_row(copy, 1, ranges_copy_bytes(set, width_bytes), &e));
    ranges_put(copy, set, width_bytes);
    must(db_copy_close(copy, NULL, &e));
    must(db_scan_open(db, width_bytes == 4 ? "COPY (SELECT narrow FROM sent) TO STDOUT (FORMAT binary)"
                                           : "COPY (SELECT wide FROM sent) TO STDOUT (FORMAT binary)",
                      &scan, &e));
    must(db_scan_next(scan, &more, &e));
    bool done = ranges_read(back, db_scan_bytes(scan, 0), arena, &e);
    return db_scan_end(scan, done, &e);
}

static const char *array_of(struct db *db, const char *column)
{
    static char text[200];
    struct db_rows *rows = NULL;
    char sql[100];
    (void)snprintf(sql, sizeof sql, "SELECT %s::text FROM sent", column);
    must(db_query(db, sql, 0, NULL, &rows, &e));
    (void)snprintf(text, sizeof text, "%s", db_text(rows, 0, 0));
    db_rows_close(rows);
    return text;
}

static void test_arrays(struct db *db)
{
    struct ranges set = {0}, back = {0};
    must(db_exec(db, "CREATE TEMP TABLE sent (narrow int[], wide bigint[])", &e));
    CHECK(sent_and_read(db, &set, 4, &back) && back.count == 0, "no ranges are an empty array");
    CHECK_TEXT(array_of(db, "narrow"), "{}", "the empty array is one of SQL");
    static const int64_t numbers[] = {1, 2, 3, 7, 65535};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        must(ranges_add(&set, numbers[i], arena, &e));
    CHECK(sent_and_read(db, &set, 4, &back) && ranges_equal(&set, &back), "counters go through int[] and come back");
    CHECK_TEXT(array_of(db, "narrow"), "{1,3,7,7,65535,65535}", "an array holds first and last of each range");
    must(ranges_add(&set, UINT32_MAX, arena, &e));
    CHECK(sent_and_read(db, &set, 8, &back) && ranges_equal(&set, &back),
          "sequences go through bigint[] and come back, up to 32 bits");
    must(ranges_add(&back, 8, arena, &e));
    CHECK(ranges_has(&back, 8) && ranges_has(&back, 7) && is_maximal(&back), "what was read can be added to");
    CHECK(!ranges_read(&back, (struct str){"\0\0\0\1", 4}, arena, &e) && e.kind == ERR_BUG,
          "bytes that are no array are a bug");
    must(db_exec(db, "TRUNCATE sent; INSERT INTO sent (wide) VALUES ('{1,2,3}')", &e));
    struct db_scan *scan = NULL;
    bool more = true;
    must(db_scan_open(db, "COPY (SELECT wide FROM sent) TO STDOUT (FORMAT binary)", &scan, &e) &&
         db_scan_next(scan, &more, &e));
    CHECK(!ranges_read(&back, db_scan_bytes(scan, 0), arena, &e), "an array of an odd length holds no ranges");
    must(db_scan_close(scan, &e));
}

int main(void)
{
    const char *conninfo = getenv("DAYBOOK_TEST_CONNINFO");
    must(arena_open(&arena, (size_t)16 << 20, &e));
    test_property();
    test_add_all();
    test_edges();
    if (conninfo) {
        struct db *db = NULL;
        must(db_open(&db, conninfo, "daybook-test", &e));
        test_arrays(db);
        db_close(db);
    } else {
        CHECK(true, "SQL arrays # SKIP DAYBOOK_TEST_CONNINFO is not set");
    }
    arena_close(arena);
    return tap_end();
}
