#include "formats/pkg_csv.h"

#include <stdlib.h>

#include "tests/unit/formats/devlog_sample.h"
#include "tests/unit/formats/text_log_sample.h"

#define THREE "1 06 seq 1 counter 7 1000-100=900\n2 06 seq 2 counter 8 900-100=800 gray\n3 identity 6 seq 3\n"
#define ONE(no, seq) #no " 06 seq " #seq " counter 7 1000-100=900\n"

static void reads_every_spelling(void)
{
    static const struct sample all[] = {
        {"good.csv", 3, 200, 1, 3, THREE},
        {"crlf.csv", 3, 200, 1, 3, THREE},
        {"lfcr.csv", 3, 200, 1, 3, THREE},
        {"bom.csv", 3, 200, 1, 3, THREE},
        {"no-last-end.csv", 3, 200, 1, 3, THREE},
        {"blank-lines.csv", 3, 200, 1, 3, THREE},
        {"shuffled.csv", 3, 200, 1, 3, THREE},
        {"quoted.csv", 3, 200, 1, 3, THREE},
        {"other-spelling.csv", 3, 200, 1, 3, THREE},
        {"pre-missing.csv", 2, 200, 1, 2, ONE(1, 1) ONE(2, 2)},
        {"empty.csv", 0, 0, 0, 0, ""},
        {"holes.csv", 4, 400, 7, UINT32_MAX, ONE(1, 900) ONE(2, 7) ONE(3, 4294967295) ONE(4, 7)},
        {"chips.csv", 3, 300, 1, 3, ONE(1, 1) ONE(2, 2) ONE(3, 3)},
        {"kinds-before.csv", 5, 500, 1, 5, ONE(1, 1) ONE(2, 2) ONE(3, 3) ONE(4, 4) ONE(5, 5)},
        {"too-dear.csv", 1, 1001, 1, 1, "1 06 seq 1 counter 7 1000-1001=0\n"},
    };
    SAMPLE_CHECK(all);
}

#define IN(name) "file \"logs/" name "\""
static void refuses_files(void)
{
    static const struct sample all[] = {
        {"nothing.csv", 0, 0, 0, 0, IN("nothing.csv") ", line 1: no heading"},
        {"blanks.csv", 0, 0, 0, 0, IN("blanks.csv") ", line 1: no heading"},
        {"unknown-column.csv", 0, 0, 0, 0, IN("unknown-column.csv") ", line 1, column \"driver\": unknown column"},
        {"missing-column.csv", 0, 0, 0, 0, IN("missing-column.csv") ", line 1: column \"tac\" is missing"},
        {"column-twice.csv", 0, 0, 0, 0, IN("column-twice.csv") ", line 1, column \"tac\": column comes twice"},
        {"heading-with-blanks.csv", 1, 100, 1, 1,
         IN("heading-with-blanks.csv") ", line 1, column \" termseqno\": unknown column"},
        {"no-heading.csv", 1, 100, 1, 1, IN("no-heading.csv") ", line 1, column \"13010042\": unknown column"},
        {"nul.csv", 1, 100, 1, 1, IN("nul.csv") ", byte 267: a zero byte is no text"},
        {"half-character.csv", 1, 100, 1, 1, IN("half-character.csv") ", byte 267: \"e4\" begins no character of utf-8"},
        {"gb18030.csv", 1, 100, 1, 1, IN("gb18030.csv") ", byte 264: \"b3\" begins no character of utf-8"},
        {"utf16.csv", 1, 100, 1, 1, IN("utf16.csv") ", byte 3: a zero byte is no text"},
        {"open-quote.csv", 3, 300, 1, 1, IN("open-quote.csv") ", line 3: a quoted field is not closed"},
        {"stray-quote.csv", 2, 200, 1, 1,
         IN("stray-quote.csv") ", line 3, column 14: a quote that neither opens nor closes a field"},
        {"lone-cr.csv", 2, 200, 1, 1, IN("lone-cr.csv") ", line 3: a carriage return that ends no line"},
        {"mac.csv", 1, 100, 1, 1, IN("mac.csv") ", line 1: a carriage return that ends no line"},
        {"long-field.csv", 1, 100, 1, 1, IN("long-field.csv") ", line 2, column 4: a field of more than \"2048\" bytes"},
        {"long-line.csv", 1, 100, 1, 1, IN("long-line.csv") ", line 2: a line of more than \"8192\" bytes"},
        {"long-last-line.csv", 2, 100, 1, 1, IN("long-last-line.csv") ", line 3: a line of more than \"8192\" bytes"},
        {"other-device.csv", 2, 200, 1, 2,
         IN("other-device.csv") ", line 3, column \"termno\": \"13010043\" where the manifest has \"13010042\""},
        {"other-device-malformed.csv", 1, 0, 1, 1,
         IN("other-device-malformed.csv") ", line 2, column \"termno\": \"13010043\" where the manifest has \"13010042\""},
    };
    SAMPLE_CHECK(all);
}

