/* crypto: OpenSSL in one place: digests, the terminals' TAC ciphers, CMS signatures and envelopes, wiping.
 *
 * Keys live in memory of the caller, who wipes them with crypto_wipe. Nothing here is logged. */
#ifndef DAYBOOK_BASE_CRYPTO_H
#define DAYBOOK_BASE_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum { CRYPTO_SHA256_BYTES = 32, CRYPTO_KEY_BYTES = 16, CRYPTO_TAC_BYTES = 4 };

MUST_CHECK bool crypto_sha256(const void *bytes, size_t length, uint8_t digest[CRYPTO_SHA256_BYTES], struct err *e);

struct crypto_hash; /* SHA-256 of bytes that come in pieces */
MUST_CHECK bool crypto_hash_open(struct crypto_hash **hash, struct err *e);
MUST_CHECK bool crypto_hash_add(struct crypto_hash *hash, const void *bytes, size_t length, struct err *e);
/* Gives the digest and begins anew. */
MUST_CHECK bool crypto_hash_take(struct crypto_hash *hash, uint8_t digest[CRYPTO_SHA256_BYTES], struct err *e);
void crypto_hash_close(struct crypto_hash *hash); /* takes NULL */

void crypto_wipe(void *secret, size_t length);

/* The CRC-32 of zlib (FORMATS.md 3.1). */
uint32_t crypto_crc32(const void *bytes, size_t length);
/* … of bytes that come in pieces: that of all so far, from that of those before (0: none). */
uint32_t crypto_crc32_add(uint32_t before, const void *bytes, size_t length);

/* TAC ciphers of FORMATS.md 4. One context per thread, reused for every record. */
enum crypto_cipher { CRYPTO_3DES = 0, CRYPTO_SM4 = 1 }; /* the high key nibble of pos-bin/1 */
struct crypto_tac;
MUST_CHECK bool crypto_tac_open(struct crypto_tac **tac, struct err *e);
void crypto_tac_close(struct crypto_tac *tac); /* takes NULL */

/* Loads a master key into slot (0-15) of its cipher, so that diversifying needs no key schedule for it. */
MUST_CHECK bool crypto_tac_load(struct crypto_tac *tac, enum crypto_cipher cipher, int slot,
                                const uint8_t master_key[CRYPTO_KEY_BYTES], struct err *e);
bool crypto_tac_has(const struct crypto_tac *tac, enum crypto_cipher cipher, int slot);

/* The card key that the master key in slot, which must be loaded, gives for factor (the last 16 digits of the card
 * number as BCD). */
MUST_CHECK bool crypto_tac_card_key(struct crypto_tac *tac, enum crypto_cipher cipher, int slot,
                                    const uint8_t factor[8], uint8_t card_key[CRYPTO_KEY_BYTES], struct err *e);
/* The TAC of a block (at most 31 bytes, padded here) under a card key (DTK). */
MUST_CHECK bool crypto_tac_compute(struct crypto_tac *tac, enum crypto_cipher cipher,
                                   const uint8_t card_key[CRYPTO_KEY_BYTES], const uint8_t *block, size_t length,
                                   uint8_t out[CRYPTO_TAC_BYTES], struct err *e);

/* Opens a DER CMS EnvelopedData for certificate + private key (PEM bytes); the content is in the arena, for the caller
 * to wipe. ERR_USAGE for a bad certificate or key, ERR_INPUT for a bad envelope. */
MUST_CHECK bool crypto_cms_decrypt(struct arena *arena, struct str cms_der, struct str certificate_pem,
                                   struct str private_key_pem, const char **content, size_t *length, struct err *e);

/* The time in which every certificate of a PEM file is valid, seconds since 1970. ERR_USAGE when there is none. */
MUST_CHECK bool crypto_certificate_dates(struct str pem, int64_t *valid_from, int64_t *valid_until, struct err *e);

/* Trust anchors for collectors' signatures: every certificate of the file, self-signed or not. ERR_USAGE. */
struct crypto_trust;
MUST_CHECK bool crypto_trust_open(struct crypto_trust **trust, struct str ca_pem, struct err *e);
void crypto_trust_close(struct crypto_trust *trust);
/* Verifies a detached DER CMS signature over content: chain to the trust, valid at `moment` (seconds since 1970), the
 * signer's only subject CN equal to common_name, its key usage (where it has one) for signing; no extended key usage
 * is asked for. Fails with ERR_INPUT and the reason in words. Threads may share the trust. */
MUST_CHECK bool crypto_cms_verify(const struct crypto_trust *trust, struct str signature_der, struct str content,
                                  int64_t moment, const char *common_name, struct err *e);

#endif
