/* and the flags: the records that are left, card by card in the order of posting. */
#include <stdlib.h>

#include "base/array.h"
#include "base/order.h"
#include "ledger/chain.h"
#include "ledger/judge_card.h"
#include "ledger/loss.h"
#include "ledger/reversal.h"

enum { FEW = 16 };

/* RULES.md 1: family offline first, counter, a reversal after its purchase, occurred_at, device_no, epoch, sequence. */
int judge_compare_posting(const struct batch *batch, uint32_t a, uint32_t b)
{
    const struct record *x = &batch->records[a], *y = &batch->records[b];
    ORDER(record_family(x), record_family(y));
    ORDER(x->counter, y->counter);
    ORDER(x->kind == RECORD_REVERSAL, y->kind == RECORD_REVERSAL);
    ORDER(x->occurred_at, y->occurred_at);
    ORDER(x->device_no, y->device_no);
    ORDER(x->epoch, y->epoch);
    ORDER(x->device_seq, y->device_seq);
    return a < b ? -1 : a > b;
}

static int compare_places(const void *a, const void *b, void *batch)
{
    return judge_compare_posting(batch, *(const uint32_t *)a, *(const uint32_t *)b);
}

/* What judge_compare_posting asks first, as one number: family, counter, reversal. */
static uint64_t posting_key(const struct record *r)
{
    return (uint64_t)record_family(r) << 33 | (uint64_t)r->counter << 1 | (r->kind == RECORD_REVERSAL);
}

/* Few places are put in order faster by hand than by qsort. */
static void sort_places(const struct judge *judge, uint32_t *places, uint32_t count)
{
    uint64_t keys[FEW];
    if (count > FEW) {
        qsort_r(places, count, sizeof *places, compare_places, judge->batch);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = places[i], at = i;
        uint64_t key = posting_key(&judge->batch->records[place]);
        for (; at > 0 && (key < keys[at - 1] || (key == keys[at - 1] &&
                                                 judge_compare_posting(judge->batch, place, places[at - 1]) < 0));
             at--) {
            places[at] = places[at - 1];
            keys[at] = keys[at - 1];
        }
        places[at] = place;
        keys[at] = key;
    }
}

/* Also where the package's own time is from a future far from the open date: it would open books that nobody closes. */
static bool is_bad_time(const struct judge *judge, const struct record *r, int32_t own_day)
{
    int64_t package_at = batch_package_of(judge->batch, r)->made_at;
    return r->occurred_at > package_at + judge->rules->bad_time_after_s ||
           r->occurred_at < package_at - (int64_t)judge->rules->bad_time_before_days * DATE_SECONDS_A_DAY ||
           own_day > judge->open_date + judge->rules->bad_time_before_days;
}

unsigned judge_place(struct judge *judge, uint32_t record_index)
{
    const struct record *r = &judge->batch->records[record_index];
    const struct batch_file *file = &judge->batch->files[r->file_index];
    const struct device_epoch *unit = &judge->state->epochs[file->unit_index];
    struct decision *decision = &judge->decisions[record_index];
    int32_t own_day = date_day_of(r->occurred_at);
    bool bad_time = is_bad_time(judge, r, own_day);
    int32_t as_of = bad_time ? judge->open_date : own_day;
    decision->accounting_date = bad_time || own_day < judge->open_date ? judge->open_date : own_day;
    unsigned flags = (bad_time ? FLAG_BAD_TIME : 0u) | (own_day < decision->accounting_date ? FLAG_LATE : 0u);
    const struct terminal_row *row = state_terminal(judge->state, &judge->state->devices[unit->device_index], as_of);
    const struct card *card = &judge->state->cards[r->card_index];
    bool is_known = row && row->school_code == judge->batch->packages[file->package_index].school_code;
    decision->merchant_index = is_known ? row->merchant_index : STATE_NONE;
    if (!is_known || (decision->merchant_index == STATE_NONE && record_is_purchase(r)))
        flags |= FLAG_UNKNOWN_TERMINAL;
    if (row && card->on_file && record_is_purchase(r) && !terminal_takes(row, card->card_class))
        flags |= FLAG_CLASS_REFUSED;
    return flags;
}

static unsigned card_flags(const struct judge *judge, const struct record *r, const struct card *card)
{
    unsigned flags = 0;
    struct loss_standing standing = loss_standing_at(judge->state, card, r->occurred_at);
    if (!card->on_file)
        flags |= FLAG_UNKNOWN_CARD;
    else if (card->chip == CHIP_M1)
        flags |= FLAG_TAC_NONE;
    if (standing.is_closed || (card->on_file && date_day_of(r->occurred_at) > card->expires_on))
        flags |= FLAG_CARD_NOT_VALID;
    if (standing.is_lost && record_is_purchase(r))
        flags |= FLAG_BLACKLISTED;
    return flags;
}

