/* explain card: its balance in the books and on the card, and in words why they differ. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "base/record.h"
#include "jobs/explain/chain.h"
#include "jobs/explain/explain_private.h"
#include "queries.h"

enum { CHAIN_ROWS_SHOWN = 40, FLAG_TEXT_BYTES = 160 };

struct card_view {
    struct explain *x;
    char card_no[24];
    bool on_file;
    int64_t ledger_fen, opened_fen, others_fen;
    struct db_rows *others; /* transfers of its purse that are of no record */
    struct chain_opening opening;
    struct chain_link *links;
    size_t link_count;
    struct chain_account account;
};

static const char *yuan(struct card_view *v, int64_t fen, struct err *e)
{
    char text[MONEY_TEXT_BYTES];
    money_format_yuan(fen, text);
    const char *copy = arena_copy(v->x->context->arena, text, strlen(text), e);
    return copy ? copy : "?";
}

/* ---- what is on file */

enum {
    CARD_ON_FILE, CARD_PERSON, CARD_NAME, CARD_SCHOOL, CARD_SCHOOL_NAME, CARD_CLASS, CARD_CHIP, CARD_KEY, CARD_STATUS,
    CARD_ISSUED, CARD_EXPIRES, CARD_REPLACES, CARD_COUNTER, CARD_ONLINE, CARD_BALANCE, CARD_PURSE, CARD_RECORDS, CARD_TAIL,
    CARD_TAIL_AT, CARD_TOPUP, CARD_SUBSIDY, CARD_DEPOSIT, CARD_SEALED
};

static void put_card(struct card_view *v, const struct db_rows *rows)
{
    static const struct {
        const char *key;
        int column;
    } texts[] = {{"person_no", CARD_PERSON}, {"holder", CARD_NAME},       {"school", CARD_SCHOOL},
                 {"school_name", CARD_SCHOOL_NAME}, {"card_class", CARD_CLASS}, {"chip", CARD_CHIP},
                 {"key_version", CARD_KEY},  {"status", CARD_STATUS},     {"issued_on", CARD_ISSUED},
                 {"expires_on", CARD_EXPIRES}, {"replaces", CARD_REPLACES}};
    struct sheet *s = v->x->sheet;
    sheet_part(s, "card", "Card");
    sheet_text(s, "card_no", v->card_no);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        sheet_text(s, texts[i].key, db_text(rows, 0, texts[i].column));
    if (v->on_file) {
        sheet_count(s, "opening_counter", v->opening.counters[0]);
        sheet_count(s, "opening_online", v->opening.counters[1]);
        sheet_fen(s, "opening_fen", v->opening.balance_fen);
    } else {
        sheet_note(s, "the card is not on file: its purchases stand on 1298:unknown_card and its loads on 2298:unknown_card; "
                      "import its row of the card file");
    }
}

static bool read_card(struct card_view *v, int64_t card_no, int64_t *unclaimed_fen, struct err *e)
{
    struct db_number number;
    struct db_rows *rows = NULL;
    const char *params[] = {db_from_int64(&number, card_no)};
    if (!db_query(v->x->context->db, sql_explain_card, 1, params, &rows, e))
        return false;
    bool there = db_rows_count(rows) > 0;
    if (there) {
        v->on_file = db_bool(rows, 0, CARD_ON_FILE);
        v->opening = (struct chain_opening){v->on_file, db_int64(rows, 0, CARD_BALANCE),
                                            {db_int64(rows, 0, CARD_COUNTER), db_int64(rows, 0, CARD_ONLINE)}};
        v->ledger_fen = db_int64(rows, 0, CARD_PURSE);
        for (int i = 0; i < 3; i++)
            unclaimed_fen[i] = db_int64(rows, 0, CARD_TOPUP + i);
        put_card(v, rows);
    } else {
        (void)err_set(e, ERR_USAGE, "nothing is known of card \"%s\"", v->card_no);
        (void)err_hint(e, "it is in no card file and in no record; look at the number again");
    }
    db_rows_close(rows);
    return there;
}

static bool put_losses(struct card_view *v, int64_t card_no, struct err *e)
{
    static const struct sheet_column columns[] = {{"kind", SHEET_TEXT}, {"effective_at", SHEET_TEXT},
                                                  {"reason", SHEET_TEXT}, {"known_on", SHEET_TEXT}};
    const struct explain_table table = {"losses", "Loss reports", "none", SHEET_COLUMNS(columns)};
    struct db_number number;
    struct db_rows *rows = NULL;
    const char *params[] = {db_from_int64(&number, card_no)};
    if (!db_query(v->x->context->db, sql_explain_losses, 1, params, &rows, e))
        return false;
    if (db_rows_count(rows) > 0)
        explain_put_table(v->x, &table, rows);
    db_rows_close(rows);
    return true;
}

