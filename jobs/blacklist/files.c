#include "jobs/blacklist/files.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "formats/blacklist.h"
#include "jobs/outbox_body.h"
#include "queries.h"

enum { CATCH_UP_DAYS = 3, SOURCES_TEXT_BYTES = 1 << 16 };
static const size_t file_bytes_max = (size_t)32 << 20; /* 999,999 rows of 27 bytes */

/* One file on its way. */
struct file {
    struct job_context *context;
    const struct cardlist *list;
    int64_t run_id; /* 0: none */
    int class;
    bool is_full;
    struct blacklist_writer *writer;
    struct cardlist_row *rows;
    struct buf bytes;
};

/* ---- its bytes */

static bool take_bytes(void *context, const char *bytes, size_t length, struct err *e)
{
    struct buf *all = context;
    buf_add(all, bytes, length);
    return buf_ok(all, e);
}

static struct blacklist_head head_of(const struct file *file)
{
    const struct cardlist_figures *figures = &file->list->figures[file->class];
    int64_t count = file->is_full ? figures->names : figures->added + figures->removed;
    return (struct blacklist_head){file->list->version, file->is_full ? 0 : file->list->previous,
                                   (int32_t)count};
}

static bool write_rows(struct file *file, struct err *e)
{
    struct cardlist_page page = {.class = file->class, .is_delta = !file->is_full, .after_card = -1};
    size_t count = 0;
    do {
        if (!cardlist_read(file->context->db, &page, file->rows, &count, e))
            return false;
        for (size_t i = 0; i < count; i++) {
            struct blacklist_row row = {file->rows[i].card_no, file->rows[i].is_removed};
            if (!blacklist_write_row(file->writer, &row, e))
                return false;
        }
        if (count > 0)
            page.after_card = file->rows[count - 1].card_no;
    } while (count == CARDLIST_PAGE_ROWS);
    return true;
}

/* A list that terminals would refuse must not leave the house. */
static bool read_back(const struct file *file, struct err *e)
{
    struct blacklist_reader reader;
    struct blacklist_row row;
    bool more = true;
    if (!blacklist_read_open(&reader, (struct str){file->bytes.data, file->bytes.length}, e))
        return false;
    while (more)
        if (!blacklist_read_row(&reader, &row, &more, e))
            return false;
    return true;
}

static bool write_file(struct file *file, struct err *e)
{
    struct blacklist_head head = head_of(file);
    buf_reset(&file->bytes);
    if (!blacklist_write_open(file->writer, &head, take_bytes, &file->bytes, e) || !write_rows(file, e) ||
        !blacklist_write_close(file->writer, e))
        return false;
    if (read_back(file, e))
        return true;
    e->kind = ERR_BUG;
    return err_context(e, "the list that was just written");
}

/* ---- where it goes */

static bool count_targets(const struct file *file, int64_t *count, struct err *e)
{
    const char *params[] = {cardlist_classes[file->class], file->is_full ? "t" : "f"};
    return db_query_int64(file->context->db, sql_blacklist_target_count, 2, params, count, e);
}

static int32_t compact_day(int32_t day)
{
    int year, month, day_of_month;
    date_to_civil(day, &year, &month, &day_of_month);
    return year * 10000 + month * 100 + day_of_month;
}

static bool queue_bytes(const struct file *file, int64_t wanted, struct err *e)
{
    char name[BLACKLIST_NAME_BYTES], sha256[OUTBOX_SHA256_HEX_BYTES];
    struct blacklist_head head = head_of(file);
    struct db_number version, run;
    struct db *db = file->context->db;
    int64_t queued = 0;
    blacklist_file_name(name, compact_day(file->context->date), &head, cardlist_classes[file->class]);
    const char *params[] = {cardlist_classes[file->class],
                            file->is_full ? "t" : "f",
                            name,
                            sha256,
                            db_from_int64(&version, file->list->version),
                            file->run_id ? db_from_int64(&run, file->run_id) : NULL};
    if (!outbox_body_add(db, (struct str){file->bytes.data, file->bytes.length}, sha256, e) ||
        !db_query_int64(db, sql_blacklist_queue, 6, params, &queued, e))
        return false;
    job_count(file->context, file->is_full ? "full_files" : "delta_files", queued);
    if (queued < wanted)
        job_attention(file->context, "list_name_taken",
                      "\"%s\" is queued for %" PRId64 " schools with other bytes", name, wanted - queued);
    return true;
}

/* The delta before the full list: who has the version before it needs no more than that. */
static bool queue_class(struct file *file, struct err *e)
{
    for (int is_full = 0; is_full <= 1; is_full++) {
        int64_t wanted = 0;
        file->is_full = is_full == 1;
        if (!count_targets(file, &wanted, e) ||
            (wanted > 0 && (!write_file(file, e) || !queue_bytes(file, wanted, e))))
            return false;
    }
    return true;
}

static bool queue_files(struct job_context *context, const struct cardlist *list, int64_t run_id,
                        struct err *e)
{
    struct file file = {.context = context, .list = list, .run_id = run_id};
    buf_open(&file.bytes, file_bytes_max);
    file.writer = arena_alloc(context->arena, sizeof *file.writer, e);
    file.rows = arena_array(context->arena, CARDLIST_PAGE_ROWS, sizeof *file.rows, e);
    bool ok = file.writer && file.rows;
    for (file.class = 0; ok && file.class < CARDLIST_CLASSES; file.class ++)
        ok = queue_class(&file, e);
    buf_close(&file.bytes);
    return ok;
}

/* The sources that lists are sent to, as an array of the database: their names hold nothing that would need
 * quotes. */
static bool list_sources(const struct settings *settings, struct buf *sources, struct err *e)
{
    buf_open(sources, SOURCES_TEXT_BYTES);
    buf_add_text(sources, "{");
    for (size_t i = 0; i < settings->source_count; i++)
        if (strcmp(settings->sources[i].kind, "collectors") == 0)
            buf_printf(sources, "%s%s", sources->length > 1 ? "," : "", settings->sources[i].name);
    buf_add_text(sources, "}");
    return buf_ok(sources, e);
}

bool files_queue_night(struct job_context *context, const struct cardlist *list, int64_t run_id,
                       struct err *e)
{
    struct buf sources;
    struct db_number date, previous, days;
    bool is_weekday = date_weekday(list->day) == context->settings->rules.blacklist_full_weekday;
    bool ok =
        list_sources(context->settings, &sources, e) && db_exec(context->db, sql_blacklist_target_table, e);
    const char *params[] = {sources.data, db_from_day(&date, list->day),
                            list->previous ? db_from_int64(&previous, list->previous) : NULL,
                            is_weekday ? "t" : "f", db_from_int64(&days, CATCH_UP_DAYS)};
    ok = ok && db_command(context->db, sql_blacklist_target_night, 5, params, NULL, e) &&
         queue_files(context, list, run_id, e);
    buf_close(&sources);
    return ok;
}

bool files_queue_full(struct job_context *context, const struct cardlist *list, int64_t school_code,
                      struct err *e)
{
    struct buf sources;
    struct db_number school;
    bool ok =
        list_sources(context->settings, &sources, e) && db_exec(context->db, sql_blacklist_target_table, e);
    const char *params[] = {sources.data, school_code ? db_from_int64(&school, school_code) : NULL};
    ok = ok && db_command(context->db, sql_blacklist_target_demand, 2, params, NULL, e) &&
         queue_files(context, list, 0, e);
    buf_close(&sources);
    return ok;
}
