/* store: writes what a judge decided: records, seen ranges, conflicts, and the state the next run begins with. */
#ifndef DAYBOOK_LEDGER_STORE_H
#define DAYBOOK_LEDGER_STORE_H

#include "ledger/judge.h"

/* Begins to write the records that were accepted or held into the run's leaf: to the end, or where the run has a second
 * connection, over that, while the caller goes on with the rest of the run and changes no record. store_end is called
 * either way. */
struct store;
MUST_CHECK bool store_begin(struct store **store, const struct judge *judge, struct err *e);
/* Waits for the leaf and, when all else of the run is done, gives it its place in the books. False where done was, with
 * the *e that the caller has, or where the leaf failed. Frees store, which may be NULL. */
MUST_CHECK bool store_end(struct store *store, bool done, struct err *e);

/* The ranges and conflicts that the run saw. */
MUST_CHECK bool store_seen(struct judge *judge, struct err *e);

/* Between which moments the records lie (ledger.record_span, ledger.record_astray). */
MUST_CHECK bool store_span(const struct judge *judge, struct err *e);

/* Cards and devices that changed. Fails with ERR_DB, retryable, where another run has replaced one meanwhile. */
MUST_CHECK bool store_state(struct judge *judge, struct err *e);

/* The touched ones of cards whose purses an import opens. */
MUST_CHECK bool store_opened_cards(struct ledger_run *run, const struct card *cards, uint32_t count, struct err *e);

#endif
