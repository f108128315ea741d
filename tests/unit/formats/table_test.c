#include "formats/table.h"

#include <stdlib.h>

#include "tests/unit/tap.h"

static struct arena *arena;

static const struct table_column columns[] = {
    {.name = "code", .type = TABLE_SCHOOL_CODE},
    {.name = "name", .type = TABLE_TEXT, .minimum = 1, .maximum = 4},
    {.name = "level", .type = TABLE_CHOICE, .choices = "primary|junior"},
    {.name = "from", .type = TABLE_DATE, .is_optional = true},
    {.name = "note", .type = TABLE_TEXT, .may_be_empty = true, .minimum = 1, .maximum = 10},
};
static const struct table_form form = {columns, 5};

/* Good rows as "LINE[a][b]…", then the faults, each on a line of its own. */
static const char *table_of(const char *text)
{
    static char out[20000];
    struct err e = {0};
    struct table *table = NULL;
    struct table_faults faults;
    const struct table_row *row = NULL;
    struct table_input input = {.file = "t.csv", .text = str_of(text)};
    struct buf b;
    buf_open(&b, sizeof out - 1);
    table_faults_open(&faults, arena);
    bool good = table_open(&table, &input, &form, &faults, &e);
    while (good && (good = table_next(table, &row, &e)) && row) {
        buf_printf(&b, "%lld", (long long)row->line_number);
        for (size_t i = 0; i < form.column_count; i++)
            buf_printf(&b, "[%.*s]", (int)row->fields[i].length, row->fields[i].data);
    }
    if (!good)
        buf_printf(&b, "?%s", e.message);
    for (size_t i = 0; i < faults.count; i++)
        buf_printf(&b, "\n%s", faults.messages[i]);
    table_close(table);
    (void)snprintf(out, sizeof out, "%s", b.data ? b.data : "");
    buf_close(&b);
    return out;
}

static void reads_rows(void)
{
    CHECK_TEXT(table_of("code,name,level,from,note\n2113010001,a,junior,2024-02-29,x\n"),
               "2[2113010001][a][junior][2024-02-29][x]", "a_row_is_read");
    CHECK_TEXT(table_of("note,level,code,name\nx,junior,2113010001,a\n,primary,2113010002,b\n"),
               "2[2113010001][a][junior][][x]3[2113010002][b][primary][][]",
               "columns_come_in_any_order_and_an_optional_one_may_be_missing");
    CHECK_TEXT(table_of("\n\ncode,name,level,from,note\n\n2113010001,a,junior,,x\n"),
               "5[2113010001][a][junior][][x]", "blank_lines_before_the_heading_are_counted");
    CHECK_TEXT(table_of("code,name,level,note\n"), "", "a_heading_alone_is_a_table_without_rows");
}

/* All rows as "LINE[a][b]…", or "LINE!" where another number of fields is there, then the first fault. */
static const char *lines_of(const char *text)
{
    static char out[1000];
    struct err e = {0};
    struct table *table = NULL;
    struct table_faults faults;
    const struct table_line *line = NULL;
    struct table_input input = {.file = "t.csv", .text = str_of(text)};
    size_t used = 0;
    out[0] = '\0';
    table_faults_open(&faults, arena);
    bool good = table_open(&table, &input, &form, &faults, &e);
    while (good && (good = table_next_line(table, &line, &e)) && line) {
        used += (size_t)snprintf(out + used, sizeof out - used, "%lld%s", (long long)line->line_number, line->fields ? "" : "!");
        for (size_t i = 0; line->fields && i < form.column_count; i++)
            used += (size_t)snprintf(out + used, sizeof out - used, "[%.*s]", (int)line->fields[i].length, line->fields[i].data);
        used += (size_t)snprintf(out + used, sizeof out - used, "<%.*s>", (int)line->bytes.length, line->bytes.data);
    }
    if (!table_faults_none(&faults, &e))
        (void)snprintf(out + used, sizeof out - used, "\n%s", e.message);
    table_close(table);
    return out;
}

