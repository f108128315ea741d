#include "ledger/tally.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/money.h"
#include "base/order.h"
#include "ledger/posting.h"
#include "queries.h"

static bool add_tally(struct tally *to, const struct tally *from, struct err *e)
{
    to->records += from->records;
    to->posted += from->posted;
    to->duplicate += from->duplicate;
    to->held += from->held;
    to->rejected += from->rejected;
    return money_add(&to->amount_fen, from->amount_fen, e) && money_add(&to->posted_fen, from->posted_fen, e) &&
           money_add(&to->duplicate_fen, from->duplicate_fen, e) && money_add(&to->held_fen, from->held_fen, e) &&
           money_add(&to->rejected_fen, from->rejected_fen, e);
}

static void count_verdict(struct tally *tally, uint8_t verdict, uint32_t amount_fen)
{
    switch (verdict) {
    case VERDICT_MALFORMED:
        tally->rejected++;
        tally->rejected_fen += amount_fen;
        break;
    case VERDICT_DUPLICATE:
        tally->duplicate++;
        tally->duplicate_fen += amount_fen;
        break;
    case VERDICT_ACCEPTED:
        tally->posted++;
        tally->posted_fen += amount_fen;
        break;
    default:
        ALWAYS(verdict != VERDICT_NONE);
        tally->held++;
        tally->held_fen += amount_fen;
    }
}

/* All that a file holds, by its first verdict. Status rows count as posted (FORMATS.md 2). */
static void count_file(const struct batch *batch, struct batch_file *file)
{
    for (uint32_t i = 0; i < file->record_count; i++) {
        const struct record *r = &batch->records[file->first_record + i];
        count_verdict(&file->tally, r->verdict, r->amount_fen);
    }
    for (uint32_t i = 0; i < file->identity_count; i++)
        count_verdict(&file->tally, batch->identities[file->first_identity + i].verdict, 0);
    for (uint32_t i = 0; i < file->status_count; i++) {
        bool is_good = batch->statuses[file->first_status + i].malformed == MALFORMED_NOT;
        count_verdict(&file->tally, is_good ? VERDICT_ACCEPTED : VERDICT_MALFORMED, 0);
    }
}

static bool closes(const struct tally *t, const char *what, int64_t number, struct err *e)
{
    if (t->records == t->posted + t->duplicate + t->held + t->rejected &&
        t->amount_fen == t->posted_fen + t->duplicate_fen + t->held_fen + t->rejected_fen)
        return true;
    return err_set(e, ERR_BUG,
                   "%s %" PRId64 ": collected %" PRId64 " records and %" PRId64
                   " fen, but the verdicts make another sum",
                   what, number, t->records, t->amount_fen);
}

static bool except_refused(struct judge *judge, const struct batch_file *file, struct err *e)
{
    const struct batch_package *package = &judge->batch->packages[file->package_index];
    struct exception *row = exceptions_add(&judge->exceptions, EXCEPTION_FILE_REFUSED, judge->open_date, e);
    if (!row)
        return false;
    row->school_code = package->school_code;
    row->archive_id = package->archive_id;
    row->file_no = file->file_no;
    if (file->has_device)
        row->device_no = file->device_no;
    row->amount_fen = file->amount_fen;
    row->detail = file->refused;
    return true;
}

/* What the file holds by its manifest, and what the verdicts of its records make of it. */
static bool tally_file(struct judge *judge, struct batch_file *file, struct err *e)
{
    file->tally = (struct tally){.records = file->records, .amount_fen = file->amount_fen};
    if (file->refused) {
        file->tally.rejected = file->records;
        file->tally.rejected_fen = file->amount_fen;
        return except_refused(judge, file, e);
    }
    count_file(judge->batch, file);
    if (!closes(&file->tally, "file", file->file_no, e))
        return false;
    return !file->has_device || add_tally(&judge->state->epochs[file->unit_index].tally, &file->tally, e);
}

bool tally_batch(struct judge *judge, struct tally *run, struct err *e)
{
    *run = (struct tally){0};
    for (uint32_t i = 0; i < judge->batch->arrived_packages; i++) {
        struct batch_package *package = &judge->batch->packages[i];
        for (uint32_t k = 0; k < package->file_count; k++) {
            struct batch_file *file = &judge->batch->files[package->first_file + k];
            if (!tally_file(judge, file, e) || !add_tally(&package->tally, &file->tally, e))
                return err_context(e, "package %" PRId64, package->archive_id);
        }
        if (!closes(&package->tally, "package", package->archive_id, e) || !add_tally(run, &package->tally, e))
            return false;
    }
    return closes(run, "run", judge->run->run_id, e);
}

/* A line of ledger.merchant_meal, or with merchant_no 0 of ledger.device_day. */
struct line {
    int64_t merchant_no;
    int32_t date;
    int32_t meal; /* 0: of a device's day */
    uint32_t device_no;
    int64_t purchases, purchase_fen, reversals, reversal_fen, late, late_fen, held, held_fen;
};

