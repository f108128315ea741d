/* The database wrapper and the lock against a real PostgreSQL: DAYBOOK_TEST_CONNINFO names it. */
#include "base/db.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/date.h"
#include "base/lock.h"
#include "tests/unit/tap.h"

static const char *conninfo;
static struct err e;

static struct db *connect_again(void)
{
    struct db *db = NULL;
    if (!db_open(&db, conninfo, "daybook-test", &e)) {
        printf("Bail out! %s\n", e.message);
        exit(1);
    }
    return db;
}

/* What one text column of one row says. */
static const char *ask(struct db *db, const char *sql)
{
    static char answer[256];
    struct db_rows *rows = NULL;
    if (!db_query(db, sql, 0, NULL, &rows, &e))
        return e.message;
    (void)snprintf(answer, sizeof answer, "%s", db_text(rows, 0, 0));
    db_rows_close(rows);
    return answer;
}

static void must(bool done)
{
    if (!done)
        printf("# unexpected: %s\n", e.message);
    ALWAYS(done);
}

static void test_open(struct db *db)
{
    CHECK_TEXT(ask(db, "SHOW client_encoding"), "UTF8", "speaks UTF-8");
    CHECK_TEXT(ask(db, "SHOW TimeZone"), "Asia/Shanghai", "keeps the zone of FORMATS 0");
    CHECK_TEXT(ask(db, "SHOW DateStyle"), "ISO, YMD", "reads and writes ISO dates");
    CHECK_TEXT(ask(db, "SHOW application_name"), "daybook-test", "tells its name");
    CHECK_TEXT(ask(db, "SHOW client_min_messages"), "warning", "asks for warnings, not for notices");
    struct db *none = db;
    CHECK(!db_open(&none, "host=/nowhere/at/all dbname=x", "daybook-test", &e),
          "a server that is away is an error");
    CHECK(none == NULL, "a failed open leaves no handle");
    CHECK(e.kind == ERR_DB && e.retryable, "a server that is away may be tried again");
    CHECK_TEXT(e.code, "08001", "a server that is away has SQLSTATE 08001");
    CHECK(strstr(e.hint, "[database] conninfo") != NULL, "the hint names the setting");
    CHECK(strchr(e.message, '\n') == NULL && strstr(e.message, "Is the server") == NULL,
          "the message is one line");
    char other[512];
    (void)snprintf(other, sizeof other, "%s dbname=no_such_database", conninfo);
    CHECK(!db_open(&none, other, "daybook-test", &e), "a database that does not exist is an error");
    CHECK(e.kind == ERR_DB && !e.retryable, "a server that turned us down is not tried again");
    CHECK(!db_open(&none, "colour=blue", "daybook-test", &e), "settings with an unknown word are refused");
    CHECK(e.kind == ERR_USAGE, "settings that cannot be read are an error of usage");
}

static void test_statements(struct db *db)
{
    int64_t count = -1;
    must(db_exec(db,
                 "CREATE TEMP TABLE t (id bigint PRIMARY KEY, note text, on_day date, flag bool,"
                 " CONSTRAINT id_is_positive CHECK (id > 0))",
                 &e));
    struct db_number n;
    const char *params[] = {db_from_int64(&n, INT64_MIN), "x"};
    CHECK_TEXT(params[0], "-9223372036854775808", "the smallest number becomes a parameter");
    params[0] = db_from_int64(&n, 7);
    must(db_command(db, "INSERT INTO t VALUES ($1, $2)", 2, params, &count, &e));
    CHECK_INT(count, 1, "a command counts its rows");
    must(db_command(db, "SET LOCAL work_mem = '1MB'", 0, NULL, &count, &e));
    CHECK_INT(count, 0, "a command without rows counts none");
    CHECK(!db_command(db, "INSERT INTO t VALUES ($1, $2)", 2, params, NULL, &e),
          "a second row of a key is refused");
    CHECK_TEXT(e.code, "23505", "the SQLSTATE is kept");
    CHECK_TEXT(e.constraint, "t_pkey", "the constraint's name is kept");
    CHECK_TEXT(e.message,
               "the database refused: duplicate key value violates unique constraint \"t_pkey\": "
               "Key (id)=(7) already exists",
               "the message carries the reason and the key");
    CHECK(e.kind == ERR_DB && !e.retryable, "a broken constraint is not tried again");
    CHECK(!db_exec(db, "INSERT INTO t VALUES (-1, 'a private name')", &e), "a check constraint is an error");
    CHECK_TEXT(e.constraint, "id_is_positive", "a check constraint is named");
    CHECK(strstr(e.message, "private") == NULL, "the row that broke a check is not shown");
    must(db_exec(db, "INSERT INTO t VALUES (330106010000000018)", &e));
    CHECK(!db_exec(db, "INSERT INTO t VALUES (330106010000000018)", &e), "a second card is refused");
    CHECK(strstr(e.message, "(330106********0018)") != NULL, "a card number in a message is masked");
    CHECK(!db_exec(db, "", &e) && e.kind == ERR_BUG, "an empty statement is a bug");
    CHECK(!db_exec(db, "SELEC 1", &e), "a statement that cannot be parsed is an error");
    CHECK_TEXT(e.code, "42601", "a syntax error has SQLSTATE 42601");
    CHECK(!db_exec(db, "SELECT nowhere(1)", &e) && e.hint[0], "the server's hint is kept");
}

