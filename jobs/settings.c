#include "jobs/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/options.h"
#include "base/str.h"
#include "ledger/drain.h"

#define TEXT(section, key, required, fallback, help, sample)                                                 \
    {                                                                                                        \
        section, false, key, OPTION_TEXT, fallback, required, false, 0, 0, NULL, help, sample                \
    }
#define FILE_PATH(section, key, required, help, sample)                                                      \
    {                                                                                                        \
        section, false, key, OPTION_PATH, NULL, required, false, 0, 0, NULL, help, sample                    \
    }
#define CHOICE(section, key, fallback, choices, help)                                                        \
    {                                                                                                        \
        section, false, key, OPTION_CHOICE, fallback, false, false, 0, 0, choices, help, NULL                \
    }
#define NUMBER(section, key, fallback, minimum, maximum, help)                                               \
    {                                                                                                        \
        section, false, key, OPTION_INT, fallback, false, false, minimum, maximum, NULL, help, NULL          \
    }
#define OF_SOURCE(key, type, fallback, required, minimum, maximum, choices, help, sample)                    \
    {                                                                                                        \
        "source", true, key, type, fallback, required, false, minimum, maximum, choices, help, sample        \
    }

static const char weekdays[] = "monday|tuesday|wednesday|thursday|friday|saturday|sunday";

