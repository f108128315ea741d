#include "jobs/settings.h"

#include <stdlib.h>
#include <unistd.h>

#include "ledger/drain.h"
#include "tests/unit/tap.h"

static const char least[] = "[site]\nname = N\noutbox = /o\nintake = /i\n[database]\nconninfo = dbname=d\n";

/* Reads settings made of the least that must be there and some more. */
static bool read_text(struct arena *arena, const char *more, struct settings **settings, struct err *e)
{
    char path[] = "/tmp/daybook-settings-XXXXXX";
    int fd = mkstemp(path);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (!out)
        return err_set(e, ERR_BUG, "no temporary file");
    (void)fprintf(out, "%s%s", least, more);
    (void)fclose(out);
    char *kept = arena_copy(arena, path, strlen(path), e);
    bool ok = kept && settings_read(arena, kept, settings, e);
    (void)unlink(path);
    return ok;
}

static void reads_defaults(struct arena *arena)
{
    struct settings *s = NULL;
    struct err e;
    int32_t meals[SETTINGS_MEAL_BORDERS];
    CHECK(read_text(arena, "", &s, &e), "the least that must be there is enough");
    CHECK_TEXT(s->language, "zh_CN", "pages are in Chinese by default");
    CHECK_INT(s->limits.run_records, 5000000, "a run takes 5,000,000 records by default");
    CHECK_INT(s->limits.archive_bytes, INT64_C(2) << 30, "a package unpacks to 2 GiB at most by default");
    CHECK_INT(s->limits.line_bytes, 8192, "a line has 8 KiB at most by default");
    CHECK_INT(s->rules.bad_time_after_minutes, 10, "a record may be 10 minutes late by default");
    CHECK_INT(s->rules.bad_time_before_days, 180, "a record may be 180 days old by default");
    CHECK_INT(settings_limit_single_fen(s, 7), 20000, "200 yuan is the limit of one purchase by default");
    CHECK_INT(settings_limit_day_fen(s, 7), 50000, "500 yuan is the limit of a day by default");
    CHECK(s->limits.blacklist_pos == 300000 && s->limits.blacklist_bus == 200000 &&
              s->limits.blacklist_gate == 60000,
          "lists have the places of FORMATS 6 by default");
    CHECK_INT(s->rules.blacklist_full_weekday, 7, "lists go out whole on Sundays by default");
    settings_meals(s, "213700000110001", meals);
    CHECK(meals[0] == 36000 && meals[1] == 50400 && meals[2] == 72000,
          "meals end at 10, 14 and 20 by default");
    CHECK_INT(s->source_count, 0, "there is no source by default");
}

static void reads_what_is_settable_per_class_and_merchant(struct arena *arena)
{
    struct settings *s = NULL;
    struct err e;
    int32_t meals[SETTINGS_MEAL_BORDERS];
    CHECK(read_text(arena,
                    "[rules]\nover_limit_single_fen = 30000\nover_limit_single_fen.60 = 90000\n"
                    "over_limit_day_fen.60 = 100000\nmeals.213700000110001 = 09:30,13:00,19:15\n",
                    &s, &e),
          "rules per class and merchant are read");
    CHECK_INT(settings_limit_single_fen(s, 60), 90000, "a class has its own limit");
    CHECK_INT(settings_limit_single_fen(s, 1), 30000, "other classes have the general one");
    CHECK_INT(settings_limit_day_fen(s, 60), 100000, "a class has its own limit of a day");
    settings_meals(s, "213700000110001", meals);
    CHECK(meals[0] == 34200 && meals[1] == 46800 && meals[2] == 69300, "a merchant has its own meals");
    settings_meals(s, "213700000110002", meals);
    CHECK_INT(meals[0], 36000, "other merchants have the general ones");
    CHECK_TEXT(settings_meals_merchant(s, 0), "213700000110001",
               "merchants with meals of their own are listed");
    CHECK(settings_meals_merchant(s, 1) == NULL, "and no others");
    CHECK(read_text(arena, "[rules]\nblacklist_full_weekday = monday\n", &s, &e) &&
              s->rules.blacklist_full_weekday == 1 &&
              read_text(arena, "[rules]\nblacklist_full_weekday = thursday\n", &s, &e) &&
              s->rules.blacklist_full_weekday == 4,
          "the day of whole lists is read");
}