static void test_rows(struct db *db)
{
    struct db_rows *rows = NULL;
    must(db_query(db,
                  "SELECT -5, null::bigint, date '2024-02-29', null::date, true, null::bool, 'text', "
                  "date 'infinity', '-9223372036854775808'::bigint WHERE $1::text IS NULL",
                  1, (const char *const[]){NULL}, &rows, &e));
    CHECK_INT(db_rows_count(rows), 1, "a null parameter is SQL null");
    CHECK_INT(db_int64(rows, 0, 0), -5, "a negative number is read");
    CHECK_INT(db_int64(rows, 0, 1), 0, "a null number is 0");
    CHECK(db_is_null(rows, 0, 1) && !db_is_null(rows, 0, 0), "null is told from a value");
    int32_t day = 0;
    (void)date_from_civil(2024, 2, 29, &day);
    CHECK_INT(db_day(rows, 0, 2), day, "a date is read");
    CHECK_INT(db_day(rows, 0, 3), DATE_NO_DAY, "a null date is no day");
    CHECK(db_bool(rows, 0, 4) && !db_bool(rows, 0, 5), "a truth value is read, null is false");
    CHECK_TEXT(db_text(rows, 0, 6), "text", "text is read");
    CHECK_TEXT(db_text(rows, 0, 1), "", "null text is empty");
    CHECK_INT(db_day(rows, 0, 7), DATE_NO_DAY, "an endless date is an open end");
    CHECK(db_int64(rows, 0, 8) == INT64_MIN, "the smallest number is read");
    db_rows_close(rows);
    db_rows_close(NULL);
    CHECK(!db_query(db, "CREATE TEMP TABLE no_rows ()", 0, NULL, &rows, &e) && e.kind == ERR_BUG && !rows,
          "a query that gives no rows is a bug");
    int64_t value = 0;
    must(db_query_int64(db, "SELECT 42", 0, NULL, &value, &e));
    CHECK_INT(value, 42, "a query for one number gives it");
    CHECK(!db_query_int64(db, "SELECT null::int", 0, NULL, &value, &e) && e.kind == ERR_BUG,
          "null is no number");
    CHECK(!db_query_int64(db, "SELECT 1 WHERE false", 0, NULL, &value, &e), "no row is no number");
    CHECK(!db_query_int64(db, "VALUES (1), (2)", 0, NULL, &value, &e), "two rows are no number");
    CHECK(!db_query_int64(db, "SELECT 1, 2", 0, NULL, &value, &e), "two columns are no number");
    CHECK_INT(value, 42, "a failed query leaves the number as it was");
    struct db_number n;
    CHECK(db_from_day(&n, DATE_NO_DAY) == NULL, "no day becomes a null parameter");
    CHECK_TEXT(db_from_day(&n, day), "2024-02-29", "a day becomes a parameter");
}

