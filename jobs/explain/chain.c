#include "jobs/explain/chain.h"

#include "base/money.h"

/* What the card says that the record moved; fits, since terminals write 32 bits. */
static int64_t moved_fen(const struct chain_link *link)
{
    return link->after_fen - link->before_fen;
}

/* Held records that the gap would have room for, and what they say. */
static void look_into_gap(const struct chain_link *links, size_t count, struct chain_break *found)
{
    const struct chain_link *later = &links[found->link];
    for (size_t i = 0; i < count; i++) {
        const struct chain_link *held = &links[i];
        if (held->is_accepted || !held->is_undecided || held->is_online != later->is_online || held->is_reversal ||
            held->counter < found->first || held->counter > found->last)
            continue;
        found->held++;
        found->held_fen += moved_fen(held);
    }
}

/* A reversal repeats the counter of its purchase and leaves no gap. */
static void find_missing(const struct chain_link *link, int64_t last_counter, struct chain_break *found)
{
    int64_t expected = link->is_reversal ? link->counter : last_counter + 1;
    if (last_counter >= 0 && link->counter > expected) {
        found->first = expected;
        found->last = link->counter - 1;
    }
}

static bool add_link(struct chain_account *a, const struct chain_link *link, struct err *e)
{
    int64_t difference_fen = link->purse_fen - moved_fen(link);
    a->card_fen = link->after_fen;
    a->not_in_purse += difference_fen != 0;
    return money_add(&a->not_in_purse_fen, difference_fen, e);
}

bool chain_account_for(struct arena *arena, const struct chain_opening *opening, const struct chain_link *links,
                       size_t count, struct chain_account *account, struct err *e)
{
    int64_t counters[2] = {opening->on_file ? opening->counters[0] : -1, opening->on_file ? opening->counters[1] : -1};
    bool has_former = opening->on_file;
    *account = (struct chain_account){.start_fen = opening->on_file ? opening->balance_fen : 0};
    account->card_fen = account->start_fen;
    account->breaks = arena_array(arena, count + 1, sizeof *account->breaks, e);
    for (size_t i = 0; account->breaks && i < count; i++) {
        struct chain_break found = {.link = i};
        if (!links[i].is_accepted)
            continue;
        if (!has_former)
            account->start_fen = account->card_fen = links[i].before_fen;
        found.jump_fen = links[i].before_fen - account->card_fen;
        find_missing(&links[i], counters[links[i].is_online], &found);
        if (found.first > 0)
            look_into_gap(links, count, &found);
        if (found.jump_fen != 0 || found.first > 0)
            account->breaks[account->break_count++] = found;
        if (!money_add(&account->jumps_fen, found.jump_fen, e) || !add_link(account, &links[i], e))
            return false;
        if (links[i].counter > counters[links[i].is_online])
            counters[links[i].is_online] = links[i].counter;
        has_former = true;
    }
    return account->breaks != NULL;
}