/* ---- the chain */

enum {
    LINK_ID, LINK_AT, LINK_KIND, LINK_COUNTER, LINK_BEFORE, LINK_AMOUNT, LINK_AFTER, LINK_VERDICT, LINK_FLAGS, LINK_DEVICE,
    LINK_SEQUENCE, LINK_DATE, LINK_ARCHIVE, LINK_FILE, LINK_RECORD_NO, LINK_OUTCOME, LINK_PURSE
};

static bool read_links(struct card_view *v, const struct db_rows *rows, struct err *e)
{
    struct arena *arena = v->x->context->arena;
    v->link_count = db_rows_count(rows);
    v->links = arena_array(arena, v->link_count + 1, sizeof *v->links, e);
    for (size_t i = 0; v->links && i < v->link_count; i++) {
        int kind = (int)db_int64(rows, i, LINK_KIND);
        const char *verdict = db_text(rows, i, LINK_VERDICT);
        struct chain_link *link = &v->links[i];
        *link = (struct chain_link){.before_fen = db_int64(rows, i, LINK_BEFORE),
                                    .amount_fen = db_int64(rows, i, LINK_AMOUNT),
                                    .after_fen = db_int64(rows, i, LINK_AFTER),
                                    .purse_fen = db_int64(rows, i, LINK_PURSE),
                                    .counter = db_int64(rows, i, LINK_COUNTER),
                                    .is_online = kind == RECORD_LOAD || kind == RECORD_SUBSIDY,
                                    .is_reversal = kind == RECORD_REVERSAL,
                                    .is_accepted = strcmp(verdict, "accepted") == 0,
                                    .is_undecided = *db_text(rows, i, LINK_OUTCOME) == '\0'};
        link->verdict = arena_copy(arena, verdict, strlen(verdict), e);
        link->at = arena_copy(arena, db_text(rows, i, LINK_AT), strlen(db_text(rows, i, LINK_AT)), e);
        if (!link->verdict || !link->at)
            return false;
    }
    return v->links && chain_account_for(arena, &v->opening, v->links, v->link_count, &v->account, e);
}

static const char *kind_name(int kind)
{
    return kind == RECORD_PURCHASE   ? "purchase"
           : kind == RECORD_COMPOUND ? "compound"
           : kind == RECORD_LOAD     ? "load"
           : kind == RECORD_SUBSIDY  ? "draw"
                                     : "reversal";
}

static const struct chain_break *break_at(const struct card_view *v, size_t link)
{
    for (size_t i = 0; i < v->account.break_count; i++)
        if (v->account.breaks[i].link == link)
            return &v->account.breaks[i];
    return NULL;
}

/* What is remarkable of a row: a jump before it, missing counters, another outcome than its verdict, money elsewhere. */
static const char *remark(struct card_view *v, const struct db_rows *rows, size_t row, struct err *e)
{
    const struct chain_break *found = break_at(v, row);
    const struct chain_link *link = &v->links[row];
    const char *jump = found && found->jump_fen != 0 ? yuan(v, found->jump_fen, e) : NULL;
    char missing[64] = "";
    if (found && found->first > 0)
        (void)snprintf(missing, sizeof missing, "counters %" PRId64 "-%" PRId64 " missing%s", found->first, found->last,
                       jump ? ", " : "");
    const char *outcome = db_text(rows, row, LINK_OUTCOME);
    bool is_elsewhere = link->is_accepted && link->purse_fen != link->after_fen - link->before_fen;
    bool is_late = (db_int64(rows, row, LINK_FLAGS) & FLAG_LATE) != 0;
    return arena_printf(v->x->context->arena, e, "%s%s%s%s%s%s", missing, jump ? "jump " : "", jump ? jump : "",
                        *outcome ? " decided: " : "", outcome,
                        is_elsewhere ? " not in the purse" : is_late ? " late" : "");
}

static bool put_chain_row(struct card_view *v, const struct db_rows *rows, size_t row, struct err *e)
{
    const char *note = remark(v, rows, row, e);
    if (!note)
        return false;
    const char *const cells[] = {db_text(rows, row, LINK_AT),
                                 kind_name((int)db_int64(rows, row, LINK_KIND)),
                                 db_text(rows, row, LINK_COUNTER),
                                 db_text(rows, row, LINK_BEFORE),
                                 db_text(rows, row, LINK_AMOUNT),
                                 db_text(rows, row, LINK_AFTER),
                                 db_text(rows, row, LINK_PURSE),
                                 db_text(rows, row, LINK_VERDICT),
                                 db_text(rows, row, LINK_DATE),
                                 db_text(rows, row, LINK_DEVICE),
                                 db_text(rows, row, LINK_SEQUENCE),
                                 note,
                                 db_text(rows, row, LINK_ARCHIVE),
                                 db_text(rows, row, LINK_FILE),
                                 db_text(rows, row, LINK_RECORD_NO)};
    sheet_cells(v->x->sheet, cells);
    return true;
}

