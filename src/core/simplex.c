#include "core/simplex.h"

#include "core/context.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

/* Dantzig, Linear Programming and Extensions (1963), chs. 5 and 9: revised simplex with an explicit inverse, which for a dozen rows
 * is faster than any factorisation. Two phases: artificials first leave with cost 1, then stay barred. */

enum { REFRESH_AFTER = 40, STALLED = 30, STALLED_FOR_GOOD = 300, MAX_PIVOTS = 20000 };
static const double SLACK = 1e-13; /* of a basic variable, in units of the right-hand side */

kiln_status kiln_i_simplex_create(kiln_context *ctx, int max_rows, int capacity, kiln_i_simplex *out)
{
    const size_t m = (size_t)max_rows, n = (size_t)capacity;
    memset(out, 0, sizeof *out);
    out->ctx = ctx;
    out->capacity = capacity;
    if (!(out->column = kiln_i_alloc(ctx, m * n, sizeof *out->column))) goto no_memory;
    if (!(out->cost = kiln_i_alloc(ctx, n, sizeof *out->cost))) goto no_memory;
    if (!(out->b = kiln_i_calloc(ctx, m, sizeof *out->b))) goto no_memory;
    if (!(out->basis = kiln_i_calloc(ctx, m, sizeof *out->basis))) goto no_memory;
    if (!(out->inverse = kiln_i_calloc(ctx, m * m, sizeof *out->inverse))) goto no_memory;
    if (!(out->x = kiln_i_calloc(ctx, m, sizeof *out->x))) goto no_memory;
    if (!(out->dual = kiln_i_calloc(ctx, m, sizeof *out->dual))) goto no_memory;
    if (!(out->work = kiln_i_calloc(ctx, m, sizeof *out->work))) goto no_memory;
    if (!(out->spare = kiln_i_calloc(ctx, m * m, sizeof *out->spare))) goto no_memory;
    if (!(out->pivots = kiln_i_calloc(ctx, m, sizeof *out->pivots))) goto no_memory;
    return KILN_OK;
no_memory:
    kiln_i_simplex_destroy(out);
    return kiln_i_fail(ctx, KILN_E_NOMEM, "linear programme of %d rows, %d columns", max_rows, capacity);
}

void kiln_i_simplex_destroy(kiln_i_simplex *s)
{
    if (!s || !s->ctx) return;
    kiln_context *ctx = s->ctx;
    kiln_i_free(ctx, s->column);
    kiln_i_free(ctx, s->cost);
    kiln_i_free(ctx, s->b);
    kiln_i_free(ctx, s->basis);
    kiln_i_free(ctx, s->inverse);
    kiln_i_free(ctx, s->x);
    kiln_i_free(ctx, s->dual);
    kiln_i_free(ctx, s->work);
    kiln_i_free(ctx, s->spare);
    kiln_i_free(ctx, s->pivots);
    memset(s, 0, sizeof *s);
}

void kiln_i_simplex_reset(kiln_i_simplex *s, int m, const double *b)
{
    s->m = m;
    s->n = 0;
    s->updates = 0;
    memset(s->inverse, 0, (size_t)(m * m) * sizeof *s->inverse);
    for (int r = 0; r < m; ++r) {
        s->b[r] = b[r];
        s->x[r] = b[r];
        s->basis[r] = -1 - r;
        s->inverse[r + m * r] = 1.0;
    }
}

int kiln_i_simplex_add(kiln_i_simplex *s, const double *column, double cost)
{
    if (s->n == s->capacity) return -1;
    memcpy(s->column + (size_t)s->n * (size_t)s->m, column, (size_t)s->m * sizeof *column);
    s->cost[s->n] = cost;
    return s->n++;
}

void kiln_i_simplex_compress(kiln_i_simplex *s, int *map)
{
    int kept = 0;
    for (int j = 0; j < s->n; ++j) {
        int row = 0;
        while (row < s->m && s->basis[row] != j) ++row;
        if (map) map[j] = row < s->m ? kept : -1;
        if (row == s->m) continue;
        s->basis[row] = kept;
        s->cost[kept] = s->cost[j];
        memmove(s->column + (size_t)kept * (size_t)s->m, s->column + (size_t)j * (size_t)s->m, (size_t)s->m * sizeof *s->column);
        ++kept;
    }
    s->n = kept;
}

/* The inverse afresh, so that rounding does not build up; keeps the old one when the basis matrix is singular to working precision. */
static void refresh(kiln_i_simplex *s)
{
    const int m = s->m;
    double *matrix = s->spare;
    for (int k = 0; k < m; ++k)
        for (int r = 0; r < m; ++r)
            matrix[r + m * k] = s->basis[k] >= 0 ? s->column[r + m * s->basis[k]] : (r == -1 - s->basis[k] ? 1.0 : 0.0);
    s->updates = 0;
    if (LAPACKE_dgetrf_work(LAPACK_COL_MAJOR, m, m, matrix, m, s->pivots) != 0) return;
    if (LAPACKE_dgetri_work(LAPACK_COL_MAJOR, m, matrix, m, s->pivots, s->work, m) != 0) return;
    memcpy(s->inverse, matrix, (size_t)(m * m) * sizeof *matrix);
    for (int k = 0; k < m; ++k) {
        double value = 0.0;
        for (int r = 0; r < m; ++r) value += matrix[k + m * r] * s->b[r];
        s->x[k] = value > 0.0 ? value : 0.0;
    }
}

