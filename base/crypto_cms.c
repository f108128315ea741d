#include <limits.h>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/crypto.h"
#include "base/crypto_fail.h"

/* A reading BIO over bytes of somebody else; NULL only for want of memory or above INT_MAX. */
static BIO *view_bio(struct str bytes)
{
    return bytes.length > INT_MAX ? NULL : BIO_new_mem_buf(bytes.data ? bytes.data : "", (int)bytes.length);
}

/* NULL, with ERR_INPUT, unless the bytes are one CMS ContentInfo and nothing after it. */
static CMS_ContentInfo *read_cms(struct str der, struct err *e)
{
    const unsigned char *at = (const unsigned char *)der.data;
    CMS_ContentInfo *cms = der.length <= LONG_MAX ? d2i_CMS_ContentInfo(NULL, &at, (long)der.length) : NULL;
    if (!cms) {
        crypto_fail(e, ERR_INPUT, "not a cms structure in der");
        return NULL;
    }
    size_t used = (size_t)((const char *)at - der.data);
    if (used != der.length) {
        err_set(e, ERR_INPUT, "%zu bytes follow the cms structure", der.length - used);
        CMS_ContentInfo_free(cms);
        return NULL;
    }
    return cms;
}

/* Stands in for OpenSSL's own, which would ask on the terminal. */
static int refuse_passphrase(char *text, int size, int writing, void *asked)
{
    (void)text;
    (void)size;
    (void)writing;
    *(bool *)asked = true;
    return -1;
}

static EVP_PKEY *read_private_key(struct str pem, struct err *e)
{
    bool asked = false;
    BIO *bio = view_bio(pem);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, refuse_passphrase, &asked) : NULL;
    if (!key && asked) {
        ERR_clear_error();
        err_set(e, ERR_USAGE, "the private key is locked by a passphrase");
        err_hint(e, "store it without one, in a file with mode 0600");
    } else if (!key) {
        crypto_fail(e, ERR_USAGE, "not a private key in pem");
    }
    BIO_free(bio);
    return key;
}

static X509 *read_certificate(struct str pem, struct err *e)
{
    BIO *bio = view_bio(pem);
    X509 *certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
    if (!certificate)
        crypto_fail(e, ERR_USAGE, "not a certificate in pem");
    BIO_free(bio);
    return certificate;
}

/* The content is wiped in OpenSSL's memory when out is freed. */
static bool decrypt_to_arena(struct arena *arena, CMS_ContentInfo *cms, EVP_PKEY *key, X509 *certificate,
                             struct str *content, struct err *e)
{
    bool ok = false;
    BIO *out = BIO_new(BIO_s_mem());
    if (!out || CMS_decrypt(cms, key, certificate, NULL, out, CMS_BINARY) != 1) {
        crypto_fail(e, ERR_INPUT, "the cms envelope could not be opened with this certificate and key");
        err_hint(e, "make it with openssl cms -encrypt for the certificate of this host");
    } else {
        char *bytes = NULL;
        long length = BIO_get_mem_data(out, &bytes);
        content->length = (size_t)length;
        content->data = arena_copy(arena, bytes ? bytes : "", content->length, e);
        ok = content->data != NULL;
    }
    BIO_free(out);
    return ok;
}

bool crypto_cms_decrypt(struct arena *arena, struct str cms_der, struct str certificate_pem,
                        struct str private_key_pem, const char **content, size_t *length, struct err *e)
{
    bool ok = false;
    struct str opened = {NULL, 0};
    CMS_ContentInfo *cms = NULL;
    EVP_PKEY *key = NULL;
    X509 *certificate = read_certificate(certificate_pem, e);
    if (certificate)
        key = read_private_key(private_key_pem, e);
    bool fits = key && X509_check_private_key(certificate, key) == 1;
    if (key && !fits)
        err_set(e, ERR_USAGE, "the private key is not the certificate's");
    ERR_clear_error();
    if (fits)
        cms = read_cms(cms_der, e);
    if (cms)
        ok = decrypt_to_arena(arena, cms, key, certificate, &opened, e);
    CMS_ContentInfo_free(cms);
    EVP_PKEY_free(key);
    X509_free(certificate);
    if (ok) {
        *content = opened.data;
        *length = opened.length;
    }
    return ok;
}

