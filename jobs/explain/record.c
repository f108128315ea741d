/* explain record: a line of a terminal's log, from its bytes to what the books made of it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "jobs/explain/bytes.h"
#include "jobs/explain/explain_private.h"
#include "jobs/explain/rule.h"
#include "queries.h"

/* What of a package's file is shown. */
struct place {
    struct package_row package;
    struct log_bytes *log;
    struct raw_record raw;
    int64_t record_no;
    int64_t run_id; /* that judged the file; 0: none */
    int32_t judged_on;
    bool is_refused;
};

/* ---- package and file */

static void put_package(struct explain *x, const struct package_row *p)
{
    sheet_part(x->sheet, "package", "Package");
    sheet_text(x->sheet, "name", p->name);
    sheet_text(x->sheet, "sha256", p->sha256);
    sheet_text(x->sheet, "bytes_in", p->path);
    sheet_text(x->sheet, "source", p->source);
    sheet_text(x->sheet, "school", p->school);
    sheet_text(x->sheet, "received_at", p->received_at);
    sheet_text(x->sheet, "state", p->state);
    sheet_text(x->sheet, "reason", p->reason);
    sheet_text(x->sheet, "detail", p->detail);
    if (p->run_id > 0)
        sheet_count(x->sheet, "run", p->run_id);
    if (p->rows > 1)
        sheet_note(x->sheet, "%zu packages of this name came; give a SHA-256 for another than this one", p->rows);
    if (strcmp(p->state, "quarantined") == 0)
        sheet_note(x->sheet, "nothing of it is posted; when its cause is mended: daybook retry %s", p->name);
    if (strcmp(p->state, "waiting") == 0)
        sheet_note(x->sheet, "it waits for its key; the next post that has it judges it");
    if (strcmp(p->state, "collected") == 0)
        sheet_note(x->sheet, "it has not been judged yet: daybook post");
}

/* A refused file that was judged again has counts of its own (RULES.md R-22). */
static void put_retry(struct explain *x, struct place *place, const struct db_rows *rows)
{
    const char *state = db_text(rows, 0, 13);
    if (strcmp(state, "posted") == 0) {
        place->is_refused = false;
        place->run_id = db_int64(rows, 0, 18);
        place->judged_on = db_day(rows, 0, 19);
        sheet_count(x->sheet, "accepted_again", db_int64(rows, 0, 14));
        sheet_note(x->sheet, "it was judged again in run %s on %s: %s posted, %s duplicate, %s held, %s rejected; the first "
                             "counts stay",
                   db_text(rows, 0, 18), db_text(rows, 0, 19), db_text(rows, 0, 14), db_text(rows, 0, 15),
                   db_text(rows, 0, 16), db_text(rows, 0, 17));
    } else if (strcmp(state, "collected") == 0 || strcmp(state, "waiting") == 0) {
        sheet_note(x->sheet, "the file was refused whole and will be judged again by the next post");
    } else {
        sheet_note(x->sheet, "the file was refused whole; when its cause is mended: daybook retry %s/%s", place->package.name,
                   bytes_file_name(place->log));
    }
    sheet_text(x->sheet, "refused_again", db_text(rows, 0, 20));
}

static bool put_file(struct explain *x, struct place *place, struct err *e)
{
    static const char *const counts[] = {"records", "posted", "duplicate", "held", "rejected"};
    struct db_number id;
    struct db_rows *rows = NULL;
    const char *params[] = {db_from_int64(&id, place->package.archive_id), bytes_file_name(place->log)};
    if (!db_query(x->context->db, sql_explain_file, 2, params, &rows, e))
        return false;
    bool is_judged = db_rows_count(rows) > 0;
    sheet_part(x->sheet, "file", "File");
    sheet_text(x->sheet, "name", bytes_file_name(place->log));
    sheet_text(x->sheet, "format", bytes_format(place->log));
    if (is_judged) {
        sheet_text(x->sheet, "device_no", db_text(rows, 0, 3));
        for (int i = 0; i < 5; i++)
            sheet_count(x->sheet, counts[i], db_int64(rows, 0, 4 + i));
        sheet_fen(x->sheet, "amount_fen", db_int64(rows, 0, 9));
        place->is_refused = *db_text(rows, 0, 10) != '\0';
        sheet_text(x->sheet, "refused", db_text(rows, 0, 10));
        place->run_id = db_int64(rows, 0, 11);
        place->judged_on = db_day(rows, 0, 12);
        if (place->is_refused)
            put_retry(x, place, rows);
    }
    db_rows_close(rows);
    return true;
}