static bool put_chain(struct card_view *v, const struct db_rows *rows, struct err *e)
{
    static const struct sheet_column columns[] = {
        {"occurred_at", SHEET_TEXT}, {"kind", SHEET_TEXT},     {"counter", SHEET_COUNT},    {"before_fen", SHEET_FEN},
        {"amount_fen", SHEET_FEN},   {"after_fen", SHEET_FEN}, {"purse_fen", SHEET_FEN},    {"verdict", SHEET_TEXT},
        {"posted_on", SHEET_TEXT},   {"device_no", SHEET_TEXT}, {"device_seq", SHEET_COUNT}, {"remark", SHEET_TEXT},
        {"archive", SHEET_TEXT},     {"file", SHEET_TEXT},     {"record_no", SHEET_COUNT}};
    const struct command *command = v->x->context->command;
    bool shows_all = command->verbosity > 0 || command->is_json || v->link_count <= CHAIN_ROWS_SHOWN;
    size_t first = shows_all ? 0 : v->link_count - CHAIN_ROWS_SHOWN;
    bool done = true;
    sheet_part(v->x->sheet, "chain", "Records, in the order of the card's chain");
    sheet_table(v->x->sheet, "rows", SHEET_COLUMNS(columns), "none");
    for (size_t i = 0; done && i < v->link_count; i++)
        if (i >= first || break_at(v, i) || !v->links[i].is_accepted)
            done = put_chain_row(v, rows, i, e);
    sheet_table_end(v->x->sheet);
    if (!shows_all)
        sheet_note(v->x->sheet, "the newest %d and all that are remarkable, of %zu; -v shows every one", CHAIN_ROWS_SHOWN,
                   v->link_count);
    sheet_note(v->x->sheet, "purse is what the record moved of 2001:%s; \"daybook explain record\" leads to its bytes",
               v->card_no);
    return done;
}

/* ---- why */

static bool read_others(struct card_view *v, int64_t card_no, struct err *e)
{
    struct db_number number;
    const char *params[] = {db_from_int64(&number, card_no)};
    bool done = db_query(v->x->context->db, sql_explain_purse_others, 1, params, &v->others, e);
    for (size_t i = 0; done && i < db_rows_count(v->others); i++)
        done = money_add(strcmp(db_text(v->others, i, 2), "opening") == 0 ? &v->opened_fen : &v->others_fen,
                         db_int64(v->others, i, 5), e);
    return done;
}

static void put_others(struct card_view *v)
{
    static const struct sheet_column columns[] = {{"transfer_id", SHEET_COUNT}, {"accounting_date", SHEET_TEXT},
                                                  {"kind", SHEET_TEXT},         {"debit", SHEET_TEXT},
                                                  {"credit", SHEET_TEXT},       {"purse_fen", SHEET_FEN}};
    const struct explain_table table = {"others", "What moved its purse beside records", "nothing", SHEET_COLUMNS(columns)};
    explain_put_table(v->x, &table, v->others);
}

static void say_breaks(struct card_view *v, struct err *e)
{
    struct sheet *s = v->x->sheet;
    for (size_t i = 0; i < v->account.break_count; i++) {
        const struct chain_break *b = &v->account.breaks[i];
        const struct chain_link *link = &v->links[b->link];
        const char *family = link->is_online ? "online" : "offline";
        if (b->first == 0) {
            sheet_note(s, "%s: the card's balance moved by %s at %s without a transaction that has a number (balance_break)",
                       yuan(v, -b->jump_fen, e), yuan(v, b->jump_fen, e), link->at);
            continue;
        }
        sheet_note(s, "%s: %s counters %" PRId64 " to %" PRId64 " are missing before %s, and the card's balance moved by %s there",
                   yuan(v, -b->jump_fen, e), family, b->first, b->last, link->at, yuan(v, b->jump_fen, e));
        if (b->held > 0)
            sheet_note(s, "held records with these counters: %zu; they say that the card moved by %s, so %s of the movement "
                          "are in no record",
                       b->held, yuan(v, b->held_fen, e), yuan(v, b->jump_fen - b->held_fen, e));
    }
}

static void say_held(struct card_view *v, struct err *e)
{
    for (size_t i = 0; i < v->link_count; i++) {
        const struct chain_link *link = &v->links[i];
        if (link->is_accepted || !link->is_undecided)
            continue;
        bool is_gray = strcmp(link->verdict, "gray") == 0;
        sheet_note(v->x->sheet, "held, not in the books: %s of %s at %s, counter %" PRId64 "%s", yuan(v, link->amount_fen, e),
                   link->verdict, link->at, link->counter,
                   is_gray ? "; the card's next records decide it, or two people" : "; two people may post or void it");
    }
}

