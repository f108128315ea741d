#include "base/options.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/golden.h"

static const struct option table[] = {
    {.section = "site", .key = "name", .is_required = true, .help = "The bureau's name.", .sample = "日清"},
    {.section = "site",
     .key = "intake",
     .type = OPTION_PATH,
     .fallback = "/var/lib/in",
     .help = "Where bytes go."},
    {.section = "database", .key = "conninfo", .fallback = "dbname=daybook", .help = "Of libpq."},
    {.section = "source",
     .is_named = true,
     .key = "host",
     .is_required = true,
     .help = "Its name.",
     .sample = "h"},
    {.section = "source",
     .is_named = true,
     .key = "port",
     .type = OPTION_INT,
     .fallback = "22",
     .minimum = 1,
     .maximum = 65535,
     .help = "Its port."},
    {.section = "source",
     .is_named = true,
     .key = "signature",
     .type = OPTION_CHOICE,
     .fallback = "required",
     .choices = "required|optional",
     .help = "Whether packages are signed."},
    {.section = "rules",
     .key = "over_fen.*",
     .type = OPTION_INT,
     .fallback = "20000",
     .minimum = -5,
     .maximum = 100000,
     .help = "Limit -of a class-."},
    {.section = "rules", .key = "over_fen.old", .type = OPTION_TEXT, .help = ".A key of its own."},
    {.section = "rules", .key = "mail", .type = OPTION_BOOL, .fallback = "no", .help = "With \\ in it."},
    {.section = "rules", .key = "free", .type = OPTION_INT, .help = "Any number."},
};
enum { COUNT = sizeof table / sizeof table[0] };

static struct err e;
static struct arena *arena;
static char path[] = "/tmp/daybook-options-XXXXXX";

static bool read_text(const char *text, struct options **options)
{
    FILE *file = fopen(path, "w");
    ALWAYS(file && fputs(text, file) >= 0 && fclose(file) == 0);
    return options_read(arena, path, table, COUNT, options, &e);
}

static struct options *must_read(const char *text)
{
    struct options *options = NULL;
    if (!read_text(text, &options))
        printf("# unexpected: %s\n", e.message);
    ALWAYS(options);
    return options;
}

static void test_values(void)
{
    const struct options *o = must_read("\xEF\xBB\xBF# a comment\r\n"
                                        "; another\n"
                                        "[site]\r\n"
                                        "  name = 市 教育局 = a:b ; said so\r\n"
                                        "\n"
                                        "[source  beta ]\n\thost: b.example\nport=2222\n"
                                        "signature = optional\n"
                                        "[source alpha]\nhost = a # not a comment\n"
                                        "[rules]\nover_fen.77 = -5\nover_fen.staff = 100000\nmail = on\n"
                                        "free = -9000000000");
    CHECK_TEXT(options_text(o, "site", NULL, "name"), "市 教育局 = a:b", "text is kept up to a comment");
    CHECK_TEXT(options_text(o, "site", NULL, "intake"), "/var/lib/in", "a key left out has its default");
    CHECK_TEXT(options_text(o, "database", NULL, "conninfo"), "dbname=daybook",
               "a section left out has defaults");
    CHECK_TEXT(options_text(o, "source", "beta", "host"), "b.example", "a named section has its own values");
    CHECK_INT(options_int(o, "source", "beta", "port"), 2222, "a number is read");
    CHECK_INT(options_int(o, "source", "alpha", "port"), 22, "a number left out has its default");
    CHECK_TEXT(options_text(o, "source", "alpha", "host"), "a # not a comment",
               "a # inside a value is its own");
    CHECK_TEXT(options_text(o, "source", "beta", "signature"), "optional", "a choice is read");
    CHECK_TEXT(options_text(o, "source", "gone", "signature"), "required",
               "a name that is not there has defaults");
    CHECK(options_bool(o, "rules", NULL, "mail"), "on is yes");
    CHECK_INT(options_int(o, "rules", NULL, "free"), -9000000000, "a number without a range may be any");
    CHECK_TEXT(options_name(o, "source", 0), "beta", "names come in the order of the file");
    CHECK_TEXT(options_name(o, "source", 1), "alpha", "every name comes");
    CHECK(!options_name(o, "source", 2) && !options_name(o, "bank", 0), "after the last name comes none");
    CHECK_TEXT(options_text_for(o, "rules", "over_fen", "77"), "-5", "a suffix has its own value");
    CHECK_TEXT(options_text_for(o, "rules", "over_fen", "7"), "20000", "another suffix has the default");
    CHECK_TEXT(options_suffix(o, "rules", "over_fen", 1), "staff", "suffixes come in the order of the file");
    CHECK(!options_suffix(o, "rules", "over_fen", 2) && !options_suffix(o, "rules", "mail", 0),
          "after the last suffix comes none");
    o = must_read("[site]\nname = x\n[rules]\nover_fen = 7\nover_fen.old = any text\nmail = false\n");
    CHECK_TEXT(options_text_for(o, "rules", "over_fen", "77"), "7", "without its suffix a key is for all");
    CHECK_TEXT(options_text(o, "rules", NULL, "over_fen.old"), "any text",
               "a declared key goes before a wildcard");
    CHECK(!options_bool(o, "rules", NULL, "mail"), "false is no");
    CHECK(!options_text(o, "rules", NULL, "free"), "without value and default there is none");
}

