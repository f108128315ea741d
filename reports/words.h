/* words: what reports say, in each language they can say it in: whole sentences with places to fill, and the
 * names of verdicts, states, kinds of transfer, account codes and jobs.
 *
 * Texts live in words_list.h, one line a word, so that no language can lack one. */
#ifndef DAYBOOK_REPORTS_WORDS_H
#define DAYBOOK_REPORTS_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "reports/words_list.h"

enum language { LANGUAGE_ZH_CN, LANGUAGE_EN, LANGUAGE_COUNT };

#define WORDS_ENUM(name, zh, en) WORD_##name,
enum word { WORDS_LIST(WORDS_ENUM) WORD_COUNT };
#undef WORDS_ENUM

enum words_domain {
    WORDS_VERDICT,
    WORDS_TRANSFER,
    WORDS_ACCOUNT,
    WORDS_REASON,
    WORDS_STATE,
    WORDS_CLASS,      /* of terminals */
    WORDS_OUTCOME,    /* of a correction */
    WORDS_ANSWER,     /* to one */
    WORDS_CORRECTION, /* its reason */
};

/* "zh_CN" or "en"; false for anything else. */
bool words_language(const char *name, enum language *language);
/* "zh-CN" or "en", as the web names languages. */
const char *words_language_tag(enum language language);

const char *words_text(enum language language, enum word word);
/* The text with {1} to {9} replaced by values; a place without a value is a bug. */
MUST_CHECK const char *words_fill(struct arena *arena, enum language language, enum word word, size_t count,
                                  const char *const *values, struct err *e);
/* The name of a code, or the code itself where it has none. */
const char *words_code(enum language language, enum words_domain domain, const char *code);

/* "2026年3月2日 星期一" or "Monday 2 March 2026". */
enum { WORDS_DATE_BYTES = 64 };
void words_long_date(enum language language, int32_t day, char out[WORDS_DATE_BYTES]);
/* "周一" or "Mon" */
const char *words_weekday(enum language language, int32_t day);

#endif
