/* drain: what a card still holds moves when its drain window is over (RULES.md 3): of a closed card to its holder (P-14), of
 * a replaced one to the card that took its place (P-15, which comes first).
 *
 * A window begins with the last report that the card is lost, bad or closed. It is over when so many days have passed and
 * every pos, load and bus device that saw the card in the last 30 days has said since then that nothing is left in it. Each
 * settle moves what is there again; a negative purse stays for a person. */
#ifndef DAYBOOK_LEDGER_DRAIN_H
#define DAYBOOK_LEDGER_DRAIN_H

#include "base/arena.h"
#include "ledger/claim.h"
#include "ledger/state.h"
#include "ledger/transfer.h"

struct drain_rules {
    int32_t days; /* of the window, unless a school has its own */
    const struct drain_school {
        int64_t school_code;
        int32_t days;
    } *schools;
    size_t school_count;
};

/* A card whose window is over, and what it holds by then. */
struct drain {
    int64_t card_no;
    int64_t new_card_no;   /* P-15; -1: P-14 */
    const char *person_no; /* the holder */
    int64_t school_code;   /* the holder's */
    int64_t reported_at;   /* where the window begins */
    int32_t reported_on;   /* its day */
    int64_t purse_fen;     /* of 2001, where above zero */
    int64_t topup_fen;     /* of 2205, with what comes from a card before it */
    int64_t subsidy_fen;   /* of 2203, likewise */
    int64_t deposit_fen;   /* of 2002; P-14 */
};

struct drains {
    struct drain *rows; /* a card after those that it takes the place of */
    size_t count;
    struct state state; /* the same cards, from drains_load on */
};

/* The cards whose money is to move on a day; none when all has moved. */
MUST_CHECK bool drains_read(struct arena *arena, struct db *db, int32_t day, const struct drain_rules *rules,
                            struct drains *drains, struct err *e);

/* Puts candidates into the order in which they are to move and adds up what goes from one to the next; keeps those that
 * have something by then. A card that takes the place of itself, over others, never moves. A part of drains_read. */
MUST_CHECK bool drains_order(struct arena *arena, struct drains *drains, struct err *e);

/* In a run on that day: reads the purses; posts an entry for each card at 00:00, whose transfers the book takes, and moves
 * claims; writes the purses. */
MUST_CHECK bool drains_load(struct ledger_run *run, struct drains *drains, struct err *e);
MUST_CHECK bool drains_post(struct ledger_run *run, struct book *book, struct claims *claims, struct drains *drains,
                            struct err *e);
MUST_CHECK bool drains_store(struct ledger_run *run, const struct drains *drains, struct err *e);

#endif
