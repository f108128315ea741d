/* blacklist: the list files that terminals load (FORMATS.md 6): ASCII, CRLF; a heading, one row a card, a
 * CRC-32.
 *
 *     20260302,20260301,000002        version, the version before it (delta) or 00000000 (full), count
 *     00370102010000000019,0,01       card of 20 digits, 0 added or 1 removed, level
 *     00370102010000000027,1,01
 *     4F0C1D2E                        CRC-32 of all before
 *
 * Rows come in ascending order of the card number, each card once, so that the same names give the same
 * bytes. Which cards a list names and where it goes are questions of ledger/ and jobs/. */
#ifndef DAYBOOK_FORMATS_BLACKLIST_H
#define DAYBOOK_FORMATS_BLACKLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum {
    BLACKLIST_COUNT_MAX = 999999, /* six digits */
    BLACKLIST_NAME_BYTES = 48,
    BLACKLIST_PIECE_BYTES = 65536,
};

struct blacklist_head {
    int32_t version;  /* YYYYMMDD */
    int32_t previous; /* the version that a delta follows; 0 = full */
    int32_t count;    /* of rows */
};

struct blacklist_row {
    int64_t card_no;
    bool is_removed;
};

/* "20260303_20260302_full_pos.txt": made_on is the day in front, class "pos", "bus" or "gate". */
void blacklist_file_name(char out[BLACKLIST_NAME_BYTES], int32_t made_on, const struct blacklist_head *head,
                         const char *class);

/* Takes the bytes as they come; returns false, with *e filled, to stop. */
typedef bool blacklist_sink(void *context, const char *bytes, size_t length, struct err *e);

/* Writes a file piece by piece: it holds no more than one piece, however long the list is. The caller owns it
 * and has nothing to free. */
struct blacklist_writer {
    blacklist_sink *sink;
    void *context;
    int64_t last_card;
    int32_t rows_left;
    bool is_full;
    uint32_t crc;
    size_t used;
    char piece[BLACKLIST_PIECE_BYTES];
};
/* ERR_BUG for a heading that its fields cannot hold. */
MUST_CHECK bool blacklist_write_open(struct blacklist_writer *writer, const struct blacklist_head *head,
                                     blacklist_sink *sink, void *context, struct err *e);
/* ERR_BUG for a row too many, one that is not above the one before, and a removal in a full list. */
MUST_CHECK bool blacklist_write_row(struct blacklist_writer *writer, const struct blacklist_row *row,
                                    struct err *e);
/* Ends the file. ERR_BUG when rows are missing. */
MUST_CHECK bool blacklist_write_close(struct blacklist_writer *writer, struct err *e);

/* Reads a file's bytes, which must outlive it. Errors are ERR_INPUT and name line and field. */
struct blacklist_reader {
    struct blacklist_head head;
    struct str rest;
    int64_t line_number; /* of the last line read */
    int64_t last_card;
    int32_t rows_left;
};
/* Proves the heading, the length that its count asks for, and the CRC. */
MUST_CHECK bool blacklist_read_open(struct blacklist_reader *reader, struct str bytes, struct err *e);
/* *more is false after the last row. */
MUST_CHECK bool blacklist_read_row(struct blacklist_reader *reader, struct blacklist_row *row, bool *more,
                                   struct err *e);

#endif
