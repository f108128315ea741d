#include "jobs/adjust/adjust.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "jobs/judge_settings.h"
#include "jobs/operator.h"
#include "jobs/sheet.h"
#include "ledger/adjust.h"
#include "queries.h"

enum { REFUSAL_BYTES_MAX = 400 };
static const size_t apply_maximum_bytes = (size_t)256 << 20;

/* ---- the command line */

static const struct verb {
    const char *name;
    int arguments; /* behind the verb, without those of a transfer */
    bool needs_reason;
    const char *form; /* for messages */
} verbs[] = {
    {"propose", 2, true, "propose EXCEPTION post|void|transfer [DEBIT CREDIT FEN] --reason CODE"},
    {"approve", 1, false, "approve ID"},
    {"refuse", 1, true, "refuse ID --reason WORDS"},
    {"list", 0, false, "list [--all]"},
};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static bool refuse_form(const struct verb *verb, struct err *e)
{
    (void)err_set(e, ERR_USAGE, "daybook adjust %s is written otherwise", verb->name);
    return err_hint(e, "daybook adjust %s", verb->form);
}

static bool check_adjust(const struct command *command, struct err *e)
{
    const struct verb *verb = find_verb(command->arguments[0]);
    const char *reason = command_option(command, "reason");
    if (!verb) {
        (void)err_set(e, ERR_USAGE, "daybook adjust: there is no \"%s\"", command->arguments[0]);
        return err_hint(e, "one of propose, approve, refuse, list");
    }
    enum proposal_outcome outcome = PROPOSAL_VOID;
    bool is_proposal = verb == &verbs[0];
    if (is_proposal && command->argument_count > 2 && !proposal_outcome_find(command->arguments[2], &outcome))
        return refuse_form(verb, e);
    int wanted = 1 + verb->arguments + (is_proposal && outcome == PROPOSAL_TRANSFER ? 3 : 0);
    if (command->argument_count != wanted || (reason && !verb->needs_reason) ||
        (command_option(command, "all") && verb->arguments > 0))
        return refuse_form(verb, e);
    if (verb->needs_reason && (!reason || *reason == '\0')) {
        (void)err_set(e, ERR_USAGE, "daybook adjust %s needs --reason", verb->name);
        return err_hint(e, is_proposal ? "--reason seen, or another of docs/operations.md" : "--reason \"why not\"");
    }
    if (reason && (strlen(reason) > REFUSAL_BYTES_MAX || !str_is_utf8(str_of(reason))))
        return err_set(e, ERR_USAGE, "--reason is longer than %d bytes or no UTF-8", REFUSAL_BYTES_MAX);
    return true;
}

static bool read_number(const char *text, const char *what, int64_t *number, struct err *e)
{
    if (str_to_int64(str_of(text), number) && *number > 0)
        return true;
    return err_set(e, ERR_USAGE, "%s: \"%s\" is no number above 0", what, text);
}

static bool read_proposal(struct job_context *context, struct proposal *p, struct err *e)
{
    char *const *arguments = context->command->arguments;
    *p = (struct proposal){.reason = command_option(context->command, "reason"), .answered_by = "", .answer_reason = "",
                           .answered_on = ""};
    if (!read_number(arguments[1], "EXCEPTION", &p->exception_id, e) || !operator_name(context, &p->proposed_by, e))
        return false;
    ALWAYS(proposal_outcome_find(arguments[2], &p->outcome));
    return p->outcome != PROPOSAL_TRANSFER ||
           (account_parse(context->arena, arguments[3], &p->debit, e) &&
            account_parse(context->arena, arguments[4], &p->credit, e) &&
            read_number(arguments[5], "FEN", &p->amount_fen, e));
}

/* ---- the answer on standard output */

