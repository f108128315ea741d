#include <stdlib.h>

#include "reports/figure.h"
#include "reports/html.h"
#include "tests/unit/tap.h"

static struct arena *arena;

static bool has(const struct buf *out, const char *text)
{
    return strstr(out->data, text) != NULL;
}

static void check_escaping(void)
{
    struct buf out;
    buf_open(&out, 1 << 16);
    html_escape(&out, "<a href='x'>\"Müller\" & 食堂</a>");
    CHECK_TEXT(out.data, "&lt;a href=&#39;x&#39;&gt;&quot;Müller&quot; &amp; 食堂&lt;/a&gt;",
               "escapes markup and both quotes, and leaves all other text");
    buf_reset(&out);
    html_escape(&out, "a\x01"
                      "b\tc\x7f");
    CHECK_TEXT(out.data,
               "a\xef\xbf\xbd"
               "b\tc\xef\xbf\xbd",
               "replaces characters that HTML cannot hold");
    buf_reset(&out);
    html_escape(&out, "");
    CHECK_INT(out.length, 0, "escapes nothing to nothing");
    buf_close(&out);
}

static void draw(struct buf *out, const struct model_point *points, size_t count)
{
    struct model m;
    model_open(&m, arena, LANGUAGE_EN, "");
    model_chart(&m, "Turnover", points, count);
    buf_reset(out);
    html_add_chart(out, &m, m.first);
}

static size_t count_of(const struct buf *out, const char *text)
{
    size_t count = 0;
    for (const char *at = out->data; (at = strstr(at, text)) != NULL; at++)
        count++;
    return count;
}

static void check_charts(void)
{
    struct buf out;
    buf_open(&out, 1 << 20);
    draw(&out, NULL, 0);
    CHECK_INT(out.length, 0, "draws nothing without days");

    const struct model_point one[] = {{20515, 123456}};
    draw(&out, one, 1);
    CHECK(has(&out, "cx=\"525.0\"") && !has(&out, "<polyline") && has(&out, ">1,234.56<") &&
              has(&out, ">03-03<"),
          "puts a single day into the middle, without a line");
    CHECK(has(&out, "aria-label=\"Turnover: from 2026-03-03 to 2026-03-03, on the last day 1,234.56 yuan\""),
          "says what the picture shows");

    const struct model_point zero[] = {{20515, 0}, {20516, 0}, {20517, 0}};
    draw(&out, zero, 3);
    CHECK(count_of(&out, "cy=\"218.0\"") == 3 && has(&out, ">0.00<") && count_of(&out, "zero-line") == 1,
          "draws days without turnover on the zero line");

    const struct model_point below[] = {{20515, 10000}, {20516, -5000}};
    draw(&out, below, 2);
    CHECK(has(&out, "class=\"value negative\"") && has(&out, ">-50.00<") && has(&out, ">-50<") &&
              has(&out, ">100<"),
          "lets the axis go below zero");
    CHECK(!has(&out, "y=\"-"), "keeps everything inside of the drawing");

    const struct model_point seven[] = {{20515, 1}, {20516, 999}, {20517, 5}, {20518, 100000000000},
                                        {20519, 0}, {20520, 7},   {20521, 3}};
    draw(&out, seven, 7);
    CHECK(count_of(&out, "<circle") == 7 && has(&out, ">1,000,000,000.00<") &&
              count_of(&out, "class=\"tick\"") <= 7,
          "draws seven days of very different size with few lines");
    buf_close(&out);
}

static const struct model_column columns[] = {
    {WORD_MERCHANT, MODEL_NO_GROUP, MODEL_TEXT}, {WORD_DEBIT, WORD_OPENING, MODEL_FEN},
    {WORD_CREDIT, WORD_OPENING, MODEL_FEN},      {WORD_PURCHASES, MODEL_NO_GROUP, MODEL_COUNT},
    {WORD_DATE, MODEL_NO_GROUP, MODEL_DATE},     {WORD_REASON, MODEL_NO_GROUP, MODEL_PERCENT}};

