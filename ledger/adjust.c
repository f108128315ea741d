#include "ledger/adjust.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/money.h"
#include "ledger/claim.h"
#include "ledger/owner.h"
#include "ledger/posting.h"
#include "ledger/store.h"
#include "ledger/transfer.h"
#include "queries.h"

/* What is known of an exception. */
struct matter {
    int verdict;
    char name[32];
    int64_t record_id; /* 0: none */
    int64_t card_no;
    bool is_money; /* its record was held and can be posted */
    bool is_decided;
    char outcome[16];  /* of the decision */
    bool is_closed;
    int64_t closed_run;
    char closed_reason[160];
    int64_t waiting_id; /* of a proposal without answer */
};

static bool read_matter(struct db *db, int64_t exception_id, struct matter *m, struct err *e)
{
    struct db_number id;
    struct db_rows *rows = NULL;
    const char *params[] = {db_from_int64(&id, exception_id)};
    *m = (struct matter){0};
    if (!db_query(db, sql_adjust_exception, 1, params, &rows, e))
        return false;
    bool there = db_rows_count(rows) > 0;
    if (there) {
        m->verdict = (int)db_int64(rows, 0, 0);
        (void)snprintf(m->name, sizeof m->name, "%s", db_text(rows, 0, 1));
        m->record_id = db_int64(rows, 0, 2);
        m->card_no = db_int64(rows, 0, 3);
        m->is_money = db_bool(rows, 0, 4);
        m->is_decided = !db_is_null(rows, 0, 5);
        (void)snprintf(m->outcome, sizeof m->outcome, "%s", db_text(rows, 0, 5));
        m->is_closed = !db_is_null(rows, 0, 6);
        m->closed_run = db_int64(rows, 0, 6);
        (void)snprintf(m->closed_reason, sizeof m->closed_reason, "%s", db_text(rows, 0, 7));
        m->waiting_id = db_int64(rows, 0, 8);
    } else {
        (void)err_set(e, ERR_USAGE, "there is no exception %s", id.text);
        (void)err_hint(e, "the numbers are those of api.exception; daybook explain shows them too");
    }
    db_rows_close(rows);
    return there;
}

/* ---- what may be done about it */

static bool check_outcome(const struct proposal *p, const struct matter *m, struct err *e)
{
    if (p->outcome == PROPOSAL_POST && !m->is_money) {
        (void)err_set(e, ERR_USAGE, "exception %" PRId64 " (%s) is not about a held money record, so nothing can be posted",
                      p->exception_id, m->name);
        return err_hint(e, "void closes it as seen, transfer moves money");
    }
    if (m->is_decided && m->is_money) {
        (void)err_set(e, ERR_USAGE, "the record of exception %" PRId64 " was decided already: %s", p->exception_id,
                      m->outcome);
        return err_hint(e, "daybook explain record shows how");
    }
    return true;
}

static bool check_account(struct db *db, const struct account *account, int64_t debit_fen, struct err *e)
{
    char text[ACCOUNT_TEXT_BYTES];
    struct owner owner;
    (void)account_format(account, text);
    if (account->code == ACCOUNT_BETWEEN_SCHOOLS) {
        (void)err_set(e, ERR_USAGE, "account \"%s\" is posted in two books at once and cannot be named", text);
        return err_hint(e, "name the accounts of both schools: what lies between them is posted by itself");
    }
    if (!owner_read(db, account, &owner, e))
        return false;
    if (!owner.is_known) {
        (void)err_set(e, ERR_USAGE, "account \"%s\": no such owner is on file", text);
        return err_hint(e, "an unknown card's money lies on 1298:unknown_card and 2298:unknown_card");
    }
    bool is_kept_up = account->code == ACCOUNT_CARD_PURSE || account->code == ACCOUNT_SUBSIDY_TO_CLAIM ||
                      account->code == ACCOUNT_TOPUP_TO_CLAIM || account->code == ACCOUNT_REFUND_PAYABLE;
    if (is_kept_up && debit_fen > 0 && owner.credit_fen < debit_fen) {
        (void)err_set(e, ERR_USAGE, "account \"%s\" holds %" PRId64 " fen, %" PRId64 " cannot be taken from it", text,
                      owner.credit_fen, debit_fen);
        return err_hint(e, "it may not go below zero (RULES.md 2)");
    }
    return true;
}

