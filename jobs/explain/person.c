/* explain person: who it is, which cards, and what is owed. */
#include "jobs/explain/explain_private.h"
#include "jobs/explain/line.h"
#include "queries.h"

static bool put_person(struct explain *x, const char *person_no, struct err *e)
{
    static const struct {
        const char *key;
        int column;
    } texts[] = {{"kind", 1}, {"name", 2}, {"school", 3}, {"registry_no", 4}, {"grade", 5}, {"class", 6}, {"status", 7}};
    struct db_rows *rows = NULL;
    const char *params[] = {person_no};
    if (!db_query(x->context->db, sql_explain_person, 1, params, &rows, e))
        return false;
    bool done = db_rows_count(rows) > 0;
    if (done) {
        const struct line_place place = {db_text(rows, 0, 8), db_text(rows, 0, 9), db_text(rows, 0, 10),
                                         db_int64(rows, 0, 11)};
        sheet_part(x->sheet, "person", "Person");
        sheet_text(x->sheet, "person_no", person_no);
        for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
            sheet_text(x->sheet, texts[i].key, db_text(rows, 0, texts[i].column));
        sheet_fen(x->sheet, "refund_payable_fen", db_int64(rows, 0, 12));
        sheet_count(x->sheet, "former_rows", db_int64(rows, 0, 13));
        done = line_put(x, &place, e);
    } else {
        (void)err_set(e, ERR_USAGE, "there is no person \"%s\"", person_no);
        (void)err_hint(e, "give the person_no of the person file; a card's holder is in daybook explain card");
    }
    db_rows_close(rows);
    return done;
}

static bool put_cards(struct explain *x, const char *person_no, struct err *e)
{
    static const struct sheet_column columns[] = {
        {"card_no", SHEET_TEXT},    {"status", SHEET_TEXT},     {"issued_on", SHEET_TEXT},      {"expires_on", SHEET_TEXT},
        {"replaces", SHEET_TEXT},   {"ledger_fen", SHEET_FEN},  {"card_fen", SHEET_FEN},        {"difference_fen", SHEET_FEN},
        {"records", SHEET_COUNT},   {"open_exceptions", SHEET_COUNT}};
    const struct explain_table table = {"cards", "Cards", "none", SHEET_COLUMNS(columns)};
    struct db_rows *rows = NULL;
    const char *params[] = {person_no};
    if (!db_query(x->context->db, sql_explain_person_cards, 1, params, &rows, e))
        return false;
    explain_put_table(x, &table, rows);
    for (size_t i = 0; i < db_rows_count(rows); i++)
        if (db_int64(rows, i, 7) != 0)
            sheet_note(x->sheet, "why card and ledger differ: daybook explain card %s", db_text(rows, i, 0));
    db_rows_close(rows);
    return true;
}

bool explain_person(struct explain *x, char *const *arguments, struct err *e)
{
    return put_person(x, arguments[0], e) && put_cards(x, arguments[0], e);
}
