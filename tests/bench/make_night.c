/* Writes one night of a city for tests/bench/run: reference data and the logs of every terminal.
 *
 *   make_night OUT KEY NAME=NUMBER...
 *
 * KEY is the 3DES master key of version 1 in hex. NAME is schools, packages (a school), pos, xf, csv, att, gate (terminals
 * a package, by format), purchases, passes (records a day of a terminal with money and of one without), cards (a school),
 * day (which, from 1; 1) or faults (1: some terminals are late, send twice, lose records; 0). OUT/reference/KIND.csv is
 * for `daybook import`; OUT/packages/STEM/ holds what goes into one package. */
#include <errno.h>
#include <sys/stat.h>

#include "tests/bench/night_logs.h"

enum { NAME_BYTES = 64, PATH_BYTES = 512, LOG_MAXIMUM_BYTES = 256 << 20 };

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

static void write_terminal(const struct device *device, FILE *out)
{
    static const char *const kinds[] = {"pos", "pos", "bus", "attendance", "gate"};
    bool has_money = device->kind < LOG_ATT;
    (void)fprintf(out, "%" PRId64 ",%" PRId64 ",%s,%" PRId64 ",窗口,", FIRST_DEVICE + device->number,
                  FIRST_PSAM + device->number, kinds[device->kind], FIRST_SCHOOL + device->school);
    if (has_money)
        (void)fprintf(out, "%" PRId64, merchant_of(device));
    (void)fprintf(out, ",2025-09-01,%s,20000\n", format_of(device->kind));
}

static void write_terminals(const struct night *n, FILE *out)
{
    (void)fprintf(out, "device_no,psam_no,kind,school_code,place,merchant_no,valid_from,log_format,capacity\n");
    for (int64_t s = 0; s < n->schools; s++)
        for (int64_t p = 0; p < n->packages; p++)
            for (int64_t d = 0; d < devices_a_package(n); d++) {
                struct device device = device_at(n, s, p, d);
                write_terminal(&device, out);
            }
}

static void write_persons(const struct night *n, FILE *out)
{
    (void)fprintf(out, "person_no,kind,name,school_code,sex,grade,class,boarding,status\n");
    for (int64_t p = 0; p < n->schools * n->cards; p++)
        (void)fprintf(out, "S%" PRId64 ",student,张三,%" PRId64 ",1,3,1,0,active\n", p, FIRST_SCHOOL + p / n->cards);
}

