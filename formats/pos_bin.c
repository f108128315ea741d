#include "formats/pos_bin.h"

#include <inttypes.h>
#include <string.h>

#include "base/date.h"

/* Where the fields of header and record stand (FORMATS.md 3.1). */
enum {
    HEADER_MAGIC = 0,
    HEADER_RECORD_LENGTH = 4,
    HEADER_EPOCH = 6,
    HEADER_DEVICE = 8,
    HEADER_PSAM = 12,
    HEADER_SCHOOL = 18,
    HEADER_ZERO_A = 23,
    HEADER_COUNT = 24,
    HEADER_SUM = 28,
    HEADER_FIRST = 36,
    HEADER_LAST = 40,
    HEADER_CREATED = 44,
    HEADER_ZERO_B = 51,
    HEADER_LIST = 52,
    HEADER_ZERO_C = 56,
    HEADER_CRC = 60,
    HEADER_BYTES = 64,
};
enum {
    RECORD_KIND = 0,
    RECORD_MARK = 1,
    RECORD_SEQUENCE = 2,
    RECORD_CARD = 6,
    RECORD_COUNTER = 16,
    RECORD_BEFORE = 18,
    RECORD_AMOUNT = 22,
    RECORD_AFTER = 26,
    RECORD_PSAM_SEQUENCE = 30,
    RECORD_DATE = 34,
    RECORD_TIME = 38,
    RECORD_KEY = 41,
    RECORD_TAC = 42,
    RECORD_REVERSES = 46,
    RECORD_MEAL = 50,
    RECORD_LIST = 52,
    RECORD_SERIAL = 56,
    RECORD_CRC = 60,
};
enum { LARGEST_SERIAL = 99999999 }; /* our serial of a circle deposit has 8 digits */

static uint16_t read_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static uint32_t read_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint64_t read_u64(const uint8_t *at)
{
    return (uint64_t)read_u32(at) << 32 | read_u32(at + 4);
}

/* The number that packed BCD makes, -1 when a nibble is above 9. At most 9 bytes. */
static int64_t read_bcd(const uint8_t *at, int length)
{
    int64_t value = 0;
    unsigned bad = 0;
    for (int i = 0; i < length; i++) {
        unsigned high = at[i] >> 4, low = at[i] & 15u;
        bad |= (high + 6) | (low + 6);
        value = value * 100 + (int64_t)(high * 10 + low);
    }
    return bad & 16u ? -1 : value;
}

/* Date (4 bytes) and time (3 bytes) in BCD; DATE_NO_MOMENT when there is no such date or time. */
static int64_t read_moment(const uint8_t *at)
{
    int64_t date = read_bcd(at, 4), time = read_bcd(at + 4, 3);
    int32_t day = 0;
    if (date < 0 || time < 0 ||
        !date_from_civil((int)(date / 10000), (int)(date / 100 % 100), (int)(date % 100), &day))
        return DATE_NO_MOMENT;
    return date_moment(day, (int)(time / 10000), (int)(time / 100 % 100), (int)(time % 100));
}

/* The header's own form, as far as it needs no record: length, magic, CRC, zero bytes. */
static bool check_frame(const uint8_t *bytes, size_t length, struct err *e)
{
    if (length < HEADER_BYTES)
        return err_set(e, ERR_INPUT, "length \"%zu\" is less than the header's 64 bytes", length);
    if (memcmp(bytes + HEADER_MAGIC, "DBP1", 4) != 0)
        return err_set(e, ERR_INPUT, "header at 0: magic \"%08" PRIx32 "\" is not \"44425031\" (DBP1)",
                       read_u32(bytes + HEADER_MAGIC));
    uint32_t crc = crypto_crc32(bytes, HEADER_CRC);
    if (read_u32(bytes + HEADER_CRC) != crc)
        return err_set(e, ERR_INPUT,
                       "header at 60: crc \"%08" PRIx32 "\" where its bytes give \"%08" PRIx32 "\"",
                       read_u32(bytes + HEADER_CRC), crc);
    if (read_u16(bytes + HEADER_RECORD_LENGTH) != POS_BIN_RECORD_BYTES)
        return err_set(e, ERR_INPUT, "header at 4: record length \"%u\" is not \"64\"",
                       (unsigned)read_u16(bytes + HEADER_RECORD_LENGTH));
    uint32_t count = read_u32(bytes + HEADER_COUNT);
    if (length != HEADER_BYTES + (uint64_t)count * POS_BIN_RECORD_BYTES)
        return err_set(e, ERR_INPUT,
                       "header at 24: record count \"%" PRIu32 "\" does not give the length \"%zu\"", count,
                       length);
    if (bytes[HEADER_ZERO_A] != 0)
        return err_set(e, ERR_INPUT, "header at 23: zero byte is \"%02x\"", (unsigned)bytes[HEADER_ZERO_A]);
    if (bytes[HEADER_ZERO_B] != 0)
        return err_set(e, ERR_INPUT, "header at 51: zero byte is \"%02x\"", (unsigned)bytes[HEADER_ZERO_B]);
    if (read_u32(bytes + HEADER_ZERO_C) != 0)
        return err_set(e, ERR_INPUT, "header at 56: zero bytes are \"%08" PRIx32 "\"",
                       read_u32(bytes + HEADER_ZERO_C));
    return true;
}

