#include "ledger/subsidy.h"

#include "base/date.h"
#include "ledger/claim.h"
#include "ledger/transfer.h"

static bool post_grant(struct ledger_run *run, struct book *book, const struct subsidy_grant *grant, struct err *e)
{
    struct transfer t = {.kind = TRANSFER_SUBSIDY_GRANT,
                         .school_code = grant->school_code,
                         .accounting_date = run->open_date,
                         .occurred_at = date_moment(run->open_date, 0, 0, 0),
                         .debit = account_named(ACCOUNT_SUBSIDY_FUND, ""),
                         .credit = account_of(ACCOUNT_SUBSIDY_TO_CLAIM, grant->card_no),
                         .amount_fen = grant->amount_fen,
                         .card_no = grant->card_no,
                         .device_no = -1};
    return ledger_run_next_entry(run, &t.entry_id, e) && book_add(book, &t, e);
}

/* Row by row, since a class may be all pupils of a city. */
static bool post_grants(struct ledger_run *run, struct book *book, const struct subsidy_grant *grants, size_t count,
                        struct err *e)
{
    if (!book_begin_date(book, run->open_date, e))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!post_grant(run, book, &grants[i], e))
            return false;
    return book_end_date(book, e) && book_finish(book, e);
}

static bool keep_lots(struct ledger_run *run, struct arena *arena, const struct subsidy_grant *grants, size_t count,
                      struct err *e)
{
    struct claims *claims = NULL;
    int64_t *card_nos = arena_array(arena, count, sizeof *card_nos, e);
    for (size_t i = 0; card_nos && i < count; i++)
        card_nos[i] = grants[i].card_no;
    if (!card_nos || !claims_open(&claims, run->seed, arena, e) || !claims_load_cards(claims, run, card_nos, count, e))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct claim *claim = claims_make(claims, grants[i].card_no, e);
        struct lot lot = {.valid_to = grants[i].valid_to, .left_fen = grants[i].amount_fen};
        if (!claim || !claim_add_lot(claims, claim, lot, e))
            return false;
    }
    return claims_write(claims, run, e);
}

bool subsidy_post(struct ledger_run *run, struct arena *arena, const struct subsidy_grant *grants, size_t count,
                  struct err *e)
{
    struct book *book = NULL;
    if (count == 0)
        return true;
    bool posted = book_open(&book, run, e) && post_grants(run, book, grants, count, e);
    book_close(book);
    return posted && keep_lots(run, arena, grants, count, e);
}
