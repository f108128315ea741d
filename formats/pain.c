#include "formats/pain.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/date.h"
#include "base/money.h"
#include "formats/bank_name.h"
#include "formats/iso_value.h"

#define CURRENCY "CNY"
enum {
    IDENTIFIER_CHARACTERS = 35,
    ACCOUNT_CHARACTERS = 34,
    NAME_CHARACTERS = 140,
    CNAPS_DIGITS = 12,
    MOMENT_BYTES = 40,
    NUMBER_BYTES = 24,
};

bool pain_identifier(struct pain_writer *writer, const char *element, struct str text, size_t characters, struct err *e)
{
    char shown[STR_SHOWN_BYTES];
    size_t found = 0;
    if (!xml_out_check(text, &found, e))
        return err_context(e, "%s", element);
    str_show(text, shown);
    if (found == 0)
        return err_set(e, ERR_INPUT, "%s: it is empty", element);
    if (found > characters)
        return err_set(e, ERR_INPUT, "%s: \"%s\" has %zu characters where %zu are the most", element, shown, found,
                       characters);
    return xml_out_text(&writer->xml, element, text, e);
}

/* A text for people, which may be cut. */
static bool write_cut(struct pain_writer *writer, const char *element, struct str text, struct err *e)
{
    size_t found = 0;
    if (!xml_out_check(text, &found, e))
        return err_context(e, "%s", element);
    return found == 0 || xml_out_text(&writer->xml, element, xml_out_cut(text, NAME_CHARACTERS), e);
}

bool pain_party(struct pain_writer *writer, const char *element, struct str name, struct err *e)
{
    struct xml_out *xml = &writer->xml;
    if (!xml_out_begin(xml, element, e))
        return false;
    return write_cut(writer, "Nm", name, e) ? xml_out_end(xml, e) : err_context(e, "%s", element);
}

bool pain_account(struct pain_writer *writer, const char *element, struct str account, struct err *e)
{
    struct xml_out *xml = &writer->xml;
    bool is_iban = iso_is_iban(account);
    if (!xml_out_begin(xml, element, e) || !xml_out_begin(xml, "Id", e) || (!is_iban && !xml_out_begin(xml, "Othr", e)))
        return false;
    if (!pain_identifier(writer, is_iban ? "IBAN" : "Id", account, ACCOUNT_CHARACTERS, e))
        return err_context(e, "%s", element);
    return (is_iban || xml_out_end(xml, e)) && xml_out_end(xml, e) && xml_out_end(xml, e);
}

static bool write_bank(struct pain_writer *writer, struct str bank, struct err *e)
{
    struct xml_out *xml = &writer->xml;
    if (bank.length == 0)
        return xml_out_begin(xml, "Othr", e) && xml_out_text(xml, "Id", str_of("NOTPROVIDED"), e) && xml_out_end(xml, e);
    if (iso_is_bic(bank))
        return xml_out_text(xml, "BICFI", bank, e);
    if (!str_is_digits(bank))
        return write_cut(writer, "Nm", bank, e);
    return xml_out_begin(xml, "ClrSysMmbId", e) &&
           (bank.length != CNAPS_DIGITS || (xml_out_begin(xml, "ClrSysId", e) && xml_out_text(xml, "Cd", str_of("CNAPS"), e) &&
                                            xml_out_end(xml, e))) &&
           pain_identifier(writer, "MmbId", bank, IDENTIFIER_CHARACTERS, e) && xml_out_end(xml, e);
}

bool pain_agent(struct pain_writer *writer, const char *element, struct str bank, struct err *e)
{
    struct xml_out *xml = &writer->xml;
    if (!xml_out_begin(xml, element, e) || !xml_out_begin(xml, "FinInstnId", e))
        return false;
    if (!write_bank(writer, bank, e))
        return err_context(e, "%s", element);
    return xml_out_end(xml, e) && xml_out_end(xml, e);
}

bool pain_remittance(struct pain_writer *writer, struct str text, struct err *e)
{
    struct xml_out *xml = &writer->xml;
    return text.length == 0 ||
           (xml_out_begin(xml, "RmtInf", e) && write_cut(writer, "Ustrd", text, e) && xml_out_end(xml, e));
}

