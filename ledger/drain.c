#include "ledger/drain.h"

#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "ledger/store.h"
#include "queries.h"

enum { SEEN_DAYS = 30, LEAF_DAYS = 2 * SEEN_DAYS, NO_TARGET = -1 };
static const size_t list_maximum_bytes = (size_t)64 << 20;

/* ---- whose window is over */

static int32_t days_of(const struct drain_rules *rules, int64_t school_code)
{
    for (size_t i = 0; i < rules->school_count; i++)
        if (rules->schools[i].school_code == school_code)
            return rules->schools[i].days;
    return rules->days;
}

static bool read_candidate(struct arena *arena, const struct db_rows *rows, size_t row, struct drain *drain,
                           struct err *e)
{
    enum { CARD, NEW_CARD, PERSON, SCHOOL, REPORTED_AT, REPORTED_ON, PURSE, TOPUP, SUBSIDY, DEPOSIT };
    const char *person = db_text(rows, row, PERSON);
    *drain = (struct drain){.card_no = db_int64(rows, row, CARD),
                            .new_card_no = db_int64(rows, row, NEW_CARD),
                            .person_no = arena_copy(arena, person, strlen(person), e),
                            .school_code = db_int64(rows, row, SCHOOL),
                            .reported_at = db_int64(rows, row, REPORTED_AT),
                            .reported_on = db_day(rows, row, REPORTED_ON),
                            .purse_fen = db_int64(rows, row, PURSE),
                            .topup_fen = db_int64(rows, row, TOPUP),
                            .subsidy_fen = db_int64(rows, row, SUBSIDY),
                            .deposit_fen = db_int64(rows, row, DEPOSIT)};
    return drain->person_no != NULL;
}

static bool read_candidates(struct arena *arena, struct db *db, int32_t day, const struct drain_rules *rules,
                            struct drains *drains, struct err *e)
{
    struct db_rows *rows = NULL;
    struct db_number date;
    const char *params[] = {db_from_day(&date, day)};
    if (!db_query(db, sql_settle_drain_candidates, 1, params, &rows, e))
        return false;
    drains->rows = arena_array(arena, db_rows_count(rows) + 1, sizeof *drains->rows, e);
    bool read = drains->rows != NULL;
    for (size_t row = 0; read && row < db_rows_count(rows); row++) {
        struct drain *drain = &drains->rows[drains->count];
        read = read_candidate(arena, rows, row, drain, e);
        drains->count += read && day >= drain->reported_on + days_of(rules, drain->school_code);
    }
    db_rows_close(rows);
    return read;
}

/* ---- who still waits for a device */

/* A place to look: leaves of some days and numbers. */
struct leaves {
    int32_t from_day, to_day;
    int64_t from_id, to_id;
};

struct look {
    struct db *db;
    int32_t day;
    struct buf cards;   /* as an array of SQL */
    struct buf reports; /* likewise */
    int64_t from, to;   /* seconds */
};

static bool list_cards(struct look *look, const struct drains *drains, struct err *e)
{
    for (size_t i = 0; i < drains->count; i++) {
        buf_printf(&look->cards, "%c%lld", i ? ',' : '{', (long long)drains->rows[i].card_no);
        buf_printf(&look->reports, "%c%lld", i ? ',' : '{', (long long)drains->rows[i].reported_at);
    }
    buf_add_text(&look->cards, "}");
    buf_add_text(&look->reports, "}");
    return buf_ok(&look->cards, e) && buf_ok(&look->reports, e);
}

/* Takes the cards of sorted numbers out of the list, which is sorted too. */
static void drop_cards(struct drains *drains, const struct db_rows *numbers)
{
    size_t kept = 0, at = 0, count = db_rows_count(numbers);
    for (size_t i = 0; i < drains->count; i++) {
        while (at < count && db_int64(numbers, at, 0) < drains->rows[i].card_no)
            at++;
        if (at == count || db_int64(numbers, at, 0) != drains->rows[i].card_no)
            drains->rows[kept++] = drains->rows[i];
    }
    drains->count = kept;
}

static bool drop_blocked(const struct look *look, struct leaves leaves, struct drains *drains, struct err *e)
{
    struct db_rows *rows = NULL;
    struct db_number from, to, from_day, to_day, from_id, to_id;
    const char *params[] = {look->cards.data, look->reports.data, db_from_int64(&from, look->from),
                            db_from_int64(&to, look->to), db_from_day(&from_day, leaves.from_day),
                            db_from_day(&to_day, leaves.to_day), db_from_int64(&from_id, leaves.from_id),
                            db_from_int64(&to_id, leaves.to_id)};
    if (!db_query(look->db, sql_settle_drain_blocked, 8, params, &rows, e))
        return false;
    drop_cards(drains, rows);
    db_rows_close(rows);
    return true;
}

