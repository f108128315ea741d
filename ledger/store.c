#include "ledger/store.h"

#include <pthread.h>
#include <stdlib.h>

#include "ledger/identity.h"
#include "ledger/leaf.h"
#include "queries.h"

static bool put_record(const struct judge *judge, struct db_copy *copy, uint32_t record_index, struct err *e)
{
    const struct record *r = &judge->batch->records[record_index];
    const struct batch_file *file = &judge->batch->files[r->file_index];
    const struct batch_package *package = &judge->batch->packages[file->package_index];
    const struct decision *decision = &judge->decisions[record_index];
    if (!db_copy_row(copy, 23, 144, e))
        return false;
    db_put_int64(copy, ledger_run_id_of(judge->run, record_index));
    db_put_int64(copy, package->school_code);
    db_put_day(copy, judge->open_date);
    db_put_int64(copy, package->archive_id);
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
    if (decision->merchant_index == STATE_NONE)
        db_put_null(copy);
    else
        db_put_int64(copy, judge->state->merchants[decision->merchant_index].merchant_no);
    db_put_day(copy, decision->accounting_date);
    db_put_int16(copy, r->verdict);
    db_put_int32(copy, r->flags);
    db_put_int64_or_null(copy, r->reference, 0);
    db_put_int64_or_null(copy, judge_decides(judge, record_index), 0);
    return true;
}

static bool has_stayed(const struct batch *batch)
{
    for (uint32_t i = 0; i < batch->record_count; i++)
        if (record_stays(&batch->records[i]))
            return true;
    return false;
}

/* Fills and closes the leaf of records over the run's connection, or beside it. */
static bool write_leaf(const struct judge *judge, struct ledger_run *run, struct err *e)
{
    static const char columns[] =
        "record_id, school_code, judged_on, archive_id, file_no, record_no, device_no, epoch, device_seq, digest, kind, "
        "card_no, counter, before_fen, amount_fen, after_fen, occurred_at, merchant_no, accounting_date, verdict, flags, "
        "reference, decides";
    struct db_copy *copy = NULL;
    if (!leaf_open(run, "record", judge->open_date, columns, &copy, e))
        return false;
    for (uint32_t i = 0; i < judge->batch->record_count; i++) {
        if (record_stays(&judge->batch->records[i]) && !put_record(judge, copy, i, e)) {
            db_copy_abort(copy);
            return false;
        }
    }
    return leaf_close(run, "record", judge->open_date, copy, e);
}

/* Both leaves of what the run has judged, as far as there is anything to keep. */
static bool write_leaves(const struct judge *judge, struct ledger_run *run, struct err *e)
{
    return (!has_stayed(judge->batch) || write_leaf(judge, run, e)) &&
           (!identity_has_stayed(judge->batch) || identity_write_leaf(judge->batch, run, judge->ordinals, e));
}

struct store {
    const struct judge *judge;
    bool is_beside;
    bool done;
    struct err err;
    pthread_t thread;
};

/* A transaction of its own: what is filled here is no part of the books before the run attaches it. */
static void *write_leaf_beside(void *argument)
{
    struct store *store = argument;
    struct ledger_run view = *store->judge->run;
    view.db = view.beside;
    view.is_beside = true;
    store->done = db_begin(view.db, &store->err) && db_exec(view.db, sql_ledger_run_memory, &store->err) &&
                  write_leaves(store->judge, &view, &store->err) && db_commit(view.db, &store->err);
    if (!store->done)
        db_rollback(view.db);
    return NULL;
}

bool store_begin(struct store **begun, const struct judge *judge, struct err *e)
{
    struct store *store = *begun = calloc(1, sizeof *store);
    if (!store)
        return err_set(e, ERR_BUG, "no memory to store records");
    store->judge = judge;
    if (!judge->run->beside)
        return write_leaves(judge, judge->run, e);
    int failure = pthread_create(&store->thread, NULL, write_leaf_beside, store);
    store->is_beside = failure == 0;
    return store->is_beside || err_set_errno(e, ERR_BUG, failure, "a thread could not be started");
}

