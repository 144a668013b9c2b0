/* Matrices by columns: where their entries stand, products with them, their scales. As SciPy's CSC:
 * column j holds the entries indptr[j] : indptr[j + 1], in rows indices[e], of values data[e]. */
#include "kernels.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_MEANS 100

EXPORT int64_t pcf_sum_entries(int64_t rows, const int32_t *row, int64_t n_row,
                               const int32_t *column, int64_t n_column, const double *value,
                               int64_t n_value, int32_t *indptr, int64_t n_indptr,
                               int32_t *indices, int64_t n_indices, double *data, int64_t n_data);
EXPORT int64_t pcf_times(const int32_t *indptr, int64_t n_indptr, const int32_t *indices,
                         int64_t n_indices, const double *data, int64_t n_data, const double *v,
                         int64_t n_v, int64_t v_columns, double *found, int64_t n_found,
                         int64_t columns);
EXPORT int64_t pcf_turned_times(const int32_t *indptr, int64_t n_indptr, const int32_t *indices,
                                int64_t n_indices, const double *data, int64_t n_data,
                                const double *v, int64_t n_v, int64_t v_columns, double *found,
                                int64_t n_found, int64_t columns);
EXPORT int64_t pcf_left(const int32_t *indptr, int64_t n_indptr, const int32_t *indices,
                        int64_t n_indices, const double *data, int64_t n_data, const double *v,
                        int64_t n_v, const double *b, int64_t n_b,
                        const double *rows, int64_t n_rows, const double *columns,
                        int64_t n_columns, double *left, int64_t n_left, double *largest,
                        int64_t n_largest);
EXPORT int64_t pcf_scales(int64_t means, const int32_t *indptr, int64_t n_indptr,
                          const int32_t *indices, int64_t n_indices, const double *size,
                          int64_t n_size, double *rows, int64_t n_rows, double *columns,
                          int64_t n_columns);
EXPORT int64_t pcf_norms(const int32_t *indptr, int64_t n_indptr, const int32_t *indices,
                         int64_t n_indices, const double *data, int64_t n_data, const double *rows,
                         int64_t n_rows, const double *columns, int64_t n_columns, double *norms,
                         int64_t n_norms);

void sort_by(const int32_t *key, int64_t count, int64_t keys, const int32_t *before, int32_t *at,
             int32_t *sorted)
{
    memset(at, 0, (size_t)(keys + 1) * sizeof *at);
    for (int64_t e = 0; e < count; e++)
        at[key[e] + 1]++;
    for (int64_t k = 0; k < keys; k++)
        at[k + 1] += at[k];
    for (int64_t e = 0; e < count; e++) {
        int32_t each = before ? before[e] : (int32_t)e;
        sorted[at[key[each]]++] = each;
    }
}

/* Set a matrix by columns to entries in any order; those of one place add up in their order. Arrays are
 * as long as the entries; return how many are taken. */
EXPORT int64_t pcf_sum_entries(int64_t rows, const int32_t *row, int64_t n_row,
                               const int32_t *column, int64_t n_column, const double *value,
                               int64_t n_value, int32_t *indptr, int64_t n_indptr,
                               int32_t *indices, int64_t n_indices, double *data, int64_t n_data)
{
    const int64_t count = n_row, columns = n_indptr - 1, keys = rows > columns ? rows : columns;
    if (columns < 0 || rows < 0 || keys > INT32_MAX - 1 || count > INT32_MAX || n_column != count ||
        n_value != count || n_indices != count || n_data != count ||
        !all_within(row, count, rows) || !all_within(column, count, columns))
        return REFUSED;
    int32_t *at = malloc((size_t)(keys + 2 * count + 1) * sizeof *at);
    if (!at)
        return NO_MEMORY;
    int32_t *by_row = at + keys + 1, *order = by_row + count, taken = 0;
    sort_by(row, count, rows, NULL, at, by_row);
    sort_by(column, count, columns, by_row, at, order);
    for (int64_t j = 0, e = 0; j < columns; j++) {
        indptr[j] = taken;
        for (int32_t last = -1; e < at[j]; e++) {
            const int32_t each = order[e];
            if (row[each] == last) {
                data[taken - 1] += value[each];
            } else {
                indices[taken] = last = row[each];
                data[taken++] = value[each];
            }
        }
    }
    indptr[columns] = taken;
    free(at);
    return taken;
}

static int is_matrix(const int32_t *indptr, int64_t n_indptr, const int32_t *indices,
                     int64_t n_indices, int64_t n_data, int64_t rows)
{
    return n_indptr > 0 && n_data == n_indices &&
           are_starts(indptr, n_indptr, n_indptr - 1, n_indices) &&
           all_within(indices, n_indices, rows);
}

