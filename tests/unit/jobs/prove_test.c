/* What a package's bytes become before anyone judges them (FORMATS.md 2 and 3.1): proved records, refused files, or a
 * reason to set the whole aside. Packages are made here, with tar. */
#include "jobs/post/prove_pool.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"
#include "base/fsfile.h"
#include "tests/unit/formats/pos_bin_sample.h"
#include "tests/unit/tap.h"

enum { LOG_RECORDS_MAX = 4, FILES_MAX = 3 };

static char folder[] = "/tmp/prove_test.XXXXXX";
static struct err e;
static struct keyring ring;
static struct devlog_terminal terminals[2];
static struct prove_rules rules;

/* ---- packages of the sample terminal 13010042 */

struct log {
    uint8_t bytes[64 * (1 + LOG_RECORDS_MAX)];
    uint32_t count;
};

struct listing {
    const char *name;
    const char *format; /* NULL: pos-bin/1 */
    struct log *log;
    bool unlisted, missing, wrong_digest;
};

static void make_log(struct log *log, uint32_t count)
{
    *log = (struct log){.count = count};
    for (uint32_t i = 0; i < count; i++)
        sample_record(log->bytes + 64 * (i + 1), i + 1);
    sample_header(log->bytes, count);
}

/* Changes one byte of a record and makes its CRC right again. */
static void change_record(struct log *log, uint32_t record_no, int at, uint8_t value)
{
    uint8_t *record = log->bytes + (size_t)64 * record_no;
    record[at] = value;
    sample_sign(record);
    sample_header(log->bytes, log->count);
}

static void write_file(const char *name, const void *bytes, size_t length)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/new/%s", folder, name);
    ALWAYS(fsfile_write(path, bytes, length, 0600, &e));
}

static void add_row(char *text, size_t size, const struct listing *file)
{
    struct manifest_row row = sample_row(file->log->count);
    uint8_t digest[CRYPTO_SHA256_BYTES];
    char hex[2 * CRYPTO_SHA256_BYTES + 1];
    size_t length = 64 * ((size_t)file->log->count + 1), used = strlen(text);
    ALWAYS(crypto_sha256(file->log->bytes, length, digest, &e));
    digest[0] ^= file->wrong_digest;
    str_hex(digest, sizeof digest, hex);
    (void)snprintf(text + used, size - used, "%s,%s,13010042,%u,%lld,%u,%u,%s\r\n", file->name,
                   file->format ? file->format : "pos-bin/1", file->log->count, (long long)row.amount_fen, row.first_seq,
                   row.last_seq, hex);
}

/* Packs the files under `name`.tar.gz, with a manifest that lists them; files end at the first without a name. */
static void make_package(const char *name, const struct listing files[FILES_MAX])
{
    char manifest[2048] = "file,format,device_no,records,amount_fen,first_seq,last_seq,sha256\r\n", command[512];
    (void)snprintf(command, sizeof command, "rm -rf %s/new && mkdir -p %s/new", folder, folder);
    ALWAYS(system(command) == 0);
    for (int i = 0; i < FILES_MAX && files[i].name; i++) {
        if (!files[i].unlisted)
            add_row(manifest, sizeof manifest, &files[i]);
        if (!files[i].missing)
            write_file(files[i].name, files[i].log->bytes, 64 * ((size_t)files[i].log->count + 1));
    }
    write_file("MANIFEST.csv", manifest, strlen(manifest));
    (void)snprintf(command, sizeof command, "tar -C %s/new -czf %s/%s.tar.gz .", folder, folder, name);
    ALWAYS(system(command) == 0);
}

static struct prove_package package_of(const char *name, const char *path)
{
    int64_t made_at = 0;
    ALWAYS(date_parse_compact(str_of("20240301220000"), &made_at));
    return (struct prove_package){.archive_id = 1, .school_code = 2113010001, .made_at = made_at, .ext = PACKAGE_TAR_GZ,
                                  .name = name, .path = path};
}

/* Proves a package of the folder; the caller closes *proved. */
static bool prove(const char *name, bool signature_required, struct proved *proved)
{
    char path[256];
    struct prover *prover = NULL;
    (void)snprintf(path, sizeof path, "%s/%s.tar.gz", folder, name);
    struct prove_package package = package_of(name, path);
    package.signature_required = signature_required;
    ALWAYS(prover_open(&prover, &rules, &e));
    bool done = prove_one(prover, &package, proved, &e);
    prover_close(prover);
    return done;
}

