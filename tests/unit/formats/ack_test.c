#include "formats/ack.h"

#include "tests/unit/tap.h"

#define HEADING "file,records,posted,duplicate,held,rejected,amount_fen,posted_fen,reason\r\n"

static void writes_a_judged_package(struct buf *out)
{
    struct err e;
    struct ack_row rows[] = {
        {str_of("logs/a.bin"), 10, 6, 2, 1, 1, 1000, 600, str_of("")},
        {str_of("logs/b, c.bin"), 3, 0, 0, 0, 3, 450, 0,
         str_of("header at 4: record length \"63\" is not \"64\"")},
        {str_of("status.csv"), 7, 7, 0, 0, 0, 0, 0, str_of("")},
    };
    buf_reset(out);
    CHECK(ack_write(out, rows, 3, &e), "an_ack_is_written");
    CHECK_TEXT(
        out->data,
        HEADING
        "logs/a.bin,10,6,2,1,1,1000,600,\r\n"
        "\"logs/b, c.bin\",3,0,0,0,3,450,0,\"header at 4: record length \"\"63\"\" is not \"\"64\"\"\"\r\n"
        "status.csv,7,7,0,0,0,0,0,\r\n"
        "TOTAL,20,13,2,1,4,1450,600,\r\n",
        "each_file_has_a_row_and_total_is_their_sum");
    buf_reset(out);
    CHECK(ack_write(out, NULL, 0, &e), "an_empty_package_has_an_ack");
    CHECK_TEXT(out->data, HEADING "TOTAL,0,0,0,0,0,0,0,\r\n", "of_its_total");
}

static void refuses_counts_that_do_not_close(struct buf *out)
{
    struct err e;
    struct ack_row row = {str_of("a"), 10, 6, 2, 1, 0, 1000, 600, str_of("")};
    CHECK(!ack_write(out, &row, 1, &e) && e.kind == ERR_BUG, "records_that_are_lost_are_a_bug");
    CHECK_TEXT(e.message, "ack of file \"a\": \"10\" records are not all accounted for", "it_says_which");
    struct ack_row large[] = {{str_of("a"), 1, 1, 0, 0, 0, INT64_MAX, 0, str_of("")},
                              {str_of("b"), 1, 1, 0, 0, 0, 1, 0, str_of("")}};
    CHECK(!ack_write(out, large, 2, &e) && e.kind == ERR_BUG, "a_sum_that_overflows_is_a_bug");
    struct buf small;
    buf_open(&small, 10);
    CHECK(!ack_write(&small, NULL, 0, &e) && e.kind == ERR_BUG, "an_ack_that_does_not_fit_is_a_bug");
    buf_close(&small);
}

static void writes_a_quarantined_package(struct buf *out)
{
    struct err e;
    buf_reset(out);
    CHECK(ack_write_quarantined(out, PACKAGE_BAD_DIGEST, &e), "a_quarantined_package_has_an_ack");
    CHECK_TEXT(out->data, HEADING "TOTAL,0,0,0,0,0,0,0,bad_digest\r\n", "of_zeros_and_its_reason");
}

static void names_it(void)
{
    struct err e;
    struct arena *arena = NULL;
    const uint8_t sha256[CRYPTO_SHA256_BYTES] = {0x0a, 0xBC, 0x12, 0xff, 0x77};
    CHECK(arena_open(&arena, 1 << 20, &e), "an_arena_opens");
    const char *name = ack_name(arena, "2113010001-01-20240301220000-000001.tar.gz", sha256, &e);
    CHECK_TEXT(name ? name : "", "2113010001-01-20240301220000-000001.tar.gz.0abc12ff.ack.csv",
               "its_name_holds_the_whole_name_of_the_package");
    arena_close(arena);
}

int main(void)
{
    struct buf out;
    buf_open(&out, 4000);
    writes_a_judged_package(&out);
    refuses_counts_that_do_not_close(&out);
    writes_a_quarantined_package(&out);
    names_it();
    buf_close(&out);
    return tap_end();
}
