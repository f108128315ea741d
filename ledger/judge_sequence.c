/* every record of the run in the order in which it arrived. Identity records are done after R-03
 * (RULES.md R-24). */
#include <stdlib.h>

#include "base/array.h"
#include "base/order.h"
#include "ledger/history.h"
#include "ledger/judge.h"

/* A record or an identity record as it arrives; places of both lie on one line, the identities behind the records. */
struct arrival {
    uint32_t place;
    uint32_t unit_index;
    uint32_t device_seq;
    uint32_t amount_fen;
    uint32_t order; /* within the file; set where it matters */
    uint64_t digest;
    uint8_t malformed;
};

/* The arrivals of one file: its records and identities, merged by their number in the file. */
struct walk {
    const struct batch *batch;
    const struct batch_file *file;
    uint32_t record, identity;
};

static struct walk walk_file(const struct batch *batch, uint32_t file_index)
{
    const struct batch_file *file = &batch->files[file_index];
    return (struct walk){batch, file, file->first_record, file->first_identity};
}

static bool walk_next(struct walk *walk, struct arrival *arrival)
{
    const struct batch *batch = walk->batch;
    const struct batch_file *file = walk->file;
    bool has_record = walk->record < file->first_record + file->record_count;
    bool has_identity = walk->identity < file->first_identity + file->identity_count;
    if (has_record && (!has_identity ||
                       batch->records[walk->record].record_no < batch->identities[walk->identity].record_no)) {
        const struct record *r = &batch->records[walk->record];
        *arrival = (struct arrival){.place = walk->record++, .unit_index = file->unit_index, .device_seq = r->device_seq,
                                    .amount_fen = r->amount_fen, .digest = r->digest, .malformed = r->malformed};
        return true;
    }
    if (!has_identity)
        return false;
    const struct identity *r = &batch->identities[walk->identity];
    *arrival = (struct arrival){.place = batch->arrived_records + walk->identity++, .unit_index = file->unit_index,
                                .device_seq = r->device_seq, .digest = r->digest, .malformed = r->malformed};
    return true;
}

static bool has_sequences(const struct batch_file *file)
{
    return !file->refused && file->record_count + file->identity_count > 0;
}

static int compare_contents(const void *a, const void *b)
{
    const struct seen_content *x = a, *y = b;
    ORDER(x->device_no, y->device_no);
    ORDER(x->epoch, y->epoch);
    ORDER(x->device_seq, y->device_seq);
    ORDER((int64_t)x->digest, (int64_t)y->digest); /* as SQL orders it */
    return 0;
}

/* A sequence that arrives again in this run, or was seen before it; its contents so far, one after the other. */
struct again {
    uint32_t unit_index; /* STATE_NONE: a free slot */
    uint32_t device_seq;
    uint32_t last; /* of contents; 0: none yet */
};
struct content {
    uint64_t digest;
    uint32_t former;
};

struct sequences {
    bool *is_first;   /* by place: it brings its sequence first */
    bool *file_again; /* by file: it may hold one that does not */
    struct again *slots;
    uint32_t mask;
    bool *has_again; /* by device epoch */
    struct content *contents; /* [0] is none */
    uint32_t content_count, content_capacity;
    const struct seen_content *old;
    uint32_t old_count;
    struct arrival *unsorted;
    int64_t *numbers;
    uint32_t unsorted_capacity;
};

static void sequences_close(struct sequences *s)
{
    free(s->is_first);
    free(s->file_again);
    free(s->slots);
    free(s->has_again);
    free(s->contents);
    free(s->unsorted);
    free(s->numbers);
}

/* Whether a sequence is one that the terminal counted before first_seq (RULES.md R-20). */
static bool counts_as_seen(const struct device_epoch *unit, uint32_t device_seq)
{
    return unit->epoch == 0 && device_seq < unit->floor;
}

static int compare_arrivals(const void *a, const void *b)
{
    const struct arrival *x = a, *y = b;
    ORDER(x->device_seq, y->device_seq);
    ORDER(x->order, y->order);
    return 0;
}

static bool make_room(struct sequences *s, uint32_t count, struct err *e)
{
    if (count <= s->unsorted_capacity)
        return true;
    free(s->unsorted);
    free(s->numbers);
    s->unsorted = malloc(count * sizeof *s->unsorted);
    s->numbers = malloc(count * sizeof *s->numbers);
    s->unsorted_capacity = s->unsorted && s->numbers ? count : 0;
    return s->unsorted_capacity > 0 || err_set(e, ERR_BUG, "no memory for %u sequences", count);
}