static void say_difference(struct card_view *v, struct err *e)
{
    struct sheet *s = v->x->sheet;
    int64_t difference_fen = v->ledger_fen - v->account.card_fen;
    int64_t opening_fen = v->opened_fen - v->account.start_fen;
    int64_t explained_fen = opening_fen + v->account.not_in_purse_fen + v->others_fen - v->account.jumps_fen;
    if (opening_fen != 0)
        sheet_note(s, "%s: the books began with %s and the card with %s", yuan(v, opening_fen, e), yuan(v, v->opened_fen, e),
                   yuan(v, v->account.start_fen, e));
    if (v->account.not_in_purse > 0)
        sheet_note(s, "%s: %zu records moved the card and not its purse: the bureau paid (blacklisted), or the card was not on "
                      "file yet (suspense)",
                   yuan(v, v->account.not_in_purse_fen, e), v->account.not_in_purse);
    if (v->others_fen != 0)
        sheet_note(s, "%s: transfers moved the purse and not the card, see below", yuan(v, v->others_fen, e));
    say_breaks(v, e);
    if (explained_fen != difference_fen)
        sheet_note(s, "%s stay unexplained: run daybook audit", yuan(v, difference_fen - explained_fen, e));
    if (difference_fen == 0)
        sheet_note(s, "card and ledger agree");
}

static void say_unclaimed(struct card_view *v, const int64_t unclaimed_fen[3], struct err *e)
{
    static const char *const words[] = {"waits in 2205 for a load at a terminal", "of subsidy waits in 2203 for a draw",
                                        "is the card's deposit (2002)"};
    for (int i = 0; i < 3; i++)
        if (unclaimed_fen[i] != 0)
            sheet_note(v->x->sheet, "%s %s: in the books, not in the purse and not on the card", yuan(v, unclaimed_fen[i], e),
                       words[i]);
}

static bool put_exceptions(struct card_view *v, int64_t card_no, struct err *e)
{
    static const struct sheet_column columns[] = {{"exception_id", SHEET_COUNT}, {"verdict", SHEET_TEXT},
                                                  {"amount_fen", SHEET_FEN},     {"accounting_date", SHEET_TEXT},
                                                  {"detail", SHEET_TEXT},        {"proposal_id", SHEET_COUNT}};
    const struct explain_table table = {"exceptions", "Open exceptions", "none", SHEET_COLUMNS(columns)};
    struct db_number number;
    struct db_rows *rows = NULL;
    const char *params[] = {db_from_int64(&number, card_no)};
    if (!db_query(v->x->context->db, sql_explain_card_exceptions, 1, params, &rows, e))
        return false;
    explain_put_table(v->x, &table, rows);
    db_rows_close(rows);
    return true;
}

static bool put_balance(struct card_view *v, const int64_t unclaimed_fen[3], struct err *e)
{
    struct sheet *s = v->x->sheet;
    err_clear(e);
    sheet_part(s, "balance", "Balance");
    sheet_fen(s, "ledger_fen", v->ledger_fen);
    sheet_fen(s, "card_fen", v->account.card_fen);
    sheet_fen(s, "difference_fen", v->ledger_fen - v->account.card_fen);
    say_difference(v, e);
    say_held(v, e);
    say_unclaimed(v, unclaimed_fen, e);
    return e->kind == ERR_NONE;
}

static bool put_all(struct card_view *v, int64_t card_no, const struct db_rows *rows, const int64_t unclaimed_fen[3],
                    struct err *e)
{
    if (!read_links(v, rows, e) || !read_others(v, card_no, e) || !put_balance(v, unclaimed_fen, e) ||
        !put_chain(v, rows, e))
        return false;
    put_others(v);
    return put_exceptions(v, card_no, e) && put_losses(v, card_no, e);
}

bool explain_card(struct explain *x, char *const *arguments, struct err *e)
{
    struct card_view view = {.x = x};
    int64_t card_no = 0, unclaimed_fen[3] = {0};
    struct db_number number;
    struct db_rows *rows = NULL;
    const char *params[] = {number.text};
    if (!explain_read_card(arguments[0], &card_no, e))
        return false;
    (void)snprintf(view.card_no, sizeof view.card_no, "%018" PRId64, card_no);
    (void)db_from_int64(&number, card_no);
    if (!read_card(&view, card_no, unclaimed_fen, e) ||
        !db_query(x->context->db, sql_explain_chain, 1, params, &rows, e))
        return false;
    bool done = put_all(&view, card_no, rows, unclaimed_fen, e);
    db_rows_close(view.others);
    db_rows_close(rows);
    return done;
}
