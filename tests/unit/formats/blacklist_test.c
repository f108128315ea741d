#include "formats/blacklist.h"

#include <stdlib.h>

#include "base/crypto.h"
#include "tests/unit/tap.h"

static const char full_text[] = "20260302,00000000,000003\r\n"
                                "00370102010000000019,0,01\r\n"
                                "00370102010000000027,0,01\r\n"
                                "00999999999999999999,0,01\r\n"
                                "52431CD4\r\n";
static const char delta_text[] = "20260303,20260302,000002\r\n"
                                 "00370102010000000019,1,01\r\n"
                                 "00370102010000000035,0,01\r\n"
                                 "C5632D25\r\n";
static const struct blacklist_row full_rows[] = {
    {370102010000000019, false}, {370102010000000027, false}, {999999999999999999, false}};
static const struct blacklist_row delta_rows[] = {{370102010000000019, true}, {370102010000000035, false}};

static struct blacklist_writer writer;
static struct err e;

struct pieces {
    struct buf text;
    size_t largest;
    size_t count;
    size_t refused_at; /* 0: never */
};

static bool take(void *context, const char *bytes, size_t length, struct err *error)
{
    struct pieces *pieces = context;
    pieces->count++;
    if (pieces->count == pieces->refused_at)
        return err_set(error, ERR_DISK, "no room");
    pieces->largest = length > pieces->largest ? length : pieces->largest;
    buf_add(&pieces->text, bytes, length);
    return true;
}

static bool write_list(struct pieces *pieces, struct blacklist_head head, const struct blacklist_row *rows,
                       size_t count)
{
    buf_reset(&pieces->text);
    pieces->largest = pieces->count = 0;
    bool ok = blacklist_write_open(&writer, &head, take, pieces, &e);
    for (size_t i = 0; ok && i < count; i++)
        ok = blacklist_write_row(&writer, &rows[i], &e);
    return ok && blacklist_write_close(&writer, &e);
}

static void writes_to_the_byte(struct pieces *pieces)
{
    char name[BLACKLIST_NAME_BYTES];
    struct blacklist_head full = {20260302, 0, 3}, delta = {20260303, 20260302, 2}, empty = {20260302, 0, 0};
    CHECK(write_list(pieces, full, full_rows, 3), "a_full_list_is_written");
    CHECK_TEXT(pieces->text.data, full_text, "its_previous_version_is_zeros_and_all_rows_are_added");
    CHECK(write_list(pieces, delta, delta_rows, 2), "a_delta_is_written");
    CHECK_TEXT(pieces->text.data, delta_text, "it_names_the_version_before_and_removes_and_adds");
    CHECK(write_list(pieces, empty, NULL, 0), "an_empty_list_is_written");
    CHECK_TEXT(pieces->text.data, "20260302,00000000,000000\r\n2C3775B1\r\n", "of_a_heading_and_its_crc");
    blacklist_file_name(name, 20260302, &full, "pos");
    CHECK_TEXT(name, "20260302_20260302_full_pos.txt", "a_full_list_has_its_name");
    blacklist_file_name(name, 20260305, &delta, "gate");
    CHECK_TEXT(name, "20260305_20260303_delta_gate.txt", "a_delta_has_its_name_and_the_day_it_was_made");
}

/* As large as a list can be: its memory is one piece. */
static void writes_a_large_list_in_pieces(struct pieces *pieces)
{
    enum { ROWS = BLACKLIST_COUNT_MAX };
    struct blacklist_head head = {20260302, 20260301, ROWS};
    struct blacklist_reader reader;
    struct blacklist_row row = {0};
    bool more = true;
    int64_t rows = 0;
    buf_reset(&pieces->text);
    pieces->largest = pieces->count = 0;
    bool ok = blacklist_write_open(&writer, &head, take, pieces, &e);
    for (int64_t i = 0; ok && i < ROWS; i++)
        ok = blacklist_write_row(&writer, &(struct blacklist_row){370102010000000000 + 10 * i, i % 3 == 0}, &e);
    CHECK(ok && blacklist_write_close(&writer, &e), "a_list_of_999999_rows_is_written");
    CHECK(pieces->largest <= BLACKLIST_PIECE_BYTES && pieces->count > 400, "in_pieces_of_bounded_size");
    struct str bytes = {pieces->text.data, pieces->text.length};
    CHECK_INT(bytes.length, 26 + 27 * (int64_t)ROWS + 10, "of_27_bytes_a_row");
    ok = blacklist_read_open(&reader, bytes, &e);
    while (ok && more) {
        ok = blacklist_read_row(&reader, &row, &more, &e) &&
             (!more || (row.card_no == 370102010000000000 + 10 * rows && row.is_removed == (rows % 3 == 0)));
        rows += more;
    }
    CHECK(ok && rows == ROWS, "and_reads_back_row_by_row");
}

