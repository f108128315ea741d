/* What the parts of explain share. */
#ifndef DAYBOOK_JOBS_EXPLAIN_PRIVATE_H
#define DAYBOOK_JOBS_EXPLAIN_PRIVATE_H

#include "jobs/job.h"
#include "jobs/sheet.h"

struct explain {
    struct job_context *context;
    struct sheet *sheet;
};

/* Each answers one form of the command; the arguments behind it. */
MUST_CHECK bool explain_card(struct explain *x, char *const *arguments, struct err *e);
MUST_CHECK bool explain_person(struct explain *x, char *const *arguments, struct err *e);
MUST_CHECK bool explain_transfer(struct explain *x, char *const *arguments, struct err *e);
MUST_CHECK bool explain_record(struct explain *x, char *const *arguments, struct err *e);
MUST_CHECK bool explain_statement(struct explain *x, char *const *arguments, struct err *e);

/* The parts about one record of a package's file; with its transfers, unless the caller shows them. */
MUST_CHECK bool explain_place(struct explain *x, const char *archive, const char *file, int64_t record_no,
                              bool with_transfers, struct err *e);

/* A part that is one table of a query's first columns. */
struct explain_table {
    const char *key, *title, *empty;
    const struct sheet_column *columns;
    size_t column_count;
};
void explain_put_table(struct explain *x, const struct explain_table *table, const struct db_rows *rows);

/* "card NO": 18 digits, or 20 with 00 before them. */
MUST_CHECK bool explain_read_card(const char *text, int64_t *card_no, struct err *e);

#endif
