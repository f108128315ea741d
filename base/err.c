#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A text that was cut because it is too long ends with a whole character: databases take no half ones. */
static void end_whole(char *text)
{
    size_t length = strlen(text), from = length;
    while (from > 0 && length - from < 3 && ((unsigned char)text[from - 1] & 0xC0) == 0x80)
        from--;
    unsigned char first = from > 0 ? (unsigned char)text[from - 1] : 0;
    size_t wanted = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (first >= 0xC0 && length - (from - 1) < wanted)
        text[from - 1] = '\0';
}

PRINTF_LIKE(3, 0)
static void fill(struct err *e, enum err_kind kind, const char *format, va_list args)
{
    ALWAYS(kind != ERR_NONE);
    err_clear(e);
    e->kind = kind;
    (void)vsnprintf(e->message, sizeof e->message, format, args);
    end_whole(e->message);
}

bool err_set(struct err *e, enum err_kind kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(e, kind, format, args);
    va_end(args);
    return false;
}

bool err_set_errno(struct err *e, enum err_kind kind, int errnum, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(e, kind, format, args);
    va_end(args);
    e->retryable = errnum == EAGAIN || errnum == EINTR || errnum == ETIMEDOUT;
    size_t length = strlen(e->message);
    (void)snprintf(e->message + length, sizeof e->message - length, ": %s", strerror(errnum));
    return false;
}

bool err_hint(struct err *e, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(e->hint, sizeof e->hint, format, args);
    va_end(args);
    end_whole(e->hint);
    return false;
}

bool err_context(struct err *e, const char *format, ...)
{
    char was[sizeof e->message];
    memcpy(was, e->message, sizeof was);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(e->message, sizeof e->message, format, args);
    va_end(args);
    size_t length = strlen(e->message);
    (void)snprintf(e->message + length, sizeof e->message - length, ": %s", was);
    end_whole(e->message);
    return false;
}

void err_clear(struct err *e)
{
    e->kind = ERR_NONE;
    e->retryable = false;
    e->code[0] = e->constraint[0] = e->message[0] = e->hint[0] = '\0';
}

int err_exit_status(enum err_kind kind)
{
    switch (kind) {
    case ERR_NONE:
        return 0;
    case ERR_BUG:
        return 1;
    case ERR_USAGE:
        return 2;
    case ERR_INPUT:
        return 3;
    case ERR_DB:
        return 4;
    case ERR_NET:
        return 5;
    case ERR_DISK:
        return 6;
    case ERR_LOCKED:
        return 75;
    }
    return 1;
}

void err_stop(const char *file, int line, const char *condition)
{
    (void)fprintf(stderr, "daybook: bug: %s:%d: \"%s\" does not hold\n", file, line, condition);
    abort();
}
