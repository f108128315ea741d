#include "formats/blacklist.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"

/* The fields' widths, and where they lie in their lines. */
enum {
    VERSION_DIGITS = 8,
    PREVIOUS_AT = 9,
    COUNT_AT = 18,
    COUNT_DIGITS = 6,
    HEAD_BYTES = 26,
    CARD_DIGITS = 20,
    REMOVED_AT = 21,
    LEVEL_AT = 23,
    ROW_BYTES = 27,
    CRC_DIGITS = 8,
    LAST_BYTES = 10,
};
#define LEVEL "01"
#define LINE_END "\r\n"

static const int32_t version_max = 99999999;
static const int64_t card_max = INT64_C(999999999999999999);

void blacklist_file_name(char out[BLACKLIST_NAME_BYTES], int32_t made_on, const struct blacklist_head *head,
                         const char *class)
{
    int length = snprintf(out, BLACKLIST_NAME_BYTES, "%08" PRId32 "_%08" PRId32 "_%s_%s.txt", made_on,
                          head->version, head->previous == 0 ? "full" : "delta", class);
    ALWAYS(length > 0 && length < BLACKLIST_NAME_BYTES);
}

/* ---- writing */

static bool hand_on(struct blacklist_writer *writer, struct err *e)
{
    size_t used = writer->used;
    writer->used = 0;
    writer->crc = crypto_crc32_add(writer->crc, writer->piece, used);
    return used == 0 || writer->sink(writer->context, writer->piece, used, e);
}

bool blacklist_write_open(struct blacklist_writer *writer, const struct blacklist_head *head,
                          blacklist_sink *sink, void *context, struct err *e)
{
    if (head->version < 1 || head->version > version_max || head->previous < 0 ||
        head->previous >= head->version || head->count < 0 || head->count > BLACKLIST_COUNT_MAX)
        return err_set(e, ERR_BUG,
                       "a list cannot have version \"%" PRId32 "\" after \"%" PRId32 "\" and \"%" PRId32
                       "\" rows",
                       head->version, head->previous, head->count);
    writer->sink = sink;
    writer->context = context;
    writer->last_card = -1;
    writer->rows_left = head->count;
    writer->is_full = head->previous == 0;
    writer->crc = 0;
    writer->used = (size_t)snprintf(writer->piece, sizeof writer->piece,
                                    "%08" PRId32 ",%08" PRId32 ",%06" PRId32 LINE_END, head->version,
                                    head->previous, head->count);
    return true;
}

/* Half a million rows a night: without printf. */
static void put_row(char *at, const struct blacklist_row *row)
{
    int64_t card_no = row->card_no;
    for (int i = CARD_DIGITS - 1; i >= 0; i--, card_no /= 10)
        at[i] = (char)('0' + card_no % 10);
    memcpy(at + CARD_DIGITS, row->is_removed ? ",1," LEVEL LINE_END : ",0," LEVEL LINE_END,
           ROW_BYTES - CARD_DIGITS);
}

bool blacklist_write_row(struct blacklist_writer *writer, const struct blacklist_row *row, struct err *e)
{
    if (writer->rows_left == 0 || row->card_no <= writer->last_card || row->card_no > card_max ||
        (row->is_removed && writer->is_full))
        return err_set(e, ERR_BUG,
                       "a list with \"%" PRId32 "\" rows to come cannot have this one after \"%" PRId64 "\"",
                       writer->rows_left, writer->last_card);
    if (sizeof writer->piece - writer->used < ROW_BYTES && !hand_on(writer, e))
        return false;
    put_row(writer->piece + writer->used, row);
    writer->used += ROW_BYTES;
    writer->last_card = row->card_no;
    writer->rows_left--;
    return true;
}

bool blacklist_write_close(struct blacklist_writer *writer, struct err *e)
{
    if (writer->rows_left != 0)
        return err_set(e, ERR_BUG, "a list ends with \"%" PRId32 "\" rows to come", writer->rows_left);
    if (!hand_on(writer, e))
        return false;
    char last[LAST_BYTES + 1];
    (void)snprintf(last, sizeof last, "%08" PRIX32 LINE_END, writer->crc);
    return writer->sink(writer->context, last, LAST_BYTES, e);
}

/* ---- reading */

static bool read_digits(struct str line, size_t at, size_t digits, int64_t *value)
{
    return str_to_int64((struct str){line.data + at, digits}, value);
}

static bool ends_line(const char *line, size_t length)
{
    return memcmp(line + length - 2, LINE_END, 2) == 0;
}