/* The account of the card whose advance (P-07) grows or shrinks with a transfer from or to 1122; NULL: no card's. */
static const struct account *advanced_account(const struct proposal *p)
{
    if (p->debit.code == ACCOUNT_DUE_FROM_BANK)
        return account_is_of_card(p->credit.code) ? &p->credit : NULL;
    return p->credit.code == ACCOUNT_DUE_FROM_BANK && account_is_of_card(p->debit.code) ? &p->debit : NULL;
}

/* What goes to 1122 pays an advance back: that of the card that pays, or what 1122 holds beyond all advances. */
static bool check_advance(struct db *db, const struct proposal *p, struct err *e)
{
    const struct account *account = advanced_account(p);
    struct db_number card_no;
    struct db_rows *rows = NULL;
    const char *params[] = {account ? db_from_int64(&card_no, account->owner) : NULL};
    if (p->credit.code != ACCOUNT_DUE_FROM_BANK || p->debit.code == ACCOUNT_DUE_FROM_BANK)
        return true;
    if (!db_query(db, sql_adjust_advance, 1, params, &rows, e))
        return false;
    int64_t left_fen = db_int64(rows, 0, account ? 0 : 1);
    db_rows_close(rows);
    if (left_fen >= p->amount_fen)
        return true;
    if (account) {
        (void)err_set(e, ERR_USAGE, "card \"%018" PRId64 "\" has had %" PRId64 " fen in advance from 1122, %" PRId64
                      " cannot be paid back", account->owner, left_fen, p->amount_fen);
        return err_hint(e, "daybook explain card shows its loads; name another account than 1122 for what is no advance");
    }
    (void)err_set(e, ERR_USAGE, "1122 holds %" PRId64 " fen beyond the advances of cards, %" PRId64 " cannot be taken from it",
                  left_fen, p->amount_fen);
    return err_hint(e, "an advance is paid back from an account of its card: 2205 or 2001");
}

static bool check_transfer(struct db *db, const struct proposal *p, struct err *e)
{
    if (p->outcome != PROPOSAL_TRANSFER)
        return true;
    if (p->amount_fen <= 0)
        return err_set(e, ERR_USAGE, "a transfer moves more than 0 fen, not %" PRId64, p->amount_fen);
    if (account_equal(&p->debit, &p->credit))
        return err_set(e, ERR_USAGE, "debit and credit account are the same");
    return check_account(db, &p->debit, p->amount_fen, e) && check_account(db, &p->credit, 0, e) && check_advance(db, p, e);
}

/* A purse below zero keeps its negative_balance open until it is filled (RULES.md 2). */
static bool check_negative(struct db *db, const struct proposal *p, const struct matter *m, struct err *e)
{
    struct account purse = account_of(ACCOUNT_CARD_PURSE, m->card_no);
    struct owner owner;
    if (m->verdict != EXCEPTION_NEGATIVE_BALANCE)
        return true;
    if (!owner_read(db, &purse, &owner, e))
        return false;
    int64_t added_fen = p->outcome == PROPOSAL_TRANSFER && account_equal(&p->credit, &purse) ? p->amount_fen : 0;
    if (owner.credit_fen + added_fen >= 0)
        return true;
    (void)err_set(e, ERR_USAGE, "the purse of exception %" PRId64 " would stay at %" PRId64 " fen, and so the exception open",
                  p->exception_id, owner.credit_fen + added_fen);
    return err_hint(e, "a transfer to 2001:%018" PRId64 " of at least %" PRId64 " fen closes it", m->card_no,
                    -owner.credit_fen);
}

static bool check_matter(struct db *db, const struct proposal *p, struct matter *m, struct err *e)
{
    if (!read_matter(db, p->exception_id, m, e))
        return false;
    if (m->is_closed) {
        (void)err_set(e, ERR_USAGE, "exception %" PRId64 " (%s) is closed since run %" PRId64 ": %s", p->exception_id,
                      m->name, m->closed_run, m->closed_reason);
        return err_hint(e, "nothing is left to be done about it");
    }
    return check_outcome(p, m, e) && check_transfer(db, p, e) && check_negative(db, p, m, e);
}