static bool bad_bcd(const uint8_t *header, int at, int length, const char *field, struct err *e)
{
    char hex[2 * 8 + 1];
    str_hex(header + at, (size_t)length, hex);
    return err_set(e, ERR_INPUT, "header at %d: %s \"%s\" is none", at, field, hex);
}

static bool read_header(struct pos_bin *log, const uint8_t *header, struct err *e)
{
    int64_t device_no = read_bcd(header + HEADER_DEVICE, 4);
    log->psam_no = read_bcd(header + HEADER_PSAM, 6);
    log->school_code = read_bcd(header + HEADER_SCHOOL, 5);
    log->created_at = read_moment(header + HEADER_CREATED);
    if (device_no < 0)
        return bad_bcd(header, HEADER_DEVICE, 4, "device_no", e);
    if (log->psam_no < 0)
        return bad_bcd(header, HEADER_PSAM, 6, "psam_no", e);
    if (log->school_code < 0)
        return bad_bcd(header, HEADER_SCHOOL, 5, "school_code", e);
    if (log->created_at == DATE_NO_MOMENT)
        return bad_bcd(header, HEADER_CREATED, 7, "time of creation", e);
    log->device_no = (uint32_t)device_no;
    log->epoch = read_u16(header + HEADER_EPOCH);
    log->count = read_u32(header + HEADER_COUNT);
    log->sum_fen = read_u64(header + HEADER_SUM);
    log->first_seq = read_u32(header + HEADER_FIRST);
    log->last_seq = read_u32(header + HEADER_LAST);
    log->list_version = read_u32(header + HEADER_LIST);
    return true;
}

/* Sum of amounts and range of sequences over all records as they lie. */
static bool check_records(const struct pos_bin *log, struct err *e)
{
    uint64_t sum_fen = 0;
    uint32_t first = log->count > 0 ? UINT32_MAX : 0, last = 0;
    for (uint32_t i = 0; i < log->count; i++) {
        const uint8_t *record = log->records + (size_t)i * POS_BIN_RECORD_BYTES;
        uint32_t sequence = read_u32(record + RECORD_SEQUENCE);
        sum_fen += read_u32(record + RECORD_AMOUNT);
        first = sequence < first ? sequence : first;
        last = sequence > last ? sequence : last;
    }
    if (log->sum_fen != sum_fen)
        return err_set(e, ERR_INPUT,
                       "header at 28: sum of amounts \"%" PRIu64 "\" where its records give \"%" PRIu64 "\"",
                       log->sum_fen, sum_fen);
    if (log->first_seq != first)
        return err_set(e, ERR_INPUT,
                       "header at 36: first sequence \"%" PRIu32 "\" where its records give \"%" PRIu32 "\"",
                       log->first_seq, first);
    if (log->last_seq != last)
        return err_set(e, ERR_INPUT,
                       "header at 40: last sequence \"%" PRIu32 "\" where its records give \"%" PRIu32 "\"",
                       log->last_seq, last);
    return true;
}

