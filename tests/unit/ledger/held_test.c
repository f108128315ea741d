/* asked again at the end of a run, without a database: rows of records of one card, and what becomes of each. */
#include <stdio.h>
#include <string.h>

#include "ledger/chain.h"
#include "tests/unit/ledger/judge_sample.h"

enum { LINES_MAX = 5 };

/* A line of Ann's at a terminal in A. after follows from before and amount. */
struct line {
    int kind;
    int counter;
    int minute; /* of noon */
    uint32_t before_fen, amount_fen;
    bool is_gray;
    uint32_t reference;
};

static struct sample s;

static void add_lines(const struct line *lines)
{
    for (int i = 0; i < LINES_MAX && lines[i].kind != 0; i++) {
        struct record *r = sample_add(&s, FILE_A);
        r->kind = (uint8_t)lines[i].kind;
        r->counter = (uint32_t)lines[i].counter;
        r->occurred_at = sample_moment(0, 12, lines[i].minute, 0);
        r->mark = lines[i].is_gray;
        r->reference = lines[i].reference;
        if (r->kind == RECORD_REVERSAL)
            r->tac_state = TAC_UNCHECKED;
        sample_amount(r, lines[i].before_fen, lines[i].amount_fen);
    }
}

static char letter_of(uint32_t index)
{
    static const char letters[] = {[HELD_UNDECIDED] = '?', [HELD_POSTED] = 'P', [HELD_VOID] = 'V', [HELD_REFUSED] = 'R'};
    for (uint32_t i = 0; i < s.judge.held_count; i++)
        if (s.judge.held[i].record_index == index)
            return letters[s.judge.held[i].outcome];
    return s.batch.records[index].verdict == VERDICT_ACCEPTED ? '.' : 'x';
}

