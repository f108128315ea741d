#include "ledger/history.h"

#include "queries.h"

static bool put_suspects(struct db_copy *copy, const struct suspect *suspects, uint32_t count, struct err *e)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!db_copy_row(copy, 3, 16, e))
            return false;
        db_put_int32(copy, (int32_t)suspects[i].device_no);
        db_put_int32(copy, suspects[i].epoch);
        db_put_int64(copy, suspects[i].device_seq);
    }
    return true;
}

static bool send_suspects(struct db *db, const struct suspect *suspects, uint32_t count, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_exec(db, sql_ledger_suspect_table, e) || !db_copy_open(db, sql_ledger_suspect_copy, &copy, e))
        return false;
    if (!put_suspects(copy, suspects, count, e)) {
        db_copy_abort(copy);
        return false;
    }
    return db_copy_close(copy, NULL, e) && db_exec(db, sql_ledger_suspect_analyze, e);
}

bool history_contents(struct ledger_run *run, struct arena *arena, const struct suspect *suspects,
                      uint32_t suspect_count, struct seen_content **contents, uint32_t *content_count, struct err *e)
{
    *content_count = 0;
    *contents = NULL;
    if (suspect_count == 0)
        return true;
    int64_t rows = 0;
    if (!send_suspects(run->db, suspects, suspect_count, e) || !db_exec(run->db, sql_ledger_suspect_contents, e) ||
        !db_query_int64(run->db, sql_ledger_content_count, 0, NULL, &rows, e))
        return false;
    *contents = arena_array(arena, (size_t)rows + 1, sizeof **contents, e);
    struct db_scan *scan = NULL;
    if (!*contents || !db_scan_open(run->db, sql_ledger_content_scan, &scan, e))
        return false;
    bool more = true, done = true;
    while ((done = db_scan_next(scan, &more, e)) && more && *content_count < (uint32_t)rows)
        (*contents)[(*content_count)++] = (struct seen_content){.device_no = (uint32_t)db_scan_int64(scan, 0),
                                                                .epoch = (uint16_t)db_scan_int64(scan, 1),
                                                                .device_seq = (uint32_t)db_scan_int64(scan, 2),
                                                                .digest = (uint64_t)db_scan_int64(scan, 3)};
    return db_scan_end(scan, done, e);
}

static bool send_days(struct db *db, const struct state *state, const struct day_sum *sums, uint32_t count,
                      struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_exec(db, sql_ledger_own_day_table, e) || !db_copy_open(db, sql_ledger_own_day_copy, &copy, e))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!db_copy_row(copy, 4, 28, e)) {
            db_copy_abort(copy);
            return false;
        }
        db_put_int32(copy, (int32_t)i);
        db_put_int64(copy, state->cards[sums[i].card_index].card_no);
        db_put_moment(copy, date_moment(sums[i].day, 0, 0, 0));
        db_put_moment(copy, date_moment(sums[i].day + 1, 0, 0, 0));
    }
    return db_copy_close(copy, NULL, e) && db_exec(db, sql_ledger_own_day_analyze, e);
}

bool history_day_sums(struct ledger_run *run, const struct state *state, struct day_sum *sums, uint32_t count,
                      struct err *e)
{
    struct db_rows *rows = NULL;
    if (count == 0)
        return true;
    if (!send_days(run->db, state, sums, count, e) || !db_exec(run->db, sql_ledger_own_day_sums, e) ||
        !db_query(run->db, sql_ledger_own_day_read, 0, NULL, &rows, e))
        return false;
    for (size_t i = 0; i < db_rows_count(rows); i++)
        sums[db_int64(rows, i, 0)].sum_fen = db_int64(rows, i, 1);
    db_rows_close(rows);
    return db_exec(run->db, sql_ledger_own_day_drop, e);
}

