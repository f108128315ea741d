/* What a card may still claim (RULES.md P-07 to P-11, P-14, P-15): the sums alone, then from run to run. */
#include "ledger/claim.h"

#include "ledger/state.h"
#include "tests/unit/ledger/books.h"

enum { DAY = BOOKS_DATE };

static struct claims *open_claims(struct arena **arena)
{
    struct claims *claims = NULL;
    struct err e;
    ALWAYS(arena_open(arena, (size_t)16 << 20, &e) && claims_open(&claims, (struct hash_seed){0}, *arena, &e));
    return claims;
}

/* ---- lots: letters are days from DAY on, "-" never lapses */

/* "b5 a3": adds lots in this order. */
static void add_lots(struct claims *claims, struct claim *claim, const char *lots)
{
    struct err e;
    for (const char *at = lots; *at; at += strcspn(at, " "), at += *at == ' ') {
        struct lot lot = {.valid_to = *at == '-' ? DATE_NO_DAY : DAY + (*at - 'a'), .left_fen = atoll(at + 1)};
        ALWAYS(claim_add_lot(claims, claim, lot, &e));
    }
}

static const char *show_lots(const struct claim *claim)
{
    static char text[200];
    size_t length = 0;
    text[0] = '\0';
    for (const struct lot *lot = claim->lots; lot; lot = lot->next)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%c%lld", length ? " " : "",
                                   lot->valid_to == DATE_NO_DAY ? '-' : 'a' + (char)(lot->valid_to - DAY),
                                   (long long)lot->left_fen);
    return text;
}