static void load_key(enum crypto_cipher cipher, int slot)
{
    ring.has[cipher][slot] = true;
    ALWAYS(str_unhex(str_of("0123456789ABCDEFFEDCBA9876543210"), ring.keys[cipher][slot], CRYPTO_KEY_BYTES));
}

/* ---- records */

static void test_good_package(void)
{
    struct log log;
    struct proved proved;
    make_log(&log, 3);
    make_package("good", (struct listing[FILES_MAX]){{.name = "logs/a.bin", .log = &log}});
    CHECK(prove("good", false, &proved) && proved.reason == PACKAGE_GOOD, "FORMATS 2 a package that proves whole is good");
    CHECK(proved.file_count == 1 && proved.log.record_count == 3 && proved.log.raw_count == 0, "FORMATS 3.1 its records are decoded");
    CHECK(proved.files[0].file_no == 1 && strcmp(proved.files[0].name, "logs/a.bin") == 0 && proved.files[0].epoch == 1 &&
              proved.files[0].device_no == 13010042 && proved.files[0].records == 3 && proved.files[0].amount_fen == 300 &&
              !proved.files[0].refused,
          "FORMATS 2 a file has its row, terminal, epoch and manifest figures");
    CHECK(proved.log.records[0].tac_state == TAC_GOOD && proved.log.records[2].tac_state == TAC_GOOD,
          "FORMATS 4 a good TAC is found good");
    CHECK(proved.log.records[0].digest != proved.log.records[1].digest && proved.log.records[0].digest != 0,
          "R-02 each content has its digest");
    CHECK(proved.log.records[2].record_no == 3 && proved.log.records[2].device_seq == 3 && proved.log.records[2].epoch == 1,
          "FORMATS 3.1 records are numbered from 1 in their file");
    proved_close(&proved);
    proved_close(&proved);
    CHECK(proved.arena == NULL && proved.log.records == NULL, "closing twice is closing once");
}

static void test_keys_of_records(void)
{
    struct log log;
    struct proved proved;
    make_log(&log, 3);
    change_record(&log, 1, 41, 0xF5);
    change_record(&log, 2, 42, 0xFF);
    make_package("nibbles", (struct listing[FILES_MAX]){{.name = "a.bin", .log = &log}});
    CHECK(prove("nibbles", false, &proved) && proved.reason == PACKAGE_GOOD, "FORMATS 3.1 key nibble F names no key");
    CHECK_INT(proved.log.records[0].tac_state, TAC_ABSENT, "R-04 a record of key nibble F has no TAC");
    CHECK_INT(proved.log.records[1].tac_state, TAC_DIFFERS, "R-04 a TAC that differs is told");
    proved_close(&proved);

    change_record(&log, 3, 41, 0x16);
    make_package("waits", (struct listing[FILES_MAX]){{.name = "a.bin", .log = &log}});
    CHECK(prove("waits", false, &proved) && proved.reason == PACKAGE_KEY_MISSING,
          "FORMATS 2 a record that names a key version not loaded makes the package wait");
    CHECK_TEXT(proved.detail, "file \"a.bin\": record 3 names key version 6 of sm4, which is not loaded",
               "FORMATS 2 the reason names record, version and algorithm");
    CHECK(proved.log.record_count == 0 && proved.file_count == 0, "FORMATS 2 it waits whole");
    proved_close(&proved);
    load_key(CRYPTO_SM4, 6);
    CHECK(prove("waits", false, &proved) && proved.reason == PACKAGE_GOOD && proved.log.record_count == 3,
          "FORMATS 2 with the key it is good");
    proved_close(&proved);
    ring.has[CRYPTO_SM4][6] = false;

    change_record(&log, 3, 0, 0xFE);
    change_record(&log, 3, 49, 1);
    for (int i = 42; i < 46; i++)
        change_record(&log, 3, i, 0);
    make_package("reversal", (struct listing[FILES_MAX]){{.name = "a.bin", .log = &log}});
    CHECK(prove("reversal", false, &proved) && proved.reason == PACKAGE_KEY_MISSING,
          "FORMATS 2 so does a reversal, although it has no TAC");
    proved_close(&proved);
    change_record(&log, 3, 0, 0x77);
    make_package("malformed", (struct listing[FILES_MAX]){{.name = "a.bin", .log = &log}});
    CHECK(prove("malformed", false, &proved) && proved.reason == PACKAGE_GOOD,
          "FORMATS 2 a malformed record's key is not asked for");
    CHECK(proved.log.raw_count == 1 && proved.log.raws[0].index == 2 &&
              memcmp(proved.log.raws[0].bytes.data, log.bytes + 192, 64) == 0,
          "R-01 the raw bytes of a malformed record are kept");
    CHECK(proved.log.records[2].malformed == MALFORMED_KIND && proved.log.records[2].amount_fen == 100,
          "R-22 a malformed record keeps its amount");
    proved_close(&proved);
}

