#include "formats/pain001.h"

#include <inttypes.h>
#include <stdio.h>

enum { NUMBER_BYTES = 24 };

static bool write_day(struct pain_writer *writer, const char *day, struct err *e)
{
    struct xml_out *xml = &writer->xml;
    return xml_out_begin(xml, "ReqdExctnDt", e) && xml_out_text(xml, "Dt", str_of(day), e) && xml_out_end(xml, e);
}

static const struct pain_form form = {.space = "urn:iso:std:iso:20022:tech:xsd:" PAIN001_NAME,
                                      .message = "CstmrCdtTrfInitn",
                                      .method = "TRF",
                                      .party = "Dbtr",
                                      .account = "DbtrAcct",
                                      .agent = "DbtrAgt",
                                      .day = write_day};

bool pain001_open(struct pain_writer *writer, const struct pain_head *head, out_sink *sink, void *context, struct err *e)
{
    return pain_begin(writer, &form, head, sink, context, e);
}

static bool write_payment(struct pain_writer *writer, const struct pain001_payment *payment, struct err *e)
{
    struct xml_out *xml = &writer->xml;
    char number[NUMBER_BYTES];
    (void)snprintf(number, sizeof number, "%" PRId64, payment->payment_no);
    return xml_out_begin(xml, "CdtTrfTxInf", e) && xml_out_begin(xml, "PmtId", e) &&
           xml_out_text(xml, "EndToEndId", str_of(number), e) && xml_out_end(xml, e) && xml_out_begin(xml, "Amt", e) &&
           xml_out_amount(xml, "InstdAmt", "CNY", payment->amount_fen, e) && xml_out_end(xml, e) &&
           (payment->bank.length == 0 || pain_agent(writer, "CdtrAgt", payment->bank, e)) &&
           pain_party(writer, "Cdtr", payment->name, e) && pain_account(writer, "CdtrAcct", payment->account, e) &&
           pain_remittance(writer, payment->remittance, e) && xml_out_end(xml, e);
}

bool pain001_add(struct pain_writer *writer, const struct pain001_payment *payment, struct err *e)
{
    if (payment->payment_no < 1)
        return err_set(e, ERR_BUG, "a payment cannot have the number \"%" PRId64 "\"", payment->payment_no);
    if (!pain_count(writer, payment->amount_fen, e))
        return false;
    if (write_payment(writer, payment, e))
        return true;
    return e->kind == ERR_INPUT ? err_context(e, "row %" PRId64, writer->row_number) : false;
}
