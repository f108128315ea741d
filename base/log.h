/* log: one event a line on standard error: time, level, job, run id, event, key=value.
 *
 * A terminal and cron see the same lines; below LOG_INFO they are shown with -v only. Names, id numbers,
 * mobiles and card numbers are masked by the caller (str_mask, DESIGN.md 8). */
#ifndef DAYBOOK_BASE_LOG_H
#define DAYBOOK_BASE_LOG_H

#include <stdint.h>

#include "base/err.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* Process-wide; called once before threads start. job is kept by reference. */
void log_open(enum log_level highest_shown, const char *job);
/* Shows events up to this level from now on; returns the level that was shown before. */
enum log_level log_show(enum log_level highest_shown);
void log_set_run(int64_t run_id); /* 0: none yet */
/* log_event(LOG_INFO, "package_posted", "package=\"%s\" records=%lld", …); format may be NULL. Thread-safe. */
void log_event(enum log_level level, const char *event, const char *format, ...) PRINTF_LIKE(3, 4);
/* One line for an error with its kind, code, message and hint. */
void log_error(const char *event, const struct err *e);

#endif
