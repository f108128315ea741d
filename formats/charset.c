#include "formats/charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#define BOM "\xEF\xBB\xBF"
enum { BOM_BYTES = 3, LARGEST_GROWTH = 2 };

static bool is_marked_utf8(struct str bytes)
{
    return bytes.length >= BOM_BYTES && memcmp(bytes.data, BOM, BOM_BYTES) == 0;
}

/* Converts as far as it goes; *done_bytes of the input are read when it fails with EILSEQ or EINVAL. */
static bool convert_to(const char *to, const char *from, struct str bytes, struct str out, size_t *done_bytes,
                       size_t *made_bytes)
{
    iconv_t converter = iconv_open(to, from);
    if (converter == (iconv_t)-1)
        return false;
    union {
        const char *read;
        char *write;
    } input = {.read = bytes.data}; /* iconv takes its input without const and does not write it */
    union {
        const char *read;
        char *write;
    } output = {.read = out.data};
    size_t left = bytes.length, room = out.length;
    size_t result = iconv(converter, &input.write, &left, &output.write, &room);
    int why = errno;
    (void)iconv_close(converter);
    *done_bytes = bytes.length - left;
    *made_bytes = out.length - room;
    errno = why;
    return result != (size_t)-1;
}

static bool convert(const char *from, struct str bytes, struct str out, size_t *done_bytes, size_t *made_bytes)
{
    return convert_to("UTF-8", from, bytes, out, done_bytes, made_bytes);
}

static bool refuse_zero(const char *file, struct str bytes, struct err *e)
{
    const char *zero = bytes.length > 0 ? memchr(bytes.data, 0, bytes.length) : NULL;
    if (!zero)
        return true;
    (void)err_set(e, ERR_INPUT, "file \"%s\", byte %zu: a zero byte is no text", file,
                  (size_t)(zero - bytes.data));
    return err_hint(e, "write the file as UTF-8 or GB18030, not as UTF-16 or a spreadsheet's own format");
}

/* Where a text stops being UTF-8, found by iconv piece by piece so that no second text is held. */
static size_t utf8_length(struct str bytes)
{
    char piece[4096];
    size_t at = 0;
    for (;;) {
        size_t done = 0, made = 0;
        bool whole = convert("UTF-8", (struct str){bytes.data + at, bytes.length - at},
                             (struct str){piece, sizeof piece}, &done, &made);
        at += done;
        if (whole || errno != E2BIG)
            return at;
    }
}

static bool refuse_byte(const char *file, struct str bytes, size_t at, const char *charset, struct err *e)
{
    (void)err_set(e, ERR_INPUT, "file \"%s\", byte %zu: \"%02x\" begins no character of %s", file, at,
                  (unsigned)(unsigned char)bytes.data[at], charset);
    return false;
}

bool charset_read_utf8(const char *file, struct str bytes, struct str *text, struct err *e)
{
    size_t skip = is_marked_utf8(bytes) ? BOM_BYTES : 0;
    struct str found = {bytes.data + skip, bytes.length - skip};
    if (!refuse_zero(file, bytes, e))
        return false;
    if (!str_is_utf8(found)) {
        size_t at = skip + utf8_length(found);
        return refuse_byte(file, bytes, at < bytes.length ? at : bytes.length - 1, "utf-8", e);
    }
    *text = found;
    return true;
}

/* Bytes that are no UTF-8, and what is said of them. */
struct source {
    const char *file;
    struct str bytes;
    size_t skip_bytes;   /* of a BOM */
    const char *charset; /* that they may be in, for the message */
};

static bool read_source(struct arena *arena, const struct source *source, struct str *text, struct err *e)
{
    size_t done = 0, made = 0;
    struct str rest = {source->bytes.data + source->skip_bytes, source->bytes.length - source->skip_bytes};
    char *out = arena_array(arena, rest.length + 1, LARGEST_GROWTH, e);
    if (!out)
        return false;
    if (!convert("GB18030", rest, (struct str){out, LARGEST_GROWTH * (rest.length + 1)}, &done, &made)) {
        if (errno != EILSEQ && errno != EINVAL)
            return err_set_errno(e, ERR_BUG, errno, "file \"%s\" could not be converted from gb18030",
                                 source->file);
        return refuse_byte(source->file, source->bytes, source->skip_bytes + done, source->charset, e);
    }
    *text = (struct str){out, made};
    return true;
}

bool charset_read(struct arena *arena, const char *file, struct str bytes, struct str *text, struct err *e)
{
    if (is_marked_utf8(bytes) || str_is_utf8(bytes))
        return charset_read_utf8(file, bytes, text, e);
    const struct source source = {file, bytes, 0, "utf-8 or gb18030"};
    return refuse_zero(file, bytes, e) && read_source(arena, &source, text, e);
}

bool charset_read_gb18030(struct arena *arena, const char *file, struct str bytes, struct str *text, struct err *e)
{
    size_t skip = is_marked_utf8(bytes) ? BOM_BYTES : 0;
    struct str rest = {bytes.data + skip, bytes.length - skip};
    if (!refuse_zero(file, bytes, e))
        return false;
    if (!str_is_ascii(rest) && (skip == 0 || !str_is_utf8(rest)))
        return read_source(arena, &(struct source){file, bytes, skip, "gb18030"}, text, e);
    *text = rest;
    return true;
}

bool charset_write_gb18030(struct str text, char *out, size_t *made, struct err *e)
{
    size_t done = 0;
    *made = 0;
    return text.length == 0 ||
           convert_to("GB18030", "UTF-8", text, (struct str){out, LARGEST_GROWTH * text.length}, &done, made) ||
           err_set_errno(e, ERR_BUG, errno, "a text could not be converted to gb18030, from its byte %zu", done);
}

static size_t utf8_bytes(unsigned char first)
{
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

static size_t gb18030_bytes(const char *at)
{
    unsigned char first = (unsigned char)at[0];
    return first < 0x80 ? 1 : at[1] >= '0' && at[1] <= '9' ? 4 : 2;
}

void charset_walk_open(struct charset_walk *walk, struct str bytes, struct str text)
{
    size_t skip = is_marked_utf8(bytes) ? BOM_BYTES : 0;
    *walk = (struct charset_walk){.bytes = bytes, .text = text, .byte_at = skip};
}

size_t charset_walk_to(struct charset_walk *walk, size_t text_at)
{
    ALWAYS(text_at >= walk->text_at && text_at <= walk->text.length);
    bool is_view = walk->text.length <= walk->bytes.length &&
                   walk->text.data == walk->bytes.data + (walk->bytes.length - walk->text.length);
    if (is_view) {
        walk->byte_at += text_at - walk->text_at;
        walk->text_at = text_at;
    }
    while (walk->text_at < text_at) {
        walk->text_at += utf8_bytes((unsigned char)walk->text.data[walk->text_at]);
        walk->byte_at += gb18030_bytes(walk->bytes.data + walk->byte_at);
    }
    return walk->byte_at;
}
