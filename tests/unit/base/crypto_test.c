#include "base/crypto.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/tap.h"

static char folder[] = "/tmp/crypto_test.XXXXXX";
static struct arena *arena;
static struct err e;

enum { SECONDS_A_DAY = 86400, FILE_MAX = 1 << 20 };

/* --- digests --- */

static const char *hex_of(const uint8_t *bytes, size_t length)
{
    static char hex[2 * 64 + 1];
    str_hex(bytes, length, hex);
    return hex;
}

static void test_digests(void)
{
    uint8_t digest[CRYPTO_SHA256_BYTES] = {0};
    CHECK(crypto_sha256("abc", 3, digest, &e), "hashes a text");
    CHECK_TEXT(hex_of(digest, sizeof digest),
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
               "gives the sha-256 of abc of FIPS 180-2");
    CHECK(crypto_sha256("", 0, digest, &e), "hashes nothing");
    CHECK_TEXT(hex_of(digest, sizeof digest),
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
               "gives the sha-256 of the empty text");

    struct crypto_hash *hash = NULL;
    CHECK(crypto_hash_open(&hash, &e), "opens a digest");
    CHECK(crypto_hash_add(hash, "a", 1, &e) && crypto_hash_add(hash, "bc", 2, &e) &&
              crypto_hash_take(hash, digest, &e),
          "takes bytes in pieces");
    CHECK_TEXT(hex_of(digest, 4), "ba7816bf", "gives the same digest for pieces as for the whole");
    CHECK(crypto_hash_take(hash, digest, &e), "takes again");
    CHECK_TEXT(hex_of(digest, 4), "e3b0c442", "begins anew after a digest was taken");
    crypto_hash_close(hash);
    crypto_hash_close(NULL);

    CHECK_INT(crypto_crc32("123456789", 9), 0xCBF43926, "gives the check value of crc-32");
    CHECK_INT(crypto_crc32("", 0), 0, "gives 0 for the crc-32 of nothing");

    char secret[] = "0123456789";
    crypto_wipe(secret, sizeof secret);
    CHECK(memcmp(secret, "\0\0\0\0\0\0\0\0\0\0", sizeof secret) == 0, "wipes a secret");
}

/* --- TAC: the vectors of FORMATS.md 4 --- */

static uint8_t *unhex(const char *text, uint8_t *out)
{
    size_t length = strlen(text) / 2;
    if (!str_unhex(str_of(text), out, length))
        abort();
    return out;
}

static const char *tac_of(struct crypto_tac *tac, enum crypto_cipher cipher, const char *card_key,
                          const char *block)
{
    uint8_t key[CRYPTO_KEY_BYTES], bytes[32], out[CRYPTO_TAC_BYTES];
    unhex(block, bytes);
    if (!crypto_tac_compute(tac, cipher, unhex(card_key, key), bytes, strlen(block) / 2, out, &e))
        return e.message;
    return hex_of(out, sizeof out);
}

static const char *card_key_of(struct crypto_tac *tac, enum crypto_cipher cipher, int slot,
                               const char *factor)
{
    uint8_t bytes[8], key[CRYPTO_KEY_BYTES];
    if (!crypto_tac_card_key(tac, cipher, slot, unhex(factor, bytes), key, &e))
        return e.message;
    return hex_of(key, sizeof key);
}

#define DTK "34343434343434341122334455667788"
#define SM4_CARD_KEY "e17aa3960b9f86d0dfd27810322f5cc7"
#define PURCHASE                                                                                             \
    "0000006406360486600002000000052024030112"                                                               \
    "1530"
#define COMPOUND                                                                                             \
    "0000006409360486600002000000052024030112"                                                               \
    "1530"
#define LOAD "000003e80004000001f40200000000000120240301121530"
#define FACTOR "2016122100001003"

