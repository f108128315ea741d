#include "base/crypto.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/crypto_fail.h"

bool crypto_fail(struct err *e, enum err_kind kind, const char *what)
{
    const char *data = "";
    int flags = 0;
    unsigned long code = ERR_peek_last_error_data(&data, &flags);
    const char *reason = code ? ERR_reason_error_string(code) : NULL;
    bool has_data = (flags & ERR_TXT_STRING) && data && data[0];
    err_set(e, kind, "%s: %s%s%s", what, reason ? reason : "no reason given", has_data ? ": " : "",
            has_data ? data : "");
    ERR_clear_error();
    return false;
}

void crypto_wipe(void *secret, size_t length)
{
    OPENSSL_cleanse(secret, length);
}

uint32_t crypto_crc32(const void *bytes, size_t length)
{
    return crypto_crc32_add(0, bytes, length);
}

uint32_t crypto_crc32_add(uint32_t before, const void *bytes, size_t length)
{
    return (uint32_t)crc32_z(before, bytes, length);
}

/* Fetching an algorithm costs more than hashing a short text, so that it is done once for the process. */
static EVP_MD *sha256;
static pthread_once_t sha256_once = PTHREAD_ONCE_INIT;

static void fetch_sha256(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

static bool sha256_is_ready(struct err *e)
{
    if (pthread_once(&sha256_once, fetch_sha256) != 0 || !sha256)
        return crypto_fail(e, ERR_BUG, "sha-256 is not available");
    return true;
}

bool crypto_sha256(const void *bytes, size_t length, uint8_t digest[CRYPTO_SHA256_BYTES], struct err *e)
{
    if (!sha256_is_ready(e))
        return false;
    if (EVP_Digest(bytes, length, digest, NULL, sha256, NULL) != 1)
        return crypto_fail(e, ERR_BUG, "sha-256 failed");
    return true;
}

struct crypto_hash {
    EVP_MD_CTX *context;
};

bool crypto_hash_open(struct crypto_hash **hash, struct err *e)
{
    *hash = NULL;
    if (!sha256_is_ready(e))
        return false;
    struct crypto_hash *made = calloc(1, sizeof *made);
    if (!made)
        return err_set(e, ERR_BUG, "no memory for a digest");
    made->context = EVP_MD_CTX_new();
    if (!made->context || EVP_DigestInit_ex2(made->context, sha256, NULL) != 1) {
        crypto_fail(e, ERR_BUG, "sha-256 could not begin");
        crypto_hash_close(made);
        return false;
    }
    *hash = made;
    return true;
}

bool crypto_hash_add(struct crypto_hash *hash, const void *bytes, size_t length, struct err *e)
{
    if (EVP_DigestUpdate(hash->context, bytes, length) != 1)
        return crypto_fail(e, ERR_BUG, "sha-256 failed");
    return true;
}

bool crypto_hash_take(struct crypto_hash *hash, uint8_t digest[CRYPTO_SHA256_BYTES], struct err *e)
{
    if (EVP_DigestFinal_ex(hash->context, digest, NULL) != 1 ||
        EVP_DigestInit_ex2(hash->context, sha256, NULL) != 1)
        return crypto_fail(e, ERR_BUG, "sha-256 could not end");
    return true;
}

void crypto_hash_close(struct crypto_hash *hash)
{
    if (!hash)
        return;
    EVP_MD_CTX_free(hash->context);
    free(hash);
}
