#include "ledger/asking.h"

#include <stdlib.h>

#include "base/order.h"
#include "ledger/judge_card.h"

enum { OF_THIS_RUN = 1u << 31 }; /* behind all that is in its place already */

static struct judge_held *held_of(const struct asking *asking, uint32_t held)
{
    return &asking->judge->held[asking->card->first_held + held];
}

static const struct record *record_of(const struct asking *asking, uint32_t held)
{
    return &asking->judge->batch->records[held_of(asking, held)->record_index];
}

/* ---- the chain */

static bool is_tied(const struct asking_link *a, const struct asking_link *b)
{
    return a->held != STATE_NONE && b->held != STATE_NONE && a->link.record_index >= OF_THIS_RUN &&
           b->link.record_index >= OF_THIS_RUN && a->link.occurred_at == b->link.occurred_at &&
           a->link.family == b->link.family && a->link.counter == b->link.counter &&
           a->link.is_reversal == b->link.is_reversal;
}

static void add_link(struct asking *asking, struct chain_link link, uint32_t held)
{
    asking->links[++asking->link_count] = (struct asking_link){.link = link, .held = held};
}

/* What is accepted, and what may be, in one order: the copy that stands for a held record of this run comes behind all else
 * that nothing sets it apart from. */
static bool list_links(struct asking *asking, uint32_t card_index, struct err *e)
{
    const struct card *card = asking->card;
    uint32_t old_count = 0;
    const struct old_link *old = chain_old(asking->judge, card_index, &old_count);
    size_t most = (size_t)old_count + card->sorted_count + 2 * (size_t)card->held_count + 2;
    struct chain_link *fresh = calloc((size_t)card->sorted_count + card->held_count + 1, sizeof *fresh);
    asking->links = calloc(most, sizeof *asking->links);
    if (!fresh || !asking->links) {
        free(fresh);
        return err_set(e, ERR_BUG, "no memory for a chain of %zu records", most);
    }
    uint32_t fresh_count = chain_new(asking->judge, card_index, fresh);
    for (uint32_t i = 0; i < fresh_count; i++)
        add_link(asking, fresh[i], STATE_NONE);
    free(fresh);
    for (uint32_t i = 0; i < old_count; i++)
        add_link(asking, chain_link_of_old(&old[i]), STATE_NONE);
    for (uint32_t i = 0; i < card->held_count; i++) {
        uint32_t index = held_of(asking, i)->record_index;
        add_link(asking, chain_link_of(record_of(asking, i), held_of(asking, i)->is_new ? index | OF_THIS_RUN : index), i);
    }
    qsort(asking->links + 1, asking->link_count, sizeof *asking->links, chain_compare);
    return true;
}

static bool open_chain(struct asking *asking, uint32_t card_index, struct err *e)
{
    uint32_t former = 0;
    if (!list_links(asking, card_index, e) || !bits_open(&asking->there, asking->link_count + 2, e))
        return false;
    for (uint32_t place = 1; place <= asking->link_count + 1; place++) {
        struct asking_link *link = &asking->links[place];
        link->first = place > 1 && is_tied(link, link - 1) ? link[-1].first : place;
        if (place <= asking->link_count && link->held != STATE_NONE) {
            asking->held[link->held].place = place;
            continue;
        }
        link->former = former;
        former = place;
        bits_add(&asking->there, place);
    }
    return true;
}

static uint32_t place_behind(const struct asking *asking, uint32_t place)
{
    return bits_next(&asking->there, place + 1); /* the end is always there */
}

const struct chain_link *asking_behind(const struct asking *asking, uint32_t held_index)
{
    uint32_t place = place_behind(asking, asking->held[held_index - asking->card->first_held].place);
    return place <= asking->link_count ? &asking->links[place].link : NULL;
}

/* ---- grays by their balances */

static int compare_grays(const void *a, const void *b)
{
    const struct asking_gray *x = a, *y = b;
    ORDER(x->balance_fen, y->balance_fen);
    ORDER(x->place, y->place);
    return 0;
}