static bool send_wishes(struct db *db, const struct state *state, const struct chain_wish *wishes, uint32_t count,
                        struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_exec(db, sql_ledger_chain_table, e) || !db_copy_open(db, sql_ledger_chain_copy, &copy, e))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        const struct card *card = &state->cards[wishes[i].card_index];
        if (!db_copy_row(copy, 7, 45, e)) {
            db_copy_abort(copy);
            return false;
        }
        db_put_int32(copy, (int32_t)wishes[i].card_index);
        db_put_int64(copy, card->card_no);
        db_put_moment(copy, wishes[i].from_at);
        db_put_int64(copy, card->was_records);
        db_put_int64(copy, ranges_size(&card->was[0]));
        db_put_int64(copy, ranges_size(&card->was[1]));
        db_put_bool(copy, wishes[i].offline_only);
    }
    return db_copy_close(copy, NULL, e) && db_exec(db, sql_ledger_chain_analyze, e);
}

static void read_link(struct old_link *link, const struct db_scan *scan)
{
    *link = (struct old_link){.card_index = (uint32_t)db_scan_int64(scan, 0),
                              .record_id = db_scan_int64(scan, 1),
                              .occurred_at = db_scan_moment(scan, 2),
                              .school_code = db_scan_int64(scan, 3),
                              .archive_id = db_scan_int64(scan, 4),
                              .file_no = (int32_t)db_scan_int64(scan, 5),
                              .record_no = (int32_t)db_scan_int64(scan, 6),
                              .device_no = (int32_t)db_scan_int64(scan, 7),
                              .epoch = (int32_t)db_scan_int64(scan, 8),
                              .device_seq = db_scan_int64(scan, 9),
                              .kind = (uint8_t)db_scan_int64(scan, 10),
                              .counter = (int32_t)db_scan_int64(scan, 11),
                              .before_fen = db_scan_int64(scan, 12),
                              .amount_fen = db_scan_int64(scan, 13),
                              .after_fen = db_scan_int64(scan, 14),
                              .accounting_date = db_scan_day(scan, 15)};
}

bool history_chains(struct ledger_run *run, struct arena *arena, const struct state *state,
                    const struct chain_wish *wishes, uint32_t wish_count, struct old_link **links, uint32_t *link_count,
                    struct err *e)
{
    *links = NULL;
    *link_count = 0;
    if (wish_count == 0)
        return true;
    int64_t rows = 0;
    if (!send_wishes(run->db, state, wishes, wish_count, e) || !db_exec(run->db, sql_ledger_chain_links, e) ||
        !db_exec(run->db, sql_ledger_chain_standing, e) ||
        !db_query_int64(run->db, sql_ledger_chain_count, 0, NULL, &rows, e))
        return false;
    *links = arena_array(arena, (size_t)rows + 1, sizeof **links, e);
    struct db_scan *scan = NULL;
    if (!*links || !db_scan_open(run->db, sql_ledger_chain_scan, &scan, e))
        return false;
    bool more = true, done = true;
    while ((done = db_scan_next(scan, &more, e)) && more && *link_count < (uint32_t)rows)
        read_link(&(*links)[(*link_count)++], scan);
    return db_scan_end(scan, done, e);
}

bool history_device_sums(struct ledger_run *run, struct device_sum *sums, uint32_t count, struct err *e)
{
    struct db_number day;
    const char *params[] = {db_from_day(&day, run->open_date)};
    struct db_rows *rows = NULL;
    if (count == 0)
        return true;
    if (!db_query(run->db, sql_ledger_device_sums, 1, params, &rows, e))
        return false;
    uint32_t at = 0;
    for (size_t i = 0; i < db_rows_count(rows); i++) {
        uint32_t device_no = (uint32_t)db_int64(rows, i, 0);
        while (at < count && sums[at].device_no < device_no)
            at++;
        if (at < count && sums[at].device_no == device_no) {
            sums[at].purchases = db_int64(rows, i, 1);
            sums[at].purchase_fen = db_int64(rows, i, 2);
        }
    }
    db_rows_close(rows);
    return true;
}

