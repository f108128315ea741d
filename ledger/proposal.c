#include "ledger/proposal.h"

#include <inttypes.h>
#include <string.h>

#include "queries.h"

static const char *const outcome_names[] = {"post", "void", "transfer"};
enum { OUTCOMES = sizeof outcome_names / sizeof outcome_names[0] };

const char *proposal_outcome_name(enum proposal_outcome outcome)
{
    return outcome_names[outcome];
}

bool proposal_outcome_find(const char *name, enum proposal_outcome *outcome)
{
    for (int i = 0; i < OUTCOMES; i++) {
        if (strcmp(name, outcome_names[i]) == 0) {
            *outcome = (enum proposal_outcome)i;
            return true;
        }
    }
    return false;
}

bool proposal_equal(const struct proposal *a, const struct proposal *b)
{
    if (a->exception_id != b->exception_id || a->outcome != b->outcome || strcmp(a->reason, b->reason) != 0 ||
        strcmp(a->proposed_by, b->proposed_by) != 0)
        return false;
    return a->outcome != PROPOSAL_TRANSFER ||
           (account_equal(&a->debit, &b->debit) && account_equal(&a->credit, &b->credit) &&
            a->amount_fen == b->amount_fen);
}

/* ---- reading */

enum {
    COLUMN_ID, COLUMN_EXCEPTION, COLUMN_OUTCOME, COLUMN_DEBIT, COLUMN_CREDIT, COLUMN_AMOUNT, COLUMN_REASON,
    COLUMN_PROPOSED_BY, COLUMN_ANSWER, COLUMN_ANSWERED_BY, COLUMN_ANSWER_REASON, COLUMN_ANSWERED_ON
};

static const char *text_of(struct arena *arena, const struct db_rows *rows, int column, struct err *e)
{
    const char *text = db_text(rows, 0, column);
    return arena_copy(arena, text, strlen(text), e);
}

static bool read_texts(struct arena *arena, const struct db_rows *rows, struct proposal *p, struct err *e)
{
    return (p->reason = text_of(arena, rows, COLUMN_REASON, e)) &&
           (p->proposed_by = text_of(arena, rows, COLUMN_PROPOSED_BY, e)) &&
           (p->answered_by = text_of(arena, rows, COLUMN_ANSWERED_BY, e)) &&
           (p->answer_reason = text_of(arena, rows, COLUMN_ANSWER_REASON, e)) &&
           (p->answered_on = text_of(arena, rows, COLUMN_ANSWERED_ON, e));
}

static bool read_row(struct arena *arena, const struct db_rows *rows, struct proposal *p, struct err *e)
{
    const char *answer = db_text(rows, 0, COLUMN_ANSWER);
    *p = (struct proposal){.proposal_id = db_int64(rows, 0, COLUMN_ID),
                           .exception_id = db_int64(rows, 0, COLUMN_EXCEPTION),
                           .amount_fen = db_int64(rows, 0, COLUMN_AMOUNT)};
    ALWAYS(proposal_outcome_find(db_text(rows, 0, COLUMN_OUTCOME), &p->outcome));
    p->answer = *answer == '\0'                     ? PROPOSAL_WAITS
                : strcmp(answer, "approved") == 0 ? PROPOSAL_APPROVED
                                                  : PROPOSAL_REFUSED;
    if (!read_texts(arena, rows, p, e))
        return false;
    return p->outcome != PROPOSAL_TRANSFER || (account_parse(arena, db_text(rows, 0, COLUMN_DEBIT), &p->debit, e) &&
                                               account_parse(arena, db_text(rows, 0, COLUMN_CREDIT), &p->credit, e));
}

bool proposal_read(struct db *db, struct arena *arena, int64_t proposal_id, struct proposal *proposal, struct err *e)
{
    struct db_number id;
    struct db_rows *rows = NULL;
    const char *params[] = {db_from_int64(&id, proposal_id)};
    if (!db_query(db, sql_adjust_proposal, 1, params, &rows, e))
        return false;
    bool done = db_rows_count(rows) > 0;
    if (done) {
        done = read_row(arena, rows, proposal, e);
    } else {
        (void)err_set(e, ERR_USAGE, "there is no proposal %s", id.text);
        (void)err_hint(e, "daybook adjust list");
    }
    db_rows_close(rows);
    return done;
}

/* ---- writing */

/* What the schema refuses, in words. */
static bool explain(const struct proposal *p, struct err *e)
{
    char constraint[sizeof e->constraint];
    memcpy(constraint, e->constraint, sizeof constraint);
    if (strcmp(constraint, "proposal_reason") == 0) {
        (void)err_set(e, ERR_USAGE, "\"%s\" is no reason of a correction", p->reason);
        return err_hint(e, "docs/operations.md lists them");
    }
    if (strcmp(constraint, "proposal_of_open") == 0) {
        (void)err_set(e, ERR_USAGE, "exception %" PRId64 " is closed", p->exception_id);
        return err_hint(e, "daybook adjust list --all");
    }
    if (strcmp(constraint, "proposal_alone") == 0) {
        (void)err_set(e, ERR_USAGE, "another proposal for exception %" PRId64 " has no answer yet", p->exception_id);
        return err_hint(e, "daybook adjust list");
    }
    if (strcmp(constraint, "proposal_answered_once") == 0) {
        (void)err_set(e, ERR_USAGE, "proposal %" PRId64 " has an answer already", p->proposal_id);
        return err_hint(e, "daybook adjust list --all");
    }
    if (strcmp(constraint, "approved_by_another") == 0) {
        (void)err_set(e, ERR_USAGE, "proposal %" PRId64 " was made by \"%s\" and must be approved by another",
                      p->proposal_id, p->proposed_by);
        return err_hint(e, "ask a second operator to approve it; who made it may refuse it");
    }
    return false;
}

bool proposal_write(struct ledger_run *run, struct proposal *p, struct err *e)
{
    bool is_transfer = p->outcome == PROPOSAL_TRANSFER;
    char debit[ACCOUNT_TEXT_BYTES], credit[ACCOUNT_TEXT_BYTES];
    struct db_number exception, amount, id;
    if (is_transfer) {
        (void)account_format(&p->debit, debit);
        (void)account_format(&p->credit, credit);
    }
    const char *params[] = {db_from_int64(&exception, p->exception_id),
                            proposal_outcome_name(p->outcome),
                            is_transfer ? debit : NULL,
                            is_transfer ? credit : NULL,
                            is_transfer ? db_from_int64(&amount, p->amount_fen) : NULL,
                            p->reason,
                            p->proposed_by,
                            db_from_int64(&id, run->run_id)};
    return db_query_int64(run->db, sql_adjust_propose, 8, params, &p->proposal_id, e) || explain(p, e);
}

bool proposal_write_answer(struct ledger_run *run, const struct proposal *p, struct err *e)
{
    struct db_number proposal, id;
    const char *params[] = {db_from_int64(&proposal, p->proposal_id),
                            p->proposed_by,
                            p->answer == PROPOSAL_APPROVED ? "approved" : "refused",
                            p->answered_by,
                            p->answer_reason,
                            db_from_int64(&id, run->run_id)};
    ALWAYS(p->answer != PROPOSAL_WAITS);
    return db_command(run->db, sql_adjust_answer, 6, params, NULL, e) || explain(p, e);
}
