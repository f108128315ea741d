/* The program: one binary, one command per job. */
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/fault.h"
#include "jobs/command.h"
#include "jobs/job.h"

/* No core file may hold a key, and a peer that goes away is an error to report, not a signal to die of. */
static bool guard_process(struct err *e)
{
    const struct rlimit none = {0, 0};
    (void)umask(0027);
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) != 0)
        return err_set(e, ERR_BUG, "core files could not be turned off");
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
        return err_set(e, ERR_BUG, "SIGPIPE could not be ignored");
    fault_open();
    return true;
}

int main(int argc, char **argv)
{
    struct err e;
    struct command command;
    bool is_answered = false;
    if (!guard_process(&e) || !command_read(argc, argv, &command, &is_answered, &e)) {
        (void)fprintf(stderr, "daybook: %s\n", e.message);
        if (e.hint[0])
            (void)fprintf(stderr, "hint: %s\n", e.hint);
        return err_exit_status(e.kind);
    }
    return is_answered ? 0 : job_run(command.job, &command);
}
