/* and the flags: the records that are left, card by card in the order of posting. */
#include <stdlib.h>

#include "base/order.h"
#include "ledger/history.h"
#include "ledger/judge.h"

static int family_of(const struct record *r)
{
    return record_is_online(r) ? 1 : 0;
}

/* RULES.md 1: family offline first, counter, a reversal after its purchase, occurred_at, device_no, epoch, sequence. */
static int compare_posting(const void *a, const void *b, void *context)
{
    const struct batch *batch = context;
    const struct record *x = &batch->records[*(const uint32_t *)a], *y = &batch->records[*(const uint32_t *)b];
    ORDER(family_of(x), family_of(y));
    ORDER(x->counter, y->counter);
    ORDER(x->kind == RECORD_REVERSAL, y->kind == RECORD_REVERSAL);
    ORDER(x->occurred_at, y->occurred_at);
    ORDER(x->device_no, y->device_no);
    ORDER(x->epoch, y->epoch);
    ORDER(x->device_seq, y->device_seq);
    return *(const uint32_t *)a < *(const uint32_t *)b ? -1 : 1;
}

/* Puts the survivors of R-05 into one stretch per card. */
static void sort_by_card(struct judge *judge)
{
    struct batch *batch = judge->batch;
    struct state *state = judge->state;
    for (uint32_t i = 0; i < batch->record_count; i++)
        if (batch->records[i].verdict == VERDICT_NONE)
            state->cards[batch->records[i].card_index].sorted_count++;
    for (uint32_t i = 0; i < state->card_count; i++) {
        state->cards[i].first_sorted = judge->sorted_count;
        judge->sorted_count += state->cards[i].sorted_count;
        state->cards[i].sorted_count = 0;
    }
    for (uint32_t i = 0; i < batch->record_count; i++) {
        if (batch->records[i].verdict != VERDICT_NONE)
            continue;
        struct card *card = &state->cards[batch->records[i].card_index];
        judge->sorted[card->first_sorted + card->sorted_count++] = i;
    }
    for (uint32_t i = 0; i < state->card_count; i++) {
        const struct card *card = &state->cards[i];
        if (card->sorted_count > 1)
            qsort_r(judge->sorted + card->first_sorted, card->sorted_count, sizeof *judge->sorted, compare_posting,
                    batch);
    }
}

/* Sums of own days of the card at hand: those of this run and what was there before. */
struct day_sums {
    struct day_sum *old; /* of all cards, by card and day */
    uint32_t old_count;
    struct day_sum *now;
    uint32_t now_count, now_capacity;
};

static int compare_day_sum(const void *a, const void *b)
{
    const struct day_sum *x = a, *y = b;
    ORDER(x->card_index, y->card_index);
    ORDER(x->day, y->day);
    return 0;
}

/* Lists the own days that are older than the newest known of their card, whose sums must be read back. */
static bool find_old_days(struct judge *judge, struct day_sums *sums, struct err *e)
{
    uint32_t capacity = 0;
    for (uint32_t i = 0; i < judge->sorted_count; i++) {
        const struct record *r = &judge->batch->records[judge->sorted[i]];
        const struct card *card = &judge->state->cards[r->card_index];
        int32_t day = date_day_of(r->occurred_at);
        if (!record_is_purchase(r) || card->day == DATE_NO_DAY || day >= card->day)
            continue;
        struct day_sum *last = sums->old_count ? &sums->old[sums->old_count - 1] : NULL;
        if (last && last->card_index == r->card_index && last->day == day)
            continue;
        if (sums->old_count == capacity) {
            capacity = capacity ? capacity * 2 : 256;
            struct day_sum *grown = realloc(sums->old, capacity * sizeof *grown);
            if (!grown)
                return err_set(e, ERR_BUG, "no memory for %u own days", capacity);
            sums->old = grown;
        }
        sums->old[sums->old_count++] = (struct day_sum){r->card_index, day, 0};
    }
    if (sums->old_count == 0)
        return true;
    qsort(sums->old, sums->old_count, sizeof *sums->old, compare_day_sum);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < sums->old_count; i++)
        if (i == 0 || compare_day_sum(&sums->old[i], &sums->old[kept - 1]) != 0)
            sums->old[kept++] = sums->old[i];
    sums->old_count = kept;
    return history_day_sums(judge->run, judge->state, sums->old, sums->old_count, e);
}

static int64_t sum_before(const struct day_sums *sums, const struct card *card, uint32_t card_index, int32_t day)
{
    if (day == card->day)
        return card->day_fen;
    if (card->day == DATE_NO_DAY || day > card->day || sums->old_count == 0)
        return 0;
    struct day_sum key = {card_index, day, 0};
    const struct day_sum *found = bsearch(&key, sums->old, sums->old_count, sizeof key, compare_day_sum);
    return found ? found->sum_fen : 0;
}

