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

/* A sequence that arrives again in this run, or was seen before it. */
struct again {
    uint32_t unit_index;
    uint32_t device_seq;
};
/* What has come under such a sequence so far. */
struct content {
    struct again of;
    uint64_t digest;
};

struct sequences {
    bool *is_first;   /* by place: it brings its sequence first */
    bool *file_again; /* by file: it may hold one that does not */
    bool *has_again;  /* by device epoch */
    struct again *again;
    uint32_t again_count;
    struct hash_slots again_slots;
    struct content *contents;
    uint32_t content_count;
    struct hash_slots content_slots;
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
    free(s->has_again);
    free(s->again);
    free(s->contents);
    hash_close(&s->again_slots);
    hash_close(&s->content_slots);
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

static bool is_same(const struct again *a, const struct again *b)
{
    return a->unit_index == b->unit_index && a->device_seq == b->device_seq;
}

static uint64_t hash_again(const struct hash_seed *seed, const struct again *again)
{
    return hash_number(seed, 0, (uint64_t)again->unit_index << 32 | again->device_seq);
}

static uint32_t *again_slot(struct sequences *s, const struct again *key)
{
    struct hash_slots *slots = &s->again_slots;
    uint32_t at = hash_first(slots, hash_again(&slots->seed, key));
    while (slots->places[at] != HASH_NONE && !is_same(&s->again[slots->places[at]], key))
        at = hash_next(slots, at);
    return &slots->places[at];
}

static uint32_t *content_slot(struct sequences *s, const struct content *key)
{
    struct hash_slots *slots = &s->content_slots;
    uint32_t at = hash_first(slots, hash_number(&slots->seed, hash_again(&slots->seed, &key->of), key->digest));
    while (slots->places[at] != HASH_NONE && (s->contents[slots->places[at]].digest != key->digest ||
                                              !is_same(&s->contents[slots->places[at]].of, &key->of)))
        at = hash_next(slots, at);
    return &slots->places[at];
}

/* Whether an arrival is none that brings its sequence first. */
static bool comes_again(const struct judge *judge, const struct sequences *s, const struct arrival *arrival)
{
    const struct device_epoch *unit = &judge->state->epochs[arrival->unit_index];
    return arrival->malformed == MALFORMED_NOT && !s->is_first[arrival->place] &&
           (!counts_as_seen(unit, arrival->device_seq) || ranges_has(&unit->was, arrival->device_seq));
}

/* The sequences that were seen before this run, each once, and how many arrivals come again in all. */
struct suspects {
    struct suspect *rows;
    uint32_t count, capacity;
    uint32_t again;
};

static int compare_suspects(const void *a, const void *b)
{
    const struct suspect *x = a, *y = b;
    ORDER(x->device_no, y->device_no);
    ORDER(x->epoch, y->epoch);
    ORDER(x->device_seq, y->device_seq);
    return 0;
}

static void make_unique(struct suspects *suspects)
{
    uint32_t kept = 0;
    if (suspects->count > 1)
        qsort(suspects->rows, suspects->count, sizeof *suspects->rows, compare_suspects);
    for (uint32_t i = 0; i < suspects->count; i++)
        if (kept == 0 || compare_suspects(&suspects->rows[i], &suspects->rows[kept - 1]) != 0)
            suspects->rows[kept++] = suspects->rows[i];
    suspects->count = kept;
}

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
    make_unique(suspects);
    return true;
}

/* Contents are kept of those sequences alone that come again: of a healthy night hardly any. Each has at most one arrival
 * beside the `count` that come again, the one that brings it first. */
static bool open_contents(struct judge *judge, struct sequences *s, uint32_t count, struct err *e)
{
    s->has_again = calloc((size_t)judge->state->epoch_count + 1, sizeof *s->has_again);
    s->again = malloc(((size_t)count + 1) * sizeof *s->again);
    s->contents = malloc((2 * (size_t)count + 1) * sizeof *s->contents);
    if (!s->has_again || !s->again || !s->contents)
        return err_set(e, ERR_BUG, "no memory for %u sequences", count);
    return hash_open(&s->again_slots, judge->run->seed, count, e) &&
           hash_open(&s->content_slots, judge->run->seed, 2 * count, e);
}

static bool list_again(struct judge *judge, struct sequences *s, uint32_t count, struct err *e)
{
    struct arrival arrival;
    if (!open_contents(judge, s, count, e))
        return false;
    for (uint32_t f = 0; count > 0 && f < judge->batch->arrived_files; f++) {
        struct walk walk = walk_file(judge->batch, f);
        while (s->file_again[f] && walk_next(&walk, &arrival)) {
            if (!comes_again(judge, s, &arrival))
                continue;
            const struct again again = {arrival.unit_index, arrival.device_seq};
            uint32_t *place = again_slot(s, &again);
            s->has_again[arrival.unit_index] = true;
            if (*place != HASH_NONE)
                continue;
            *place = s->again_count;
            s->again[s->again_count++] = again;
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
static bool meet_content(struct sequences *s, const struct batch_file *file, const struct arrival *arrival)
{
    const struct content content = {{arrival->unit_index, arrival->device_seq}, arrival->digest};
    if (!s->has_again[arrival->unit_index] || *again_slot(s, &content.of) == HASH_NONE)
        return false;
    if (was_content(s, file, arrival))
        return true;
    uint32_t *place = content_slot(s, &content);
    if (*place != HASH_NONE)
        return true;
    *place = s->content_count;
    s->contents[s->content_count++] = content;
    return false;
}

/* VERDICT_NONE: it goes on. */
static uint8_t judge_arrival(struct judge *judge, struct sequences *s, const struct batch_file *file,
                             const struct arrival *arrival)
{
    struct device_epoch *unit = &judge->state->epochs[arrival->unit_index];
    if (arrival->malformed != MALFORMED_NOT)
        return VERDICT_MALFORMED;
    if (counts_as_seen(unit, arrival->device_seq) && !ranges_has(&unit->was, arrival->device_seq))
        return VERDICT_DUPLICATE;
    bool is_known = meet_content(s, file, arrival);
    if (!s->is_first[arrival->place])
        return is_known ? VERDICT_DUPLICATE : VERDICT_CONFLICT;
    unit->seen_fen += arrival->amount_fen;
    return VERDICT_NONE;
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
        uint8_t verdict = judge_arrival(judge, s, walk.file, &arrival);
        if (!(arrival.place < records ? finish_record(judge, arrival.place, verdict, next_raw, e)
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
    judge->steps += s.again_slots.probes + s.content_slots.probes;
    free(suspects.rows);
    sequences_close(&s);
    return done;
}