static void check_tables(void)
{
    struct buf out;
    struct model m;
    struct err e;
    buf_open(&out, 1 << 20);
    model_open(&m, arena, LANGUAGE_EN, "<site>");
    m.title = "T";
    model_table(&m, MODEL_COLUMNS(columns), WORD_NONE);
    model_row(&m, MODEL_ROW, 2);
    model_put_link(&m, "a & b", "x\"y.html");
    model_put_number(&m, -1234567);
    model_put_number(&m, 0);
    model_put_number(&m, 1234567);
    model_put_number(&m, 20515);
    model_put_number(&m, 9999);
    model_row(&m, MODEL_TOTAL, 0);
    model_put_text(&m, "sum");
    for (int i = 0; i < 5; i++)
        model_put_blank(&m);
    CHECK(model_ok(&m, &e) && html_render(&m, &out, &e), "renders a table");
    CHECK(has(&out, "<th scope=\"colgroup\" class=\"group\" colspan=\"2\">Opening</th>") &&
              has(&out, "<th scope=\"col\" class=\"text\" rowspan=\"2\">Merchant</th>"),
          "puts a heading over columns of one group");
    CHECK(has(&out, "<td class=\"text in2\"><a href=\"x&quot;y.html\">a &amp; b</a></td>"),
          "indents what belongs to the row above, and escapes links");
    CHECK(has(&out, "<span class=\"negative\">-12,345.67</span>"),
          "shows a negative amount with its minus, in red");
    CHECK(has(&out, "<span class=\"zero\">–</span>"), "shows zero as a dash");
    CHECK(has(&out, ">1,234,567</td>") && has(&out, ">2026-03-03</td>") && has(&out, ">99.99%</td>"),
          "writes counts, dates and percentages by the kind of their column");
    CHECK(has(&out, "<tr class=\"total\"><td class=\"text\">sum</td><td class=\"number\"></td>"),
          "leaves a blank cell blank, which is not zero");
    CHECK(has(&out, "&lt;site&gt;") && !has(&out, "<site>"), "escapes the name of the site");
    buf_close(&out);
}

static void check_failures(void)
{
    struct arena *small;
    struct model m;
    struct err e;
    struct buf out;
    if (!arena_open(&small, 4096, &e))
        exit(EXIT_FAILURE);
    model_open(&m, small, LANGUAGE_ZH_CN, "");
    model_table(&m, MODEL_COLUMNS(columns), WORD_NONE);
    for (int i = 0; i < 1000; i++) {
        model_row(&m, MODEL_ROW, 0);
        for (int column = 0; column < 6; column++)
            model_put_blank(&m);
    }
    CHECK(!model_ok(&m, &e) && e.kind == ERR_BUG,
          "keeps the first failure of a document and tells it at the end");
    arena_close(small);
    buf_open(&out, 512);
    model_open(&m, arena, LANGUAGE_ZH_CN, "");
    CHECK(!html_render(&m, &out, &e), "fails when the page does not fit");
    buf_close(&out);
}

static void check_figures(void)
{
    char text[FIGURE_BYTES];
    figure_count(INT64_MIN, text);
    CHECK_TEXT(text, "-9,223,372,036,854,775,808", "writes the smallest count");
    figure_count(999, text);
    CHECK_TEXT(text, "999", "writes a count below a thousand without a mark");
    figure_percent(-5, text);
    CHECK_TEXT(text, "-0.05%", "writes a small negative percentage");
    CHECK_INT(figure_share(9999999, 10000000), 9999, "says 100 % of all only");
    CHECK_INT(figure_share(0, 0), 0, "has a share of nothing");
}

int main(void)
{
    struct err e;
    if (!arena_open(&arena, (size_t)16 << 20, &e))
        return EXIT_FAILURE;
    check_escaping();
    check_charts();
    check_tables();
    check_failures();
    check_figures();
    arena_close(arena);
    return tap_end();
}