static void test_transactions(struct db *db)
{
    must(db_exec(db, "CREATE TEMP TABLE u (id int)", &e));
    must(db_begin(db, &e));
    CHECK(!db_begin(db, &e) && e.kind == ERR_BUG, "a transaction inside another is a bug");
    must(db_exec(db, "INSERT INTO u VALUES (1)", &e));
    db_rollback(db);
    CHECK_TEXT(ask(db, "SELECT count(*) FROM u"), "0", "a rollback takes everything back");
    must(db_begin(db, &e));
    must(db_exec(db, "INSERT INTO u VALUES (1)", &e));
    CHECK(db_commit(db, &e), "a commit is done");
    CHECK_TEXT(ask(db, "SELECT count(*) FROM u"), "1", "what is committed stays");
    CHECK(!db_commit(db, &e) && e.kind == ERR_BUG, "a commit without a transaction is a bug");
    must(db_begin(db, &e));
    CHECK(!db_exec(db, "SELECT 1/0", &e), "a failing statement fails the transaction");
    CHECK(!db_commit(db, &e), "the commit of a failed transaction is an error");
    CHECK(e.kind == ERR_DB && !e.retryable, "a commit that rolled back is not tried again");
    CHECK_TEXT(e.code, "25P02", "a commit that rolled back has SQLSTATE 25P02");
    must(db_begin(db, &e));
    CHECK(db_commit(db, &e), "the next transaction is sound");
}

static void test_lost_connections(void)
{
    struct db *db = connect_again();
    must(db_begin(db, &e));
    CHECK(!db_exec(db, "SELECT pg_terminate_backend(pg_backend_pid())", &e), "a lost connection is an error");
    CHECK(e.retryable && strcmp(e.code, "57P01") == 0,
          "a connection lost in a transaction may be tried again");
    CHECK(!db_exec(db, "SELECT 1", &e) && e.retryable && strncmp(e.code, "08", 2) == 0, "it stays lost");
    db_rollback(db);
    db_close(db);

    db = connect_again();
    CHECK(!db_command(db, "SELECT pg_terminate_backend(pg_backend_pid())", 0, NULL, NULL, &e),
          "a connection lost outside of a transaction is an error");
    CHECK(!e.retryable && strcmp(e.code, "08007") == 0, "what a lost command did is unknown");
    db_close(db);

    db = connect_again();
    must(db_exec(db,
                 "CREATE TEMP TABLE v (id int);"
                 "CREATE FUNCTION pg_temp.leave() RETURNS trigger LANGUAGE plpgsql AS "
                 "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';"
                 "CREATE CONSTRAINT TRIGGER leave AFTER INSERT ON v DEFERRABLE INITIALLY DEFERRED "
                 "FOR EACH ROW EXECUTE FUNCTION pg_temp.leave()",
                 &e));
    must(db_begin(db, &e));
    must(db_exec(db, "INSERT INTO v VALUES (1)", &e));
    CHECK(!db_commit(db, &e), "a commit without an answer is not success");
    CHECK_TEXT(e.code, "08007", "a commit without an answer is unknown");
    CHECK(!e.retryable, "a commit without an answer is not sent again");
    db_close(db);
    db_close(NULL);
}

static void test_waits(struct db *db)
{
    struct db *other = connect_again();
    must(db_exec(db, "CREATE TABLE daybook_test_wait (id int)", &e));
    must(db_begin(db, &e));
    must(db_exec(db, "LOCK TABLE daybook_test_wait", &e));
    must(db_begin(other, &e));
    CHECK(!db_exec(other, "LOCK TABLE daybook_test_wait NOWAIT", &e),
          "a lock that cannot be had is an error");
    CHECK(e.retryable && strcmp(e.code, "55P03") == 0, "a lock that cannot be had may be tried again");
    db_rollback(other);
    db_rollback(db);
    must(db_exec(db, "DROP TABLE daybook_test_wait", &e));

    CHECK(lock_take(db, "post", &e), "a free lock is taken");
    CHECK(!lock_take(other, "post", &e) && e.kind == ERR_LOCKED, "a second run does not get the lock");
    CHECK_TEXT(e.message, "another run of \"post\" holds the lock", "the message names the lock");
    CHECK(lock_take(other, "collect", &e), "another name is another lock");
    CHECK(lock_drop(db, "post", &e), "a lock is dropped");
    CHECK(lock_take(other, "post", &e), "a dropped lock is free");
    CHECK(!lock_drop(db, "post", &e) && e.kind == ERR_BUG, "dropping a lock that is not held is a bug");
    db_close(other);
    bool is_free = false;
    for (int tries = 0; tries < 50 && !is_free; tries++) {
        is_free = lock_take(db, "post", &e);
        if (!is_free)
            (void)usleep(20000); /* the server notices the end of a connection a little later */
    }
    CHECK(is_free, "a lock ends with its connection");
    must(lock_drop(db, "post", &e));
}

