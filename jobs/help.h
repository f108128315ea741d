/* help: what `daybook help` prints, made from the table of commands and the table of settings. */
#ifndef DAYBOOK_JOBS_HELP_H
#define DAYBOOK_JOBS_HELP_H

#include <stdio.h>

struct job;

/* Errors of writing stay in the stream, where the caller looks for them. */
void help_print_overview(FILE *out);
void help_print_job(FILE *out, const struct job *job);
void help_print_manual(FILE *out); /* roff with the man macros */

#endif
