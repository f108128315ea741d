/* What a terminal that is broken or hostile can bring of one card or one sequence: judged in a number of steps that grows with
 * the records and not with their square, and with the same answers as the rule read plainly. */
#include "ledger/chain.h"
#include "tests/unit/ledger/judge_sample.h"

enum { MANY = 30000, STEPS_EACH = 300 }; /* of 30,000 asked about each other it is 15,000 and more */

static struct sample s;

/* Adds count records of Ann's at the terminal in A: good purchases of 1 fen with counters and sequences one after the other. */
static struct record *add_many(uint32_t count)
{
    uint32_t first = s.batch.record_count;
    struct record *r = batch_add_records(&s.batch, count, &s.e);
    ALWAYS(r);
    for (uint32_t i = 0; i < count; i++) {
        r[i] = (struct record){.card_no = s.cards[CARD_ANN].card_no, .occurred_at = sample_moment(0, 12, 0, 0) + first + i,
                               .digest = 1000 + first + i, .device_no = s.devices[FILE_A].device_no,
                               .device_seq = 1 + first + i, .record_no = 1 + first + i, .file_index = FILE_A,
                               .card_index = CARD_ANN, .counter = SAMPLE_COUNTER + 1 + first + i, .tac = {1, 2, 3, 4},
                               .kind = RECORD_PURCHASE, .tac_state = TAC_GOOD};
        sample_amount(&r[i], 1000000 - first - i, 1);
    }
    return r;
}

static void judge_all(void)
{
    sample_judge(&s);
    ALWAYS(judge_held(&s.judge, &s.e));
}

static uint32_t count_outcome(enum held_outcome outcome)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s.judge.held_count; i++)
        count += s.judge.held[i].outcome == outcome;
    return count;
}

static bool has_few_steps(const char *what)
{
    printf("# %s: %" PRIu64 " steps, %.1f for a record\n", what, s.judge.steps,
           (double)s.judge.steps / s.batch.arrived_records);
    return s.judge.steps < (uint64_t)STEPS_EACH * s.batch.arrived_records;
}

static void test_conflicts(void)
{
    sample_open(&s);
    struct record *r = add_many(2 * MANY);
    for (uint32_t i = 0; i < 2 * MANY; i++) {
        r[i].device_seq = 1;
        r[i].digest = 5000 + i % MANY;
    }
    judge_all();
    CHECK(has_few_steps("conflicts"), "R-03 conflicts of one sequence are each found in a few steps");
    CHECK_INT(sample_exceptions(&s, VERDICT_CONFLICT), MANY - 1, "R-03 each other content is a conflict once");
    CHECK_INT(s.batch.records[2 * MANY - 1].verdict, VERDICT_DUPLICATE, "R-02 its copy is a duplicate");
    sample_close(&s);
}

static void make_reversal(struct record *r, const struct record *purchase)
{
    r->kind = RECORD_REVERSAL;
    r->tac_state = TAC_UNCHECKED;
    r->reference = purchase->device_seq;
    r->counter = purchase->counter;
    sample_amount(r, purchase->after_fen, purchase->amount_fen);
}

static void test_reversals(void)
{
    sample_open(&s);
    struct record *r = add_many(3 * MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        make_reversal(&r[MANY + i], &r[i]);
        make_reversal(&r[2 * MANY + i], &r[i]);
    }
    judge_all();
    CHECK(has_few_steps("reversals"), "R-08 each reversal of a card finds its purchase in a few steps");
    CHECK_INT(s.judge.reversal_count, MANY, "R-08 each purchase is reversed once");
    CHECK_INT(count_outcome(HELD_UNDECIDED), MANY, "R-08 the others wait");
    sample_close(&s);
}

/* Each gray is decided by the one behind it: round after round one more. */
static void test_row_of_grays(bool have_reversals)
{
    sample_open(&s);
    struct record *r = add_many(2 * MANY + 1);
    for (uint32_t i = 0; i < MANY; i++) {
        r[i].mark = 1;
        make_reversal(&r[MANY + 1 + i], &r[i]);
        r[MANY + 1 + i].reference += have_reversals ? 0 : MANY * 5;
    }
    judge_all();
    CHECK(has_few_steps("a row of grays"), "R-07 grays that wait for each other are asked a few times each");
    CHECK_INT(count_outcome(HELD_POSTED), have_reversals ? 2 * MANY : MANY, "R-07 all grays of a row are posted");
    sample_close(&s);
}