/* ---- the record as it lies */

static const char *kind_name(int kind)
{
    switch (kind) {
    case RECORD_PURCHASE:
        return "06 purchase";
    case RECORD_COMPOUND:
        return "09 compound purchase";
    case RECORD_LOAD:
        return "02 load";
    case RECORD_SUBSIDY:
        return "DB subsidy draw";
    case RECORD_REVERSAL:
        return "FE reversal";
    default:
        return "not defined";
    }
}

static void put_moment(struct sheet *sheet, const char *key, int64_t moment)
{
    char text[DATE_STAMP_BYTES] = "";
    if (moment != DATE_NO_MOMENT)
        date_format_stamp(moment, text);
    sheet_text(sheet, key, text);
}

static void put_padded(struct sheet *sheet, const char *key, int64_t number, int width)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%0*" PRId64, width, number);
    sheet_text(sheet, key, text);
}

static void put_key(struct sheet *sheet, const struct record *r)
{
    static const char *const chips[] = {"any chip", "3des", "sm4", "m1"};
    char text[64];
    int nibble = r->key >> 4, low = r->key & 15;
    if ((r->key & 0xF0) == RECORD_KEY_UNNAMED)
        (void)snprintf(text, sizeof text, "none named, of %s", low < 4 ? chips[low] : "another chip");
    else if ((r->key & 0xF0) == RECORD_KEY_NONE)
        (void)snprintf(text, sizeof text, "none: m1 chip");
    else
        (void)snprintf(text, sizeof text, "%s version %d", nibble == 0 ? "3des" : nibble == 1 ? "sm4" : "undefined", low);
    sheet_text(sheet, "key", text);
}

static void put_money(struct explain *x, const struct record *r)
{
    char tac[9];
    struct sheet *s = x->sheet;
    sheet_text(s, "kind", kind_name(r->kind));
    sheet_text(s, "mark", r->mark == 0 ? "00 normal" : r->mark == 1 ? "01 gray" : "not defined");
    put_padded(s, "device_no", r->device_no, 8);
    sheet_count(s, "epoch", r->epoch);
    sheet_count(s, "device_seq", r->device_seq);
    put_padded(s, "card_no", r->card_no, 18);
    sheet_count(s, "counter", r->counter);
    sheet_fen(s, "before_fen", r->before_fen);
    sheet_fen(s, "amount_fen", r->amount_fen);
    sheet_fen(s, "after_fen", r->after_fen);
    put_moment(s, "occurred_at", r->occurred_at);
    put_padded(s, "psam_no", r->psam_no, 12);
    sheet_count(s, "psam_seq", r->psam_seq);
    put_key(s, r);
    str_hex(r->tac, sizeof r->tac, tac);
    sheet_text(s, "tac", tac);
    sheet_count(s, "reference", r->reference);
    sheet_count(s, "list_version", record_list_version(r));
    sheet_count(s, "meal_code", r->meal_code);
    sheet_text(s, "malformed", record_malformed_text((enum malformed)r->malformed));
}

