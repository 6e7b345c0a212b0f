#include "solve/bound.h"

#include "core/dense.h"
#include "core/order.h"

#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

enum { MAX_ASCENT = 12, MAX_PATIENT_ASCENT = 200, MAX_BACKTRACK = 8, MAX_SCALE = 60, MAX_NARROWING = 4, MAX_NEUTRALISE = 20 };
static const double LEAST_RIDGE = 1e-12;
static const double NEUTRAL = 1e-6; /* charge per formula unit: a bound that lacks it gains little by less */

/* ---- The spectrum ---- */

/* Z'HZ on the null space of the constraints (unscaled), its eigenvectors back in y. */
static int decompose(kiln_solver *s, const kiln_i_mphase *p, const double *hessian, int new_cuts, kiln_i_spectrum *out,
                     double *residual)
{
    const int n = p->n_y, m = p->n_constraints, free = n - m;
    double *full = s->eigen, *Z = s->qr, *reduced = s->reduced;
    for (int r = 0; r < m; ++r)
        for (int i = 0; i < n; ++i) Z[i + n * r] = p->constraint[r + m * i];
    kiln_i_reflectors(n, m, Z);
    for (int i = 0; i < n * n; ++i) full[i] = hessian[i] / s->RT;
    kiln_i_reflect_symmetric(n, m, Z, full, s->along);
    double norm = 0.0;
    for (int j = 0; j < free; ++j)
        for (int i = 0; i < free; ++i) {
            reduced[i + free * j] = full[m + i + n * (m + j)];
            norm += reduced[i + free * j] * reduced[i + free * j];
        }
    if (free > 0 &&
        LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'V', 'L', free, reduced, free, s->eigenvalue, s->lapack, s->lapack_size) != 0)
        return 0;
    /* Directions of hardly any curvature go to the residual; the rest are expanded to y. Negative ones first. */
    const double tiny = 1e-12 * (1.0 + sqrt(norm));
    double *lambda = s->eigenvalue;
    out->n_directions = 0;
    for (int pass = 0; pass < 2; ++pass) {
        for (int k = 0; k < free; ++k)
            if (pass == 0 ? lambda[k] < -tiny : lambda[k] > tiny) {
                double *v = out->v + (size_t)(n * out->n_directions);
                for (int i = 0; i < m; ++i) v[i] = 0.0;
                memcpy(v + m, reduced + (size_t)(free * k), (size_t)free * sizeof *v);
                kiln_i_reflect_back(n, m, Z, v);
                out->lambda[out->n_directions++] = lambda[k];
            }
        if (pass == 0) out->n_negative = out->n_directions;
    }
    if (new_cuts) {
        out->n_cuts = out->n_negative;
        memcpy(out->cut, out->v, (size_t)(n * out->n_negative) * sizeof *out->v);
    }
    /* ||PHP - V L V'||: LAPACK's backward error (a modest multiple of eps ||H||) and what was left out. */
    *residual = 64.0 * n * DBL_EPSILON * sqrt(norm) + sqrt((double)free) * tiny;
    return 1;
}

void kiln_i_range_over(const kiln_i_mphase *p, const double *v, const double *y_low, const double *y_high, double *low,
                       double *high)
{
    *low = *high = 0.0;
    for (int first = 0, end; first < p->n_y; first = end) {
        double least = v[first], most = v[first], box_low = 0.0, box_high = 0.0;
        for (end = first; end < p->n_y && p->sublattice[end] == p->sublattice[first]; ++end) {
            least = kiln_i_lesser(least, v[end]);
            most = kiln_i_greater(most, v[end]);
            box_low += kiln_i_lesser(v[end] * y_low[end], v[end] * y_high[end]);
            box_high += kiln_i_greater(v[end] * y_low[end], v[end] * y_high[end]);
        }
        *low += kiln_i_greater(least, box_low);
        *high += kiln_i_lesser(most, box_high);
    }
}

