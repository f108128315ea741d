/* chain: why a card and the books do not have the same balance. The difference is taken apart to the fen: what each record
 * moved on the card and in the purse, where the chain jumps, and what lies in the gaps. */
#ifndef DAYBOOK_JOBS_EXPLAIN_CHAIN_H
#define DAYBOOK_JOBS_EXPLAIN_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* A record of the card as judged; the order is that of its chain. */
struct chain_link {
    int64_t before_fen, amount_fen, after_fen;
    int64_t purse_fen; /* what it moved of 2001 */
    int64_t counter;
    bool is_online;
    bool is_reversal;
    bool is_accepted;
    bool is_undecided; /* a held one of which nothing was decided for ever */
    const char *verdict;
    const char *at;
};

/* Where the chain jumps, or numbers are missing: between an accepted record and the accepted one before it. */
struct chain_break {
    size_t link;             /* the later one */
    int64_t jump_fen;        /* before − the former's after; 0: only numbers are missing */
    int64_t first, last;     /* missing counters of its family; 0: none */
    int64_t held_fen;        /* of it: what held records with these counters say that the card moved */
    size_t held;             /* how many */
};

struct chain_account {
    int64_t start_fen; /* where the chain begins: the opening balance, else what the first record found */
    int64_t card_fen;  /* after of the last accepted record, the opening balance if none */
    int64_t not_in_purse_fen; /* purse moved − card moved, of all accepted records */
    size_t not_in_purse;      /* records where the two differ */
    int64_t jumps_fen;
    struct chain_break *breaks;
    size_t break_count;
};

/* on_file: the chain begins with the opening state; else with its first record. */
struct chain_opening {
    bool on_file;
    int64_t balance_fen;
    int64_t counters[2]; /* offline, online */
};

MUST_CHECK bool chain_account_for(struct arena *arena, const struct chain_opening *opening, const struct chain_link *links,
                                  size_t count, struct chain_account *account, struct err *e);

#endif
