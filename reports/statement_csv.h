/* statement_csv: a merchant's statement as statement.csv (FORMATS.md 11): figures in, bytes out.
 *
 * The bytes are what a statement's digest and check code are made of, so the same figures always give the
 * same ones: a header, for each date its meals with a figure that is not 0 and then its fee as meal "all", a
 * last row TOTAL; lines end in CRLF (RFC 4180), no BOM. */
#ifndef DAYBOOK_REPORTS_STATEMENT_CSV_H
#define DAYBOOK_REPORTS_STATEMENT_CSV_H

#include "base/arena.h"
#include "base/str.h"
#include "ledger/statement.h"

/* Renders the statement into the arena. */
MUST_CHECK bool statement_csv_render(struct arena *arena, const struct statement *statement, struct str *csv,
                                     struct err *e);

/* Renders the statement and hashes it; *is_current tells whether its newest edition holds the same bytes. */
MUST_CHECK bool statement_csv_compare(struct arena *arena, const struct statement *statement,
                                      struct statement_edition *edition, bool *is_current, struct err *e);

/* The first statement due on the day that is not issued as the books have it now; *stale is NULL when none
 * is. Resets the arena. */
MUST_CHECK bool statement_csv_find_stale(struct arena *arena, struct db *db, int32_t day,
                                         const struct statement **stale, struct err *e);

#endif
