#include "formats/xf_text.h"

#include <string.h>

#include "base/date.h"
#include "formats/charset.h"
#include "formats/field.h"
#include "formats/lines.h"
#include "formats/manifest.h"

enum { HEADING_CHARS = 44, RECORD_CHARS = 158, LARGEST_COUNTER = UINT16_MAX };

/* Where a field begins, and how many characters it has. */
struct place {
    uint8_t at, length;
};

/* The heading's fields behind the industry, which may be any. */
static const struct place heading_magic = {0, 2}, heading_count = {4, 8}, heading_length = {12, 8}, heading_fill = {20, 24};

/* The fields of a record in their order. */
enum {
    SEQUENCE,
    MERCHANT,
    DEVICE,
    CARD,
    MAIN_TYPE,
    SUBTYPE,
    EXPIRY,
    APP_START,
    APP_EXPIRY,
    COUNTER,
    PSAM_SEQUENCE,
    BEFORE,
    AMOUNT,
    MOMENT,
    KIND,
    PSAM,
    TAC,
    GRAY,
    TICKET_TYPE,
    TICKET_FLAG,
    RESERVED,
};
static const struct place places[] = {
    [SEQUENCE] = {0, 8},    [MERCHANT] = {8, 15},       [DEVICE] = {23, 8},       [CARD] = {31, 20},
    [MAIN_TYPE] = {51, 2},  [SUBTYPE] = {53, 2},        [EXPIRY] = {55, 8},       [APP_START] = {63, 8},
    [APP_EXPIRY] = {71, 8}, [COUNTER] = {79, 6},        [PSAM_SEQUENCE] = {85, 10}, [BEFORE] = {95, 8},
    [AMOUNT] = {103, 8},    [MOMENT] = {111, 14},       [KIND] = {125, 2},        [PSAM] = {127, 12},
    [TAC] = {139, 8},       [GRAY] = {147, 2},          [TICKET_TYPE] = {149, 2}, [TICKET_FLAG] = {151, 1},
    [RESERVED] = {152, 6},
};

/* What no rule reads, but is of a form and part of the content. */
struct idle {
    int64_t main_type, subtype, ticket_type, ticket_flag;
    int32_t expiry, app_start, app_expiry;
};

struct reader {
    const struct devlog_file *file;
    struct crypto_hash *hash;
    struct devlog *log;
    struct lines lines;
    uint32_t heading_count; /* as line heading_line claims */
    int64_t heading_line;
    struct devlog_totals totals;
};

static struct str text_at(const char *line, struct place place)
{
    return (struct str){line + place.at, place.length};
}

static struct str field_of(const char *line, int field)
{
    return text_at(line, places[field]);
}

static bool at_line(const struct reader *reader, struct err *e, const char *what)
{
    return err_set(e, ERR_INPUT, "file \"%s\", line %lld: %s", reader->file->row->file.data,
                   (long long)reader->lines.line_number, what);
}

static size_t count_characters(struct str line)
{
    size_t characters = 0;
    if (str_is_ascii(line))
        return line.length;
    for (size_t i = 0; i < line.length; i++)
        characters += ((unsigned char)line.data[i] & 0xC0) != 0x80;
    return characters;
}

/* One byte for each character: one that is not printable ASCII, and so of no field's form, becomes a "?". */
static void flatten(struct str line, char *out)
{
    for (size_t i = 0; i < line.length; i++) {
        unsigned char c = (unsigned char)line.data[i];
        if ((c & 0xC0) != 0x80)
            *out++ = c >= 0x20 && c < 0x7F ? (char)c : '?';
    }
}

/* The next line that is not blank; *line is left empty after the last. what: "record" or "heading", of so many characters. */
static bool next_line(struct reader *reader, size_t characters, const char *what, struct str *line, struct err *e)
{
    struct line found;
    *line = (struct str){0};
    do {
        if (!lines_next(&reader->lines, &found))
            return true;
    } while (line_is_blank(found.content));
    if (memchr(found.content.data, '\r', found.content.length))
        return at_line(reader, e, "a carriage return that ends no line");
    size_t counted = count_characters(found.content);
    if (counted != characters)
        return err_set(e, ERR_INPUT, "file \"%s\", line %lld: \"%zu\" characters where a %s has \"%zu\"",
                       reader->file->row->file.data, (long long)reader->lines.line_number, counted, what, characters);
    *line = found.content;
    return true;
}

