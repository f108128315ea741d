/* tally: the counts of R-22 and the sums that pages and estimates are made of, from the verdicts of a run. */
#ifndef DAYBOOK_LEDGER_TALLY_H
#define DAYBOOK_LEDGER_TALLY_H

#include "ledger/judge.h"

/* Counts every record once into its file, its package, its device epoch and the run, and lists an exception for each
 * refused file. ERR_BUG where collected ≠ posted + duplicate + held + rejected, in records or in fen, of any of them. */
MUST_CHECK bool tally_batch(struct judge *judge, struct tally *run, struct err *e);

/* Writes ledger.terminal_run, merchant_meal and device_day. */
MUST_CHECK bool tally_write(struct judge *judge, struct err *e);

#endif