void kiln_i_box_whole(const kiln_solver *s, const kiln_i_spectrum *q, kiln_i_box *box)
{
    const kiln_i_mphase *p = &s->system->phases[q->phase];
    for (int i = 0; i < q->n; ++i) {
        box->y_low[i] = 0.0;
        box->y_high[i] = 1.0;
    }
    for (int k = 0; k < q->n_cuts; ++k) {
        kiln_i_range_over(p, q->cut + (size_t)(q->n * k), box->y_low, box->y_high, &box->cut_low[k], &box->cut_high[k]);
        box->cut_low[k] -= 1e-12;
        box->cut_high[k] += 1e-12;
    }
}

void kiln_i_box_range(const kiln_solver *s, const kiln_i_spectrum *q, const kiln_i_box *box, const double *v, double *low,
                      double *high)
{
    /* from the cuts v is made of and what is left of it over the site fractions, or from these alone */
    double *rest = q->work, rest_low, rest_high, sum_low = 0.0, sum_high = 0.0, largest = 0.0;
    for (int i = 0; i < q->n; ++i) largest = kiln_i_greater(largest, fabs(v[i]));
    memcpy(rest, v, (size_t)q->n * sizeof *rest);
    for (int k = 0; k < q->n_cuts; ++k) {
        const double *cut = q->cut + (size_t)(q->n * k);
        double share = 0.0;
        for (int i = 0; i < q->n; ++i) share += cut[i] * v[i];
        for (int i = 0; i < q->n; ++i) rest[i] -= share * cut[i];
        sum_low += kiln_i_lesser(share * box->cut_low[k], share * box->cut_high[k]);
        sum_high += kiln_i_greater(share * box->cut_low[k], share * box->cut_high[k]);
    }
    kiln_i_range_over(&s->system->phases[q->phase], rest, box->y_low, box->y_high, &rest_low, &rest_high);
    kiln_i_range_over(&s->system->phases[q->phase], v, box->y_low, box->y_high, low, high);
    const double rounding = 8.0 * q->n * DBL_EPSILON * largest;
    *low = kiln_i_greater(*low, sum_low + rest_low - rounding);
    *high = kiln_i_lesser(*high, sum_high + rest_high + rounding);
}

static double chord_slope(const kiln_i_spectrum *q, const kiln_i_box *box, int k)
{
    return 0.5 * q->lambda[k] * (box->low[k] + box->high[k]);
}

int kiln_i_box_ranges(const kiln_solver *s, const kiln_i_spectrum *q, kiln_i_box *box)
{
    int is_empty = 0;
    for (int k = 0; k < q->n_negative; ++k) {
        const double *v = q->v + (size_t)(q->n * k);
        double at = 0.0, low, high;
        for (int i = 0; i < q->n; ++i) at += v[i] * q->centre[i];
        kiln_i_box_range(s, q, box, v, &low, &high);
        box->low[k] = low - at - 1e-12;
        box->high[k] = high - at + 1e-12;
        box->theta[k] = chord_slope(q, box, k);
        is_empty |= box->low[k] > box->high[k];
    }
    for (int k = q->n_negative; k <= q->n_directions; ++k) box->theta[k] = 0.0;
    return !is_empty;
}

double kiln_i_rounding(const kiln_solver *s, const kiln_i_mphase *p, double magnitude)
{
    return 8.0 * (p->n_y + 8.0) * DBL_EPSILON * (magnitude + 64.0 * s->RT) * (1.0 + p->n_constraints);
}

