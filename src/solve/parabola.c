#include "solve/parabola.h"

#include "core/order.h"
#include "solve/higher.h"
#include "solve/search.h"

#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

static const double REST_PAYS = 0.3; /* of what the bound lies below the value */
static const double FLAT = 0.03;     /* of RT: along directions of less curvature the least point is not sought */
static const double KEEP = 0.3;      /* of every fraction when the centre moves */
static const double LEEWAY = 1.0001; /* rounding in roots changes less */

/* Seen from y the entropy rises up to `high` by at least a z^2 / (2 mean) beyond its tangent. */
static void mean_towards(int n, const double *y, const double *high, double *mean)
{
    for (int i = 0; i < n; ++i) mean[i] = (2.0 * y[i] + kiln_i_greater(y[i], high[i])) / 3.0;
}

/* H(y) + shift / 3 - diag(lean) into s->hessian; 0 where higher terms have no bound. */
static int lean_hessian(kiln_solver *s, int phase, const kiln_i_higher *higher, const double *mean, kiln_i_parabola *a)
{
    (void)kiln_i_phase_excess(s->system, phase, a->y, s->gradient, s->hessian);
    a->bend = 0.0;
    for (int i = 0; higher->shift && i < a->n * a->n; ++i) s->hessian[i] += higher->shift[i] / 3.0;
    for (int i = 0; i < a->n; ++i) {
        if (!isfinite(higher->lean[i])) return 0;
        s->hessian[i + a->n * i] -= higher->lean[i];
        a->bend = kiln_i_greater(a->bend, higher->lean[i] * mean[i] / (s->RT * s->system->phases[phase].sites[i]));
    }
    return 1;
}

/* Spectrum of diag(a RT / mean) + s->hessian in the metric of the entropy, its part a hundred roundings smaller; 0 on failure. */
static int decompose(kiln_solver *s, int phase, const double *mean, kiln_i_parabola *a)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    const int n = a->n;
    double size = s->RT * s->RT;
    for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j) size += s->hessian[i + n * j] * s->hessian[i + n * j] * mean[i] * mean[j];
    const kiln_i_objective o =
        {phase, NULL, 0.0, s->RT - 100.0 * DBL_EPSILON * sqrt(size) / s->least_sites, p->n_constraints, p->constraint};
    const int free = a->n_directions = kiln_i_reduce(s, &o, mean, s->hessian);
    memcpy(s->eigen, s->reduced, (size_t)(free * free) * sizeof *s->eigen);
    return free > 0 &&
           LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'V', 'L', free, s->eigen, free, a->curvature, s->lapack, s->lapack_size) == 0;
}

/* Slopes and directions, with their ranges over the box. */
static void set_directions(kiln_solver *s, const kiln_i_spectrum *spectrum, const kiln_i_box *box, const double *gradient,
                           kiln_i_parabola *a)
{
    const int n = a->n, free = a->n_directions, m = n - free;
    double reduced[KILN_MAX_Y];
    kiln_i_contract(s, n, m, gradient, reduced);
    for (int k = 0; k < free; ++k) {
        const double *u = s->eigen + (size_t)(free * k);
        double at = 0.0, *along = a->along + (size_t)(n * k), *across = a->across + (size_t)(n * k);
        a->slope[k] = 0.0;
        for (int i = 0; i < free; ++i) a->slope[k] += u[i] * reduced[i];
        kiln_i_expand(s, n, m, u, along);
        for (int i = 0; i < n; ++i) {
            across[i] = along[i] / (s->scale[i] * s->scale[i]);
            at += across[i] * a->y[i];
        }
        kiln_i_box_range(s, spectrum, box, across, &a->low[k], &a->high[k]);
        a->low[k] -= at + 1e-12;
        a->high[k] -= at - 1e-12;
    }
}

static double part(const kiln_i_parabola *a, int k, double t) { return t * (a->slope[k] + 0.5 * a->curvature[k] * t); }

