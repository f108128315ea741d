#include "base/arena.h"

#include <stdarg.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK_BYTES = 64 * 1024, LARGEST_BLOCK_BYTES = 8 * 1024 * 1024 };

struct block {
    struct block *older;
    size_t capacity_bytes;
    size_t used_bytes;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *newest;
    size_t maximum_bytes;
    size_t held_bytes; /* capacity of all blocks */
    bool is_full;
};

static bool grow(struct arena *arena, size_t wanted_bytes, struct err *e)
{
    size_t capacity = arena->newest ? arena->newest->capacity_bytes * 2 : FIRST_BLOCK_BYTES;
    if (capacity > LARGEST_BLOCK_BYTES)
        capacity = LARGEST_BLOCK_BYTES;
    if (capacity < wanted_bytes)
        capacity = wanted_bytes;
    if (capacity > arena->maximum_bytes - arena->held_bytes)
        capacity = wanted_bytes;
    if (capacity > arena->maximum_bytes - arena->held_bytes) {
        arena->is_full = true;
        return err_set(e, ERR_BUG, "a batch needs more than the %zu bytes its arena may hold", arena->maximum_bytes);
    }
    struct block *block = malloc(sizeof *block + capacity);
    if (!block)
        return err_set(e, ERR_BUG, "no memory for %zu bytes", capacity);
    block->older = arena->newest;
    block->capacity_bytes = capacity;
    block->used_bytes = 0;
    arena->newest = block;
    arena->held_bytes += capacity;
    return true;
}

bool arena_open(struct arena **arena, size_t maximum_bytes, struct err *e)
{
    *arena = calloc(1, sizeof **arena);
    if (!*arena)
        return err_set(e, ERR_BUG, "no memory for an arena");
    (*arena)->maximum_bytes = maximum_bytes;
    return true;
}

static void drop_blocks(struct arena *arena, struct block *keep)
{
    while (arena->newest && arena->newest != keep) {
        struct block *older = arena->newest->older;
        arena->held_bytes -= arena->newest->capacity_bytes;
        free(arena->newest);
        arena->newest = older;
    }
}

void arena_close(struct arena *arena)
{
    if (!arena)
        return;
    drop_blocks(arena, NULL);
    free(arena);
}

void arena_reset(struct arena *arena)
{
    struct block *first = arena->newest;
    while (first && first->older)
        first = first->older;
    drop_blocks(arena, first);
    if (first)
        first->used_bytes = 0;
}

void *arena_alloc(struct arena *arena, size_t size_bytes, struct err *e)
{
    const size_t alignment = alignof(max_align_t);
    if (size_bytes > SIZE_MAX - alignment) {
        (void)err_set(e, ERR_BUG, "an allocation of %zu bytes is absurd", size_bytes);
        return NULL;
    }
    size_t rounded = (size_bytes + alignment - 1) / alignment * alignment;
    struct block *block = arena->newest;
    if (!block || block->capacity_bytes - block->used_bytes < rounded) {
        if (!grow(arena, rounded, e))
            return NULL;
        block = arena->newest;
    }
    void *memory = block->bytes + block->used_bytes;
    block->used_bytes += rounded;
    memset(memory, 0, rounded);
    return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size_bytes, struct err *e)
{
    size_t total = 0;
    if (__builtin_mul_overflow(count, size_bytes, &total)) {
        (void)err_set(e, ERR_BUG, "an array of %zu × %zu bytes is absurd", count, size_bytes);
        return NULL;
    }
    return arena_alloc(arena, total, e);
}

char *arena_copy(struct arena *arena, const char *text, size_t length, struct err *e)
{
    char *copy = arena_alloc(arena, length + 1, e);
    if (copy && length > 0)
        memcpy(copy, text, length);
    return copy;
}

char *arena_printf(struct arena *arena, struct err *e, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = NULL;
    if (length < 0)
        (void)err_set(e, ERR_BUG, "a format could not be printed: \"%s\"", format);
    else
        text = arena_alloc(arena, (size_t)length + 1, e);
    if (text)
        (void)vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void arena_wipe(struct arena *arena)
{
    for (struct block *block = arena->newest; block; block = block->older)
        explicit_bzero(block->bytes, block->capacity_bytes);
}

size_t arena_used_bytes(const struct arena *arena)
{
    size_t used = 0;
    for (const struct block *block = arena->newest; block; block = block->older)
        used += block->used_bytes;
    return used;
}

bool arena_is_full(const struct arena *arena)
{
    return arena->is_full;
}
