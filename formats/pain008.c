#include "formats/pain008.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/date.h"

enum { SERIAL_BYTES = 12, AGREEMENT_CHARACTERS = 35 };
static const uint32_t serial_max = 99999999;

/* A standing order: one debit of many (SeqTp RCUR). */
static bool write_day(struct pain_writer *writer, const char *day, struct err *e)
{
    struct xml_out *xml = &writer->xml;
    return xml_out_begin(xml, "PmtTpInf", e) && xml_out_text(xml, "SeqTp", str_of("RCUR"), e) && xml_out_end(xml, e) &&
           xml_out_text(xml, "ReqdColltnDt", str_of(day), e);
}

static const struct pain_form form = {.space = "urn:iso:std:iso:20022:tech:xsd:" PAIN008_NAME,
                                      .message = "CstmrDrctDbtInitn",
                                      .method = "DD",
                                      .party = "Cdtr",
                                      .account = "CdtrAcct",
                                      .agent = "CdtrAgt",
                                      .day = write_day};

bool pain008_open(struct pain_writer *writer, const struct pain_head *head, out_sink *sink, void *context, struct err *e)
{
    return pain_begin(writer, &form, head, sink, context, e);
}

static bool write_mandate(struct pain_writer *writer, const struct pain008_debit *debit, struct err *e)
{
    struct xml_out *xml = &writer->xml;
    char day[DATE_TEXT_BYTES];
    if (!xml_out_begin(xml, "DrctDbtTx", e) || !xml_out_begin(xml, "MndtRltdInf", e) ||
        !pain_identifier(writer, "MndtId", debit->agreement_no, AGREEMENT_CHARACTERS, e))
        return false;
    if (debit->signed_on != DATE_NO_DAY) {
        date_format(debit->signed_on, day);
        if (!xml_out_text(xml, "DtOfSgntr", str_of(day), e))
            return false;
    }
    return xml_out_end(xml, e) && xml_out_end(xml, e);
}

static bool write_debit(struct pain_writer *writer, const struct pain008_debit *debit, struct err *e)
{
    struct xml_out *xml = &writer->xml;
    char serial[SERIAL_BYTES];
    (void)snprintf(serial, sizeof serial, "%08" PRIu32, debit->serial);
    return xml_out_begin(xml, "DrctDbtTxInf", e) && xml_out_begin(xml, "PmtId", e) &&
           xml_out_text(xml, "EndToEndId", str_of(serial), e) && xml_out_end(xml, e) &&
           xml_out_amount(xml, "InstdAmt", "CNY", debit->amount_fen, e) && write_mandate(writer, debit, e) &&
           pain_agent(writer, "DbtrAgt", debit->bank, e) && pain_party(writer, "Dbtr", debit->name, e) &&
           pain_account(writer, "DbtrAcct", debit->account, e) && pain_remittance(writer, debit->remittance, e) &&
           xml_out_end(xml, e);
}

bool pain008_add(struct pain_writer *writer, const struct pain008_debit *debit, struct err *e)
{
    if (debit->serial < 1 || debit->serial > serial_max)
        return err_set(e, ERR_BUG, "a debit cannot have the serial \"%" PRIu32 "\"", debit->serial);
    if (!pain_count(writer, debit->amount_fen, e))
        return false;
    if (write_debit(writer, debit, e))
        return true;
    return e->kind == ERR_INPUT ? err_context(e, "row %" PRId64, writer->row_number) : false;
}