static bool check_manifest(const struct pos_bin *log, const struct manifest_row *row, struct err *e)
{
    if (log->device_no != row->device_no)
        return err_set(e, ERR_INPUT,
                       "header at 8: device_no \"%08" PRIu32 "\" where the manifest has \"%08" PRIu32 "\"",
                       log->device_no, row->device_no);
    if (log->count != row->records)
        return err_set(e, ERR_INPUT,
                       "header at 24: record count \"%" PRIu32 "\" where the manifest has \"%" PRId64 "\"",
                       log->count, row->records);
    if (row->amount_fen < 0 || log->sum_fen != (uint64_t)row->amount_fen)
        return err_set(e, ERR_INPUT,
                       "header at 28: sum of amounts \"%" PRIu64 "\" where the manifest has \"%" PRId64 "\"",
                       log->sum_fen, row->amount_fen);
    if (log->first_seq != row->first_seq)
        return err_set(e, ERR_INPUT,
                       "header at 36: first sequence \"%" PRIu32 "\" where the manifest has \"%" PRIu32 "\"",
                       log->first_seq, row->first_seq);
    if (log->last_seq != row->last_seq)
        return err_set(e, ERR_INPUT,
                       "header at 40: last sequence \"%" PRIu32 "\" where the manifest has \"%" PRIu32 "\"",
                       log->last_seq, row->last_seq);
    return true;
}

static bool in_file(const struct manifest_row *row, struct err *e)
{
    return err_context(e, "file \"%.*s\"", (int)row->file.length, row->file.data);
}

bool pos_bin_open(struct pos_bin *log, struct str bytes, const struct manifest_row *row, struct err *e)
{
    const uint8_t *header = (const uint8_t *)bytes.data;
    *log = (struct pos_bin){0};
    if (!check_frame(header, bytes.length, e) || !read_header(log, header, e))
        return in_file(row, e);
    log->records = header + HEADER_BYTES;
    if (!check_records(log, e) || !check_manifest(log, row, e))
        return in_file(row, e);
    return true;
}

bool pos_bin_check_owner(const struct pos_bin *log, const struct manifest_row *row, int64_t school_code,
                         int64_t psam_no, struct err *e)
{
    if (log->school_code != school_code)
        (void)err_set(e, ERR_INPUT,
                      "header at 18: school_code \"%010" PRId64 "\" where the package has \"%010" PRId64 "\"",
                      log->school_code, school_code);
    else if (psam_no >= 0 && log->psam_no != psam_no)
        (void)err_set(e, ERR_INPUT,
                      "header at 12: psam_no \"%012" PRId64 "\" where the terminal on file has \"%012" PRId64
                      "\"",
                      log->psam_no, psam_no);
    else
        return true;
    return in_file(row, e);
}

static bool kind_is_defined(uint8_t kind)
{
    return kind == RECORD_PURCHASE || kind == RECORD_COMPOUND || kind == RECORD_LOAD ||
           kind == RECORD_SUBSIDY || kind == RECORD_REVERSAL;
}

/* The first reason of enum malformed that holds; *r is decoded. */
static enum malformed find_fault(const uint8_t *bytes, const struct record *r)
{
    uint8_t cipher = r->key >> 4;
    bool is_reversal = r->kind == RECORD_REVERSAL;
    if (read_u32(bytes + RECORD_CRC) != crypto_crc32(bytes, RECORD_CRC))
        return MALFORMED_CRC;
    if (!kind_is_defined(r->kind))
        return MALFORMED_KIND;
    if (r->mark > 1 || (r->mark == 1 && !record_is_purchase(r)))
        return MALFORMED_MARK;
    if (cipher != 0 && cipher != 1 && cipher != 15)
        return MALFORMED_KEY;
    if (r->device_seq == 0)
        return MALFORMED_SEQUENCE;
    if (r->counter == 0)
        return MALFORMED_COUNTER;
    if (r->card_no < 0)
        return MALFORMED_CARD;
    if (r->occurred_at == DATE_NO_MOMENT)
        return MALFORMED_TIME;
    if (r->amount_fen == 0)
        return MALFORMED_AMOUNT;
    if (is_reversal && (r->reference == 0 || read_u32(r->tac) != 0))
        return MALFORMED_REVERSAL;
    if ((!is_reversal && read_u32(bytes + RECORD_REVERSES) != 0) ||
        (r->kind != RECORD_LOAD && read_u32(bytes + RECORD_SERIAL) != 0))
        return MALFORMED_ZERO;
    if (r->kind == RECORD_LOAD && r->reference > LARGEST_SERIAL)
        return MALFORMED_FIELD;
    return MALFORMED_NOT;
}