static bool attach_leaves(const struct judge *judge, struct err *e)
{
    return (!has_stayed(judge->batch) || leaf_attach(judge->run, "record", judge->open_date, e)) &&
           (!identity_has_stayed(judge->batch) || leaf_attach(judge->run, "identity", judge->open_date, e));
}

bool store_end(struct store *store, bool done, struct err *e)
{
    if (store && store->is_beside) {
        (void)pthread_join(store->thread, NULL);
        if (done && !store->done) {
            *e = store->err;
            done = false;
        }
    }
    done = done && attach_leaves(store->judge, e);
    free(store);
    return done;
}

static bool put_seen(const struct judge *judge, struct db_copy *copy, const struct device_epoch *unit, int64_t first,
                     int64_t last, struct err *e)
{
    if (!db_copy_row(copy, 5, 32, e))
        return false;
    db_put_int32(copy, (int32_t)judge->state->devices[unit->device_index].device_no);
    db_put_int32(copy, unit->epoch);
    db_put_int64(copy, first);
    db_put_int64(copy, last);
    db_put_int64(copy, judge->run->run_id);
    return true;
}

/* The numbers of the unit that were not seen before this run, as ranges: each range of before lies within one of now. */
static bool put_new_ranges(const struct judge *judge, struct db_copy *copy, const struct device_epoch *unit,
                           struct err *e)
{
    const struct ranges *was = &unit->was, *seen = &unit->seen;
    uint32_t at = 0;
    for (uint32_t i = 0; i < seen->count; i++) {
        int64_t first = seen->bounds[2 * i], last = seen->bounds[2 * i + 1];
        for (; at < was->count && was->bounds[2 * at] <= last; at++) {
            if (was->bounds[2 * at] > first && !put_seen(judge, copy, unit, first, was->bounds[2 * at] - 1, e))
                return false;
            first = was->bounds[2 * at + 1] + 1;
        }
        if (first <= last && !put_seen(judge, copy, unit, first, last, e))
            return false;
    }
    return true;
}

static bool put_all_new_ranges(const struct judge *judge, struct db_copy *copy, struct err *e)
{
    for (uint32_t i = 0; i < judge->state->epoch_count; i++)
        if (!put_new_ranges(judge, copy, &judge->state->epochs[i], e))
            return false;
    return true;
}

/* Ranges have no simple binary form, so they go through a table of their bounds. */
static bool write_seen(struct judge *judge, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_exec(judge->run->db, sql_ledger_seen_table, e) ||
        !db_copy_open(judge->run->db, sql_ledger_seen_copy, &copy, e))
        return false;
    if (!put_all_new_ranges(judge, copy, e)) {
        db_copy_abort(copy);
        return false;
    }
    return db_copy_close(copy, NULL, e) && db_command(judge->run->db, sql_ledger_seen_insert, 0, NULL, NULL, e);
}

static bool put_conflict(const struct judge *judge, struct db_copy *copy, const struct batch_file *file,
                         uint32_t device_seq, uint64_t digest, struct err *e)
{
    if (!db_copy_row(copy, 5, 32, e))
        return false;
    db_put_int32(copy, (int32_t)file->device_no);
    db_put_int32(copy, file->epoch);
    db_put_int64(copy, device_seq);
    db_put_int64(copy, (int64_t)digest);
    db_put_int64(copy, judge->run->run_id);
    return true;
}

static bool put_conflicts(const struct judge *judge, struct db_copy *copy, struct err *e)
{
    const struct batch *batch = judge->batch;
    for (uint32_t i = 0; i < batch->arrived_records; i++) {
        const struct record *r = &batch->records[i];
        if (r->verdict == VERDICT_CONFLICT &&
            !put_conflict(judge, copy, &batch->files[r->file_index], r->device_seq, r->digest, e))
            return false;
    }
    for (uint32_t i = 0; i < batch->identity_count; i++) {
        const struct identity *r = &batch->identities[i];
        if (r->verdict == VERDICT_CONFLICT && !put_conflict(judge, copy, &batch->files[batch_file_of_identity(batch, i)],
                                                            r->device_seq, r->digest, e))
            return false;
    }
    return true;
}

