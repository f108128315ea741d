/* run: one transaction that changes the books (DESIGN.md 3.2). Its number is taken before it begins, so that a COMMIT
 * whose answer was lost can be looked up. */
#ifndef DAYBOOK_LEDGER_RUN_H
#define DAYBOOK_LEDGER_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/db.h"
#include "base/err.h"
#include "base/hash.h"

enum { RUN_ORDINAL_BITS = 28, TRANSFER_LEG_BITS = 12 };

struct ledger_run {
    struct db *db;
    int64_t run_id;
    int32_t open_date; /* RULES.md 3 */
    int64_t entries;   /* ordinals given out so far */
    struct db *beside; /* a second connection that fills the leaf of records while db does the rest; NULL: db does
                          all. The caller's. */
    bool is_beside;    /* this is the view of a run from there */
    struct hash_seed seed; /* of all tables of this run; no result follows from it */
};

/* Takes a number, begins the transaction and writes the run's row. The schema refuses an open_date that is not the
 * day after the last sealed one. On failure no transaction is open. */
MUST_CHECK bool ledger_run_open(struct ledger_run *run, struct db *db, const char *job, int32_t open_date,
                                struct err *e);

/* The id of the run's next entry: run_id × 2^28 + ordinal. */
MUST_CHECK bool ledger_run_next_entry(struct ledger_run *run, int64_t *entry_id, struct err *e);
int64_t ledger_run_id_of(const struct ledger_run *run, int64_t ordinal);

/* Commits. Where the answer was lost it asks again over a new connection to conninfo, so that true means committed
 * and false with code other than "08007" means not there; "08007" stays where nobody could be asked. */
MUST_CHECK bool ledger_run_commit(struct ledger_run *run, const char *conninfo, struct err *e);
void ledger_run_abandon(struct ledger_run *run); /* rolls back */

/* DATE_NO_DAY before the first seal. */
MUST_CHECK bool ledger_last_sealed(struct db *db, int32_t *day, struct err *e);

#endif
