/* at the end of a run: grays and waiting reversals are asked again, card by card in the order of posting,
 * until nothing changes; what two people have agreed to post (P-16) is accepted before. Each answer is final. */
#include <stdlib.h>

#include "base/array.h"
#include "base/order.h"
#include "ledger/asking.h"
#include "ledger/judge_card.h"
#include "ledger/reversal.h"

static const struct record *held_record(const struct judge *judge, const struct judge_held *held)
{
    return &judge->batch->records[held->record_index];
}

static bool list_waiting(struct judge *judge, struct err *e)
{
    const struct batch *batch = judge->batch;
    for (uint32_t i = 0; i < batch->waiting_count; i++) {
        struct judge_held *grown = array_extend(judge->held, ARRAY_SIZE(judge, held, *grown), 1, e);
        if (!grown)
            return false;
        judge->held = grown;
        grown[judge->held_count - 1] = (struct judge_held){.record_index = batch->waiting[i].record_index,
                                                           .posted_index = STATE_NONE,
                                                           .held_id = batch->waiting[i].held_id,
                                                           .is_agreed = batch->waiting[i].is_agreed};
    }
    return true;
}

static int compare_held(const void *a, const void *b, void *context)
{
    const struct judge_held *x = a, *y = b;
    const struct batch *batch = context;
    ORDER(batch->records[x->record_index].card_index, batch->records[y->record_index].card_index);
    return judge_compare_posting(batch, x->record_index, y->record_index);
}

static void sort_held(struct judge *judge)
{
    if (judge->held_count > 1)
        qsort_r(judge->held, judge->held_count, sizeof *judge->held, compare_held, judge->batch);
    for (uint32_t i = 0; i < judge->held_count; i++) {
        struct card *card = &judge->state->cards[held_record(judge, &judge->held[i])->card_index];
        if (card->held_count++ == 0)
            card->first_held = i;
    }
}

static int compare_carried(const void *a, const void *b)
{
    const struct carried *x = a, *y = b;
    ORDER(x->card_index, y->card_index);
    ORDER(x->record_index, y->record_index);
    ORDER(x->counter, y->counter);
    return 0;
}

/* Adds what records of this run carry to what earlier ones did. */
static bool list_carried(struct judge *judge, struct err *e)
{
    struct state *state = judge->state;
    for (uint32_t i = 0; i < judge->batch->carried_count; i++) {
        const struct batch_carried *from = &judge->batch->carried[i];
        const struct record *r = &judge->batch->records[from->record_index];
        if (!record_stays(r))
            continue;
        struct carried *grown = array_extend(state->carried, ARRAY_SIZE(state, carried, *grown), 1, e);
        if (!grown)
            return false;
        state->carried = grown;
        grown[state->carried_count - 1] = (struct carried){.card_index = r->card_index,
                                                           .record_index = from->record_index,
                                                           .counter = from->counter,
                                                           .amount_fen = from->amount_fen,
                                                           .psam_no = from->psam_no,
                                                           .occurred_at = from->occurred_at,
                                                           .kind = from->kind};
    }
    if (state->carried_count > 1)
        qsort(state->carried, state->carried_count, sizeof *state->carried, compare_carried);
    for (uint32_t i = 0; i < state->carried_count; i++) {
        struct card *card = &state->cards[state->carried[i].card_index];
        if (card->carried_count++ == 0)
            card->first_carried = i;
    }
    return true;
}

