/* statement: the figures of a merchant's statement for a period, and its editions (RULES.md 5).
 *
 * What the figures look like as text is in reports/statement_csv.h; here they are read from the books, and
 * editions, which never change, are added. */
#ifndef DAYBOOK_LEDGER_STATEMENT_H
#define DAYBOOK_LEDGER_STATEMENT_H

#include "base/arena.h"
#include "base/crypto.h"
#include "ledger/period.h"
#include "ledger/run.h"

/* The columns of statement.csv (FORMATS.md 11). */
struct statement_figures {
    int64_t purchases;
    int64_t purchase_fen;
    int64_t reversals;
    int64_t reversal_fen;
    int64_t late_fen;
    int64_t held_fen;
    int64_t fee_fen;
    int64_t net_fen; /* purchase − reversal − fee */
};

/* Stored in ledger.merchant_meal; STATEMENT_ALL is the row of a day's fee. */
enum statement_meal {
    STATEMENT_BREAKFAST = 1,
    STATEMENT_LUNCH = 2,
    STATEMENT_SUPPER = 3,
    STATEMENT_NIGHT = 4,
    STATEMENT_ALL = 5,
};

struct statement_line {
    int32_t day;
    int meal; /* enum statement_meal */
    struct statement_figures figures;
};

struct statement {
    int64_t merchant_no;
    const struct period *period;
    /* By day, then meal: those with a figure that is not 0, and each day's fee. */
    const struct statement_line *lines;
    size_t line_count;
    struct statement_figures total;
    int edition;                         /* the newest one issued, 0 = none */
    uint8_t sha256[CRYPTO_SHA256_BYTES]; /* of its CSV */
};

/* The statements that are due on a day, as the books have them now: one for each merchant whose own period
 * ends on it, also where nothing happened. Walks all cycles, some merchants at a time. */
struct statement_walk {
    struct db *db;
    int32_t day;
    int cycle;
    int64_t after_merchant_no;
    struct period period;
};
void statement_walk_open(struct statement_walk *walk, struct db *db, int32_t day);
/* The next statements, in the arena, valid while the walk is; *count is 0 after the last. */
MUST_CHECK bool statement_walk_next(struct statement_walk *walk, struct arena *arena,
                                    struct statement **statements, size_t *count, struct err *e);

/* A new edition: the one after statement->edition. */
struct statement_edition {
    const struct statement *statement;
    struct str csv;
    uint8_t sha256[CRYPTO_SHA256_BYTES];
};
MUST_CHECK bool statement_add_editions(struct ledger_run *run, const struct statement_edition *editions,
                                       size_t count, struct err *e);

#endif
