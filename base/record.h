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
    MALFORMED_FIELD,   /* a text format's field that is not of its form */
    MALFORMED_COLUMNS,
    MALFORMED_NUMBER,
    MALFORMED_TAC,
    MALFORMED_CHIP,
    MALFORMED_LOCK,
    MALFORMED_CARRIED,
    MALFORMED_MERCHANT,
};
const char *record_malformed_text(enum malformed why);

/* Key bytes whose high nibble is no cipher. */
enum {
    RECORD_KEY_NONE = 0xF0,    /* an m1 chip */
    RECORD_KEY_UNNAMED = 0xE0, /* the format names no key; the low nibble is the chip it names */
};
enum record_chip { RECORD_CHIP_ANY = 0, RECORD_CHIP_3DES = 1, RECORD_CHIP_SM4 = 2, RECORD_CHIP_M1 = 3 };

struct record {
    int64_t card_no;     /* 18 digits */
    int64_t occurred_at; /* moment */
    uint64_t digest;     /* of all decoded fields: equal digests = same content */
    int64_t psam_no;     /* 12 digits */
    uint32_t device_no;
    uint32_t device_seq; /* from 1 */
    uint32_t before_fen;
    uint32_t amount_fen;
    uint32_t after_fen;
    uint32_t reference;    /* kind FE: sequence of the cancelled record; 02: our serial of the circle deposit; else 0 */
    uint32_t psam_seq;
    union { /* formats that name no key carry no version either: ask record_list_version */
        uint32_t list_version; /* in force at the terminal */
        uint32_t tac_matches;  /* bit 16 × cipher + version for each loaded key that is right */
    };
    uint32_t counter;
    uint32_t record_no;    /* from 1 in its file */
    uint32_t file_index;   /* of the run's file table, set by jobs/post */
    uint32_t card_index;   /* of the judge's card table, set there; UINT32_MAX = none */
    uint8_t tac[4];
    uint16_t epoch;
    uint16_t meal_code;
    uint16_t flags;   /* enum record_flag, set by the judge */
    uint8_t kind;     /* enum record_kind */
    uint8_t mark;     /* 0 normal, 1 gray */
    uint8_t key;      /* high nibble cipher, low nibble version, as in FORMATS.md 3.1 */
    uint8_t verdict;  /* enum verdict */
    uint8_t malformed; /* enum malformed */
    uint8_t tac_state; /* enum tac_state */
};

/* Records without money (RULES.md R-24): what att-csv/1 and gate-xml/1 hold, and the lock rows of pkg-csv/1. The values
 * are stored; 0 is none. */
enum identity_kind {
    IDENTITY_ATTENDANCE = 1,
    IDENTITY_GATE = 2,
    IDENTITY_DORM = 3,
    IDENTITY_BUS = 4,
    IDENTITY_ALARM = 5,
    IDENTITY_LOCK = 6,
};
enum identity_direction { DIRECTION_IN = 1, DIRECTION_OUT = 2, DIRECTION_ON = 3, DIRECTION_OFF = 4 };
enum identity_method { METHOD_CARD = 1, METHOD_FINGER = 2, METHOD_CARD_FINGER = 3, METHOD_PHOTO = 4 };
enum identity_result {
    RESULT_OK = 1,
    RESULT_EARLY = 2,
    RESULT_REPEAT = 3,
    RESULT_BLACK = 4,
    RESULT_UNKNOWN = 5,
    RESULT_GRANTED = 6,
    RESULT_DENIED = 7,
    RESULT_TAMPER = 8, /* of alarms: their kind */
    RESULT_FIRE = 9,
    RESULT_FORCED = 10,
    RESULT_HELP = 11,
};

/* Smaller than a record because there are twice as many. The epoch is always 0; its file is the one among whose identities
 * it lies. */
struct identity {
    uint64_t digest;     /* as of a record */
    int64_t card_no;     /* 18 digits; 0 = none */
    int64_t occurred_at; /* moment */
    uint32_t device_seq;
    uint32_t record_no;  /* from 1 in its file */
    uint32_t text;       /* place of the stop's name in the texts of its log or run; 0 = none */
    uint8_t kind;        /* enum identity_kind */
    uint8_t verdict;     /* enum verdict */
    uint8_t method : 4;
    uint8_t result : 4;
    uint8_t direction : 3;
    uint8_t malformed : 5; /* enum malformed */
};

/* What the check of a TAC found, before anyone asks whether one is due. */
enum tac_state { TAC_UNCHECKED = 0, TAC_GOOD = 1, TAC_DIFFERS = 2, TAC_ABSENT = 3 };

/* Offline family: kinds 06 09; online: 02 DB. A reversal belongs to the offline family. */
static inline int record_is_online(const struct record *r)
{
    return r->kind == RECORD_LOAD || r->kind == RECORD_SUBSIDY;
}
static inline uint32_t record_list_version(const struct record *r) /* 0 where its format carries none */
{
    return (r->key & 0xF0) == RECORD_KEY_UNNAMED ? 0 : r->list_version;
}
static inline int record_is_purchase(const struct record *r)
{
    return r->kind == RECORD_PURCHASE || r->kind == RECORD_COMPOUND;
}

#endif