/* One that was held in this run is accepted by the copy that stands for it. */
bool judge_carries(const struct judge *judge, const struct carried *carried)
{
    if (carried->record_index == STATE_NONE || judge->batch->records[carried->record_index].verdict == VERDICT_ACCEPTED)
        return true;
    if (!record_waits(&judge->batch->records[carried->record_index]))
        return false;
    const struct card *card = &judge->state->cards[carried->card_index];
    uint32_t low = card->first_held, end = low + card->held_count, high = end;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (judge_compare_posting(judge->batch, judge->held[middle].record_index, carried->record_index) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < end && judge->held[low].record_index == carried->record_index && judge->held[low].outcome == HELD_POSTED;
}

/* the three questions in their order. */
static enum held_outcome ask_gray(const struct asking *asking, uint32_t held_index)
{
    struct judge_held *held = &asking->judge->held[held_index];
    const struct record *r = held_record(asking->judge, held);
    held->reason = "its counter was accepted on another record";
    if (judge_counter_is_taken(asking->card, r))
        return HELD_VOID;
    held->reason = "a later record carries it";
    if (asking_is_carried(asking, held_index))
        return HELD_POSTED;
    const struct chain_link *behind = asking_behind(asking, held_index);
    if (!behind || r->before_fen == r->after_fen)
        return HELD_UNDECIDED;
    held->reason = "the next transaction begins with its balance after";
    if (behind->before_fen == r->after_fen)
        return HELD_POSTED;
    held->reason = "the next transaction begins with its balance before";
    return behind->before_fen == r->before_fen ? HELD_VOID : HELD_UNDECIDED;
}

/* The record that stands for a held one from now on: its own place behind the arrivals, or a copy there. */
static bool make_posted(struct judge *judge, struct judge_held *held, struct err *e)
{
    held->posted_index = held->record_index;
    if (held->is_new) {
        struct record *copy = batch_add_records(judge->batch, 1, e);
        if (!copy)
            return false;
        ALWAYS(judge->batch->record_count <= judge->ordinals);
        *copy = judge->batch->records[held->record_index];
        held->posted_index = judge->batch->record_count - 1;
    }
    return true;
}

/* A reversal is matched before: its decision has its place among the reversals. */
static bool post_held(struct judge *judge, struct day_sums *sums, struct judge_held *held, struct err *e)
{
    if (!make_posted(judge, held, e))
        return false;
    struct record *r = &judge->batch->records[held->posted_index];
    r->flags = (uint16_t)judge_place(judge, held->posted_index);
    if (!held->is_agreed && judge_merchant_pays(judge, r)) {
        held->outcome = HELD_REFUSED;
        held->reason = "it is a purchase after the loss report on a terminal whose list named the card";
        return judge_hold(judge, held->posted_index, VERDICT_MERCHANT_PAYS,
                          "the card was reported lost, and the terminal's list named it", e);
    }
    if (held->is_agreed) { /* P-16: on the open date */
        judge->decisions[held->posted_index].accounting_date = judge->open_date;
        r->flags |= date_day_of(r->occurred_at) < judge->open_date ? FLAG_LATE : 0;
    }
    held->outcome = HELD_POSTED;
    return judge_accept(judge, sums, held->posted_index, e);
}

static bool ask_reversal(struct judge *judge, struct judge_held *held, bool *is_matched, struct err *e)
{
    uint32_t index = held->record_index;
    if (!reversal_match(judge, index, UINT32_MAX, is_matched, e))
        return false;
    if (!*is_matched || !held->is_new)
        return true;
    /* The copy that stands for it comes next. */
    judge->reversals[judge->reversal_count - 1].record_index = judge->batch->record_count;
    judge->decisions[judge->batch->record_count].extra = judge->reversal_count - 1;
    return true;
}

static bool ask(struct asking *asking, struct day_sums *sums, uint32_t held_index, struct err *e)
{
    struct judge *judge = asking->judge;
    struct judge_held *held = &judge->held[held_index];
    bool is_matched = false;
    if (held->is_agreed && held_record(judge, held)->kind != RECORD_REVERSAL) {
        held->reason = "two people have agreed to post it";
        return post_held(judge, sums, held, e);
    }
    if (held_record(judge, held)->kind == RECORD_REVERSAL) {
        held->reason = held->is_agreed ? "two people have agreed to post it" : "its purchase has come";
        return ask_reversal(judge, held, &is_matched, e) && (!is_matched || post_held(judge, sums, held, e));
    }
    enum held_outcome outcome = ask_gray(asking, held_index);
    if (outcome == HELD_POSTED)
        return post_held(judge, sums, held, e);
    held->outcome = outcome;
    return true;
}

/* What the card has spent on its days in this run so far, in the order of posting. */
static bool sum_days(const struct judge *judge, const struct card *card, struct day_sums *sums, struct err *e)
{
    int64_t sum_fen = 0;
    for (uint32_t k = 0; k < card->sorted_count; k++) {
        const struct record *r = &judge->batch->records[judge->sorted[card->first_sorted + k]];
        if (r->verdict == VERDICT_ACCEPTED && record_is_purchase(r) && !day_sums_add(sums, card, r, &sum_fen, e))
            return false;
    }
    return true;
}

/* Agreed ones first, then all in the order of posting, round after round until nothing changes; each answer counts for the
 * next question. */
static bool ask_all(struct asking *asking, struct day_sums *sums, struct err *e)
{
    const struct card *card = asking->card;
    uint32_t held_index = 0;
    for (uint32_t i = card->first_held; i < card->first_held + card->held_count; i++) {
        if (!asking->judge->held[i].is_agreed)
            continue;
        if (!ask(asking, sums, i, e))
            return false;
        asking_done(asking, i);
    }
    while (asking_next(asking, &held_index)) {
        if (!ask(asking, sums, held_index, e))
            return false;
        asking_done(asking, held_index);
    }
    return true;
}

static bool ask_card(struct judge *judge, uint32_t card_index, struct day_sums *sums, struct err *e)
{
    struct card *card = &judge->state->cards[card_index];
    struct asking asking = {0};
    bool done = sum_days(judge, card, sums, e) && asking_open(&asking, judge, card_index, e) && ask_all(&asking, sums, e);
    asking_close(&asking);
    day_sums_keep(sums, card);
    return done;
}

/* The exception of a record that is decided closes; that of an agreed one is its people's to close. */
static bool close_exceptions(struct judge *judge, struct err *e)
{
    for (uint32_t i = 0; i < judge->held_count; i++) {
        const struct judge_held *held = &judge->held[i];
        const struct record *r = held_record(judge, held);
        if (held->outcome == HELD_UNDECIDED || held->is_agreed)
            continue;
        struct closing *closing = exceptions_add_closing(
            &judge->exceptions, r->kind == RECORD_REVERSAL ? VERDICT_UNMATCHED_REVERSAL : VERDICT_GRAY, e);
        if (!closing)
            return false;
        closing->card_no = r->card_no;
        closing->record_id = held->held_id;
        closing->reason = held->reason;
    }
    return true;
}

static bool map_held(struct judge *judge, struct err *e)
{
    uint32_t arrived = judge->batch->arrived_records;
    judge->held_of = calloc((size_t)(judge->batch->record_count - arrived) + 1, sizeof *judge->held_of);
    if (!judge->held_of)
        return err_set(e, ERR_BUG, "no memory for %u decisions", judge->held_count);
    for (uint32_t i = 0; i < judge->held_count; i++)
        if (judge->held[i].posted_index != STATE_NONE)
            judge->held_of[judge->held[i].posted_index - arrived] = i;
    return true;
}

int64_t judge_decides(const struct judge *judge, uint32_t record_index)
{
    uint32_t arrived = judge->batch->arrived_records;
    return record_index < arrived ? 0 : judge->held[judge->held_of[record_index - arrived]].held_id;
}

bool judge_held(struct judge *judge, struct err *e)
{
    struct day_sums sums = {0};
    if (!list_waiting(judge, e))
        return false;
    sort_held(judge);
    if (!list_carried(judge, e) || !chain_read(judge, e))
        return false;
    if (judge->held_count == 0)
        return true;
    bool done = day_sums_open(&sums, judge, e);
    for (uint32_t i = 0; done && i < judge->held_count;) {
        uint32_t card_index = held_record(judge, &judge->held[i])->card_index;
        done = ask_card(judge, card_index, &sums, e);
        i += judge->state->cards[card_index].held_count;
    }
    day_sums_close(&sums);
    return done && map_held(judge, e) && close_exceptions(judge, e);
}
