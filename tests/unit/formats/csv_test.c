#include "formats/csv.h"

#include <stdlib.h>

#include "tests/unit/tap.h"

/* All rows as "LINE[a][b]" one after another, then the error's message if there is one. */
static const char *rows_of(struct str text, const struct csv_limits *limits)
{
    static char out[4096];
    struct err e = {0};
    struct csv *csv = NULL;
    const struct csv_row *row = NULL;
    struct buf b;
    buf_open(&b, sizeof out - 1);
    bool good = csv_open(&csv, "t.csv", text, limits, &e);
    while (good && (good = csv_next(csv, &row, &e)) && row) {
        buf_printf(&b, "%lld", (long long)row->line_number);
        for (size_t i = 0; i < row->field_count; i++)
            buf_printf(&b, "[%.*s]", (int)row->fields[i].length, row->fields[i].data);
    }
    if (!good)
        buf_printf(&b, "%s%s", e.kind == ERR_INPUT ? "!" : "?", e.message);
    csv_close(csv);
    (void)snprintf(out, sizeof out, "%s", b.data ? b.data : "");
    buf_close(&b);
    return out;
}

static const char *rows(const char *text)
{
    /* A copy of the exact size, so that the sanitizer sees a read past the end. */
    size_t length = strlen(text);
    char *copy = malloc(length + 1);
    if (!copy)
        abort();
    memcpy(copy, text, length);
    const char *found = rows_of((struct str){copy, length}, NULL);
    free(copy);
    return found;
}

static void splits_rows(void)
{
    CHECK_TEXT(rows("a,b\n1,2\n"), "1[a][b]2[1][2]", "lf_ends_a_line");
    CHECK_TEXT(rows("a,b\r\n1,2\r\n"), "1[a][b]2[1][2]", "crlf_ends_a_line");
    CHECK_TEXT(rows("a,b\n\r1,2\n\r3,4"), "1[a][b]2[1][2]3[3][4]", "lfcr_ends_a_line");
    CHECK_TEXT(rows("a,b\n1,2"), "1[a][b]2[1][2]", "the_last_line_may_lack_its_end");
    CHECK_TEXT(rows("a,b\r\n1,2\n3,4\n\r5,6\n"), "1[a][b]2[1][2]3[3][4]4[5][6]", "line_ends_may_be_mixed");
    CHECK_TEXT(rows(""), "", "no_text_has_no_rows");
    CHECK_TEXT(rows("\n"), "", "an_empty_line_is_no_row");
    CHECK_TEXT(rows("a"), "1[a]", "one_field_is_a_row");
    CHECK_TEXT(rows(","), "1[][]", "a_comma_parts_two_empty_fields");
    CHECK_TEXT(rows("a,\n,b\n"), "1[a][]2[][b]", "empty_fields_are_kept");
}

static void counts_blank_lines(void)
{
    CHECK_TEXT(rows("\n\na\n\n\r\nb\n \t\nc"), "3[a]6[b]8[c]", "blank_lines_are_ignored_but_counted");
    CHECK_TEXT(rows("\n\r\n\ra\n"), "3[a]", "blank_lines_with_lfcr_are_counted");
    CHECK_TEXT(rows("a\n\r\nb"), "1[a]3[b]", "lf_and_crlf_are_two_line_ends");
}

static void keeps_blanks(void)
{
    CHECK_TEXT(rows(" a , b\t,c \n"), "1[ a ][ b\t][c ]", "blanks_around_a_field_belong_to_it");
    CHECK_TEXT(rows("\" a \",b\n"), "1[ a ][b]", "blanks_inside_quotes_belong_to_the_field");
    CHECK_TEXT(rows(" \n"), "", "a_line_of_blanks_is_blank");
}

static void unquotes(void)
{
    CHECK_TEXT(rows("\"a,b\",\"c\"\"d\"\n"), "1[a,b][c\"d]", "quoted_fields_hold_commas_and_quotes");
    CHECK_TEXT(rows("\"a\nb\",c\nd,e"), "1[a\nb][c]3[d][e]", "a_row_begins_where_its_first_line_does");
    CHECK_TEXT(rows("\"a\r\n\r\nb\"\r\nd"), "1[a\r\n\r\nb]4[d]",
               "line_ends_inside_quotes_are_kept_and_counted");
    CHECK_TEXT(rows("\"\"\n\"\",\"\"\n"), "1[]2[][]", "quoted_empty_fields_are_empty");
    CHECK_TEXT(rows("\"a\",\"b\""), "1[a][b]", "a_quote_may_be_the_last_byte");
    CHECK_TEXT(rows("\"\xE4\xB8\xAD\",\xE6\x96\x87"), "1[\xE4\xB8\xAD][\xE6\x96\x87]",
               "characters_pass_unchanged");
}

