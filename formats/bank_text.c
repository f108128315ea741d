#include "formats/bank_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "formats/bank_name.h"
#include "formats/charset.h"
#include "formats/csv.h"
#include "formats/field.h"
#include "formats/iso_value.h"
#include "formats/xml_out.h"

enum { NUMBER_BYTES = 24, HEAD_BYTES = 96, BATCH_DIGITS = 4, DAY_BYTES = 12, CODE_DIGITS = 4, BATCH_MAX = 9999 };
enum { HEAD_FIELDS = 5, TRAILER_FIELDS = 3, REQUEST_FIELDS = 7, REPLY_FIELDS = 10, FIELDS_MAX = 12 };
#define BAR "|"
#define LINE_END "\r\n"

/* ---- writing */

static void format_day(int32_t day, char out[DAY_BYTES])
{
    int year = 0, month = 0, day_of_month = 0;
    date_to_civil(day, &year, &month, &day_of_month);
    (void)snprintf(out, DAY_BYTES, "%04u%02u%02u", (unsigned)year % 10000, (unsigned)month % 100, (unsigned)day_of_month % 100);
}

/* Pieces end where rows do, so that no character is cut. */
static bool convert_piece(void *context, const char *bytes, size_t length, struct err *e)
{
    struct bank_text_writer *writer = context;
    size_t made = 0;
    return charset_write_gb18030((struct str){bytes, length}, writer->converted, &made, e) &&
           writer->sink(writer->context, writer->converted, made, e);
}

bool bank_text_write_open(struct bank_text_writer *writer, const struct bank_text_head *head, out_sink *sink, void *context,
                          struct err *e)
{
    char line[HEAD_BYTES], day[DAY_BYTES];
    if (head->batch < 1 || head->batch > BATCH_MAX || head->count < 1 || head->count > BANK_ROWS_MAX ||
        head->amount_fen < head->count || head->amount_fen > ISO_AMOUNT_MAX_FEN || head->day == DATE_NO_DAY)
        return err_set(e, ERR_BUG, "batch \"%" PRId32 "\" cannot have \"%" PRId64 "\" rows of \"%" PRId64 "\" fen", head->batch,
                       head->count, head->amount_fen);
    writer->sink = sink;
    writer->context = context;
    writer->count = writer->count_left = head->count;
    writer->amount_fen = writer->amount_left_fen = head->amount_fen;
    out_open(&writer->out, convert_piece, writer);
    format_day(head->day, day);
    (void)snprintf(line, sizeof line, "H|%04" PRId32 "|%s|%" PRId64 "|%" PRId64 LINE_END, head->batch, day, head->count,
                   head->amount_fen);
    return out_add_text(&writer->out, line, e);
}

static bool check_field(const char *name, struct str text, struct err *e)
{
    char shown[STR_SHOWN_BYTES];
    size_t characters = 0;
    if (!xml_out_check(text, &characters, e))
        return err_context(e, "%s", name);
    str_show(text, shown);
    if (text.length > 0 && memchr(text.data, '|', text.length))
        return err_set(e, ERR_INPUT, "%s: \"%s\" holds \"|\", which ends a field", name, shown);
    if (text.length > csv_default_limits.field_bytes)
        return err_set(e, ERR_INPUT, "%s: \"%s\" has more than %zu bytes", name, shown, csv_default_limits.field_bytes);
    return true;
}

static bool check_row(const struct bank_text_row *row, struct err *e)
{
    if (row->account.length == 0)
        return err_set(e, ERR_INPUT, "account: it is empty");
    return check_field("account", row->account, e) && check_field("name", row->name, e) &&
           check_field("agreement_no", row->agreement_no, e) && check_field("card_no", row->card_no, e);
}

