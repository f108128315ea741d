#include "formats/pain002.h"

#include "base/date.h"
#include "formats/iso_value.h"
#include "tests/fuzz/fuzz.h"

struct told {
    int64_t rows, rows_before;
    bool has_head;
};

static void check_text(struct str text)
{
    (void)fuzz_touch(text);
    MUST(text.length == 0 || (str_is_utf8(text) && text.data[0] != ' ' && text.data[text.length - 1] != ' '));
}

static void check_amount(int64_t amount_fen)
{
    MUST(amount_fen >= -1 && amount_fen <= ISO_AMOUNT_MAX_FEN);
}

static bool on_head(void *context, const struct pain002_head *head, struct err *e)
{
    struct told *told = context;
    (void)e;
    MUST(!told->has_head && told->rows == 0 && head->message_id.length > 0 && head->original_message_id.length > 0 &&
         head->original_message_name.length > 0 && head->created_at != DATE_NO_MOMENT);
    told->has_head = true;
    check_text(head->message_id);
    check_text(head->original_message_id);
    check_text(head->status);
    check_text(head->reason.code);
    check_text(head->reason.text);
    check_amount(head->original_amount_fen);
    return true;
}

static bool on_row(void *context, const struct pain002_row *row, struct err *e)
{
    struct told *told = context;
    (void)e;
    MUST(told->has_head && row->row_number == ++told->rows && row->line_number > 0 && row->payment_id.length > 0);
    MUST(row->end_to_end_id.length > 0 || row->instruction_id.length > 0);
    check_text(row->end_to_end_id);
    check_text(row->instruction_id);
    check_text(row->status);
    check_text(row->reason.code);
    check_text(row->reason.text);
    check_text(row->bank_serial);
    check_amount(row->amount_fen);
    return true;
}

static bool on_payment(void *context, const struct pain002_payment *payment, struct err *e)
{
    struct told *told = context;
    (void)e;
    MUST(payment->row_count == told->rows - told->rows_before && payment->payment_id.length > 0);
    told->rows_before = told->rows;
    check_text(payment->payment_id);
    check_text(payment->status);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct pain002_handler handler = {on_head, on_row, on_payment};
    struct told told = {0};
    struct err e;
    if (pain002_read("f.xml", fuzz_text(data, size), &handler, &told, &e)) {
        MUST(told.has_head && told.rows == told.rows_before);
        return 0;
    }
    fuzz_check_refusal(&e);
    MUST(strncmp(e.message, "file \"f.xml\", ", 14) == 0 && e.hint[0] != '\0');
    return 0;
}
