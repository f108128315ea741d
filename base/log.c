#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/date.h"

enum { LINE_BYTES = 4096 };

static enum log_level highest = LOG_INFO;
static const char *job_name = "daybook";
static atomic_llong run;
static bool is_terminal; /* a progress line may stand where the event goes */

void log_open(enum log_level highest_shown, const char *job)
{
    highest = highest_shown;
    job_name = job;
    is_terminal = isatty(STDERR_FILENO) == 1;
}

enum log_level log_show(enum log_level highest_shown)
{
    enum log_level before = highest;
    highest = highest_shown;
    return before;
}

void log_set_run(int64_t run_id)
{
    atomic_store(&run, run_id);
}

static const char *level_word(enum log_level level)
{
    switch (level) {
    case LOG_ERROR:
        return "error";
    case LOG_WARN:
        return "warn";
    case LOG_INFO:
        return "info";
    case LOG_DEBUG:
        return "debug";
    }
    return "error";
}

struct line {
    char text[LINE_BYTES];
    size_t length; /* at most LINE_BYTES - 2, so that a line end fits */
};

PRINTF_LIKE(2, 0) static void add_args(struct line *line, const char *format, va_list args)
{
    size_t room = sizeof line->text - 1 - line->length;
    int wanted = vsnprintf(line->text + line->length, room, format, args);
    if (wanted > 0)
        line->length += (size_t)wanted < room ? (size_t)wanted : room - 1;
}

PRINTF_LIKE(2, 3) static void add(struct line *line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_args(line, format, args);
    va_end(args);
}

static void begin(struct line *line, enum log_level level, const char *event)
{
    char stamp[DATE_STAMP_BYTES];
    date_format_stamp((int64_t)time(NULL), stamp);
    stamp[10] = 'T';
    line->length = 0;
    add(line, "%s+08:00 %s %s", stamp, level_word(level), job_name);
    long long run_id = atomic_load(&run);
    if (run_id != 0)
        add(line, " run=%lld", run_id);
    add(line, " %s", event);
}

/* One event stays one line, and reaches standard error whole even when threads log at once. */
static void end(struct line *line)
{
    for (size_t i = 0; i < line->length; i++)
        if ((unsigned char)line->text[i] < ' ' || line->text[i] == 0x7F)
            line->text[i] = ' ';
    line->text[line->length++] = '\n';
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    (void)pthread_mutex_lock(&mutex);
    if (is_terminal)
        (void)fputs("\r\033[K", stderr);
    (void)fwrite(line->text, 1, line->length, stderr);
    (void)fflush(stderr);
    (void)pthread_mutex_unlock(&mutex);
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
    if (level > highest)
        return;
    struct line line;
    begin(&line, level, event);
    if (format) {
        add(&line, " ");
        va_list args;
        va_start(args, format);
        add_args(&line, format, args);
        va_end(args);
    }
    end(&line);
}

static const char *kind_word(enum err_kind kind)
{
    switch (kind) {
    case ERR_NONE:
        return "none";
    case ERR_BUG:
        return "bug";
    case ERR_USAGE:
        return "usage";
    case ERR_INPUT:
        return "input";
    case ERR_DB:
        return "db";
    case ERR_NET:
        return "net";
    case ERR_DISK:
        return "disk";
    case ERR_LOCKED:
        return "locked";
    }
    return "bug";
}

void log_error(const char *event, const struct err *e)
{
    struct line line;
    begin(&line, LOG_ERROR, event);
    add(&line, " kind=%s", kind_word(e->kind));
    if (e->code[0])
        add(&line, " code=%s", e->code);
    if (e->constraint[0])
        add(&line, " constraint=%s", e->constraint);
    /* The words come last and as they are: they quote values themselves. */
    add(&line, ": %s", e->message);
    if (e->hint[0])
        add(&line, "; hint: %s", e->hint);
    end(&line);
}
