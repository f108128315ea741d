#include "formats/lines.h"

#include <string.h>

bool lines_next(struct lines *lines, struct line *line)
{
    size_t left = lines->text.length - lines->at;
    if (left == 0)
        return false;
    const char *from = lines->text.data + lines->at;
    const char *lf = memchr(from, '\n', left);
    size_t length = lf ? (size_t)(lf - from) : left;
    size_t end_length = lf ? 1 : 0;
    if (lf && length > 0 && from[length - 1] == '\r') {
        length--;
        end_length = 2;
    } else if (lf && length + 1 < left && from[length + 1] == '\r') {
        end_length = 2;
    }
    *line = (struct line){{from, length}, {from + length, end_length}};
    lines->at += length + end_length;
    lines->line_number++;
    return true;
}

bool line_is_blank(struct str content)
{
    for (size_t i = 0; i < content.length; i++)
        if (content.data[i] != ' ' && content.data[i] != '\t')
            return false;
    return true;
}
