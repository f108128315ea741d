#include "base/db.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/db_private.h"
#include "base/fault.h"
#include "base/log.h"

enum {
    WORDS_BYTES = 480,
    KEPT_DIGITS = 10
}; /* a longer run of digits may be a card, an id number or a mobile */

struct db_rows {
    PGresult *result;
};

/* Copies the server's words into one line: blanks for line ends, no full stop at the end, and of long runs of
 * digits only their ends (DESIGN.md 8). */
static void clean_words(char out[WORDS_BYTES], const char *text)
{
    size_t length = 0;
    for (const char *at = text; *at && length + 1 < WORDS_BYTES;) {
        size_t run = strspn(at, "0123456789");
        for (size_t i = 0; i < run && length + 1 < WORDS_BYTES; i++)
            out[length++] = run > KEPT_DIGITS && i >= 6 && i + 4 < run ? '*' : at[i];
        at += run;
        if (run > 0)
            continue;
        char c = *at++;
        if (c != '\n' && c != '\t')
            out[length++] = c;
        else if (length > 0 && out[length - 1] != ' ')
            out[length++] = ' ';
    }
    while (length > 0 && (out[length - 1] == ' ' || out[length - 1] == '.'))
        length--;
    out[length] = '\0';
}

static void append_detail(struct err *e, const PGresult *result)
{
    const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    /* The detail of these two shows the whole row, names included. */
    if (!detail || strcmp(e->code, "23502") == 0 || strcmp(e->code, "23514") == 0)
        return;
    char words[WORDS_BYTES];
    clean_words(words, detail);
    size_t length = strlen(e->message);
    (void)snprintf(e->message + length, sizeof e->message - length, ": %s", words);
}

/* "COPY t, line 5, column b": the only way to find the value that a COPY stumbled over. What comes after a
 * colon is the value itself. */
static void prepend_copy_place(struct err *e, const PGresult *result)
{
    const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);
    if (context && strncmp(context, "COPY ", 5) == 0)
        (void)err_context(e, "%.*s", (int)strcspn(context, ":\n"), context);
}

static bool is_retryable(const char *code)
{
    static const char *const codes[] = {"57P01", "57P02", "57P03", "40001", "40P01", "55P03"};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (strcmp(code, codes[i]) == 0)
            return true;
    return strncmp(code, "08", 2) == 0 && strcmp(code, "08P01") != 0;
}

static bool fail_lost(const char *text, const char *code, bool unknown, struct err *e)
{
    char words[WORDS_BYTES];
    clean_words(words, text);
    (void)err_set(e, ERR_DB, "the connection to the database was lost%s: %s",
                  unknown ? " before its answer came" : "", words);
    (void)snprintf(e->code, sizeof e->code, "%s", unknown ? "08007" : code);
    e->retryable = !unknown;
    return err_hint(e, "check that PostgreSQL runs, then start the job again");
}

bool db_fail(const struct db *db, const PGresult *result, bool unknown_if_lost, struct err *e)
{
    const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *text = primary ? primary : PQerrorMessage(db->conn);
    if (PQstatus(db->conn) == CONNECTION_BAD)
        return fail_lost(text, code ? code : "08006", unknown_if_lost, e);
    char words[WORDS_BYTES];
    clean_words(words, text);
    (void)err_set(e, ERR_DB, "the database refused: %s", words);
    (void)snprintf(e->code, sizeof e->code, "%s", code ? code : "");
    e->retryable = is_retryable(e->code);
    append_detail(e, result);
    prepend_copy_place(e, result);
    const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    (void)snprintf(e->constraint, sizeof e->constraint, "%s", constraint ? constraint : "");
    const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    if (hint) {
        clean_words(words, hint);
        (void)err_hint(e, "%s", words);
    }
    return false;
}

bool db_is_free(const struct db *db, struct err *e)
{
    if (db->copying)
        return err_set(e, ERR_BUG, "a statement was sent while a COPY is open on the connection");
    return true;
}

