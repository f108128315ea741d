#include "base/progress.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "tests/unit/tap.h"

static int terminal = -1; /* our end of the terminal that standard error is */

/* What was drawn since the last call. */
static const char *drawn(void)
{
    static char text[4096];
    size_t length = 0;
    struct pollfd waiting = {.fd = terminal, .events = POLLIN};
    while (length < sizeof text - 1 && poll(&waiting, 1, 50) == 1) {
        ssize_t got = read(terminal, text + length, sizeof text - 1 - length);
        if (got <= 0)
            break;
        length += (size_t)got;
    }
    text[length] = '\0';
    return text;
}

static void test_terminal(void)
{
    struct progress *p = progress_open("post", "packages", 20, false);
    CHECK(p != NULL, "on a terminal there is progress");
    progress_add(p, 5, 0);
    CHECK_TEXT(drawn(), "\rpost: 5 of 20 packages, 25 %\033[K",
               "count, total and part are drawn on one line");
    for (int i = 0; i < 1000; i++)
        progress_add(p, 0, 1024);
    CHECK_TEXT(drawn(), "", "it is not drawn again at once");
    (void)usleep(120 * 1000);
    progress_add(p, 15, 24 * 1024);
    CHECK_TEXT(drawn(), "\rpost: 20 of 20 packages, 100 %, 1.0 MiB\033[K",
               "bytes are drawn where there are any");
    log_open(LOG_INFO, "post");
    log_event(LOG_INFO, "event", NULL);
    CHECK(strncmp(drawn(), "\r\033[K", 4) == 0, "a line of the log takes the place of the drawing");
    progress_close(p);
    CHECK_TEXT(drawn(), "\r\033[K", "at the end the line is wiped");
    p = progress_open("collect", "files", 0, false);
    progress_add(p, 3, 0);
    CHECK_TEXT(drawn(), "\rcollect: 3 files\033[K", "without a total there is no part");
    progress_close(p);
    (void)drawn();
    CHECK(!progress_open("post", "packages", 20, true), "when quiet there is none");
}

int main(void)
{
    terminal = posix_openpt(O_RDWR | O_NOCTTY);
    int slave = terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0
                    ? open(ptsname(terminal), O_RDWR | O_NOCTTY)
                    : -1;
    int old = dup(STDERR_FILENO);
    ALWAYS(old >= 0);
    if (slave < 0) {
        printf("1..0 # SKIP no pseudo terminal\n");
        return 0;
    }
    ALWAYS(dup2(slave, STDERR_FILENO) == STDERR_FILENO);
    test_terminal();
    int null = open("/dev/null", O_WRONLY);
    ALWAYS(null >= 0 && dup2(null, STDERR_FILENO) == STDERR_FILENO);
    struct progress *p = progress_open("post", "packages", 20, false);
    CHECK(!p, "without a terminal there is none");
    progress_add(p, 1, 1);
    progress_close(p);
    ALWAYS(dup2(old, STDERR_FILENO) == STDERR_FILENO);
    return tap_end();
}
