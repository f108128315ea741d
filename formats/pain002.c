#include "formats/pain002.h"

#include "base/date.h"
#include "formats/iso_read.h"

enum { ID_CHARACTERS = 35, CODE_CHARACTERS = 35, REASON_CHARACTERS = 105 };

/* In the order of nodes below. */
enum {
    DOCUMENT, REPORT,
    HEADER, MESSAGE_ID, CREATED_AT,
    GROUP, GROUP_MESSAGE_ID, GROUP_MESSAGE_NAME, GROUP_COUNT, GROUP_SUM, GROUP_STATUS,
    GROUP_REASON, GROUP_REASON_CODES, GROUP_REASON_CODE, GROUP_REASON_OWN, GROUP_REASON_TEXT,
    PAYMENT, PAYMENT_ID, PAYMENT_COUNT, PAYMENT_SUM, PAYMENT_STATUS,
    PAYMENT_REASON, PAYMENT_REASON_CODES, PAYMENT_REASON_CODE, PAYMENT_REASON_OWN, PAYMENT_REASON_TEXT,
    ROW, ROW_INSTRUCTION_ID, ROW_END_TO_END_ID, ROW_STATUS,
    ROW_REASON, ROW_REASON_CODES, ROW_REASON_CODE, ROW_REASON_OWN, ROW_REASON_TEXT,
    ROW_ACCEPTED_AT, ROW_BANK_SERIAL, ROW_ORIGINAL, ROW_SETTLED, ROW_AMOUNTS, ROW_AMOUNT,
    NODES
};

static const struct iso_node nodes[] = {
    [DOCUMENT] = {"Document", 1, ISO_ONCE, ISO_GROUP, 0},
    [REPORT] = {"CstmrPmtStsRpt", 2, ISO_ONCE, ISO_GROUP, 0},
    [HEADER] = {"GrpHdr", 3, ISO_ONCE, ISO_GROUP, 0},
    [MESSAGE_ID] = {"MsgId", 4, ISO_ONCE, ISO_TEXT, ID_CHARACTERS},
    [CREATED_AT] = {"CreDtTm", 4, ISO_ONCE, ISO_MOMENT, 0},
    [GROUP] = {"OrgnlGrpInfAndSts", 3, ISO_ONCE, ISO_GROUP, 0},
    [GROUP_MESSAGE_ID] = {"OrgnlMsgId", 4, ISO_ONCE, ISO_TEXT, ID_CHARACTERS},
    [GROUP_MESSAGE_NAME] = {"OrgnlMsgNmId", 4, ISO_ONCE, ISO_TEXT, ID_CHARACTERS},
    [GROUP_COUNT] = {"OrgnlNbOfTxs", 4, ISO_OPTIONAL, ISO_NUMBER, 0},
    [GROUP_SUM] = {"OrgnlCtrlSum", 4, ISO_OPTIONAL, ISO_DECIMAL, 0},
    [GROUP_STATUS] = {"GrpSts", 4, ISO_OPTIONAL, ISO_TEXT, 4},
    [GROUP_REASON] = {"StsRsnInf", 4, ISO_FIRST, ISO_GROUP, 0},
    [GROUP_REASON_CODES] = {"Rsn", 5, ISO_OPTIONAL, ISO_CHOICE, 0},
    [GROUP_REASON_CODE] = {"Cd", 6, ISO_OPTIONAL, ISO_TEXT, 4},
    [GROUP_REASON_OWN] = {"Prtry", 6, ISO_OPTIONAL, ISO_TEXT, CODE_CHARACTERS},
    [GROUP_REASON_TEXT] = {"AddtlInf", 5, ISO_MANY, ISO_TEXT, REASON_CHARACTERS},
    [PAYMENT] = {"OrgnlPmtInfAndSts", 3, ISO_MANY, ISO_GROUP, 0},
    [PAYMENT_ID] = {"OrgnlPmtInfId", 4, ISO_ONCE, ISO_TEXT, ID_CHARACTERS},
    [PAYMENT_COUNT] = {"OrgnlNbOfTxs", 4, ISO_OPTIONAL, ISO_NUMBER, 0},
    [PAYMENT_SUM] = {"OrgnlCtrlSum", 4, ISO_OPTIONAL, ISO_DECIMAL, 0},
    [PAYMENT_STATUS] = {"PmtInfSts", 4, ISO_OPTIONAL, ISO_TEXT, 4},
    [PAYMENT_REASON] = {"StsRsnInf", 4, ISO_FIRST, ISO_GROUP, 0},
    [PAYMENT_REASON_CODES] = {"Rsn", 5, ISO_OPTIONAL, ISO_CHOICE, 0},
    [PAYMENT_REASON_CODE] = {"Cd", 6, ISO_OPTIONAL, ISO_TEXT, 4},
    [PAYMENT_REASON_OWN] = {"Prtry", 6, ISO_OPTIONAL, ISO_TEXT, CODE_CHARACTERS},
    [PAYMENT_REASON_TEXT] = {"AddtlInf", 5, ISO_MANY, ISO_TEXT, REASON_CHARACTERS},
    [ROW] = {"TxInfAndSts", 4, ISO_MANY, ISO_GROUP, 0},
    [ROW_INSTRUCTION_ID] = {"OrgnlInstrId", 5, ISO_OPTIONAL, ISO_TEXT, ID_CHARACTERS},
    [ROW_END_TO_END_ID] = {"OrgnlEndToEndId", 5, ISO_OPTIONAL, ISO_TEXT, ID_CHARACTERS},
    [ROW_STATUS] = {"TxSts", 5, ISO_OPTIONAL, ISO_TEXT, 4},
    [ROW_REASON] = {"StsRsnInf", 5, ISO_FIRST, ISO_GROUP, 0},
    [ROW_REASON_CODES] = {"Rsn", 6, ISO_OPTIONAL, ISO_CHOICE, 0},
    [ROW_REASON_CODE] = {"Cd", 7, ISO_OPTIONAL, ISO_TEXT, 4},
    [ROW_REASON_OWN] = {"Prtry", 7, ISO_OPTIONAL, ISO_TEXT, CODE_CHARACTERS},
    [ROW_REASON_TEXT] = {"AddtlInf", 6, ISO_MANY, ISO_TEXT, REASON_CHARACTERS},
    [ROW_ACCEPTED_AT] = {"AccptncDtTm", 5, ISO_OPTIONAL, ISO_MOMENT, 0},
    [ROW_BANK_SERIAL] = {"AcctSvcrRef", 5, ISO_OPTIONAL, ISO_TEXT, ID_CHARACTERS},
    [ROW_ORIGINAL] = {"OrgnlTxRef", 5, ISO_OPTIONAL, ISO_GROUP, 0},
    [ROW_SETTLED] = {"IntrBkSttlmAmt", 6, ISO_OPTIONAL, ISO_AMOUNT, 0},
    [ROW_AMOUNTS] = {"Amt", 6, ISO_OPTIONAL, ISO_GROUP, 0},
    [ROW_AMOUNT] = {"InstdAmt", 7, ISO_OPTIONAL, ISO_AMOUNT, 0},
};
static const struct iso_form form = {PAIN002_SPACE, nodes, NODES};

