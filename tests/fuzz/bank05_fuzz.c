#include "formats/bank05.h"

#include "tests/fuzz/fuzz.h"

/* Every row that is read can be written again as it stands. */
static void check_row(const struct bank05_row *row, const struct bank05_reader *reader)
{
    char text[80];
    int length = snprintf(text, sizeof text, "%-12.*s%-20.*s%08u%-20.*s%09lld", (int)row->person_no.length, row->person_no.data,
                          (int)row->bank_card.length, row->bank_card.data, row->serial, (int)row->bank_serial.length,
                          row->bank_serial.data, (long long)row->amount_fen);
    MUST(length == 69 && row->amount_fen > 0 && row->line_number == reader->lines.line_number);
    MUST(memcmp(text, row->person_no.data, 69) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e;
    struct bank05_reader reader;
    struct bank05_row row;
    bool more = true, good = bank05_open(&reader, "BANK05", fuzz_text(data, size), &e);
    while (good && (good = bank05_next(&reader, &row, &more, &e)) && more)
        check_row(&row, &reader);
    if (!good) {
        fuzz_check_refusal(&e);
        MUST(strncmp(e.message, "file \"BANK05\", line ", 20) == 0 && e.hint[0] != '\0');
    }
    return 0;
}
