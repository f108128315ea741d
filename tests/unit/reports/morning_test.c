#include <stdlib.h>

#include "base/fsfile.h"
#include "reports/html.h"
#include "reports/morning.h"
#include "tests/unit/tap.h"

/* A small town's second day: one school has not reported, one package waits, one is in quarantine, one
 * exception of each way of closing is open. `morning_test write` makes the golden pages anew, to be looked at
 * before they are committed. */

static struct morning_run runs[] = {{"post", "1, 2"}, {"settle", "1"}, {"seal", "1"}};
static struct morning_school_report reports[] = {
    {"3137000002", "日清市第2初级中学", 2, 0, "30000201 30000202"},
    {"2137000001", "日清市第1小学", 3, 3, ""},
};
static struct morning_package packages[] = {
    {"3137000002-01-20260303213100-000002.zip", "3137000002", "日清市第2初级中学", "waiting", "key_missing",
     "logs/30000201.bin names key 3des/2, which is not loaded", 20515},
    {"3137000002-02-20260303213200-000002.7z", "3137000002", "", "quarantined", "bad_digest",
     "MANIFEST.csv, line 2: sha256 of \"logs/a&b.bin\" differs", 20515},
};
static struct morning_exception exceptions[] = {
    {"tac_bad", false, {1, 1200}, {0, 0}, {2, 2050}, {1, 1, 0, 0}, 1},
    {"sequence_gap", true, {1, 300}, {1, 700}, {1, 300}, {1, 0, 0, 0}, 0},
};
static struct morning_list lists[] = {
    {"pos", 20260303, 300000, 120, 15, {2345, 6789012}, 2000, 1500, 300, 150, 40, 10},
    {"bus", 20260303, 1234, 1, 0, {0, 0}, 30, 30, 0, 0, 0, 0},
    {"gate", 20260303, 1234, 1, 0, {0, 0}, 0, 0, 0, 0, 0, 0},
};
static struct morning_proposal proposals[] = {
    {"370102010000000019", {2, 1450}, 20514, true},
    {"370102010000000027", {1, 300}, 20515, false},
};
static struct morning_correction corrections[] = {
    {7, "tac_bad", "post", "", "", 1250, "merchant_proof", 20515, "wang", "waits", ""},
    {6, "unknown_card", "transfer", "2004:213700000110001", "1298:unknown_card", 150, "test_record", 20514, "wang",
     "approved", "li"},
    {5, "sequence_gap", "void", "", "", 0, "lost_records", 20515, "<li>", "refused", "wang"},
};
static struct morning_movement movements[] = {
    {"purchase", "2001", "卡户存款", "2004", "应付商户", {1234, 1234567}},
    {"merchant_fee", "2004", "应付商户", "6002", "手续费收入", {1, 7407}},
};
static struct morning_balance balances[] = {
    {"2001", "卡户存款", false, 5000000, 1234567, 0, 3765433},
    {"2004", "应付商户", false, 1000000, 7407, 1234567, 2227160},
    {"3001", "期初", false, -6000000, 0, 0, -6000000},
    {"6002", "手续费收入", false, 0, 0, 7407, 7407},
    {"6201", "挂失损失", true, 0, 0, 0, 0},
};
static struct morning_merchant merchants[] = {
    {"213700000110001",
     "第一食堂",
     "日清市第1小学",
     0,
     {1000, 1000000, 0, 0, {2, 1980}, {1, 1200}, 6000, 1800000}},
    {"213700000110002",
     "<小卖部> & \"面点\"",
     "日清市第1小学",
     1,
     {234, 234567, 0, 0, {0, 0}, {0, 0}, 1407, 427160}},
};
static struct morning_school_sales schools[] = {
    {"2137000001", "日清市第1小学", 2, {1234, 1234567, 0, 0, {2, 1980}, {1, 1200}, 7407, 2227160}},
    {"3137000002", "", 1, {0, 0, 0, 0, {0, 0}, {0, 0}, 0, 0}},
};

