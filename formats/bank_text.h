/* bank_text: the banks' text profile (报盘, 回盘; FORMATS.md 9): GB18030, fields between "|".
 *
 *     H|0001|20260302|2|15000                                  batch, day, rows, fen
 *     D|1|6222020200112233|张三|A20260001|370102010000000011|10000|
 *     D|2|6222020200112234|李四|A20260002|370102010000000029|5000|
 *     T|2|15000
 *
 * Requests for debits (CD), payouts (PO: account, payee, its bank, payment number) and answers (CQ: name of a file) are
 * written; a reply is read: the same rows, each with `code|text|bank_serial` behind it, and whether a "|" ends it does not
 * matter. Amounts are fen without leading zeros. */
#ifndef DAYBOOK_FORMATS_BANK_TEXT_H
#define DAYBOOK_FORMATS_BANK_TEXT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "formats/lines.h"
#include "formats/out.h"

struct bank_text_head {
    int32_t batch;      /* 1 to 9999 */
    int32_t day;        /* the accounting date in the file's name */
    int64_t count;      /* of rows, 1 to BANK_ROWS_MAX */
    int64_t amount_fen; /* of all rows */
};

/* Texts are UTF-8; what stands in a place is told by the kind of the file. */
struct bank_text_row {
    struct str account;      /* PO: the payee's; CQ: name of the file asked for */
    struct str name;         /* CQ: empty */
    struct str agreement_no; /* PO: the payee's bank; CQ: empty */
    struct str card_no;      /* PO: payment number; CQ: empty */
    int64_t amount_fen;      /* CQ: of the file */
};

/* Writes row by row: the memory is that of two pieces. The caller owns it and has nothing to free. Rows are numbered from 1 in
 * the order they come. */
struct bank_text_writer {
    struct out out; /* in UTF-8 */
    out_sink *sink;
    void *context;
    int64_t count, amount_fen; /* as the header has them */
    int64_t count_left, amount_left_fen;
    char converted[2 * OUT_PIECE_BYTES];
};
/* ERR_BUG for figures that the header cannot hold. */
MUST_CHECK bool bank_text_write_open(struct bank_text_writer *writer, const struct bank_text_head *head, out_sink *sink,
                                     void *context, struct err *e);
/* ERR_INPUT with `row N: FIELD: …` for a text that cannot be written: with "|", line end or another control character, not
 * UTF-8, more than 2 KiB, or an empty account. ERR_BUG for a row too many and an amount not above 0. */
MUST_CHECK bool bank_text_write_row(struct bank_text_writer *writer, const struct bank_text_row *row, struct err *e);
/* ERR_BUG where the rows are not as many, or not worth as much, as the header says. */
MUST_CHECK bool bank_text_write_close(struct bank_text_writer *writer, struct err *e);

/* The row as it stands in a request, up to and with its last "|": what a reply must give back. Appended to b. */
void bank_text_row_text(struct buf *b, int64_t seq, const struct bank_text_row *row);

/* Reads a reply, whose bytes and arena must outlive it. */
struct bank_text_reader {
    const char *file;
    struct bank_text_head head;
    struct lines lines;
    int64_t count, amount_fen; /* read so far */
    int32_t *line_of_seq;      /* in the arena: where a row came, to find doubles */
};
struct bank_text_reply {
    int64_t seq;            /* 1 to head.count, each once, in any order */
    struct bank_text_row row;
    struct str request;     /* the row as it was asked for, with its last "|" */
    struct str code;        /* four digits; 0000 done */
    struct str text;        /* may be empty */
    struct str bank_serial; /* not empty where the code is 0000 */
    int64_t line_number;
};
/* Converts, and reads the header. Errors are ERR_INPUT: `file "X", line N, field "Y": "FOUND" …`. */
MUST_CHECK bool bank_text_read_open(struct bank_text_reader *reader, struct arena *arena, const char *file,
                                    struct str bytes, struct err *e);
/* *more is false behind the trailer: then every row of the header has come once and the sums agree, also with the header.
 * Whether the rows are those of the request is the caller's question. */
MUST_CHECK bool bank_text_read_row(struct bank_text_reader *reader, struct bank_text_reply *reply, bool *more,
                                   struct err *e);

#endif