static bool write_totals(struct pain_writer *writer, const struct pain_head *head, struct err *e)
{
    char count[NUMBER_BYTES];
    (void)snprintf(count, sizeof count, "%" PRId64, head->count);
    return xml_out_text(&writer->xml, "NbOfTxs", str_of(count), e) &&
           xml_out_amount(&writer->xml, "CtrlSum", NULL, head->amount_fen, e);
}

static bool write_group_header(struct pain_writer *writer, const struct pain_head *head, struct err *e)
{
    char date[DATE_TEXT_BYTES], created[MOMENT_BYTES];
    int32_t second = date_second_of_day(head->created_at);
    date_format(date_day_of(head->created_at), date);
    (void)snprintf(created, sizeof created, "%sT%02d:%02d:%02d+08:00", date, second / 3600, second / 60 % 60, second % 60);
    return xml_out_begin(&writer->xml, "GrpHdr", e) &&
           pain_identifier(writer, "MsgId", head->message_id, IDENTIFIER_CHARACTERS, e) &&
           xml_out_text(&writer->xml, "CreDtTm", str_of(created), e) && write_totals(writer, head, e) &&
           pain_party(writer, "InitgPty", head->name, e) && xml_out_end(&writer->xml, e);
}

/* PmtInf up to its rows. */
static bool begin_payment(struct pain_writer *writer, const struct pain_head *head, struct err *e)
{
    const struct pain_form *form = writer->form;
    char day[DATE_TEXT_BYTES];
    date_format(head->day, day);
    return xml_out_begin(&writer->xml, "PmtInf", e) && xml_out_text(&writer->xml, "PmtInfId", head->message_id, e) &&
           xml_out_text(&writer->xml, "PmtMtd", str_of(form->method), e) &&
           xml_out_text(&writer->xml, "BtchBookg", str_of("false"), e) && write_totals(writer, head, e) &&
           form->day(writer, day, e) && pain_party(writer, form->party, head->name, e) &&
           pain_account(writer, form->account, head->account, e) && pain_agent(writer, form->agent, head->bank, e);
}

bool pain_begin(struct pain_writer *writer, const struct pain_form *form, const struct pain_head *head, out_sink *sink,
                void *context, struct err *e)
{
    if (head->count < 1 || head->count > BANK_ROWS_MAX || head->amount_fen < head->count ||
        head->amount_fen > ISO_AMOUNT_MAX_FEN || head->day == DATE_NO_DAY)
        return err_set(e, ERR_BUG, "a message cannot have \"%" PRId64 "\" rows of \"%" PRId64 "\" fen", head->count,
                       head->amount_fen);
    writer->form = form;
    writer->count_left = head->count;
    writer->amount_left_fen = head->amount_fen;
    writer->row_number = 0;
    out_open(&writer->xml.out, sink, context);
    return xml_out_open(&writer->xml, "Document", form->space, e) && xml_out_begin(&writer->xml, form->message, e) &&
           write_group_header(writer, head, e) && begin_payment(writer, head, e);
}

bool pain_count(struct pain_writer *writer, int64_t amount_fen, struct err *e)
{
    if (writer->count_left == 0 || amount_fen < 1 || amount_fen > writer->amount_left_fen)
        return err_set(e, ERR_BUG,
                       "a message with \"%" PRId64 "\" rows of \"%" PRId64 "\" fen to come cannot have one of \"%" PRId64
                       "\" fen",
                       writer->count_left, writer->amount_left_fen, amount_fen);
    writer->count_left--;
    writer->amount_left_fen -= amount_fen;
    writer->row_number++;
    return true;
}

bool pain_close(struct pain_writer *writer, struct err *e)
{
    if (writer->count_left != 0 || writer->amount_left_fen != 0)
        return err_set(e, ERR_BUG, "a message ends with \"%" PRId64 "\" rows of \"%" PRId64 "\" fen to come",
                       writer->count_left, writer->amount_left_fen);
    return xml_out_close(&writer->xml, e);
}
