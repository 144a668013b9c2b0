/* Sixteen draws solved at once, as pcf/inventory/sampling/kernels.py has it in plain Python: the same
 * loops under the same names. A lane that has converged is frozen, so that no draw depends on its
 * companions. */
#include "kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Constants of pcf/inventory/sampling/iteration.py. */
#define CAUTION 3.0
#define REGULAR 1e-14
#define TINY 1e-300
enum { DEEPEST = 16 };

/* Links grouped by consumer. */
typedef struct {
    const int32_t *starts, *suppliers;
    const double *needs;
} Links;

/* What a pass over one batch of draws reads and writes. */
typedef struct {
    Links certain, varied;
    const float *factors;
    const double *inverse; /* or NULL where every reference amount is certain */
    const double *b;
    double *u;
} Drawn;

EXPORT int64_t pcf_sums16(const double *base, int64_t n_base, const int32_t *starts,
                          int64_t n_starts, const double *weights, int64_t n_weights, int64_t first,
                          const float *factors, int64_t n_factors, const int32_t *gas,
                          int64_t n_gas, const double *gases, int64_t n_gases, double *b,
                          int64_t n_b);
EXPORT int64_t pcf_iterate16(
    const int64_t *bounds, int64_t n_bounds, const int32_t *certain_starts,
    int64_t n_certain_starts, const int32_t *certain_suppliers, int64_t n_certain_suppliers,
    const double *certain_needs, int64_t n_certain_needs, const int32_t *starts, int64_t n_starts,
    const int32_t *suppliers, int64_t n_suppliers, const double *needs, int64_t n_needs,
    const float *factors, int64_t n_factors, const double *inverse, int64_t n_inverse,
    const double *b, int64_t n_b, const int32_t *torn, int64_t n_torn, const double *start,
    int64_t n_start, const float *preconditioner, int64_t n_preconditioner, int64_t columns,
    double tolerance, const int64_t *limits, int64_t n_limits, double *u, int64_t n_u,
    double *error, int64_t n_error, int64_t *passes, int64_t n_passes);
EXPORT int64_t pcf_watch16(const int32_t *places, int64_t n_places, const double *start,
                           int64_t n_start, const double *u, int64_t n_u, double *lowest,
                           int64_t n_lowest, double *rest, int64_t n_rest);
EXPORT int64_t pcf_scores16(const int32_t *places, int64_t n_places, const double *weights,
                            int64_t n_weights, const double *u, int64_t n_u, int64_t batches,
                            int64_t batch, double *scores, int64_t n_scores);

/* Set b[k] to base[k] + sum weights[e] factors[first + e] gases[gas[e]] over its terms; `gases` is
 * empty where the factors of gases are certain. */
WIDE EXPORT int64_t pcf_sums16(const double *base, int64_t n_base, const int32_t *starts,
                               int64_t n_starts, const double *weights, int64_t n_weights,
                               int64_t first, const float *factors, int64_t n_factors,
                               const int32_t *gas, int64_t n_gas, const double *gases,
                               int64_t n_gases, double *b, int64_t n_b)
{
    if (n_b < n_base || first < 0 || first > n_factors - n_weights ||
        !are_starts(starts, n_starts, n_base, n_weights) ||
        (n_gases > 0 && (n_gas < n_weights || !all_within(gas, n_gas, n_gases))))
        return REFUSED;
    for (int64_t k = 0; k < n_base; k++) {
        double total[LANES];
        EACH_LANE total[lane] = base[k];
        for (int32_t e = starts[k]; e < starts[k + 1]; e++) {
            const float *factor = factors + (first + e) * LANES;
            const double weight = weights[e];
            if (n_gases > 0) {
                const double *of = gases + (int64_t)gas[e] * LANES;
                EACH_LANE total[lane] += (weight * (double)factor[lane]) * of[lane];
            } else {
                EACH_LANE total[lane] += weight * (double)factor[lane];
            }
        }
        EACH_LANE b[k * LANES + lane] = total[lane];
    }
    return 0;
}

