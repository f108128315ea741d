/* options: the settings file. Every key is declared once, in a table that jobs/settings.c owns; from it come the
 * parser, the sample file, the manual and `daybook doctor`. INI is read by inih (DESIGN.md 7). */
#ifndef DAYBOOK_BASE_OPTIONS_H
#define DAYBOOK_BASE_OPTIONS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"

enum option_type { OPTION_TEXT, OPTION_INT, OPTION_BOOL, OPTION_PATH, OPTION_CHOICE };

struct option {
    const char *section;  /* "site", "source" (named: "[source NAME]") */
    bool is_named;        /* the section carries a name */
    const char *key;      /* "name"; "over_limit_single_fen.*" takes any suffix */
    enum option_type type;
    const char *fallback; /* default as text, NULL = none */
    bool is_required;     /* in each section of that kind that is present; a plain section must be present */
    bool is_secret;       /* never shown by doctor */
    int64_t minimum, maximum; /* of OPTION_INT */
    const char *choices;  /* OPTION_CHOICE: "required|optional" */
    const char *help;     /* one sentence, for the sample and the manual */
    const char *sample;   /* value shown in the sample file, NULL = fallback */
};

struct options;

/* Reads path. An unknown section or key, a value of the wrong type or range, a key given twice are ERR_USAGE with
 * file and line. Memory comes from the arena. */
MUST_CHECK bool options_read(struct arena *arena, const char *path, const struct option *table, size_t count,
                             struct options **options, struct err *e);

/* The value, or the declared default, or NULL. name is NULL for plain sections. Asking for a key that the table does
 * not declare is a bug and stops the process. */
const char *options_text(const struct options *o, const char *section, const char *name, const char *key);
int64_t options_int(const struct options *o, const char *section, const char *name, const char *key);
bool options_bool(const struct options *o, const char *section, const char *name, const char *key);
/* Wildcard keys: the value of prefix + "." + suffix, else of prefix itself or its default. */
const char *options_text_for(const struct options *o, const char *section, const char *prefix, const char *suffix);
/* Names of the sections of a kind in the order of the file; NULL after the last. */
const char *options_name(const struct options *o, const char *section, size_t index);
/* Suffixes given in the file for a wildcard prefix, in its order; NULL after the last. */
const char *options_suffix(const struct options *o, const char *section, const char *prefix, size_t index);

/* The sample settings file, and the same as a man page section (roff). */
void options_write_sample(FILE *out, const struct option *table, size_t count);
void options_write_manual(FILE *out, const struct option *table, size_t count);

#endif