static void show_proposal(struct sheet *sheet, const struct proposal *p)
{
    char text[ACCOUNT_TEXT_BYTES];
    sheet_part(sheet, "proposal", "Correction");
    sheet_count(sheet, "proposal_id", p->proposal_id);
    sheet_count(sheet, "exception_id", p->exception_id);
    sheet_text(sheet, "outcome", proposal_outcome_name(p->outcome));
    if (p->outcome == PROPOSAL_TRANSFER) {
        (void)account_format(&p->debit, text);
        sheet_text(sheet, "debit", text);
        (void)account_format(&p->credit, text);
        sheet_text(sheet, "credit", text);
        sheet_fen(sheet, "amount_fen", p->amount_fen);
    }
    sheet_text(sheet, "reason", p->reason);
    sheet_text(sheet, "proposed_by", p->proposed_by);
    sheet_text(sheet, "answered_by", p->answered_by);
    sheet_text(sheet, "answer_reason", p->answer_reason);
}

/* The transfers that lie in the run's open transaction: what it posts, or would. */
static bool show_transfers(struct sheet *sheet, struct ledger_run *run, const char *title, struct err *e)
{
    static const struct sheet_column columns[] = {{"debit", SHEET_TEXT}, {"credit", SHEET_TEXT},
                                                  {"amount_fen", SHEET_FEN}, {"kind", SHEET_TEXT},
                                                  {"accounting_date", SHEET_TEXT}, {"book", SHEET_TEXT}};
    struct db_number id;
    struct db_rows *rows = NULL;
    const char *params[] = {db_from_int64(&id, run->run_id)};
    if (!db_query(run->db, sql_adjust_preview, 1, params, &rows, e))
        return false;
    sheet_part(sheet, "posting", title);
    sheet_table(sheet, "transfers", SHEET_COLUMNS(columns), "nothing: the exception closes");
    sheet_rows(sheet, rows);
    sheet_table_end(sheet);
    db_rows_close(rows);
    return true;
}

static bool apply(struct job_context *context, struct ledger_run *run, const struct proposal *p, struct err *e)
{
    struct judge_rules rules = {0};
    struct arena *arena = NULL;
    bool done = judge_settings_read(context, &rules, e) && arena_open(&arena, apply_maximum_bytes, e) &&
                adjust_apply(run, arena, p, &rules, e);
    arena_close(arena);
    return done;
}

static bool end_run(struct job_context *context, struct ledger_run *run, bool done, struct err *e)
{
    if (done && !context->command->is_dry_run)
        return ledger_run_commit(run, context->settings->conninfo, e);
    ledger_run_abandon(run);
    return done;
}

/* ---- propose */

/* The same proposal again is the one that waits; another must wait for its answer. */
static bool is_there_already(struct job_context *context, struct proposal *p, int64_t waiting_id, bool *is_there,
                             struct err *e)
{
    struct proposal waiting;
    *is_there = false;
    if (waiting_id == 0)
        return true;
    if (!proposal_read(context->db, context->arena, waiting_id, &waiting, e))
        return false;
    p->proposal_id = waiting_id;
    *is_there = proposal_equal(p, &waiting);
    if (*is_there)
        return true;
    (void)err_set(e, ERR_USAGE, "proposal %" PRId64 " of \"%s\" (%s) waits for an answer about exception %" PRId64,
                  waiting_id, waiting.proposed_by, proposal_outcome_name(waiting.outcome), p->exception_id);
    return err_hint(e, "daybook adjust approve %" PRId64 ", or daybook adjust refuse %" PRId64, waiting_id, waiting_id);
}

static bool check_reason(struct job_context *context, const char *reason, struct err *e)
{
    struct db_rows *rows = NULL;
    struct buf known;
    bool is_known = false;
    if (!db_query(context->db, sql_adjust_reasons, 0, NULL, &rows, e))
        return false;
    buf_open(&known, 4096);
    for (size_t i = 0; i < db_rows_count(rows); i++) {
        is_known |= strcmp(db_text(rows, i, 0), reason) == 0;
        buf_printf(&known, "%s%s", i > 0 ? ", " : "", db_text(rows, i, 0));
    }
    if (!is_known) {
        (void)err_set(e, ERR_USAGE, "--reason: \"%s\" is no reason of a correction", reason);
        (void)err_hint(e, "one of %s", known.data);
    }
    buf_close(&known);
    db_rows_close(rows);
    return is_known;
}