static double basic_cost(const kiln_i_simplex *s, int k, int phase)
{
    if (s->basis[k] < 0) return phase == 1 ? 1.0 : 0.0;
    return phase == 1 ? 0.0 : s->cost[s->basis[k]];
}

static void set_dual(kiln_i_simplex *s, int phase)
{
    for (int r = 0; r < s->m; ++r) {
        double value = 0.0;
        for (int k = 0; k < s->m; ++k) value += basic_cost(s, k, phase) * s->inverse[k + s->m * r];
        s->dual[r] = value;
    }
}

static int is_basic(const kiln_i_simplex *s, int column)
{
    for (int k = 0; k < s->m; ++k)
        if (s->basis[k] == column) return 1;
    return 0;
}

/* Column with the most negative reduced cost; the first one when cycling threatens (Bland). -1: optimal. A basic one's is rounding alone, which between almost equal columns
 * is no longer little: it would be in the basis twice, and that singular. */
static int entering(const kiln_i_simplex *s, int phase, int bland)
{
    int best = -1;
    double least = 0.0;
    for (int j = 0; j < s->n; ++j) {
        const double *a = s->column + (size_t)j * (size_t)s->m;
        double cost = phase == 1 ? 0.0 : s->cost[j], size = fabs(cost) + 1.0;
        for (int r = 0; r < s->m; ++r) {
            cost -= s->dual[r] * a[r];
            size += fabs(s->dual[r] * a[r]);
        }
        if (cost < -1e-13 * size && cost < least && !is_basic(s, j)) {
            least = cost;
            best = j;
            if (bland) return j;
        }
    }
    return best;
}

/* Row that leaves; an artificial at zero leaves first, whatever the sign, so that it cannot grow again. -1: unbounded. Of those that end the step within SLACK the one with the largest pivot
 * (P. M. J. Harris, Math. Program. 5 (1973) 1): between almost equal columns a pivot may be rounding alone, and would multiply it. */
static int leaving(const kiln_i_simplex *s, int phase)
{
    int best = -1;
    double limit = INFINITY;
    for (int k = 0; k < s->m; ++k) {
        const double u = s->work[k];
        if (phase == 2 && s->basis[k] < 0 && fabs(u) > 1e-9) return k;
        if (u > 1e-11) limit = fmin(limit, (s->x[k] + SLACK) / u);
    }
    for (int k = 0; k < s->m; ++k) {
        const double u = s->work[k];
        if (u > 1e-11 && s->x[k] <= limit * u && (best < 0 || u > s->work[best])) best = k;
    }
    return best;
}

static void pivot(kiln_i_simplex *s, int row, int column)
{
    const int m = s->m;
    const double inv = 1.0 / s->work[row], step = s->x[row] * inv;
    for (int k = 0; k < m; ++k)
        if (k != row) {
            const double value = s->x[k] - step * s->work[k];
            s->x[k] = value > 0.0 ? value : 0.0;
        }
    s->x[row] = step > 0.0 ? step : 0.0;
    for (int c = 0; c < m; ++c) {
        double *col = s->inverse + (size_t)c * (size_t)m;
        const double scaled = col[row] * inv;
        for (int k = 0; k < m; ++k)
            if (k != row) col[k] -= s->work[k] * scaled;
        col[row] = scaled;
    }
    s->basis[row] = column;
    if (++s->updates >= REFRESH_AFTER) refresh(s);
}

static double objective(const kiln_i_simplex *s, int phase)
{
    double sum = 0.0;
    for (int k = 0; k < s->m; ++k) sum += basic_cost(s, k, phase) * s->x[k];
    return sum;
}

/* Pivots that gain nothing are either degenerate, which Bland's rule ends, or rounding between almost equal columns: then this is the optimum. */
static kiln_status run_phase(kiln_i_simplex *s, int phase)
{
    double best = INFINITY;
    for (int count = 0, stalled = 0; count < MAX_PIVOTS; ++count) {
        set_dual(s, phase);
        const int j = entering(s, phase, stalled > STALLED);
        if (j < 0 || stalled > STALLED_FOR_GOOD) return KILN_OK;
        for (int k = 0; k < s->m; ++k) {
            double value = 0.0;
            for (int r = 0; r < s->m; ++r) value += s->inverse[k + s->m * r] * s->column[r + s->m * j];
            s->work[k] = value;
        }
        const int row = leaving(s, phase);
        if (row < 0) return kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED, "the linear programme is unbounded");
        pivot(s, row, j);
        const double value = objective(s, phase);
        stalled = value < best - 1e-14 * fabs(best) || count == 0 ? 0 : stalled + 1;
        best = fmin(best, value);
    }
    return kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED, "the linear programme did not end after %d pivots", (int)MAX_PIVOTS);
}

static double infeasibility(const kiln_i_simplex *s)
{
    double sum = 0.0;
    for (int k = 0; k < s->m; ++k)
        if (s->basis[k] < 0) sum += s->x[k];
    return sum;
}

kiln_status kiln_i_simplex_solve(kiln_i_simplex *s)
{
    double scale = 0.0;
    for (int r = 0; r < s->m; ++r) scale += fabs(s->b[r]);
    if (s->updates) refresh(s);
    if (infeasibility(s) > 0.0) {
        const kiln_status status = run_phase(s, 1);
        if (status != KILN_OK) return status;
        if (infeasibility(s) > 1e-10 * scale)
            return kiln_i_fail(s->ctx, KILN_E_MISSING, "no combination of phases has this composition");
    }
    return run_phase(s, 2);
}