int kiln_i_spectrum_set(kiln_solver *s, int phase, const double *mu, const double *tilt, const double *centre, int new_cuts,
                        kiln_i_spectrum *out)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    const int n = p->n_y, C = s->n_closed, m = p->n_constraints;
    double residual, magnitude = 0.0, sublattices = 0.0;
    out->phase = phase;
    out->n = n;
    memcpy(out->centre, centre, (size_t)n * sizeof *centre);
    const double e0 = kiln_i_phase_excess(s->system, phase, centre, s->gradient, s->hessian);
    out->c0 = e0;
    for (int c = 0; c < C; ++c) {
        out->c0 -= mu[c] * p->amount_0[c];
        magnitude = kiln_i_greater(magnitude, fabs(mu[c] * p->amount_0[c]));
    }
    magnitude = kiln_i_greater(magnitude, fabs(e0));
    for (int i = 0; i < n; ++i) {
        double size = fabs(s->gradient[i]) + fabs(tilt[i]), c_i = s->gradient[i] + tilt[i];
        out->c0 -= s->gradient[i] * centre[i];
        for (int c = 0; c < C; ++c) {
            c_i -= mu[c] * p->amount[c + C * i];
            size += fabs(mu[c] * p->amount[c + C * i]);
        }
        out->c[i] = c_i / s->RT;
        magnitude = kiln_i_greater(magnitude, size);
        sublattices += i == 0 || p->sublattice[i] != p->sublattice[i - 1];
    }
    out->c0 /= s->RT;
    if (!decompose(s, p, s->hessian, new_cuts, out, &residual)) return 0;
    const int has_charge = p->has_charge;
    out->charge_rhs = has_charge ? p->constraint_rhs[m - 1] : 0.0;
    for (int i = 0; i < n; ++i) out->charge[i] = has_charge ? p->constraint[m - 1 + m * i] : 0.0;
    /* ||z||^2 <= 2 per sublattice for the difference of two constitutions */
    out->slack = kiln_i_rounding(s, p, magnitude) / s->RT + residual * sublattices;
    return 1;
}

/* ---- The dual bound ---- */

/* t at which the x_i = w_i t clipped to [low, high] sum to 1, as far as they can: piecewise linear in t, so Newton's step inside a bracket ends it. */
static double clipped_scale(int count, const double *w, const double *low, const double *high, double t)
{
    double t_low = 0.0, t_high = INFINITY;
    for (int k = 0; k < MAX_SCALE; ++k) {
        double slope = 0.0, excess = -1.0;
        for (int i = 0; i < count; ++i) {
            const double y = w[i] * t;
            const int free = y > low[i] && y < high[i];
            slope += free ? w[i] : 0.0;
            excess += free ? y : (y <= low[i] ? low[i] : high[i]);
        }
        if (fabs(excess) < 1e-13) return t;
        if (excess > 0.0) t_high = t;
        else t_low = t;
        const double newton = slope > 0.0 ? t - excess / slope : (excess > 0.0 ? 0.25 * t : 4.0 * t);
        if (newton > t_low && newton < t_high) t = newton;
        else if (isfinite(t_high)) t = t_low > 0.0 ? sqrt(t_low) * sqrt(t_high) : 0.25 * t_high;
        else t *= 4.0;
        if (!(t > 1e-290 && t < 1e290)) return kiln_i_lesser(kiln_i_greater(t, 1e-290), 1e290);
    }
    return t;
}

/* Least of sum_i cost_i x_i + a x_i ln x_i over one sublattice's simplex cut by the box; costs stand in x and are replaced by the minimiser. For any eta the
 * terms' own minima over [low, high] of (cost_i + eta - a) x + a x ln x, at exp(-(cost_i + eta) / a) clipped, summed, less eta - a, are a lower bound: eta is sought
 * for the best one, where the x sum to 1. */
