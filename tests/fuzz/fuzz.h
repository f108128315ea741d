/* fuzz: what all targets share. A target is LLVMFuzzerTestOneInput of libFuzzer; MUST ends it where a promise of a header
 * does not hold for an input, besides what ASan and UBSan see. */
#ifndef DAYBOOK_TESTS_FUZZ_H
#define DAYBOOK_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define MUST(condition)                                                                                                 \
    do {                                                                                                                \
        if (!(condition)) {                                                                                             \
            (void)fprintf(stderr, "%s:%d: it must be that %s\n", __FILE__, __LINE__, #condition);                       \
            abort();                                                                                                    \
        }                                                                                                               \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An arena that is empty for each input. */
static inline struct arena *fuzz_arena(void)
{
    static struct arena *arena;
    struct err e;
    if (!arena)
        MUST(arena_open(&arena, (size_t)256 << 20, &e));
    arena_reset(arena);
    return arena;
}

/* The bytes of an input. */
static inline struct str fuzz_text(const uint8_t *data, size_t size)
{
    return (struct str){(const char *)data, size};
}

/* What a refusal promises: a message about the input and nothing else, on one line, that a database can keep. */
static inline void fuzz_check_refusal(const struct err *e)
{
    MUST(e->kind == ERR_INPUT);
    MUST(e->message[0] != '\0' && !strchr(e->message, '\n') && !strchr(e->message, '\r'));
    MUST(str_is_utf8(str_of(e->message)));
}

/* Reads every byte, so that ASan sees one that is not there. */
static inline unsigned fuzz_touch(struct str text)
{
    unsigned sum = 0;
    for (size_t i = 0; i < text.length; i++)
        sum += (unsigned char)text.data[i];
    return sum;
}

#endif
