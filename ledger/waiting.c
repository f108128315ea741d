#include "ledger/waiting.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "ledger/judge_card.h"
#include "queries.h"

static struct record record_of_row(const struct db_rows *rows, size_t row, uint32_t file_index)
{
    return (struct record){.record_no = (uint32_t)db_int64(rows, row, 5),
                           .device_no = (uint32_t)db_int64(rows, row, 6),
                           .epoch = (uint16_t)db_int64(rows, row, 7),
                           .device_seq = (uint32_t)db_int64(rows, row, 8),
                           .digest = (uint64_t)db_int64(rows, row, 9),
                           .kind = (uint8_t)db_int64(rows, row, 10),
                           .card_no = db_int64(rows, row, 11),
                           .counter = (uint32_t)db_int64(rows, row, 12),
                           .before_fen = (uint32_t)db_int64(rows, row, 13),
                           .amount_fen = (uint32_t)db_int64(rows, row, 14),
                           .after_fen = (uint32_t)db_int64(rows, row, 15),
                           .occurred_at = db_int64(rows, row, 16),
                           .psam_no = db_int64(rows, row, 17),
                           .list_version = (uint32_t)db_int64(rows, row, 18),
                           .reference = (uint32_t)db_int64(rows, row, 19),
                           .mark = db_int64(rows, row, 10) != RECORD_REVERSAL,
                           .card_index = STATE_NONE,
                           .file_index = file_index};
}

/* The pseudo package and file that say where a record came from. */
static bool add_place(struct batch *batch, const struct db_rows *rows, size_t row, struct err *e)
{
    struct batch_package *package = batch_add_package(batch, e);
    struct batch_file *file = package ? batch_add_file(batch, e) : NULL;
    if (!file)
        return false;
    *package = (struct batch_package){.school_code = db_int64(rows, row, 1),
                                      .archive_id = db_int64(rows, row, 2),
                                      .made_at = db_int64(rows, row, 3),
                                      .first_file = batch->file_count - 1,
                                      .file_count = 1};
    *file = (struct batch_file){.package_index = batch->package_count - 1,
                                .file_no = (int32_t)db_int64(rows, row, 4),
                                .device_no = (uint32_t)db_int64(rows, row, 6),
                                .epoch = (uint16_t)db_int64(rows, row, 7),
                                .has_device = true,
                                .first_record = batch->record_count,
                                .record_count = 1,
                                .first_identity = batch->identity_count,
                                .first_status = batch->status_count};
    return true;
}

static bool add_waiting(struct batch *batch, const struct db_rows *rows, size_t row, struct err *e)
{
    if (!add_place(batch, rows, row, e))
        return false;
    struct record *r = batch_add_records(batch, 1, e);
    struct batch_waiting *waiting = r ? batch_add_waiting(batch, e) : NULL;
    if (!waiting)
        return false;
    *r = record_of_row(rows, row, batch->file_count - 1);
    *waiting = (struct batch_waiting){.record_index = batch->record_count - 1, .held_id = db_int64(rows, row, 0)};
    return true;
}

/* The cards of the records that came, each once. */
struct arrived {
    int64_t *cards;
    uint32_t count, capacity;
    struct hash_slots slots;
};

static bool add_arrived(struct arrived *arrived, int64_t card_no, struct err *e)
{
    struct hash_slots *slots = &arrived->slots;
    uint32_t at = hash_first(slots, hash_number(&slots->seed, 0, (uint64_t)card_no));
    while (slots->places[at] != HASH_NONE && arrived->cards[slots->places[at]] != card_no)
        at = hash_next(slots, at);
    if (slots->places[at] != HASH_NONE)
        return true;
    int64_t *grown = array_extend(arrived->cards, (struct array_size){&arrived->count, &arrived->capacity, sizeof *grown}, 1, e);
    if (!grown)
        return false;
    arrived->cards = grown;
    grown[arrived->count - 1] = card_no;
    slots->places[at] = arrived->count - 1;
    if ((uint64_t)arrived->count * 2 <= slots->mask)
        return true;
    if (!hash_open(slots, slots->seed, arrived->count * 2, e))
        return false;
    for (uint32_t i = 0; i < arrived->count; i++)
        hash_put(slots, hash_number(&slots->seed, 0, (uint64_t)grown[i]), i);
    return true;
}

static bool list_arrived(struct arrived *arrived, const struct ledger_run *run, const struct batch *batch, struct err *e)
{
    if (!hash_open(&arrived->slots, run->seed, 0, e))
        return false;
    for (uint32_t i = 0; i < batch->arrived_records; i++)
        if (batch->records[i].malformed == MALFORMED_NOT && !add_arrived(arrived, batch->records[i].card_no, e))
            return false;
    return true;
}

