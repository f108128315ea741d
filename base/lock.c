#include "base/lock.h"

#include "queries.h"

bool lock_take(struct db *db, const char *name, struct err *e)
{
    int64_t is_taken = 0;
    if (!db_query_int64(db, sql_base_lock_take, 1, (const char *const[]){name}, &is_taken, e))
        return false;
    if (is_taken)
        return true;
    (void)err_set(e, ERR_LOCKED, "another run of \"%s\" holds the lock", name);
    return err_hint(e, "wait until it has ended; \"daybook status\" shows what runs");
}

bool lock_drop(struct db *db, const char *name, struct err *e)
{
    int64_t was_held = 0;
    if (!db_query_int64(db, sql_base_lock_drop, 1, (const char *const[]){name}, &was_held, e))
        return false;
    return was_held || err_set(e, ERR_BUG, "the lock \"%s\" was dropped but not held", name);
}
