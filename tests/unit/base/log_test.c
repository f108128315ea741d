#include "base/log.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/tap.h"

static char path[] = "/tmp/daybook-log-XXXXXX";
static int log_fd;

/* What was logged since the last call, without the time that each line begins with. */
static const char *logged(void)
{
    static char text[200000], out[200000];
    static off_t seen;
    ssize_t length = pread(log_fd, text, sizeof text - 1, seen);
    ALWAYS(length >= 0);
    seen += length;
    text[length] = '\0';
    out[0] = '\0';
    for (char *line = text; *line;) {
        char *end = strchr(line, '\n');
        ALWAYS(end && end - line > 26);
        *end = '\0';
        (void)strcat(strcat(out, line + 26), "\n");
        line = end + 1;
    }
    return out;
}

static bool has_stamp(const char *line)
{
    static const char form[] = "dddd-dd-ddTdd:dd:dd+08:00 ";
    for (size_t i = 0; i < sizeof form - 1; i++)
        if (form[i] == 'd' ? line[i] < '0' || line[i] > '9' : line[i] != form[i])
            return false;
    return true;
}

static void test_lines(void)
{
    char line[200] = "";
    log_open(LOG_INFO, "post");
    log_event(LOG_INFO, "package_posted", "package=\"%s\" records=%d", "a.tgz", 100);
    ALWAYS(pread(log_fd, line, sizeof line - 1, 0) > 0);
    CHECK(has_stamp(line), "a line begins with the time of Shanghai");
    CHECK_TEXT(logged(), "info post package_posted package=\"a.tgz\" records=100\n", "an event is one line");
    log_set_run(12);
    log_event(LOG_WARN, "slow", NULL);
    CHECK_TEXT(logged(), "warn post run=12 slow\n", "the run is named once there is one");
    log_set_run(0);
    log_event(LOG_DEBUG, "detail", NULL);
    CHECK_TEXT(logged(), "", "what is below the level is not shown");
    log_open(LOG_ERROR, "collect");
    log_event(LOG_WARN, "slow", NULL);
    log_event(LOG_ERROR, "stopped", NULL);
    CHECK_TEXT(logged(), "error collect stopped\n", "a quiet log shows errors");
    log_open(LOG_DEBUG, "collect");
    log_event(LOG_DEBUG, "detail", "a=1");
    CHECK_TEXT(logged(), "debug collect detail a=1\n", "a talkative log shows all");
    log_event(LOG_INFO, "odd", "name=\"%s\"", "x\nerror post run=1 forged\r\t\x1B[2J");
    CHECK_TEXT(logged(), "info collect odd name=\"x error post run=1 forged   [2J\"\n",
               "control characters cannot make a second line");
    static char text[10000];
    memset(text, 'x', sizeof text - 1);
    log_event(LOG_INFO, "long", "%s", text);
    size_t length = strlen(logged());
    CHECK(length > 4000 && length < 4096, "a long line is cut, and still ends");
}

static void test_errors(void)
{
    static const struct {
        enum err_kind kind;
        const char *line;
    } kinds[] = {
        {ERR_BUG, "error collect failed kind=bug: m\n"},
        {ERR_USAGE, "error collect failed kind=usage: m\n"},
        {ERR_INPUT, "error collect failed kind=input: m\n"},
        {ERR_DB, "error collect failed kind=db: m\n"},
        {ERR_NET, "error collect failed kind=net: m\n"},
        {ERR_DISK, "error collect failed kind=disk: m\n"},
        {ERR_LOCKED, "error collect failed kind=locked: m\n"},
    };
    struct err e;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        (void)err_set(&e, kinds[i].kind, "m");
        log_error("failed", &e);
        CHECK_TEXT(logged(), kinds[i].line, "an error tells its kind and its message");
    }
    (void)err_set(&e, ERR_DB, "line 3: \"x\" is there");
    strcpy(e.code, "23505");
    strcpy(e.constraint, "t_pkey");
    (void)err_hint(&e, "use \"y\"");
    log_set_run(7);
    log_error("job_failed", &e);
    CHECK_TEXT(logged(),
               "error collect run=7 job_failed kind=db code=23505 constraint=t_pkey: line 3: \"x\" is there; "
               "hint: use \"y\"\n",
               "an error tells code, constraint and hint where there are any");
    log_set_run(0);
}

static void *log_many(void *context)
{
    (void)context;
    for (int i = 0; i < 200; i++)
        log_event(LOG_INFO, "event", "text=%s", "abcdefghijklmnopqrstuvwxyz");
    return NULL;
}

static void test_threads(void)
{
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        ALWAYS(pthread_create(&threads[i], NULL, log_many, NULL) == 0);
    for (int i = 0; i < 4; i++)
        ALWAYS(pthread_join(threads[i], NULL) == 0);
    static const char line[] = "info collect event text=abcdefghijklmnopqrstuvwxyz\n";
    const char *at = logged();
    int whole = 0;
    while (strncmp(at, line, sizeof line - 1) == 0) {
        whole++;
        at += sizeof line - 1;
    }
    CHECK_INT(whole, 800, "lines of several threads do not mix");
}

int main(void)
{
    log_fd = mkstemp(path);
    ALWAYS(log_fd >= 0 && unlink(path) == 0);
    int old = dup(STDERR_FILENO);
    int append = fcntl(log_fd, F_SETFL, O_APPEND);
    ALWAYS(old >= 0 && append == 0 && dup2(log_fd, STDERR_FILENO) == STDERR_FILENO);
    test_lines();
    test_errors();
    test_threads();
    ALWAYS(dup2(old, STDERR_FILENO) == STDERR_FILENO);
    return tap_end();
}
