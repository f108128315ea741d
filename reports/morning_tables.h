/* morning_tables: the tables of the morning page, each with its heading and notes; morning.c puts them in
 * order. */
#ifndef DAYBOOK_REPORTS_MORNING_TABLES_H
#define DAYBOOK_REPORTS_MORNING_TABLES_H

#include "reports/morning.h"

/* Anchors that the list of tasks links to. */
#define MORNING_ANCHOR_REPORTS "reports"
#define MORNING_ANCHOR_PACKAGES "packages"
#define MORNING_ANCHOR_EXCEPTIONS "exceptions"
#define MORNING_ANCHOR_LISTS "lists"
#define MORNING_ANCHOR_CORRECTIONS "corrections"
#define MORNING_ANCHOR_BALANCE "balance"

/* Debit and credit sides of the trial balance; they must be equal. */
struct morning_sides {
    int64_t opening_debit_fen, opening_credit_fen;
    int64_t debit_fen, credit_fen;
    int64_t closing_debit_fen, closing_credit_fen;
};
MUST_CHECK bool morning_add_sides(const struct morning *m, struct morning_sides *sides, struct err *e);

/* Turnover and net of RULES.md 5. */
int64_t morning_turnover(const struct morning_sales *sales);
int64_t morning_net(const struct morning_sales *sales);

/* At most so many schools that have not reported; a note counts the others. */
void morning_put_reports(const struct morning *m, int64_t limit, struct model *document);
void morning_put_records(const struct morning *m, struct model *document);
void morning_put_packages(const struct morning *m, struct model *document);
void morning_put_exceptions(const struct morning *m, const struct morning_verdict *verdict,
                            struct model *document);
/* The lists of lost and bad cards, and the cards proposed for them (morning_lists.c). */
void morning_put_lists(const struct morning *m, struct model *document);
void morning_put_corrections(const struct morning *m, struct model *document);
MUST_CHECK bool morning_put_movements(const struct morning *m, const struct morning_sides *sides,
                                      struct model *document, struct err *e);
/* What the transfers of the date come to; equal to debit and credit of the trial balance. */
MUST_CHECK bool morning_add_movements(const struct morning *m, struct morning_count *moved, struct err *e);
void morning_put_balance(const struct morning *m, const struct morning_sides *sides, struct model *document);
MUST_CHECK bool morning_put_merchants(const struct morning *m, struct model *document, struct err *e);
/* At most so many schools, then one row for the others, which leads to the page of schools. */
MUST_CHECK bool morning_put_schools(const struct morning *m, size_t limit, struct model *document,
                                    struct err *e);

#endif
