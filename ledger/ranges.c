#include "ledger/ranges.h"

#include <string.h>

enum { INT4_TYPE = 23, INT8_TYPE = 20, ARRAY_HEAD_BYTES = 20 };

/* The index of the first range whose last number is at least `number`; count when there is none. */
static uint32_t find(const struct ranges *set, int64_t number)
{
    uint32_t low = 0, high = set->count;
    if (high > 0 && set->bounds[2 * high - 1] < number)
        return high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (set->bounds[2 * middle + 1] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool ranges_has(const struct ranges *set, int64_t number)
{
    uint32_t at = find(set, number);
    return at < set->count && set->bounds[2 * at] <= number;
}

static bool make_room(struct ranges *set, uint32_t more, struct arena *arena, struct err *e)
{
    if (more <= set->capacity - set->count)
        return true;
    uint32_t capacity = set->capacity * 2 > set->count + more ? set->capacity * 2 : set->count + more;
    int64_t *bounds = arena_array(arena, (size_t)capacity * 2, sizeof *bounds, e);
    if (!bounds)
        return false;
    if (set->count > 0)
        memcpy(bounds, set->bounds, (size_t)set->count * 2 * sizeof *bounds);
    set->bounds = bounds;
    set->capacity = capacity;
    return true;
}

static void remove_range(struct ranges *set, uint32_t at)
{
    memmove(set->bounds + 2 * at, set->bounds + 2 * (at + 1), (size_t)(set->count - at - 1) * 2 * sizeof *set->bounds);
    set->count--;
}

bool ranges_add(struct ranges *set, int64_t number, struct arena *arena, struct err *e)
{
    if (set->count > 0 && set->bounds[2 * set->count - 1] + 1 == number) { /* nearly always */
        set->bounds[2 * set->count - 1] = number;
        return true;
    }
    uint32_t at = find(set, number);
    if (at < set->count && set->bounds[2 * at] <= number)
        return true;
    bool joins_former = at > 0 && set->bounds[2 * at - 1] + 1 == number;
    bool joins_next = at < set->count && set->bounds[2 * at] - 1 == number;
    if (joins_former && joins_next) {
        set->bounds[2 * at - 1] = set->bounds[2 * at + 1];
        remove_range(set, at);
    } else if (joins_former) {
        set->bounds[2 * at - 1] = number;
    } else if (joins_next) {
        set->bounds[2 * at] = number;
    } else {
        if (!make_room(set, 1, arena, e))
            return false;
        memmove(set->bounds + 2 * (at + 1), set->bounds + 2 * at, (size_t)(set->count - at) * 2 * sizeof *set->bounds);
        set->bounds[2 * at] = set->bounds[2 * at + 1] = number;
        set->count++;
    }
    return true;
}

/* Puts a range behind all others, or joins it to the last. */
static void append(struct ranges *set, int64_t first, int64_t last)
{
    if (set->count > 0 && set->bounds[2 * set->count - 1] + 1 == first) {
        set->bounds[2 * set->count - 1] = last;
        return;
    }
    set->bounds[2 * set->count] = first;
    set->bounds[2 * set->count + 1] = last;
    set->count++;
}

bool ranges_add_all(struct ranges *set, const int64_t *numbers, uint32_t number_count, struct arena *arena,
                    struct err *e)
{
    uint32_t runs = 0, was_count = set->count, at = 0;
    if (number_count == 0)
        return true;
    for (uint32_t i = 0; i < number_count; i++)
        runs += i == 0 || numbers[i] != numbers[i - 1] + 1;
    if (!make_room(set, runs, arena, e))
        return false;
    /* The old ranges move to the end, so that the merged ones, which are never ahead of them, have room. */
    int64_t *was = set->bounds + 2 * (size_t)(set->capacity - was_count);
    if (was_count > 0)
        memmove(was, set->bounds, (size_t)was_count * 2 * sizeof *was);
    set->count = 0;
    for (uint32_t i = 0; i < number_count; i++) {
        for (; at < was_count && was[2 * at] < numbers[i]; at++)
            append(set, was[2 * at], was[2 * at + 1]);
        append(set, numbers[i], numbers[i]);
    }
    for (; at < was_count; at++)
        append(set, was[2 * at], was[2 * at + 1]);
    return true;
}

int64_t ranges_size(const struct ranges *set)
{
    int64_t size = 0;
    for (uint32_t i = 0; i < set->count; i++)
        size += set->bounds[2 * i + 1] - set->bounds[2 * i] + 1;
    return size;
}

int64_t ranges_missing(const struct ranges *set, int64_t floor_number)
{
    int64_t first = 0, last = 0, missing = 0;
    for (uint32_t at = 0; ranges_next_gap(set, floor_number, &at, &first, &last);)
        missing += last - first + 1;
    return missing;
}

bool ranges_next_gap(const struct ranges *set, int64_t floor_number, uint32_t *at, int64_t *first, int64_t *last)
{
    for (; *at < set->count; ++*at) {
        int64_t after_former = *at > 0 ? set->bounds[2 * *at - 1] + 1 : INT64_MIN;
        *first = after_former > floor_number ? after_former : floor_number;
        *last = set->bounds[2 * *at] - 1;
        if (*first <= *last) {
            ++*at;
            return true;
        }
    }
    return false;
}

bool ranges_equal(const struct ranges *a, const struct ranges *b)
{
    return a->count == b->count &&
           (a->count == 0 || memcmp(a->bounds, b->bounds, (size_t)a->count * 2 * sizeof *a->bounds) == 0);
}

bool ranges_copy(struct ranges *to, const struct ranges *from, struct arena *arena, struct err *e)
{
    *to = (struct ranges){0};
    if (from->count == 0)
        return true;
    to->bounds = arena_array(arena, (size_t)from->count * 2, sizeof *to->bounds, e);
    if (!to->bounds)
        return false;
    memcpy(to->bounds, from->bounds, (size_t)from->count * 2 * sizeof *to->bounds);
    to->count = to->capacity = from->count;
    return true;
}

static uint32_t get_be32(const char *at)
{
    uint32_t v = 0;
    memcpy(&v, at, sizeof v);
    return __builtin_bswap32(v);
}

static int64_t get_number(const char *at, size_t width)
{
    if (width == 4)
        return (int32_t)get_be32(at);
    return (int64_t)((uint64_t)get_be32(at) << 32 | get_be32(at + 4));
}

bool ranges_read(struct ranges *set, struct str array, struct arena *arena, struct err *e)
{
    *set = (struct ranges){0};
    if (array.length >= 12 && get_be32(array.data) == 0)
        return true;
    size_t width = array.length >= ARRAY_HEAD_BYTES && get_be32(array.data + 8) == INT4_TYPE ? 4 : 8;
    size_t count = array.length >= ARRAY_HEAD_BYTES ? get_be32(array.data + 12) : 1;
    if (array.length != ARRAY_HEAD_BYTES + count * (4 + width) || count % 2 != 0)
        return err_set(e, ERR_BUG, "an array of %zu bytes holds no ranges", array.length);
    set->bounds = arena_array(arena, count, sizeof *set->bounds, e);
    if (!set->bounds)
        return false;
    for (size_t i = 0; i < count; i++)
        set->bounds[i] = get_number(array.data + ARRAY_HEAD_BYTES + i * (4 + width) + 4, width);
    set->count = set->capacity = (uint32_t)(count / 2);
    return true;
}

size_t ranges_copy_bytes(const struct ranges *set, int width_bytes)
{
    return set->count == 0 ? 12 : ARRAY_HEAD_BYTES + (size_t)set->count * 2 * (4 + (size_t)width_bytes);
}

void ranges_put(struct db_copy *copy, const struct ranges *set, int width_bytes)
{
    db_put_be32(copy, (uint32_t)ranges_copy_bytes(set, width_bytes));
    db_put_be32(copy, set->count == 0 ? 0 : 1); /* dimensions */
    db_put_be32(copy, 0);                       /* no nulls */
    db_put_be32(copy, width_bytes == 4 ? INT4_TYPE : INT8_TYPE);
    if (set->count == 0)
        return;
    db_put_be32(copy, set->count * 2);
    db_put_be32(copy, 1); /* lower bound */
    for (uint32_t i = 0; i < set->count * 2; i++) {
        if (width_bytes == 4)
            db_put_int32(copy, (int32_t)set->bounds[i]);
        else
            db_put_int64(copy, set->bounds[i]);
    }
}
