/* points: a set of points with whole coordinates, out of which points are taken one by one, and which finds the lowest one in
 * a stretch of columns. Of n points in n columns and n rows it looks at some √n for an answer, wherever they lie. */
#ifndef DAYBOOK_BASE_POINTS_H
#define DAYBOOK_BASE_POINTS_H

#include <stdint.h>

#include "base/err.h"

enum { POINTS_NONE = UINT32_MAX };

struct points_box {
    uint32_t x_first, x_last, y_first, y_last; /* x_first > x_last: empty */
};
struct points {
    struct points_box *boxes; /* a binary tree: [1] holds all, 2 i and 2 i + 1 lie in i, each point in one of the leaves */
    uint32_t *leaf_of;        /* by row */
    uint32_t leaf_count;
    uint64_t steps; /* boxes looked at so far */
};

/* Point i lies in row i and in column columns[i]; columns are below count, each taken once. */
MUST_CHECK bool points_open(struct points *points, const uint32_t *columns, uint32_t count, struct err *e);
void points_close(struct points *points);
/* Takes out the point of a row, which may be out already. */
void points_remove(struct points *points, uint32_t row);
/* The lowest row, at least y_from, of the points in columns x_from to below x_end; POINTS_NONE: there is none. */
uint32_t points_lowest(struct points *points, uint32_t x_from, uint32_t x_end, uint32_t y_from);

#endif
