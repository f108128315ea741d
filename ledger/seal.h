/* seal: the chain of digests that closes the days (RULES.md 3).
 *
 * A day's digest is SHA-256 of the previous digest (32 bytes, zeros before the first seal) and the canonical
 * rows of its transfers, whose form is in docs/ledger.md. Whether a day may be sealed is asked in jobs/seal.
 */
#ifndef DAYBOOK_LEDGER_SEAL_H
#define DAYBOOK_LEDGER_SEAL_H

#include "base/crypto.h"
#include "ledger/run.h"

struct seal {
    int32_t day; /* DATE_NO_DAY: there is none */
    uint8_t previous_digest[CRYPTO_SHA256_BYTES];
    uint8_t digest[CRYPTO_SHA256_BYTES];
    int64_t transfers;
    int64_t debit_fen; /* the sum of their amounts */
};

/* The seal before a day (DATE_NO_DAY: the last of all): its day and digest; zeros before the first. */
MUST_CHECK bool seal_read_before(struct db *db, int32_t day, struct seal *seal, struct err *e);

/* Fills digest, transfers and debit_fen of seal->day from the books. `before` is the seal that it follows:
 * the transfers dated after before->day and up to seal->day count, so that the first seal takes all that came
 * before it. Rows are streamed. A transaction must be open. */
MUST_CHECK bool seal_compute(struct db *db, const struct seal *before, struct seal *seal, struct err *e);

/* Writes the row that closes seal->day for ever. */
MUST_CHECK bool seal_write(struct ledger_run *run, const struct seal *seal, struct err *e);

#endif
