/* outbox_body: bytes that go to many places: one row of ops.outbox_body and its pieces, however many rows of
 * ops.outbox refer to it; read from the database once for all of them. */
#ifndef DAYBOOK_JOBS_OUTBOX_BODY_H
#define DAYBOOK_JOBS_OUTBOX_BODY_H

#include <stdbool.h>

#include "base/crypto.h"
#include "base/db.h"
#include "base/err.h"
#include "base/str.h"

enum { OUTBOX_SHA256_HEX_BYTES = 2 * CRYPTO_SHA256_BYTES + 1 };

/* Stores bytes unless they are there, as part of the caller's transaction, and gives their digest. */
MUST_CHECK bool outbox_body_add(struct db *db, struct str bytes, char sha256[OUTBOX_SHA256_HEX_BYTES],
                                struct err *e);

/* Bodies that have been read, each once, shared by all who send them. */
struct outbox_bodies;
MUST_CHECK bool outbox_bodies_open(struct outbox_bodies **bodies, struct err *e);
void outbox_bodies_close(struct outbox_bodies *bodies); /* takes NULL */

/* The body of that digest, read from the database where it has not been; bytes->length is its size and
 * bytes->data is filled: it lives until outbox_bodies_trim or close. ERR_DB when the database does not have
 * it whole. */
MUST_CHECK bool outbox_bodies_get(struct outbox_bodies *bodies, struct db *db, const char *sha256,
                                  struct str *bytes, struct err *e);
/* More than should lie in memory. */
bool outbox_bodies_is_full(const struct outbox_bodies *bodies);
/* Where they are full, gives all back. */
void outbox_bodies_trim(struct outbox_bodies *bodies);

#endif