/* Sees the rest of a file whose sequences come in no order: sorted, and all at once. */
static bool see_unsorted(struct judge *judge, struct walk walk, struct sequences *s, struct err *e)
{
    struct device_epoch *unit = &judge->state->epochs[walk.file->unit_index];
    uint32_t count = 0, fresh = 0;
    if (!make_room(s, walk.file->record_count + walk.file->identity_count, e))
        return false;
    for (struct arrival arrival; walk_next(&walk, &arrival);)
        if (arrival.malformed == MALFORMED_NOT && !counts_as_seen(unit, arrival.device_seq)) {
            arrival.order = count;
            s->unsorted[count++] = arrival;
        }
    qsort(s->unsorted, count, sizeof *s->unsorted, compare_arrivals);
    for (uint32_t i = 0; i < count; i++) {
        const struct arrival *arrival = &s->unsorted[i];
        if ((i > 0 && arrival[-1].device_seq == arrival->device_seq) || ranges_has(&unit->seen, arrival->device_seq))
            continue;
        s->is_first[arrival->place] = true;
        s->numbers[fresh++] = arrival->device_seq;
    }
    return ranges_add_all(&unit->seen, s->numbers, fresh, judge->state->arena, e);
}

/* Sees the sequences of a file: one after the other as long as they ascend. */
static bool see_file(struct judge *judge, uint32_t file_index, struct sequences *s, struct err *e)
{
    struct walk walk = walk_file(judge->batch, file_index), before = walk;
    struct device_epoch *unit = &judge->state->epochs[walk.file->unit_index];
    uint32_t last = 0;
    for (struct arrival arrival; walk_next(&walk, &arrival); before = walk) {
        if (arrival.malformed != MALFORMED_NOT)
            continue;
        bool is_below = counts_as_seen(unit, arrival.device_seq);
        if (!is_below && arrival.device_seq < last) {
            s->file_again[file_index] = true;
            return see_unsorted(judge, before, s, e);
        }
        if (is_below || ranges_has(&unit->seen, arrival.device_seq)) {
            s->file_again[file_index] = true;
            continue;
        }
        last = arrival.device_seq;
        s->is_first[arrival.place] = true;
        if (!ranges_add(&unit->seen, last, judge->state->arena, e))
            return false;
    }
    return true;
}

static struct again *again_slot(const struct sequences *s, uint32_t unit_index, uint32_t device_seq)
{
    uint64_t hash = ((uint64_t)unit_index << 32 | device_seq) * UINT64_C(0x9E3779B97F4A7C15);
    uint32_t at = (uint32_t)(hash >> 32) & s->mask;
    while (s->slots[at].unit_index != STATE_NONE &&
           (s->slots[at].unit_index != unit_index || s->slots[at].device_seq != device_seq))
        at = (at + 1) & s->mask;
    return &s->slots[at];
}

/* Whether an arrival is none that brings its sequence first. */
static bool comes_again(const struct judge *judge, const struct sequences *s, const struct arrival *arrival)
{
    const struct device_epoch *unit = &judge->state->epochs[arrival->unit_index];
    return arrival->malformed == MALFORMED_NOT && !s->is_first[arrival->place] &&
           (!counts_as_seen(unit, arrival->device_seq) || ranges_has(&unit->was, arrival->device_seq));
}

/* The sequences that were seen before this run, and how many come again in all. */
struct suspects {
    struct suspect *rows;
    uint32_t count, capacity;
    uint32_t again;
};

static bool find_suspects(const struct judge *judge, const struct sequences *s, struct suspects *suspects, struct err *e)
{
    struct arrival arrival;
    for (uint32_t f = 0; f < judge->batch->arrived_files; f++) {
        struct walk walk = walk_file(judge->batch, f);
        while (s->file_again[f] && walk_next(&walk, &arrival)) {
            if (!comes_again(judge, s, &arrival))
                continue;
            suspects->again++;
            if (!ranges_has(&judge->state->epochs[arrival.unit_index].was, arrival.device_seq))
                continue;
            struct array_size size = {&suspects->count, &suspects->capacity, sizeof *suspects->rows};
            struct suspect *grown = array_extend(suspects->rows, size, 1, e);
            if (!grown)
                return false;
            suspects->rows = grown;
            grown[suspects->count - 1] = (struct suspect){walk.file->device_no, walk.file->epoch, arrival.device_seq};
        }
    }
    return true;
}

