/* judge_sample: two schools with a merchant and a terminal each, three cards, two packages, all in memory; a test adds
 * records, changes what it is about, and judges. Nothing here asks a database: contents, own days and chains that lie
 * before the run are the matter of posting_test. */
#ifndef DAYBOOK_TESTS_JUDGE_SAMPLE_H
#define DAYBOOK_TESTS_JUDGE_SAMPLE_H

#include <stdlib.h>

#include "ledger/judge.h"
#include "tests/unit/tap.h"

static const int64_t school_a = 2113010001, school_b = 2113010002;
static const int64_t merchant_a = 211301000100001, merchant_b = 211301000200001;

enum sample_file { FILE_A, FILE_B, FILE_STRANGE, FILE_COUNT };     /* of terminals in A and B, and of one not on file */
enum sample_card { CARD_ANN, CARD_BEN, CARD_STRANGE, CARD_COUNT }; /* of A and of B; not on file */
enum { SAMPLE_OPEN_DATE = 20515, SAMPLE_COUNTER = 10 };            /* 2026-03-03; the opening counter of Ann and Ben */

struct sample {
    struct arena *arena;
    struct ledger_run run;
    struct batch batch;
    struct judge_rules rules;
    struct state state;
    struct judge judge;
    struct terminal_row terminals[2];
    struct merchant merchants[2];
    struct device devices[FILE_COUNT];
    struct device_epoch epochs[FILE_COUNT];
    struct card cards[CARD_COUNT];
    struct loss losses[4];
    struct err e;
};

/* A moment of the open date, or some days from it. */
static inline int64_t sample_moment(int days, int hour, int minute, int second)
{
    return date_moment(SAMPLE_OPEN_DATE + days, hour, minute, second);
}

static inline void sample_card_on_file(struct card *card, int64_t card_no, int64_t school_code)
{
    *card = (struct card){.card_no = card_no, .school_code = school_code, .on_file = true, .chip = CHIP_3DES,
                          .card_class = 1, .status = CARD_NORMAL, .expires_on = SAMPLE_OPEN_DATE + 1000,
                          .opening = {SAMPLE_COUNTER, 0}, .opening_fen = 20000, .purse_fen = 20000,
                          .was_purse_fen = 20000, .was_day = DATE_NO_DAY, .day = DATE_NO_DAY};
    card->tail = (struct tail){.occurred_at = DATE_NO_MOMENT, .after_fen = 20000, .exists = true,
                               .counter = SAMPLE_COUNTER, .offline = SAMPLE_COUNTER, .online = 0};
}

static inline void sample_open_state(struct sample *s)
{
    s->terminals[0] = (struct terminal_row){10000001, SAMPLE_OPEN_DATE - 400, DATE_NO_DAY, school_a, merchant_a, 1,
                                            {UINT64_MAX, UINT64_MAX}, STATE_NONE};
    s->terminals[1] = (struct terminal_row){10000002, SAMPLE_OPEN_DATE - 400, DATE_NO_DAY, school_b, merchant_b, 1,
                                            {UINT64_MAX, UINT64_MAX}, STATE_NONE};
    s->merchants[0] = (struct merchant){merchant_a, school_a};
    s->merchants[1] = (struct merchant){merchant_b, school_b};
    s->devices[FILE_A] = (struct device){.device_no = 10000001, .row_count = 1, .school_code = school_a};
    s->devices[FILE_B] = (struct device){.device_no = 10000002, .first_row = 1, .row_count = 1, .school_code = school_b};
    s->devices[FILE_STRANGE] = (struct device){.device_no = 99999999, .school_code = school_a};
    for (uint32_t i = 0; i < FILE_COUNT; i++)
        s->epochs[i] = (struct device_epoch){.device_index = i, .floor = 1};
    sample_card_on_file(&s->cards[CARD_ANN], INT64_C(330106010000000018), school_a);
    sample_card_on_file(&s->cards[CARD_BEN], INT64_C(330106010000000026), school_b);
    s->cards[CARD_STRANGE] = (struct card){.card_no = INT64_C(330106010000000034), .was_day = DATE_NO_DAY,
                                           .day = DATE_NO_DAY};
    s->cards[CARD_STRANGE].tail = (struct tail){.occurred_at = DATE_NO_MOMENT, .offline = -1, .online = -1};
    s->state = (struct state){.arena = s->arena, .terminals = s->terminals, .terminal_count = 2,
                              .merchants = s->merchants, .merchant_count = 2, .devices = s->devices,
                              .device_count = FILE_COUNT, .epochs = s->epochs, .epoch_count = FILE_COUNT,
                              .cards = s->cards, .card_count = CARD_COUNT, .losses = s->losses};
}

static inline void sample_open_batch(struct sample *s)
{
    static const int64_t schools[2] = {school_a, school_b};
    static const uint32_t package_of[FILE_COUNT] = {0, 1, 0};
    batch_open(&s->batch, s->arena);
    for (int i = 0; i < 2; i++) {
        struct batch_package *package = batch_add_package(&s->batch, &s->e);
        ALWAYS(package);
        *package = (struct batch_package){.archive_id = 100 + i, .school_code = schools[i],
                                          .made_at = sample_moment(0, 22, 0, 0)};
    }
    for (uint32_t i = 0; i < FILE_COUNT; i++) {
        struct batch_file *file = batch_add_file(&s->batch, &s->e);
        ALWAYS(file);
        *file = (struct batch_file){.package_index = package_of[i], .file_no = (int32_t)i + 1, .name = "log",
                                    .format = "pos-bin/1", .device_no = s->devices[i].device_no, .has_device = true,
                                    .unit_index = i};
    }
}

