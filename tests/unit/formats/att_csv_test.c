#include "formats/att_csv.h"

#include "tests/unit/formats/log_sample.h"

static const struct log_case cases[] = {
    {"good", 5, 1, 4294967295,
     "1 382016122100001003 2026-03-02 07:15:30 1111\n"
     "2 382016122100001003 2026-03-02 07:15:30 1222\n"
     "4 382016122100001003 2026-03-02 07:15:30 1033\n"
     "3 000000000000000000 2026-03-02 07:15:30 1145\n"
     "4294967295 382016122100001003 2028-02-29 23:59:59 1144\n"},
    {"turned", 2, 1, 2,
     "1 382016122100001003 2026-03-02 07:15:30 1111\n"
     "2 382016122100001003 2026-03-02 07:15:30 1111\n"},
    {"heading-only", 0, 0, 0, ""},
    {"nothing", 0, 0, 0,
     "file \"log\", line 1: no heading"},
    {"blank", 0, 0, 0,
     "file \"log\", line 1: no heading"},
    {"no-heading", 2, 1, 2,
     "file \"log\", line 1, column \"13010042\": unknown column"},
    {"unknown-column", 1, 1, 1,
     "file \"log\", line 1, column \"note\": unknown column"},
    {"twice-column", 1, 1, 1,
     "file \"log\", line 1, column \"at\": column comes twice"},
    {"missing-column", 1, 1, 1,
     "file \"log\", line 1: column \"result\" is missing"},
    {"shouted-heading", 1, 1, 1,
     "file \"log\", line 1, column \"DEVICE_NO\": unknown column"},
    {"columns", 5, 0, 5,
     "1 382016122100001003 2026-03-02 07:15:30 1111\n"
     "0 the row has another number of columns than the heading <13010042,2,382016122100001003,2026-03-02 07:15:30,"
     "I,card>\n"
     "0 the row has another number of columns than the heading <13010042,3,382016122100001003,2026-03-02 07:15:30,"
     "I,card,ok,>\n"
     "0 the row has another number of columns than the heading <x>\n"
     "5 382016122100001003 2026-03-02 07:15:30 1111\n"},
    {"another-device", 2, 1, 2,
     "file \"log\", line 3, column \"device_no\": \"13010043\" where the manifest has \"13010042\""},
    {"devices", 5, 1, 5,
     "1 a field is not of its form <1301004,1,382016122100001003,2026-03-02 07:15:30,I,card,ok>\n"
     "2 a field is not of its form <130100420,2,382016122100001003,2026-03-02 07:15:30,I,card,ok>\n"
     "3 a field is not of its form <1301004x,3,382016122100001003,2026-03-02 07:15:30,I,card,ok>\n"
     "4 a field is not of its form <,4,382016122100001003,2026-03-02 07:15:30,I,card,ok>\n"
     "5 382016122100001003 2026-03-02 07:15:30 1111\n"},
    {"sequences", 11, 0, 4294967295,
     "0 device sequence is 0 <13010042,0,382016122100001003,2026-03-02 07:15:30,I,card,ok>\n"
     "4294967295 382016122100001003 2026-03-02 07:15:30 1111\n"
     "0 a number is none, or too large <13010042,4294967296,382016122100001003,2026-03-02 07:15:30,I,card,ok>\n"
     "0 a number is none, or too large <13010042,-1,382016122100001003,2026-03-02 07:15:30,I,card,ok>\n"
     "0 a number is none, or too large <13010042,+1,382016122100001003,2026-03-02 07:15:30,I,card,ok>\n"
     "0 a number is none, or too large <13010042, 1,382016122100001003,2026-03-02 07:15:30,I,card,ok>\n"
     "0 a number is none, or too large <13010042,1.0,382016122100001003,2026-03-02 07:15:30,I,card,ok>\n"
     "0 a number is none, or too large <13010042,0x1,382016122100001003,2026-03-02 07:15:30,I,card,ok>\n"
     "0 a number is none, or too large <13010042,,382016122100001003,2026-03-02 07:15:30,I,card,ok>\n"
     "0 a number is none, or too large <13010042,111111111111111111111111111111,382016122100001003,2026-03-02 07:1"
     "5:30,I,card,ok>\n"
     "0 a number is none, or too large <13010042,00000000000000000000000000000007,382016122100001003,2026-03-02 07"
     ":15:30,I,card,ok>\n"},
    {"cards", 10, 1, 10,
     "1 card number is not valid <13010042,1,382016122100001004,2026-03-02 07:15:30,I,card,ok>\n"
     "2 card number is not valid <13010042,2,38201612210000100,2026-03-02 07:15:30,I,card,ok>\n"
     "3 card number is not valid <13010042,3,3820161221000010030,2026-03-02 07:15:30,I,card,ok>\n"
     "4 card number is not valid <13010042,4,01382016122100001003,2026-03-02 07:15:30,I,card,ok>\n"
     "5 card number is not valid <13010042,5,38201612210000100x,2026-03-02 07:15:30,I,card,ok>\n"
     "6 card number is not valid <13010042,6,-382016122100001003,2026-03-02 07:15:30,I,card,ok>\n"
     "7 card number is not valid <13010042,7,,2026-03-02 07:15:30,I,card,ok>\n"
     "8 card number is not valid <13010042,8, 382016122100001003,2026-03-02 07:15:30,I,card,ok>\n"
     "9 card number is not valid <13010042,9,\\xa3\\xb0\\xa3\\xb0382016122100001003,2026-03-02 07:15:30,I,card,ok>"
     "\n"
     "10 000000000000000000 2026-03-02 07:15:30 1111\n"},
    {"times", 11, 1, 11,
     "1 date or time does not exist <13010042,1,382016122100001003,2026-02-29 07:15:30,I,card,ok>\n"
     "2 date or time does not exist <13010042,2,382016122100001003,2026-03-02 24:00:00,I,card,ok>\n"
     "3 date or time does not exist <13010042,3,382016122100001003,2026-03-02 23:59:60,I,card,ok>\n"
     "4 date or time does not exist <13010042,4,382016122100001003,2026-03-02T07:15:30,I,card,ok>\n"
     "5 date or time does not exist <13010042,5,382016122100001003,2026-3-2 7:15:30,I,card,ok>\n"
     "6 date or time does not exist <13010042,6,382016122100001003,2026-03-02 07:15,I,card,ok>\n"
     "7 date or time does not exist <13010042,7,382016122100001003,0000-00-00 00:00:00,I,card,ok>\n"
     "8 date or time does not exist <13010042,8,382016122100001003,1899-12-31 00:00:00,I,card,ok>\n"
     "9 date or time does not exist <13010042,9,382016122100001003,2026-03-02 07:15:30 ,I,card,ok>\n"
     "10 date or time does not exist <13010042,10,382016122100001003,,I,card,ok>\n"
     "11 382016122100001003 9999-12-31 23:59:59 1111\n"},
    {"words", 9, 1, 9,
     "1 a field is not of its form <13010042,1,382016122100001003,2026-03-02 07:15:30,i,card,ok>\n"
     "2 a field is not of its form <13010042,2,382016122100001003,2026-03-02 07:15:30,,card,ok>\n"
     "3 a field is not of its form <13010042,3,382016122100001003,2026-03-02 07:15:30,in,card,ok>\n"
     "4 a field is not of its form <13010042,4,382016122100001003,2026-03-02 07:15:30,I,Card,ok>\n"
     "5 a field is not of its form <13010042,5,382016122100001003,2026-03-02 07:15:30,I,,ok>\n"
     "6 a field is not of its form <13010042,6,382016122100001003,2026-03-02 07:15:30,I,card+photo,ok>\n"
     "7 a field is not of its form <13010042,7,382016122100001003,2026-03-02 07:15:30,I,card,OK>\n"
     "8 a field is not of its form <13010042,8,382016122100001003,2026-03-02 07:15:30,I,card,ok >\n"
     "9 card number is not valid <13010042,9,,2026-03-02 07:15:30,I,paper,ok>\n"},
    {"chinese", 6, 1, 6,
     "1 382016122100001003 2026-03-02 07:15:30 1111\n"
     "2 a field is not of its form <13010042,2,382016122100001003,2026-03-02 07:15:30,I,card,\\xb3\\xd9\\xb5\\xbd>"
     "\n"
     "3 card number is not valid <13010042,3,\\x81||\\x954\\xb25,2026-03-02 07:15:30,I,card,ok>\n"
     "4 382016122100001003 2026-03-02 07:15:30 1111\n"
     "5 a field is not of its form <13010042,5,382016122100001003,2026-03-02 07:15:30,I,\"\\xbf\\xa8\\xa3\\xac"
     "\"\"\\xbf\\xa8\"\"\",ok>\n"
     "6 a field is not of its form <13010042,6,382016122100001003,2026-03-02 07:15:30,\\x810\\x810\\xbd\\xf8,card,"
     "ok>\n"},
    {"chinese-bom", 2, 1, 2,
     "1 382016122100001003 2026-03-02 07:15:30 1111\n"
     "2 a field is not of its form <13010042,2,382016122100001003,2026-03-02 07:15:30,I,card,\\xb3\\xd9\\xb5\\xbd>"
     "\n"},
    {"utf8-bom", 2, 1, 2,
     "1 382016122100001003 2026-03-02 07:15:30 1111\n"
     "2 a field is not of its form <13010042,2,382016122100001003,2026-03-02 07:15:30,I,card,\\xe8\\xbf\\x9f\\xe5"
     "\\x88\\xb0>\n"},
    {"utf8", 1, 1, 1,
     "file \"log\", byte 114: \"86\" begins no character of gb18030"},
    {"utf16", 1, 1, 1,
     "file \"log\", byte 3: a zero byte is no text"},
    {"half", 1, 1, 1,
     "file \"log\", byte 109: \"d6\" begins no character of gb18030"},
    {"half-inside", 1, 1, 1,
     "file \"log\", byte 106: \"d6\" begins no character of gb18030"},
    {"half-of-four", 1, 1, 1,
     "file \"log\", byte 106: \"81\" begins no character of gb18030"},
    {"zero", 1, 1, 1,
     "file \"log\", byte 107: a zero byte is no text"},
    {"quote", 2, 1, 2,
     "file \"log\", line 3, column 7: a quote that neither opens nor closes a field"},
    {"open-quote", 2, 1, 2,
     "file \"log\", line 3: a quoted field is not closed"},
    {"return", 2, 1, 2,
     "file \"log\", line 3: a carriage return that ends no line"},
    {"two-lines", 3, 1, 3,
     "1 382016122100001003 2026-03-02 07:15:30 1111\n"
     "2 a field is not of its form <13010042,2,382016122100001003,2026-03-02 07:15:30,I,card,\"o\\x0d\\x0ak\">\n"
     "3 382016122100001003 2026-03-02 07:15:30 1111\n"},
    {"long-field", 2, 1, 2,
     "file \"log\", line 3, column 7: a field of more than \"2048\" bytes"},
    {"field", 2, 1, 2,
     "1 382016122100001003 2026-03-02 07:15:30 1111\n"
     "2 a field is not of its form <13010042,2,382016122100001003,2026-03-02 07:15:30,I,card,ooooooooooooooooooooo"
     "oooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo"
     "oooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo"
     "oooooo>\n"},
    {"long-line", 2, 1, 2,
     "file \"log\", line 3: a line of more than \"8192\" bytes"},
    {"control", 2, 1, 2,
     "1 a field is not of its form <13010042,1,382016122100001003,2026-03-02 07:15:30,I,card,\\x01>\n"
     "2 a field is not of its form <13010042,2,382016122100001003,2026-03-02 07:15:30,I,card,ok\\x7f>\n"},
};