static void test_lots(void)
{
    static const struct {
        const char *fact;
        const char *added;
        int64_t wanted_fen;
        int64_t given_fen;
        const char *left;
    } rows[] = {
        {"P-08 lots are drawn the oldest valid_to first", "c5 a3 b4", 6, 6, "b1 c5"},
        {"P-08 a lot that is drawn up is gone", "a3 b4", 3, 3, "b4"},
        {"P-08 what the lots do not hold they do not give", "a3 b4", 9, 7, ""},
        {"P-08 a lot without a last day is drawn last", "-5 c5", 6, 6, "-4"},
        {"P-08 two lots of one day are one", "b2 a1 b3", 2, 2, "b4"},
        {"P-08 two lots without a last day are one", "-2 -3", 1, 1, "-4"},
        {"P-08 a card without lots gets nothing", "", 5, 0, ""},
        {"P-08 nothing is drawn where nothing is wanted", "a3", 0, 0, "a3"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena;
        struct err e;
        struct claims *claims = open_claims(&arena);
        struct claim *claim = claims_make(claims, 7, &e);
        add_lots(claims, claim, rows[i].added);
        int64_t held_fen = claim_subsidy_fen(claim);
        CHECK_INT(claim_draw_subsidy(claim, rows[i].wanted_fen), rows[i].given_fen, rows[i].fact);
        CHECK_TEXT(show_lots(claim), rows[i].left, rows[i].fact);
        CHECK_INT(claim_subsidy_fen(claim), held_fen - rows[i].given_fen, "P-08 what was given is no longer held");
        arena_close(arena);
    }
}

static void test_lapse(void)
{
    static const struct {
        const char *fact;
        const char *added;
        int day; /* from DAY on */
        int64_t lapsed_fen;
        const char *left;
    } rows[] = {
        {"P-08 a lot lapses the day after its last", "a3 b4", 1, 3, "b4"},
        {"P-08 on its last day it is there", "a3 b4", 0, 0, "a3 b4"},
        {"P-08 nights that were missed lapse together", "a3 b4 d5", 3, 7, "d5"},
        {"P-08 a lot without a last day never lapses", "a3 -4", 9, 3, "-4"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena;
        struct err e;
        struct claims *claims = open_claims(&arena);
        struct claim *claim = claims_make(claims, 7, &e);
        add_lots(claims, claim, rows[i].added);
        CHECK_INT(claim_lapse(claim, DAY + rows[i].day), rows[i].lapsed_fen, rows[i].fact);
        CHECK_TEXT(show_lots(claim), rows[i].left, rows[i].fact);
        arena_close(arena);
    }
}

static void test_move(void)
{
    struct arena *arena;
    struct err e;
    struct claims *claims = open_claims(&arena);
    struct claim *old = claims_make(claims, 7, &e), *fresh = claims_make(claims, 8, &e);
    add_lots(claims, old, "a3 c4 -1");
    add_lots(claims, fresh, "b2 c1");
    CHECK(claim_move_lots(claims, old, fresh, &e), "P-15 lots move");
    CHECK_TEXT(show_lots(fresh), "a3 b2 c5 -1", "P-15 lots keep their valid_to on the new card");
    CHECK_TEXT(show_lots(old), "", "P-15 the old card keeps none");
    arena_close(arena);
}

static void test_sums(void)
{
    struct arena *arena;
    struct err e;
    struct claims *claims = open_claims(&arena);
    struct claim *claim = claims_make(claims, 7, &e);
    CHECK_INT(claim_draw_topup(claim, 5), 0, "P-07 a card without a top-up to claim draws none");
    CHECK(!claim->is_changed, "P-07 and is not changed by asking");
    CHECK(claim_add_topup(claim, 300, &e) && claim_add_topup(claim, 200, &e), "P-11 top-ups add up");
    CHECK_INT(claim_draw_topup(claim, 450), 450, "P-07 2205 gives as far as it reaches");
    CHECK_INT(claim_draw_topup(claim, 450), 50, "P-07 and then what is left");
    CHECK(claim_give_advance(claim, 400, &e), "P-07 the rest is an advance");
    CHECK_INT(claim_repay_advance(claim, 1000), 400, "P-11 a top-up pays the advance back first");
    CHECK_INT(claim_repay_advance(claim, 1000), 0, "P-11 and only once");
    CHECK(claim_add_topup(claim, INT64_MAX, &e) && !claim_add_topup(claim, 1, &e) && e.kind == ERR_BUG,
          "RULES 2 a sum that overflows is refused");
    add_lots(claims, claim, "a9223372036854775807");
    CHECK(!claim_add_lot(claims, claim, (struct lot){.valid_to = DAY + 1, .left_fen = 1}, &e),
          "RULES 2 also one over several lots");
    arena_close(arena);
}

static void test_find(void)
{
    enum { CARDS = 1000 };
    struct arena *arena;
    struct err e;
    struct claims *claims = open_claims(&arena);
    struct claim *made[CARDS];
    bool found = true;
    for (int i = 0; i < CARDS; i++)
        made[i] = claims_make(claims, books_card + i * 10, &e);
    for (int i = 0; i < CARDS; i++)
        found = found && made[i] && claims_find(claims, books_card + i * 10) == made[i] &&
                claims_make(claims, books_card + i * 10, &e) == made[i];
    CHECK(found, "DESIGN 4 a claim is found and stays where it is, however many there are");
    CHECK(!claims_find(claims, books_card + 5), "DESIGN 4 a card without one has none");
    arena_close(arena);
}

/* ---- from run to run */

static struct claims *load(struct books *b, struct state *state)
{
    struct claims *claims = NULL;
    *state = (struct state){.arena = b->arena, .card_count = 2};
    state->cards = arena_array(b->arena, 2, sizeof *state->cards, &b->e);
    ALWAYS(state->cards);
    state->cards[0].card_no = books_card + 1;
    state->cards[1].card_no = books_card + 2;
    books_must(b, state_load_cards(state, b->db, NULL, &b->e) && claims_load(&claims, &b->run, b->arena, &b->e));
    return claims;
}

static void end(struct books *b)
{
    books_must(b, ledger_run_commit(&b->run, b->conninfo, &b->e) && db_exec(b->db, "RESET ROLE", &b->e));
    arena_close(b->arena);
}

static const char *ask_claims(struct books *b)
{
    return books_ask(b, "SELECT coalesce(string_agg(format('%s:%s/%s/%s', c.card_no - 330106010000000000, c.topup_fen,"
                        " c.advance_fen, (SELECT string_agg(l.valid_to || '=' || l.left_fen, ' ' ORDER BY l.valid_to)"
                        " FROM ledger.subsidy_lot AS l WHERE l.card_no = c.card_no)), ', ' ORDER BY c.card_no), 'none')"
                        " FROM ledger.card_claim AS c");
}

static void test_first_run(struct books *b)
{
    struct state state;
    books_begin(b);
    struct claims *claims = load(b, &state);
    CHECK(!claims_find(claims, books_card + 1), "P-11 nobody has anything to claim before it is given");
    struct claim *ann = claims_make(claims, books_card + 1, &b->e), *bob = claims_make(claims, books_card + 2, &b->e);
    books_must(b, claim_add_topup(ann, 500, &b->e) && claim_give_advance(bob, 70, &b->e) &&
                      claims_make(claims, books_card + 3, &b->e));
    add_lots(claims, ann, "-4 a3");
    books_must(b, claims_write(claims, &b->run, &b->e));
    end(b);
    CHECK_TEXT(ask_claims(b), "1:500/0/2026-03-03=3 infinity=4, 2:0/70/",
               "DESIGN 3.3 what was given is there, and a card that has nothing has no row");
}

static void test_second_run(struct books *b)
{
    struct state state;
    books_begin(b);
    struct claims *claims = load(b, &state);
    struct claim *ann = claims_find(claims, books_card + 1), *bob = claims_find(claims, books_card + 2);
    CHECK(ann && ann->topup_fen == 500 && !ann->is_changed, "DESIGN 3.3 the next run begins with it");
    CHECK_TEXT(show_lots(ann), "a3 -4", "P-08 also with the lots");
    CHECK_INT(bob->advance_fen, 70, "P-11 and with what is to be paid back");
    CHECK_INT(claim_draw_subsidy(ann, 5), 5, "P-08 a draw takes from two lots");
    CHECK_INT(claim_repay_advance(bob, 70), 70, "P-11 a top-up pays all back");
    books_must(b, claims_write(claims, &b->run, &b->e));
    end(b);
    CHECK_TEXT(ask_claims(b), "1:500/0/infinity=2", "DESIGN 3.3 a claim that holds nothing goes");
}

static void test_nothing_changed(struct books *b)
{
    struct state state;
    const char *sql = "SELECT string_agg(card_no || '.' || run_id, ' ') FROM ledger.card_claim";
    const char *before = books_ask(b, sql);
    books_begin(b);
    books_must(b, claims_write(load(b, &state), &b->run, &b->e));
    end(b);
    CHECK_TEXT(books_ask(b, sql), before, "DESIGN 3.3 a claim that did not change is not written");
}

/* A run that read before another one wrote. */
static void test_stale_run(struct books *b, bool is_known)
{
    struct books other = *b;
    struct state state;
    int64_t card_no = books_card + (is_known ? 1 : 2);
    books_must(b, db_open(&other.db, b->conninfo, "daybook-test", &other.e));
    books_begin(b);
    struct claims *claims = load(b, &state);
    struct claim *mine = claims_make(claims, card_no, &b->e);
    books_must(b, mine && claim_add_topup(mine, 1, &b->e));
    books_begin(&other);
    struct claims *theirs = load(&other, &state);
    struct claim *claim = claims_make(theirs, card_no, &b->e);
    books_must(b, claim && claim_add_topup(claim, 2, &b->e) && claims_write(theirs, &other.run, &other.e));
    end(&other);
    db_close(other.db);
    CHECK(!claims_write(claims, &b->run, &b->e), "DESIGN 3.3 a run that read an old claim writes none");
    CHECK_TEXT(b->e.constraint, is_known ? "card_claim_read" : "card_claim_pkey", "DESIGN 3.3 whoever comes second");
    ledger_run_abandon(&b->run);
    books_must(b, db_exec(b->db, "RESET ROLE", &b->e));
    arena_close(b->arena);
}

static void test_rights(struct books *b)
{
    static const char *const changes[] = {"UPDATE ledger.card_claim SET topup_fen = 0", "DELETE FROM ledger.subsidy_lot",
                                          "INSERT INTO ledger.card_claim VALUES (1, 1, 1, 1)"};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        books_must(b, db_exec(b->db, "SET ROLE daybook_job", &b->e));
        CHECK(!db_exec(b->db, changes[i], &b->e) && strcmp(b->e.code, "42501") == 0,
              "DESIGN 8 a job changes claims through the owner's functions only");
        books_must(b, db_exec(b->db, "RESET ROLE", &b->e));
    }
    CHECK(!db_exec(b->db, "UPDATE ledger.card_claim SET topup_fen = -1", &b->e) &&
              strcmp(b->e.constraint, "claim_topup_not_negative") == 0,
          "RULES 2 what a card may claim is never below zero");
}

int main(void)
{
    struct books b;
    test_lots();
    test_lapse();
    test_move();
    test_sums();
    test_find();
    if (!getenv("DAYBOOK_TEST_CONNINFO")) {
        printf("# the rest needs DAYBOOK_TEST_CONNINFO\n");
        return tap_end();
    }
    if (!books_open(&b, "daybook_claim_test"))
        return 0;
    test_first_run(&b);
    test_second_run(&b);
    test_nothing_changed(&b);
    test_stale_run(&b, true);
    test_stale_run(&b, false);
    test_rights(&b);
    books_close(&b, "daybook_claim_test");
    return tap_end();
}
