#include "predict/between_state.h"

#include "core/interval.h"
#include "core/order.h"

#include <math.h>
#include <string.h>

typedef kiln_i_interval_K interval;
typedef kiln_i_bend_value bend_value;
typedef kiln_i_question question;

/* ---- What mixing the target's constitutions at a and b gains ----
 * With y_s = (1-s) y_a + s y_b and phi = x ln x, its Bregman distance D(x|z) = x ln (x/z) - x + z:
 *     (1-s) phi(y_a) + s phi(y_b) - phi(y_s)   and   (1-s) D(y_s|y_a) + s D(y_s|y_b)
 * are both s (1-s) times something monotone in s, which at the end of the smaller y is the distance of the smaller from the larger, its least. For a quadratic both are the second difference, for
 * what is of the third degree the first is linear in s. So, for any T between, neither is less than s (1-s) times the gain below (docs/certificate.md). */

static double least_distance(double y, double z)
{
    const double small = fmin(y, z), large = fmax(y, z);
    return small > 0.0 ? small * log(small / large) - small + large : large;
}

/* Of a product's function: lines go on from where the system is. */
static double value_at(const interval *i, int function, const kiln_i_node *node, const kiln_i_jet *jets)
{
    const kiln_i_jet *here = &i->w->system->function[function];
    return i->w->is_curved[function] ? jets[function].g : here->g + here->dg * (node->T_K - i->w->system->T_K);
}

/* Values of a monomial at both temperatures, and how far it departs from between them. */
static kiln_i_interval monomial_range(const interval *i, const kiln_i_monomial *m)
{
    const kiln_i_bend *bend = &i->w->bend[m->function];
    const double at_a = m->scale * value_at(i, m->function, i->a, i->w->jet_a);
    const double at_b = m->scale * value_at(i, m->function, i->b, i->w->jet_b);
    const double off =
        fabs(m->scale) * (0.125 * i->width * i->width * (fabs(bend->d2g) + 0.5 * i->width * fabs(bend->d3g) + bend->spread) +
                          fabs(bend->jump) + bend->step);
    return (kiln_i_interval){kiln_i_lesser(at_a, at_b) - off, kiln_i_greater(at_a, at_b) + off};
}

/* Range of the second difference f[0,s,1] of a monomial of degree 3 at most along y_a + t (y_b - y_a): with f = c0 + ... + c3 t^3 it is c2 + c3 (1 + s). */
static kiln_i_interval second_difference(const kiln_i_monomial *m, const double *y_a, const double *y_b)
{
    double c[4] = {1.0, 0.0, 0.0, 0.0};
    if (m->n_factors == 2 && m->power == 0)
        return kiln_i_interval_point((y_b[m->factor[0]] - y_a[m->factor[0]]) * (y_b[m->factor[1]] - y_a[m->factor[1]]));
    for (int f = 0; f < m->n_factors + m->power; ++f) {
        double at = f < m->n_factors ? y_a[m->factor[f]] : m->linear_0, slope = f < m->n_factors ? y_b[m->factor[f]] - at : 0.0;
        for (int l = 0; f >= m->n_factors && l < m->n_linear; ++l) {
            at += m->linear_coefficient[l] * y_a[m->linear[l]];
            slope += m->linear_coefficient[l] * (y_b[m->linear[l]] - y_a[m->linear[l]]);
        }
        for (int k = 3; k > 0; --k) c[k] = at * c[k] + slope * c[k - 1];
        c[0] *= at;
    }
    return (kiln_i_interval){c[2] + fmin(c[3], 2.0 * c[3]), c[2] + fmax(c[3], 2.0 * c[3])};
}

