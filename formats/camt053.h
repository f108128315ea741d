/* camt053: the bank's statement of an account, ISO 20022 camt.053.001.08 (FORMATS.md 9), read as a stream: statements, their
 * balances, and the lines that moved money. What a line means is the caller's question.
 *
 * Elements that are not asked for, comments, blanks and any prefix are taken; another version of the message is not. All
 * texts are without blanks around them; empty = not given. Everything told is valid while the handler is called. Amounts are
 * fen and never negative: is_credit tells the way, seen from the account. */
#ifndef DAYBOOK_FORMATS_CAMT053_H
#define DAYBOOK_FORMATS_CAMT053_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define CAMT053_SPACE "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"

/* Stmt up to its first Bal. */
struct camt053_statement {
    struct str message_id; /* GrpHdr/MsgId */
    struct str id;         /* Id: the statement's number */
    int64_t electronic_no; /* ElctrncSeqNb; -1 = not given */
    int64_t legal_no;      /* LglSeqNb; -1 = not given */
    int64_t created_at;    /* CreDtTm, or else that of GrpHdr */
    struct str account;    /* Acct/Id: IBAN, or Othr/Id */
    bool is_iban;
    int64_t line_number;   /* of the file: its first balance */
};

struct camt053_balance {
    struct str type; /* Tp/CdOrPrtry: OPBD, PRCD, CLBD, ITBD, CLAV, FWAV …, or the bank's own word */
    bool is_own_word;
    int64_t amount_fen; /* with its sign: a debit balance is below 0 */
    int32_t day;
};

/* What an entry says, and then one of its transactions. */
struct camt053_line {
    /* Ntry */
    struct str entry_reference; /* NtryRef */
    struct str entry_serial;    /* AcctSvcrRef */
    int64_t entry_amount_fen;
    bool entry_is_credit;
    bool is_reversal;           /* RvslInd */
    struct str status;          /* Sts: BOOK, PDNG, INFO, FUTR, or the bank's own word */
    bool is_booked;             /* status BOOK, or an own word that begins with it in any case */
    int32_t booked_on;          /* BookgDt; DATE_NO_DAY = not given */
    int32_t value_on;           /* ValDt; DATE_NO_DAY = not given */
    struct str code;            /* BkTxCd of the transaction or entry: "PMNT-RDDT-ESDD", or the bank's own */
    int64_t entry_no;           /* in the file, from 1 */
    int64_t line_number;        /* of the file, where the entry or the transaction begins */
    /* NtryDtls/Btch */
    struct str batch_message_id; /* MsgId */
    struct str batch_payment_id; /* PmtInfId */
    int64_t batch_count;         /* NbOfTxs; -1 = not given */
    /* TxDtls; where the entry has none, its own figures and empty texts */
    bool has_details;
    int64_t detail_no;         /* within the entry, from 1; 0 without details */
    int64_t amount_fen;        /* Amt, or else AmtDtls/TxAmt; of the only transaction of an entry also the entry's */
    bool is_credit;            /* CdtDbtInd, or else the entry's */
    struct str message_id;     /* Refs/MsgId */
    struct str bank_serial;    /* Refs/AcctSvcrRef, or else the entry's */
    struct str payment_id;     /* Refs/PmtInfId */
    struct str instruction_id; /* Refs/InstrId */
    struct str end_to_end_id;  /* Refs/EndToEndId; NOTPROVIDED is not given */
    struct str agreement_no;   /* Refs/MndtId */
    bool is_return;            /* it has a RtrInf */
    struct str return_code;    /* RtrInf/Rsn: Cd, or Prtry */
    struct str return_text;    /* RtrInf/AddtlInf, joined by blanks */
    struct str party_name;     /* the other side: of a credit the debtor, of a debit the creditor; turned round where it is */
    struct str party_account;  /*   a reversal or a return; the one that is given where only one is, if it is not this account */
    struct str remittance;     /* RmtInf: all Ustrd and the reference, joined by blanks; or else AddtlTxInf, of an entry without
                              * transactions AddtlNtryInf */
};

/* Told at the end of Stmt. */
struct camt053_totals {
    int64_t opening_fen; /* OPBD, or else PRCD, with its sign */
    int64_t closing_fen; /* CLBD, with its sign */
    int64_t booked_fen;  /* booked entries, credits less debits */
    int32_t opening_on, closing_on;
    int64_t entry_count; /* of any status */
};

/* Each may be NULL. One that returns false with *e filled stops the reading; a message of ERR_INPUT then gets file, line and
 * element put in front. Of each statement: statement, its balances, its lines, totals. */
struct camt053_handler {
    bool (*statement)(void *context, const struct camt053_statement *statement, struct err *e);
    bool (*balance)(void *context, const struct camt053_balance *balance, struct err *e);
    bool (*line)(void *context, const struct camt053_line *line, struct err *e);
    bool (*totals)(void *context, const struct camt053_totals *totals, struct err *e);
};

/* ERR_INPUT with `file "X", line N: ELEMENT/ELEMENT: …` where the text is not well-formed, not this message, an element that
 * is due is missing or comes twice, or a value is not of its form: amounts have at most two decimals and are CNY. The
 * transactions of an entry make its amount; opening + booked = closing (OPBD or PRCD and CLBD, once each, are due: so a
 * statement in several pages is refused). What was told before stays told: the caller undoes it. */
MUST_CHECK bool camt053_read(const char *file, struct str bytes, const struct camt053_handler *handler, void *context,
                             struct err *e);

#endif