static void find_least(kiln_i_parabola *a)
{
    a->bound = a->value;
    for (int k = 0; k < a->n_directions; ++k) {
        const double t = -a->slope[k] / a->curvature[k];
        const int is_inside = a->curvature[k] > 0.0 && t > a->low[k] && t < a->high[k];
        a->least[k] = is_inside ? part(a, k, t) : kiln_i_lesser(part(a, k, a->low[k]), part(a, k, a->high[k]));
        a->bound += a->least[k];
    }
    if (isnan(a->bound)) a->bound = -INFINITY;
}

/* What y lacks of the constraints; projections leave rounding. */
static double residual(const kiln_i_mphase *p, const double *y)
{
    double sum = 0.0;
    for (int r = 0; r < p->n_constraints; ++r) {
        double row = -p->constraint_rhs[r];
        for (int i = 0; i < p->n_y; ++i) row += p->constraint[r + p->n_constraints * i] * y[i];
        sum += fabs(row);
    }
    return sum;
}

/* d at y, lowered by rounding and by what y lacks of the constraints; its gradient. */
static double value_at(kiln_solver *s, const kiln_i_objective *o, const double *y, double *gradient)
{
    const kiln_i_mphase *p = &s->system->phases[o->phase];
    const double value = kiln_i_objective_value(s, o, y, gradient, NULL);
    double size = fabs(value);
    for (int i = 0; i < p->n_y; ++i) size = kiln_i_greater(size, fabs(gradient[i]) + fabs(o->linear[i]));
    return value - kiln_i_rounding(s, p, size) - p->n_y * size * residual(p, y);
}

/* All but the value; 0 where there is none. */
static int set_shape(kiln_solver *s, int phase, const kiln_i_spectrum *spectrum, const kiln_i_box *box,
                     const kiln_i_higher *higher, const double *gradient, kiln_i_parabola *a)
{
    double mean[KILN_MAX_Y];
    mean_towards(a->n, a->y, box->y_high, mean);
    if (!lean_hessian(s, phase, higher, mean, a) || !decompose(s, phase, mean, a)) return 0;
    set_directions(s, spectrum, box, gradient, a);
    find_least(a);
    return 1;
}

/* What higher terms can take is charged to the curvature, or, where that becomes negative and it is little as such, to the value. */
void kiln_i_parabola_set(kiln_solver *s, const kiln_i_objective *o, const kiln_i_spectrum *spectrum, const kiln_i_box *box,
                         kiln_i_parabola *a)
{
    double gradient[KILN_MAX_Y];
    kiln_i_higher higher = {0};
    a->n = s->system->phases[o->phase].n_y;
    const double value = value_at(s, o, a->y, gradient);
    if (kiln_i_has_higher(s, o->phase)) kiln_i_higher_bound(s, o->phase, a->y, box->y_low, box->y_high, &higher);
    a->value = value - higher.magnetic_rest;
    a->is_known = set_shape(s, o->phase, spectrum, box, &higher, gradient, a);
    if (!a->is_known || a->curvature[0] >= 0.0 || !(higher.rest < REST_PAYS * (value - a->bound))) return;
    const double bend = a->bend;
    memset(higher.lean, 0, sizeof higher.lean);
    higher.shift = NULL;
    a->value = value - higher.rest;
    a->is_known = set_shape(s, o->phase, spectrum, box, &higher, gradient, a);
    a->bend = bend;
}

/* The t at which one direction's part is no more than `most`, where it curves upwards: between its roots. 0: none. */
static int between_roots(kiln_i_parabola *a, int k, double most)
{
    const double c = a->slope[k], curvature = a->curvature[k], square = c * c + 2.0 * curvature * most;
    if (square < 0.0) return 0;
    const double root = LEEWAY * sqrt(square) + 1e-12 * curvature;
    a->low[k] = kiln_i_greater(a->low[k], (-c - root) / curvature);
    a->high[k] = kiln_i_lesser(a->high[k], (-c + root) / curvature);
    return a->low[k] <= a->high[k];
}