static void refuses_what_would_be_no_list(struct pieces *pieces)
{
    struct blacklist_row twice[] = {{370102010000000019, false}, {370102010000000019, false}};
    struct blacklist_row too_long = {1000000000000000000, false};
    CHECK(!write_list(pieces, (struct blacklist_head){20260302, 0, 2}, full_rows, 3) && e.kind == ERR_BUG,
          "a_row_more_than_counted_is_a_bug");
    CHECK(!write_list(pieces, (struct blacklist_head){20260302, 0, 3}, full_rows, 2) && e.kind == ERR_BUG,
          "a_row_less_than_counted_is_a_bug");
    CHECK(!write_list(pieces, (struct blacklist_head){20260302, 0, 2}, twice, 2) && e.kind == ERR_BUG,
          "a_card_twice_is_a_bug");
    CHECK(!write_list(pieces, (struct blacklist_head){20260302, 0, 2}, delta_rows, 2) && e.kind == ERR_BUG,
          "a_full_list_that_removes_is_a_bug");
    CHECK(!write_list(pieces, (struct blacklist_head){20260302, 0, 1}, &too_long, 1) && e.kind == ERR_BUG,
          "a_card_of_19_digits_is_a_bug");
    CHECK(!write_list(pieces, (struct blacklist_head){20260302, 0, 1000000}, NULL, 0) && e.kind == ERR_BUG,
          "a_count_of_seven_digits_is_a_bug");
    CHECK(!write_list(pieces, (struct blacklist_head){20260302, 20260302, 0}, NULL, 0) && e.kind == ERR_BUG,
          "a_version_that_follows_itself_is_a_bug");
    for (pieces->refused_at = 1; pieces->refused_at <= 2; pieces->refused_at++)
        CHECK(!write_list(pieces, (struct blacklist_head){20260302, 0, 3}, full_rows, 3) && e.kind == ERR_DISK,
              "what_stops_the_sink_stops_the_list");
    pieces->refused_at = 0;
}

static bool read_all(const char *text, size_t length)
{
    struct blacklist_reader reader;
    struct blacklist_row row;
    bool more = true, ok = blacklist_read_open(&reader, (struct str){text, length}, &e);
    while (ok && more)
        ok = blacklist_read_row(&reader, &row, &more, &e);
    return ok;
}

/* The text with one byte changed, and its CRC right again where that is wanted. */
static bool read_changed(size_t at, char byte, bool mend_crc)
{
    char text[sizeof delta_text];
    memcpy(text, delta_text, sizeof text);
    text[at] = byte;
    size_t before = sizeof delta_text - 1 - 10;
    if (mend_crc)
        (void)snprintf(text + before, 11, "%08" PRIX32 "\r\n", crypto_crc32(text, before));
    err_clear(&e);
    return read_all(text, sizeof delta_text - 1);
}

static void reads_only_whole_lists(void)
{
    enum { LINE_2 = 26, LINE_3 = 53 };
    CHECK(read_all(full_text, sizeof full_text - 1) && read_all(delta_text, sizeof delta_text - 1),
          "good_lists_are_read");
    bool any = false;
    for (size_t length = 0; length < sizeof full_text - 1; length++)
        any = any || read_all(full_text, length);
    CHECK(!any, "no_list_that_was_cut_is_read");
    any = false;
    for (size_t at = 0; at < sizeof delta_text - 1; at++)
        any = any || read_changed(at, delta_text[at] == '0' ? '5' : '0', false);
    CHECK(!any, "no_list_with_a_changed_byte_is_read");
    CHECK(!read_changed(LINE_2 + 21, '2', true), "an_op_that_is_not_0_or_1_is_refused");
    CHECK_TEXT(e.message, "line 2: not a row of card, 0 or 1, and level 01", "with_its_line");
    CHECK(!read_changed(LINE_3 + 24, '2', true), "a_level_other_than_01_is_refused");
    CHECK(!read_changed(LINE_3, '1', true), "a_card_of_19_digits_is_refused");
    CHECK(!read_changed(LINE_3 + 2, '0', true), "a_card_below_the_one_before_is_refused");
    CHECK_TEXT(e.message, "line 3: its card is not above that of the line before", "with_its_line");
    CHECK(!read_changed(7, '1', true), "a_version_below_the_one_before_is_refused");
    CHECK(!read_changed(LINE_3 - 2, '\n', true), "another_line_end_is_refused");
    CHECK(!read_changed(sizeof delta_text - 1 - 10, 'c', false), "a_crc_in_lower_case_is_refused");
    CHECK_TEXT(e.message, "line 4: \"c5632D25\" where all before gives the CRC-32 \"C5632D25\"", "and_told");
    CHECK(!read_changed(23, '1', true), "a_count_that_is_not_that_of_the_rows_is_refused");
    CHECK_TEXT(e.message, "line 1: a count of \"1\" makes 63 bytes, there are 90", "and_told");
    static const char removing[] = "20260302,00000000,000001\r\n00370102010000000019,1,01\r\n";
    char text[sizeof removing + 10];
    (void)snprintf(text, sizeof text, "%s%08" PRIX32 "\r\n", removing, crypto_crc32(removing, sizeof removing - 1));
    CHECK(!read_all(text, strlen(text)), "a_full_list_that_removes_is_refused");
}

int main(void)
{
    struct pieces pieces = {0};
    buf_open(&pieces.text, 28000000);
    writes_to_the_byte(&pieces);
    writes_a_large_list_in_pieces(&pieces);
    refuses_what_would_be_no_list(&pieces);
    reads_only_whole_lists();
    buf_close(&pieces.text);
    return tap_end();
}
