/* index: the index.html of each folder that people look into (FORMATS.md 11). What a folder holds is read
 * from the books, never from the folder, but a link is made only to a page that is there. */
#ifndef DAYBOOK_REPORTS_INDEX_H
#define DAYBOOK_REPORTS_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/db.h"
#include "reports/model.h"

/* A file of a folder. */
struct index_file {
    const char *name;
    const char *content; /* what it is, in words */
    const char *sha256;  /* hex */
};

/* A merchant whose folder is to be made anew. */
struct index_merchant {
    int64_t merchant_no;
    const char *name;
};

/* The latest edition of the statement of a period. */
struct index_statement {
    int64_t merchant_no;
    const char *statement_no;
    const char *period;
    int32_t from_day;
    int32_t to_day;
    int64_t edition;
    int64_t turnover_fen;
    int64_t fee_fen;
    int64_t net_fen;
    const char *sha256;
};

/* Each fills a document that was just opened. */
MUST_CHECK bool index_document_outbox(struct model *document, struct err *e);
/* folder: the outbox's finance folder. */
MUST_CHECK bool index_document_finance(struct db *db, const char *folder, int32_t date,
                                       struct model *document, struct err *e);
MUST_CHECK bool index_document_day(int32_t date, const struct index_file *files, size_t count,
                                   struct model *document, struct err *e);
MUST_CHECK bool index_document_merchants(struct db *db, struct model *document, struct err *e);
/* statements: all of the merchant's. */
MUST_CHECK bool index_document_merchant(const struct index_merchant *merchant,
                                        const struct index_statement *statements, size_t count,
                                        struct model *document, struct err *e);
MUST_CHECK bool index_document_statement(const struct index_merchant *merchant,
                                         const struct index_statement *statement, struct model *document,
                                         struct err *e);

/* At most `limit` merchants after that number with a statement that ends on the date, by number. */
MUST_CHECK bool index_read_merchants(struct db *db, struct arena *arena, int32_t date, int64_t after_no,
                                     int64_t limit, struct index_merchant **merchants, size_t *count,
                                     struct err *e);
/* All statements of these merchants: by merchant, the newest period first. */
MUST_CHECK bool index_read_statements(struct db *db, struct arena *arena,
                                      const struct index_merchant *merchants, size_t merchant_count,
                                      struct index_statement **statements, size_t *count, struct err *e);

#endif