/* Set u[k] = (b[k] + sum needs[e] factors[e] u[suppliers[e]]) inverse[k] for start <= k < end. */
WIDE static void pass16(const Drawn *drawn, int64_t start, int64_t end)
{
    const Links certain = drawn->certain, varied = drawn->varied;
    const float *factors = drawn->factors;
    const double *b = drawn->b, *inverse = drawn->inverse;
    double *u = drawn->u;
    for (int64_t k = start; k < end; k++) {
        double total[LANES];
        EACH_LANE total[lane] = b[k * LANES + lane];
        for (int32_t e = certain.starts[k]; e < certain.starts[k + 1]; e++) {
            const double need = certain.needs[e], *row = u + (int64_t)certain.suppliers[e] * LANES;
            EACH_LANE total[lane] += need * row[lane];
        }
        for (int32_t e = varied.starts[k]; e < varied.starts[k + 1]; e++) {
            const double need = varied.needs[e], *row = u + (int64_t)varied.suppliers[e] * LANES;
            const float *factor = factors + (int64_t)e * LANES;
            EACH_LANE total[lane] += (need * (double)factor[lane]) * row[lane];
        }
        if (inverse != NULL)
            EACH_LANE total[lane] *= inverse[k * LANES + lane];
        EACH_LANE u[k * LANES + lane] = total[lane];
    }
}

/* Set found = matrix @ rows, in float32, four rows of the matrix at a time. */
BY_LANES WIDE static void multiply16(int64_t h, const float *matrix, const float *rows, float *found)
{
    int64_t i = 0;
    for (; i + 4 <= h; i += 4) {
        const float *m = matrix + i * h;
        float a[LANES] = {0}, b[LANES] = {0}, c[LANES] = {0}, d[LANES] = {0};
        for (int64_t k = 0; k < h; k++) {
            const float *row = rows + k * LANES;
            EACH_LANE a[lane] += m[k] * row[lane];
            EACH_LANE b[lane] += m[h + k] * row[lane];
            EACH_LANE c[lane] += m[2 * h + k] * row[lane];
            EACH_LANE d[lane] += m[3 * h + k] * row[lane];
        }
        EACH_LANE found[i * LANES + lane] = a[lane];
        EACH_LANE found[(i + 1) * LANES + lane] = b[lane];
        EACH_LANE found[(i + 2) * LANES + lane] = c[lane];
        EACH_LANE found[(i + 3) * LANES + lane] = d[lane];
    }
    for (; i < h; i++) {
        float a[LANES] = {0};
        for (int64_t k = 0; k < h; k++)
            EACH_LANE a[lane] += matrix[i * h + k] * rows[k * LANES + lane];
        EACH_LANE found[i * LANES + lane] = a[lane];
    }
}

/* Set r = P (G(y) - y) and the estimated relative error of each lane, infinite for NaN. */
BY_LANES WIDE static void correction16(int64_t h, const int32_t *torn, const double *u, const double *y,
                         const float *preconditioner, float *change, float *r, double *error)
{
    double worst[LANES] = {0};
    for (int64_t k = 0; k < h; k++) {
        const double *mapped = u + (int64_t)torn[k] * LANES;
        EACH_LANE change[k * LANES + lane] = (float)(mapped[lane] - y[k * LANES + lane]);
    }
    multiply16(h, preconditioner, change, r);
    for (int64_t k = 0; k < h; k++)
        EACH_LANE {
            const double have = fabs(y[k * LANES + lane]), size = have > 1.0 ? have : 1.0;
            const double now = fabs((double)r[k * LANES + lane]);
            const double worse = now < INFINITY ? now / size : INFINITY;
            worst[lane] = now <= worst[lane] * size ? worst[lane] : worse;
        }
    EACH_LANE error[lane] = worst[lane] * CAUTION;
}

/* Raise the slowness of each lane to that of a move and its step. */
WIDE static void slowness16(int64_t h, const double *moves, const double *steps, double *slow)
{
    double move[LANES] = {0}, step[LANES] = {0};
    for (int64_t k = 0; k < h; k++)
        EACH_LANE {
            const double a = fabs(moves[k * LANES + lane]), b = fabs(steps[k * LANES + lane]);
            move[lane] = a > move[lane] ? a : move[lane];
            step[lane] = b > step[lane] ? b : step[lane];
        }
    EACH_LANE {
        const double ratio = move[lane] / step[lane];
        if (step[lane] > 0.0 && ratio > slow[lane])
            slow[lane] = ratio;
    }
}

