/* morning: the page that finance staff read at seven: can today be trusted, what came in, what has to be
 * done.
 *
 * struct morning holds the figures of one accounting date as its runs left them; morning_read fills it from
 * the database, morning_document words it. Neither knows a form, a clock or a setting. Lists are bounded by
 * the numbers of schools, merchants shown and account codes, never by records. Amounts are fen. */
#ifndef DAYBOOK_REPORTS_MORNING_H
#define DAYBOOK_REPORTS_MORNING_H

#include <stddef.h>
#include <stdint.h>

#include "base/db.h"
#include "reports/model.h"

enum {
    MORNING_DAYS = 7,
    MORNING_FAMILIES = 20,      /* independent merchants shown with those that roll up into them */
    MORNING_MERCHANT_ROWS = 60, /* and in all at most so many rows */
    MORNING_SILENT_SCHOOLS = 20,
    MORNING_SCHOOLS = 40, /* per-school figures shown; the page of schools has all */
    MORNING_PACKAGES = 20,
    MORNING_PROPOSALS = 20, /* cards proposed for the lists */
    MORNING_CORRECTIONS = 40,
    MORNING_AGES = 4, /* today, 1-3, 4-10, more than 10 days */
};

struct morning_count {
    int64_t count;
    int64_t fen;
};

/* Pos terminals valid on the date whose school has school, and which of them have sent a log since it began.
 */
struct morning_school_report {
    const char *school_code;
    const char *name;
    int64_t expected;
    int64_t reported;
    const char *silent; /* the first device numbers that have not */
};

/* What came in by the date's runs; RULES.md R-22. */
struct morning_records {
    int64_t packages_posted;
    int64_t packages_quarantined; /* by the date's runs */
    int64_t waiting;              /* at the end of the date */
    int64_t quarantined;          /* at the end of the date, in all */
    struct morning_count collected, posted, duplicate, held, rejected;
};

struct morning_package {
    const char *name;
    const char *school_code;
    const char *school_name;
    const char *state; /* waiting, quarantined */
    const char *reason;
    const char *detail;
    int32_t made_on;
};

struct morning_exception {
    const char *verdict;
    bool closes_itself;
    struct morning_count opened; /* by the date's runs */
    struct morning_count closed;
    struct morning_count open; /* at the end of the date */
    int64_t open_by_age[MORNING_AGES];
    int64_t oldest_days;
};

/* The list of a class of terminals that the date's run made, and how old the lists are that its terminals said last. */
struct morning_list {
    const char *class; /* pos, bus, gate */
    int64_t version;   /* 0: not made yet */
    int64_t names;
    int64_t added;
    int64_t removed;
    struct morning_count left_out; /* with the money at risk */
    int64_t terminals;
    int64_t newest; /* had the newest list that there was when they said so */
    int64_t behind_1, behind_7, behind_more; /* nights: 1, 2 to 7, more */
    int64_t silent;                          /* said nothing for three days */
};

/* A card with open counter conflicts that is neither lost nor bad (RULES.md R-06). */
struct morning_proposal {
    const char *card_no;
    struct morning_count held;
    int32_t since;
    bool is_on_file;
};

struct morning_movement {
    const char *kind;
    const char *debit_code;
    const char *debit_name;
    const char *credit_code;
    const char *credit_name;
    struct morning_count moved;
};

struct morning_balance {
    const char *code;
    const char *name;
    bool is_debit; /* the code's side */
    int64_t opening_fen;
    int64_t debit_fen;
    int64_t credit_fen;
    int64_t closing_fen;
};

struct morning_sales {
    int64_t purchases;
    int64_t purchase_fen;
    int64_t reversals;
    int64_t reversal_fen;
    struct morning_count late;
    struct morning_count held;
    int64_t fee_fen;
    int64_t payable_fen; /* balance of 2004 at the end of the date */
};

struct morning_merchant {
    const char *merchant_no;
    const char *name;
    const char *school_name;
    int depth; /* steps below the merchant that is paid */
    struct morning_sales sales;
};

struct morning_school_sales {
    const char *school_code;
    const char *name;
    int64_t merchants;
    struct morning_sales sales;
};