static inline void sample_open(struct sample *s)
{
    *s = (struct sample){.run = {.run_id = 7, .open_date = SAMPLE_OPEN_DATE},
                         .rules = {.bad_time_after_s = 600, .bad_time_before_days = 180,
                                   .meals = {10 * 3600, 14 * 3600, 20 * 3600}}};
    for (int c = 0; c < CARD_CLASS_COUNT; c++) {
        s->rules.single_fen[c] = 20000;
        s->rules.day_fen[c] = 50000;
    }
    ALWAYS(arena_open(&s->arena, (size_t)64 << 20, &s->e));
    sample_open_state(s);
    sample_open_batch(s);
}

static inline void sample_close(struct sample *s)
{
    judge_close(&s->judge);
    free(s->state.carried);
    batch_close(&s->batch);
    arena_close(s->arena);
}

/* Adds a good purchase of 5.00 yuan at noon of the open date, Ann's first; what differs is changed by the caller. The
 * sequence is the next of its terminal. At most 64 in a test: their places do not move. */
static inline struct record *sample_add(struct sample *s, enum sample_file file)
{
    uint32_t index = s->batch.record_count;
    struct record *r = batch_add_records(&s->batch, 1, &s->e);
    ALWAYS(r && index < 64);
    uint32_t sequence = 1;
    for (uint32_t i = 0; i < index; i++)
        sequence += s->batch.records[i].device_no == s->devices[file].device_no;
    *r = (struct record){.card_no = s->cards[CARD_ANN].card_no, .occurred_at = sample_moment(0, 12, 0, 0),
                         .digest = 1000 + index, .device_no = s->devices[file].device_no, .device_seq = sequence,
                         .before_fen = 20000, .amount_fen = 500, .after_fen = 19500, .record_no = sequence,
                         .file_index = (uint32_t)file, .card_index = CARD_ANN, .counter = SAMPLE_COUNTER + 1,
                         .tac = {1, 2, 3, 4}, .kind = RECORD_PURCHASE, .tac_state = TAC_GOOD};
    return r;
}

static inline void sample_use_card(struct sample *s, struct record *r, enum sample_card card)
{
    r->card_index = (uint32_t)card;
    r->card_no = s->cards[card].card_no;
}

static inline void sample_amount(struct record *r, uint32_t before_fen, uint32_t amount_fen)
{
    r->before_fen = before_fen;
    r->amount_fen = amount_fen;
    r->after_fen = record_is_purchase(r) ? before_fen - amount_fen : before_fen + amount_fen;
}

static inline void sample_spoil(struct sample *s, struct record *r)
{
    r->malformed = MALFORMED_CRC;
    struct batch_raw raw = {.index = (uint32_t)(r - s->batch.records), .length = 9, .bytes = "raw bytes"};
    ALWAYS(batch_add_raw(&s->batch, &raw, &s->e));
}

/* A file holds its records one after the other, so each stretch of one terminal's records becomes a file of its own. */
static inline void sample_end_arrivals(struct sample *s)
{
    s->batch.file_count = FILE_COUNT;
    for (uint32_t i = 0; i < s->batch.record_count; i++) {
        struct record *r = &s->batch.records[i];
        uint32_t file = 0;
        while (s->devices[file].device_no != r->device_no)
            file++;
        if (i == 0 || r->device_no != r[-1].device_no) {
            struct batch_file *copy = batch_add_file(&s->batch, &s->e);
            ALWAYS(copy);
            *copy = s->batch.files[file];
            copy->first_record = i;
            copy->record_count = 0;
        }
        r->file_index = s->batch.file_count - 1;
        s->batch.files[r->file_index].record_count++;
    }
    batch_end_arrivals(&s->batch);
}

/* The judge with all that its steps need, and no step taken. */
static inline void sample_prepare(struct sample *s)
{
    size_t count = 2 * (size_t)s->batch.record_count + 1;
    judge_close(&s->judge);
    sample_end_arrivals(s);
    state_place_merchants(&s->state);
    s->judge = (struct judge){.batch = &s->batch, .state = &s->state, .rules = &s->rules, .run = &s->run,
                              .open_date = s->run.open_date, .ordinals = (uint32_t)count - 1,
                              .decisions = calloc(count, sizeof *s->judge.decisions),
                              .sorted = calloc(count, sizeof *s->judge.sorted)};
    ALWAYS(s->judge.decisions && s->judge.sorted);
}

/* and the flags. */
static inline void sample_judge(struct sample *s)
{
    sample_prepare(s);
    ALWAYS(judge_sequences(&s->judge, &s->e) && judge_cards(&s->judge, &s->e));
}

/* How many exceptions of a verdict there are. */
static inline int sample_exceptions(const struct sample *s, int verdict)
{
    int count = 0;
    for (uint32_t i = 0; i < s->judge.exceptions.count; i++)
        count += s->judge.exceptions.rows[i].verdict == verdict;
    return count;
}

#endif
