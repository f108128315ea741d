/* balance_break (RULES.md 1): a link of a card's chain whose later record's counter follows the last one of its family,
 * and whose before is not the former's after. A chain is entered at its tail nearly always; where a record belongs
 * before it, the links from there on are read back and judged again. */
#include <stdlib.h>

#include "base/array.h"
#include "base/order.h"
#include "ledger/chain.h"

static const int64_t before_all_records = INT64_C(-3000000000); /* 1874 */

int chain_compare(const void *a, const void *b)
{
    const struct chain_link *x = a, *y = b;
    ORDER(x->occurred_at, y->occurred_at);
    ORDER(x->family, y->family);
    ORDER(x->counter, y->counter);
    ORDER(x->is_reversal, y->is_reversal);
    ORDER(x->device_no, y->device_no);
    ORDER(x->epoch, y->epoch);
    ORDER(x->device_seq, y->device_seq);
    ORDER(x->old ? x->old->record_id : INT64_MAX, y->old ? y->old->record_id : INT64_MAX);
    ORDER(x->record_index, y->record_index);
    return 0;
}

/* Of a tail it is not known which record it is: one that is alike may come before it. */
static bool comes_before_tail(const struct chain_link *link, const struct tail *tail)
{
    struct chain_link last = *link;
    last.occurred_at = tail->occurred_at;
    last.family = tail->family;
    last.counter = tail->counter;
    last.is_reversal = tail->is_reversal;
    return tail->occurred_at != DATE_NO_MOMENT && chain_compare(link, &last) <= 0;
}

static bool is_broken(const struct tail *former, const struct chain_link *later)
{
    int32_t last = later->family ? former->online : former->offline;
    if (!former->exists || last < 0 || later->counter != last + (later->is_reversal ? 0 : 1))
        return false;
    return later->before_fen != former->after_fen;
}

/* Field by field: a literal would be made elsewhere, copied, and waited for at every link. */
static void advance(struct tail *tail, const struct chain_link *link)
{
    tail->occurred_at = link->occurred_at;
    tail->after_fen = link->after_fen;
    tail->counter = link->counter;
    *(link->family ? &tail->online : &tail->offline) = link->counter;
    tail->family = link->family;
    tail->is_reversal = link->is_reversal;
    tail->exists = true;
}

struct chain_link chain_link_of(const struct record *r, uint32_t record_index)
{
    return (struct chain_link){.occurred_at = r->occurred_at, .before_fen = r->before_fen, .after_fen = r->after_fen,
                         .counter = (int32_t)r->counter, .family = record_is_online(r) ? 1 : 0,
                         .device_no = r->device_no, .epoch = r->epoch, .device_seq = r->device_seq,
                         .is_reversal = r->kind == RECORD_REVERSAL, .record_index = record_index};
}

struct chain_link chain_link_of_old(const struct old_link *old)
{
    return (struct chain_link){.occurred_at = old->occurred_at, .before_fen = old->before_fen, .after_fen = old->after_fen,
                         .counter = old->counter, .device_no = (uint32_t)old->device_no,
                         .epoch = (uint16_t)old->epoch, .device_seq = (uint32_t)old->device_seq,
                         .family = old->kind == RECORD_LOAD || old->kind == RECORD_SUBSIDY ? 1 : 0,
                         .is_reversal = old->kind == RECORD_REVERSAL, .record_index = STATE_NONE, .old = old};
}

static bool break_new(struct judge *judge, const struct chain_link *link, struct err *e)
{
    judge->batch->records[link->record_index].flags |= FLAG_BALANCE_BREAK;
    return judge_except(judge, link->record_index, EXCEPTION_BALANCE_BREAK,
                        judge->decisions[link->record_index].accounting_date,
                        "the balance before is not the balance after the last transaction", e);
}

/* An accepted record of an earlier run whose link breaks or meets now. */
static bool judge_old_again(struct judge *judge, const struct card *card, const struct chain_link *link, bool broken,
                            struct err *e)
{
    const struct old_link *old = link->old;
    if (broken == link->was_broken)
        return true;
    if (!broken) {
        struct closing *closing = exceptions_add_closing(&judge->exceptions, EXCEPTION_BALANCE_BREAK, e);
        if (closing) {
            closing->card_no = card->card_no;
            closing->record_id = old->record_id;
            closing->reason = "balances meet";
        }
        return closing != NULL;
    }
    struct exception *row =
        exceptions_add(&judge->exceptions, EXCEPTION_BALANCE_BREAK, old->accounting_date, e);
    if (!row)
        return false;
    row->school_code = old->school_code;
    row->device_no = old->device_no;
    row->epoch = old->epoch;
    row->device_seq = old->device_seq;
    row->card_no = card->card_no;
    row->counter = old->counter;
    row->amount_fen = old->amount_fen;
    row->occurred_at = old->occurred_at;
    row->archive_id = old->archive_id;
    row->file_no = old->file_no;
    row->record_no = old->record_no;
    row->record_id = old->record_id;
    row->detail = "the balance before is not the balance after the transaction that came in between";
    return true;
}

