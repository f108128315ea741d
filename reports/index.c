#include "reports/index.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fsfile.h"
#include "queries.h"
#include "reports/words.h"

enum { CHECK_CODE_LENGTH = 8, MERCHANT_NO_BYTES = 32, ARRAY_MAXIMUM_BYTES = 1 << 20 };

static const char *say(const struct model *m, enum word word)
{
    return words_text(m->language, word);
}

static const char *say_day(struct model *d, int32_t day)
{
    char text[DATE_TEXT_BYTES];
    date_format(day, text);
    return model_copy(d, text);
}

static const char *say_merchant_no(struct model *d, int64_t merchant_no)
{
    char text[MERCHANT_NO_BYTES];
    (void)snprintf(text, sizeof text, "%015" PRId64, merchant_no);
    return model_copy(d, text);
}

/* A path in the document's arena, "" after a failure. */
static const char *join(struct model *d, const char *folder, const char *name)
{
    char *path = d->failed ? NULL : arena_printf(d->arena, &d->error, "%s/%s", folder, name);
    d->failed = path == NULL;
    return d->failed ? "" : path;
}

/* The first eight digits in upper case, as statements print them. */
static const char *say_check_code(struct model *d, const char *sha256)
{
    char code[CHECK_CODE_LENGTH + 1] = "";
    for (size_t i = 0; i < CHECK_CODE_LENGTH && sha256[i] != '\0'; i++)
        code[i] = (char)(sha256[i] >= 'a' && sha256[i] <= 'f' ? sha256[i] - 'a' + 'A' : sha256[i]);
    return model_copy(d, code);
}

bool index_document_outbox(struct model *d, struct err *e)
{
    static const struct model_column columns[] = {{WORD_FOLDER, MODEL_NO_GROUP, MODEL_TEXT},
                                                  {WORD_CONTENT, MODEL_NO_GROUP, MODEL_TEXT}};
    d->title = say(d, WORD_INDEX_OUTBOX);
    model_table(d, MODEL_COLUMNS(columns), WORD_NONE);
    model_row(d, MODEL_ROW, 0);
    model_put_link(d, say(d, WORD_INDEX_FINANCE), "finance/index.html");
    model_put_text(d, say(d, WORD_INDEX_FINANCE_TEXT));
    model_row(d, MODEL_ROW, 0);
    model_put_link(d, say(d, WORD_INDEX_MERCHANTS), "merchant/index.html");
    model_put_text(d, say(d, WORD_INDEX_MERCHANTS_TEXT));
    return model_ok(d, e);
}

/* The date, as a link where its folder has a page: a date may have been sealed before reports were made. */
static bool put_date(const char *folder, int32_t day, struct model *d, struct err *e)
{
    bool exists = false;
    const char *text = say_day(d, day), *href = join(d, text, "index.html");
    const char *path = join(d, folder, href);
    if (!model_ok(d, e) || !fsfile_exists(path, &exists, e))
        return false;
    model_row(d, MODEL_ROW, 0);
    if (exists)
        model_put_link(d, text, href);
    else
        model_put_text(d, text);
    return true;
}

static bool put_days(const struct db_rows *rows, const char *folder, struct model *d, struct err *e)
{
    for (size_t i = 0; i < db_rows_count(rows); i++) {
        int32_t day = db_day(rows, i, 0);
        bool is_sealed = !db_is_null(rows, i, 1);
        if (!put_date(folder, day, d, e))
            return false;
        model_put_text(d, words_weekday(d->language, day));
        model_put_text(d, say(d, is_sealed ? WORD_SEALED : WORD_NOT_SEALED));
        if (is_sealed) {
            model_put_number(d, db_int64(rows, i, 1));
            model_put_number(d, db_int64(rows, i, 2));
            model_put_text(d, say_check_code(d, db_text(rows, i, 3)));
        } else {
            model_put_blank(d);
            model_put_blank(d);
            model_put_blank(d);
        }
    }
    return true;
}

bool index_document_finance(struct db *db, const char *folder, int32_t date, struct model *d, struct err *e)
{
    static const struct model_column columns[] = {
        {WORD_DATE, MODEL_NO_GROUP, MODEL_IDENTIFIER}, {WORD_WEEKDAY, MODEL_NO_GROUP, MODEL_IDENTIFIER},
        {WORD_DAY_STATE, MODEL_NO_GROUP, MODEL_TEXT},  {WORD_TRANSFERS, MODEL_NO_GROUP, MODEL_COUNT},
        {WORD_DEBIT_TOTAL, MODEL_NO_GROUP, MODEL_FEN}, {WORD_DAY_SEAL, MODEL_NO_GROUP, MODEL_IDENTIFIER},
    };
    struct db_number day;
    const char *params[] = {db_from_day(&day, date)};
    struct db_rows *rows = NULL;
    if (!db_query(db, sql_report_sealed_days, 1, params, &rows, e))
        return false;
    d->title = say(d, WORD_INDEX_FINANCE);
    d->up_href = "../index.html";
    model_table(d, MODEL_COLUMNS(columns), WORD_NO_DAYS);
    bool put = put_days(rows, folder, d, e);
    db_rows_close(rows);
    return put && model_ok(d, e);
}

