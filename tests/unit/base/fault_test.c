#include "base/fault.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "tests/unit/tap.h"

/* Passes three points in a child with this fault set; true when it is killed, *passed tells after how many.
 */
static bool is_killed(const char *fault, long *passed)
{
    static char path[] = "/tmp/daybook-fault-XXXXXX";
    (void)strcpy(path + sizeof path - 7, "XXXXXX");
    int trace = mkstemp(path);
    ALWAYS(trace >= 0);
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        (void)setenv("DAYBOOK_FAULT_TRACE", path, 1);
        if (fault)
            (void)setenv("DAYBOOK_FAULT", fault, 1);
        fault_open();
        fault_point("a.one");
        fault_point("a.two");
        fault_point("a.one");
        _exit(0);
    }
    int status = 0;
    ALWAYS(child > 0 && waitpid(child, &status, 0) == child);
    char lines[100];
    ssize_t length = pread(trace, lines, sizeof lines, 0);
    ALWAYS(length >= 0 && length % 6 == 0 && close(trace) == 0 && unlink(path) == 0);
    bool in_order = memcmp(lines, "a.one\na.two\na.one\n", (size_t)length) == 0;
    CHECK(in_order, "each point that is passed is traced by its name");
    *passed = (long)(length / 6);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

int main(void)
{
    long passed = 0;
    CHECK(!is_killed(NULL, &passed) && passed == 3, "without a fault every point is passed");
    CHECK(is_killed("a.one:1", &passed) && passed == 1, "the first pass of a point kills");
    CHECK(is_killed("a.one:2", &passed) && passed == 3, "the second pass of a point kills");
    CHECK(is_killed("a.two:1", &passed) && passed == 2, "another point kills at its own place");
    CHECK(!is_killed("a.one:3", &passed) && passed == 3, "a pass that does not come kills nobody");
    CHECK(!is_killed("a.three:1", &passed), "a point that does not come kills nobody");
    CHECK(!is_killed("a.on:1", &passed), "a part of a name is another name");
    CHECK(!is_killed("nonsense", &passed), "a fault without a number is none");
    return tap_end();
}
