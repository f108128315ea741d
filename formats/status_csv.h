/* status_csv: `status-csv/1`, what terminals say of themselves (FORMATS.md 3.6): CSV, one row a device and moment. */
#ifndef DAYBOOK_FORMATS_STATUS_CSV_H
#define DAYBOOK_FORMATS_STATUS_CSV_H

#include "formats/devlog.h"

devlog_read status_csv_read;

#endif
