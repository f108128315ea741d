#include "formats/out.h"

#include <string.h>

void out_open(struct out *out, out_sink *sink, void *context)
{
    out->sink = sink;
    out->context = context;
    out->used = 0;
}

bool out_flush(struct out *out, struct err *e)
{
    size_t used = out->used;
    out->used = 0;
    return used == 0 || out->sink(out->context, out->piece, used, e);
}

bool out_add(struct out *out, struct str bytes, struct err *e)
{
    while (bytes.length > sizeof out->piece - out->used) {
        size_t room = sizeof out->piece - out->used;
        memcpy(out->piece + out->used, bytes.data, room);
        out->used += room;
        bytes = (struct str){bytes.data + room, bytes.length - room};
        if (!out_flush(out, e))
            return false;
    }
    if (bytes.length > 0)
        memcpy(out->piece + out->used, bytes.data, bytes.length);
    out->used += bytes.length;
    return true;
}

bool out_add_text(struct out *out, const char *text, struct err *e)
{
    return out_add(out, str_of(text), e);
}
