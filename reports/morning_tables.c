#include "reports/morning_tables.h"

#include <string.h>

#include "base/money.h"
#include "reports/words.h"

static const char *say(const struct model *m, enum word word)
{
    return words_text(m->language, word);
}

int64_t morning_turnover(const struct morning_sales *sales)
{
    return sales->purchase_fen - sales->reversal_fen;
}

int64_t morning_net(const struct morning_sales *sales)
{
    return sales->purchase_fen - sales->reversal_fen - sales->fee_fen;
}

bool morning_add_sides(const struct morning *m, struct morning_sides *sides, struct err *e)
{
    struct morning_sides s = {0};
    for (size_t i = 0; i < m->balance_count; i++) {
        const struct morning_balance *b = &m->balances[i];
        if (!money_add(b->is_debit ? &s.opening_debit_fen : &s.opening_credit_fen, b->opening_fen, e) ||
            !money_add(&s.debit_fen, b->debit_fen, e) || !money_add(&s.credit_fen, b->credit_fen, e) ||
            !money_add(b->is_debit ? &s.closing_debit_fen : &s.closing_credit_fen, b->closing_fen, e))
            return false;
    }
    *sides = s;
    return true;
}

void morning_put_reports(const struct morning *m, int64_t limit, struct model *d)
{
    static const struct model_column columns[] = {
        {WORD_SCHOOL_CODE, MODEL_NO_GROUP, MODEL_IDENTIFIER},
        {WORD_SCHOOL, MODEL_NO_GROUP, MODEL_TEXT},
        {WORD_DUE, MODEL_NO_GROUP, MODEL_COUNT},
        {WORD_REPORTED, MODEL_NO_GROUP, MODEL_COUNT},
        {WORD_SILENT, MODEL_NO_GROUP, MODEL_COUNT},
        {WORD_SILENT_TERMINALS, MODEL_NO_GROUP, MODEL_TEXT},
    };
    int64_t shown = 0, more_schools = 0, more_terminals = 0;
    model_heading(d, 2, MORNING_ANCHOR_REPORTS, say(d, WORD_HEAD_REPORTS));
    model_table(d, MODEL_COLUMNS(columns), m->report_count > 0 ? WORD_ALL_HAVE_REPORTED : WORD_SAY_NOT_DUE);
    for (size_t i = 0; i < m->report_count; i++) {
        const struct morning_school_report *r = &m->reports[i];
        if (r->reported >= r->expected)
            continue;
        if (shown == limit) {
            more_schools++;
            more_terminals += r->expected - r->reported;
            continue;
        }
        shown++;
        model_row(d, MODEL_ROW, 0);
        model_put_text(d, r->school_code);
        model_put_text(d, *r->name == '\0' ? say(d, WORD_UNNAMED) : r->name);
        model_put_number(d, r->expected);
        model_put_number(d, r->reported);
        model_put_number(d, r->expected - r->reported);
        model_put_text(d, r->silent);
    }
    if (more_schools > 0)
        model_note(d, MODEL_SAY(d, WORD_MORE_SCHOOLS, model_count_text(d, more_schools),
                                model_count_text(d, more_terminals)));
}

static void put_result(struct model *d, enum model_row_kind kind, enum word label,
                       const struct morning_count *count, const char *meaning)
{
    model_row(d, kind, 0);
    model_put_text(d, say(d, label));
    model_put_number(d, count->count);
    model_put_number(d, count->fen);
    model_put_text(d, meaning);
}

