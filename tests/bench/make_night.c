/* Writes one night of a city for tests/bench/run: reference data and the logs of every terminal, all of it
 * good.
 *
 *   make_night OUT SCHOOLS PACKAGES RECORDS CARDS KEY
 *
 * PACKAGES a school, two devices a package, RECORDS a device, CARDS a school; KEY is the 3DES master key of
 * version 1 in hex. OUT/reference/KIND.csv is for `daybook import`; OUT/packages/STEM/ holds what goes into
 * one package. The purchases of a school lie minutes apart and walk over its cards in turn, so that counters,
 * balances and times agree everywhere. It knows FORMATS.md 3.1 and 4 by itself and shares only the ciphers
 * with what it measures. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/crypto.h"
#include "base/date.h"
#include "base/str.h"

enum {
    RECORD_BYTES = 64,
    DEVICES_A_PACKAGE = 2,
    MERCHANTS_A_SCHOOL = 5,
    OPENING_FEN = 50000,
    AMOUNT_FEN = 100, /* of a purchase, from this to below the next */
    AMOUNT_END_FEN = 1000,
    CARD_CLASS = 1,
    NAME_BYTES = 64,
    PATH_BYTES = 512
};
#define NIGHT "20260302"
#define FIRST_SCHOOL INT64_C(2137000001)
#define FIRST_DEVICE INT64_C(30000000)
#define FIRST_PSAM INT64_C(370100000000)

struct night {
    const char *out;
    int64_t schools, packages, records, cards;
    struct crypto_tac *tac;
};

struct purse {
    uint32_t balance_fen;
    uint16_t counter;
    uint8_t bcd[10]; /* as in the record */
    uint8_t key[CRYPTO_KEY_BYTES];
};

struct device {
    int64_t device_no, psam_no;
    uint8_t *bytes; /* header and records */
    int64_t count;
    uint64_t sum_fen;
};

static void put_number(uint8_t *at, uint64_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--, value >>= 8)
        at[i] = (uint8_t)value;
}

static void put_bcd(uint8_t *at, uint64_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--, value /= 100)
        at[i] = (uint8_t)(value / 10 % 10 << 4 | value % 10);
}

static int64_t card_number(int64_t serial)
{
    int64_t number = (INT64_C(37010201) * 1000000000 + serial) * 10;
    while (!str_card_is_valid(number))
        number++;
    return number;
}

static int64_t devices_of(const struct night *n)
{
    return n->packages * DEVICES_A_PACKAGE;
}

static bool open_file(FILE **file, const char *path, struct err *e)
{
    *file = fopen(path, "w");
    return *file || err_set_errno(e, ERR_DISK, errno, "%s", path);
}

static bool close_file(FILE *file, const char *path, struct err *e)
{
    bool bad = ferror(file) != 0;
    return (fclose(file) == 0 && !bad) || err_set(e, ERR_DISK, "%s: not all could be written", path);
}

static bool make_folder(const char *path, struct err *e)
{
    return mkdir(path, 0750) == 0 || errno == EEXIST || err_set_errno(e, ERR_DISK, errno, "%s", path);
}

/* ---- reference data */

static void write_schools(const struct night *n, FILE *out)
{
    (void)fprintf(out, "school_code,name,district_code,level,settlement\n");
    for (int64_t s = 0; s < n->schools; s++)
        (void)fprintf(out, "%" PRId64 ",第%" PRId64 "学校,370102,primary,central\n", FIRST_SCHOOL + s, s + 1);
}

static void write_merchants(const struct night *n, FILE *out)
{
    (void)fprintf(out, "merchant_no,name,school_code,kind,fee_bps,fee_min_fen,fee_max_fen,cycle,payee_name,"
                       "payee_account,payee_bank\n");
    for (int64_t s = 0; s < n->schools; s++)
        for (int m = 1; m <= MERCHANTS_A_SCHOOL; m++)
            (void)fprintf(out,
                          "%" PRId64 "%05d,食堂%d,%" PRId64
                          ",independent,60,0,0,day,收款人,6228480000000000,农商行\n",
                          FIRST_SCHOOL + s, m, m, FIRST_SCHOOL + s);
}