static void test_vectors(const char *how)
{
    struct crypto_tac *tac = NULL;
    uint8_t master_key[CRYPTO_KEY_BYTES];
    unhex("0123456789ABCDEFFEDCBA9876543210", master_key);
    printf("# %s\n", how);
    CHECK(crypto_tac_open(&tac, &e), "opens the tac ciphers");
    CHECK_TEXT(tac_of(tac, CRYPTO_3DES, DTK, PURCHASE), "53717121", "gives the 3des tac of a purchase");
    CHECK_TEXT(tac_of(tac, CRYPTO_3DES, DTK, COMPOUND), "3baf5072",
               "gives the 3des tac of a compound purchase");
    CHECK_TEXT(tac_of(tac, CRYPTO_3DES, DTK, LOAD), "fd20fa81", "gives the 3des tac of a load");
    CHECK_TEXT(tac_of(tac, CRYPTO_3DES, DTK, PURCHASE), "53717121", "gives the same tac again");

    CHECK(!crypto_tac_has(tac, CRYPTO_3DES, 3), "has no key in a slot never loaded");
    CHECK(crypto_tac_load(tac, CRYPTO_3DES, 3, master_key, &e), "loads a 3des master key");
    CHECK(crypto_tac_load(tac, CRYPTO_SM4, 15, master_key, &e), "loads an sm4 master key");
    CHECK(crypto_tac_has(tac, CRYPTO_3DES, 3) && !crypto_tac_has(tac, CRYPTO_SM4, 3),
          "keeps the slots of the ciphers apart");
    CHECK(!crypto_tac_has(tac, CRYPTO_SM4, 16) && !crypto_tac_has(tac, CRYPTO_SM4, -1),
          "has no key where there is no slot");
    CHECK_TEXT(card_key_of(tac, CRYPTO_3DES, 3, FACTOR), "77420133dfeb5cbbe641153c7e742da9",
               "derives the 3des card key");
    CHECK_TEXT(card_key_of(tac, CRYPTO_SM4, 15, FACTOR), SM4_CARD_KEY, "derives the sm4 card key");
    CHECK_TEXT(card_key_of(tac, CRYPTO_3DES, 3, "2016122100001004"),
               card_key_of(tac, CRYPTO_3DES, 3, "2016122100001004"), "derives the same key twice");
    CHECK_TEXT(card_key_of(tac, CRYPTO_3DES, 3, FACTOR), "77420133dfeb5cbbe641153c7e742da9",
               "derives a key that does not depend on the one before");
    CHECK_TEXT(tac_of(tac, CRYPTO_SM4, SM4_CARD_KEY, PURCHASE), "7ea2823b",
               "gives the sm4 tac of a purchase");
    CHECK_TEXT(tac_of(tac, CRYPTO_SM4, SM4_CARD_KEY, LOAD), "920d52e0", "gives the sm4 tac of a load");
    CHECK(crypto_tac_load(tac, CRYPTO_SM4, 15, (const uint8_t *)"another key, 16.", &e) &&
              strcmp(card_key_of(tac, CRYPTO_SM4, 15, FACTOR), SM4_CARD_KEY) != 0,
          "takes the newer key of a slot");
    crypto_tac_close(tac);
    crypto_tac_close(NULL);
}

/* --- CMS, with certificates and structures made by the openssl program --- */

static const char make_files[] =
    "set -e; exec >openssl.log 2>&1\n"
    "key() { openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out $1.key; }\n"
    "ec() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $1.key; }\n"
    "root() { openssl req -x509 -new -key $1.key -subj \"/CN=$2\" -days 36500 -out $1.pem; }\n"
    "leaf() { openssl req -new -key $1.key -subj \"$3\" -out $1.csr\n"
    "  printf '%b' \"$4\" >$1.ext\n"
    "  openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -days ${5:-30} -extfile $1.ext "
    "-out $1.pem; }\n"
    "sign() { openssl cms -sign -binary -in $2 -signer $1.pem -inkey $1.key -outform DER -out $3 $4 $5; }\n"
    "key ca; root ca 'collectors CA'; ec other; root other 'another CA'\n"
    "key rsa; leaf rsa ca /CN=1301000041 ''\n"
    "ec ec; leaf ec ca /O=school/CN=1301000041 ''\n"
    "ec stranger; leaf stranger other /CN=1301000041 ''\n"
    "ec wrapper; leaf wrapper ca /CN=1301000041 'keyUsage=critical,keyAgreement\\n'\n"
    "ec client; leaf client ca /CN=1301000041 'extendedKeyUsage=clientAuth\\nkeyUsage=digitalSignature\\n'\n"
    "ec twice; leaf twice ca /CN=1301000042/CN=1301000041 ''\n"
    "ec middle; leaf middle ca /CN=middle 'basicConstraints=critical,CA:TRUE\\n' 3650\n"
    "ec far; leaf far middle /CN=1301000041 ''\n"
    "ec grown; leaf grown rsa /CN=1301000041 ''\n"
    "printf 'file,records\\nlogs/a.bin,3\\n' >content; : >empty\n"
    "for s in rsa ec stranger wrapper client twice; do sign $s content $s.p7s; done\n"
    "sign far content far.p7s -certfile middle.pem; sign grown content grown.p7s -certfile rsa.pem\n"
    "sign rsa empty empty.p7s; sign rsa content whole.p7s -nodetach; sign rsa content bare.p7s -nocerts\n"
    "sign rsa content noattr.p7s -noattr; cat rsa.p7s content >tail.p7s\n"
    "cat other.pem ca.pem >both.pem\n"
    "key host; root host 'daybook host'; ec echost; root echost 'daybook host'\n"
    "printf 'algorithm,version,key_hex\\n3des,1,00\\n' >keys.csv\n"
    "for h in host echost; do openssl cms -encrypt -binary -aes256 -in keys.csv -outform DER -out $h.p7m "
    "$h.pem; done\n"
    "openssl pkey -in host.key -aes256 -passout pass:secret -out locked.key\n";

