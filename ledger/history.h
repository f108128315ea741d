/* history: what a judge must read back from the books, each asked for once per run and in one piece. */
#ifndef DAYBOOK_LEDGER_HISTORY_H
#define DAYBOOK_LEDGER_HISTORY_H

#include "ledger/account.h"
#include "ledger/state.h"

/* Contents held or accepted before under a sequence that comes again. */
struct seen_content {
    uint32_t device_no;
    uint16_t epoch;
    uint32_t device_seq;
    uint64_t digest;
};
struct suspect { /* a sequence that was seen before this run */
    uint32_t device_no;
    uint16_t epoch;
    uint32_t device_seq;
};
/* All contents of the suspects, ordered by (device_no, epoch, device_seq, digest as a signed number), in the arena. */
MUST_CHECK bool history_contents(struct ledger_run *run, struct arena *arena, const struct suspect *suspects,
                                 uint32_t suspect_count, struct seen_content **contents, uint32_t *content_count,
                                 struct err *e);

/* An accepted purchase that a reversal may cancel. */
struct old_purchase {
    uint32_t device_no;
    uint16_t epoch;
    uint32_t device_seq;
    int64_t entry_id; /* record_id of the row that accepted it */
    int32_t accounting_date;
    int64_t card_no;
    int64_t amount_fen;
    int64_t merchant_no; /* on its credit side; 0: it went to suspense */
    bool is_reversed;
};
/* Those of the wanted sequences, ordered by (device_no, epoch, device_seq, entry_id), in the arena. A sequence has more
 * than one where two people have posted a conflict (P-16). */
MUST_CHECK bool history_purchases(struct ledger_run *run, struct arena *arena, const struct suspect *wanted,
                                  uint32_t wanted_count, struct old_purchase **purchases, uint32_t *purchase_count,
                                  struct err *e);

/* A transfer of an old purchase, to be mirrored (P-05). */
struct old_leg {
    int64_t entry_id;
    int leg;
    int64_t school_code;
    int64_t merchant_no; /* 0 = none */
    struct account debit, credit;
    int64_t amount_fen;
};
/* The transfers of purchases, ordered by (entry_id, leg), in the arena. */
MUST_CHECK bool history_legs(struct ledger_run *run, struct arena *arena, const struct old_purchase *const *purchases,
                             uint32_t purchase_count, struct old_leg **legs, uint32_t *leg_count, struct err *e);

/* Σ of accepted purchases of a card on an own day that is older than its newest. */
struct day_sum {
    uint32_t card_index;
    int32_t day;
    int64_t sum_fen;
};
/* Fills sum_fen of each. */
MUST_CHECK bool history_day_sums(struct ledger_run *run, const struct state *state, struct day_sum *sums,
                                 uint32_t count, struct err *e);

/* A link of a chain that was accepted in an earlier run. */
struct old_link {
    uint32_t card_index;
    int64_t record_id;
    int64_t occurred_at;
    int64_t school_code;
    int64_t archive_id;
    int64_t device_seq;
    int64_t before_fen, amount_fen, after_fen;
    int32_t file_no, record_no;
    int32_t device_no;
    int32_t epoch;
    int32_t counter;
    int32_t accounting_date;
    uint8_t kind;
};
struct chain_wish { /* a card whose chain is entered before its tail, and where */
    uint32_t card_index;
    int64_t from_at;
    bool offline_only; /* no record of the online family is put into it */
};
/* The accepted records of each card from from_at on, the last before it, and the last before it of each family that has
 * one from from_at on, or gets one: of another family the card's tail knows it. Ordered by card_index. */
MUST_CHECK bool history_chains(struct ledger_run *run, struct arena *arena, const struct state *state,
                               const struct chain_wish *wishes, uint32_t wish_count, struct old_link **links,
                               uint32_t *link_count, struct err *e);

/* Accepted purchases of a device whose own day is in the 30 days up to the open date, before this run. */
struct device_sum {
    uint32_t device_no;
    int64_t purchases;
    int64_t purchase_fen;
};
/* Fills purchases and purchase_fen of those whose gaps judge_gaps has at hand; sums ordered by device_no. */
MUST_CHECK bool history_device_sums(struct ledger_run *run, struct device_sum *sums, uint32_t count, struct err *e);

#endif
