#include "formats/csv.h"

#include "tests/fuzz/fuzz.h"

static const struct csv_limits limits = {.line_bytes = 400, .field_bytes = 100};
enum { WRITTEN_MAX = 1 << 16 };

/* The rows of a text, written anew as CSV: each field in quotes where is_quoted, else only where it must be; false: it is no
 * CSV, or over a limit. */
static bool rewrite(struct str text, const struct csv_limits *within, bool is_quoted, struct buf *out)
{
    struct err e;
    struct csv *csv = NULL;
    const struct csv_row *row = NULL;
    int64_t last_line = 0;
    buf_reset(out);
    MUST(csv_open(&csv, "t.csv", text, within, &e));
    bool good = true;
    while ((good = csv_next(csv, &row, &e)) && row) {
        MUST(row->field_count > 0 && row->line_number > last_line);
        MUST(row->bytes.data >= text.data && row->bytes.data + row->bytes.length <= text.data + text.length);
        last_line = row->line_number;
        for (size_t i = 0; i < row->field_count; i++) {
            MUST(row->fields[i].length <= within->field_bytes);
            buf_add(out, ",", i > 0);
            buf_add(out, "\"", is_quoted);
            for (size_t at = 0; is_quoted && at < row->fields[i].length; at++)
                buf_add(out, row->fields[i].data[at] == '"' ? "\"\"" : row->fields[i].data + at,
                        row->fields[i].data[at] == '"' ? 2 : 1);
            buf_add(out, "\"", is_quoted);
            if (!is_quoted)
                csv_write_field(out, row->fields[i]);
        }
        buf_add(out, CSV_LINE_END, 2);
    }
    if (!good)
        fuzz_check_refusal(&e);
    csv_close(csv);
    MUST(!out->failed);
    return good;
}

/* What was read, written and read again is the same: also where all fields are quoted, which takes the other way through the
 * reader. A row of one field that is blank is a blank line when it is written plainly, so it is left out there. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct csv_limits wide = {.line_bytes = WRITTEN_MAX, .field_bytes = 100};
    static struct buf first, quoted, again;
    struct str text = fuzz_text(data, size);
    if (first.maximum == 0) {
        buf_open(&first, WRITTEN_MAX);
        buf_open(&quoted, WRITTEN_MAX);
        buf_open(&again, WRITTEN_MAX);
    }
    if (memchr(data, 0, size) || !rewrite(text, &limits, true, &quoted))
        return 0;
    if (quoted.length == 0)
        return 0;
    MUST(rewrite((struct str){quoted.data, quoted.length}, &wide, true, &again));
    MUST(again.length == quoted.length && memcmp(again.data, quoted.data, quoted.length) == 0);
    MUST(rewrite((struct str){quoted.data, quoted.length}, &wide, false, &first));
    return 0;
}
