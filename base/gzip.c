#include "base/gzip.h"

#include <string.h>
#include <zlib.h>

enum { PIECE_BYTES = 64 * 1024, GZIP_WINDOW = 15 + 16, LARGEST_INPUT = 1 << 30 };

struct expander {
    z_stream stream;
    struct str bytes;
    size_t at; /* read of bytes */
};

static bool refuse(const struct expander *x, struct err *e, const char *what)
{
    return err_set(e, ERR_INPUT, "gzip, byte %zu: %s", x->at, what);
}

static bool is_zero(struct str s)
{
    for (size_t i = 0; i < s.length; i++)
        if (s.data[i] != 0)
            return false;
    return true;
}

/* Expands one member; the input stands behind it afterwards. */
static bool expand_member(struct expander *x, gzip_sink *sink, void *context, struct err *e)
{
    unsigned char piece[PIECE_BYTES];
    int result = Z_OK;
    while (result != Z_STREAM_END) {
        size_t left = x->bytes.length - x->at;
        uInt given = left < LARGEST_INPUT ? (uInt)left : LARGEST_INPUT;
        union {
            const char *read;
            Bytef *write;
        } input = {.read =
                       x->bytes.data + x->at}; /* zlib takes its input without const and does not write it */
        x->stream.next_in = input.write;
        x->stream.avail_in = given;
        x->stream.next_out = piece;
        x->stream.avail_out = sizeof piece;
        result = inflate(&x->stream, Z_NO_FLUSH);
        x->at += given - x->stream.avail_in;
        size_t made = sizeof piece - x->stream.avail_out;
        if (result == Z_MEM_ERROR)
            return err_set(e, ERR_BUG, "no memory to expand gzip");
        if (result == Z_BUF_ERROR || (result == Z_OK && x->at == x->bytes.length && made < sizeof piece))
            return refuse(x, e, "the bytes end too early");
        if (result != Z_OK && result != Z_STREAM_END)
            return refuse(x, e, x->stream.msg ? x->stream.msg : "not gzip");
        if (made > 0 && !sink(context, (const char *)piece, made, e))
            return false;
    }
    return true;
}

static bool expand_members(struct expander *x, gzip_sink *sink, void *context, struct err *e)
{
    do {
        if (!expand_member(x, sink, context, e))
            return false;
        if (inflateReset(&x->stream) != Z_OK)
            return err_set(e, ERR_BUG, "gzip could not begin again");
    } while (!is_zero((struct str){x->bytes.data + x->at, x->bytes.length - x->at}));
    return true;
}

bool gzip_expand(struct str bytes, gzip_sink *sink, void *context, struct err *e)
{
    struct expander x = {.bytes = bytes};
    if (bytes.length == 0)
        return refuse(&x, e, "the bytes end too early");
    if (inflateInit2(&x.stream, GZIP_WINDOW) != Z_OK)
        return err_set(e, ERR_BUG, "no memory to expand gzip");
    bool done = expand_members(&x, sink, context, e);
    (void)inflateEnd(&x.stream);
    return done;
}
