/* The files of the text profile as they are written; replies are in bank_golden_test.c. */
#include "formats/bank_text.h"

#include <stdlib.h>

#include "base/date.h"
#include "formats/charset.h"
#include "tests/unit/tap.h"

static struct bank_text_writer writer;
static struct buf made;
static struct err e;
static size_t largest;

static bool take(void *context, const char *bytes, size_t length, struct err *error)
{
    (void)context, (void)error;
    largest = length > largest ? length : largest;
    buf_add(&made, bytes, length);
    return true;
}

static const struct bank_text_row zhang = {{"6222020200112233", 16}, {"张三", 6}, {"A1", 2}, {"370102010000000011", 18}, 10000};

static struct bank_text_head head_of(int64_t count, int64_t amount_fen)
{
    struct bank_text_head head = {.batch = 1, .count = count, .amount_fen = amount_fen};
    ALWAYS(date_parse(str_of("2026-03-02"), &head.day));
    return head;
}

static bool write(int64_t count, int64_t amount_fen, const struct bank_text_row *rows, size_t row_count)
{
    struct bank_text_head head = head_of(count, amount_fen);
    buf_reset(&made);
    bool done = bank_text_write_open(&writer, &head, take, NULL, &e);
    for (size_t i = 0; done && i < row_count; i++)
        done = bank_text_write_row(&writer, &rows[i], &e);
    return done && bank_text_write_close(&writer, &e);
}

static void writes_to_the_byte(void)
{
    struct bank_text_row rows[] = {zhang, {{"CD0001202603010001.txt", 22}, {"", 0}, {"", 0}, {"", 0}, 5}};
    CHECK(write(2, 10005, rows, 2), "a_file_is_written");
    CHECK_TEXT(made.data,
               "H|0001|20260302|2|10005\r\n"
               "D|1|6222020200112233|\xD5\xC5\xC8\xFD|A1|370102010000000011|10000|\r\n"
               "D|2|CD0001202603010001.txt||||5|\r\n"
               "T|2|10005\r\n",
               "it_is_gb18030_with_bars_behind_all_fields_of_a_row");
}

static const char *refusal(struct bank_text_row row)
{
    return write(1, row.amount_fen, &row, 1) ? "taken" : e.message;
}

static void refuses_texts(void)
{
    struct bank_text_row row = zhang;
    row.name = str_of("张|三");
    CHECK_TEXT(refusal(row), "row 1: name: \"张|三\" holds \"|\", which ends a field", "a_bar_in_a_field_is_refused");
    row.name = str_of("张\r\n三");
    CHECK_TEXT(refusal(row), "row 1: name: \"张??三\" holds U+000D, which no file to a bank may hold", "a_line_end_is_refused");
    row.name = str_of("\xD5\xC5");
    CHECK(strstr(refusal(row), "row 1: name: \"??\" is not utf-8"), "what_is_not_utf_8_is_refused");
    row = zhang;
    row.account = str_of("");
    CHECK_TEXT(refusal(row), "row 1: account: it is empty", "an_empty_account_is_refused");
    row = zhang;
    row.amount_fen = 0;
    CHECK(!write(1, 1, &row, 1) && e.kind == ERR_BUG, "an_amount_of_nothing_is_a_bug");
    CHECK(!write(2, 10000, &zhang, 1) && e.kind == ERR_BUG, "a_row_missing_is_a_bug");
    CHECK(!write(1, 10001, &zhang, 1) && e.kind == ERR_BUG, "a_sum_not_reached_is_a_bug");
    CHECK(!write(1, 9999, &zhang, 1) && e.kind == ERR_BUG, "a_sum_exceeded_is_a_bug");
    CHECK(!write(100001, 100001, &zhang, 0) && e.kind == ERR_BUG, "more_than_100000_rows_are_a_bug");
}

/* Rows are longer in one charset than in the other, and pieces must not cut them. */
static void writes_many_and_reads_them_back(void)
{
    enum { ROWS = 5000 };
    struct bank_text_row *rows = calloc(ROWS, sizeof *rows);
    struct arena *arena = NULL;
    struct str text;
    struct buf row_text;
    ALWAYS(rows && arena_open(&arena, 64 << 20, &e));
    for (size_t i = 0; i < ROWS; i++) {
        rows[i] = zhang;
        rows[i].name = i % 3 == 0 ? str_of("éèêÿ") : i % 3 == 1 ? str_of("𠮷亅") : zhang.name;
        rows[i].amount_fen = (int64_t)i + 1;
    }
    largest = 0;
    CHECK(write(ROWS, ROWS * (ROWS + 1) / 2, rows, ROWS) && largest <= 2 * OUT_PIECE_BYTES, "many_rows_go_out_in_pieces");
    CHECK(charset_read_gb18030(arena, "x", (struct str){made.data, made.length}, &text, &e), "all_of_it_is_gb18030");
    buf_open(&row_text, 1 << 16);
    bool are_there = true;
    const char *at = text.data;
    for (size_t i = 0; i < ROWS && are_there; i++) {
        buf_reset(&row_text);
        bank_text_row_text(&row_text, (int64_t)i + 1, &rows[i]);
        at = memmem(at, text.length - (size_t)(at - text.data), row_text.data, row_text.length);
        are_there = at && memcmp(at + row_text.length, "\r\n", 2) == 0;
    }
    CHECK(are_there, "each_row_stands_in_it_as_a_reply_must_give_it_back");
    buf_close(&row_text);
    arena_close(arena);
    free(rows);
}

int main(void)
{
    buf_open(&made, 16 << 20);
    writes_to_the_byte();
    refuses_texts();
    writes_many_and_reads_them_back();
    buf_close(&made);
    return tap_end();
}