static bool walk(struct judge *judge, struct card *card, struct tail *tail, const struct chain_link *links, uint32_t count,
                 struct err *e)
{
    for (uint32_t i = 0; i < count; i++) {
        bool broken = is_broken(tail, &links[i]);
        if (links[i].old ? !judge_old_again(judge, card, &links[i], broken, e)
                         : broken && !break_new(judge, &links[i], e))
            return false;
        advance(tail, &links[i]);
    }
    return true;
}

static bool is_in_order(const struct judge *judge, const struct card *card)
{
    uint32_t former = STATE_NONE;
    for (uint32_t k = card->first_sorted; k < card->first_sorted + card->sorted_count; k++) {
        uint32_t index = judge->sorted[k];
        const struct record *r = &judge->batch->records[index];
        if (r->verdict != VERDICT_ACCEPTED)
            continue;
        if (former != STATE_NONE && judge->batch->records[former].occurred_at >= r->occurred_at) {
            struct chain_link x = chain_link_of(&judge->batch->records[former], former), y = chain_link_of(r, index);
            if (chain_compare(&x, &y) > 0)
                return false;
        }
        former = index;
    }
    return true;
}

bool chain_link_new(struct judge *judge, struct card *card, bool *is_linked, struct err *e)
{
    *is_linked = is_in_order(judge, card);
    for (uint32_t k = card->first_sorted; *is_linked && k < card->first_sorted + card->sorted_count; k++) {
        uint32_t index = judge->sorted[k];
        const struct record *r = &judge->batch->records[index];
        struct chain_link link = chain_link_of(r, index);
        if (r->verdict == VERDICT_ACCEPTED && !walk(judge, card, &card->tail, &link, 1, e))
            return false;
    }
    return true;
}

bool chain_leave(struct judge *judge, uint32_t card_index, struct err *e)
{
    uint32_t *grown = array_extend(judge->open_cards, ARRAY_SIZE(judge, open_card, *grown), 1, e);
    if (!grown)
        return false;
    judge->open_cards = grown;
    grown[judge->open_card_count - 1] = card_index;
    return true;
}

static const struct tail no_tail = {.occurred_at = DATE_NO_MOMENT, .offline = -1, .online = -1};

/* Where every chain begins: the opening state of a card on file, nothing for another. */
static struct tail opening_tail(const struct card *card)
{
    if (!card->on_file)
        return no_tail;
    return (struct tail){.occurred_at = DATE_NO_MOMENT, .after_fen = card->opening_fen, .exists = true,
                         .counter = card->opening[0], .offline = card->opening[0], .online = card->opening[1]};
}

uint32_t chain_new(const struct judge *judge, uint32_t card_index, struct chain_link *links)
{
    const struct card *card = &judge->state->cards[card_index];
    const struct record *records = judge->batch->records;
    uint32_t count = 0;
    for (uint32_t i = 0; i < card->sorted_count; i++) {
        uint32_t index = judge->sorted[card->first_sorted + i];
        judge_foresee(judge, card->first_sorted + i);
        if (records[index].verdict == VERDICT_ACCEPTED)
            links[count++] = chain_link_of(&records[index], index);
    }
    for (uint32_t i = card->first_held; i < card->first_held + card->held_count; i++)
        if (judge->held[i].outcome == HELD_POSTED)
            links[count++] = chain_link_of(&records[judge->held[i].posted_index], judge->held[i].posted_index);
    for (uint32_t i = 1; i < count; i++) /* nearly always they are in order */
        if (chain_compare(&links[i - 1], &links[i]) > 0) {
            qsort(links, count, sizeof *links, chain_compare);
            break;
        }
    return count;
}

const struct old_link *chain_old(const struct judge *judge, uint32_t card_index, uint32_t *count)
{
    uint32_t first = 0, high = judge->old_link_count;
    while (first < high) {
        uint32_t middle = first + (high - first) / 2;
        if (judge->old_links[middle].card_index < card_index)
            first = middle + 1;
        else
            high = middle;
    }
    *count = 0;
    while (first + *count < judge->old_link_count && judge->old_links[first + *count].card_index == card_index)
        ++*count;
    return judge->old_links + first;
}

/* Room for the links of any one card that is left. */
static struct chain_link *open_links(const struct judge *judge, struct err *e)
{
    uint32_t longest = 0;
    for (uint32_t i = 0; i < judge->open_card_count; i++) {
        const struct card *card = &judge->state->cards[judge->open_cards[i]];
        if (card->sorted_count + card->held_count > longest)
            longest = card->sorted_count + card->held_count;
    }
    struct chain_link *links = calloc((size_t)longest + 1, sizeof *links);
    if (!links)
        (void)err_set(e, ERR_BUG, "no memory for chains of %u records", longest);
    return links;
}

/* Where this run first enters the chain of a card; DATE_NO_MOMENT: behind its tail, if at all. That of a card that has
 * come on file after its records is read whole. */
