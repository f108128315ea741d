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

/* Of this run: among the card's records before the reversal, the nearest first, and those accepted after all. */
static uint32_t find_new(const struct judge *judge, const struct record *r, uint32_t sorted_place)
{
    const struct card *card = &judge->state->cards[r->card_index];
    uint32_t end = card->first_sorted + card->sorted_count;
    for (uint32_t k = sorted_place < end ? sorted_place : end; k-- > card->first_sorted;) {
        uint32_t index = judge->sorted[k];
        if (judge->decisions[index].extra == 0 && is_purchase_of(judge, &judge->batch->records[index], r))
            return index;
    }
    for (uint32_t i = card->first_held; i < card->first_held + card->held_count; i++) {
        uint32_t index = judge->held[i].posted_index;
        if (index != STATE_NONE && judge->decisions[index].extra == 0 &&
            is_purchase_of(judge, &judge->batch->records[index], r))
            return index;
    }
    return STATE_NONE;
}

static uint32_t find_old(const struct judge *judge, const struct record *r)
{
    struct old_purchase key = {.device_no = r->device_no, .epoch = r->epoch, .device_seq = r->reference};
    if (judge->old_purchase_count == 0)
        return STATE_NONE;
    const struct old_purchase *found = bsearch(&key, judge->old_purchases, judge->old_purchase_count, sizeof key,
                                               compare_purchases);
    if (!found)
        return STATE_NONE;
    while (found > judge->old_purchases && compare_purchases(&found[-1], &key) == 0)
        found--;
    for (const struct old_purchase *end = judge->old_purchases + judge->old_purchase_count;
         found < end && compare_purchases(found, &key) == 0; found++)
        if (!found->is_reversed && found->card_no == r->card_no && found->amount_fen == r->amount_fen)
            return (uint32_t)(found - judge->old_purchases);
    return STATE_NONE;
}

bool reversal_match(struct judge *judge, uint32_t record_index, uint32_t sorted_place, bool *is_matched, struct err *e)
{
    const struct record *r = &judge->batch->records[record_index];
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