static void expect(const char *text, const char *message, const char *hint)
{
    char whole[700], fact[300];
    struct options *none = NULL;
    (void)snprintf(whole, sizeof whole, "\"%s\"%s%s", path, strncmp(message, "line", 4) ? ": " : " ",
                   message);
    (void)snprintf(fact, sizeof fact, "refuses: %s", message);
    bool ok = read_text(text, &none);
    CHECK(!ok && e.kind == ERR_USAGE && !none && strcmp(e.message, whole) == 0 && strstr(e.hint, hint), fact);
    if (ok || strcmp(e.message, whole) != 0 || !strstr(e.hint, hint))
        printf("# got %s, hint %s\n", ok ? "success" : e.message, e.hint);
}

static void test_refusals(void)
{
    expect("[site]\nname = x\ncolour = blue\n", "line 3: unknown key \"colour\" in [site]",
           "the keys of [site] are name, intake");
    expect("[site]\nname = x\n\n[zoo]\n", "line 4: unknown section [zoo]",
           "[site], [database], [source NAME], [rules]");
    expect("name = x\n", "line 1: \"name\" stands before the first section", "");
    expect("[site]\nname = x\n# long\nname = y\n", "line 4: \"name\" is there twice, first in line 2", "");
    expect("[site]\nname = x\n[site]\n", "line 3: section [site] is there twice, first in line 1", "");
    expect("[source a]\nhost=x\n[source a]\n", "line 3: section [source a] is there twice, first in line 1",
           "");
    expect("[source]\n", "line 1: section [source] needs a name: [source NAME]", "");
    expect("[site north]\n", "line 1: section [site] takes no name: \"north\"", "");
    expect("[source a:b]\n", "line 1: the name \"a:b\" of a section [source] is not good", "at most 64");
    expect("[source a b]\n", "line 1: the name \"a b\" of a section [source] is not good", "letters");
    expect("[site]\nname\n", "line 2: neither [section] nor key = value", "");
    expect("[site\n", "line 1: neither [section] nor key = value", "");
    expect("[site]\nname =\n", "line 2: \"name\" is empty", "");
    expect("[site]\nintake = /x\n", "line 1: \"name\" is missing in [site]", "");
    expect("[rules]\n", "section [site] is missing", "it must hold \"name\"");
    expect("[site]\nname=x\n[source b]\n", "line 3: \"host\" is missing in [source b]", "");
    expect("[site]\nname=x\nintake = var/in\n",
           "line 3: \"intake\" wants a path that begins with /, not \"var/in\"", "");
    expect("[source a]\nport = 0\n", "line 2: \"port\" wants a number from 1 to 65535, not \"0\"", "");
    expect("[source a]\nport = 65536\n", "line 2: \"port\" wants a number from 1 to 65535, not \"65536\"",
           "");
    expect("[source a]\nport = 22x\n", "line 2: \"port\" wants a whole number, not \"22x\"", "");
    expect("[source a]\nport = -\n", "line 2: \"port\" wants a whole number, not \"-\"", "");
    expect("[source a]\nport =\n", "line 2: \"port\" wants a whole number, not \"\"", "");
    expect("[source a]\nsignature = require\n",
           "line 2: \"signature\" wants one of required|optional, not \"require\"", "");
    expect("[rules]\nmail = maybe\n", "line 2: \"mail\" wants yes or no, not \"maybe\"", "");
    expect("[rules]\nover_fen.x = -6\n",
           "line 2: \"over_fen.*\" wants a number from -5 to 100000, not \"-6\"", "");
    expect("[rules]\nover_fen. = 1\n", "line 2: unknown key \"over_fen.\" in [rules]", "over_fen.*");
    expect("[rules]\nover_fenx = 1\n", "line 2: unknown key \"over_fenx\" in [rules]", "");
}

