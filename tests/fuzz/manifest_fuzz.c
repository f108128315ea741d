#include "formats/manifest.h"

#include "tests/fuzz/fuzz.h"

/* What the header promises of each row, whatever was read. */
static void check_row(const struct manifest_row *row)
{
    MUST(row->format && manifest_name_is_plain(row->file) && row->file.data[row->file.length] == '\0');
    MUST(row->records >= 0 && row->records <= UINT32_MAX && row->amount_fen >= 0);
    MUST(row->format->has_device || (row->device_no == 0 && row->amount_fen == 0 && row->first_seq == 0 && row->last_seq == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e;
    struct manifest manifest;
    if (!manifest_read(fuzz_arena(), fuzz_text(data, size), &manifest, &e)) {
        fuzz_check_refusal(&e);
        return 0;
    }
    for (size_t i = 0; i < manifest.row_count; i++) {
        check_row(&manifest.rows[i]);
        for (size_t j = 0; j < i; j++)
            MUST(strcmp(manifest.rows[i].file.data, manifest.rows[j].file.data) != 0);
    }
    return 0;
}