static void gives_rows_as_they_lie(void)
{
    CHECK_TEXT(lines_of("note,level,code,name\nx,none,1,\n,primary\n\na,b,c,d,e\n\"1\",2,3,4\n"),
               "2[1][][none][][x]<x,none,1,>3!<,primary>5!<a,b,c,d,e>6[3][4][2][][1]<\"1\",2,3,4>",
               "rows_of_any_content_are_given");
    CHECK_TEXT(lines_of("code,name,level,note\n"), "", "a_heading_alone_has_no_lines");
    CHECK_TEXT(lines_of("code,name,level,note,x\na,b,c,d,e\n"), "\nfile \"t.csv\", line 1, column \"x\": unknown column",
               "a_wrong_heading_has_no_lines");
    CHECK_TEXT(lines_of("code,name,level,note\na,b,c,d\n\"e,f\n"),
               "2[a][b][c][][d]<a,b,c,d>\nfile \"t.csv\", line 3: a quoted field is not closed",
               "a_text_that_is_no_csv_ends_with_its_fault");
}

static void refuses_headings(void)
{
    CHECK_TEXT(table_of(""), "\nfile \"t.csv\", line 1: no heading", "an_empty_file_has_no_heading");
    CHECK_TEXT(table_of("code,name,levle,note\n2113010001,a,junior,x\n"),
               "\nfile \"t.csv\", line 1, column \"levle\": unknown column"
               "\nfile \"t.csv\", line 1: column \"level\" is missing",
               "an_unknown_column_and_a_missing_one_are_both_told");
    CHECK_TEXT(table_of("code,name,level,note,code\n"),
               "\nfile \"t.csv\", line 1, column \"code\": column comes twice",
               "a_column_that_comes_twice_is_told");
    CHECK_TEXT(table_of("code, name,level,note\n"),
               "\nfile \"t.csv\", line 1, column \" name\": unknown column"
               "\nfile \"t.csv\", line 1: column \"name\" is missing",
               "blanks_belong_to_a_column_name_too");
}

static void tells_every_fault(void)
{
    CHECK_TEXT(
        table_of("code,name,level,from,note\n211301000,abcde,middle,2023-02-29,x\n2113010001,a,junior,,x\n"
                 "2113010002,a,junior\n,a,junior,,\n"),
        "3[2113010001][a][junior][][x]"
        "\nfile \"t.csv\", line 2, column \"code\": \"211301000\" is not 10 digits"
        "\nfile \"t.csv\", line 2, column \"name\": \"abcde\" is not 1 to 4 printable characters"
        "\nfile \"t.csv\", line 2, column \"level\": \"middle\" is not one of primary, junior"
        "\nfile \"t.csv\", line 2, column \"from\": \"2023-02-29\" is not a date YYYY-MM-DD"
        "\nfile \"t.csv\", line 4: \"3\" fields where the heading has \"5\""
        "\nfile \"t.csv\", line 5, column \"code\": \"\" is empty",
        "every_fault_of_every_row_is_told_and_good_rows_are_read");
    CHECK_TEXT(table_of("code,name,level,note\n211301000,a,junior,\n2113010001,\"a\n"),
               "\nfile \"t.csv\", line 2, column \"code\": \"211301000\" is not 10 digits"
               "\nfile \"t.csv\", line 3: a quoted field is not closed",
               "a_text_that_stops_being_csv_is_the_last_fault");
}