struct lines {
    struct line *rows;
    uint32_t count, capacity;
};

static int compare_lines(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    ORDER(x->date, y->date);
    ORDER(x->merchant_no, y->merchant_no);
    ORDER(x->meal, y->meal);
    ORDER(x->device_no, y->device_no);
    return 0;
}

static void add_line(struct line *to, const struct line *from)
{
    to->purchases += from->purchases;
    to->purchase_fen += from->purchase_fen;
    to->reversals += from->reversals;
    to->reversal_fen += from->reversal_fen;
    to->late += from->late;
    to->late_fen += from->late_fen;
    to->held += from->held;
    to->held_fen += from->held_fen;
}

static void merge_lines(struct lines *lines)
{
    uint32_t kept = 0;
    if (lines->count == 0)
        return;
    qsort(lines->rows, lines->count, sizeof *lines->rows, compare_lines);
    for (uint32_t i = 1; i < lines->count; i++) {
        if (compare_lines(&lines->rows[kept], &lines->rows[i]) == 0)
            add_line(&lines->rows[kept], &lines->rows[i]);
        else
            lines->rows[++kept] = lines->rows[i];
    }
    lines->count = kept + 1;
}

/* Makes room for a line: first by merging what is there, so that lines are as many as sums and not as records. */
static bool make_room(struct lines *lines, struct err *e)
{
    if (lines->count < lines->capacity)
        return true;
    merge_lines(lines);
    if (lines->capacity > 0 && lines->count <= lines->capacity / 2)
        return true;
    uint32_t capacity = lines->capacity ? lines->capacity * 2 : 1024;
    struct line *grown = realloc(lines->rows, capacity * sizeof *grown);
    if (!grown)
        return err_set(e, ERR_BUG, "no memory for %u lines", capacity);
    lines->rows = grown;
    lines->capacity = capacity;
    return true;
}

/* The line that a record belongs to: mostly the last one, since records of a file come together. */
static struct line *line_of(struct lines *lines, const struct line *key, struct err *e)
{
    if (lines->count > 0 && compare_lines(&lines->rows[lines->count - 1], key) == 0)
        return &lines->rows[lines->count - 1];
    if (!make_room(lines, e))
        return NULL;
    lines->rows[lines->count] = *key;
    return &lines->rows[lines->count++];
}

/* The merchant of a record; of a reversal that of its purchase, as it was posted (P-05). 0: none. */
static int64_t merchant_of(const struct judge *judge, uint32_t record_index)
{
    const struct record *r = &judge->batch->records[record_index];
    if (r->kind == RECORD_REVERSAL)
        return posting_reversed_merchant(judge, record_index);
    uint32_t merchant_index = judge->decisions[record_index].merchant_index;
    return merchant_index == STATE_NONE ? 0 : judge->state->merchants[merchant_index].merchant_no;
}

static bool add_meal(struct judge *judge, uint32_t record_index, const struct line *sum, struct lines *meals, struct err *e)
{
    const struct record *r = &judge->batch->records[record_index];
    int64_t merchant_no = merchant_of(judge, record_index);
    if (merchant_no == 0)
        return true;
    struct line key = {.merchant_no = merchant_no,
                       .date = r->verdict == VERDICT_ACCEPTED ? judge->decisions[record_index].accounting_date
                                                              : judge->open_date,
                       .meal = judge_meal(judge->rules, merchant_no, r->occurred_at)};
    struct line *line = line_of(meals, &key, e);
    if (line)
        add_line(line, sum);
    return line != NULL;
}

static bool add_purchase(struct judge *judge, uint32_t record_index, struct lines *meals, struct lines *days,
                         struct err *e)
{
    const struct record *r = &judge->batch->records[record_index];
    struct line sum = {.held = 1, .held_fen = r->amount_fen};
    if (r->verdict == VERDICT_ACCEPTED) {
        struct line key = {.date = date_day_of(r->occurred_at), .device_no = r->device_no};
        struct line *line = line_of(days, &key, e);
        sum = (struct line){.purchases = 1, .purchase_fen = r->amount_fen};
        if (!line)
            return false;
        add_line(line, &sum);
        sum.late = (r->flags & FLAG_LATE) != 0;
        sum.late_fen = sum.late ? r->amount_fen : 0;
    }
    return add_meal(judge, record_index, &sum, meals, e);
}

/* What is held is counted when it is first held, and not again when it stays so. */
static bool add_record(struct judge *judge, uint32_t record_index, struct lines *meals, struct lines *days, struct err *e)
{
    const struct record *r = &judge->batch->records[record_index];
    if (!record_stays(r) || (record_index >= judge->batch->arrived_records && r->verdict != VERDICT_ACCEPTED))
        return true;
    if (record_is_purchase(r))
        return add_purchase(judge, record_index, meals, days, e);
    struct line sum = {.reversals = 1, .reversal_fen = r->amount_fen};
    return r->kind != RECORD_REVERSAL || r->verdict != VERDICT_ACCEPTED || add_meal(judge, record_index, &sum, meals, e);
}