/* Records of the last 30 days were mostly judged in the last 30 days, and never before they were made unless a clock was
 * ahead or days were posted in a backlog: those leaves are known by name. */
static bool look_everywhere(const struct look *look, struct drains *drains, struct err *e)
{
    struct db_rows *rows = NULL;
    struct db_number date, from;
    struct leaves leaves = {look->day - LEAF_DAYS, look->day, 0, INT64_MAX};
    const char *params[] = {db_from_day(&date, leaves.from_day), db_from_int64(&from, look->from), look->cards.data};
    if (!drop_blocked(look, leaves, drains, e) || !db_query(look->db, sql_settle_drain_leaves, 3, params, &rows, e))
        return false;
    bool done = true;
    for (size_t row = 0; done && row < db_rows_count(rows); row++) {
        const struct ledger_run run = {.run_id = db_int64(rows, row, 0)}, next = {.run_id = run.run_id + 1};
        int32_t judged_on = db_day(rows, row, 1);
        leaves = (struct leaves){judged_on, judged_on, ledger_run_id_of(&run, 0), ledger_run_id_of(&next, 0)};
        done = drop_blocked(look, leaves, drains, e);
    }
    db_rows_close(rows);
    return done;
}

static bool drop_waiting(struct db *db, int32_t day, struct drains *drains, struct err *e)
{
    struct look look = {.db = db, .day = day, .from = date_moment(day - SEEN_DAYS + 1, 0, 0, 0),
                        .to = date_moment(day + 1, 0, 0, 0)};
    if (drains->count == 0)
        return true;
    buf_open(&look.cards, list_maximum_bytes);
    buf_open(&look.reports, list_maximum_bytes);
    bool done = list_cards(&look, drains, e) && look_everywhere(&look, drains, e);
    buf_close(&look.cards);
    buf_close(&look.reports);
    return done;
}

/* ---- in which order */

/* The place of the card that takes a card's money, among sorted candidates; NO_TARGET where it is none of them. */
static int64_t find_target(const struct drains *drains, int64_t card_no)
{
    size_t low = 0, high = drains->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (drains->rows[middle].card_no < card_no)
            low = middle + 1;
        else
            high = middle;
    }
    return low < drains->count && drains->rows[low].card_no == card_no ? (int64_t)low : NO_TARGET;
}

static bool pass_on(const struct drain *from, struct drain *to, struct err *e)
{
    return money_add(&to->topup_fen, from->purse_fen, e) && money_add(&to->topup_fen, from->topup_fen, e) &&
           money_add(&to->subsidy_fen, from->subsidy_fen, e);
}

static bool holds_something(const struct drain *drain)
{
    return drain->purse_fen > 0 || drain->topup_fen > 0 || drain->subsidy_fen > 0 || drain->deposit_fen > 0;
}

bool drains_order(struct arena *arena, struct drains *drains, struct err *e)
{
    size_t count = drains->count, waiting = 0, kept = 0;
    struct drain *ordered = arena_array(arena, count + 1, sizeof *ordered, e);
    int64_t *targets = ordered ? arena_array(arena, count + 1, sizeof *targets, e) : NULL;
    size_t *before = targets ? arena_array(arena, count + 1, sizeof *before, e) : NULL; /* cards that it waits for */
    size_t *queue = before ? arena_array(arena, count + 1, sizeof *queue, e) : NULL;
    if (!queue)
        return false;
    for (size_t i = 0; i < count; i++) {
        targets[i] = find_target(drains, drains->rows[i].new_card_no);
        if (targets[i] != NO_TARGET)
            before[targets[i]]++;
    }
    for (size_t i = 0; i < count; i++)
        if (before[i] == 0)
            queue[waiting++] = i;
    for (size_t at = 0; at < waiting; at++) {
        const struct drain *drain = &drains->rows[queue[at]];
        int64_t target = targets[queue[at]];
        if (target != NO_TARGET) {
            if (!pass_on(drain, &drains->rows[target], e))
                return false;
            if (--before[target] == 0)
                queue[waiting++] = (size_t)target;
        }
        if (holds_something(drain))
            ordered[kept++] = *drain;
    }
    drains->rows = ordered;
    drains->count = kept;
    return true;
}

bool drains_read(struct arena *arena, struct db *db, int32_t day, const struct drain_rules *rules, struct drains *drains,
                 struct err *e)
{
    *drains = (struct drains){.state.arena = arena};
    return read_candidates(arena, db, day, rules, drains, e) && drop_waiting(db, day, drains, e) &&
           drains_order(arena, drains, e);
}

/* ---- moving it */