static bool open_balances(struct asking *asking, struct asking_balances *balances, bool is_after, struct err *e)
{
    uint32_t *columns = malloc(((size_t)asking->gray_count + 1) * sizeof *columns);
    balances->grays = malloc(((size_t)asking->gray_count + 1) * sizeof *balances->grays);
    bool done = columns && balances->grays;
    if (!done)
        (void)err_set(e, ERR_BUG, "no memory for %u balances", asking->gray_count);
    for (uint32_t row = 0; done && row < asking->gray_count; row++) {
        const struct record *r = record_of(asking, asking->gray_held[row]);
        balances->grays[row] = (struct asking_gray){is_after ? r->after_fen : r->before_fen,
                                                    asking->held[asking->gray_held[row]].place, row};
    }
    if (done && asking->gray_count > 1)
        qsort(balances->grays, asking->gray_count, sizeof *balances->grays, compare_grays);
    for (uint32_t column = 0; done && column < asking->gray_count; column++)
        columns[balances->grays[column].row] = column;
    done = done && points_open(&balances->points, columns, asking->gray_count, e);
    free(columns);
    return done;
}

static bool open_grays(struct asking *asking, struct err *e)
{
    asking->gray_held = malloc(((size_t)asking->card->held_count + 1) * sizeof *asking->gray_held);
    if (!asking->gray_held)
        return err_set(e, ERR_BUG, "no memory for %u grays", asking->card->held_count);
    for (uint32_t i = 0; i <= asking->card->held_count; i++) {
        asking->held[i].row = asking->gray_count;
        if (i == asking->card->held_count)
            break;
        const struct record *r = record_of(asking, i);
        asking->held[i].is_gray = r->kind != RECORD_REVERSAL && r->before_fen != r->after_fen;
        if (asking->held[i].is_gray)
            asking->gray_held[asking->gray_count++] = i;
    }
    return open_balances(asking, &asking->before, false, e) && open_balances(asking, &asking->after, true, e);
}