/* A run that is killed inside a long statement must not keep the next one out. */
static void test_killed_holder(struct db *db)
{
    int ready[2];
    char byte = 0;
    ALWAYS(pipe(ready) == 0);
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        struct db *own = connect_again();
        must(lock_take(own, "night", &e));
        ALWAYS(write(ready[1], "x", 1) == 1);
        _exit(db_exec(own, "SELECT pg_sleep(60)", &e) ? 0 : 1);
    }
    ALWAYS(child > 0 && read(ready[0], &byte, 1) == 1);
    CHECK(!lock_take(db, "night", &e) && e.kind == ERR_LOCKED, "a run at work holds its lock");
    (void)usleep(300 * 1000); /* by then it sleeps on the server */
    ALWAYS(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
    bool is_free = false;
    for (int tries = 0; tries < 200 && !is_free; tries++) {
        is_free = lock_take(db, "night", &e);
        if (!is_free)
            (void)usleep(50 * 1000);
    }
    CHECK(is_free, "the lock of a run that was killed is free within seconds");
    must(lock_drop(db, "night", &e));
    ALWAYS(close(ready[0]) == 0 && close(ready[1]) == 0);
}

static bool put_row(struct db_copy *copy, int32_t i)
{
    char text[32];
    int length = snprintf(text, sizeof text, "第%d行", i);
    if (!db_copy_row(copy, 8, 8 + 4 + 2 + 1 + 4 + 8 + sizeof text, &e))
        return false;
    db_put_int64(copy, -INT64_C(1) * i * 1000000007);
    db_put_int32(copy, i);
    db_put_int16(copy, (int16_t)(i % 1000 - 500));
    db_put_bool(copy, i % 3 == 0);
    db_put_day(copy, i % 7 ? i - 1000 : DATE_NO_DAY);
    db_put_moment(copy, i % 5 ? (int64_t)i * 86400 - 1 : DATE_NO_MOMENT);
    db_put_bytes(copy, text, (size_t)length);
    db_put_null(copy);
    return true;
}

static bool row_is_as_put(const struct db_scan *scan, int32_t i)
{
    char text[32];
    (void)snprintf(text, sizeof text, "第%d行", i);
    return db_scan_int64(scan, 0) == -INT64_C(1) * i * 1000000007 && db_scan_int64(scan, 1) == i &&
           db_scan_int64(scan, 2) == i % 1000 - 500 && db_scan_bool(scan, 3) == (i % 3 == 0) &&
           db_scan_day(scan, 4) == (i % 7 ? i - 1000 : DATE_NO_DAY) &&
           db_scan_moment(scan, 5) == (i % 5 ? (int64_t)i * 86400 - 1 : DATE_NO_MOMENT) &&
           str_equal(db_scan_bytes(scan, 6), text) && db_scan_is_null(scan, 7) &&
           db_scan_bytes(scan, 7).length == 0;
}

static const char copy_in[] = "COPY c FROM STDIN BINARY";

static void test_copy(struct db *db)
{
    enum { ROWS = 50000 }; /* several buffers */
    struct db_copy *copy = NULL;
    int64_t rows = 0;
    must(
        db_exec(db,
                "CREATE TEMP TABLE c (a bigint, b int PRIMARY KEY, s smallint, f bool, d date, m timestamptz,"
                " t text, n bytea)",
                &e));
    must(db_copy_open(db, copy_in, &copy, &e));
    bool ok = true;
    for (int32_t i = 0; ok && i < ROWS; i++)
        ok = put_row(copy, i);
    CHECK(!db_exec(db, "SELECT 1", &e) && e.kind == ERR_BUG, "a statement while a COPY is open is a bug");
    CHECK(ok && db_copy_close(copy, &rows, &e), "a COPY of many buffers goes through");
    CHECK_INT(rows, ROWS, "a COPY counts its rows");
    CHECK_TEXT(ask(db, "SELECT d || ' ' || m || ' ' || t FROM c WHERE b = 1002"),
               "1970-01-03 1972-09-29 07:59:59+08 第1002行", "days, moments and text arrive as meant");

    struct db_scan *scan = NULL;
    bool more = false;
    int32_t seen = 0;
    must(db_scan_open(db, "COPY (SELECT * FROM c ORDER BY b) TO STDOUT BINARY", &scan, &e));
    for (ok = db_scan_next(scan, &more, &e); ok && more && row_is_as_put(scan, seen); seen++)
        ok = db_scan_next(scan, &more, &e);
    CHECK_INT(seen, ROWS, "a scan gives back every row as it was put");
    CHECK(ok && !more && db_scan_next(scan, &more, &e) && !more, "after the last row there is no other");
    CHECK(db_scan_close(scan, &e), "a finished scan is closed");

    must(db_copy_open(db, "COPY c (b, t) FROM STDIN BINARY", &copy, &e));
    size_t large = 3 * 1000 * 1000;
    char *text = malloc(large);
    ALWAYS(text);
    memset(text, 'x', large);
    ok = db_copy_row(copy, 2, 4 + large, &e);
    if (ok) {
        db_put_int32(copy, ROWS);
        db_put_bytes(copy, text, large);
    }
    free(text);
    CHECK(ok && db_copy_close(copy, &rows, &e), "a row larger than the buffer goes through");
    CHECK_TEXT(ask(db, "SELECT length(t) FROM c WHERE b = 50000"), "3000000", "a large row arrives whole");
}

