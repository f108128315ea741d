/* lines: a text cut into its lines: LF, CRLF and LF CR end one (FORMATS.md 0). What a line holds is the caller's question,
 * also a carriage return that ends none. */
#ifndef DAYBOOK_FORMATS_LINES_H
#define DAYBOOK_FORMATS_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

struct lines { /* begins as {.text = …} */
    struct str text;
    size_t at;           /* next byte of text */
    int64_t line_number; /* of the line given last, from 1 */
};

struct line {
    struct str content; /* views of the text */
    struct str end;     /* empty where the last line lacks its end */
};

/* False after the last line. A text that ends with a line end has no line after it. */
bool lines_next(struct lines *lines, struct line *line);

/* Nothing but blanks and tabs: ignored, but counted. */
bool line_is_blank(struct str content);

#endif
