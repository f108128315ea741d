/* record: one line of a terminal, decoded: what formats/ makes, ledger/ judges and jobs/ carries between them.
 *
 * The struct is small and flat because a night holds millions of it; all amounts are fen as the terminal wrote them
 * (unsigned 32 bits), times are moments of base/date.h. */
#ifndef DAYBOOK_BASE_RECORD_H
#define DAYBOOK_BASE_RECORD_H

#include <stdint.h>

/* FORMATS.md 3.1, record at 0 */
enum record_kind {
    RECORD_LOAD = 0x02,
    RECORD_PURCHASE = 0x06,
    RECORD_COMPOUND = 0x09,
    RECORD_SUBSIDY = 0xDB,
    RECORD_REVERSAL = 0xFE,
};

/* RULES.md 1; the values are stored. */
enum verdict {
    VERDICT_NONE = 0,
    VERDICT_MALFORMED = 1,
    VERDICT_DUPLICATE = 2,
    VERDICT_CONFLICT = 3,
    VERDICT_TAC_BAD = 4,
    VERDICT_BAD_ARITHMETIC = 5,
    VERDICT_COUNTER_CONFLICT = 6,
    VERDICT_GRAY = 7,
    VERDICT_UNMATCHED_REVERSAL = 8,
    VERDICT_MERCHANT_PAYS = 9,
    VERDICT_ACCEPTED = 10,
};

/* Flags of accepted records, RULES.md 1; the bits are stored. */
enum record_flag {
    FLAG_UNKNOWN_TERMINAL = 1 << 0,
    FLAG_UNKNOWN_CARD = 1 << 1,
    FLAG_CARD_NOT_VALID = 1 << 2,
    FLAG_BLACKLISTED = 1 << 3,
    FLAG_BAD_TIME = 1 << 4,
    FLAG_OVER_LIMIT = 1 << 5,
    FLAG_CLASS_REFUSED = 1 << 6,
    FLAG_BALANCE_BREAK = 1 << 7,
    FLAG_LATE = 1 << 8,
    FLAG_TAC_NONE = 1 << 9, /* an m1 chip: nothing to prove, counted apart (FORMATS.md 4) */
};

/* Why a record is malformed; its text is in record_malformed_text. */
enum malformed {
    MALFORMED_NOT = 0,
    MALFORMED_CRC,
    MALFORMED_KIND,
    MALFORMED_MARK,
    MALFORMED_KEY,
    MALFORMED_SEQUENCE,
    MALFORMED_COUNTER,
    MALFORMED_CARD,
    MALFORMED_TIME,
    MALFORMED_AMOUNT,
    MALFORMED_REVERSAL,
    MALFORMED_ZERO,
    MALFORMED_FIELD, /* a text format's field that is not of its form */
};
const char *record_malformed_text(enum malformed why);

enum { RECORD_KEY_NONE = 0xF0 }; /* key byte of an m1 chip: high nibble F */

struct record {
    int64_t card_no;     /* 18 digits */
    int64_t occurred_at; /* moment */
    uint64_t digest;     /* of all decoded fields: equal digests = same content */
    uint32_t device_no;
    uint32_t device_seq; /* from 1 */
    uint32_t before_fen;
    uint32_t amount_fen;
    uint32_t after_fen;
    uint32_t psam_seq;
    uint32_t reverses_seq; /* kind FE: sequence of the cancelled record; else 0 */
    uint32_t load_serial;  /* kind 02: our serial; else 0 */
    uint32_t list_version; /* in force at the terminal */
    uint32_t record_no;    /* from 1 in its file */
    uint32_t file_index;   /* of the run's file table, set by jobs/post */
    uint32_t card_index;   /* of the judge's card table, set there; UINT32_MAX = none */
    uint8_t tac[4];
    uint16_t epoch;
    uint16_t counter;
    uint16_t meal_code;
    uint16_t flags;   /* enum record_flag, set by the judge */
    uint8_t kind;     /* enum record_kind */
    uint8_t mark;     /* 0 normal, 1 gray */
    uint8_t key;      /* high nibble cipher, low nibble version, as in FORMATS.md 3.1 */
    uint8_t verdict;  /* enum verdict */
    uint8_t malformed; /* enum malformed */
    uint8_t tac_state; /* enum tac_state */
};

/* What the check of a TAC found, before anyone asks whether one is due. */
enum tac_state { TAC_UNCHECKED = 0, TAC_GOOD = 1, TAC_DIFFERS = 2, TAC_ABSENT = 3 };

/* Offline family: kinds 06 09; online: 02 DB. A reversal belongs to the offline family. */
static inline int record_is_online(const struct record *r)
{
    return r->kind == RECORD_LOAD || r->kind == RECORD_SUBSIDY;
}
static inline int record_is_purchase(const struct record *r)
{
    return r->kind == RECORD_PURCHASE || r->kind == RECORD_COMPOUND;
}

#endif