bool adjust_check(struct db *db, const struct proposal *proposal, int64_t *waiting_id, struct err *e)
{
    struct matter matter;
    if (!check_matter(db, proposal, &matter, e))
        return false;
    *waiting_id = matter.waiting_id;
    return true;
}

/* ---- transfers */

static void name_owner(struct transfer *t, const struct account *account)
{
    if (account_is_of_card(account->code))
        t->card_no = t->card_no < 0 ? account->owner : t->card_no;
    if (account->code == ACCOUNT_MERCHANT_PAYABLE)
        t->merchant_no = t->merchant_no == 0 ? account->owner : t->merchant_no;
}

/* One transfer, or two where the money goes from one school's book to another's (as P-06); returns how many. */
static int make_transfers(const struct ledger_run *run, const struct proposal *p, int64_t debit_school,
                          int64_t credit_school, struct transfer out[2])
{
    struct transfer t = {.kind = TRANSFER_ADJUSTMENT,
                         .school_code = debit_school ? debit_school : credit_school,
                         .accounting_date = run->open_date,
                         .occurred_at = date_moment(run->open_date, 0, 0, 0),
                         .debit = p->debit,
                         .credit = p->credit,
                         .amount_fen = p->amount_fen,
                         .card_no = -1,
                         .device_no = -1};
    name_owner(&t, &p->debit);
    name_owner(&t, &p->credit);
    out[0] = out[1] = t;
    if (debit_school == 0 || credit_school == 0 || debit_school == credit_school)
        return 1;
    out[0].credit = account_between(debit_school, credit_school);
    out[1].leg = 1;
    out[1].school_code = credit_school;
    out[1].debit = account_between(credit_school, debit_school);
    return 2;
}

/* The purses of one or two cards change with the transfer. */
static bool move_purses(struct ledger_run *run, struct arena *arena, const struct proposal *p, struct err *e)
{
    const struct account *sides[] = {&p->debit, &p->credit};
    struct state state = {.arena = arena, .cards = arena_array(arena, 2, sizeof *state.cards, e)};
    int64_t moved_fen[2];
    if (!state.cards)
        return false;
    for (int i = 0; i < 2; i++) {
        if (sides[i]->code != ACCOUNT_CARD_PURSE)
            continue;
        moved_fen[state.card_count] = i == 0 ? -p->amount_fen : p->amount_fen;
        state.cards[state.card_count++].card_no = sides[i]->owner;
    }
    if (state.card_count == 0)
        return true;
    if (!state_load_cards(&state, run->db, NULL, e))
        return false;
    for (uint32_t i = 0; i < state.card_count; i++) {
        struct card *card = &state.cards[i];
        card->touched = card->has_transfers = true;
        if (!money_add(&card->purse_fen, moved_fen[i], e))
            return false;
        struct db_number card_no, id, exception;
        const char *params[] = {db_from_int64(&card_no, card->card_no), db_from_int64(&id, run->run_id),
                                db_from_int64(&exception, p->exception_id)};
        if (card->was_purse_fen < 0 && card->purse_fen >= 0 &&
            !db_command(run->db, sql_adjust_close_negative, 3, params, NULL, e))
            return false;
    }
    return store_opened_cards(run, state.cards, state.card_count, e);
}

/* One side of a transfer in what a card may claim: money given to 2203 is a lot that never lapses, money taken comes from
 * the oldest. The accounts hold as much as is taken, which was checked. */
static bool move_claim(struct claims *claims, const struct account *account, int64_t fen, bool is_given, struct err *e)
{
    bool is_topup = account->code == ACCOUNT_TOPUP_TO_CLAIM;
    if (!is_topup && account->code != ACCOUNT_SUBSIDY_TO_CLAIM)
        return true;
    struct claim *claim = claims_make(claims, account->owner, e);
    if (!claim)
        return false;
    if (is_given)
        return is_topup ? claim_add_topup(claim, fen, e)
                        : claim_add_lot(claims, claim, (struct lot){.valid_to = DATE_NO_DAY, .left_fen = fen}, e);
    int64_t taken_fen = is_topup ? claim_draw_topup(claim, fen) : claim_draw_subsidy(claim, fen);
    return taken_fen == fen || err_set(e, ERR_BUG, "the claims of a card are not the balance of its account");
}