static const struct option settings_table[] = {
    TEXT("site", "name", true, NULL, "Name of the data centre, shown on every page.",
         "Example City Campus Card"),
    CHOICE("site", "timezone", "Asia/Shanghai", "Asia/Shanghai",
           "Zone of all dates and times; the files of the outside world know no other."),
    FILE_PATH("site", "outbox", true, "Folder of what people get: morning pages, statements.",
              "/var/lib/daybook/outbox"),
    FILE_PATH("site", "intake", true, "Folder that keeps every byte that came in, by its SHA-256.",
              "/var/lib/daybook/intake"),
    CHOICE("site", "language", "zh_CN", "zh_CN|en", "Language of the pages."),
    CHOICE("site", "operators", "system", "system|database",
           "Who the two people of a correction are: system users, or the database roles that they log in with."),

    {"database", false, "conninfo", OPTION_TEXT, NULL, true, true, 0, 0, NULL,
     "Connection string of libpq; a password belongs into ~/.pgpass (mode 0600) or PGPASSWORD, not here.",
     "host=/var/run/postgresql dbname=daybook"},

    FILE_PATH("keys", "master", false,
              "CMS EnvelopedData (DER) for the certificate below, holding the terminals' master keys.",
              "/etc/daybook/master-keys.p7m"),
    FILE_PATH("keys", "certificate", false, "Certificate of this host (PEM).", "/etc/daybook/host.crt"),
    FILE_PATH("keys", "private_key", false, "Its private key (PEM, mode 0600).", "/etc/daybook/host.key"),
    FILE_PATH("keys", "collectors_ca", false,
              "Certificates (PEM) that the collectors' signatures are chained to.",
              "/etc/daybook/collectors-ca.crt"),

    OF_SOURCE("kind", OPTION_CHOICE, "collectors", false, 0, 0, "collectors|registry|bank|factory|orders|sms",
              "What comes from there.", NULL),
    OF_SOURCE("host", OPTION_TEXT, NULL, true, 0, 0, NULL, "Name or address of the SFTP server.",
              "sftp.example.org"),
    OF_SOURCE("port", OPTION_INT, "22", false, 1, 65535, NULL, "Its port.", NULL),
    OF_SOURCE("user", OPTION_TEXT, NULL, true, 0, 0, NULL, "Account on the server.", "daybook"),
    OF_SOURCE("key_file", OPTION_PATH, NULL, true, 0, 0, NULL,
              "Private key (Ed25519 or ECDSA, mode 0600); there is no password login.",
              "/etc/daybook/id_ed25519"),
    OF_SOURCE("known_hosts", OPTION_PATH, NULL, true, 0, 0, NULL,
              "File with the server's host key; an unknown or changed key is refused.",
              "/etc/daybook/known_hosts"),
    OF_SOURCE("path", OPTION_TEXT, ".", false, 0, 0, NULL,
              "Folder on the server that holds the school folders.", "/collectors"),
    OF_SOURCE("parallel", OPTION_INT, "4", false, 1, 32, NULL, "Connections at once.", NULL),
    OF_SOURCE("timeout_seconds", OPTION_INT, "30", false, 1, 3600, NULL, "How long one answer may take.",
              NULL),
    OF_SOURCE("signature", OPTION_CHOICE, "required", false, 0, 0, "required|optional",
              "Whether a package must be signed; optional: checked where present.", NULL),

    NUMBER("limits", "run_records", "5000000", 1, 100000000,
           "Records judged in one run; at least one package is always taken."),
    NUMBER("limits", "run_bytes", "1073741824", 1, INT64_C(1) << 34,
           "Memory that the packages of one run take; what does not fit comes with the next run."),
    NUMBER("limits", "package_records", "5000000", 1, 100000000,
           "Records of one package: one that claims more is quarantined, since a run must fit into memory."),
    NUMBER("limits", "two_connections_records", "50000", 0, 1000000000,
           "Records of a run from which they are written over a second connection, beside all else."),
    NUMBER("limits", "archive_entries", "10000", 1, 1000000, "Entries of one package."),
    NUMBER("limits", "archive_bytes", "2147483648", 1024, INT64_C(1) << 40, "Unpacked bytes of one package."),
    NUMBER("limits", "zip_ratio", "200", 1, 1000000, "Unpacked to packed bytes of one zip entry."),
    NUMBER("limits", "zip_ratio_above_bytes", "1048576", 0, INT64_C(1) << 40,
           "Unpacked bytes of a zip entry above which its ratio counts."),
    NUMBER("limits", "tar_ratio", "1000", 1, 1000000, "Unpacked to packed bytes of a whole tar or 7z."),
    NUMBER("limits", "tar_ratio_above_bytes", "16777216", 0, INT64_C(1) << 40,
           "Unpacked bytes of a tar or 7z above which its ratio counts."),
    NUMBER("limits", "line_bytes", "8192", 64, 1048576, "Bytes of one line of text."),
    NUMBER("limits", "field_bytes", "2048", 16, 1048576, "Bytes of one field."),
    NUMBER("limits", "xml_depth", "64", 4, 256, "Depth of nested XML elements."),
    NUMBER("limits", "import_bytes", "1073741824", 1024, INT64_C(1) << 34, "Bytes of one reference file."),
    NUMBER("limits", "blacklist_pos", "300000", 1, 499999,
           "Cards that pos and load machines hold; with more, those with most money at risk stay on the list."),
    NUMBER("limits", "blacklist_bus", "200000", 1, 499999, "Cards that buses hold."),
    NUMBER("limits", "blacklist_gate", "60000", 1, 499999, "Cards that all other terminals hold."),

    NUMBER("rules", "over_limit_single_fen.*", "20000", 0, INT64_C(1) << 40,
           "A purchase above this is flagged over_limit; with .CLASS for one card class."),
    NUMBER(
        "rules", "over_limit_day_fen.*", "50000", 0, INT64_C(1) << 40,
        "A card's purchases of one day above this are flagged over_limit; with .CLASS for one card class."),
    NUMBER("rules", "bad_time_after_minutes", "10", 0, 1440,
           "A record this much later than its package is flagged bad_time."),
    NUMBER("rules", "bad_time_before_days", "180", 1, 3650,
           "A record this much earlier than its package, or later than the open date, is flagged bad_time."),
    NUMBER("rules", "drain_days.*", "7", 0, 365,
           "Days from a card's report until what it holds moves; with .SCHOOL_CODE for one school."),
    CHOICE("rules", "blacklist_full_weekday", "sunday", weekdays,
           "The day whose list goes out whole besides the changes."),
    NUMBER("rules", "blacklist_expired_days", "30", 0, 3650,
           "A lost or bad card that expired longer ago is named no more: terminals refuse it by themselves."),
    TEXT("rules", "meals.*", false, "10:00,14:00,20:00",
         "When breakfast, lunch and supper end; night is the rest; with .MERCHANT_NO for one merchant.",
         NULL),
};
enum { SETTINGS_COUNT = sizeof settings_table / sizeof settings_table[0] };

static bool parse_meals(const char *text, int32_t borders[SETTINGS_MEAL_BORDERS])
{
    const char *at = text;
    for (int i = 0; i < SETTINGS_MEAL_BORDERS; i++) {
        for (int digit = 0; digit < 5; digit++)
            if (digit == 2 ? at[digit] != ':' : at[digit] < '0' || at[digit] > '9')
                return false;
        int hour = (at[0] - '0') * 10 + at[1] - '0', minute = (at[3] - '0') * 10 + at[4] - '0';
        if (hour > 24 || minute > 59 || hour * 60 + minute > 24 * 60)
            return false;
        borders[i] = (hour * 60 + minute) * 60;
        if (i > 0 && borders[i] <= borders[i - 1])
            return false;
        if (at[5] != (i + 1 < SETTINGS_MEAL_BORDERS ? ',' : '\0'))
            return false;
        at += 6;
    }
    return true;
}

