#include "solve/solver.h"

#include "core/context.h"
#include "core/order.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

/* Newton's method in the metric of the ideal entropy (curvature.c). Steps keep a share of every fraction. */

enum { MAX_STEPS = 300, MAX_HALVINGS = 50 };
static const double KEEP = 0.02;       /* least share of a fraction that survives one step */
static const double UNNOTICED = 1e-30; /* a fraction below this changes no sum of fractions in double precision */
static const double LEAST_FRACTION = 1e-300;
static const double DECREMENT_RT = 1e-10;       /* stop when Newton predicts less than twice this gain, in RT, */
static const double FIRM = 0.05;                /* and the curvature along the step is at least this, in RT, */
static const double LEAST_DECREMENT_RT = 1e-16; /* or the gain is nothing */

kiln_i_objective kiln_i_distance(const kiln_solver *s, int phase, const double *mu, double *linear)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    kiln_i_objective o = {phase, linear, 0.0, s->RT, p->n_constraints, p->constraint};
    for (int c = 0; c < s->n_closed; ++c) o.constant -= mu[c] * p->amount_0[c];
    for (int i = 0; i < p->n_y; ++i) {
        linear[i] = 0.0;
        for (int c = 0; c < s->n_closed; ++c) linear[i] -= mu[c] * p->amount[c + s->n_closed * i];
    }
    return o;
}

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

/* Where there is no such factor: by eigenvectors. */
static double saddle_descent(kiln_solver *s, const kiln_i_objective *o, const double *y, const double *hessian)
{
    const int n = s->system->phases[o->phase].n_y, m = o->n_constraints, free = kiln_i_reduce(s, o, y, hessian);
    kiln_i_contract(s, n, m, s->gradient, s->along);
    const double decrement = saddle_step(s, free, o->rt, s->along);
    kiln_i_expand(s, n, m, s->along, s->step);
    return decrement;
}

/* Newton's step from y into s->step; the gain it predicts twice over, negative on failure. *stable tells whether the Hessian was positive definite. */
static double newton_step(kiln_solver *s, const kiln_i_objective *o, const double *y, const double *hessian, int *stable)
{
    const int n = s->system->phases[o->phase].n_y;
    *stable = kiln_i_factor(s, o, y, hessian);
    if (!*stable) return saddle_descent(s, o, y, hessian);
    double decrement = 0.0;
    kiln_i_factor_solve(s, n, o->n_constraints, s->gradient, s->step);
    for (int i = 0; i < n; ++i) {
        decrement += s->gradient[i] * s->step[i];
        s->step[i] = -s->step[i];
    }
    return fmax(decrement, 0.0);
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
    for (int i = 0; i < n; ++i)
        to[i] = kiln_i_greater(y[i] + alpha * step[i], kiln_i_lesser(y[i], kiln_i_greater(KEEP * y[i], LEAST_FRACTION)));
}

/* Backtrack until the value falls; 0 when no step does. Below rounding the full step is taken on trust. Gradient and Hessian are left at the new y. */
static int take_step(kiln_solver *s, const kiln_i_objective *o, int n, double decrement, double *y, double *value,
                     double *hessian)
{
    const double noise = 1e-13 * (fabs(*value) + 1e5);
    double alpha = longest_step(n, y, s->step);
    for (int h = 0; h < MAX_HALVINGS; ++h, alpha *= 0.5) {
        advance(n, y, alpha, s->step, s->trial);
        const double next = kiln_i_objective_value(s, o, s->trial, s->gradient, hessian);
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

/* Whether the step leaves nothing to gain: its error is about the square of the gain over the cube of the curvature along it, both in RT and the metric of the
 * entropy; beside a critical point, where that curvature vanishes, only a gain below rounding will do. */
static int is_last_step(const kiln_solver *s, const kiln_i_mphase *p, const double *y, double decrement)
{
    double length = 0.0;
    if (decrement >= DECREMENT_RT * s->RT) return 0;
    for (int i = 0; i < p->n_y; ++i) length += p->sites[i] * s->step[i] * s->step[i] / y[i];
    return decrement >= FIRM * s->RT * length || decrement < LEAST_DECREMENT_RT * s->RT;
}

kiln_status kiln_i_newton_descend(kiln_solver *s, const kiln_i_objective *o, double *y, double *value)
{
    const kiln_i_mphase *p = &s->system->phases[o->phase];
    const int n = p->n_y;
    double *fresh = kiln_i_is_quadratic(p) ? NULL : s->hessian; /* else the same everywhere */
    const double *hessian = fresh ? fresh : p->q;
    int stable = 1;
    *value = kiln_i_objective_value(s, o, y, s->gradient, fresh);
    if (n == o->n_constraints) return KILN_OK;
    for (int iteration = 0; iteration < MAX_STEPS; ++iteration) {
        const double decrement = newton_step(s, o, y, hessian, &stable);
        if (!(decrement >= 0.0)) break;
        if (stable && is_last_step(s, p, y, decrement) && longest_step(n, y, s->step) == 1.0) {
            /* Newton squares the error: one step more leaves less than rounding. */
            advance(n, y, 1.0, s->step, y);
            *value -= 0.5 * decrement;
            return KILN_OK;
        }
        const double before = *value;
        if (!take_step(s, o, n, decrement, y, value, fresh)) {
            /* No further descent in floating point: a minimum as exact as it gets, unless the Hessian says otherwise. */
            return stable && decrement < 1e-8 * s->RT ? KILN_OK : kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED, "descent stalled");
        }
        if (!stable && before - *value < 1e-13 * s->RT && decrement < 1e-9 * s->RT) break;
    }
    return kiln_i_fail(s->ctx, KILN_E_NOT_CONVERGED, "no minimum of phase %s after %d steps",
                       kiln_system_phase_name(s->system, o->phase), (int)MAX_STEPS);
}