/* The running sum of an own day of the card at hand; NULL exactly when *e is filled. */
static struct day_sum *sum_of_day(struct day_sums *sums, const struct card *card, uint32_t card_index, int32_t day,
                                  struct err *e)
{
    for (uint32_t i = sums->now_count; i-- > 0;) /* mostly the last one: counters go with time */
        if (sums->now[i].day == day)
            return &sums->now[i];
    if (sums->now_count == sums->now_capacity) {
        uint32_t capacity = sums->now_capacity ? sums->now_capacity * 2 : 16;
        struct day_sum *grown = realloc(sums->now, capacity * sizeof *grown);
        if (!grown) {
            (void)err_set(e, ERR_BUG, "no memory for %u own days", capacity);
            return NULL;
        }
        sums->now = grown;
        sums->now_capacity = capacity;
    }
    sums->now[sums->now_count] = (struct day_sum){card_index, day, sum_before(sums, card, card_index, day)};
    return &sums->now[sums->now_count++];
}

/* Reported lost, or closed, at a moment; opening states count as before everything. */
static void loss_state(const struct judge *judge, const struct card *card, int64_t at, bool *is_lost, bool *is_closed)
{
    *is_lost = card->on_file && card->status == CARD_LOST;
    *is_closed = card->on_file && card->status == CARD_CLOSED;
    for (uint32_t i = 0; i < card->loss_count; i++) {
        const struct loss *loss = &judge->state->losses[card->first_loss + i];
        if (loss->effective_at > at)
            break;
        if (loss->kind == LOSS_LOST)
            *is_lost = true;
        else if (loss->kind == LOSS_FOUND)
            *is_lost = false;
        else if (loss->kind == LOSS_CLOSED)
            *is_closed = true;
    }
}

static bool is_bad_time(const struct judge *judge, const struct record *r)
{
    int64_t package_at = batch_package_of(judge->batch, r)->made_at;
    return r->occurred_at > package_at + judge->rules->bad_time_after_s ||
           r->occurred_at < package_at - (int64_t)judge->rules->bad_time_before_days * DATE_SECONDS_A_DAY;
}

/* Terminal, merchant and accounting date of a record; returns the flags that come of them. */
static unsigned place_record(struct judge *judge, uint32_t record_index, const struct terminal_row **row)
{
    const struct record *r = &judge->batch->records[record_index];
    const struct batch_file *file = &judge->batch->files[r->file_index];
    const struct device_epoch *unit = &judge->state->epochs[file->unit_index];
    struct decision *decision = &judge->decisions[record_index];
    bool bad_time = is_bad_time(judge, r);
    int32_t own_day = date_day_of(r->occurred_at);
    int32_t as_of = bad_time ? judge->open_date : own_day;
    decision->accounting_date = bad_time || own_day < judge->open_date ? judge->open_date : own_day;
    decision->merchant_index = STATE_NONE;
    unsigned flags = (bad_time ? FLAG_BAD_TIME : 0u) | (own_day < decision->accounting_date ? FLAG_LATE : 0u);
    *row = state_terminal(judge->state, &judge->state->devices[unit->device_index], as_of);
    if (!*row || (*row)->school_code != judge->batch->packages[file->package_index].school_code)
        return flags | FLAG_UNKNOWN_TERMINAL;
    const struct merchant *merchant = (*row)->merchant_no ? state_merchant(judge->state, (*row)->merchant_no) : NULL;
    if (merchant)
        decision->merchant_index = (uint32_t)(merchant - judge->state->merchants);
    else if (record_is_purchase(r))
        flags |= FLAG_UNKNOWN_TERMINAL;
    return flags;
}

static unsigned card_flags(const struct judge *judge, const struct record *r, const struct card *card,
                           const struct terminal_row *row)
{
    unsigned flags = 0;
    bool is_lost = false, is_closed = false;
    if (!card->on_file)
        flags |= FLAG_UNKNOWN_CARD;
    else if (card->chip == CHIP_M1)
        flags |= FLAG_TAC_NONE;
    loss_state(judge, card, r->occurred_at, &is_lost, &is_closed);
    if (is_closed || (card->on_file && date_day_of(r->occurred_at) > card->expires_on))
        flags |= FLAG_CARD_NOT_VALID;
    if (is_lost && record_is_purchase(r))
        flags |= FLAG_BLACKLISTED;
    if (row && card->on_file && record_is_purchase(r) && !terminal_takes(row, card->card_class))
        flags |= FLAG_CLASS_REFUSED;
    return flags;
}