static bool refuse_heading(const struct reader *reader, const char *name, struct str found, const char *what, struct err *e)
{
    return err_set(e, ERR_INPUT, "file \"%s\", line %lld, column \"%s\": \"%.*s\" %s", reader->file->row->file.data,
                   (long long)reader->lines.line_number, name, (int)found.length, found.data, what);
}

static bool read_heading(struct reader *reader, struct err *e)
{
    char heading[HEADING_CHARS];
    struct str line;
    if (!next_line(reader, HEADING_CHARS, "heading", &line, e))
        return false;
    if (line.length == 0)
        return err_set(e, ERR_INPUT, "file \"%s\", line 1: no heading", reader->file->row->file.data);
    flatten(line, heading);
    struct str magic = text_at(heading, heading_magic), count = text_at(heading, heading_count),
               length = text_at(heading, heading_length), fill = text_at(heading, heading_fill);
    reader->heading_line = reader->lines.line_number;
    if (!str_equal(magic, "XF"))
        return refuse_heading(reader, "magic", magic, "is not \"XF\"", e);
    if (!field_number(count, UINT32_MAX, &reader->heading_count))
        return refuse_heading(reader, "record count", count, "is none", e);
    if (!str_equal(length, "00000158"))
        return refuse_heading(reader, "record length", length, "is not \"00000158\"", e);
    if (!str_equal(fill, "FFFFFFFFFFFFFFFFFFFFFFFF"))
        return refuse_heading(reader, "fill", fill, "is not 24 F", e);
    return true;
}

/* Every number is read, also behind one that is none: the sums of the file count them. */
static bool read_numbers(const char *line, struct record *r)
{
    bool good = field_number(field_of(line, SEQUENCE), UINT32_MAX, &r->device_seq);
    good &= field_number(field_of(line, COUNTER), LARGEST_COUNTER, &r->counter);
    good &= field_number(field_of(line, PSAM_SEQUENCE), UINT32_MAX, &r->psam_seq);
    good &= field_number(field_of(line, BEFORE), UINT32_MAX, &r->before_fen);
    return good & field_number(field_of(line, AMOUNT), UINT32_MAX, &r->amount_fen);
}

static bool read_kind(const char *line, struct record *r)
{
    return field_byte(field_of(line, KIND), &r->kind) && (record_is_purchase(r) || record_is_online(r));
}

static bool read_mark(const char *line, struct record *r)
{
    struct str gray = field_of(line, GRAY);
    r->mark = str_equal(gray, "01");
    return r->mark ? record_is_purchase(r) : str_equal(gray, "00");
}

static bool read_idle(const char *line, struct idle *idle)
{
    return field_digits(field_of(line, MAIN_TYPE), 2, &idle->main_type) &&
           field_digits(field_of(line, SUBTYPE), 2, &idle->subtype) &&
           field_digits(field_of(line, TICKET_TYPE), 2, &idle->ticket_type) &&
           field_digits(field_of(line, TICKET_FLAG), 1, &idle->ticket_flag) &&
           field_day(field_of(line, EXPIRY), &idle->expiry) && field_day(field_of(line, APP_START), &idle->app_start) &&
           field_day(field_of(line, APP_EXPIRY), &idle->app_expiry) &&
           str_equal(field_of(line, RESERVED), "FFFFFF");
}

static uint32_t balance_after(const struct record *r)
{
    if (record_is_online(r))
        return r->before_fen + r->amount_fen; /* two numbers of 8 digits */
    return r->amount_fen > r->before_fen ? 0 : r->before_fen - r->amount_fen;
}

static bool read_moment(const char *line, struct record *r)
{
    if (date_parse_compact(field_of(line, MOMENT), &r->occurred_at))
        return true;
    r->occurred_at = DATE_NO_MOMENT;
    return false;
}

/* the first reason in this order; what can be read is read all the same. */
static enum malformed decode(const char *line, struct record *r, struct idle *idle, int64_t *merchant_no)
{
    int64_t device_no = 0;
    bool has_numbers = read_numbers(line, r), has_kind = read_kind(line, r), has_mark = read_mark(line, r);
    bool has_card = field_card(field_of(line, CARD), &r->card_no), has_moment = read_moment(line, r);
    bool has_psam = field_digits(field_of(line, PSAM), places[PSAM].length, &r->psam_no);
    r->after_fen = balance_after(r);
    if (!has_numbers)
        return MALFORMED_NUMBER;
    if (!has_kind)
        return MALFORMED_KIND;
    if (!has_mark)
        return MALFORMED_MARK;
    if (r->device_seq == 0)
        return MALFORMED_SEQUENCE;
    if (r->counter == 0)
        return MALFORMED_COUNTER;
    if (!has_card)
        return MALFORMED_CARD;
    if (!has_moment)
        return MALFORMED_TIME;
    if (r->amount_fen == 0)
        return MALFORMED_AMOUNT;
    if (!str_unhex(field_of(line, TAC), r->tac, sizeof r->tac))
        return MALFORMED_TAC;
    bool is_whole = has_psam && field_digits(field_of(line, MERCHANT), places[MERCHANT].length, merchant_no) &&
                    field_digits(field_of(line, DEVICE), places[DEVICE].length, &device_no) && read_idle(line, idle);
    return is_whole ? MALFORMED_NOT : MALFORMED_FIELD;
}

