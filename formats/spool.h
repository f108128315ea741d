/* spool: bytes that come in pieces and are read as one stretch: on the heap while they are few, in an
 * unlinked file mapped into memory when they are many, so that one large package does not take a job's
 * memory. */
#ifndef DAYBOOK_FORMATS_SPOOL_H
#define DAYBOOK_FORMATS_SPOOL_H

#include <stddef.h>

#include "base/err.h"

struct spool;

/* folder takes the file when there are more than memory_bytes; it must outlive the spool. */
MUST_CHECK bool spool_open(struct spool **spool, const char *folder, size_t memory_bytes, struct err *e);
void spool_close(struct spool *spool); /* takes NULL; what spool_map gave is gone */

/* ERR_DISK when the file cannot be written. Not after spool_map. */
MUST_CHECK bool spool_add(struct spool *spool, const char *bytes, size_t length, struct err *e);
size_t spool_length(const struct spool *spool);

/* All bytes as one stretch, until spool_close; "" when there are none. */
MUST_CHECK bool spool_map(struct spool *spool, const char **bytes, size_t *length, struct err *e);

#endif
