/* Passes over a plan: the layout is told in pcf/inventory/tearing/__init__.py, and every loop stands
 * there in plain Python, in kernels.py, under the same name. */
#include "kernels.h"

EXPORT int64_t pcf_abi(void);
EXPORT int64_t pcf_needs(const double *data, int64_t n_data, const int32_t *pivots,
                         int64_t n_pivots, const int32_t *starts, int64_t n_starts,
                         const int32_t *suppliers, int64_t n_suppliers, const int32_t *entries,
                         int64_t n_entries, const int32_t *torn, int64_t n_torn,
                         const double *sizes, int64_t n_sizes, double *needs, int64_t n_needs);
EXPORT int64_t pcf_lower(int64_t start, int64_t end, const int32_t *starts, int64_t n_starts,
                         const int32_t *suppliers, int64_t n_suppliers, const double *needs,
                         int64_t n_needs, const double *b, int64_t n_b, double *u, int64_t n_u);
EXPORT int64_t pcf_upper(int64_t end, const int32_t *starts, int64_t n_starts,
                         const int32_t *suppliers, int64_t n_suppliers, const double *needs,
                         int64_t n_needs, double *x, int64_t n_x);
EXPORT int64_t pcf_lower16(int64_t start, int64_t end, const int32_t *starts, int64_t n_starts,
                           const int32_t *suppliers, int64_t n_suppliers, const double *needs,
                           int64_t n_needs, const double *b, int64_t n_b, double *u, int64_t n_u);
EXPORT int64_t pcf_upper16(int64_t end, const int32_t *starts, int64_t n_starts,
                           const int32_t *suppliers, int64_t n_suppliers, const double *needs,
                           int64_t n_needs, double *x, int64_t n_x);
EXPORT int64_t pcf_gather16(const double *values, int64_t n_values, int64_t columns,
                            const int32_t *places, int64_t n_places, const double *weights,
                            int64_t n_weights, int64_t start, int64_t count, double *rows,
                            int64_t n_rows);
EXPORT int64_t pcf_scatter16(const double *rows, int64_t n_rows, const int32_t *places,
                             int64_t n_places, const double *weights, int64_t n_weights,
                             int64_t start, int64_t count, double *values, int64_t n_values,
                             int64_t columns);

EXPORT int64_t pcf_abi(void)
{
    return PCF_ABI;
}

/* Set needs[e] to what one unit of its consumer needs, relative to `sizes`, by position; return how many
 * pivots are zero, and have then written nothing. */
EXPORT int64_t pcf_needs(const double *data, int64_t n_data, const int32_t *pivots,
                         int64_t n_pivots, const int32_t *starts, int64_t n_starts,
                         const int32_t *suppliers, int64_t n_suppliers, const int32_t *entries,
                         int64_t n_entries, const int32_t *torn, int64_t n_torn,
                         const double *sizes, int64_t n_sizes, double *needs, int64_t n_needs)
{
    const int64_t n = n_pivots;
    if (n_sizes != n || n_entries != n_suppliers || n_needs != n_suppliers || n_starts != n + 1 ||
        !are_starts(starts, n_starts, n, n_suppliers) || !all_within(pivots, n, n_data) ||
        !all_within(entries, n_entries, n_data) || !all_within(torn, n_torn, n) ||
        !all_within(suppliers, n_suppliers, n + n_torn))
        return REFUSED;
    int64_t zeros = 0;
    for (int64_t k = 0; k < n; k++)
        zeros += data[pivots[k]] == 0.0;
    if (zeros)
        return zeros;
    for (int64_t k = 0; k < n; k++) {
        const double own = data[pivots[k]] * sizes[k];
        for (int32_t e = starts[k]; e < starts[k + 1]; e++) {
            const int32_t from = suppliers[e];
            needs[e] = -data[entries[e]] / own * sizes[from < n ? from : torn[from - n]];
        }
    }
    return 0;
}

void lower(int64_t start, int64_t end, const int32_t *starts, const int32_t *suppliers,
           const double *needs, const double *b, double *u)
{
    for (int64_t k = start; k < end; k++) {
        /* Four sums side by side: each waits for its own last term alone. */
        double total = b[k], second = 0.0, third = 0.0, fourth = 0.0;
        int32_t e = starts[k];
        for (; e + 3 < starts[k + 1]; e += 4) {
            total += needs[e] * u[suppliers[e]];
            second += needs[e + 1] * u[suppliers[e + 1]];
            third += needs[e + 2] * u[suppliers[e + 2]];
            fourth += needs[e + 3] * u[suppliers[e + 3]];
        }
        for (; e < starts[k + 1]; e++)
            total += needs[e] * u[suppliers[e]];
        u[k] = (total + second) + (third + fourth);
    }
}

void upper(int64_t end, const int32_t *starts, const int32_t *suppliers, const double *needs,
           double *x)
{
    for (int64_t k = end - 1; k >= 0; k--) {
        const double run = x[k];
        if (run != 0.0)
            for (int32_t e = starts[k]; e < starts[k + 1]; e++)
                x[suppliers[e]] += needs[e] * run;
    }
}