/* ---- files */

static void test_owners(void)
{
    struct log log;
    struct proved proved;
    make_log(&log, 1);
    make_package("owner", (struct listing[FILES_MAX]){{.name = "a.bin", .log = &log}});
    terminals[0] = (struct devlog_terminal){.device_no = 13010042, .valid_to = DATE_NO_DAY, .psam_no = 111};
    rules.terminal_count = 1;
    CHECK(prove("owner", false, &proved) && proved.reason == PACKAGE_GOOD && proved.files[0].refused,
          "FORMATS 2 a header whose psam is not the terminal's makes its file refused, not the package");
    CHECK(proved.log.record_count == 0 && proved.files[0].records == 1 && proved.files[0].amount_fen == 100,
          "FORMATS 2 a refused file keeps the manifest's figures");
    proved_close(&proved);
    terminals[1] = (struct devlog_terminal){.device_no = 13010042, .valid_to = DATE_NO_DAY, .psam_no = 360486600002};
    rules.terminal_count = 2;
    CHECK(prove("owner", false, &proved) && !proved.files[0].refused, "FORMATS 2 a psam that the terminal has or had is right");
    proved_close(&proved);
    terminals[0].device_no = terminals[1].device_no = 13010043;
    terminals[0].psam_no = 360486600002;
    CHECK(prove("owner", false, &proved) && !proved.files[0].refused && proved.log.record_count == 1,
          "FORMATS 2 a terminal that is not on file has no psam to differ from");
    proved_close(&proved);
    rules.terminal_count = 0;

    sample_hex(log.bytes + 18, "2113010002");
    sample_sign(log.bytes);
    make_package("school", (struct listing[FILES_MAX]){{.name = "a.bin", .log = &log}});
    CHECK(prove("school", false, &proved) && proved.files[0].refused && strstr(proved.files[0].refused, "school_code"),
          "FORMATS 2 a header of another school makes its file refused");
    proved_close(&proved);
}

static void test_some_files_refused(void)
{
    struct log good, bad, other;
    struct proved proved;
    make_log(&good, 2);
    make_log(&bad, 2);
    make_log(&other, 1);
    change_record(&bad, 2, 41, 0x19);
    bad.bytes[4] = 9;
    make_package("mixed", (struct listing[FILES_MAX]){{.name = "bad.bin", .log = &bad},
                                                      {.name = "logs/good.bin", .log = &good},
                                                      {.name = "other.csv", .format = "gate-xml/1", .log = &other}});
    CHECK(prove("mixed", false, &proved) && proved.reason == PACKAGE_GOOD && proved.file_count == 3,
          "FORMATS 2 the rest of a package goes on beside a refused file");
    CHECK(proved.files[0].refused && proved.files[0].record_count == 0,
          "FORMATS 2 a refused file's keys are not asked for");
    CHECK(!proved.files[1].refused && proved.files[1].first_record == 0 && proved.files[1].record_count == 2 &&
              proved.log.records[1].file_index == 1,
          "FORMATS 2 the records belong to the file that is good");
    CHECK_TEXT(proved.files[2].refused ? proved.files[2].refused : "accepted",
               "file \"other.csv\", byte 4: a zero byte is no text", "FORMATS 2 each file is read in its own format");
    proved_close(&proved);
}

