#include "formats/bank_text.h"

#include "formats/bank_name.h"
#include "tests/fuzz/fuzz.h"

/* A reply that is read to its end answers each row once, and its sums are its rows'. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e;
    struct bank_text_reader reader;
    struct bank_text_reply reply;
    struct buf row;
    int64_t rows = 0, amount_fen = 0, seqs = 0;
    bool more = true, good = bank_text_read_open(&reader, fuzz_arena(), "f.ret", fuzz_text(data, size), &e);
    buf_open(&row, 1 << 16);
    while (good && (good = bank_text_read_row(&reader, &reply, &more, &e)) && more) {
        MUST(reply.seq >= 1 && reply.seq <= reader.head.count && reply.row.amount_fen > 0 && reply.code.length == 4);
        (void)fuzz_touch(reply.text);
        (void)fuzz_touch(reply.bank_serial);
        buf_reset(&row);
        bank_text_row_text(&row, reply.seq, &reply.row);
        MUST(row.length == reply.request.length && memcmp(row.data, reply.request.data, row.length) == 0);
        rows++;
        seqs += reply.seq;
        amount_fen += reply.row.amount_fen;
    }
    buf_close(&row);
    if (good) {
        MUST(rows == reader.head.count && rows <= BANK_ROWS_MAX && amount_fen == reader.head.amount_fen);
        MUST(seqs == rows * (rows + 1) / 2);
        return 0;
    }
    fuzz_check_refusal(&e);
    MUST(strncmp(e.message, "file \"f.ret\", ", 14) == 0 && e.hint[0] != '\0');
    return 0;
}
