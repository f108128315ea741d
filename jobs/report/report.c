#include "jobs/report/report.h"

#include <inttypes.h>
#include <string.h>

#include "base/crypto.h"
#include "base/fsfile.h"
#include "base/str.h"
#include "reports/html.h"
#include "reports/index.h"
#include "reports/morning.h"

enum { FILE_MODE = 0640, MERCHANTS_AT_A_TIME = 100 };
static const size_t batch_maximum_bytes = (size_t)512 << 20;

/* What the parts of one run share. The batch is reset between pages; page is the one being rendered. */
struct report {
    struct job_context *context;
    enum language language;
    char date[DATE_TEXT_BYTES];
    struct arena *batch;
    struct buf page;
};

static void open_document(const struct report *r, struct model *document)
{
    model_open(document, r->batch, r->language, r->context->settings->site_name);
}

/* Renders a document to <outbox>/<path>; *sha256 (hex) may be NULL. A file that already has these bytes is
 * left. */
static bool write_page(struct report *r, const struct model *document, const char *path, char *sha256,
                       struct err *e)
{
    uint8_t digest[CRYPTO_SHA256_BYTES];
    buf_reset(&r->page);
    if (!html_render(document, &r->page, e))
        return err_context(e, "%s", path);
    if (sha256 != NULL) {
        if (!crypto_sha256(r->page.data, r->page.length, digest, e))
            return false;
        str_hex(digest, sizeof digest, sha256);
    }
    job_count(r->context, "pages", 1);
    if (r->context->command->is_dry_run)
        return true;
    char *whole = arena_printf(r->batch, e, "%s/%s", r->context->settings->outbox, path);
    return whole != NULL && fsfile_write(whole, r->page.data, r->page.length, FILE_MODE, e);
}

static bool refuse_date(const struct morning *m, const char *date, struct err *e)
{
    char first[DATE_TEXT_BYTES] = "";
    if (m->first_date == DATE_NO_DAY) {
        err_set(e, ERR_USAGE, "there is nothing to report: no run has been made yet");
        return err_hint(e, "import the reference data and post a night first");
    }
    date_format(m->first_date, first);
    err_set(e, ERR_USAGE, "there is nothing to report of \"%s\": the books begin on %s", date, first);
    return err_hint(e, "give a later --date");
}

static bool check_verdict(struct report *r, const struct morning *m, struct err *e)
{
    struct morning_verdict verdict;
    if (!morning_judge(m, &verdict, e))
        return false;
    if (!verdict.is_balanced)
        job_attention(r->context, "day_does_not_close", "the books of %s do not close", r->date);
    return true;
}

/* Renders a page into the folder of the date and lists it. */
static bool write_day_page(struct report *r, const struct model *document, struct index_file *file,
                           const char *name, enum word content, struct err *e)
{
    char *sha256 = arena_alloc(r->batch, 2 * CRYPTO_SHA256_BYTES + 1, e);
    char *path = arena_printf(r->batch, e, "finance/%s/%s", r->date, name);
    *file = (struct index_file){name, words_text(r->language, content), sha256};
    return sha256 != NULL && path != NULL && write_page(r, document, path, sha256, e);
}

static bool report_day(struct report *r, struct err *e)
{
    struct morning figures;
    struct model document;
    struct index_file files[2], index;
    size_t count = 0;
    if (!morning_read(r->context->db, r->batch, r->context->date, &figures, e))
        return false;
    if (figures.first_date == DATE_NO_DAY || r->context->date < figures.first_date)
        return refuse_date(&figures, r->date, e);
    open_document(r, &document);
    if (!check_verdict(r, &figures, e) || !morning_document(&figures, &document, e) ||
        !write_day_page(r, &document, &files[count++], "morning.html", WORD_MORNING_FILE, e))
        return false;
    open_document(r, &document);
    if (morning_needs_schools(&figures) &&
        (!morning_document_schools(&figures, &document, e) ||
         !write_day_page(r, &document, &files[count++], MORNING_SCHOOLS_PAGE, WORD_SCHOOLS_FILE, e)))
        return false;
    open_document(r, &document);
    return index_document_day(r->context->date, files, count, &document, e) &&
           write_day_page(r, &document, &index, "index.html", WORD_NONE, e);
}

static bool report_finance(struct report *r, struct err *e)
{
    struct model document;
    char *folder = arena_printf(r->batch, e, "%s/finance", r->context->settings->outbox);
    open_document(r, &document);
    return folder != NULL && index_document_finance(r->context->db, folder, r->context->date, &document, e) &&
           write_page(r, &document, "finance/index.html", NULL, e);
}

