/* Matrices by columns: where their entries stand, products with them, their scales. As SciPy's CSC:
 * column j holds the entries indptr[j] : indptr[j + 1], in rows indices[e], of values data[e]. */
#include "kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

EXPORT int64_t pcf_sort_entries(int64_t rows, int64_t columns, const int32_t *row, int64_t n_row,
                                const int32_t *column, int64_t n_column, int32_t *order,
                                int64_t n_order);
EXPORT int64_t pcf_times(const int32_t *indptr, int64_t n_indptr, const int32_t *indices,
                         int64_t n_indices, const double *data, int64_t n_data, const double *v,
                         int64_t n_v, int64_t v_columns, double *found, int64_t n_found,
                         int64_t columns);
EXPORT int64_t pcf_turned_times(const int32_t *indptr, int64_t n_indptr, const int32_t *indices,
                                int64_t n_indices, const double *data, int64_t n_data,
                                const double *v, int64_t n_v, int64_t v_columns, double *found,
                                int64_t n_found, int64_t columns);
EXPORT int64_t pcf_scales(int64_t means, const int32_t *indptr, int64_t n_indptr,
                          const int32_t *indices, int64_t n_indices, const double *size,
                          int64_t n_size, double *rows, int64_t n_rows, double *columns,
                          int64_t n_columns);

/* Write into `sorted` the numbers 0 ... count - 1, or those of `before`, stably by their key. */
static void sort_by(const int32_t *key, int64_t count, int64_t keys, const int32_t *before,
                    int32_t *at, int32_t *sorted)
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

/* Set `order` to the numbers of the entries by column, then by row, then as they come. */
EXPORT int64_t pcf_sort_entries(int64_t rows, int64_t columns, const int32_t *row, int64_t n_row,
                                const int32_t *column, int64_t n_column, int32_t *order,
                                int64_t n_order)
{
    int64_t keys = rows > columns ? rows : columns;
    if (n_column != n_row || n_order != n_row || n_row > INT32_MAX || keys > INT32_MAX ||
        !all_within(row, n_row, rows) || !all_within(column, n_column, columns))
        return REFUSED;
    int32_t *at = malloc((size_t)(keys + 1) * sizeof *at);
    int32_t *by_row = malloc((size_t)(n_row + 1) * sizeof *by_row);
    if (at && by_row) {
        sort_by(row, n_row, rows, NULL, at, by_row);
        sort_by(column, n_row, columns, by_row, at, order);
    }
    int64_t told = at && by_row ? 0 : NO_MEMORY;
    free(at);
    free(by_row);
    return told;
}

static int is_matrix(const int32_t *indptr, int64_t n_indptr, const int32_t *indices,
                     int64_t n_indices, int64_t n_data, int64_t rows)
{
    return n_indptr > 0 && n_data == n_indices &&
           are_starts(indptr, n_indptr, n_indptr - 1, n_indices) &&
           all_within(indices, n_indices, rows);
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
            double total = 0.0;
            for (int32_t e = indptr[j]; e < indptr[j + 1]; e++)
                total += data[e] * v[indices[e]];
            *to = total;
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

struct matrix {
    int64_t n;
    const int32_t *indptr, *indices;
    const double *size;
};

/* Set `sums` to the sum over each row of what its columns have (`other`), or of the sizes. */
static void sum_rows(const struct matrix *a, const double *other, double *sums)
{
    for (int64_t k = 0; k < a->n; k++)
        sums[k] = 0.0;
    for (int64_t j = 0; j < a->n; j++)
        for (int32_t e = a->indptr[j]; e < a->indptr[j + 1]; e++)
            sums[a->indices[e]] += other ? other[j] : a->size[e];
}

/* The same over each column. */
static void sum_columns(const struct matrix *a, const double *other, double *sums)
{
    for (int64_t j = 0; j < a->n; j++) {
        double total = 0.0;
        for (int32_t e = a->indptr[j]; e < a->indptr[j + 1]; e++)
            total += other ? other[a->indices[e]] : a->size[e];
        sums[j] = total;
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
    if (n_columns != n || n_indptr != n + 1 ||
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
        }
    sum_rows(&a, NULL, row_means);
    sum_columns(&a, NULL, column_means);
    for (int64_t k = 0; k < n; k++) {
        in_row[k] = in_row[k] < 1.0 ? 1.0 : in_row[k];
        in_column[k] = in_column[k] < 1.0 ? 1.0 : in_column[k];
        row_means[k] /= in_row[k];
        column_means[k] /= in_column[k];
        rows[k] = columns[k] = 0.0;
    }
    for (int64_t round = 0; round < means; round++) {
        sum_rows(&a, columns, spare);
        for (int64_t k = 0; k < n; k++)
            rows[k] = -(row_means[k] + spare[k] / in_row[k]);
        sum_columns(&a, rows, spare);
        for (int64_t k = 0; k < n; k++)
            columns[k] = -(column_means[k] + spare[k] / in_column[k]);
    }
    halve_largest(&a, rows, columns, spare, rows, 1);
    halve_largest(&a, rows, columns, spare, columns, 0);
    free(spare);
    return 0;
}
