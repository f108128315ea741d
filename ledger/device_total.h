/* device_total: what terminals count of themselves against what was seen of them (RULES.md R-23), for all devices of a
 * run. */
#ifndef DAYBOOK_LEDGER_DEVICE_TOTAL_H
#define DAYBOOK_LEDGER_DEVICE_TOTAL_H

#include "ledger/judge.h"

/* Judges each device that brought records or a status row, once the run's ranges and status rows are written: lists what
 * opens and closes, and fills the devices' total_fen. */
MUST_CHECK bool device_total_judge(struct judge *judge, struct err *e);

#endif
