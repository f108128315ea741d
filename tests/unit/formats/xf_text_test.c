#include "formats/xf_text.h"

#include <stdlib.h>

#include "tests/unit/formats/devlog_sample.h"
#include "tests/unit/formats/text_log_sample.h"

#define THREE                                                                                                           \
    "1 06 seq 1 counter 7 1000-100=900\n2 09 seq 2 counter 7 1000-100=900 gray\n3 DB seq 3 counter 7 1000-500=1500\n"
#define ONE(no, seq) #no " 06 seq " #seq " counter 7 1000-100=900\n"

static void reads_every_spelling(void)
{
    static const struct sample all[] = {
        {"good.txt", 3, 700, 1, 3, THREE},
        {"crlf.txt", 3, 700, 1, 3, THREE},
        {"lfcr.txt", 3, 700, 1, 3, THREE},
        {"bom.txt", 3, 700, 1, 3, THREE},
        {"no-last-end.txt", 3, 700, 1, 3, THREE},
        {"blank-lines.txt", 3, 700, 1, 3, THREE},
        {"other-spelling.txt", 3, 700, 1, 3, THREE},
        {"empty.txt", 0, 0, 0, 0, ""},
        {"industry.txt", 0, 0, 0, 0, ""},
        {"holes.txt", 4, 400, 7, 99999999, ONE(1, 900) ONE(2, 7) ONE(3, 99999999) ONE(4, 7)},
        {"kinds.txt", 4, 400, 1, 4,
         ONE(1, 1) "2 09 seq 2 counter 7 1000-100=900\n3 02 seq 3 counter 7 1000-100=1100\n4 DB seq 4 counter 7 1000-100=1100\n"},
        {"too-dear.txt", 1, 1001, 1, 1, "1 06 seq 1 counter 7 1000-1001=0\n"},
        {"large.txt", 1, 99999999, 1, 1, "1 02 seq 1 counter 65535 99999999-99999999=199999998\n"},
    };
    SAMPLE_CHECK(all);
}

#define IN(name) "file \"logs/" name "\""
static void refuses_files(void)
{
    static const struct sample all[] = {
        {"nothing.txt", 0, 0, 0, 0, IN("nothing.txt") ", line 1: no heading"},
        {"blanks.txt", 0, 0, 0, 0, IN("blanks.txt") ", line 1: no heading"},
        {"no-heading.txt", 1, 100, 1, 1,
         IN("no-heading.txt") ", line 1: \"158\" characters where a heading has \"44\""},
        {"short-heading.txt", 0, 0, 0, 0, IN("short-heading.txt") ", line 1: \"43\" characters where a heading has \"44\""},
        {"long-heading.txt", 0, 0, 0, 0, IN("long-heading.txt") ", line 1: \"45\" characters where a heading has \"44\""},
        {"other-magic.txt", 0, 0, 0, 0, IN("other-magic.txt") ", line 1, column \"magic\": \"XG\" is not \"XF\""},
        {"other-length.txt", 0, 0, 0, 0,
         IN("other-length.txt") ", line 1, column \"record length\": \"00000157\" is not \"00000158\""},
        {"other-fill.txt", 0, 0, 0, 0,
         IN("other-fill.txt") ", line 1, column \"fill\": \"FFFFFFFFFFFFFFFFFFFFFFFf\" is not 24 F"},
        {"no-count.txt", 0, 0, 0, 0, IN("no-count.txt") ", line 1, column \"record count\": \"0000001 \" is none"},
        {"count-too-large.txt", 2, 200, 1, 2,
         IN("count-too-large.txt") ", line 1, column \"record count\": \"3\" where the file has \"2\""},
        {"count-too-small.txt", 2, 200, 1, 2,
         IN("count-too-small.txt") ", line 1, column \"record count\": \"1\" where the file has \"2\""},
        {"short-line.txt", 2, 200, 1, 2, IN("short-line.txt") ", line 3: \"157\" characters where a record has \"158\""},
        {"long-line.txt", 2, 200, 1, 2, IN("long-line.txt") ", line 3: \"159\" characters where a record has \"158\""},
        {"huge-line.txt", 2, 200, 1, 2, IN("huge-line.txt") ", line 3: \"100000\" characters where a record has \"158\""},
        {"two-in-a-line.txt", 1, 100, 1, 1, IN("two-in-a-line.txt") ", line 2: \"316\" characters where a record has \"158\""},
        {"lone-cr.txt", 2, 200, 1, 2, IN("lone-cr.txt") ", line 3: a carriage return that ends no line"},
        {"mac.txt", 1, 100, 1, 1, IN("mac.txt") ", line 1: a carriage return that ends no line"},
        {"nul.txt", 1, 100, 1, 1, IN("nul.txt") ", byte 188: a zero byte is no text"},
        {"half-character.txt", 1, 100, 1, 1, IN("half-character.txt") ", byte 185: \"e4\" begins no character of utf-8"},
        {"wide-character.txt", 1, 100, 1, 1,
         IN("wide-character.txt") ", line 2: \"156\" characters where a record has \"158\""},
        {"utf16.txt", 1, 100, 1, 1, IN("utf16.txt") ", byte 3: a zero byte is no text"},
        {"other-device.txt", 2, 200, 1, 2,
         IN("other-device.txt") ", line 3, column \"device_no\": \"13010043\" where the manifest has \"13010042\""},
        {"other-device-malformed.txt", 1, 0, 1, 1,
         IN("other-device-malformed.txt") ", line 2, column \"device_no\": \"13010043\" where the manifest has \"13010042\""},
    };
    SAMPLE_CHECK(all);
}

