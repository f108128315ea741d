/* pain: what the requests to a bank have in common: pain.008.001.08 (pain008.h) asks it to debit, pain.001.001.09
 * (pain001.h) to pay (FORMATS.md 9). A message is one group header and one payment information with a row for each
 * transaction, all of it on the same day, from or to one account of ours, in CNY, booked one by one (BtchBookg false).
 *
 * Rows are written as they come: the memory is that of one piece, however many there are. So count and sum are told
 * before, and held against the rows at the end. */
#ifndef DAYBOOK_FORMATS_PAIN_H
#define DAYBOOK_FORMATS_PAIN_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "formats/xml_out.h"

/* All texts are UTF-8 and must outlive the call. Identifiers are refused where they are longer than the schemas allow; names
 * and remittance texts are cut there, between characters. */
struct pain_head {
    struct str message_id; /* MsgId and PmtInfId, at most 35 characters: bank_name_message_id */
    int64_t created_at;    /* moment: CreDtTm */
    int64_t count;         /* NbOfTxs, 1 to BANK_ROWS_MAX */
    int64_t amount_fen;    /* CtrlSum */
    int32_t day;           /* ReqdColltnDt, ReqdExctnDt */
    struct str name;       /* ours: InitgPty and Cdtr or Dbtr, cut to 140 characters */
    struct str account;    /* ours, at most 34 characters */
    struct str bank;       /* that of our account, see below */
};

/* A bank is named by 12 digits (a CNAPS number), other digits (its own number: MmbId), a BIC, or else its name, cut to 140
 * characters; empty: NOTPROVIDED. An account that is an IBAN with its check digits is written as such, any other as Othr. */

struct pain_writer {
    struct xml_out xml;
    int64_t count_left;
    int64_t amount_left_fen;
    int64_t row_number; /* of the row added last, from 1 */
    const struct pain_form *form;
};

/* One of pain008_open and pain001_open begins, this ends. ERR_BUG where the rows are not as many, or not worth as much, as
 * the header says. */
MUST_CHECK bool pain_close(struct pain_writer *writer, struct err *e);

/* ---- for pain008.c and pain001.c: what is different between debits and payments, and what a row is made of. Errors name the
 * element. */
struct pain_form {
    const char *space, *message, *method; /* namespace, element below the root, PmtMtd */
    const char *party, *account, *agent;  /* elements of our side */
    bool (*day)(struct pain_writer *writer, const char *day, struct err *e); /* what stands where the day is due */
};
MUST_CHECK bool pain_begin(struct pain_writer *writer, const struct pain_form *form, const struct pain_head *head,
                           out_sink *sink, void *context, struct err *e);
/* Counts a row. */
MUST_CHECK bool pain_count(struct pain_writer *writer, int64_t amount_fen, struct err *e);
/* <element>text</element> of at most so many characters; an empty one is refused. */
MUST_CHECK bool pain_identifier(struct pain_writer *writer, const char *element, struct str text, size_t characters,
                                struct err *e);
MUST_CHECK bool pain_party(struct pain_writer *writer, const char *element, struct str name, struct err *e);
MUST_CHECK bool pain_account(struct pain_writer *writer, const char *element, struct str account, struct err *e);
MUST_CHECK bool pain_agent(struct pain_writer *writer, const char *element, struct str bank, struct err *e);
/* RmtInf; nothing where the text is empty. */
MUST_CHECK bool pain_remittance(struct pain_writer *writer, struct str text, struct err *e);

#endif