static void refuses_what_the_manifest_denies(void)
{
    static const struct sample all[] = {
        {"good.csv", 4, 200, 1, 3, IN("good.csv") ": record count \"3\" where the manifest has \"4\""},
        {"good.csv", 2, 200, 1, 3, IN("good.csv") ": more records than the \"2\" that the manifest has"},
        {"good.csv", 3, 201, 1, 3, IN("good.csv") ": sum of amounts \"200\" where the manifest has \"201\""},
        {"good.csv", 3, 200, 2, 3, IN("good.csv") ": first sequence \"1\" where the manifest has \"2\""},
        {"good.csv", 3, 200, 1, 4, IN("good.csv") ": last sequence \"3\" where the manifest has \"4\""},
        {"empty.csv", 0, 0, 1, 1, IN("empty.csv") ": first sequence \"0\" where the manifest has \"1\""},
        {"empty.csv", 1, 0, 0, 0, IN("empty.csv") ": record count \"0\" where the manifest has \"1\""},
        {"good.csv", 0, 0, 0, 0, IN("good.csv") ": more records than the \"0\" that the manifest has"},
    };
    SAMPLE_CHECK(all);
}

#define COLUMNS_TEXT "the row has another number of columns than the heading"
#define NUMBER_TEXT "a number is none, or too large"
#define LOCK_TEXT "lock flag is not defined, or a lock with an amount or a gray flag"
#define MARK_TEXT "mark is not defined for this kind"
#define CARD_TEXT "card number is not valid"
#define TIME_TEXT "date or time does not exist"
#define TAC_TEXT "tac is not 8 hex digits"
#define CARRIED_TEXT "previous transaction is not of its form"
#define FIELD_TEXT "a field is not of its form"
static void tells_what_is_malformed(void)
{
    static const char *const reasons[] = {
        COLUMNS_TEXT, COLUMNS_TEXT,                                                       /* too few, too many */
        NUMBER_TEXT, NUMBER_TEXT, NUMBER_TEXT, NUMBER_TEXT, NUMBER_TEXT, NUMBER_TEXT, NUMBER_TEXT,
        MARK_TEXT, MARK_TEXT,                                                             /* empty, 01 */
        LOCK_TEXT, LOCK_TEXT, LOCK_TEXT,                                                  /* 2, an amount, gray */
        "device sequence is 0", "card counter is 0", "card counter is 0",                 /* of a lock too */
        CARD_TEXT, CARD_TEXT, CARD_TEXT, CARD_TEXT,
        TIME_TEXT, TIME_TEXT, TIME_TEXT,
        "amount is 0",
        TAC_TEXT, TAC_TEXT, TAC_TEXT,
        "chip is not defined", "chip is not defined", "chip is not defined",
        CARRIED_TEXT, CARRIED_TEXT, CARRIED_TEXT, CARRIED_TEXT, CARRIED_TEXT, CARRIED_TEXT, CARRIED_TEXT, CARRIED_TEXT,
        CARRIED_TEXT,                                                                     /* one of six alone */
        FIELD_TEXT, FIELD_TEXT, FIELD_TEXT, FIELD_TEXT,                                   /* samno, termno */
    };
    enum { COUNT = sizeof reasons / sizeof reasons[0] };
    static char wanted[COUNT * 100];
    size_t used = (size_t)snprintf(wanted, sizeof wanted, "%s", ONE(1, 1));
    for (int i = 0; i < COUNT; i++)
        used += (size_t)snprintf(wanted + used, sizeof wanted - used, "%d !%s\n", i + 2, reasons[i]);
    (void)snprintf(wanted + used, sizeof wanted - used, "%d 06 seq 2 counter 7 1000-100=900\n", COUNT + 2);
    /* Numbers that are none count 0: two short rows, three amounts and one of 0, of a lock 0 twice, once 5. */
    const struct sample malformed = {"malformed.csv", COUNT + 2, (COUNT + 2 - 9) * 100 + 5, 0, 5, wanted};
    CHECK_TEXT(sample_outcome(&malformed), wanted, "each fault has its reason, and good rows around it stay good");
    const struct devlog_raw *raw = sample_raw(1, false);
    CHECK(raw && str_equal(raw->bytes, "short,row"), "a malformed row keeps its bytes as they lie");
    CHECK(raw && raw->bytes.data > sample.bytes.data && raw->bytes.data < sample.bytes.data + sample.bytes.length,
          "the bytes are those of the file, so that their place is known");
    const struct sample quoted = {"quoted-line-end.csv", 2, 200, 2, 5, "1 !chip is not defined\n2 06 seq 2 counter 7 1000-100=900\n"};
    CHECK_TEXT(sample_outcome(&quoted), quoted.outcome, "a quoted line end is part of its field");
    raw = sample_raw(0, false);
    CHECK(raw && str_equal(raw->bytes, "13010042,5,360486600002,5,382016122100001003,20240301,121530,100,7,1000,0,0,"
                                       "7ea2823b,\"cpu\nsm4\",,,,,,"),
          "the bytes of a row of two lines are both lines");
}

