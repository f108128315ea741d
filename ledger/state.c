#include "ledger/state.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "queries.h"

static uint64_t card_key(const void *table, uint32_t at)
{
    return (uint64_t)((const struct card *)table)[at].card_no;
}

static uint64_t device_key(const void *table, uint32_t at)
{
    return ((const struct device *)table)[at].device_no;
}

static uint64_t unit_key_of(uint32_t device_index, uint16_t epoch)
{
    return (uint64_t)device_index << 16 | epoch;
}

static uint64_t unit_key(const void *table, uint32_t at)
{
    const struct device_epoch *unit = &((const struct device_epoch *)table)[at];
    return unit_key_of(unit->device_index, unit->epoch);
}

/* A table that grows, with the slots of its keys. */
struct keyed {
    void *rows;
    uint32_t count, capacity;
    size_t row_bytes;
    uint64_t (*key)(const void *table, uint32_t at);
    struct hash_slots slots;
};

static uint32_t *keyed_slot(struct keyed *k, uint64_t key)
{
    struct hash_slots *slots = &k->slots;
    uint32_t at = hash_first(slots, hash_number(&slots->seed, 0, key));
    while (slots->places[at] != HASH_NONE && k->key(k->rows, slots->places[at]) != key)
        at = hash_next(slots, at);
    return &slots->places[at];
}

static bool keyed_grow(struct keyed *k, struct err *e)
{
    uint32_t capacity = k->capacity ? k->capacity * 2 : 64;
    void *rows = realloc(k->rows, capacity * k->row_bytes);
    if (!rows)
        return err_set(e, ERR_BUG, "no memory for %u rows", capacity);
    k->rows = rows;
    k->capacity = capacity;
    if (!hash_open(&k->slots, k->slots.seed, capacity, e))
        return false;
    for (uint32_t i = 0; i < k->count; i++)
        hash_put(&k->slots, hash_number(&k->slots.seed, 0, k->key(k->rows, i)), i);
    return true;
}

/* The place of key; a new row, zeroed, is at place == the old count and gets its key from the caller. */
static bool keyed_find(struct keyed *k, uint64_t key, uint32_t *place, struct err *e)
{
    if (k->count == k->capacity && !keyed_grow(k, e))
        return false;
    uint32_t *slot = keyed_slot(k, key);
    if (*slot == STATE_NONE) {
        *slot = k->count;
        memset((char *)k->rows + (size_t)k->count * k->row_bytes, 0, k->row_bytes);
        k->count++;
    }
    *place = *slot;
    return true;
}

static bool index_cards(struct keyed *cards, struct batch *batch, struct err *e)
{
    for (uint32_t i = 0; i < batch->record_count; i++) {
        struct record *r = &batch->records[i];
        r->card_index = STATE_NONE;
        if (r->malformed != MALFORMED_NOT)
            continue;
        uint32_t before = cards->count;
        if (!keyed_find(cards, (uint64_t)r->card_no, &r->card_index, e))
            return false;
        if (cards->count > before)
            ((struct card *)cards->rows)[before].card_no = r->card_no;
    }
    return true;
}

/* The device of a file that came in this run, or of a status row, brought by a package. */
static bool index_device(struct keyed *devices, uint32_t device_no, int64_t school_code, uint32_t *device_index,
                         struct err *e)
{
    uint32_t before = devices->count;
    if (!keyed_find(devices, device_no, device_index, e))
        return false;
    struct device *device = &((struct device *)devices->rows)[*device_index];
    if (devices->count > before)
        device->device_no = device_no;
    if (school_code != 0)
        device->last_school = school_code;
    return true;
}

static bool index_statuses(struct keyed *devices, const struct batch *batch, const struct batch_file *file, struct err *e)
{
    uint32_t device_index = 0;
    for (uint32_t i = file->first_status; i < file->first_status + file->status_count; i++)
        if (batch->statuses[i].malformed == MALFORMED_NOT &&
            !index_device(devices, batch->statuses[i].device_no, batch->packages[file->package_index].school_code,
                          &device_index, e))
            return false;
    return true;
}