bool db_is_autocommit(const struct db *db)
{
    return PQtransactionStatus(db->conn) == PQTRANS_IDLE;
}

static void receive_notice(void *context, const PGresult *result)
{
    (void)context;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (!severity || !primary || strcmp(severity, "WARNING") != 0)
        return;
    char words[WORDS_BYTES];
    clean_words(words, primary);
    log_event(LOG_WARN, "db_warning", "code=%s message=\"%s\"", code ? code : "", words);
}

static bool fail_settings(char *reason, struct err *e)
{
    char words[WORDS_BYTES];
    clean_words(words, reason ? reason : "no memory");
    PQfreemem(reason);
    (void)err_set(e, ERR_USAGE, "the connection settings cannot be read: %s", words);
    return err_hint(e, "[database] conninfo is written as \"host=… port=… dbname=… user=…\"");
}

/* No connection gives no SQLSTATE; a ping tells a server that is away from one that turned us down. */
static bool fail_connect(const PGconn *conn, const char *const *keys, const char *const *values,
                         struct err *e)
{
    char text[WORDS_BYTES], words[WORDS_BYTES];
    (void)snprintf(text, sizeof text, "%s", conn ? PQerrorMessage(conn) : "no memory");
    char *advice = strstr(text, "\n\t"); /* libpq asks "Is the server running …?"; our hint says it */
    if (advice)
        *advice = '\0';
    clean_words(words, text);
    (void)err_set(e, ERR_DB, "no connection to the database: %s", words);
    bool is_away = PQpingParams(keys, values, 1) != PQPING_OK;
    e->retryable = is_away;
    (void)snprintf(e->code, sizeof e->code, "%s", is_away ? "08001" : "08004");
    if (is_away)
        return err_hint(
            e, "check that PostgreSQL runs and that host and port of [database] conninfo are its own");
    return err_hint(e, "check user, dbname and password of [database] conninfo, ~/.pgpass and the server's "
                       "pg_hba.conf");
}

/* The interval lets the server notice a job that was killed inside a long statement: its locks go with it. */
static bool set_session(struct db *db, struct err *e)
{
    return db_exec(
        db,
        "SET client_min_messages = warning; SET TimeZone = 'Asia/Shanghai'; SET DateStyle = 'ISO, YMD'; "
        "SET bytea_output = 'hex'; SET client_connection_check_interval = '2s'; SET jit = off",
        e);
}

bool db_open(struct db **db, const char *conninfo, const char *application_name, struct err *e)
{
    /* What stands before dbname is a default that conninfo may change, what stands after it is ours. */
    const char *const keys[] = {"connect_timeout",     "keepalives",       "keepalives_idle",
                                "keepalives_interval", "keepalives_count", "dbname",
                                "application_name",    "client_encoding",  NULL};
    const char *const values[] = {"10", "1", "60", "10", "6", conninfo, application_name, "UTF8", NULL};
    *db = NULL;
    char *reason = NULL;
    PQconninfoOption *parsed = PQconninfoParse(conninfo, &reason);
    if (!parsed)
        return fail_settings(reason, e);
    PQconninfoFree(parsed);
    struct db *opened = calloc(1, sizeof *opened);
    if (!opened)
        return err_set(e, ERR_BUG, "no memory for a connection");
    opened->conn = PQconnectdbParams(keys, values, 1);
    bool ok = PQstatus(opened->conn) == CONNECTION_OK;
    if (ok) {
        (void)PQsetNoticeReceiver(opened->conn, receive_notice, NULL);
        ok = set_session(opened, e);
    } else {
        (void)fail_connect(opened->conn, keys, values, e);
    }
    if (!ok) {
        db_close(opened);
        return false;
    }
    *db = opened;
    return true;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    PQfinish(db->conn);
    free(db);
}

/* The first result that is a failure, else the last: what the server says before it hangs up is worth more
 * than that it hung up. */
