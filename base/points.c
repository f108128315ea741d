#include "base/points.h"

#include <stdlib.h>

static const struct points_box nothing = {UINT32_MAX, 0, UINT32_MAX, 0};

/* Points that lie near each other in both directions lie near each other in the order of bits that take turns. */
struct leaf {
    uint64_t order;
    uint32_t row;
};

static uint64_t spread(uint32_t number)
{
    uint64_t n = number;
    n = (n | n << 16) & UINT64_C(0x0000FFFF0000FFFF);
    n = (n | n << 8) & UINT64_C(0x00FF00FF00FF00FF);
    n = (n | n << 4) & UINT64_C(0x0F0F0F0F0F0F0F0F);
    n = (n | n << 2) & UINT64_C(0x3333333333333333);
    return (n | n << 1) & UINT64_C(0x5555555555555555);
}

static int compare_leaves(const void *a, const void *b)
{
    const struct leaf *x = a, *y = b;
    return (x->order > y->order) - (x->order < y->order);
}

static struct points_box box_around(const struct points_box *a, const struct points_box *b)
{
    return (struct points_box){a->x_first < b->x_first ? a->x_first : b->x_first,
                               a->x_last > b->x_last ? a->x_last : b->x_last,
                               a->y_first < b->y_first ? a->y_first : b->y_first,
                               a->y_last > b->y_last ? a->y_last : b->y_last};
}

static void fill(struct points *points, const struct leaf *leaves, const uint32_t *columns, uint32_t count)
{
    for (uint32_t i = 0; i < points->leaf_count; i++)
        points->boxes[points->leaf_count + i] = nothing;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t row = leaves[i].row, column = columns[row];
        points->leaf_of[row] = points->leaf_count + i;
        points->boxes[points->leaf_count + i] = (struct points_box){column, column, row, row};
    }
    for (uint32_t i = points->leaf_count - 1; i > 0; i--)
        points->boxes[i] = box_around(&points->boxes[2 * i], &points->boxes[2 * i + 1]);
}

bool points_open(struct points *points, const uint32_t *columns, uint32_t count, struct err *e)
{
    *points = (struct points){.leaf_count = 1};
    while (points->leaf_count < count)
        points->leaf_count *= 2;
    struct leaf *leaves = malloc(((size_t)count + 1) * sizeof *leaves);
    points->boxes = malloc(2 * (size_t)points->leaf_count * sizeof *points->boxes);
    points->leaf_of = malloc(((size_t)count + 1) * sizeof *points->leaf_of);
    bool done = leaves && points->boxes && points->leaf_of;
    if (!done)
        (void)err_set(e, ERR_BUG, "no memory for %u points", count);
    for (uint32_t i = 0; done && i < count; i++)
        leaves[i] = (struct leaf){spread(columns[i]) << 1 | spread(i), i};
    if (done && count > 1)
        qsort(leaves, count, sizeof *leaves, compare_leaves);
    if (done)
        fill(points, leaves, columns, count);
    free(leaves);
    return done;
}

void points_close(struct points *points)
{
    free(points->boxes);
    free(points->leaf_of);
    *points = (struct points){0};
}

void points_remove(struct points *points, uint32_t row)
{
    uint32_t at = points->leaf_of[row];
    for (points->boxes[at] = nothing, at /= 2; at > 0; at /= 2)
        points->boxes[at] = box_around(&points->boxes[2 * at], &points->boxes[2 * at + 1]);
}

struct wish {
    uint32_t x_from, x_end, y_from;
    uint32_t lowest; /* so far */
};

static void look(struct points *points, uint32_t at, struct wish *wish)
{
    const struct points_box *box = &points->boxes[at];
    points->steps++;
    if (box->y_first >= wish->lowest || box->y_last < wish->y_from || box->x_first >= wish->x_end ||
        box->x_last < wish->x_from)
        return;
    if (box->x_first >= wish->x_from && box->x_last < wish->x_end && box->y_first >= wish->y_from) {
        wish->lowest = box->y_first;
        return;
    }
    look(points, 2 * at, wish);
    look(points, 2 * at + 1, wish);
}

uint32_t points_lowest(struct points *points, uint32_t x_from, uint32_t x_end, uint32_t y_from)
{
    struct wish wish = {x_from, x_end, y_from, POINTS_NONE};
    if (x_from < x_end)
        look(points, 1, &wish);
    return wish.lowest;
}
