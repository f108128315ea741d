#include "jobs/explain/line.h"

#include <inttypes.h>
#include <string.h>

#include "base/fsfile.h"
#include "formats/charset.h"

/* Lines end with CRLF, LF or LF CR (FORMATS.md 0); a record that goes over several lines begins here. */
static bool find_line(struct str text, int64_t line_number, struct str *line)
{
    for (int64_t at = 1; text.length > 0; at++) {
        const char *end = memchr(text.data, '\n', text.length);
        size_t length = end ? (size_t)(end - text.data) : text.length;
        if (at == line_number) {
            while (length > 0 && text.data[length - 1] == '\r')
                length--;
            while (length > 0 && *text.data == '\r') {
                text.data++;
                length--;
            }
            *line = (struct str){text.data, length};
            return true;
        }
        text.data += end ? length + 1 : length;
        text.length -= end ? length + 1 : length;
    }
    return false;
}

static bool put_text(struct explain *x, const char *path, const struct line_place *place, struct err *e)
{
    struct str bytes = {0}, text, line;
    struct err why;
    err_clear(&why);
    if (!fsfile_map(path, &bytes.data, &bytes.length, &why) ||
        !charset_read(x->context->arena, place->file_name, bytes, &text, &why)) {
        sheet_note(x->sheet, "its bytes cannot be read: %s", why.message);
        fsfile_unmap(bytes.data, bytes.length);
        return true;
    }
    bool done = true;
    if (find_line(text, place->line_number, &line)) {
        const char *copy = arena_copy(x->context->arena, line.data, line.length, e);
        done = copy != NULL;
        sheet_text(x->sheet, "text", copy);
    } else {
        sheet_note(x->sheet, "the file has no line %" PRId64, place->line_number);
    }
    fsfile_unmap(bytes.data, bytes.length);
    return done;
}

bool line_put(struct explain *x, const struct line_place *place, struct err *e)
{
    const char *path =
        arena_printf(x->context->arena, e, "%s/%.2s/%s", x->context->settings->intake, place->sha256, place->sha256);
    if (!path)
        return false;
    sheet_text(x->sheet, "imported_as", place->kind);
    sheet_text(x->sheet, "imported_file", place->file_name);
    sheet_text(x->sheet, "bytes_in", path);
    sheet_count(x->sheet, "line", place->line_number);
    return put_text(x, path, place, e);
}
