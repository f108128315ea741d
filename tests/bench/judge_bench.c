/* How many records a second one core judges, without TACs and without a database: what, the flags and the
 * chains cost. A healthy night of 1,000 terminals and 300,000 cards lies in memory, the way state_load leaves it. One line
 * a figure, for tests/bench/run: name, records, seconds. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ledger/judge.h"

enum {
    DEVICES = 1000,
    A_DEVICE = 1000, /* records */
    COUNT = DEVICES * A_DEVICE,
    CARDS = 300000,
    SCHOOLS = 200,
    MERCHANTS = 1000,
    OPEN_DATE = 20514,
    OPENING_FEN = 50000,
    AMOUNT_FEN = 500
};
static const int64_t first_school = 2137000001, first_card = 370102010000000000;

struct night {
    struct arena *arena;
    struct ledger_run run;
    struct batch batch;
    struct state state;
    struct judge_rules rules;
    struct judge judge;
};

static double now_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int64_t school_of_device(uint32_t device)
{
    return first_school + device / (DEVICES / SCHOOLS);
}

static bool open_state(struct night *n, struct err *e)
{
    struct state *s = &n->state;
    *s = (struct state){.arena = n->arena, .terminal_count = DEVICES, .merchant_count = MERCHANTS, .device_count = DEVICES,
                        .epoch_count = DEVICES, .card_count = CARDS};
    s->terminals = arena_array(n->arena, DEVICES, sizeof *s->terminals, e);
    s->merchants = s->terminals ? arena_array(n->arena, MERCHANTS, sizeof *s->merchants, e) : NULL;
    s->devices = s->merchants ? arena_array(n->arena, DEVICES, sizeof *s->devices, e) : NULL;
    s->epochs = s->devices ? arena_array(n->arena, DEVICES, sizeof *s->epochs, e) : NULL;
    s->cards = s->epochs ? arena_array(n->arena, CARDS, sizeof *s->cards, e) : NULL;
    if (!s->cards)
        return false;
    for (uint32_t i = 0; i < DEVICES; i++) {
        int64_t school = school_of_device(i);
        s->terminals[i] = (struct terminal_row){.device_no = 30000000 + i, .valid_from = OPEN_DATE - 400, .valid_to = DATE_NO_DAY,
                                                .school_code = school, .merchant_no = school * 100000 + i % 5, .first_seq = 1,
                                                .classes = {UINT64_MAX, UINT64_MAX}};
        s->merchants[i] = (struct merchant){school * 100000 + i % 5, school};
        s->devices[i] = (struct device){.device_no = 30000000 + i, .first_row = i, .row_count = 1, .school_code = school};
        s->epochs[i] = (struct device_epoch){.device_index = i, .floor = 1};
    }
    state_place_merchants(s);
    for (uint32_t i = 0; i < CARDS; i++) {
        s->cards[i] = (struct card){.card_no = first_card + i, .school_code = first_school + i / (CARDS / SCHOOLS),
                                    .on_file = true, .card_class = 1, .expires_on = OPEN_DATE + 1000,
                                    .opening_fen = OPENING_FEN, .purse_fen = OPENING_FEN, .day = DATE_NO_DAY,
                                    .was_day = DATE_NO_DAY};
        s->cards[i].tail = (struct tail){.occurred_at = DATE_NO_MOMENT, .after_fen = OPENING_FEN, .exists = true};
    }
    return true;
}

/* Each school's cards come to its five terminals in turn, as in make_night. */
static struct record record_at(uint32_t device, uint32_t place)
{
    enum { DEVICES_A_SCHOOL = DEVICES / SCHOOLS, CARDS_A_SCHOOL = CARDS / SCHOOLS };
    uint32_t visit = place * DEVICES_A_SCHOOL + device % DEVICES_A_SCHOOL;
    uint32_t turn = visit / CARDS_A_SCHOOL, card = (visit + turn * 3) % CARDS_A_SCHOOL;
    uint32_t card_index = device / DEVICES_A_SCHOOL * CARDS_A_SCHOOL + card;
    return (struct record){.card_no = first_card + card_index,
                           .occurred_at = date_moment(OPEN_DATE, 6, 30, 0) + (int64_t)visit * 46800 /
                                                                                (A_DEVICE * DEVICES_A_SCHOOL),
                           .digest = (uint64_t)device << 32 | place,
                           .device_no = 30000000 + device,
                           .device_seq = place + 1,
                           .before_fen = OPENING_FEN - turn * AMOUNT_FEN,
                           .amount_fen = AMOUNT_FEN,
                           .after_fen = OPENING_FEN - (turn + 1) * AMOUNT_FEN,
                           .counter = turn + 1,
                           .record_no = place + 1,
                           .file_index = device,
                           .card_index = card_index,
                           .kind = 0x06,
                           .tac_state = TAC_GOOD};
}

