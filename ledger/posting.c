#include "ledger/posting.h"

#include <stdlib.h>

#include "base/array.h"
#include "base/money.h"
#include "base/order.h"
#include "ledger/claim.h"
#include "ledger/device_total.h"
#include "ledger/history.h"
#include "ledger/status.h"
#include "ledger/store.h"
#include "ledger/tally.h"
#include "ledger/waiting.h"

static const char UNKNOWN_CARD[] = "unknown_card";
static const char UNKNOWN_TERMINAL[] = "unknown_terminal";

/* Who pays: the card, or the bureau for a lost one (P-04), or suspense for one not on file (P-02). */
static struct account purchase_debit(const struct record *r, const struct card *card)
{
    if ((r->flags & FLAG_BLACKLISTED) != 0)
        return account_of(ACCOUNT_LOSS_ON_CARDS, card->school_code);
    if (!card->on_file)
        return account_named(ACCOUNT_SUSPENSE_DEBIT, UNKNOWN_CARD);
    return account_of(ACCOUNT_CARD_PURSE, card->card_no);
}

/* P-01 to P-04 and P-06. */
static int post_purchase(const struct judge *judge, const struct record *r, struct transfer t,
                         struct transfer out[POSTING_LEGS])
{
    const struct card *card = &judge->state->cards[r->card_index];
    const struct decision *decision = &judge->decisions[r - judge->batch->records];
    int64_t card_school = card->school_code ? card->school_code : batch_package_of(judge->batch, r)->school_code;
    t.kind = TRANSFER_PURCHASE;
    t.debit = purchase_debit(r, card);
    if ((r->flags & FLAG_UNKNOWN_TERMINAL) != 0) {
        t.credit = account_named(ACCOUNT_SUSPENSE_CREDIT, UNKNOWN_TERMINAL);
        t.school_code = card_school;
        out[0] = t;
        return 1;
    }
    const struct merchant *merchant = &judge->state->merchants[decision->merchant_index];
    t.merchant_no = merchant->merchant_no;
    t.credit = account_of(ACCOUNT_MERCHANT_PAYABLE, merchant->merchant_no);
    t.school_code = merchant->school_code;
    out[0] = t;
    if (t.debit.code == ACCOUNT_SUSPENSE_DEBIT || card->school_code == merchant->school_code)
        return 1;
    out[0].school_code = card->school_code;
    out[0].credit = account_between(card->school_code, merchant->school_code);
    out[1] = t;
    out[1].leg = 1;
    out[1].debit = account_between(merchant->school_code, card->school_code);
    return 2;
}

/* P-07 and P-08: what was to be claimed, and the rest as an advance or from suspense. */
static int post_draw(const struct posting *posting, const struct record *r, struct transfer t,
                     struct transfer out[POSTING_LEGS])
{
    const struct judge *judge = posting->judge;
    const struct card *card = &judge->state->cards[r->card_index];
    bool is_load = r->kind == RECORD_LOAD;
    int64_t claimed_fen = card->on_file ? posting->claimed_fen[judge->decisions[r - judge->batch->records].extra] : 0;
    int count = 0;
    t.kind = is_load ? TRANSFER_LOAD : TRANSFER_SUBSIDY_DRAW;
    t.school_code = card->on_file ? card->school_code : batch_package_of(judge->batch, r)->school_code;
    t.credit = card->on_file ? account_of(ACCOUNT_CARD_PURSE, card->card_no)
                             : account_named(ACCOUNT_SUSPENSE_CREDIT, UNKNOWN_CARD);
    if (claimed_fen > 0) {
        t.debit = account_of(is_load ? ACCOUNT_TOPUP_TO_CLAIM : ACCOUNT_SUBSIDY_TO_CLAIM, card->card_no);
        t.amount_fen = claimed_fen;
        out[count++] = t;
    }
    if (r->amount_fen > claimed_fen) {
        t.leg = count;
        t.debit = is_load ? account_named(ACCOUNT_DUE_FROM_BANK, "unknown")
                          : account_named(ACCOUNT_SUSPENSE_DEBIT, "subsidy_draw");
        t.amount_fen = r->amount_fen - claimed_fen;
        out[count++] = t;
    }
    return count;
}