static void refuses_what_the_manifest_denies(void)
{
    static const struct sample all[] = {
        {"good.txt", 4, 700, 1, 3, IN("good.txt") ": record count \"3\" where the manifest has \"4\""},
        {"good.txt", 2, 700, 1, 3, IN("good.txt") ": more records than the \"2\" that the manifest has"},
        {"good.txt", 3, 701, 1, 3, IN("good.txt") ": sum of amounts \"700\" where the manifest has \"701\""},
        {"good.txt", 3, 700, 0, 3, IN("good.txt") ": first sequence \"1\" where the manifest has \"0\""},
        {"good.txt", 3, 700, 1, 2, IN("good.txt") ": last sequence \"3\" where the manifest has \"2\""},
        {"empty.txt", 0, 0, 0, 1, IN("empty.txt") ": last sequence \"0\" where the manifest has \"1\""},
    };
    SAMPLE_CHECK(all);
}

#define NUMBER_TEXT "a number is none, or too large"
#define KIND_TEXT "kind is not defined"
#define MARK_TEXT "mark is not defined for this kind"
#define CARD_TEXT "card number is not valid"
#define TIME_TEXT "date or time does not exist"
#define TAC_TEXT "tac is not 8 hex digits"
#define FIELD_TEXT "a field is not of its form"
#define MERCHANT_TEXT "merchant is not the terminal's on that day"

/* The terminal's merchant is 00001 to the end of February, then for good the one of the samples. */
static void put_terminal_on_file(void)
{
    int32_t march = 0;
    ALWAYS(date_parse(str_of("2024-03-01"), &march));
    sample.terminals[0] = (struct devlog_terminal){.device_no = 13010042, .valid_from = march - 400, .valid_to = march - 1,
                                                   .psam_no = 360486600002, .merchant_no = 211301000100001};
    sample.terminals[1] = (struct devlog_terminal){.device_no = 13010042, .valid_from = march, .valid_to = DATE_NO_DAY,
                                                   .psam_no = 360486600002, .merchant_no = 211301000110001};
    sample.terminal_count = 2;
}

