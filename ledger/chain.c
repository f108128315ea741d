/* balance_break (RULES.md 1): a link of a card's chain whose later record's counter follows the last one of its family,
 * and whose before is not the former's after. A chain is entered at its tail nearly always; where a record belongs
 * before it, the links from there on are read back and judged again. */
#include <stdlib.h>

#include "base/order.h"
#include "ledger/history.h"
#include "ledger/judge.h"

/* A record in its chain, new in this run or old. */
struct link {
    int64_t occurred_at;
    int64_t before_fen;
    int64_t after_fen;
    int32_t counter;
    uint8_t family;
    bool is_reversal;
    bool was_broken;            /* of an old one, before this run */
    uint32_t record_index;      /* of the batch; STATE_NONE: old */
    const struct old_link *old; /* NULL: new */
};

static int compare_links(const void *a, const void *b)
{
    const struct link *x = a, *y = b;
    ORDER(x->occurred_at, y->occurred_at);
    ORDER(x->family, y->family);
    ORDER(x->counter, y->counter);
    ORDER(x->is_reversal, y->is_reversal);
    ORDER(x->old ? x->old->record_id : INT64_MAX, y->old ? y->old->record_id : INT64_MAX);
    ORDER(x->record_index, y->record_index);
    return 0;
}

static bool comes_before_tail(const struct link *link, const struct tail *tail)
{
    struct link last = {.occurred_at = tail->occurred_at, .family = tail->family, .counter = tail->counter,
                        .is_reversal = tail->is_reversal, .record_index = link->record_index};
    return tail->occurred_at != DATE_NO_MOMENT && compare_links(link, &last) < 0;
}

static bool is_broken(const struct tail *former, const struct link *later)
{
    int32_t last = later->family ? former->online : former->offline;
    if (!former->exists || last < 0 || later->counter != last + (later->is_reversal ? 0 : 1))
        return false;
    return later->before_fen != former->after_fen;
}

static void advance(struct tail *tail, const struct link *link)
{
    *tail = (struct tail){.occurred_at = link->occurred_at, .after_fen = link->after_fen, .counter = link->counter,
                          .offline = link->family ? tail->offline : link->counter,
                          .online = link->family ? link->counter : tail->online,
                          .family = link->family, .is_reversal = link->is_reversal, .exists = true};
}

static struct link link_of_record(const struct record *r, uint32_t record_index)
{
    return (struct link){.occurred_at = r->occurred_at, .before_fen = r->before_fen, .after_fen = r->after_fen,
                         .counter = (int32_t)r->counter, .family = record_is_online(r) ? 1 : 0,
                         .is_reversal = r->kind == RECORD_REVERSAL, .record_index = record_index};
}

static struct link link_of_old(const struct old_link *old)
{
    return (struct link){.occurred_at = old->occurred_at, .before_fen = old->before_fen, .after_fen = old->after_fen,
                         .counter = old->counter,
                         .family = old->kind == RECORD_LOAD || old->kind == RECORD_SUBSIDY ? 1 : 0,
                         .is_reversal = old->kind == RECORD_REVERSAL, .record_index = STATE_NONE, .old = old};
}

static bool break_new(struct judge *judge, const struct link *link, struct err *e)
{
    judge->batch->records[link->record_index].flags |= FLAG_BALANCE_BREAK;
    return judge_except(judge, link->record_index, EXCEPTION_BALANCE_BREAK,
                        judge->decisions[link->record_index].accounting_date,
                        "the balance before is not the balance after the last transaction", e);
}

