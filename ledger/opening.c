#include "ledger/opening.h"

#include "base/money.h"
#include "ledger/claim.h"
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

/* The chain of a card begins with its opening state, also where records came before that. */
static void open_chain(struct card *card)
{
    card->tail.offline = card->tail.online = TAIL_OPENED_LATE;
    card->touched = true;
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
        if (state.cards[i].records > 0)
            open_chain(&state.cards[i]);
    }
    return book_post_all(run, transfers, transfer_count, e) && store_opened_cards(run, state.cards, count, e);
}

/* ---- other accounts */

static struct transfer open_account(const struct ledger_run *run, const struct opening *opening)
{
    bool is_debit = account_is_debit(opening->account.code);
    struct account against = account_named(ACCOUNT_OPENING, "");
    return (struct transfer){.kind = TRANSFER_OPENING,
                             .school_code = opening->school_code,
                             .accounting_date = run->open_date,
                             .occurred_at = date_moment(run->open_date, 0, 0, 0),
                             .debit = is_debit ? opening->account : against,
                             .credit = is_debit ? against : opening->account,
                             .amount_fen = opening->amount_fen,
                             .card_no = account_is_of_card(opening->account.code) ? opening->account.owner : -1,
                             .merchant_no = opening->account.code == ACCOUNT_MERCHANT_PAYABLE
                                                ? opening->account.owner : 0,
                             .device_no = -1};
}

/* What A's book says of B, B's says of A. */
static struct transfer mirror(struct transfer t)
{
    struct account other = account_between(t.debit.about, t.debit.owner);
    t.leg++;
    t.school_code = t.debit.about;
    t.debit = t.credit;
    t.credit = other;
    return t;
}

static bool keep_claim(struct claims *claims, const struct opening *opening, struct err *e)
{
    bool is_topup = opening->account.code == ACCOUNT_TOPUP_TO_CLAIM;
    if (!is_topup && opening->account.code != ACCOUNT_SUBSIDY_TO_CLAIM)
        return true;
    struct claim *claim = claims_make(claims, opening->account.owner, e);
    struct lot lot = {.valid_to = DATE_NO_DAY, .left_fen = opening->amount_fen};
    return claim && (is_topup ? claim_add_topup(claim, opening->amount_fen, e) : claim_add_lot(claims, claim, lot, e));
}

static bool load_claims(struct ledger_run *run, struct arena *arena, const struct opening *openings, size_t count,
                        struct claims **claims, struct err *e)
{
    int64_t *card_nos = arena_array(arena, count + 1, sizeof *card_nos, e);
    size_t cards = 0;
    for (size_t i = 0; card_nos && i < count; i++)
        if (account_is_of_card(openings[i].account.code))
            card_nos[cards++] = openings[i].account.owner;
    return card_nos && claims_open(claims, run->seed, arena, e) && claims_load_cards(*claims, run, card_nos, cards, e);
}

bool opening_post_accounts(struct ledger_run *run, struct arena *arena, const struct opening *openings, size_t count,
                           struct err *e)
{
    struct claims *claims = NULL;
    size_t transfer_count = 0;
    struct transfer *transfers = arena_array(arena, 2 * count + 1, sizeof *transfers, e);
    if (!transfers || !load_claims(run, arena, openings, count, &claims, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct transfer *t = &transfers[transfer_count++];
        *t = open_account(run, &openings[i]);
        if (!ledger_run_next_entry(run, &t->entry_id, e) || !keep_claim(claims, &openings[i], e))
            return false;
        if (openings[i].account.code == ACCOUNT_BETWEEN_SCHOOLS)
            transfers[transfer_count++] = mirror(*t);
    }
    return book_post_all(run, transfers, transfer_count, e) && claims_write(claims, run, e);
}