static void test_copy_failures(struct db *db)
{
    struct db_copy *copy = NULL;
    int64_t rows = -1;
    must(db_begin(db, &e));
    must(db_copy_open(db, copy_in, &copy, &e));
    must(put_row(copy, 100000));
    must(put_row(copy, 7));
    CHECK(!db_copy_close(copy, &rows, &e), "a COPY that breaks a key fails at its end");
    CHECK_TEXT(e.code, "23505", "a failed COPY keeps the SQLSTATE");
    CHECK(strncmp(e.message, "COPY c, line 2: ", 16) == 0, "a failed COPY names the row");
    CHECK_INT(rows, -1, "a failed COPY leaves the count as it was");
    db_rollback(db);

    must(db_begin(db, &e));
    must(db_copy_open(db, copy_in, &copy, &e));
    must(put_row(copy, 100000));
    db_copy_abort(copy);
    db_copy_abort(NULL);
    CHECK(!db_exec(db, "SELECT 1", &e) && strcmp(e.code, "25P02") == 0,
          "an aborted COPY fails its transaction");
    db_rollback(db);
    CHECK_TEXT(ask(db, "SELECT count(*) FROM c WHERE b = 100000"), "0", "an aborted COPY leaves no row");

    must(db_copy_open(db, copy_in, &copy, &e));
    must(db_copy_row(copy, 3, 4, &e));
    db_put_int32(copy, 1);
    db_put_null(copy);
    db_put_null(copy);
    CHECK(!db_copy_close(copy, &rows, &e) && e.kind == ERR_DB, "a row with too few columns is refused");
    CHECK(!db_copy_open(db, "COPY nowhere FROM STDIN BINARY", &copy, &e) && !copy,
          "an unknown table is refused");
    CHECK_TEXT(e.code, "42P01", "an unknown table has SQLSTATE 42P01");
    CHECK(!db_copy_open(db, "COPY c FROM STDIN", &copy, &e) && e.kind == ERR_BUG, "a COPY of text is a bug");
    CHECK(!db_copy_open(db, "COPY c TO STDOUT BINARY", &copy, &e) && e.kind == ERR_BUG,
          "a COPY of the other direction is a bug");
    CHECK(!db_copy_open(db, "SELECT 1", &copy, &e) && e.kind == ERR_BUG,
          "a query instead of a COPY is a bug");
    CHECK_TEXT(ask(db, "SELECT 1"), "1", "the connection is sound after all of these");

    must(db_begin(db, &e));
    must(db_copy_open(db, copy_in, &copy, &e));
    db_rollback(db);
    CHECK(!db_copy_close(copy, &rows, &e) && e.kind == ERR_BUG, "a COPY does not outlive its transaction");
    CHECK(!db_exec(db, copy_in, &e) && e.kind == ERR_BUG, "a COPY sent as a plain statement is a bug");
    CHECK_TEXT(ask(db, "SELECT 1"), "1", "the connection is sound after that");
}