/* Solve the regularised normal equations of each lane; gamma holds right side, then answer. */
WIDE static void weigh_steps16(int m, double gram[DEEPEST][DEEPEST][LANES], double gamma[DEEPEST][LANES])
{
    double a[DEEPEST][DEEPEST][LANES], trace[LANES], t[LANES];
    EACH_LANE trace[lane] = TINY;
    for (int i = 0; i < m; i++) {
        EACH_LANE trace[lane] += REGULAR * gram[i][i][lane];
        for (int j = 0; j < m; j++)
            EACH_LANE a[i][j][lane] = gram[i][j][lane];
    }
    for (int i = 0; i < m; i++)
        EACH_LANE a[i][i][lane] += trace[lane];
    for (int i = 0; i < m; i++)
        for (int j = i + 1; j < m; j++) {
            EACH_LANE t[lane] = a[j][i][lane] / a[i][i][lane];
            for (int k = i; k < m; k++)
                EACH_LANE a[j][k][lane] -= t[lane] * a[i][k][lane];
            EACH_LANE gamma[j][lane] -= t[lane] * gamma[i][lane];
        }
    for (int i = m - 1; i >= 0; i--) {
        for (int k = i + 1; k < m; k++)
            EACH_LANE gamma[i][lane] -= a[i][k][lane] * gamma[k][lane];
        EACH_LANE gamma[i][lane] /= a[i][i][lane];
    }
}

/* Set found to the sum of products of two blocks of h rows, lane by lane. */
BY_LANES WIDE static void product16(int64_t h, const double *one, const double *other, double *found)
{
    double total[LANES] = {0};
    for (int64_t k = 0; k < h * LANES; k += LANES)
        EACH_LANE total[lane] += one[k + lane] * other[k + lane];
    EACH_LANE found[lane] = total[lane];
}

INLINE int links_fit(Links links, int64_t n, int64_t n_starts, int64_t n_suppliers, int64_t n_needs,
                     int64_t n_u)
{
    return n_needs >= n_suppliers && are_starts(links.starts, n_starts, n, n_suppliers) &&
           all_within(links.suppliers, n_suppliers, n_u);
}

/* Fill u (n + h, 16), the errors and the passes of sixteen draws. `bounds`: n, end of up, end of core;
 * `limits`: most passes, depth; `start` (h): where the torn values begin. */