double kiln_i_between_gain(const interval *i)
{
    const kiln_system *system = i->w->system;
    const kiln_i_mphase *p = &system->phases[i->w->target.phase];
    double sum = 0.0;
    if (p->magnetic_p > 0.0) return 0.0;
    for (int k = 0; k < p->n_y; ++k) sum += system->R * i->a->T_K * p->sites[k] * least_distance(i->a->y[k], i->b->y[k]);
    for (int t = 0; t < p->n_low + p->n_high; ++t) {
        const kiln_i_monomial *m = &p->monomials[t];
        if (m->n_factors + m->power < 2) continue;
        if (m->n_factors + m->power > 3) return 0.0;
        const kiln_i_interval difference = second_difference(m, i->a->y, i->b->y);
        if (difference.low == 0.0 && difference.high == 0.0) continue;
        sum += kiln_i_interval_product(monomial_range(i, m), difference).low;
    }
    return fmax(sum, 0.0);
}

/* ---- The target's energy above the plane ----
 * It is at most that of the mixture y_s: phi(T) = N w(y, T) - mu(T).b of the constitutions at a and b held fixed, whose second derivatives are bounded on both sides, in the mean with weights 1-s and s, less the
 * gain: no more than s (1-s) (phi_a(b) + phi_b(a) - k (b-a)^2 / 2 - N gain) above the plane. */

/* Bounds of phi_TT at one tilt. */
typedef struct bend_range {
    double least, most;
} bend_range;

static bend_range bend_of(const interval *i, const kiln_i_node *of, double tilt)
{
    const kiln_system *system = i->w->system;
    const int target = i->w->target.phase;
    const question ask = {.kind = KILN_I_SECOND_DERIVATIVE, .tilt = tilt, .follow = i->a->follow};
    const bend_value v = kiln_i_bend_at(i->w, of, &ask);
    const double p = system->phases[target].magnetic_p;
    /* ordering takes up heat at any temperature, never more than at its peak */
    const double magnetic =
        p > 0.0 ? system->R * log1p(kiln_i_phase_largest_moment(system, target)) * kiln_i_magnetic_peak(p) / i->a->T_K : 0.0;
    double plane = 0.0;
    for (int c = 0; c < system->n_closed; ++c) plane += (i->answer->m[c] + tilt * i->answer->m_u[c]) * system->total[c];
    return (bend_range){of->amount * (v.value - v.spread - magnetic) - plane, of->amount * (v.value + v.spread) - plane};
}

double kiln_i_between_excess(const interval *i)
{
    const double *follow = i->a->follow;
    const question jump = {.kind = KILN_I_JUMP, .follow = follow}, kink = {.kind = KILN_I_KINK, .follow = follow},
                   step = {.kind = KILN_I_STEP, .follow = follow};
    const double width = i->width, half = 0.5 * width * width, tilt = width / 6.0;
    double total = 0.0;
    for (int c = 0; c < i->w->system->n_closed; ++c) total += i->w->system->total[c];
    const bend_range a_low = bend_of(i, i->a, -tilt), a_high = bend_of(i, i->a, tilt);
    const bend_range b_low = bend_of(i, i->b, -tilt), b_high = bend_of(i, i->b, tilt);
    const double a_step = i->a->amount * kiln_i_bend_at(i->w, i->a, &step).spread;
    const double b_step = i->b->amount * kiln_i_bend_at(i->w, i->b, &step).spread;
    /* just below b, in the pieces that end there, and as if pieces met at breaks inside */
    const double b_at_b = i->b->phi + i->b->amount * kiln_i_bend_at(i->w, i->b, &jump).value + b_step;
    const double b_slope = i->b->phi_T + i->b->amount * kiln_i_bend_at(i->w, i->b, &kink).value;
    /* second derivatives integrated with the distance from the far end as their weight, which is what they are at one of the two tilts */
    const double a_at_b = i->a->phi + width * i->a->phi_T + half * a_low.most;
    const double b_at_a = b_at_b - width * b_slope + half * b_high.most;
    const double least = fmin(fmin(a_low.least, a_high.least), fmin(b_low.least, b_high.least));
    const double gain = fmin(i->a->amount, i->b->amount) * i->gain;
    const double excess = kiln_i_larger(a_at_b, 0.0) + kiln_i_larger(b_at_a, 0.0) - half * least - gain;
    const double touch = kiln_i_larger(kiln_i_larger(i->a->phi, b_at_b), 0.0) +
                         kiln_i_larger(a_step, b_step); /* rounding, and what does not meet */
    return (touch + 0.25 * kiln_i_larger(excess, 0.0)) / total;
}

