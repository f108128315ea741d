#include "reports/morning.h"

#include <string.h>

#include "base/money.h"
#include "reports/figure.h"
#include "reports/morning_tables.h"
#include "reports/words.h"

static const char *say(const struct model *m, enum word word)
{
    return words_text(m->language, word);
}

static bool add_count(struct morning_count *sum, const struct morning_count *added, struct err *e)
{
    sum->count += added->count;
    return money_add(&sum->fen, added->fen, e);
}

static bool judge_exceptions(const struct morning *m, struct morning_verdict *v, struct err *e)
{
    for (size_t i = 0; i < m->exception_count; i++) {
        const struct morning_exception *x = &m->exceptions[i];
        if (!add_count(&v->opened, &x->opened, e) || !add_count(&v->closed, &x->closed, e) ||
            !add_count(&v->open, &x->open, e))
            return false;
        if (x->closes_itself || x->open.count == 0)
            continue;
        if (!add_count(&v->open_for_person, &x->open, e))
            return false;
        if (x->oldest_days > v->oldest_days)
            v->oldest_days = x->oldest_days;
    }
    return true;
}

/* R-22: collected = posted + duplicate + held + rejected, in records and in fen. */
static bool judge_records(const struct morning_records *r, bool *closes, struct err *e)
{
    struct morning_count sum = {0, 0};
    if (!add_count(&sum, &r->posted, e) || !add_count(&sum, &r->duplicate, e) ||
        !add_count(&sum, &r->held, e) || !add_count(&sum, &r->rejected, e))
        return false;
    *closes = sum.count == r->collected.count && sum.fen == r->collected.fen;
    return true;
}

static void judge_lists(const struct morning *m, struct morning_verdict *v)
{
    for (size_t i = 0; i < m->list_count; i++) {
        const struct morning_list *list = &m->lists[i];
        v->lists_cut += list->left_out.count > 0;
        v->terminals_behind += list->behind_more;
        if (list->left_out.count > v->left_out.count)
            v->left_out = list->left_out;
    }
}

static bool sides_close(const struct morning_sides *s)
{
    return s->opening_debit_fen == s->opening_credit_fen && s->debit_fen == s->credit_fen &&
           s->closing_debit_fen == s->closing_credit_fen;
}

bool morning_judge(const struct morning *m, struct morning_verdict *verdict, struct err *e)
{
    struct morning_verdict v = {.tone = MODEL_GOOD};
    struct morning_sides sides;
    struct morning_count moved;
    bool records_close;
    if (!morning_add_sides(m, &sides, e) || !morning_add_movements(m, &moved, e) ||
        !judge_records(&m->records, &records_close, e) || !judge_exceptions(m, &v, e))
        return false;
    v.is_balanced = records_close && sides_close(&sides) && moved.fen == sides.debit_fen;
    for (size_t i = 0; i < m->report_count; i++) {
        v.schools_due++;
        v.schools_reported += m->reports[i].reported > 0;
        v.terminals_due += m->reports[i].expected;
        v.terminals_reported += m->reports[i].reported;
    }
    judge_lists(m, &v);
    v.tasks = !v.is_balanced + (v.terminals_reported < v.terminals_due) + (m->records.waiting > 0) +
              (m->records.quarantined > 0) + (v.open_for_person.count > 0) + (v.lists_cut > 0) +
              (v.terminals_behind > 0) + (m->corrections_waiting > 0);
    if (v.tasks > 0 || !m->seal.is_sealed)
        v.tone = MODEL_ATTENTION;
    if (!v.is_balanced)
        v.tone = MODEL_ALARM;
    *verdict = v;
    return true;
}