WIDE EXPORT int64_t pcf_iterate16(
    const int64_t *bounds, int64_t n_bounds, const int32_t *certain_starts,
    int64_t n_certain_starts, const int32_t *certain_suppliers, int64_t n_certain_suppliers,
    const double *certain_needs, int64_t n_certain_needs, const int32_t *starts, int64_t n_starts,
    const int32_t *suppliers, int64_t n_suppliers, const double *needs, int64_t n_needs,
    const float *factors, int64_t n_factors, const double *inverse, int64_t n_inverse,
    const double *b, int64_t n_b, const int32_t *torn, int64_t n_torn, const double *start,
    int64_t n_start, const float *preconditioner, int64_t n_preconditioner, int64_t columns,
    double tolerance, const int64_t *limits, int64_t n_limits, double *u, int64_t n_u,
    double *error, int64_t n_error, int64_t *passes, int64_t n_passes)
{
    if (n_bounds != 3 || n_limits != 2 || n_error != LANES || n_passes != LANES)
        return REFUSED;
    const int64_t n = bounds[0], up_end = bounds[1], core_end = bounds[2], h = n_torn;
    const int64_t most = limits[0], depth = limits[1];
    const Drawn drawn = {{certain_starts, certain_suppliers, certain_needs},
                         {starts, suppliers, needs},
                         factors,
                         n_inverse > 0 ? inverse : NULL,
                         b,
                         u};
    if (up_end < 0 || up_end > core_end || core_end > n || most < 1 || depth < 1 ||
        depth > DEEPEST || n_b < n || n_u - n < h || (n_inverse > 0 && n_inverse < n) ||
        n_start < h || n_preconditioner != h || columns != h || n_factors < n_suppliers ||
        !all_within(torn, h, n) ||
        !links_fit(drawn.certain, n, n_certain_starts, n_certain_suppliers, n_certain_needs, n_u) ||
        !links_fit(drawn.varied, n, n_starts, n_suppliers, n_needs, n_u))
        return REFUSED;
    const int64_t rows = h * LANES;
    double *const room = malloc((size_t)((2 * depth + 5) * rows + 1) * sizeof(double));
    float *const narrow = malloc((size_t)(2 * rows + 1) * sizeof(float));
    if (room == NULL || narrow == NULL) {
        free(room);
        free(narrow);
        return NO_MEMORY;
    }
    double *const r_before = room, *const y_before = r_before + rows, *const steps = y_before + rows;
    double *const moves = steps + depth * rows, *const r = moves + depth * rows;
    double *const last = r + rows, *const r_last = last + rows, *const y = u + n * LANES;
    float *const change = narrow, *const correction = narrow + rows;
    double gram[DEEPEST][DEEPEST][LANES], gamma[DEEPEST][LANES], slow[LANES], slow_last[LANES];
    int done[LANES] = {0}, m = 0, head = 0;
    memset(room, 0, (size_t)((2 + 2 * depth) * rows) * sizeof(double));
    EACH_LANE slow[lane] = slow_last[lane] = 1.0;
    for (int64_t k = 0; k < h; k++)
        EACH_LANE y[k * LANES + lane] = start[k];
    pass16(&drawn, 0, core_end);
    for (int64_t made = 1; made <= most; made++) {
        double *const step = steps + head * rows, *const move = moves + head * rows;
        correction16(h, torn, u, y, preconditioner, change, correction, error);
        for (int64_t k = 0; k < rows; k++) {
            r[k] = (double)correction[k];
            step[k] = r[k] - r_before[k];
            move[k] = y[k] - y_before[k];
        }
        if (made > 1)
            slowness16(h, move, step, slow);
        int left = 0;
        EACH_LANE {
            error[lane] *= slow[lane];
            if (done[lane])
                continue;
            passes[lane] = h > 0 ? made + 1 : 1;
            if (error[lane] > tolerance && made < most) {
                left++;
                continue;
            }
            done[lane] = 1;
            slow_last[lane] = slow[lane];
            for (int64_t k = lane; k < rows; k += LANES) {
                last[k] = y[k] + r[k];
                r_last[k] = r[k];
            }
        }
        if (left == 0)
            break;
        for (int64_t k = 0; k < rows; k++) {
            move[k] += step[k];
            r_before[k] = r[k];
            y_before[k] = y[k];
        }
        if (made > 1) {
            m = m < depth ? m + 1 : m;
            for (int i = 0; i < m; i++) {
                product16(h, step, steps + i * rows, gram[head][i]);
                memcpy(gram[i][head], gram[head][i], sizeof gram[i][head]);
            }
            head = (head + 1) % (int)depth;
        }
        for (int i = 0; i < m; i++)
            product16(h, steps + i * rows, r, gamma[i]);
        weigh_steps16(m, gram, gamma);
        for (int64_t k = 0; k < rows; k += LANES) {
            double total[LANES];
            EACH_LANE total[lane] = y[k + lane] + r[k + lane];
            for (int i = 0; i < m; i++)
                EACH_LANE total[lane] -= moves[i * rows + k + lane] * gamma[i][lane];
            EACH_LANE y[k + lane] = total[lane];
        }
        pass16(&drawn, up_end, core_end);
    }
    memcpy(y, last, (size_t)rows * sizeof(double));
    pass16(&drawn, up_end, n);
    correction16(h, torn, u, y, preconditioner, change, correction, error);
    for (int64_t k = 0; k < rows; k++)
        steps[k] = (double)correction[k] - r_last[k];
    slowness16(h, r_last, steps, slow_last);
    EACH_LANE error[lane] *= slow_last[lane];
    free(room);
    free(narrow);
    return 0;
}

/* Lower `lowest` to u[k] start[k] of the places k; leave `rest` zero while all u are finite. */
WIDE EXPORT int64_t pcf_watch16(const int32_t *places, int64_t n_places, const double *start,
                                int64_t n_start, const double *u, int64_t n_u, double *lowest,
                                int64_t n_lowest, double *rest, int64_t n_rest)
{
    if (n_lowest != LANES || n_rest != LANES ||
        !all_within(places, n_places, n_start < n_u ? n_start : n_u))
        return REFUSED;
    for (int64_t p = 0; p < n_places; p++) {
        const double *row = u + (int64_t)places[p] * LANES, sign = start[places[p]];
        EACH_LANE {
            const double value = row[lane] * sign;
            lowest[lane] = value < lowest[lane] ? value : lowest[lane];
            rest[lane] += row[lane] * 0.0;
        }
    }
    return 0;
}

/* Set scores[p batches + batch] to weights[p] u[places[p]]: rows of sixteen draws. */
WIDE EXPORT int64_t pcf_scores16(const int32_t *places, int64_t n_places, const double *weights,
                                 int64_t n_weights, const double *u, int64_t n_u, int64_t batches,
                                 int64_t batch, double *scores, int64_t n_scores)
{
    if (n_weights < n_places || batches < 1 || batch < 0 || batch >= batches ||
        n_scores / batches < n_places || !all_within(places, n_places, n_u))
        return REFUSED;
    for (int64_t p = 0; p < n_places; p++) {
        const double weight = weights[p], *row = u + (int64_t)places[p] * LANES;
        EACH_LANE scores[(p * batches + batch) * LANES + lane] = weight * row[lane];
    }
    return 0;
}