static PGresult *collect(const struct db *db)
{
    PGresult *kept = NULL;
    for (PGresult *next = PQgetResult(db->conn); next; next = PQgetResult(db->conn)) {
        if (PQresultStatus(kept) == PGRES_FATAL_ERROR && kept) {
            PQclear(next);
            continue;
        }
        PQclear(kept);
        kept = next;
        ExecStatusType status = PQresultStatus(kept);
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT)
            break;
    }
    return kept;
}

PGresult *db_send(const struct db *db, const char *sql)
{
    return PQsendQuery(db->conn, sql) == 1 ? collect(db) : NULL;
}

static PGresult *send_params(const struct db *db, const char *sql, int count, const char *const *params)
{
    int sent = PQsendQueryParams(db->conn, sql, count, NULL, params, NULL, NULL, 0);
    return sent == 1 ? collect(db) : NULL;
}

/* Takes over result. True when the statement was done. */
static bool take_result(struct db *db, PGresult *result, bool was_autocommit, PGresult **kept, struct err *e)
{
    ExecStatusType status = PQresultStatus(result);
    bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (status == PGRES_EMPTY_QUERY)
        (void)err_set(e, ERR_BUG, "an empty statement was sent to the database");
    else if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT)
        (void)err_set(e, ERR_BUG, "a COPY was sent as a plain statement");
    else if (!ok)
        (void)db_fail(db, result, was_autocommit, e);
    if (!ok)
        db_copy_drain(db);
    if (ok && kept)
        *kept = result;
    else
        PQclear(result);
    return ok;
}

bool db_exec(struct db *db, const char *sql, struct err *e)
{
    if (!db_is_free(db, e))
        return false;
    bool was_autocommit = db_is_autocommit(db);
    return take_result(db, db_send(db, sql), was_autocommit, NULL, e);
}

bool db_command(struct db *db, const char *sql, int param_count, const char *const *params, int64_t *affected,
                struct err *e)
{
    if (!db_is_free(db, e))
        return false;
    bool was_autocommit = db_is_autocommit(db);
    PGresult *result = send_params(db, sql, param_count, params);
    PGresult *done = NULL;
    if (!take_result(db, result, was_autocommit, &done, e))
        return false;
    int64_t count = 0; /* a statement that has no rows to count says "" */
    const char *text = PQcmdTuples(done);
    bool ok = text[0] == '\0' || str_to_int64(str_of(text), &count);
    if (!ok)
        (void)err_set(e, ERR_BUG, "the database counted \"%s\" rows", text);
    else if (affected)
        *affected = count;
    PQclear(done);
    return ok;
}

bool db_query(struct db *db, const char *sql, int param_count, const char *const *params,
              struct db_rows **rows, struct err *e)
{
    *rows = NULL;
    if (!db_is_free(db, e))
        return false;
    PGresult *result = send_params(db, sql, param_count, params);
    PGresult *done = NULL;
    if (!take_result(db, result, false, &done, e))
        return false;
    struct db_rows *found = PQresultStatus(done) == PGRES_TUPLES_OK ? calloc(1, sizeof *found) : NULL;
    if (!found) {
        (void)err_set(e, ERR_BUG, "a query gave no rows to read: \"%s\"", PQcmdStatus(done));
        PQclear(done);
        return false;
    }
    found->result = done;
    *rows = found;
    return true;
}

bool db_query_int64(struct db *db, const char *sql, int param_count, const char *const *params,
                    int64_t *value, struct err *e)
{
    struct db_rows *rows = NULL;
    if (!db_query(db, sql, param_count, params, &rows, e))
        return false;
    bool ok = db_rows_count(rows) == 1 && PQnfields(rows->result) == 1 && !db_is_null(rows, 0, 0);
    if (ok)
        *value = db_int64(rows, 0, 0);
    else
        (void)err_set(e, ERR_BUG, "a query for one number gave %zu rows of %d columns, or null",
                      db_rows_count(rows), PQnfields(rows->result));
    db_rows_close(rows);
    return ok;
}

size_t db_rows_count(const struct db_rows *rows)
{
    return (size_t)PQntuples(rows->result);
}

