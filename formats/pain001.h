/* pain001: the order to a bank to pay, ISO 20022 pain.001.001.09 (FORMATS.md 9), written row by row: payouts to merchants and
 * refunds of closed cards. */
#ifndef DAYBOOK_FORMATS_PAIN001_H
#define DAYBOOK_FORMATS_PAIN001_H

#include "formats/pain.h"

#define PAIN001_NAME "pain.001.001.09" /* as OrgnlMsgNmId gives it back */

struct pain001_payment {
    int64_t payment_no;    /* EndToEndId, above 0, without leading zeros */
    int64_t amount_fen;    /* above 0 */
    struct str name;       /* Cdtr, cut to 140 characters */
    struct str account;    /* CdtrAcct, at most 34 characters */
    struct str bank;       /* CdtrAgt, see pain.h; empty = left out */
    struct str remittance; /* Ustrd, cut to 140 characters: what it is for; empty = left out */
};

/* As pain008_open and pain008_add. */
MUST_CHECK bool pain001_open(struct pain_writer *writer, const struct pain_head *head, out_sink *sink, void *context,
                             struct err *e);
MUST_CHECK bool pain001_add(struct pain_writer *writer, const struct pain001_payment *payment, struct err *e);

#endif