/* ---- By how much the plane has to be lowered for the target itself ---- */

/* 1: products of fractions of two sublattices bend, and most [n_sublattices] says how much. */
static int has_products(const kiln_i_upper *u, double *most)
{
    const kiln_i_mphase *p = u->p;
    int found = 0;
    for (int j = 0; u->pair && j < p->n_y; ++j)
        for (int i = 0; i < j; ++i) {
            const double size = p->sublattice[i] == p->sublattice[j] ? 0.0 : fabs(u->pair[i + p->n_y * j]);
            found |= size > 0.0;
            most[p->sublattice[i]] = fmax(most[p->sublattice[i]], size);
            most[p->sublattice[j]] = fmax(most[p->sublattice[j]], size);
        }
    return found;
}

/* Where its d keeps a share theta of the entropy's distance, d(y) >= d(y_a) + g.(y - y_a) + theta RT sum a KL(y || y_a) at a, g its
 * gradient there, so that only y near y_a matter: sup over y of q K(y) - d(y), q = (b-a)^2 / 8, is a sum of log-sum-exp where K is linear. A product of fractions of two sublattices is linear
 * about y_a but for a remainder below |pair| (KL + KL'), by Pinsker's inequality. The same at b. */
static double sup_near(const kiln_i_upper *u, double R, const kiln_i_node *at, double jump, double q)
{
    const kiln_i_mphase *p = u->p;
    const int n = p->n_y;
    double slope[KILN_MAX_Y], sum = u->constant, most[KILN_MAX_SUBLATTICES] = {0.0};
    memcpy(slope, u->linear, (size_t)n * sizeof *slope);
    (void)has_products(u, most);
    for (int j = 0; u->pair && j < n; ++j)
        for (int i = 0; i < j; ++i) {
            const double pair = u->pair[i + n * j];
            if (p->sublattice[i] == p->sublattice[j]) continue;
            slope[i] += pair * at->y[j];
            slope[j] += pair * at->y[i];
            sum -= pair * at->y[i] * at->y[j];
        }
    sum = q * (sum + kiln_i_largest_pairs(u) + u->other) + jump - at->distance;
    for (int first = 0, end; first < n; first = end) {
        const double hold = at->convexity * R * at->T_K * p->sites[first] - q * p->n_sublattices * most[p->sublattice[first]];
        double weight = 0.0;
        if (!(hold > 0.0)) return INFINITY;
        for (end = first; end < n && p->sublattice[end] == p->sublattice[first]; ++end)
            weight += at->y[end] * exp((q * slope[end] - at->gradient[end]) / hold);
        sum += hold * log(weight);
    }
    return kiln_i_larger(sum, 0.0);
}

/* Over s (1-s): ranges of the gradient of (1-s) h_a + s h_b at y_s beyond those at y_a and y_b, J per mol of formula units. */
typedef struct pull {
    double low[KILN_MAX_Y], high[KILN_MAX_Y];
} pull;

/* (1-s) T_a ln (y_s/y_a) + s T_b ln (y_s/y_b) = s (1-s) (T_a times the second difference of -ln y, less b - a times the first one of ln y from s to 1), both monotone in s; and the difference of
 * the energies' Hessians, which are the same everywhere in the phase. 0: a constituent appears. */