static double least_on_simplex(int count, double a, const double *low, const double *high, double *x)
{
    double least = x[0], sum = 0.0, w[KILN_MAX_Y], cost[KILN_MAX_Y];
    int clipped = 0;
    for (int i = 1; i < count; ++i) least = kiln_i_lesser(least, x[i]);
    for (int i = 0; i < count; ++i) {
        const double exponent = (least - x[i]) / a;
        cost[i] = x[i];
        sum += w[i] = exponent > -690.0 ? exp(exponent) : 0.0;
    }
    for (int i = 0; i < count; ++i) {
        x[i] = w[i] / sum;
        clipped |= x[i] < low[i] || x[i] > high[i];
    }
    if (!clipped) return least - a * log(sum);
    const double t = clipped_scale(count, w, low, high, 1.0 / sum), eta = -least - a * log(t);
    double value = -eta + a; /* a (1 - sum x) + what the clipped ones miss */
    for (int i = 0; i < count; ++i) {
        const double y = w[i] * t;
        x[i] = kiln_i_lesser(kiln_i_greater(y, low[i]), high[i]);
        value -= a * x[i];
        if (x[i] != y && x[i] > 0.0) value += (cost[i] + eta) * x[i] + a * x[i] * log(x[i]);
    }
    return value;
}

/* The relaxation's constitution at the multipliers into x, and the dual function without the h_k. */
static double relaxation(const kiln_i_mphase *p, const kiln_i_spectrum *q, const kiln_i_box *box, const double *theta, double *x)
{
    const int n = q->n, K = q->n_directions;
    double value = q->c0 - theta[K] * q->charge_rhs;
    for (int i = 0; i < n; ++i) x[i] = q->c[i] + theta[K] * q->charge[i];
    for (int k = 0; k < K; ++k) {
        const double *v = q->v + (size_t)(n * k);
        double at = 0.0;
        for (int i = 0; i < n; ++i) {
            x[i] += theta[k] * v[i];
            at += v[i] * q->centre[i];
        }
        value -= theta[k] * at;
    }
    for (int first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && p->sublattice[end] == p->sublattice[first]; ++end) {}
        value += least_on_simplex(end - first, p->sites[first], box->y_low + first, box->y_high + first, x + first);
    }
    return value;
}

/* sum h_k(theta_k): conjugates of the convex squares and of the chords. */
static double conjugates(const kiln_i_spectrum *q, const kiln_i_box *box, const double *theta)
{
    double sum = 0.0;
    for (int k = 0; k < q->n_directions; ++k) {
        if (k >= q->n_negative) {
            sum -= theta[k] * theta[k] / (2.0 * q->lambda[k]);
            continue;
        }
        const double rise = chord_slope(q, box, k) - theta[k];
        sum += -0.5 * q->lambda[k] * box->low[k] * box->high[k] + kiln_i_lesser(rise * box->low[k], rise * box->high[k]);
    }
    return sum;
}

static double dual(const kiln_i_mphase *p, const kiln_i_spectrum *q, const kiln_i_box *box, const double *theta, double *x)
{
    return relaxation(p, q, box, theta, x) + conjugates(q, box, theta);
}

static double along(const kiln_i_spectrum *q, int k, const double *x)
{
    const double *v = q->v + (size_t)(q->n * k);
    double t = 0.0;
    for (int i = 0; i < q->n; ++i) t += v[i] * (x[i] - q->centre[i]);
    return t;
}

/* Gradient of the dual; pinned[k] where the multiplier sits at its chord's slope and the relaxation's t inside the box: it stays. */
static void dual_gradient(const kiln_i_spectrum *q, const kiln_i_box *box, const double *x, double *gradient, char *pinned)
{
    const int K = q->n_directions;
    for (int k = 0; k < K; ++k) {
        const double t = along(q, k, x);
        pinned[k] = 0;
        if (k >= q->n_negative) {
            gradient[k] = t - box->theta[k] / q->lambda[k];
            continue;
        }
        const double past = box->theta[k] - chord_slope(q, box, k);
        if (past != 0.0) gradient[k] = t - (past > 0.0 ? box->high[k] : box->low[k]);
        else gradient[k] = t > box->high[k] ? t - box->high[k] : kiln_i_lesser(t - box->low[k], 0.0);
        pinned[k] = past == 0.0 && gradient[k] == 0.0;
    }
    gradient[K] = -q->charge_rhs;
    pinned[K] = 0;
    for (int i = 0; i < q->n; ++i) gradient[K] += q->charge[i] * x[i];
}