void morning_put_records(const struct morning *m, struct model *d)
{
    static const struct model_column columns[] = {
        {WORD_RESULT, MODEL_NO_GROUP, MODEL_TEXT},
        {WORD_RECORDS, MODEL_NO_GROUP, MODEL_COUNT},
        {WORD_AMOUNT, MODEL_NO_GROUP, MODEL_FEN},
        {WORD_MEANING, MODEL_NO_GROUP, MODEL_TEXT},
    };
    const struct morning_records *r = &m->records;
    model_heading(d, 2, NULL, say(d, WORD_HEAD_RECORDS));
    model_table(d, MODEL_COLUMNS(columns), WORD_NONE);
    put_result(d, MODEL_ROW, WORD_POSTED, &r->posted, say(d, WORD_POSTED_MEANING));
    put_result(d, MODEL_ROW, WORD_DUPLICATE, &r->duplicate, say(d, WORD_DUPLICATE_MEANING));
    put_result(d, MODEL_ROW, WORD_HELD, &r->held, say(d, WORD_HELD_MEANING));
    put_result(d, MODEL_ROW, WORD_REJECTED, &r->rejected, say(d, WORD_REJECTED_MEANING));
    put_result(d, MODEL_TOTAL, WORD_COLLECTED, &r->collected,
               MODEL_SAY(d, WORD_COLLECTED_MEANING, model_count_text(d, r->packages_posted)));
}

void morning_put_packages(const struct morning *m, struct model *d)
{
    static const struct model_column columns[] = {
        {WORD_STATE, MODEL_NO_GROUP, MODEL_IDENTIFIER}, {WORD_REASON, MODEL_NO_GROUP, MODEL_IDENTIFIER},
        {WORD_MADE_ON, MODEL_NO_GROUP, MODEL_DATE},     {WORD_SCHOOL, MODEL_NO_GROUP, MODEL_TEXT},
        {WORD_PACKAGE, MODEL_NO_GROUP, MODEL_TEXT},     {WORD_MEANING, MODEL_NO_GROUP, MODEL_TEXT},
    };
    int64_t all = m->records.waiting + m->records.quarantined;
    model_heading(d, 2, MORNING_ANCHOR_PACKAGES, say(d, WORD_HEAD_PACKAGES));
    model_table(d, MODEL_COLUMNS(columns), WORD_NO_PACKAGES);
    for (size_t i = 0; i < m->package_count; i++) {
        const struct morning_package *p = &m->packages[i];
        model_row(d, MODEL_ROW, 0);
        model_put_text(d, words_code(d->language, WORDS_STATE, p->state));
        model_put_text(d, words_code(d->language, WORDS_REASON, p->reason));
        model_put_number(d, p->made_on);
        model_put_text(d, *p->school_name == '\0' ? p->school_code : p->school_name);
        model_put_text(d, p->name);
        model_put_text(d, p->detail);
    }
    if (all > (int64_t)m->package_count)
        model_note(d, MODEL_SAY(d, WORD_MORE_PACKAGES, model_count_text(d, all - (int64_t)m->package_count)));
}

static void put_exception(struct model *d, enum model_row_kind kind, const char *label,
                          const struct morning_exception *x)
{
    model_row(d, kind, 0);
    model_put_text(d, label);
    model_put_number(d, x->opened.count);
    model_put_number(d, x->opened.fen);
    model_put_number(d, x->closed.count);
    model_put_number(d, x->open.count);
    model_put_number(d, x->open.fen);
    for (size_t age = 0; age < MORNING_AGES; age++)
        model_put_number(d, x->open_by_age[age]);
}

/* Those of one way of closing, below a line that says which; none where there are none. */
static void put_exception_group(const struct morning *m, struct model *d, bool closes_itself)
{
    bool is_first = true;
    for (size_t i = 0; i < m->exception_count; i++) {
        const struct morning_exception *x = &m->exceptions[i];
        if (x->closes_itself != closes_itself)
            continue;
        if (is_first) {
            model_row(d, MODEL_GROUP, 0);
            model_put_text(d, say(d, closes_itself ? WORD_BY_ITSELF : WORD_BY_PERSON));
            for (size_t column = 1; column < 6 + MORNING_AGES; column++)
                model_put_blank(d);
        }
        is_first = false;
        put_exception(d, MODEL_ROW, words_code(d->language, WORDS_VERDICT, x->verdict), x);
    }
}