static bool send_reversed(struct db *db, const struct suspect *wanted, uint32_t count, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_exec(db, sql_ledger_purchase_table, e) || !db_copy_open(db, sql_ledger_purchase_copy, &copy, e))
        return false;
    if (!put_suspects(copy, wanted, count, e)) {
        db_copy_abort(copy);
        return false;
    }
    return db_copy_close(copy, NULL, e);
}

bool history_purchases(struct ledger_run *run, struct arena *arena, const struct suspect *wanted, uint32_t wanted_count,
                       struct old_purchase **purchases, uint32_t *purchase_count, struct err *e)
{
    struct db_rows *rows = NULL;
    *purchases = NULL;
    *purchase_count = 0;
    if (wanted_count == 0)
        return true;
    if (!send_reversed(run->db, wanted, wanted_count, e) || !db_exec(run->db, sql_ledger_purchase_find, e) ||
        !db_query(run->db, sql_ledger_purchase_scan, 0, NULL, &rows, e))
        return false;
    size_t count = db_rows_count(rows);
    *purchases = arena_array(arena, count + 1, sizeof **purchases, e);
    for (size_t i = 0; *purchases && i < count; i++)
        (*purchases)[i] = (struct old_purchase){.device_no = (uint32_t)db_int64(rows, i, 0),
                                                .epoch = (uint16_t)db_int64(rows, i, 1),
                                                .device_seq = (uint32_t)db_int64(rows, i, 2),
                                                .entry_id = db_int64(rows, i, 3),
                                                .accounting_date = db_day(rows, i, 4),
                                                .card_no = db_int64(rows, i, 5),
                                                .amount_fen = db_int64(rows, i, 6),
                                                .is_reversed = db_bool(rows, i, 7),
                                                .merchant_no = db_int64(rows, i, 8)};
    *purchase_count = (uint32_t)count;
    db_rows_close(rows);
    return *purchases != NULL;
}

static bool send_mirrored(struct db *db, const struct old_purchase *const *purchases, uint32_t count, struct err *e)
{
    struct db_copy *copy = NULL;
    if (!db_exec(db, sql_ledger_leg_table, e) || !db_copy_open(db, sql_ledger_leg_copy, &copy, e))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!db_copy_row(copy, 2, 12, e)) {
            db_copy_abort(copy);
            return false;
        }
        db_put_int64(copy, purchases[i]->entry_id);
        db_put_day(copy, purchases[i]->accounting_date);
    }
    return db_copy_close(copy, NULL, e);
}

static bool read_legs(struct arena *arena, const struct db_rows *rows, struct old_leg *legs, struct err *e)
{
    for (size_t i = 0; i < db_rows_count(rows); i++) {
        legs[i] = (struct old_leg){.entry_id = db_int64(rows, i, 0),
                                   .leg = (int)db_int64(rows, i, 1),
                                   .school_code = db_int64(rows, i, 2),
                                   .merchant_no = db_int64(rows, i, 3),
                                   .amount_fen = db_int64(rows, i, 6)};
        if (!account_parse(arena, db_text(rows, i, 4), &legs[i].debit, e) ||
            !account_parse(arena, db_text(rows, i, 5), &legs[i].credit, e))
            return false;
    }
    return true;
}

bool history_legs(struct ledger_run *run, struct arena *arena, const struct old_purchase *const *purchases,
                  uint32_t purchase_count, struct old_leg **legs, uint32_t *leg_count, struct err *e)
{
    struct db_rows *rows = NULL;
    *legs = NULL;
    *leg_count = 0;
    if (purchase_count == 0)
        return true;
    if (!send_mirrored(run->db, purchases, purchase_count, e) || !db_exec(run->db, sql_ledger_leg_find, e) ||
        !db_query(run->db, sql_ledger_leg_scan, 0, NULL, &rows, e))
        return false;
    *leg_count = (uint32_t)db_rows_count(rows);
    *legs = arena_array(arena, (size_t)*leg_count + 1, sizeof **legs, e);
    bool done = *legs && read_legs(arena, rows, *legs, e);
    db_rows_close(rows);
    return done;
}
