/* command: the command line of FORMATS.md 12 and the table of commands that help and the manual are made
 * from. */
#ifndef DAYBOOK_JOBS_COMMAND_H
#define DAYBOOK_JOBS_COMMAND_H

#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/err.h"

#define DAYBOOK_VERSION "0.1.0"

struct job;

enum { COMMAND_OPTIONS_MAX = 8 };

struct command {
    const struct job *job;
    const char *config_path;
    int32_t date; /* DATE_NO_DAY: not given */
    bool is_dry_run;
    bool is_json;
    int verbosity; /* -1 quiet, 0, 1 verbose */
    int argument_count;
    char *const *arguments; /* what follows the job's name, without options */
    const char
        *option_values[COMMAND_OPTIONS_MAX]; /* by the job's own options: NULL = not given, "" = given */
};

/* Reads the command line. What asks for help or the version is answered on stdout: *is_answered is true then.
 * ERR_USAGE names what is wrong, with a hint where to look. */
MUST_CHECK bool command_read(int argc, char **argv, struct command *command, bool *is_answered,
                             struct err *e);

/* The value of one of the job's own options ("" for one without value), NULL when it was not given. Asking
 * for an option that the job does not have is a bug. */
const char *command_option(const struct command *command, const char *name);

/* The jobs in the order of the table, NULL after the last; and by name, NULL when this edition has none. */
const struct job *command_job(size_t index);
const struct job *command_find(const char *name);

#endif
