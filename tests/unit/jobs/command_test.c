#include "jobs/command.h"

#include <stdlib.h>

#include "jobs/job.h"
#include "tests/unit/tap.h"

enum { WORDS_MAX = 16 };

/* Reads a command line written with blanks between its words. */
static bool read_line(const char *line, struct command *command, struct err *e)
{
    static char text[512]; /* the arguments of the command point into it */
    static char *words[WORDS_MAX];
    int count = 0;
    bool is_answered = false;
    snprintf(text, sizeof text, "daybook %s", line);
    for (char *word = strtok(text, " "); word && count < WORDS_MAX - 1; word = strtok(NULL, " "))
        words[count++] = word;
    words[count] = NULL;
    return command_read(count, words, command, &is_answered, e);
}

static void reads_options_anywhere(void)
{
    struct command c;
    struct err e;
    unsetenv("DAYBOOK_CONFIG");
    CHECK(read_line("--config /c -q import --date 2026-03-02 school a.csv --dry-run b.csv --json", &c, &e),
          "options may stand before and behind the job's name");
    CHECK_TEXT(c.job->name, "import", "the job is found");
    CHECK_TEXT(c.config_path, "/c", "--config is taken");
    CHECK(c.is_dry_run && c.is_json && c.verbosity == -1, "--dry-run, --json and -q are taken");
    CHECK(c.argument_count == 3 && strcmp(c.arguments[0], "school") == 0 &&
              strcmp(c.arguments[2], "b.csv") == 0,
          "arguments keep their order");
    char day[DATE_TEXT_BYTES];
    date_format(c.date, day);
    CHECK_TEXT(day, "2026-03-02", "--date is taken");
}

static void finds_the_settings(void)
{
    struct command c;
    struct err e;
    unsetenv("DAYBOOK_CONFIG");
    CHECK(read_line("status", &c, &e), "a job without arguments is read");
    CHECK_TEXT(c.config_path, "/etc/daybook/daybook.conf", "the settings lie in /etc by default");
    CHECK_INT(c.date, DATE_NO_DAY, "there is no date by default");
    setenv("DAYBOOK_CONFIG", "/from/environment", 1);
    CHECK(read_line("status", &c, &e), "the environment may name the settings");
    CHECK_TEXT(c.config_path, "/from/environment", "DAYBOOK_CONFIG is taken");
    CHECK(read_line("--config /c status", &c, &e), "the command line may name them");
    CHECK_TEXT(c.config_path, "/c", "--config goes before DAYBOOK_CONFIG");
    unsetenv("DAYBOOK_CONFIG");
}

static void knows_the_options_of_a_job(void)
{
    struct command c;
    struct err e;
    CHECK(read_line("audit --from 2026-03-02", &c, &e), "a job's own option is read");
    CHECK_TEXT(command_option(&c, "from"), "2026-03-02", "with its value");
    CHECK(command_option(&c, "to") == NULL, "one that is not given is NULL");
    CHECK(!read_line("status --from 2026-03-02", &c, &e) && e.kind == ERR_USAGE,
          "another job does not take it");
}

static const struct {
    const char *line;
    const char *words;
    const char *fact;
} refused[] = {
    {"", "no command", "refuses an empty command line"},
    {"bananas", "bananas", "refuses an unknown command"},
    {"roster", "roster", "refuses a job that this edition does not have"},
    {"--colour status", "--colour", "refuses an unknown option"},
    {"status -x", "-x", "refuses an unknown letter"},
    {"status --date", "--date", "refuses an option without its value"},
    {"status --date 2026-02-30", "2026-02-30", "refuses a date that does not exist"},
    {"status now", "now", "refuses an argument too many"},
    {"import school", "KIND FILE", "refuses an argument too few"},
    {"import bananas x.csv", "bananas", "refuses an unknown kind of reference data"},
};

static void refuses_what_is_wrong(void)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct command c;
        struct err e;
        bool is_read = read_line(refused[i].line, &c, &e);
        if (!CHECK(!is_read && e.kind == ERR_USAGE && strstr(e.message, refused[i].words), refused[i].fact))
            printf("#   %s\n", is_read ? "it was read" : e.message);
    }
}

/* The table that help, manual and parser share. */
static void every_job_is_described(void)
{
    const struct job *job;
    bool good = true;
    for (size_t i = 0; (job = command_job(i)); i++)
        good = good && job->name && job->summary && job->arguments && job->run &&
               command_find(job->name) == job && job->arguments_min <= job->arguments_max &&
               job->summary[strlen(job->summary) - 1] != '.';
    CHECK(good, "every job has a name of its own, a summary without a full stop, and something to do");
}

int main(void)
{
    reads_options_anywhere();
    finds_the_settings();
    knows_the_options_of_a_job();
    refuses_what_is_wrong();
    every_job_is_described();
    return tap_end();
}
