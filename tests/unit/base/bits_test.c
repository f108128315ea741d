/* bits, points and hash against the plain way of doing the same. */
#include <stdlib.h>

#include "base/bits.h"
#include "base/hash.h"
#include "base/points.h"
#include "tests/unit/tap.h"

enum { MANY = 5000 };

static uint64_t random_state = 20260303;

static uint32_t random_below(uint32_t limit)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(random_state >> 33) % limit;
}

static void test_bits(void)
{
    static bool has[MANY];
    struct bits bits;
    struct err e;
    bool all_agree = bits_open(&bits, MANY, &e);
    CHECK(bits_next(&bits, 0) == BITS_NONE, "an empty set has no next member");
    for (int round = 0; round < 20000; round++) {
        uint32_t number = random_below(MANY), from = random_below(MANY + 2), wanted = from;
        has[number] = random_below(2 + (uint32_t)round / 1000) == 0; /* many members at first, few in the end */
        if (has[number])
            bits_add(&bits, number);
        else
            bits_remove(&bits, number);
        while (wanted < MANY && !has[wanted])
            wanted++;
        all_agree = all_agree && bits_next(&bits, from) == (wanted < MANY ? wanted : BITS_NONE);
    }
    CHECK(all_agree, "the next member is the one that going from number to number finds");
    bits_close(&bits);
    all_agree = bits_open(&bits, 300000, &e);
    bits_add(&bits, 299999);
    CHECK(all_agree && bits_next(&bits, 0) == 299999 && bits_next(&bits, 299999) == 299999, "a member far off is found");
    bits_close(&bits);
}

/* Columns in the order of the rows, against it, and in none. */
static void shuffle(uint32_t *columns, uint32_t count, int how)
{
    for (uint32_t i = 0; i < count; i++)
        columns[i] = how == 1 ? count - 1 - i : i;
    for (uint32_t i = count; how == 2 && i-- > 1;) {
        uint32_t other = random_below(i + 1), column = columns[i];
        columns[i] = columns[other];
        columns[other] = column;
    }
}

static void test_points(void)
{
    static uint32_t columns[MANY];
    static bool is_out[MANY];
    struct points points;
    struct err e;
    bool all_agree = true;
    for (int how = 0; how < 3; how++) {
        uint32_t count = 700;
        shuffle(columns, count, how);
        memset(is_out, 0, sizeof is_out);
        all_agree = all_agree && points_open(&points, columns, count, &e);
        for (int round = 0; round < 1500; round++) {
            uint32_t x_from = random_below(count), x_end = random_below(count + 1), y_from = random_below(count), row = y_from;
            while (row < count && (is_out[row] || columns[row] < x_from || columns[row] >= x_end))
                row++;
            all_agree = all_agree && points_lowest(&points, x_from, x_end, y_from) == (row < count ? row : POINTS_NONE);
            row = random_below(count);
            is_out[row] = true;
            points_remove(&points, row);
        }
        points_close(&points);
    }
    CHECK(all_agree, "the lowest point is the one that going from row to row finds");
    for (int how = 0; how < 3; how++) {
        shuffle(columns, MANY, how);
        CHECK(points_open(&points, columns, MANY, &e), "points are opened");
        for (uint32_t i = 0; i < 1000; i++)
            (void)points_lowest(&points, random_below(MANY), random_below(MANY), random_below(MANY));
        CHECK(points.steps < UINT64_C(1000) * 700, "an answer looks at few of them"); /* 10 √n; plainly it is 2,500 and more */
        points_close(&points);
    }
}

/* The longest way to any of the rows. */
static uint64_t probes_for(struct hash_seed seed, uint64_t step)
{
    struct hash_slots slots = {0};
    struct err e;
    if (!hash_open(&slots, seed, MANY, &e))
        return UINT64_MAX;
    for (uint32_t i = 0; i < MANY; i++)
        hash_put(&slots, hash_number(&seed, 0, i * step), i);
    hash_close(&slots);
    return slots.probes;
}

static void test_hash(void)
{
    struct hash_seed seed = {{0}}, other = {{0}}, fixed = {{1, 2}};
    struct err e;
    CHECK(hash_seed_draw(&seed, &e) && hash_seed_draw(&other, &e) && memcmp(&seed, &other, sizeof seed) != 0,
          "two seeds differ");
    CHECK(hash_number(&seed, 0, 77) != hash_number(&other, 0, 77) && hash_number(&fixed, 0, 77) == hash_number(&fixed, 0, 77),
          "a hash follows from its seed");
    for (int shift = 0; shift <= 48; shift += 8)
        CHECK(probes_for(seed, UINT64_C(1) << shift) < 2 * MANY, "numbers that differ in few bits are found at once");
    /* Times 0x9E3779B97F4A7C15, as a table without a seed may hash, both halves of each are equal. */
    CHECK(probes_for(seed, UINT64_C(0x8B15F71E9937733D)) < 2 * MANY, "numbers made for a known hash are no heap");
}

int main(void)
{
    test_bits();
    test_points();
    test_hash();
    return tap_end();
}
