#include "base/money.h"
#include "reports/figure.h"
#include "reports/html.h"

/* Places are tenths of a pixel of the drawing, so that no float is needed. */
enum {
    WIDTH = 9600,
    HEIGHT = 2700,
    LEFT = 1000,
    RIGHT = 9500,
    TOP = 340,
    BOTTOM = 2180,
    LABEL_ABOVE = 120,
    LABEL_BELOW = 220,
    LABEL_ASIDE = 220,
    GRID_LINES = 4,
};

struct axis {
    int64_t bottom_fen, top_fen, step_fen;
};

/* 1, 2 or 5 times a power of ten, in yuan: the first step that reaches over the range in at most GRID_LINES.
 */
static int64_t nice_step(int64_t range_fen)
{
    static const int64_t factors[] = {1, 2, 5};
    for (int64_t power = 100; power <= INT64_MAX / 100; power *= 10)
        for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
            if (factors[i] * power >= (range_fen - 1) / GRID_LINES + 1)
                return factors[i] * power;
    return INT64_MAX / 100;
}

/* An axis that holds 0 and every point; of one step where all is 0. */
static struct axis make_axis(const struct model_chart *chart)
{
    struct axis axis = {0, 0, 0};
    for (size_t i = 0; i < chart->count; i++) {
        int64_t fen = chart->points[i].amount_fen;
        ALWAYS(fen > INT64_MIN / 100 && fen < INT64_MAX / 100);
        if (fen > axis.top_fen)
            axis.top_fen = fen;
        if (fen < axis.bottom_fen)
            axis.bottom_fen = fen;
    }
    axis.step_fen = nice_step(axis.top_fen - axis.bottom_fen);
    axis.top_fen = (axis.top_fen + axis.step_fen - 1) / axis.step_fen * axis.step_fen;
    axis.bottom_fen = -((-axis.bottom_fen + axis.step_fen - 1) / axis.step_fen * axis.step_fen);
    if (axis.top_fen == axis.bottom_fen)
        axis.top_fen = axis.step_fen;
    return axis;
}

static int y_of(const struct axis *axis, int64_t fen)
{
    return TOP + (int)money_share(axis->top_fen - fen, BOTTOM - TOP, axis->top_fen - axis->bottom_fen);
}

/* Days stand in the middle of slots of equal width, so that one day or two look as meant as seven. */
static int x_of(const struct model_chart *chart, size_t i)
{
    return LEFT + (int)((RIGHT - LEFT) * (2 * (int64_t)i + 1) / (2 * (int64_t)chart->count));
}

static void add_place(struct buf *out, const char *name, int tenths)
{
    buf_printf(out, " %s=\"%d.%d\"", name, tenths / 10, tenths % 10);
}

static void begin_text(struct buf *out, const char *class, int x, int y)
{
    buf_printf(out, "<text class=\"%s\"", class);
    add_place(out, "x", x);
    add_place(out, "y", y);
    buf_add_text(out, ">");
}

static void add_grid(struct buf *out, const struct axis *axis)
{
    for (int64_t fen = axis->bottom_fen; fen <= axis->top_fen; fen += axis->step_fen) {
        char text[FIGURE_BYTES];
        int y = y_of(axis, fen);
        buf_printf(out, "<line class=\"%s\"", fen == 0 ? "zero-line" : "grid");
        add_place(out, "x1", LEFT);
        add_place(out, "x2", RIGHT);
        add_place(out, "y1", y);
        add_place(out, "y2", y);
        buf_add_text(out, "/>");
        figure_count(fen / 100, text);
        begin_text(out, "tick", LEFT - 100, y + 40);
        buf_printf(out, "%s</text>\n", text);
    }
}

static void add_line(struct buf *out, const struct model_chart *chart, const struct axis *axis)
{
    buf_add_text(out, "<polyline class=\"line\" points=\"");
    for (size_t i = 0; i < chart->count; i++) {
        int x = x_of(chart, i), y = y_of(axis, chart->points[i].amount_fen);
        buf_printf(out, "%s%d.%d,%d.%d", i > 0 ? " " : "", x / 10, x % 10, y / 10, y % 10);
    }
    buf_add_text(out, "\"/>\n");
}