static void reads_the_days_of_drain_windows(struct arena *arena)
{
    struct settings *s = NULL;
    struct drain_rules rules;
    struct err e;
    CHECK(read_text(arena, "", &s, &e) && settings_drain_rules(arena, s, &rules, &e), "drain windows have a default");
    CHECK(rules.days == 7 && rules.school_count == 0, "a drain window lasts 7 days by default");
    CHECK(read_text(arena, "[rules]\ndrain_days = 3\ndrain_days.2137000001 = 0\n", &s, &e) &&
              settings_drain_rules(arena, s, &rules, &e),
          "a school may have another window");
    CHECK(rules.days == 3 && rules.school_count == 1 && rules.schools[0].school_code == 2137000001 &&
              rules.schools[0].days == 0,
          "it is the school's, the others have the general one");
    CHECK(!read_text(arena, "[rules]\ndrain_days.213 = 1\n", &s, &e) && e.kind == ERR_USAGE &&
              strstr(e.message, "[rules] drain_days.213: \"213\" is not a school code of 10 digits"),
          "a window of no school is refused");
    CHECK(!read_text(arena, "[rules]\ndrain_days = 366\n", &s, &e), "a window lasts a year at most");
}

static void reads_sources(struct arena *arena)
{
    struct settings *s = NULL;
    struct err e;
    CHECK(
        read_text(
            arena,
            "[source east]\nhost = h\nuser = u\nkey_file = /k\nknown_hosts = /n\nsignature = optional\n"
            "[source west]\nhost = w\nport = 2022\nuser = u\nkey_file = /k\nknown_hosts = /n\nparallel = 8\n",
            &s, &e),
        "sources are read");
    CHECK_INT(s->source_count, 2, "both are there");
    CHECK(settings_source(s, "east") == &s->sources[0] && !s->sources[0].signature_required,
          "a source says whether signatures are required");
    CHECK(s->sources[1].signature_required && s->sources[1].parallel == 8 && s->sources[1].port == 2022,
          "signatures are required by default");
    CHECK(settings_source(s, "north") == NULL, "an unknown name is no source");
}

/* more → the words that the message must hold */
static const struct {
    const char *more;
    const char *words;
    const char *fact;
} refused[] = {
    {"[site2]\nx = 1\n", "site2", "refuses a section that is not declared"},
    {"[rules]\nmeals = 10:00,14:00\n", "meals", "refuses meals that are not three"},
    {"[rules]\nmeals = 10:00,09:00,20:00\n", "rising", "refuses meals that do not rise"},
    {"[rules]\nmeals = 10:00,14:00,25:00\n", "meals", "refuses a time that does not exist"},
    {"[rules]\nmeals.77 = 10:00,14:00,20:00\n", "77", "refuses meals of what is no merchant number"},
    {"[rules]\nover_limit_day_fen.121 = 5\n", "121", "refuses a card class above 120"},
    {"[rules]\nover_limit_day_fen = many\n", "many", "refuses an amount that is no number"},
    {"[limits]\nrun_records = 0\n", "run_records", "refuses a limit below its range"},
    {"[source a.b]\nhost = h\nuser = u\nkey_file = /k\nknown_hosts = /n\n", "a.b",
     "refuses a source name with a dot"},
    {"[source a]\nhost = h\nuser = u\nknown_hosts = /n\n", "key_file", "refuses a source without a key"},
};

static void refuses_what_is_wrong(struct arena *arena)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct settings *s = NULL;
        struct err e;
        bool is_read = read_text(arena, refused[i].more, &s, &e);
        if (!CHECK(!is_read && e.kind == ERR_USAGE && strstr(e.message, refused[i].words), refused[i].fact))
            printf("#   %s\n", is_read ? "it was read" : e.message);
    }
}

int main(void)
{
    struct arena *arena = NULL;
    struct err e;
    if (!arena_open(&arena, 16 << 20, &e))
        return 1;
    reads_defaults(arena);
    reads_what_is_settable_per_class_and_merchant(arena);
    reads_the_days_of_drain_windows(arena);
    reads_sources(arena);
    refuses_what_is_wrong(arena);
    arena_close(arena);
    return tap_end();
}
