#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/crypto_fail.h"

/* What costs, measured: a key schedule and a call through EVP, both about as much as the blocks themselves.
 * So that each master key keeps a context with its schedule, a card key is one ECB call over F and its
 * complement, and a TAC is one rekeying and one CBC call over the padded block.
 *
 * Single DES is only in OpenSSL's legacy provider. Where that is installed it is loaded into a library
 * context of our own, so that nothing else in the process sees it. Where it is not, DES-EDE with both halves
 * equal is the same function (the middle decryption undoes the first encryption), at three times the blocks.
 */

enum { CIPHERS = 2, SLOTS = 16, BLOCK_MAX = 31, PADDED_MAX = 32, SM4_BLOCK = 16, DES_BLOCK = 8 };

struct crypto_tac {
    OSSL_LIB_CTX *library; /* holds the legacy provider alone; both NULL where it is not installed */
    OSSL_PROVIDER *legacy;
    EVP_CIPHER *ecb[CIPHERS];               /* for master keys */
    EVP_CIPHER *cbc[CIPHERS];               /* for session keys */
    EVP_CIPHER_CTX *master[CIPHERS][SLOTS]; /* NULL where no key is loaded */
    EVP_CIPHER_CTX *session[CIPHERS];
};

static const uint8_t zero_iv[SM4_BLOCK];

/* A context whose later rekeyings pass the key alone: OpenSSL goes back to the first IV each time. */
static EVP_CIPHER_CTX *open_context(const EVP_CIPHER *cipher, const uint8_t *key, const uint8_t *iv)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    if (context && EVP_EncryptInit_ex2(context, cipher, key, iv, NULL) == 1)
        return context;
    EVP_CIPHER_CTX_free(context);
    return NULL;
}

static EVP_CIPHER *fetch_single_des(struct crypto_tac *tac)
{
    tac->library = OSSL_LIB_CTX_new();
    tac->legacy = tac->library ? OSSL_PROVIDER_load(tac->library, "legacy") : NULL;
    EVP_CIPHER *cipher = tac->legacy ? EVP_CIPHER_fetch(tac->library, "DES-CBC", NULL) : NULL;
    ERR_clear_error();
    return cipher ? cipher : EVP_CIPHER_fetch(NULL, "DES-EDE-CBC", NULL);
}

static bool open_ciphers(struct crypto_tac *tac)
{
    static const uint8_t no_key[CRYPTO_KEY_BYTES];
    tac->ecb[CRYPTO_3DES] = EVP_CIPHER_fetch(NULL, "DES-EDE-ECB", NULL);
    tac->cbc[CRYPTO_3DES] = fetch_single_des(tac);
    tac->ecb[CRYPTO_SM4] = EVP_CIPHER_fetch(NULL, "SM4-ECB", NULL);
    tac->cbc[CRYPTO_SM4] = EVP_CIPHER_fetch(NULL, "SM4-CBC", NULL);
    for (int cipher = 0; cipher < CIPHERS; cipher++) {
        if (!tac->ecb[cipher] || !tac->cbc[cipher])
            return false;
        tac->session[cipher] = open_context(tac->cbc[cipher], no_key, zero_iv);
        if (!tac->session[cipher])
            return false;
    }
    return true;
}

bool crypto_tac_open(struct crypto_tac **tac, struct err *e)
{
    *tac = NULL;
    struct crypto_tac *made = calloc(1, sizeof *made);
    if (!made)
        return err_set(e, ERR_BUG, "no memory for the tac ciphers");
    if (!open_ciphers(made)) {
        crypto_fail(e, ERR_BUG, "openssl lacks 3des or sm4");
        crypto_tac_close(made);
        return false;
    }
    *tac = made;
    return true;
}

