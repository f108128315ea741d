#include "formats/manifest.h"

#include "tests/unit/tap.h"

#define HEADING "file,format,device_no,records,amount_fen,first_seq,last_seq,sha256\n"
#define SHA "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

static struct arena *arena;
static struct manifest manifest;

static const char *fault_of(const char *text)
{
    static struct err e;
    err_clear(&e);
    if (manifest_read(arena, str_of(text), &manifest, &e))
        return "good";
    return e.kind == ERR_INPUT ? e.message : "of another kind";
}

static void reads_rows(void)
{
    CHECK_TEXT(fault_of("\xEF\xBB\xBF" HEADING "logs/a.bin,pos-bin/1,00000042,3,300,1,5," SHA "\r\n"
                        "status.csv,status-csv/1,,7,,,," SHA "\r\n"),
               "good", "a_manifest_is_read");
    CHECK_INT(manifest.row_count, 2, "it_has_its_rows");
    const struct manifest_row *a = &manifest.rows[0], *b = &manifest.rows[1];
    CHECK_TEXT(a->file.data, "logs/a.bin", "reads_the_file");
    CHECK(a->format->has_device && !b->format->has_device, "reads_the_format");
    CHECK(a->device_no == 42 && a->records == 3 && a->amount_fen == 300, "reads_device_records_and_amount");
    CHECK(a->first_seq == 1 && a->last_seq == 5 && a->line_number == 2, "reads_the_range");
    CHECK(a->sha256[1] == 0x11 && a->sha256[31] == 0xFF, "reads_hex_of_either_case");
    CHECK(b->device_no == 0 && b->records == 7 && b->amount_fen == 0, "a_status_log_has_no_device");
    CHECK_TEXT(fault_of(HEADING), "good", "a_manifest_without_rows_is_good");
    CHECK_INT(manifest.row_count, 0, "and_has_none");
    CHECK_TEXT(fault_of("sha256,last_seq,first_seq,amount_fen,records,device_no,format,file\n" SHA
                        ",0,0,0,0,00000042,gate-xml/1,g.xml\n"),
               "good", "its_columns_come_in_any_order");
}

static void knows_every_format(void)
{
    for (size_t i = 0; i < devlog_format_count; i++) {
        const struct devlog_format *format = &devlog_formats[i];
        char text[400];
        (void)snprintf(text, sizeof text, HEADING "a,%s,%s" SHA "\n", format->name,
                       format->has_device ? "00000042,0,0,0,0," : ",0,,,,");
        CHECK_TEXT(fault_of(text), "good", format->name);
        CHECK(manifest.rows[0].format == format, "a_format_is_written_as_it_is_read");
    }
}

