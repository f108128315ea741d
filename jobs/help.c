#include "jobs/help.h"

#include <string.h>

#include "jobs/job.h"

struct exit_text {
    int status;
    const char *text;
};

/* FORMATS.md 12 */
static const struct exit_text exit_texts[] = {
    {0, "done"},
    {1, "failed: the program is wrong, please report it"},
    {2, "the command line or the settings are wrong"},
    {3, "done, but this run found something that needs a person (also: an import that was refused)"},
    {4, "the database refused or went away; nothing is half done"},
    {5, "a server refused or went away"},
    {6, "a disk refused: full, or no right to write"},
    {75, "another run holds the lock"},
};
enum { EXIT_TEXTS = sizeof exit_texts / sizeof exit_texts[0] };

static const struct job_option common_options[] = {
    {"config", "FILE", "settings; else $DAYBOOK_CONFIG, else " SETTINGS_DEFAULT_PATH},
    {"date", "YYYY-MM-DD", "the day being closed; default: the open date, the day after the last sealed one"},
    {"dry-run", NULL, "do all, but keep nothing and send nothing"},
    {"json", NULL, "print the counts as a JSON object on standard output"},
    {"verbose, -v", NULL, "log more"},
    {"quiet, -q", NULL, "log only what needs a person"},
    {"version", NULL, "print the version"},
    {"help, -h", NULL, "print this, or the help of a command"},
    {NULL, NULL, NULL},
};

static void print_options(FILE *out, const struct job_option *options)
{
    for (; options && options->name; options++) {
        char left[64];
        (void)snprintf(left, sizeof left, "--%s%s%s", options->name, options->value ? " " : "",
                       options->value ? options->value : "");
        (void)fprintf(out, "  %-22s %s\n", left, options->help);
    }
}

static void print_left(FILE *out, const struct job *job)
{
    char left[64];
    (void)snprintf(left, sizeof left, "%s%s%s", job->name, *job->arguments ? " " : "", job->arguments);
    (void)fprintf(out, "  %-22s %s\n", left, job->summary);
}

void help_print_overview(FILE *out)
{
    const struct job *job;
    (void)fputs("daybook closes the day of a campus-card data centre.\n\n"
                "  daybook [--config FILE] COMMAND [--date YYYY-MM-DD] [--dry-run] [--json] [-v|-q] ...\n\n"
                "Commands\n",
                out);
    for (size_t i = 0; (job = command_job(i)); i++)
        print_left(out, job);
    (void)fputs("  help [COMMAND]         this list, or what a command does\n"
                "  help sample            a settings file to begin with\n"
                "  help manual            the manual page, for man -l\n\nOptions\n",
                out);
    print_options(out, common_options);
    (void)fputs("\nExit status\n", out);
    for (size_t i = 0; i < EXIT_TEXTS; i++)
        (void)fprintf(out, "  %-3d %s\n", exit_texts[i].status, exit_texts[i].text);
}

void help_print_job(FILE *out, const struct job *job)
{
    (void)fprintf(out, "daybook %s%s%s\n\n%s.\n", job->name, *job->arguments ? " " : "", job->arguments,
                  job->summary);
    if (job->details)
        (void)fprintf(out, "\n%s\n", job->details);
    if (job->needs & JOB_DATE)
        (void)fputs(
            "\nThe day is --date, by default the open date; before the first seal it must be given.\n", out);
    if (job->options) {
        (void)fputs("\nOptions of this command\n", out);
        print_options(out, job->options);
    }
    (void)fputs("\nOptions of every command: daybook help\n", out);
}

/* ---- the manual page */

/* Backslashes, hyphens and leading dots mean something to roff. */
static void put_roff(FILE *out, const char *text)
{
    bool at_start = true;
    for (; *text; text++) {
        if (at_start && (*text == '.' || *text == '\''))
            (void)fputs("\\&", out);
        if (*text == '\\')
            (void)fputs("\\e", out);
        else if (*text == '-')
            (void)fputs("\\-", out);
        else
            (void)fputc(*text, out);
        at_start = *text == '\n';
    }
}

static void put_manual_options(FILE *out, const struct job_option *options)
{
    for (; options && options->name; options++) {
        (void)fputs(".TP\n\\fB\\-\\-", out);
        put_roff(out, options->name);
        (void)fputs("\\fR", out);
        if (options->value)
            (void)fprintf(out, " \\fI%s\\fR", options->value);
        (void)fputc('\n', out);
        put_roff(out, options->help);
        (void)fputc('\n', out);
    }
}

static void put_manual_job(FILE *out, const struct job *job)
{
    (void)fprintf(out, ".TP\n\\fB%s\\fR", job->name);
    if (*job->arguments)
        (void)fprintf(out, " \\fI%s\\fR", job->arguments);
    (void)fputc('\n', out);
    put_roff(out, job->summary);
    (void)fputs(".\n", out);
    if (job->details) {
        put_roff(out, job->details);
        (void)fputc('\n', out);
    }
    if (job->options) {
        (void)fputs(".RS\n", out);
        put_manual_options(out, job->options);
        (void)fputs(".RE\n", out);
    }
}

void help_print_manual(FILE *out)
{
    const struct job *job;
    (void)fputs(
        ".TH DAYBOOK 1 \"\" \"daybook " DAYBOOK_VERSION "\" \"Daybook\"\n"
        ".SH NAME\ndaybook \\- closes the day of a campus\\-card data centre\n"
        ".SH SYNOPSIS\n\\fBdaybook\\fR [\\fB\\-\\-config\\fR \\fIFILE\\fR] \\fICOMMAND\\fR "
        "[\\fB\\-\\-date\\fR \\fIYYYY\\-MM\\-DD\\fR] [\\fB\\-\\-dry\\-run\\fR] [\\fB\\-\\-json\\fR] "
        "[\\fB\\-v\\fR|\\fB\\-q\\fR] ...\n"
        ".SH DESCRIPTION\nEvery night cron runs it: it pulls the terminals' log archives over SFTP, proves "
        "each record, posts it to a double\\-entry ledger in PostgreSQL, settles the merchants, seals the "
        "day and has the morning reports ready. Every job may be killed and run again.\n"
        ".SH COMMANDS\n",
        out);
    for (size_t i = 0; (job = command_job(i)); i++)
        put_manual_job(out, job);
    (void)fputs(
        ".TP\n\\fBhelp\\fR [\\fICOMMAND\\fR]\nthe list of commands, or what one does; \\fBhelp sample\\fR "
        "prints a settings file, \\fBhelp manual\\fR this page\n.SH OPTIONS\n",
        out);
    put_manual_options(out, common_options);
    (void)fputs(".SH EXIT STATUS\n", out);
    for (size_t i = 0; i < EXIT_TEXTS; i++) {
        (void)fprintf(out, ".TP\n\\fB%d\\fR\n", exit_texts[i].status);
        put_roff(out, exit_texts[i].text);
        (void)fputc('\n', out);
    }
    (void)fputs(
        ".SH ENVIRONMENT\n.TP\n\\fBDAYBOOK_CONFIG\\fR\nthe settings file, where \\-\\-config is not given\n"
        ".SH FILES\n.TP\n" SETTINGS_DEFAULT_PATH "\nthe settings\n.TP\n"
        "the intake folder\nevery byte that came in, by its SHA\\-256: never removed\n.TP\n"
        "the outbox folder\nmorning pages and statements\n",
        out);
    settings_write_manual(out);
    (void)fputs(".SH SEE ALSO\n.BR psql (1),\n.BR sftp (1),\n.BR openssl (1),\n.BR cron (8)\n", out);
}
