/* att_csv: `att-csv/1`, the log of attendance machines (FORMATS.md 3.4): CSV in GB18030, one row a record. */
#ifndef DAYBOOK_FORMATS_ATT_CSV_H
#define DAYBOOK_FORMATS_ATT_CSV_H

#include "formats/devlog.h"

devlog_read att_csv_read;

#endif
