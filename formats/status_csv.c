#include "formats/status_csv.h"

#include "base/date.h"
#include "formats/charset.h"
#include "formats/field.h"
#include "formats/manifest.h"
#include "formats/table.h"

enum { DEVICE, AT, UNCOLLECTED, LAST_SEQ, TOTAL_COUNT, TOTAL_AMOUNT, FIRMWARE, LIST_VERSION, COLUMNS };
enum { DEVICE_DIGITS = 8, NUMBER_DIGITS = 18, VERSION_DIGITS = 8 }; /* so long that a sum of two stays within 64 bits */
static const struct table_column columns[] = {
    [DEVICE] = {.name = "device_no"},
    [AT] = {.name = "at"},
    [UNCOLLECTED] = {.name = "uncollected"},
    [LAST_SEQ] = {.name = "last_seq"},
    [TOTAL_COUNT] = {.name = "total_count"},
    [TOTAL_AMOUNT] = {.name = "total_amount_fen"},
    [FIRMWARE] = {.name = "firmware"},
    [LIST_VERSION] = {.name = "blacklist_version"},
};
static const struct table_form form = {columns, COLUMNS};

static bool read_number(struct str text, size_t digits, int64_t *value)
{
    return text.length <= digits && str_to_int64(text, value);
}

static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7F)
            return false;
    return true;
}

/* Firmware and version may be empty: a terminal need not tell the one, nor have a list. */
static enum malformed decode(const struct str *fields, struct devlog_status *status)
{
    int64_t device_no = 0;
    bool has_device = field_digits(fields[DEVICE], DEVICE_DIGITS, &device_no);
    status->device_no = (uint32_t)device_no;
    if (!read_number(fields[UNCOLLECTED], NUMBER_DIGITS, &status->uncollected) ||
        !read_number(fields[LAST_SEQ], NUMBER_DIGITS, &status->last_seq) ||
        !read_number(fields[TOTAL_COUNT], NUMBER_DIGITS, &status->total_count) ||
        !read_number(fields[TOTAL_AMOUNT], NUMBER_DIGITS, &status->total_amount_fen) ||
        (fields[LIST_VERSION].length > 0 &&
         !read_number(fields[LIST_VERSION], VERSION_DIGITS, &status->blacklist_version)))
        return MALFORMED_NUMBER;
    if (!date_parse_stamp(fields[AT], &status->at))
        return MALFORMED_TIME;
    return has_device && is_plain(fields[FIRMWARE]) ? MALFORMED_NOT : MALFORMED_FIELD;
}

static bool read_row(struct devlog *log, const struct table_line *line, uint32_t record_no, struct err *e)
{
    struct devlog_status *status = devlog_add_status(log, e);
    if (!status)
        return false;
    status->record_no = record_no;
    status->at = DATE_NO_MOMENT;
    status->malformed = (uint8_t)(line->fields ? decode(line->fields, status) : MALFORMED_COLUMNS);
    if (status->malformed == MALFORMED_NOT && !devlog_add_text(log, line->fields[FIRMWARE], &status->text, e))
        return false;
    return (status->malformed == MALFORMED_NOT && !log->keeps_raws) ||
           devlog_add_raw(log, DEVLOG_RAW_OF_STATUS + (log->status_count - 1), false, line->bytes, e);
}

bool status_csv_read(const struct devlog_file *file, struct crypto_hash *hash, struct devlog *log, struct err *e)
{
    struct table_input input = {.file = file->row->file.data, .limits = &file->rules->limits};
    struct devlog_totals totals = {0}; /* of many devices, so that only the count means something */
    struct table_faults faults;
    struct table *table = NULL;
    const struct table_line *line = NULL;
    (void)hash;
    log->epoch = 0;
    table_faults_open(&faults, log->arena);
    bool done = charset_read_utf8(input.file, file->bytes, &input.text, e) && table_open(&table, &input, &form, &faults, e);
    while (done && (done = table_next_line(table, &line, e)) && line)
        done = devlog_count(&totals, file->row, 0, 0, e) && read_row(log, line, totals.records, e);
    table_close(table);
    return done && table_faults_none(&faults, e) && devlog_check_totals(&totals, file->row, e);
}