/* Return the sum of the entries of column j times v. */
INLINE double column_times(const int32_t *indptr, const int32_t *indices, const double *data,
                           const double *v, int64_t j)
{
    double total = 0.0;
    for (int32_t e = indptr[j]; e < indptr[j + 1]; e++)
        total += data[e] * v[indices[e]];
    return total;
}

/* Set found = A v; v and found have as many columns as each other. */
EXPORT int64_t pcf_times(const int32_t *indptr, int64_t n_indptr, const int32_t *indices,
                         int64_t n_indices, const double *data, int64_t n_data, const double *v,
                         int64_t n_v, int64_t v_columns, double *found, int64_t n_found,
                         int64_t columns)
{
    if (v_columns != columns || n_v != n_indptr - 1 ||
        !is_matrix(indptr, n_indptr, indices, n_indices, n_data, n_found))
        return REFUSED;
    for (int64_t e = 0; e < n_found * columns; e++)
        found[e] = 0.0;
    for (int64_t j = 0; j < n_v; j++)
        for (int32_t e = indptr[j]; e < indptr[j + 1]; e++) {
            double *to = found + (int64_t)indices[e] * columns;
            for (int64_t c = 0; c < columns; c++)
                to[c] += data[e] * v[j * columns + c];
        }
    return 0;
}

/* Set found = A' v; v and found have as many columns as each other. */
EXPORT int64_t pcf_turned_times(const int32_t *indptr, int64_t n_indptr, const int32_t *indices,
                                int64_t n_indices, const double *data, int64_t n_data,
                                const double *v, int64_t n_v, int64_t v_columns, double *found,
                                int64_t n_found, int64_t columns)
{
    if (v_columns != columns || n_found != n_indptr - 1 ||
        !is_matrix(indptr, n_indptr, indices, n_indices, n_data, n_v))
        return REFUSED;
    for (int64_t j = 0; j < n_found; j++) {
        double *to = found + j * columns;
        if (columns == 1) {
            *to = column_times(indptr, indices, data, v, j);
            continue;
        }
        for (int64_t c = 0; c < columns; c++)
            to[c] = 0.0;
        for (int32_t e = indptr[j]; e < indptr[j + 1]; e++)
            for (int64_t c = 0; c < columns; c++)
                to[c] += data[e] * v[(int64_t)indices[e] * columns + c];
    }
    return 0;
}

/* Set `largest` to the largest sizes of left times `columns`, of v divided by `rows`, and of b times
 * `columns`. */
WIDE static void find_largest(int64_t n, const double *left, const double *v, const double *b,
                              const double *rows, const double *columns, double *largest)
{
    uint64_t most[3] = {0, 0, 0};
    for (int64_t j = 0; j < n; j++) {
        most[0] = larger(most[0], left[j] * columns[j]);
        most[1] = larger(most[1], v[j] / rows[j]);
        most[2] = larger(most[2], b[j] * columns[j]);
    }
    memcpy(largest, most, sizeof most);
}

/* Set left = b - A' v, and `largest` to the largest sizes of left times `columns`, of v divided by
 * `rows`, and of b times `columns`. */
EXPORT int64_t pcf_left(const int32_t *indptr, int64_t n_indptr, const int32_t *indices,
                        int64_t n_indices, const double *data, int64_t n_data, const double *v,
                        int64_t n_v, const double *b, int64_t n_b,
                        const double *rows, int64_t n_rows, const double *columns,
                        int64_t n_columns, double *left, int64_t n_left, double *largest,
                        int64_t n_largest)
{
    const int64_t n = n_left;
    if (n_v != n || n_b != n || n_rows != n || n_columns != n || n_largest != 3 ||
        n_indptr != n + 1 || !is_matrix(indptr, n_indptr, indices, n_indices, n_data, n))
        return REFUSED;
    for (int64_t j = 0; j < n; j++)
        left[j] = b[j] - column_times(indptr, indices, data, v, j);
    find_largest(n, left, v, b, rows, columns, largest);
    return 0;
}

struct matrix {
    int64_t n;
    const int32_t *indptr, *indices;
    const double *size;
};

/* Set `columns` to minus the means of the scaled sizes in each column, and `sums` to the sums over each
 * row of what its columns have then: what the next means of the rows are made of. */
static void mean_columns(const struct matrix *a, const double *means, const double *in_column,
                         const double *rows, double *columns, double *sums)
{
    for (int64_t k = 0; k < a->n; k++)
        sums[k] = 0.0;
    for (int64_t j = 0; j < a->n; j++) {
        const int32_t *from = a->indices + a->indptr[j], *to = a->indices + a->indptr[j + 1];
        double total = 0.0;
        for (const int32_t *i = from; i < to; i++)
            total += rows[*i];
        columns[j] = -(means[j] + total / in_column[j]);
        for (const int32_t *i = from; i < to; i++)
            sums[*i] += columns[j];
    }
}

