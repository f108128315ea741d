/* The files of tests/golden/manifest, csv, charset, reference and blacklist: rows or the exact message, as NAME.out has them. */
#include "formats/blacklist.h"
#include "formats/charset.h"
#include "formats/csv.h"
#include "formats/manifest.h"
#include "formats/reference.h"
#include "tests/unit/golden.h"

static struct arena *arena;
static struct buf out;
static struct err e;

static const char *said(bool good)
{
    if (!good)
        buf_printf(&out, "%s%s\n", e.kind == ERR_INPUT ? "" : "of another kind: ", e.message);
    ALWAYS(!out.failed);
    return out.data ? out.data : "";
}

static const char *of_manifest(const char *name, const char *path, struct str bytes)
{
    struct manifest manifest = {0};
    (void)name;
    (void)path;
    buf_reset(&out);
    bool good = manifest_read(arena, bytes, &manifest, &e);
    for (size_t i = 0; good && i < manifest.row_count; i++) {
        const struct manifest_row *row = &manifest.rows[i];
        buf_printf(&out, "%" PRId64 " %s %s %08u %" PRId64 " %" PRId64 " %u-%u %02x\n", row->line_number, row->file.data,
                   row->format->name, row->device_no, row->records, row->amount_fen, row->first_seq, row->last_seq,
                   row->sha256[1]);
    }
    return said(good);
}

static const char *of_csv(const char *name, const char *path, struct str bytes)
{
    struct csv *csv = NULL;
    const struct csv_row *row = NULL;
    (void)path;
    buf_reset(&out);
    bool good = csv_open(&csv, name, bytes, NULL, &e);
    while (good && (good = csv_next(csv, &row, &e)) && row) {
        buf_printf(&out, "%" PRId64, row->line_number);
        for (size_t i = 0; i < row->field_count; i++) {
            buf_add(&out, "[", 1);
            buf_add(&out, row->fields[i].data, row->fields[i].length);
            buf_add(&out, "]", 1);
        }
        buf_add(&out, "\n", 1);
    }
    csv_close(csv);
    return said(good);
}

static const char *of_charset(const char *name, const char *path, struct str bytes)
{
    struct str text = {0};
    (void)path;
    buf_reset(&out);
    bool good = charset_read(arena, name, bytes, &text, &e);
    if (good)
        buf_add(&out, text.data, text.length);
    return said(good);
}

/* KIND-what.csv */
static const char *of_reference(const char *name, const char *path, struct str bytes)
{
    char kind[32];
    struct table_input input = {.file = name};
    struct table_faults faults;
    struct table *table = NULL;
    const struct table_row *row = NULL;
    (void)path;
    buf_reset(&out);
    (void)snprintf(kind, sizeof kind, "%.*s", (int)strcspn(name, "-"), name);
    const struct reference_kind *reference = reference_find(kind);
    ALWAYS(reference);
    table_faults_open(&faults, arena);
    bool good = charset_read(arena, name, bytes, &input.text, &e) &&
                table_open(&table, &input, &reference->form, &faults, &e);
    while (good && (good = table_next(table, &row, &e)) && row) {
        struct table_place place = {name, row->line_number, NULL};
        buf_printf(&out, "%" PRId64, row->line_number);
        for (size_t i = 0; i < reference->form.column_count; i++)
            buf_printf(&out, "[%.*s]", (int)row->fields[i].length, row->fields[i].data);
        buf_add(&out, "\n", 1);
        good = !reference->check || reference->check(row, &place, &faults, &e);
    }
    for (size_t i = 0; i < faults.count; i++)
        buf_printf(&out, "%s\n", faults.messages[i]);
    table_close(table);
    return said(good);
}

static const char *of_blacklist(const char *name, const char *path, struct str bytes)
{
    struct blacklist_reader reader;
    struct blacklist_row row;
    bool more = true;
    (void)name;
    (void)path;
    buf_reset(&out);
    bool good = blacklist_read_open(&reader, bytes, &e);
    if (good)
        buf_printf(&out, "%d after %d\n", (int)reader.head.version, (int)reader.head.previous);
    while (good && (good = blacklist_read_row(&reader, &row, &more, &e)) && more)
        buf_printf(&out, "%018" PRId64 "%s\n", row.card_no, row.is_removed ? " removed" : "");
    return said(good);
}

int main(void)
{
    buf_open(&out, 1 << 20);
    ALWAYS(arena_open(&arena, 16 << 20, &e));
    golden_check(arena, "tests/golden/manifest", of_manifest);
    golden_check(arena, "tests/golden/csv", of_csv);
    golden_check(arena, "tests/golden/charset", of_charset);
    golden_check(arena, "tests/golden/reference", of_reference);
    golden_check(arena, "tests/golden/blacklist", of_blacklist);
    arena_close(arena);
    buf_close(&out);
    return tap_end();
}