static void put_identity(struct explain *x, const struct place *place)
{
    static const char *const kinds[] = {"", "attendance", "gate", "dorm", "bus", "alarm", "lock"};
    static const char *const directions[] = {"", "in", "out", "on", "off"};
    static const char *const methods[] = {"", "card", "finger", "card+finger", "photo"};
    static const char *const results[] = {"",        "ok",     "early",  "repeat", "black",  "unknown",
                                          "granted", "denied", "tamper", "fire",   "forced", "help"};
    const struct identity *i = place->raw.identity;
    struct sheet *s = x->sheet;
    sheet_text(s, "kind", i->kind < 7 ? kinds[i->kind] : "");
    put_padded(s, "device_no", bytes_device_no(place->log), 8);
    sheet_count(s, "device_seq", i->device_seq);
    if (i->card_no > 0)
        put_padded(s, "card_no", i->card_no, 18);
    put_moment(s, "occurred_at", i->occurred_at);
    sheet_text(s, "direction", i->direction < 5 ? directions[i->direction] : "");
    sheet_text(s, "method", i->method < 5 ? methods[i->method] : "");
    sheet_text(s, "result", i->result < 12 ? results[i->result] : "");
    sheet_text(s, "stop", place->raw.text);
    sheet_text(s, "malformed", record_malformed_text((enum malformed)i->malformed));
}

static void put_status(struct explain *x, const struct place *place)
{
    const struct devlog_status *t = place->raw.status;
    struct sheet *s = x->sheet;
    sheet_text(s, "kind", "status of a device");
    put_padded(s, "device_no", t->device_no, 8);
    put_moment(s, "at", t->at);
    sheet_count(s, "uncollected", t->uncollected);
    sheet_count(s, "last_seq", t->last_seq);
    sheet_count(s, "total_count", t->total_count);
    sheet_fen(s, "total_amount_fen", t->total_amount_fen);
    sheet_count(s, "blacklist_version", t->blacklist_version);
    sheet_text(s, "firmware", place->raw.text);
    sheet_text(s, "malformed", record_malformed_text((enum malformed)t->malformed));
}

static bool put_raw(struct explain *x, const struct place *place, struct err *e)
{
    const struct raw_record *raw = &place->raw;
    char *hex = arena_alloc(x->context->arena, 2 * raw->bytes.length + 1, e);
    if (!hex)
        return false;
    str_hex((const uint8_t *)raw->bytes.data, raw->bytes.length, hex);
    sheet_part(x->sheet, "record", "Record");
    sheet_count(x->sheet, "record_no", place->record_no);
    if (raw->offset >= 0)
        sheet_count(x->sheet, "byte_offset", raw->offset);
    sheet_count(x->sheet, "bytes", (int64_t)raw->bytes.length);
    sheet_text(x->sheet, "hex", hex);
    if (raw->offset < 0)
        sheet_note(x->sheet, "the bytes are shown as they were read: the file is in another charset, or holds them twice");
    if (raw->record)
        put_money(x, raw->record);
    else if (raw->identity)
        put_identity(x, place);
    else
        put_status(x, place);
    return true;
}

/* ---- what the books made of it */

enum {
    RECORD_ID, RECORD_ARCHIVE_ID, RECORD_FILE_NO, RECORD_NO, RECORD_ARCHIVE, RECORD_FILE, RECORD_DIGEST, RECORD_VERDICT,
    RECORD_FLAGS, RECORD_MERCHANT, RECORD_DATE, RECORD_JUDGED_ON, RECORD_RUN, RECORD_JOB, RECORD_DECIDES, RECORD_OUTCOME,
    RECORD_POSTED_ID, RECORD_REASON, RECORD_DECIDED_RUN, RECORD_DECIDED_ON
};

static bool is_here(const struct db_rows *rows, size_t row, const struct place *place)
{
    return db_int64(rows, row, RECORD_ARCHIVE_ID) == place->package.archive_id &&
           db_int64(rows, row, RECORD_FILE_NO) == bytes_file_no(place->log) &&
           db_int64(rows, row, RECORD_NO) == place->record_no;
}

