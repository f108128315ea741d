/* The keyring from a CMS file (FORMATS.md 4), made here with the openssl program. */
#include "jobs/keyring.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/tap.h"

static char folder[] = "/tmp/keyring_test.XXXXXX";
static struct err e;

static const char make_files[] =
    "set -e; exec >openssl.log 2>&1; umask 077\n"
    "pair() { openssl req -x509 -newkey rsa:2048 -nodes -keyout $1.key -subj /CN=$1 -days 30 -out $1.pem; }\n"
    "seal() { openssl cms -encrypt -binary -aes256 -outform DER -out $1.p7m host.pem; }\n"
    "pair host; pair other\n"
    "H=algorithm,version,key_hex; K=0123456789ABCDEFFEDCBA9876543210\n"
    "L=00112233445566778899aabbccddeeff\n"
    "printf '%s\\r\\n' $H 3des,1,$K sm4,15,$L 3des,0,$L | seal good\n"
    "{ printf '\\357\\273\\277'; printf '%s\\n' $H 3des,2,$K; } | seal bom\n"
    "printf '%s\\n' $H | seal empty\n"
    "printf '%s\\n' $H 3des,1,$K 3des,1,$L | seal twice\n"
    "printf '%s\\n' $H 3des,1,$K sm4,1,$K | seal both\n"
    "printf '%s\\n' $H 3des,16,$K | seal version\n"
    "printf '%s\\n' $H aes,1,$K | seal algorithm\n"
    "printf '%s\\n' $H 3des,1,0123456789ABCDEFFEDCBA987654321G | seal hex\n"
    "printf '%s\\n' $H 3des,1,0123 | seal short\n"
    "printf '%s\\n' algorithm,version 3des,1 | seal column\n"
    "printf 'no csv at all' | seal text\n"
    "printf 'no envelope' >none.p7m\n"
    "cp host.key open.key; chmod 644 open.key\n";

