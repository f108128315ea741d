#include "jobs/command.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "jobs/adjust/adjust.h"
#include "jobs/audit/audit.h"
#include "jobs/blacklist/blacklist.h"
#include "jobs/collect/collect.h"
#include "jobs/doctor/doctor.h"
#include "jobs/explain/explain.h"
#include "jobs/help.h"
#include "jobs/import/import.h"
#include "jobs/init/init.h"
#include "jobs/job.h"
#include "jobs/night/night.h"
#include "jobs/post/post.h"
#include "jobs/report/report.h"
#include "jobs/retry/retry.h"
#include "jobs/seal/seal.h"
#include "jobs/settle/settle.h"
#include "jobs/status/status.h"

/* In the order in which help shows them: setting up, the night, looking. */
static const struct job *const jobs[] = {
    &job_init,
    &job_import,
    &job_collect,
    &job_post,
    &job_blacklist,
    &job_settle,
    &job_seal,
    &job_report,
    &job_night,
    &job_retry,
    &job_adjust,
    &job_status,
    &job_doctor,
    &job_explain,
    &job_audit,
};

const struct job *command_job(size_t index)
{
    return index < sizeof jobs / sizeof jobs[0] ? jobs[index] : NULL;
}

const struct job *command_find(const char *name)
{
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
        if (strcmp(jobs[i]->name, name) == 0)
            return jobs[i];
    return NULL;
}

const char *command_option(const struct command *command, const char *name)
{
    const struct job_option *options = command->job->options;
    int i = 0;
    while (options && options[i].name && strcmp(options[i].name, name) != 0)
        i++;
    ALWAYS(options && options[i].name);
    return command->option_values[i];
}

enum { OPTION_CONFIG = 256, OPTION_DATE, OPTION_DRY_RUN, OPTION_JSON, OPTION_VERSION, OPTION_OF_JOB = 512 };

static const struct option common_options[] = {
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"date", required_argument, NULL, OPTION_DATE},
    {"dry-run", no_argument, NULL, OPTION_DRY_RUN},
    {"json", no_argument, NULL, OPTION_JSON},
    {"verbose", no_argument, NULL, 'v'},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, OPTION_VERSION},
};
enum { COMMON_COUNT = sizeof common_options / sizeof common_options[0] };

/* The common options, and those of a job behind them. */
static void collect_options(const struct job *job, struct option all[COMMON_COUNT + COMMAND_OPTIONS_MAX + 1])
{
    int count = COMMON_COUNT;
    memcpy(all, common_options, sizeof common_options);
    for (int i = 0; job && job->options && job->options[i].name; i++) {
        ALWAYS(i < COMMAND_OPTIONS_MAX);
        all[count++] =
            (struct option){job->options[i].name, job->options[i].value ? required_argument : no_argument,
                            NULL, OPTION_OF_JOB + i};
    }
    all[count] = (struct option){0};
}

static bool refuse_option(int found, char *const *argv, struct err *e)
{
    const char *text = argv[optind - 1];
    if (found == ':')
        err_set(e, ERR_USAGE, "option \"%s\" needs a value", text);
    else if (optopt != 0 && optopt < OPTION_CONFIG)
        err_set(e, ERR_USAGE, "unknown option \"-%c\"", optopt);
    else
        err_set(e, ERR_USAGE, "unknown option \"%s\", or one that takes no value", text);
    return err_hint(e, "daybook help lists commands and options");
}

static bool take_date(struct command *command, struct err *e)
{
    if (date_parse(str_of(optarg), &command->date))
        return true;
    return err_set(e, ERR_USAGE, "--date: \"%s\" is not a date like 2026-09-01", optarg);
}

