/* Whole solves for one right-hand side with the parts of a torn system: what schur.py does step by step.
 *
 * A torn system is its plan (`order`, `products`: the process and the product at each position; `torn`),
 * what makes its values relative (`weights`, `sizes`, by position), the links within the core as `split`
 * parts them, all links, and the tiles of its dense system. */
#include "kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct system {
    const int32_t *order;
    int64_t n;
    const int32_t *products;
    int64_t n_products;
    const double *weights;
    int64_t n_weights;
    const double *sizes;
    int64_t n_sizes;
    const int32_t *torn;
    int64_t h;
    const int32_t *inner_starts;
    int64_t n_inner_starts;
    const int32_t *inner;
    int64_t n_inner;
    const double *inner_needs;
    int64_t n_inner_needs;
    const int32_t *starts;
    int64_t n_starts;
    const int32_t *suppliers;
    int64_t n_suppliers;
    const double *needs;
    int64_t n_needs;
    const double *tiles;
    int64_t n_tiles, tile_columns;
};

/* The same as parameters of a loop, and as they are passed on. */
#define SYSTEM                                                                                      \
    const int32_t *order, int64_t n_order, const int32_t *products, int64_t n_products,             \
        const double *weights, int64_t n_weights, const double *sizes, int64_t n_sizes,             \
        const int32_t *torn, int64_t n_torn, const int32_t *inner_starts, int64_t n_inner_starts,   \
        const int32_t *inner, int64_t n_inner, const double *inner_needs, int64_t n_inner_needs,    \
        const int32_t *starts, int64_t n_starts, const int32_t *suppliers, int64_t n_suppliers,     \
        const double *needs, int64_t n_needs, const double *tiles, int64_t n_tiles,                 \
        int64_t tile_columns
#define GIVEN                                                                                       \
    order, n_order, products, n_products, weights, n_weights, sizes, n_sizes, torn, n_torn,         \
        inner_starts, n_inner_starts, inner, n_inner, inner_needs, n_inner_needs, starts, n_starts, \
        suppliers, n_suppliers, needs, n_needs, tiles, n_tiles, tile_columns

EXPORT int64_t pcf_adjoint(SYSTEM, const double *q, int64_t n_q, double *found, int64_t n_found);
EXPORT int64_t pcf_forward(SYSTEM, const double *f, int64_t n_f, double *found, int64_t n_found);
EXPORT int64_t pcf_measured(SYSTEM, const double *pivots, int64_t n_pivots, const double *entries,
                            int64_t n_entries, int64_t first, double *found, int64_t n_found,
                            double *left, int64_t n_left);
EXPORT int64_t pcf_moved(double step, double shrinks, const double *before, int64_t n_before,
                         const double *y, int64_t n_y, const double *before_left,
                         int64_t n_before_left, const double *y_left, int64_t n_y_left,
                         const double *rows, int64_t n_rows, const double *columns,
                         int64_t n_columns, double *found, int64_t n_found, double *largest,
                         int64_t n_largest);

/* How many rows of tiles a dense system of so many unknowns has. */
static int64_t rows_of(int64_t unknowns)
{
    return (unknowns + TILE - 1) / TILE;
}

static int fits(const struct system *s, int64_t n_given, int64_t n_found)
{
    const int64_t n = s->n, end = s->n_inner_starts - 1, rows = rows_of(s->h);
    return s->n_products == n && s->n_weights == n && s->n_sizes == n && n_given == n &&
           n_found == n && end >= 0 && end <= n && s->n_inner_needs >= s->n_inner &&
           s->n_needs >= s->n_suppliers && s->tile_columns == TILE &&
           s->n_tiles == rows * rows * TILE &&
           are_starts(s->inner_starts, s->n_inner_starts, end, s->n_inner) &&
           are_starts(s->starts, s->n_starts, n, s->n_suppliers) && all_within(s->order, n, n) &&
           all_within(s->products, n, n) && all_within(s->torn, s->h, end) &&
           all_within(s->inner, s->n_inner, end) &&
           all_within(s->suppliers, s->n_suppliers, n + s->h);
}

/* Return the first of `count` numbers that is not zero, or `count`. */
static int64_t first_of(const double *numbers, int64_t count)
{
    int64_t k = 0;
    while (k < count && numbers[k] == 0.0)
        k++;
    return k;
}

/* Room for a solve: b (n), u (n + h, from `n` on what the torn have), y (rows of tiles). */
struct room {
    double *b, *u, *y;
};

static int make_room(const struct system *s, struct room *r)
{
    const int64_t padded = rows_of(s->h) * TILE;
    r->b = calloc((size_t)(2 * s->n + s->h + padded + 1), sizeof *r->b);
    r->u = r->b + s->n;
    r->y = r->u + s->n + s->h;
    return r->b != NULL;
}

/* Find what the torn have from right-hand sides b, whose first number that is not zero is at `first`;
 * return where the pass over all positions is to start. */
static int64_t solve_torn(const struct system *s, struct room *r, int64_t first)
{
    const int64_t end = s->n_inner_starts - 1, h = s->h;
    if (first >= end)
        return first;
    lower(first, end, s->inner_starts, s->inner, s->inner_needs, r->b, r->u);
    for (int64_t t = 0; t < h; t++)
        r->y[t] = r->u[s->torn[t]];
    if (first_of(r->y, h) == h)
        return first;
    solve_tiles(rows_of(h), 0, s->tiles, r->y);
    memcpy(r->u + s->n, r->y, (size_t)h * sizeof *r->y);
    return 0;
}