static bool read_head(struct str bytes, struct blacklist_head *head, struct err *e)
{
    int64_t version = 0, previous = 0, count = 0;
    if (bytes.length < HEAD_BYTES || !ends_line(bytes.data, HEAD_BYTES) ||
        bytes.data[PREVIOUS_AT - 1] != ',' || bytes.data[COUNT_AT - 1] != ',' ||
        !read_digits(bytes, 0, VERSION_DIGITS, &version) ||
        !read_digits(bytes, PREVIOUS_AT, VERSION_DIGITS, &previous) ||
        !read_digits(bytes, COUNT_AT, COUNT_DIGITS, &count))
        return err_set(e, ERR_INPUT, "line 1: not a heading of version, previous version and count");
    if (version == 0 || previous >= version)
        return err_set(e, ERR_INPUT, "line 1: version \"%08" PRId64 "\" cannot follow \"%08" PRId64 "\"",
                       version, previous);
    *head = (struct blacklist_head){(int32_t)version, (int32_t)previous, (int32_t)count};
    return true;
}

static bool prove_crc(struct str bytes, int64_t line_number, struct err *e)
{
    size_t before = bytes.length - LAST_BYTES;
    char crc[CRC_DIGITS + 1];
    (void)snprintf(crc, sizeof crc, "%08" PRIX32, crypto_crc32(bytes.data, before));
    if (memcmp(bytes.data + before, crc, CRC_DIGITS) == 0 && ends_line(bytes.data + before, LAST_BYTES))
        return true;
    char shown[CRC_DIGITS + 1] = "";
    for (size_t i = 0; i < CRC_DIGITS; i++) { /* any bytes may stand there */
        unsigned char c = (unsigned char)bytes.data[before + i];
        shown[i] = c >= 0x20 && c < 0x7F ? (char)c : '?';
    }
    return err_set(e, ERR_INPUT, "line %" PRId64 ": \"%s\" where all before gives the CRC-32 \"%s\"", line_number, shown,
                   crc);
}

bool blacklist_read_open(struct blacklist_reader *reader, struct str bytes, struct err *e)
{
    struct blacklist_head head;
    if (!read_head(bytes, &head, e))
        return false;
    size_t wanted = HEAD_BYTES + (size_t)head.count * ROW_BYTES + LAST_BYTES;
    if (bytes.length != wanted)
        return err_set(e, ERR_INPUT, "line 1: a count of \"%" PRId32 "\" makes %zu bytes, there are %zu",
                       head.count, wanted, bytes.length);
    if (!prove_crc(bytes, (int64_t)head.count + 2, e))
        return false;
    *reader =
        (struct blacklist_reader){.head = head,
                                  .rest = {bytes.data + HEAD_BYTES, bytes.length - HEAD_BYTES - LAST_BYTES},
                                  .line_number = 1,
                                  .last_card = -1,
                                  .rows_left = head.count};
    return true;
}

/* The card of a row's 20 digits; the two in front are 00. */
static bool read_card(struct str line, int64_t *card_no)
{
    int64_t padding = 0;
    return read_digits(line, 0, 2, &padding) && padding == 0 &&
           read_digits(line, 2, CARD_DIGITS - 2, card_no);
}

bool blacklist_read_row(struct blacklist_reader *reader, struct blacklist_row *row, bool *more, struct err *e)
{
    *more = reader->rows_left > 0;
    if (!*more)
        return true;
    struct str line = {reader->rest.data, ROW_BYTES};
    char op = line.data[REMOVED_AT];
    reader->line_number++;
    if (!read_card(line, &row->card_no) || line.data[REMOVED_AT - 1] != ',' ||
        line.data[LEVEL_AT - 1] != ',' || memcmp(line.data + LEVEL_AT, LEVEL LINE_END, 4) != 0 ||
        (op != '0' && op != '1'))
        return err_set(e, ERR_INPUT, "line %" PRId64 ": not a row of card, 0 or 1, and level 01",
                       reader->line_number);
    row->is_removed = op == '1';
    if (row->is_removed && reader->head.previous == 0)
        return err_set(e, ERR_INPUT, "line %" PRId64 ": a full list removes nothing", reader->line_number);
    if (row->card_no <= reader->last_card)
        return err_set(e, ERR_INPUT, "line %" PRId64 ": its card is not above that of the line before",
                       reader->line_number);
    reader->last_card = row->card_no;
    reader->rows_left--;
    reader->rest.data += ROW_BYTES;
    reader->rest.length -= ROW_BYTES;
    return true;
}
