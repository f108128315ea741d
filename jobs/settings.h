/* settings: the one seam where the settings file meets the jobs (DESIGN.md 7).
 *
 * The table of all keys lives in settings.c; nothing below jobs/ reads settings. */
#ifndef DAYBOOK_JOBS_SETTINGS_H
#define DAYBOOK_JOBS_SETTINGS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"

#define SETTINGS_DEFAULT_PATH "/etc/daybook/daybook.conf"

struct drain_rules;

/* "[source NAME]": a peer over SFTP. */
struct source {
    const char *name;
    const char *kind; /* collectors, registry, bank, factory, orders, sms */
    const char *host;
    int port;
    const char *user;
    const char *key_file;
    const char *known_hosts;
    const char *path;
    int parallel;
    int timeout_ms;
    bool signature_required; /* else it is checked where present */
};

struct settings {
    const char *path; /* of the settings file */
    const char *site_name;
    const char *outbox;
    const char *intake;
    const char *language; /* "zh_CN" or "en" */
    bool operators_are_roles; /* of the database; else they are system users */
    const char *conninfo;
    const char *master_keys; /* NULL where not set */
    const char *certificate;
    const char *private_key;
    const char *collectors_ca;
    struct source *sources; /* in the order of the file */
    size_t source_count;
    struct {
        int64_t run_records;
        int64_t run_bytes;
        int64_t package_records;
        int64_t two_connections_records;
        int64_t archive_entries;
        int64_t archive_bytes;
        int64_t zip_ratio;
        int64_t zip_ratio_above_bytes;
        int64_t tar_ratio;
        int64_t tar_ratio_above_bytes;
        int64_t line_bytes;
        int64_t field_bytes;
        int64_t xml_depth;
        int64_t import_bytes;
        int64_t blacklist_pos; /* names of one list */
        int64_t blacklist_bus;
        int64_t blacklist_gate;
    } limits;
    struct {
        int64_t bad_time_after_minutes;
        int64_t bad_time_before_days;
        int64_t blacklist_expired_days;
        int blacklist_full_weekday; /* 1 Monday to 7 Sunday */
    } rules;
    const struct options *options;
};

enum { SETTINGS_CARD_CLASS_MAX = 120, SETTINGS_MEAL_BORDERS = 3 };

/* Reads and checks the file; all memory comes from the arena. ERR_USAGE names file and line. */
MUST_CHECK bool settings_read(struct arena *arena, const char *path, struct settings **settings,
                              struct err *e);

/* The limits of R "over_limit" for a card class (0: unknown card, the general limit), fen. */
int64_t settings_limit_single_fen(const struct settings *s, int card_class);
int64_t settings_limit_day_fen(const struct settings *s, int card_class);

/* Where breakfast, lunch and supper of a merchant end, as seconds of the day (RULES.md 5). */
void settings_meals(const struct settings *s, const char *merchant_no,
                    int32_t borders[SETTINGS_MEAL_BORDERS]);

/* Merchants that have meals of their own, in the order of the file; NULL after the last. */
const char *settings_meals_merchant(const struct settings *s, size_t index);

/* How many days the drain window of a card lasts, by school (RULES.md 3). */
MUST_CHECK bool settings_drain_rules(struct arena *arena, const struct settings *s, struct drain_rules *rules,
                                     struct err *e);

/* The source of that name, or NULL. */
const struct source *settings_source(const struct settings *s, const char *name);

void settings_write_sample(FILE *out);
void settings_write_manual(FILE *out);

#endif
