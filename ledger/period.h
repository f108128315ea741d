/* period: the settlement periods of merchants: a day, a week from Monday to Sunday, a calendar month
 * (RULES.md 5).
 *
 * Only dates and names; who is settled and for what is in settle.h and statement.h. */
#ifndef DAYBOOK_LEDGER_PERIOD_H
#define DAYBOOK_LEDGER_PERIOD_H

#include <stdbool.h>
#include <stdint.h>

enum period_cycle { PERIOD_DAY, PERIOD_WEEK, PERIOD_MONTH };
enum { PERIOD_CYCLES = 3, PERIOD_NAME_BYTES = 16 };

struct period {
    enum period_cycle cycle;
    int32_t from_day; /* inclusive, both */
    int32_t to_day;
    char name[PERIOD_NAME_BYTES]; /* "YYYY-MM-DD", "YYYY-Www" (ISO 8601) or "YYYY-MM" (FORMATS.md 11, 13) */
};

/* The word of a cycle in FORMATS.md 1: day, week, month. */
const char *period_cycle_word(enum period_cycle cycle);

/* The period of the cycle that a day lies in. */
void period_of_day(enum period_cycle cycle, int32_t day, struct period *period);

/* True when a period of the cycle ends on that day; it is in *period then, which is else untouched. */
bool period_ending_on(enum period_cycle cycle, int32_t day, struct period *period);

#endif