static void test_outcomes(void)
{
    static const struct {
        const char *fact;
        struct line lines[LINES_MAX];
        const char *wanted; /* . accepted, x held for good, P posted, V void, R refused, ? undecided */
    } rows[] = {
        {"R-07 a gray whose next transaction begins with its after is posted", {{6, 11, 0, 20000, 500, true, 0}, {6, 12, 1, 19500, 100, false, 0}}, "P."},
        {"R-07 a gray whose next transaction begins with its before is void", {{6, 11, 0, 20000, 500, true, 0}, {6, 12, 1, 20000, 100, false, 0}}, "V."},
        {"R-07 a next transaction that knows neither leaves it held", {{6, 11, 0, 20000, 500, true, 0}, {6, 12, 1, 7, 1, false, 0}}, "?."},
        {"R-07 silence leaves it held", {{6, 11, 0, 20000, 500, true, 0}}, "?"},
        {"R-07 an accepted record with its counter makes it void, also one before it", {{6, 11, 0, 20000, 500, false, 0}, {6, 11, 1, 19500, 500, true, 0}}, ".V"},
        {"R-07 a gray not above the opening counter is void", {{6, 10, 0, 20000, 500, true, 0}}, "V"},
        {"R-07 the next transaction may be a load", {{6, 11, 0, 20000, 500, true, 0}, {2, 1, 1, 19500, 100, false, 0}}, "P."},
        {"R-07 a posted gray decides the one before it", {{6, 11, 0, 20000, 500, true, 0}, {6, 12, 1, 19500, 500, true, 0}, {6, 13, 2, 19000, 1, false, 0}}, "PP."},
        {"R-08 a reversal of an accepted purchase is accepted", {{6, 11, 0, 20000, 500, false, 0}, {0xFE, 11, 1, 19500, 500, false, 1}}, ".."},
        {"R-08 a purchase is reversed once", {{6, 11, 0, 20000, 500, false, 0}, {0xFE, 11, 1, 19500, 500, false, 1}, {0xFE, 11, 2, 20000, 500, false, 1}}, "..?"},
        {"R-08 another amount matches nothing", {{6, 11, 0, 20000, 500, false, 0}, {0xFE, 11, 1, 19500, 400, false, 1}}, ".?"},
        {"R-08 a reversal of a gray waits until that is posted", {{6, 11, 0, 20000, 500, true, 0}, {0xFE, 11, 1, 19500, 500, false, 1}, {6, 12, 2, 20000, 1, false, 0}}, "V?."},
        {"R-08 and is met in the same run", {{6, 11, 0, 20000, 500, true, 0}, {0xFE, 11, 5, 19500, 500, false, 1}, {6, 12, 2, 19500, 1, false, 0}}, "PP."},
        {"R-08 a reversal sorted before its purchase is met at the end", {{6, 12, 0, 20000, 500, false, 0}, {0xFE, 11, 1, 19500, 500, false, 1}}, ".P"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char got[LINES_MAX + 1] = "";
        sample_open(&s);
        add_lines(rows[i].lines);
        uint32_t count = s.batch.record_count;
        sample_judge(&s);
        ALWAYS(judge_held(&s.judge, &s.e));
        for (uint32_t k = 0; k < count; k++)
            got[k] = letter_of(k);
        CHECK_TEXT(got, rows[i].wanted, rows[i].fact);
        sample_close(&s);
    }
}

static void test_counts_stay(void)
{
    sample_open(&s);
    add_lines((const struct line[LINES_MAX]){{6, 11, 0, 20000, 500, true, 0}, {6, 12, 1, 19500, 100, false, 0}});
    sample_judge(&s);
    ALWAYS(judge_held(&s.judge, &s.e));
    CHECK_INT(s.batch.records[0].verdict, VERDICT_GRAY, "R-22 the first verdict of a gray stays");
    CHECK_INT(s.batch.record_count, 3, "a posted gray has a record of its own");
    CHECK(s.batch.records[2].verdict == VERDICT_ACCEPTED && s.batch.records[2].counter == 11, "which is accepted in its place");
    CHECK(judge_decides(&s.judge, 2) == ledger_run_id_of(&s.run, 0) && judge_decides(&s.judge, 1) == 0,
          "and names the held one");
    CHECK(ranges_has(&s.cards[CARD_ANN].accepted[0], 11), "R-07 a posted gray takes its counter");
    CHECK_INT(sample_exceptions(&s, VERDICT_GRAY), 1, "R-25 it has had its exception");
    CHECK(s.judge.exceptions.closing_count == 1 && s.judge.exceptions.closings[0].record_id == ledger_run_id_of(&s.run, 0),
          "R-25 which closes by itself");
    sample_close(&s);
}

/* A gray, and a record after it that repeats it as its previous transaction and says nothing by its own balance. */
static void test_carried_by(void (*spoil)(struct record *), int wanted, const char *fact)
{
    sample_open(&s);
    add_lines((const struct line[LINES_MAX]){{6, 11, 0, 20000, 500, true, 0}, {6, 12, 1, 7, 1, false, 0}});
    spoil(&s.batch.records[1]);
    struct batch_carried *carried = batch_add_carried(&s.batch, &s.e);
    ALWAYS(carried);
    *carried = (struct batch_carried){.record_index = 1, .counter = 11, .amount_fen = 500, .kind = RECORD_PURCHASE,
                                      .occurred_at = s.batch.records[0].occurred_at};
    sample_judge(&s);
    ALWAYS(judge_held(&s.judge, &s.e));
    CHECK_INT(letter_of(0), wanted, fact);
    CHECK_INT(s.state.carried_count, 1, "R-07 what a record carries is kept, also where it is held");
    sample_close(&s);
}

static void leave(struct record *r)
{
    (void)r;
}
static void spoil_tac(struct record *r)
{
    r->tac_state = TAC_DIFFERS;
}
static void spoil_sum(struct record *r)
{
    r->after_fen++;
}

static void test_carried(void)
{
    test_carried_by(leave, 'P', "R-07 an accepted record that carries a gray posts it");
    test_carried_by(spoil_tac, '?', "R-07 one whose TAC differs does not, while it is held");
    test_carried_by(spoil_sum, '?', "R-07 nor does one that does not add up");
}

static void test_refused_when_decided(void)
{
    sample_open(&s);
    s.losses[0] = (struct loss){.effective_at = sample_moment(-2, 9, 0, 0), .kind = LOSS_LOST, .known_on = SAMPLE_OPEN_DATE - 2};
    s.cards[CARD_ANN].loss_count = 1;
    add_lines((const struct line[LINES_MAX]){{6, 11, 0, 20000, 500, true, 0}, {6, 12, 1, 19500, 100, false, 0}});
    s.batch.records[0].list_version = 20260303;
    sample_judge(&s);
    ALWAYS(judge_held(&s.judge, &s.e));
    CHECK_INT(letter_of(0), 'R', "R-09 is asked of a gray when it is decided");
    CHECK_INT(sample_exceptions(&s, VERDICT_MERCHANT_PAYS), 1, "R-25 what it becomes has an exception");
    CHECK(!ranges_has(&s.cards[CARD_ANN].accepted[0], 11), "R-09 a refused gray takes no counter");
    sample_close(&s);
}

int main(void)
{
    test_outcomes();
    test_counts_stay();
    test_carried();
    test_refused_when_decided();
    return tap_end();
}
