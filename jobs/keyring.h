/* keyring: the terminals' master keys, from the CMS file of the settings (FORMATS.md 4). They never leave this process;
 * whoever opens a ring closes it, which wipes it. */
#ifndef DAYBOOK_JOBS_KEYRING_H
#define DAYBOOK_JOBS_KEYRING_H

#include <stdint.h>

#include "base/crypto.h"
#include "jobs/settings.h"

enum { KEYRING_SLOTS = 16 };

struct keyring {
    bool has[2][KEYRING_SLOTS]; /* by enum crypto_cipher and version */
    uint8_t keys[2][KEYRING_SLOTS][CRYPTO_KEY_BYTES];
};

/* Decrypts and reads the file; without one in the settings the ring is empty. ERR_USAGE names the file, the place and
 * what to do; key material is in no message. */
MUST_CHECK bool keyring_open(struct keyring *ring, const struct settings *settings, struct err *e);
void keyring_close(struct keyring *ring);

/* A TAC context that has all keys of the ring. */
MUST_CHECK bool keyring_load(const struct keyring *ring, struct crypto_tac **tac, struct err *e);

#endif