/* 20 digits with leading 00, the other 18 a card number; -1 when they are none. */
static int64_t read_card(const uint8_t *at)
{
    int64_t card_no = read_bcd(at + 1, 9);
    return at[0] == 0 && str_card_is_valid(card_no) ? card_no : -1;
}

/* The sequence that a reversal cancels, the serial of a load. */
static uint32_t reference_of(const uint8_t *bytes)
{
    if (bytes[RECORD_KIND] == RECORD_REVERSAL)
        return read_u32(bytes + RECORD_REVERSES);
    return bytes[RECORD_KIND] == RECORD_LOAD ? read_u32(bytes + RECORD_SERIAL) : 0;
}

void pos_bin_decode(const struct pos_bin *log, uint32_t record_index, struct record *record)
{
    ALWAYS(record_index < log->count);
    const uint8_t *bytes = log->records + (size_t)record_index * POS_BIN_RECORD_BYTES;
    *record = (struct record){
        .card_no = read_card(bytes + RECORD_CARD),
        .occurred_at = read_moment(bytes + RECORD_DATE),
        .device_no = log->device_no,
        .device_seq = read_u32(bytes + RECORD_SEQUENCE),
        .before_fen = read_u32(bytes + RECORD_BEFORE),
        .amount_fen = read_u32(bytes + RECORD_AMOUNT),
        .after_fen = read_u32(bytes + RECORD_AFTER),
        .psam_no = log->psam_no,
        .psam_seq = read_u32(bytes + RECORD_PSAM_SEQUENCE),
        .reference = reference_of(bytes),
        .list_version = read_u32(bytes + RECORD_LIST),
        .record_no = record_index + 1,
        .card_index = UINT32_MAX,
        .epoch = log->epoch,
        .counter = read_u16(bytes + RECORD_COUNTER),
        .meal_code = read_u16(bytes + RECORD_MEAL),
        .kind = bytes[RECORD_KIND],
        .mark = bytes[RECORD_MARK],
        .key = bytes[RECORD_KEY],
    };
    memcpy(record->tac, bytes + RECORD_TAC, sizeof record->tac);
    record->malformed = (uint8_t)find_fault(bytes, record);
    if (record->card_no < 0)
        record->card_no = 0;
}

bool pos_bin_digest(struct crypto_hash *hash, const struct pos_bin *log, uint32_t record_index,
                    uint64_t *digest, struct err *e)
{
    ALWAYS(record_index < log->count);
    return devlog_digest(hash, log->records + (size_t)record_index * POS_BIN_RECORD_BYTES, RECORD_CRC, digest, e);
}

/* The psam that the header must name: the one the log has if the terminal has or had it on file; -1: not on file. */
static int64_t psam_on_file(const struct devlog_file *file, const struct pos_bin *open)
{
    int64_t psam_no = -1;
    for (size_t i = 0; i < file->terminal_count; i++) {
        psam_no = file->terminals[i].psam_no;
        if (psam_no == open->psam_no)
            break;
    }
    return psam_no;
}

static bool keep_raw(struct devlog *log, const struct pos_bin *open, uint32_t record_index, struct err *e)
{
    const struct record *r = &log->records[log->record_count - open->count + record_index];
    struct str bytes = {(const char *)open->records + (size_t)record_index * POS_BIN_RECORD_BYTES, POS_BIN_RECORD_BYTES};
    return (r->malformed == MALFORMED_NOT && !log->keeps_raws) ||
           devlog_add_raw(log, (uint32_t)(r - log->records), false, bytes, e);
}

bool pos_bin_read(const struct devlog_file *file, struct crypto_hash *hash, struct devlog *log, struct err *e)
{
    struct pos_bin open;
    if (!pos_bin_open(&open, file->bytes, file->row, e) ||
        !pos_bin_check_owner(&open, file->row, file->school_code, psam_on_file(file, &open), e))
        return false;
    log->epoch = open.epoch;
    struct record *records = devlog_add_records(log, open.count, e);
    if (!records)
        return false;
    for (uint32_t i = 0; i < open.count; i++) {
        pos_bin_decode(&open, i, &records[i]);
        if (records[i].malformed == MALFORMED_NOT && !pos_bin_digest(hash, &open, i, &records[i].digest, e))
            return false;
        if (!keep_raw(log, &open, i, e))
            return false;
    }
    return true;
}
