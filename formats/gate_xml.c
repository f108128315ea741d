#include "formats/gate_xml.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "formats/charset.h"
#include "formats/field.h"
#include "formats/manifest.h"
#include "formats/xml.h"

enum { HEAD_DEPTH = 1, RECORD_DEPTH = 2, DEVICE_DIGITS = 8, SCHOOL_DIGITS = 10 };
enum { SEQUENCE, CARD, AT, KIND, DIRECTION, RESULT, STOP, ATTRIBUTES };
static const char *const attributes[ATTRIBUTES] = {"seq", "card", "at", "kind", "dir", "result", "stop"};
enum { HEAD_DEVICE, HEAD_SCHOOL, HEAD_CREATED, HEAD_ATTRIBUTES };
static const char *const head_attributes[HEAD_ATTRIBUTES] = {"device", "school", "created"};

/* In the order of the numbers that base/record.h gives them. */
static const char *const kinds[] = {"gate", "dorm", "bus"};
static const char *const directions[] = {"in", "out", "on", "off"};
static const char *const results[] = {"granted", "denied"};
static const char *const alarms[] = {"tamper", "fire", "forced", "help"};

struct gate {
    const struct devlog_file *file;
    struct crypto_hash *hash;
    struct devlog *log;
    struct str text; /* of the file, without BOM */
    struct devlog_totals totals;
    struct str stop;        /* of the record, until it is kept */
    uint64_t record_byte;   /* where the record begins */
    int depth;
    bool has_content; /* the record holds more than attributes */
};

/* The value of each attribute of a list; data NULL: it is missing. False where there is another one, wherever it stands: the
 * others are read all the same, for a malformed record counts by its sequence, too. */
static bool sort_attributes(const struct xml_element *element, const char *const *names, size_t count, struct str *values)
{
    size_t next = 0; /* they mostly come in the order of the list */
    bool are_known = !element->names_spaces;
    memset(values, 0, count * sizeof *values);
    for (size_t i = 0; i < element->attribute_count; i++) {
        const struct xml_attribute *attribute = &element->attributes[i];
        size_t tried = 0;
        while (tried < count && strcmp(attribute->name, names[next]) != 0) {
            next = next + 1 < count ? next + 1 : 0;
            tried++;
        }
        if (tried == count || attribute->space[0] != '\0')
            are_known = false;
        else
            values[next] = attribute->value;
    }
    return are_known;
}

static bool refuse_attribute(const struct str *values, int at, struct err *e, const char *format, ...) PRINTF_LIKE(4, 5);
static bool refuse_attribute(const struct str *values, int at, struct err *e, const char *format, ...)
{
    char shown[STR_SHOWN_BYTES], what[64];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    str_show(values[at], shown);
    return err_set(e, ERR_INPUT, "attribute \"%s\": \"%s\" %s", head_attributes[at], shown, what);
}

static bool read_head(const struct gate *gate, const struct xml_element *element, struct err *e)
{
    struct str values[HEAD_ATTRIBUTES];
    int64_t device_no = 0, school_code = 0, created_at = 0;
    if (strcmp(element->name, "gateLog") != 0 || element->space[0] != '\0')
        return err_set(e, ERR_INPUT, "element \"%s\" where gateLog is due", element->name);
    if (!sort_attributes(element, head_attributes, HEAD_ATTRIBUTES, values))
        return err_set(e, ERR_INPUT, "element \"gateLog\" has another attribute than device, school and created");
    for (size_t i = 0; i < HEAD_ATTRIBUTES; i++)
        if (!values[i].data)
            return err_set(e, ERR_INPUT, "attribute \"%s\" is missing", head_attributes[i]);
    if (!field_digits(values[HEAD_DEVICE], DEVICE_DIGITS, &device_no) || device_no != gate->file->row->device_no)
        return refuse_attribute(values, HEAD_DEVICE, e, "where the manifest has \"%08" PRIu32 "\"",
                                gate->file->row->device_no);
    if (!field_digits(values[HEAD_SCHOOL], SCHOOL_DIGITS, &school_code) || school_code != gate->file->school_code)
        return refuse_attribute(values, HEAD_SCHOOL, e, "where the package has \"%010" PRId64 "\"", gate->file->school_code);
    if (!date_parse_iso(values[HEAD_CREATED], &created_at))
        return refuse_attribute(values, HEAD_CREATED, e, "is not a time YYYY-MM-DDThh:mm:ss+08:00");
    return true;
}

/* A stop's name fits into a field and on a line. */
static bool is_stop(const struct gate *gate, struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7F)
            return false;
    return text.length <= gate->file->rules->limits.field_bytes;
}

static bool read_event(const struct gate *gate, const struct str *values, struct identity *r)
{
    uint8_t kind = 0, result = 0, direction = 0;
    if (field_choice(values[KIND], kinds, 3, &kind))
        r->kind = (uint8_t)(IDENTITY_GATE + kind - 1);
    if (field_choice(values[RESULT], results, 2, &result))
        r->result = (RESULT_GRANTED + result - 1u) & 15u;
    bool has_direction = field_choice(values[DIRECTION], directions, 4, &direction);
    r->direction = direction & 7u;
    return has_direction && r->result && is_stop(gate, values[STOP]);
}

