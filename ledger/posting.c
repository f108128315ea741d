#include "ledger/posting.h"

#include "base/money.h"
#include "ledger/store.h"
#include "ledger/tally.h"

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

/* P-07 and P-08 as far as there is nothing to claim: money to claim comes with the bank and with subsidies. */
static int post_draw(const struct record *r, const struct card *card, int64_t package_school, struct transfer t,
                     struct transfer out[POSTING_LEGS])
{
    bool is_load = r->kind == RECORD_LOAD;
    t.kind = is_load ? TRANSFER_LOAD : TRANSFER_SUBSIDY_DRAW;
    t.school_code = card->on_file ? card->school_code : package_school;
    t.debit = is_load ? account_named(ACCOUNT_DUE_FROM_BANK, "unknown")
                      : account_named(ACCOUNT_SUSPENSE_DEBIT, "subsidy_draw");
    t.credit = card->on_file ? account_of(ACCOUNT_CARD_PURSE, card->card_no)
                             : account_named(ACCOUNT_SUSPENSE_CREDIT, UNKNOWN_CARD);
    out[0] = t;
    return 1;
}

int posting_of_record(const struct judge *judge, uint32_t record_index, struct transfer out[POSTING_LEGS])
{
    const struct record *r = &judge->batch->records[record_index];
    const struct card *card = &judge->state->cards[r->card_index];
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
    return post_draw(r, card, batch_package_of(judge->batch, r)->school_code, t, out);
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

static bool post_date(struct judge *judge, struct book *book, int32_t date, int64_t *transfers, struct err *e)
{
    struct transfer legs[POSTING_LEGS];
    if (!book_begin_date(book, date, e))
        return false;
    for (uint32_t i = 0; i < judge->batch->record_count; i++) {
        const struct record *r = &judge->batch->records[i];
        if (r->verdict != VERDICT_ACCEPTED || judge->decisions[i].accounting_date != date)
            continue;
        int count = posting_of_record(judge, i, legs);
        *transfers += count;
        for (int leg = 0; leg < count; leg++)
            if (!book_add(book, &legs[leg], e) || !move_purse(&judge->state->cards[r->card_index], &legs[leg], e))
                return false;
    }
    return book_end_date(book, e);
}

/* The next accounting date after `after` that has an accepted record; DATE_NO_DAY when there is none. */
static int32_t next_date(const struct judge *judge, int32_t after)
{
    int32_t next = DATE_NO_DAY;
    for (uint32_t i = 0; i < judge->batch->record_count; i++) {
        int32_t date = judge->decisions[i].accounting_date;
        if (judge->batch->records[i].verdict == VERDICT_ACCEPTED && date > after && (next == DATE_NO_DAY || date < next))
            next = date;
    }
    return next;
}

static bool post_all(struct judge *judge, int64_t *transfers, struct err *e)
{
    struct book *book = NULL;
    bool done = book_open(&book, judge->run, e);
    int32_t date = next_date(judge, judge->open_date - 1);
    for (; done && date != DATE_NO_DAY; date = next_date(judge, date))
        done = post_date(judge, book, date, transfers, e);
    done = done && book_finish(book, e);
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
            continue;
        }
        struct exception *row =
            exceptions_add(&judge->exceptions, EXCEPTION_NEGATIVE_BALANCE, judge->open_date, e);
        if (!row)
            return false;
        row->school_code = card->last_school;
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
           verdict == EXCEPTION_COUNTER_GAP;
}

bool posting_run(struct ledger_run *run, struct batch *batch, const struct judge_rules *rules,
                 struct posting_result *result, struct err *e)
{
    *result = (struct posting_result){0};
    struct state state;
    struct judge judge = {0};
    struct store *store = NULL;
    bool done = state_load(&state, run, batch, e) && judge_open(&judge, run, batch, &state, rules, e) &&
                tally_batch(&judge, &result->tally, e) && store_begin(&store, &judge, e) && store_seen(&judge, e) &&
                post_all(&judge, &result->transfers, e) &&
                judge_balances(&judge, e) && exceptions_write(&judge.exceptions, run, e) &&
                tally_write(&judge, e) && store_state(&judge, e);
    done = store_end(store, done, e);
    result->exceptions = judge.exceptions.count;
    for (uint32_t i = 0; i < judge.exceptions.count; i++)
        result->person_exceptions += !closes_itself(judge.exceptions.rows[i].verdict);
    judge_close(&judge);
    return done;
}
