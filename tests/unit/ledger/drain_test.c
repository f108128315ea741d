/* In which order cards are drained, and what goes from one to the next (RULES.md P-14, P-15). */
#include "ledger/drain.h"

#include "tests/unit/tap.h"

enum { CARDS_MAX = 6 };

struct given {
    int card, new_card; /* -1: closed */
    int64_t purse_fen, topup_fen, subsidy_fen, deposit_fen;
};

/* "3>1 purse/topup/subsidy/deposit, …" in the order in which they move. */
static const char *order(const struct given *given, struct err *e)
{
    static char text[400];
    struct arena *arena = NULL;
    struct drain rows[CARDS_MAX] = {{0}};
    struct drains drains = {.rows = rows};
    size_t length = 0;
    ALWAYS(arena_open(&arena, 1 << 20, e));
    for (; drains.count < CARDS_MAX && given[drains.count].card != 0; drains.count++) {
        const struct given *g = &given[drains.count];
        rows[drains.count] = (struct drain){.card_no = g->card, .new_card_no = g->new_card, .purse_fen = g->purse_fen,
                                            .topup_fen = g->topup_fen, .subsidy_fen = g->subsidy_fen,
                                            .deposit_fen = g->deposit_fen};
    }
    text[0] = '\0';
    if (!drains_order(arena, &drains, e))
        (void)snprintf(text, sizeof text, "failed");
    for (size_t i = 0; e->kind == ERR_NONE && i < drains.count; i++) {
        const struct drain *d = &drains.rows[i];
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%lld>%lld %lld/%lld/%lld/%lld",
                                   i ? ", " : "", (long long)d->card_no, (long long)d->new_card_no,
                                   (long long)d->purse_fen, (long long)d->topup_fen, (long long)d->subsidy_fen,
                                   (long long)d->deposit_fen);
    }
    arena_close(arena);
    return text;
}

int main(void)
{
    static const struct {
        const char *fact;
        struct given given[CARDS_MAX]; /* by card */
        const char *wanted;
    } rows[] = {
        {"P-14 closed cards move by number", {{1, -1, 10, 0, 0, 0}, {2, -1, 0, 0, 0, 7}}, "1>-1 10/0/0/0, 2>-1 0/0/0/7"},
        {"RULES 3 a card with nothing left does not move", {{1, -1, 0, 0, 0, 0}, {2, -1, 0, 3, 0, 0}}, "2>-1 0/3/0/0"},
        {"P-15 a card moves after the one whose place it takes", {{1, -1, 5, 0, 0, 0}, {2, 1, 10, 20, 30, 0}},
         "2>1 10/20/30/0, 1>-1 5/30/30/0"},
        {"P-15 along a chain whatever the numbers", {{1, 3, 1, 0, 0, 0}, {2, 1, 0, 2, 0, 0}, {3, 9, 0, 0, 4, 0}},
         "2>1 0/2/0/0, 1>3 1/2/0/0, 3>9 0/3/4/0"},
        {"P-15 a card that only gets something moves on too", {{1, -1, 0, 0, 0, 0}, {2, 1, 10, 0, 0, 0}},
         "2>1 10/0/0/0, 1>-1 0/10/0/0"},
        {"P-15 two cards may have one to take their place", {{1, -1, 0, 0, 0, 0}, {2, 1, 10, 0, 0, 0}, {3, 1, 0, 5, 0, 0}},
         "2>1 10/0/0/0, 3>1 0/5/0/0, 1>-1 0/15/0/0"},
        {"P-15 cards that take each other's place never move", {{1, 2, 10, 0, 0, 0}, {2, 1, 5, 0, 0, 0}, {3, -1, 1, 0, 0, 0}},
         "3>-1 1/0/0/0"},
        {"P-15 nor does what would go to one of them", {{1, 2, 10, 0, 0, 0}, {2, 1, 5, 0, 0, 0}, {3, 1, 4, 0, 0, 0}},
         "3>1 4/0/0/0"},
        {"RULES 3 nothing is due where no window is over", {{0}}, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err e = {0};
        CHECK_TEXT(order(rows[i].given, &e), rows[i].wanted, rows[i].fact);
    }
    struct err e = {0};
    CHECK_TEXT(order((struct given[CARDS_MAX]){{1, -1, 0, INT64_MAX, 0, 0}, {2, 1, 1, 0, 0, 0}}, &e), "failed",
               "RULES 2 a sum that overflows is refused");
    CHECK_INT(e.kind, ERR_BUG, "RULES 2 and says so");
    return tap_end();
}