static const char *path_of(const char *name)
{
    static char paths[4][128];
    static int next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static bool open_ring(struct keyring *ring, const char *keys, const char *certificate, const char *key)
{
    const struct settings settings = {.master_keys = keys ? path_of(keys) : NULL,
                                      .certificate = certificate ? path_of(certificate) : NULL,
                                      .private_key = key ? path_of(key) : NULL};
    memset(ring, 0xAA, sizeof *ring);
    return keyring_open(ring, &settings, &e);
}

static int count_keys(const struct keyring *ring)
{
    int count = 0;
    for (int cipher = 0; cipher < 2; cipher++)
        for (int slot = 0; slot < KEYRING_SLOTS; slot++)
            count += ring->has[cipher][slot];
    return count;
}

static bool is_wiped(const struct keyring *ring)
{
    const unsigned char *bytes = (const unsigned char *)ring;
    for (size_t i = 0; i < sizeof *ring; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static void test_good_files(void)
{
    struct keyring ring;
    CHECK(open_ring(&ring, "good.p7m", "host.pem", "host.key"), "FORMATS 4 keys come from a CMS file");
    CHECK(ring.has[CRYPTO_3DES][1] && ring.has[CRYPTO_3DES][0] && ring.has[CRYPTO_SM4][15] && count_keys(&ring) == 3,
          "FORMATS 4 versions go from 0 to 15, by algorithm");
    CHECK(memcmp(ring.keys[CRYPTO_3DES][1], "\x01\x23\x45\x67\x89\xAB\xCD\xEF\xFE\xDC\xBA\x98\x76\x54\x32\x10", 16) == 0,
          "FORMATS 4 a key is 32 hex digits");
    CHECK(ring.keys[CRYPTO_SM4][15][15] == 0xFF, "FORMATS 2 hex is read in either case");
    struct crypto_tac *tac = NULL;
    CHECK(keyring_load(&ring, &tac, &e) && crypto_tac_has(tac, CRYPTO_3DES, 0) && crypto_tac_has(tac, CRYPTO_3DES, 1) &&
              crypto_tac_has(tac, CRYPTO_SM4, 15) && !crypto_tac_has(tac, CRYPTO_SM4, 1),
          "a TAC context has the keys of the ring and no other");
    static const uint8_t factor[8] = {0x20, 0x16, 0x12, 0x21, 0x00, 0x00, 0x10, 0x03};
    uint8_t card_key[CRYPTO_KEY_BYTES];
    CHECK(crypto_tac_card_key(tac, CRYPTO_3DES, 1, factor, card_key, &e) && card_key[0] == 0x77 && card_key[15] == 0xA9,
          "FORMATS 4 the vector's card key comes of the ring's master key");
    crypto_tac_close(tac);
    keyring_close(&ring);
    CHECK(is_wiped(&ring), "DESIGN 8 keys are wiped after use");
    CHECK(open_ring(&ring, "bom.p7m", "host.pem", "host.key") && ring.has[CRYPTO_3DES][2], "FORMATS 0 a BOM is accepted");
    CHECK(open_ring(&ring, "empty.p7m", "host.pem", "host.key") && count_keys(&ring) == 0, "a ring may be empty");
    CHECK(open_ring(&ring, "both.p7m", "host.pem", "host.key") && count_keys(&ring) == 2,
          "one version of two algorithms are two keys");
    CHECK(open_ring(&ring, NULL, NULL, NULL) && count_keys(&ring) == 0, "without a file in the settings it is empty");
    keyring_close(&ring);
}

static void test_bad_files(void)
{
    static const struct {
        const char *fact;
        const char *keys, *certificate, *key;
        const char *words; /* of the message */
    } rows[] = {
        {"a version that is there twice is refused", "twice.p7m", "host.pem", "host.key", "is there twice"},
        {"version 16 is refused", "version.p7m", "host.pem", "host.key", "column \"version\""},
        {"another algorithm is refused", "algorithm.p7m", "host.pem", "host.key", "column \"algorithm\""},
        {"a key that is not hex is refused", "hex.p7m", "host.pem", "host.key", "not 32 hex digits"},
        {"a short key is refused", "short.p7m", "host.pem", "host.key", "column \"key_hex\""},
        {"a missing column is refused", "column.p7m", "host.pem", "host.key", "key_hex"},
        {"text that is no CSV is refused", "text.p7m", "host.pem", "host.key", "text.p7m"},
        {"a file that is no envelope is refused", "none.p7m", "host.pem", "host.key", "none.p7m"},
        {"a file that is away is refused", "away.p7m", "host.pem", "host.key", "away.p7m"},
        {"another host's key opens nothing", "good.p7m", "other.pem", "other.key", "good.p7m"},
        {"a key that others may read is refused", "good.p7m", "host.pem", "open.key", "others may use it"},
        {"a file without a certificate is refused", "good.p7m", NULL, "host.key", "certificate"},
        {"a file without a private key is refused", "good.p7m", "host.pem", NULL, "private_key"},
    };
    bool no_key_shown = true, all_wiped = true;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct keyring ring;
        bool opened = open_ring(&ring, rows[i].keys, rows[i].certificate, rows[i].key);
        bool passed = CHECK(!opened && (e.kind == ERR_USAGE || e.kind == ERR_DISK) && strstr(e.message, rows[i].words),
                            rows[i].fact);
        if (!passed)
            printf("#   opened %d, kind %d: %s\n", opened, e.kind, e.message);
        no_key_shown = no_key_shown && !strstr(e.message, "0123") && !strstr(e.message, "FEDC") &&
                       !strstr(e.message, "BEGIN");
        all_wiped = all_wiped && is_wiped(&ring);
    }
    CHECK(no_key_shown, "FORMATS 4 keys never appear in a message");
    CHECK(all_wiped, "DESIGN 8 a ring that could not be opened holds nothing");
}

int main(void)
{
    char command[512];
    ALWAYS(mkdtemp(folder) && chdir(folder) == 0);
    if (system(make_files) != 0) {
        printf("Bail out! the files could not be made, see %s/openssl.log\n", folder);
        return 1;
    }
    test_good_files();
    test_bad_files();
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    ALWAYS(chdir("/") == 0 && system(command) == 0);
    return tap_end();
}
