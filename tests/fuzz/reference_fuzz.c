#include "formats/charset.h"
#include "formats/reference.h"

#include "tests/fuzz/fuzz.h"

/* All rows of a text as one KIND: their form, and what their fields ask of each other. */
static void read_kind(const struct reference_kind *kind, struct arena *arena, const struct table_input *input)
{
    struct err e;
    struct table *table = NULL;
    struct table_faults faults;
    const struct table_row *row = NULL;
    table_faults_open(&faults, arena);
    MUST(table_open(&table, input, &kind->form, &faults, &e));
    for (;;) {
        MUST(table_next(table, &row, &e));
        if (!row)
            break;
        struct table_place place = {input->file, row->line_number, NULL};
        for (size_t i = 0; i < kind->form.column_count; i++)
            (void)fuzz_touch(row->fields[i]);
        MUST(!kind->check || kind->check(row, &place, &faults, &e));
    }
    table_close(table);
    MUST(faults.count <= TABLE_FAULTS_KEPT && faults.total >= (int64_t)faults.count);
    for (size_t i = 0; i < faults.count; i++)
        MUST(!strchr(faults.messages[i], '\n') && strncmp(faults.messages[i], "file \"k.csv\"", 12) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e;
    struct arena *arena = fuzz_arena();
    struct table_input input = {.file = "k.csv"};
    if (!charset_read(arena, input.file, fuzz_text(data, size), &input.text, &e))
        return 0;
    for (size_t i = 0; i < reference_kind_count; i++)
        read_kind(&reference_kinds[i], arena, &input);
    return 0;
}