struct morning_day {
    int32_t day;
    struct morning_sales sales; /* without payable_fen */
};

/* What two people agreed on, or one proposes (RULES.md P-16). */
struct morning_correction {
    int64_t proposal_id;
    const char *verdict; /* of the exception */
    const char *outcome; /* post, void, transfer */
    const char *debit_account; /* of a transfer, else "" */
    const char *credit_account;
    int64_t amount_fen; /* of the transfer, else what the exception is about */
    const char *reason;
    int32_t proposed_on;
    const char *proposed_by;
    const char *answer; /* waits, approved, refused */
    const char *answered_by;
};

struct morning_run {
    const char *job;
    const char *runs; /* which of the job's runs on the date: "1" or "1, 2" */
};

struct morning_seal {
    bool is_sealed;
    int64_t run_id;
    int64_t transfers;
    int64_t debit_fen;
    const char *digest; /* hex */
    const char *previous_digest;
};

struct morning {
    int32_t date;
    int32_t first_date; /* of the books; DATE_NO_DAY before the first run */
    struct morning_seal seal;
    const char *packages_digest;  /* SHA-256 over the digests of the date's posted packages in order, hex */
    const char *reference_digest; /* … of the reference files known by the date */
    int64_t reference_files;
    struct morning_records records;
    struct morning_day days[MORNING_DAYS]; /* the last one is the date */
    size_t day_count;                      /* less than 7 in the first days of the books */
    struct morning_run *runs;
    size_t run_count;
    struct morning_school_report *reports; /* every school that was due, the most silent first */
    size_t report_count;
    struct morning_package *packages; /* that wait or are in quarantine, the newest */
    size_t package_count;
    struct morning_exception *exceptions;
    size_t exception_count;
    struct morning_list *lists; /* one for each class */
    size_t list_count;
    int64_t cards_locked; /* by terminals, as their lock records of the date tell */
    struct morning_proposal *proposals; /* the most money first */
    size_t proposal_count;
    int64_t proposals_in_all;
    struct morning_correction *corrections; /* of the date, and those that wait, these first */
    size_t correction_count;
    int64_t corrections_in_all;
    int64_t corrections_waiting; /* for a second person */
    struct morning_movement *movements;
    size_t movement_count;
    struct morning_balance *balances; /* the 18 codes */
    size_t balance_count;
    struct morning_merchant *merchants;
    size_t merchant_count;
    int64_t merchants_on_file;
    struct morning_school_sales *schools;
    size_t school_count;
};

/* Reads the figures in the transaction that is open, so that they are of one moment. ERR_DB; the arena holds
 * all. */
MUST_CHECK bool morning_read(struct db *db, struct arena *arena, int32_t date, struct morning *m,
                             struct err *e);

/* Words the figures in a document that was just opened. ERR_BUG where a sum overflows or the arena is full.
 */
MUST_CHECK bool morning_document(const struct morning *m, struct model *document, struct err *e);
/* True when the morning page leaves out schools, so that there has to be a page of schools beside it. */
bool morning_needs_schools(const struct morning *m);
/* The page of schools: every school that has not reported, and the figures of every school. */
MUST_CHECK bool morning_document_schools(const struct morning *m, struct model *document, struct err *e);
#define MORNING_SCHOOLS_PAGE "schools.html"

/* How far the date can be trusted: what the notice on top of the page says. */
struct morning_verdict {
    enum model_tone tone;
    bool is_balanced; /* trial balance and R-22 both close */
    int64_t schools_due, schools_reported, terminals_due, terminals_reported;
    struct morning_count opened, closed, open; /* exceptions of all kinds */
    struct morning_count open_for_person;      /* those that do not close by themselves */
    int64_t oldest_days;
    int64_t lists_cut;             /* classes whose list has no place for all cards */
    int64_t terminals_behind;      /* whose list is more than 7 nights old */
    struct morning_count left_out; /* of the class that leaves out most */
    int64_t tasks; /* kinds of things that need a person */
};
MUST_CHECK bool morning_judge(const struct morning *m, struct morning_verdict *verdict, struct err *e);

#endif
