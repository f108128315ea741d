#include "formats/status_csv.h"

#include "base/date.h"
#include "formats/csv_log.h"
#include "formats/log_field.h"

enum { DEVICE, AT, UNCOLLECTED, LAST_SEQ, TOTAL_COUNT, TOTAL_AMOUNT, FIRMWARE, LIST_VERSION, COLUMNS };
static const char *const columns[COLUMNS] = {"device_no",   "at",       "uncollected",
                                             "last_seq",    "total_count", "total_amount_fen",
                                             "firmware",    "blacklist_version"};
static const struct csv_log_form form = {columns, COLUMNS, CSV_LOG_UTF8};
enum { LONGEST_NUMBER = 18, LONGEST_VERSION = 8 }; /* so that sums and differences of two stay within 64 bits */

static bool read_number(struct str text, int64_t *value)
{
    return text.length <= LONGEST_NUMBER && str_to_int64(text, value);
}

/* A terminal without a list says nothing, or 0. */
static bool read_version(struct str text, int64_t *value)
{
    return text.length == 0 || (text.length <= LONGEST_VERSION && str_to_int64(text, value));
}

static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7F)
            return false;
    return true;
}

static enum malformed decode(const struct str *fields, struct devlog_status *status)
{
    bool is_good = log_field_device(fields[DEVICE], &status->device_no);
    is_good &= read_number(fields[UNCOLLECTED], &status->uncollected);
    is_good &= read_number(fields[LAST_SEQ], &status->last_seq);
    is_good &= read_number(fields[TOTAL_COUNT], &status->total_count);
    is_good &= read_number(fields[TOTAL_AMOUNT], &status->total_amount_fen);
    is_good &= read_version(fields[LIST_VERSION], &status->blacklist_version);
    is_good &= is_plain(fields[FIRMWARE]);
    if (!date_parse_stamp(fields[AT], &status->at)) {
        status->at = DATE_NO_MOMENT;
        return MALFORMED_TIME;
    }
    return is_good ? MALFORMED_NOT : MALFORMED_FIELD;
}

static bool read_row(struct csv_log *rows, const struct csv_log_row *row, struct devlog *log, struct err *e)
{
    struct devlog_status *status = devlog_add_status(log, e);
    if (!status)
        return false;
    status->record_no = row->record_no;
    status->at = DATE_NO_MOMENT;
    status->malformed = row->fields ? (uint8_t)decode(row->fields, status) : MALFORMED_FIELD;
    if (status->malformed == MALFORMED_NOT && !devlog_add_text(log, row->fields[FIRMWARE], &status->text, e))
        return false;
    return (status->malformed == MALFORMED_NOT && !log->keeps_raws) ||
           devlog_add_raw(log, DEVLOG_RAW_OF_STATUS + (log->status_count - 1), false, csv_log_raw(rows), e);
}

bool status_csv_read(const struct devlog_file *file, struct crypto_hash *hash, struct devlog *log, struct err *e)
{
    struct csv_log *rows = NULL;
    const struct csv_log_row *row = NULL;
    (void)hash;
    log->epoch = 0;
    bool done = csv_log_open(&rows, file, &form, log->arena, e);
    while (done && (done = csv_log_next(rows, &row, e)) && row)
        done = read_row(rows, row, log, e);
    csv_log_close(rows);
    return done;
}