static struct morning town(void)
{
    struct morning m = {
        .date = 20515,
        .first_date = 20514,
        .seal = {true, 6, 1235, 1241974, "c868b9ecaaad1d70a7f4367e0c12588e6b11b857a05cf42ca3ec2fb91966e852",
                 "bfaa864b7e55c258e6285e9f76473fcee1042476049a21a7f24d884c2f70f857"},
        .packages_digest = "30e5f6cd9877cde40e641577b7cda5549033213541e96d69d46e446517851ce4",
        .reference_digest = "9bdf5b423fd63cdbb813bf16bb5561a51a208fea690ad16df21daf7e8174802a",
        .reference_files = 5,
        .records = {3, 1, 1, 1, {1237, 1236767}, {1234, 1234567}, {1, 500}, {1, 1200}, {1, 500}},
        .days = {{20514, {900, 1000000, 0, 0, {0, 0}, {0, 0}, 0, 0}},
                 {20515, {1234, 1234567, 0, 0, {2, 1980}, {1, 1200}, 7407, 0}}},
        .day_count = 2,
        .runs = runs,
        .run_count = sizeof runs / sizeof *runs,
        .reports = reports,
        .report_count = sizeof reports / sizeof *reports,
        .packages = packages,
        .package_count = sizeof packages / sizeof *packages,
        .exceptions = exceptions,
        .exception_count = sizeof exceptions / sizeof *exceptions,
        .lists = lists,
        .list_count = sizeof lists / sizeof *lists,
        .cards_locked = 3,
        .proposals = proposals,
        .proposal_count = sizeof proposals / sizeof *proposals,
        .proposals_in_all = 5,
        .corrections = corrections,
        .correction_count = sizeof corrections / sizeof *corrections,
        .corrections_in_all = 5,
        .corrections_waiting = 1,
        .movements = movements,
        .movement_count = sizeof movements / sizeof *movements,
        .balances = balances,
        .balance_count = sizeof balances / sizeof *balances,
        .merchants = merchants,
        .merchant_count = sizeof merchants / sizeof *merchants,
        .merchants_on_file = 3,
        .schools = schools,
        .school_count = sizeof schools / sizeof *schools,
    };
    return m;
}

static struct arena *arena;

static bool render(const struct morning *m, enum language language, struct buf *page)
{
    struct model document;
    struct err e;
    arena_reset(arena);
    buf_reset(page);
    model_open(&document, arena, language, "日清市一卡通数据中心");
    bool rendered = morning_document(m, &document, &e) && html_render(&document, page, &e);
    if (!rendered)
        printf("# %s\n", e.message);
    return rendered;
}

static void compare_with_golden(enum language language, const char *path, bool is_write, const char *fact)
{
    struct morning m = town();
    struct buf page;
    struct err e;
    const char *golden = "";
    size_t length = 0;
    buf_open(&page, HTML_MAXIMUM_BYTES);
    bool same = render(&m, language, &page);
    if (same && is_write)
        same = fsfile_write(path, page.data, page.length, 0644, &e);
    same = same && fsfile_read(arena, path, HTML_MAXIMUM_BYTES, &golden, &length, &e) &&
           length == page.length && memcmp(golden, page.data, length) == 0;
    CHECK(same, fact);
    buf_close(&page);
}

static void check_verdicts(void)
{
    struct morning_verdict v;
    struct err e;
    struct morning m = town();
    CHECK(morning_judge(&m, &v, &e) && v.tone == MODEL_ATTENTION && v.tasks == 7,
          "counts the kinds of things to do");
    CHECK(v.lists_cut == 1 && v.left_out.count == 2345 && v.terminals_behind == 40,
          "knows what found no place on a list, and whose list is old");
    CHECK_INT(v.open_for_person.fen, 2050, "leaves out exceptions that close by themselves");
    CHECK_INT(v.oldest_days, 1, "knows the age of the oldest that needs a person");
    CHECK(v.schools_reported == 1 && v.terminals_reported == 3 && v.terminals_due == 5,
          "counts schools and terminals that have reported");

    m.report_count = 0;
    m.exception_count = 1;
    exceptions[0].closes_itself = true;
    m.records.waiting = m.records.quarantined = 0;
    m.list_count = 0;
    CHECK(morning_judge(&m, &v, &e) && v.tone == MODEL_ATTENTION && v.tasks == 1,
          "P-16 a correction that waits for a second person is something to do");
    m.corrections_waiting = 0;
    CHECK(morning_judge(&m, &v, &e) && v.tone == MODEL_GOOD && v.tasks == 0,
          "is good when nothing needs a person");
    m.seal.is_sealed = false;
    CHECK(morning_judge(&m, &v, &e) && v.tone == MODEL_ATTENTION && v.tasks == 0,
          "is a preview before the seal");
    exceptions[0].closes_itself = false;

    m = town();
    m.records.posted.fen++;
    CHECK(morning_judge(&m, &v, &e) && v.tone == MODEL_ALARM,
          "alarms when collected is not what was judged (R-22)");
    m = town();
    balances[0].closing_fen++;
    CHECK(morning_judge(&m, &v, &e) && v.tone == MODEL_ALARM && !v.is_balanced,
          "alarms when the trial balance does not close");
    balances[0].closing_fen--;
    movements[0].moved.fen--;
    CHECK(morning_judge(&m, &v, &e) && v.tone == MODEL_ALARM,
          "alarms when the transfers are not what the balance says");
    movements[0].moved.fen++;
    balances[0].debit_fen = INT64_MAX;
    CHECK(!morning_judge(&m, &v, &e) && e.kind == ERR_BUG, "refuses sums that overflow");
    balances[0].debit_fen = 1234567;
}

