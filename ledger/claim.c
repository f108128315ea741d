#include "ledger/claim.h"

#include "base/money.h"
#include "queries.h"

enum { FIRST_SLOTS = 64 };

struct claims {
    struct arena *arena;
    struct claim **slots; /* by card_no, open addressing (base/hash.h); NULL: free */
    uint32_t slot_count;
    uint32_t count;
    struct hash_seed seed;
    struct claim *first, *last; /* in the order in which they were made */
};

bool claims_open(struct claims **claims, struct hash_seed seed, struct arena *arena, struct err *e)
{
    struct claims *made = *claims = arena_alloc(arena, sizeof *made, e);
    if (!made)
        return false;
    made->arena = arena;
    made->seed = seed;
    made->slot_count = FIRST_SLOTS;
    made->slots = arena_array(arena, made->slot_count, sizeof(struct claim *), e);
    return made->slots != NULL;
}

static struct claim **find_slot(const struct claims *claims, int64_t card_no)
{
    uint32_t at = (uint32_t)(hash_number(&claims->seed, 0, (uint64_t)card_no) >> 32) & (claims->slot_count - 1);
    while (claims->slots[at] && claims->slots[at]->card_no != card_no)
        at = (at + 1) & (claims->slot_count - 1);
    return &claims->slots[at];
}

struct claim *claims_find(const struct claims *claims, int64_t card_no)
{
    return *find_slot(claims, card_no);
}

static bool grow(struct claims *claims, struct err *e)
{
    struct claims grown = {.slot_count = claims->slot_count * 4, .seed = claims->seed};
    grown.slots = arena_array(claims->arena, grown.slot_count, sizeof(struct claim *), e);
    if (!grown.slots)
        return false;
    for (uint32_t i = 0; i < claims->slot_count; i++)
        if (claims->slots[i])
            *find_slot(&grown, claims->slots[i]->card_no) = claims->slots[i];
    claims->slots = grown.slots;
    claims->slot_count = grown.slot_count;
    return true;
}

struct claim *claims_make(struct claims *claims, int64_t card_no, struct err *e)
{
    struct claim **slot = find_slot(claims, card_no);
    if (*slot)
        return *slot;
    if (claims->count * 2 >= claims->slot_count) {
        if (!grow(claims, e))
            return NULL;
        slot = find_slot(claims, card_no);
    }
    *slot = arena_alloc(claims->arena, sizeof **slot, e);
    if (!*slot)
        return NULL;
    (*slot)->card_no = card_no;
    if (claims->last)
        claims->last->later = *slot;
    else
        claims->first = *slot;
    claims->last = *slot;
    claims->count++;
    return *slot;
}

/* ---- what a claim gives */

/* Takes up to wanted_fen from a sum; returns how much. */
static int64_t draw(struct claim *claim, int64_t *sum_fen, int64_t wanted_fen)
{
    ALWAYS(wanted_fen >= 0 && *sum_fen >= 0);
    int64_t given_fen = wanted_fen < *sum_fen ? wanted_fen : *sum_fen;
    *sum_fen -= given_fen;
    claim->is_changed = claim->is_changed || given_fen > 0;
    return given_fen;
}

int64_t claim_draw_topup(struct claim *claim, int64_t wanted_fen)
{
    return draw(claim, &claim->topup_fen, wanted_fen);
}

int64_t claim_repay_advance(struct claim *claim, int64_t wanted_fen)
{
    return draw(claim, &claim->advance_fen, wanted_fen);
}

int64_t claim_draw_subsidy(struct claim *claim, int64_t wanted_fen)
{
    int64_t given_fen = 0;
    while (claim->lots && given_fen < wanted_fen) {
        given_fen += draw(claim, &claim->lots->left_fen, wanted_fen - given_fen);
        if (claim->lots->left_fen == 0)
            claim->lots = claim->lots->next;
    }
    return given_fen;
}

/* A lot without a last day comes after all others. */
static bool is_before(int32_t valid_to, int32_t other)
{
    return valid_to != DATE_NO_DAY && (other == DATE_NO_DAY || valid_to < other);
}

int64_t claim_lapse(struct claim *claim, int32_t day)
{
    int64_t lapsed_fen = 0;
    while (claim->lots && is_before(claim->lots->valid_to, day))
        lapsed_fen += claim_draw_subsidy(claim, claim->lots->left_fen);
    return lapsed_fen;
}

int64_t claim_subsidy_fen(const struct claim *claim)
{
    int64_t held_fen = 0;
    for (const struct lot *lot = claim->lots; lot; lot = lot->next)
        held_fen += lot->left_fen;
    return held_fen;
}

/* ---- what a claim gets */

static bool add(struct claim *claim, int64_t *sum_fen, int64_t fen, struct err *e)
{
    ALWAYS(fen > 0);
    claim->is_changed = true;
    return money_add(sum_fen, fen, e);
}

bool claim_add_topup(struct claim *claim, int64_t fen, struct err *e)
{
    return add(claim, &claim->topup_fen, fen, e);
}

bool claim_give_advance(struct claim *claim, int64_t fen, struct err *e)
{
    return add(claim, &claim->advance_fen, fen, e);
}

/* The lots together must stay a sum, since they are one account's balance. */
static bool check_sum(const struct claim *claim, int64_t fen, struct err *e)
{
    int64_t held_fen = claim_subsidy_fen(claim);
    return money_add(&held_fen, fen, e);
}