static void put_notice(const struct morning *m, const struct morning_verdict *v, struct model *d)
{
    const char *title = v->tone == MODEL_ALARM ? say(d, WORD_VERDICT_ALARM)
                        : !m->seal.is_sealed   ? say(d, WORD_VERDICT_UNSEALED)
                        : v->tone == MODEL_GOOD
                            ? say(d, WORD_VERDICT_GOOD)
                            : MODEL_SAY(d, WORD_VERDICT_TASKS, model_count_text(d, v->tasks));
    const char *books = !v->is_balanced     ? say(d, WORD_SAY_UNBALANCED)
                        : m->seal.is_sealed ? say(d, WORD_SAY_BALANCED_SEALED)
                                            : say(d, WORD_SAY_BALANCED);
    int64_t silent = v->terminals_due - v->terminals_reported;
    const char *due = model_count_text(d, v->terminals_due);
    const char *reports = v->terminals_due == 0 ? say(d, WORD_SAY_NOT_DUE)
                          : silent > 0
                              ? MODEL_SAY(d, WORD_SAY_SOME_REPORTED, due, model_count_text(d, silent))
                              : MODEL_SAY(d, WORD_SAY_ALL_REPORTED, model_count_text(d, v->schools_due), due);
    const char *mark = say(d, WORD_SENTENCE_MARK);
    const char *last = v->tasks == 0 ? say(d, WORD_SAY_NOTHING_TO_DO) : "";
    const char *text = d->failed ? NULL
                                 : arena_printf(d->arena, &d->error, "%s%s%s%s%s", books, mark, reports,
                                                *last == '\0' ? "" : mark, last);
    d->failed = text == NULL;
    model_notice(d, v->tone, title, text);
}

/* "+1.23%" against the day before; NULL where there is none or it had no turnover. */
static const char *say_against_day_before(const struct morning *m, struct model *d, int64_t turnover_fen)
{
    if (m->day_count < 2)
        return NULL;
    int64_t before_fen = morning_turnover(&m->days[m->day_count - 2].sales);
    if (before_fen <= 0 || turnover_fen < 0)
        return NULL;
    int64_t difference_fen = turnover_fen - before_fen;
    char text[FIGURE_BYTES + 1] = "+";
    figure_percent(money_share(difference_fen < 0 ? -difference_fen : difference_fen, 10000, before_fen),
                   text + 1);
    if (difference_fen < 0)
        text[0] = '-';
    return MODEL_SAY(d, WORD_AGAINST_DAY_BEFORE, model_copy(d, text));
}

static const char *say_pieces(struct model *d, int64_t count)
{
    return MODEL_SAY(d, WORD_COUNT_PIECES, model_count_text(d, count));
}

/* Reversals where there were some, else what a purchase came to, rounded down. */
static const char *say_purchases(struct model *d, const struct morning_sales *sales)
{
    if (sales->reversals > 0)
        return MODEL_SAY(d, WORD_WITH_REVERSALS, model_count_text(d, sales->reversals));
    if (sales->purchases == 0)
        return NULL;
    return MODEL_SAY(d, WORD_EACH, model_yuan_text(d, sales->purchase_fen / sales->purchases));
}

static void put_tiles(const struct morning *m, struct model *d)
{
    const struct morning_sales *sales = &m->days[m->day_count - 1].sales;
    int64_t turnover_fen = morning_turnover(sales), payable_fen = 0;
    for (size_t i = 0; i < m->balance_count; i++)
        if (strcmp(m->balances[i].code, "2004") == 0)
            payable_fen = m->balances[i].closing_fen;
    model_list(d, MODEL_TILES, NULL);
    model_item_number(d, MODEL_FEN, say(d, WORD_TILE_TURNOVER), turnover_fen,
                      say_against_day_before(m, d, turnover_fen));
    model_item_number(d, MODEL_COUNT, say(d, WORD_TILE_PURCHASES), sales->purchases, say_purchases(d, sales));
    model_item_number(d, MODEL_FEN, say(d, WORD_TILE_NET), morning_net(sales), say(d, WORD_OF_TURNOVER));
    model_item_number(d, MODEL_FEN, say(d, WORD_TILE_PAYABLE), payable_fen, say(d, WORD_AT_END_OF_DAY));
    model_item_number(d, MODEL_FEN, say(d, WORD_TILE_LATE), sales->late.fen,
                      say_pieces(d, sales->late.count));
    model_item_number(d, MODEL_FEN, say(d, WORD_TILE_HELD), m->records.held.fen,
                      say_pieces(d, m->records.held.count));
}

