#include "formats/camt053.h"

#include "base/date.h"
#include "formats/iso_value.h"
#include "tests/fuzz/fuzz.h"

/* What the lines of a statement say must be what its totals say. */
struct told {
    int64_t statements, balances, totals;
    int64_t entry_no, first_entry, detail_fen, entry_fen, booked_fen;
    bool is_booked;
};

static void check_text(struct str text)
{
    (void)fuzz_touch(text);
    MUST(text.length == 0 || str_is_utf8(text));
}

static bool on_statement(void *context, const struct camt053_statement *statement, struct err *e)
{
    struct told *told = context;
    (void)e;
    MUST(told->statements++ == told->totals && statement->id.length > 0 && statement->account.length > 0);
    MUST(statement->created_at != DATE_NO_MOMENT && statement->message_id.length > 0);
    told->balances = 0;
    told->booked_fen = told->entry_fen = told->detail_fen = 0;
    told->first_entry = told->entry_no;
    check_text(statement->id);
    check_text(statement->account);
    return true;
}

static bool on_balance(void *context, const struct camt053_balance *balance, struct err *e)
{
    struct told *told = context;
    (void)e;
    MUST(told->statements == told->totals + 1 && balance->type.length > 0 && balance->day != DATE_NO_DAY);
    MUST(balance->amount_fen >= -ISO_AMOUNT_MAX_FEN && balance->amount_fen <= ISO_AMOUNT_MAX_FEN);
    told->balances++;
    return true;
}

/* An entry's lines have ended. */
static void end_entry(struct told *told)
{
    MUST(told->detail_fen == told->entry_fen);
    told->booked_fen += told->is_booked ? told->entry_fen : 0;
    told->detail_fen = told->entry_fen = 0;
}

static bool on_line(void *context, const struct camt053_line *line, struct err *e)
{
    struct told *told = context;
    (void)e;
    MUST(told->statements == told->totals + 1 && line->amount_fen >= 0 && line->amount_fen <= ISO_AMOUNT_MAX_FEN);
    MUST(line->has_details == (line->detail_no > 0) && line->status.length > 0 && line->line_number > 0);
    if (line->entry_no != told->entry_no)
        end_entry(told);
    told->entry_no = line->entry_no;
    told->entry_fen = line->entry_is_credit ? line->entry_amount_fen : -line->entry_amount_fen;
    told->is_booked = line->is_booked;
    told->detail_fen += line->is_credit ? line->amount_fen : -line->amount_fen;
    const struct str texts[] = {line->entry_reference, line->entry_serial, line->code, line->batch_message_id, line->batch_payment_id,
                                line->message_id, line->bank_serial, line->payment_id, line->instruction_id, line->end_to_end_id,
                                line->agreement_no, line->return_code, line->return_text, line->party_name, line->party_account,
                                line->remittance};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        check_text(texts[i]);
    return true;
}

static bool on_totals(void *context, const struct camt053_totals *totals, struct err *e)
{
    struct told *told = context;
    (void)e;
    end_entry(told);
    MUST(told->statements == ++told->totals && told->balances >= 2 && totals->entry_count >= 0);
    MUST(totals->booked_fen == told->booked_fen && totals->opening_fen + totals->booked_fen == totals->closing_fen);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct camt053_handler handler = {on_statement, on_balance, on_line, on_totals};
    struct told told = {0};
    struct err e;
    if (camt053_read("f.xml", fuzz_text(data, size), &handler, &told, &e)) {
        MUST(told.statements > 0 && told.statements == told.totals);
        return 0;
    }
    fuzz_check_refusal(&e);
    MUST(strncmp(e.message, "file \"f.xml\", ", 14) == 0 && e.hint[0] != '\0');
    return 0;
}