static void tells_what_is_malformed(void)
{
    static const char *const reasons[] = {
        NUMBER_TEXT, NUMBER_TEXT, NUMBER_TEXT, NUMBER_TEXT, NUMBER_TEXT, NUMBER_TEXT, NUMBER_TEXT, /* of five fields */
        KIND_TEXT, KIND_TEXT, KIND_TEXT, MARK_TEXT, MARK_TEXT, MARK_TEXT,                          /* a gray load last */
        "device sequence is 0", "card counter is 0", CARD_TEXT, CARD_TEXT, CARD_TEXT, TIME_TEXT, TIME_TEXT, "amount is 0",
        TAC_TEXT, TAC_TEXT, TAC_TEXT,                                                              /* a wide character last */
        FIELD_TEXT, FIELD_TEXT, FIELD_TEXT,                                                        /* psam, merchant, device */
        FIELD_TEXT, FIELD_TEXT, FIELD_TEXT, FIELD_TEXT, FIELD_TEXT, FIELD_TEXT, FIELD_TEXT,        /* what no rule reads */
        FIELD_TEXT, FIELD_TEXT,                                                                    /* reserved */
        MERCHANT_TEXT,
    };
    enum { COUNT = sizeof reasons / sizeof reasons[0] };
    static char wanted[COUNT * 100];
    size_t used = (size_t)snprintf(wanted, sizeof wanted, "%s", ONE(1, 1));
    for (int i = 0; i < COUNT; i++)
        used += (size_t)snprintf(wanted + used, sizeof wanted - used, "%d !%s\n", i + 2, reasons[i]);
    (void)snprintf(wanted + used, sizeof wanted - used, "%d 06 seq 2 counter 7 1000-100=900\n", COUNT + 2);
    /* Numbers that are none count 0: two amounts and one of 0. */
    const struct sample malformed = {"malformed.txt", COUNT + 2, (COUNT + 2 - 3) * 100, 0, 5, wanted};
    put_terminal_on_file();
    CHECK_TEXT(sample_outcome(&malformed), wanted, "each fault has its reason, and good lines around it stay good");
    const struct devlog_raw *wide = sample_raw(24, false), *first = sample_raw(1, false);
    CHECK(first && first->bytes.length == 158 && memcmp(first->bytes.data, " 0000005", 8) == 0 &&
              first->bytes.data == sample.bytes.data + 45 + 159,
          "a malformed line keeps its bytes, where they lie in the file");
    CHECK(wide && wide->bytes.length == 160, "characters are counted, bytes are kept");
}

/* What becomes of the sample's line of a merchant and a time when its terminal is on file. */
static const char *merchant_at(const char *merchant_no, const char *when)
{
    char text[400];
    const struct sample one = {"one.txt", 1, 100, 1, 1, NULL};
    size_t used = (size_t)sample_xf_heading(text, sizeof text, 1);
    text[used++] = '\n';
    char *line = text + used;
    used += (size_t)sample_xf_line(line, sizeof text - used, 1);
    memcpy(line + 8, merchant_no, 15);
    memcpy(line + 111, when, 14);
    if (!sample_read_bytes(&one, (struct str){text, used}, false))
        return sample.e.message;
    return record_malformed_text(sample.log.records[0].malformed);
}

static void asks_for_the_merchant_of_the_day(void)
{
    put_terminal_on_file();
    CHECK_TEXT(merchant_at("211301000110001", "20240301000000"), "", "the merchant of the day is right");
    CHECK_TEXT(merchant_at("211301000100001", "20240229235959"), "", "the merchant before is right on his last day");
    CHECK_TEXT(merchant_at("211301000100001", "20240301000000"), MERCHANT_TEXT, "and wrong on the day after");
    CHECK_TEXT(merchant_at("211301000110001", "20240229235959"), MERCHANT_TEXT, "a merchant is wrong before his first day");
    CHECK_TEXT(merchant_at("211301000110001", "20230901000000"), "",
               "R-01 a bad_time record has the merchant of the open date: more than 180 days before");
    CHECK_TEXT(merchant_at("211301000100001", "20240301221001"), MERCHANT_TEXT,
               "R-01 a bad_time record has the merchant of the open date: more than 10 minutes after");
    sample.rules.open_date -= 181;
    CHECK_TEXT(merchant_at("211301000100001", "20240301000000"), "",
               "R-01 a bad_time record has the merchant of the open date: more than 180 days after that");
    sample.rules.open_date += 181;
    sample.terminals[1].valid_to = sample.terminals[1].valid_from;
    CHECK_TEXT(merchant_at("999999999999999", "20240302000000"), MERCHANT_TEXT, "a bad time reads the open date's row");
    sample.rules.bad_time_after_s = 86400;
    CHECK_TEXT(merchant_at("999999999999999", "20240302000000"), "", "a device that is not on file that day may have any");
    sample.rules.bad_time_after_s = 600;
    sample.terminals[1].merchant_no = 0;
    CHECK_TEXT(merchant_at("999999999999999", "20240301120000"), "", "a device without a merchant may have any");
    sample.terminal_count = 0;
    CHECK_TEXT(merchant_at("999999999999999", "20240301120000"), "", "a device that is not on file may have any");
}