/* A leg of the purchase, mirrored. */
static struct transfer mirror(struct transfer t, const struct account *debit, const struct account *credit, int64_t reverses)
{
    t.kind = TRANSFER_REVERSAL;
    t.debit = *credit;
    t.credit = *debit;
    t.reverses = reverses;
    return t;
}

static int mirror_old(const struct posting *posting, const struct old_purchase *purchase, struct transfer t,
                      struct transfer out[POSTING_LEGS])
{
    uint32_t low = 0, high = posting->leg_count;
    int count = 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (posting->legs[middle].entry_id < purchase->entry_id)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < posting->leg_count && posting->legs[low].entry_id == purchase->entry_id; low++) {
        const struct old_leg *leg = &posting->legs[low];
        ALWAYS(count < POSTING_LEGS && leg->leg == count);
        t.leg = leg->leg;
        t.school_code = leg->school_code;
        t.merchant_no = leg->merchant_no;
        out[count++] = mirror(t, &leg->debit, &leg->credit, leg->entry_id << TRANSFER_LEG_BITS | leg->leg);
    }
    ALWAYS(count > 0);
    return count;
}

/* P-05 */
static int post_reversal(const struct posting *posting, uint32_t record_index, struct transfer t,
                         struct transfer out[POSTING_LEGS])
{
    const struct judge *judge = posting->judge;
    const struct judge_reversal *reversal = &judge->reversals[judge->decisions[record_index].extra];
    struct transfer purchase[POSTING_LEGS];
    if (reversal->purchase_index == STATE_NONE)
        return mirror_old(posting, &judge->old_purchases[reversal->old_index], t, out);
    int count = posting_of_record(posting, reversal->purchase_index, purchase);
    for (int i = 0; i < count; i++) {
        t.leg = purchase[i].leg;
        t.school_code = purchase[i].school_code;
        t.merchant_no = purchase[i].merchant_no;
        out[i] = mirror(t, &purchase[i].debit, &purchase[i].credit, transfer_id(&purchase[i]));
    }
    return count;
}

int64_t posting_reversed_merchant(const struct judge *judge, uint32_t record_index)
{
    const struct judge_reversal *reversal = &judge->reversals[judge->decisions[record_index].extra];
    if (reversal->purchase_index == STATE_NONE)
        return judge->old_purchases[reversal->old_index].merchant_no;
    const struct record *purchase = &judge->batch->records[reversal->purchase_index];
    uint32_t merchant_index = judge->decisions[reversal->purchase_index].merchant_index;
    bool is_suspense = (purchase->flags & FLAG_UNKNOWN_TERMINAL) != 0;
    return is_suspense ? 0 : judge->state->merchants[merchant_index].merchant_no;
}

int posting_of_record(const struct posting *posting, uint32_t record_index, struct transfer out[POSTING_LEGS])
{
    const struct judge *judge = posting->judge;
    const struct record *r = &judge->batch->records[record_index];
    ALWAYS(r->verdict == VERDICT_ACCEPTED);
    struct transfer t = {.entry_id = ledger_run_id_of(judge->run, record_index),
                         .accounting_date = judge->decisions[record_index].accounting_date,
                         .occurred_at = r->occurred_at,
                         .amount_fen = r->amount_fen,
                         .card_no = r->card_no,
                         .device_no = r->device_no,
                         .device_seq = r->device_seq};
    if (record_is_purchase(r))
        return post_purchase(judge, r, t, out);
    if (r->kind == RECORD_REVERSAL)
        return post_reversal(posting, record_index, t, out);
    return post_draw(posting, r, t, out);
}

