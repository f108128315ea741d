/* status: what devices say of themselves (FORMATS.md 3.6), kept, and met with what was seen of them (RULES.md R-23). */
#ifndef DAYBOOK_LEDGER_STATUS_H
#define DAYBOOK_LEDGER_STATUS_H

#include "ledger/batch.h"
#include "ledger/ranges.h"
#include "ledger/run.h"

/* Writes the good status rows of the batch, in the order in which they arrived. */
MUST_CHECK bool status_write(const struct batch *batch, struct ledger_run *run, struct err *e);

/* The figures of a status row. */
struct device_figures {
    int64_t at; /* moment */
    int64_t uncollected;
    int64_t last_seq;
    int64_t total_count;
    int64_t total_amount_fen;
};

/* R-23 of one device, as a pure function of these. */
struct device_total {
    struct device_figures said; /* its newest status row */
    const struct ranges *seen;  /* sequences of its newest epoch */
    int64_t floor;              /* where that begins to count: in epoch 0 the terminal's first_seq, else 1 */
    int64_t seen_fen;           /* amounts of the seen records with sequence <= said.last_seq */
};
enum { STATUS_DETAIL_BYTES = 200 };
struct device_finding {
    bool is_met;
    int64_t apart_fen; /* by how much the amounts differ; -1: they were not asked, or agree */
    char detail[STATUS_DETAIL_BYTES]; /* what does not agree, "" where it is met */
};
/* Whether the judgement depends on seen_fen: all records are there, and what lies before the floor hides no amount. */
bool status_asks_amount(const struct device_total *total);
/* Whether a run leaves the judgement as the last one found it: no sequence up to last_seq was seen that was not seen
 * before it. was: the ranges of the same epoch before the run. For a status row that is not new in the run. */
bool status_is_settled(const struct device_total *total, const struct ranges *was);
void status_judge(const struct device_total *total, struct device_finding *finding);

/* A device that a run is about, and what the books know of it, rows of this run included. */
struct status_device {
    uint32_t device_no;
    bool has_status;
    bool is_new;  /* its newest row came in this run */
    bool is_open; /* there is an open device_total of it */
    struct device_figures newest; /* by its own time; of equal ones the last to arrive */
};
/* Fills all but device_no; one query for all of them, once in a run, after status_write. */
MUST_CHECK bool status_load_newest(struct ledger_run *run, struct status_device *devices, uint32_t count, struct err *e);

/* A device whose records after its newest status row are asked for: fen is the sum of their amounts. */
struct status_beyond {
    uint32_t device_no;
    uint16_t epoch;
    int64_t last_seq;
    int64_t fen;
};
/* Fills fen: records seen with sequence > last_seq, those of earlier runs from the leaves of the runs that saw such
 * sequences, those of this run from the batch, which is judged. Once in a run, after its ranges are written; rows ordered
 * by device_no and epoch, no two of the same. */
MUST_CHECK bool status_load_beyond(struct ledger_run *run, const struct batch *batch, struct status_beyond *rows,
                                   uint32_t count, struct err *e);

#endif
