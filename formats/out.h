/* out: bytes on their way out, collected into pieces, so that a file of any length is written in the memory of one piece.
 * What the bytes mean is the format's question, where they go the sink's. */
#ifndef DAYBOOK_FORMATS_OUT_H
#define DAYBOOK_FORMATS_OUT_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

enum { OUT_PIECE_BYTES = 65536 };

/* Takes the bytes as they come; returns false, with *e filled, to stop. */
typedef bool out_sink(void *context, const char *bytes, size_t length, struct err *e);

/* The caller owns it and has nothing to free. */
struct out {
    out_sink *sink;
    void *context;
    size_t used;
    char piece[OUT_PIECE_BYTES];
};

void out_open(struct out *out, out_sink *sink, void *context);
/* False when the sink has refused; nothing more may be added then. */
MUST_CHECK bool out_add(struct out *out, struct str bytes, struct err *e);
MUST_CHECK bool out_add_text(struct out *out, const char *text, struct err *e);
/* Hands on what was collected. Also a way to keep things that must not be cut in one piece. */
MUST_CHECK bool out_flush(struct out *out, struct err *e);

#endif