/* Takes from the claims of a card on file what a load or draw can claim; what a load cannot is an advance. */
static bool claim_record(struct posting *posting, uint32_t record_index, struct err *e)
{
    struct judge *judge = posting->judge;
    const struct record *r = &judge->batch->records[record_index];
    int64_t *grown = array_extend(posting->claimed_fen, ARRAY_SIZE(posting, claimed, *grown), 1, e);
    if (!grown)
        return false;
    posting->claimed_fen = grown;
    judge->decisions[record_index].extra = posting->claimed_count - 1;
    struct claim *claim = claims_find(posting->claims, r->card_no);
    int64_t *claimed_fen = &grown[posting->claimed_count - 1];
    if (r->kind == RECORD_SUBSIDY) {
        *claimed_fen = claim ? claim_draw_subsidy(claim, r->amount_fen) : 0;
        return true;
    }
    *claimed_fen = claim ? claim_draw_topup(claim, r->amount_fen) : 0;
    if (*claimed_fen == r->amount_fen)
        return true;
    claim = claim ? claim : claims_make(posting->claims, r->card_no, e);
    return claim && claim_give_advance(claim, r->amount_fen - *claimed_fen, e);
}

static bool claims_something(const struct judge *judge, uint32_t record_index)
{
    const struct record *r = &judge->batch->records[record_index];
    return r->verdict == VERDICT_ACCEPTED && record_is_online(r) && judge->state->cards[r->card_index].on_file;
}

/* In the order of posting, card by card, whatever accounting date each takes. Behind the arrivals, only a record that two
 * people have agreed to post can be a load or draw (R-07 and R-08 ask purchases and reversals), and it comes alone (P-16). */
static bool claim_all(struct posting *posting, struct err *e)
{
    struct judge *judge = posting->judge;
    if (!claims_load(&posting->claims, judge->run, judge->state->arena, e))
        return false;
    for (uint32_t i = 0; i < judge->sorted_count; i++)
        if (claims_something(judge, judge->sorted[i]) && !claim_record(posting, judge->sorted[i], e))
            return false;
    for (uint32_t i = judge->batch->arrived_records; i < judge->batch->record_count; i++)
        if (claims_something(judge, i) && !claim_record(posting, i, e))
            return false;
    return true;
}

static bool read_mirrored(struct posting *posting, struct err *e)
{
    const struct judge *judge = posting->judge;
    struct arena *arena = judge->state->arena;
    uint32_t count = 0;
    const struct old_purchase **purchases = arena_array(arena, (size_t)judge->reversal_count + 1, sizeof *purchases, e);
    if (!purchases)
        return false;
    for (uint32_t i = 0; i < judge->reversal_count; i++)
        if (judge->reversals[i].purchase_index == STATE_NONE)
            purchases[count++] = &judge->old_purchases[judge->reversals[i].old_index];
    return history_legs(judge->run, arena, purchases, count, &posting->legs, &posting->leg_count, e);
}

static bool posting_open(struct posting *posting, struct judge *judge, struct err *e)
{
    *posting = (struct posting){.judge = judge};
    return claim_all(posting, e) && read_mirrored(posting, e);
}

static void posting_close(struct posting *posting)
{
    free(posting->claimed_fen);
}

/* Brings a transfer into the purse of its card. */
static bool move_purse(struct card *card, const struct transfer *t, struct err *e)
{
    if (t->debit.code == ACCOUNT_CARD_PURSE) {
        card->has_transfers = true;
        return money_add(&card->purse_fen, -t->amount_fen, e);
    }
    if (t->credit.code == ACCOUNT_CARD_PURSE) {
        card->has_transfers = true;
        return money_add(&card->purse_fen, t->amount_fen, e);
    }
    return true;
}

