/* The files of tests/golden/pain002, camt053, bank_text and bank05: what is told of them, or the exact message, as NAME.out has
 * it. */
#include "base/date.h"
#include "formats/bank05.h"
#include "formats/bank_text.h"
#include "formats/camt053.h"
#include "formats/pain002.h"
#include "tests/unit/golden.h"

static struct arena *arena;
static struct buf out;
static struct err e;

static const char *said(bool good)
{
    if (!good)
        buf_printf(&out, "%s%s%s%s\n", e.kind == ERR_INPUT ? "" : "of another kind: ", e.message, e.hint[0] ? "\n  hint: " : "",
                   e.hint);
    ALWAYS(!out.failed);
    return out.data ? out.data : "";
}

/* " name=value", nothing where there is none. */
static void put(const char *name, struct str value)
{
    if (value.length > 0)
        buf_printf(&out, " %s=%.*s", name, (int)value.length, value.data);
}

static void put_number(const char *name, int64_t value)
{
    if (value >= 0)
        buf_printf(&out, " %s=%" PRId64, name, value);
}

static void put_moment(const char *name, int64_t moment)
{
    char stamp[DATE_STAMP_BYTES];
    if (moment == DATE_NO_MOMENT)
        return;
    date_format_stamp(moment, stamp);
    buf_printf(&out, " %s=%s", name, stamp);
}

static void put_day(const char *name, int32_t day)
{
    char date[DATE_TEXT_BYTES];
    if (day == DATE_NO_DAY)
        return;
    date_format(day, date);
    buf_printf(&out, " %s=%s", name, date);
}

/* ---- pain.002 */

static bool on_head(void *context, const struct pain002_head *head, struct err *error)
{
    (void)context, (void)error;
    buf_add_text(&out, "head");
    put("id", head->message_id);
    put_moment("created", head->created_at);
    put("of", head->original_message_id);
    put("name", head->original_message_name);
    put_number("count", head->original_count);
    put_number("fen", head->original_amount_fen);
    put("status", head->status);
    put("reason", head->reason.code);
    put("text", head->reason.text);
    buf_add_text(&out, "\n");
    return true;
}

static bool on_row(void *context, const struct pain002_row *row, struct err *error)
{
    (void)context, (void)error;
    buf_printf(&out, "row %" PRId64 " line %" PRId64, row->row_number, row->line_number);
    put("of", row->payment_id);
    put("id", row->end_to_end_id);
    put("instruction", row->instruction_id);
    put("status", row->status);
    put("reason", row->reason.code);
    put("text", row->reason.text);
    put("bank", row->bank_serial);
    put_number("fen", row->amount_fen);
    put_moment("accepted", row->accepted_at);
    buf_add_text(&out, "\n");
    return true;
}

static bool on_payment(void *context, const struct pain002_payment *payment, struct err *error)
{
    (void)context, (void)error;
    buf_printf(&out, "payment rows=%" PRId64, payment->row_count);
    put("id", payment->payment_id);
    put("status", payment->status);
    put("reason", payment->reason.code);
    put("text", payment->reason.text);
    put_number("count", payment->original_count);
    put_number("fen", payment->original_amount_fen);
    buf_add_text(&out, "\n");
    return true;
}

static const char *of_pain002(const char *name, const char *path, struct str bytes)
{
    static const struct pain002_handler handler = {on_head, on_row, on_payment};
    (void)path;
    buf_reset(&out);
    return said(pain002_read(name, bytes, &handler, NULL, &e));
}

/* ---- camt.053 */

static bool on_statement(void *context, const struct camt053_statement *statement, struct err *error)
{
    (void)context, (void)error;
    buf_printf(&out, "statement line %" PRId64, statement->line_number);
    put("message", statement->message_id);
    put("id", statement->id);
    put_number("electronic", statement->electronic_no);
    put_number("legal", statement->legal_no);
    put_moment("created", statement->created_at);
    put(statement->is_iban ? "iban" : "account", statement->account);
    buf_add_text(&out, "\n");
    return true;
}

static bool on_balance(void *context, const struct camt053_balance *balance, struct err *error)
{
    (void)context, (void)error;
    buf_printf(&out, "balance%s", balance->is_own_word ? " own" : "");
    put("type", balance->type);
    buf_printf(&out, " fen=%" PRId64, balance->amount_fen);
    put_day("on", balance->day);
    buf_add_text(&out, "\n");
    return true;
}