/* Covariance of two directions under the relaxation's constitution, over a; fractions at a bound of the box do not move. */
static double covariance(const kiln_i_mphase *p, int n, const kiln_i_box *box, const double *u, const double *v, const double *x)
{
    double sum = 0.0;
    for (int first = 0, end; first < n; first = end) {
        double uv = 0.0, mean_u = 0.0, mean_v = 0.0, weight = 0.0;
        for (end = first; end < n && p->sublattice[end] == p->sublattice[first]; ++end) {
            if (x[end] <= box->y_low[end] || x[end] >= box->y_high[end]) continue;
            uv += x[end] * u[end] * v[end];
            mean_u += x[end] * u[end];
            mean_v += x[end] * v[end];
            weight += x[end];
        }
        if (weight > 0.0) sum += (uv - mean_u * mean_v / weight) / p->sites[first];
    }
    return sum;
}

/* Ascent direction by Newton: the Hessian of the dual is minus the covariance of the directions under x (over a), and minus 1/lambda for the convex ones.
 * `ridge` limits the step along multipliers that hardly move the relaxation. Returns the predicted gain. */
static double ascent(const kiln_i_mphase *p, const kiln_i_spectrum *q, const kiln_i_box *box, const double *x, double ridge,
                     double *step)
{
    const int n = q->n, K = q->n_directions, order = K + 1;
    double *matrix = q->work, *gradient = matrix + (size_t)(order * order), gain = 0.0;
    char pinned[KILN_MAX_Y + 1];
    dual_gradient(q, box, x, gradient, pinned);
    for (int k = 0; k < order; ++k) {
        const double *v = k < K ? q->v + (size_t)(n * k) : q->charge;
        for (int l = 0; l <= k; ++l) {
            const double *u = l < K ? q->v + (size_t)(n * l) : q->charge;
            matrix[k + order * l] = matrix[l + order * k] = pinned[k] || pinned[l] ? 0.0 : covariance(p, n, box, u, v, x);
        }
        matrix[k + order * k] += pinned[k] ? 1.0 : ridge + (k >= q->n_negative && k < K ? 1.0 / q->lambda[k] : 0.0);
        step[k] = gradient[k];
    }
    if (!kiln_i_cholesky(order, matrix)) return 0.0;
    kiln_i_cholesky_solve(order, matrix, step);
    for (int k = 0; k < order; ++k) gain += gradient[k] * step[k];
    return gain;
}

/* theta + length * step, except that no multiplier jumps over the kink at its chord's slope. */
static void advance(const kiln_i_spectrum *q, const kiln_i_box *box, double length, const double *step, double *trial)
{
    for (int k = 0; k <= q->n_directions; ++k) {
        trial[k] = box->theta[k] + length * step[k];
        if (k >= q->n_negative) continue;
        const double kink = chord_slope(q, box, k);
        if ((box->theta[k] - kink) * (trial[k] - kink) < 0.0) trial[k] = kink;
    }
}

/* What x has too much of charge. */
static double surplus(const kiln_i_spectrum *q, const double *x)
{
    double sum = -q->charge_rhs;
    for (int i = 0; i < q->n; ++i) sum += q->charge[i] * x[i];
    return sum;
}

/* The best multiplier of neutrality alone, the others as they are: in a thin box fractions stick to its bounds, and there no Newton step finds it. The charge of the relaxation falls
 * as the multiplier rises. Improves box->theta, x and the value, which is returned. */
