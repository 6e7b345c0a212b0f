#include "solve/solver.h"

#include "core/dense.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

/* The Hessian of an objective on the null space of its constraints, in the metric of the ideal entropy: with y_i = y0_i + s_i e_i, s_i = sqrt(y_i / a_i),
 * the entropy's Hessian becomes the unit matrix times RT, so that fractions of 1e-30 and of 1 are equally well conditioned. For steps and responses the
 * constraints are eliminated (few variables depend on the rest: the cheapest way to a factor); for eigenvalues, which depend on the metric, by Householder
 * reflections, whose basis is orthonormal. */

/* ---- By elimination ---- */

/* T [free x m] of y_dependent = -T' y_free in scaled variables, from the rows that elimination left. */
static void transpose(int m, int free, const double *rows, double *T)
{
    for (int j = 0; j < free; ++j)
        for (int r = 0; r < m; ++r) T[j + free * r] = rows[r + m * (m + j)];
}

/* [-T I] M [-T I]' with M = S H S + rt I in the order that elimination left; lower triangle. */
static void reduced_matrix(const kiln_solver *s, int n, int m, double rt, const double *hessian, double *reduced)
{
    const int free = n - m, *order = s->order;
    const double *T = s->transfer;
    double dependent[KILN_MAX_Y * KILN_MAX_Y / 4]; /* [free x m] of M_fd - T M_dd / 2 */
    for (int j = 0; j < free; ++j) {
        const double *column = hessian + (size_t)(n * order[m + j]), sj = s->scale[order[m + j]];
        for (int i = j; i < free; ++i) reduced[i + free * j] = s->scale[order[m + i]] * column[order[m + i]] * sj;
        reduced[j + free * j] += rt;
    }
    for (int r = 0; r < m; ++r) {
        const double *column = hessian + (size_t)(n * order[r]), sr = s->scale[order[r]];
        double *d = dependent + free * r;
        for (int j = 0; j < free; ++j) d[j] = s->scale[order[m + j]] * column[order[m + j]] * sr;
        for (int q = 0; q < m; ++q) {
            const double half = 0.5 * (s->scale[order[q]] * column[order[q]] * sr + (r == q ? rt : 0.0));
            for (int j = 0; j < free; ++j) d[j] -= half * T[j + free * q];
        }
    }
    for (int r = 0; r < m; ++r) {
        const double *d = dependent + free * r, *t = T + free * r;
        for (int j = 0; j < free; ++j)
            for (int i = j; i < free; ++i) reduced[i + free * j] -= t[i] * d[j] + d[i] * t[j];
    }
}

int kiln_i_factor(kiln_solver *s, const kiln_i_objective *o, const double *y, const double *hessian)
{
    const kiln_i_mphase *p = &s->system->phases[o->phase];
    const int n = p->n_y, m = o->n_constraints;
    for (int i = 0; i < n; ++i) s->scale[i] = sqrt(y[i] / p->sites[i]);
    for (int i = 0; i < n; ++i)
        for (int r = 0; r < m; ++r) s->qr[r + m * i] = o->constraint[r + m * i] * s->scale[i];
    if (kiln_i_eliminate(m, n, s->qr, s->order) < m) return 0;
    transpose(m, n - m, s->qr, s->transfer);
    reduced_matrix(s, n, m, o->rt, hessian, s->factor);
    return kiln_i_cholesky(n - m, s->factor);
}

void kiln_i_factor_solve(const kiln_solver *s, int n, int m, const double *v, double *x)
{
    const int free = n - m, *order = s->order;
    const double *T = s->transfer;
    double reduced[KILN_MAX_Y];
    for (int j = 0; j < free; ++j) reduced[j] = s->scale[order[m + j]] * v[order[m + j]];
    for (int r = 0; r < m; ++r) {
        const double scaled = s->scale[order[r]] * v[order[r]];
        for (int j = 0; j < free; ++j) reduced[j] -= T[j + free * r] * scaled;
    }
    kiln_i_cholesky_solve(free, s->factor, reduced);
    for (int r = 0; r < m; ++r) {
        double sum = 0.0;
        for (int j = 0; j < free; ++j) sum -= T[j + free * r] * reduced[j];
        x[order[r]] = s->scale[order[r]] * sum;
    }
    for (int j = 0; j < free; ++j) x[order[m + j]] = s->scale[order[m + j]] * reduced[j];
}

void kiln_i_factor_solve_lanes(const kiln_solver *s, int n, int m, const double *v, double *x)
{
    enum { L = KILN_I_LANES };
    const int free = n - m, *order = s->order;
    const double *T = s->transfer;
    double reduced[KILN_MAX_Y * L], sum[L];
    for (int j = 0; j < free; ++j)
        for (int l = 0; l < L; ++l) reduced[L * j + l] = s->scale[order[m + j]] * v[L * order[m + j] + l];
    for (int r = 0; r < m; ++r) {
        for (int l = 0; l < L; ++l) sum[l] = s->scale[order[r]] * v[L * order[r] + l];
        for (int j = 0; j < free; ++j)
            for (int l = 0; l < L; ++l) reduced[L * j + l] -= T[j + free * r] * sum[l];
    }
    kiln_i_cholesky_solve_lanes(free, s->factor, reduced);
    for (int r = 0; r < m; ++r) {
        for (int l = 0; l < L; ++l) sum[l] = 0.0;
        for (int j = 0; j < free; ++j)
            for (int l = 0; l < L; ++l) sum[l] -= T[j + free * r] * reduced[L * j + l];
        for (int l = 0; l < L; ++l) x[L * order[r] + l] = s->scale[order[r]] * sum[l];
    }
    for (int j = 0; j < free; ++j)
        for (int l = 0; l < L; ++l) x[L * order[m + j] + l] = s->scale[order[m + j]] * reduced[L * j + l];
}

