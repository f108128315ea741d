/* pain008: the request to a bank to debit its customers, ISO 20022 pain.008.001.08 (FORMATS.md 9), written row by row. */
#ifndef DAYBOOK_FORMATS_PAIN008_H
#define DAYBOOK_FORMATS_PAIN008_H

#include "formats/pain.h"

#define PAIN008_NAME "pain.008.001.08" /* as OrgnlMsgNmId gives it back */

struct pain008_debit {
    uint32_t serial;          /* of the request, 1 to 99999999: EndToEndId, 8 digits */
    int64_t amount_fen;       /* above 0 */
    struct str agreement_no;  /* MndtId, at most 35 characters */
    int32_t signed_on;        /* DtOfSgntr; DATE_NO_DAY = left out */
    struct str name;          /* Dbtr, cut to 140 characters; empty = left out */
    struct str account;       /* DbtrAcct, at most 34 characters */
    struct str bank;          /* DbtrAgt, see pain.h: mostly the same as our account's */
    struct str remittance;    /* Ustrd, cut to 140 characters: the card's number; empty = left out */
};

/* Begins a message. ERR_INPUT for a text that
 * cannot be written ("MsgId: …"), ERR_BUG for figures that the header cannot hold; whatever the sink says. */
MUST_CHECK bool pain008_open(struct pain_writer *writer, const struct pain_head *head, out_sink *sink, void *context,
                             struct err *e);
/* ERR_INPUT with `row N: ELEMENT: …` for a text that cannot be written: too long, empty, not UTF-8, or with a control
 * character. ERR_BUG for a row too many and a serial or amount out of range. */
MUST_CHECK bool pain008_add(struct pain_writer *writer, const struct pain008_debit *debit, struct err *e);

#endif