/* Contents are kept of those sequences alone that come again: of a healthy night hardly any. */
static bool list_again(struct judge *judge, struct sequences *s, uint32_t count, struct err *e)
{
    uint32_t slot_count = 64;
    struct arrival arrival;
    while (slot_count / 2 < count)
        slot_count *= 2;
    s->mask = slot_count - 1;
    s->slots = malloc(slot_count * sizeof *s->slots);
    s->has_again = calloc((size_t)judge->state->epoch_count + 1, sizeof *s->has_again);
    s->contents = array_extend(NULL, ARRAY_SIZE(s, content, *s->contents), 1, e);
    if (!s->contents || !s->slots || !s->has_again)
        return err_set(e, ERR_BUG, "no memory for %u sequences", slot_count);
    for (uint32_t i = 0; i < slot_count; i++)
        s->slots[i] = (struct again){.unit_index = STATE_NONE};
    for (uint32_t f = 0; count > 0 && f < judge->batch->arrived_files; f++) {
        struct walk walk = walk_file(judge->batch, f);
        while (s->file_again[f] && walk_next(&walk, &arrival)) {
            if (!comes_again(judge, s, &arrival))
                continue;
            s->has_again[arrival.unit_index] = true;
            *again_slot(s, arrival.unit_index, arrival.device_seq) =
                (struct again){arrival.unit_index, arrival.device_seq, 0};
        }
    }
    return true;
}

/* Was this content held or accepted in an earlier run? */
static bool was_content(const struct sequences *s, const struct batch_file *file, const struct arrival *arrival)
{
    const struct seen_content key = {file->device_no, file->epoch, arrival->device_seq, arrival->digest};
    return s->old_count > 0 && bsearch(&key, s->old, s->old_count, sizeof key, compare_contents) != NULL;
}

/* Whether the content came before, in this run or an earlier one; one that did not is kept. */
static bool meet_content(struct sequences *s, const struct batch_file *file, const struct arrival *arrival, bool *is_known,
                         struct err *e)
{
    *is_known = false;
    if (!s->has_again[arrival->unit_index])
        return true;
    struct again *again = again_slot(s, arrival->unit_index, arrival->device_seq);
    if (again->unit_index == STATE_NONE)
        return true;
    *is_known = was_content(s, file, arrival);
    for (uint32_t at = again->last; at != 0 && !*is_known; at = s->contents[at].former)
        *is_known = s->contents[at].digest == arrival->digest;
    if (*is_known)
        return true;
    struct content *grown = array_extend(s->contents, ARRAY_SIZE(s, content, *grown), 1, e);
    if (!grown)
        return false;
    s->contents = grown;
    grown[s->content_count - 1] = (struct content){arrival->digest, again->last};
    again->last = s->content_count - 1;
    return true;
}

/* VERDICT_NONE: it goes on. */
static bool judge_arrival(struct judge *judge, struct sequences *s, const struct batch_file *file,
                          const struct arrival *arrival, uint8_t *verdict, struct err *e)
{
    struct device_epoch *unit = &judge->state->epochs[arrival->unit_index];
    bool is_known = false;
    *verdict = VERDICT_MALFORMED;
    if (arrival->malformed != MALFORMED_NOT)
        return true;
    *verdict = VERDICT_DUPLICATE;
    if (counts_as_seen(unit, arrival->device_seq) && !ranges_has(&unit->was, arrival->device_seq))
        return true;
    if (!meet_content(s, file, arrival, &is_known, e))
        return false;
    if (s->is_first[arrival->place]) {
        unit->seen_fen += arrival->amount_fen;
        *verdict = VERDICT_NONE;
    } else if (!is_known) {
        *verdict = VERDICT_CONFLICT;
    }
    return true;
}

static const char *held_text(int verdict, const struct record *r, uint8_t malformed)
{
    switch (verdict) {
    case VERDICT_CONFLICT:
        return "the same sequence was seen with another content";
    case VERDICT_TAC_BAD:
        return r->tac_state == TAC_ABSENT ? "a tac is due and there is none" : "the tac differs";
    case VERDICT_BAD_ARITHMETIC:
        return "before, amount and after do not agree";
    default:
        return record_malformed_text((enum malformed)malformed);
    }
}

/* The raw bytes of a malformed one; raws of each sort lie in the order of arrival. */
static void attach_raw(struct judge *judge, uint32_t next_raw[3], enum batch_of of, uint32_t index)
{
    const struct batch *batch = judge->batch;
    uint32_t *next = &next_raw[of];
    while (*next < batch->raw_count && (batch->raws[*next].of != of || batch->raws[*next].index < index))
        (*next)++;
    ALWAYS(*next < batch->raw_count && batch->raws[*next].index == index);
    struct exception *row = &judge->exceptions.rows[judge->exceptions.count - 1];
    row->raw = batch->raws[*next].bytes;
    row->raw_length = batch->raws[*next].length;
}