static struct str file(const char *name)
{
    FILE *opened = fopen(name, "rb");
    char *bytes = arena_alloc(arena, FILE_MAX, &e);
    if (!opened || !bytes) {
        printf("Bail out! %s is missing\n", name);
        exit(1);
    }
    struct str content = {bytes, fread(bytes, 1, FILE_MAX, opened)};
    (void)fclose(opened);
    return content;
}

/* "" or the message. */
static const char *verify(const char *ca, const char *signature, struct str content, int64_t moment)
{
    struct crypto_trust *trust = NULL;
    err_clear(&e);
    bool ok = crypto_trust_open(&trust, file(ca), &e) &&
              crypto_cms_verify(trust, file(signature), content, moment, "1301000041", &e);
    crypto_trust_close(trust);
    if (ok != (e.kind == ERR_NONE))
        return "the error was filled on success or left empty on failure";
    return e.message;
}

static void test_good_signatures(int64_t now)
{
    struct str content = file("content");
    CHECK_TEXT(verify("ca.pem", "rsa.p7s", content, now), "", "accepts an rsa signer");
    CHECK_TEXT(verify("ca.pem", "ec.p7s", content, now), "",
               "accepts an ec signer whose subject has more than a cn");
    CHECK_TEXT(verify("both.pem", "rsa.p7s", content, now), "", "tries every certificate of the trust");
    CHECK_TEXT(verify("ca.pem", "far.p7s", content, now), "",
               "accepts a chain by an intermediate that is enclosed");
    CHECK_TEXT(verify("middle.pem", "far.p7s", content, now), "", "takes an intermediate as the anchor");
    CHECK_TEXT(verify("ca.pem", "client.p7s", content, now), "", "asks for no extended key usage");
    CHECK_TEXT(verify("ca.pem", "empty.p7s", file("empty"), now), "", "accepts a signature over nothing");
    CHECK_TEXT(verify("ca.pem", "noattr.p7s", content, now), "", "accepts a signature without attributes");
}

static void test_bad_signatures(int64_t now)
{
    struct str content = file("content");
    CHECK_TEXT(verify("ca.pem", "rsa.p7s", str_of("file,records\nlogs/a.bin,4\n"), now),
               "the signed content was altered", "refuses content that was altered");
    CHECK_INT(e.kind, ERR_INPUT, "calls a bad signature bad input");
    CHECK(verify("ca.pem", "noattr.p7s", str_of("other"), now)[0],
          "refuses altered content without attributes");
    CHECK_TEXT(verify("ca.pem", "stranger.p7s", content, now),
               "the signer's certificate is refused: unable to get local issuer certificate",
               "refuses a signer of another ca");
    CHECK_TEXT(verify("ca.pem", "rsa.p7s", content, now + 31 * (int64_t)SECONDS_A_DAY),
               "the signer's certificate is refused: certificate has expired",
               "refuses a certificate expired at the moment");
    CHECK_TEXT(verify("ca.pem", "rsa.p7s", content, now - 2 * (int64_t)SECONDS_A_DAY),
               "the signer's certificate is refused: certificate is not yet valid",
               "refuses a certificate not yet valid at the moment");
    CHECK_TEXT(verify("ca.pem", "wrapper.p7s", content, now), "the signer's certificate is not for signing",
               "refuses a key that is not for signing");
    CHECK_TEXT(verify("ca.pem", "twice.p7s", content, now),
               "the signer's certificate is not for \"1301000041\"", "refuses a subject with two names");
    CHECK(verify("ca.pem", "grown.p7s", content, now)[0], "refuses a certificate issued by a school");
    CHECK_TEXT(verify("ca.pem", "whole.p7s", content, now), "not a detached cms signature",
               "refuses a signature that encloses its content");
    CHECK_TEXT(verify("ca.pem", "host.p7m", content, now), "not a detached cms signature",
               "refuses an envelope in place of a signature");
    CHECK(verify("ca.pem", "bare.p7s", content, now)[0], "refuses a signature without its certificate");
    CHECK_TEXT(verify("ca.pem", "tail.p7s", content, now), "26 bytes follow the cms structure",
               "refuses bytes after the signature");
    CHECK(strncmp(verify("ca.pem", "content", content, now), "not a cms structure in der", 26) == 0,
          "refuses what is not cms");
    CHECK(verify("ca.pem", "empty", content, now)[0], "refuses an empty signature");
    CHECK(verify("content", "rsa.p7s", content, now)[0] && e.kind == ERR_USAGE,
          "calls a trust without certificates a wrong setting");
}