bool claim_add_lot(struct claims *claims, struct claim *claim, struct lot lot, struct err *e)
{
    struct lot **at = &claim->lots;
    if (!check_sum(claim, lot.left_fen, e))
        return false;
    while (*at && is_before((*at)->valid_to, lot.valid_to))
        at = &(*at)->next;
    if (!*at || (*at)->valid_to != lot.valid_to) {
        struct lot *made = arena_alloc(claims->arena, sizeof *made, e);
        if (!made)
            return false;
        *made = (struct lot){.valid_to = lot.valid_to, .next = *at};
        *at = made;
    }
    return add(claim, &(*at)->left_fen, lot.left_fen, e);
}

bool claim_move_lots(struct claims *claims, struct claim *from, struct claim *to, struct err *e)
{
    for (const struct lot *lot = from->lots; lot; lot = lot->next)
        if (!claim_add_lot(claims, to, *lot, e))
            return false;
    from->is_changed = from->is_changed || from->lots;
    from->lots = NULL;
    return true;
}

/* ---- the database */

enum { COLUMN_CARD, COLUMN_RUN, COLUMN_TOPUP, COLUMN_ADVANCE, COLUMN_VALID_TO, COLUMN_LEFT };

static bool read_row(struct claims *claims, const struct db_scan *scan, struct err *e)
{
    struct claim *claim = claims_make(claims, db_scan_int64(scan, COLUMN_CARD), e);
    if (!claim)
        return false;
    claim->read_run = db_scan_int64(scan, COLUMN_RUN);
    claim->topup_fen = db_scan_int64(scan, COLUMN_TOPUP);
    claim->advance_fen = db_scan_int64(scan, COLUMN_ADVANCE);
    struct lot lot = {.valid_to = db_scan_day(scan, COLUMN_VALID_TO), .left_fen = db_scan_int64(scan, COLUMN_LEFT)};
    if (!db_scan_is_null(scan, COLUMN_LEFT) && !claim_add_lot(claims, claim, lot, e))
        return false;
    claim->is_changed = false;
    return true;
}

static bool read_all(struct claims *claims, struct ledger_run *run, const char *sql, struct err *e)
{
    struct db_scan *scan = NULL;
    if (!db_scan_open(run->db, sql, &scan, e))
        return false;
    bool more = true, done = true;
    while (done && (done = db_scan_next(scan, &more, e)) && more)
        done = read_row(claims, scan, e);
    return db_scan_end(scan, done, e);
}

bool claims_load(struct claims **claims, struct ledger_run *run, struct arena *arena, struct err *e)
{
    return claims_open(claims, run->seed, arena, e) && read_all(*claims, run, sql_ledger_load_claims, e);
}

static bool send_claimants(struct ledger_run *run, const int64_t *card_nos, size_t count, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_exec(run->db, sql_ledger_claimant_table, e) || !db_copy_open(run->db, sql_ledger_claimant_copy, &copy, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!db_copy_row(copy, 1, 8, e)) {
            db_copy_abort(copy);
            return false;
        }
        db_put_int64(copy, card_nos[i]);
    }
    return db_copy_close(copy, NULL, e) && db_exec(run->db, sql_ledger_claimant_analyze, e);
}

bool claims_load_cards(struct claims *claims, struct ledger_run *run, const int64_t *card_nos, size_t count,
                       struct err *e)
{
    return send_claimants(run, card_nos, count, e) && read_all(claims, run, sql_ledger_load_claims_of, e);
}

/* A claim that no row stands for and that holds nothing needs none. */
static bool is_written(const struct claim *claim)
{
    return claim->is_changed &&
           (claim->read_run != 0 || claim->topup_fen != 0 || claim->advance_fen != 0 || claim->lots);
}

static bool put_claim(struct db_copy *copy, const struct claim *claim, int64_t run_id, struct err *e)
{
    if (!db_copy_row(copy, 5, 40, e))
        return false;
    db_put_int64(copy, claim->card_no);
    db_put_int64(copy, run_id);
    db_put_int64(copy, claim->topup_fen);
    db_put_int64(copy, claim->advance_fen);
    db_put_int64_or_null(copy, claim->read_run, 0);
    return true;
}

static bool put_lots(struct db_copy *copy, const struct claim *claim, int64_t run_id, struct err *e)
{
    (void)run_id;
    for (const struct lot *lot = claim->lots; lot; lot = lot->next) {
        if (!db_copy_row(copy, 3, 20, e))
            return false;
        db_put_int64(copy, claim->card_no);
        db_put_day(copy, lot->valid_to);
        db_put_int64(copy, lot->left_fen);
    }
    return true;
}

static bool send(const struct claims *claims, struct ledger_run *run, const char *sql,
                 bool (*put)(struct db_copy *, const struct claim *, int64_t, struct err *), struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_copy_open(run->db, sql, &copy, e))
        return false;
    for (const struct claim *claim = claims->first; claim; claim = claim->later) {
        if (is_written(claim) && !put(copy, claim, run->run_id, e)) {
            db_copy_abort(copy);
            return false;
        }
    }
    return db_copy_close(copy, NULL, e);
}

bool claims_write(const struct claims *claims, struct ledger_run *run, struct err *e)
{
    bool any = false;
    for (const struct claim *claim = claims->first; claim && !any; claim = claim->later)
        any = is_written(claim);
    return !any ||
           (db_exec(run->db, sql_ledger_claims_open, e) && send(claims, run, sql_ledger_card_claim_copy, put_claim, e) &&
            send(claims, run, sql_ledger_subsidy_lot_copy, put_lots, e) &&
            db_exec(run->db, sql_ledger_claims_replace, e));
}