/* Set `found` to the l of A' l = q. What nothing reaches stays zero. */
EXPORT int64_t pcf_adjoint(SYSTEM, const double *q, int64_t n_q, double *found, int64_t n_found)
{
    const struct system s = {GIVEN};
    struct room r;
    if (!fits(&s, n_q, n_found))
        return REFUSED;
    if (!make_room(&s, &r))
        return NO_MEMORY;
    for (int64_t k = 0; k < s.n; k++)
        r.b[k] = q[order[k]] * weights[k];
    lower(solve_torn(&s, &r, first_of(r.b, s.n)), s.n, starts, suppliers, needs, r.b, r.u);
    for (int64_t k = 0; k < s.n; k++)
        found[products[k]] = r.u[k] * sizes[k];
    free(r.b);
    return 0;
}

/* Do as `lower` for all positions from `start` on, and set `left` to b - A' l: `pivots` and `entries` are
 * those of the matrix itself by position, each times the size of the product that it stands for. */
static void lower_and_left(const struct system *s, int64_t start, const double *pivots,
                           const double *entries, const double *b, double *u, double *left)
{
    for (int64_t k = start; k < s->n; k++) {
        double total = b[k], second = 0.0, taken = 0.0, more = 0.0;
        int32_t e = s->starts[k];
        for (; e + 1 < s->starts[k + 1]; e += 2) {
            const double one = u[s->suppliers[e]], other = u[s->suppliers[e + 1]];
            total += s->needs[e] * one;
            second += s->needs[e + 1] * other;
            taken += entries[e] * one;
            more += entries[e + 1] * other;
        }
        if (e < s->starts[k + 1]) {
            total += s->needs[e] * u[s->suppliers[e]];
            taken += entries[e] * u[s->suppliers[e]];
        }
        u[k] = total + second;
        left[s->order[k]] = -(pivots[k] * u[k] + (taken + more));
    }
}

/* Set `found` to the l of A' l = e for a burden of one in the process at position `first` alone, and
 * `left` to e - A' l. */
EXPORT int64_t pcf_measured(SYSTEM, const double *pivots, int64_t n_pivots, const double *entries,
                            int64_t n_entries, int64_t first, double *found, int64_t n_found,
                            double *left, int64_t n_left)
{
    const struct system s = {GIVEN};
    struct room r;
    if (!fits(&s, n_left, n_found) || n_pivots != s.n || n_entries != s.n_suppliers ||
        first < 0 || first >= s.n)
        return REFUSED;
    if (!make_room(&s, &r))
        return NO_MEMORY;
    r.b[first] = weights[first];
    memset(left, 0, (size_t)s.n * sizeof *left);
    lower_and_left(&s, solve_torn(&s, &r, first), pivots, entries, r.b, r.u, left);
    left[order[first]] += 1.0;
    for (int64_t t = 0; t < s.h; t++) { /* l has what others took from the torn, not what came of it */
        const int32_t k = torn[t];
        left[order[k]] += pivots[k] * (r.u[k] - r.u[s.n + t]);
        r.u[k] = r.u[s.n + t];
    }
    for (int64_t k = 0; k < s.n; k++)
        found[products[k]] = r.u[k] * sizes[k];
    free(r.b);
    return 0;
}

/* Set `found` to the x of A x = f. */
EXPORT int64_t pcf_forward(SYSTEM, const double *f, int64_t n_f, double *found, int64_t n_found)
{
    const struct system s = {GIVEN};
    if (!fits(&s, n_f, n_found))
        return REFUSED;
    const int64_t n = s.n, h = s.h, end = n_inner_starts - 1, rows = rows_of(h);
    double *x = malloc((size_t)(n + h + end + rows * TILE + 1) * sizeof *x);
    if (!x)
        return NO_MEMORY;
    double *core = x + n + h, *y = core + end;
    memset(x + n, 0, (size_t)(h + end + rows * TILE) * sizeof *x);
    for (int64_t k = 0; k < n; k++)
        x[k] = f[products[k]] * sizes[k];
    upper(n, starts, suppliers, needs, x);
    memcpy(y, x + n, (size_t)h * sizeof *y);
    solve_tiles(rows, 1, tiles, y);
    for (int64_t t = 0; t < h; t++)
        core[torn[t]] = y[t];
    upper(end, inner_starts, inner, inner_needs, core);
    for (int64_t k = 0; k < end; k++)
        x[k] += core[k];
    for (int64_t k = 0; k < n; k++)
        found[order[k]] = x[k] * weights[k];
    free(x);
    return 0;
}

/* Set found = before + step y, and `largest` to the largest sizes of the same sum of what was left of
 * each, times `columns`, and of before and found times `rows`. Return how many shrank more than
 * `shrinks` times. */
WIDE EXPORT int64_t pcf_moved(double step, double shrinks, const double *before, int64_t n_before,
                              const double *y, int64_t n_y, const double *before_left,
                              int64_t n_before_left, const double *y_left, int64_t n_y_left,
                              const double *rows, int64_t n_rows, const double *columns,
                              int64_t n_columns, double *found, int64_t n_found, double *largest,
                              int64_t n_largest)
{
    const int64_t n = n_found;
    int64_t lost = 0;
    uint64_t most[3] = {0, 0, 0};
    if (n_before != n || n_y != n || n_before_left != n || n_y_left != n || n_rows != n ||
        n_columns != n || n_largest != 3)
        return REFUSED;
    for (int64_t i = 0; i < n; i++) {
        found[i] = before[i] + step * y[i];
        lost += fabs(before[i]) > shrinks * fabs(found[i]);
        most[0] = larger(most[0], (before_left[i] + step * y_left[i]) * columns[i]);
        most[1] = larger(most[1], before[i] * rows[i]);
        most[2] = larger(most[2], found[i] * rows[i]);
    }
    memcpy(largest, most, sizeof most);
    return lost;
}
