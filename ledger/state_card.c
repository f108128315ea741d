/* The cards of a run: what is on file of them, and what earlier runs left. */
#include <inttypes.h>
#include <pthread.h>

#include "ledger/state.h"
#include "queries.h"

static bool send_cards(const struct state *state, struct db *db, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_exec(db, sql_ledger_run_card_table, e) || !db_copy_open(db, sql_ledger_run_card_copy, &copy, e))
        return false;
    for (uint32_t i = 0; i < state->card_count; i++) {
        if (!db_copy_row(copy, 2, 12, e)) {
            db_copy_abort(copy);
            return false;
        }
        db_put_int32(copy, (int32_t)i);
        db_put_int64(copy, state->cards[i].card_no);
    }
    return db_copy_close(copy, NULL, e) && db_exec(db, sql_ledger_run_card_analyze, e);
}

/* Touches nothing that read_card_state touches: the two are read side by side. */
static bool read_card_row(struct card *card, const struct db_scan *scan, struct arena *arena, struct err *e)
{
    (void)arena;
    card->on_file = true;
    card->school_code = db_scan_int64(scan, 1);
    card->chip = (uint8_t)db_scan_int64(scan, 2);
    card->card_class = (uint8_t)db_scan_int64(scan, 3);
    card->status = (uint8_t)db_scan_int64(scan, 4);
    card->expires_on = db_scan_day(scan, 5);
    card->opening[0] = (int32_t)db_scan_int64(scan, 6);
    card->opening[1] = (int32_t)db_scan_int64(scan, 7);
    card->opening_fen = db_scan_int64(scan, 8);
    card->key_version = (uint8_t)db_scan_int64(scan, 9);
    card->known_on = db_scan_day(scan, 10);
    /* A card's school is its holder's (RULES.md 2), and import takes no card without one. */
    return card->school_code != 0 ||
           err_set(e, ERR_BUG,
                   "card \"%06" PRId64 "********%04" PRId64 "\" is on file and its holder is not: it belongs to no school's book",
                   card->card_no / INT64_C(1000000000000), card->card_no % 10000);
}

static bool read_card_state(struct card *card, const struct db_scan *scan, struct arena *arena, struct err *e)
{
    card->read_run = db_scan_int64(scan, 1);
    card->has_transfers = db_scan_bool(scan, 2);
    card->purse_fen = card->was_purse_fen = db_scan_int64(scan, 3);
    card->records = card->was_records = db_scan_int64(scan, 6);
    card->day = card->was_day = db_scan_day(scan, 14);
    card->day_fen = card->was_day_fen = db_scan_int64(scan, 15);
    if (card->records > 0)
        card->tail = (struct tail){.occurred_at = db_scan_moment(scan, 7),
                                   .family = (uint8_t)db_scan_int64(scan, 8),
                                   .counter = (int32_t)db_scan_int64(scan, 9),
                                   .is_reversal = db_scan_bool(scan, 10),
                                   .after_fen = db_scan_int64(scan, 11),
                                   .offline = (int32_t)db_scan_int64(scan, 12),
                                   .online = (int32_t)db_scan_int64(scan, 13),
                                   .exists = true};
    return ranges_read(&card->was[0], db_scan_bytes(scan, 4), arena, e) &&
           ranges_read(&card->was[1], db_scan_bytes(scan, 5), arena, e) &&
           ranges_copy(&card->accepted[0], &card->was[0], arena, e) &&
           ranges_copy(&card->accepted[1], &card->was[1], arena, e);
}

/* Reads the rows of one scan into the cards that their first column names by place. */
static bool scan_cards(struct state *state, struct db *db, const char *sql,
                       bool (*read)(struct card *, const struct db_scan *, struct arena *, struct err *), struct err *e)
{
    struct db_scan *scan = NULL;
    if (!db_scan_open(db, sql, &scan, e))
        return false;
    bool more = true, done = true;
    while (done && (done = db_scan_next(scan, &more, e)) && more)
        done = read(&state->cards[db_scan_int64(scan, 0)], scan, state->arena, e);
    return db_scan_end(scan, done, e);
}

/* The reference rows, over a connection and in a thread of their own. */
struct reference {
    struct state *state;
    struct db *db;
    struct err err;
    bool done;
};

static void *load_reference_beside(void *argument)
{
    struct reference *reference = argument;
    struct db *db = reference->db;
    struct err *e = &reference->err;
    reference->done = db_begin(db, e) && send_cards(reference->state, db, e) &&
                      scan_cards(reference->state, db, sql_ledger_load_cards, read_card_row, e) && db_commit(db, e);
    if (!reference->done)
        db_rollback(db);
    return NULL;
}

static bool load_states(struct state *state, struct db *db, struct err *e)
{
    return send_cards(state, db, e) && scan_cards(state, db, sql_ledger_load_card_state, read_card_state, e);
}

static bool load_side_by_side(struct state *state, struct db *db, struct db *beside, struct err *e)
{
    struct reference reference = {.state = state, .db = beside};
    pthread_t thread;
    int failure = pthread_create(&thread, NULL, load_reference_beside, &reference);
    if (failure != 0)
        return err_set_errno(e, ERR_BUG, failure, "a thread could not be started");
    bool done = load_states(state, db, e);
    (void)pthread_join(thread, NULL);
    if (done && !reference.done)
        *e = reference.err;
    return done && reference.done;
}

/* The chain of a card without accepted records is its opening state, of one not on file nothing. */
static void begin_chain(struct card *card)
{
    if (card->records > 0)
        return;
    card->tail = (struct tail){.occurred_at = DATE_NO_MOMENT, .offline = -1, .online = -1};
    if (card->on_file)
        card->tail = (struct tail){.occurred_at = DATE_NO_MOMENT, .after_fen = card->opening_fen, .exists = true,
                                   .counter = card->opening[0], .offline = card->opening[0],
                                   .online = card->opening[1]};
}

bool state_load_cards(struct state *state, struct db *db, struct db *beside, struct err *e)
{
    for (uint32_t i = 0; i < state->card_count; i++)
        state->cards[i].day = state->cards[i].was_day = DATE_NO_DAY;
    bool done = beside ? load_side_by_side(state, db, beside, e)
                       : load_states(state, db, e) && scan_cards(state, db, sql_ledger_load_cards, read_card_row, e);
    for (uint32_t i = 0; done && i < state->card_count; i++)
        begin_chain(&state->cards[i]);
    return done;
}