/* Reads options from argv[1] on; at_job: stops at the first argument, the job's name. */
static bool read_options(int argc, char **argv, bool at_job, struct command *command, bool *wants_help,
                         struct err *e)
{
    struct option all[COMMON_COUNT + COMMAND_OPTIONS_MAX + 1];
    collect_options(command->job, all);
    int found;
    optind = 0; /* glibc: begin anew */
    opterr = 0;
    while ((found = getopt_long(argc, argv, at_job ? "+:vqh" : ":vqh", all, NULL)) != -1) {
        if (found == OPTION_CONFIG)
            command->config_path = optarg;
        else if (found == OPTION_DATE) {
            if (!take_date(command, e))
                return false;
        } else if (found == OPTION_DRY_RUN)
            command->is_dry_run = true;
        else if (found == OPTION_JSON)
            command->is_json = true;
        else if (found == 'v')
            command->verbosity = 1;
        else if (found == 'q')
            command->verbosity = -1;
        else if (found == 'h')
            *wants_help = true;
        else if (found == OPTION_VERSION)
            command->argument_count = -1;
        else if (found >= OPTION_OF_JOB)
            command->option_values[found - OPTION_OF_JOB] = optarg ? optarg : "";
        else
            return refuse_option(found, argv, e);
    }
    return true;
}

static bool check_arguments(const struct command *command, struct err *e)
{
    const struct job *job = command->job;
    if (command->argument_count >= job->arguments_min && command->argument_count <= job->arguments_max)
        return true;
    if (command->argument_count < job->arguments_min)
        err_set(e, ERR_USAGE, "daybook %s needs %s", job->name, job->arguments);
    else
        err_set(e, ERR_USAGE, "daybook %s: \"%s\" is one argument too many", job->name,
                command->arguments[job->arguments_max]);
    return err_hint(e, "daybook help %s", job->name);
}

static bool answer(bool is_answered, struct err *e)
{
    if (is_answered && (fflush(stdout) != 0 || ferror(stdout)))
        return err_set(e, ERR_DISK, "standard output could not be written");
    return true;
}

/* `daybook help [JOB | sample | manual]` */
static bool answer_help(const char *topic, struct err *e)
{
    const struct job *job = topic ? command_find(topic) : NULL;
    if (!topic)
        help_print_overview(stdout);
    else if (strcmp(topic, "sample") == 0)
        settings_write_sample(stdout);
    else if (strcmp(topic, "manual") == 0)
        help_print_manual(stdout);
    else if (job)
        help_print_job(stdout, job);
    else {
        err_set(e, ERR_USAGE, "there is no command \"%s\" to help with", topic);
        return err_hint(e, "daybook help lists them");
    }
    return answer(true, e);
}

static bool read_job(int argc, char **argv, struct command *command, bool *is_answered, struct err *e)
{
    bool wants_help = false;
    command->job = command_find(argv[0]);
    if (!command->job) {
        err_set(e, ERR_USAGE, "unknown command \"%s\"", argv[0]);
        return err_hint(e, "daybook help lists commands");
    }
    if (!read_options(argc, argv, false, command, &wants_help, e))
        return false;
    if (wants_help) {
        *is_answered = true;
        help_print_job(stdout, command->job);
        return answer(true, e);
    }
    command->arguments = argv + optind;
    command->argument_count = argc - optind;
    if (!check_arguments(command, e) || (command->job->check && !command->job->check(command, e)))
        return false;
    if (command->job->choose)
        command->job = command->job->choose(command);
    return true;
}

bool command_read(int argc, char **argv, struct command *command, bool *is_answered, struct err *e)
{
    bool wants_help = false;
    *is_answered = false;
    *command = (struct command){.date = DATE_NO_DAY};
    const char *from_environment = getenv("DAYBOOK_CONFIG");
    command->config_path = from_environment && *from_environment ? from_environment : SETTINGS_DEFAULT_PATH;
    if (!read_options(argc, argv, true, command, &wants_help, e))
        return false;
    if (command->argument_count < 0) {
        *is_answered = true;
        (void)printf("daybook %s\n", DAYBOOK_VERSION);
        return answer(true, e);
    }
    int at = optind;
    if (wants_help || (at < argc && strcmp(argv[at], "help") == 0)) {
        *is_answered = true;
        bool is_word = at < argc && strcmp(argv[at], "help") == 0;
        return answer_help(at + is_word < argc ? argv[at + is_word] : NULL, e);
    }
    if (at >= argc) {
        err_set(e, ERR_USAGE, "no command");
        return err_hint(e, "daybook help lists commands");
    }
    return read_job(argc - at, argv + at, command, is_answered, e);
}
