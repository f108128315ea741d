#include "ledger/status.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/money.h"
#include "base/order.h"
#include "queries.h"

static bool put_status(struct db_copy *copy, const struct batch *batch, uint32_t status_index, int64_t run_id,
                       struct err *e)
{
    const struct batch_status *status = &batch->statuses[status_index];
    const struct batch_file *file = &batch->files[status->file_index];
    const char *firmware = status->text == 0 ? "" : batch->texts[status->text];
    size_t firmware_length = strlen(firmware);
    if (!db_copy_row(copy, 13, 80 + firmware_length, e))
        return false;
    db_put_int64(copy, batch->packages[file->package_index].archive_id);
    db_put_int32(copy, file->file_no);
    db_put_int32(copy, (int32_t)status->record_no);
    db_put_int32(copy, (int32_t)status->device_no);
    db_put_moment(copy, status->at);
    db_put_int64(copy, status->uncollected);
    db_put_int64(copy, status->last_seq);
    db_put_int64(copy, status->total_count);
    db_put_int64(copy, status->total_amount_fen);
    db_put_bytes(copy, firmware, firmware_length);
    db_put_int64(copy, status->blacklist_version);
    db_put_int64(copy, run_id);
    db_put_int32(copy, (int32_t)status_index);
    return true;
}

bool status_write(const struct batch *batch, struct ledger_run *run, struct err *e)
{
    struct db_copy *copy = NULL;
    if (batch->status_count == 0)
        return true;
    if (!db_copy_open(run->db, sql_ledger_status_copy, &copy, e))
        return false;
    for (uint32_t i = 0; i < batch->status_count; i++) {
        if (batch->statuses[i].malformed == MALFORMED_NOT && !put_status(copy, batch, i, run->run_id, e)) {
            db_copy_abort(copy);
            return false;
        }
    }
    return db_copy_close(copy, NULL, e);
}

/* How many sequences up to last_seq are in a set; those below the floor count as seen. */
static int64_t count_seen(const struct device_total *total, const struct ranges *set)
{
    int64_t last = total->said.last_seq;
    int64_t count = total->floor - 1 < last ? total->floor - 1 : last;
    for (uint32_t i = 0; i < set->count; i++) {
        int64_t from = set->bounds[2 * i], to = set->bounds[2 * i + 1];
        from = from < total->floor ? total->floor : from;
        to = to > last ? last : to;
        count += to >= from ? to - from + 1 : 0;
    }
    return count;
}

bool status_asks_amount(const struct device_total *total)
{
    return total->floor <= 1 && total->said.total_count == count_seen(total, total->seen);
}

bool status_is_settled(const struct device_total *total, const struct ranges *was)
{
    return count_seen(total, was) == count_seen(total, total->seen);
}

void status_judge(const struct device_total *total, struct device_finding *finding)
{
    const struct device_figures *said = &total->said;
    int64_t seen = count_seen(total, total->seen);
    int64_t behind = said->total_count - seen;
    *finding = (struct device_finding){.is_met = true, .apart_fen = -1};
    if (behind < 0 || behind > said->uncollected) {
        finding->is_met = false;
        (void)snprintf(finding->detail, sizeof finding->detail,
                       "the terminal counts %" PRId64 " records and %" PRId64 " to collect, of sequences up to %" PRId64
                       " %" PRId64 " are seen",
                       said->total_count, said->uncollected, said->last_seq, seen);
    } else if (status_asks_amount(total) && said->total_amount_fen != total->seen_fen) {
        finding->is_met = false;
        finding->apart_fen = llabs(said->total_amount_fen - total->seen_fen);
        (void)snprintf(finding->detail, sizeof finding->detail,
                       "the terminal counts %" PRId64 " fen, its %" PRId64 " records of sequences up to %" PRId64
                       " make %" PRId64 " fen",
                       said->total_amount_fen, seen, said->last_seq, total->seen_fen);
    }
}

static bool send_devices(struct db *db, const struct status_device *devices, uint32_t count, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_exec(db, sql_ledger_status_device_table, e) || !db_copy_open(db, sql_ledger_status_device_copy, &copy, e))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!db_copy_row(copy, 2, 8, e)) {
            db_copy_abort(copy);
            return false;
        }
        db_put_int32(copy, (int32_t)i);
        db_put_int32(copy, (int32_t)devices[i].device_no);
    }
    return db_copy_close(copy, NULL, e) && db_exec(db, sql_ledger_status_device_analyze, e);
}