static bool index_units(struct keyed *devices, struct keyed *units, struct batch *batch, uint32_t file_index, struct err *e)
{
    struct batch_file *file = &batch->files[file_index];
    uint32_t device_index = 0, before = units->count;
    int64_t school_code = file_index < batch->arrived_files ? batch->packages[file->package_index].school_code : 0;
    if (!index_device(devices, file->device_no, school_code, &device_index, e) ||
        !keyed_find(units, unit_key_of(device_index, file->epoch), &file->unit_index, e))
        return false;
    if (school_code != 0)
        ((struct device *)devices->rows)[device_index].school_code = school_code;
    if (units->count > before) {
        struct device_epoch *unit = &((struct device_epoch *)units->rows)[file->unit_index];
        unit->device_index = device_index;
        unit->epoch = file->epoch;
    }
    return true;
}

static bool index_devices(struct keyed *devices, struct keyed *units, struct batch *batch, struct err *e)
{
    for (uint32_t i = 0; i < batch->file_count; i++) {
        struct batch_file *file = &batch->files[i];
        file->unit_index = STATE_NONE;
        if (file->refused)
            continue;
        if (!(file->has_device ? index_units(devices, units, batch, i, e) : index_statuses(devices, batch, file, e)))
            return false;
    }
    return true;
}

/* "1-40;77" as bits; empty = all. The form was checked at import. */
static void read_classes(struct str text, uint64_t classes[2])
{
    classes[0] = classes[1] = text.length == 0 ? UINT64_MAX : 0;
    int first = 0, number = 0;
    bool in_range = false;
    for (size_t i = 0; i <= text.length && text.length > 0; i++) {
        char c = i < text.length ? text.data[i] : ';';
        if (c >= '0' && c <= '9') {
            number = number * 10 + (c - '0');
        } else if (c == '-') {
            first = number;
            number = 0;
            in_range = true;
        } else {
            for (int n = in_range ? first : number; n <= number && n < 128; n++)
                classes[n / 64] |= UINT64_C(1) << (n % 64);
            number = 0;
            in_range = false;
        }
    }
}

static bool load_terminals(struct state *state, struct db *db, struct err *e)
{
    int64_t count = 0;
    if (!db_query_int64(db, sql_ledger_terminal_count, 0, NULL, &count, e))
        return false;
    state->terminals = arena_array(state->arena, (size_t)count + 1, sizeof *state->terminals, e);
    struct db_scan *scan = NULL;
    if (!state->terminals || !db_scan_open(db, sql_ledger_load_terminals, &scan, e))
        return false;
    bool more = true;
    while (db_scan_next(scan, &more, e) && more && state->terminal_count < (uint32_t)count) {
        struct terminal_row *row = &state->terminals[state->terminal_count++];
        row->device_no = (uint32_t)db_scan_int64(scan, 0);
        row->valid_from = db_scan_day(scan, 1);
        row->valid_to = db_scan_day(scan, 2);
        row->school_code = db_scan_int64(scan, 3);
        row->merchant_no = db_scan_int64(scan, 4);
        row->first_seq = db_scan_int64(scan, 5);
        read_classes(db_scan_bytes(scan, 6), row->classes);
    }
    if (more && e->kind == ERR_NONE)
        (void)err_set(e, ERR_DB, "the terminals changed while they were read");
    return db_scan_end(scan, !more, e);
}

static bool load_merchants(struct state *state, struct db *db, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!db_query(db, sql_ledger_load_merchants, 0, NULL, &rows, e))
        return false;
    size_t count = db_rows_count(rows);
    state->merchants = arena_array(state->arena, count + 1, sizeof *state->merchants, e);
    for (size_t i = 0; state->merchants && i < count; i++)
        state->merchants[i] = (struct merchant){db_int64(rows, i, 0), db_int64(rows, i, 1)};
    state->merchant_count = (uint32_t)count;
    db_rows_close(rows);
    return state->merchants != NULL;
}

/* Where counting begins (RULES.md R-20). */
static int64_t floor_of(const struct state *state, const struct device_epoch *unit)
{
    const struct device *device = &state->devices[unit->device_index];
    return unit->epoch == 0 && device->row_count > 0 ? state->terminals[device->first_row].first_seq : 1;
}

