/* Between which moments the records of a run lie: what look-backs of later runs open its leaf for. */
#include <stdlib.h>

#include "base/array.h"
#include "base/order.h"
#include "ledger/store.h"
#include "queries.h"

enum { SPAN_DAYS = 7 }; /* what is older by more does not stretch the span */

/* Records of a card that lie outside the span. */
struct astray {
    int64_t card_no;
    int64_t first_at, last_at;
};

struct span {
    int64_t first_at, last_at; /* DATE_NO_MOMENT: no record */
    struct astray *astray;
    uint32_t astray_count, astray_capacity;
};

static int compare_astray(const void *a, const void *b)
{
    const struct astray *x = a, *y = b;
    ORDER(x->card_no, y->card_no);
    ORDER(x->first_at, y->first_at);
    return 0;
}

static bool add_record(struct span *span, const struct record *r, int64_t floor_at, int64_t end_at, struct err *e)
{
    if (r->occurred_at >= floor_at && r->occurred_at <= end_at) {
        if (span->first_at == DATE_NO_MOMENT || r->occurred_at < span->first_at)
            span->first_at = r->occurred_at;
        if (span->last_at == DATE_NO_MOMENT || r->occurred_at > span->last_at)
            span->last_at = r->occurred_at;
        return true;
    }
    struct astray *grown = array_extend(span->astray, ARRAY_SIZE(span, astray, *grown), 1, e);
    if (!grown)
        return false;
    span->astray = grown;
    grown[span->astray_count - 1] = (struct astray){r->card_no, r->occurred_at, r->occurred_at};
    return true;
}

/* One row a card. */
static void merge_astray(struct span *span)
{
    uint32_t kept = 0;
    if (span->astray_count == 0)
        return;
    qsort(span->astray, span->astray_count, sizeof *span->astray, compare_astray);
    for (uint32_t i = 1; i < span->astray_count; i++) {
        if (span->astray[i].card_no != span->astray[kept].card_no)
            span->astray[++kept] = span->astray[i];
        else if (span->astray[i].last_at > span->astray[kept].last_at)
            span->astray[kept].last_at = span->astray[i].last_at;
    }
    span->astray_count = kept + 1;
}

static bool find_span(const struct judge *judge, struct span *span, struct err *e)
{
    int64_t floor_at = date_moment(judge->open_date - SPAN_DAYS, 0, 0, 0);
    for (uint32_t i = 0; i < judge->batch->record_count; i++) {
        const struct record *r = &judge->batch->records[i];
        int64_t end_at = batch_package_of(judge->batch, r)->made_at + judge->rules->bad_time_after_s;
        if (record_stays(r) && !add_record(span, r, floor_at, end_at, e))
            return false;
    }
    merge_astray(span);
    return true;
}

static bool put_span(const struct judge *judge, struct db_copy *copy, const struct span *span, struct err *e)
{
    if (span->first_at == DATE_NO_MOMENT)
        return true;
    if (!db_copy_row(copy, 4, 28, e))
        return false;
    db_put_int64(copy, judge->run->run_id);
    db_put_day(copy, judge->open_date);
    db_put_moment(copy, span->first_at);
    db_put_moment(copy, span->last_at);
    return true;
}

static bool put_astray(const struct judge *judge, struct db_copy *copy, const struct span *span, struct err *e)
{
    for (uint32_t i = 0; i < span->astray_count; i++) {
        if (!db_copy_row(copy, 5, 36, e))
            return false;
        db_put_int64(copy, span->astray[i].card_no);
        db_put_int64(copy, judge->run->run_id);
        db_put_day(copy, judge->open_date);
        db_put_moment(copy, span->astray[i].first_at);
        db_put_moment(copy, span->astray[i].last_at);
    }
    return true;
}

static bool write(const struct judge *judge, const char *sql, const struct span *span,
                  bool (*put)(const struct judge *, struct db_copy *, const struct span *, struct err *), struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_copy_open(judge->run->db, sql, &copy, e))
        return false;
    if (!put(judge, copy, span, e)) {
        db_copy_abort(copy);
        return false;
    }
    return db_copy_close(copy, NULL, e);
}

bool store_span(const struct judge *judge, struct err *e)
{
    struct span span = {.first_at = DATE_NO_MOMENT, .last_at = DATE_NO_MOMENT};
    bool done = find_span(judge, &span, e) && write(judge, sql_ledger_copy_record_span, &span, put_span, e) &&
                (span.astray_count == 0 || write(judge, sql_ledger_copy_record_astray, &span, put_astray, e));
    free(span.astray);
    return done;
}