static void test_little_packages(void)
{
    struct log empty;
    struct proved proved;
    make_log(&empty, 0);
    make_package("no_files", (struct listing[FILES_MAX]){{0}});
    CHECK(prove("no_files", false, &proved) && proved.reason == PACKAGE_GOOD && proved.file_count == 0,
          "FORMATS 2 a package without files is good");
    proved_close(&proved);
    make_package("empty_log", (struct listing[FILES_MAX]){{.name = "a.bin", .log = &empty}});
    CHECK(prove("empty_log", false, &proved) && proved.reason == PACKAGE_GOOD && proved.file_count == 1 &&
              !proved.files[0].refused && proved.log.record_count == 0,
          "FORMATS 2 an empty log is good");
    proved_close(&proved);
}

/* ---- packages that are set aside: the first reason of FORMATS 2 that is true */

static void test_reasons(void)
{
    struct log log;
    struct proved proved;
    make_log(&log, 1);
    const struct {
        const char *fact;
        struct listing files[FILES_MAX];
        bool signature_required;
        enum package_reason wanted;
    } rows[] = {
        {"FORMATS 2 a digest that differs is bad_digest", {{.name = "a.bin", .log = &log, .wrong_digest = true}}, false,
         PACKAGE_BAD_DIGEST},
        {"FORMATS 2 a file that is not listed is unlisted_file",
         {{.name = "a.bin", .log = &log, .wrong_digest = true}, {.name = "b.bin", .log = &log, .unlisted = true}}, false,
         PACKAGE_UNLISTED_FILE},
        {"FORMATS 2 a listed file that is not there is missing_file, before an unlisted one",
         {{.name = "a.bin", .log = &log, .missing = true}, {.name = "b.bin", .log = &log, .unlisted = true}}, false,
         PACKAGE_MISSING_FILE},
        {"FORMATS 2 a signature that is missing where required is bad_signature, before a missing file",
         {{.name = "a.bin", .log = &log, .missing = true}}, true, PACKAGE_BAD_SIGNATURE},
        {"FORMATS 2 a signature that no authority is configured for is bad_signature",
         {{.name = "a.bin", .log = &log}, {.name = "MANIFEST.p7s", .log = &log, .unlisted = true}}, false,
         PACKAGE_BAD_SIGNATURE},
        {"FORMATS 2 a manifest that lists a file twice is bad_manifest, before the signature",
         {{.name = "a.bin", .log = &log}, {.name = "a.bin", .log = &log}}, true, PACKAGE_BAD_MANIFEST},
        {"FORMATS 2 an unsafe name in the manifest is bad_manifest", {{.name = "new/a.bin", .log = &log}}, false,
         PACKAGE_BAD_MANIFEST},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        make_package("reason", rows[i].files);
        bool done = prove("reason", rows[i].signature_required, &proved);
        CHECK_INT(done ? (int)proved.reason : -1, rows[i].wanted, rows[i].fact);
        CHECK(proved.file_count == 0 && proved.log.record_count == 0 && proved.detail[0],
              "FORMATS 2 a package set aside has no records, but words");
        proved_close(&proved);
    }
    make_package("reason", (struct listing[FILES_MAX]){{.name = "a.bin", .log = &log}});
    rules.package_records = log.count - 1;
    CHECK(prove("reason", false, &proved) && proved.reason == PACKAGE_LIMIT,
          "FORMATS 2 a package that claims more records than one may have is over a limit");
    proved_close(&proved);
    rules.package_records = log.count;
    CHECK(prove("reason", false, &proved) && proved.reason == PACKAGE_GOOD, "FORMATS 2 as many as one may have is good");
    proved_close(&proved);
    rules.package_records = 5000000;
    rules.package_bytes = 200;
    CHECK(prove("reason", false, &proved) && proved.reason == PACKAGE_LIMIT,
          "FORMATS 2 a package that takes more memory than one may have is over a limit");
    CHECK_TEXT(proved.detail, "its manifest, converted texts and malformed records take more than 200 bytes",
               "and says so");
    proved_close(&proved);
    rules.package_bytes = 1 << 20;
    char path[256];
    (void)snprintf(path, sizeof path, "%s/cut.tar.gz", folder);
    ALWAYS(fsfile_write(path, "no archive", 10, 0600, &e));
    CHECK(prove("cut", false, &proved) && proved.reason == PACKAGE_UNREADABLE, "FORMATS 2 no archive is unreadable");
    proved_close(&proved);
    CHECK(!prove("away", false, &proved) && e.kind == ERR_DISK, "STYLE could not look is never a reason of the package");
    proved_close(&proved);
}

/* ---- the pool: many packages, several threads, one order */