void morning_put_exceptions(const struct morning *m, const struct morning_verdict *verdict, struct model *d)
{
    static const struct model_column columns[] = {
        {WORD_KIND, MODEL_NO_GROUP, MODEL_TEXT},         {WORD_PIECES, WORD_OPENED_TODAY, MODEL_COUNT},
        {WORD_AMOUNT, WORD_OPENED_TODAY, MODEL_FEN},     {WORD_CLOSED_TODAY, MODEL_NO_GROUP, MODEL_COUNT},
        {WORD_PIECES, WORD_OPEN_NOW, MODEL_COUNT},       {WORD_AMOUNT, WORD_OPEN_NOW, MODEL_FEN},
        {WORD_AGE_TODAY, WORD_OPEN_BY_AGE, MODEL_COUNT}, {WORD_AGE_3, WORD_OPEN_BY_AGE, MODEL_COUNT},
        {WORD_AGE_10, WORD_OPEN_BY_AGE, MODEL_COUNT},    {WORD_AGE_OLD, WORD_OPEN_BY_AGE, MODEL_COUNT},
    };
    struct morning_exception total = {
        .opened = verdict->opened, .closed = verdict->closed, .open = verdict->open};
    bool has_gaps = false;
    for (size_t i = 0; i < m->exception_count; i++) {
        has_gaps = has_gaps || strcmp(m->exceptions[i].verdict, "sequence_gap") == 0;
        for (size_t age = 0; age < MORNING_AGES; age++)
            total.open_by_age[age] += m->exceptions[i].open_by_age[age];
    }
    model_heading(d, 2, MORNING_ANCHOR_EXCEPTIONS, say(d, WORD_HEAD_EXCEPTIONS));
    model_table(d, MODEL_COLUMNS(columns), WORD_NO_EXCEPTIONS);
    put_exception_group(m, d, false);
    put_exception_group(m, d, true);
    if (m->exception_count > 0)
        put_exception(d, MODEL_TOTAL, say(d, WORD_TOTAL), &total);
    if (has_gaps)
        model_note(d, say(d, WORD_GAPS_NOTE));
}

static const char *say_account(struct model *d, const char *code, const char *name)
{
    const char *text = d->failed ? NULL
                                 : arena_printf(d->arena, &d->error, "%s %s", code,
                                                d->language == LANGUAGE_ZH_CN
                                                    ? name
                                                    : words_code(d->language, WORDS_ACCOUNT, code));
    d->failed = text == NULL;
    return d->failed ? "" : text;
}

/* What was done, or would be: the way the money goes where it is a transfer. */
static const char *say_outcome(struct model *d, const struct morning_correction *c)
{
    const char *outcome = words_code(d->language, WORDS_OUTCOME, c->outcome);
    if (*c->debit_account == '\0')
        return outcome;
    return MODEL_SAY(d, WORD_MOVES, outcome, c->debit_account, c->credit_account);
}

void morning_put_corrections(const struct morning *m, struct model *d)
{
    static const struct model_column columns[] = {
        {WORD_PROPOSAL_NO, MODEL_NO_GROUP, MODEL_COUNT}, {WORD_EXCEPTION, MODEL_NO_GROUP, MODEL_TEXT},
        {WORD_CORRECTION, MODEL_NO_GROUP, MODEL_TEXT},   {WORD_AMOUNT, MODEL_NO_GROUP, MODEL_FEN},
        {WORD_REASON, MODEL_NO_GROUP, MODEL_TEXT},       {WORD_PERSON, WORD_PROPOSED, MODEL_TEXT},
        {WORD_ON_DATE, WORD_PROPOSED, MODEL_DATE},       {WORD_STATE, WORD_ANSWERED, MODEL_TEXT},
        {WORD_PERSON, WORD_ANSWERED, MODEL_TEXT},
    };
    model_heading(d, 2, MORNING_ANCHOR_CORRECTIONS, say(d, WORD_HEAD_CORRECTIONS));
    model_table(d, MODEL_COLUMNS(columns), WORD_NO_CORRECTIONS);
    for (size_t i = 0; i < m->correction_count; i++) {
        const struct morning_correction *c = &m->corrections[i];
        model_row(d, MODEL_ROW, 0);
        model_put_number(d, c->proposal_id);
        model_put_text(d, words_code(d->language, WORDS_VERDICT, c->verdict));
        model_put_text(d, say_outcome(d, c));
        model_put_number(d, c->amount_fen);
        model_put_text(d, words_code(d->language, WORDS_CORRECTION, c->reason));
        model_put_text(d, c->proposed_by);
        model_put_number(d, c->proposed_on);
        model_put_text(d, words_code(d->language, WORDS_ANSWER, c->answer));
        model_put_text(d, c->answered_by);
    }
    int64_t more = m->corrections_in_all - (int64_t)m->correction_count;
    if (more > 0)
        model_note(d, MODEL_SAY(d, WORD_MORE_CORRECTIONS, model_count_text(d, more)));
}