static double neutralise(const kiln_i_mphase *p, const kiln_i_spectrum *q, kiln_i_box *box, double best, double *trial,
                         double *x_trial, double *x)
{
    const int K = q->n_directions, sign = surplus(q, x) > 0.0 ? 1 : -1;
    double inside = box->theta[K], outside = NAN, step = 0.5, charge = surplus(q, x);
    memcpy(trial, box->theta, (size_t)(K + 1) * sizeof *trial);
    for (int k = 0; k < MAX_NEUTRALISE && best < 0.0 && fabs(charge) > NEUTRAL; ++k, step *= 4.0) {
        trial[K] = isnan(outside) ? inside + sign * step : 0.5 * (inside + outside);
        const double value = dual(p, q, box, trial, x_trial);
        charge = surplus(q, x_trial);
        if (charge * sign > 0.0) inside = trial[K];
        else outside = trial[K];
        if (value <= best) continue;
        best = value;
        box->theta[K] = trial[K];
        memcpy(x, x_trial, (size_t)q->n * sizeof *x);
    }
    return best;
}

double kiln_i_bound(kiln_solver *s, const kiln_i_spectrum *q, kiln_i_box *box, double rest, int patient, double *x)
{
    const kiln_i_mphase *p = &s->system->phases[q->phase];
    const int limit = patient ? MAX_PATIENT_ASCENT : MAX_ASCENT;
    const int order = q->n_directions + 1;
    double *step = q->work + (size_t)((order + 1) * order), *trial = step + order, *x_trial = trial + order;
    const double offset = -rest - q->slack;
    double best = dual(p, q, box, box->theta, x) + offset;
    double ridge = LEAST_RIDGE;
    for (int iteration = 0; iteration < limit && best < 0.0; ++iteration) {
        const double gain = ascent(p, q, box, x, ridge, step), before = best;
        if (!(gain > 1e-12)) break;
        double length = 1.0;
        int half = 0;
        for (; half < MAX_BACKTRACK; ++half, length *= 0.25) {
            advance(q, box, length, step, trial);
            const double value = dual(p, q, box, trial, x_trial) + offset;
            if (value <= best + 1e-4 * length * gain && value < 0.0) continue;
            best = value;
            memcpy(box->theta, trial, (size_t)order * sizeof *trial);
            memcpy(x, x_trial, (size_t)q->n * sizeof *x);
            break;
        }
        if (half == MAX_BACKTRACK) {
            /* The quadratic model fails where fractions meet their bounds: shorter, safer steps. */
            if ((ridge = kiln_i_greater(1e-6, 1e3 * ridge)) > 1e3) break;
            continue;
        }
        ridge = kiln_i_greater(LEAST_RIDGE, 0.1 * ridge);
        if (!patient && best - before < 1e-3 * -best && best - before < 1e-2) break; /* branching will gain more */
    }
    if (p->has_charge && best < 0.0) best = neutralise(p, q, box, best - offset, trial, x_trial, x) + offset;
    return best;
}

/* ---- Localisation ---- */

/* Relative entropy of (p, 1 - p) to (x, others), which need not sum to 1: p ln(p/x) + (1-p) ln((1-p)/others) - 1 + x + others. */
static double binary_entropy(double p, double x, double others)
{
    return (p > 0.0 ? p * log(p / x) : 0.0) + (p < 1.0 ? (1.0 - p) * log((1.0 - p) / others) : 0.0) + (x + others - 1.0);
}

/* The p beyond x, up or down, at which the binary relative entropy reaches r, rounded away from x: bisection, then Newton's steps, which from beyond the root of a convex
 * function never pass it. */
static double reach(double x, double others, double r, int up)
{
    double inside = x, outside = up ? 1.0 : 0.0;
    if (x <= 0.0 || others <= 0.0 || x >= 1.0 || binary_entropy(outside, x, others) <= r) return outside;
    for (int k = 0; k < 4; ++k) {
        const double middle = 0.5 * (inside + outside);
        if (binary_entropy(middle, x, others) > r) outside = middle;
        else inside = middle;
    }
    for (int k = 0; k < 4 && outside > 0.0 && outside < 1.0; ++k) {
        const double slope = log(outside / x) - log((1.0 - outside) / others);
        outside -= (binary_entropy(outside, x, others) - r) / slope;
    }
    /* Newton's rounding */
    return up ? kiln_i_lesser(outside * (1.0 + 1e-12) + 1e-15, 1.0) : kiln_i_greater(outside * (1.0 - 1e-12) - 1e-15, 0.0);
}

