/* lock: one run of a job per date (DESIGN.md 3.6), by advisory locks of the database, held by the connection. */
#ifndef DAYBOOK_BASE_LOCK_H
#define DAYBOOK_BASE_LOCK_H

#include "base/db.h"

/* Takes the session lock called name, or fails with ERR_LOCKED ("another run of \"post\" holds the lock").
 * It ends with the connection, or with lock_drop. */
MUST_CHECK bool lock_take(struct db *db, const char *name, struct err *e);
MUST_CHECK bool lock_drop(struct db *db, const char *name, struct err *e);

#endif