static void write_terminals(const struct night *n, FILE *out)
{
    (void)fprintf(out,
                  "device_no,psam_no,kind,school_code,place,merchant_no,valid_from,log_format,capacity\n");
    for (int64_t d = 0; d < n->schools * devices_of(n); d++) {
        int64_t school = FIRST_SCHOOL + d / devices_of(n);
        (void)fprintf(
            out, "%" PRId64 ",%" PRId64 ",pos,%" PRId64 ",窗口,%" PRId64 "%05d,2025-09-01,pos-bin/1,20000\n",
            FIRST_DEVICE + d, FIRST_PSAM + d, school, school, (int)(d % MERCHANTS_A_SCHOOL) + 1);
    }
}

static void write_persons(const struct night *n, FILE *out)
{
    (void)fprintf(out, "person_no,kind,name,school_code,sex,grade,class,boarding,status\n");
    for (int64_t p = 0; p < n->schools * n->cards; p++)
        (void)fprintf(out, "S%" PRId64 ",student,张三,%" PRId64 ",1,3,1,0,active\n", p,
                      FIRST_SCHOOL + p / n->cards);
}

static void write_cards(const struct night *n, FILE *out)
{
    (void)fprintf(out, "card_no,person_no,card_class,chip,key_version,status,issued_on,expires_on,counter,"
                       "online_counter,balance_fen\n");
    for (int64_t c = 0; c < n->schools * n->cards; c++)
        (void)fprintf(out, "%" PRId64 ",S%" PRId64 ",%d,cpu3des,1,normal,2025-09-01,2031-08-31,0,0,%d\n",
                      card_number(c), c, CARD_CLASS, OPENING_FEN);
}

static bool write_reference(const struct night *n, struct err *e)
{
    static const struct {
        const char *kind;
        void (*write)(const struct night *, FILE *);
    } kinds[] = {{"school", write_schools},
                 {"merchant", write_merchants},
                 {"terminal", write_terminals},
                 {"person", write_persons},
                 {"card", write_cards}};
    char path[PATH_BYTES];
    FILE *out = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/reference/%s.csv", n->out, kinds[i].kind);
        if (!open_file(&out, path, e))
            return false;
        kinds[i].write(n, out);
        if (!close_file(out, path, e))
            return false;
    }
    return true;
}

/* ---- purchases */

static bool open_purses(const struct night *n, int64_t school, struct purse *purses, struct err *e)
{
    for (int64_t c = 0; c < n->cards; c++) {
        struct purse *p = &purses[c];
        *p = (struct purse){.balance_fen = OPENING_FEN};
        put_bcd(p->bcd, (uint64_t)card_number(school * n->cards + c), 10);
        /* The factor of the key is the last 16 digits. */
        if (!crypto_tac_card_key(n->tac, CRYPTO_3DES, 1, p->bcd + 2, p->key, e))
            return false;
    }
    return true;
}

static void open_devices(const struct night *n, int64_t school, struct device *devices, uint8_t *bytes)
{
    for (int64_t d = 0; d < devices_of(n); d++) {
        int64_t index = school * devices_of(n) + d;
        devices[d] = (struct device){.device_no = FIRST_DEVICE + index,
                                     .psam_no = FIRST_PSAM + index,
                                     .bytes = bytes + d * (n->records + 1) * RECORD_BYTES};
    }
}

/* FORMATS.md 4: amount 4, type 1, psam_no 6, PSAM sequence 4, date 4, time 3. */
static bool put_tac(const struct night *n, uint8_t *record, const struct device *device,
                    const struct purse *purse, struct err *e)
{
    uint8_t block[22];
    memcpy(block, record + 22, 4);
    block[4] = record[0];
    put_bcd(block + 5, (uint64_t)device->psam_no, 6);
    memcpy(block + 11, record + 30, 11); /* PSAM sequence, date and time lie together */
    return crypto_tac_compute(n->tac, CRYPTO_3DES, purse->key, block, sizeof block, record + 42, e);
}