void kiln_i_localise(const kiln_solver *s, int phase, double D, const double *x, double *y_low, double *y_high)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    for (int first = 0, end; first < p->n_y; first = end) {
        for (end = first; end < p->n_y && p->sublattice[end] == p->sublattice[first];) ++end;
        for (int i = first; i < end; ++i) {
            const double r = (-D + 1e-12) / p->sites[i];
            double others = 0.0;
            for (int j = first; j < end; ++j) others += j == i ? 0.0 : x[j];
            y_high[i] = kiln_i_lesser(y_high[i], reach(x[i], others, r, 1));
            y_low[i] = kiln_i_greater(y_low[i], reach(x[i], others, r, 0));
            if (y_low[i] > y_high[i]) y_low[i] = y_high[i];
        }
    }
}

/* ---- The cheap bound ---- */

double kiln_i_largest_amount(const kiln_solver *s, int phase)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    double sum = 0.0;
    for (int c = 0; c < s->n_closed; ++c) sum += p->amount_0[c];
    for (int first = 0, end; first < p->n_y; first = end) {
        double most = 0.0;
        for (end = first; end < p->n_y && p->sublattice[end] == p->sublattice[first]; ++end) {
            double here = 0.0;
            for (int c = 0; c < s->n_closed; ++c) here += p->amount[c + s->n_closed * end];
            most = kiln_i_greater(most, here);
        }
        sum += most;
    }
    return sum;
}

/* Minimum of c.y + RT sum a y ln y on the product of simplices with costs c_i + nu q_i; the charge row's value at the minimiser and its derivative. */
static double ideal_minimum(const kiln_i_mphase *p, double RT, const double *cost, const double *charge, int stride, double nu,
                            double *value, double *slope)
{
    double sum = 0.0;
    *value = *slope = 0.0;
    for (int first = 0, end; first < p->n_y; first = end) {
        const double a = RT * p->sites[first];
        double least = INFINITY, weight = 0.0, q1 = 0.0, q2 = 0.0;
        for (end = first; end < p->n_y && p->sublattice[end] == p->sublattice[first]; ++end)
            least = kiln_i_lesser(least, cost[end] + nu * charge[stride * end]);
        for (int i = first; i < end; ++i) {
            const double q = charge[stride * i], w = exp((least - cost[i] - nu * q) / a);
            weight += w;
            q1 += w * q;
            q2 += w * q * q;
        }
        q1 /= weight;
        sum += least - a * log(weight);
        *value += q1;
        *slope -= (q2 / weight - q1 * q1) / a;
    }
    return sum;
}

/* The ideal solution's own minimum at mu (its best multiplier of neutrality left in *nu), J per mole of formula units, lowered by rounding. Concave in nu: a few Newton
 * steps; any nu is rigorous. Ends early where the bound passes `enough`. */
static double ideal_bound(const kiln_solver *s, int phase, const double *mu, const double *tilt, double enough, double *cost,
                          double *nu_best)
{
    static const double neutral = 0.0;
    const kiln_i_mphase *p = &s->system->phases[phase];
    const int C = s->n_closed, m = p->n_constraints;
    double base = p->c0, size = fabs(p->c0), value, slope, nu = 0.0, best = -INFINITY;
    for (int c = 0; c < C; ++c) base -= mu[c] * p->amount_0[c];
    for (int i = 0; i < p->n_y; ++i) {
        cost[i] = p->c[i] + (tilt ? tilt[i] : 0.0);
        for (int c = 0; c < C; ++c) cost[i] -= mu[c] * p->amount[c + C * i];
        size = kiln_i_greater(size, fabs(p->c[i]) + fabs(cost[i]));
    }
    const int has_charge = p->has_charge;
    const double *charge = has_charge ? p->constraint + m - 1 : &neutral, rhs = has_charge ? p->constraint_rhs[m - 1] : 0.0;
    for (int k = 0; k < (has_charge ? 12 : 1); ++k) {
        const double bound = ideal_minimum(p, s->RT, cost, charge, has_charge ? m : 0, nu, &value, &slope) - nu * rhs;
        if (bound > best) {
            best = bound;
            *nu_best = nu;
        }
        if (base + best > enough || fabs(value - rhs) < 1e-6) break;
        nu -= kiln_i_greater(kiln_i_lesser((value - rhs) / (slope - 1e-6 / s->RT), 20.0 * s->RT), -20.0 * s->RT);
    }
    return base + best - kiln_i_rounding(s, p, size);
}