static bool sum_records(struct judge *judge, struct lines *meals, struct lines *days, struct err *e)
{
    for (uint32_t i = 0; i < judge->batch->record_count; i++)
        if (!add_record(judge, i, meals, days, e))
            return false;
    merge_lines(meals);
    merge_lines(days);
    return true;
}

static bool put_meal(struct db_copy *copy, const struct line *line, int64_t run_id, struct err *e)
{
    if (!db_copy_row(copy, 12, 90, e))
        return false;
    db_put_day(copy, line->date);
    db_put_int64(copy, run_id);
    db_put_int64(copy, line->merchant_no);
    db_put_int16(copy, (int16_t)line->meal);
    const int64_t figures[] = {line->purchases, line->purchase_fen, line->reversals, line->reversal_fen, line->late, line->late_fen, line->held,
                               line->held_fen};
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        db_put_int64(copy, figures[i]);
    return true;
}

static bool put_day(struct db_copy *copy, const struct line *line, int64_t run_id, struct err *e)
{
    if (!db_copy_row(copy, 5, 32, e))
        return false;
    db_put_day(copy, line->date);
    db_put_int64(copy, run_id);
    db_put_int32(copy, (int32_t)line->device_no);
    db_put_int64(copy, line->purchases);
    db_put_int64(copy, line->purchase_fen);
    return true;
}

static bool write_lines(struct ledger_run *run, const char *sql, const struct lines *lines,
                        bool (*put)(struct db_copy *, const struct line *, int64_t, struct err *), struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_copy_open(run->db, sql, &copy, e))
        return false;
    for (uint32_t i = 0; i < lines->count; i++) {
        if (!put(copy, &lines->rows[i], run->run_id, e)) {
            db_copy_abort(copy);
            return false;
        }
    }
    return db_copy_close(copy, NULL, e);
}

/* Sequences missing of a device now: of the epochs of this run as they are in memory, of its others as on file. */
static void count_missing(const struct state *state, int64_t *missing)
{
    for (uint32_t i = 0; i < state->epoch_count; i++)
        missing[state->epochs[i].device_index] += ranges_missing(&state->epochs[i].seen, state->epochs[i].floor);
    for (uint32_t i = 0; i < state->other_epoch_count; i++) {
        const struct device_epoch *other = &state->other_epochs[i];
        missing[other->device_index] += ranges_missing(&other->was, other->floor);
    }
}

static bool write_terminals(struct judge *judge, const struct tally *tallies, const int64_t *missing, struct err *e)
{
    const struct state *state = judge->state;
    struct db_copy *copy = NULL;
    if (!db_copy_open(judge->run->db, sql_ledger_copy_terminal_run, &copy, e))
        return false;
    for (uint32_t i = 0; i < state->device_count; i++) {
        const struct tally *t = &tallies[i];
        if (t->records == 0)
            continue;
        if (!db_copy_row(copy, 16, 120, e)) {
            db_copy_abort(copy);
            return false;
        }
        db_put_day(copy, judge->open_date);
        db_put_int64(copy, judge->run->run_id);
        db_put_int32(copy, (int32_t)state->devices[i].device_no);
        db_put_int64(copy, state->devices[i].school_code);
        const int64_t figures[] = {t->records,    t->posted,     t->duplicate,     t->held,     t->rejected,    missing[i],
                                   t->amount_fen, t->posted_fen, t->duplicate_fen, t->held_fen, t->rejected_fen};
        for (size_t k = 0; k < sizeof figures / sizeof figures[0]; k++)
            db_put_int64(copy, figures[k]);
        db_put_int64_or_null(copy, state->devices[i].total_fen, -1);
    }
    return db_copy_close(copy, NULL, e);
}

/* One row per device, all its epochs together. */
static bool tally_terminals(struct judge *judge, struct err *e)
{
    const struct state *state = judge->state;
    struct tally *tallies = arena_array(state->arena, (size_t)state->device_count + 1, sizeof *tallies, e);
    int64_t *missing = tallies ? arena_array(state->arena, (size_t)state->device_count + 1, sizeof *missing, e) : NULL;
    if (!missing)
        return false;
    for (uint32_t i = 0; i < state->epoch_count; i++)
        if (!add_tally(&tallies[state->epochs[i].device_index], &state->epochs[i].tally, e))
            return false;
    count_missing(state, missing);
    return write_terminals(judge, tallies, missing, e);
}

bool tally_write(struct judge *judge, struct err *e)
{
    struct lines meals = {0}, days = {0};
    bool done = sum_records(judge, &meals, &days, e) &&
                write_lines(judge->run, sql_ledger_copy_merchant_meal, &meals, put_meal, e) &&
                write_lines(judge->run, sql_ledger_copy_device_day, &days, put_day, e) && tally_terminals(judge, e);
    free(meals.rows);
    free(days.rows);
    return done;
}