/* Nothing is asked where the device, or its merchant on that day, is not on file. */
static bool merchant_is_right(const struct devlog_file *file, const struct record *r, int64_t merchant_no)
{
    const struct devlog_terminal *terminal = devlog_terminal_of(file, r->occurred_at);
    return !terminal || terminal->merchant_no == 0 || terminal->merchant_no == merchant_no;
}

/* Over all decoded fields but the device, which is the file's. */
static bool digest(struct crypto_hash *hash, struct record *r, const struct idle *idle, int64_t merchant_no, struct err *e)
{
    enum { IDLE_BYTES = 16 };
    uint8_t bytes[DEVLOG_CONTENT_BYTES + 8 + IDLE_BYTES], *at = devlog_put_content(bytes, r);
    at = field_put(at, (uint64_t)merchant_no, 8);
    at = field_put(at, (uint64_t)idle->main_type, 1);
    at = field_put(at, (uint64_t)idle->subtype, 1);
    at = field_put(at, (uint64_t)idle->ticket_type, 1);
    at = field_put(at, (uint64_t)idle->ticket_flag, 1);
    at = field_put(at, (uint32_t)idle->expiry, 4);
    at = field_put(at, (uint32_t)idle->app_start, 4);
    at = field_put(at, (uint32_t)idle->app_expiry, 4);
    return devlog_digest(hash, bytes, (size_t)(at - bytes), &r->digest, e);
}

/* A line whose device is none is malformed, one of another device refuses the file. */
static bool read_record(struct reader *reader, struct str bytes, struct err *e)
{
    char flat[RECORD_CHARS];
    const char *line = bytes.data;
    struct idle idle = {0};
    int64_t merchant_no = 0;
    if (bytes.length > RECORD_CHARS) {
        flatten(bytes, flat);
        line = flat;
    }
    struct record *r = devlog_add_records(reader->log, 1, e);
    if (!r)
        return false;
    r->device_no = reader->file->row->device_no;
    r->record_no = reader->totals.records + 1;
    r->key = RECORD_KEY_UNNAMED | RECORD_CHIP_ANY;
    r->malformed = (uint8_t)decode(line, r, &idle, &merchant_no);
    if (r->malformed == MALFORMED_NOT && !merchant_is_right(reader->file, r, merchant_no))
        r->malformed = MALFORMED_MERCHANT;
    if (!devlog_check_device(reader->file->row, reader->lines.line_number, "device_no", field_of(line, DEVICE), e) ||
        !devlog_count(&reader->totals, reader->file->row, r->device_seq, r->amount_fen, e))
        return false;
    if (r->malformed == MALFORMED_NOT && !digest(reader->hash, r, &idle, merchant_no, e))
        return false;
    return (r->malformed == MALFORMED_NOT && !reader->log->keeps_raws) ||
           devlog_add_raw(reader->log, reader->log->record_count - 1, false, bytes, e);
}

static bool check_count(const struct reader *reader, struct err *e)
{
    if (reader->heading_count == reader->totals.records)
        return true;
    return err_set(e, ERR_INPUT, "file \"%s\", line %lld, column \"record count\": \"%u\" where the file has \"%u\"",
                   reader->file->row->file.data, (long long)reader->heading_line, reader->heading_count,
                   reader->totals.records);
}

bool xf_text_read(const struct devlog_file *file, struct crypto_hash *hash, struct devlog *log, struct err *e)
{
    struct reader reader = {.file = file, .hash = hash, .log = log};
    struct str line = {0};
    log->epoch = 0;
    bool done = charset_read_utf8(file->row->file.data, file->bytes, &reader.lines.text, e) && read_heading(&reader, e);
    while (done && (done = next_line(&reader, RECORD_CHARS, "record", &line, e)) && line.length > 0)
        done = read_record(&reader, line, e);
    return done && check_count(&reader, e) && devlog_check_totals(&reader.totals, file->row, e);
}