static bool add_row(struct out *out, int64_t seq, const struct bank_text_row *row, struct err *e)
{
    char begin[NUMBER_BYTES + 4], end[NUMBER_BYTES + 8];
    const struct str fields[] = {row->account, row->name, row->agreement_no, row->card_no};
    (void)snprintf(begin, sizeof begin, "D|%" PRId64 BAR, seq);
    (void)snprintf(end, sizeof end, "%" PRId64 BAR LINE_END, row->amount_fen);
    bool done = out_add_text(out, begin, e);
    for (size_t i = 0; done && i < sizeof fields / sizeof fields[0]; i++)
        done = out_add(out, fields[i], e) && out_add_text(out, BAR, e);
    return done && out_add_text(out, end, e);
}

bool bank_text_write_row(struct bank_text_writer *writer, const struct bank_text_row *row, struct err *e)
{
    if (writer->count_left == 0 || row->amount_fen < 1 || row->amount_fen > writer->amount_left_fen)
        return err_set(e, ERR_BUG,
                       "a file with \"%" PRId64 "\" rows of \"%" PRId64 "\" fen to come cannot have one of \"%" PRId64 "\" fen",
                       writer->count_left, writer->amount_left_fen, row->amount_fen);
    int64_t seq = writer->count - writer->count_left + 1;
    if (!check_row(row, e))
        return err_context(e, "row %" PRId64, seq);
    size_t most = row->account.length + row->name.length + row->agreement_no.length + row->card_no.length + HEAD_BYTES;
    if (most > csv_default_limits.line_bytes)
        return err_set(e, ERR_INPUT, "row %" PRId64 ": it has more than %zu bytes", seq, csv_default_limits.line_bytes);
    if (most > sizeof writer->out.piece - writer->out.used && !out_flush(&writer->out, e))
        return false;
    writer->count_left--;
    writer->amount_left_fen -= row->amount_fen;
    return add_row(&writer->out, seq, row, e);
}

bool bank_text_write_close(struct bank_text_writer *writer, struct err *e)
{
    char line[HEAD_BYTES];
    if (writer->count_left != 0 || writer->amount_left_fen != 0)
        return err_set(e, ERR_BUG, "a file ends with \"%" PRId64 "\" rows of \"%" PRId64 "\" fen to come", writer->count_left,
                       writer->amount_left_fen);
    (void)snprintf(line, sizeof line, "T|%" PRId64 BAR "%" PRId64 LINE_END, writer->count, writer->amount_fen);
    if (sizeof line > sizeof writer->out.piece - writer->out.used && !out_flush(&writer->out, e))
        return false;
    return out_add_text(&writer->out, line, e) && out_flush(&writer->out, e);
}

void bank_text_row_text(struct buf *b, int64_t seq, const struct bank_text_row *row)
{
    const struct str fields[] = {row->account, row->name, row->agreement_no, row->card_no};
    buf_printf(b, "D|%" PRId64 BAR, seq);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        buf_add(b, fields[i].data, fields[i].length);
        buf_add_text(b, BAR);
    }
    buf_printf(b, "%" PRId64 BAR, row->amount_fen);
}

/* ---- reading */

/* Returns false. */
static bool add_hint(struct err *e)
{
    return e->kind == ERR_INPUT && e->hint[0] == '\0' &&
           err_hint(e, "nothing of the file is taken: ask the bank for a correct one");
}

static bool at_line(const struct bank_text_reader *reader, struct err *e)
{
    (void)add_hint(e);
    return e->kind == ERR_INPUT &&
           err_context(e, "file \"%s\", line %" PRId64, reader->file, reader->lines.line_number);
}

static bool refuse_field(const char *name, struct str found, const char *wanted, struct err *e)
{
    char shown[STR_SHOWN_BYTES];
    str_show(found, shown);
    return err_set(e, ERR_INPUT, "field \"%s\": \"%s\" where %s is due", name, shown, wanted);
}

/* The next line that is not blank. */
static bool next_line(struct bank_text_reader *reader, struct str *content, struct err *e)
{
    struct line line;
    while (lines_next(&reader->lines, &line)) {
        if (line_is_blank(line.content))
            continue;
        if (line.content.length > csv_default_limits.line_bytes)
            return err_set(e, ERR_INPUT, "it has more than %zu bytes", csv_default_limits.line_bytes);
        *content = line.content;
        return true;
    }
    reader->lines.line_number++;
    return err_set(e, ERR_INPUT, "the file ends where a line is due");
}