static bool report_outbox(struct report *r, struct err *e)
{
    struct model document;
    open_document(r, &document);
    return index_document_outbox(&document, e) && write_page(r, &document, "index.html", NULL, e);
}

/* ---- merchants */

static bool report_merchants(struct report *r, struct err *e)
{
    struct model document;
    open_document(r, &document);
    return index_document_merchants(r->context->db, &document, e) &&
           write_page(r, &document, "merchant/index.html", NULL, e);
}

static bool report_period(struct report *r, const struct index_merchant *merchant,
                          const struct index_statement *statement, struct err *e)
{
    struct model document;
    open_document(r, &document);
    char *path = arena_printf(r->batch, e, "merchant/%015" PRId64 "/%s/index.html", merchant->merchant_no,
                              statement->period);
    return path != NULL && index_document_statement(merchant, statement, &document, e) &&
           write_page(r, &document, path, NULL, e);
}

/* The folder of a merchant, and those of its periods that end on the date. */
static bool report_merchant(struct report *r, const struct index_merchant *merchant,
                            const struct index_statement *statements, size_t count, struct err *e)
{
    struct model document;
    open_document(r, &document);
    char *path = arena_printf(r->batch, e, "merchant/%015" PRId64 "/index.html", merchant->merchant_no);
    if (path == NULL || !index_document_merchant(merchant, statements, count, &document, e) ||
        !write_page(r, &document, path, NULL, e))
        return false;
    for (size_t i = 0; i < count; i++)
        if (statements[i].to_day == r->context->date && !report_period(r, merchant, &statements[i], e))
            return false;
    return true;
}

/* Statements come in the order of the merchants, all of one together. */
static bool report_batch(struct report *r, const struct index_merchant *merchants, size_t merchant_count,
                         struct err *e)
{
    struct index_statement *statements = NULL;
    size_t count = 0, at = 0;
    if (!index_read_statements(r->context->db, r->batch, merchants, merchant_count, &statements, &count, e))
        return false;
    for (size_t i = 0; i < merchant_count; i++) {
        size_t first = at;
        while (at < count && statements[at].merchant_no == merchants[i].merchant_no)
            at++;
        if (!report_merchant(r, &merchants[i], statements + first, at - first, e))
            return false;
    }
    ALWAYS(at == count);
    return true;
}

static bool report_touched_merchants(struct report *r, struct err *e)
{
    int64_t after_no = 0;
    size_t count = 0;
    do {
        struct index_merchant *merchants = NULL;
        arena_reset(r->batch);
        if (!index_read_merchants(r->context->db, r->batch, r->context->date, after_no, MERCHANTS_AT_A_TIME,
                                  &merchants, &count, e) ||
            !report_batch(r, merchants, count, e))
            return false;
        if (count > 0)
            after_no = merchants[count - 1].merchant_no;
        job_count(r->context, "merchants", (int64_t)count);
    } while (count == MERCHANTS_AT_A_TIME);
    return true;
}

/* All figures are read in one transaction, so that they are of one moment; nothing is written to the
 * database. Their sorts are small enough for memory. */
static bool report_all(struct report *r, struct err *e)
{
    static const char settings[] = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
                                   "SET LOCAL work_mem = '64MB'";
    struct db *db = r->context->db;
    if (!db_begin(db, e) || !db_exec(db, settings, e))
        return false;
    bool reported = report_day(r, e);
    arena_reset(r->batch);
    reported = reported && report_finance(r, e) && report_outbox(r, e);
    arena_reset(r->batch);
    reported = reported && report_merchants(r, e) && report_touched_merchants(r, e);
    db_rollback(db);
    return reported;
}

static bool report_run(struct job_context *context, struct err *e)
{
    struct report r = {.context = context};
    if (!words_language(context->settings->language, &r.language))
        return err_set(e, ERR_USAGE, "there is no language \"%s\"", context->settings->language);
    date_format(context->date, r.date);
    if (!arena_open(&r.batch, batch_maximum_bytes, e))
        return false;
    buf_open(&r.page, HTML_MAXIMUM_BYTES);
    bool reported = report_all(&r, e);
    buf_close(&r.page);
    arena_close(r.batch);
    return reported;
}

const struct job job_report = {
    .name = "report",
    .arguments = "",
    .summary = "writes the morning page of a day and the index of every folder it touches",
    .details = "Reads only. The page of a sealed day never changes; that of the open day is a preview.",
    .needs = JOB_SETTINGS | JOB_DATABASE | JOB_LOCK_ALONE | JOB_DATE,
    .run = report_run,
};
