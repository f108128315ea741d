/* crypto_fail: what OpenSSL's error queue said, as words. Shared by base/crypto*.c only. */
#ifndef DAYBOOK_BASE_CRYPTO_FAIL_H
#define DAYBOOK_BASE_CRYPTO_FAIL_H

#include "base/err.h"

/* Fills *e with "what: reason" from the newest entry of OpenSSL's queue of this thread and empties the queue.
 * Returns false. */
bool crypto_fail(struct err *e, enum err_kind kind, const char *what);

#endif
