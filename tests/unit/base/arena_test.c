#include "base/arena.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/unit/tap.h"

static struct err e;

static bool is_zero(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (bytes[i])
            return false;
    return true;
}

static void test_alloc(void)
{
    struct arena *arena = NULL;
    ALWAYS(arena_open(&arena, 1024 * 1024, &e));
    CHECK_INT(arena_used_bytes(arena), 0, "a new arena is empty");
    bool ok = true, aligned = true, zero = true;
    unsigned char *before = NULL;
    for (size_t size = 1; size < 400; size++) {
        unsigned char *memory = arena_alloc(arena, size, &e);
        ok = ok && memory && memory != before;
        aligned = aligned && (uintptr_t)memory % alignof(max_align_t) == 0;
        zero = zero && memory && is_zero(memory, size);
        if (memory)
            memset(memory, 0xAA, size); /* what overlaps shows in the next one */
        before = memory;
    }
    CHECK(ok, "many small pieces are given");
    CHECK(aligned, "every piece is aligned for any type");
    CHECK(zero, "every piece is zeroed and nobody else's");
    CHECK(arena_used_bytes(arena) >= 399 * 400 / 2, "what is used is counted");
    arena_reset(arena);
    CHECK_INT(arena_used_bytes(arena), 0, "a reset gives all back");
    unsigned char *again = arena_alloc(arena, 1000, &e);
    CHECK(again && is_zero(again, 1000), "memory used before is zeroed again");
    CHECK(arena_alloc(arena, 0, &e) != NULL, "nothing is a piece too");
    arena_close(arena);
    arena_close(NULL);
}

static void test_maximum(void)
{
    struct arena *arena = NULL;
    ALWAYS(arena_open(&arena, 200 * 1024, &e));
    CHECK(arena_alloc(arena, 100 * 1024, &e) != NULL, "a piece larger than a block is given");
    CHECK(arena_alloc(arena, 100 * 1024, &e) != NULL, "the maximum can be used up");
    CHECK(!arena_is_full(arena), "an arena that is used up has refused nothing yet");
    CHECK(!arena_alloc(arena, 1, &e), "above the maximum nothing is given");
    CHECK(arena_is_full(arena), "an arena that has refused something is full");
    CHECK_INT(e.kind, ERR_BUG, "the maximum is an error of ours");
    CHECK(strstr(e.message, "204800") != NULL, "the message tells the maximum");
    arena_reset(arena);
    CHECK(arena_alloc(arena, 64 * 1024, &e) != NULL, "after a reset there is room again");
    CHECK(!arena_alloc(arena, SIZE_MAX, &e) && e.kind == ERR_BUG, "an absurd size is refused");
    CHECK(!arena_alloc(arena, SIZE_MAX - 8, &e) && e.kind == ERR_BUG,
          "a size that wraps when rounded is refused");
    CHECK(!arena_array(arena, SIZE_MAX / 4, 8, &e) && e.kind == ERR_BUG,
          "an array whose size wraps is refused");
    uint32_t *numbers = arena_array(arena, 1000, sizeof *numbers, &e);
    CHECK(numbers && is_zero((unsigned char *)numbers, 4000), "an array is zeroed");
    arena_close(arena);
}

static void test_text(void)
{
    struct arena *arena = NULL;
    char text[6000];
    memset(text, 'z', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ALWAYS(arena_open(&arena, 128 * 1024, &e));
    const char *copy = arena_copy(arena, "abcdef", 3, &e);
    CHECK(copy && strcmp(copy, "abc") == 0, "a copy ends with NUL");
    copy = arena_copy(arena, NULL, 0, &e);
    CHECK(copy && copy[0] == '\0', "a copy of nothing is empty text");
    copy = arena_printf(arena, &e, "%s-%d", "n", 5);
    CHECK(copy && strcmp(copy, "n-5") == 0, "text is printed");
    copy = arena_printf(arena, &e, "%s", text);
    CHECK(copy && strcmp(copy, text) == 0, "long text is printed whole");
    while (arena_alloc(arena, 4096, &e))
        ;
    CHECK(!arena_printf(arena, &e, "%s", text) && e.kind == ERR_BUG, "text that does not fit is an error");
    CHECK(!arena_copy(arena, text, sizeof text, &e), "a copy that does not fit is an error");
    arena_close(arena);
}

int main(void)
{
    test_alloc();
    test_maximum();
    test_text();
    return tap_end();
}
