/* job: what every job has in common: settings, log, connection, lock, open date, counts, exit status.
 *
 * A job is one row of the table in command.c; job_run does the rest. Included by each job's folder, which
 * includes no other job. */
#ifndef DAYBOOK_JOBS_JOB_H
#define DAYBOOK_JOBS_JOB_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/db.h"
#include "base/err.h"
#include "jobs/command.h"
#include "jobs/settings.h"

struct job_context;

enum job_need {
    JOB_SETTINGS = 1 << 0,
    JOB_DATABASE = 1 << 1,     /* connected as daybook_job, one row in ops.job_run */
    JOB_OWNER = 1 << 2,        /* with JOB_DATABASE: as the connecting user, no row in ops.job_run */
    JOB_READS = 1 << 3,        /* with JOB_DATABASE: changes nothing, no lock and no row in ops.job_run */
    JOB_LOCK_DATE = 1 << 4,    /* one run at a time for each date */
    JOB_LOCK_ALONE = 1 << 5,   /* one run at a time, whatever the date */
    JOB_DATE = 1 << 6,         /* needs a date: --date, or the open date */
    JOB_DATE_IS_OPEN = 1 << 7, /* and it must be the open date: a --date that is another is refused */
    JOB_PRINTS = 1 << 8,       /* --json is its own affair */
};

struct job_option {
    const char *name;  /* "from", NULL ends the list */
    const char *value; /* what it takes, for help: "DATE"; NULL = nothing */
    const char *help;
};

struct job {
    const char *name;
    const char *arguments; /* for help: "KIND FILE...", "" for none */
    int arguments_min;
    int arguments_max;                /* INT_MAX: no limit */
    const char *summary;              /* one line without a full stop */
    const char *details;              /* sentences for help and manual, NULL for none */
    const struct job_option *options; /* ended by a row without name; NULL = none of its own */
    unsigned needs;                   /* enum job_need */
    /* What arguments and options ask of each other; called before anything is opened. NULL: nothing. */
    bool (*check)(const struct command *command, struct err *e);
    /* Another row of the job that its checked arguments ask for, which may need less; NULL: always this one. */
    const struct job *(*choose)(const struct command *command);
    bool (*run)(struct job_context *context, struct err *e);
};

/* What a run must be told when it does a recorded run again, beside the books (`audit --from-bytes`): nothing is sent or
 * written outside of its database, the limit of records does not cut it, and files that were refused then and accepted later
 * are refused. */
struct job_replay {
    const struct job_replay_refusal {
        int64_t archive_id;
        int32_t file_no;
        const char *reason;
    } *refusals;
    size_t refusal_count;
};

enum { JOB_COUNTS_MAX = 64 };

struct job_count {
    const char *name; /* kept by reference: a literal or of the context's arena */
    int64_t value;
};

/* Belongs to one run of one job. */
struct job_context {
    const struct job *job;
    const struct command *command;
    const struct settings *settings;
    struct db *db;
    struct arena *arena; /* lives until the job ends */
    int32_t date;        /* the day being closed; DATE_NO_DAY where the job has none */
    int32_t open_date;   /* the day after the last sealed one; before the first seal equal to date */
    int32_t sealed_date; /* the last sealed one; DATE_NO_DAY before the first seal */
    int64_t job_run_id;  /* 0 in a dry run */
    struct job_count counts[JOB_COUNTS_MAX];
    size_t count_count;
    bool needs_person;  /* exit status 3 */
    char message[512];  /* of ops.job_run: the first of what needs a person, or of what went wrong */
    struct err trouble; /* something failed that does not undo the job's work, such as a send */
    const struct job_replay *replay; /* NULL: the run is of today */
};

/* Runs the job of the command and gives the exit status of FORMATS.md 12. Errors have been logged. */
int job_run(const struct job *job, const struct command *command);

/* Runs another job inside of a running one, over its connection, with date as its --date (`night`). How it
 * ended is in *result, its errors have been logged; false only when it could not even be set up. */
struct job_result {
    int exit_status;
    bool is_failed;                          /* not done, not even with attention */
    struct job_count counts[JOB_COUNTS_MAX]; /* names are literals */
    size_t count_count;
    char message[512];
    struct err failure; /* of a job that failed */
};
MUST_CHECK bool job_run_inside(struct job_context *context, const struct job *job, int32_t date,
                               struct job_result *result, struct err *e);

/* Runs a command over settings of its own and a connection of its own, as a replay. Its log shows errors only, and those are
 * the caller's to tell. */
MUST_CHECK bool job_run_replay(const struct settings *settings, const struct command *command,
                               const struct job_replay *replay, struct job_result *result, struct err *e);

/* Connects as the job's needs say, as daybook_job or the connecting user, and meets the schema of this
 * program. */
MUST_CHECK bool job_connect(const struct settings *settings, const struct job *job, struct db **db,
                            struct err *e);

/* Adds to a count, in the order of first use: the log's end line, --json and ops.job_run show them. */
void job_count(struct job_context *context, const char *name, int64_t value);

/* Says that this run found something that needs a person: exit status 3, logged as a warning. */
void job_attention(struct job_context *context, const char *event, const char *format, ...) PRINTF_LIKE(3, 4);

/* Remembers and logs an error that undoes nothing; the first one decides the exit status at the end. */
void job_trouble(struct job_context *context, const char *event, const struct err *e);

/* The clock of the jobs: seconds since 1970. */
int64_t job_now(void);

#endif