static bool check_meals(const struct settings *s, const char *suffix, struct err *e)
{
    int32_t borders[SETTINGS_MEAL_BORDERS];
    const char *text = options_text_for(s->options, "rules", "meals", suffix);
    if (parse_meals(text, borders))
        return true;
    err_set(e, ERR_USAGE, "%s: [rules] meals%s%s: \"%s\" is not three rising times of day", s->path,
            *suffix ? "." : "", suffix, text);
    return err_hint(e, "write it as 10:00,14:00,20:00");
}

/* What the table cannot say about a value. */
static bool check_rules(const struct settings *s, struct err *e)
{
    static const char *const by_class[] = {"over_limit_single_fen", "over_limit_day_fen"};
    const char *suffix;
    for (size_t i = 0; (suffix = options_suffix(s->options, "rules", "meals", i)); i++) {
        struct str merchant = str_of(suffix);
        if (merchant.length != 15 || !str_is_digits(merchant))
            return err_set(e, ERR_USAGE, "%s: [rules] meals.%s: \"%s\" is not a merchant number of 15 digits",
                           s->path, suffix, suffix);
        if (!check_meals(s, suffix, e))
            return false;
    }
    for (size_t i = 0; (suffix = options_suffix(s->options, "rules", "drain_days", i)); i++)
        if (strlen(suffix) != 10 || !str_is_digits(str_of(suffix)))
            return err_set(e, ERR_USAGE, "%s: [rules] drain_days.%s: \"%s\" is not a school code of 10 digits", s->path,
                           suffix, suffix);
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; (suffix = options_suffix(s->options, "rules", by_class[k], i)); i++) {
            int64_t class = 0;
            if (!str_to_int64(str_of(suffix), &class) || class < 1 || class > SETTINGS_CARD_CLASS_MAX)
                return err_set(e, ERR_USAGE, "%s: [rules] %s.%s: \"%s\" is not a card class of 1 to 120",
                               s->path, by_class[k], suffix, suffix);
        }
    }
    return check_meals(s, "", e);
}

/* It is part of names in intake/tmp/. */
static const char source_name_letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

static bool read_sources(struct arena *arena, struct settings *s, struct err *e)
{
    const struct options *o = s->options;
    size_t count = 0;
    while (options_name(o, "source", count))
        count++;
    s->sources = arena_array(arena, count ? count : 1, sizeof *s->sources, e);
    if (!s->sources)
        return false;
    s->source_count = count;
    for (size_t i = 0; i < count; i++) {
        const char *name = options_name(o, "source", i);
        s->sources[i] = (struct source){
            .name = name,
            .kind = options_text(o, "source", name, "kind"),
            .host = options_text(o, "source", name, "host"),
            .port = (int)options_int(o, "source", name, "port"),
            .user = options_text(o, "source", name, "user"),
            .key_file = options_text(o, "source", name, "key_file"),
            .known_hosts = options_text(o, "source", name, "known_hosts"),
            .path = options_text(o, "source", name, "path"),
            .parallel = (int)options_int(o, "source", name, "parallel"),
            .timeout_ms = (int)options_int(o, "source", name, "timeout_seconds") * 1000,
            .signature_required = strcmp(options_text(o, "source", name, "signature"), "required") == 0,
        };
        if (strlen(name) > 64 || strspn(name, source_name_letters) != strlen(name))
            return err_set(e, ERR_USAGE,
                           "%s: [source %s]: the name is not of at most 64 letters, digits, - and _", s->path,
                           name);
    }
    return true;
}

/* Its place among the choices, from 1. */
static int weekday_of(const char *name)
{
    int weekday = 1;
    for (const char *at = weekdays; at < strstr(weekdays, name); at++)
        weekday += *at == '|';
    return weekday;
}