static bool sell(const struct night *n, struct device *device, struct purse *purse, int64_t second,
                 struct err *e)
{
    uint8_t *at = device->bytes + ++device->count * RECORD_BYTES;
    uint32_t amount_fen =
        AMOUNT_FEN + (uint32_t)((second * 37 + device->device_no) % (AMOUNT_END_FEN - AMOUNT_FEN));
    memset(at, 0, RECORD_BYTES);
    at[0] = 0x06;
    put_number(at + 2, (uint64_t)device->count, 4);
    memcpy(at + 6, purse->bcd, 10);
    put_number(at + 16, ++purse->counter, 2);
    put_number(at + 18, purse->balance_fen, 4);
    put_number(at + 22, amount_fen, 4);
    purse->balance_fen -= amount_fen;
    put_number(at + 26, purse->balance_fen, 4);
    put_number(at + 30, (uint64_t)device->count + 1000, 4);
    put_bcd(at + 34, strtoull(NIGHT, NULL, 10), 4);
    put_bcd(at + 38, (uint64_t)(second / 3600 * 10000 + second / 60 % 60 * 100 + second % 60), 3);
    at[41] = CRYPTO_3DES << 4 | 1;
    put_number(at + 50, 1, 2);
    device->sum_fen += amount_fen;
    if (!put_tac(n, at, device, purse, e))
        return false;
    put_number(at + 60, crypto_crc32(at, 60), 4);
    return true;
}

/* From half past six to half past seven in the evening. Terminals take turns, and so do cards: a card's
 * purchases are about as far apart as there are cards, at another terminal each time. */
static bool play_school(const struct night *n, struct device *devices, struct purse *purses, struct err *e)
{
    const int64_t opens_s = 6 * 3600 + 1800, open_s = 13 * 3600, all = devices_of(n) * n->records;
    for (int64_t i = 0; i < all; i++)
        if (!sell(n, &devices[i % devices_of(n)], &purses[(i + i / n->cards * 3) % n->cards],
                  opens_s + i * open_s / all, e))
            return false;
    return true;
}

static void put_header(const struct device *device, int64_t school_code)
{
    uint8_t *at = device->bytes;
    memset(at, 0, RECORD_BYTES);
    memcpy(at, "DBP1", 4);
    put_number(at + 4, RECORD_BYTES, 2);
    put_bcd(at + 8, (uint64_t)device->device_no, 4);
    put_bcd(at + 12, (uint64_t)device->psam_no, 6);
    put_bcd(at + 18, (uint64_t)school_code, 5);
    put_number(at + 24, (uint64_t)device->count, 4);
    put_number(at + 28, device->sum_fen, 8);
    put_number(at + 36, device->count > 0, 4);
    put_number(at + 40, (uint64_t)device->count, 4);
    put_bcd(at + 44, strtoull(NIGHT "210000", NULL, 10), 7);
    put_number(at + 60, crypto_crc32(at, 60), 4);
}

/* ---- packages */

static bool write_log(const char *folder, const struct device *device, FILE *manifest, struct err *e)
{
    char path[PATH_BYTES + NAME_BYTES], hex[2 * CRYPTO_SHA256_BYTES + 1];
    uint8_t digest[CRYPTO_SHA256_BYTES];
    size_t length = (size_t)(device->count + 1) * RECORD_BYTES;
    FILE *out = NULL;
    (void)snprintf(path, sizeof path, "%s/%" PRId64 ".bin", folder, device->device_no);
    if (!crypto_sha256(device->bytes, length, digest, e) || !open_file(&out, path, e))
        return false;
    (void)fwrite(device->bytes, 1, length, out);
    str_hex(digest, sizeof digest, hex);
    (void)fprintf(manifest,
                  "%" PRId64 ".bin,pos-bin/1,%" PRId64 ",%" PRId64 ",%" PRIu64 ",%d,%" PRId64 ",%s\n",
                  device->device_no, device->device_no, device->count, device->sum_fen, device->count > 0,
                  device->count, hex);
    return close_file(out, path, e);
}

