#include "solve/solver.h"

#include "core/context.h"
#include "core/dense.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

/* Newton's method in the metric of the ideal entropy: with y_i = y0_i + s_i e_i, s_i = sqrt(y_i / a_i), the entropy's Hessian becomes RT times the
 * unit matrix, so that fractions of 1e-30 and of 1 are equally well conditioned. Steps stay in the null space of the scaled
 * constraints (Householder), and keep a share of every fraction. */

enum { MAX_STEPS = 300, MAX_HALVINGS = 50 };
static const double KEEP = 0.02;       /* least share of a fraction that survives one step */
static const double UNNOTICED = 1e-30; /* a fraction below this changes no sum of fractions in double precision */
static const double LEAST_FRACTION = 1e-300;
static const double DECREMENT_RT = 1e-14; /* stop when Newton predicts less than this gain, in RT */

double kiln_i_objective_value(const kiln_solver *s, const kiln_i_objective *o, const double *y, double *gradient, double *hessian)
{
    const kiln_i_mphase *p = &s->system->phases[o->phase];
    double value = o->constant + kiln_i_phase_excess(s->system, o->phase, y, gradient, hessian);
    for (int i = 0; i < p->n_y; ++i) {
        const double ln = y[i] > 0.0 ? log(y[i]) : 0.0;
        value += o->rt * p->sites[i] * y[i] * ln;
        if (gradient) gradient[i] += o->rt * p->sites[i] * (ln + 1.0);
        if (!o->linear) continue;
        value += o->linear[i] * y[i];
        if (gradient) gradient[i] += o->linear[i];
    }
    return value;
}

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

/* Where the Hessian is not positive definite: step along every eigenvector by gradient / |eigenvalue|, and off a saddle even where the gradient
 * vanishes. Overwrites the reduced gradient with the step; returns the decrement. */
static double saddle_step(kiln_solver *s, int free, double rt, double *g)
{
    double *lambda = s->eigenvalue, *p = s->trial;
    memcpy(s->eigen, s->reduced, (size_t)(free * free) * sizeof *s->eigen);
    if (LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'V', 'L', free, s->eigen, free, lambda, s->lapack, s->lapack_size) != 0) return -1.0;
    double decrement = 0.0;
    for (int i = 0; i < free; ++i) p[i] = 0.0;
    for (int k = 0; k < free; ++k) {
        const double *v = s->eigen + (size_t)(free * k);
        double along = 0.0;
        for (int i = 0; i < free; ++i) along += v[i] * g[i];
        const double curvature = fmax(fabs(lambda[k]), 1e-3 * rt);
        double t = -along / curvature;
        if (lambda[k] < 0.0 && fabs(t) < 1e-3) t = along > 0.0 ? -1e-3 : 1e-3;
        decrement += -t * along + (lambda[k] < 0.0 ? t * t * -lambda[k] : 0.0);
        for (int i = 0; i < free; ++i) p[i] += t * v[i];
    }
    memcpy(g, p, (size_t)free * sizeof *g);
    return decrement;
}

/* Newton step from the reduced gradient g, in place; *stable tells whether the Hessian was positive definite. */
static double newton_step(kiln_solver *s, int free, double rt, double *g, int *stable)
{
    double *factor = s->eigen, *gradient = s->trial;
    memcpy(factor, s->reduced, (size_t)(free * free) * sizeof *factor);
    *stable = kiln_i_cholesky(free, factor);
    if (!*stable) return saddle_step(s, free, rt, g);
    memcpy(gradient, g, (size_t)free * sizeof *g);
    kiln_i_cholesky_solve(free, factor, g);
    double decrement = 0.0;
    for (int i = 0; i < free; ++i) {
        decrement += gradient[i] * g[i];
        g[i] = -g[i];
    }
    return decrement;
}

/* Fractions too small for any sum to notice do not shorten the step of the others: they stop short of zero by themselves. */
static double longest_step(int n, const double *y, const double *step)
{
    double alpha = 1.0;
    for (int i = 0; i < n; ++i)
        if (y[i] > UNNOTICED && step[i] < 0.0 && -alpha * step[i] > (1.0 - KEEP) * y[i]) alpha = (1.0 - KEEP) * y[i] / -step[i];
    return alpha;
}

static void advance(int n, const double *y, double alpha, const double *step, double *to)
{
    for (int i = 0; i < n; ++i) to[i] = fmax(y[i] + alpha * step[i], fmin(y[i], fmax(KEEP * y[i], LEAST_FRACTION)));
}