static void decodes_every_field(void)
{
    const struct sample good = {"good.txt", 3, 700, 1, 3, NULL};
    char stamp[DATE_STAMP_BYTES];
    CHECK(sample_read(&good, false) && sample.log.record_count == 3 && sample.log.raw_count == 0,
          "lines become records, good ones without their bytes");
    const struct record *r = &sample.log.records[0];
    CHECK_INT(r->device_no, 13010042, "the device is the file's");
    CHECK_INT(r->psam_no, INT64_C(360486600002), "the psam is read");
    CHECK_INT(r->psam_seq, 5, "its sequence is read");
    CHECK_INT(r->card_no, INT64_C(382016122100001003), "the card is read");
    date_format_stamp(r->occurred_at, stamp);
    CHECK_TEXT(stamp, "2024-03-01 12:15:30", "the time is read");
    CHECK_INT(r->key, RECORD_KEY_UNNAMED | RECORD_CHIP_ANY, "neither key nor chip is named");
    CHECK(memcmp(r->tac, "\x7E\xA2\x82\x3B", 4) == 0, "the tac is its bytes");
    CHECK(r->reference == 0 && r->list_version == 0 && r->meal_code == 0 && r->epoch == 0 && r->verdict == 0 &&
              r->file_index == 0 && r->card_index == UINT32_MAX && r->tac_state == TAC_UNCHECKED,
          "what the format has not is 0, what the judge owns is left to him");
    CHECK(sample.log.identity_count == 0 && sample.log.carried_count == 0, "nothing else is in it");
    CHECK(sample_read(&good, true) && sample.log.raw_count == 3 && sample.log.raws[2].index == 2 &&
              sample.log.raws[2].bytes.data == sample.bytes.data + 45 + 2 * 159 && sample.log.raws[2].bytes.length == 158,
          "every line keeps its bytes where that is asked for");
}

/* The digest of the sample's line with some characters written otherwise; 0: not good. */
static uint64_t digest_with(size_t at, const char *characters)
{
    char text[400];
    struct sample one = {"one.txt", 1, at == 103 ? 101 : 100, 1, 1, NULL};
    size_t used = (size_t)sample_xf_heading(text, sizeof text, 1);
    text[used++] = '\n';
    size_t line = used;
    used += (size_t)sample_xf_line(text + line, sizeof text - line, 1);
    memcpy(text + line + at, characters, strlen(characters));
    if (!sample_read_bytes(&one, (struct str){text, used}, false))
        return 0;
    return sample.log.records[0].digest;
}

static void tells_contents_apart(void)
{
    static const struct {
        size_t at;
        const char *characters;
    } other[] = {{8, "311301000110001"}, {31, "00382016122100001011"}, {51, "02"}, {53, "03"}, {55, "20351230"},
                 {63, "20200902"}, {71, "20351230"}, {79, "000003"}, {85, "0000000006"}, {95, "00001001"}, {103, "00000101"},
                 {111, "20240301121531"}, {125, "09"}, {127, "360486600003"}, {139, "7EA2823C"}, {147, "01"}, {149, "01"},
                 {151, "1"}};
    uint64_t digest = digest_with(0, "00000001");
    CHECK(digest != 0, "a purchase has a digest");
    CHECK(digest_with(139, "7ea2823b") == digest, "R-02 another spelling is the same content");
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        uint64_t found = digest_with(other[i].at, other[i].characters);
        CHECK(found != 0 && found != digest, "R-02 another field is another content");
    }
}

static void cuts_anywhere_without_harm(void)
{
    const struct sample many = {"many.txt", 300, 45150, 1, 300, NULL};
    CHECK(sample_read(&many, false) && sample.log.record_count == 300, "a file of many lines is read");
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
    sample_open("tests/golden/xf_text", "xf-text/1");
    reads_every_spelling();
    refuses_files();
    refuses_what_the_manifest_denies();
    tells_what_is_malformed();
    asks_for_the_merchant_of_the_day();
    decodes_every_field();
    tells_contents_apart();
    cuts_anywhere_without_harm();
    sample_close();
    return tap_end();
}
