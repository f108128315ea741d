/* The bytes of statement.csv (FORMATS.md 11), on which a statement's check code rests. */
#include "reports/statement_csv.h"

#include "base/date.h"
#include "tests/unit/tap.h"

static struct arena *arena;
static struct err failure;

static int32_t day_of(const char *text)
{
    int32_t day = 0;
    ALWAYS(date_parse(str_of(text), &day));
    return day;
}

static const char *render(const struct statement *statement)
{
    struct str csv;
    ALWAYS(statement_csv_render(arena, statement, &csv, &failure));
    return csv.data;
}

#define HEADER "date,meal,purchases,purchase_fen,reversals,reversal_fen,late_fen,held_fen,fee_fen,net_fen\r\n"

static void check_no_activity(void)
{
    const struct statement nothing = {.merchant_no = INT64_C(213700000110001)};
    CHECK_TEXT(render(&nothing), HEADER "TOTAL,,0,0,0,0,0,0,0,0\r\n",
               "a statement without activity is a row of zeros");
}

static void check_days_and_total(void)
{
    int32_t monday = day_of("2026-03-02");
    const struct statement_line lines[] = {
        {monday, STATEMENT_BREAKFAST, {2, 1200, 0, 0, 0, 0, 0, 1200}},
        {monday, STATEMENT_SUPPER, {0, 0, 1, 300, 0, 450, 0, -300}},
        {monday, STATEMENT_ALL, {.fee_fen = 5, .net_fen = -5}},
        {monday + 2, STATEMENT_NIGHT, {1, 80, 0, 0, 80, 0, 0, 80}},
        {monday + 2, STATEMENT_ALL, {0}},
    };
    const struct statement statement = {
        .lines = lines, .line_count = 5, .total = {3, 1280, 1, 300, 80, 450, 5, 975}};
    CHECK_TEXT(render(&statement),
               HEADER "2026-03-02,breakfast,2,1200,0,0,0,0,0,1200\r\n"
                      "2026-03-02,supper,0,0,1,300,0,450,0,-300\r\n"
                      "2026-03-02,all,0,0,0,0,0,0,5,-5\r\n"
                      "2026-03-04,night,1,80,0,0,80,0,0,80\r\n"
                      "2026-03-04,all,0,0,0,0,0,0,0,0\r\n"
                      "TOTAL,,3,1280,1,300,80,450,5,975\r\n",
               "meals of a date come before its fee, dates in order, TOTAL last");
}

static void check_largest_numbers(void)
{
    const int64_t most = INT64_MIN;
    const struct statement_line line = {
        day_of("2026-03-02"), STATEMENT_BREAKFAST, {most, most, most, most, most, most, most, most}};
    const struct statement statement = {.lines = &line, .line_count = 1, .total = line.figures};
    CHECK(strstr(render(&statement), "TOTAL,,-9223372036854775808,") != NULL,
          "the longest numbers fit into a line");
}

static void check_editions(void)
{
    struct statement statement = {.edition = 0};
    struct statement_edition edition;
    bool is_current = true;
    ALWAYS(statement_csv_compare(arena, &statement, &edition, &is_current, &failure));
    CHECK(!is_current, "a statement that was never issued is not current");
    statement.edition = 1;
    memcpy(statement.sha256, edition.sha256, sizeof statement.sha256);
    ALWAYS(statement_csv_compare(arena, &statement, &edition, &is_current, &failure));
    CHECK(is_current, "an edition with the same bytes is current");
    statement.total.fee_fen = 1;
    ALWAYS(statement_csv_compare(arena, &statement, &edition, &is_current, &failure));
    CHECK(!is_current, "one fen more makes another edition");
}

int main(void)
{
    ALWAYS(arena_open(&arena, 1 << 20, &failure));
    check_no_activity();
    check_days_and_total();
    check_largest_numbers();
    check_editions();
    arena_close(arena);
    return tap_end();
}