static bool except_flags(struct judge *judge, uint32_t record_index, struct err *e)
{
    static const struct {
        unsigned flag;
        int verdict;
        const char *detail;
    } kinds[] = {
        {FLAG_UNKNOWN_TERMINAL, EXCEPTION_UNKNOWN_TERMINAL, "terminal or merchant is not on file there on that day"},
        {FLAG_UNKNOWN_CARD, EXCEPTION_UNKNOWN_CARD, "card is not on file"},
        {FLAG_CARD_NOT_VALID, EXCEPTION_CARD_NOT_VALID, "card is closed or expired"},
        {FLAG_BLACKLISTED, EXCEPTION_BLACKLISTED, "purchase after the loss report, the bureau pays"},
        {FLAG_BAD_TIME, EXCEPTION_BAD_TIME, "time of the terminal is too far from that of the package, or too far ahead"},
        {FLAG_OVER_LIMIT, EXCEPTION_OVER_LIMIT, "over the limit of one purchase or of the day"},
        {FLAG_CLASS_REFUSED, EXCEPTION_CLASS_REFUSED, "terminal does not take the class of the card"},
    };
    const struct record *r = &judge->batch->records[record_index];
    for (size_t i = 0; r->flags != 0 && i < sizeof kinds / sizeof kinds[0]; i++)
        if ((r->flags & kinds[i].flag) != 0 &&
            !judge_except(judge, record_index, kinds[i].verdict, judge->decisions[record_index].accounting_date,
                          kinds[i].detail, e))
            return false;
    return true;
}

bool judge_hold(struct judge *judge, uint32_t record_index, enum verdict verdict, const char *detail, struct err *e)
{
    struct record *r = &judge->batch->records[record_index];
    r->verdict = (uint8_t)verdict;
    r->flags = 0; /* only accepted records have flags */
    return judge_except(judge, record_index, (int)verdict, judge->open_date, detail, e);
}

/* Holds a record that is asked again at the end of the run, and in later ones. */
static bool hold_and_ask(struct judge *judge, uint32_t record_index, enum verdict verdict, const char *detail,
                         struct err *e)
{
    struct judge_held *grown = array_extend(judge->held, ARRAY_SIZE(judge, held, *grown), 1, e);
    if (!grown)
        return false;
    judge->held = grown;
    grown[judge->held_count - 1] = (struct judge_held){.record_index = record_index,
                                                       .posted_index = STATE_NONE,
                                                       .held_id = ledger_run_id_of(judge->run, record_index),
                                                       .is_new = true};
    return judge_hold(judge, record_index, verdict, detail, e);
}

bool judge_accept(struct judge *judge, struct day_sums *sums, uint32_t record_index, struct err *e)
{
    struct record *r = &judge->batch->records[record_index];
    struct card *card = &judge->state->cards[r->card_index];
    unsigned flags = r->flags | card_flags(judge, r, card);
    int64_t day_fen = 0;
    /* A reversal takes no counter. */
    if (r->kind != RECORD_REVERSAL &&
        !ranges_add(&card->accepted[record_family(r)], r->counter, judge->state->arena, e))
        return false;
    if (record_is_purchase(r)) {
        int card_class = card->on_file ? card->card_class : 0;
        if (!day_sums_add(sums, card, r, &day_fen, e))
            return false;
        if (r->amount_fen > judge->rules->single_fen[card_class] || day_fen > judge->rules->day_fen[card_class])
            flags |= FLAG_OVER_LIMIT;
    }
    r->flags = (uint16_t)flags;
    r->verdict = VERDICT_ACCEPTED;
    card->touched = true;
    card->is_entered |= card->tail.occurred_at != DATE_NO_MOMENT && r->occurred_at <= card->tail.occurred_at;
    card->last_file = r->file_index;
    card->records++;
    return except_flags(judge, record_index, e);
}

bool judge_counter_is_taken(const struct card *card, const struct record *r)
{
    int family = record_family(r);
    return ranges_has(&card->accepted[family], r->counter) ||
           (card->on_file && (int64_t)r->counter <= card->opening[family]);
}

bool judge_merchant_pays(const struct judge *judge, const struct record *r)
{
    const struct card *card = &judge->state->cards[r->card_index];
    if (!record_is_purchase(r) || !card->on_file || (card->loss_count == 0 && card->status != CARD_LOST))
        return false;
    struct loss_standing standing = loss_standing_at(judge->state, card, r->occurred_at);
    return standing.is_lost && loss_list_reached(judge->state, card, &standing, record_list_version(r));
}