static bool send_arrived(struct db *db, const struct arrived *arrived, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_exec(db, sql_ledger_arrived_table, e) || !db_copy_open(db, sql_ledger_arrived_copy, &copy, e))
        return false;
    for (uint32_t i = 0; i < arrived->count; i++) {
        if (!db_copy_row(copy, 1, 8, e)) {
            db_copy_abort(copy);
            return false;
        }
        db_put_int64(copy, arrived->cards[i]);
    }
    return db_copy_close(copy, NULL, e) && db_exec(db, sql_ledger_arrived_unasked, e);
}

/* The cards whose held records may hear another answer than before (docs/ledger.md). */
static bool find_cards(struct ledger_run *run, const struct batch *batch, struct err *e)
{
    struct arrived arrived = {0};
    bool done = list_arrived(&arrived, run, batch, e) && send_arrived(run->db, &arrived, e);
    hash_close(&arrived.slots);
    free(arrived.cards);
    return done;
}

bool waiting_load(struct ledger_run *run, struct batch *batch, struct err *e)
{
    struct db_rows *rows = NULL;
    struct db_number day;
    const char *params[] = {db_from_day(&day, run->open_date)};
    int64_t any = 0;
    batch_end_arrivals(batch);
    if (!db_query_int64(run->db, sql_ledger_waiting_any, 0, NULL, &any, e))
        return false;
    if (any == 0)
        return true;
    if (!find_cards(run, batch, e) || !db_query(run->db, sql_ledger_waiting_load, 1, params, &rows, e))
        return false;
    bool done = true;
    for (size_t i = 0; done && i < db_rows_count(rows); i++)
        done = add_waiting(batch, rows, i, e);
    db_rows_close(rows);
    return done;
}

bool waiting_load_agreed(struct ledger_run *run, struct batch *batch, int64_t record_id, struct err *e)
{
    struct db_rows *rows = NULL;
    struct db_number id, run_id, card_no;
    const char *params[] = {db_from_int64(&id, record_id)};
    batch_end_arrivals(batch);
    if (!db_query(run->db, sql_ledger_waiting_agreed, 1, params, &rows, e))
        return false;
    bool done = db_rows_count(rows) == 1 ? add_waiting(batch, rows, 0, e)
                                         : err_set(e, ERR_USAGE, "record %" PRId64 " is not held", record_id);
    db_rows_close(rows);
    if (!done)
        return false;
    batch->waiting[0].is_agreed = true;
    const char *own[] = {db_from_int64(&run_id, run->run_id),
                         db_from_int64(&card_no, batch->records[batch->waiting[0].record_index].card_no)};
    return db_command(run->db, sql_ledger_unasked_put, 2, own, NULL, e);
}

static bool put_waiting(const struct judge *judge, struct db_copy *copy, const struct judge_held *held, struct err *e)
{
    const struct record *r = &judge->batch->records[held->record_index];
    const struct batch_file *file = &judge->batch->files[r->file_index];
    const struct batch_package *package = &judge->batch->packages[file->package_index];
    if (!db_copy_row(copy, 21, 140, e))
        return false;
    db_put_int64(copy, held->held_id);
    db_put_day(copy, judge->open_date);
    db_put_int64(copy, package->school_code);
    db_put_int64(copy, package->archive_id);
    db_put_moment(copy, package->made_at);
    db_put_int32(copy, file->file_no);
    db_put_int32(copy, (int32_t)r->record_no);
    db_put_int32(copy, (int32_t)r->device_no);
    db_put_int32(copy, r->epoch);
    db_put_int64(copy, r->device_seq);
    db_put_int64(copy, (int64_t)r->digest);
    db_put_int16(copy, r->kind);
    db_put_int64(copy, r->card_no);
    db_put_int32(copy, (int32_t)r->counter);
    db_put_int64(copy, r->before_fen);
    db_put_int64(copy, r->amount_fen);
    db_put_int64(copy, r->after_fen);
    db_put_moment(copy, r->occurred_at);
    db_put_int64(copy, r->psam_no);
    db_put_int64(copy, record_list_version(r));
    db_put_int64(copy, r->reference);
    return true;
}

static bool put_decision(const struct judge *judge, struct db_copy *copy, const struct judge_held *held, struct err *e)
{
    static const char *const outcomes[] = {
        [HELD_POSTED] = "posted", [HELD_VOID] = "void", [HELD_REFUSED] = "held"};
    const char *outcome = outcomes[held->outcome];
    if (!db_copy_row(copy, 5, 32 + strlen(outcome) + strlen(held->reason), e))
        return false;
    db_put_int64(copy, held->held_id);
    db_put_bytes(copy, outcome, strlen(outcome));
    if (held->posted_index == STATE_NONE)
        db_put_null(copy);
    else
        db_put_int64(copy, ledger_run_id_of(judge->run, held->posted_index));
    db_put_bytes(copy, held->reason, strlen(held->reason));
    db_put_int64(copy, judge->run->run_id);
    return true;
}

