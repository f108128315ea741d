/* state: what a run must know to judge its records: terminals, merchants, cards, loss reports, and what was seen and
 * accepted before; read once into flat tables (DESIGN.md 4), changed in memory by the judge, written back by store. */
#ifndef DAYBOOK_LEDGER_STATE_H
#define DAYBOOK_LEDGER_STATE_H

#include "base/date.h"
#include "ledger/batch.h"
#include "ledger/ranges.h"
#include "ledger/run.h"

enum { STATE_NONE = UINT32_MAX, CARD_CLASS_COUNT = 121 };

/* A row of the terminal's history, read as of the day of the record. */
struct terminal_row {
    uint32_t device_no;
    int32_t valid_from, valid_to; /* inclusive; DATE_NO_DAY: no end */
    int64_t school_code;
    int64_t merchant_no; /* 0 = none */
    int64_t first_seq;
    uint64_t classes[2]; /* bit c of the card classes it takes */
    uint32_t merchant_index; /* of the state's merchants; STATE_NONE: none on file */
};

struct merchant {
    int64_t merchant_no;
    int64_t school_code;
};

struct device {
    uint32_t device_no;
    uint32_t first_row, row_count; /* of terminals, by valid_from; 0 rows: not on file */
    int64_t school_code;           /* of the package that brought its last records of this run */
    int64_t last_school;           /* of the package that brought its last records or status row */
    int64_t total_fen;             /* of its newest status row at the end of this run; -1: none */
};

/* One counting of a device: its sequences since a reset. */
struct device_epoch {
    uint32_t device_index;
    uint16_t epoch;
    int64_t read_run; /* 0: no state row yet */
    int64_t floor;    /* where counting begins: first_seq in epoch 0 */
    bool is_recounted; /* its first_seq may be another than when the state row was written */
    struct ranges was;
    struct ranges seen;
    int64_t seen_fen; /* plain sum of the amounts of all records seen */
    struct tally tally; /* of this run */
};

enum chip { CHIP_3DES, CHIP_SM4, CHIP_M1 };
enum card_status { CARD_NORMAL, CARD_LOST, CARD_LOCKED, CARD_FROZEN, CARD_CLOSED };
enum loss_kind { LOSS_LOST, LOSS_FOUND, LOSS_BAD, LOSS_CLOSED };

struct loss {
    int64_t effective_at;
    int kind; /* enum loss_kind */
    int32_t known_on; /* open date of the run that took it in; the next where that day's list was made by then */
};

/* The last record of a card's chain, or its opening state. */
struct tail {
    int64_t occurred_at; /* DATE_NO_MOMENT: the opening state, or no chain at all */
    int64_t after_fen;
    int32_t counter;
    int32_t offline; /* counter of the last of its family in the chain; -1 none */
    int32_t online;
    uint8_t family; /* 0 offline, 1 online */
    bool is_reversal;
    bool exists; /* false: an unknown card without records */
};
/* offline and online of a card that has come on file after its records: its links from the opening state on are judged by
 * the next run that accepts one of its records. */
enum { TAIL_OPENED_LATE = -1 };

/* Few lines of memory at a time: first what is asked of it for each record in the order of arrival, then what its own records
 * change, then the rest. */
struct card {
    uint32_t first_sorted, sorted_count; /* of the judge's order */
    int32_t was_day; /* newest own day with accepted purchases, before this run */
    bool on_file;
    uint8_t chip;
    uint8_t card_class;
    uint8_t status;
    uint8_t key_version;
    bool touched;
    bool is_entered; /* maybe: a record of this run is no later than the tail of its chain */
    bool is_late;    /* a purchase of this run is of an own day before was_day */
    bool is_asked;   /* a record that was held in an earlier run is asked again */
    bool has_transfers;
    int32_t known_on; /* as of a loss report, for the row that counts */
    int32_t expires_on;
    int32_t opening[2]; /* last counters used: offline, online */
    uint32_t first_loss, loss_count;
    uint32_t last_file; /* of the batch: it brought its last accepted record of this run */
    int32_t day;        /* newest own day with accepted purchases, by now */
    struct ranges accepted[2]; /* counters: offline, online */
    struct tail tail;
    int64_t records;
    int64_t was_day_fen, day_fen;
    uint32_t first_held, held_count;       /* of the judge's held records */
    uint32_t first_carried, carried_count; /* of the state's carried transactions */
    int64_t purse_fen;
    int64_t card_no;
    int64_t school_code; /* of its holder; 0 where the card is not on file */
    int64_t opening_fen;
    int64_t read_run; /* 0: no state row yet */
    int64_t was_purse_fen;
    int64_t was_records;
    struct ranges was[2]; /* accepted counters as read */
};

/* A transaction that a record repeats as its card's previous one (FORMATS.md 3.2, `pre`). */
struct carried {
    uint32_t card_index;
    uint32_t record_index; /* of the batch: the record that carries it, of this run or asked in it; STATE_NONE: an earlier one, accepted */
    uint32_t counter;
    uint32_t amount_fen;
    int64_t psam_no;
    int64_t occurred_at;
    uint8_t kind; /* enum record_kind */
};

struct state {
    struct arena *arena;
    struct terminal_row *terminals;
    uint32_t terminal_count;
    struct merchant *merchants; /* by number */
    uint32_t merchant_count;
    struct device *devices;
    uint32_t device_count;
    struct device_epoch *epochs;
    uint32_t epoch_count;
    struct device_epoch *other_epochs; /* of the same devices, without records in this run */
    uint32_t other_epoch_count;
    struct card *cards;
    uint32_t card_count;
    struct loss *losses; /* by card, then effective_at */
    uint32_t loss_count;
    struct carried *carried; /* by card */
    uint32_t carried_count, carried_capacity;
};

/* Gives each record its card, each file its device epoch, and reads all that is known of them. */
MUST_CHECK bool state_load(struct state *state, struct ledger_run *run, struct batch *batch, struct err *e);

void state_close(struct state *state); /* what does not lie in the arena */

/* Reads what is known of state->cards, whose card_no are filled; a part of state_load. beside: a second connection over
 * which the reference rows come meanwhile, NULL = all over one. */
MUST_CHECK bool state_load_cards(struct state *state, struct db *db, struct db *beside, struct err *e);

/* The terminal's row on a day, NULL when it is not on file then. */
const struct terminal_row *state_terminal(const struct state *state, const struct device *device, int32_t day);
/* Finds the merchant of every terminal row. */
void state_place_merchants(struct state *state);
static inline bool terminal_takes(const struct terminal_row *row, int card_class)
{
    return (row->classes[card_class / 64] >> (card_class % 64) & 1) != 0;
}
bool card_is_opened_late(const struct card *card);
/* Where the counting of a card's family begins for gaps: its opening counter + 1, for a card not on file its lowest. */
int64_t card_floor(const struct card *card, int family);

#endif