struct answer {
    const struct pain002_handler *handler;
    void *context;
    int64_t row_number;
    int64_t rows_before; /* the payment that is read */
};

static struct pain002_reason reason_of(const struct iso_read *iso, int code, int own, int text)
{
    return (struct pain002_reason){iso_text_of(iso, code, own), iso_text(iso, text)};
}

static bool tell_head(const struct answer *answer, const struct iso_read *iso, struct err *e)
{
    const struct pain002_head head = {
        .message_id = iso_text(iso, MESSAGE_ID),
        .created_at = iso_number(iso, CREATED_AT, DATE_NO_MOMENT),
        .original_message_id = iso_text(iso, GROUP_MESSAGE_ID),
        .original_message_name = iso_text(iso, GROUP_MESSAGE_NAME),
        .original_count = iso_number(iso, GROUP_COUNT, -1),
        .original_amount_fen = iso_number(iso, GROUP_SUM, -1),
        .status = iso_text(iso, GROUP_STATUS),
        .reason = reason_of(iso, GROUP_REASON_CODE, GROUP_REASON_OWN, GROUP_REASON_TEXT),
    };
    return !answer->handler->head || answer->handler->head(answer->context, &head, e);
}

static bool tell_payment(const struct answer *answer, const struct iso_read *iso, struct err *e)
{
    const struct pain002_payment payment = {
        .payment_id = iso_text(iso, PAYMENT_ID),
        .status = iso_text(iso, PAYMENT_STATUS),
        .reason = reason_of(iso, PAYMENT_REASON_CODE, PAYMENT_REASON_OWN, PAYMENT_REASON_TEXT),
        .original_count = iso_number(iso, PAYMENT_COUNT, -1),
        .original_amount_fen = iso_number(iso, PAYMENT_SUM, -1),
        .row_count = answer->row_number - answer->rows_before,
    };
    return !answer->handler->payment || answer->handler->payment(answer->context, &payment, e);
}

static bool tell_row(struct answer *answer, const struct iso_read *iso, struct err *e)
{
    const struct pain002_row row = {
        .payment_id = iso_text(iso, PAYMENT_ID),
        .end_to_end_id = iso_text(iso, ROW_END_TO_END_ID),
        .instruction_id = iso_text(iso, ROW_INSTRUCTION_ID),
        .status = iso_text(iso, ROW_STATUS),
        .reason = reason_of(iso, ROW_REASON_CODE, ROW_REASON_OWN, ROW_REASON_TEXT),
        .bank_serial = iso_text(iso, ROW_BANK_SERIAL),
        .amount_fen = iso_number(iso, ROW_AMOUNT, iso_number(iso, ROW_SETTLED, -1)),
        .accepted_at = iso_number(iso, ROW_ACCEPTED_AT, DATE_NO_MOMENT),
        .row_number = ++answer->row_number,
        .line_number = iso_line(iso),
    };
    if (row.end_to_end_id.length == 0 && row.instruction_id.length == 0)
        return err_set(e, ERR_INPUT, "OrgnlEndToEndId is missing");
    return !answer->handler->row || answer->handler->row(answer->context, &row, e);
}

static bool on_begin(void *context, struct iso_read *iso, int node, struct err *e)
{
    struct answer *answer = context;
    if (node == GROUP)
        return iso_due(iso, HEADER, e);
    if (node == PAYMENT) {
        answer->rows_before = answer->row_number;
        return iso_due(iso, GROUP, e);
    }
    return node != ROW || iso_due(iso, PAYMENT_ID, e);
}

static bool on_end(void *context, struct iso_read *iso, int node, struct err *e)
{
    struct answer *answer = context;
    switch (node) {
    case GROUP:
        return tell_head(answer, iso, e);
    case PAYMENT:
        return tell_payment(answer, iso, e);
    case ROW:
        return tell_row(answer, iso, e);
    default:
        return true;
    }
}

bool pain002_read(const char *file, struct str bytes, const struct pain002_handler *handler, void *context, struct err *e)
{
    static const struct iso_handler iso_handler = {on_begin, on_end};
    struct answer answer = {.handler = handler, .context = context};
    const struct iso_input input = {file, bytes, &form, &iso_handler, &answer};
    return iso_read(&input, e);
}
