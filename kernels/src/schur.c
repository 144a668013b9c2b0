/* The dense system of the torn: what one unit of each needs of each, and solving with its tiles.
 * `split` and `loops` stand in plain Python in pcf/inventory/tearing/kernels.py, `solve_tiles` as array
 * operations in dense.py. */
#include "kernels.h"

#include <stdlib.h>
#include <string.h>

/* Right-hand sides that travel together: the rows of the core stay within a cache of a megabyte. */
#define SIDES 8
#define EACH_SIDE for (int side = 0; side < SIDES; side++)

EXPORT int64_t pcf_split(int64_t n, int64_t end, const int32_t *starts, int64_t n_starts,
                         const int32_t *suppliers, int64_t n_suppliers, const double *needs,
                         int64_t n_needs, int32_t *inner_starts, int64_t n_inner_starts,
                         int32_t *inner, int64_t n_inner, double *inner_needs, int64_t n_inner_needs,
                         int32_t *torn_starts, int64_t n_torn_starts, int32_t *rows, int64_t n_rows,
                         double *torn_needs, int64_t n_torn_needs);
EXPORT int64_t pcf_loops(int64_t first, int64_t last, const int32_t *inner_starts,
                         int64_t n_inner_starts, const int32_t *inner, int64_t n_inner,
                         const double *inner_needs, int64_t n_inner_needs,
                         const int32_t *torn_starts, int64_t n_torn_starts, const int32_t *rows,
                         int64_t n_rows, const double *torn_needs, int64_t n_torn_needs,
                         const int32_t *torn, int64_t n_torn, double *found, int64_t n_found,
                         int64_t columns);

/* Part the links of positions before `end`: those from positions, by consumer as they are, and those
 * from the torn, by torn process. Arrays are as long as there may be links of a kind. */
EXPORT int64_t pcf_split(int64_t n, int64_t end, const int32_t *starts, int64_t n_starts,
                         const int32_t *suppliers, int64_t n_suppliers, const double *needs,
                         int64_t n_needs, int32_t *inner_starts, int64_t n_inner_starts,
                         int32_t *inner, int64_t n_inner, double *inner_needs, int64_t n_inner_needs,
                         int32_t *torn_starts, int64_t n_torn_starts, int32_t *rows, int64_t n_rows,
                         double *torn_needs, int64_t n_torn_needs)
{
    const int64_t h = n_torn_starts - 1;
    if (n < 0 || h < 0 || end > INT32_MAX || n_needs < n_suppliers || n_inner_starts != end + 1 ||
        !are_starts(starts, n_starts, end, n_suppliers) ||
        !all_within(suppliers, n_suppliers, n + h))
        return REFUSED;
    int64_t within = 0;
    for (int32_t e = starts[0]; e < starts[end]; e++)
        within += suppliers[e] < n;
    const int64_t torn = starts[end] - starts[0] - within;
    if (n_inner < within || n_inner_needs < within || n_rows < torn || n_torn_needs < torn)
        return REFUSED;
    int32_t *at = calloc((size_t)(h + 1), sizeof *at);
    if (!at)
        return NO_MEMORY;
    for (int32_t e = starts[0]; e < starts[end]; e++)
        if (suppliers[e] >= n)
            at[suppliers[e] - n + 1]++;
    for (int64_t t = 0; t < h; t++)
        at[t + 1] += at[t];
    memcpy(torn_starts, at, (size_t)(h + 1) * sizeof *at);
    int32_t count = 0;
    for (int64_t k = 0; k < end; k++) {
        inner_starts[k] = count;
        for (int32_t e = starts[k]; e < starts[k + 1]; e++)
            if (suppliers[e] < n) {
                inner[count] = suppliers[e];
                inner_needs[count++] = needs[e];
            } else {
                const int32_t here = at[suppliers[e] - n]++;
                rows[here] = (int32_t)k;
                torn_needs[here] = needs[e];
            }
    }
    inner_starts[end] = count;
    free(at);
    return 0;
}

WIDE static void pass(int64_t end, const int32_t *starts, const int32_t *suppliers,
                      const double *needs, double *u)
{
    for (int64_t k = 0; k < end; k++) {
        double total[SIDES];
        EACH_SIDE total[side] = u[k * SIDES + side];
        for (int32_t e = starts[k]; e < starts[k + 1]; e++) {
            const double need = needs[e], *row = u + (int64_t)suppliers[e] * SIDES;
            EACH_SIDE total[side] += need * row[side];
        }
        EACH_SIDE u[k * SIDES + side] = total[side];
    }
}

