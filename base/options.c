#include "base/options.h"

#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "base/fsfile.h"
#include "base/str.h"

enum { FILE_BYTES = 1024 * 1024, LINE_BYTES = 8192, NAME_BYTES = 64 };

/* Debian builds inih with this limit as a variable; where it is a constant the symbol is not there and lines
 * keep to inih's own 200 bytes. */
extern int ini_max_line __attribute__((weak));

struct section {
    const char *kind;
    const char *name; /* NULL for a plain section */
    int line_number;
    struct section *next;
};

struct entry {
    const struct section *section;
    const struct option *option;
    const char *key; /* as in the file: with its suffix where it has one */
    const char *value;
    int line_number;
    struct entry *next;
};

struct options {
    const struct option *table;
    size_t count;
    struct section *sections; /* both lists in the order of the file */
    struct entry *entries;
};

/* What reader and handler of inih share. */
struct parse {
    struct options *options;
    struct arena *arena;
    const char *path;
    const char *at; /* the rest of the text */
    int line_number;
    bool failed;
    struct section *section; /* that the lines belong to, NULL before the first */
    struct section **next_section;
    struct entry **next_entry;
    struct err *e;
};

/* The length of the key before ".*", or 0 when it is no wildcard. */
static size_t wildcard_length(const struct option *option)
{
    size_t length = strlen(option->key);
    return length > 2 && strcmp(option->key + length - 2, ".*") == 0 ? length - 2 : 0;
}

static bool key_matches(const struct option *option, const char *key)
{
    size_t prefix = wildcard_length(option);
    if (prefix == 0)
        return strcmp(option->key, key) == 0;
    return strncmp(option->key, key, prefix) == 0 &&
           (key[prefix] == '\0' || (key[prefix] == '.' && key[prefix + 1]));
}

/* A key that is declared as it stands goes before a wildcard. */
static const struct option *find_option(const struct options *o, const char *section, const char *key)
{
    const struct option *found = NULL;
    for (size_t i = 0; i < o->count; i++) {
        const struct option *option = &o->table[i];
        if (strcmp(option->section, section) != 0 || !key_matches(option, key))
            continue;
        if (strcmp(option->key, key) == 0)
            return option;
        found = option;
    }
    return found;
}

static bool fail_line(struct parse *p, struct err *e, int line_number)
{
    p->failed = true;
    return err_context(e, "\"%s\" line %d", p->path, line_number);
}

static bool fail_here(struct parse *p)
{
    return fail_line(p, p->e, p->line_number);
}

/* "hint: the keys of [site] are name, timezone" */
static void hint_keys(const struct options *o, const char *section, struct err *e)
{
    struct buf list;
    buf_open(&list, sizeof e->hint);
    for (size_t i = 0; i < o->count; i++)
        if (strcmp(o->table[i].section, section) == 0)
            buf_printf(&list, "%s%s", list.length ? ", " : "", o->table[i].key);
    if (list.data)
        (void)err_hint(e, "the keys of [%s] are %s", section, list.data);
    buf_close(&list);
}

static void hint_sections(const struct options *o, struct err *e)
{
    struct buf list;
    buf_open(&list, sizeof e->hint);
    for (size_t i = 0; i < o->count; i++)
        if (i == 0 || strcmp(o->table[i].section, o->table[i - 1].section) != 0)
            buf_printf(&list, "%s[%s%s]", list.length ? ", " : "", o->table[i].section,
                       o->table[i].is_named ? " NAME" : "");
    if (list.data)
        (void)err_hint(e, "the sections are %s", list.data);
    buf_close(&list);
}