static bool open_batch(struct night *n, struct err *e)
{
    batch_open(&n->batch, n->arena);
    struct record *records = batch_add_records(&n->batch, COUNT, e);
    if (!records)
        return false;
    for (uint32_t i = 0; i < DEVICES; i++) {
        struct batch_package *package = batch_add_package(&n->batch, e);
        struct batch_file *file = package ? batch_add_file(&n->batch, e) : NULL;
        if (!file)
            return false;
        *package = (struct batch_package){.archive_id = i + 1, .school_code = school_of_device(i), .first_file = i,
                                          .made_at = date_moment(OPEN_DATE, 21, 30, 0), .file_count = 1};
        *file = (struct batch_file){.package_index = i, .file_no = 1, .device_no = 30000000 + i, .has_device = true,
                                    .first_record = i * A_DEVICE, .record_count = A_DEVICE, .unit_index = i};
        for (uint32_t k = 0; k < A_DEVICE; k++)
            records[i * A_DEVICE + k] = record_at(i, k);
    }
    batch_end_arrivals(&n->batch);
    return true;
}

static bool open_night(struct night *n, struct err *e)
{
    *n = (struct night){.run = {.run_id = 7, .open_date = OPEN_DATE},
                        .rules = {.bad_time_after_s = 600, .bad_time_before_days = 180,
                                  .meals = {10 * 3600, 14 * 3600, 20 * 3600}}};
    for (int c = 0; c < CARD_CLASS_COUNT; c++) {
        n->rules.single_fen[c] = 20000;
        n->rules.day_fen[c] = 50000;
    }
    if (!arena_open(&n->arena, (size_t)1 << 30, e) || !open_state(n, e) || !open_batch(n, e))
        return false;
    n->judge = (struct judge){.batch = &n->batch, .state = &n->state, .rules = &n->rules, .run = &n->run,
                              .open_date = OPEN_DATE, .ordinals = COUNT,
                              .decisions = calloc(COUNT + 1, sizeof *n->judge.decisions),
                              .sorted = calloc(COUNT + 1, sizeof *n->judge.sorted)};
    return n->judge.decisions && n->judge.sorted ? true : err_set(e, ERR_BUG, "no memory for %d decisions", COUNT);
}

/* Every record is to be accepted as it is: else what was measured is not a healthy night. */
static bool expect_accepted(const struct night *n, struct err *e)
{
    for (uint32_t i = 0; i < COUNT; i++)
        if (n->batch.records[i].verdict != VERDICT_ACCEPTED || n->batch.records[i].flags != 0)
            return err_set(e, ERR_BUG, "record %u has verdict %d, flags %d", i, n->batch.records[i].verdict,
                           n->batch.records[i].flags);
    return true;
}

static bool measure(struct night *n, struct err *e)
{
    static const struct {
        const char *name;
        bool (*step)(struct judge *judge, struct err *e);
    } steps[] = {{"judge_sequences", judge_sequences},
                 {"judge_cards", judge_cards},
                 {"judge_held", judge_held},
                 {"judge_chains", judge_chains}};
    double all_s = 0;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        double begun_s = now_s();
        if (!steps[i].step(&n->judge, e))
            return false;
        double step_s = now_s() - begun_s;
        (void)fprintf(stderr, "%s\t%.6f\n", steps[i].name, step_s);
        all_s += step_s;
    }
    printf("judge\t%d\t%.6f\n", COUNT, all_s);
    return expect_accepted(n, e);
}

int main(void)
{
    static struct night n;
    struct err e = {0};
    bool done = open_night(&n, &e) && measure(&n, &e);
    if (!done)
        (void)fprintf(stderr, "judge_bench: %s\n", e.message);
    judge_close(&n.judge);
    batch_close(&n.batch);
    arena_close(n.arena);
    return done ? 0 : 1;
}