struct crypto_trust {
    STACK_OF(X509) * anchors;
};

/* All certificates of the file; an end of file after the first is the end, anything else an error. */
static bool read_anchors(struct crypto_trust *trust, struct str ca_pem, struct err *e)
{
    ERR_clear_error(); /* what others left there is no cause of ours */
    BIO *bio = view_bio(ca_pem);
    X509 *certificate = NULL;
    while (bio && (certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
        if (sk_X509_push(trust->anchors, certificate) <= 0) {
            X509_free(certificate);
            break;
        }
    }
    BIO_free(bio);
    bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (sk_X509_num(trust->anchors) > 0 && at_end) {
        ERR_clear_error();
        return true;
    }
    return crypto_fail(e, ERR_USAGE, "not certificates in pem");
}

bool crypto_trust_open(struct crypto_trust **trust, struct str ca_pem, struct err *e)
{
    *trust = NULL;
    struct crypto_trust *made = calloc(1, sizeof *made);
    if (made)
        made->anchors = sk_X509_new_null();
    if (!made || !made->anchors) {
        crypto_trust_close(made);
        return err_set(e, ERR_BUG, "no memory for certificates");
    }
    if (!read_anchors(made, ca_pem, e)) {
        crypto_trust_close(made);
        return false;
    }
    *trust = made;
    return true;
}

void crypto_trust_close(struct crypto_trust *trust)
{
    if (!trust)
        return;
    sk_X509_pop_free(trust->anchors, X509_free);
    free(trust);
}

/* A store of its own for each verification, because the moment is a property of the store and threads share
 * the trust. Each configured certificate is an anchor, also one that is not self-signed. The purpose is any:
 * FORMATS.md 2 asks for no extended key usage (OpenSSL's default would ask for that of e-mail); key usage is
 * asked of the signer below. */
static X509_STORE *open_store(const struct crypto_trust *trust, int64_t moment)
{
    X509_STORE *store = X509_STORE_new();
    if (!store)
        return NULL;
    X509_VERIFY_PARAM *param = X509_STORE_get0_param(store);
    X509_VERIFY_PARAM_set_time(param, (time_t)moment);
    bool ok = X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN) == 1 &&
              X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY) == 1;
    for (int i = 0; ok && i < sk_X509_num(trust->anchors); i++)
        ok = X509_STORE_add_cert(store, sk_X509_value(trust->anchors, i)) == 1;
    if (ok)
        return store;
    X509_STORE_free(store);
    return NULL;
}

/* Exactly one CN, and that one; a name with a NUL inside has another length. */
static bool has_common_name(X509 *certificate, const char *common_name)
{
    const X509_NAME *name = X509_get_subject_name(certificate);
    int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (at < 0 || X509_NAME_get_index_by_NID(name, NID_commonName, at) >= 0)
        return false;
    unsigned char *text = NULL;
    int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    bool same = length >= 0 && (size_t)length == strlen(common_name) &&
                memcmp(text, common_name, (size_t)length) == 0;
    OPENSSL_free(text);
    return same;
}

