/* progress: one line on a terminal that shows how far long work is; silent when standard error is none. */
#ifndef DAYBOOK_BASE_PROGRESS_H
#define DAYBOOK_BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress;

/* label is kept by reference; unit is "packages", "records", …; total 0 = unknown. Never fails: without a
 * terminal, or with quiet, it returns NULL, which every function here takes. */
struct progress *progress_open(const char *label, const char *unit, int64_t total, bool quiet);
void progress_add(struct progress *p, int64_t count, int64_t bytes); /* thread-safe, redraws at most 10 times a second */
void progress_close(struct progress *p);

#endif