static void put_file(struct model *d, const struct index_file *file)
{
    model_row(d, MODEL_ROW, 0);
    model_put_link(d, file->name, file->name);
    model_put_text(d, file->content);
    model_put_text(d, say_check_code(d, file->sha256));
}

static const struct model_column file_columns[] = {{WORD_FILE, MODEL_NO_GROUP, MODEL_IDENTIFIER},
                                                   {WORD_CONTENT, MODEL_NO_GROUP, MODEL_TEXT},
                                                   {WORD_CHECK_CODE, MODEL_NO_GROUP, MODEL_IDENTIFIER}};

bool index_document_day(int32_t date, const struct index_file *files, size_t count, struct model *d,
                        struct err *e)
{
    char text[WORDS_DATE_BYTES];
    words_long_date(d->language, date, text);
    d->title = MODEL_SAY(d, WORD_INDEX_DAY, model_copy(d, text));
    d->up_href = "../index.html";
    model_table(d, MODEL_COLUMNS(file_columns), WORD_NONE);
    for (size_t i = 0; i < count; i++)
        put_file(d, &files[i]);
    model_note(d, say(d, WORD_CHECK_CODE_NOTE));
    return model_ok(d, e);
}

bool index_document_merchants(struct db *db, struct model *d, struct err *e)
{
    static const struct model_column columns[] = {
        {WORD_MERCHANT_NO, MODEL_NO_GROUP, MODEL_IDENTIFIER},
        {WORD_MERCHANT, MODEL_NO_GROUP, MODEL_TEXT},
        {WORD_SCHOOL, MODEL_NO_GROUP, MODEL_TEXT},
        {WORD_STATEMENTS, MODEL_NO_GROUP, MODEL_COUNT},
        {WORD_LATEST, MODEL_NO_GROUP, MODEL_IDENTIFIER},
    };
    struct db_rows *rows = NULL;
    if (!db_query(db, sql_report_statement_merchants, 0, NULL, &rows, e))
        return false;
    d->title = say(d, WORD_INDEX_MERCHANTS);
    d->up_href = "../index.html";
    model_table(d, MODEL_COLUMNS(columns), WORD_NO_STATEMENTS);
    for (size_t i = 0; i < db_rows_count(rows); i++) {
        const char *merchant_no = model_copy(d, db_text(rows, i, 0));
        model_row(d, MODEL_ROW, 0);
        model_put_link(d, merchant_no, join(d, merchant_no, "index.html"));
        model_put_text(d, model_copy(d, db_text(rows, i, 1)));
        model_put_text(d, model_copy(d, db_text(rows, i, 2)));
        model_put_number(d, db_int64(rows, i, 3));
        model_put_text(d, model_copy(d, db_text(rows, i, 4)));
    }
    db_rows_close(rows);
    return model_ok(d, e);
}

static const char *say_name(struct model *d, const struct index_merchant *merchant)
{
    return *merchant->name == '\0' ? say_merchant_no(d, merchant->merchant_no) : merchant->name;
}

bool index_document_merchant(const struct index_merchant *merchant, const struct index_statement *statements,
                             size_t count, struct model *d, struct err *e)
{
    static const struct model_column columns[] = {
        {WORD_PERIOD, MODEL_NO_GROUP, MODEL_IDENTIFIER},
        {WORD_FROM_TO, MODEL_NO_GROUP, MODEL_IDENTIFIER},
        {WORD_EDITION, MODEL_NO_GROUP, MODEL_COUNT},
        {WORD_TURNOVER, MODEL_NO_GROUP, MODEL_FEN},
        {WORD_FEE, MODEL_NO_GROUP, MODEL_FEN},
        {WORD_NET, MODEL_NO_GROUP, MODEL_FEN},
        {WORD_CHECK_CODE, MODEL_NO_GROUP, MODEL_IDENTIFIER},
    };
    d->title = MODEL_SAY(d, WORD_INDEX_MERCHANT, say_name(d, merchant));
    d->subtitle = say_merchant_no(d, merchant->merchant_no);
    d->up_href = "../index.html";
    model_table(d, MODEL_COLUMNS(columns), WORD_NO_STATEMENTS);
    for (size_t i = 0; i < count; i++) {
        const struct index_statement *s = &statements[i];
        model_row(d, MODEL_ROW, 0);
        model_put_link(d, s->period, join(d, s->period, "index.html"));
        model_put_text(d, s->from_day == s->to_day ? say_day(d, s->from_day)
                                                   : MODEL_SAY(d, WORD_FROM_TO_DAYS, say_day(d, s->from_day),
                                                               say_day(d, s->to_day)));
        model_put_number(d, s->edition);
        model_put_number(d, s->turnover_fen);
        model_put_number(d, s->fee_fen);
        model_put_number(d, s->net_fen);
        model_put_text(d, say_check_code(d, s->sha256));
    }
    return model_ok(d, e);
}

