#include "ledger/judge.h"

#include <stdlib.h>


/* A record that names no key is right under the key of its card, or of any that is loaded where the card is not on file
 * (FORMATS.md 4). */
static bool unnamed_key_is_good(const struct record *r, const struct card *card)
{
    static const uint32_t of_chip[] = {UINT32_MAX, 0xFFFF, 0xFFFF0000, 0}; /* by enum record_chip */
    if (!card->on_file)
        return (r->tac_matches & of_chip[r->key & 3]) != 0;
    return (r->tac_matches >> (16 * (card->chip == CHIP_SM4) + card->key_version) & 1) != 0;
}

bool judge_tac_is_bad(const struct record *r, const struct card *card)
{
    bool is_due = r->kind != RECORD_REVERSAL && !(card->on_file && card->chip == CHIP_M1);
    if (!is_due)
        return false;
    if (r->mark == 1 && (r->tac[0] | r->tac[1] | r->tac[2] | r->tac[3]) == 0)
        return false;
    if ((r->key & 0xF0) == RECORD_KEY_UNNAMED)
        return !unnamed_key_is_good(r, card);
    return r->tac_state != TAC_GOOD;
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

/* The place of what an exception is about, common to records, identities and statuses. */
static struct exception *except_in_file(struct judge *judge, uint32_t file_index, int verdict, int32_t accounting_date,
                                        struct err *e)
{
    const struct batch_file *file = &judge->batch->files[file_index];
    const struct batch_package *package = &judge->batch->packages[file->package_index];
    struct exception *row = exceptions_add(&judge->exceptions, verdict, accounting_date, e);
    if (!row)
        return NULL;
    row->school_code = package->school_code;
    row->archive_id = package->archive_id;
    row->file_no = file->file_no;
    if (file->has_device) {
        row->device_no = file->device_no;
        row->epoch = file->epoch;
    }
    return row;
}

bool judge_except(struct judge *judge, uint32_t record_index, int verdict, int32_t accounting_date, const char *detail,
                  struct err *e)
{
    const struct record *r = &judge->batch->records[record_index];
    struct exception *row = except_in_file(judge, r->file_index, verdict, accounting_date, e);
    if (!row)
        return false;
    row->record_no = r->record_no;
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

bool judge_except_identity(struct judge *judge, uint32_t identity_index, const char *detail, struct err *e)
{
    const struct identity *r = &judge->batch->identities[identity_index];
    uint32_t file_index = batch_file_of_identity(judge->batch, identity_index);
    struct exception *row = except_in_file(judge, file_index, r->verdict, judge->open_date, e);
    if (!row)
        return false;
    row->record_no = r->record_no;
    row->detail = detail;
    if (r->verdict == VERDICT_MALFORMED)
        return true;
    row->record_id = judge_identity_id(judge, identity_index);
    row->device_seq = r->device_seq;
    row->card_no = r->card_no > 0 ? r->card_no : -1;
    row->amount_fen = 0;
    row->occurred_at = r->occurred_at;
    return true;
}

bool judge_except_status(struct judge *judge, uint32_t status_index, struct err *e)
{
    const struct batch_status *status = &judge->batch->statuses[status_index];
    struct exception *row = except_in_file(judge, status->file_index, VERDICT_MALFORMED, judge->open_date, e);
    if (!row)
        return false;
    row->record_no = status->record_no;
    row->detail = record_malformed_text((enum malformed)status->malformed);
    return true;
}

int64_t judge_identity_id(const struct judge *judge, uint32_t identity_index)
{
    return ledger_run_id_of(judge->run, (int64_t)judge->ordinals + identity_index);
}

/* How many records may be judged once more at the end: each gets a record of its own behind the others. */
static uint32_t count_askable(const struct batch *batch)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < batch->arrived_records; i++)
        count += batch->records[i].mark == 1 || batch->records[i].kind == RECORD_REVERSAL;
    return count;
}

bool judge_open(struct judge *judge, struct ledger_run *run, struct batch *batch, struct state *state,
                const struct judge_rules *rules, struct err *e)
{
    *judge = (struct judge){.batch = batch, .state = state, .rules = rules, .run = run, .open_date = run->open_date};
    judge->ordinals = batch->record_count + count_askable(batch);
    judge->decisions = calloc((size_t)judge->ordinals + 1, sizeof *judge->decisions);
    judge->sorted = calloc((size_t)batch->record_count + 1, sizeof *judge->sorted);
    if (!judge->decisions || !judge->sorted)
        return err_set(e, ERR_BUG, "no memory for %u decisions", judge->ordinals);
    return judge_sequences(judge, e) && judge_cards(judge, e) && judge_held(judge, e) && judge_chains(judge, e) &&
           judge_gaps(judge, e);
}

void judge_close(struct judge *judge)
{
    free(judge->decisions);
    free(judge->sorted);
    free(judge->late_cards);
    free(judge->held);
    free(judge->held_of);
    free(judge->reversals);
    free(judge->purchases.rows);
    free(judge->open_cards);
    free(judge->wishes);
    exceptions_close(&judge->exceptions);
    *judge = (struct judge){0};
}
