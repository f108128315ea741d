#include "formats/ack.h"

#include <inttypes.h>

#include "formats/csv.h"

void ack_begin(struct buf *out)
{
    buf_add_text(out,
                 "file,records,posted,duplicate,held,rejected,amount_fen,posted_fen,reason" CSV_LINE_END);
}

void ack_add(struct buf *out, const struct ack_line *line)
{
    /* A row that does not close would tell the collector of money that nobody can find. */
    ALWAYS(line->records == line->posted + line->duplicate + line->held + line->rejected);
    csv_write_field(out, str_of(line->file));
    buf_printf(out, ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",",
               line->records, line->posted, line->duplicate, line->held, line->rejected, line->amount_fen,
               line->posted_fen);
    csv_write_field(out, str_of(line->reason ? line->reason : ""));
    buf_add_text(out, CSV_LINE_END);
}

void ack_end(struct buf *out, const struct ack_line *total)
{
    struct ack_line line = *total;
    line.file = "TOTAL";
    ack_add(out, &line);
}