static bool write_package(const struct night *n, int64_t school_code, int64_t package,
                          const struct device *devices, struct err *e)
{
    char folder[PATH_BYTES], path[PATH_BYTES + NAME_BYTES];
    FILE *manifest = NULL;
    (void)snprintf(folder, sizeof folder, "%s/packages/%" PRId64 "-01-" NIGHT "213000-%06" PRId64, n->out,
                   school_code, package + 1);
    (void)snprintf(path, sizeof path, "%s/MANIFEST.csv", folder);
    if (!make_folder(folder, e) || !open_file(&manifest, path, e))
        return false;
    (void)fprintf(manifest, "file,format,device_no,records,amount_fen,first_seq,last_seq,sha256\n");
    bool done = true;
    for (int d = 0; done && d < DEVICES_A_PACKAGE; d++) {
        put_header(&devices[d], school_code);
        done = write_log(folder, &devices[d], manifest, e);
    }
    struct err ending;
    bool closed = close_file(manifest, path, &ending);
    if (done && !closed)
        *e = ending;
    return done && closed;
}

static bool write_school(const struct night *n, int64_t school, struct device *devices, struct purse *purses,
                         uint8_t *bytes, struct err *e)
{
    open_devices(n, school, devices, bytes);
    if (!open_purses(n, school, purses, e) || !play_school(n, devices, purses, e))
        return false;
    for (int64_t p = 0; p < n->packages; p++)
        if (!write_package(n, FIRST_SCHOOL + school, p, devices + p * DEVICES_A_PACKAGE, e))
            return false;
    return true;
}

static bool write_night(const struct night *n, struct err *e)
{
    struct device *devices = calloc((size_t)devices_of(n), sizeof *devices);
    struct purse *purses = calloc((size_t)n->cards, sizeof *purses);
    uint8_t *bytes = malloc((size_t)(devices_of(n) * (n->records + 1)) * RECORD_BYTES);
    bool done = devices && purses && bytes;
    if (!done)
        err_set(e, ERR_BUG, "out of memory");
    for (int64_t s = 0; done && s < n->schools; s++)
        done = write_school(n, s, devices, purses, bytes, e);
    free(bytes);
    free(purses);
    free(devices);
    return done;
}

static bool make_folders(const struct night *n, struct err *e)
{
    static const char *const folders[] = {"", "/reference", "/packages"};
    char path[PATH_BYTES];
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        (void)snprintf(path, sizeof path, "%s%s", n->out, folders[i]);
        if (!make_folder(path, e))
            return false;
    }
    return true;
}

static bool read_arguments(char **arguments, struct night *n, uint8_t key[CRYPTO_KEY_BYTES])
{
    n->out = arguments[1];
    return str_to_int64(str_of(arguments[2]), &n->schools) &&
           str_to_int64(str_of(arguments[3]), &n->packages) &&
           str_to_int64(str_of(arguments[4]), &n->records) && str_to_int64(str_of(arguments[5]), &n->cards) &&
           n->schools > 0 && n->packages > 0 && n->records > 0 && n->cards > 0 &&
           (devices_of(n) * n->records / n->cards + 1) * AMOUNT_END_FEN <= OPENING_FEN &&
           strlen(n->out) < PATH_BYTES - NAME_BYTES && str_unhex(str_of(arguments[6]), key, CRYPTO_KEY_BYTES);
}

int main(int argc, char **argv)
{
    struct night n = {0};
    struct err e;
    uint8_t key[CRYPTO_KEY_BYTES];
    if (argc != 7 || !read_arguments(argv, &n, key)) {
        (void)fprintf(stderr, "usage: make_night OUT SCHOOLS PACKAGES RECORDS CARDS KEY\n");
        return 2;
    }
    bool done = crypto_tac_open(&n.tac, &e) && crypto_tac_load(n.tac, CRYPTO_3DES, 1, key, &e) &&
                make_folders(&n, &e) && write_reference(&n, &e) && write_night(&n, &e);
    if (!done)
        (void)fprintf(stderr, "make_night: %s\n", e.message);
    crypto_tac_close(n.tac);
    return done ? 0 : 1;
}
