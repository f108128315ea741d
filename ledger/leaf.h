/* leaf: the rows of one run and one date of ledger.record or ledger.transfer, filled by one binary COPY. */
#ifndef DAYBOOK_LEDGER_LEAF_H
#define DAYBOOK_LEDGER_LEAF_H

#include "ledger/run.h"

/* Makes the leaf and begins its COPY with these columns ("a, b, c"). Nothing else can be asked of the connection until
 * leaf_close or db_copy_abort. A sealed date is refused by the schema. */
MUST_CHECK bool leaf_open(struct ledger_run *run, const char *parent, int32_t date, const char *columns,
                          struct db_copy **copy, struct err *e);
/* Ends the COPY, builds the indexes in bulk, and closes the leaf for ever. */
MUST_CHECK bool leaf_close(struct ledger_run *run, const char *parent, int32_t date, struct db_copy *copy,
                           struct err *e);
/* Gives a closed leaf its place in the books, within the run's own transaction. */
MUST_CHECK bool leaf_attach(struct ledger_run *run, const char *parent, int32_t date, struct err *e);

#endif