static void test_scan_ends(struct db *db)
{
    struct db_scan *scan = NULL;
    bool more = true;
    must(db_scan_open(db, "COPY (SELECT 1 WHERE false) TO STDOUT BINARY", &scan, &e));
    CHECK(db_scan_next(scan, &more, &e) && !more, "a scan of no rows ends at once");
    CHECK(db_scan_close(scan, &e), "a scan of no rows is closed");
    must(db_begin(db, &e));
    must(db_scan_open(db, "COPY (SELECT * FROM c) TO STDOUT BINARY", &scan, &e));
    must(db_scan_next(scan, &more, &e));
    CHECK(db_scan_close(scan, &e), "a scan may end before its last row");
    CHECK(db_commit(db, &e), "its transaction goes on");
    must(db_scan_open(db, "COPY (SELECT 10 / (5 - i) FROM generate_series(1, 9) i) TO STDOUT BINARY", &scan,
                      &e));
    int rows = 0;
    while (db_scan_next(scan, &more, &e) && more)
        rows++;
    CHECK_INT(rows, 4, "rows before a failure are given");
    CHECK_TEXT(e.code, "22012", "a failure in the middle of a scan is no end");
    CHECK(!db_scan_next(scan, &more, &e) && !more, "a failed scan stays failed");
    CHECK(!db_scan_close(scan, &e) && strcmp(e.code, "22012") == 0, "its close says so again");
    CHECK(db_scan_close(NULL, &e), "closing no scan is nothing");
    CHECK(!db_scan_open(db, "COPY c FROM STDIN BINARY", &scan, &e) && !scan && e.kind == ERR_BUG,
          "a scan of the other direction is a bug");
    must(db_scan_open(db,
                      "COPY (SELECT timestamptz '1999-12-31 23:59:59.5+00', date '-infinity', "
                      "timestamptz 'infinity', null::int, ''::text) TO STDOUT BINARY",
                      &scan, &e));
    must(db_scan_next(scan, &more, &e));
    CHECK_INT(db_scan_moment(scan, 0), 946684799, "a part of a second is cut off downwards");
    CHECK_INT(db_scan_day(scan, 1), DATE_NO_DAY, "an endless day is an open end");
    CHECK(db_scan_moment(scan, 2) == DATE_NO_MOMENT, "an endless moment is none");
    CHECK(db_scan_int64(scan, 3) == 0 && db_scan_is_null(scan, 3), "a null number is 0");
    CHECK(!db_scan_is_null(scan, 4) && db_scan_bytes(scan, 4).length == 0, "empty text is not null");
    CHECK(db_scan_close(scan, &e), "closed without asking for the end");
    CHECK_TEXT(ask(db, "SELECT 1"), "1", "the connection is sound after all of these");
}

static void test_lost_copies(void)
{
    struct db *victim = connect_again();
    struct db *killer = connect_again();
    struct db_number n;
    const char *pid = db_from_int64(&n, strtoll(ask(victim, "SELECT pg_backend_pid()"), NULL, 10));
    must(
        db_exec(victim,
                "CREATE TEMP TABLE c (a bigint, b int PRIMARY KEY, s smallint, f bool, d date, m timestamptz,"
                " t text, n bytea)",
                &e));
    struct db_copy *copy = NULL;
    must(db_begin(victim, &e));
    must(db_copy_open(victim, copy_in, &copy, &e));
    must(db_command(killer, "SELECT pg_terminate_backend($1::int, 5000)", 1, &pid, NULL, &e));
    bool ok = true;
    for (int32_t i = 0; ok && i < 100000; i++)
        ok = put_row(copy, i);
    int64_t rows = 0;
    if (ok)
        ok = db_copy_close(copy, &rows, &e);
    else
        db_copy_abort(copy);
    CHECK(!ok && e.kind == ERR_DB && e.retryable, "a connection lost inside a COPY may be tried again");
    db_rollback(victim);
    db_close(victim);

    victim = connect_again();
    pid = db_from_int64(&n, strtoll(ask(victim, "SELECT pg_backend_pid()"), NULL, 10));
    struct db_scan *scan = NULL;
    must(db_scan_open(victim,
                      "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 1000000)) TO STDOUT BINARY",
                      &scan, &e));
    must(db_command(killer, "SELECT pg_terminate_backend($1::int, 5000)", 1, &pid, NULL, &e));
    bool more = true;
    while (more && db_scan_next(scan, &more, &e))
        ;
    CHECK(!db_scan_close(scan, &e) && e.kind == ERR_DB, "a connection lost inside a scan is no end");
    db_close(victim);
    db_close(killer);
}

int main(void)
{
    conninfo = getenv("DAYBOOK_TEST_CONNINFO");
    if (!conninfo || !conninfo[0]) {
        printf("1..0 # SKIP no DAYBOOK_TEST_CONNINFO\n");
        return 0;
    }
    struct db *db = connect_again();
    test_open(db);
    test_statements(db);
    test_rows(db);
    test_transactions(db);
    test_lost_connections();
    test_waits(db);
    test_killed_holder(db);
    test_copy(db);
    test_copy_failures(db);
    test_scan_ends(db);
    test_lost_copies();
    db_close(db);
    return tap_end();
}