double kiln_i_quick_bound(const kiln_solver *s, int phase, const double *mu)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    double cost[KILN_MAX_Y], nu = 0.0;
    return p->floor + ideal_bound(s, phase, mu, NULL, 0.1 * s->RT - p->floor, cost, &nu);
}

/* Lower bound of all that is not linear where y <= high: products of the fractions' upper ends. */
static double floor_below(const kiln_i_mphase *p, const double *high)
{
    const int n = p->n_y;
    double sum = 0.0;
    for (int j = 0; j < n; ++j)
        for (int i = 0; i < j; ++i) sum += kiln_i_lesser(p->q[i + n * j], 0.0) * high[i] * high[j];
    for (int t = 0; t < p->n_high; ++t) {
        const kiln_i_monomial *m = &p->monomials[p->n_low + t];
        double product = fabs(p->high[t]), linear = fabs(m->linear_0);
        for (int f = 0; f < m->n_factors; ++f) product *= high[m->factor[f]];
        for (int l = 0; l < m->n_linear; ++l) linear += fabs(m->linear_coefficient[l]) * high[m->linear[l]];
        for (int k = 0; k < m->power; ++k) product *= linear;
        if (m->power % 2 == 1 || p->high[t] < 0.0) sum -= product; /* else nowhere negative */
    }
    return sum;
}

double kiln_i_quick_localise(const kiln_solver *s, int phase, const double *mu, const double *tilt, double margin, double *x,
                             double *low, double *high)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    double nu = 0.0, floor = p->floor, D = 0.0;
    int is_narrowed = 0;
    const double ideal = ideal_bound(s, phase, mu, tilt, INFINITY, x, &nu);
    for (int first = 0, end; first < p->n_y; first = end) {
        double least = INFINITY, sum = 0.0;
        for (end = first; end < p->n_y && p->sublattice[end] == p->sublattice[first]; ++end) {
            if (p->has_charge) x[end] += nu * p->constraint[p->n_constraints - 1 + p->n_constraints * end];
            least = kiln_i_lesser(least, x[end]);
        }
        for (int i = first; i < end; ++i) sum += x[i] = exp(kiln_i_greater((least - x[i]) / (s->RT * p->sites[first]), -600.0));
        for (int i = first; i < end; ++i) x[i] /= sum;
    }
    for (int i = 0; i < p->n_y; ++i) {
        low[i] = 0.0;
        high[i] = 1.0;
    }
    /* Each narrowing raises the floor, which narrows further. */
    for (int round = 0; round < MAX_NARROWING; ++round) {
        const double before = D;
        D = (ideal + floor - margin) / s->RT;
        if (D >= 0.0 || (round > 0 && D - before < 0.05 * -D)) break;
        kiln_i_localise(s, phase, D, x, low, high);
        is_narrowed = 1;
        if (!(p->magnetic_p > 0.0)) floor = kiln_i_greater(floor, floor_below(p, high));
    }
    /* Outside the ranges nothing is known but that d >= margin. */
    return (is_narrowed ? kiln_i_lesser(D, 0.0) : D) * s->RT + margin;
}