static void put_decision(struct sheet *s, const struct db_rows *rows, size_t row)
{
    const char *outcome = db_text(rows, row, RECORD_OUTCOME);
    if (*outcome == '\0')
        return;
    sheet_text(s, "decided", outcome);
    sheet_note(s, "decided on %s in run %" PRId64 ": %s%s%s", db_text(rows, row, RECORD_DECIDED_ON),
               db_int64(rows, row, RECORD_DECIDED_RUN), outcome, *db_text(rows, row, RECORD_REASON) ? ", " : "",
               db_text(rows, row, RECORD_REASON));
}

/* The verdict when it was judged, and a later row that accepts it after all (docs/ledger.md). */
static void put_verdict(struct sheet *s, const struct db_rows *rows, size_t row, int ordinal)
{
    static const char *const keys[] = {"judgement", "decision", "second_decision", "third_decision"};
    const char *verdict = db_text(rows, row, RECORD_VERDICT);
    ALWAYS(ordinal < (int)(sizeof keys / sizeof keys[0]));
    sheet_part(s, keys[ordinal], ordinal > 0 ? "Decision" : "Judgement");
    sheet_text(s, "verdict", verdict);
    sheet_text(s, "judged_on", db_text(rows, row, RECORD_JUDGED_ON));
    sheet_count(s, "run", db_int64(rows, row, RECORD_RUN));
    sheet_text(s, "job", db_text(rows, row, RECORD_JOB));
    sheet_text(s, "accounting_date", db_text(rows, row, RECORD_DATE));
    sheet_text(s, "merchant_no", db_text(rows, row, RECORD_MERCHANT));
    sheet_count(s, "record_id", db_int64(rows, row, RECORD_ID));
    sheet_note(s, "%s", rule_of_verdict(verdict));
    rule_say_flags(s, db_int64(rows, row, RECORD_FLAGS));
    put_decision(s, rows, row);
}

static bool put_entry(struct explain *x, int64_t entry_id, struct err *e)
{
    static const struct sheet_column columns[] = {{"transfer_id", SHEET_COUNT}, {"accounting_date", SHEET_TEXT},
                                                  {"occurred_at", SHEET_TEXT},  {"debit", SHEET_TEXT},
                                                  {"credit", SHEET_TEXT},       {"amount_fen", SHEET_FEN},
                                                  {"kind", SHEET_TEXT},         {"book", SHEET_TEXT}};
    const struct explain_table table = {"entry", "Transfers", "none: no money moved", SHEET_COLUMNS(columns)};
    struct db_number id;
    struct db_rows *rows = NULL;
    const char *params[] = {db_from_int64(&id, entry_id)};
    if (!db_query(x->context->db, sql_explain_entry, 1, params, &rows, e))
        return false;
    explain_put_table(x, &table, rows);
    const char *said = "";
    for (size_t i = 0; i < db_rows_count(rows); i++) {
        const char *rule = rule_of_transfer(db_text(rows, i, 6), db_text(rows, i, 3), db_text(rows, i, 4));
        if (strcmp(rule, said) != 0)
            sheet_note(x->sheet, "%s", rule);
        said = rule;
    }
    db_rows_close(rows);
    return true;
}

static bool put_reversals(struct explain *x, int64_t record_id, struct err *e)
{
    struct db_number id;
    struct db_rows *rows = NULL;
    const char *params[] = {db_from_int64(&id, record_id)};
    if (!db_query(x->context->db, sql_explain_reversals, 1, params, &rows, e))
        return false;
    for (size_t i = 0; i < db_rows_count(rows); i++)
        sheet_note(x->sheet, "it %s record %s of \"%s\" in \"%s\"", db_bool(rows, i, 0) ? "reverses" : "is reversed by",
                   db_text(rows, i, 4), db_text(rows, i, 3), db_text(rows, i, 2));
    db_rows_close(rows);
    return true;
}

