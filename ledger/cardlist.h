/* cardlist: which cards a version of the lists names (RULES.md 4): one version for each day, and per class of
 * terminals what it adds to and removes from the version before it. Files and where they go are questions of
 * formats/ and jobs/.
 *
 * Names and changes of one version lie in temporary tables of the open transaction, to be read page by page.
 */
#ifndef DAYBOOK_LEDGER_CARDLIST_H
#define DAYBOOK_LEDGER_CARDLIST_H

#include <stddef.h>

#include "ledger/run.h"

enum { CARDLIST_CLASSES = 3 };
extern const char *const cardlist_classes[CARDLIST_CLASSES]; /* "pos", "bus", "gate" (FORMATS.md 6) */

struct cardlist_rules {
    int64_t places[CARDLIST_CLASSES]; /* where there are more names, those with most money at risk stay */
    int64_t expired_days;             /* a card that expired longer ago is named no more */
};

struct cardlist_figures {
    int64_t names, added, removed;
    int64_t left_out, left_out_fen; /* cards without a place, and the money at risk on them */
};

struct cardlist {
    int32_t version;  /* YYYYMMDD of its day */
    int32_t previous; /* 0: the first of all */
    int32_t day;
    struct cardlist_figures figures[CARDLIST_CLASSES]; /* as made; cardlist_open gives names only */
};

/* The newest version; version 0 before the first. */
MUST_CHECK bool cardlist_find_newest(struct db *db, struct cardlist *newest, struct err *e);

/* Makes the version of the run's open date, which must not be there, and leaves its names and changes to be
 * read. */
MUST_CHECK bool cardlist_make(struct ledger_run *run, const struct cardlist_rules *rules,
                              struct cardlist *made, struct err *e);
/* Lays out the names of a version that is there, to be read in the open transaction; no changes. */
MUST_CHECK bool cardlist_open(struct db *db, struct cardlist *list, struct err *e);

struct cardlist_row {
    int64_t card_no;
    bool is_removed; /* of a change */
};
struct cardlist_page {
    int class;
    bool is_delta; /* changes; else names */
    int64_t after_card;
};
enum { CARDLIST_PAGE_ROWS = 16384 };
/* The next rows of a class, at most CARDLIST_PAGE_ROWS, in ascending order of the card number. */
MUST_CHECK bool cardlist_read(struct db *db, const struct cardlist_page *page, struct cardlist_row *rows,
                              size_t *count, struct err *e);

#endif