/* Backtrack until the value falls; 0 when no step does. Below rounding the full step is taken on trust. */
static int take_step(kiln_solver *s, const kiln_i_objective *o, int n, double decrement, double *y, double *value)
{
    const double noise = 1e-13 * (fabs(*value) + 1e5);
    double alpha = longest_step(n, y, s->step);
    for (int h = 0; h < MAX_HALVINGS; ++h, alpha *= 0.5) {
        advance(n, y, alpha, s->step, s->trial);
        const double next = kiln_i_objective_value(s, o, s->trial, NULL, NULL);
        if (next <= *value - 1e-4 * alpha * decrement || (alpha * decrement < noise && next <= *value + noise)) {
            memcpy(y, s->trial, (size_t)n * sizeof *y);
            *value = next;
            return 1;
        }
    }
    return 0;
}

kiln_status kiln_i_descend(kiln_solver *s, const kiln_i_objective *o, double *y, double *value)
{
    return s->options.method == KILN_METHOD_NLOPT ? kiln_i_nlopt_descend(s, o, y, value) : kiln_i_newton_descend(s, o, y, value);
}

kiln_status kiln_i_newton_descend(kiln_solver *s, const kiln_i_objective *o, double *y, double *value)
{
    const int n = s->system->phases[o->phase].n_y, m = o->n_constraints;
    int stable = 1;
    *value = kiln_i_objective_value(s, o, y, NULL, NULL);
    if (n == m) return KILN_OK;
    for (int iteration = 0; iteration < MAX_STEPS; ++iteration) {
        double *reduced = s->along;
        *value = kiln_i_objective_value(s, o, y, s->gradient, s->hessian);
        const int free = kiln_i_reduce(s, o, y, s->hessian);
        kiln_i_contract(s, n, m, s->gradient, reduced);
        const double decrement = newton_step(s, free, o->rt, reduced, &stable);
        if (!(decrement >= 0.0)) break;
        kiln_i_expand(s, n, m, reduced, s->step);
        if (stable && decrement < DECREMENT_RT * s->RT) {
            /* The energy is exact; one step more makes the constitution so too. */
            if (longest_step(n, y, s->step) == 1.0) advance(n, y, 1.0, s->step, y);
            return KILN_OK;
        }
        const double before = *value;
        if (!take_step(s, o, n, decrement, y, value)) {
            /* No further descent in floating point: a minimum as exact as it gets, unless the Hessian says otherwise. */
            return stable && decrement < 1e-8 * s->RT ? KILN_OK : kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED, "descent stalled");
        }
        if (!stable && before - *value < 1e-13 * s->RT && decrement < 1e-9 * s->RT) break;
    }
    return kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED, "no minimum of phase %s after %d steps",
                       kiln_system_phase_name(s->system, o->phase), (int)MAX_STEPS);
}

int kiln_i_response(kiln_solver *s, int phase, const double *y, int is_signed, double *response)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    const kiln_i_objective o = {phase, NULL, 0.0, s->RT, p->n_constraints, p->constraint};
    const int n = p->n_y, m = p->n_constraints;
    memset(response, 0, (size_t)(n * n) * sizeof *response);
    if (n == m) return 1;
    (void)kiln_i_phase_excess(s->system, phase, y, s->gradient, s->hessian);
    const int free = kiln_i_reduce(s, &o, y, s->hessian);
    memcpy(s->eigen, s->reduced, (size_t)(free * free) * sizeof *s->eigen);
    if (kiln_i_cholesky(free, s->eigen)) {
        /* column j of the inverse in y: expand(reduced^-1 contract(e_j)) */
        double *reduced = s->along;
        for (int j = 0; j < n; ++j) {
            memset(s->step, 0, (size_t)n * sizeof *s->step);
            s->step[j] = 1.0;
            kiln_i_contract(s, n, m, s->step, reduced);
            kiln_i_cholesky_solve(free, s->eigen, reduced);
            kiln_i_expand(s, n, m, reduced, response + (size_t)(n * j));
        }
        return 1;
    }
    /* Not positive definite: unless the derivative itself is wanted, the absolute value keeps an outer iteration going towards stability. */
    double *lambda = s->eigenvalue;
    memcpy(s->eigen, s->reduced, (size_t)(free * free) * sizeof *s->eigen);
    if (LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'V', 'L', free, s->eigen, free, lambda, s->lapack, s->lapack_size) != 0) return 0;
    for (int k = 0; k < free; ++k) {
        kiln_i_expand(s, n, m, s->eigen + (size_t)(free * k), s->step);
        const double size = fmax(fabs(lambda[k]), 1e-3 * s->RT),
                     inverse = is_signed && lambda[k] < 0.0 ? -1.0 / size : 1.0 / size;
        for (int j = 0; j < n; ++j)
            for (int i = 0; i < n; ++i) response[i + n * j] += s->step[i] * inverse * s->step[j];
    }
    return 0;
}
