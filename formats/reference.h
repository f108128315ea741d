/* reference: the KINDs of reference data (FORMATS.md 1) as tables of columns. Another KIND is one entry here.
 * What rows mean to each other and to the database is the import's question. */
#ifndef DAYBOOK_FORMATS_REFERENCE_H
#define DAYBOOK_FORMATS_REFERENCE_H

#include <stddef.h>

#include "formats/table.h"

/* Places of the columns in the fields of a row, in the order of FORMATS.md 1. */
enum { SCHOOL_CODE, SCHOOL_NAME, SCHOOL_DISTRICT, SCHOOL_LEVEL, SCHOOL_SETTLEMENT, SCHOOL_SETTLEMENT_FROM };
enum {
    MERCHANT_NO,
    MERCHANT_NAME,
    MERCHANT_SCHOOL,
    MERCHANT_KIND,
    MERCHANT_PARENT,
    MERCHANT_FEE_BPS,
    MERCHANT_FEE_MIN,
    MERCHANT_FEE_MAX,
    MERCHANT_CYCLE,
    MERCHANT_PAYEE_NAME,
    MERCHANT_PAYEE_ACCOUNT,
    MERCHANT_PAYEE_BANK,
};
enum {
    TERMINAL_DEVICE,
    TERMINAL_PSAM,
    TERMINAL_KIND,
    TERMINAL_SCHOOL,
    TERMINAL_PLACE,
    TERMINAL_MERCHANT,
    TERMINAL_VALID_FROM,
    TERMINAL_VALID_TO,
    TERMINAL_LOG_FORMAT,
    TERMINAL_CAPACITY,
    TERMINAL_CLASSES,
    TERMINAL_FIRST_SEQ,
};
enum {
    PERSON_NO,
    PERSON_KIND,
    PERSON_NAME,
    PERSON_SCHOOL,
    PERSON_REGISTRY,
    PERSON_ID,
    PERSON_SEX,
    PERSON_GRADE,
    PERSON_CLASS,
    PERSON_BOARDING,
    PERSON_GUARDIAN_NAME,
    PERSON_GUARDIAN_MOBILE,
    PERSON_STATUS,
};
enum {
    CARD_NO,
    CARD_PERSON,
    CARD_CLASS,
    CARD_CHIP,
    CARD_KEY_VERSION,
    CARD_STATUS,
    CARD_ISSUED_ON,
    CARD_EXPIRES_ON,
    CARD_COUNTER,
    CARD_ONLINE_COUNTER,
    CARD_BALANCE,
    CARD_REPLACES,
};
enum { CALENDAR_DATE, CALENDAR_KIND, CALENDAR_SCHOOL, CALENDAR_NOTE };
enum { OPENING_ACCOUNT, OPENING_AMOUNT };
enum { LOSS_CARD, LOSS_KIND, LOSS_EFFECTIVE_AT, LOSS_REASON };
enum { CASH_SLIP, CASH_CASHIER, CASH_KIND, CASH_CARD, CASH_BANK_ACCOUNT, CASH_AMOUNT, CASH_AT };
enum { SUBSIDY_BATCH, SUBSIDY_CLASS, SUBSIDY_CARD, SUBSIDY_AMOUNT, SUBSIDY_VALID_TO };

struct reference_kind {
    const char *name; /* the KIND of `daybook import` */
    struct table_form form;
    /* What fields of one row ask of each other; adds to the faults. False only with ERR_BUG. NULL: nothing.
     */
    bool (*check)(const struct table_row *row, const struct table_place *place, struct table_faults *faults,
                  struct err *e);
};

/* In the order of import, as FORMATS.md 1 lists them. */
extern const struct reference_kind reference_kinds[];
extern const size_t reference_kind_count;

/* NULL when there is no such KIND. */
const struct reference_kind *reference_find(const char *name);

#endif