static void put_part(struct model *d, enum word label, int64_t reported, int64_t due)
{
    char share[FIGURE_BYTES];
    if (due == 0) {
        model_item_text(d, MODEL_GOOD, say(d, label), say(d, WORD_NOT_DUE), NULL);
        return;
    }
    figure_percent(figure_share(reported, due), share);
    model_item_text(d, reported < due ? MODEL_ATTENTION : MODEL_GOOD, say(d, label),
                    MODEL_SAY(d, WORD_PART_OF, model_count_text(d, reported), model_count_text(d, due)),
                    model_copy(d, share));
}

/* The trial balance is made of sums that runs have left: the transfers themselves must come to the same. */
static void put_balance_check(struct model *d, const struct morning_sides *s,
                              const struct morning_count *moved)
{
    const char *detail;
    bool closes = sides_close(s) && moved->fen == s->debit_fen;
    if (closes)
        detail = MODEL_SAY(d, WORD_BALANCED_DETAIL, model_yuan_text(d, s->debit_fen));
    else if (sides_close(s))
        detail = MODEL_SAY(d, WORD_UNMOVED_DETAIL, model_yuan_text(d, moved->fen - s->debit_fen));
    else
        detail = MODEL_SAY(d, WORD_UNBALANCED_DETAIL, model_yuan_text(d, s->debit_fen - s->credit_fen),
                           model_yuan_text(d, s->closing_debit_fen - s->closing_credit_fen));
    model_item_text(d, closes ? MODEL_GOOD : MODEL_ALARM, say(d, WORD_CHECK_BALANCE),
                    say(d, closes ? WORD_BALANCED : WORD_UNBALANCED), detail);
}

static bool put_trust(const struct morning *m, const struct morning_verdict *v, const struct morning_sides *s,
                      struct model *d, struct err *e)
{
    bool records_close;
    struct morning_count moved;
    const struct morning_records *r = &m->records;
    if (!judge_records(r, &records_close, e) || !morning_add_movements(m, &moved, e))
        return false;
    model_list(d, MODEL_CHECKS, say(d, WORD_CHECKS_TRUST));
    if (m->seal.is_sealed)
        model_item_text(d, MODEL_GOOD, say(d, WORD_CHECK_SEAL), say(d, WORD_SEALED),
                        MODEL_SAY(d, WORD_SEALED_DETAIL, model_count_text(d, m->seal.transfers),
                                  model_yuan_text(d, m->seal.debit_fen)));
    else
        model_item_text(d, MODEL_ATTENTION, say(d, WORD_CHECK_SEAL), say(d, WORD_NOT_SEALED), NULL);
    put_balance_check(d, s, &moved);
    model_item_text(d, records_close ? MODEL_GOOD : MODEL_ALARM, say(d, WORD_CHECK_CONSERVATION),
                    say(d, records_close ? WORD_CONSERVED : WORD_NOT_CONSERVED),
                    MODEL_SAY(d, WORD_CONSERVED_DETAIL, model_count_text(d, r->collected.count)));
    put_part(d, WORD_CHECK_SCHOOLS, v->schools_reported, v->schools_due);
    put_part(d, WORD_CHECK_TERMINALS, v->terminals_reported, v->terminals_due);
    model_item_text(d, r->waiting + r->quarantined > 0 ? MODEL_ATTENTION : MODEL_GOOD,
                    say(d, WORD_CHECK_PACKAGES),
                    MODEL_SAY(d, WORD_PACKAGES_POSTED, model_count_text(d, r->packages_posted)),
                    MODEL_SAY(d, WORD_PACKAGES_DETAIL, model_count_text(d, r->waiting),
                              model_count_text(d, r->quarantined)));
    return true;
}

static void put_task(struct model *d, enum model_tone tone, const char *what, const char *detail,
                     const char *href)
{
    model_item_text(d, tone, what, say(d, WORD_SEE_BELOW), detail);
    model_item_href(d, href);
}

static void put_list_tasks(const struct morning_verdict *v, struct model *d)
{
    if (v->lists_cut > 0)
        put_task(d, MODEL_ATTENTION, MODEL_SAY(d, WORD_TASK_LEFT_OUT, model_count_text(d, v->left_out.count)),
                 MODEL_SAY(d, WORD_TASK_LEFT_OUT_DETAIL, model_yuan_text(d, v->left_out.fen)),
                 "#" MORNING_ANCHOR_LISTS);
    if (v->terminals_behind > 0)
        put_task(d, MODEL_ATTENTION, MODEL_SAY(d, WORD_TASK_BEHIND, model_count_text(d, v->terminals_behind)),
                 say(d, WORD_TASK_BEHIND_DETAIL), "#" MORNING_ANCHOR_LISTS);
}

