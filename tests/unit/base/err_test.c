#include "base/err.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/tap.h"

static struct err e;

static void test_set(void)
{
    memset(&e, 'x', sizeof e);
    CHECK(!err_set(&e, ERR_INPUT, "line %d: \"%s\"", 7, "a"), "setting an error gives false");
    CHECK_TEXT(e.message, "line 7: \"a\"", "the message is formatted");
    CHECK(e.kind == ERR_INPUT && !e.retryable, "the kind is kept and nothing is retryable by itself");
    CHECK(!e.code[0] && !e.constraint[0] && !e.hint[0], "what an earlier error left is cleared");
    CHECK(!err_hint(&e, "use %s", "b"), "a hint gives false");
    CHECK_TEXT(e.hint, "use b", "a hint is formatted");
    CHECK_TEXT(e.message, "line 7: \"a\"", "a hint leaves the message");
    CHECK(!err_context(&e, "file \"%s\"", "c"), "context gives false");
    CHECK_TEXT(e.message, "file \"c\": line 7: \"a\"", "context comes first");
    CHECK_TEXT(e.hint, "use b", "context leaves the hint");
    CHECK_INT(e.kind, ERR_INPUT, "context leaves the kind");
    e.retryable = true;
    strcpy(e.code, "08006");
    err_clear(&e);
    CHECK(e.kind == ERR_NONE && !e.retryable && !e.code[0] && !e.message[0] && !e.hint[0],
          "clearing empties all");
}

static void test_errno(void)
{
    CHECK(!err_set_errno(&e, ERR_DISK, ENOENT, "open \"%s\"", "x"), "an errno error gives false");
    CHECK_TEXT(e.message, "open \"x\": No such file or directory", "the text of errno comes last");
    CHECK(!e.retryable, "a missing file is not tried again");
    static const int passing[] = {EAGAIN, EINTR, ETIMEDOUT};
    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++) {
        (void)err_set_errno(&e, ERR_NET, passing[i], "x");
        CHECK(e.retryable, "what passes may be tried again");
    }
}

static void test_long(void)
{
    char text[2000];
    memset(text, 'y', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    (void)err_set(&e, ERR_BUG, "%s", text);
    CHECK_INT(strlen(e.message), sizeof e.message - 1, "a long message is cut to its room");
    (void)err_context(&e, "where");
    CHECK(strlen(e.message) == sizeof e.message - 1 && strncmp(e.message, "where: yyy", 10) == 0,
          "context stays when the message is full");
    (void)err_context(&e, "%s", text);
    CHECK_INT(strlen(e.message), sizeof e.message - 1, "long context is cut to its room");
    (void)err_set_errno(&e, ERR_BUG, ENOENT, "%s", text);
    CHECK_INT(strlen(e.message), sizeof e.message - 1, "the text of errno is left out when there is no room");
    (void)err_hint(&e, "%s", text);
    CHECK_INT(strlen(e.hint), sizeof e.hint - 1, "a long hint is cut to its room");
}

/* Characters of two, three and four bytes, at every place around the end: what is cut ends with a whole one. */
static void test_whole_characters(void)
{
    static const char *const characters[] = {"\xC3\xA9", "\xE6\x97\xA5", "\xF0\xA0\xAE\xB7"};
    char text[600];
    bool whole = true, full = true;
    for (size_t c = 0; c < 3; c++) {
        size_t bytes = strlen(characters[c]);
        for (size_t shift = 0; shift < bytes; shift++) {
            memset(text, 'a', sizeof text);
            for (size_t at = shift; at + bytes < sizeof text; at += bytes)
                memcpy(text + at, characters[c], bytes);
            text[sizeof text - 1] = '\0';
            (void)err_set(&e, ERR_INPUT, "%s", text);
            size_t length = strlen(e.message);
            full = full && length > sizeof e.message - 1 - bytes;
            whole = whole && (length - shift) % bytes == 0;
            (void)err_context(&e, "%s", "ab");
            whole = whole && (strlen(e.message) - shift - 4) % bytes == 0;
            (void)err_hint(&e, "%s", text);
            whole = whole && (strlen(e.hint) - shift) % bytes == 0;
        }
    }
    CHECK(whole, "a message that is cut ends with a whole character");
    CHECK(full, "and loses no more than that");
    (void)err_set(&e, ERR_INPUT, "%s", "\xE6\x97\xA5");
    CHECK_TEXT(e.message, "\xE6\x97\xA5", "one that is not cut loses nothing");
}

static void test_exit_status(void)
{
    static const struct {
        enum err_kind kind;
        int status;
        const char *fact;
    } rows[] = {
        {ERR_NONE, 0, "no error exits 0"},   {ERR_BUG, 1, "a bug exits 1"},
        {ERR_USAGE, 2, "usage exits 2"},     {ERR_INPUT, 3, "input exits 3"},
        {ERR_DB, 4, "the database exits 4"}, {ERR_NET, 5, "the network exits 5"},
        {ERR_DISK, 6, "the disk exits 6"},   {ERR_LOCKED, 75, "a lock that is held exits 75"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK_INT(err_exit_status(rows[i].kind), rows[i].status, rows[i].fact);
}

static void test_always(void)
{
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        ALWAYS(freopen("/dev/null", "w", stderr));
        ALWAYS(1 + 1 == 3);
        _exit(0);
    }
    int status = 0;
    CHECK(child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) &&
              WTERMSIG(status) == SIGABRT,
          "an assertion that does not hold ends the process");
}

int main(void)
{
    test_set();
    test_errno();
    test_long();
    test_whole_characters();
    test_exit_status();
    test_always();
    return tap_end();
}