static void refuses_what_is_not_csv(void)
{
    CHECK_TEXT(rows("a\nb,c\"d\n"),
               "1[a]!file \"t.csv\", line 2, column 2: a quote that neither opens nor closes a field",
               "a_quote_inside_a_plain_field_is_refused");
    CHECK_TEXT(rows("\"a\"b\n"),
               "!file \"t.csv\", line 1, column 1: a quote that neither opens nor closes a field",
               "bytes_after_a_closing_quote_are_refused");
    CHECK_TEXT(rows("a, \"b\"\n"),
               "!file \"t.csv\", line 1, column 2: a quote that neither opens nor closes a field",
               "a_blank_before_a_quote_is_refused");
    CHECK_TEXT(rows("a\n\"b\nc\n"), "1[a]!file \"t.csv\", line 2: a quoted field is not closed",
               "a_quote_left_open_is_refused");
    CHECK_TEXT(rows("a\n\"b"), "1[a]!file \"t.csv\", line 2: a quoted field is not closed",
               "a_quote_left_open_in_the_last_line_is_refused");
    CHECK_TEXT(rows("a\rb\n"), "!file \"t.csv\", line 1: a carriage return that ends no line",
               "a_lone_carriage_return_is_refused");
    CHECK_TEXT(rows("\rb\n"), "!file \"t.csv\", line 1: a carriage return that ends no line",
               "a_carriage_return_before_a_row_is_refused");
}

static void keeps_limits(void)
{
    static char text[8300];
    const struct csv_limits small = {.line_bytes = 10, .field_bytes = 4};
    CHECK_TEXT(rows_of(str_of("abcd,fghij"), &small),
               "!file \"t.csv\", line 1, column 2: a field of more than \"4\" bytes",
               "a_long_field_is_refused");
    CHECK_TEXT(rows_of(str_of("abcd,fghi\n"), &small), "1[abcd][fghi]", "a_field_at_the_limit_is_good");
    CHECK_TEXT(rows_of(str_of("a,b,c,d,ef\r\n"), &small), "1[a][b][c][d][ef]", "a_line_at_the_limit_is_good");
    CHECK_TEXT(rows_of(str_of("x\na,b,c,d,e,f\n"), &small),
               "1[x]!file \"t.csv\", line 2: a line of more than \"10\" bytes", "a_long_line_is_refused");
    CHECK_TEXT(rows_of(str_of("\"a\n\n\n\n\n\n\n\n\n\""), &small),
               "!file \"t.csv\", line 1: a line of more than \"10\" bytes",
               "a_quote_left_open_does_not_eat_the_file");
    memset(text, 'a', sizeof text);
    for (size_t i = 2048; i < sizeof text; i += 2049)
        text[i] = ',';
    CHECK(rows_of((struct str){text, 8192}, NULL)[0] == '1', "8_kib_in_fields_of_2_kib_are_good");
    CHECK_TEXT(rows_of((struct str){text, 8193}, NULL),
               "!file \"t.csv\", line 1: a line of more than \"8192\" bytes", "one_byte_more_is_refused");
    memset(text, ',', sizeof text);
    CHECK(strlen(rows_of((struct str){text, 1000}, NULL)) == 1 + 2 * 1001, "many_fields_are_read");
}

/* The bytes of each row as they lie in the text, one after another in brackets. */
static const char *bytes_of(const char *text)
{
    static char out[256];
    static struct err e;
    struct csv *csv = NULL;
    const struct csv_row *row = NULL;
    size_t used = 0;
    out[0] = '\0';
    bool good = csv_open(&csv, "t.csv", str_of(text), NULL, &e);
    while (good && (good = csv_next(csv, &row, &e)) && row)
        used += (size_t)snprintf(out + used, sizeof out - used, "[%.*s]", (int)row->bytes.length, row->bytes.data);
    csv_close(csv);
    return good ? out : e.message;
}

static void gives_the_bytes_of_a_row(void)
{
    CHECK_TEXT(bytes_of("a,b\r\n\n 1 ,2"), "[a,b][ 1 ,2]", "a_row_has_its_bytes_without_its_line_end");
    CHECK_TEXT(bytes_of("\"a\",\"b\"\"\"\n1,2\n"), "[\"a\",\"b\"\"\"][1,2]", "quotes_are_among_the_bytes_of_a_row");
    CHECK_TEXT(bytes_of("a,\"1\r\n\n2\",\n\rb"), "[a,\"1\r\n\n2\",][b]", "a_row_of_several_lines_has_them_all");
}

static void writes_fields(void)
{
    struct buf b;
    buf_open(&b, 1000);
    csv_write_field(&b, str_of("plain \xE4\xB8\xAD"));
    csv_write_field(&b, str_of("|a,b|"));
    csv_write_field(&b, str_of("|\"|"));
    csv_write_field(&b, str_of("|\r\n|"));
    csv_write_field(&b, str_of(""));
    CHECK_TEXT(b.data, "plain \xE4\xB8\xAD\"|a,b|\"\"|\"\"|\"\"|\r\n|\"",
               "fields_are_quoted_only_where_they_must");
    buf_close(&b);
}

int main(void)
{
    splits_rows();
    counts_blank_lines();
    keeps_blanks();
    unquotes();
    refuses_what_is_not_csv();
    keeps_limits();
    gives_the_bytes_of_a_row();
    writes_fields();
    return tap_end();
}