static bool put_exceptions(struct explain *x, const struct place *place, struct err *e)
{
    static const struct sheet_column columns[] = {{"exception_id", SHEET_COUNT}, {"verdict", SHEET_TEXT},
                                                  {"state", SHEET_TEXT},         {"amount_fen", SHEET_FEN},
                                                  {"detail", SHEET_TEXT},        {"closed_because", SHEET_TEXT},
                                                  {"proposed_by", SHEET_TEXT},   {"approved_by", SHEET_TEXT}};
    const struct explain_table table = {"exceptions", "Exceptions", "none", SHEET_COLUMNS(columns)};
    struct db_number numbers[3];
    struct db_rows *rows = NULL;
    const char *params[] = {db_from_int64(&numbers[0], place->package.archive_id),
                            db_from_int64(&numbers[1], bytes_file_no(place->log)),
                            db_from_int64(&numbers[2], place->record_no)};
    if (!db_query(x->context->db, sql_explain_exceptions, 3, params, &rows, e))
        return false;
    explain_put_table(x, &table, rows);
    for (size_t i = 0; i < db_rows_count(rows); i++)
        if (strcmp(db_text(rows, i, 2), "open") == 0)
            sheet_note(x->sheet, "to correct it: daybook adjust propose %s post|void|transfer … --reason CODE",
                       db_text(rows, i, 0));
    db_rows_close(rows);
    return true;
}

/* A record that left no row of its own: malformed, or a copy of one that did. */
static void put_absent(struct explain *x, const struct place *place, const struct db_rows *rows)
{
    const struct record *r = place->raw.record;
    const char *verdict = r->malformed != MALFORMED_NOT ? "malformed" : "duplicate";
    sheet_part(x->sheet, "judgement", "Judgement");
    sheet_text(x->sheet, "verdict", verdict);
    sheet_count(x->sheet, "run", place->run_id);
    sheet_note(x->sheet, "%s", rule_of_verdict(verdict));
    for (size_t i = 0; r->malformed == MALFORMED_NOT && i < db_rows_count(rows); i++)
        if (db_is_null(rows, i, RECORD_DECIDES))
            sheet_note(x->sheet, "%s content came before: record %s of \"%s\" in \"%s\", %s on %s",
                       db_int64(rows, i, RECORD_DIGEST) == (int64_t)r->digest ? "the same" : "other",
                       db_text(rows, i, RECORD_NO), db_text(rows, i, RECORD_FILE), db_text(rows, i, RECORD_ARCHIVE),
                       db_text(rows, i, RECORD_VERDICT), db_text(rows, i, RECORD_JUDGED_ON));
    if (r->malformed == MALFORMED_NOT && db_rows_count(rows) == 0)
        sheet_note(x->sheet, "its sequence lies below the first_seq of the terminal, which counts as seen");
}

/* All rows of the record itself: the one of its first verdict, then one that accepts it after all. */
static bool put_rows(struct explain *x, const struct place *place, const struct db_rows *rows, bool with_transfers,
                     struct err *e)
{
    int64_t entry_id = 0;
    int ordinal = 0;
    for (size_t i = 0; i < db_rows_count(rows); i++) {
        if (!is_here(rows, i, place))
            continue;
        entry_id = db_int64(rows, i, RECORD_ID);
        put_verdict(x->sheet, rows, i, ordinal++);
        if (!put_reversals(x, entry_id, e))
            return false;
    }
    if (entry_id == 0)
        put_absent(x, place, rows);
    return !with_transfers || put_entry(x, entry_id, e);
}

static bool put_judgement(struct explain *x, const struct place *place, bool with_transfers, struct err *e)
{
    const struct record *r = place->raw.record;
    struct db_number numbers[3];
    struct db_rows *rows = NULL;
    const char *params[] = {db_from_int64(&numbers[0], r->device_no), db_from_int64(&numbers[1], r->epoch),
                            db_from_int64(&numbers[2], r->device_seq)};
    if (!db_query(x->context->db, sql_explain_records, 3, params, &rows, e))
        return false;
    bool done = put_rows(x, place, rows, with_transfers, e) && put_exceptions(x, place, e);
    db_rows_close(rows);
    return done;
}