static void put_entry(const struct camt053_line *line)
{
    buf_printf(&out, "line %" PRId64 " entry %" PRId64 " %" PRId64 " %s", line->line_number, line->entry_no,
               line->entry_amount_fen, line->entry_is_credit ? "credit" : "debit");
    buf_printf(&out, "%s%s", line->is_reversal ? " reversal" : "", line->is_booked ? " booked" : "");
    put("reference", line->entry_reference);
    put("serial", line->entry_serial);
    put("status", line->status);
    put_day("booked", line->booked_on);
    put_day("value", line->value_on);
    put("code", line->code);
    put("batch-message", line->batch_message_id);
    put("batch-payment", line->batch_payment_id);
    put_number("batch-count", line->batch_count);
}

static bool on_line(void *context, const struct camt053_line *line, struct err *error)
{
    (void)context, (void)error;
    put_entry(line);
    buf_printf(&out, "\n  %s %" PRId64 ": %" PRId64 " %s%s", line->has_details ? "transaction" : "alone", line->detail_no,
               line->amount_fen, line->is_credit ? "credit" : "debit", line->is_return ? " return" : "");
    put("message", line->message_id);
    put("bank", line->bank_serial);
    put("payment", line->payment_id);
    put("instruction", line->instruction_id);
    put("id", line->end_to_end_id);
    put("agreement", line->agreement_no);
    put("code", line->return_code);
    put("text", line->return_text);
    put("party", line->party_name);
    put("account", line->party_account);
    put("remittance", line->remittance);
    buf_add_text(&out, "\n");
    return true;
}

static bool on_totals(void *context, const struct camt053_totals *totals, struct err *error)
{
    (void)context, (void)error;
    buf_printf(&out, "totals %" PRId64 " + %" PRId64 " = %" PRId64 ", entries %" PRId64, totals->opening_fen, totals->booked_fen,
               totals->closing_fen, totals->entry_count);
    put_day("from", totals->opening_on);
    put_day("to", totals->closing_on);
    buf_add_text(&out, "\n");
    return true;
}

static const char *of_camt053(const char *name, const char *path, struct str bytes)
{
    static const struct camt053_handler handler = {on_statement, on_balance, on_line, on_totals};
    (void)path;
    buf_reset(&out);
    return said(camt053_read(name, bytes, &handler, NULL, &e));
}

/* ---- text */

static const char *of_bank_text(const char *name, const char *path, struct str bytes)
{
    struct bank_text_reader reader;
    struct bank_text_reply reply;
    bool more = true;
    (void)path;
    buf_reset(&out);
    bool good = bank_text_read_open(&reader, arena, name, bytes, &e);
    if (good) {
        buf_printf(&out, "batch %d of", reader.head.batch);
        put_day("day", reader.head.day);
        buf_printf(&out, " %" PRId64 " %" PRId64 "\n", reader.head.count, reader.head.amount_fen);
    }
    while (good && (good = bank_text_read_row(&reader, &reply, &more, &e)) && more) {
        buf_printf(&out, "%" PRId64 ": %" PRId64 " %" PRId64, reply.line_number, reply.seq, reply.row.amount_fen);
        put("account", reply.row.account);
        put("name", reply.row.name);
        put("agreement", reply.row.agreement_no);
        put("card", reply.row.card_no);
        put("code", reply.code);
        put("text", reply.text);
        put("bank", reply.bank_serial);
        put("request", reply.request);
        buf_add_text(&out, "\n");
    }
    return said(good);
}

static const char *of_bank05(const char *name, const char *path, struct str bytes)
{
    struct bank05_reader reader;
    struct bank05_row row;
    bool more = true;
    (void)path;
    buf_reset(&out);
    bool good = bank05_open(&reader, name, bytes, &e);
    while (good && (good = bank05_next(&reader, &row, &more, &e)) && more) {
        buf_printf(&out, "%" PRId64 ": %u %" PRId64, row.line_number, row.serial, row.amount_fen);
        put("person", row.person_no);
        put("card", row.bank_card);
        put("bank", row.bank_serial);
        buf_add_text(&out, "\n");
    }
    return said(good);
}

int main(void)
{
    ALWAYS(arena_open(&arena, (size_t)64 << 20, &e));
    buf_open(&out, 1 << 20);
    golden_check(arena, "tests/golden/pain002", of_pain002);
    golden_check(arena, "tests/golden/camt053", of_camt053);
    golden_check(arena, "tests/golden/bank_text", of_bank_text);
    golden_check(arena, "tests/golden/bank05", of_bank05);
    buf_close(&out);
    arena_close(arena);
    return tap_end();
}
