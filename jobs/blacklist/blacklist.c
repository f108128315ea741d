#include "jobs/blacklist/blacklist.h"

#include <inttypes.h>

#include "base/log.h"
#include "jobs/blacklist/files.h"
#include "jobs/outbox.h"
#include "queries.h"

/* ---- the night's version */

/* What is left out is on the morning page of each day; it would be no news to whoever is on call. */
static void report_classes(struct job_context *context, const struct cardlist *list)
{
    static const char *const names[CARDLIST_CLASSES] = {"names_pos", "names_bus", "names_gate"};
    for (int class = 0; class < CARDLIST_CLASSES; class ++) {
        const struct cardlist_figures *figures = &list->figures[class];
        job_count(context, names[class], figures->names);
        job_count(context, "left_out", figures->left_out);
        log_event(figures->left_out > 0 ? LOG_WARN : LOG_INFO, "list_made",
                  "version=%" PRId32 " class=%s names=%" PRId64 " added=%" PRId64 " removed=%" PRId64
                  " left_out=%" PRId64 " left_out_fen=%" PRId64,
                  list->version, cardlist_classes[class], figures->names, figures->added, figures->removed,
                  figures->left_out, figures->left_out_fen);
    }
}

static bool make_and_queue(struct job_context *context, struct ledger_run *run, struct err *e)
{
    const struct settings *settings = context->settings;
    const struct cardlist_rules rules = {
        .places = {settings->limits.blacklist_pos, settings->limits.blacklist_bus,
                   settings->limits.blacklist_gate},
        .expired_days = settings->rules.blacklist_expired_days,
    };
    struct cardlist made;
    if (!cardlist_make(run, &rules, &made, e) ||
        (!context->replay && !files_queue_night(context, &made, run->run_id, e)))
        return false;
    job_count(context, "versions", 1);
    report_classes(context, &made);
    return true;
}

static bool make_version(struct job_context *context, struct err *e)
{
    struct ledger_run run;
    if (!ledger_run_open(&run, context->db, "blacklist", context->date, e))
        return false;
    bool done = make_and_queue(context, &run, e);
    if (done && !context->command->is_dry_run)
        return ledger_run_commit(&run, context->settings->conninfo, e);
    ledger_run_abandon(&run);
    return done;
}

/* ---- whole lists on demand */

static bool read_school(struct job_context *context, int64_t *school_code, struct err *e)
{
    const char *text = command_option(context->command, "school");
    int64_t known = 0;
    *school_code = 0;
    if (!text)
        return true;
    if (str_of(text).length != 10 || !str_to_int64(str_of(text), school_code))
        return err_set(e, ERR_USAGE, "--school: \"%s\" is not a school code of 10 digits", text);
    if (!db_query_int64(context->db, sql_blacklist_school_count, 1, &text, &known, e))
        return false;
    return known > 0 || err_set(e, ERR_USAGE, "--school: \"%s\" is not on file", text);
}

static bool queue_on_demand(struct job_context *context, struct cardlist *newest, int64_t school_code,
                            struct err *e)
{
    struct db *db = context->db;
    if (!db_begin(db, e))
        return false;
    bool done = cardlist_open(db, newest, e) && files_queue_full(context, newest, school_code, e);
    if (done && !context->command->is_dry_run)
        return db_commit(db, e);
    db_rollback(db);
    return done;
}

static bool demand_full(struct job_context *context, struct err *e)
{
    struct cardlist newest;
    int64_t school_code = 0;
    if (!read_school(context, &school_code, e) || !cardlist_find_newest(context->db, &newest, e))
        return false;
    if (newest.version > 0)
        return queue_on_demand(context, &newest, school_code, e);
    if (context->command->is_dry_run && context->command->date != DATE_NO_DAY)
        return true; /* the first version was made and is not kept */
    (void)err_set(e, ERR_USAGE, "there is no list yet that could be sent");
    return err_hint(e, "daybook night makes the first one");
}

/* ---- the job */

/* A list of a day that is not over yet would name too few: whole lists are those of the newest version,
 * unless a day was given. */
static bool wants_version(const struct job_context *context, const struct cardlist *newest)
{
    bool is_on_demand = command_option(context->command, "full") != NULL;
    bool is_there = newest->version > 0 && newest->day >= context->date;
    return !is_there && (!is_on_demand || context->command->date != DATE_NO_DAY);
}

static bool run_blacklist(struct job_context *context, struct err *e)
{
    static const char *const counts[] = {"versions", "delta_files", "full_files"};
    struct cardlist newest;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        job_count(context, counts[i], 0);
    if (!cardlist_find_newest(context->db, &newest, e))
        return false;
    if (wants_version(context, &newest)) {
        if (!make_version(context, e))
            return false;
    } else {
        log_event(LOG_INFO, "list_there", "version=%" PRId32, newest.version);
    }
    if (command_option(context->command, "full") && !demand_full(context, e))
        return false;
    return outbox_send(context, "collectors", e);
}

static bool check_options(const struct command *command, struct err *e)
{
    if (!command_option(command, "school") || command_option(command, "full"))
        return true;
    (void)err_set(e, ERR_USAGE, "--school goes with --full");
    return err_hint(e, "daybook blacklist --full --school CODE sends that school the whole lists");
}

static const struct job_option blacklist_options[] = {
    {"full", NULL, "send the newest lists whole, to every school"},
    {"school", "CODE", "with --full: to this school alone"},
    {NULL, NULL, NULL},
};

const struct job job_blacklist = {
    .name = "blacklist",
    .arguments = "",
    .summary = "makes the day's lists of lost and bad cards and sends them to the schools' terminals",
    .details =
        "One version a day, numbered by its date, for pos and load machines, buses, and all others. Each "
        "school gets\n"
        "the changes since the version before; whole lists go out once a week, to a school that has none "
        "yet or lost\n"
        "the thread, and with --full, which sends the newest version and makes none unless --date asks "
        "for it.",
    .options = blacklist_options,
    .needs = JOB_SETTINGS | JOB_DATABASE | JOB_LOCK_ALONE | JOB_DATE | JOB_DATE_IS_OPEN,
    .check = check_options,
    .run = run_blacklist,
};
