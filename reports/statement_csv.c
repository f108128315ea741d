#include "reports/statement_csv.h"

#include <inttypes.h>
#include <string.h>

#include "base/date.h"

enum { LINE_BYTES = 256 }; /* more than a date, a word and eight numbers of 20 digits take */

static const char header[] =
    "date,meal,purchases,purchase_fen,reversals,reversal_fen,late_fen,held_fen,fee_fen,net_fen\r\n";

static const char *meal_word(int meal)
{
    static const char *const words[] = {"breakfast", "lunch", "supper", "night", "all"};
    ALWAYS(meal >= STATEMENT_BREAKFAST && meal <= STATEMENT_ALL);
    return words[meal - STATEMENT_BREAKFAST];
}

static void add_line(struct buf *b, const char *date, const char *meal, const struct statement_figures *f)
{
    buf_printf(b,
               "%s,%s,%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64
               ",%" PRId64 "\r\n",
               date, meal, f->purchases, f->purchase_fen, f->reversals, f->reversal_fen, f->late_fen,
               f->held_fen, f->fee_fen, f->net_fen);
}

bool statement_csv_render(struct arena *arena, const struct statement *statement, struct str *csv,
                          struct err *e)
{
    struct buf b;
    char date[DATE_TEXT_BYTES];
    buf_open(&b, (statement->line_count + 2) * LINE_BYTES);
    buf_add_text(&b, header);
    for (size_t i = 0; i < statement->line_count; i++) {
        const struct statement_line *line = &statement->lines[i];
        date_format(line->day, date);
        add_line(&b, date, meal_word(line->meal), &line->figures);
    }
    add_line(&b, "TOTAL", "", &statement->total);
    bool done = buf_ok(&b, e);
    if (done) {
        csv->length = b.length;
        csv->data = arena_copy(arena, b.data, b.length, e);
        done = csv->data != NULL;
    }
    buf_close(&b);
    return done;
}

bool statement_csv_compare(struct arena *arena, const struct statement *statement,
                           struct statement_edition *edition, bool *is_current, struct err *e)
{
    edition->statement = statement;
    if (!statement_csv_render(arena, statement, &edition->csv, e) ||
        !crypto_sha256(edition->csv.data, edition->csv.length, edition->sha256, e))
        return false;
    *is_current =
        statement->edition > 0 && memcmp(edition->sha256, statement->sha256, CRYPTO_SHA256_BYTES) == 0;
    return true;
}

bool statement_csv_find_stale(struct arena *arena, struct db *db, int32_t day, const struct statement **stale,
                              struct err *e)
{
    struct statement_walk walk;
    struct statement *statements = NULL;
    size_t count = 0;
    *stale = NULL;
    statement_walk_open(&walk, db, day);
    do {
        arena_reset(arena);
        if (!statement_walk_next(&walk, arena, &statements, &count, e))
            return false;
        for (size_t i = 0; i < count && !*stale; i++) {
            struct statement_edition edition;
            bool is_current = false;
            if (!statement_csv_compare(arena, &statements[i], &edition, &is_current, e))
                return false;
            *stale = is_current ? NULL : &statements[i];
        }
    } while (count > 0 && !*stale);
    return true;
}