bool morning_add_movements(const struct morning *m, struct morning_count *moved, struct err *e)
{
    *moved = (struct morning_count){0, 0};
    for (size_t i = 0; i < m->movement_count; i++) {
        moved->count += m->movements[i].moved.count;
        if (!money_add(&moved->fen, m->movements[i].moved.fen, e))
            return false;
    }
    return true;
}

bool morning_put_movements(const struct morning *m, const struct morning_sides *s, struct model *d,
                           struct err *e)
{
    static const struct model_column columns[] = {
        {WORD_MOVEMENT, MODEL_NO_GROUP, MODEL_TEXT},       {WORD_DEBIT_ACCOUNT, MODEL_NO_GROUP, MODEL_TEXT},
        {WORD_CREDIT_ACCOUNT, MODEL_NO_GROUP, MODEL_TEXT}, {WORD_TRANSFERS, MODEL_NO_GROUP, MODEL_COUNT},
        {WORD_AMOUNT, MODEL_NO_GROUP, MODEL_FEN},
    };
    struct morning_count total;
    if (!morning_add_movements(m, &total, e))
        return false;
    model_heading(d, 2, NULL, say(d, WORD_HEAD_MOVEMENTS));
    model_table(d, MODEL_COLUMNS(columns), WORD_NO_MOVEMENTS);
    for (size_t i = 0; i < m->movement_count; i++) {
        const struct morning_movement *v = &m->movements[i];
        model_row(d, MODEL_ROW, 0);
        model_put_text(d, words_code(d->language, WORDS_TRANSFER, v->kind));
        model_put_text(d, say_account(d, v->debit_code, v->debit_name));
        model_put_text(d, say_account(d, v->credit_code, v->credit_name));
        model_put_number(d, v->moved.count);
        model_put_number(d, v->moved.fen);
    }
    if (m->movement_count > 0) {
        model_row(d, MODEL_TOTAL, 0);
        model_put_text(d, say(d, WORD_TOTAL));
        model_put_blank(d);
        model_put_blank(d);
        model_put_number(d, total.count);
        model_put_number(d, total.fen);
    }
    if (total.fen != s->debit_fen)
        model_note(d, MODEL_SAY(d, WORD_MOVEMENTS_BAD, model_yuan_text(d, total.fen - s->debit_fen)));
    else if (total.count > 0)
        model_note(d, say(d, WORD_MOVEMENTS_NOTE));
    return true;
}

/* The value on its side, nothing on the other. */
static void put_side(struct model *d, bool is_debit, int64_t fen)
{
    if (is_debit)
        model_put_number(d, fen);
    model_put_blank(d);
    if (!is_debit)
        model_put_number(d, fen);
}