/* ---- By reflections ---- */

int kiln_i_reduce(kiln_solver *s, const kiln_i_objective *o, const double *y, const double *hessian)
{
    const kiln_i_mphase *p = &s->system->phases[o->phase];
    const int n = p->n_y, m = o->n_constraints, free = n - m;
    for (int i = 0; i < n; ++i) s->scale[i] = sqrt(y[i] / p->sites[i]);
    for (int r = 0; r < m; ++r)
        for (int i = 0; i < n; ++i) s->qr[i + n * r] = o->constraint[r + m * i] * s->scale[i];
    kiln_i_reflectors(n, m, s->qr);
    double *full = s->eigen; /* [n x n], free until dsyev */
    for (int j = 0; j < n; ++j) {
        for (int i = 0; i < n; ++i) full[i + n * j] = s->scale[i] * hessian[i + n * j] * s->scale[j];
        full[j + n * j] += o->rt;
    }
    kiln_i_reflect_symmetric(n, m, s->qr, full, s->eigenvalue);
    for (int j = 0; j < free; ++j) memcpy(s->reduced + free * j, full + m + n * (m + j), (size_t)free * sizeof *full);
    return free;
}

void kiln_i_expand(kiln_solver *s, int n, int m, const double *reduced, double *step)
{
    for (int i = 0; i < m; ++i) step[i] = 0.0;
    memmove(step + m, reduced, (size_t)(n - m) * sizeof *step);
    kiln_i_reflect_back(n, m, s->qr, step);
    for (int i = 0; i < n; ++i) step[i] *= s->scale[i];
}

void kiln_i_contract(kiln_solver *s, int n, int m, const double *gradient, double *reduced)
{
    double *scaled = s->trial;
    for (int i = 0; i < n; ++i) scaled[i] = gradient[i] * s->scale[i];
    kiln_i_reflect(n, m, s->qr, scaled);
    memcpy(reduced, scaled + m, (size_t)(n - m) * sizeof *reduced);
}

void kiln_i_factor_by_eigenvectors(kiln_solver *s, const kiln_i_objective *o, const double *y, const double *hessian,
                                   int is_signed)
{
    const int free = kiln_i_reduce(s, o, y, hessian);
    double *lambda = s->eigenvalue;
    memcpy(s->eigen, s->reduced, (size_t)(free * free) * sizeof *s->eigen);
    const int failed =
        LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'V', 'L', free, s->eigen, free, lambda, s->lapack, s->lapack_size) != 0;
    for (int k = 0; k < free; ++k) {
        const double size = fmax(fabs(lambda[k]), 1e-3 * o->rt);
        lambda[k] = failed ? 0.0 : (is_signed && lambda[k] < 0.0 ? -1.0 / size : 1.0 / size);
    }
}

void kiln_i_eigenvector_solve(kiln_solver *s, int n, int m, const double *v, double *x)
{
    const int free = n - m;
    double reduced[KILN_MAX_Y], sum[KILN_MAX_Y] = {0.0}, scaled[KILN_MAX_Y];
    for (int i = 0; i < n; ++i) scaled[i] = v[i] * s->scale[i];
    kiln_i_reflect(n, m, s->qr, scaled);
    memcpy(reduced, scaled + m, (size_t)free * sizeof *reduced);
    for (int k = 0; k < free; ++k) {
        const double *u = s->eigen + (size_t)(free * k);
        double along = 0.0;
        for (int i = 0; i < free; ++i) along += u[i] * reduced[i];
        for (int i = 0; i < free; ++i) sum[i] += u[i] * along * s->eigenvalue[k];
    }
    kiln_i_expand(s, n, m, sum, x);
}

int kiln_i_softest(kiln_solver *s, const kiln_i_objective *o, const double *y, double *direction)
{
    const kiln_i_mphase *p = &s->system->phases[o->phase];
    const double *hessian = p->q;
    if (p->n_y == o->n_constraints) return 0;
    if (!kiln_i_is_quadratic(p)) {
        (void)kiln_i_phase_excess(s->system, o->phase, y, s->gradient, s->hessian);
        hessian = s->hessian;
    }
    const int free = kiln_i_reduce(s, o, y, hessian);
    memcpy(s->eigen, s->reduced, (size_t)(free * free) * sizeof *s->eigen);
    if (LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'V', 'L', free, s->eigen, free, s->eigenvalue, s->lapack, s->lapack_size) != 0 ||
        s->eigenvalue[0] >= 0.0)
        return 0;
    kiln_i_expand(s, p->n_y, o->n_constraints, s->eigen, direction);
    return 1;
}