/* What approval would post is posted and taken back, so that the preview cannot differ from it. */
static bool preview(struct job_context *context, struct sheet *sheet, struct ledger_run *run, const struct proposal *p,
                    struct err *e)
{
    return db_exec(run->db, "SAVEPOINT proposal", e) && apply(context, run, p, e) &&
           show_transfers(sheet, run, "Approved today it would post", e) &&
           db_exec(run->db, "ROLLBACK TO SAVEPOINT proposal", e);
}

static bool propose_new(struct job_context *context, struct sheet *sheet, struct proposal *p, struct err *e)
{
    struct ledger_run run;
    if (!ledger_run_open(&run, context->db, "adjust", context->open_date, e))
        return false;
    bool done = proposal_write(&run, p, e);
    if (done) {
        show_proposal(sheet, p);
        done = preview(context, sheet, &run, p, e);
    }
    if (!end_run(context, &run, done, e))
        return false;
    job_count(context, "proposed", 1);
    if (!context->command->is_dry_run)
        sheet_note(sheet, "another operator approves it: daybook adjust approve %" PRId64, p->proposal_id);
    return true;
}

static bool propose(struct job_context *context, struct sheet *sheet, struct err *e)
{
    struct proposal p;
    int64_t waiting_id = 0;
    bool is_there = false;
    if (!read_proposal(context, &p, e) || !check_reason(context, p.reason, e) ||
        !adjust_check(context->db, &p, &waiting_id, e) || !is_there_already(context, &p, waiting_id, &is_there, e))
        return false;
    if (!is_there)
        return propose_new(context, sheet, &p, e);
    show_proposal(sheet, &p);
    sheet_note(sheet, "it was proposed before and waits for another operator: daybook adjust approve %" PRId64,
               p.proposal_id);
    return true;
}

/* ---- approve, refuse */

static bool refuse_second_answer(const struct proposal *p, struct err *e)
{
    (void)err_set(e, ERR_USAGE, "proposal %" PRId64 " was %s by \"%s\" on %s", p->proposal_id,
                  p->answer == PROPOSAL_APPROVED ? "approved" : "refused", p->answered_by, p->answered_on);
    return err_hint(e, "an answer stands; daybook adjust list --all shows it");
}

static bool take_answer(struct job_context *context, struct sheet *sheet, struct ledger_run *run, struct proposal *p,
                        struct err *e)
{
    bool is_approval = p->answer == PROPOSAL_APPROVED;
    if (!proposal_write_answer(run, p, e) || (is_approval && !apply(context, run, p, e)))
        return false;
    show_proposal(sheet, p);
    job_count(context, is_approval ? "approved" : "refused", 1);
    return !is_approval || show_transfers(sheet, run, context->command->is_dry_run ? "It would post" : "Posted", e);
}

static bool answer(struct job_context *context, struct sheet *sheet, bool is_approval, struct err *e)
{
    struct ledger_run run;
    struct proposal p;
    int64_t proposal_id = 0;
    const char *operator = NULL;
    if (!read_number(context->command->arguments[1], "ID", &proposal_id, e) || !operator_name(context, &operator, e) ||
        !proposal_read(context->db, context->arena, proposal_id, &p, e))
        return false;
    if (p.answer != PROPOSAL_WAITS)
        return refuse_second_answer(&p, e);
    p.answer = is_approval ? PROPOSAL_APPROVED : PROPOSAL_REFUSED;
    p.answered_by = operator;
    p.answer_reason = is_approval ? "" : command_option(context->command, "reason");
    if (!ledger_run_open(&run, context->db, "adjust", context->open_date, e))
        return false;
    bool done = take_answer(context, sheet, &run, &p, e);
    if (!done && is_approval && e->kind == ERR_USAGE && e->hint[0] == '\0')
        (void)err_hint(e, "where it cannot be carried out any more: daybook adjust refuse %" PRId64, proposal_id);
    return end_run(context, &run, done, e);
}