static void test_files(void)
{
    struct options *none = NULL;
    CHECK(!options_read(arena, "/nowhere/daybook.conf", table, COUNT, &none, &e),
          "a missing file is an error");
    CHECK_INT(e.kind, ERR_USAGE, "of usage");
    CHECK(strstr(e.message, "/nowhere/daybook.conf") && strstr(e.hint, "DAYBOOK_CONFIG"),
          "with file and remedy");
    CHECK(!read_text("[site]\nname = \xB1\xB1\n", &none) && strstr(e.message, "not utf-8"),
          "GB18030 is refused");

    static char text[10000];
    memset(text, 'x', sizeof text - 1);
    memcpy(text, "# ", 2);
    memcpy(text + sizeof text - 20, "\n[site]\nname = x\n   ", 19);
    CHECK_TEXT(options_text(must_read(text), "site", NULL, "name"), "x", "a comment may be of any length");
    memcpy(text, "[site]\nname = ", 14);
    text[8000] = '\0';
    CHECK_INT(strlen(options_text(must_read(text), "site", NULL, "name")), 8000 - 14,
              "a long value is kept whole");
    memset(text + 8000, 'x', 1999);
    text[9000] = '\0';
    CHECK(!read_text(text, &none) && strstr(e.message, "line 2: the line has 8993 bytes, more than 8191"),
          "a line that is too long is refused, never cut");
    memcpy(text, "[source ", 8);
    memset(text + 8, 'n', 64);
    strcpy(text + 72, "]\nhost = x\n[site]\nname = x\n");
    CHECK_INT(strlen(options_name(must_read(text), "source", 0)), 64, "a long name is kept whole");
    strcpy(text + 72, "n]\n");
    CHECK(!read_text(text, &none) && strstr(e.message, "is not good"), "a longer one is refused");
}

static void test_sample(void)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    ALWAYS(out);
    options_write_sample(out, table, COUNT);
    ALWAYS(fclose(out) == 0);
    CHECK_TEXT(text,
               "[site]\n"
               "# The bureau's name. (required)\nname = 日清\n"
               "# Where bytes go. (default /var/lib/in)\n#intake = /var/lib/in\n"
               "\n[database]\n# Of libpq. (default dbname=daybook)\n#conninfo = dbname=daybook\n"
               "\n[source NAME]\n# Its name. (required)\nhost = h\n"
               "# Its port. (1 to 65535; default 22)\n#port = 22\n"
               "# Whether packages are signed. (one of required, optional; default required)\n"
               "#signature = required\n"
               "\n[rules]\n# Limit -of a class-. (-5 to 100000; default 20000; also over_fen.SUFFIX)\n"
               "#over_fen = 20000\n"
               "# .A key of its own.\n#over_fen.old = \n"
               "# With \\ in it. (yes or no; default no)\n#mail = no\n# Any number.\n#free = \n",
               "the sample shows every key with its terms");
    const struct options *o = must_read(text);
    CHECK_TEXT(options_text(o, "source", "NAME", "host"), "h", "the sample can be read");
    free(text);
    out = open_memstream(&text, &length);
    ALWAYS(out);
    options_write_manual(out, table + 5, COUNT - 5);
    ALWAYS(fclose(out) == 0);
    CHECK_TEXT(text,
               ".SS [source NAME]\n.TP\n.B signature\nWhether packages are signed. "
               "(one of required, optional; default required)\n"
               ".SS [rules]\n.TP\n.B over_fen\nLimit \\-of a class\\-. "
               "(-5 to 100000; default 20000; also over_fen.SUFFIX)\n"
               ".TP\n.B over_fen.old\n\\&.A key of its own.\n"
               ".TP\n.B mail\nWith \\e in it. (yes or no; default no)\n.TP\n.B free\nAny number.\n",
               "the manual shows every key with roff's own signs escaped");
    free(text);
}

static const char *of_options(const char *name, const char *at, struct str bytes)
{
    static char out[1000];
    struct options *options = NULL;
    (void)name;
    (void)bytes;
    if (!options_read(arena, at, table, COUNT, &options, &e))
        return e.message;
    const char *source = options_name(options, "source", 0);
    (void)snprintf(out, sizeof out, "%s\n%s %" PRId64, options_text(options, "site", NULL, "name"), source ? source : "",
                   source ? options_int(options, "source", source, "port") : 0);
    return out;
}

int main(void)
{
    int fd = mkstemp(path);
    ALWAYS(fd >= 0 && close(fd) == 0 && arena_open(&arena, 16 * 1024 * 1024, &e));
    test_values();
    test_refusals();
    test_files();
    test_sample();
    golden_check(arena, "tests/golden/options", of_options);
    arena_close(arena);
    (void)unlink(path);
    return tap_end();
}