static struct log_sample s;

static struct manifest_row row_of(uint32_t records, uint32_t first_seq, uint32_t last_seq)
{
    return (struct manifest_row){.file = str_of("log"), .format = devlog_format_find(str_of("att-csv/1")),
                                 .device_no = 13010042, .records = records, .first_seq = first_seq, .last_seq = last_seq};
}

static void test_golden(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        log_sample_case(&s, "att_csv", row_of(0, 0, 0), &cases[i]);
}

static void test_manifest(void)
{
    struct manifest_row row = row_of(6, 1, 4294967295);
    CHECK_TEXT(log_sample_golden(&s, "att_csv", "good.csv", &row), "file \"log\": record count \"5\" where the manifest has \"6\"",
               "fewer_rows_than_the_manifest_refuse_the_file");
    row.records = 4;
    CHECK_TEXT(log_sample_golden(&s, "att_csv", "good.csv", &row),
               "file \"log\": more records than the \"4\" that the manifest has", "more_rows_refuse_it");
    CHECK_INT(s.log.identity_count, 5, "and_no_more_than_one_of_them_is_looked_at");
    row = row_of(5, 1, 4294967295);
    row.amount_fen = 1;
    CHECK_TEXT(log_sample_golden(&s, "att_csv", "good.csv", &row),
               "file \"log\": sum of amounts \"0\" where the manifest has \"1\"", "an_amount_refuses_it");
    row = row_of(5, 2, 4294967295);
    CHECK_TEXT(log_sample_golden(&s, "att_csv", "good.csv", &row),
               "file \"log\": first sequence \"1\" where the manifest has \"2\"", "another_first_sequence_refuses_it");
    row = row_of(5, 1, 4);
    CHECK_TEXT(log_sample_golden(&s, "att_csv", "good.csv", &row),
               "file \"log\": last sequence \"4294967295\" where the manifest has \"4\"", "another_last_sequence_refuses_it");
    row = row_of(0, 0, 1);
    CHECK_TEXT(log_sample_golden(&s, "att_csv", "heading-only.csv", &row),
               "file \"log\": last sequence \"0\" where the manifest has \"1\"", "an_empty_log_has_no_sequences");
}