static void check_pages(void)
{
    struct buf page;
    struct morning m = town();
    buf_open(&page, HTML_MAXIMUM_BYTES);
    CHECK(render(&m, LANGUAGE_ZH_CN, &page) &&
              strstr(page.data, "&lt;小卖部&gt; &amp; &quot;面点&quot;") != NULL &&
              strstr(page.data, "<小卖部>") == NULL,
          "escapes names that look like markup");
    CHECK(strstr(page.data, "http") == NULL && strstr(page.data, "<script") == NULL &&
              strstr(page.data, "url(") == NULL,
          "needs no other file and no script");
    m.day_count = 1;
    m.days[0] = m.days[1];
    CHECK(render(&m, LANGUAGE_ZH_CN, &page) && strstr(page.data, "较前一日") == NULL,
          "does not compare the first day of the books with anything");
    m.merchant_count = m.school_count = m.movement_count = m.exception_count = m.report_count =
        m.package_count = m.correction_count = 0;
    m.merchants_on_file = 0;
    CHECK(render(&m, LANGUAGE_EN, &page) && strstr(page.data, "No money moved on this day.") != NULL,
          "says so where there is nothing to list");
    buf_close(&page);
}

static void check_many_schools(void)
{
    static struct morning_school_sales many[MORNING_SCHOOLS + 2];
    struct morning m = town();
    struct model document;
    struct err e;
    struct buf page;
    for (size_t i = 0; i < MORNING_SCHOOLS + 2; i++)
        many[i] =
            (struct morning_school_sales){"2137000001", "小学", 1, {1, 100, 0, 0, {0, 0}, {0, 0}, 0, 0}};
    many[MORNING_SCHOOLS + 1].name = "最后一所";
    CHECK(!morning_needs_schools(&m), "needs no page of schools for a town");
    m.schools = many;
    m.school_count = MORNING_SCHOOLS + 2;
    buf_open(&page, HTML_MAXIMUM_BYTES);
    CHECK(morning_needs_schools(&m) && render(&m, LANGUAGE_ZH_CN, &page) &&
              strstr(page.data, "最后一所") == NULL &&
              strstr(page.data, "<a href=\"schools.html\">其余 2 所学校</a>") != NULL &&
              strstr(page.data, "<td class=\"number\">42.00</td>") != NULL,
          "shows the first schools, one row for the others, and the total of all");
    buf_reset(&page);
    model_open(&document, arena, LANGUAGE_ZH_CN, "");
    CHECK(morning_document_schools(&m, &document, &e) && html_render(&document, &page, &e) &&
              strstr(page.data, "最后一所") != NULL && strstr(page.data, "其余") == NULL &&
              strstr(page.data, "<td class=\"number\">42.00</td>") != NULL,
          "lists every school on a page of its own");
    buf_close(&page);
}

int main(int argc, char **argv)
{
    struct err e;
    bool is_write = argc > 1 && strcmp(argv[1], "write") == 0;
    if (!arena_open(&arena, (size_t)64 << 20, &e))
        return EXIT_FAILURE;
    compare_with_golden(LANGUAGE_ZH_CN, "tests/golden/reports/morning.zh_CN.html", is_write,
                        "renders the morning page in Chinese, byte for byte");
    compare_with_golden(LANGUAGE_EN, "tests/golden/reports/morning.en.html", is_write,
                        "renders the morning page in English, byte for byte");
    check_verdicts();
    check_pages();
    check_many_schools();
    arena_close(arena);
    return tap_end();
}