static void read_limits(struct settings *s)
{
    const struct options *o = s->options;
    s->limits.run_records = options_int(o, "limits", NULL, "run_records");
    s->limits.run_bytes = options_int(o, "limits", NULL, "run_bytes");
    s->limits.package_records = options_int(o, "limits", NULL, "package_records");
    s->limits.two_connections_records = options_int(o, "limits", NULL, "two_connections_records");
    s->limits.archive_entries = options_int(o, "limits", NULL, "archive_entries");
    s->limits.archive_bytes = options_int(o, "limits", NULL, "archive_bytes");
    s->limits.zip_ratio = options_int(o, "limits", NULL, "zip_ratio");
    s->limits.zip_ratio_above_bytes = options_int(o, "limits", NULL, "zip_ratio_above_bytes");
    s->limits.tar_ratio = options_int(o, "limits", NULL, "tar_ratio");
    s->limits.tar_ratio_above_bytes = options_int(o, "limits", NULL, "tar_ratio_above_bytes");
    s->limits.line_bytes = options_int(o, "limits", NULL, "line_bytes");
    s->limits.field_bytes = options_int(o, "limits", NULL, "field_bytes");
    s->limits.xml_depth = options_int(o, "limits", NULL, "xml_depth");
    s->limits.import_bytes = options_int(o, "limits", NULL, "import_bytes");
    s->limits.blacklist_pos = options_int(o, "limits", NULL, "blacklist_pos");
    s->limits.blacklist_bus = options_int(o, "limits", NULL, "blacklist_bus");
    s->limits.blacklist_gate = options_int(o, "limits", NULL, "blacklist_gate");
    s->rules.bad_time_after_minutes = options_int(o, "rules", NULL, "bad_time_after_minutes");
    s->rules.bad_time_before_days = options_int(o, "rules", NULL, "bad_time_before_days");
    s->rules.blacklist_expired_days = options_int(o, "rules", NULL, "blacklist_expired_days");
    s->rules.blacklist_full_weekday = weekday_of(options_text(o, "rules", NULL, "blacklist_full_weekday"));
}

bool settings_read(struct arena *arena, const char *path, struct settings **settings, struct err *e)
{
    struct options *o = NULL;
    struct settings *s = arena_alloc(arena, sizeof *s, e);
    if (!s || !options_read(arena, path, settings_table, SETTINGS_COUNT, &o, e))
        return false;
    s->options = o;
    s->path = path;
    s->site_name = options_text(o, "site", NULL, "name");
    s->outbox = options_text(o, "site", NULL, "outbox");
    s->intake = options_text(o, "site", NULL, "intake");
    s->language = options_text(o, "site", NULL, "language");
    s->operators_are_roles = strcmp(options_text(o, "site", NULL, "operators"), "database") == 0;
    s->conninfo = options_text(o, "database", NULL, "conninfo");
    s->master_keys = options_text(o, "keys", NULL, "master");
    s->certificate = options_text(o, "keys", NULL, "certificate");
    s->private_key = options_text(o, "keys", NULL, "private_key");
    s->collectors_ca = options_text(o, "keys", NULL, "collectors_ca");
    read_limits(s);
    if (!read_sources(arena, s, e) || !check_rules(s, e))
        return false;
    *settings = s;
    return true;
}

static int64_t limit_of_class(const struct settings *s, const char *key, int card_class)
{
    char suffix[16];
    snprintf(suffix, sizeof suffix, "%d", card_class);
    /* The table has checked the type and range of each value. */
    return strtoll(options_text_for(s->options, "rules", key, suffix), NULL, 10);
}

int64_t settings_limit_single_fen(const struct settings *s, int card_class)
{
    return limit_of_class(s, "over_limit_single_fen", card_class);
}

int64_t settings_limit_day_fen(const struct settings *s, int card_class)
{
    return limit_of_class(s, "over_limit_day_fen", card_class);
}

void settings_meals(const struct settings *s, const char *merchant_no, int32_t borders[SETTINGS_MEAL_BORDERS])
{
    bool good = parse_meals(options_text_for(s->options, "rules", "meals", merchant_no), borders);
    ALWAYS(good);
}

const char *settings_meals_merchant(const struct settings *s, size_t index)
{
    return options_suffix(s->options, "rules", "meals", index);
}

bool settings_drain_rules(struct arena *arena, const struct settings *s, struct drain_rules *rules, struct err *e)
{
    const char *suffix;
    size_t count = 0;
    while (options_suffix(s->options, "rules", "drain_days", count))
        count++;
    struct drain_school *schools = arena_array(arena, count + 1, sizeof *schools, e);
    /* The table and check_rules have checked each of these numbers. */
    for (size_t i = 0; schools && (suffix = options_suffix(s->options, "rules", "drain_days", i)); i++)
        schools[i] = (struct drain_school){strtoll(suffix, NULL, 10),
                                           (int32_t)strtol(options_text_for(s->options, "rules", "drain_days", suffix),
                                                           NULL, 10)};
    *rules = (struct drain_rules){.days = (int32_t)strtol(options_text_for(s->options, "rules", "drain_days", ""), NULL, 10),
                                  .schools = schools, .school_count = count};
    return schools != NULL;
}

const struct source *settings_source(const struct settings *s, const char *name)
{
    for (size_t i = 0; i < s->source_count; i++)
        if (strcmp(s->sources[i].name, name) == 0)
            return &s->sources[i];
    return NULL;
}

void settings_write_sample(FILE *out)
{
    options_write_sample(out, settings_table, SETTINGS_COUNT);
}

void settings_write_manual(FILE *out)
{
    options_write_manual(out, settings_table, SETTINGS_COUNT);
}
