#include "ledger/transfer.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/array.h"
#include "base/date.h"
#include "base/money.h"
#include "ledger/leaf.h"
#include "queries.h"

enum { FIRST_ROWS = 512 };

/* What one account moved on a date. */
struct sum {
    struct account account;
    int64_t debit_fen;
    int64_t credit_fen;
};

struct trial_row {
    int32_t date;
    int64_t debit_fen[ACCOUNT_CODE_COUNT];
    int64_t credit_fen[ACCOUNT_CODE_COUNT];
};

struct account_row {
    int32_t date;
    struct sum sum;
};

struct book {
    struct ledger_run *run;
    struct db_copy *copy;
    int32_t date;
    struct trial_row *trial; /* one per date */
    size_t trial_count;
    struct account_row *rows; /* date by date, in the order in which accounts first moved */
    uint32_t row_count, row_capacity;
    uint32_t first_row; /* of the date at hand */
    struct hash_slots slots; /* its rows by account */
};

int64_t transfer_id(const struct transfer *t)
{
    ALWAYS(t->leg >= 0 && t->leg < 1 << TRANSFER_LEG_BITS);
    return t->entry_id << TRANSFER_LEG_BITS | t->leg;
}

bool book_open(struct book **book, struct ledger_run *run, struct err *e)
{
    *book = calloc(1, sizeof **book);
    if (!*book)
        return err_set(e, ERR_BUG, "no memory for a book");
    (*book)->run = run;
    return true;
}

bool book_begin_date(struct book *book, int32_t accounting_date, struct err *e)
{
    static const char columns[] = "transfer_id, school_code, accounting_date, occurred_at, debit_account, "
                                  "credit_account, amount_fen, kind, card_no, merchant_no, device_no, device_seq, "
                                  "reverses";
    ALWAYS(!book->copy);
    struct trial_row *trial = realloc(book->trial, (book->trial_count + 1) * sizeof *trial);
    if (!trial)
        return err_set(e, ERR_BUG, "no memory for a trial balance");
    book->trial = trial;
    trial[book->trial_count++] = (struct trial_row){.date = accounting_date};
    book->date = accounting_date;
    book->first_row = book->row_count;
    return hash_open(&book->slots, book->run->seed, FIRST_ROWS, e) &&
           leaf_open(book->run, "transfer", accounting_date, columns, &book->copy, e);
}

static uint64_t hash_account(const struct hash_seed *seed, const struct account *a)
{
    uint64_t h = hash_number(seed, 0, (uint64_t)a->code);
    h = hash_number(seed, h, (uint64_t)a->owner);
    h = hash_number(seed, h, (uint64_t)a->about);
    for (const char *c = a->word; c && *c; c++)
        h = hash_number(seed, h, (unsigned char)*c);
    return h;
}

static uint32_t *find_slot(struct book *book, const struct account *account)
{
    struct hash_slots *slots = &book->slots;
    uint32_t at = hash_first(slots, hash_account(&slots->seed, account));
    while (slots->places[at] != HASH_NONE && !account_equal(&book->rows[slots->places[at]].sum.account, account))
        at = hash_next(slots, at);
    return &slots->places[at];
}

static bool grow_slots(struct book *book, struct err *e)
{
    if (!hash_open(&book->slots, book->run->seed, 2 * (book->row_count - book->first_row), e))
        return false;
    for (uint32_t i = book->first_row; i < book->row_count; i++)
        hash_put(&book->slots, hash_account(&book->slots.seed, &book->rows[i].sum.account), i);
    return true;
}

/* The sum of an account on the date at hand, 0 where it has not moved yet; NULL exactly when *e is filled. */
static struct sum *find_sum(struct book *book, const struct account *account, struct err *e)
{
    uint32_t *place = find_slot(book, account);
    if (*place != HASH_NONE)
        return &book->rows[*place].sum;
    struct account_row *grown = array_extend(book->rows, ARRAY_SIZE(book, row, *grown), 1, e);
    if (!grown)
        return NULL;
    book->rows = grown;
    grown[book->row_count - 1] = (struct account_row){book->date, {.account = *account}};
    *place = book->row_count - 1;
    if ((uint64_t)(book->row_count - book->first_row) * 2 > book->slots.mask && !grow_slots(book, e))
        return NULL;
    return &grown[book->row_count - 1].sum;
}

/* Adds to the sums of one side; the purses of cards are summed by code only. */
static bool add_side(struct book *book, const struct account *account, int64_t debit_fen, int64_t credit_fen,
                     struct err *e)
{
    struct trial_row *trial = &book->trial[book->trial_count - 1];
    int place = account_place(account->code);
    if (!money_add(&trial->debit_fen[place], debit_fen, e) || !money_add(&trial->credit_fen[place], credit_fen, e))
        return false;
    if (account->code == ACCOUNT_CARD_PURSE)
        return true;
    struct sum *sum = find_sum(book, account, e);
    return sum && money_add(&sum->debit_fen, debit_fen, e) && money_add(&sum->credit_fen, credit_fen, e);
}