static void write_cards(const struct night *n, FILE *out)
{
    (void)fprintf(out, "card_no,person_no,card_class,chip,key_version,status,issued_on,expires_on,counter,"
                       "online_counter,balance_fen\n");
    for (int64_t c = 0; c < n->schools * n->cards; c++)
        (void)fprintf(out, "%" PRId64 ",S%" PRId64 ",%d,cpu3des,1,normal,2025-09-01,2031-08-31,0,0,%d\n", card_number(c),
                      c, CARD_CLASS, OPENING_FEN);
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

/* ---- packages */

static bool add_log(const struct school *s, const struct device *device, const char *folder, struct log_file *log,
                    FILE *manifest, struct err *e)
{
    static const char *const endings[] = {"bin", "txt", "csv", "csv", "xml"};
    char path[PATH_BYTES + NAME_BYTES], hex[2 * CRYPTO_SHA256_BYTES + 1];
    uint8_t digest[CRYPTO_SHA256_BYTES];
    FILE *out = NULL;
    int64_t device_no = FIRST_DEVICE + device->number;
    if (!write_log(s, device, log, e) || !crypto_sha256(log->bytes.data, log->bytes.length, digest, e))
        return false;
    (void)snprintf(path, sizeof path, "%s/%" PRId64 ".%s", folder, device_no, endings[device->kind]);
    if (!open_file(&out, path, e))
        return false;
    (void)fwrite(log->bytes.data, 1, log->bytes.length, out);
    str_hex(digest, sizeof digest, hex);
    (void)fprintf(manifest, "%" PRId64 ".%s,%s,%" PRId64 ",%" PRId64 ",%" PRIu64 ",%" PRId64 ",%" PRId64 ",%s\n", device_no,
                  endings[device->kind], format_of(device->kind), device_no, log->records, log->amount_fen, log->first_seq,
                  log->last_seq, hex);
    return close_file(out, path, e);
}

/* Schools' collectors pack one after the other, from half past nine in the evening on. */
static bool write_package(const struct school *s, int64_t package, struct log_file *log, struct err *e)
{
    const struct night *n = s->night;
    char folder[PATH_BYTES], path[PATH_BYTES + NAME_BYTES];
    FILE *manifest = NULL;
    (void)snprintf(folder, sizeof folder, "%s/packages/%" PRId64 "-01-%" PRId64 "%06" PRId64 "-%06" PRId64, n->out,
                   FIRST_SCHOOL + s->index, digits_of_day(n->day),
                   digits_of_second(21 * 3600 + 1800 + s->index * 1200 / n->schools), (n->day - 1) * n->packages + package + 1);
    (void)snprintf(path, sizeof path, "%s/MANIFEST.csv", folder);
    if (!make_folder(folder, e) || !open_file(&manifest, path, e))
        return false;
    (void)fprintf(manifest, "file,format,device_no,records,amount_fen,first_seq,last_seq,sha256\n");
    bool done = true;
    for (int64_t d = 0; done && d < devices_a_package(n); d++) {
        struct device device = device_at(n, s->index, package, d);
        done = add_log(s, &device, folder, log, manifest, e);
    }
    struct err ending;
    bool closed = close_file(manifest, path, &ending);
    if (done && !closed)
        *e = ending;
    return done && closed;
}

static bool write_night(const struct night *n, struct err *e)
{
    struct school school = {.night = n,
                            .sales = calloc((size_t)sales_a_day(n) + 1, sizeof *school.sales),
                            .purses = calloc((size_t)n->cards, sizeof *school.purses)};
    struct log_file log = {0};
    buf_open(&log.bytes, LOG_MAXIMUM_BYTES);
    bool done = school.sales && school.purses ? true : err_set(e, ERR_BUG, "out of memory");
    for (int64_t s = 0; done && s < n->schools; s++) {
        done = school_open(&school, s, e);
        for (int64_t p = 0; done && p < n->packages; p++)
            done = write_package(&school, p, &log, e);
    }
    buf_close(&log.bytes);
    free(school.sales);
    free(school.purses);
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

/* ---- arguments */

static bool read_number(struct night *n, const char *argument)
{
    const struct {
        const char *name;
        int64_t *number;
    } names[] = {{"schools", &n->schools}, {"packages", &n->packages}, {"pos", &n->devices[LOG_POS]},
                 {"xf", &n->devices[LOG_XF]}, {"csv", &n->devices[LOG_CSV]}, {"att", &n->devices[LOG_ATT]},
                 {"gate", &n->devices[LOG_GATE]}, {"purchases", &n->purchases}, {"passes", &n->passes},
                 {"cards", &n->cards}, {"day", &n->day}, {"faults", &n->faults}};
    const char *equals = strchr(argument, '=');
    for (size_t i = 0; equals && i < sizeof names / sizeof names[0]; i++)
        if (str_equal((struct str){argument, (size_t)(equals - argument)}, names[i].name))
            return str_to_int64(str_of(equals + 1), names[i].number);
    return false;
}

/* Balances must last for all days, and every day must be like the first. */
static bool is_playable(const struct night *n)
{
    int64_t sales = n->schools > 0 && n->cards > 0 && n->packages > 0 ? sales_a_day(n) : 0;
    return sales > 0 && n->day > 0 && (n->day == 1 || (sales % n->cards == 0 && sales / n->cards <= PER_DAY_MAX)) &&
           (sales / n->cards + 1) * 2 * SPENT_FEN * n->day <= OPENING_FEN && strlen(n->out) < PATH_BYTES - NAME_BYTES;
}

static bool read_arguments(int argc, char **argv, struct night *n, uint8_t key[CRYPTO_KEY_BYTES])
{
    *n = (struct night){.day = 1};
    if (argc < 3 || !str_unhex(str_of(argv[2]), key, CRYPTO_KEY_BYTES))
        return false;
    n->out = argv[1];
    for (int i = 3; i < argc; i++)
        if (!read_number(n, argv[i]))
            return false;
    return is_playable(n);
}

int main(int argc, char **argv)
{
    struct night n;
    struct err e;
    uint8_t key[CRYPTO_KEY_BYTES];
    if (!read_arguments(argc, argv, &n, key)) {
        (void)fprintf(stderr, "usage: make_night OUT KEY NAME=NUMBER...\n");
        return 2;
    }
    bool done = crypto_tac_open(&n.tac, &e) && crypto_tac_load(n.tac, CRYPTO_3DES, 1, key, &e) &&
                make_folders(&n, &e) && write_reference(&n, &e) && write_night(&n, &e);
    if (!done)
        (void)fprintf(stderr, "make_night: %s\n", e.message);
    crypto_tac_close(n.tac);
    return done ? 0 : 1;
}
