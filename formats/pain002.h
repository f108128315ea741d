/* pain002: the bank's answer to a request, ISO 20022 pain.002.001.10 (FORMATS.md 9), read as a stream. What the statuses mean
 * and whether every row of the request is answered are the caller's questions.
 *
 * Elements that are not asked for, comments, blanks and any prefix are taken; another version of the message is not. All
 * texts are without blanks around them; empty = not given. Everything told is valid while the handler is called. */
#ifndef DAYBOOK_FORMATS_PAIN002_H
#define DAYBOOK_FORMATS_PAIN002_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define PAIN002_SPACE "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"

struct pain002_reason {
    struct str code; /* of the first StsRsnInf: Cd, or Prtry */
    struct str text; /* all AddtlInf of it, joined by blanks */
};

/* GrpHdr and OrgnlGrpInfAndSts. */
struct pain002_head {
    struct str message_id;            /* MsgId */
    int64_t created_at;               /* CreDtTm; one without zone is of Shanghai */
    struct str original_message_id;   /* OrgnlMsgId */
    struct str original_message_name; /* OrgnlMsgNmId, as "pain.008.001.08" */
    int64_t original_count;           /* OrgnlNbOfTxs; -1 = not given */
    int64_t original_amount_fen;      /* OrgnlCtrlSum; -1 = not given */
    struct str status;                /* GrpSts */
    struct pain002_reason reason;
};

/* OrgnlPmtInfAndSts, told when it ends: behind its rows. */
struct pain002_payment {
    struct str payment_id; /* OrgnlPmtInfId */
    struct str status;     /* PmtInfSts */
    struct pain002_reason reason;
    int64_t original_count;      /* OrgnlNbOfTxs; -1 = not given */
    int64_t original_amount_fen; /* OrgnlCtrlSum; -1 = not given */
    int64_t row_count;           /* that were told of it */
};

/* TxInfAndSts. */
struct pain002_row {
    struct str payment_id;     /* OrgnlPmtInfId that it stands under */
    struct str end_to_end_id;  /* OrgnlEndToEndId */
    struct str instruction_id; /* OrgnlInstrId */
    struct str status;         /* TxSts; not given: that of the payment or group is meant */
    struct pain002_reason reason;
    struct str bank_serial;    /* AcctSvcrRef */
    int64_t amount_fen;        /* OrgnlTxRef: Amt/InstdAmt, or else IntrBkSttlmAmt; -1 = not given */
    int64_t accepted_at;       /* AccptncDtTm; DATE_NO_MOMENT = not given */
    int64_t row_number;        /* in the file, from 1 */
    int64_t line_number;       /* where it begins */
};

/* Each may be NULL. One that returns false with *e filled stops the reading; a message of ERR_INPUT then gets file, line and
 * element put in front. head comes once, before all others. */
struct pain002_handler {
    bool (*head)(void *context, const struct pain002_head *head, struct err *e);
    bool (*row)(void *context, const struct pain002_row *row, struct err *e);
    bool (*payment)(void *context, const struct pain002_payment *payment, struct err *e);
};

/* ERR_INPUT with `file "X", line N: ELEMENT/ELEMENT: …` where the text is not well-formed, not this message, an element that
 * is due is missing or comes twice, or a value is not of its form: amounts have at most two decimals and are CNY. A row must
 * have OrgnlEndToEndId or OrgnlInstrId. What was told before stays told: the caller undoes it. */
MUST_CHECK bool pain002_read(const char *file, struct str bytes, const struct pain002_handler *handler, void *context,
                             struct err *e);

#endif
