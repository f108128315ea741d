#include <string.h>

#include "base/options.h"
#include "base/str.h"

enum { TERMS_BYTES = 4096 };

static bool is_first_of_section(const struct option *table, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(table[i].section, table[index].section) == 0)
            return false;
    return true;
}

/* The length of a key without ".*", and whether there was one. */
static int key_length(const struct option *option, bool *is_wildcard)
{
    size_t length = strlen(option->key);
    *is_wildcard = length > 2 && strcmp(option->key + length - 2, ".*") == 0;
    return (int)(*is_wildcard ? length - 2 : length);
}

/* "required; 1 to 100; default 5": what the help does not say. */
static void write_terms(FILE *out, const struct option *option)
{
    struct buf terms;
    bool is_wildcard = false;
    int length = key_length(option, &is_wildcard);
    buf_open(&terms, TERMS_BYTES);
    if (option->is_required)
        buf_add_text(&terms, "; required");
    if (option->type == OPTION_BOOL)
        buf_add_text(&terms, "; yes or no");
    if (option->type == OPTION_INT && (option->minimum != 0 || option->maximum != 0))
        buf_printf(&terms, "; %lld to %lld", (long long)option->minimum, (long long)option->maximum);
    if (option->type == OPTION_CHOICE) {
        buf_add_text(&terms, "; one of ");
        for (const char *c = option->choices; *c; c++)
            buf_add(&terms, *c == '|' ? ", " : c, *c == '|' ? 2 : 1);
    }
    if (option->fallback && option->fallback[0])
        buf_printf(&terms, "; default %s", option->fallback);
    if (is_wildcard)
        buf_printf(&terms, "; also %.*s.SUFFIX", length, option->key);
    if (terms.length > 2)
        (void)fprintf(out, " (%s)", terms.data + 2);
    buf_close(&terms);
}

static void write_sample_option(FILE *out, const struct option *option)
{
    bool is_wildcard = false;
    int length = key_length(option, &is_wildcard);
    const char *value = option->sample ? option->sample : option->fallback;
    /* A key that may stay away, with nothing better than its default to show, is shown as a comment. */
    bool is_comment = !option->is_required && !option->sample;
    (void)fprintf(out, "# %s", option->help);
    write_terms(out, option);
    (void)fprintf(out, "\n%s%.*s = %s\n", is_comment ? "#" : "", length, option->key, value ? value : "");
}

void options_write_sample(FILE *out, const struct option *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_first_of_section(table, i))
            continue;
        (void)fprintf(out, "%s[%s%s]\n", i ? "\n" : "", table[i].section, table[i].is_named ? " NAME" : "");
        for (size_t k = i; k < count; k++)
            if (strcmp(table[k].section, table[i].section) == 0)
                write_sample_option(out, &table[k]);
    }
}

/* roff takes a backslash, a dash and a dot or quote at the start of a line for its own. */
static void write_roff(FILE *out, const char *text)
{
    if (text[0] == '.' || text[0] == '\'')
        (void)fputs("\\&", out);
    for (const char *c = text; *c; c++) {
        if (*c == '\\')
            (void)fputs("\\e", out);
        else if (*c == '-')
            (void)fputs("\\-", out);
        else
            (void)fputc(*c, out);
    }
}

void options_write_manual(FILE *out, const struct option *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_first_of_section(table, i))
            continue;
        (void)fprintf(out, ".SS [%s%s]\n", table[i].section, table[i].is_named ? " NAME" : "");
        for (size_t k = i; k < count; k++) {
            bool is_wildcard = false;
            if (strcmp(table[k].section, table[i].section) != 0)
                continue;
            (void)fprintf(out, ".TP\n.B %.*s\n", key_length(&table[k], &is_wildcard), table[k].key);
            write_roff(out, table[k].help);
            write_terms(out, &table[k]);
            (void)fputc('\n', out);
        }
    }
}
