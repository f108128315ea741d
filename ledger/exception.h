/* exception: what a person must see (RULES.md R-25): one for each held or rejected record, each flag marked so, each
 * gap, each refused file. */
#ifndef DAYBOOK_LEDGER_EXCEPTION_H
#define DAYBOOK_LEDGER_EXCEPTION_H

#include "base/arena.h"
#include "ledger/batch.h"
#include "ledger/run.h"

/* Verdicts 1 to 9 of base/record.h, and these; the values are rows of ledger.verdict. */
enum exception_verdict {
    EXCEPTION_UNKNOWN_TERMINAL = 20,
    EXCEPTION_UNKNOWN_CARD = 21,
    EXCEPTION_CARD_NOT_VALID = 22,
    EXCEPTION_BLACKLISTED = 23,
    EXCEPTION_BAD_TIME = 24,
    EXCEPTION_OVER_LIMIT = 25,
    EXCEPTION_CLASS_REFUSED = 26,
    EXCEPTION_BALANCE_BREAK = 27,
    EXCEPTION_NEGATIVE_BALANCE = 28,
    EXCEPTION_SEQUENCE_GAP = 30,
    EXCEPTION_COUNTER_GAP = 31,
    EXCEPTION_FILE_REFUSED = 32,
    EXCEPTION_DEVICE_TOTAL = 33,
};

struct exception {
    int verdict;
    int family;          /* of a counter gap: 0 offline, 1 online */
    int64_t school_code; /* 0 = none */
    int64_t device_no;   /* -1 = none */
    int32_t epoch;       /* -1 = none */
    int64_t device_seq;  /* 0 = none */
    int64_t card_no;     /* -1 = none */
    int64_t counter;     /* 0 = none */
    int64_t last_number; /* of a gap, 0 = none */
    int64_t amount_fen;  /* -1 = none */
    int64_t occurred_at; /* DATE_NO_MOMENT = none */
    int32_t accounting_date;
    int64_t archive_id; /* 0 = none */
    int32_t file_no;
    int64_t record_no;
    int64_t record_id;   /* of a held record or a flag, 0 = none */
    const char *detail;  /* kept by reference until the list is written */
    const char *raw;     /* bytes of a malformed record, NULL = none */
    uint32_t raw_length;
};

/* An exception that closes by itself in this run; gaps close in gap.c. */
struct closing {
    int verdict;
    int64_t card_no;
    int64_t record_id; /* of a held record or a balance_break; 0: all open ones of the card, or of the device */
    int64_t device_no; /* of a device_total; -1 = none */
    const char *reason; /* kept by reference until the list is written */
};

struct exceptions {
    struct exception *rows;
    uint32_t count, capacity;
    struct closing *closings;
    uint32_t closing_count, closing_capacity;
};

void exceptions_close(struct exceptions *list);
/* An empty one with none in every field; NULL exactly when *e is filled. */
MUST_CHECK struct exception *exceptions_add(struct exceptions *list, int verdict, int32_t accounting_date,
                                            struct err *e);
MUST_CHECK struct closing *exceptions_add_closing(struct exceptions *list, int verdict, struct err *e);

/* Closes the file_refused of a file that was judged again and accepted. */
MUST_CHECK bool exceptions_close_file(struct ledger_run *run, int64_t archive_id, int32_t file_no, struct err *e);

/* Opens first: what opens and closes in one run is told too. */
MUST_CHECK bool exceptions_write(const struct exceptions *list, struct ledger_run *run, struct err *e);

#endif
