#include "ledger/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/order.h"
#include "ledger/history.h"

bool judge_tac_is_bad(const struct record *r, const struct card *card)
{
    bool is_due = r->kind != RECORD_REVERSAL && !(card->on_file && card->chip == CHIP_M1);
    if (!is_due)
        return false;
    bool is_gray_without = r->mark == 1 && (r->tac[0] | r->tac[1] | r->tac[2] | r->tac[3]) == 0;
    return r->tac_state != TAC_GOOD && !is_gray_without;
}

bool judge_arithmetic_is_bad(const struct record *r)
{
    int64_t before_fen = r->before_fen, amount_fen = r->amount_fen, after_fen = r->after_fen;
    if (record_is_purchase(r))
        return amount_fen > before_fen || before_fen - amount_fen != after_fen;
    return before_fen + amount_fen != after_fen;
}

static int compare_meals(const void *a, const void *b)
{
    const struct merchant_meals *x = a, *y = b;
    return x->merchant_no == y->merchant_no ? 0 : x->merchant_no < y->merchant_no ? -1 : 1;
}

void judge_sort_meals(struct merchant_meals *meals, size_t count)
{
    qsort(meals, count, sizeof *meals, compare_meals);
}

int judge_meal(const struct judge_rules *rules, int64_t merchant_no, int64_t occurred_at)
{
    const struct merchant_meals key = {.merchant_no = merchant_no}, *own = NULL;
    if (rules->merchant_meal_count > 0)
        own = bsearch(&key, rules->merchant_meals, rules->merchant_meal_count, sizeof key, compare_meals);
    const int32_t *until = own ? own->until : rules->meals;
    int32_t second = date_second_of_day(occurred_at);
    for (int meal = 0; meal < 3; meal++)
        if (second < until[meal])
            return meal + 1;
    return 4;
}

bool judge_except(struct judge *judge, uint32_t record_index, int verdict, int32_t accounting_date, const char *detail,
                  struct err *e)
{
    const struct record *r = &judge->batch->records[record_index];
    const struct batch_file *file = &judge->batch->files[r->file_index];
    const struct batch_package *package = &judge->batch->packages[file->package_index];
    struct exception *row = exceptions_add(&judge->exceptions, verdict, accounting_date, e);
    if (!row)
        return false;
    row->school_code = package->school_code;
    row->archive_id = package->archive_id;
    row->file_no = file->file_no;
    row->record_no = r->record_no;
    row->device_no = file->device_no;
    row->epoch = file->epoch;
    row->detail = detail;
    if (verdict == VERDICT_MALFORMED)
        return true;
    row->record_id = ledger_run_id_of(judge->run, record_index);
    row->device_seq = r->device_seq;
    row->card_no = r->card_no;
    row->counter = r->counter;
    row->amount_fen = r->amount_fen;
    row->occurred_at = r->occurred_at;
    return true;
}

/* The contents of this run, by (device epoch, sequence, digest); slots hold places in the batch. */
struct contents {
    const struct batch *batch;
    uint32_t *slots;
    uint32_t mask;
};

static bool contents_open(struct contents *contents, const struct batch *batch, struct err *e)
{
    uint32_t slot_count = 1024;
    while (slot_count / 2 < batch->record_count)
        slot_count *= 2;
    *contents = (struct contents){batch, malloc(slot_count * sizeof(uint32_t)), slot_count - 1};
    if (!contents->slots)
        return err_set(e, ERR_BUG, "no memory for %u contents", slot_count);
    memset(contents->slots, 0xFF, slot_count * sizeof(uint32_t));
    return true;
}

/* The slot that holds the same content of the same sequence, or a free one. */
static uint32_t *contents_slot(const struct contents *contents, uint32_t unit_index, const struct record *r)
{
    uint64_t hash = (r->digest ^ ((uint64_t)unit_index << 32 | r->device_seq)) * UINT64_C(0x9E3779B97F4A7C15);
    uint32_t at = (uint32_t)(hash >> 32) & contents->mask;
    for (;; at = (at + 1) & contents->mask) {
        if (contents->slots[at] == STATE_NONE)
            return &contents->slots[at];
        const struct record *other = &contents->batch->records[contents->slots[at]];
        if (other->digest == r->digest && other->device_seq == r->device_seq &&
            contents->batch->files[other->file_index].unit_index == unit_index)
            return &contents->slots[at];
    }
}