/* Cuts a line at its bars; at most FIELDS_MAX fields are told apart. */
static size_t split(struct str line, struct str fields[FIELDS_MAX])
{
    size_t count = 0;
    for (;;) {
        const char *bar = line.length > 0 && count + 1 < FIELDS_MAX ? memchr(line.data, '|', line.length) : NULL;
        size_t length = bar ? (size_t)(bar - line.data) : line.length;
        fields[count++] = (struct str){line.data, length};
        if (!bar)
            return count;
        line = (struct str){bar + 1, line.length - length - 1};
    }
}

/* A bar at the end of a line ends its last field, and begins none. */
static size_t split_wanted(struct str line, struct str fields[FIELDS_MAX], size_t wanted)
{
    size_t count = split(line, fields);
    return count == wanted + 1 && fields[wanted].length == 0 ? wanted : count;
}

static bool check_count(size_t found, size_t wanted, const char *what, struct err *e)
{
    return found == wanted || err_set(e, ERR_INPUT, "%zu fields where %s has %zu", found, what, wanted);
}

static bool read_sums(const struct str *count, int64_t *rows, int64_t *amount_fen, struct err *e)
{
    if (!field_amount(count[0], rows) || *rows < 1 || *rows > BANK_ROWS_MAX)
        return refuse_field("count", count[0], "a number of rows, 1 to 100000,", e);
    return (field_amount(count[1], amount_fen) && *amount_fen > 0) ||
           refuse_field("amount_fen", count[1], "an amount in fen above 0", e);
}

static bool read_head(struct bank_text_reader *reader, struct err *e)
{
    struct str line, fields[FIELDS_MAX];
    int64_t batch = 0;
    if (!next_line(reader, &line, e))
        return false;
    size_t count = split_wanted(line, fields, HEAD_FIELDS);
    if (!str_equal(fields[0], "H"))
        return refuse_field("kind", fields[0], "the header H", e);
    if (!check_count(count, HEAD_FIELDS, "the header", e))
        return false;
    if (!field_digits(fields[1], BATCH_DIGITS, &batch) || batch == 0)
        return refuse_field("batch", fields[1], "a number of 4 digits", e);
    if (!field_day(fields[2], &reader->head.day))
        return refuse_field("date", fields[2], "a date YYYYMMDD", e);
    reader->head.batch = (int32_t)batch;
    return read_sums(&fields[3], &reader->head.count, &reader->head.amount_fen, e);
}

bool bank_text_read_open(struct bank_text_reader *reader, struct arena *arena, const char *file, struct str bytes,
                         struct err *e)
{
    struct str text;
    if (!charset_read_gb18030(arena, file, bytes, &text, e))
        return add_hint(e);
    *reader = (struct bank_text_reader){.file = file, .lines = {.text = text}};
    if (!read_head(reader, e))
        return at_line(reader, e);
    reader->line_of_seq = arena_array(arena, (size_t)reader->head.count + 1, sizeof reader->line_of_seq[0], e);
    return reader->line_of_seq != NULL;
}

static bool read_seq(struct bank_text_reader *reader, struct str text, struct bank_text_reply *reply, struct err *e)
{
    if (!field_amount(text, &reply->seq) || reply->seq < 1 || reply->seq > reader->head.count) {
        char wanted[HEAD_BYTES];
        (void)snprintf(wanted, sizeof wanted, "a row's number, 1 to %" PRId64 ",", reader->head.count);
        return refuse_field("seq", text, wanted, e);
    }
    int32_t *line = &reader->line_of_seq[reply->seq];
    if (*line > 0)
        return err_set(e, ERR_INPUT, "field \"seq\": \"%" PRId64 "\" came in line %" PRId32 " already", reply->seq, *line);
    *line = (int32_t)reader->lines.line_number;
    return true;
}

