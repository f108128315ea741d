#include <stdlib.h>

#include "base/date.h"
#include "reports/words.h"
#include "tests/unit/tap.h"

/* The places {1} to {9} of a text, as bits. */
static unsigned places(const char *text)
{
    unsigned found = 0;
    for (; *text != '\0'; text++)
        if (text[0] == '{' && text[1] >= '1' && text[1] <= '9' && text[2] == '}')
            found |= 1U << (text[1] - '0');
    return found;
}

int main(void)
{
    struct arena *arena;
    struct err e;
    enum language language;
    char date[WORDS_DATE_BYTES];
    int unlike = 0, missing = 0;
    if (!arena_open(&arena, 1 << 20, &e))
        return EXIT_FAILURE;
    for (int i = 0; i < WORD_COUNT; i++) {
        const char *zh = words_text(LANGUAGE_ZH_CN, (enum word)i),
                   *en = words_text(LANGUAGE_EN, (enum word)i);
        if (places(zh) != places(en)) {
            printf("# \"%s\" and \"%s\"\n", zh, en);
            unlike++;
        }
        missing += *en == '\0';
    }
    CHECK_INT(unlike, 0, "has the same places to fill in both languages");
    CHECK_INT(missing, 0, "has a text for every word");
    const char *const values[] = {"a{2}", "b"};
    const char *filled = words_fill(arena, LANGUAGE_EN, WORD_PAGE_OF, 2, values, &e);
    CHECK_TEXT(filled == NULL ? "" : filled, "a{2} · b", "fills places once: values are not looked at again");
    CHECK_TEXT(words_code(LANGUAGE_ZH_CN, WORDS_VERDICT, "tac_bad"), "TAC 不符", "names a verdict");
    CHECK_TEXT(words_code(LANGUAGE_EN, WORDS_ACCOUNT, "2004"), "merchants payable", "names an account code");
    CHECK_TEXT(words_code(LANGUAGE_EN, WORDS_VERDICT, "new_kind"), "new_kind",
               "shows a code that it does not know");
    CHECK(words_language("zh_CN", &language) && language == LANGUAGE_ZH_CN &&
              words_language("en", &language) && language == LANGUAGE_EN && !words_language("de", &language),
          "knows its languages");
    words_long_date(LANGUAGE_ZH_CN, 20515, date);
    CHECK_TEXT(date, "2026年3月3日 星期二", "writes a date in Chinese");
    words_long_date(LANGUAGE_EN, 20515, date);
    CHECK_TEXT(date, "Tuesday 3 March 2026", "writes a date in English");
    arena_close(arena);
    return tap_end();
}