static const char *field(const struct db_rows *rows, size_t row, int column)
{
    ALWAYS(row < db_rows_count(rows) && column >= 0 && column < PQnfields(rows->result));
    return PQgetisnull(rows->result, (int)row, column) ? NULL : PQgetvalue(rows->result, (int)row, column);
}

bool db_is_null(const struct db_rows *rows, size_t row, int column)
{
    return field(rows, row, column) == NULL;
}

const char *db_text(const struct db_rows *rows, size_t row, int column)
{
    const char *text = field(rows, row, column);
    return text ? text : "";
}

int64_t db_int64(const struct db_rows *rows, size_t row, int column)
{
    const char *text = field(rows, row, column);
    if (!text)
        return 0;
    if (strcmp(text, "-9223372036854775808") == 0)
        return INT64_MIN;
    int64_t value = 0;
    bool is_number = str_to_int64(str_of(text + (text[0] == '-')), &value);
    ALWAYS(is_number);
    return text[0] == '-' ? -value : value;
}

int32_t db_day(const struct db_rows *rows, size_t row, int column)
{
    const char *text = field(rows, row, column);
    if (!text || strcmp(text, "infinity") == 0 || strcmp(text, "-infinity") == 0)
        return DATE_NO_DAY;
    int32_t day = 0;
    bool is_day = date_parse(str_of(text), &day);
    ALWAYS(is_day);
    return day;
}

bool db_bool(const struct db_rows *rows, size_t row, int column)
{
    const char *text = field(rows, row, column);
    if (!text)
        return false;
    ALWAYS(strcmp(text, "t") == 0 || strcmp(text, "f") == 0);
    return text[0] == 't';
}

void db_rows_close(struct db_rows *rows)
{
    if (!rows)
        return;
    PQclear(rows->result);
    free(rows);
}

bool db_begin(struct db *db, struct err *e)
{
    if (!db_is_free(db, e))
        return false;
    if (PQtransactionStatus(db->conn) == PQTRANS_INTRANS || PQtransactionStatus(db->conn) == PQTRANS_INERROR)
        return err_set(e, ERR_BUG, "a transaction was begun inside another");
    return take_result(db, db_send(db, "BEGIN"), false, NULL, e);
}

/* Reads the answer to COMMIT. The first result decides: a connection that ends after it changes nothing. */
static bool read_commit(const struct db *db, struct err *e)
{
    PGresult *first = PQgetResult(db->conn);
    for (PGresult *more = first; more;) {
        more = PQgetResult(db->conn);
        PQclear(more);
    }
    bool ok = PQresultStatus(first) == PGRES_COMMAND_OK;
    if (!ok) {
        (void)db_fail(db, first, true, e);
    } else if (strcmp(PQcmdStatus(first), "COMMIT") != 0) {
        ok = err_set(e, ERR_DB,
                     "the transaction was rolled back at its commit, because a statement in it had failed");
        (void)snprintf(e->code, sizeof e->code, "25P02");
    }
    PQclear(first);
    return ok;
}

bool db_commit(struct db *db, struct err *e)
{
    if (!db_is_free(db, e))
        return false;
    if (db_is_autocommit(db))
        return err_set(e, ERR_BUG, "a commit without a transaction");
    fault_point("db.commit.before");
    bool ok = PQsendQuery(db->conn, "COMMIT") == 1 ? read_commit(db, e) : db_fail(db, NULL, true, e);
    if (ok)
        fault_point("db.commit.after");
    return ok;
}

void db_rollback(struct db *db)
{
    /* PQexec also ends a COPY that was left open. */
    if (PQtransactionStatus(db->conn) != PQTRANS_IDLE)
        PQclear(PQexec(db->conn, "ROLLBACK"));
    db->copying = false;
}

const char *db_from_int64(struct db_number *n, int64_t value)
{
    (void)snprintf(n->text, sizeof n->text, "%" PRId64, value);
    return n->text;
}

const char *db_from_day(struct db_number *n, int32_t day)
{
    if (day == DATE_NO_DAY)
        return NULL;
    date_format(day, n->text);
    return n->text;
}