static int64_t entered_at(const struct judge *judge, uint32_t card_index, struct chain_link *links)
{
    const struct card *card = &judge->state->cards[card_index];
    int64_t from_at = DATE_NO_MOMENT;
    if (card_is_opened_late(card))
        return card->sorted_count > 0 || card->held_count > 0 ? before_all_records : DATE_NO_MOMENT;
    uint32_t count = chain_new(judge, card_index, links);
    if (count > 0 && comes_before_tail(&links[0], &card->tail))
        from_at = links[0].occurred_at;
    for (uint32_t i = card->first_held; i < card->first_held + card->held_count; i++) {
        uint32_t index = judge->held[i].record_index;
        struct chain_link link = chain_link_of(&judge->batch->records[index], index);
        if (comes_before_tail(&link, &card->tail) && (from_at == DATE_NO_MOMENT || link.occurred_at < from_at))
            from_at = link.occurred_at;
    }
    return from_at;
}

static bool is_offline_only(const struct judge *judge, const struct card *card)
{
    for (uint32_t i = 0; i < card->sorted_count; i++)
        if (record_is_online(&judge->batch->records[judge->sorted[card->first_sorted + i]]))
            return false;
    for (uint32_t i = card->first_held; i < card->first_held + card->held_count; i++)
        if (record_is_online(&judge->batch->records[judge->held[i].record_index]))
            return false;
    return true;
}

bool chain_read(struct judge *judge, struct err *e)
{
    const struct state *state = judge->state;
    struct chain_link *links = open_links(judge, e);
    struct chain_wish *wishes = NULL;
    struct old_link *old = NULL;
    uint32_t capacity = 0;
    bool done = links != NULL;
    for (uint32_t at = 0; done && at < judge->open_card_count; at++) {
        uint32_t i = judge->open_cards[at];
        const struct card *card = &state->cards[i];
        int64_t from_at = card->is_entered || card->held_count > 0 || card_is_opened_late(card)
                              ? entered_at(judge, i, links) : DATE_NO_MOMENT;
        if (from_at == DATE_NO_MOMENT)
            continue;
        struct chain_wish *grown =
            array_extend(wishes, (struct array_size){&judge->wish_count, &capacity, sizeof *grown}, 1, e);
        done = grown != NULL;
        if (done) {
            wishes = grown;
            wishes[judge->wish_count - 1] = (struct chain_wish){i, from_at, is_offline_only(judge, card)};
        }
    }
    free(links);
    judge->wishes = wishes;
    done = done && history_chains(judge->run, state->arena, state, wishes, judge->wish_count, &old,
                                  &judge->old_link_count, e);
    judge->old_links = old;
    return done;
}

/* A family without a link from the start on has nothing to look for: its last one is the chain's. */
static void begin_families(struct tail *start, const struct tail *last, const struct chain_link *links, uint32_t count)
{
    bool has[2] = {false, false};
    for (uint32_t i = 0; i < count; i++)
        has[links[i].family] = true;
    start->offline = has[0] ? start->offline : last->offline;
    start->online = has[1] ? start->online : last->online;
}

/* Former links (before from_at) lead up to the start; the rest is judged with and without what is new: links of this run,
 * or the opening state. */
static bool walk_entered(struct judge *judge, const struct chain_wish *wish, struct err *e)
{
    struct card *card = &judge->state->cards[wish->card_index];
    uint32_t old_count = 0, count = 0, first = 0;
    const struct old_link *old = chain_old(judge, wish->card_index, &old_count);
    struct chain_link *links = calloc((size_t)old_count + card->sorted_count + card->held_count + 1, sizeof *links);
    if (!links)
        return err_set(e, ERR_BUG, "no memory for a chain of %u records", old_count);
    struct tail start = opening_tail(card);
    for (uint32_t i = 0; i < old_count; i++)
        links[count++] = chain_link_of_old(&old[i]);
    qsort(links, count, sizeof *links, chain_compare);
    while (first < count && links[first].occurred_at < wish->from_at)
        advance(&start, &links[first++]);
    uint32_t end = count + chain_new(judge, wish->card_index, links + count);
    struct tail before = no_tail;
    if (!card_is_opened_late(card)) {
        begin_families(&start, &card->tail, links + first, end - first);
        before = start;
    }
    for (uint32_t i = first; i < count; i++) {
        links[i].was_broken = is_broken(&before, &links[i]);
        advance(&before, &links[i]);
    }
    qsort(links + first, end - first, sizeof *links, chain_compare);
    bool done = walk(judge, card, &start, links + first, end - first, e);
    card->tail = start;
    free(links);
    return done;
}

bool judge_chains(struct judge *judge, struct err *e)
{
    struct chain_link *links = open_links(judge, e);
    bool done = links != NULL;
    uint32_t wish = 0;
    for (uint32_t at = 0; done && at < judge->open_card_count; at++) {
        uint32_t i = judge->open_cards[at];
        struct card *card = &judge->state->cards[i];
        while (wish < judge->wish_count && judge->wishes[wish].card_index < i)
            wish++;
        if (!card->touched)
            continue;
        if (wish < judge->wish_count && judge->wishes[wish].card_index == i)
            done = walk_entered(judge, &judge->wishes[wish], e);
        else
            done = walk(judge, card, &card->tail, links, chain_new(judge, i, links), e);
    }
    free(links);
    return done;
}
