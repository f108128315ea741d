/* R-20 sequence_gap and R-21 counter_gap: one open exception per maximal missing range. When a range changes, the old
 * exception closes and new ones open; what a sequence gap is worth is fixed when it opens. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/money.h"
#include "ledger/history.h"
#include "ledger/judge.h"
#include "queries.h"

static const int64_t largest_worth_fen = INT64_C(1000000000000000);

/* A missing range as it is at the end of this run. */
struct gap {
    uint32_t owner; /* place of the device epoch, or of the card */
    int family;     /* -1: of a device epoch */
    int64_t first, last;
};

struct gaps {
    struct gap *rows;
    uint32_t count, capacity;
    struct db_copy *owners; /* the COPY of the keys of those whose ranges changed */
};

/* The key under which an owner's gaps are on file: device and epoch, or card and family. */
static void put_key(struct db_copy *copy, const struct state *state, uint32_t owner, int family)
{
    db_put_bool(copy, family >= 0);
    if (family < 0) {
        const struct device_epoch *unit = &state->epochs[owner];
        db_put_int64(copy, state->devices[unit->device_index].device_no);
        db_put_int32(copy, unit->epoch);
    } else {
        db_put_int64(copy, state->cards[owner].card_no);
        db_put_int32(copy, family);
    }
}

static bool add_gap(struct gaps *gaps, struct gap gap, struct err *e)
{
    if (gaps->count == gaps->capacity) {
        uint32_t capacity = gaps->capacity ? gaps->capacity * 2 : 256;
        struct gap *grown = realloc(gaps->rows, capacity * sizeof *grown);
        if (!grown)
            return err_set(e, ERR_BUG, "no memory for %u gaps", capacity);
        gaps->rows = grown;
        gaps->capacity = capacity;
    }
    gaps->rows[gaps->count++] = gap;
    return true;
}

/* The numbers among which missing ranges of an owner may have changed: up to a low one, and from another on. */
struct window {
    int64_t low_end; /* -1: none */
    int64_t from;    /* INT64_MAX: none */
};

/* Where the first range begins that is missing in one of two sets and not in the other. */
static int64_t first_change(const struct ranges *was, const struct ranges *now, int64_t floor_number)
{
    uint32_t was_at = 0, now_at = 0;
    int64_t was_first = 0, was_last = 0, now_first = 0, now_last = 0;
    for (;;) {
        bool has_was = ranges_next_gap(was, floor_number, &was_at, &was_first, &was_last);
        bool has_now = ranges_next_gap(now, floor_number, &now_at, &now_first, &now_last);
        if (!has_was && !has_now)
            return INT64_MAX;
        if (!has_was || (has_now && now_first < was_first))
            return now_first;
        if (!has_now || was_first != now_first || was_last != now_last)
            return was_first;
    }
}

/* What a terminal's first_seq was, or whether a card was on file, when its ranges were last looked at is not known: where
 * it does not count from its lowest number, or from an unusual one, what lies there is looked at again. */
static struct window find_window(const struct ranges *was, const struct ranges *now, int64_t floor_number,
                                 int64_t usual_floor, bool is_recounted)
{
    int64_t lowest = ranges_lowest(now);
    struct window window = {-1, first_change(was, now, floor_number)};
    if (is_recounted)
        window.from = 0;
    else if (now->count > 0 && (lowest != floor_number || floor_number != usual_floor))
        window.low_end = lowest > floor_number ? lowest : floor_number;
    if (window.from <= window.low_end)
        window = (struct window){-1, 0};
    return window;
}

static bool put_owner(struct gaps *gaps, const struct state *state, const struct gap *gap, int64_t from, int64_t to,
                      struct err *e)
{
    if (!db_copy_row(gaps->owners, 5, 29, e))
        return false;
    put_key(gaps->owners, state, gap->owner, gap->family);
    db_put_int64(gaps->owners, from);
    db_put_int64(gaps->owners, to);
    return true;
}

/* Lists an owner whose missing ranges may have changed, and those that are missing there now. */
static bool add_owner(struct gaps *gaps, const struct state *state, struct gap gap, const struct window *window,
                      const struct ranges *now, int64_t floor_number, struct err *e)
{
    if (window->low_end >= 0 && !put_owner(gaps, state, &gap, 0, window->low_end, e))
        return false;
    if (window->from < INT64_MAX && !put_owner(gaps, state, &gap, window->from, INT64_MAX, e))
        return false;
    if (window->low_end < 0 && window->from == INT64_MAX)
        return true;
    for (uint32_t at = 0; ranges_next_gap(now, floor_number, &at, &gap.first, &gap.last);)
        if ((gap.first <= window->low_end || gap.first >= window->from) && !add_gap(gaps, gap, e))
            return false;
    return true;
}

