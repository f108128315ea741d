#include "jobs/explain/chain.h"
#include "tests/unit/tap.h"

static struct arena *arena;

static struct chain_link sale(int64_t counter, int64_t before_fen, int64_t amount_fen)
{
    return (struct chain_link){.counter = counter, .before_fen = before_fen, .amount_fen = amount_fen,
                               .after_fen = before_fen - amount_fen, .purse_fen = -amount_fen, .is_accepted = true,
                               .verdict = "accepted", .at = ""};
}

static struct chain_link held(struct chain_link link)
{
    link.is_accepted = false;
    link.is_undecided = true;
    link.purse_fen = 0;
    return link;
}

static struct chain_account account_for(const struct chain_opening *opening, const struct chain_link *links, size_t count)
{
    struct chain_account account = {0};
    struct err e;
    ALWAYS(chain_account_for(arena, opening, links, count, &account, &e));
    return account;
}

static void test_meeting(void)
{
    const struct chain_opening opening = {true, 1000, {10, 0}};
    const struct chain_link links[] = {sale(11, 1000, 100), sale(12, 900, 50)};
    struct chain_account a = account_for(&opening, links, 2);
    CHECK_INT(a.card_fen, 850, "the card holds what the last record left");
    CHECK_INT((int64_t)a.break_count, 0, "a whole chain has no breaks");
    a = account_for(&opening, links, 0);
    CHECK_INT(a.card_fen, 1000, "a card without records holds its opening balance");
}

static void test_gaps(void)
{
    const struct chain_opening opening = {true, 1000, {10, 0}};
    const struct chain_link links[] = {sale(11, 1000, 100), held(sale(13, 850, 30)), sale(14, 820, 20)};
    struct chain_account a = account_for(&opening, links, 3);
    CHECK_INT((int64_t)a.break_count, 1, "one break where numbers are missing");
    CHECK_INT(a.breaks[0].jump_fen, -80, "it jumps by what is missing");
    CHECK(a.breaks[0].first == 12 && a.breaks[0].last == 13, "it names the missing counters");
    CHECK(a.breaks[0].held == 1 && a.breaks[0].held_fen == -30, "it knows the held record in the gap");
}

static void test_families(void)
{
    const struct chain_opening opening = {true, 1000, {10, 4}};
    struct chain_link load = sale(5, 900, -300);
    struct chain_link reversal = sale(11, 1200, -100);
    load.is_online = true;
    reversal.is_reversal = true;
    const struct chain_link links[] = {sale(11, 1000, 100), load, reversal, sale(12, 1300, 10)};
    struct chain_account a = account_for(&opening, links, 4);
    CHECK_INT((int64_t)a.break_count, 0, "each family counts for itself, a reversal repeats a counter");
    CHECK_INT(a.card_fen, 1290, "all kinds move the card");
}

/* ledger − card = (opened − start) + (purse − card of records) − jumps, whatever happened. */
static void test_identity(void)
{
    bool holds = true;
    uint64_t seed = 7;
    for (int round = 0; round < 2000; round++) {
        struct chain_link links[12];
        struct chain_opening opening = {round % 3 != 0, 1000, {10, 0}};
        int64_t purse_fen = 0, opened_fen = opening.on_file ? 1000 : 0;
        for (int i = 0; i < 12; i++) {
            seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
            links[i] = sale(10 + i + (int64_t)(seed >> 40) % 3, (int64_t)(seed >> 33) % 2000, (int64_t)(seed >> 50) % 90);
            if ((seed >> 60) == 0)
                links[i] = held(links[i]);
            else if ((seed >> 60) == 1)
                links[i].purse_fen = 0;
            purse_fen += links[i].purse_fen;
        }
        struct chain_account a = account_for(&opening, links, 12);
        holds = holds && opened_fen + purse_fen - a.card_fen ==
                             opened_fen - a.start_fen + a.not_in_purse_fen - a.jumps_fen;
        arena_reset(arena);
    }
    CHECK(holds, "every fen of a difference has a cause");
}

int main(void)
{
    struct err e;
    ALWAYS(arena_open(&arena, 1 << 20, &e));
    test_meeting();
    test_gaps();
    test_families();
    test_identity();
    arena_close(arena);
    return tap_end();
}