/* Set u[k] = b[k] + sum needs[e] u[suppliers[e]] for positions start ... end - 1. */
EXPORT int64_t pcf_lower(int64_t start, int64_t end, const int32_t *starts, int64_t n_starts,
                         const int32_t *suppliers, int64_t n_suppliers, const double *needs,
                         int64_t n_needs, const double *b, int64_t n_b, double *u, int64_t n_u)
{
    if (start < 0 || end > n_b || end > n_u || n_needs < n_suppliers ||
        !are_starts(starts, n_starts, end, n_suppliers) || !all_within(suppliers, n_suppliers, n_u))
        return REFUSED;
    lower(start, end, starts, suppliers, needs, b, u);
    return 0;
}

/* Let every consumer before `end` add what it needs to its suppliers, last consumers first. */
EXPORT int64_t pcf_upper(int64_t end, const int32_t *starts, int64_t n_starts,
                         const int32_t *suppliers, int64_t n_suppliers, const double *needs,
                         int64_t n_needs, double *x, int64_t n_x)
{
    if (end > n_x || n_needs < n_suppliers || !are_starts(starts, n_starts, end, n_suppliers) ||
        !all_within(suppliers, n_suppliers, n_x))
        return REFUSED;
    upper(end, starts, suppliers, needs, x);
    return 0;
}

/* Do as `lower` for sixteen right-hand sides. */
WIDE EXPORT int64_t pcf_lower16(int64_t start, int64_t end, const int32_t *starts, int64_t n_starts,
                                const int32_t *suppliers, int64_t n_suppliers, const double *needs,
                                int64_t n_needs, const double *b, int64_t n_b, double *u,
                                int64_t n_u)
{
    if (start < 0 || end > n_b || end > n_u || n_needs < n_suppliers ||
        !are_starts(starts, n_starts, end, n_suppliers) || !all_within(suppliers, n_suppliers, n_u))
        return REFUSED;
    for (int64_t k = start; k < end; k++) {
        double total[LANES];
        EACH_LANE total[lane] = b[k * LANES + lane];
        for (int32_t e = starts[k]; e < starts[k + 1]; e++) {
            const double need = needs[e], *row = u + (int64_t)suppliers[e] * LANES;
            EACH_LANE total[lane] += need * row[lane];
        }
        EACH_LANE u[k * LANES + lane] = total[lane];
    }
    return 0;
}

/* Do as `upper` for sixteen right-hand sides. */
WIDE EXPORT int64_t pcf_upper16(int64_t end, const int32_t *starts, int64_t n_starts,
                                const int32_t *suppliers, int64_t n_suppliers, const double *needs,
                                int64_t n_needs, double *x, int64_t n_x)
{
    if (end > n_x || n_needs < n_suppliers || !are_starts(starts, n_starts, end, n_suppliers) ||
        !all_within(suppliers, n_suppliers, n_x))
        return REFUSED;
    for (int64_t k = end - 1; k >= 0; k--) {
        double run[LANES];
        EACH_LANE run[lane] = x[k * LANES + lane];
        for (int32_t e = starts[k]; e < starts[k + 1]; e++) {
            double *row = x + (int64_t)suppliers[e] * LANES, sum[LANES];
            EACH_LANE sum[lane] = row[lane] + needs[e] * run[lane];
            EACH_LANE row[lane] = sum[lane];
        }
    }
    return 0;
}

INLINE int fits16(int64_t start, int64_t count, int64_t columns, int64_t n_places,
                  int64_t n_weights, int64_t n_rows)
{
    return start >= 0 && count >= 0 && count <= LANES && start <= columns - count &&
           n_weights >= n_places && n_rows >= n_places;
}

/* Set rows[k] to weights[k] times columns start ... start + count - 1 of values[places[k]]. */
EXPORT int64_t pcf_gather16(const double *values, int64_t n_values, int64_t columns,
                            const int32_t *places, int64_t n_places, const double *weights,
                            int64_t n_weights, int64_t start, int64_t count, double *rows,
                            int64_t n_rows)
{
    if (!fits16(start, count, columns, n_places, n_weights, n_rows) ||
        !all_within(places, n_places, n_values))
        return REFUSED;
    for (int64_t k = 0; k < n_places; k++) {
        const double *from = values + (int64_t)places[k] * columns + start;
        for (int64_t lane = 0; lane < count; lane++)
            rows[k * LANES + lane] = from[lane] * weights[k];
    }
    return 0;
}

/* Set columns start ... start + count - 1 of values[places[k]] to weights[k] times rows[k]. */
EXPORT int64_t pcf_scatter16(const double *rows, int64_t n_rows, const int32_t *places,
                             int64_t n_places, const double *weights, int64_t n_weights,
                             int64_t start, int64_t count, double *values, int64_t n_values,
                             int64_t columns)
{
    if (!fits16(start, count, columns, n_places, n_weights, n_rows) ||
        !all_within(places, n_places, n_values))
        return REFUSED;
    for (int64_t k = 0; k < n_places; k++) {
        double *to = values + (int64_t)places[k] * columns + start;
        for (int64_t lane = 0; lane < count; lane++)
            to[lane] = rows[k * LANES + lane] * weights[k];
    }
    return 0;
}
