#include "ledger/exception.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "queries.h"

void exceptions_close(struct exceptions *list)
{
    free(list->rows);
    free(list->closings);
    *list = (struct exceptions){0};
}

struct exception *exceptions_add(struct exceptions *list, int verdict, int32_t accounting_date, struct err *e)
{
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity ? list->capacity * 2 : 256;
        struct exception *rows = realloc(list->rows, capacity * sizeof *rows);
        if (!rows) {
            (void)err_set(e, ERR_BUG, "no memory for %u exceptions", capacity);
            return NULL;
        }
        list->rows = rows;
        list->capacity = capacity;
    }
    struct exception *row = &list->rows[list->count++];
    *row = (struct exception){.verdict = verdict, .family = -1, .card_no = -1, .device_no = -1, .epoch = -1, .amount_fen = -1,
                              .occurred_at = DATE_NO_MOMENT, .accounting_date = accounting_date, .detail = ""};
    return row;
}

struct closing *exceptions_add_closing(struct exceptions *list, int verdict, struct err *e)
{
    if (list->closing_count == list->closing_capacity) {
        uint32_t capacity = list->closing_capacity ? list->closing_capacity * 2 : 256;
        struct closing *rows = realloc(list->closings, capacity * sizeof *rows);
        if (!rows) {
            (void)err_set(e, ERR_BUG, "no memory for %u closings", capacity);
            return NULL;
        }
        list->closings = rows;
        list->closing_capacity = capacity;
    }
    struct closing *row = &list->closings[list->closing_count++];
    *row = (struct closing){.verdict = verdict, .card_no = -1, .device_no = -1, .reason = ""};
    return row;
}

static void put_family(struct db_copy *copy, int family)
{
    if (family < 0)
        db_put_null(copy);
    else
        db_put_bool(copy, family == 1);
}

static bool put_exception(struct db_copy *copy, const struct exception *row, int64_t id, struct err *e)
{
    size_t detail_length = strlen(row->detail);
    if (!db_copy_row(copy, 18, 128 + detail_length, e))
        return false;
    db_put_int64(copy, id);
    db_put_int16(copy, (int16_t)row->verdict);
    db_put_int64_or_null(copy, row->school_code, 0);
    db_put_int32_or_null(copy, row->device_no, -1);
    db_put_int32_or_null(copy, row->epoch, -1);
    db_put_int64_or_null(copy, row->device_seq, 0);
    db_put_int64_or_null(copy, row->card_no, -1);
    put_family(copy, row->family);
    db_put_int32_or_null(copy, row->counter, 0);
    db_put_int64_or_null(copy, row->last_number, 0);
    db_put_int64_or_null(copy, row->amount_fen, -1);
    db_put_moment(copy, row->occurred_at);
    db_put_day(copy, row->accounting_date);
    db_put_int64_or_null(copy, row->archive_id, 0);
    db_put_int32_or_null(copy, row->file_no, 0);
    db_put_int32_or_null(copy, row->record_no, 0);
    db_put_int64_or_null(copy, row->record_id, 0);
    db_put_bytes(copy, row->detail, detail_length);
    return true;
}

static bool write_rows(const struct exceptions *list, struct ledger_run *run, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_copy_open(run->db, sql_ledger_copy_exception, &copy, e))
        return false;
    for (uint32_t i = 0; i < list->count; i++) {
        if (!put_exception(copy, &list->rows[i], ledger_run_id_of(run, i), e)) {
            db_copy_abort(copy);
            return false;
        }
    }
    return db_copy_close(copy, NULL, e);
}

static bool write_raws(const struct exceptions *list, struct ledger_run *run, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_copy_open(run->db, sql_ledger_copy_reject, &copy, e))
        return false;
    for (uint32_t i = 0; i < list->count; i++) {
        if (!list->rows[i].raw)
            continue;
        if (!db_copy_row(copy, 2, 8 + list->rows[i].raw_length, e)) {
            db_copy_abort(copy);
            return false;
        }
        db_put_int64(copy, ledger_run_id_of(run, i));
        db_put_bytes(copy, list->rows[i].raw, list->rows[i].raw_length);
    }
    return db_copy_close(copy, NULL, e);
}

static bool send_closings(const struct exceptions *list, struct ledger_run *run, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_exec(run->db, sql_ledger_closing_table, e) || !db_copy_open(run->db, sql_ledger_closing_copy, &copy, e))
        return false;
    for (uint32_t i = 0; i < list->closing_count; i++) {
        const struct closing *row = &list->closings[i];
        size_t reason_length = strlen(row->reason);
        if (!db_copy_row(copy, 5, 40 + reason_length, e)) {
            db_copy_abort(copy);
            return false;
        }
        db_put_int16(copy, (int16_t)row->verdict);
        db_put_int64_or_null(copy, row->card_no, -1);
        db_put_int64_or_null(copy, row->record_id, 0);
        db_put_int32_or_null(copy, row->device_no, -1);
        db_put_bytes(copy, row->reason, reason_length);
    }
    return db_copy_close(copy, NULL, e) && db_exec(run->db, sql_ledger_closing_analyze, e);
}

static bool write_closings(const struct exceptions *list, struct ledger_run *run, struct err *e)
{
    if (list->closing_count == 0)
        return true;
    struct db_number id;
    const char *params[] = {db_from_int64(&id, run->run_id)};
    return send_closings(list, run, e) && db_command(run->db, sql_ledger_closing_insert, 1, params, NULL, e);
}

bool exceptions_write(const struct exceptions *list, struct ledger_run *run, struct err *e)
{
    return write_rows(list, run, e) && write_raws(list, run, e) && write_closings(list, run, e);
}

bool exceptions_close_file(struct ledger_run *run, int64_t archive_id, int32_t file_no, struct err *e)
{
    struct db_number archive, file, id;
    const char *params[] = {db_from_int64(&archive, archive_id), db_from_int64(&file, file_no),
                            db_from_int64(&id, run->run_id)};
    return db_command(run->db, sql_ledger_file_refused_close, 3, params, NULL, e);
}