static bool post_record(struct posting *posting, struct book *book, uint32_t record_index, int64_t *transfers, struct err *e)
{
    struct judge *judge = posting->judge;
    struct card *card = &judge->state->cards[judge->batch->records[record_index].card_index];
    struct transfer legs[POSTING_LEGS];
    int count = posting_of_record(posting, record_index, legs);
    *transfers += count;
    for (int leg = 0; leg < count; leg++)
        if (!book_add(book, &legs[leg], e) || !move_purse(card, &legs[leg], e))
            return false;
    return true;
}

static bool is_dated(const struct judge *judge, uint32_t record_index, int32_t date)
{
    return judge->batch->records[record_index].verdict == VERDICT_ACCEPTED &&
           judge->decisions[record_index].accounting_date == date;
}

/* Nearly all records of a run take the open date: they need no list. */
static bool post_open_date(struct posting *posting, struct book *book, int64_t *transfers, struct err *e)
{
    const struct judge *judge = posting->judge;
    uint32_t count = judge->batch->record_count, i = 0;
    while (i < count && !is_dated(judge, i, judge->open_date))
        i++;
    if (i == count)
        return true;
    if (!book_begin_date(book, judge->open_date, e))
        return false;
    for (; i < count; i++)
        if (is_dated(judge, i, judge->open_date) && !post_record(posting, book, i, transfers, e))
            return false;
    return book_end_date(book, e);
}

static int compare_dates(const void *a, const void *b, void *context)
{
    const uint32_t *x = a, *y = b;
    const struct decision *decisions = context;
    ORDER(decisions[*x].accounting_date, decisions[*y].accounting_date);
    ORDER(*x, *y);
    return 0;
}

/* The records of later dates, date by date; *later is the caller's to free. */
static bool list_later(const struct judge *judge, uint32_t **later, uint32_t *count, struct err *e)
{
    uint32_t capacity = 0;
    for (uint32_t i = 0; i < judge->batch->record_count; i++) {
        if (judge->batch->records[i].verdict != VERDICT_ACCEPTED || judge->decisions[i].accounting_date <= judge->open_date)
            continue;
        uint32_t *grown = array_extend(*later, (struct array_size){count, &capacity, sizeof *grown}, 1, e);
        if (!grown)
            return false;
        *later = grown;
        grown[*count - 1] = i;
    }
    if (*count > 1)
        qsort_r(*later, *count, sizeof **later, compare_dates, judge->decisions);
    return true;
}

static bool post_later(struct posting *posting, struct book *book, const uint32_t *later, uint32_t count,
                       int64_t *transfers, struct err *e)
{
    const struct decision *decisions = posting->judge->decisions;
    for (uint32_t i = 0; i < count; i++) {
        int32_t date = decisions[later[i]].accounting_date;
        if ((i == 0 || decisions[later[i - 1]].accounting_date != date) && !book_begin_date(book, date, e))
            return false;
        if (!post_record(posting, book, later[i], transfers, e))
            return false;
        if ((i + 1 == count || decisions[later[i + 1]].accounting_date != date) && !book_end_date(book, e))
            return false;
    }
    return true;
}

static bool post_all(struct posting *posting, int64_t *transfers, struct err *e)
{
    struct book *book = NULL;
    uint32_t *later = NULL, count = 0;
    bool done = book_open(&book, posting->judge->run, e) && list_later(posting->judge, &later, &count, e) &&
                post_open_date(posting, book, transfers, e) &&
                post_later(posting, book, later, count, transfers, e) && book_finish(book, e);
    free(later);
    book_close(book);
    return done;
}

