#include "formats/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "formats/charset.h"
#include "formats/table.h"

enum { FILE_NAME, FORMAT, DEVICE, RECORDS, AMOUNT, FIRST_SEQ, LAST_SEQ, SHA256, COLUMNS };
#define LARGEST_U32 INT64_C(4294967295)
/* Of one file and of all together: so much that no package can hold it, so little that the sums of a run,
 * which are checked and would stop it, cannot be driven over by what manifests claim. */
#define LARGEST_FEN INT64_C(1000000000000000)

/* Rows of logs of many devices leave four fields empty; that all others fill them is asked row by row. */
static const struct table_column columns[] = {
    [FILE_NAME] = {.name = "file", .type = TABLE_TEXT, .minimum = 1, .maximum = 260},
    [FORMAT] = {.name = "format", .type = TABLE_TEXT, .minimum = 1, .maximum = 32},
    [DEVICE] = {.name = "device_no", .type = TABLE_DEVICE_NO, .may_be_empty = true},
    [RECORDS] = {.name = "records", .type = TABLE_INTEGER, .minimum = 0, .maximum = LARGEST_U32},
    [AMOUNT] = {.name = "amount_fen",
                .type = TABLE_INTEGER,
                .may_be_empty = true,
                .minimum = 0,
                .maximum = LARGEST_FEN},
    [FIRST_SEQ] = {.name = "first_seq",
                   .type = TABLE_INTEGER,
                   .may_be_empty = true,
                   .minimum = 0,
                   .maximum = LARGEST_U32},
    [LAST_SEQ] = {.name = "last_seq",
                  .type = TABLE_INTEGER,
                  .may_be_empty = true,
                  .minimum = 0,
                  .maximum = LARGEST_U32},
    [SHA256] = {.name = "sha256", .type = TABLE_SHA256},
};
static const struct table_form form = {columns, COLUMNS};

bool manifest_name_is_plain(struct str name)
{
    if (name.length > 5 && memcmp(name.data, "logs/", 5) == 0)
        name = (struct str){name.data + 5, name.length - 5};
    if (name.length == 0 || name.length > 255 || str_equal(name, ".") || str_equal(name, "..") ||
        !str_is_utf8(name))
        return false;
    for (size_t i = 0; i < name.length; i++) {
        unsigned char c = (unsigned char)name.data[i];
        if (c < 0x20 || c == 0x7F || c == '/' || c == '\\')
            return false;
    }
    return true;
}

static bool at_field(const struct manifest_row *row, int column, struct err *e, const char *what)
{
    return err_set(e, ERR_INPUT, "file \"" MANIFEST_NAME "\", line %lld, column \"%s\": %s",
                   (long long)row->line_number, columns[column].name, what);
}

static bool refuse_format(const struct manifest_row *row, struct str name, struct err *e)
{
    char known[DEVLOG_NAMES_BYTES];
    devlog_format_names(known, false);
    return err_set(e, ERR_INPUT, "file \"" MANIFEST_NAME "\", line %lld, column \"%s\": \"%.*s\" is not one of %s",
                   (long long)row->line_number, columns[FORMAT].name, (int)name.length, name.data, known);
}

/* The number of a field that its form has proved, 0 when empty. */
static int64_t number_of(struct str field)
{
    int64_t value = 0;
    return field.length > 0 && str_to_int64(field, &value) ? value : 0;
}

static bool read_row(const struct table_row *from, struct manifest_row *to, struct err *e)
{
    static const int of_one_device[] = {DEVICE, AMOUNT, FIRST_SEQ, LAST_SEQ};
    *to = (struct manifest_row){
        .file = from->fields[FILE_NAME],
        .format = devlog_format_find(from->fields[FORMAT]),
        .device_no = (uint32_t)number_of(from->fields[DEVICE]),
        .first_seq = (uint32_t)number_of(from->fields[FIRST_SEQ]),
        .last_seq = (uint32_t)number_of(from->fields[LAST_SEQ]),
        .amount_fen = number_of(from->fields[AMOUNT]),
        .records = number_of(from->fields[RECORDS]),
        .line_number = from->line_number,
    };
    ALWAYS(str_unhex(from->fields[SHA256], to->sha256, sizeof to->sha256));
    if (!manifest_name_is_plain(to->file) || str_equal(to->file, MANIFEST_NAME) ||
        str_equal(to->file, MANIFEST_SIGNATURE_NAME))
        return at_field(to, FILE_NAME, e, "is not a plain name or logs/NAME of a log");
    if (!to->format)
        return refuse_format(to, from->fields[FORMAT], e);
    for (size_t i = 0; i < sizeof of_one_device / sizeof of_one_device[0]; i++) {
        bool is_empty = from->fields[of_one_device[i]].length == 0;
        if (is_empty && to->format->has_device)
            return at_field(to, of_one_device[i], e, "\"\" is empty");
        if (!is_empty && !to->format->has_device)
            return at_field(to, of_one_device[i], e, "is not empty, and a status log is of many devices");
    }
    return true;
}

static int compare_files(const void *a, const void *b)
{
    const struct manifest_row *const *left = a, *const *right = b;
    int order = strcmp((*left)->file.data, (*right)->file.data);
    return order ? order
                 : ((*left)->line_number > (*right)->line_number) -
                       ((*left)->line_number < (*right)->line_number);
}

static bool check_totals(const struct manifest *manifest, struct err *e)
{
    int64_t amount_fen = 0, records = 0;
    for (size_t i = 0; i < manifest->row_count; i++) {
        amount_fen += manifest->rows[i].amount_fen; /* stays below 2 × LARGEST_FEN */
        records += manifest->rows[i].records;
        if (amount_fen > LARGEST_FEN || records > LARGEST_U32)
            return at_field(&manifest->rows[i], amount_fen > LARGEST_FEN ? AMOUNT : RECORDS, e,
                            "makes a total that no package can hold");
    }
    return true;
}

static bool check_files_once(struct arena *arena, const struct manifest *manifest, struct err *e)
{
    const struct manifest_row **order = arena_array(arena, manifest->row_count + 1, sizeof *order, e);
    if (!order)
        return false;
    for (size_t i = 0; i < manifest->row_count; i++)
        order[i] = &manifest->rows[i];
    if (manifest->row_count > 1)
        qsort(order, manifest->row_count, sizeof *order, compare_files);
    for (size_t i = 1; i < manifest->row_count; i++)
        if (strcmp(order[i - 1]->file.data, order[i]->file.data) == 0)
            return at_field(order[i], FILE_NAME, e, "is listed twice");
    return true;
}

bool manifest_read(struct arena *arena, struct str bytes, struct manifest *manifest, struct err *e)
{
    struct table_rows rows;
    struct table_input input = {.file = MANIFEST_NAME};
    if (!charset_read_utf8(MANIFEST_NAME, bytes, &input.text, e) ||
        !table_read(arena, &input, &form, &rows, e))
        return false;
    *manifest = (struct manifest){.row_count = rows.row_count};
    manifest->rows = arena_array(arena, rows.row_count + 1, sizeof *manifest->rows, e);
    if (!manifest->rows)
        return false;
    for (size_t i = 0; i < rows.row_count; i++)
        if (!read_row(&rows.rows[i], &manifest->rows[i], e))
            return false;
    return check_totals(manifest, e) && check_files_once(arena, manifest, e);
}