static void decodes_every_field(void)
{
    const struct sample good = {"good.csv", 3, 200, 1, 3, NULL};
    char stamp[DATE_STAMP_BYTES];
    CHECK(sample_read(&good, false) && sample.log.record_count == 2 && sample.log.identity_count == 1,
          "money rows become records, a lock row an identity");
    const struct record *r = &sample.log.records[0];
    CHECK_INT(r->device_no, 13010042, "the device is the file's");
    CHECK_INT(r->psam_no, INT64_C(360486600002), "samno is the psam");
    CHECK_INT(r->psam_seq, 5, "samseqno is its sequence");
    CHECK_INT(r->card_no, INT64_C(382016122100001003), "cardno is the card");
    date_format_stamp(r->occurred_at, stamp);
    CHECK_TEXT(stamp, "2024-03-01 12:15:30", "termdate and termtime are when");
    CHECK(r->kind == RECORD_PURCHASE && r->mark == 0 && r->epoch == 0, "the kind is 06, the epoch 0");
    CHECK_INT(r->key, RECORD_KEY_UNNAMED | RECORD_CHIP_SM4, "no key is named, the chip is");
    CHECK(memcmp(r->tac, "\x7E\xA2\x82\x3B", 4) == 0, "the tac is its bytes");
    CHECK(r->reference == 0 && r->list_version == 0 && r->meal_code == 0 && r->verdict == 0 && r->file_index == 0 &&
              r->card_index == UINT32_MAX && r->tac_state == TAC_UNCHECKED,
          "what the format has not is 0, what the judge owns is left to him");
    CHECK(sample.log.records[1].mark == 1, "grayflag 1 is mark 1");
    const struct identity *lock = &sample.log.identities[0];
    CHECK(lock->kind == IDENTITY_LOCK && lock->card_no == r->card_no && lock->occurred_at == r->occurred_at &&
              lock->direction == 0 && lock->method == 0 && lock->result == 0 && lock->text == 0,
          "a lock row says which card was locked, and when");
    CHECK_INT(sample.log.carried_count, 1, "empty pre columns carry nothing");
    const struct devlog_carried *carried = &sample.log.carried[0];
    date_format_stamp(carried->occurred_at, stamp);
    CHECK(carried->record_index == 0 && carried->counter == 6 && carried->amount_fen == 250 &&
              carried->psam_no == INT64_C(360486600001) && carried->kind == RECORD_COMPOUND,
          "the pre columns are the previous transaction");
    CHECK_TEXT(stamp, "2024-03-01 07:41:02", "with its time");
    CHECK_INT(sample.log.raw_count, 0, "good rows keep no bytes");
    const struct sample chips = {"chips.csv", 3, 300, 1, 3, NULL};
    CHECK(sample_read(&chips, false) && sample.log.records[0].key == (RECORD_KEY_UNNAMED | RECORD_CHIP_3DES) &&
              sample.log.records[2].key == (RECORD_KEY_UNNAMED | RECORD_CHIP_M1),
          "each chip has its name");
    const struct sample kinds = {"kinds-before.csv", 5, 500, 1, 5, NULL};
    static const uint8_t wanted[] = {RECORD_PURCHASE, RECORD_COMPOUND, RECORD_LOAD, RECORD_SUBSIDY, RECORD_SUBSIDY};
    bool good_kinds = sample_read(&kinds, false) && sample.log.carried_count == 5;
    for (uint32_t i = 0; good_kinds && i < 5; i++)
        good_kinds = sample.log.carried[i].kind == wanted[i] && sample.log.carried[i].record_index == i;
    CHECK(good_kinds, "each kind may come before, in either case of hex");
}

