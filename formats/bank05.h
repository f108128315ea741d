/* bank05: the bank's list of a day's circle deposits (圈存对账, `BANK05<YYYYMMDD>.txt`; FORMATS.md 9): ASCII, lines of 69
 * characters, no heading and no trailer; no rows at all is a day without deposits.
 *
 *     at 0   person_no    12, left
 *     at 12  bank card    20, left
 *     at 32  our serial    8 digits
 *     at 40  bank serial  20, left
 *     at 60  amount_fen    9 digits */
#ifndef DAYBOOK_FORMATS_BANK05_H
#define DAYBOOK_FORMATS_BANK05_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "formats/lines.h"

struct bank05_row {
    struct str person_no;   /* 1 to 12 of [0-9A-Z]; of a longer number the first 12 characters */
    struct str bank_card;   /* the account of the agreement */
    uint32_t serial;        /* of our request; 0 = the bank names none */
    struct str bank_serial; /* 1 to 20 printable characters */
    int64_t amount_fen;     /* above 0 */
    int64_t line_number;
};

/* The bytes must outlive it and the rows. */
struct bank05_reader {
    const char *file;
    struct lines lines;
};
/* ERR_INPUT where a byte is no ASCII. */
MUST_CHECK bool bank05_open(struct bank05_reader *reader, const char *file, struct str bytes, struct err *e);
/* *more is false after the last row. ERR_INPUT with `file "X", line N, field "Y": "FOUND" …`. Rows that say the same of one
 * bank serial are the caller's question. */
MUST_CHECK bool bank05_next(struct bank05_reader *reader, struct bank05_row *row, bool *more, struct err *e);

#endif
