#include "formats/att_csv.h"

#include "base/date.h"
#include "formats/csv_log.h"
#include "formats/log_field.h"
#include "formats/manifest.h"

enum { DEVICE, SEQUENCE, CARD, AT, DIRECTION, METHOD, RESULT, COLUMNS };
static const char *const columns[COLUMNS] = {"device_no", "seq", "card_no", "at", "direction", "method", "result"};
static const struct csv_log_form form = {columns, COLUMNS, CSV_LOG_GB18030};

/* In the order of the numbers that base/record.h gives them; "-" is no direction. */
static const char *const directions[] = {"I", "O", "-"};
static const char *const methods[] = {"card", "finger", "card+finger", "photo"};
static const char *const results[] = {"ok", "early", "repeat", "black", "unknown"};
enum { NO_DIRECTION = 3 };

/* Fills *r from a row and says what is wrong with it: the first reason in the order of enum malformed. */
static enum malformed decode(const struct str *fields, struct identity *r)
{
    uint32_t device_no = 0;
    bool is_device = log_field_device(fields[DEVICE], &device_no);
    bool is_number = log_field_number(fields[SEQUENCE], &r->device_seq);
    r->direction = log_field_choice(fields[DIRECTION], directions, 3);
    r->method = log_field_choice(fields[METHOD], methods, 4);
    r->result = log_field_choice(fields[RESULT], results, 5);
    bool is_word = r->direction && r->method && r->result;
    if (r->direction == NO_DIRECTION)
        r->direction = 0;
    bool is_card = fields[CARD].length == 0 ? r->method == METHOD_PHOTO : log_field_card(fields[CARD], &r->card_no);
    if (!date_parse_stamp(fields[AT], &r->occurred_at))
        r->occurred_at = DATE_NO_MOMENT;
    if (is_number && r->device_seq == 0)
        return MALFORMED_SEQUENCE;
    if (!is_card)
        return MALFORMED_CARD;
    if (r->occurred_at == DATE_NO_MOMENT)
        return MALFORMED_TIME;
    return is_device && is_number && is_word ? MALFORMED_NOT : MALFORMED_FIELD;
}

/* A device that is none makes its row malformed, one that is another's refuses the file. */
static bool check_device(const struct csv_log *rows, const struct csv_log_row *row, const struct devlog_file *file,
                         struct err *e)
{
    uint32_t device_no = 0;
    return !row->fields || !log_field_device(row->fields[DEVICE], &device_no) || device_no == file->row->device_no ||
           csv_log_refuse(rows, DEVICE, "is not the device of the manifest", e);
}

static bool read_row(struct csv_log *rows, const struct csv_log_row *row, const struct devlog_file *file,
                     struct identity *r, struct err *e)
{
    r->kind = IDENTITY_ATTENDANCE;
    r->record_no = row->record_no;
    if (row->fields) {
        r->malformed = (uint8_t)decode(row->fields, r);
    } else {
        r->occurred_at = DATE_NO_MOMENT;
        r->malformed = MALFORMED_FIELD;
    }
    return check_device(rows, row, file, e);
}

static bool finish_row(struct csv_log *rows, const struct devlog_file *file, struct crypto_hash *hash,
                       struct devlog *log, struct err *e)
{
    uint32_t index = log->identity_count - 1;
    struct identity *r = &log->identities[index];
    if (r->malformed == MALFORMED_NOT && !devlog_digest_identity(hash, file->row->device_no, str_of(""), r, e))
        return false;
    return (r->malformed == MALFORMED_NOT && !log->keeps_raws) ||
           devlog_add_raw(log, index, true, csv_log_raw(rows), e);
}

bool att_csv_read(const struct devlog_file *file, struct crypto_hash *hash, struct devlog *log, struct err *e)
{
    struct csv_log *rows = NULL;
    struct devlog_totals totals = {0};
    const struct csv_log_row *row = NULL;
    log->epoch = 0;
    bool done = csv_log_open(&rows, file, &form, log->arena, e);
    while (done && (done = csv_log_next(rows, &row, e)) && row) {
        struct identity *r = devlog_add_identity(log, e);
        done = r && read_row(rows, row, file, r, e);
        if (!done)
            break;
        devlog_count(&totals, r->device_seq, 0);
        done = finish_row(rows, file, hash, log, e);
    }
    csv_log_close(rows);
    return done && devlog_meet_manifest(&totals, file->row, e);
}