/* records without money are stored or not; status rows are always. */
static bool put_stored(struct explain *x, const struct place *place, struct err *e)
{
    struct db_number numbers[4], day;
    struct db_rows *rows = NULL;
    const char *params[] = {db_from_int64(&numbers[0], place->package.archive_id),
                            db_from_int64(&numbers[1], bytes_file_no(place->log)),
                            db_from_int64(&numbers[2], place->record_no), db_from_int64(&numbers[3], place->run_id),
                            db_from_day(&day, place->judged_on)};
    if (!db_query(x->context->db, sql_explain_identity, 5, params, &rows, e))
        return false;
    bool is_malformed = place->raw.identity ? place->raw.identity->malformed != MALFORMED_NOT
                                            : place->raw.status->malformed != MALFORMED_NOT;
    const char *verdict = is_malformed                                         ? "malformed"
                          : db_rows_count(rows) > 0                            ? db_text(rows, 0, 1)
                          : place->raw.identity                                ? "duplicate"
                                                                               : "accepted";
    sheet_part(x->sheet, "judgement", "Judgement");
    sheet_text(x->sheet, "verdict", verdict);
    sheet_count(x->sheet, "run", place->run_id);
    sheet_note(x->sheet, "%s",
               strcmp(verdict, "accepted") == 0 ? "R-24: a record without money; it is stored" : rule_of_verdict(verdict));
    db_rows_close(rows);
    return put_exceptions(x, place, e);
}

static bool put_place(struct explain *x, struct place *place, bool with_transfers, struct err *e)
{
    if (!put_file(x, place, e))
        return false;
    if (!bytes_record(place->log, place->record_no, &place->raw)) {
        (void)err_set(e, ERR_USAGE, "file \"%s\" has no record %" PRId64, bytes_file_name(place->log), place->record_no);
        return err_hint(e, "it has %" PRId64 ", counted from 1", bytes_records(place->log));
    }
    if (!put_raw(x, place, e))
        return false;
    if (place->run_id == 0 || place->is_refused) {
        sheet_note(x->sheet, "it was not judged: %s", place->is_refused ? "its file was refused" : "its package is not posted");
        return true;
    }
    return place->raw.record ? put_judgement(x, place, with_transfers, e) : put_stored(x, place, e);
}

bool explain_place(struct explain *x, const char *archive, const char *file, int64_t record_no, bool with_transfers,
                   struct err *e)
{
    struct place place = {.record_no = record_no, .judged_on = DATE_NO_DAY};
    struct err why;
    if (!bytes_find_package(x->context, archive, &place.package, e))
        return false;
    put_package(x, &place.package);
    bool done = bytes_open(x->context, &place.package, file, &place.log, &why, e);
    if (done && why.kind != ERR_NONE) {
        done = *bytes_file_name(place.log) == '\0' || put_file(x, &place, e);
        sheet_part(x->sheet, "bytes", "Bytes");
        sheet_note(x->sheet, "they cannot be read today: %s", why.message);
    } else if (done) {
        done = put_place(x, &place, with_transfers, e);
    }
    bytes_close(place.log);
    return done;
}

bool explain_record(struct explain *x, char *const *arguments, struct err *e)
{
    int64_t record_no = 0;
    if (!str_to_int64(str_of(arguments[2]), &record_no) || record_no < 1) {
        (void)err_set(e, ERR_USAGE, "N: \"%s\" is no number above 0", arguments[2]);
        return err_hint(e, "records of a file count from 1, as record_no of api.exception");
    }
    return explain_place(x, arguments[0], arguments[1], record_no, true, e);
}