static void test_raws(void)
{
    struct manifest_row row = row_of(2, 1, 2);
    s.keeps_raws = true;
    CHECK_TEXT(log_sample_golden(&s, "att_csv", "chinese-bom.csv", &row),
               "1 382016122100001003 2026-03-02 07:15:30 1111 <13010042,1,382016122100001003,2026-03-02 07:15:30,I,card,ok>\n"
               "2 a field is not of its form <13010042,2,382016122100001003,2026-03-02 07:15:30,I,card,\\xb3\\xd9\\xb5\\xbd>\n",
               "raws_of_all_are_kept_where_that_is_asked_for");
    CHECK_TEXT(log_sample_golden(&s, "att_csv", "turned.csv", &row),
               "1 382016122100001003 2026-03-02 07:15:30 1111 <ok,card,I,2026-03-02 07:15:30,382016122100001003,1,13010042>\n"
               "2 382016122100001003 2026-03-02 07:15:30 1111 <\"ok\",\"card\",\"I\",\"2026-03-02 07:15:30\","
               "\"382016122100001003\",\"2\",\"13010042\">\n",
               "raws_have_no_line_ends");
    s.keeps_raws = false;
}

/* The digest of one row of a heading in the common order. */
static uint64_t digest_of(const char *cells)
{
    char text[300];
    uint32_t sequence = (uint32_t)strtoul(cells + 9, NULL, 10);
    struct manifest_row row = row_of(1, sequence, sequence);
    (void)snprintf(text, sizeof text, "device_no,seq,card_no,at,direction,method,result\n%s\n", cells);
    const char *found = log_sample_read(&s, str_of(text), &row);
    if (!CHECK(s.log.identity_count == 1 && s.log.raw_count == 0, "a_good_row_is_read"))
        printf("# %s: %s\n", cells, found);
    return s.log.identity_count == 1 ? s.log.identities[0].digest : 0;
}

