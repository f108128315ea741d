/* charset: bytes from outside → UTF-8 text (FORMATS.md 0), through iconv. The whole text is converted before
 * anything is split, because the second byte of a GB18030 character may look like a separator. */
#ifndef DAYBOOK_FORMATS_CHARSET_H
#define DAYBOOK_FORMATS_CHARSET_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* A text that is UTF-8 or else GB18030 (of which GBK and GB2312 are parts). A leading UTF-8 BOM is left out;
 * a text with one must be UTF-8. *text is a view of bytes where they are UTF-8 already, else lies in the
 * arena. A byte that is neither, or zero, is ERR_INPUT: `file "X", byte N: …`, N from 0. */
MUST_CHECK bool charset_read(struct arena *arena, const char *file, struct str bytes, struct str *text,
                             struct err *e);

/* A text that a section says is UTF-8: as charset_read without GB18030, *text is always a view of bytes. */
MUST_CHECK bool charset_read_utf8(const char *file, struct str bytes, struct str *text, struct err *e);

/* A text that a section says is GB18030. One with a UTF-8 BOM is UTF-8 where it can be, else GB18030 behind the BOM. *text
 * is a view of bytes where they are ASCII or UTF-8, else lies in the arena. Same errors. */
MUST_CHECK bool charset_read_gb18030(struct arena *arena, const char *file, struct str bytes, struct str *text,
                                     struct err *e);

/* UTF-8 → GB18030, of which every character has a place there. *made bytes are written to out, which has room for twice as many
 * as the text has. ERR_BUG for a text that is not UTF-8. */
MUST_CHECK bool charset_write_gb18030(struct str text, char *out, size_t *made, struct err *e);

/* Where in the bytes a place of the text read from them lies. Places that are asked for may only rise, and are those of
 * whole characters. */
struct charset_walk {
    struct str bytes, text;
    size_t byte_at, text_at;
};
void charset_walk_open(struct charset_walk *walk, struct str bytes, struct str text);
size_t charset_walk_to(struct charset_walk *walk, size_t text_at);

#endif
