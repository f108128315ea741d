/* db_private: what db.c, db_copy.c, db_scan.c and db_prepare.c share; for them only. */
#ifndef DAYBOOK_BASE_DB_PRIVATE_H
#define DAYBOOK_BASE_DB_PRIVATE_H

#include "base/db.h"

struct pg_conn;
struct pg_result;

struct db {
    struct pg_conn *conn;
    bool copying;      /* a COPY is open: libpq would end it silently if another statement came between */
    bool copy_commits; /* that COPY was begun outside of a transaction */
};

/* Fills *e from a result, or from the connection where result is NULL. unknown_if_lost: the statement may
 * have taken effect although its answer did not come (code 08007). Returns false. */
bool db_fail(const struct db *db, const struct pg_result *result, bool unknown_if_lost, struct err *e);
/* Sends statements without parameters; the result may be NULL, which libpq and db_fail take. */
struct pg_result *db_send(const struct db *db, const char *sql);
/* ERR_BUG while a COPY is open. */
MUST_CHECK bool db_is_free(const struct db *db, struct err *e);
/* True when a statement sent now would commit by itself. */
bool db_is_autocommit(const struct db *db);

/* The eleven bytes that binary COPY begins with, then flags and the length of the extension. */
enum { DB_COPY_SIGNATURE_BYTES = 11, DB_COPY_HEADER_BYTES = 19 };
extern const unsigned char db_copy_signature[DB_COPY_SIGNATURE_BYTES];

/* Sends a COPY and checks that it began, binary, in the wanted direction; *columns is its count. */
MUST_CHECK bool db_copy_begin(struct db *db, const char *sql, bool to_us, int *columns, struct err *e);
/* Takes the last results of a COPY whose data is over. *rows is the database's count. */
MUST_CHECK bool db_copy_finish(struct db *db, int64_t *rows, struct err *e);
/* Reads and drops what still comes of a COPY until the connection takes statements again. */
void db_copy_drain(struct db *db);

#endif