bool book_add(struct book *book, const struct transfer *t, struct err *e)
{
    ALWAYS(t->accounting_date == book->date && t->amount_fen > 0 && t->school_code >= 0);
    struct db_copy *copy = book->copy;
    char debit[ACCOUNT_TEXT_BYTES], credit[ACCOUNT_TEXT_BYTES];
    size_t debit_length = account_format(&t->debit, debit);
    size_t credit_length = account_format(&t->credit, credit);
    if (!db_copy_row(copy, 13, 80 + debit_length + credit_length, e))
        return false;
    db_put_int64(copy, transfer_id(t));
    db_put_int64(copy, t->school_code);
    db_put_day(copy, t->accounting_date);
    db_put_moment(copy, t->occurred_at);
    db_put_bytes(copy, debit, debit_length);
    db_put_bytes(copy, credit, credit_length);
    db_put_int64(copy, t->amount_fen);
    db_put_int16(copy, (int16_t)t->kind);
    db_put_int64_or_null(copy, t->card_no, -1);
    db_put_int64_or_null(copy, t->merchant_no, 0);
    db_put_int32_or_null(copy, t->device_no, -1);
    db_put_int64_or_null(copy, t->device_seq, 0);
    db_put_int64_or_null(copy, t->reverses, 0);
    return add_side(book, &t->debit, t->amount_fen, 0, e) && add_side(book, &t->credit, 0, t->amount_fen, e);
}

bool book_end_date(struct book *book, struct err *e)
{
    struct db_copy *copy = book->copy;
    book->copy = NULL;
    return leaf_close(book->run, "transfer", book->date, copy, e) &&
           leaf_attach(book->run, "transfer", book->date, e);
}

static bool write_trial(struct book *book, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_copy_open(book->run->db, sql_ledger_copy_trial_delta, &copy, e))
        return false;
    for (size_t i = 0; i < book->trial_count; i++) {
        const struct trial_row *row = &book->trial[i];
        int64_t debit_fen = 0, credit_fen = 0;
        for (int place = 0; place < ACCOUNT_CODE_COUNT; place++) {
            debit_fen += row->debit_fen[place];
            credit_fen += row->credit_fen[place];
            if (row->debit_fen[place] == 0 && row->credit_fen[place] == 0)
                continue;
            if (!db_copy_row(copy, 5, 30, e)) {
                db_copy_abort(copy);
                return false;
            }
            db_put_day(copy, row->date);
            db_put_int64(copy, book->run->run_id);
            db_put_int16(copy, (int16_t)account_code_at(place));
            db_put_int64(copy, row->debit_fen[place]);
            db_put_int64(copy, row->credit_fen[place]);
        }
        ALWAYS(debit_fen == credit_fen);
    }
    return db_copy_close(copy, NULL, e);
}

static bool write_accounts(struct book *book, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_copy_open(book->run->db, sql_ledger_copy_account_delta, &copy, e))
        return false;
    for (uint32_t i = 0; i < book->row_count; i++) {
        char text[ACCOUNT_TEXT_BYTES];
        size_t length = account_format(&book->rows[i].sum.account, text);
        if (!db_copy_row(copy, 5, 28 + length, e)) {
            db_copy_abort(copy);
            return false;
        }
        db_put_day(copy, book->rows[i].date);
        db_put_int64(copy, book->run->run_id);
        db_put_bytes(copy, text, length);
        db_put_int64(copy, book->rows[i].sum.debit_fen);
        db_put_int64(copy, book->rows[i].sum.credit_fen);
    }
    return db_copy_close(copy, NULL, e);
}

bool book_finish(struct book *book, struct err *e)
{
    ALWAYS(!book->copy);
    return write_trial(book, e) && write_accounts(book, e);
}

void book_close(struct book *book)
{
    if (!book)
        return;
    db_copy_abort(book->copy);
    hash_close(&book->slots);
    free(book->trial);
    free(book->rows);
    free(book);
}

static int compare_transfers(const void *a, const void *b)
{
    const struct transfer *x = a, *y = b;
    if (x->accounting_date != y->accounting_date)
        return x->accounting_date < y->accounting_date ? -1 : 1;
    if (x->entry_id != y->entry_id)
        return x->entry_id < y->entry_id ? -1 : 1;
    return x->leg - y->leg;
}

static bool post_sorted(struct book *book, const struct transfer *transfers, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        bool is_first = i == 0 || transfers[i - 1].accounting_date != transfers[i].accounting_date;
        bool is_last = i + 1 == count || transfers[i + 1].accounting_date != transfers[i].accounting_date;
        if (is_first && !book_begin_date(book, transfers[i].accounting_date, e))
            return false;
        if (!book_add(book, &transfers[i], e) || (is_last && !book_end_date(book, e)))
            return false;
    }
    return book_finish(book, e);
}

bool book_post_all(struct ledger_run *run, struct transfer *transfers, size_t count, struct err *e)
{
    if (count == 0)
        return true;
    qsort(transfers, count, sizeof *transfers, compare_transfers);
    struct book *book = NULL;
    bool posted = book_open(&book, run, e) && post_sorted(book, transfers, count, e);
    book_close(book);
    return posted;
}