static bool read_alarm(const struct str *values, struct identity *r)
{
    uint8_t alarm = 0;
    if (field_choice(values[KIND], alarms, 4, &alarm)) {
        r->kind = IDENTITY_ALARM;
        r->result = (RESULT_TAMPER + alarm - 1u) & 15u;
    }
    return !values[DIRECTION].data && !values[RESULT].data && !values[STOP].data;
}

/* the first reason in this order; what can be read is read all the same. */
static enum malformed decode(struct gate *gate, const struct xml_element *element, bool is_alarm, struct identity *r)
{
    struct str values[ATTRIBUTES];
    bool is_good = sort_attributes(element, attributes, ATTRIBUTES, values);
    is_good &= is_alarm ? read_alarm(values, r) : read_event(gate, values, r);
    bool has_number = field_number(values[SEQUENCE], UINT32_MAX, &r->device_seq);
    bool has_card = field_card(values[CARD], &r->card_no);
    if (values[CARD].length == 0)
        has_card = is_alarm || r->result == RESULT_DENIED;
    bool has_time = date_parse_iso(values[AT], &r->occurred_at);
    gate->stop = values[STOP];
    if (r->kind == 0)
        return MALFORMED_KIND;
    if (!has_number)
        return MALFORMED_NUMBER;
    if (r->device_seq == 0)
        return MALFORMED_SEQUENCE;
    if (!has_card)
        return MALFORMED_CARD;
    if (!has_time)
        return MALFORMED_TIME;
    return is_good ? MALFORMED_NOT : MALFORMED_FIELD;
}

static bool begin_record(struct gate *gate, const struct xml_element *element, struct err *e)
{
    bool is_alarm = strcmp(element->name, "alarm") == 0;
    int64_t records = gate->file->row->records;
    if ((!is_alarm && strcmp(element->name, "event") != 0) || element->space[0] != '\0')
        return err_set(e, ERR_INPUT, "element \"%s\" where event or alarm is due", element->name);
    if (gate->totals.records >= records)
        return err_set(e, ERR_INPUT, "more records than the \"%" PRId64 "\" of the manifest", records);
    struct identity *r = devlog_add_identity(gate->log, e);
    if (!r)
        return false;
    r->occurred_at = DATE_NO_MOMENT;
    r->malformed = decode(gate, element, is_alarm, r) & 31u;
    if (!devlog_count(&gate->totals, gate->file->row, r->device_seq, 0, e))
        return false;
    r->record_no = gate->totals.records;
    gate->record_byte = element->byte;
    gate->has_content = false;
    return r->malformed != MALFORMED_NOT || devlog_add_text(gate->log, gate->stop, &r->text, e);
}

static bool on_start(void *context, const struct xml_element *element, struct err *e)
{
    struct gate *gate = context;
    gate->depth = element->depth;
    if (element->depth == HEAD_DEPTH)
        return read_head(gate, element, e);
    if (element->depth == RECORD_DEPTH)
        return begin_record(gate, element, e);
    gate->has_content = true;
    return true;
}

static bool on_text(void *context, struct str text, struct err *e)
{
    struct gate *gate = context;
    bool is_blank = true;
    for (size_t i = 0; i < text.length && is_blank; i++)
        is_blank = strchr(" \t\r\n", text.data[i]) != NULL;
    if (!is_blank && gate->depth < RECORD_DEPTH)
        return err_set(e, ERR_INPUT, "text where event or alarm is due");
    gate->has_content |= !is_blank;
    return true;
}

/* A record that holds more than attributes breaks the form, but is one record. */
static bool end_record(struct gate *gate, uint64_t end_byte, struct err *e)
{
    struct devlog *log = gate->log;
    uint32_t index = log->identity_count - 1;
    struct identity *r = &log->identities[index];
    struct str raw = {gate->text.data + gate->record_byte, (size_t)(end_byte - gate->record_byte)};
    size_t most = gate->file->rules->limits.line_bytes;
    if (raw.length > most)
        return err_set(e, ERR_INPUT, "an element of more than \"%zu\" bytes", most);
    if (r->malformed == MALFORMED_NOT && gate->has_content)
        r->malformed = MALFORMED_FIELD;
    struct str stop = str_of(log->texts[r->text]);
    if (r->malformed == MALFORMED_NOT && !devlog_digest_identity(gate->hash, stop, r, e))
        return false;
    return (r->malformed == MALFORMED_NOT && !log->keeps_raws) || devlog_add_raw(log, index, true, raw, e);
}

static bool on_end(void *context, const struct xml_element *element, struct err *e)
{
    struct gate *gate = context;
    gate->depth = element->depth - 1;
    return element->depth != RECORD_DEPTH || end_record(gate, element->byte, e);
}

bool gate_xml_read(const struct devlog_file *file, struct crypto_hash *hash, struct devlog *log, struct err *e)
{
    static const struct xml_handler handler = {on_start, on_end, on_text};
    const struct xml_limits limits = {.depth = file->rules->xml_depth, .tag_bytes = file->rules->limits.line_bytes,
                                      .text_bytes = file->rules->limits.field_bytes};
    struct gate gate = {.file = file, .hash = hash, .log = log};
    const struct xml_input input = {file->row->file.data, &limits, &handler, &gate};
    log->epoch = 0;
    return charset_read_utf8(input.file, file->bytes, &gate.text, e) && xml_read(&input, gate.text, e) &&
           devlog_check_totals(&gate.totals, file->row, e);
}
