/* err: what went wrong, once, in words.
 *
 * A function that can fail returns false exactly when it has filled the `struct err` it was given. The error
 * is set where it happens, gains context on the way up, and is logged once, in jobs/. The kind decides what
 * is done about it, never its text. */
#ifndef DAYBOOK_BASE_ERR_H
#define DAYBOOK_BASE_ERR_H

#include <stdbool.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_at, first_at) __attribute__((format(printf, format_at, first_at)))

enum err_kind {
    ERR_NONE,
    ERR_BUG,    /* the program is wrong: stop (exit 1) */
    ERR_USAGE,  /* the command line or the settings are wrong (exit 2) */
    ERR_INPUT,  /* bytes from outside are wrong: refuse that record or file (exit 3) */
    ERR_DB,     /* the database refused or went away (exit 4) */
    ERR_NET,    /* a peer refused or went away (exit 5) */
    ERR_DISK,   /* a local file could not be read or written (exit 6) */
    ERR_LOCKED, /* another run holds the lock (exit 75) */
};

struct err {
    enum err_kind kind;
    bool retryable;      /* the same call may succeed later, nothing was done */
    char code[8];        /* SQLSTATE of ERR_DB, else empty */
    char constraint[64]; /* the constraint that ERR_DB broke, else empty */
    char message[512];   /* lower case, no full stop, values in quotes, place first */
    char hint[256];      /* what to do about it, may be empty */
};

/* Fills *e with kind and message and clears the rest. Returns false, so that callers can `return err_set(…)`. */
bool err_set(struct err *e, enum err_kind kind, const char *format, ...) PRINTF_LIKE(3, 4);

/* As err_set, with ": " and the text of the errno value appended; EAGAIN, EINTR and ETIMEDOUT are retryable. */
bool err_set_errno(struct err *e, enum err_kind kind, int errnum, const char *format, ...) PRINTF_LIKE(4, 5);

/* Sets the hint of an error that is already filled. Returns false. */
bool err_hint(struct err *e, const char *format, ...) PRINTF_LIKE(2, 3);

/* Puts "context: " in front of the message. Returns false. */
bool err_context(struct err *e, const char *format, ...) PRINTF_LIKE(2, 3);

/* Empties *e. */
void err_clear(struct err *e);

/* The exit status of FORMATS.md 12 for a kind of error. */
int err_exit_status(enum err_kind kind);

/* An assertion about money or identity that stays on in production: ends the process with a message. */
#define ALWAYS(condition)                                                                                      \
    do {                                                                                                       \
        if (!(condition))                                                                                      \
            err_stop(__FILE__, __LINE__, #condition);                                                          \
    } while (0)
_Noreturn void err_stop(const char *file, int line, const char *condition);

#endif
