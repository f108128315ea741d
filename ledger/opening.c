#include "ledger/opening.h"

#include "base/money.h"
#include "ledger/store.h"
#include "ledger/transfer.h"

static bool open_card(struct ledger_run *run, struct card *card, struct transfer *t, struct err *e)
{
    *t = (struct transfer){.kind = TRANSFER_OPENING,
                           .school_code = card->school_code,
                           .accounting_date = run->open_date,
                           .occurred_at = date_moment(run->open_date, 0, 0, 0),
                           .debit = account_named(ACCOUNT_OPENING, ""),
                           .credit = account_of(ACCOUNT_CARD_PURSE, card->card_no),
                           .amount_fen = card->opening_fen,
                           .card_no = card->card_no,
                           .device_no = -1};
    card->touched = true;
    card->has_transfers = true;
    return ledger_run_next_entry(run, &t->entry_id, e) && money_add(&card->purse_fen, card->opening_fen, e);
}

bool opening_post(struct ledger_run *run, struct arena *arena, const int64_t *card_nos, uint32_t count, struct err *e)
{
    struct state state = {.arena = arena};
    uint32_t transfer_count = 0;
    state.cards = arena_array(arena, (size_t)count + 1, sizeof *state.cards, e);
    struct transfer *transfers = state.cards ? arena_array(arena, (size_t)count + 1, sizeof *transfers, e) : NULL;
    if (!transfers)
        return false;
    state.card_count = count;
    for (uint32_t i = 0; i < count; i++)
        state.cards[i].card_no = card_nos[i];
    if (!state_load_cards(&state, run->db, NULL, e))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        ALWAYS(state.cards[i].on_file);
        if (state.cards[i].opening_fen > 0 && !open_card(run, &state.cards[i], &transfers[transfer_count++], e))
            return false;
    }
    return book_post_all(run, transfers, transfer_count, e) && store_opened_cards(run, state.cards, count, e);
}