/* What comes from 1122 for a card is an advance, what goes there pays one back. */
static bool move_advance(struct claims *claims, const struct proposal *p, struct err *e)
{
    const struct account *account = advanced_account(p);
    struct claim *claim = account ? claims_make(claims, account->owner, e) : NULL;
    if (!account)
        return true;
    if (!claim)
        return false;
    if (account == &p->credit)
        return claim_give_advance(claim, p->amount_fen, e);
    return claim_repay_advance(claim, p->amount_fen) == p->amount_fen ||
           err_set(e, ERR_BUG, "the advance of a card is not what was checked");
}

static bool move_claims(struct ledger_run *run, struct arena *arena, const struct proposal *p, struct err *e)
{
    struct claims *claims = NULL;
    int64_t card_nos[2];
    size_t count = 0;
    const struct account *sides[] = {&p->debit, &p->credit};
    for (int i = 0; i < 2; i++)
        if (sides[i]->code == ACCOUNT_TOPUP_TO_CLAIM || sides[i]->code == ACCOUNT_SUBSIDY_TO_CLAIM)
            card_nos[count++] = sides[i]->owner;
    if (advanced_account(p)) /* the other side is 1122 */
        card_nos[count++] = advanced_account(p)->owner;
    return count == 0 ||
           (claims_open(&claims, run->seed, arena, e) && claims_load_cards(claims, run, card_nos, count, e) &&
            move_claim(claims, &p->debit, p->amount_fen, false, e) &&
            move_claim(claims, &p->credit, p->amount_fen, true, e) && move_advance(claims, p, e) &&
            claims_write(claims, run, e));
}

static bool post_transfer(struct ledger_run *run, struct arena *arena, const struct proposal *p, struct err *e)
{
    struct owner debit, credit;
    struct transfer transfers[2];
    int64_t entry_id = 0;
    if (!owner_read(run->db, &p->debit, &debit, e) || !owner_read(run->db, &p->credit, &credit, e) ||
        !ledger_run_next_entry(run, &entry_id, e))
        return false;
    int count = make_transfers(run, p, debit.school_code, credit.school_code, transfers);
    for (int i = 0; i < count; i++)
        transfers[i].entry_id = entry_id;
    return book_post_all(run, transfers, (size_t)count, e) && move_purses(run, arena, p, e) &&
           move_claims(run, arena, p, e);
}

/* ---- held records */

static bool void_held(struct ledger_run *run, const struct matter *m, const char *reason, struct err *e)
{
    struct db_number record, id;
    const char *params[] = {db_from_int64(&record, m->record_id), reason, db_from_int64(&id, run->run_id)};
    return !m->is_money || db_command(run->db, sql_adjust_void, 3, params, NULL, e);
}

static bool close_exception(struct ledger_run *run, const struct proposal *p, const char *reason, struct err *e)
{
    struct db_number exception, id, proposal;
    const char *params[] = {db_from_int64(&exception, p->exception_id), db_from_int64(&id, run->run_id), reason,
                            db_from_int64(&proposal, p->proposal_id)};
    return db_command(run->db, sql_adjust_close, 4, params, NULL, e);
}

bool adjust_apply(struct ledger_run *run, struct arena *arena, const struct proposal *p, const struct judge_rules *rules,
                  struct err *e)
{
    struct matter matter;
    char reason[160];
    if (!check_matter(run->db, p, &matter, e))
        return false;
    (void)snprintf(reason, sizeof reason, "%s by proposal %" PRId64 ": %s", proposal_outcome_name(p->outcome),
                   p->proposal_id, p->reason);
    if (p->outcome == PROPOSAL_POST)
        return posting_decide(run, arena, matter.record_id, rules, e) && close_exception(run, p, reason, e);
    return (p->outcome == PROPOSAL_VOID || post_transfer(run, arena, p, e)) && void_held(run, &matter, reason, e) &&
           close_exception(run, p, reason, e);
}