void morning_put_balance(const struct morning *m, const struct morning_sides *s, struct model *d)
{
    static const struct model_column columns[] = {
        {WORD_CODE, MODEL_NO_GROUP, MODEL_IDENTIFIER}, {WORD_ACCOUNT_NAME, MODEL_NO_GROUP, MODEL_TEXT},
        {WORD_DEBIT, WORD_OPENING, MODEL_FEN},         {WORD_CREDIT, WORD_OPENING, MODEL_FEN},
        {WORD_DEBIT, WORD_TURNED, MODEL_FEN},          {WORD_CREDIT, WORD_TURNED, MODEL_FEN},
        {WORD_DEBIT, WORD_CLOSING, MODEL_FEN},         {WORD_CREDIT, WORD_CLOSING, MODEL_FEN},
    };
    int64_t opening_off_fen = s->opening_debit_fen - s->opening_credit_fen,
            off_fen = s->debit_fen - s->credit_fen;
    int64_t closing_off_fen = s->closing_debit_fen - s->closing_credit_fen;
    model_heading(d, 2, MORNING_ANCHOR_BALANCE, say(d, WORD_HEAD_BALANCE));
    model_table(d, MODEL_COLUMNS(columns), WORD_NONE);
    for (size_t i = 0; i < m->balance_count; i++) {
        const struct morning_balance *b = &m->balances[i];
        model_row(d, MODEL_ROW, 0);
        model_put_text(d, b->code);
        model_put_text(d, d->language == LANGUAGE_ZH_CN ? b->name
                                                        : words_code(d->language, WORDS_ACCOUNT, b->code));
        put_side(d, b->is_debit, b->opening_fen);
        model_put_number(d, b->debit_fen);
        model_put_number(d, b->credit_fen);
        put_side(d, b->is_debit, b->closing_fen);
    }
    model_row(d, MODEL_TOTAL, 0);
    model_put_blank(d);
    model_put_text(d, say(d, WORD_TOTAL));
    const int64_t totals[] = {s->opening_debit_fen, s->opening_credit_fen, s->debit_fen,
                              s->credit_fen,        s->closing_debit_fen,  s->closing_credit_fen};
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++)
        model_put_number(d, totals[i]);
    model_note(d, opening_off_fen == 0 && off_fen == 0 && closing_off_fen == 0
                      ? say(d, WORD_PROOF_GOOD)
                      : MODEL_SAY(d, WORD_PROOF_BAD, model_yuan_text(d, opening_off_fen),
                                  model_yuan_text(d, off_fen), model_yuan_text(d, closing_off_fen)));
}

static void put_sales(struct model *d, const struct morning_sales *sales)
{
    model_put_number(d, sales->purchases);
    model_put_number(d, morning_turnover(sales));
    model_put_number(d, sales->late.fen);
    model_put_number(d, sales->held.fen);
    model_put_number(d, sales->fee_fen);
    model_put_number(d, morning_net(sales));
    model_put_number(d, sales->payable_fen);
}

#define SALES_COLUMNS                                                                                        \
    {WORD_PURCHASES, MODEL_NO_GROUP, MODEL_COUNT}, {WORD_TURNOVER, MODEL_NO_GROUP, MODEL_FEN},               \
        {WORD_OF_IT_LATE, MODEL_NO_GROUP, MODEL_FEN}, {WORD_HELD, MODEL_NO_GROUP, MODEL_FEN},                \
        {WORD_FEE, MODEL_NO_GROUP, MODEL_FEN}, {WORD_NET, MODEL_NO_GROUP, MODEL_FEN},                        \
    {                                                                                                        \
        WORD_PAYABLE, MODEL_NO_GROUP, MODEL_FEN                                                              \
    }

static bool add_sales(struct morning_sales *sum, const struct morning_sales *added, struct err *e)
{
    sum->purchases += added->purchases;
    sum->reversals += added->reversals;
    sum->late.count += added->late.count;
    sum->held.count += added->held.count;
    return money_add(&sum->purchase_fen, added->purchase_fen, e) &&
           money_add(&sum->reversal_fen, added->reversal_fen, e) &&
           money_add(&sum->late.fen, added->late.fen, e) && money_add(&sum->held.fen, added->held.fen, e) &&
           money_add(&sum->fee_fen, added->fee_fen, e) && money_add(&sum->payable_fen, added->payable_fen, e);
}

/* A merchant that is paid is named with its school, unless its own name begins with it. */
static bool needs_school(const struct morning_merchant *x)
{
    return x->depth == 0 && strncmp(x->name, x->school_name, strlen(x->school_name)) != 0;
}