/* An accepted record of an earlier run whose link breaks or meets now. */
static bool judge_old_again(struct judge *judge, const struct card *card, const struct link *link, bool broken,
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

static bool walk(struct judge *judge, struct card *card, struct tail tail, const struct link *links, uint32_t count,
                 struct err *e)
{
    for (uint32_t i = 0; i < count; i++) {
        bool broken = is_broken(&tail, &links[i]);
        if (links[i].old ? !judge_old_again(judge, card, &links[i], broken, e)
                         : broken && !break_new(judge, &links[i], e))
            return false;
        advance(&tail, &links[i]);
    }
    card->tail = tail;
    return true;
}

/* Where every chain begins: the opening state of a card on file, nothing for another. */
static struct tail opening_tail(const struct card *card)
{
    if (!card->on_file)
        return (struct tail){.occurred_at = DATE_NO_MOMENT, .offline = -1, .online = -1};
    return (struct tail){.occurred_at = DATE_NO_MOMENT, .after_fen = card->opening_fen, .exists = true,
                         .counter = card->opening[0], .offline = card->opening[0], .online = card->opening[1]};
}

/* The new records of a card in the order of its chain; links has room for them. */
static uint32_t new_links(const struct judge *judge, const struct card *card, struct link *links)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < card->sorted_count; i++) {
        uint32_t record_index = judge->sorted[card->first_sorted + i];
        if (judge->batch->records[record_index].verdict == VERDICT_ACCEPTED)
            links[count++] = link_of_record(&judge->batch->records[record_index], record_index);
    }
    if (count > 1)
        qsort(links, count, sizeof *links, compare_links);
    return count;
}

/* Former links (before from_at) lead up to the start; the rest is judged with and without the new ones. */
static bool walk_entered(struct judge *judge, struct card *card, const struct chain_wish *wish,
                         const struct old_link *old, uint32_t old_count, struct link *links, struct err *e)
{
    uint32_t count = 0, first = 0;
    struct tail start = opening_tail(card);
    for (uint32_t i = 0; i < old_count; i++)
        links[count++] = link_of_old(&old[i]);
    qsort(links, count, sizeof *links, compare_links);
    while (first < count && links[first].occurred_at < wish->from_at)
        advance(&start, &links[first++]);
    struct tail before = start;
    for (uint32_t i = first; i < count; i++) {
        links[i].was_broken = is_broken(&before, &links[i]);
        advance(&before, &links[i]);
    }
    count += new_links(judge, card, links + count);
    qsort(links + first, count - first, sizeof *links, compare_links);
    return walk(judge, card, start, links + first, count - first, e);
}

static bool walk_wishes(struct judge *judge, const struct chain_wish *wishes, uint32_t wish_count, struct err *e)
{
    struct old_link *old = NULL;
    uint32_t old_count = 0, at = 0;
    if (!history_chains(judge->run, judge->state->arena, judge->state, wishes, wish_count, &old, &old_count, e))
        return false;
    bool done = true;
    for (uint32_t i = 0; done && i < wish_count; i++) {
        struct card *card = &judge->state->cards[wishes[i].card_index];
        uint32_t first = at;
        while (at < old_count && old[at].card_index == wishes[i].card_index)
            at++;
        struct link *links = calloc((size_t)(at - first) + card->sorted_count + 1, sizeof *links);
        done = links ? walk_entered(judge, card, &wishes[i], old + first, at - first, links, e)
                     : err_set(e, ERR_BUG, "no memory for a chain of %u records", at - first);
        free(links);
    }
    return done;
}

/* At the tail at once; a card whose chain is entered before it is put on the list of wishes. */
static bool walk_tail_or_wish(struct judge *judge, uint32_t card_index, struct link *links, struct chain_wish *wishes,
                              uint32_t *wish_count, struct err *e)
{
    struct card *card = &judge->state->cards[card_index];
    uint32_t count = new_links(judge, card, links);
    if (count > 0 && comes_before_tail(&links[0], &card->tail)) {
        wishes[(*wish_count)++] = (struct chain_wish){card_index, links[0].occurred_at};
        return true;
    }
    return walk(judge, card, card->tail, links, count, e);
}

bool judge_chains(struct judge *judge, struct err *e)
{
    uint32_t longest = 0, wish_count = 0;
    for (uint32_t i = 0; i < judge->state->card_count; i++)
        if (judge->state->cards[i].sorted_count > longest)
            longest = judge->state->cards[i].sorted_count;
    struct link *links = calloc((size_t)longest + 1, sizeof *links);
    struct chain_wish *wishes = calloc((size_t)judge->state->card_count + 1, sizeof *wishes);
    bool done = links && wishes ? true : err_set(e, ERR_BUG, "no memory for chains of %u records", longest);
    for (uint32_t i = 0; done && i < judge->state->card_count; i++)
        if (judge->state->cards[i].touched)
            done = walk_tail_or_wish(judge, i, links, wishes, &wish_count, e);
    done = done && walk_wishes(judge, wishes, wish_count, e);
    free(links);
    free(wishes);
    return done;
}