/* Finds the rows of each device of the run; terminals are ordered by device and valid_from. */
static void attach_terminals(struct state *state, struct keyed *devices)
{
    for (uint32_t i = 0; i < state->terminal_count; i++) {
        uint32_t place = *keyed_slot(devices, state->terminals[i].device_no);
        if (place == STATE_NONE)
            continue;
        struct device *device = &state->devices[place];
        if (device->row_count++ == 0)
            device->first_row = i;
    }
    for (uint32_t i = 0; i < state->epoch_count; i++)
        state->epochs[i].floor = floor_of(state, &state->epochs[i]);
}

/* The epoch of the run that a state row belongs to, or a new one among the others; NULL: no device of the run. */
static struct device_epoch *epoch_of_row(struct state *state, struct keyed *devices, struct keyed *units,
                                         const struct db_scan *scan)
{
    uint32_t device_index = *keyed_slot(devices, (uint64_t)db_scan_int64(scan, 0));
    uint16_t epoch = (uint16_t)db_scan_int64(scan, 1);
    if (device_index == STATE_NONE)
        return NULL;
    uint32_t place = *keyed_slot(units, unit_key_of(device_index, epoch));
    if (place != STATE_NONE)
        return &state->epochs[place];
    struct device_epoch *other = &state->other_epochs[state->other_epoch_count++];
    *other = (struct device_epoch){.device_index = device_index, .epoch = epoch};
    other->floor = floor_of(state, other);
    return other;
}

static bool load_device_state(struct state *state, struct keyed *devices, struct keyed *units, struct db *db,
                              struct err *e)
{
    struct db_scan *scan = NULL;
    int64_t count = 0;
    if (!db_query_int64(db, sql_ledger_device_state_count, 0, NULL, &count, e))
        return false;
    state->other_epochs = arena_array(state->arena, (size_t)count + 1, sizeof *state->other_epochs, e);
    if (!state->other_epochs || !db_scan_open(db, sql_ledger_load_device_state, &scan, e))
        return false;
    bool more = true, done = true;
    while (done && (done = db_scan_next(scan, &more, e)) && more) {
        struct device_epoch *unit = epoch_of_row(state, devices, units, scan);
        if (!unit)
            continue;
        unit->read_run = db_scan_int64(scan, 2);
        unit->seen_fen = db_scan_int64(scan, 4);
        unit->is_recounted = db_scan_bool(scan, 5);
        done = ranges_read(&unit->was, db_scan_bytes(scan, 3), state->arena, e) &&
               ranges_copy(&unit->seen, &unit->was, state->arena, e);
    }
    return db_scan_end(scan, done, e);
}

static bool load_losses(struct state *state, struct db *db, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!db_query(db, sql_ledger_load_losses, 0, NULL, &rows, e))
        return false;
    size_t count = db_rows_count(rows);
    state->losses = arena_array(state->arena, count + 1, sizeof *state->losses, e);
    for (size_t i = 0; state->losses && i < count; i++) {
        struct card *card = &state->cards[db_int64(rows, i, 0)];
        state->losses[i] = (struct loss){.effective_at = db_int64(rows, i, 1), .kind = (int)db_int64(rows, i, 2),
                                         .known_on = db_day(rows, i, 3)};
        if (card->loss_count++ == 0)
            card->first_loss = (uint32_t)i;
    }
    state->loss_count = (uint32_t)count;
    db_rows_close(rows);
    return state->losses != NULL;
}

/* The place in the batch of a record that waits; STATE_NONE where it does not wait any more. */
static uint32_t place_of_waiting(const struct batch *batch, int64_t record_id)
{
    for (uint32_t low = 0, high = batch->waiting_count; low < high;) { /* by held_id */
        uint32_t middle = low + (high - low) / 2;
        if (batch->waiting[middle].held_id == record_id)
            return batch->waiting[middle].record_index;
        if (batch->waiting[middle].held_id < record_id)
            low = middle + 1;
        else
            high = middle;
    }
    return STATE_NONE;
}