bool morning_put_merchants(const struct morning *m, struct model *d, struct err *e)
{
    static const struct model_column columns[] = {{WORD_MERCHANT, MODEL_NO_GROUP, MODEL_TEXT},
                                                  {WORD_MERCHANT_NO, MODEL_NO_GROUP, MODEL_IDENTIFIER},
                                                  SALES_COLUMNS};
    struct morning_sales total = {0};
    bool has_managed = false;
    model_heading(d, 2, NULL, say(d, WORD_HEAD_MERCHANTS));
    model_table(d, MODEL_COLUMNS(columns), WORD_NO_MERCHANTS);
    for (size_t i = 0; i < m->merchant_count; i++) {
        const struct morning_merchant *x = &m->merchants[i];
        const char *name = *x->name == '\0' ? say(d, WORD_UNNAMED) : x->name;
        has_managed = has_managed || x->depth > 0;
        model_row(d, MODEL_ROW, x->depth);
        model_put_text(d, needs_school(x) ? MODEL_SAY(d, WORD_PAGE_OF, name, x->school_name) : name);
        model_put_text(d, x->merchant_no);
        put_sales(d, &x->sales);
        if (!add_sales(&total, &x->sales, e))
            return false;
    }
    if (m->merchant_count > 0) {
        model_row(d, MODEL_TOTAL, 0);
        model_put_text(d, say(d, WORD_TOTAL));
        model_put_blank(d);
        put_sales(d, &total);
    }
    if (has_managed)
        model_note(d, say(d, WORD_MANAGED_NOTE));
    if (m->merchants_on_file > (int64_t)m->merchant_count)
        model_note(d, MODEL_SAY(d, WORD_SHOWN_OF, model_count_text(d, (int64_t)m->merchant_count),
                                model_count_text(d, m->merchants_on_file)));
    return true;
}

bool morning_put_schools(const struct morning *m, size_t limit, struct model *d, struct err *e)
{
    static const struct model_column columns[] = {{WORD_SCHOOL, MODEL_NO_GROUP, MODEL_TEXT},
                                                  {WORD_SCHOOL_CODE, MODEL_NO_GROUP, MODEL_IDENTIFIER},
                                                  {WORD_MERCHANTS, MODEL_NO_GROUP, MODEL_COUNT},
                                                  SALES_COLUMNS};
    struct morning_sales total = {0}, rest = {0};
    int64_t merchants = 0, rest_merchants = 0;
    model_heading(d, 2, NULL, say(d, WORD_HEAD_SCHOOLS));
    model_table(d, MODEL_COLUMNS(columns), WORD_NO_MERCHANTS);
    for (size_t i = 0; i < m->school_count; i++) {
        const struct morning_school_sales *x = &m->schools[i];
        merchants += x->merchants;
        if (!add_sales(&total, &x->sales, e) || (i >= limit && !add_sales(&rest, &x->sales, e)))
            return false;
        if (i >= limit) {
            rest_merchants += x->merchants;
            continue;
        }
        model_row(d, MODEL_ROW, 0);
        model_put_text(d, *x->name == '\0' ? say(d, WORD_UNNAMED) : x->name);
        model_put_text(d, x->school_code);
        model_put_number(d, x->merchants);
        put_sales(d, &x->sales);
    }
    if (m->school_count > limit) {
        model_row(d, MODEL_ROW, 0);
        model_put_link(
            d, MODEL_SAY(d, WORD_OTHER_SCHOOLS, model_count_text(d, (int64_t)(m->school_count - limit))),
            MORNING_SCHOOLS_PAGE);
        model_put_blank(d);
        model_put_number(d, rest_merchants);
        put_sales(d, &rest);
    }
    if (m->school_count == 0)
        return true;
    model_row(d, MODEL_TOTAL, 0);
    model_put_text(d, say(d, WORD_TOTAL));
    model_put_blank(d);
    model_put_number(d, merchants);
    put_sales(d, &total);
    return true;
}