static void keeps_bytes_of_all_where_asked(void)
{
    const struct sample good = {"good.csv", 3, 200, 1, 3, NULL};
    CHECK(sample_read(&good, true) && sample.log.raw_count == 3, "every row keeps its bytes where that is asked for");
    const struct devlog_raw *first = sample_raw(0, false), *lock = sample_raw(0, true);
    CHECK(first && first->bytes.data == sample.bytes.data + strlen(SAMPLE_PKG_HEADING) + 1 && first->bytes.length == 129,
          "the bytes of a record lie in the file");
    CHECK(lock && lock->bytes.data + lock->bytes.length + 1 == sample.bytes.data + sample.bytes.length,
          "so do those of a lock row");
}

enum { COLUMNS = 20, AMOUNT = 7 };

/* The digest of a purchase with some columns written otherwise; NULL: as they are. 0: not good. */
static uint64_t digest_with(const char *const changes[COLUMNS])
{
    static const char *const sale[COLUMNS] = {"13010042", "1", "360486600002", "5", "382016122100001003", "20240301", "121530",
                                              "100", "7", "1000", "0", "0", "7ea2823b", "cpusm4", "360486600001", "20240301",
                                              "074102", "6", "250", "09"};
    char text[1000];
    const struct sample one = {"one.csv", 1, changes[AMOUNT] ? atoi(changes[AMOUNT]) : 100, 1, 1, NULL};
    size_t used = (size_t)snprintf(text, sizeof text, "%s\n", SAMPLE_PKG_HEADING);
    for (int i = 0; i < COLUMNS; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? "," : "", changes[i] ? changes[i] : sale[i]);
    if (!sample_read_bytes(&one, (struct str){text, used}, false))
        return 0;
    return sample.log.record_count == 1 ? sample.log.records[0].digest : sample.log.identities[0].digest;
}

static void tells_contents_apart(void)
{
    static const char *const same[COLUMNS] = {NULL, "01", NULL, "005", "00382016122100001003", NULL, NULL, "0100", "07",
                                              "01000", NULL, NULL, "7EA2823B", NULL, NULL, NULL, NULL, "06", "0250", NULL};
    static const char *const other[][COLUMNS] = {
        {[2] = "360486600003"}, {[3] = "6"}, {[4] = "382016122100001011"}, {[5] = "20240302"}, {[6] = "121531"},
        {[7] = "101"}, {[8] = "8"}, {[9] = "1001"}, {[11] = "1"}, {[12] = "7ea2823c"}, {[13] = "m1"},
        {[14] = "360486600002"}, {[15] = "20240229"}, {[16] = "074103"}, {[17] = "5"}, {[18] = "251"}, {[19] = "06"},
        {[14] = "", [15] = "", [16] = "", [17] = "", [18] = "", [19] = ""},
    };
    static const char *const locks[][COLUMNS] = {{[7] = "0", [10] = "1"}, {[7] = "0", [10] = "1", [12] = "00000000"}};
    const uint64_t digest = digest_with((const char *const[COLUMNS]){0});
    CHECK(digest != 0, "a purchase has a digest");
    CHECK(digest_with(same) == digest, "R-02 another spelling is the same content");
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        uint64_t found = digest_with(other[i]);
        CHECK(found != 0 && found != digest, "R-02 another field is another content");
    }
    uint64_t lock = digest_with(locks[0]), other_lock = digest_with(locks[1]);
    CHECK(lock != 0 && other_lock != 0 && lock != digest && lock != other_lock, "R-02 so it is for rows of locks");
}

static void cuts_anywhere_without_harm(void)
{
    const struct sample many = {"many.csv", 300, 45150, 1, 300, NULL};
    CHECK(sample_read(&many, false) && sample.log.record_count == 300 && sample.log.carried_count == 300,
          "a file of many rows is read");
    struct str whole = sample.bytes;
    int good = 0;
    for (size_t length = 0; length < 2000; length++) {
        char *cut = malloc(length + 1); /* of its own size, so that the sanitizer sees a read past its end */
        if (!cut)
            abort();
        memcpy(cut, whole.data, length);
        good += sample_read_bytes(&many, (struct str){cut, length}, false);
        free(cut);
    }
    CHECK_INT(good, 0, "no beginning of it is good");
}

int main(void)
{
    sample_open("tests/golden/pkg_csv", "pkg-csv/1");
    reads_every_spelling();
    refuses_files();
    refuses_what_the_manifest_denies();
    tells_what_is_malformed();
    decodes_every_field();
    keeps_bytes_of_all_where_asked();
    tells_contents_apart();
    cuts_anywhere_without_harm();
    sample_close();
    return tap_end();
}