/* Take from `scales` half of the largest scaled size in each row (`of_rows`) or column. */
static void halve_largest(const struct matrix *a, const double *rows, const double *columns,
                          double *largest, double *scales, int of_rows)
{
    for (int64_t k = 0; k < a->n; k++)
        largest[k] = -HUGE_VAL;
    for (int64_t j = 0; j < a->n; j++)
        for (int32_t e = a->indptr[j]; e < a->indptr[j + 1]; e++) {
            double scaled = a->size[e] + rows[a->indices[e]] + columns[j];
            double *here = largest + (of_rows ? a->indices[e] : (int32_t)j);
            if (scaled > *here)
                *here = scaled;
        }
    for (int64_t k = 0; k < a->n; k++)
        if (isfinite(largest[k]))
            scales[k] -= largest[k] / 2;
}

/* Set binary logarithms of the scales of a square matrix whose entries have binary logarithms `size`:
 * `means` rounds of geometric means, then the largest entries near one. */
EXPORT int64_t pcf_scales(int64_t means, const int32_t *indptr, int64_t n_indptr,
                          const int32_t *indices, int64_t n_indices, const double *size,
                          int64_t n_size, double *rows, int64_t n_rows, double *columns,
                          int64_t n_columns)
{
    int64_t n = n_rows;
    if (means < 0 || means > MOST_MEANS || n_columns != n || n_indptr != n + 1 ||
        !is_matrix(indptr, n_indptr, indices, n_indices, n_size, n))
        return REFUSED;
    const struct matrix a = {n, indptr, indices, size};
    double *spare = calloc((size_t)(5 * n + 1), sizeof *spare);
    if (!spare)
        return NO_MEMORY;
    double *in_row = spare + n, *in_column = in_row + n;
    double *row_means = in_column + n, *column_means = row_means + n;
    for (int64_t j = 0; j < n; j++)
        for (int32_t e = indptr[j]; e < indptr[j + 1]; e++) {
            in_row[indices[e]]++;
            in_column[j]++;
            row_means[indices[e]] += size[e];
            column_means[j] += size[e];
        }
    for (int64_t k = 0; k < n; k++) {
        in_row[k] = in_row[k] < 1.0 ? 1.0 : in_row[k];
        in_column[k] = in_column[k] < 1.0 ? 1.0 : in_column[k];
        row_means[k] /= in_row[k];
        column_means[k] /= in_column[k];
        rows[k] = columns[k] = 0.0;
    }
    for (int64_t round = 0; round < means; round++) {
        for (int64_t k = 0; k < n; k++)
            rows[k] = -(row_means[k] + spare[k] / in_row[k]);
        mean_columns(&a, column_means, in_column, rows, columns, spare);
    }
    halve_largest(&a, rows, columns, spare, rows, 1);
    halve_largest(&a, rows, columns, spare, columns, 0);
    free(spare);
    return 0;
}

/* Return size times two powers of two, of which one may be as small as the other is large: where their
 * product is no number, the one that brings the size towards one comes first. */
INLINE double scaled(double size, double one, double other)
{
    const double both = one * other;
    if (both >= DBL_MIN && both <= DBL_MAX)
        return size * both;
    const double small = one < other ? one : other, large = one < other ? other : one;
    return size < 1.0 ? size * large * small : size * small * large;
}

/* Set `norms` to the largest sum of sizes in a row and in a column of a square matrix, its rows and
 * columns scaled by powers of two. */
EXPORT int64_t pcf_norms(const int32_t *indptr, int64_t n_indptr, const int32_t *indices,
                         int64_t n_indices, const double *data, int64_t n_data, const double *rows,
                         int64_t n_rows, const double *columns, int64_t n_columns, double *norms,
                         int64_t n_norms)
{
    const int64_t n = n_rows;
    if (n_columns != n || n_indptr != n + 1 || n_norms != 2 ||
        !is_matrix(indptr, n_indptr, indices, n_indices, n_data, n))
        return REFUSED;
    double *sums = calloc((size_t)n + 1, sizeof *sums), most[2] = {0.0, 0.0};
    if (!sums)
        return NO_MEMORY;
    for (int64_t j = 0; j < n; j++) {
        double total = 0.0;
        for (int32_t e = indptr[j]; e < indptr[j + 1]; e++) {
            const double size = scaled(fabs(data[e]), rows[indices[e]], columns[j]);
            sums[indices[e]] += size;
            total += size;
        }
        most[1] = total > most[1] ? total : most[1];
    }
    for (int64_t i = 0; i < n; i++)
        most[0] = sums[i] > most[0] ? sums[i] : most[0];
    memcpy(norms, most, sizeof most);
    free(sums);
    return 0;
}
