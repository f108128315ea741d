#include "formats/ack.h"

#include "tests/unit/tap.h"

static const char heading[] = "file,records,posted,duplicate,held,rejected,amount_fen,posted_fen,reason\r\n";

static void writes_a_row_for_each_file_and_a_total(void)
{
    struct buf out;
    struct err e;
    char wanted[512];
    buf_open(&out, 4096);
    ack_begin(&out);
    ack_add(&out, &(struct ack_line){"a.bin", 5, 2, 1, 1, 1, 900, 300, NULL});
    ack_add(&out, &(struct ack_line){"b, \"c\".bin", 2, 0, 0, 0, 2, 50, 0, "bad_header"});
    ack_end(&out, &(struct ack_line){NULL, 7, 2, 1, 1, 3, 950, 300, NULL});
    snprintf(wanted, sizeof wanted,
             "%sa.bin,5,2,1,1,1,900,300,\r\n\"b, "
             "\"\"c\"\".bin\",2,0,0,0,2,50,0,bad_header\r\nTOTAL,7,2,1,1,3,950,300,\r\n",
             heading);
    CHECK(buf_ok(&out, &e), "an ack fits");
    CHECK_TEXT(out.data, wanted, "writes a row for each file and a total, quoted where it must be");
    buf_close(&out);
}

static void answers_a_quarantined_package_with_zeros_and_the_reason(void)
{
    struct buf out;
    char wanted[512];
    buf_open(&out, 4096);
    ack_begin(&out);
    ack_end(&out, &(struct ack_line){.reason = "bad_signature"});
    snprintf(wanted, sizeof wanted, "%sTOTAL,0,0,0,0,0,0,0,bad_signature\r\n", heading);
    CHECK_TEXT(out.data, wanted, "answers a quarantined package with zeros and the reason");
    buf_close(&out);
}

int main(void)
{
    writes_a_row_for_each_file_and_a_total();
    answers_a_quarantined_package_with_zeros_and_the_reason();
    return tap_end();
}
