/* tap: the few lines that a unit test needs; output is the Test Anything Protocol. */
#ifndef DAYBOOK_TESTS_TAP_H
#define DAYBOOK_TESTS_TAP_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int tap_count;
static int tap_failed;

static inline bool tap_point(bool passed, const char *fact, const char *file, int line)
{
    tap_count++;
    if (!passed)
        tap_failed++;
    printf("%sok %d - %s\n", passed ? "" : "not ", tap_count, fact);
    if (!passed)
        printf("#   at %s:%d\n", file, line);
    return passed;
}

/* CHECK(condition, "fact"): one test point, named as a fact. */
#define CHECK(condition, fact) tap_point((condition), (fact), __FILE__, __LINE__)
#define CHECK_TEXT(got, wanted, fact)                                                                          \
    do {                                                                                                       \
        const char *tap_got = (got), *tap_wanted = (wanted);                                                   \
        if (!tap_point(strcmp(tap_got, tap_wanted) == 0, (fact), __FILE__, __LINE__))                          \
            printf("#   got \"%s\"\n#   wanted \"%s\"\n", tap_got, tap_wanted);                                \
    } while (0)
#define CHECK_INT(got, wanted, fact)                                                                           \
    do {                                                                                                       \
        int64_t tap_got = (int64_t)(got), tap_wanted = (int64_t)(wanted);                                      \
        if (!tap_point(tap_got == tap_wanted, (fact), __FILE__, __LINE__))                                     \
            printf("#   got %" PRId64 "\n#   wanted %" PRId64 "\n", tap_got, tap_wanted);                      \
    } while (0)

/* The plan, last: `return tap_end();` */
static inline int tap_end(void)
{
    printf("1..%d\n", tap_count);
    return tap_failed ? 1 : 0;
}

#endif