static bool write_conflicts(struct judge *judge, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_copy_open(judge->run->db, sql_ledger_copy_conflict, &copy, e))
        return false;
    if (put_conflicts(judge, copy, e))
        return db_copy_close(copy, NULL, e);
    db_copy_abort(copy);
    return false;
}

bool store_seen(struct judge *judge, struct err *e)
{
    return write_seen(judge, e) && write_conflicts(judge, e);
}

static bool put_card(struct db_copy *copy, const struct card *card, int64_t run_id, struct err *e)
{
    const struct tail *tail = &card->tail;
    size_t ranges_bytes = ranges_copy_bytes(&card->accepted[0], 4) + ranges_copy_bytes(&card->accepted[1], 4);
    if (!db_copy_row(copy, 17, 96 + ranges_bytes, e))
        return false;
    db_put_int64(copy, card->card_no);
    db_put_int64(copy, run_id);
    db_put_bool(copy, card->has_transfers);
    db_put_int64(copy, card->purse_fen);
    ranges_put(copy, &card->accepted[0], 4);
    ranges_put(copy, &card->accepted[1], 4);
    db_put_int64(copy, card->records);
    db_put_moment(copy, tail->occurred_at);
    db_put_int16(copy, tail->family);
    db_put_int32(copy, tail->counter);
    db_put_bool(copy, tail->is_reversal);
    db_put_int64(copy, tail->after_fen);
    db_put_int32(copy, tail->offline);
    db_put_int32(copy, tail->online);
    db_put_day(copy, card->day);
    db_put_int64(copy, card->day_fen);
    db_put_int64_or_null(copy, card->read_run, 0);
    return true;
}

static bool send_cards(struct ledger_run *run, const struct card *cards, uint32_t count, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_copy_open(run->db, sql_ledger_card_state_copy, &copy, e))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (cards[i].touched && !put_card(copy, &cards[i], run->run_id, e)) {
            db_copy_abort(copy);
            return false;
        }
    }
    return db_copy_close(copy, NULL, e);
}

static bool send_devices(struct judge *judge, struct err *e)
{
    const struct state *state = judge->state;
    struct db_copy *copy = NULL;
    if (!db_copy_open(judge->run->db, sql_ledger_device_state_copy, &copy, e))
        return false;
    for (uint32_t i = 0; i < state->epoch_count; i++) {
        const struct device_epoch *unit = &state->epochs[i];
        if (ranges_equal(&unit->was, &unit->seen))
            continue;
        if (!db_copy_row(copy, 6, 48 + ranges_copy_bytes(&unit->seen, 8), e)) {
            db_copy_abort(copy);
            return false;
        }
        db_put_int32(copy, (int32_t)state->devices[unit->device_index].device_no);
        db_put_int32(copy, unit->epoch);
        db_put_int64(copy, judge->run->run_id);
        ranges_put(copy, &unit->seen, 8);
        db_put_int64(copy, unit->seen_fen);
        db_put_int64_or_null(copy, unit->read_run, 0);
    }
    return db_copy_close(copy, NULL, e);
}

bool store_state(struct judge *judge, struct err *e)
{
    struct db *db = judge->run->db;
    return db_exec(db, sql_ledger_state_open, e) &&
           send_cards(judge->run, judge->state->cards, judge->state->card_count, e) && send_devices(judge, e) &&
           db_exec(db, sql_ledger_state_replace, e);
}

bool store_opened_cards(struct ledger_run *run, const struct card *cards, uint32_t count, struct err *e)
{
    return db_exec(run->db, sql_ledger_state_open, e) && send_cards(run, cards, count, e) &&
           db_exec(run->db, sql_ledger_state_replace, e);
}