static bool read_outcome(const struct str *fields, struct bank_text_reply *reply, struct err *e)
{
    int64_t code = 0;
    reply->code = fields[0];
    reply->text = fields[1];
    reply->bank_serial = fields[2];
    if (!field_digits(reply->code, CODE_DIGITS, &code))
        return refuse_field("code", reply->code, "a code of 4 digits", e);
    if (code == 0 && reply->bank_serial.length == 0)
        return refuse_field("bank_serial", reply->bank_serial, "the bank's number of a debit that is done", e);
    return true;
}

static bool read_reply(struct bank_text_reader *reader, struct str line, struct bank_text_reply *reply, struct err *e)
{
    struct str fields[FIELDS_MAX];
    size_t count = split_wanted(line, fields, REPLY_FIELDS);
    if (!check_count(count, REPLY_FIELDS, "a row", e) || !read_seq(reader, fields[1], reply, e))
        return false;
    for (size_t i = 0; i < REPLY_FIELDS; i++)
        if (fields[i].length > csv_default_limits.field_bytes)
            return err_set(e, ERR_INPUT, "field %zu: it has more than %zu bytes", i + 1, csv_default_limits.field_bytes);
    reply->row = (struct bank_text_row){.account = fields[2], .name = fields[3], .agreement_no = fields[4], .card_no = fields[5]};
    if (!field_amount(fields[REQUEST_FIELDS - 1], &reply->row.amount_fen) || reply->row.amount_fen == 0)
        return refuse_field("amount_fen", fields[REQUEST_FIELDS - 1], "an amount in fen above 0", e);
    if (reply->row.amount_fen > reader->head.amount_fen - reader->amount_fen)
        return err_set(e, ERR_INPUT, "the rows up to here make more than the header's \"%" PRId64 "\" fen",
                       reader->head.amount_fen);
    reply->request = (struct str){line.data, (size_t)(fields[REQUEST_FIELDS].data - line.data)};
    reply->line_number = reader->lines.line_number;
    if (!read_outcome(&fields[REQUEST_FIELDS], reply, e))
        return false;
    reader->count++;
    reader->amount_fen += reply->row.amount_fen;
    return true;
}

static bool check_sums(const char *whose, int64_t rows, int64_t amount_fen, const struct bank_text_reader *reader,
                       struct err *e)
{
    if (rows == reader->count && amount_fen == reader->amount_fen)
        return true;
    (void)err_set(e, ERR_INPUT,
                  "the %s has \"%" PRId64 "\" rows of \"%" PRId64 "\" fen, there are \"%" PRId64 "\" of \"%" PRId64 "\"", whose,
                  rows, amount_fen, reader->count, reader->amount_fen);
    return err_hint(e, "a reply must answer every row of its request once: ask the bank for it again");
}

/* The trailer, and nothing behind it. */
static bool read_trailer(struct bank_text_reader *reader, struct str line, struct err *e)
{
    struct str fields[FIELDS_MAX];
    struct line more;
    int64_t rows = 0, amount_fen = 0;
    size_t count = split_wanted(line, fields, TRAILER_FIELDS);
    if (!check_count(count, TRAILER_FIELDS, "the trailer", e) || !read_sums(&fields[1], &rows, &amount_fen, e) ||
        !check_sums("trailer", rows, amount_fen, reader, e) ||
        !check_sums("header", reader->head.count, reader->head.amount_fen, reader, e))
        return false;
    while (lines_next(&reader->lines, &more))
        if (!line_is_blank(more.content))
            return err_set(e, ERR_INPUT, "a line behind the trailer");
    return true;
}

bool bank_text_read_row(struct bank_text_reader *reader, struct bank_text_reply *reply, bool *more, struct err *e)
{
    struct str line;
    *more = false;
    if (!next_line(reader, &line, e))
        return at_line(reader, e);
    struct str kind = {line.data, line.length < 2 ? line.length : 2};
    if (str_equal(kind, "T|"))
        return read_trailer(reader, line, e) || at_line(reader, e);
    *more = str_equal(kind, "D|");
    if (*more)
        return read_reply(reader, line, reply, e) || at_line(reader, e);
    return refuse_field("kind", kind, "a row D or the trailer T", e) || at_line(reader, e);
}
