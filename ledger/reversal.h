/* reversal: the accepted purchase that a reversal cancels (RULES.md R-08): same device, epoch and sequence, same card, same
 * amount, not reversed before. */
#ifndef DAYBOOK_LEDGER_REVERSAL_H
#define DAYBOOK_LEDGER_REVERSAL_H

#include "ledger/judge.h"

/* Reads back the purchases of earlier runs that reversals of this one, new or waiting, may cancel. */
MUST_CHECK bool reversal_find_old(struct judge *judge, struct err *e);

/* Looks for the purchase among what is accepted by now, and takes it: nobody else can match it then. sorted_place is that
 * of the reversal in the judge's order, or of any record behind its card's. */
MUST_CHECK bool reversal_match(struct judge *judge, uint32_t record_index, uint32_t sorted_place, bool *is_matched,
                               struct err *e);

#endif