static void add_carried(uint32_t carrier, const struct record *r)
{
    struct batch_carried *carried = batch_add_carried(&s.batch, &s.e);
    ALWAYS(carried);
    *carried = (struct batch_carried){.record_index = carrier, .counter = r->counter, .amount_fen = r->amount_fen,
                                      .occurred_at = r->occurred_at, .kind = RECORD_PURCHASE};
}

/* Half of them could all be posted at the end of each round, behind a reversal, and none of them any more when its turn
 * comes, behind the gray that is carried by then. */
static void test_turning_grays(void)
{
    enum { HALF = MANY / 2 };
    sample_open(&s);
    struct record *r = add_many(MANY + 1);
    for (uint32_t i = 0; i < HALF; i++) {
        struct record *waits = &r[i], *turns = &r[HALF + i];
        waits->mark = 1;
        waits->counter = 20000 + i;
        waits->occurred_at = sample_moment(0, 12, 0, 0);
        sample_amount(waits, 700, 100);
        turns->mark = i % 2 == 0;
        turns->counter = 19000 - i;
        sample_amount(turns, 900 + i, 1);
        if (i % 2 == 1) {
            make_reversal(turns, turns - 1);
            turns->counter = 40000 + i;
            sample_amount(turns, 600, 1);
        }
        turns->occurred_at = sample_moment(0, 20, 0, 0) - i;
    }
    r[MANY].counter = 60000;
    r[MANY].occurred_at = sample_moment(0, 21, 0, 0);
    for (uint32_t i = 0; i < HALF; i += 2)
        add_carried(i == 0 ? MANY : HALF + i - 2, &r[HALF + i]);
    judge_all();
    CHECK(has_few_steps("turning grays"), "R-07 grays whose answer turns round are asked a few times each");
    CHECK_INT(count_outcome(HELD_POSTED), MANY, "R-07 the last that is posted decides them");
    sample_close(&s);
}

/* Each is carried by one that is not accepted either. */
static void test_carried_grays(void)
{
    sample_open(&s);
    struct record *r = add_many(MANY + 1);
    for (uint32_t i = 0; i < MANY; i++) {
        r[i].mark = 1;
        sample_amount(&r[i], 5 + 3 * i, 2);
    }
    for (uint32_t i = 1; i <= MANY; i++)
        add_carried(i, &r[i - 1]);
    judge_all();
    CHECK(has_few_steps("carried grays"), "R-07 grays that carry each other are asked a few times each");
    CHECK_INT(count_outcome(HELD_POSTED), MANY, "R-07 a gray carries when it is posted");
    sample_close(&s);
}

/* ---- the rule read plainly */

enum { FEW = 24 };

/* What is accepted by now; posted grays and reversals in the order in which they were. */
static uint32_t accepted[2 * FEW];
static uint32_t accepted_count;
static enum held_outcome outcomes[FEW];
static bool is_reversed[FEW];

static bool plain_carried(const struct record *r)
{
    for (uint32_t i = 0; i < s.batch.carried_count; i++)
        for (uint32_t k = 0; k < accepted_count; k++) {
            const struct batch_carried *c = &s.batch.carried[i];
            if (accepted[k] == c->record_index && c->kind == RECORD_PURCHASE && c->counter == r->counter &&
                c->amount_fen == r->amount_fen && c->occurred_at == r->occurred_at)
                return true;
        }
    return false;
}

/* The first one accepted behind a gray; of those that nothing sets apart the one that came first. */
static const struct record *plain_behind(const struct record *r, uint32_t index)
{
    const struct record *first = NULL;
    struct chain_link own = chain_link_of(r, index), best = {0};
    for (uint32_t k = 0; k < accepted_count; k++) {
        const struct record *other = &s.batch.records[accepted[k]];
        struct chain_link link = chain_link_of(other, k);
        if (chain_compare(&link, &own) > 0 && (!first || chain_compare(&link, &best) < 0)) {
            first = other;
            best = link;
        }
    }
    return first;
}

static enum held_outcome plain_answer(uint32_t index)
{
    const struct record *r = &s.batch.records[index];
    for (uint32_t k = 0; k < accepted_count && r->kind == RECORD_REVERSAL; k++) {
        const struct record *p = &s.batch.records[accepted[k]];
        if (record_is_purchase(p) && p->device_no == r->device_no && p->device_seq == r->reference &&
            p->amount_fen == r->amount_fen && !is_reversed[accepted[k]]) {
            is_reversed[accepted[k]] = true;
            return HELD_POSTED;
        }
    }
    if (r->kind == RECORD_REVERSAL)
        return HELD_UNDECIDED;
    for (uint32_t k = 0; k < accepted_count; k++) {
        const struct record *p = &s.batch.records[accepted[k]];
        if (record_is_purchase(p) && p->counter == r->counter)
            return HELD_VOID;
    }
    if (plain_carried(r))
        return HELD_POSTED;
    const struct record *behind = plain_behind(r, index);
    if (!behind)
        return HELD_UNDECIDED;
    return behind->before_fen == r->after_fen ? HELD_POSTED : behind->before_fen == r->before_fen ? HELD_VOID : HELD_UNDECIDED;
}