static bool name_is_good(const char *name)
{
    size_t length = strlen(name);
    for (const char *c = name; *c; c++)
        if ((unsigned char)*c < 0x80 &&
            !strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-", *c))
            return false;
    return length > 0 && length <= NAME_BYTES;
}

static bool check_heading(struct parse *p, const struct section *section)
{
    const struct option *first = NULL;
    for (size_t i = 0; i < p->options->count && !first; i++)
        if (strcmp(p->options->table[i].section, section->kind) == 0)
            first = &p->options->table[i];
    if (!first) {
        (void)err_set(p->e, ERR_USAGE, "unknown section [%s]", section->kind);
        hint_sections(p->options, p->e);
        return false;
    }
    if (first->is_named && !section->name)
        return err_set(p->e, ERR_USAGE, "section [%s] needs a name: [%s NAME]", section->kind, section->kind);
    if (!first->is_named && section->name)
        return err_set(p->e, ERR_USAGE, "section [%s] takes no name: \"%s\"", section->kind, section->name);
    if (section->name && !name_is_good(section->name)) {
        (void)err_set(p->e, ERR_USAGE, "the name \"%s\" of a section [%s] is not good", section->name,
                      section->kind);
        return err_hint(p->e, "at most %d letters, digits, _ . and -", NAME_BYTES);
    }
    for (const struct section *s = p->options->sections; s; s = s->next)
        if (strcmp(s->kind, section->kind) == 0 && (!s->name || strcmp(s->name, section->name) == 0))
            return err_set(p->e, ERR_USAGE, "section [%s%s%s] is there twice, first in line %d", s->kind,
                           s->name ? " " : "", s->name ? s->name : "", s->line_number);
    return true;
}

/* Cuts blanks off both ends, in place. */
static char *trim(char *text)
{
    static const char blanks[] = " \t\r\n";
    text += strspn(text, blanks);
    size_t length = strlen(text);
    while (length > 0 && strchr(blanks, text[length - 1]))
        text[--length] = '\0';
    return text;
}

/* inih tells of a section with its first key only, and cuts long headings off. */
static bool take_heading(struct parse *p, const char *line, size_t length)
{
    const char *close = memchr(line, ']', length);
    if (!close)
        return true; /* inih refuses this line */
    struct section *section = arena_alloc(p->arena, sizeof *section, p->e);
    char *heading = section ? arena_copy(p->arena, line + 1, (size_t)(close - line) - 1, p->e) : NULL;
    if (!heading)
        return false;
    section->kind = trim(heading);
    section->line_number = p->line_number;
    char *blank = strpbrk(heading = trim(heading), " \t");
    if (blank) {
        *blank = '\0';
        section->name = trim(blank + 1);
    }
    if (!check_heading(p, section))
        return false;
    *p->next_section = section;
    p->next_section = &section->next;
    p->section = section;
    return true;
}

/* Hands inih the next line without its leading blanks (which would make it the rest of the line before) and
 * without comments (which may be longer than a line of inih). */
static char *read_line(char *line, int line_bytes, void *context)
{
    struct parse *p = context;
    if (*p->at == '\0' || p->failed)
        return NULL;
    p->line_number++;
    size_t length = strcspn(p->at, "\n");
    const char *text = p->at;
    p->at += length + (p->at[length] == '\n');
    size_t blanks = strspn(text, " \t\r");
    blanks = blanks < length ? blanks : length;
    text += blanks;
    length -= blanks;
    if (length > 0 && (text[0] == '#' || text[0] == ';'))
        length = 0;
    if (length + 1 > (size_t)line_bytes) {
        (void)err_set(p->e, ERR_USAGE, "the line has %zu bytes, more than %d", length, line_bytes - 1);
        (void)fail_here(p);
        return NULL;
    }
    if (length > 0 && text[0] == '[' && !take_heading(p, text, length)) {
        (void)fail_here(p);
        return NULL;
    }
    memcpy(line, text, length);
    line[length] = '\0';
    return line;
}

static bool check_int(const struct option *option, const char *value, struct err *e)
{
    int64_t number = 0;
    bool negative = value[0] == '-';
    if (!str_to_int64(str_of(value + negative), &number))
        return err_set(e, ERR_USAGE, "\"%s\" wants a whole number, not \"%s\"", option->key, value);
    number = negative ? -number : number;
    bool has_range = option->minimum != 0 || option->maximum != 0;
    if (has_range && (number < option->minimum || number > option->maximum))
        return err_set(e, ERR_USAGE, "\"%s\" wants a number from %lld to %lld, not \"%s\"", option->key,
                       (long long)option->minimum, (long long)option->maximum, value);
    return true;
}

static bool is_one_of(const char *choices, const char *value)
{
    size_t length = strlen(value);
    for (const char *at = choices; at;) {
        size_t choice = strcspn(at, "|");
        if (choice == length && strncmp(at, value, length) == 0)
            return true;
        at = at[choice] == '|' ? at + choice + 1 : NULL;
    }
    return false;
}

static bool is_yes(const char *value)
{
    return is_one_of("yes|true|on|1", value);
}

static bool check_value(const struct option *option, const char *value, struct err *e)
{
    switch (option->type) {
    case OPTION_INT:
        return check_int(option, value, e);
    case OPTION_BOOL:
        return is_yes(value) || is_one_of("no|false|off|0", value) ||
               err_set(e, ERR_USAGE, "\"%s\" wants yes or no, not \"%s\"", option->key, value);
    case OPTION_CHOICE:
        return is_one_of(option->choices, value) ||
               err_set(e, ERR_USAGE, "\"%s\" wants one of %s, not \"%s\"", option->key, option->choices,
                       value);
    case OPTION_PATH: /* cron starts jobs in a folder of its own */
        return value[0] == '/' || err_set(e, ERR_USAGE, "\"%s\" wants a path that begins with /, not \"%s\"",
                                          option->key, value);
    case OPTION_TEXT:
        break;
    }
    return !option->is_required || value[0] || err_set(e, ERR_USAGE, "\"%s\" is empty", option->key);
}

static bool check_entry(struct parse *p, const char *key, const char *value, const struct option **option)
{
    if (!p->section)
        return err_set(p->e, ERR_USAGE, "\"%s\" stands before the first section", key);
    *option = find_option(p->options, p->section->kind, key);
    if (!*option) {
        (void)err_set(p->e, ERR_USAGE, "unknown key \"%s\" in [%s]", key, p->section->kind);
        hint_keys(p->options, p->section->kind, p->e);
        return false;
    }
    for (const struct entry *entry = p->options->entries; entry; entry = entry->next)
        if (entry->section == p->section && strcmp(entry->key, key) == 0)
            return err_set(p->e, ERR_USAGE, "\"%s\" is there twice, first in line %d", key,
                           entry->line_number);
    return check_value(*option, value, p->e);
}

/* Takes one key of the file; 0 tells inih that it was refused. */
static int take_entry(void *context, const char *section, const char *key, const char *value)
{
    (void)section; /* cut off by inih where it is long: p->section is whole */
    struct parse *p = context;
    const struct option *option = NULL;
    if (p->failed)
        return 0;
    if (!check_entry(p, key, value, &option))
        return fail_here(p);
    struct entry *entry = arena_alloc(p->arena, sizeof *entry, p->e);
    char *key_copy = entry ? arena_copy(p->arena, key, strlen(key), p->e) : NULL;
    char *value_copy = key_copy ? arena_copy(p->arena, value, strlen(value), p->e) : NULL;
    if (!value_copy)
        return fail_here(p);
    *entry = (struct entry){p->section, option, key_copy, value_copy, p->line_number, NULL};
    *p->next_entry = entry;
    p->next_entry = &entry->next;
    return 1;
}

static const struct entry *find_entry(const struct options *o, const struct section *section, const char *key)
{
    for (const struct entry *entry = o->entries; entry; entry = entry->next)
        if (entry->section == section && strcmp(entry->key, key) == 0)
            return entry;
    return NULL;
}

static const struct section *find_section(const struct options *o, const char *kind, const char *name)
{
    for (const struct section *s = o->sections; s; s = s->next)
        if (strcmp(s->kind, kind) == 0 && (name ? s->name && strcmp(s->name, name) == 0 : !s->name))
            return s;
    return NULL;
}

static bool check_required(struct parse *p)
{
    const struct options *o = p->options;
    for (size_t i = 0; i < o->count; i++) {
        const struct option *option = &o->table[i];
        if (!option->is_required)
            continue;
        if (!option->is_named && !find_section(o, option->section, NULL)) {
            (void)err_set(p->e, ERR_USAGE, "\"%s\": section [%s] is missing", p->path, option->section);
            return err_hint(p->e, "it must hold \"%s\"", option->key);
        }
        for (const struct section *s = o->sections; s; s = s->next)
            if (strcmp(s->kind, option->section) == 0 && !find_entry(o, s, option->key)) {
                (void)err_set(p->e, ERR_USAGE, "\"%s\" is missing in [%s%s%s]", option->key, s->kind,
                              s->name ? " " : "", s->name ? s->name : "");
                return fail_line(p, p->e, s->line_number);
            }
    }
    return true;
}

static bool parse_text(struct parse *p)
{
    if (&ini_max_line)
        ini_max_line = LINE_BYTES;
    int line_number = ini_parse_stream(read_line, p, take_entry, p);
    if (p->failed)
        return false;
    if (line_number != 0) {
        p->line_number = line_number;
        (void)err_set(p->e, ERR_USAGE, "neither [section] nor key = value");
        return fail_here(p);
    }
    return check_required(p);
}

bool options_read(struct arena *arena, const char *path, const struct option *table, size_t count,
                  struct options **options, struct err *e)
{
    const char *text = NULL;
    size_t length = 0;
    if (!fsfile_read(arena, path, FILE_BYTES, &text, &length, e)) {
        e->kind = ERR_USAGE;
        (void)err_context(e, "the settings cannot be read");
        return err_hint(
            e, "--config FILE or DAYBOOK_CONFIG names them; \"daybook help sample\" prints a sample");
    }
    if (!str_is_utf8((struct str){text, length}))
        return err_set(e, ERR_USAGE, "the settings \"%s\" are not utf-8 text", path);
    struct options *read = arena_alloc(arena, sizeof *read, e);
    if (!read)
        return false;
    *read = (struct options){.table = table, .count = count};
    if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
        text += 3;
    struct parse parse = {.options = read, .arena = arena, .path = path, .at = text, .e = e};
    parse.next_section = &read->sections;
    parse.next_entry = &read->entries;
    if (!parse_text(&parse))
        return false;
    *options = read;
    return true;
}

/* Stops on a key that the table does not declare. */
static const char *value_of(const struct options *o, const char *section, const char *name, const char *key)
{
    const struct option *option = find_option(o, section, key);
    ALWAYS(option && option->is_named == (name != NULL));
    const struct section *there = find_section(o, section, name);
    const struct entry *entry = there ? find_entry(o, there, key) : NULL;
    return entry ? entry->value : option->fallback;
}

const char *options_text(const struct options *o, const char *section, const char *name, const char *key)
{
    return value_of(o, section, name, key);
}

int64_t options_int(const struct options *o, const char *section, const char *name, const char *key)
{
    const char *text = value_of(o, section, name, key);
    int64_t value = 0;
    bool is_number = text && str_to_int64(str_of(text + (text[0] == '-')), &value);
    ALWAYS(is_number);
    return text[0] == '-' ? -value : value;
}

bool options_bool(const struct options *o, const char *section, const char *name, const char *key)
{
    const char *text = value_of(o, section, name, key);
    return text && is_yes(text);
}

const char *options_text_for(const struct options *o, const char *section, const char *prefix,
                             const char *suffix)
{
    const struct section *there = find_section(o, section, NULL);
    for (const struct entry *entry = o->entries; entry; entry = entry->next) {
        size_t length = strlen(prefix);
        if (entry->section == there && strncmp(entry->key, prefix, length) == 0 &&
            entry->key[length] == '.' && strcmp(entry->key + length + 1, suffix) == 0)
            return entry->value;
    }
    return value_of(o, section, NULL, prefix);
}

const char *options_name(const struct options *o, const char *section, size_t index)
{
    for (const struct section *s = o->sections; s; s = s->next)
        if (strcmp(s->kind, section) == 0 && index-- == 0)
            return s->name;
    return NULL;
}

const char *options_suffix(const struct options *o, const char *section, const char *prefix, size_t index)
{
    const struct section *there = find_section(o, section, NULL);
    size_t length = strlen(prefix);
    for (const struct entry *entry = o->entries; entry; entry = entry->next)
        if (entry->section == there && strncmp(entry->key, prefix, length) == 0 &&
            entry->key[length] == '.' && index-- == 0)
            return entry->key + length + 1;
    return NULL;
}