static void test_wrong_name(int64_t now)
{
    struct crypto_trust *trust = NULL;
    CHECK(crypto_trust_open(&trust, file("ca.pem"), &e), "opens a trust");
    CHECK(!crypto_cms_verify(trust, file("rsa.p7s"), file("content"), now, "1301000042", &e),
          "refuses the signer of another school");
    CHECK_TEXT(e.message, "the signer's certificate is not for \"1301000042\"",
               "says whose signature it misses");
    CHECK(!crypto_cms_verify(trust, file("rsa.p7s"), file("content"), now, "130100004", &e),
          "refuses a name that only begins alike");
    CHECK(crypto_cms_verify(trust, file("rsa.p7s"), file("content"), now, "1301000041", &e),
          "verifies again with the same trust");
    crypto_trust_close(trust);
    crypto_trust_close(NULL);
}

static const char *decrypt(const char *envelope, const char *certificate, const char *key)
{
    const char *content = NULL;
    size_t length = 0;
    err_clear(&e);
    if (!crypto_cms_decrypt(arena, file(envelope), file(certificate), file(key), &content, &length, &e))
        return e.message;
    return strlen(content) == length ? content : "content of another length";
}

static void test_envelopes(void)
{
    static const char keys[] = "algorithm,version,key_hex\n3des,1,00\n";
    CHECK_TEXT(decrypt("host.p7m", "host.pem", "host.key"), keys, "opens an envelope for an rsa key");
    CHECK_TEXT(decrypt("echost.p7m", "echost.pem", "echost.key"), keys, "opens an envelope for an ec key");
    CHECK(strstr(decrypt("host.p7m", "rsa.pem", "rsa.key"), "could not be opened") && e.kind == ERR_INPUT,
          "refuses an envelope for another certificate");
    CHECK(strstr(decrypt("rsa.p7s", "host.pem", "host.key"), "could not be opened") && e.kind == ERR_INPUT,
          "refuses a signature in place of an envelope");
    CHECK(strstr(decrypt("keys.csv", "host.pem", "host.key"), "not a cms structure in der") &&
              e.kind == ERR_INPUT,
          "refuses plain text in place of an envelope");
    CHECK_TEXT(decrypt("host.p7m", "host.pem", "rsa.key"), "the private key is not the certificate's",
               "refuses a key that is not the certificate's");
    CHECK_INT(e.kind, ERR_USAGE, "calls that a wrong setting");
    CHECK_TEXT(decrypt("host.p7m", "host.pem", "locked.key"), "the private key is locked by a passphrase",
               "asks nobody for a passphrase");
    CHECK(decrypt("host.p7m", "keys.csv", "host.key")[0] && e.kind == ERR_USAGE, "names a bad certificate");
    CHECK(decrypt("host.p7m", "host.pem", "keys.csv")[0] && e.kind == ERR_USAGE, "names a bad key");
}

int main(int argc, char **argv)
{
    /* OpenSSL reads OPENSSL_MODULES once, so that the second way to do DES is tested in a second process. */
    if (argc > 1) {
        test_vectors("without the legacy provider");
        return tap_failed ? 1 : 0;
    }
    char command[512];
    (void)snprintf(command, sizeof command, "OPENSSL_MODULES=/nonexistent %s again >/dev/null", argv[0]);
    CHECK(system(command) == 0, "gives the same tacs where the legacy provider is not installed");
    test_digests();
    test_vectors("with the legacy provider where it is installed");
    if (!arena_open(&arena, (size_t)256 << 20, &e) || !mkdtemp(folder) || chdir(folder) != 0 ||
        system(make_files) != 0) {
        printf("Bail out! the certificates could not be made, see %s/openssl.log\n", folder);
        return 1;
    }
    int64_t now = (int64_t)time(NULL);
    test_good_signatures(now);
    test_bad_signatures(now);
    test_wrong_name(now);
    test_envelopes();
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    CHECK(system(command) == 0, "clears away its files");
    arena_close(arena);
    return tap_end();
}