static void put_tasks(const struct morning *m, const struct morning_verdict *v, struct model *d)
{
    int64_t silent = v->terminals_due - v->terminals_reported, schools = 0;
    for (size_t i = 0; i < m->report_count; i++)
        schools += m->reports[i].reported < m->reports[i].expected;
    model_list(d, MODEL_CHECKS, say(d, WORD_CHECKS_TASKS));
    if (!v->is_balanced)
        put_task(d, MODEL_ALARM, say(d, WORD_TASK_BALANCE), NULL, "#" MORNING_ANCHOR_BALANCE);
    if (silent > 0)
        put_task(d, MODEL_ATTENTION, MODEL_SAY(d, WORD_TASK_TERMINALS, model_count_text(d, silent)),
                 MODEL_SAY(d, WORD_TASK_TERMINALS_DETAIL, model_count_text(d, schools)),
                 "#" MORNING_ANCHOR_REPORTS);
    if (m->records.waiting > 0)
        put_task(d, MODEL_ATTENTION, MODEL_SAY(d, WORD_TASK_WAITING, model_count_text(d, m->records.waiting)),
                 say(d, WORD_TASK_WAITING_DETAIL), "#" MORNING_ANCHOR_PACKAGES);
    if (m->records.quarantined > 0)
        put_task(
            d, MODEL_ATTENTION,
            MODEL_SAY(d, WORD_TASK_QUARANTINED, model_count_text(d, m->records.quarantined)),
            MODEL_SAY(d, WORD_TASK_QUARANTINED_DETAIL, model_count_text(d, m->records.packages_quarantined)),
            "#" MORNING_ANCHOR_PACKAGES);
    if (v->open_for_person.count > 0)
        put_task(d, MODEL_ATTENTION,
                 MODEL_SAY(d, WORD_TASK_EXCEPTIONS, model_count_text(d, v->open_for_person.count)),
                 MODEL_SAY(d, WORD_TASK_EXCEPTIONS_DETAIL, model_yuan_text(d, v->open_for_person.fen),
                           model_count_text(d, v->oldest_days)),
                 "#" MORNING_ANCHOR_EXCEPTIONS);
    put_list_tasks(v, d);
    if (m->corrections_waiting > 0)
        put_task(d, MODEL_ATTENTION, MODEL_SAY(d, WORD_TASK_CORRECTIONS, model_count_text(d, m->corrections_waiting)),
                 say(d, WORD_TASK_CORRECTIONS_DETAIL), "#" MORNING_ANCHOR_CORRECTIONS);
    if (v->tasks == 0)
        model_item_text(d, MODEL_GOOD, say(d, WORD_TASK_NONE), "", NULL);
}

static void put_days(const struct morning *m, struct model *d)
{
    struct model_point *points =
        d->failed ? NULL : arena_array(d->arena, m->day_count, sizeof *points, &d->error);
    d->failed = points == NULL;
    if (d->failed)
        return;
    for (size_t i = 0; i < m->day_count; i++)
        points[i] = (struct model_point){m->days[i].day, morning_turnover(&m->days[i].sales)};
    model_heading(d, 2, NULL, say(d, WORD_HEAD_DAYS));
    model_chart(d, say(d, WORD_HEAD_DAYS), points, m->day_count);
}

static void put_terms(struct model *d)
{
    static const enum word terms[][2] = {
        {WORD_TERM_DAY, WORD_TERM_DAY_TEXT}, {WORD_TURNOVER, WORD_TERM_TURNOVER_TEXT},
        {WORD_NET, WORD_TERM_NET_TEXT},      {WORD_PAYABLE, WORD_TERM_PAYABLE_TEXT},
        {WORD_HELD, WORD_TERM_HELD_TEXT},    {WORD_TERM_QUARANTINE, WORD_TERM_QUARANTINE_TEXT},
        {WORD_TERM_GAP, WORD_TERM_GAP_TEXT}, {WORD_TERM_SEAL, WORD_TERM_SEAL_TEXT},
    };
    model_heading(d, 2, NULL, say(d, WORD_HEAD_TERMS));
    model_list(d, MODEL_TERMS, NULL);
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        model_item_text(d, MODEL_PLAIN, say(d, terms[i][0]), say(d, terms[i][1]), NULL);
}