static bool put_reversal(const struct judge *judge, struct db_copy *copy, const struct judge_reversal *reversal,
                         struct err *e)
{
    if (!db_copy_row(copy, 3, 24, e))
        return false;
    db_put_int64(copy, reversal->purchase_index != STATE_NONE
                           ? ledger_run_id_of(judge->run, reversal->purchase_index)
                           : judge->old_purchases[reversal->old_index].entry_id);
    db_put_int64(copy, ledger_run_id_of(judge->run, reversal->record_index));
    db_put_int64(copy, judge->run->run_id);
    return true;
}

static bool put_carried(const struct judge *judge, struct db_copy *copy, const struct carried *carried, struct err *e)
{
    if (!db_copy_row(copy, 10, 61, e))
        return false;
    db_put_int64(copy, judge->state->cards[carried->card_index].card_no);
    db_put_bool(copy, carried->kind == RECORD_LOAD || carried->kind == RECORD_SUBSIDY);
    db_put_int32(copy, (int32_t)carried->counter);
    db_put_int64(copy, ledger_run_id_of(judge->run, carried->record_index));
    db_put_bool(copy, judge->batch->records[carried->record_index].verdict != VERDICT_ACCEPTED);
    db_put_int16(copy, carried->kind);
    db_put_int64(copy, carried->amount_fen);
    db_put_int64(copy, carried->psam_no);
    db_put_moment(copy, carried->occurred_at);
    db_put_int64(copy, judge->run->run_id);
    return true;
}

/* One that was accepted meanwhile says nothing new. */
static bool is_kept(const struct judge *judge, const struct carried *carried)
{
    const struct card *card = &judge->state->cards[carried->card_index];
    int family = carried->kind == RECORD_LOAD || carried->kind == RECORD_SUBSIDY;
    return carried->record_index < judge->batch->arrived_records && !ranges_has(&card->accepted[family], carried->counter);
}

/* Each list in one COPY, in the order of the judge. */
static bool write_waiting(const struct judge *judge, struct db_copy *copy, struct err *e)
{
    for (uint32_t i = 0; i < judge->held_count; i++)
        if (judge->held[i].is_new && judge->held[i].outcome == HELD_UNDECIDED &&
            !put_waiting(judge, copy, &judge->held[i], e))
            return false;
    return true;
}

static bool write_decisions(const struct judge *judge, struct db_copy *copy, struct err *e)
{
    for (uint32_t i = 0; i < judge->held_count; i++)
        if (judge->held[i].outcome != HELD_UNDECIDED && !put_decision(judge, copy, &judge->held[i], e))
            return false;
    return true;
}

static bool write_reversals(const struct judge *judge, struct db_copy *copy, struct err *e)
{
    for (uint32_t i = 0; i < judge->reversal_count; i++)
        if (!put_reversal(judge, copy, &judge->reversals[i], e))
            return false;
    return true;
}

static bool write_carried(const struct judge *judge, struct db_copy *copy, struct err *e)
{
    for (uint32_t i = 0; i < judge->state->carried_count; i++)
        if (is_kept(judge, &judge->state->carried[i]) && !put_carried(judge, copy, &judge->state->carried[i], e))
            return false;
    return true;
}

static bool copy_list(const struct judge *judge, const char *sql, uint32_t count,
                      bool (*write)(const struct judge *, struct db_copy *, struct err *), struct err *e)
{
    struct db_copy *copy = NULL;
    if (count == 0)
        return true;
    if (!db_copy_open(judge->run->db, sql, &copy, e))
        return false;
    if (write(judge, copy, e))
        return db_copy_close(copy, NULL, e);
    db_copy_abort(copy);
    return false;
}

static bool end_waiting(const struct judge *judge, struct err *e)
{
    struct db_rows *rows = NULL;
    struct db_number day;
    const char *params[] = {db_from_day(&day, judge->open_date)};
    bool done = db_query(judge->run->db, sql_ledger_waiting_end, 1, params, &rows, e);
    db_rows_close(rows);
    return done;
}

bool waiting_write(const struct judge *judge, struct err *e)
{
    return copy_list(judge, sql_ledger_waiting_copy, judge->held_count, write_waiting, e) &&
           copy_list(judge, sql_ledger_decision_copy, judge->held_count, write_decisions, e) &&
           copy_list(judge, sql_ledger_reversal_copy, judge->reversal_count, write_reversals, e) &&
           copy_list(judge, sql_ledger_carried_copy, judge->state->carried_count, write_carried, e) &&
           end_waiting(judge, e);
}