/* Asks in the order that judge_held has put them into. */
static void ask_plainly(void)
{
    bool has_changed = true;
    while (has_changed) {
        has_changed = false;
        for (uint32_t i = 0; i < s.judge.held_count; i++) {
            uint32_t index = s.judge.held[i].record_index;
            if (outcomes[index] != HELD_UNDECIDED)
                continue;
            outcomes[index] = plain_answer(index);
            has_changed |= outcomes[index] != HELD_UNDECIDED;
            if (outcomes[index] == HELD_POSTED)
                accepted[accepted_count++] = index;
        }
    }
}

static uint32_t random_below(uint32_t limit)
{
    static uint64_t state = 20260303;
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state >> 33) % limit;
}

/* Few counters, times, balances and amounts, so that they meet. */
static void add_random(uint32_t count, uint32_t variety)
{
    struct record *r = add_many(count);
    for (uint32_t i = 0; i < count; i++) {
        r[i].counter = SAMPLE_COUNTER + 1 + random_below(2 * variety);
        r[i].occurred_at = sample_moment(0, 12, 0, 0) + random_below(2 * variety);
        sample_amount(&r[i], 100 + random_below(variety), 1 + random_below(2));
        r[i].mark = random_below(4) != 0;
        if (random_below(4) == 0) {
            r[i].mark = 0;
            uint32_t counter = r[i].counter;
            make_reversal(&r[i], &r[random_below(count)]);
            r[i].counter = random_below(2) ? counter : r[i].counter;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct record *other = &r[random_below(count)];
        if (r[i].kind != RECORD_REVERSAL && random_below(4) == 0)
            add_carried(i, other);
    }
}

static bool is_as_plain(void)
{
    memset(outcomes, 0, sizeof outcomes);
    memset(is_reversed, 0, sizeof is_reversed);
    accepted_count = 0;
    sample_judge(&s);
    uint32_t at = s.batch.record_count;
    for (uint32_t k = 0; k < s.judge.sorted_count; k++)
        if (s.batch.records[s.judge.sorted[k]].verdict == VERDICT_ACCEPTED)
            accepted[accepted_count++] = s.judge.sorted[k];
    for (uint32_t i = 0; i < s.judge.reversal_count; i++)
        is_reversed[s.judge.reversals[i].purchase_index] = true;
    /* Of records that nothing sets apart the one that arrived first is first. */
    for (uint32_t i = 1; i < accepted_count; i++)
        for (uint32_t k = i; k > 0 && accepted[k] < accepted[k - 1]; k--) {
            uint32_t index = accepted[k];
            accepted[k] = accepted[k - 1];
            accepted[k - 1] = index;
        }
    uint32_t before = accepted_count;
    ALWAYS(judge_held(&s.judge, &s.e));
    ask_plainly();
    bool agrees = at + accepted_count - before == s.batch.record_count;
    for (uint32_t i = 0; i < s.judge.held_count; i++)
        agrees = agrees && s.judge.held[i].outcome == outcomes[s.judge.held[i].record_index];
    for (uint32_t i = before; agrees && i < accepted_count; i++)
        agrees = s.batch.records[at + i - before].device_seq == s.batch.records[accepted[i]].device_seq;
    return agrees;
}

static void test_as_plain(void)
{
    bool all_agree = true;
    uint32_t counts[4] = {0};
    for (int round = 0; round < 20000; round++) {
        sample_open(&s);
        add_random(2 + random_below(FEW - 1), 2 + random_below(8));
        all_agree = is_as_plain() && all_agree;
        for (enum held_outcome i = HELD_UNDECIDED; i <= HELD_VOID; i++)
            counts[i] += count_outcome(i);
        sample_close(&s);
    }
    CHECK(all_agree, "R-07 R-08 asking what can have changed answers, in the same order, as asking all round after round");
    CHECK(counts[HELD_UNDECIDED] > 10000 && counts[HELD_POSTED] > 10000 && counts[HELD_VOID] > 10000, "all answers are met");
}

int main(void)
{
    test_conflicts();
    test_reversals();
    test_row_of_grays(true);
    test_row_of_grays(false);
    test_turning_grays();
    test_carried_grays();
    test_as_plain();
    return tap_end();
}