static bool finish_record(struct judge *judge, uint32_t record_index, uint8_t verdict, uint32_t next_raw[3], struct err *e)
{
    struct record *r = &judge->batch->records[record_index];
    r->verdict = verdict;
    if (verdict == VERDICT_NONE && judge_tac_is_bad(r, &judge->state->cards[r->card_index]))
        r->verdict = VERDICT_TAC_BAD;
    else if (verdict == VERDICT_NONE && judge_arithmetic_is_bad(r))
        r->verdict = VERDICT_BAD_ARITHMETIC;
    if (r->verdict == VERDICT_NONE) {
        judge->state->cards[r->card_index].sorted_count++;
        judge->sorted_count++;
        judge->has_reversals |= r->kind == RECORD_REVERSAL;
    }
    if (r->verdict == VERDICT_NONE || r->verdict == VERDICT_DUPLICATE)
        return true;
    if (!judge_except(judge, record_index, r->verdict, judge->open_date, held_text(r->verdict, r, r->malformed), e))
        return false;
    if (verdict == VERDICT_MALFORMED)
        attach_raw(judge, next_raw, BATCH_RECORD, record_index);
    return true;
}

static bool finish_identity(struct judge *judge, uint32_t identity_index, uint8_t verdict, uint32_t next_raw[3],
                            struct err *e)
{
    struct identity *r = &judge->batch->identities[identity_index];
    r->verdict = verdict == VERDICT_NONE ? VERDICT_ACCEPTED : verdict;
    if (r->verdict == VERDICT_ACCEPTED || r->verdict == VERDICT_DUPLICATE)
        return true;
    if (!judge_except_identity(judge, identity_index, held_text(verdict, NULL, r->malformed), e))
        return false;
    if (verdict == VERDICT_MALFORMED)
        attach_raw(judge, next_raw, BATCH_IDENTITY, identity_index);
    return true;
}

static bool finish_statuses(struct judge *judge, const struct batch_file *file, uint32_t next_raw[3], struct err *e)
{
    for (uint32_t i = file->first_status; i < file->first_status + file->status_count; i++) {
        if (judge->batch->statuses[i].malformed == MALFORMED_NOT)
            continue;
        if (!judge_except_status(judge, i, e))
            return false;
        attach_raw(judge, next_raw, BATCH_STATUS, i);
    }
    return true;
}

static bool judge_file(struct judge *judge, struct sequences *s, uint32_t file_index, uint32_t next_raw[3], struct err *e)
{
    struct walk walk = walk_file(judge->batch, file_index);
    uint32_t records = judge->batch->arrived_records;
    for (struct arrival arrival; walk_next(&walk, &arrival);) {
        uint8_t verdict = VERDICT_NONE;
        if (!judge_arrival(judge, s, walk.file, &arrival, &verdict, e) ||
            !(arrival.place < records ? finish_record(judge, arrival.place, verdict, next_raw, e)
                                      : finish_identity(judge, arrival.place - records, verdict, next_raw, e)))
            return false;
    }
    return finish_statuses(judge, walk.file, next_raw, e);
}

/* Which arrivals bring their sequence first. */
static bool see_all(struct judge *judge, struct sequences *s, struct err *e)
{
    const struct batch *batch = judge->batch;
    s->is_first = calloc((size_t)batch->arrived_records + batch->identity_count + 1, sizeof *s->is_first);
    s->file_again = calloc((size_t)batch->arrived_files + 1, sizeof *s->file_again);
    if (!s->is_first || !s->file_again)
        return err_set(e, ERR_BUG, "no memory for %u sequences", batch->arrived_records);
    for (uint32_t f = 0; f < batch->arrived_files; f++)
        if (has_sequences(&batch->files[f]) && !see_file(judge, f, s, e))
            return false;
    return true;
}

static bool judge_in_arrival_order(struct judge *judge, struct sequences *s, struct err *e)
{
    const struct batch *batch = judge->batch;
    uint32_t next_raw[3] = {0};
    for (uint32_t f = 0; f < batch->arrived_files; f++)
        if (!batch->files[f].refused && !judge_file(judge, s, f, next_raw, e))
            return false;
    return true;
}

bool judge_sequences(struct judge *judge, struct err *e)
{
    struct suspects suspects = {0};
    struct seen_content *old = NULL;
    struct sequences s = {0};
    bool done = see_all(judge, &s, e) && find_suspects(judge, &s, &suspects, e) &&
                history_contents(judge->run, judge->state->arena, suspects.rows, suspects.count, &old, &s.old_count, e);
    s.old = old;
    done = done && list_again(judge, &s, suspects.again, e) && judge_in_arrival_order(judge, &s, e);
    free(suspects.rows);
    sequences_close(&s);
    return done;
}