static bool except_flags(struct judge *judge, uint32_t record_index, struct err *e)
{
    static const struct {
        unsigned flag;
        int verdict;
        const char *detail;
    } kinds[] = {
        {FLAG_UNKNOWN_TERMINAL, EXCEPTION_UNKNOWN_TERMINAL, "terminal or merchant is not on file there on that day"},
        {FLAG_UNKNOWN_CARD, EXCEPTION_UNKNOWN_CARD, "card is not on file"},
        {FLAG_CARD_NOT_VALID, EXCEPTION_CARD_NOT_VALID, "card is closed or expired"},
        {FLAG_BLACKLISTED, EXCEPTION_BLACKLISTED, "purchase after the loss report, the bureau pays"},
        {FLAG_BAD_TIME, EXCEPTION_BAD_TIME, "time of the terminal and of the package are too far apart"},
        {FLAG_OVER_LIMIT, EXCEPTION_OVER_LIMIT, "over the limit of one purchase or of the day"},
        {FLAG_CLASS_REFUSED, EXCEPTION_CLASS_REFUSED, "terminal does not take the class of the card"},
    };
    const struct record *r = &judge->batch->records[record_index];
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if ((r->flags & kinds[i].flag) != 0 &&
            !judge_except(judge, record_index, kinds[i].verdict, judge->decisions[record_index].accounting_date,
                          kinds[i].detail, e))
            return false;
    return true;
}

static bool hold(struct judge *judge, uint32_t record_index, enum verdict verdict, const char *detail, struct err *e)
{
    struct record *r = &judge->batch->records[record_index];
    r->verdict = (uint8_t)verdict;
    r->flags = 0; /* only accepted records have flags */
    return judge_except(judge, record_index, (int)verdict, judge->open_date, detail, e);
}

/* takes the counter, the own day and the flags. */
static bool accept(struct judge *judge, struct day_sums *sums, uint32_t record_index, const struct terminal_row *row,
                   struct err *e)
{
    struct record *r = &judge->batch->records[record_index];
    struct card *card = &judge->state->cards[r->card_index];
    unsigned flags = r->flags | card_flags(judge, r, card, row);
    if (!ranges_add(&card->accepted[family_of(r)], r->counter, judge->state->arena, e))
        return false;
    if (record_is_purchase(r)) {
        struct day_sum *sum = sum_of_day(sums, card, r->card_index, date_day_of(r->occurred_at), e);
        if (!sum)
            return false;
        sum->sum_fen += r->amount_fen;
        int card_class = card->on_file ? card->card_class : 0;
        if (r->amount_fen > judge->rules->single_fen[card_class] || sum->sum_fen > judge->rules->day_fen[card_class])
            flags |= FLAG_OVER_LIMIT;
    }
    r->flags = (uint16_t)flags;
    r->verdict = VERDICT_ACCEPTED;
    card->touched = true;
    card->last_school = batch_package_of(judge->batch, r)->school_code;
    card->records++;
    return except_flags(judge, record_index, e);
}

/* The first refusal in the order of RULES.md 1 decides. */
static bool judge_record(struct judge *judge, struct day_sums *sums, uint32_t record_index, struct err *e)
{
    struct record *r = &judge->batch->records[record_index];
    const struct card *card = &judge->state->cards[r->card_index];
    const struct terminal_row *row = NULL;
    r->flags = (uint16_t)place_record(judge, record_index, &row);
    int family = family_of(r);
    bool is_taken = ranges_has(&card->accepted[family], r->counter) ||
                    (card->on_file && (int64_t)r->counter <= card->opening[family]);
    if (is_taken && r->mark == 0 && r->kind != RECORD_REVERSAL)
        return hold(judge, record_index, VERDICT_COUNTER_CONFLICT, "the card's counter was used before", e);
    if (r->mark == 1)
        return hold(judge, record_index, VERDICT_GRAY, "debit sent, answer lost", e);
    if (r->kind == RECORD_REVERSAL)
        return hold(judge, record_index, VERDICT_UNMATCHED_REVERSAL, "no accepted purchase is known for it", e);
    return accept(judge, sums, record_index, row, e);
}

static void keep_newest_day(struct card *card, const struct day_sums *sums)
{
    for (uint32_t i = 0; i < sums->now_count; i++) {
        if (card->day != DATE_NO_DAY && sums->now[i].day < card->day)
            continue;
        card->day = sums->now[i].day;
        card->day_fen = sums->now[i].sum_fen;
    }
}

/* Held purchases are shown to the merchant too, so every record that stays has its place. */
static void place_held(struct judge *judge)
{
    const struct terminal_row *row = NULL;
    for (uint32_t i = 0; i < judge->batch->record_count; i++) {
        const struct record *r = &judge->batch->records[i];
        if (record_stays(r) && r->verdict != VERDICT_NONE)
            (void)place_record(judge, i, &row);
    }
}

bool judge_cards(struct judge *judge, struct err *e)
{
    struct day_sums sums = {0};
    place_held(judge);
    sort_by_card(judge);
    bool done = find_old_days(judge, &sums, e);
    for (uint32_t i = 0; done && i < judge->state->card_count; i++) {
        struct card *card = &judge->state->cards[i];
        sums.now_count = 0;
        for (uint32_t k = 0; done && k < card->sorted_count; k++)
            done = judge_record(judge, &sums, judge->sorted[card->first_sorted + k], e);
        keep_newest_day(card, &sums);
    }
    free(sums.old);
    free(sums.now);
    return done;
}