static int pull_at_mixture(const interval *i, pull *out)
{
    const kiln_system *system = i->w->system;
    const kiln_i_mphase *p = &system->phases[i->w->target.phase];
    for (int k = 0; k < p->n_y; ++k) {
        const double y = i->a->y[k], z = i->b->y[k], hot = system->R * p->sites[k] * i->a->T_K,
                     wide = system->R * p->sites[k] * i->width;
        out->low[k] = out->high[k] = 0.0;
        if (y == z) continue;
        if (!(y > 0.0 && z > 0.0)) return 0;
        const double ln = log(z / y), second_a = z / y - 1.0 - ln, second_b = y / z - 1.0 + ln, first_b = 1.0 - y / z;
        out->low[k] = hot * fmin(second_a, second_b) - wide * fmax(ln, first_b);
        out->high[k] = hot * fmax(second_a, second_b) - wide * fmin(ln, first_b);
    }
    for (int t = 0; t < p->n_low; ++t) {
        const kiln_i_monomial *m = &p->monomials[t];
        if (m->n_factors != 2) continue;
        const double change =
            m->scale * (value_at(i, m->function, i->a, i->w->jet_a) - value_at(i, m->function, i->b, i->w->jet_b));
        for (int f = 0; f < 2; ++f) {
            const double part = change * (i->b->y[m->factor[1 - f]] - i->a->y[m->factor[1 - f]]);
            out->low[m->factor[f]] += part;
            out->high[m->factor[f]] += part;
        }
    }
    return 1;
}

/* One constituent's part of the sum below: convex in the pull, linear in y_s, largest at their ends. */
static double largest_part(double y_a, double y_b, double rise, double pull_low, double pull_high, double hold)
{
    const double low = hold * expm1((rise - pull_low) / hold) + pull_low,
                 high = hold * expm1((rise - pull_high) / hold) + pull_high;
    const double most = fmax(low, high);
    return fmax(y_a * most, y_b * most);
}

/* Where d is convex everywhere, with a share to spare: about y_s the mean of h_a and h_b is no less than its tangent, which lies s (1-s) gain above the plane, and that share of the entropy's distance
 * from y_s. So with sigma = s (1-s)
 *     h >= sigma (gain - 4 q K(y) + pull.(y - y_s)) + (1-s) g_a.(y - y_a) + s g_b.(y - y_b) + least distance + hold KL(y || y_s),
 * whose least over y is a log-sum-exp, and log x <= x - 1; convex in sigma, so that it is enough to look at sigma = 0 and 1/4. */
static double sup_about_mixture(const interval *i, const kiln_i_upper *u, double step, double jump, double sigma, const pull *of)
{
    const kiln_i_mphase *p = u->p;
    const kiln_i_node *a = i->a, *b = i->b;
    const double share = fmin(a->convexity * a->T_K, b->convexity * b->T_K) * i->w->system->R,
                 half = 0.5 * sigma * i->width * i->width;
    double sum = half * (u->constant + kiln_i_largest_pairs(u) + u->other) - sigma * i->gain;
    sum -= fmin(a->distance - step, b->distance - step - jump);
    for (int k = 0; k < p->n_y; ++k) {
        const double rise = half * u->linear[k] + fmax(-a->gradient[k], -b->gradient[k]);
        sum += largest_part(a->y[k], b->y[k], rise, sigma * of->low[k], sigma * of->high[k], share * p->sites[k]);
    }
    return kiln_i_larger(sum, 0.0);
}

static double convex_lowering(const interval *i, const kiln_i_upper *u, double step, double jump)
{
    double most[KILN_MAX_SUBLATTICES] = {0.0};
    pull of;
    if (!i->a->is_convex || !i->b->is_convex || has_products(u, most) || !pull_at_mixture(i, &of)) return INFINITY;
    return kiln_i_larger(sup_about_mixture(i, u, step, jump, 0.0, &of), sup_about_mixture(i, u, step, jump, 0.25, &of));
}

double kiln_i_between_own(const interval *i, const kiln_i_upper *u, double step, double jump)
{
    if (!(i->a->convexity > 0.0 && i->b->convexity > 0.0)) return INFINITY;
    const double q = 0.125 * i->width * i->width, R = i->w->system->R;
    const double near = kiln_i_larger(sup_near(u, R, i->a, step, q), sup_near(u, R, i->b, step + jump, q));
    return fmin(near, convex_lowering(i, u, step, jump));
}
