#include "reports/morning_tables.h"

#include <inttypes.h>
#include <stdio.h>

#include "reports/words.h"

static const char *say(const struct model *m, enum word word)
{
    return words_text(m->language, word);
}

static void put_list(const struct morning_list *list, struct model *d)
{
    model_row(d, MODEL_ROW, 0);
    model_put_text(d, words_code(d->language, WORDS_CLASS, list->class));
    model_put_number(d, list->names);
    model_put_number(d, list->added);
    model_put_number(d, list->removed);
    model_put_number(d, list->left_out.count);
    model_put_number(d, list->left_out.fen);
    model_put_number(d, list->terminals);
    model_put_number(d, list->newest);
    model_put_number(d, list->behind_1);
    model_put_number(d, list->behind_7);
    model_put_number(d, list->behind_more);
    model_put_number(d, list->silent);
}

/* All classes have the same version. */
static const char *say_version(const struct morning *m, struct model *d)
{
    char text[24];
    if (m->list_count == 0 || m->lists[0].version == 0)
        return say(d, WORD_LIST_NOT_MADE);
    (void)snprintf(text, sizeof text, "%08" PRId64, m->lists[0].version);
    return MODEL_SAY(d, WORD_LIST_VERSION, model_copy(d, text));
}

static void put_proposals(const struct morning *m, struct model *d)
{
    static const struct model_column columns[] = {
        {WORD_CARD, MODEL_NO_GROUP, MODEL_IDENTIFIER}, {WORD_RECORDS, MODEL_NO_GROUP, MODEL_COUNT},
        {WORD_AMOUNT, MODEL_NO_GROUP, MODEL_FEN},      {WORD_SINCE, MODEL_NO_GROUP, MODEL_DATE},
        {WORD_ON_FILE, MODEL_NO_GROUP, MODEL_TEXT},
    };
    model_heading(d, 3, NULL, say(d, WORD_HEAD_PROPOSALS));
    model_table(d, MODEL_COLUMNS(columns), WORD_NONE);
    for (size_t i = 0; i < m->proposal_count; i++) {
        const struct morning_proposal *p = &m->proposals[i];
        model_row(d, MODEL_ROW, 0);
        model_put_text(d, p->card_no);
        model_put_number(d, p->held.count);
        model_put_number(d, p->held.fen);
        model_put_number(d, p->since);
        model_put_text(d, say(d, p->is_on_file ? WORD_YES : WORD_NO));
    }
    if (m->proposals_in_all > (int64_t)m->proposal_count)
        model_note(d, MODEL_SAY(d, WORD_MORE_PROPOSALS,
                                model_count_text(d, m->proposals_in_all - (int64_t)m->proposal_count)));
    model_note(d, say(d, WORD_PROPOSALS_NOTE));
}

void morning_put_lists(const struct morning *m, struct model *d)
{
    static const struct model_column columns[] = {
        {WORD_LIST_CLASS, MODEL_NO_GROUP, MODEL_TEXT},
        {WORD_LIST_NAMES, WORD_LIST_OF_VERSION, MODEL_COUNT},
        {WORD_LIST_ADDED, WORD_LIST_OF_VERSION, MODEL_COUNT},
        {WORD_LIST_REMOVED, WORD_LIST_OF_VERSION, MODEL_COUNT},
        {WORD_LIST_LEFT_OUT, WORD_LIST_OF_VERSION, MODEL_COUNT},
        {WORD_LIST_AT_RISK, WORD_LIST_OF_VERSION, MODEL_FEN},
        {WORD_LIST_TERMINAL_COUNT, WORD_LIST_TERMINALS, MODEL_COUNT},
        {WORD_LIST_NEWEST, WORD_LIST_TERMINALS, MODEL_COUNT},
        {WORD_LIST_BEHIND_1, WORD_LIST_TERMINALS, MODEL_COUNT},
        {WORD_LIST_BEHIND_7, WORD_LIST_TERMINALS, MODEL_COUNT},
        {WORD_LIST_BEHIND_MORE, WORD_LIST_TERMINALS, MODEL_COUNT},
        {WORD_LIST_SILENT, WORD_LIST_TERMINALS, MODEL_COUNT},
    };
    bool is_cut = false;
    model_heading(d, 2, MORNING_ANCHOR_LISTS, say(d, WORD_HEAD_LISTS));
    model_table(d, MODEL_COLUMNS(columns), WORD_LIST_NOT_MADE);
    for (size_t i = 0; i < m->list_count; i++) {
        put_list(&m->lists[i], d);
        is_cut = is_cut || m->lists[i].left_out.count > 0;
    }
    if (m->list_count > 0)
        model_note(d, say_version(m, d));
    model_note(d, say(d, WORD_LIST_TERMINALS_NOTE));
    if (m->cards_locked > 0)
        model_note(d, MODEL_SAY(d, WORD_LIST_LOCKED, model_count_text(d, m->cards_locked)));
    if (is_cut)
        model_note(d, say(d, WORD_LIST_CUT_NOTE));
    if (m->proposal_count > 0)
        put_proposals(m, d);
}
