/* figure: numbers and days as a person reads them, the same in every form of a report and in every language.
 */
#ifndef DAYBOOK_REPORTS_FIGURE_H
#define DAYBOOK_REPORTS_FIGURE_H

#include <stdint.h>

enum { FIGURE_BYTES = 48 };

void figure_count(int64_t count, char out[FIGURE_BYTES]);        /* "1,234", "-5", "0" */
void figure_yuan(int64_t fen, char out[FIGURE_BYTES]);           /* "1,234.56", "-0.05", "0.00" */
void figure_percent(int64_t hundredths, char out[FIGURE_BYTES]); /* "99.50%" of 9950 */
/* part of whole in hundredths of a percent, rounded down, so that 100 % is said of all only; 0 when whole is
 * 0. */
int64_t figure_share(int64_t part, int64_t whole);

#endif
