/* audit: makes the books' figures anew from their records and compares (RULES.md 2, docs/ledger.md). Reads only.
 *
 * Each check is one query that gives a line for each thing that is wrong, and nothing where all is well. */
#ifndef DAYBOOK_LEDGER_AUDIT_H
#define DAYBOOK_LEDGER_AUDIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/db.h"

/* Transfers by accounting date, records and files by the date of their run. Checks of state that has no date
 * are made whole only where both ends are open, since they read all that ever was. */
struct audit_scope {
    int32_t from_day; /* inclusive; DATE_NO_DAY: from the beginning */
    int32_t to_day;   /* inclusive; DATE_NO_DAY: to the end */
};

/* Hears of each finding: the name of the check and a line without a full stop. */
struct audit_listener {
    void (*found)(void *context, const char *check, const char *line);
    void *context;
};

struct audit_result {
    int64_t checks;
    int64_t findings;
    int64_t runs;
    int64_t records;
    int64_t transfers;
    int64_t transfer_fen;
    int64_t seals; /* whose digests were made anew */
};

/* Runs all checks. A transaction must be open; with REPEATABLE READ they all see the same books. */
MUST_CHECK bool audit_run(struct db *db, const struct audit_scope *scope,
                          const struct audit_listener *listener, struct audit_result *result, struct err *e);

#endif