static const char *say_runs(const struct morning *m, struct model *d)
{
    const char *all = "";
    for (size_t i = 0; i < m->run_count && !d->failed; i++) {
        const char *one = MODEL_SAY(d, WORD_RUN_OF, m->runs[i].job, m->runs[i].runs);
        const char *more =
            arena_printf(d->arena, &d->error, "%s%s%s", all, i > 0 ? say(d, WORD_LIST_MARK) : "", one);
        d->failed = more == NULL;
        all = d->failed ? "" : more;
    }
    return all;
}

static void put_provenance(const struct morning *m, struct model *d)
{
    char date[DATE_TEXT_BYTES];
    date_format(m->date, date);
    model_provenance(d, say(d, WORD_FROM_DATE), model_copy(d, date));
    model_provenance(d, say(d, WORD_FROM_EDITION),
                     say(d, m->seal.is_sealed ? WORD_EDITION_FINAL : WORD_EDITION_PREVIEW));
    model_provenance(d, say(d, WORD_FROM_RUNS), say_runs(m, d));
    model_provenance(
        d, say(d, WORD_FROM_PACKAGES),
        MODEL_SAY(d, WORD_DIGEST_OF, m->packages_digest, model_count_text(d, m->records.packages_posted)));
    model_provenance(
        d, say(d, WORD_FROM_REFERENCE),
        MODEL_SAY(d, WORD_DIGEST_OF, m->reference_digest, model_count_text(d, m->reference_files)));
    if (!m->seal.is_sealed)
        return;
    model_provenance(d, say(d, WORD_FROM_SEAL), m->seal.digest);
    model_provenance(d, say(d, WORD_FROM_SEAL_BEFORE), m->seal.previous_digest);
}

bool morning_document(const struct morning *m, struct model *document, struct err *e)
{
    struct model *d = document;
    struct morning_verdict verdict;
    struct morning_sides sides;
    char date[WORDS_DATE_BYTES];
    ALWAYS(m->day_count >= 1 && m->day_count <= MORNING_DAYS);
    if (!morning_judge(m, &verdict, e) || !morning_add_sides(m, &sides, e))
        return false;
    words_long_date(d->language, m->date, date);
    d->title = say(d, WORD_MORNING_TITLE);
    d->subtitle = model_copy(d, date);
    d->up_href = "index.html";
    put_notice(m, &verdict, d);
    put_tiles(m, d);
    if (!put_trust(m, &verdict, &sides, d, e))
        return false;
    put_tasks(m, &verdict, d);
    put_days(m, d);
    morning_put_reports(m, MORNING_SILENT_SCHOOLS, d);
    morning_put_records(m, d);
    morning_put_packages(m, d);
    morning_put_exceptions(m, &verdict, d);
    morning_put_lists(m, d);
    morning_put_corrections(m, d);
    if (!morning_put_movements(m, &sides, d, e))
        return false;
    morning_put_balance(m, &sides, d);
    if (!morning_put_merchants(m, d, e) || !morning_put_schools(m, MORNING_SCHOOLS, d, e))
        return false;
    put_terms(d);
    put_provenance(m, d);
    return model_ok(d, e);
}

bool morning_needs_schools(const struct morning *m)
{
    size_t silent = 0;
    for (size_t i = 0; i < m->report_count; i++)
        silent += m->reports[i].reported < m->reports[i].expected;
    return m->school_count > MORNING_SCHOOLS || silent > MORNING_SILENT_SCHOOLS;
}

bool morning_document_schools(const struct morning *m, struct model *document, struct err *e)
{
    struct model *d = document;
    char date[WORDS_DATE_BYTES];
    words_long_date(d->language, m->date, date);
    d->title = say(d, WORD_SCHOOLS_TITLE);
    d->subtitle = model_copy(d, date);
    d->up_href = "morning.html";
    morning_put_reports(m, INT64_MAX, d);
    if (!morning_put_schools(m, SIZE_MAX, d, e))
        return false;
    put_provenance(m, d);
    return model_ok(d, e);
}
