#include "ledger/reversal.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/order.h"
#include "ledger/history.h"

static int compare_purchases(const void *a, const void *b)
{
    const struct old_purchase *x = a, *y = b;
    ORDER(x->device_no, y->device_no);
    ORDER(x->epoch, y->epoch);
    ORDER(x->device_seq, y->device_seq);
    return 0;
}

static struct suspect wanted_by(const struct record *r)
{
    return (struct suspect){r->device_no, r->epoch, r->reference};
}

bool reversal_find_old(struct judge *judge, struct err *e)
{
    const struct batch *batch = judge->batch;
    struct suspect *wanted = NULL;
    uint32_t count = 0, capacity = 0;
    bool done = true;
    if (!judge->has_reversals && batch->record_count == batch->arrived_records)
        return true;
    for (uint32_t i = 0; done && i < batch->record_count; i++) {
        const struct record *r = &batch->records[i];
        const struct batch_file *file = &batch->files[r->file_index];
        /* What no earlier run has seen, none has accepted. */
        if (r->kind != RECORD_REVERSAL || r->verdict != VERDICT_NONE ||
            !ranges_has(&judge->state->epochs[file->unit_index].was, r->reference))
            continue;
        struct suspect *grown = array_extend(wanted, (struct array_size){&count, &capacity, sizeof *grown}, 1, e);
        done = grown != NULL;
        if (done) {
            wanted = grown;
            wanted[count - 1] = wanted_by(r);
        }
    }
    done = done && history_purchases(judge->run, judge->state->arena, wanted, count, &judge->old_purchases,
                                     &judge->old_purchase_count, e);
    free(wanted);
    return done;
}

static bool is_purchase_of(const struct judge *judge, const struct record *purchase, const struct record *reversal)
{
    const struct batch_file *file = &judge->batch->files[purchase->file_index];
    const struct batch_file *own = &judge->batch->files[reversal->file_index];
    return purchase->verdict == VERDICT_ACCEPTED && record_is_purchase(purchase) && file->unit_index == own->unit_index &&
           purchase->device_seq == reversal->reference && purchase->amount_fen == reversal->amount_fen &&
           purchase->card_no == reversal->card_no;
}

static int compare_by_sequence(const void *a, const void *b)
{
    const struct judge_purchase *x = a, *y = b;
    ORDER(x->unit_index, y->unit_index);
    ORDER(x->device_seq, y->device_seq);
    ORDER(x->is_held, y->is_held);
    return x->is_held ? (x->place > y->place) - (x->place < y->place) : (x->place < y->place) - (x->place > y->place);
}

static void list_purchase(struct judge_purchases *list, const struct judge *judge, uint32_t record_index,
                          struct judge_purchase purchase)
{
    const struct record *r = &judge->batch->records[record_index];
    if (!record_is_purchase(r))
        return;
    purchase.unit_index = judge->batch->files[r->file_index].unit_index;
    purchase.device_seq = r->device_seq;
    list->rows[list->count++] = purchase;
}

/* Those of the card at hand, made when its first reversal asks, and again once it has held ones. Of one sequence there is
 * one record, or one and what is accepted in its place: let nothing else through. */
static bool list_purchases(struct judge *judge, uint32_t card_index, struct err *e)
{
    struct judge_purchases *list = &judge->purchases;
    const struct card *card = &judge->state->cards[card_index];
    uint32_t wanted = card->sorted_count + card->held_count;
    if (list->is_made && list->card_index == card_index && list->held_count == card->held_count)
        return true;
    list->is_made = false;
    list->count = 0;
    struct judge_purchase *grown = array_extend(list->rows, (struct array_size){&list->count, &list->capacity, sizeof *grown}, wanted, e);
    if (!grown)
        return false;
    *list = (struct judge_purchases){.rows = grown, .capacity = list->capacity, .card_index = card_index,
                                     .held_count = card->held_count, .is_made = true};
    for (uint32_t k = card->first_sorted; k < card->first_sorted + card->sorted_count; k++)
        list_purchase(list, judge, judge->sorted[k], (struct judge_purchase){.place = k});
    for (uint32_t i = card->first_held; i < card->first_held + card->held_count; i++)
        list_purchase(list, judge, judge->held[i].record_index, (struct judge_purchase){.place = i, .is_held = true});
    if (list->count > 1)
        qsort(list->rows, list->count, sizeof *list->rows, compare_by_sequence);
    return true;
}

/* Of this run: among the card's records before the reversal, the nearest first, and those accepted after all. */
static uint32_t find_new(struct judge *judge, const struct record *r, uint32_t sorted_place)
{
    const struct judge_purchases *list = &judge->purchases;
    uint32_t unit_index = judge->batch->files[r->file_index].unit_index, low = 0, high = list->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct judge_purchase *p = &list->rows[middle];
        if (p->unit_index < unit_index || (p->unit_index == unit_index && p->device_seq < r->reference))
            low = middle + 1;
        else
            high = middle;
        judge->steps++;
    }
    for (; low < list->count && list->rows[low].unit_index == unit_index && list->rows[low].device_seq == r->reference;
         low++) {
        const struct judge_purchase *p = &list->rows[low];
        uint32_t index = p->is_held ? judge->held[p->place].posted_index : judge->sorted[p->place];
        judge->steps++;
        if ((p->is_held || p->place < sorted_place) && index != STATE_NONE && judge->decisions[index].extra == 0 &&
            is_purchase_of(judge, &judge->batch->records[index], r))
            return index;
    }
    return STATE_NONE;
}

/* Of an earlier run. People may have posted a conflict (P-16), so that a sequence has several: of those that R-08 lets the
 * reversal cancel, the one that was accepted first. */
static uint32_t find_old(const struct judge *judge, const struct record *r)
{
    const struct old_purchase key = {.device_no = r->device_no, .epoch = r->epoch, .device_seq = r->reference};
    uint32_t low = 0, high = judge->old_purchase_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_purchases(&judge->old_purchases[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < judge->old_purchase_count && compare_purchases(&judge->old_purchases[low], &key) == 0; low++) {
        const struct old_purchase *found = &judge->old_purchases[low];
        if (!found->is_reversed && found->card_no == r->card_no && found->amount_fen == r->amount_fen)
            return low;
    }
    return STATE_NONE;
}

bool reversal_match(struct judge *judge, uint32_t record_index, uint32_t sorted_place, bool *is_matched, struct err *e)
{
    const struct record *r = &judge->batch->records[record_index];
    if (!list_purchases(judge, r->card_index, e))
        return false;
    struct judge_reversal match = {record_index, find_new(judge, r, sorted_place), STATE_NONE};
    if (match.purchase_index == STATE_NONE)
        match.old_index = find_old(judge, r);
    *is_matched = match.purchase_index != STATE_NONE || match.old_index != STATE_NONE;
    if (!*is_matched)
        return true;
    struct judge_reversal *grown = array_extend(judge->reversals, ARRAY_SIZE(judge, reversal, *grown), 1, e);
    if (!grown)
        return false;
    judge->reversals = grown;
    grown[judge->reversal_count - 1] = match;
    judge->decisions[record_index].extra = judge->reversal_count - 1;
    if (match.purchase_index != STATE_NONE)
        judge->decisions[match.purchase_index].extra = 1; /* of a purchase: it is reversed */
    else
        judge->old_purchases[match.old_index].is_reversed = true;
    return true;
}