/* ---- list */

static bool list(struct job_context *context, struct sheet *sheet, struct err *e)
{
    static const struct sheet_column columns[] = {
        {"proposal_id", SHEET_COUNT}, {"exception", SHEET_TEXT},   {"exception_id", SHEET_COUNT},
        {"outcome", SHEET_TEXT},      {"debit", SHEET_TEXT},       {"credit", SHEET_TEXT},
        {"amount_fen", SHEET_FEN},    {"reason", SHEET_TEXT},      {"proposed_on", SHEET_TEXT},
        {"proposed_by", SHEET_TEXT},  {"answer", SHEET_TEXT},      {"answered_by", SHEET_TEXT},
        {"answered_on", SHEET_TEXT},  {"answer_reason", SHEET_TEXT}};
    struct db_rows *rows = NULL;
    bool is_all = command_option(context->command, "all") != NULL;
    const char *params[] = {is_all ? "t" : "f"};
    if (!db_query(context->db, sql_adjust_list, 1, params, &rows, e))
        return false;
    sheet_part(sheet, "corrections", is_all ? "Corrections" : "Corrections that wait for a second person");
    sheet_table(sheet, "proposals", SHEET_COLUMNS(columns), "none");
    sheet_rows(sheet, rows);
    sheet_table_end(sheet);
    db_rows_close(rows);
    return true;
}

static bool run_adjust(struct job_context *context, struct err *e)
{
    const char *verb = context->command->arguments[0];
    struct sheet *sheet = NULL;
    bool done = sheet_open(&sheet, context->command->is_json, e) &&
                (strcmp(verb, "propose") == 0   ? propose(context, sheet, e)
                 : strcmp(verb, "approve") == 0 ? answer(context, sheet, true, e)
                 : strcmp(verb, "refuse") == 0  ? answer(context, sheet, false, e)
                                                : list(context, sheet, e)) &&
                sheet_print(sheet, e);
    sheet_close(sheet);
    return done;
}

static const struct job_option options[] = {
    {"reason", "CODE", "why: a reason code for propose, words for refuse"},
    {"all", NULL, "list those with an answer too"},
    {NULL, NULL, NULL},
};

static const char summary[] = "proposes, approves, refuses and lists corrections, by two different people";
static const char details[] =
    "adjust propose EXCEPTION post|void|transfer [DEBIT CREDIT FEN] --reason CODE; adjust approve ID;\n"
    "adjust refuse ID --reason WORDS; adjust list [--all].\n"
    "post takes a held record into the books after all, void closes an exception for ever without posting, transfer "
    "moves money between two accounts, as 2001:CARD 2004:MERCHANT 1250. A proposal shows what its approval would "
    "post; another operator ([site] operators) approves it, which posts on the open date. Nothing is ever changed or "
    "removed: a wrong correction is corrected by another. All of a day's corrections are on its morning page.";

/* Looking takes no lock and leaves no row. */
static const struct job job_adjust_list = {
    .name = "adjust",
    .arguments = "propose|approve|refuse|list ...",
    .arguments_min = 1,
    .arguments_max = 6,
    .summary = summary,
    .details = details,
    .options = options,
    .needs = JOB_SETTINGS | JOB_DATABASE | JOB_READS | JOB_PRINTS,
    .run = run_adjust,
};

static const struct job *choose_adjust(const struct command *command)
{
    return strcmp(command->arguments[0], "list") == 0 ? &job_adjust_list : command->job;
}

const struct job job_adjust = {
    .name = "adjust",
    .arguments = "propose|approve|refuse|list ...",
    .arguments_min = 1,
    .arguments_max = 6,
    .summary = summary,
    .details = details,
    .options = options,
    .needs = JOB_SETTINGS | JOB_DATABASE | JOB_LOCK_ALONE | JOB_DATE | JOB_DATE_IS_OPEN | JOB_PRINTS,
    .check = check_adjust,
    .choose = choose_adjust,
    .run = run_adjust,
};