static void stops_keeping_at_100(void)
{
    struct err e = {0};
    struct table_rows rows;
    struct buf b;
    buf_open(&b, 100000);
    buf_add_text(&b, "code,name,level,note\n");
    for (int i = 0; i < 250; i++)
        buf_add_text(&b, "x,a,junior,\n");
    struct table_input input = {.file = "t.csv", .text = {b.data, b.length}};
    CHECK(!table_read(arena, &input, &form, &rows, &e) && e.kind == ERR_INPUT,
          "a_table_with_faults_is_refused");
    CHECK_TEXT(e.message, "file \"t.csv\", line 2, column \"code\": \"x\" is not 10 digits",
               "the_first_fault_is_its_message");
    CHECK_TEXT(e.hint, "249 more like this", "the_hint_counts_all_faults");
    struct table_faults faults;
    struct table *table = NULL;
    const struct table_row *row = NULL;
    table_faults_open(&faults, arena);
    CHECK(table_open(&table, &input, &form, &faults, &e) && table_next(table, &row, &e) && !row,
          "it_reads_on");
    CHECK(faults.count == 100 && faults.total == 250, "100_faults_are_kept_and_all_are_counted");
    table_close(table);
    buf_close(&b);
}

static void reads_all_rows(void)
{
    struct err e = {0};
    struct table_rows rows;
    struct table_input input = {.file = "t.csv",
                                .text = str_of("code,name,level,note\n2113010001,\"a\"\"\",junior,\n"
                                               "2113010002,b,primary,\"x,y\"")};
    CHECK(table_read(arena, &input, &form, &rows, &e) && rows.row_count == 2, "all_rows_are_read");
    CHECK_TEXT(rows.rows[0].fields[1].data, "a\"", "fields_end_in_a_nul");
    CHECK_TEXT(rows.rows[0].fields[3].data, "", "a_missing_field_is_empty_text");
    CHECK_TEXT(rows.rows[1].fields[4].data, "x,y", "the_last_field_is_read");
    CHECK_INT(rows.rows[1].line_number, 3, "rows_keep_their_line");
}

static void check_form(struct table_column column, const char *good, const char *bad)
{
    struct buf words;
    char text[600], fact[700];
    buf_open(&words, 300);
    for (int turn = 0; turn < 2; turn++) {
        (void)snprintf(text, sizeof text, "%s", turn ? bad : good);
        for (char *at = strtok(text, " "); at; at = strtok(NULL, " ")) {
            const char *why = table_field_fault(&column, str_of(at), &words);
            (void)snprintf(fact, sizeof fact, "%s_%s_%s", column.name, turn ? "refuses" : "takes", at);
            CHECK((why != NULL) == (turn == 1), fact);
        }
    }
    buf_close(&words);
}