/* The same where it curves downwards: outside them. What lies between cannot be left out but at an end of the range. */
static int outside_roots(kiln_i_parabola *a, int k, double most)
{
    const double c = a->slope[k], curvature = a->curvature[k], square = c * c + 2.0 * curvature * most;
    if (!(square > 0.0)) return 1;
    const double root = sqrt(square) / LEEWAY, first = (-c + root) / curvature, last = (-c - root) / curvature;
    const int low_is_between = a->low[k] > first && last > a->low[k];
    const int high_is_between = a->high[k] > first && last > a->high[k];
    if (low_is_between && high_is_between) return 0;
    if (low_is_between) a->low[k] = last;
    if (high_is_between) a->high[k] = first;
    return 1;
}

/* y_i by the ranges of t, and by the ellipsoid that all directions of positive curvature share: sum curvature (t - t0)^2 / 2 <= room. */
static void narrow_fraction(const kiln_i_parabola *a, int i, double room, double *low, double *high)
{
    double down = 0.0, up = 0.0, down_flat = 0.0, up_flat = 0.0, middle = 0.0, square = 0.0;
    for (int k = 0; k < a->n_directions; ++k) {
        const double e = a->along[i + a->n * k], from = kiln_i_lesser(e * a->low[k], e * a->high[k]);
        const double to = kiln_i_greater(e * a->low[k], e * a->high[k]);
        down += from;
        up += to;
        if (a->curvature[k] > 0.0) {
            middle -= e * a->slope[k] / a->curvature[k];
            square += e * e / a->curvature[k];
        } else {
            down_flat += from;
            up_flat += to;
        }
    }
    const double reach = LEEWAY * sqrt(2.0 * kiln_i_greater(room, 0.0) * square);
    *low = kiln_i_greater(*low, a->y[i] + kiln_i_greater(down, down_flat + middle - reach) - 1e-12);
    *high = kiln_i_lesser(*high, a->y[i] + kiln_i_lesser(up, up_flat + middle + reach) + 1e-12);
}

int kiln_i_parabola_narrow(const kiln_solver *s, int phase, double margin, kiln_i_parabola *a, kiln_i_box *box)
{
    const double excess = margin - a->bound;
    double room = excess;
    for (int k = 0; k < a->n_directions; ++k) {
        const double most = excess + a->least[k]; /* the others are no less than their least */
        const int is_left = a->curvature[k] > 0.0 ? between_roots(a, k, most) : outside_roots(a, k, most);
        if (!is_left) return 0;
        if (a->curvature[k] > 0.0) room += a->least[k] + 0.5 * a->slope[k] * a->slope[k] / a->curvature[k];
    }
    for (int i = 0; i < a->n; ++i) narrow_fraction(a, i, room, &box->y_low[i], &box->y_high[i]);
    kiln_i_tighten(&s->system->phases[phase], box->y_low, box->y_high);
    return !kiln_i_is_empty(a->n, box->y_low, box->y_high);
}

void kiln_i_parabola_recentre(double RT, kiln_i_parabola *a)
{
    double y[KILN_MAX_Y];
    memcpy(y, a->y, (size_t)a->n * sizeof *y);
    for (int k = 0; k < a->n_directions; ++k) {
        if (!(a->curvature[k] > FLAT * RT)) continue;
        const double t = kiln_i_lesser(kiln_i_greater(-a->slope[k] / a->curvature[k], a->low[k]), a->high[k]);
        for (int i = 0; i < a->n; ++i) y[i] += t * a->along[i + a->n * k];
    }
    for (int i = 0; i < a->n; ++i)
        if (!(y[i] > KEEP * a->y[i])) return;
    memcpy(a->y, y, (size_t)a->n * sizeof *y);
}