static bool add_unit(struct gaps *gaps, const struct state *state, uint32_t unit_index, struct err *e)
{
    const struct device_epoch *unit = &state->epochs[unit_index];
    if (ranges_equal(&unit->was, &unit->seen))
        return true;
    struct window window = find_window(&unit->was, &unit->seen, unit->floor, 1, unit->is_recounted);
    return add_owner(gaps, state, (struct gap){.owner = unit_index, .family = -1}, &window, &unit->seen, unit->floor, e);
}

/* Adds what records carry: such a counter is not missing, as long as it is not above the highest accepted. */
static bool add_carried(const struct judge *judge, const struct card *card, int family, bool with_new, struct ranges *set,
                        struct err *e)
{
    int64_t highest = ranges_highest(set);
    struct ranges bare = *set;
    if (!ranges_copy(set, &bare, judge->state->arena, e))
        return false;
    for (uint32_t i = card->first_carried; i < card->first_carried + card->carried_count; i++) {
        const struct carried *c = &judge->state->carried[i];
        if ((c->kind == RECORD_LOAD || c->kind == RECORD_SUBSIDY) != family || c->counter >= highest ||
            (c->record_index != STATE_NONE && (!with_new || !judge_carries(judge, c))))
            continue;
        if (!ranges_add(set, c->counter, judge->state->arena, e))
            return false;
    }
    return true;
}

static bool add_card(struct gaps *gaps, const struct judge *judge, uint32_t card_index, struct err *e)
{
    const struct card *card = &judge->state->cards[card_index];
    for (int family = 0; family < 2; family++) {
        struct ranges was = card->was[family], now = card->accepted[family];
        if (card->carried_count > 0 &&
            (!add_carried(judge, card, family, false, &was, e) || !add_carried(judge, card, family, true, &now, e)))
            return false;
        int64_t floor_number = card_floor(card, family);
        struct window window = find_window(&was, &now, floor_number, floor_number, card->carried_count > 0);
        if (!add_owner(gaps, judge->state, (struct gap){.owner = card_index, .family = family}, &window, &now, floor_number, e))
            return false;
    }
    return true;
}

static bool find_gaps(struct judge *judge, struct gaps *gaps, struct err *e)
{
    const struct state *state = judge->state;
    for (uint32_t i = 0; i < state->epoch_count; i++)
        if (!add_unit(gaps, state, i, e))
            return false;
    for (uint32_t i = 0; i < state->card_count; i++)
        if (state->cards[i].touched && !add_card(gaps, judge, i, e))
            return false;
    return true;
}

static bool send_owners(struct judge *judge, struct gaps *gaps, struct err *e)
{
    struct db *db = judge->run->db;
    if (!db_exec(db, sql_ledger_gap_tables, e) || !db_copy_open(db, sql_ledger_gap_owner_copy, &gaps->owners, e))
        return false;
    if (!find_gaps(judge, gaps, e)) {
        db_copy_abort(gaps->owners);
        return false;
    }
    return db_copy_close(gaps->owners, NULL, e);
}

static bool send_gaps(struct judge *judge, const struct gaps *gaps, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_copy_open(judge->run->db, sql_ledger_gap_copy, &copy, e))
        return false;
    for (uint32_t i = 0; i < gaps->count; i++) {
        if (!db_copy_row(copy, 6, 33, e)) {
            db_copy_abort(copy);
            return false;
        }
        db_put_int32(copy, (int32_t)i);
        put_key(copy, judge->state, gaps->rows[i].owner, gaps->rows[i].family);
        db_put_int64(copy, gaps->rows[i].first);
        db_put_int64(copy, gaps->rows[i].last);
    }
    return db_copy_close(copy, NULL, e);
}

static int compare_device_sums(const void *a, const void *b)
{
    const struct device_sum *x = a, *y = b;
    return x->device_no == y->device_no ? 0 : x->device_no < y->device_no ? -1 : 1;
}

static bool is_recent(const struct judge *judge, const struct record *r)
{
    int32_t day = date_day_of(r->occurred_at);
    return r->verdict == VERDICT_ACCEPTED && record_is_purchase(r) && day > judge->open_date - 30 &&
           day <= judge->open_date;
}

