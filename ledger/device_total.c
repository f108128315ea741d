#include "ledger/device_total.h"

#include <stdlib.h>

#include "base/order.h"
#include "ledger/status.h"

/* The newest epoch that was seen of a device; of one without records epoch 0. */
struct newest {
    const struct ranges *seen;
    const struct ranges *was; /* before this run */
    int64_t seen_fen;
    int64_t floor;
    uint16_t epoch;
};

/* A device on its way to a judgement, in the order of status_load_beyond. */
struct question {
    uint32_t device_index;
    uint32_t device_no;
    uint16_t epoch;
    struct device_total total;
};

static void take_newer(struct newest *newest, const struct device_epoch *unit, const struct ranges *seen)
{
    if (newest->seen && unit->epoch < newest->epoch)
        return;
    *newest = (struct newest){seen, &unit->was, unit->seen_fen, unit->floor, unit->epoch};
}

static struct newest *find_newest(const struct state *state, struct err *e)
{
    struct newest *newest = arena_array(state->arena, (size_t)state->device_count + 1, sizeof *newest, e);
    if (!newest)
        return NULL;
    for (uint32_t i = 0; i < state->epoch_count; i++)
        if (state->epochs[i].seen.count > 0)
            take_newer(&newest[state->epochs[i].device_index], &state->epochs[i], &state->epochs[i].seen);
    for (uint32_t i = 0; i < state->other_epoch_count; i++)
        take_newer(&newest[state->other_epochs[i].device_index], &state->other_epochs[i], &state->other_epochs[i].was);
    return newest;
}

static int compare_questions(const void *a, const void *b)
{
    const struct question *x = a, *y = b;
    ORDER(x->device_no, y->device_no);
    return 0;
}

/* Whether an answer would take a look into the books that an earlier run has taken already, with the same outcome: so that
 * a device which has long said nothing new costs no more from night to night. */
static bool was_answered(const struct status_device *device, const struct newest *newest, const struct device_total *total)
{
    return !device->is_new && newest->seen && newest->was->count > 0 &&
           ranges_highest(total->seen) > total->said.last_seq && status_asks_amount(total) &&
           status_is_settled(total, newest->was);
}

/* The devices that have ever said something, unless that was answered. */
static uint32_t list_questions(const struct judge *judge, const struct status_device *devices,
                               const struct newest *newest, struct question *questions)
{
    static const struct ranges nothing;
    const struct state *state = judge->state;
    uint32_t count = 0;
    for (uint32_t i = 0; i < state->device_count; i++) {
        const struct newest *n = &newest[i];
        const struct device *device = &state->devices[i];
        if (!devices[i].has_status || device->last_school == 0) /* a waiting record alone brings nothing */
            continue;
        int64_t first_seq = device->row_count > 0 ? state->terminals[device->first_row].first_seq : 1;
        questions[count] = (struct question){.device_index = i,
                                               .device_no = device->device_no,
                                               .epoch = n->epoch,
                                               .total = {.said = devices[i].newest,
                                                         .seen = n->seen ? n->seen : &nothing,
                                                         .floor = n->seen ? n->floor : first_seq,
                                                         .seen_fen = n->seen_fen}};
        count += !was_answered(&devices[i], n, &questions[count].total);
    }
    qsort(questions, count, sizeof *questions, compare_questions);
    return count;
}

/* Takes off what was seen behind the last sequence that the terminal speaks of. */
static bool take_off_beyond(struct judge *judge, struct question *questions, uint32_t count, struct err *e)
{
    struct status_beyond *rows = arena_array(judge->state->arena, (size_t)count + 1, sizeof *rows, e);
    uint32_t row_count = 0;
    if (!rows)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (status_asks_amount(&questions[i].total) &&
            ranges_highest(questions[i].total.seen) > questions[i].total.said.last_seq)
            rows[row_count++] = (struct status_beyond){.device_no = questions[i].device_no,
                                                       .epoch = questions[i].epoch,
                                                       .last_seq = questions[i].total.said.last_seq};
    if (!status_load_beyond(judge->run, judge->batch, rows, row_count, e))
        return false;
    for (uint32_t i = 0, row = 0; i < count && row < row_count; i++)
        if (questions[i].device_no == rows[row].device_no)
            questions[i].total.seen_fen -= rows[row++].fen;
    return true;
}

static bool open_total(struct judge *judge, const struct question *question, const struct device_finding *finding,
                       struct err *e)
{
    struct exception *row = exceptions_add(&judge->exceptions, EXCEPTION_DEVICE_TOTAL, judge->open_date, e);
    if (!row)
        return false;
    row->school_code = judge->state->devices[question->device_index].last_school;
    row->device_no = question->device_no;
    row->epoch = question->epoch;
    row->device_seq = question->total.said.last_seq;
    row->amount_fen = finding->apart_fen;
    row->detail = arena_printf(judge->state->arena, e, "%s", finding->detail);
    return row->detail != NULL;
}

static bool answer(struct judge *judge, const struct question *question, bool is_open, struct err *e)
{
    struct device_finding finding;
    status_judge(&question->total, &finding);
    if (finding.is_met && is_open) {
        struct closing *closing = exceptions_add_closing(&judge->exceptions, EXCEPTION_DEVICE_TOTAL, e);
        if (!closing)
            return false;
        closing->device_no = question->device_no;
        closing->reason = "the terminal's figures are met";
    }
    return finding.is_met || is_open || open_total(judge, question, &finding, e);
}

bool device_total_judge(struct judge *judge, struct err *e)
{
    struct state *state = judge->state;
    struct status_device *devices = arena_array(state->arena, (size_t)state->device_count + 1, sizeof *devices, e);
    struct question *questions = arena_array(state->arena, (size_t)state->device_count + 1, sizeof *questions, e);
    struct newest *newest = find_newest(state, e);
    if (!devices || !questions || !newest)
        return false;
    for (uint32_t i = 0; i < state->device_count; i++)
        devices[i].device_no = state->devices[i].device_no;
    if (!status_load_newest(judge->run, devices, state->device_count, e))
        return false;
    for (uint32_t i = 0; i < state->device_count; i++)
        state->devices[i].total_fen = devices[i].has_status ? devices[i].newest.total_amount_fen : -1;
    uint32_t count = list_questions(judge, devices, newest, questions);
    if (!take_off_beyond(judge, questions, count, e))
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (!answer(judge, &questions[i], devices[questions[i].device_index].is_open, e))
            return false;
    return true;
}