void crypto_tac_close(struct crypto_tac *tac)
{
    if (!tac)
        return;
    for (int cipher = 0; cipher < CIPHERS; cipher++) {
        for (int slot = 0; slot < SLOTS; slot++)
            EVP_CIPHER_CTX_free(tac->master[cipher][slot]);
        EVP_CIPHER_CTX_free(tac->session[cipher]);
        EVP_CIPHER_free(tac->cbc[cipher]);
        EVP_CIPHER_free(tac->ecb[cipher]);
    }
    if (tac->legacy)
        (void)OSSL_PROVIDER_unload(tac->legacy);
    OSSL_LIB_CTX_free(tac->library);
    free(tac);
}

bool crypto_tac_load(struct crypto_tac *tac, enum crypto_cipher cipher, int slot,
                     const uint8_t master_key[CRYPTO_KEY_BYTES], struct err *e)
{
    ALWAYS(slot >= 0 && slot < SLOTS);
    EVP_CIPHER_CTX *loaded = open_context(tac->ecb[cipher], master_key, NULL);
    if (!loaded)
        return crypto_fail(e, ERR_BUG, "a master key could not be loaded");
    EVP_CIPHER_CTX_free(tac->master[cipher][slot]);
    tac->master[cipher][slot] = loaded;
    return true;
}

bool crypto_tac_has(const struct crypto_tac *tac, enum crypto_cipher cipher, int slot)
{
    return slot >= 0 && slot < SLOTS && tac->master[cipher][slot];
}

bool crypto_tac_card_key(struct crypto_tac *tac, enum crypto_cipher cipher, int slot, const uint8_t factor[8],
                         uint8_t card_key[CRYPTO_KEY_BYTES], struct err *e)
{
    ALWAYS(crypto_tac_has(tac, cipher, slot));
    uint8_t factors[CRYPTO_KEY_BYTES];
    for (int i = 0; i < 8; i++) {
        factors[i] = factor[i];
        factors[8 + i] = (uint8_t)~factor[i];
    }
    int length = 0;
    if (EVP_EncryptUpdate(tac->master[cipher][slot], card_key, &length, factors, sizeof factors) != 1 ||
        length != CRYPTO_KEY_BYTES)
        return crypto_fail(e, ERR_BUG, "a card key could not be derived");
    return true;
}

/* FORMATS.md 4: 80, then 00 up to the cipher's block, always at least one byte. */
static int pad_block(uint8_t padded[PADDED_MAX], const uint8_t *block, size_t length, int cipher_block)
{
    memset(padded, 0, PADDED_MAX);
    memcpy(padded, block, length);
    padded[length] = 0x80;
    return (int)(length / (size_t)cipher_block + 1) * cipher_block;
}

bool crypto_tac_compute(struct crypto_tac *tac, enum crypto_cipher cipher,
                        const uint8_t card_key[CRYPTO_KEY_BYTES], const uint8_t *block, size_t length,
                        uint8_t out[CRYPTO_TAC_BYTES], struct err *e)
{
    ALWAYS(length <= BLOCK_MAX);
    const uint8_t *key = card_key;
    uint8_t session_key[CRYPTO_KEY_BYTES];
    int cipher_block = SM4_BLOCK;
    if (cipher == CRYPTO_3DES) {
        for (int i = 0; i < 8; i++)
            session_key[i] = session_key[8 + i] = card_key[i] ^ card_key[8 + i]; /* DES-CBC reads one half */
        key = session_key;
        cipher_block = DES_BLOCK;
    }
    uint8_t padded[PADDED_MAX], chained[PADDED_MAX + SM4_BLOCK];
    int padded_length = pad_block(padded, block, length, cipher_block), chained_length = 0;
    EVP_CIPHER_CTX *context = tac->session[cipher];
    bool done = EVP_EncryptInit_ex2(context, NULL, key, NULL, NULL) == 1 &&
                EVP_EncryptUpdate(context, chained, &chained_length, padded, padded_length) == 1 &&
                chained_length == padded_length;
    crypto_wipe(session_key, sizeof session_key);
    if (!done)
        return crypto_fail(e, ERR_BUG, "a tac could not be computed");
    memcpy(out, chained + chained_length - cipher_block, CRYPTO_TAC_BYTES);
    return true;
}