/* What a record carries that is held and not asked in this run does not count yet. */
static bool load_carried(struct state *state, const struct batch *batch, struct db *db, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!db_query(db, sql_ledger_load_carried, 0, NULL, &rows, e))
        return false;
    state->carried = array_extend(NULL, ARRAY_SIZE(state, carried, *state->carried), (uint32_t)db_rows_count(rows), e);
    state->carried_count = 0;
    for (size_t i = 0; state->carried && i < db_rows_count(rows); i++) {
        uint32_t carrier = db_int64(rows, i, 6) == 0 ? STATE_NONE : place_of_waiting(batch, db_int64(rows, i, 6));
        if (carrier == STATE_NONE && db_int64(rows, i, 6) != 0)
            continue;
        state->carried[state->carried_count++] = (struct carried){.card_index = (uint32_t)db_int64(rows, i, 0),
                                                                  .record_index = carrier,
                                                                  .kind = (uint8_t)db_int64(rows, i, 1),
                                                                  .counter = (uint32_t)db_int64(rows, i, 2),
                                                                  .amount_fen = (uint32_t)db_int64(rows, i, 3),
                                                                  .psam_no = db_int64(rows, i, 4),
                                                                  .occurred_at = db_int64(rows, i, 5)};
    }
    db_rows_close(rows);
    return state->carried != NULL;
}

static bool load_all(struct state *state, struct keyed *tables, struct ledger_run *run, struct batch *batch,
                     struct err *e)
{
    struct keyed *cards = &tables[0], *devices = &tables[1], *units = &tables[2];
    bool indexed = keyed_grow(cards, e) && keyed_grow(devices, e) && keyed_grow(units, e) && index_cards(cards, batch, e) &&
                   index_devices(devices, units, batch, e);
    state->cards = cards->rows;
    state->devices = devices->rows;
    state->epochs = units->rows;
    if (!indexed)
        return false;
    state->card_count = cards->count;
    state->device_count = devices->count;
    state->epoch_count = units->count;
    if (!load_terminals(state, run->db, e) || !load_merchants(state, run->db, e))
        return false;
    state_place_merchants(state);
    attach_terminals(state, devices);
    return load_device_state(state, devices, units, run->db, e) && state_load_cards(state, run->db, run->beside, e) &&
           load_losses(state, run->db, e) && load_carried(state, batch, run->db, e);
}

bool state_load(struct state *state, struct ledger_run *run, struct batch *batch, struct err *e)
{
    *state = (struct state){.arena = batch->arena};
    const struct hash_slots slots = {.seed = run->seed};
    struct keyed tables[3] = {{.row_bytes = sizeof(struct card), .key = card_key, .slots = slots},
                              {.row_bytes = sizeof(struct device), .key = device_key, .slots = slots},
                              {.row_bytes = sizeof(struct device_epoch), .key = unit_key, .slots = slots}};
    err_clear(e);
    bool loaded = load_all(state, tables, run, batch, e);
    for (int i = 0; i < 3; i++)
        hash_close(&tables[i].slots);
    return loaded;
}

void state_close(struct state *state)
{
    free(state->cards);
    free(state->devices);
    free(state->epochs);
    free(state->carried);
    *state = (struct state){0};
}

const struct terminal_row *state_terminal(const struct state *state, const struct device *device, int32_t day)
{
    for (uint32_t i = device->row_count; i-- > 0;) {
        const struct terminal_row *row = &state->terminals[device->first_row + i];
        if (row->valid_from <= day)
            return row->valid_to == DATE_NO_DAY || day <= row->valid_to ? row : NULL;
    }
    return NULL;
}

static uint32_t find_merchant(const struct state *state, int64_t merchant_no)
{
    uint32_t low = 0, high = state->merchant_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (state->merchants[middle].merchant_no < merchant_no)
            low = middle + 1;
        else
            high = middle;
    }
    return low < state->merchant_count && state->merchants[low].merchant_no == merchant_no ? low : STATE_NONE;
}

void state_place_merchants(struct state *state)
{
    for (uint32_t i = 0; i < state->terminal_count; i++) {
        struct terminal_row *row = &state->terminals[i];
        row->merchant_index = row->merchant_no ? find_merchant(state, row->merchant_no) : STATE_NONE;
    }
}

bool card_is_opened_late(const struct card *card)
{
    return card->was_records > 0 && card->tail.offline == TAIL_OPENED_LATE && card->tail.online == TAIL_OPENED_LATE;
}

int64_t card_floor(const struct card *card, int family)
{
    return card->on_file ? (int64_t)card->opening[family] + 1 : ranges_lowest(&card->accepted[family]);
}