bool drains_load(struct ledger_run *run, struct drains *drains, struct err *e)
{
    struct state *state = &drains->state;
    state->card_count = (uint32_t)drains->count;
    state->cards = arena_array(state->arena, drains->count + 1, sizeof *state->cards, e);
    for (size_t i = 0; state->cards && i < drains->count; i++)
        state->cards[i].card_no = drains->rows[i].card_no;
    return state->cards && state_load_cards(state, run->db, NULL, e);
}

/* The legs of one card's entry, in their order. */
struct entry {
    struct book *book;
    struct transfer next; /* but for its accounts and amount */
};

static bool add_leg(struct entry *entry, struct account debit, struct account credit, int64_t amount_fen, struct err *e)
{
    if (amount_fen <= 0)
        return true;
    struct transfer t = entry->next;
    t.debit = debit;
    t.credit = credit;
    t.amount_fen = amount_fen;
    entry->next.leg++;
    return book_add(entry->book, &t, e);
}

static int64_t empty_purse(struct card *card)
{
    int64_t held_fen = card->purse_fen > 0 ? card->purse_fen : 0;
    card->purse_fen -= held_fen;
    card->touched = held_fen > 0;
    return held_fen;
}

/* P-14 */
static bool close_card(struct entry *entry, const struct drain *drain, struct card *card, struct claim *claim,
                       struct err *e)
{
    struct account person = account_named(ACCOUNT_REFUND_PAYABLE, drain->person_no);
    entry->next.kind = TRANSFER_CARD_CLOSED;
    if (!add_leg(entry, account_of(ACCOUNT_CARD_PURSE, drain->card_no), person, empty_purse(card), e) ||
        !add_leg(entry, account_of(ACCOUNT_TOPUP_TO_CLAIM, drain->card_no), person,
                 claim_draw_topup(claim, claim->topup_fen), e) ||
        !add_leg(entry, account_of(ACCOUNT_CARD_DEPOSIT, drain->card_no), person, drain->deposit_fen, e))
        return false;
    entry->next.kind = TRANSFER_SUBSIDY_LAPSE;
    return add_leg(entry, account_of(ACCOUNT_SUBSIDY_TO_CLAIM, drain->card_no), account_named(ACCOUNT_SUBSIDY_FUND, ""),
                   claim_draw_subsidy(claim, claim_subsidy_fen(claim)), e);
}

/* P-15 */
static bool replace_card(struct entry *entry, struct card *card, struct claims *claims, struct claim *from,
                         int64_t new_card_no, struct err *e)
{
    struct claim *to = claims_make(claims, new_card_no, e);
    struct account topup = account_of(ACCOUNT_TOPUP_TO_CLAIM, new_card_no);
    int64_t purse_fen = empty_purse(card), topup_fen = claim_draw_topup(from, from->topup_fen);
    entry->next.kind = TRANSFER_CARD_REPLACED;
    return to && add_leg(entry, account_of(ACCOUNT_CARD_PURSE, card->card_no), topup, purse_fen, e) &&
           add_leg(entry, account_of(ACCOUNT_TOPUP_TO_CLAIM, card->card_no), topup, topup_fen, e) &&
           add_leg(entry, account_of(ACCOUNT_SUBSIDY_TO_CLAIM, card->card_no),
                   account_of(ACCOUNT_SUBSIDY_TO_CLAIM, new_card_no), claim_subsidy_fen(from), e) &&
           (purse_fen == 0 || claim_add_topup(to, purse_fen, e)) &&
           (topup_fen == 0 || claim_add_topup(to, topup_fen, e)) && claim_move_lots(claims, from, to, e);
}

static bool post_card(struct ledger_run *run, struct book *book, struct claims *claims, const struct drain *drain,
                      struct card *card, struct err *e)
{
    struct claim *claim = claims_make(claims, drain->card_no, e);
    struct entry entry = {.book = book,
                          .next = {.school_code = drain->school_code,
                                   .accounting_date = run->open_date,
                                   .occurred_at = date_moment(run->open_date, 0, 0, 0),
                                   .card_no = drain->card_no,
                                   .device_no = -1}};
    if (!claim || !ledger_run_next_entry(run, &entry.next.entry_id, e))
        return false;
    return drain->new_card_no < 0 ? close_card(&entry, drain, card, claim, e)
                                  : replace_card(&entry, card, claims, claim, drain->new_card_no, e);
}

bool drains_post(struct ledger_run *run, struct book *book, struct claims *claims, struct drains *drains, struct err *e)
{
    for (size_t i = 0; i < drains->count; i++)
        if (!post_card(run, book, claims, &drains->rows[i], &drains->state.cards[i], e))
            return false;
    return true;
}

bool drains_store(struct ledger_run *run, const struct drains *drains, struct err *e)
{
    return drains->count == 0 || store_opened_cards(run, drains->state.cards, drains->state.card_count, e);
}