static void refuses_rows(void)
{
    CHECK_TEXT(fault_of(""), "file \"MANIFEST.csv\", line 1: no heading", "an_empty_manifest_is_refused");
    CHECK_TEXT(fault_of("file,format\n"), "file \"MANIFEST.csv\", line 1: column \"device_no\" is missing",
               "a_missing_column_is_refused");
    char known[DEVLOG_NAMES_BYTES], wanted[DEVLOG_NAMES_BYTES + 100];
    devlog_format_names(known, false);
    (void)snprintf(wanted, sizeof wanted,
                   "file \"MANIFEST.csv\", line 2, column \"format\": \"pos-bin/2\" is not one of %s", known);
    CHECK_TEXT(fault_of(HEADING "a,pos-bin/2,00000042,3,300,1,5," SHA "\n"), wanted, "an_unknown_format_is_refused");
    CHECK_TEXT(fault_of(HEADING "a,pos-bin/1,42,3,300,1,5," SHA "\n"),
               "file \"MANIFEST.csv\", line 2, column \"device_no\": \"42\" is not 8 digits",
               "a_bad_device_is_refused");
    CHECK_TEXT(fault_of(HEADING "a,pos-bin/1,00000042,-1,300,1,5," SHA "\n"),
               "file \"MANIFEST.csv\", line 2, column \"records\": \"-1\" is not a whole number from 0 to "
               "4294967295",
               "a_negative_count_is_refused");
    CHECK_TEXT(fault_of(HEADING "a,pos-bin/1,00000042,3,300,1,5,00\n"),
               "file \"MANIFEST.csv\", line 2, column \"sha256\": \"00\" is not 64 hex digits",
               "a_short_digest_is_refused");
    CHECK_TEXT(fault_of(HEADING "a,pos-bin/1,,3,300,1,5," SHA "\n"),
               "file \"MANIFEST.csv\", line 2, column \"device_no\": \"\" is empty",
               "a_log_without_device_is_refused");
    CHECK_TEXT(fault_of(HEADING "a,status-csv/1,00000042,3,,,," SHA "\n"),
               "file \"MANIFEST.csv\", line 2, column \"device_no\": is not empty, and a status log is of "
               "many devices",
               "a_status_log_with_a_device_is_refused");
    CHECK_TEXT(fault_of(HEADING "a,pos-bin/1,00000042,3,300,6,5," SHA "\n"), "good",
               "a_range_that_runs_backwards_is_the_file_s_fault");
    CHECK_TEXT(fault_of(HEADING "a,pos-bin/1,00000042,3,999999999999999,1,5," SHA
                                "\nb,pos-bin/1,00000042,3,2,1,5," SHA "\n"),
               "file \"MANIFEST.csv\", line 3, column \"amount_fen\": makes a total that no package can hold",
               "amounts_that_no_package_can_hold_are_refused");
    CHECK_TEXT(fault_of(HEADING "a,pos-bin/1,00000042,4294967295,0,1,5," SHA
                                "\nb,pos-bin/1,00000042,1,2,1,5," SHA "\n"),
               "file \"MANIFEST.csv\", line 3, column \"records\": makes a total that no package can hold",
               "records_that_no_package_can_hold_are_refused");
    CHECK_TEXT(fault_of(HEADING "b,pos-bin/1,00000042,3,300,1,5," SHA "\na,pos-bin/1,00000042,3,300,1,5," SHA
                                "\nb,pos-bin/1,00000042,3,300,1,5," SHA "\n"),
               "file \"MANIFEST.csv\", line 4, column \"file\": is listed twice",
               "a_file_listed_twice_is_refused");
    CHECK_TEXT(fault_of("file\xD6\xD0"), "file \"MANIFEST.csv\", byte 4: \"d6\" begins no character of utf-8",
               "a_manifest_in_gb18030_is_refused");
}

static void refuses_names(void)
{
    static const char *const bad[] = {
        "/a",    "../a",    "..",  ".",       "logs/..", "logs/a/b",     "data/a",      "a\\b",
        "logs/", "logs\\a", "./a", "logs//a", "LOGS/a",  "MANIFEST.csv", "MANIFEST.p7s"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[400];
        (void)snprintf(text, sizeof text, HEADING "%s,pos-bin/1,00000042,0,0,0,0," SHA "\n", bad[i]);
        CHECK_TEXT(
            fault_of(text),
            "file \"MANIFEST.csv\", line 2, column \"file\": is not a plain name or logs/NAME of a log",
            bad[i]);
    }
    static const char *const good[] = {"a", "logs/a", "..a", ".a", "logs", "\xE4\xB8\xAD.bin", "a b"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CHECK(manifest_name_is_plain(str_of(good[i])), good[i]);
    CHECK(!manifest_name_is_plain(str_of("")) && !manifest_name_is_plain(str_of("\xD6\xD0")) &&
              !manifest_name_is_plain(str_of("a\n")) && !manifest_name_is_plain(str_of("a\x7F")),
          "empty_names_and_names_that_are_no_plain_utf8_are_refused");
}

int main(void)
{
    struct err e;
    if (!arena_open(&arena, 16 << 20, &e))
        return 1;
    reads_rows();
    knows_every_format();
    refuses_rows();
    refuses_names();
    arena_close(arena);
    return tap_end();
}
