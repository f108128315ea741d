/* store: writes what a judge decided: records, seen ranges, conflicts, and the state the next run begins with. */
#ifndef DAYBOOK_LEDGER_STORE_H
#define DAYBOOK_LEDGER_STORE_H

#include "ledger/judge.h"

/* The records that were accepted or held into the run's leaf, the ranges and conflicts it saw. */
MUST_CHECK bool store_records(struct judge *judge, struct err *e);

/* Cards and devices that changed. Fails with ERR_DB, retryable, where another run has replaced one meanwhile. */
MUST_CHECK bool store_state(struct judge *judge, struct err *e);

/* The touched ones of cards whose purses an import opens. */
MUST_CHECK bool store_opened_cards(struct ledger_run *run, const struct card *cards, uint32_t count, struct err *e);

#endif
