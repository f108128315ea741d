/* gzip: bytes compressed as RFC 1952, through zlib, proved to their end: the CRC and the length of every
 * member, and that nothing but zero padding follows. libarchive reads gzip too, but leaves the CRC unread. */
#ifndef DAYBOOK_BASE_GZIP_H
#define DAYBOOK_BASE_GZIP_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

/* Takes the expanded bytes as they come; returns false, with *e filled, to stop. */
typedef bool gzip_sink(void *context, const char *bytes, size_t length, struct err *e);

/* ERR_INPUT when the bytes are not whole gzip; the sink's own error when it stops. What it was given before a
 * failure is not proved. */
MUST_CHECK bool gzip_expand(struct str bytes, gzip_sink *sink, void *context, struct err *e);

#endif