/* The first column of at least a balance and a place. */
static uint32_t column_from(const struct asking *asking, const struct asking_balances *balances, uint32_t balance_fen,
                            uint32_t place)
{
    const struct asking_gray key = {balance_fen, place, 0};
    uint32_t low = 0, high = asking->gray_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_grays(&balances->grays[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The first undecided gray, at least row_from, between a link and the one before it that begins or ends with its balance. */
static uint32_t row_answered(struct asking *asking, const struct asking_link *link, uint32_t place, uint32_t row_from)
{
    struct asking_balances *both[] = {&asking->before, &asking->after};
    uint32_t lowest = POINTS_NONE;
    for (int i = 0; i < 2; i++) {
        uint32_t balance_fen = (uint32_t)link->link.before_fen;
        uint32_t column = column_from(asking, both[i], balance_fen, link->former);
        uint32_t end = column_from(asking, both[i], balance_fen, place);
        uint32_t row = points_lowest(&both[i]->points, column, end, row_from);
        lowest = row < lowest ? row : lowest;
    }
    return lowest;
}

/* Has the next one asked that a new link answers: still in this round, or in the one after it. One at a time is enough,
 * since its turn comes first, and then that of the next one is found. */
static void find_answered(struct asking *asking, uint32_t place)
{
    struct asking_link *link = &asking->links[place];
    if (place > asking->link_count || !link->is_new)
        return;
    uint32_t row = row_answered(asking, link, place, asking->held[asking->cursor].row);
    if (row == POINTS_NONE)
        row = row_answered(asking, link, place, 0);
    link->is_new = row != POINTS_NONE; /* it never answers more than it does now */
    if (row != POINTS_NONE)
        bits_add(&asking->ready, asking->gray_held[row]);
}

/* ---- what records carry */

static int compare_carried(const void *a, const void *b)
{
    const struct carried *x = ((const struct asking_carried *)a)->carried, *y = ((const struct asking_carried *)b)->carried;
    ORDER(x->counter, y->counter);
    ORDER(x->amount_fen, y->amount_fen);
    ORDER(x->psam_no, y->psam_no);
    ORDER(x->occurred_at, y->occurred_at);
    return 0;
}

/* The first of those that carry the same; STATE_NONE: none does. */
static uint32_t find_carried(const struct asking *asking, const struct carried *carried)
{
    const struct asking_carried key = {.carried = carried};
    const struct asking_carried *found = asking->carried_count == 0 ? NULL
        : bsearch(&key, asking->carried, asking->carried_count, sizeof key, compare_carried);
    return found ? found->first : STATE_NONE;
}

static bool open_carried(struct asking *asking, struct err *e)
{
    const struct card *card = asking->card;
    asking->carried = malloc(((size_t)card->carried_count + 1) * sizeof *asking->carried);
    if (!asking->carried)
        return err_set(e, ERR_BUG, "no memory for %u carried transactions", card->carried_count);
    for (uint32_t i = card->first_carried; i < card->first_carried + card->carried_count; i++) {
        const struct carried *c = &asking->judge->state->carried[i];
        if (record_is_purchase(&(struct record){.kind = c->kind}))
            asking->carried[asking->carried_count++] = (struct asking_carried){c, 0, STATE_NONE, false};
    }
    if (asking->carried_count > 1)
        qsort(asking->carried, asking->carried_count, sizeof *asking->carried, compare_carried);
    for (uint32_t i = 0; i < asking->carried_count; i++) {
        struct asking_carried *c = &asking->carried[i];
        c->first = i > 0 && compare_carried(c, c - 1) == 0 ? c[-1].first : i;
        asking->carried[c->first].counts |= judge_carries(asking->judge, c->carried);
    }
    for (uint32_t i = 0; i < card->held_count; i++) {
        const struct record *r = record_of(asking, i);
        uint32_t first = find_carried(asking, &(struct carried){.counter = r->counter, .amount_fen = r->amount_fen,
                                                                .psam_no = r->psam_no, .occurred_at = r->occurred_at});
        asking->held[i].carried = first;
        if (first == STATE_NONE)
            continue;
        asking->held[i].former_held = asking->carried[first].last_held;
        asking->carried[first].last_held = i;
    }
    return true;
}

bool asking_is_carried(const struct asking *asking, uint32_t held_index)
{
    uint32_t first = asking->held[held_index - asking->card->first_held].carried;
    return first != STATE_NONE && asking->carried[first].counts;
}

/* A record that carries others is posted: they are, too, each at its turn. */
static void count_carried(struct asking *asking, uint32_t record_index)
{
    const struct card *card = asking->card;
    uint32_t low = card->first_carried, end = low + card->carried_count, high = end;
    const struct carried *all = asking->judge->state->carried;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (all[middle].record_index < record_index)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < end && all[low].record_index == record_index; low++) {
        uint32_t first = record_is_purchase(&(struct record){.kind = all[low].kind}) ? find_carried(asking, &all[low]) : STATE_NONE;
        if (first == STATE_NONE || asking->carried[first].counts)
            continue;
        asking->carried[first].counts = true;
        for (uint32_t i = asking->carried[first].last_held; i != STATE_NONE; i = asking->held[i].former_held)
            bits_add(&asking->ready, i);
    }
}

/* ---- counters and purchases */

/* Grays of a counter lie together. */
static void ask_counter(struct asking *asking, const struct record *posted)
{
    uint32_t low = 0, high = asking->card->held_count;
    int family = record_family(posted);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct record *r = record_of(asking, middle);
        if (record_family(r) < family || (record_family(r) == family && r->counter < posted->counter))
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < asking->card->held_count; low++) {
        const struct record *r = record_of(asking, low);
        if (record_family(r) != family || r->counter != posted->counter || r->kind == RECORD_REVERSAL)
            return;
        bits_add(&asking->ready, low);
    }
}

static int compare_reversals(const void *a, const void *b)
{
    const struct asking_reversal *x = a, *y = b;
    ORDER(x->unit_index, y->unit_index);
    ORDER(x->reference, y->reference);
    ORDER(x->held, y->held);
    return 0;
}

static bool open_reversals(struct asking *asking, struct err *e)
{
    asking->reversals = malloc(((size_t)asking->card->held_count + 1) * sizeof *asking->reversals);
    if (!asking->reversals)
        return err_set(e, ERR_BUG, "no memory for %u reversals", asking->card->held_count);
    for (uint32_t i = 0; i < asking->card->held_count; i++) {
        const struct record *r = record_of(asking, i);
        if (r->kind == RECORD_REVERSAL)
            asking->reversals[asking->reversal_count++] =
                (struct asking_reversal){asking->judge->batch->files[r->file_index].unit_index, r->reference, i};
    }
    if (asking->reversal_count > 1)
        qsort(asking->reversals, asking->reversal_count, sizeof *asking->reversals, compare_reversals);
    return true;
}

static void ask_reversals(struct asking *asking, const struct record *purchase)
{
    const struct asking_reversal key = {asking->judge->batch->files[purchase->file_index].unit_index, purchase->device_seq, 0};
    uint32_t low = 0, high = asking->reversal_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare_reversals(&asking->reversals[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < asking->reversal_count && asking->reversals[low].unit_index == key.unit_index &&
           asking->reversals[low].reference == key.reference; low++)
        bits_add(&asking->ready, asking->reversals[low].held);
}

/* ---- one after the other */

bool asking_open(struct asking *asking, struct judge *judge, uint32_t card_index, struct err *e)
{
    *asking = (struct asking){.judge = judge, .card = &judge->state->cards[card_index]};
    asking->held = calloc((size_t)asking->card->held_count + 1, sizeof *asking->held);
    if (!asking->held)
        return err_set(e, ERR_BUG, "no memory for %u held records", asking->card->held_count);
    if (!bits_open(&asking->ready, asking->card->held_count, e) || !open_chain(asking, card_index, e) ||
        !open_grays(asking, e) || !open_carried(asking, e) || !open_reversals(asking, e))
        return false;
    for (uint32_t i = 0; i < asking->card->held_count; i++)
        bits_add(&asking->ready, i);
    return true;
}

void asking_close(struct asking *asking)
{
    if (asking->judge)
        asking->judge->steps += asking->before.points.steps + asking->after.points.steps;
    bits_close(&asking->ready);
    bits_close(&asking->there);
    points_close(&asking->before.points);
    points_close(&asking->after.points);
    free(asking->held);
    free(asking->links);
    free(asking->gray_held);
    free(asking->before.grays);
    free(asking->after.grays);
    free(asking->carried);
    free(asking->reversals);
    *asking = (struct asking){0};
}

bool asking_next(struct asking *asking, uint32_t *held_index)
{
    uint32_t held = STATE_NONE;
    for (;;) {
        held = bits_next(&asking->ready, asking->cursor);
        if (held == BITS_NONE && asking->cursor > 0) {
            asking->cursor = 0; /* the next round */
            continue;
        }
        if (held == BITS_NONE)
            return false;
        asking->cursor = held + 1;
        bits_remove(&asking->ready, held);
        if (held_of(asking, held)->outcome == HELD_UNDECIDED)
            break;
    }
    asking->judge->steps++;
    *held_index = asking->card->first_held + held;
    return true;
}

/* Where it lies in the chain from now on: held records of this run that nothing else sets apart lie in the order in which
 * they are posted. */
static void enter_chain(struct asking *asking, uint32_t held)
{
    uint32_t place = asking->held[held].place;
    struct asking_link own = {.link = chain_link_of(record_of(asking, held), held_of(asking, held)->posted_index)};
    if (held_of(asking, held)->is_new) {
        struct asking_link *first = &asking->links[asking->links[place].first];
        place = asking->links[place].first + first->taken++;
    }
    uint32_t behind = place_behind(asking, place);
    asking->links[place].link = own.link;
    asking->links[place].is_new = true;
    asking->links[place].former = asking->links[behind].former;
    asking->links[behind].former = place;
    bits_add(&asking->there, place);
    find_answered(asking, place);
    find_answered(asking, behind);
}

void asking_done(struct asking *asking, uint32_t held_index)
{
    uint32_t held = held_index - asking->card->first_held;
    const struct judge_held *asked = held_of(asking, held);
    const struct record *r = record_of(asking, held);
    if (asked->outcome != HELD_UNDECIDED && asking->held[held].is_gray) {
        points_remove(&asking->before.points, asking->held[held].row);
        points_remove(&asking->after.points, asking->held[held].row);
    }
    if (asked->outcome == HELD_POSTED) {
        count_carried(asking, asked->record_index);
        if (r->kind != RECORD_REVERSAL)
            ask_counter(asking, r);
        if (record_is_purchase(r))
            ask_reversals(asking, r);
        enter_chain(asking, held);
    } else if (asking->held[held].is_gray) {
        find_answered(asking, place_behind(asking, asking->held[held].place));
    }
}