static bool find_suspects(struct judge *judge, struct suspect **suspects, uint32_t *count, struct err *e)
{
    struct batch *batch = judge->batch;
    uint32_t capacity = 0;
    *suspects = NULL;
    *count = 0;
    for (uint32_t i = 0; i < batch->record_count; i++) {
        const struct record *r = &batch->records[i];
        const struct batch_file *file = &batch->files[r->file_index];
        if (r->malformed != MALFORMED_NOT || !ranges_has(&judge->state->epochs[file->unit_index].was, r->device_seq))
            continue;
        if (*count == capacity) {
            capacity = capacity ? capacity * 2 : 1024;
            struct suspect *grown = realloc(*suspects, capacity * sizeof *grown);
            if (!grown)
                return err_set(e, ERR_BUG, "no memory for %u sequences", capacity);
            *suspects = grown;
        }
        (*suspects)[(*count)++] = (struct suspect){file->device_no, file->epoch, r->device_seq};
    }
    return true;
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

/* Was this content held or accepted in an earlier run? */
static bool was_content(const struct seen_content *old, uint32_t old_count, const struct batch_file *file,
                        const struct record *r)
{
    const struct seen_content key = {file->device_no, file->epoch, r->device_seq, r->digest};
    return old_count > 0 && bsearch(&key, old, old_count, sizeof key, compare_contents) != NULL;
}

/* A record whose sequence comes out of order in its file. */
struct arrival {
    uint32_t device_seq;
    uint32_t record_index;
};

static int compare_arrivals(const void *a, const void *b)
{
    const struct arrival *x = a, *y = b;
    ORDER(x->device_seq, y->device_seq);
    ORDER(x->record_index, y->record_index);
    return 0;
}

/* Which records bring their sequence first, and room to sort those of a file. */
struct firsts {
    bool *is_first; /* by record */
    struct arrival *arrivals;
    int64_t *numbers;
    uint32_t capacity;
};

static void firsts_close(struct firsts *firsts)
{
    free(firsts->is_first);
    free(firsts->arrivals);
    free(firsts->numbers);
}

static bool firsts_make_room(struct firsts *firsts, uint32_t count, struct err *e)
{
    if (count <= firsts->capacity)
        return true;
    free(firsts->arrivals);
    free(firsts->numbers);
    firsts->arrivals = malloc(count * sizeof *firsts->arrivals);
    firsts->numbers = malloc(count * sizeof *firsts->numbers);
    firsts->capacity = firsts->arrivals && firsts->numbers ? count : 0;
    return firsts->capacity > 0 || err_set(e, ERR_BUG, "no memory for %u sequences", count);
}

/* Whether a sequence is one that the terminal counted before first_seq (RULES.md R-20). */
static bool counts_as_seen(const struct device_epoch *unit, const struct record *r)
{
    return unit->epoch == 0 && r->device_seq < unit->floor;
}

/* Sees the sequences of records first to end - 1, of one file and in no order: sorted, and all at once. */
static bool see_unsorted(struct judge *judge, struct device_epoch *unit, uint32_t first, uint32_t end,
                         struct firsts *firsts, struct err *e)
{
    uint32_t count = 0, fresh = 0;
    if (!firsts_make_room(firsts, end - first, e))
        return false;
    for (uint32_t i = first; i < end; i++) {
        const struct record *r = &judge->batch->records[i];
        if (r->malformed == MALFORMED_NOT && !counts_as_seen(unit, r))
            firsts->arrivals[count++] = (struct arrival){r->device_seq, i};
    }
    qsort(firsts->arrivals, count, sizeof *firsts->arrivals, compare_arrivals);
    for (uint32_t i = 0; i < count; i++) {
        const struct arrival *arrival = &firsts->arrivals[i];
        if ((i > 0 && arrival[-1].device_seq == arrival->device_seq) || ranges_has(&unit->seen, arrival->device_seq))
            continue;
        firsts->is_first[arrival->record_index] = true;
        firsts->numbers[fresh++] = arrival->device_seq;
    }
    return ranges_add_all(&unit->seen, firsts->numbers, fresh, judge->state->arena, e);
}

/* Sees the sequences of a file's records: one after the other as long as they ascend. */
static bool see_file(struct judge *judge, uint32_t first, uint32_t end, struct firsts *firsts, struct err *e)
{
    const struct batch_file *file = &judge->batch->files[judge->batch->records[first].file_index];
    struct device_epoch *unit = &judge->state->epochs[file->unit_index];
    uint32_t last = 0;
    for (uint32_t i = first; i < end; i++) {
        const struct record *r = &judge->batch->records[i];
        if (r->malformed != MALFORMED_NOT || counts_as_seen(unit, r))
            continue;
        if (r->device_seq < last)
            return see_unsorted(judge, unit, i, end, firsts, e);
        last = r->device_seq;
        if (ranges_has(&unit->seen, last))
            continue;
        firsts->is_first[i] = true;
        if (!ranges_add(&unit->seen, last, judge->state->arena, e))
            return false;
    }
    return true;
}

static bool find_firsts(struct judge *judge, struct firsts *firsts, struct err *e)
{
    const struct batch *batch = judge->batch;
    firsts->is_first = calloc((size_t)batch->record_count + 1, sizeof *firsts->is_first);
    if (!firsts->is_first)
        return err_set(e, ERR_BUG, "no memory for %u sequences", batch->record_count);
    for (uint32_t first = 0, end = 0; first < batch->record_count; first = end) {
        while (end < batch->record_count && batch->records[end].file_index == batch->records[first].file_index)
            end++;
        if (!see_file(judge, first, end, firsts, e))
            return false;
    }
    return true;
}

/* of one record in the order of arrival; VERDICT_NONE: it goes on. */
static void judge_sequence(struct judge *judge, struct contents *contents, const struct seen_content *old,
                           uint32_t old_count, uint32_t record_index, bool is_first)
{
    struct record *r = &judge->batch->records[record_index];
    const struct batch_file *file = &judge->batch->files[r->file_index];
    const struct device_epoch *unit = &judge->state->epochs[file->unit_index];
    uint32_t *slot = contents_slot(contents, file->unit_index, r);
    if (counts_as_seen(unit, r) && !ranges_has(&unit->was, r->device_seq)) {
        r->verdict = VERDICT_DUPLICATE;
    } else if (!is_first) {
        bool is_same = *slot != STATE_NONE || was_content(old, old_count, file, r);
        r->verdict = is_same ? VERDICT_DUPLICATE : VERDICT_CONFLICT;
    } else if (judge_tac_is_bad(r, &judge->state->cards[r->card_index])) {
        r->verdict = VERDICT_TAC_BAD;
    } else if (judge_arithmetic_is_bad(r)) {
        r->verdict = VERDICT_BAD_ARITHMETIC;
    }
    if (r->verdict != VERDICT_DUPLICATE && *slot == STATE_NONE)
        *slot = record_index;
}

static const char *held_text(const struct record *r)
{
    switch (r->verdict) {
    case VERDICT_CONFLICT:
        return "the same sequence was seen with another content";
    case VERDICT_TAC_BAD:
        return r->tac_state == TAC_ABSENT ? "a tac is due and there is none" : "the tac differs";
    case VERDICT_BAD_ARITHMETIC:
        return "before, amount and after do not agree";
    default:
        return record_malformed_text(r->malformed);
    }
}

static bool attach_raw(struct judge *judge, uint32_t *next_raw, uint32_t record_index)
{
    const struct batch *batch = judge->batch;
    while (*next_raw < batch->raw_count &&
           (batch->raws[*next_raw].of != BATCH_RECORD || batch->raws[*next_raw].index < record_index))
        (*next_raw)++;
    if (*next_raw == batch->raw_count || batch->raws[*next_raw].index != record_index)
        return false;
    struct exception *row = &judge->exceptions.rows[judge->exceptions.count - 1];
    row->raw = batch->raws[*next_raw].bytes;
    row->raw_length = batch->raws[*next_raw].length;
    return true;
}

static bool judge_in_arrival_order(struct judge *judge, const struct seen_content *old, uint32_t old_count,
                                   struct err *e)
{
    struct contents contents = {0};
    struct firsts firsts = {0};
    bool done = find_firsts(judge, &firsts, e) && contents_open(&contents, judge->batch, e);
    uint32_t next_raw = 0;
    for (uint32_t i = 0; done && i < judge->batch->record_count; i++) {
        struct record *r = &judge->batch->records[i];
        if (r->malformed != MALFORMED_NOT)
            r->verdict = VERDICT_MALFORMED;
        else
            judge_sequence(judge, &contents, old, old_count, i, firsts.is_first[i]);
        if (r->verdict != VERDICT_NONE && r->verdict != VERDICT_DUPLICATE)
            done = judge_except(judge, i, r->verdict, judge->open_date, held_text(r), e);
        if (done && r->verdict == VERDICT_MALFORMED)
            ALWAYS(attach_raw(judge, &next_raw, i));
    }
    free(contents.slots);
    firsts_close(&firsts);
    return done;
}

bool judge_sequences(struct judge *judge, struct err *e)
{
    struct suspect *suspects = NULL;
    uint32_t suspect_count = 0, old_count = 0;
    struct seen_content *old = NULL;
    bool done = find_suspects(judge, &suspects, &suspect_count, e) &&
                history_contents(judge->run, judge->state->arena, suspects, suspect_count, &old, &old_count, e) &&
                judge_in_arrival_order(judge, old, old_count, e);
    free(suspects);
    return done;
}

bool judge_open(struct judge *judge, struct ledger_run *run, struct batch *batch, struct state *state,
                const struct judge_rules *rules, struct err *e)
{
    *judge = (struct judge){.batch = batch, .state = state, .rules = rules, .run = run, .open_date = run->open_date};
    judge->decisions = calloc((size_t)batch->record_count + 1, sizeof *judge->decisions);
    judge->sorted = calloc((size_t)batch->record_count + 1, sizeof *judge->sorted);
    if (!judge->decisions || !judge->sorted)
        return err_set(e, ERR_BUG, "no memory for %u decisions", batch->record_count);
    return judge_sequences(judge, e) && judge_cards(judge, e) && judge_chains(judge, e) && judge_gaps(judge, e);
}

void judge_close(struct judge *judge)
{
    free(judge->decisions);
    free(judge->sorted);
    exceptions_close(&judge->exceptions);
    *judge = (struct judge){0};
}
