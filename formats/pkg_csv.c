#include "formats/pkg_csv.h"

#include <string.h>

#include "base/date.h"
#include "formats/charset.h"
#include "formats/field.h"
#include "formats/manifest.h"
#include "formats/table.h"

enum {
    TERMNO,
    TERMSEQNO,
    SAMNO,
    SAMSEQNO,
    CARDNO,
    TERMDATE,
    TERMTIME,
    AMOUNT,
    PAYCNT,
    CARDBEFBAL,
    LOCKFLAG,
    GRAYFLAG,
    TAC,
    CARDTYPE,
    PRESAMNO,
    PRETERMDATE,
    PRETERMTIME,
    PREPAYCNT,
    PREAMOUNT,
    PRETRANSTYPE,
    COLUMNS,
};
enum { DEVICE_DIGITS = 8, PSAM_DIGITS = 12, LARGEST_COUNTER = UINT16_MAX };

static const struct table_column columns[] = {
    [TERMNO] = {.name = "termno"},
    [TERMSEQNO] = {.name = "termseqno"},
    [SAMNO] = {.name = "samno"},
    [SAMSEQNO] = {.name = "samseqno"},
    [CARDNO] = {.name = "cardno"},
    [TERMDATE] = {.name = "termdate"},
    [TERMTIME] = {.name = "termtime"},
    [AMOUNT] = {.name = "amount"},
    [PAYCNT] = {.name = "paycnt"},
    [CARDBEFBAL] = {.name = "cardbefbal"},
    [LOCKFLAG] = {.name = "lockflag"},
    [GRAYFLAG] = {.name = "grayflag"},
    [TAC] = {.name = "tac"},
    [CARDTYPE] = {.name = "cardtype"},
    [PRESAMNO] = {.name = "presamno", .is_optional = true},
    [PRETERMDATE] = {.name = "pretermdate", .is_optional = true},
    [PRETERMTIME] = {.name = "pretermtime", .is_optional = true},
    [PREPAYCNT] = {.name = "prepaycnt", .is_optional = true},
    [PREAMOUNT] = {.name = "preamount", .is_optional = true},
    [PRETRANSTYPE] = {.name = "pretranstype", .is_optional = true},
};
static const struct table_form form = {columns, COLUMNS};

struct row {
    struct record record;
    struct devlog_carried carried;
    bool is_lock;
    bool has_carried;
};

struct reader {
    const struct devlog_file *file;
    struct crypto_hash *hash;
    struct devlog *log;
    struct devlog_totals totals;
};

/* Every number is read, also behind one that is none: the sums of the file count them. */
static bool read_numbers(const struct str *fields, struct record *r)
{
    bool good = field_number(fields[TERMSEQNO], UINT32_MAX, &r->device_seq);
    good &= field_number(fields[SAMSEQNO], UINT32_MAX, &r->psam_seq);
    good &= field_number(fields[AMOUNT], UINT32_MAX, &r->amount_fen);
    good &= field_number(fields[PAYCNT], LARGEST_COUNTER, &r->counter);
    return good & field_number(fields[CARDBEFBAL], UINT32_MAX, &r->before_fen);
}

static bool read_flag(struct str field, bool *flag)
{
    *flag = str_equal(field, "1");
    return *flag || str_equal(field, "0");
}

static bool read_chip(struct str field, uint8_t *key)
{
    static const struct {
        const char *name;
        enum record_chip chip;
    } chips[] = {{"cpu3des", RECORD_CHIP_3DES}, {"cpusm4", RECORD_CHIP_SM4}, {"m1", RECORD_CHIP_M1}};
    for (size_t i = 0; i < sizeof chips / sizeof chips[0]; i++) {
        *key = (uint8_t)(RECORD_KEY_UNNAMED | chips[i].chip);
        if (str_equal(field, chips[i].name))
            return true;
    }
    *key = RECORD_KEY_UNNAMED;
    return false;
}

/* The six columns are all empty, or all of their form. */
static bool read_carried(const struct str *fields, struct row *row)
{
    struct devlog_carried *carried = &row->carried;
    for (int i = PRESAMNO; i <= PRETRANSTYPE; i++)
        row->has_carried |= fields[i].length > 0;
    return !row->has_carried ||
           (field_digits(fields[PRESAMNO], PSAM_DIGITS, &carried->psam_no) &&
            field_moment(fields[PRETERMDATE], fields[PRETERMTIME], &carried->occurred_at) &&
            field_number(fields[PREPAYCNT], LARGEST_COUNTER, &carried->counter) && carried->counter > 0 &&
            field_number(fields[PREAMOUNT], UINT32_MAX, &carried->amount_fen) &&
            field_byte(fields[PRETRANSTYPE], &carried->kind) &&
            (carried->kind == RECORD_PURCHASE || carried->kind == RECORD_COMPOUND || carried->kind == RECORD_LOAD ||
             carried->kind == RECORD_SUBSIDY));
}

