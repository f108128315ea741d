/* bank_name: the names of files to and from the banks (FORMATS.md 9, docs/decisions.md "The bank"), in one place.
 *
 *     CD<code 4><YYYYMMDD><batch 4>.txt            to the bank, text: debits;           …ret: the reply
 *     PO<code 4><YYYYMMDD><batch 4>.txt            to the bank, text: payouts, refunds; …ret: the reply
 *     CQ<code 4><YYYYMMDD><batch 4>.txt            to the bank, both profiles: where are the replies to these files?
 *     pain.008.<code 4>D<YYYYMMDD><batch 4>.xml    to the bank, ISO 20022: debits
 *     pain.001.<code 4>P<YYYYMMDD><batch 4>.xml    to the bank, ISO 20022: payouts, refunds
 *     BANK05<YYYYMMDD>.txt                         from the bank: the day's circle deposits
 *     <any>.xml                                    from the bank: pain.002 or camt.053, told by its root's namespace
 *
 * A reply that comes again in other words has a number: `<stem>.2.ret` (1 to 99). */
#ifndef DAYBOOK_FORMATS_BANK_NAME_H
#define DAYBOOK_FORMATS_BANK_NAME_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum {
    BANK_ROWS_MAX = 100000, /* of a file to the bank */
    BANK_NAME_BYTES = 40,
    BANK_MESSAGE_ID_BYTES = 20,
};

enum bank_file {
    BANK_FILE_CD,      /* debits, text */
    BANK_FILE_PO,      /* payouts and refunds, text */
    BANK_FILE_CQ,      /* enquiry */
    BANK_FILE_PAIN008, /* debits, ISO */
    BANK_FILE_PAIN001, /* payouts and refunds, ISO */
    BANK_FILE_CD_REPLY,
    BANK_FILE_PO_REPLY,
    BANK_FILE_BANK05,
    BANK_FILE_XML, /* of the bank */
};

enum bank_name_form {
    BANK_NAME_GOOD,
    BANK_NAME_HIDDEN, /* begins with ".": still being written, left alone without a word */
    BANK_NAME_PART,   /* ends in ".part" or ".tmp": likewise */
    BANK_NAME_OTHER,  /* another form, or a date that does not exist: left and reported */
};

struct bank_name {
    enum bank_file file;
    int32_t code;  /* of the bank, 0 to 9999; not of BANK05 and XML */
    int32_t day;   /* accounting date of a request, the bank's day of BANK05; DATE_NO_DAY of XML */
    int32_t batch; /* 1 to 9999; not of BANK05 and XML */
};

/* The name of a file to the bank: BANK_FILE_CD to BANK_FILE_PAIN001. */
void bank_name_format(char out[BANK_NAME_BYTES], const struct bank_name *name);
/* "<code 4>D<YYYYMMDD><batch 4>" of a debit, P of a payout: MsgId and PmtInfId. */
void bank_name_message_id(char out[BANK_MESSAGE_ID_BYTES], const struct bank_name *name);
/* The request that a MsgId belongs to; false where it is none of ours. */
bool bank_name_of_message_id(struct str message_id, struct bank_name *name);

/* *parsed is filled only with BANK_NAME_GOOD. Letters are told apart by case, but for ".xml". Our own requests are good names,
 * too: whoever lists a folder that both sides use leaves them alone. */
enum bank_name_form bank_name_parse(struct str name, struct bank_name *parsed);

#endif