/* A purse below zero when the run ends: one open exception per card (RULES.md 1). */
static bool judge_balances(struct judge *judge, struct err *e)
{
    for (uint32_t i = 0; i < judge->state->card_count; i++) {
        const struct card *card = &judge->state->cards[i];
        if (!card->touched || (card->was_purse_fen < 0) == (card->purse_fen < 0))
            continue;
        if (card->purse_fen >= 0) {
            struct closing *closing = exceptions_add_closing(&judge->exceptions, EXCEPTION_NEGATIVE_BALANCE, e);
            if (!closing)
                return false;
            closing->card_no = card->card_no;
            closing->reason = "balance is not negative";
            continue;
        }
        struct exception *row =
            exceptions_add(&judge->exceptions, EXCEPTION_NEGATIVE_BALANCE, judge->open_date, e);
        if (!row)
            return false;
        row->school_code = judge_last_school(judge, card);
        row->card_no = card->card_no;
        row->amount_fen = -card->purse_fen;
        row->detail = "the purse is below zero";
    }
    return true;
}

static bool closes_itself(int verdict)
{
    return verdict == VERDICT_GRAY || verdict == VERDICT_UNMATCHED_REVERSAL || verdict == EXCEPTION_BALANCE_BREAK ||
           verdict == EXCEPTION_NEGATIVE_BALANCE || verdict == EXCEPTION_SEQUENCE_GAP ||
           verdict == EXCEPTION_COUNTER_GAP || verdict == EXCEPTION_DEVICE_TOTAL;
}

/* What two people have agreed to post cannot be left undone: a reversal without its purchase has nothing to mirror. */
static bool check_agreed(const struct judge *judge, struct err *e)
{
    for (uint32_t i = 0; i < judge->held_count; i++) {
        if (!judge->held[i].is_agreed || judge->held[i].outcome == HELD_POSTED)
            continue;
        (void)err_set(e, ERR_USAGE, "record %lld reverses a purchase that is not accepted, or reversed already",
                      (long long)judge->held[i].held_id);
        return err_hint(e, "post the purchase first, or move the money by a transfer");
    }
    return true;
}

static bool write_books(struct judge *judge, struct posting_result *result, struct err *e)
{
    struct posting posting;
    bool done = posting_open(&posting, judge, e) && store_seen(judge, e) && store_span(judge, e) &&
                status_write(judge->batch, judge->run, e) && device_total_judge(judge, e) &&
                post_all(&posting, &result->transfers, e) && judge_balances(judge, e) &&
                exceptions_write(&judge->exceptions, judge->run, e) && waiting_write(judge, e) &&
                claims_write(posting.claims, judge->run, e) && tally_write(judge, e) && store_state(judge, e);
    posting_close(&posting);
    return done;
}

/* Judges what the batch holds and writes it. */
static bool judge_and_write(struct judge *judge, struct ledger_run *run, struct batch *batch,
                            const struct judge_rules *rules, struct posting_result *result, struct err *e)
{
    struct state state = {0};
    struct store *store = NULL;
    bool done = state_load(&state, run, batch, e) && judge_open(judge, run, batch, &state, rules, e) &&
                check_agreed(judge, e) && tally_batch(judge, &result->tally, e) && store_begin(&store, judge, e) &&
                write_books(judge, result, e);
    done = store_end(store, done, e);
    result->exceptions = judge->exceptions.count;
    for (uint32_t i = 0; i < judge->exceptions.count; i++)
        result->person_exceptions += !closes_itself(judge->exceptions.rows[i].verdict);
    judge_close(judge);
    state_close(&state);
    return done;
}

bool posting_run(struct ledger_run *run, struct batch *batch, const struct judge_rules *rules,
                 struct posting_result *result, struct err *e)
{
    struct judge judge = {0};
    *result = (struct posting_result){0};
    return waiting_load(run, batch, e) && judge_and_write(&judge, run, batch, rules, result, e);
}

bool posting_decide(struct ledger_run *run, struct arena *arena, int64_t record_id, const struct judge_rules *rules,
                    struct err *e)
{
    struct judge judge = {0};
    struct posting_result result = {0};
    struct batch batch;
    batch_open(&batch, arena);
    bool done = waiting_load_agreed(run, &batch, record_id, e) &&
                judge_and_write(&judge, run, &batch, rules, &result, e);
    batch_close(&batch);
    return done;
}