/* the first reason in this order; what can be read is read all the same. */
static enum malformed decode(const struct str *fields, struct row *row)
{
    struct record *r = &row->record;
    bool is_gray = false;
    int64_t device_no = 0;
    bool has_numbers = read_numbers(fields, r);
    bool has_card = field_card(fields[CARDNO], &r->card_no);
    bool has_time = field_moment(fields[TERMDATE], fields[TERMTIME], &r->occurred_at);
    bool has_mark = read_flag(fields[GRAYFLAG], &is_gray), has_lock = read_flag(fields[LOCKFLAG], &row->is_lock);
    bool has_psam = field_digits(fields[SAMNO], PSAM_DIGITS, &r->psam_no);
    r->mark = is_gray;
    r->after_fen = r->amount_fen > r->before_fen ? 0 : r->before_fen - r->amount_fen;
    if (!has_numbers)
        return MALFORMED_NUMBER;
    if (!has_mark)
        return MALFORMED_MARK;
    if (!has_lock || (row->is_lock && (r->amount_fen > 0 || is_gray)))
        return MALFORMED_LOCK;
    if (r->device_seq == 0)
        return MALFORMED_SEQUENCE;
    if (r->counter == 0)
        return MALFORMED_COUNTER;
    if (!has_card)
        return MALFORMED_CARD;
    if (!has_time)
        return MALFORMED_TIME;
    if (!row->is_lock && r->amount_fen == 0)
        return MALFORMED_AMOUNT;
    if (!str_unhex(fields[TAC], r->tac, sizeof r->tac))
        return MALFORMED_TAC;
    if (!read_chip(fields[CARDTYPE], &r->key))
        return MALFORMED_CHIP;
    if (!read_carried(fields, row))
        return MALFORMED_CARRIED;
    return has_psam && field_digits(fields[TERMNO], DEVICE_DIGITS, &device_no) ? MALFORMED_NOT : MALFORMED_FIELD;
}

/* Over all decoded fields but the device, which is the file's. */
static bool digest(struct crypto_hash *hash, struct row *row, struct err *e)
{
    enum { CARRIED_BYTES = 23 };
    const struct devlog_carried *carried = &row->carried;
    uint8_t bytes[DEVLOG_CONTENT_BYTES + 2 + CARRIED_BYTES], *at = devlog_put_content(bytes, &row->record);
    at = field_put(at, row->is_lock, 1);
    at = field_put(at, row->has_carried, 1);
    if (row->has_carried) {
        at = field_put(at, carried->kind, 1);
        at = field_put(at, carried->counter, 2);
        at = field_put(at, carried->amount_fen, 4);
        at = field_put(at, (uint64_t)carried->psam_no, 8);
        at = field_put(at, (uint64_t)carried->occurred_at, 8);
    }
    return devlog_digest(hash, bytes, (size_t)(at - bytes), &row->record.digest, e);
}

static bool add_lock(struct devlog *log, const struct record *r, struct str bytes, struct err *e)
{
    struct identity *identity = devlog_add_identity(log, e);
    if (!identity)
        return false;
    identity->digest = r->digest;
    identity->card_no = r->card_no;
    identity->occurred_at = r->occurred_at;
    identity->device_seq = r->device_seq;
    identity->record_no = r->record_no;
    identity->kind = IDENTITY_LOCK;
    return !log->keeps_raws || devlog_add_raw(log, log->identity_count - 1, true, bytes, e);
}

static bool add_record(struct devlog *log, const struct row *row, struct str bytes, struct err *e)
{
    struct record *r = devlog_add_records(log, 1, e);
    if (!r)
        return false;
    *r = row->record;
    uint32_t index = log->record_count - 1;
    if (r->malformed == MALFORMED_NOT && row->has_carried) {
        struct devlog_carried *carried = devlog_add_carried(log, e);
        if (!carried)
            return false;
        *carried = row->carried;
        carried->record_index = index;
    }
    return (row->record.malformed == MALFORMED_NOT && !log->keeps_raws) || devlog_add_raw(log, index, false, bytes, e);
}

/* A row whose device is none is malformed, one of another device refuses the file. */
static bool read_row(struct reader *reader, const struct table_line *line, struct err *e)
{
    struct row row = {.record = {.device_no = reader->file->row->device_no,
                                 .record_no = reader->totals.records + 1,
                                 .occurred_at = DATE_NO_MOMENT,
                                 .card_index = UINT32_MAX,
                                 .key = RECORD_KEY_UNNAMED,
                                 .kind = RECORD_PURCHASE}};
    const struct manifest_row *listed = reader->file->row;
    row.record.malformed = (uint8_t)(line->fields ? decode(line->fields, &row) : MALFORMED_COLUMNS);
    if (line->fields &&
        !devlog_check_device(listed, line->line_number, columns[TERMNO].name, line->fields[TERMNO], e))
        return false;
    if (!devlog_count(&reader->totals, listed, row.record.device_seq, row.record.amount_fen, e))
        return false;
    if (row.record.malformed != MALFORMED_NOT)
        return add_record(reader->log, &row, line->bytes, e);
    if (!digest(reader->hash, &row, e))
        return false;
    return row.is_lock ? add_lock(reader->log, &row.record, line->bytes, e)
                       : add_record(reader->log, &row, line->bytes, e);
}

bool pkg_csv_read(const struct devlog_file *file, struct crypto_hash *hash, struct devlog *log, struct err *e)
{
    struct reader reader = {.file = file, .hash = hash, .log = log};
    struct table_input input = {.file = file->row->file.data, .limits = &file->rules->limits};
    struct table_faults faults;
    struct table *table = NULL;
    const struct table_line *line = NULL;
    log->epoch = 0;
    table_faults_open(&faults, log->arena);
    bool done = charset_read_utf8(input.file, file->bytes, &input.text, e) && table_open(&table, &input, &form, &faults, e);
    while (done && (done = table_next_line(table, &line, e)) && line)
        done = read_row(&reader, line, e);
    table_close(table);
    return done && table_faults_none(&faults, e) && devlog_check_totals(&reader.totals, file->row, e);
}
