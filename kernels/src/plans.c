/* Does a plan that was kept fit a matrix? What `_is_whole` in cache.py asks with array operations. */
#include "kernels.h"

#include <stdlib.h>

EXPORT int64_t pcf_own_entries(const int32_t *indptr, int64_t n_indptr, const int32_t *indices,
                               int64_t n_indices, const double *data, int64_t n_data);
EXPORT int64_t pcf_misfits(int64_t up_end, int64_t core_end, const int32_t *indptr,
                           int64_t n_indptr, const int32_t *indices, int64_t n_indices,
                           const int32_t *order, int64_t n_order, const int32_t *positions,
                           int64_t n_positions, const int32_t *products, int64_t n_products,
                           const int32_t *torn, int64_t n_torn, const int32_t *starts,
                           int64_t n_starts, const int32_t *suppliers, int64_t n_suppliers,
                           const int32_t *entries, int64_t n_entries, const int32_t *pivots,
                           int64_t n_pivots);

/* Return how many columns have an entry of their own row that is not zero. */
EXPORT int64_t pcf_own_entries(const int32_t *indptr, int64_t n_indptr, const int32_t *indices,
                               int64_t n_indices, const double *data, int64_t n_data)
{
    if (n_data != n_indices || !are_starts(indptr, n_indptr, n_indptr - 1, n_indices))
        return REFUSED;
    int64_t count = 0;
    for (int64_t j = 0; j < n_indptr - 1; j++)
        for (int32_t e = indptr[j]; e < indptr[j + 1]; e++)
            count += (indices[e] == j) & (data[e] != 0.0);
    return count;
}

/* Say whether entry e stands in column v and has not been met before; note that it has. */
static int is_new(const int32_t *indptr, int32_t v, int32_t e, uint8_t *seen)
{
    const int fits = e >= indptr[v] && e < indptr[v + 1] && !seen[e];
    if (fits)
        seen[e] = 1;
    return fits;
}

/* Return zero where every entry of the matrix stands in the plan once and in an order of supply, the
 * positions of torn processes in the core, and inputs from them not before it; else one. Lengths agree,
 * `starts` ascend from zero to the number of inputs, and no index leads out of its array: whoever calls
 * has seen to that, and it is refused otherwise. */
EXPORT int64_t pcf_misfits(int64_t up_end, int64_t core_end, const int32_t *indptr,
                           int64_t n_indptr, const int32_t *indices, int64_t n_indices,
                           const int32_t *order, int64_t n_order, const int32_t *positions,
                           int64_t n_positions, const int32_t *products, int64_t n_products,
                           const int32_t *torn, int64_t n_torn, const int32_t *starts,
                           int64_t n_starts, const int32_t *suppliers, int64_t n_suppliers,
                           const int32_t *entries, int64_t n_entries, const int32_t *pivots,
                           int64_t n_pivots)
{
    const int64_t n = n_order, links = n_suppliers;
    if (n_indptr != n + 1 || n_indices != n + links || n_positions != n || n_products != n ||
        n_pivots != n || n_starts != n + 1 || n_entries != links || up_end < 0 ||
        up_end > core_end || core_end > n || !are_starts(indptr, n_indptr, n, n_indices) ||
        !are_starts(starts, n_starts, n, links) || starts[0] != 0 || starts[n] != links ||
        !all_within(indices, n_indices, n) || !all_within(order, n, n) ||
        !all_within(positions, n, n) || !all_within(products, n, n) ||
        !all_within(torn, n_torn, n) || !all_within(suppliers, links, n + n_torn) ||
        !all_within(entries, links, n_indices) || !all_within(pivots, n, n_indices))
        return REFUSED;
    uint8_t *seen = calloc((size_t)(n + n_indices + 1), 1);
    if (!seen)
        return NO_MEMORY;
    uint8_t *made = seen + n_indices;
    int fits = 1;
    for (int64_t t = 0; t < n_torn; t++)
        fits &= torn[t] >= up_end && torn[t] < core_end;
    for (int64_t k = 0; fits && k < n; k++) {
        fits = positions[order[k]] == k && !made[products[k]] &&
               indices[pivots[k]] == products[k] && is_new(indptr, order[k], pivots[k], seen);
        made[products[k]] = 1;
        for (int32_t e = starts[k]; fits && e < starts[k + 1]; e++) {
            const int32_t from = suppliers[e], at = from < n ? from : torn[from - n];
            fits = indices[entries[e]] == products[at] &&
                   is_new(indptr, order[k], entries[e], seen) && (from < k || (from >= n && k >= up_end));
        }
    }
    free(seen);
    return !fits;
}