/* Accepted purchases of the last 30 days by device, this run included; ordered by device_no. */
static struct device_sum *sum_devices(struct judge *judge, struct err *e)
{
    const struct state *state = judge->state;
    struct device_sum *by_device = arena_array(state->arena, (size_t)state->device_count + 1, sizeof *by_device, e);
    struct device_sum *history = arena_array(state->arena, (size_t)state->device_count + 1, sizeof *history, e);
    if (!by_device || !history)
        return NULL;
    for (uint32_t i = 0; i < state->device_count; i++)
        by_device[i].device_no = history[i].device_no = state->devices[i].device_no;
    for (uint32_t i = 0; i < judge->batch->record_count; i++) {
        const struct record *r = &judge->batch->records[i];
        if (!is_recent(judge, r))
            continue;
        const struct batch_file *file = &judge->batch->files[r->file_index];
        struct device_sum *sum = &by_device[state->epochs[file->unit_index].device_index];
        sum->purchases++;
        sum->purchase_fen += r->amount_fen;
    }
    qsort(history, state->device_count, sizeof *history, compare_device_sums);
    if (!history_device_sums(judge->run, history, state->device_count, e))
        return NULL;
    for (uint32_t i = 0; i < state->device_count; i++) {
        struct device_sum *old = bsearch(&by_device[i], history, state->device_count, sizeof *history,
                                         compare_device_sums);
        by_device[i].purchases += old->purchases;
        by_device[i].purchase_fen += old->purchase_fen;
    }
    return by_device;
}

/* What a terminal says of itself must not drive over the sums that pages make of exceptions. */
static int64_t worth_of(const struct gap *gap, const struct device_sum *sum)
{
    if (sum->purchases == 0)
        return 0;
    int64_t worth_fen = money_share(sum->purchase_fen, gap->last - gap->first + 1, sum->purchases);
    return worth_fen < largest_worth_fen ? worth_fen : largest_worth_fen;
}

static bool open_sequence_gap(struct judge *judge, const struct gap *gap, const struct device_sum *sums, struct err *e)
{
    const struct device_epoch *unit = &judge->state->epochs[gap->owner];
    const struct device_sum *sum = &sums[unit->device_index];
    struct exception *row = exceptions_add(&judge->exceptions, EXCEPTION_SEQUENCE_GAP, judge->open_date, e);
    if (!row)
        return false;
    row->school_code = judge->state->devices[unit->device_index].school_code;
    row->device_no = judge->state->devices[unit->device_index].device_no;
    row->epoch = unit->epoch;
    row->device_seq = gap->first;
    row->last_number = gap->last;
    row->amount_fen = worth_of(gap, sum);
    row->detail = arena_printf(judge->state->arena, e, "%u:%" PRId64 "-%" PRId64 " sequences not seen", unit->epoch,
                               gap->first, gap->last);
    return row->detail != NULL;
}

static bool open_counter_gap(struct judge *judge, const struct gap *gap, struct err *e)
{
    const struct card *card = &judge->state->cards[gap->owner];
    struct exception *row = exceptions_add(&judge->exceptions, EXCEPTION_COUNTER_GAP, judge->open_date, e);
    if (!row)
        return false;
    row->school_code = judge_last_school(judge, card);
    row->card_no = card->card_no;
    row->family = gap->family;
    row->counter = gap->first;
    row->last_number = gap->last;
    row->detail = arena_printf(judge->state->arena, e, "%s:%" PRId64 "-%" PRId64 " counters not accepted",
                               gap->family ? "online" : "offline", gap->first, gap->last);
    return row->detail != NULL;
}

static bool open_gaps(struct judge *judge, const struct gaps *gaps, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!db_query(judge->run->db, sql_ledger_gap_new, 0, NULL, &rows, e))
        return false;
    const struct device_sum *sums = NULL;
    bool done = true;
    for (size_t i = 0; done && i < db_rows_count(rows); i++) {
        const struct gap *gap = &gaps->rows[db_int64(rows, i, 0)];
        if (gap->family < 0 && !sums)
            done = (sums = sum_devices(judge, e)) != NULL;
        if (done)
            done = gap->family < 0 ? open_sequence_gap(judge, gap, sums, e) : open_counter_gap(judge, gap, e);
    }
    db_rows_close(rows);
    return done;
}

bool judge_gaps(struct judge *judge, struct err *e)
{
    struct gaps gaps = {0};
    struct db_number id;
    const char *params[] = {db_from_int64(&id, judge->run->run_id)};
    bool done = send_owners(judge, &gaps, e) && send_gaps(judge, &gaps, e) &&
                db_exec(judge->run->db, sql_ledger_gap_analyze, e) &&
                db_command(judge->run->db, sql_ledger_gap_close, 1, params, NULL, e) && open_gaps(judge, &gaps, e);
    free(gaps.rows);
    return done;
}