/* The value stands below its point in a valley, where the line goes up on its sides, else above. At the foot
 * of the drawing there is no room below: there it moves away from the side on which the line comes down. */
static void place_label(const struct model_chart *chart, const struct axis *axis, size_t i, int *x, int *y)
{
    int64_t fen = chart->points[i].amount_fen;
    bool left_is_higher = i > 0 && chart->points[i - 1].amount_fen > fen;
    bool right_is_higher = i + 1 < chart->count && chart->points[i + 1].amount_fen > fen;
    bool left_is_lower = i > 0 && !left_is_higher, right_is_lower = i + 1 < chart->count && !right_is_higher;
    *x = x_of(chart, i);
    *y = y_of(axis, fen);
    if (left_is_lower || right_is_lower || (!left_is_higher && !right_is_higher)) {
        *y -= LABEL_ABOVE;
    } else if (*y + LABEL_BELOW < BOTTOM) {
        *y += LABEL_BELOW;
    } else {
        *y -= LABEL_ABOVE;
        *x += left_is_higher == right_is_higher ? 0 : left_is_higher ? LABEL_ASIDE : -LABEL_ASIDE;
    }
}

static void add_points(struct buf *out, const struct model *m, const struct model_chart *chart,
                       const struct axis *axis)
{
    for (size_t i = 0; i < chart->count; i++) {
        char yuan[FIGURE_BYTES], date[DATE_TEXT_BYTES];
        int x = x_of(chart, i), label_x, label_y;
        buf_add_text(out, "<circle class=\"point\" r=\"4\"");
        add_place(out, "cx", x);
        add_place(out, "cy", y_of(axis, chart->points[i].amount_fen));
        buf_add_text(out, "/>");
        figure_yuan(chart->points[i].amount_fen, yuan);
        place_label(chart, axis, i, &label_x, &label_y);
        begin_text(out, chart->points[i].amount_fen < 0 ? "value negative" : "value", label_x, label_y);
        buf_printf(out, "%s</text>", yuan);
        date_format(chart->points[i].day, date);
        begin_text(out, "day", x, BOTTOM + 240);
        buf_printf(out, "%s</text>", date + 5);
        begin_text(out, "weekday", x, BOTTOM + 410);
        buf_printf(out, "%s</text>\n", words_weekday(m->language, chart->points[i].day));
    }
}

/* What the picture says, for those who cannot see it. */
static void add_label(struct buf *out, const struct model *m, const struct model_block *block)
{
    const struct model_point *first = block->chart.points, *last = first + block->chart.count - 1;
    const char *text = words_text(m->language, WORD_CHART_LABEL);
    char from[DATE_TEXT_BYTES], to[DATE_TEXT_BYTES], yuan[FIGURE_BYTES];
    date_format(first->day, from);
    date_format(last->day, to);
    figure_yuan(last->amount_fen, yuan);
    const char *const values[] = {block->title, from, to, yuan};
    for (; *text != '\0'; text++) {
        if (*text == '{') {
            html_escape(out, values[text[1] - '1']);
            text += 2;
        } else {
            buf_add(out, text, 1);
        }
    }
}

void html_add_chart(struct buf *out, const struct model *m, const struct model_block *block)
{
    const struct model_chart *chart = &block->chart;
    if (chart->count == 0)
        return;
    struct axis axis = make_axis(chart);
    buf_printf(out,
               "<div class=\"scroll\"><svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
               WIDTH / 10, HEIGHT / 10);
    add_label(out, m, block);
    buf_add_text(out, "\">\n");
    begin_text(out, "tick", LEFT - 100, TOP - 180);
    html_escape(out, words_text(m->language, WORD_YUAN));
    buf_add_text(out, "</text>\n");
    add_grid(out, &axis);
    if (chart->count > 1)
        add_line(out, chart, &axis);
    add_points(out, m, chart, &axis);
    buf_add_text(out, "</svg></div>\n");
}
