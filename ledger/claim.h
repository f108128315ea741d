/* claim: what cards may still claim (RULES.md P-07 to P-11, P-14, P-15): a top-up that waits for a load (2205), subsidies
 * that wait for a draw (2203, in lots by the day until which they are valid), and the advance that P-07 gave a card from
 * 1122 and that no top-up has paid back yet. It keeps the sums; the transfers are its callers'. */
#ifndef DAYBOOK_LEDGER_CLAIM_H
#define DAYBOOK_LEDGER_CLAIM_H

#include "base/date.h"
#include "ledger/run.h"

struct lot {
    int32_t valid_to; /* the last day; DATE_NO_DAY: never lapses */
    int64_t left_fen; /* > 0 */
    struct lot *next; /* lapses later */
};

struct claim {
    int64_t card_no;
    int64_t read_run; /* 0: no row yet */
    int64_t topup_fen;   /* balance of its 2205 */
    int64_t advance_fen; /* not yet paid back */
    struct lot *lots;    /* balance of its 2203, the oldest valid_to first, one lot a day */
    bool is_changed;
    struct claim *later; /* the next one that was made */
};

/* The claims of one run's cards. Lives in its arena. */
struct claims;

/* Reads what the cards of pg_temp.run_card, which state_load and state_load_cards fill, may claim: one query. */
MUST_CHECK bool claims_load(struct claims **claims, struct ledger_run *run, struct arena *arena, struct err *e);

/* The same for a run that asks by number, at most once: opened empty, then filled with what these cards may claim; a card
 * may be named more than once. */
MUST_CHECK bool claims_open(struct claims **claims, struct hash_seed seed, struct arena *arena, struct err *e);
MUST_CHECK bool claims_load_cards(struct claims *claims, struct ledger_run *run, const int64_t *card_nos, size_t count,
                                  struct err *e);

/* NULL: the card has nothing to claim. Pointers stay valid as long as the arena. */
struct claim *claims_find(const struct claims *claims, int64_t card_no);
/* The card's claim, an empty one where it has none; NULL when *e is filled. */
MUST_CHECK struct claim *claims_make(struct claims *claims, int64_t card_no, struct err *e);

/* Takes up to wanted_fen ≥ 0 from 2205; returns how much it gave. */
int64_t claim_draw_topup(struct claim *claim, int64_t wanted_fen);
/* Takes up to wanted_fen ≥ 0 from the lots, the oldest valid_to first, also from one past its day that has not lapsed yet;
 * returns how much they gave. */
int64_t claim_draw_subsidy(struct claim *claim, int64_t wanted_fen);
/* Takes up to wanted_fen ≥ 0 off the advance; returns how much of it is paid back. */
int64_t claim_repay_advance(struct claim *claim, int64_t wanted_fen);
/* Takes the lots whose last day is before a day; returns how much they held. */
int64_t claim_lapse(struct claim *claim, int32_t day);
/* What all lots hold. */
int64_t claim_subsidy_fen(const struct claim *claim);

/* What is given, fen > 0; false only where a sum overflows or memory ends. */
MUST_CHECK bool claim_add_topup(struct claim *claim, int64_t fen, struct err *e);
MUST_CHECK bool claim_give_advance(struct claim *claim, int64_t fen, struct err *e);
MUST_CHECK bool claim_add_lot(struct claims *claims, struct claim *claim, struct lot lot, struct err *e);
/* Moves all lots with their valid_to (P-15). */
MUST_CHECK bool claim_move_lots(struct claims *claims, struct claim *from, struct claim *to, struct err *e);

/* Writes the claims that changed, once in a run. Fails with ERR_DB, retryable, where another run has replaced one meanwhile. */
MUST_CHECK bool claims_write(const struct claims *claims, struct ledger_run *run, struct err *e);

#endif
