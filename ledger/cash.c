#include "ledger/cash.h"

#include "base/date.h"
#include "ledger/claim.h"
#include "ledger/transfer.h"

static struct account cash_of(const struct cash_slip *slip)
{
    return account_named(ACCOUNT_CASH, slip->cashier);
}

/* An advance that P-07 gave the card is paid back before anything waits to be claimed. */
static bool post_topup(const struct cash_slip *slip, struct claims *claims, struct transfer t, struct transfer *out,
                       size_t *count, struct err *e)
{
    struct claim *claim = claims_make(claims, slip->card_no, e);
    if (!claim)
        return false;
    t.kind = TRANSFER_CASH_TOPUP;
    t.debit = cash_of(slip);
    t.credit = account_named(ACCOUNT_DUE_FROM_BANK, "unknown");
    t.amount_fen = claim_repay_advance(claim, slip->amount_fen);
    if (t.amount_fen > 0) {
        out[(*count)++] = t;
        t.leg++;
    }
    t.credit = account_of(ACCOUNT_TOPUP_TO_CLAIM, slip->card_no);
    t.amount_fen = slip->amount_fen - t.amount_fen;
    if (t.amount_fen == 0)
        return true;
    out[(*count)++] = t;
    return claim_add_topup(claim, t.amount_fen, e);
}

static struct transfer post_other(const struct cash_slip *slip, struct transfer t)
{
    if (slip->kind == SLIP_REFUND) {
        t.kind = TRANSFER_CASH_REFUND;
        t.debit = account_named(ACCOUNT_REFUND_PAYABLE, slip->person_no);
        t.credit = cash_of(slip);
    } else if (slip->kind == SLIP_CARD_FEE) {
        t.kind = TRANSFER_CARD_FEE;
        t.debit = cash_of(slip);
        t.credit = account_of(ACCOUNT_CARD_FEE_INCOME, slip->school_code);
    } else {
        ALWAYS(slip->kind == SLIP_TO_BANK);
        t.kind = TRANSFER_CASH_TO_BANK;
        t.debit = account_named(ACCOUNT_BANK, slip->bank_account);
        t.credit = cash_of(slip);
    }
    return t;
}

static bool post_slip(struct ledger_run *run, const struct cash_slip *slip, struct claims *claims,
                      struct transfer *transfers, size_t *count, struct err *e)
{
    int32_t own_day = date_day_of(slip->at);
    struct transfer t = {.school_code = slip->school_code,
                         .accounting_date = own_day > run->open_date ? own_day : run->open_date,
                         .occurred_at = slip->at,
                         .amount_fen = slip->amount_fen,
                         .card_no = slip->card_no,
                         .device_no = -1};
    if (!ledger_run_next_entry(run, &t.entry_id, e))
        return false;
    if (slip->kind == SLIP_TOPUP)
        return post_topup(slip, claims, t, transfers, count, e);
    transfers[(*count)++] = post_other(slip, t);
    return true;
}

/* The cards that slips give something to claim. */
static bool load_claims(struct ledger_run *run, struct arena *arena, const struct cash_slip *slips, size_t count,
                        struct claims **claims, struct err *e)
{
    int64_t *card_nos = arena_array(arena, count + 1, sizeof *card_nos, e);
    size_t cards = 0;
    for (size_t i = 0; card_nos && i < count; i++)
        if (slips[i].kind == SLIP_TOPUP)
            card_nos[cards++] = slips[i].card_no;
    return card_nos && claims_open(claims, run->seed, arena, e) && claims_load_cards(*claims, run, card_nos, cards, e);
}

bool cash_post(struct ledger_run *run, struct arena *arena, const struct cash_slip *slips, size_t count, struct err *e)
{
    struct claims *claims = NULL;
    size_t transfer_count = 0;
    struct transfer *transfers = arena_array(arena, 2 * count + 1, sizeof *transfers, e);
    if (!transfers || !load_claims(run, arena, slips, count, &claims, e))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!post_slip(run, &slips[i], claims, transfers, &transfer_count, e))
            return false;
    return book_post_all(run, transfers, transfer_count, e) && claims_write(claims, run, e);
}