static void knows_its_forms(void)
{
    check_form((struct table_column){.name = "digits", .type = TABLE_DIGITS, .minimum = 2, .maximum = 3},
               "00 123", "1 1234 1a +1");
    check_form((struct table_column){.name = "integer", .type = TABLE_INTEGER, .minimum = 0, .maximum = 120},
               "0 007 120", "121 -1 +1 1.0 1e2 9223372036854775808");
    check_form((struct table_column){.name = "signed", .type = TABLE_INTEGER, .minimum = -5, .maximum = 5},
               "-5 0 5 -0", "-6 6 - --1");
    check_form((struct table_column){.name = "choice", .type = TABLE_CHOICE, .choices = "day|week|month"},
               "day week month", "da days Day day|week |");
    check_form((struct table_column){.name = "date", .type = TABLE_DATE}, "2024-02-29 1999-12-31",
               "2023-02-29 20240229 2024-2-29");
    check_form((struct table_column){.name = "time", .type = TABLE_TIME}, "00:00 23:59",
               "24:00 7:30 07:60 07:30:00");
    check_form((struct table_column){.name = "card_no", .type = TABLE_CARD_NO}, "382016122100001003",
               "382016122100001004 00382016122100001003 38201612210000100 38201612210000100a");
    check_form((struct table_column){.name = "merchant_no", .type = TABLE_MERCHANT_NO}, "211301000100001",
               "21130100010000");
    check_form((struct table_column){.name = "device_no", .type = TABLE_DEVICE_NO}, "00000001",
               "1 0000000a 000000001");
    check_form((struct table_column){.name = "psam_no", .type = TABLE_PSAM_NO}, "360486600002",
               "36048660000");
    check_form((struct table_column){.name = "person_no", .type = TABLE_PERSON_NO},
               "1 A0Z 01234567890123456789", "a 012345678901234567890 A-1");
    check_form((struct table_column){.name = "registry_no", .type = TABLE_REGISTRY_NO},
               "G11010519491231002X J00AB23456789012345 L130101201001010001",
               "G110105194912310021 110105194912310021 L13010120100101000X G11010519491231002x J0");
    check_form((struct table_column){.name = "id_no", .type = TABLE_ID_NO},
               "11010519491231002X 440524188001010014 E12345678 g1",
               "110105194912310021 11010519491231002x E123/5 1234567890123456789012345678901");
    check_form((struct table_column){.name = "mobile", .type = TABLE_MOBILE}, "13800138000",
               "23800138000 1380013800 138001380000");
    check_form((struct table_column){.name = "classes", .type = TABLE_CLASSES}, "1-40;77 120 1;2;3 5-5",
               "0 121 40-1 1- -1 1;; ;1 1;  1-40;77; 1,2 1-2-3 1000");
    check_form((struct table_column){.name = "sha256", .type = TABLE_SHA256},
               "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF", "00 zz");
    struct table_column stamp = {.name = "stamp", .type = TABLE_STAMP};
    struct buf words;
    buf_open(&words, 300);
    CHECK(!table_field_fault(&stamp, str_of("2024-02-29 23:59:59"), &words), "stamp_takes_a_time");
    CHECK_TEXT(table_field_fault(&stamp, str_of("2024-02-29T23:59:59"), &words),
               "is not a time YYYY-MM-DD hh:mm:ss", "stamp_refuses_a_t");
    struct table_column text = {.name = "text", .type = TABLE_TEXT, .minimum = 2, .maximum = 2};
    CHECK(!table_field_fault(&text, str_of("\xE4\xB8\xAD\xE6\x96\x87"), &words),
          "text_counts_characters_not_bytes");
    CHECK_TEXT(table_field_fault(&text, str_of("a\tb"), &words), "is not 2 printable characters",
               "text_refuses_control_characters");
    buf_close(&words);
}

static void masks_private_values(void)
{
    struct err e = {0};
    static const struct table_column private_columns[] = {
        {.name = "card_no", .type = TABLE_CARD_NO},
        {.name = "name", .type = TABLE_TEXT, .is_private = true, .minimum = 1, .maximum = 2},
        {.name = "mobile", .type = TABLE_MOBILE},
    };
    static const struct table_form private_form = {private_columns, 3};
    struct table_faults faults;
    struct table *table = NULL;
    const struct table_row *row = NULL;
    struct table_input input = {.file = "p.csv",
                                .text = str_of("card_no,name,mobile\n382016122100001004,abc,1\n")};
    table_faults_open(&faults, arena);
    CHECK(table_open(&table, &input, &private_form, &faults, &e) && table_next(table, &row, &e),
          "it_reads_on");
    CHECK_TEXT(faults.messages[0],
               "file \"p.csv\", line 2, column \"card_no\": \"382016********1004\" is not 18 digits with a "
               "right luhn "
               "digit",
               "a_card_number_is_masked");
    CHECK_TEXT(faults.messages[1],
               "file \"p.csv\", line 2, column \"name\": \"***\" is not 1 to 2 printable characters",
               "a_name_is_masked");
    table_close(table);
}

int main(void)
{
    struct err e;
    if (!arena_open(&arena, 16 << 20, &e))
        return 1;
    reads_rows();
    gives_rows_as_they_lie();
    refuses_headings();
    tells_every_fault();
    stops_keeping_at_100();
    reads_all_rows();
    knows_its_forms();
    masks_private_values();
    arena_close(arena);
    return tap_end();
}