/* The first refusal in the order of RULES.md 1 decides. */
static bool judge_record(struct judge *judge, struct day_sums *sums, uint32_t sorted_place, struct err *e)
{
    uint32_t record_index = judge->sorted[sorted_place];
    struct record *r = &judge->batch->records[record_index];
    const struct card *card = &judge->state->cards[r->card_index];
    bool is_matched = false;
    if (r->mark == 0 && r->kind != RECORD_REVERSAL && judge_counter_is_taken(card, r))
        return judge_hold(judge, record_index, VERDICT_COUNTER_CONFLICT, "the card's counter was used before", e);
    if (r->mark == 1)
        return hold_and_ask(judge, record_index, VERDICT_GRAY, "debit sent, answer lost", e);
    if (r->kind == RECORD_REVERSAL && !reversal_match(judge, record_index, sorted_place, &is_matched, e))
        return false;
    if (r->kind == RECORD_REVERSAL && !is_matched)
        return hold_and_ask(judge, record_index, VERDICT_UNMATCHED_REVERSAL, "no accepted purchase is known for it", e);
    if (judge_merchant_pays(judge, r))
        return judge_hold(judge, record_index, VERDICT_MERCHANT_PAYS,
                          "the card was reported lost, and the terminal's list named it", e);
    return judge_accept(judge, sums, record_index, e);
}

/* A card that buys on a day before its newest: what it has spent there must be read back. */
static bool list_late(struct judge *judge, const struct record *r, struct err *e)
{
    struct card *card = &judge->state->cards[r->card_index];
    if (card->is_late || card->was_day == DATE_NO_DAY || !record_is_purchase(r) || date_day_of(r->occurred_at) >= card->was_day)
        return true;
    uint32_t *grown = array_extend(judge->late_cards, ARRAY_SIZE(judge, late_card, *grown), 1, e);
    if (!grown)
        return false;
    judge->late_cards = grown;
    grown[judge->late_card_count - 1] = r->card_index;
    card->is_late = true;
    return true;
}

/* A terminal's records lie together and their cards do not: has the card of the record some places later brought near. */
static inline void foresee_card(const struct judge *judge, uint32_t record_index)
{
    enum { FORESEEN = 8 };
    if (record_index + FORESEEN >= judge->batch->arrived_records)
        return;
    uint32_t card_index = judge->batch->records[record_index + FORESEEN].card_index;
    if (card_index < judge->state->card_count)
        __builtin_prefetch(&judge->state->cards[card_index], 1);
}

/* Puts the survivors of R-05, as many of each card as judge_sequences has counted, into one stretch per card. Their places
 * and those of held records, which are shown to the merchant too, are found here, where a terminal's records lie together. */
static bool spread_by_card(struct judge *judge, struct err *e)
{
    struct batch *batch = judge->batch;
    struct state *state = judge->state;
    uint32_t first = 0;
    for (uint32_t i = 0; i < state->card_count; i++) {
        state->cards[i].first_sorted = first;
        first += state->cards[i].sorted_count;
        state->cards[i].sorted_count = 0;
    }
    ALWAYS(first == judge->sorted_count);
    for (uint32_t i = 0; i < batch->arrived_records; i++) {
        struct record *r = &batch->records[i];
        foresee_card(judge, i);
        if (r->verdict == VERDICT_MALFORMED || r->verdict == VERDICT_DUPLICATE)
            continue;
        unsigned flags = judge_place(judge, i);
        if (r->verdict != VERDICT_NONE)
            continue; /* only accepted records have flags */
        r->flags = (uint16_t)flags;
        struct card *card = &state->cards[r->card_index];
        judge->sorted[card->first_sorted + card->sorted_count++] = i;
        if (!list_late(judge, r, e))
            return false;
    }
    return true;
}

/* A card of which nothing is held or asked again, and nothing comes before the tail of its chain, has its links looked at
 * while its records are near; the others are listed for later. */
static bool judge_card(struct judge *judge, struct day_sums *sums, uint32_t card_index, struct err *e)
{
    struct card *card = &judge->state->cards[card_index];
    uint32_t held_count = judge->held_count;
    bool is_linked = false;
    for (uint32_t k = 0; k < card->sorted_count; k++)
        judge_foresee(judge, card->first_sorted + k);
    sort_places(judge, judge->sorted + card->first_sorted, card->sorted_count);
    for (uint32_t k = 0; k < card->sorted_count; k++)
        if (!judge_record(judge, sums, card->first_sorted + k, e))
            return false;
    day_sums_keep(sums, card);
    if (!card->touched && !card->is_asked && held_count == judge->held_count)
        return true;
    bool is_open = card->is_asked || card->is_entered || card_is_opened_late(card) || held_count != judge->held_count;
    return (is_open || chain_link_new(judge, card, &is_linked, e)) && (is_linked || chain_leave(judge, card_index, e));
}

static void mark_asked(struct judge *judge)
{
    const struct batch *batch = judge->batch;
    for (uint32_t i = 0; i < batch->waiting_count; i++)
        judge->state->cards[batch->records[batch->waiting[i].record_index].card_index].is_asked = true;
}

bool judge_cards(struct judge *judge, struct err *e)
{
    struct day_sums sums = {0};
    mark_asked(judge);
    bool done = spread_by_card(judge, e) && day_sums_open(&sums, judge, e) && reversal_find_old(judge, e);
    for (uint32_t i = 0; done && i < judge->state->card_count; i++)
        done = judge_card(judge, &sums, i, e);
    day_sums_close(&sums);
    return done;
}