/* What the chain does not say: every signer is the one expected, with a key that is for signing. */
static bool check_signers(CMS_ContentInfo *cms, const char *common_name, struct err *e)
{
    STACK_OF(X509) *signers = CMS_get0_signers(cms);
    bool ok = signers && sk_X509_num(signers) > 0;
    if (!ok)
        err_set(e, ERR_INPUT, "the signature names no signer");
    for (int i = 0; ok && i < sk_X509_num(signers); i++) {
        X509 *signer = sk_X509_value(signers, i);
        if (!has_common_name(signer, common_name))
            ok = err_set(e, ERR_INPUT, "the signer's certificate is not for \"%s\"", common_name);
        else if ((X509_get_key_usage(signer) & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0)
            ok = err_set(e, ERR_INPUT, "the signer's certificate is not for signing");
    }
    sk_X509_free(signers);
    return ok;
}

/* OpenSSL queues the cause first and ever vaguer words after it. */
static bool fail_verify(struct err *e)
{
    const char *data = NULL;
    int flags = 0;
    unsigned long code = ERR_peek_error_all(NULL, NULL, NULL, &data, &flags);
    if (ERR_GET_LIB(code) == ERR_LIB_CMS && ERR_GET_REASON(code) == CMS_R_CERTIFICATE_VERIFY_ERROR) {
        const char *colon = (flags & ERR_TXT_STRING) && data ? strchr(data, ':') : NULL;
        const char *words = colon ? colon + 1 + strspn(colon + 1, " ") : "no reason given";
        err_set(e, ERR_INPUT, "the signer's certificate is refused: %s", words);
    } else if (ERR_GET_LIB(code) == ERR_LIB_CMS && ERR_GET_REASON(code) == CMS_R_VERIFICATION_FAILURE) {
        err_set(e, ERR_INPUT, "the signed content was altered");
    } else {
        return crypto_fail(e, ERR_INPUT, "the signature does not hold");
    }
    ERR_clear_error();
    return false;
}

static bool verify_content(CMS_ContentInfo *cms, struct str content, X509_STORE *store,
                           const char *common_name, struct err *e)
{
    if (OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed || CMS_is_detached(cms) != 1)
        return err_set(e, ERR_INPUT, "not a detached cms signature");
    BIO *bio = view_bio(content);
    if (!bio)
        return err_set(e, ERR_INPUT, "the signed content is too large");
    bool ok = CMS_verify(cms, NULL, store, bio, NULL, CMS_BINARY) == 1 ? check_signers(cms, common_name, e)
                                                                       : fail_verify(e);
    BIO_free(bio);
    return ok;
}

bool crypto_cms_verify(const struct crypto_trust *trust, struct str signature_der, struct str content,
                       int64_t moment, const char *common_name, struct err *e)
{
    ERR_clear_error(); /* what others left there is no cause of ours */
    CMS_ContentInfo *cms = read_cms(signature_der, e);
    if (!cms)
        return false;
    X509_STORE *store = open_store(trust, moment);
    bool ok = store ? verify_content(cms, content, store, common_name, e)
                    : crypto_fail(e, ERR_BUG, "a certificate store could not be made");
    X509_STORE_free(store);
    CMS_ContentInfo_free(cms);
    return ok;
}

/* Seconds since 1970; false for a time that is none. */
static bool read_time(const ASN1_TIME *time, int64_t *moment)
{
    struct tm parts;
    if (ASN1_TIME_to_tm(time, &parts) != 1)
        return false;
    *moment = (int64_t)timegm(&parts);
    return true;
}

bool crypto_certificate_dates(struct str pem, int64_t *valid_from, int64_t *valid_until, struct err *e)
{
    BIO *bio = view_bio(pem);
    X509 *certificate;
    int count = 0;
    bool ok = bio != NULL;
    *valid_from = INT64_MIN;
    *valid_until = INT64_MAX;
    while (ok && (certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
        int64_t from = 0, until = 0;
        ok = read_time(X509_get0_notBefore(certificate), &from) &&
             read_time(X509_get0_notAfter(certificate), &until);
        *valid_from = from > *valid_from ? from : *valid_from;
        *valid_until = until < *valid_until ? until : *valid_until;
        count++;
        X509_free(certificate);
    }
    BIO_free(bio);
    ERR_clear_error(); /* the end of the file is one of its errors */
    if (ok && count > 0)
        return true;
    return err_set(e, ERR_USAGE,
                   count == 0 ? "not a certificate in pem" : "a certificate with a time that is none");
}