bool index_document_statement(const struct index_merchant *merchant, const struct index_statement *statement,
                              struct model *d, struct err *e)
{
    const struct index_file file = {"statement.csv", say(d, WORD_STATEMENT_FILE), statement->sha256};
    d->title = MODEL_SAY(d, WORD_INDEX_STATEMENT, say_name(d, merchant), statement->period);
    d->subtitle = statement->statement_no;
    d->up_href = "../index.html";
    model_list(d, MODEL_TILES, NULL);
    model_item_number(d, MODEL_FEN, say(d, WORD_TURNOVER), statement->turnover_fen, NULL);
    model_item_number(d, MODEL_FEN, say(d, WORD_FEE), statement->fee_fen, NULL);
    model_item_number(d, MODEL_FEN, say(d, WORD_NET), statement->net_fen, NULL);
    model_table(d, MODEL_COLUMNS(file_columns), WORD_NONE);
    put_file(d, &file);
    model_note(d, say(d, WORD_CHECK_CODE_NOTE));
    model_provenance(d, say(d, WORD_STATEMENT_NO), statement->statement_no);
    model_provenance(d, say(d, WORD_EDITION), model_count_text(d, statement->edition));
    model_provenance(d, say(d, WORD_FILE_DIGEST), statement->sha256);
    return model_ok(d, e);
}

/* ---- reading */

bool index_read_merchants(struct db *db, struct arena *arena, int32_t date, int64_t after_no, int64_t limit,
                          struct index_merchant **merchants, size_t *count, struct err *e)
{
    struct db_number day, after, most;
    const char *params[] = {db_from_day(&day, date), db_from_int64(&after, after_no),
                            db_from_int64(&most, limit)};
    struct db_rows *rows = NULL;
    if (!db_query(db, sql_report_settled_merchants, 3, params, &rows, e))
        return false;
    *count = db_rows_count(rows);
    *merchants = arena_array(arena, *count + 1, sizeof **merchants, e);
    bool read = *merchants != NULL;
    for (size_t i = 0; read && i < *count; i++) {
        const char *name = db_text(rows, i, 1);
        (*merchants)[i].merchant_no = db_int64(rows, i, 0);
        (*merchants)[i].name = arena_copy(arena, name, strlen(name), e);
        read = (*merchants)[i].name != NULL;
    }
    db_rows_close(rows);
    return read;
}

static bool read_statement(struct arena *arena, const struct db_rows *rows, size_t row,
                           struct index_statement *s, struct err *e)
{
    const char *const columns[] = {db_text(rows, row, 1), db_text(rows, row, 2), db_text(rows, row, 9)};
    const char **const places[] = {&s->statement_no, &s->period, &s->sha256};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        *places[i] = arena_copy(arena, columns[i], strlen(columns[i]), e);
        if (*places[i] == NULL)
            return false;
    }
    s->merchant_no = db_int64(rows, row, 0);
    s->from_day = db_day(rows, row, 3);
    s->to_day = db_day(rows, row, 4);
    s->edition = db_int64(rows, row, 5);
    s->turnover_fen = db_int64(rows, row, 6);
    s->fee_fen = db_int64(rows, row, 7);
    s->net_fen = db_int64(rows, row, 8);
    return true;
}

bool index_read_statements(struct db *db, struct arena *arena, const struct index_merchant *merchants,
                           size_t merchant_count, struct index_statement **statements, size_t *count,
                           struct err *e)
{
    struct buf array;
    struct db_rows *rows = NULL;
    buf_open(&array, ARRAY_MAXIMUM_BYTES);
    for (size_t i = 0; i < merchant_count; i++)
        buf_printf(&array, "%s%" PRId64, i > 0 ? "," : "{", merchants[i].merchant_no);
    buf_add_text(&array, merchant_count > 0 ? "}" : "{}");
    bool read = buf_ok(&array, e);
    const char *params[] = {array.data};
    read = read && db_query(db, sql_report_merchant_statements, 1, params, &rows, e);
    buf_close(&array);
    if (!read)
        return false;
    *count = db_rows_count(rows);
    *statements = arena_array(arena, *count + 1, sizeof **statements, e);
    read = *statements != NULL;
    for (size_t i = 0; read && i < *count; i++)
        read = read_statement(arena, rows, i, &(*statements)[i], e);
    db_rows_close(rows);
    return read;
}