/* Set columns first ... last - 1 of `found` (h x h) to what one unit of each torn process needs of each,
 * with the links as `split` parts them. */
EXPORT int64_t pcf_loops(int64_t first, int64_t last, const int32_t *inner_starts,
                         int64_t n_inner_starts, const int32_t *inner, int64_t n_inner,
                         const double *inner_needs, int64_t n_inner_needs,
                         const int32_t *torn_starts, int64_t n_torn_starts, const int32_t *rows,
                         int64_t n_rows, const double *torn_needs, int64_t n_torn_needs,
                         const int32_t *torn, int64_t n_torn, double *found, int64_t n_found,
                         int64_t columns)
{
    const int64_t end = n_inner_starts - 1, h = n_torn;
    if (first < 0 || last > h || first > last || n_found != h || columns != h ||
        n_inner_needs < n_inner || n_torn_needs < n_rows ||
        !are_starts(inner_starts, n_inner_starts, end, n_inner) ||
        !are_starts(torn_starts, n_torn_starts, h, n_rows) || !all_within(inner, n_inner, end) ||
        !all_within(rows, n_rows, end) || !all_within(torn, n_torn, end))
        return REFUSED;
    double *u = malloc((size_t)(end * SIDES + 1) * sizeof *u);
    if (!u)
        return NO_MEMORY;
    for (int64_t start = first; start < last; start += SIDES) {
        const int64_t count = last - start < SIDES ? last - start : SIDES;
        memset(u, 0, (size_t)(end * SIDES) * sizeof *u);
        for (int64_t side = 0; side < count; side++)
            for (int32_t e = torn_starts[start + side]; e < torn_starts[start + side + 1]; e++)
                u[(int64_t)rows[e] * SIDES + side] += torn_needs[e];
        pass(end, inner_starts, inner, inner_needs, u);
        for (int64_t t = 0; t < h; t++)
            for (int64_t side = 0; side < count; side++)
                found[t * h + start + side] = u[(int64_t)torn[t] * SIDES + side];
    }
    free(u);
    return 0;
}

/* Take a tile times x from y. */
WIDE static void less(const double *tile, const double *x, double *y)
{
    for (int row = 0; row < TILE; row++) {
        double sums[8] = {0.0};
        for (int column = 0; column < TILE; column += 8)
            for (int lane = 0; lane < 8; lane++)
                sums[lane] += tile[row * TILE + column + lane] * x[column + lane];
        y[row] -= ((sums[0] + sums[1]) + (sums[2] + sums[3])) +
                  ((sums[4] + sums[5]) + (sums[6] + sums[7]));
    }
}

/* Take the transpose of a tile times x from y. */
WIDE static void less_turned(const double *tile, const double *x, double *y)
{
    double sums[TILE] = {0.0};
    for (int row = 0; row < TILE; row++)
        for (int column = 0; column < TILE; column++)
            sums[column] += tile[row * TILE + column] * x[row];
    for (int column = 0; column < TILE; column++)
        y[column] -= sums[column];
}

/* Set y to minus what `take` takes with y itself. */
static void replace(void (*take)(const double *, const double *, double *), const double *tile,
                    double *y)
{
    double product[TILE] = {0.0};
    take(tile, y, product);
    for (int row = 0; row < TILE; row++)
        y[row] = -product[row];
}

void solve_tiles(int64_t count, int turned, const double *tiles, double *y)
{
#define AT(i, j) (tiles + ((i) * count + (j)) * TILE * TILE)
    if (turned) {
        for (int64_t k = 0; k < count; k++) {
            for (int64_t i = 0; i < k; i++)
                less_turned(AT(i, k), y + i * TILE, y + k * TILE);
            replace(less_turned, AT(k, k), y + k * TILE);
        }
        for (int64_t k = count - 1; k >= 0; k--)
            for (int64_t i = k + 1; i < count; i++)
                less_turned(AT(i, k), y + i * TILE, y + k * TILE);
    } else {
        for (int64_t k = 0; k < count; k++)
            for (int64_t i = k + 1; i < count; i++)
                less(AT(i, k), y + k * TILE, y + i * TILE);
        for (int64_t k = count - 1; k >= 0; k--) {
            for (int64_t i = k + 1; i < count; i++)
                less(AT(k, i), y + i * TILE, y + k * TILE);
            replace(less, AT(k, k), y + k * TILE);
        }
    }
#undef AT
}
