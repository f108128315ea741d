#include "ledger/day_sums.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/order.h"

enum { FEW_DAYS = 16 }; /* are looked through */

static int compare_day_sum(const void *a, const void *b)
{
    const struct day_sum *x = a, *y = b;
    ORDER(x->card_index, y->card_index);
    ORDER(x->day, y->day);
    return 0;
}

/* A day that is older than the newest known of its card must be read back. */
static bool wish_day(struct day_sums *sums, uint32_t *capacity, const struct judge *judge, const struct record *r,
                     struct err *e)
{
    const struct card *card = &judge->state->cards[r->card_index];
    int32_t day = date_day_of(r->occurred_at);
    if (!record_is_purchase(r) || card->was_day == DATE_NO_DAY || day >= card->was_day)
        return true;
    struct day_sum *last = sums->old_count ? &sums->old[sums->old_count - 1] : NULL;
    if (last && last->card_index == r->card_index && last->day == day)
        return true;
    struct day_sum *grown = array_extend(sums->old, (struct array_size){&sums->old_count, capacity, sizeof *grown}, 1, e);
    if (!grown)
        return false;
    sums->old = grown;
    grown[sums->old_count - 1] = (struct day_sum){r->card_index, day, 0};
    return true;
}

bool day_sums_open(struct day_sums *sums, const struct judge *judge, struct err *e)
{
    const struct batch *batch = judge->batch;
    uint32_t capacity = 0, kept = 0;
    *sums = (struct day_sums){.slots.seed = judge->run->seed};
    for (uint32_t i = 0; i < judge->late_card_count; i++) {
        const struct card *card = &judge->state->cards[judge->late_cards[i]];
        for (uint32_t k = 0; k < card->sorted_count; k++)
            if (!wish_day(sums, &capacity, judge, &batch->records[judge->sorted[card->first_sorted + k]], e))
                return false;
    }
    for (uint32_t i = batch->arrived_records; i < batch->record_count; i++)
        if (!wish_day(sums, &capacity, judge, &batch->records[i], e))
            return false;
    if (sums->old_count == 0)
        return true;
    qsort(sums->old, sums->old_count, sizeof *sums->old, compare_day_sum);
    for (uint32_t i = 0; i < sums->old_count; i++)
        if (i == 0 || compare_day_sum(&sums->old[i], &sums->old[kept - 1]) != 0)
            sums->old[kept++] = sums->old[i];
    sums->old_count = kept;
    return history_day_sums(judge->run, judge->state, sums->old, sums->old_count, e);
}

void day_sums_close(struct day_sums *sums)
{
    free(sums->old);
    free(sums->now);
    hash_close(&sums->slots);
}

static int64_t sum_before(const struct day_sums *sums, const struct card *card, uint32_t card_index, int32_t day)
{
    if (day == card->was_day)
        return card->was_day_fen;
    if (card->was_day == DATE_NO_DAY || day > card->was_day || sums->old_count == 0)
        return 0;
    struct day_sum key = {card_index, day, 0};
    const struct day_sum *found = bsearch(&key, sums->old, sums->old_count, sizeof key, compare_day_sum);
    return found ? found->sum_fen : 0;
}

static uint64_t hash_day(const struct day_sums *sums, int32_t day)
{
    return hash_number(&sums->slots.seed, 0, (uint64_t)(int64_t)day);
}

/* Enters the day that came last, or all where there is no room. */
static bool index_last(struct day_sums *sums, struct err *e)
{
    uint32_t first = sums->now_count - 1;
    if (sums->now_count <= FEW_DAYS)
        return true;
    if (!sums->slots.places || (uint64_t)sums->now_count * 2 > sums->slots.mask) {
        if (!hash_open(&sums->slots, sums->slots.seed, sums->now_count * 2, e))
            return false;
        first = 0;
    }
    for (uint32_t i = first; i < sums->now_count; i++)
        hash_put(&sums->slots, hash_day(sums, sums->now[i].day), i);
    return true;
}

/* The card's sum of a day in this run; NULL: none yet. */
static struct day_sum *find_now(struct day_sums *sums, int32_t day)
{
    if (sums->now_count > 0 && sums->now[sums->now_count - 1].day == day) /* mostly: counters go with time */
        return &sums->now[sums->now_count - 1];
    if (sums->slots.places) {
        uint32_t at = hash_first(&sums->slots, hash_day(sums, day));
        while (sums->slots.places[at] != HASH_NONE && sums->now[sums->slots.places[at]].day != day)
            at = hash_next(&sums->slots, at);
        return sums->slots.places[at] != HASH_NONE ? &sums->now[sums->slots.places[at]] : NULL;
    }
    for (uint32_t i = sums->now_count; i-- > 0;)
        if (sums->now[i].day == day)
            return &sums->now[i];
    return NULL;
}

bool day_sums_add(struct day_sums *sums, const struct card *card, const struct record *r, int64_t *sum_fen, struct err *e)
{
    int32_t day = date_day_of(r->occurred_at);
    struct day_sum *found = find_now(sums, day);
    if (!found) {
        struct day_sum *grown = array_extend(sums->now, ARRAY_SIZE(sums, now, *grown), 1, e);
        if (!grown)
            return false;
        sums->now = grown;
        found = &grown[sums->now_count - 1];
        *found = (struct day_sum){r->card_index, day, sum_before(sums, card, r->card_index, day)};
        if (!index_last(sums, e))
            return false;
    }
    *sum_fen = found->sum_fen += r->amount_fen;
    return true;
}

void day_sums_keep(struct day_sums *sums, struct card *card)
{
    for (uint32_t i = 0; i < sums->now_count; i++) {
        if (card->day != DATE_NO_DAY && sums->now[i].day < card->day)
            continue;
        card->day = sums->now[i].day;
        card->day_fen = sums->now[i].sum_fen;
    }
    sums->now_count = 0;
    hash_close(&sums->slots);
}
