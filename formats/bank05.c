#include "formats/bank05.h"

#include <inttypes.h>
#include <string.h>

#include "formats/field.h"

enum {
    PERSON_AT = 0, PERSON_BYTES = 12,
    CARD_AT = 12, CARD_BYTES = 20,
    SERIAL_AT = 32, SERIAL_DIGITS = 8,
    BANK_SERIAL_AT = 40, BANK_SERIAL_BYTES = 20,
    AMOUNT_AT = 60, AMOUNT_DIGITS = 9,
    ROW_BYTES = 69,
};

bool bank05_open(struct bank05_reader *reader, const char *file, struct str bytes, struct err *e)
{
    size_t skip = bytes.length >= 3 && memcmp(bytes.data, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* a BOM is taken everywhere */
    bytes = (struct str){bytes.data + skip, bytes.length - skip};
    struct lines lines = {.text = bytes};
    struct line line;
    *reader = (struct bank05_reader){.file = file, .lines = lines};
    if (bytes.length == 0 || str_is_ascii(bytes))
        return true;
    while (lines_next(&lines, &line) && (line.content.length == 0 || str_is_ascii(line.content)))
        ;
    (void)err_set(e, ERR_INPUT, "file \"%s\", line %" PRId64 ": a byte that is no ascii", file, lines.line_number);
    return err_hint(e, "nothing of the file is taken: ask the bank for a correct one");
}

static bool refuse_field(const char *name, struct str found, const char *wanted, struct err *e)
{
    char shown[STR_SHOWN_BYTES];
    str_show(found, shown);
    return err_set(e, ERR_INPUT, "field \"%s\": \"%s\" where %s is due", name, shown, wanted);
}

/* A text that stands left in its field, without the blanks behind it; false where there are others, or it is empty. */
static bool read_left(struct str line, size_t at, size_t bytes, struct str *text)
{
    *text = (struct str){line.data + at, bytes};
    while (text->length > 0 && text->data[text->length - 1] == ' ')
        text->length--;
    for (size_t i = 0; i < text->length; i++)
        if (text->data[i] <= ' ' || text->data[i] > '~')
            return false;
    return text->length > 0;
}

static bool is_person_no(struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        if (!(text.data[i] >= '0' && text.data[i] <= '9') && !(text.data[i] >= 'A' && text.data[i] <= 'Z'))
            return false;
    return true;
}

static bool read_row(struct str line, struct bank05_row *row, struct err *e)
{
    struct str serial = {line.data + SERIAL_AT, SERIAL_DIGITS}, amount = {line.data + AMOUNT_AT, AMOUNT_DIGITS};
    int64_t number = 0;
    if (!read_left(line, PERSON_AT, PERSON_BYTES, &row->person_no) || !is_person_no(row->person_no))
        return refuse_field("person_no", (struct str){line.data + PERSON_AT, PERSON_BYTES},
                            "digits and capital letters, blanks behind them,", e);
    if (!read_left(line, CARD_AT, CARD_BYTES, &row->bank_card))
        return refuse_field("bank_card", (struct str){line.data + CARD_AT, CARD_BYTES}, "a number, blanks behind it,", e);
    if (!field_digits(serial, SERIAL_DIGITS, &number))
        return refuse_field("serial", serial, "our number of 8 digits", e);
    if (!read_left(line, BANK_SERIAL_AT, BANK_SERIAL_BYTES, &row->bank_serial))
        return refuse_field("bank_serial", (struct str){line.data + BANK_SERIAL_AT, BANK_SERIAL_BYTES},
                            "the bank's number, blanks behind it,", e);
    if (!field_digits(amount, AMOUNT_DIGITS, &row->amount_fen) || row->amount_fen == 0)
        return refuse_field("amount_fen", amount, "an amount of 9 digits above 0", e);
    row->serial = (uint32_t)number;
    return true;
}

bool bank05_next(struct bank05_reader *reader, struct bank05_row *row, bool *more, struct err *e)
{
    struct line line;
    do {
        *more = lines_next(&reader->lines, &line);
    } while (*more && line_is_blank(line.content));
    if (!*more)
        return true;
    row->line_number = reader->lines.line_number;
    if (line.content.length == ROW_BYTES && read_row(line.content, row, e))
        return true;
    if (line.content.length != ROW_BYTES)
        (void)err_set(e, ERR_INPUT, "%zu characters where a row has %d", line.content.length, ROW_BYTES);
    (void)err_hint(e, "nothing of the file is taken: ask the bank for a correct one");
    return err_context(e, "file \"%s\", line %" PRId64, reader->file, row->line_number);
}