/* Whether a package some places further is proved before the first is taken: then its bytes may go. */
static bool is_proved_ahead(struct prove_package *packages, uint32_t count, size_t ahead_bytes)
{
    const struct timespec pause = {.tv_nsec = 300000000};
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint32_t further = 2 * (uint32_t)(processors < 16 ? processors : 16) + 1;
    struct prove_pool *pool = NULL;
    struct prove_rules tight = rules;
    char path[256];
    const char *was = packages[further].path;
    tight.ahead_bytes = ahead_bytes;
    (void)snprintf(path, sizeof path, "%s/ahead.tar.gz", folder);
    ALWAYS(link(was, path) == 0);
    packages[further].path = path;
    ALWAYS(prove_pool_open(&pool, &tight, packages, count, &e));
    (void)nanosleep(&pause, NULL);
    ALWAYS(unlink(path) == 0);
    bool done = true;
    for (uint32_t i = 0; done && i <= further; i++) {
        struct proved proved;
        done = prove_pool_next(pool, &proved, &e);
        if (done)
            proved_close(&proved);
    }
    prove_pool_close(pool);
    packages[further].path = was;
    return done;
}

static void test_pool(void)
{
    enum { PACKAGES = 50 };
    static char paths[PACKAGES][128];
    struct prove_package packages[PACKAGES];
    struct prove_pool *pool = NULL;
    struct log log;
    bool in_order = true;
    for (uint32_t count = 0; count <= LOG_RECORDS_MAX; count++) {
        char name[16];
        make_log(&log, count);
        (void)snprintf(name, sizeof name, "of%u", count);
        make_package(name, (struct listing[FILES_MAX]){{.name = "a.bin", .log = &log}});
    }
    for (uint32_t i = 0; i < PACKAGES; i++) {
        (void)snprintf(paths[i], sizeof paths[i], "%s/of%u.tar.gz", folder, i * 7 % (LOG_RECORDS_MAX + 1));
        packages[i] = package_of("many", paths[i]);
    }
    ALWAYS(prove_pool_open(&pool, &rules, packages, PACKAGES, &e));
    for (uint32_t i = 0; i < PACKAGES; i++) {
        struct proved proved;
        ALWAYS(prove_pool_next(pool, &proved, &e));
        in_order = in_order && proved.log.record_count == i * 7 % (LOG_RECORDS_MAX + 1);
        proved_close(&proved);
    }
    prove_pool_close(pool);
    CHECK(in_order, "RULES 1 packages are handed out in their order, whichever thread proved them first");

    CHECK(!is_proved_ahead(packages, PACKAGES, 0), "results that nobody takes keep threads from proving more");
    CHECK(is_proved_ahead(packages, PACKAGES, SIZE_MAX), "threads are several packages ahead where there is room");
    packages[3].path = "/nowhere/at/all";
    ALWAYS(prove_pool_open(&pool, &rules, packages, PACKAGES, &e));
    bool until_third = true;
    for (uint32_t i = 0; i < 4; i++) {
        struct proved proved;
        bool done = prove_pool_next(pool, &proved, &e);
        until_third = until_third && done == (i < 3);
        if (done)
            proved_close(&proved);
    }
    CHECK(until_third && e.kind == ERR_DISK, "a package that cannot be looked at stops whoever takes it");
    prove_pool_close(pool);
    ALWAYS(prove_pool_open(&pool, &rules, packages, PACKAGES, &e));
    prove_pool_close(pool);
    prove_pool_close(NULL);
    CHECK(true, "a pool may be closed before anything was taken");
    ALWAYS(prove_pool_open(&pool, &rules, packages, 0, &e));
    prove_pool_close(pool);
    CHECK(true, "a pool may be of no packages");
}

int main(void)
{
    char command[128];
    ALWAYS(mkdtemp(folder));
    load_key(CRYPTO_SM4, 5);
    rules = (struct prove_rules){.ring = &ring, .limits = &archive_default_limits, .spool_folder = folder, .terminals = terminals,
                                 .package_records = 5000000, .package_bytes = 1 << 20};
    test_good_package();
    test_keys_of_records();
    test_owners();
    test_some_files_refused();
    test_little_packages();
    test_reasons();
    test_pool();
    (void)snprintf(command, sizeof command, "rm -r %s", folder);
    ALWAYS(system(command) == 0);
    return tap_end();
}
