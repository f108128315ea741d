#include "formats/ack.h"

#include <inttypes.h>

#include "base/money.h"
#include "formats/csv.h"

static void write_heading(struct buf *out)
{
    buf_add_text(out,
                 "file,records,posted,duplicate,held,rejected,amount_fen,posted_fen,reason" CSV_LINE_END);
}

static void write_row(struct buf *out, const struct ack_row *row)
{
    csv_write_field(out, row->file);
    buf_printf(out, ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",",
               row->records, row->posted, row->duplicate, row->held, row->rejected, row->amount_fen,
               row->posted_fen);
    csv_write_field(out, row->reason);
    buf_add_text(out, CSV_LINE_END);
}

/* Adds the row to the total; refuses one that breaks conservation (RULES.md R-22). */
static bool add_row(struct ack_row *total, const struct ack_row *row, struct err *e)
{
    if (row->records != row->posted + row->duplicate + row->held + row->rejected)
        return err_set(e, ERR_BUG, "ack of file \"%.*s\": \"%" PRId64 "\" records are not all accounted for",
                       (int)row->file.length, row->file.data, row->records);
    return money_add(&total->records, row->records, e) && money_add(&total->posted, row->posted, e) &&
           money_add(&total->duplicate, row->duplicate, e) && money_add(&total->held, row->held, e) &&
           money_add(&total->rejected, row->rejected, e) &&
           money_add(&total->amount_fen, row->amount_fen, e) &&
           money_add(&total->posted_fen, row->posted_fen, e);
}

bool ack_write(struct buf *out, const struct ack_row *rows, size_t row_count, struct err *e)
{
    struct ack_row total = {.file = str_of("TOTAL"), .reason = str_of("")};
    write_heading(out);
    for (size_t i = 0; i < row_count; i++) {
        if (!add_row(&total, &rows[i], e))
            return false;
        write_row(out, &rows[i]);
    }
    write_row(out, &total);
    return buf_ok(out, e);
}

bool ack_write_quarantined(struct buf *out, enum package_reason reason, struct err *e)
{
    struct ack_row total = {.file = str_of("TOTAL"), .reason = str_of(package_reason_name(reason))};
    write_heading(out);
    write_row(out, &total);
    return buf_ok(out, e);
}

const char *ack_name(struct arena *arena, const char *package, const uint8_t sha256[CRYPTO_SHA256_BYTES],
                     struct err *e)
{
    char head[2 * 4 + 1];
    str_hex(sha256, 4, head);
    return arena_printf(arena, e, "%s.%s.ack.csv", package, head);
}
