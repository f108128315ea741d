/* pkg_csv: `pkg-csv/1`, the log of bus collectors (FORMATS.md 3.2): CSV with one row a purchase or, with lockflag 1, a
 * locked card. Money rows become records whose key is unnamed, the chip its low nibble, their balance after what before
 * and amount give; a row that repeats the card's previous transaction gives a carried one too. Rows of locked cards become
 * identities of kind IDENTITY_LOCK. Both share the file's order (record_no) and the device's sequences. A malformed row is
 * a record whatever its lock flag says, because its amount counts. */
#ifndef DAYBOOK_FORMATS_PKG_CSV_H
#define DAYBOOK_FORMATS_PKG_CSV_H

#include "formats/devlog.h"

devlog_read pkg_csv_read;

#endif