static void test_digests(void)
{
    static const char *const others[] = {
        "13010042,2,382016122100001003,2026-03-02 07:15:30,I,photo,ok",
        "13010042,1,382016122100001011,2026-03-02 07:15:30,I,photo,ok",
        "13010042,1,,2026-03-02 07:15:30,I,photo,ok",
        "13010042,1,382016122100001003,2026-03-02 07:15:31,I,photo,ok",
        "13010042,1,382016122100001003,2026-03-02 07:15:30,O,photo,ok",
        "13010042,1,382016122100001003,2026-03-02 07:15:30,-,photo,ok",
        "13010042,1,382016122100001003,2026-03-02 07:15:30,I,card,ok",
        "13010042,1,382016122100001003,2026-03-02 07:15:30,I,photo,early",
    };
    static const char plain[] = "13010042,1,382016122100001003,2026-03-02 07:15:30,I,photo,ok";
    uint64_t digest = digest_of(plain);
    CHECK(digest_of("13010042,01,00382016122100001003,2026-03-02 07:15:30,I,\"photo\",ok") == digest,
          "the_same_content_in_another_spelling_has_the_same_digest");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        CHECK(digest_of(others[i]) != digest, "other_content_has_another_digest");
}

int main(void)
{
    log_sample_open(&s);
    test_golden();
    test_manifest();
    test_raws();
    test_digests();
    log_sample_close(&s);
    return tap_end();
}