bool status_load_newest(struct ledger_run *run, struct status_device *devices, uint32_t count, struct err *e)
{
    struct db_scan *scan = NULL;
    for (uint32_t i = 0; i < count; i++)
        devices[i] = (struct status_device){.device_no = devices[i].device_no};
    if (count == 0)
        return true;
    if (!send_devices(run->db, devices, count, e) || !db_scan_open(run->db, sql_ledger_status_newest, &scan, e))
        return false;
    bool more = true, done = true;
    while ((done = db_scan_next(scan, &more, e)) && more) {
        int64_t place = db_scan_int64(scan, 0);
        ALWAYS(place >= 0 && place < count);
        struct status_device *device = &devices[place];
        device->has_status = true;
        device->newest = (struct device_figures){.at = db_scan_moment(scan, 1),
                                                 .uncollected = db_scan_int64(scan, 2),
                                                 .last_seq = db_scan_int64(scan, 3),
                                                 .total_count = db_scan_int64(scan, 4),
                                                 .total_amount_fen = db_scan_int64(scan, 5)};
        device->is_new = db_scan_int64(scan, 6) == run->run_id;
        device->is_open = db_scan_bool(scan, 7);
    }
    return db_scan_end(scan, done, e);
}

static int compare_beyond(const void *a, const void *b)
{
    const struct status_beyond *x = a, *y = b;
    ORDER(x->device_no, y->device_no);
    ORDER(x->epoch, y->epoch);
    return 0;
}

/* What arrived in this run is in no leaf yet that has its place. */
static bool add_batch(const struct batch *batch, struct status_beyond *rows, uint32_t count, struct err *e)
{
    struct status_beyond *row = NULL;
    for (uint32_t i = 0; i < batch->arrived_records; i++) {
        const struct record *r = &batch->records[i];
        struct status_beyond key = {.device_no = r->device_no, .epoch = r->epoch};
        if (r->verdict == VERDICT_MALFORMED || r->verdict == VERDICT_DUPLICATE || r->verdict == VERDICT_CONFLICT)
            continue;
        if (!row || compare_beyond(row, &key) != 0) /* records of a file come together */
            row = bsearch(&key, rows, count, sizeof *rows, compare_beyond);
        if (row && r->device_seq > row->last_seq && !money_add(&row->fen, r->amount_fen, e))
            return false;
    }
    return true;
}

static bool send_beyond(struct ledger_run *run, const struct status_beyond *rows, uint32_t count, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_exec(run->db, sql_ledger_status_beyond_table, e) ||
        !db_copy_open(run->db, sql_ledger_status_beyond_copy, &copy, e))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!db_copy_row(copy, 5, 28, e)) {
            db_copy_abort(copy);
            return false;
        }
        db_put_int32(copy, (int32_t)i);
        db_put_int32(copy, (int32_t)rows[i].device_no);
        db_put_int32(copy, rows[i].epoch);
        db_put_int64(copy, rows[i].last_seq);
        db_put_int64(copy, run->run_id);
    }
    return db_copy_close(copy, NULL, e) && db_exec(run->db, sql_ledger_status_beyond_analyze, e);
}

static bool add_leaves(struct ledger_run *run, struct status_beyond *rows, uint32_t count, struct err *e)
{
    struct db_rows *sums = NULL;
    if (!send_beyond(run, rows, count, e) || !db_exec(run->db, sql_ledger_status_beyond_find, e) ||
        !db_query(run->db, sql_ledger_status_beyond_sums, 0, NULL, &sums, e))
        return false;
    bool done = true;
    for (size_t i = 0; done && i < db_rows_count(sums); i++) {
        int64_t place = db_int64(sums, i, 0);
        ALWAYS(place >= 0 && place < count);
        done = money_add(&rows[place].fen, db_int64(sums, i, 1), e);
    }
    db_rows_close(sums);
    return done;
}

bool status_load_beyond(struct ledger_run *run, const struct batch *batch, struct status_beyond *rows, uint32_t count,
                        struct err *e)
{
    for (uint32_t i = 0; i < count; i++) {
        ALWAYS(i == 0 || compare_beyond(&rows[i - 1], &rows[i]) < 0);
        rows[i].fen = 0;
    }
    return count == 0 || (add_batch(batch, rows, count, e) && add_leaves(run, rows, count, e));
}
