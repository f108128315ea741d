#include "formats/att_csv.h"

#include "base/date.h"
#include "formats/charset.h"
#include "formats/field.h"
#include "formats/manifest.h"
#include "formats/table.h"

enum { DEVICE, SEQUENCE, CARD, AT, DIRECTION, METHOD, RESULT, COLUMNS };
enum { DEVICE_DIGITS = 8 };
static const struct table_column columns[] = {
    [DEVICE] = {.name = "device_no"},    [SEQUENCE] = {.name = "seq"},  [CARD] = {.name = "card_no"}, [AT] = {.name = "at"},
    [DIRECTION] = {.name = "direction"}, [METHOD] = {.name = "method"}, [RESULT] = {.name = "result"},
};
static const struct table_form form = {columns, COLUMNS};

/* In the order of the numbers that base/record.h gives them; "-" is no direction. */
static const char *const directions[] = {"I", "O", "-"};
static const char *const methods[] = {"card", "finger", "card+finger", "photo"};
static const char *const results[] = {"ok", "early", "repeat", "black", "unknown"};
enum { NO_DIRECTION = 3 };

struct reader {
    const struct devlog_file *file;
    struct crypto_hash *hash;
    struct devlog *log;
    struct devlog_totals totals;
    struct str text; /* of the file, in UTF-8 */
    struct charset_walk walk;
};

/* the first reason in this order; what can be read is read all the same. */
static enum malformed decode(const struct str *fields, struct identity *r)
{
    int64_t device_no = 0;
    bool has_number = field_number(fields[SEQUENCE], UINT32_MAX, &r->device_seq);
    uint8_t direction = 0, method = 0, result = 0;
    bool has_words = field_choice(fields[DIRECTION], directions, 3, &direction);
    has_words &= field_choice(fields[METHOD], methods, 4, &method);
    has_words &= field_choice(fields[RESULT], results, 5, &result);
    r->direction = direction == NO_DIRECTION ? 0 : direction & 7u;
    r->method = method & 15u;
    r->result = result & 15u;
    bool has_card = field_card(fields[CARD], &r->card_no);
    if (fields[CARD].length == 0)
        has_card = r->method == METHOD_PHOTO;
    bool has_time = date_parse_stamp(fields[AT], &r->occurred_at);
    if (!has_number)
        return MALFORMED_NUMBER;
    if (r->device_seq == 0)
        return MALFORMED_SEQUENCE;
    if (!has_card)
        return MALFORMED_CARD;
    if (!has_time)
        return MALFORMED_TIME;
    return has_words && field_digits(fields[DEVICE], DEVICE_DIGITS, &device_no) ? MALFORMED_NOT : MALFORMED_FIELD;
}

/* The bytes of a row as they lie in the file, before they were converted. */
static struct str raw_of(struct reader *reader, struct str bytes)
{
    size_t text_at = (size_t)(bytes.data - reader->text.data);
    size_t from = charset_walk_to(&reader->walk, text_at);
    size_t to = charset_walk_to(&reader->walk, text_at + bytes.length);
    return (struct str){reader->file->bytes.data + from, to - from};
}

/* A row whose device is none is malformed, one of another device refuses the file. */
static bool read_row(struct reader *reader, const struct table_line *line, struct err *e)
{
    const struct manifest_row *listed = reader->file->row;
    struct identity *r = devlog_add_identity(reader->log, e);
    if (!r)
        return false;
    uint32_t index = reader->log->identity_count - 1;
    r->kind = IDENTITY_ATTENDANCE;
    r->record_no = reader->totals.records + 1;
    r->occurred_at = DATE_NO_MOMENT;
    r->malformed = (line->fields ? decode(line->fields, r) : MALFORMED_COLUMNS) & 31u;
    if ((line->fields && !devlog_check_device(listed, line->line_number, columns[DEVICE].name, line->fields[DEVICE], e)) ||
        !devlog_count(&reader->totals, listed, r->device_seq, 0, e))
        return false;
    if (r->malformed == MALFORMED_NOT && !devlog_digest_identity(reader->hash, str_of(""), r, e))
        return false;
    return (r->malformed == MALFORMED_NOT && !reader->log->keeps_raws) ||
           devlog_add_raw(reader->log, index, true, raw_of(reader, line->bytes), e);
}

bool att_csv_read(const struct devlog_file *file, struct crypto_hash *hash, struct devlog *log, struct err *e)
{
    struct reader reader = {.file = file, .hash = hash, .log = log};
    struct table_input input = {.file = file->row->file.data, .limits = &file->rules->limits};
    struct table_faults faults;
    struct table *table = NULL;
    const struct table_line *line = NULL;
    log->epoch = 0;
    table_faults_open(&faults, log->arena);
    if (!charset_read_gb18030(log->arena, input.file, file->bytes, &reader.text, e))
        return false;
    input.text = reader.text;
    charset_walk_open(&reader.walk, file->bytes, reader.text);
    bool done = table_open(&table, &input, &form, &faults, e);
    while (done && (done = table_next_line(table, &line, e)) && line)
        done = read_row(&reader, line, e);
    table_close(table);
    return done && table_faults_none(&faults, e) && devlog_check_totals(&reader.totals, file->row, e);
}
