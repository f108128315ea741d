/* xf_text: `xf-text/1`, the log of transport-style collectors (FORMATS.md 3.3): a heading of 44 characters, then a line of
 * 158 for each record. Records have an unnamed key of any chip, their balance after is what before and amount give. A line
 * that names another merchant than its terminal has on that day is malformed. */
#ifndef DAYBOOK_FORMATS_XF_TEXT_H
#define DAYBOOK_FORMATS_XF_TEXT_H

#include "formats/devlog.h"

devlog_read xf_text_read;

#endif
