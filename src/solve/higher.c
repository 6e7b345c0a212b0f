#include "solve/higher.h"

#include "core/interval.h"
#include "core/order.h"
#include "solve/certify.h"
#include "solve/magnetic_bound.h"

#include <math.h>
#include <string.h>

/* Majorants: replacing every coefficient by its absolute value, y by |y| and a displacement z by the box's half-widths d, every Taylor coefficient of a monomial
 * grows. So the sum of the majorant's coefficients of degree three and more along yhat + tau d bounds the monomial's own remainder, and the majorant's
 * second derivatives at yhat + d less those at yhat bound how far its Hessian can move. */

enum { MAX_DEGREE = KILN_MAX_FACTORS + 12 };

/* Coefficient of tau^k times (a + b tau), in place. */
static void times_linear(double *c, int *degree, double a, double b)
{
    ++*degree;
    c[*degree] = c[*degree - 1] * b;
    for (int k = *degree - 1; k > 0; --k) c[k] = c[k] * a + c[k - 1] * b;
    c[0] *= a;
}

double kiln_i_monomial_remainder(const kiln_i_monomial *m, int degree_from, const double *size, const double *d)
{
    double c[MAX_DEGREE + 1] = {1.0}, sum = 0.0, l0 = fabs(m->linear_0), l1 = 0.0;
    int degree = 0;
    for (int f = 0; f < m->n_factors; ++f) times_linear(c, &degree, size[m->factor[f]], d[m->factor[f]]);
    for (int l = 0; l < m->n_linear; ++l) {
        l0 += fabs(m->linear_coefficient[l]) * size[m->linear[l]];
        l1 += fabs(m->linear_coefficient[l]) * d[m->linear[l]];
    }
    for (int k = 0; k < m->power && degree < MAX_DEGREE; ++k) times_linear(c, &degree, l0, l1);
    for (int k = degree_from; k <= degree; ++k) sum += c[k];
    return sum;
}

void kiln_i_monomial_bend(const kiln_i_monomial *m, const double *size, const double *reach, kiln_i_form *change)
{
    kiln_i_monomial majorant = *m;
    kiln_i_form at;
    majorant.linear_0 = fabs(m->linear_0);
    for (int l = 0; l < m->n_linear; ++l) majorant.linear_coefficient[l] = fabs(m->linear_coefficient[l]);
    kiln_i_monomial_form(&majorant, size, &at);
    kiln_i_monomial_form(&majorant, reach, change);
    for (int a = 0; a < at.n; ++a)
        for (int b = 0; b < at.n; ++b) change->hessian[a][b] -= at.hessian[a][b];
}

/* Entries h of a symmetric matrix stay above -diag(sum_b |h_ab| w_b / w_a) for any weights: 2 |h u v| <= |h| (u^2 w_b/w_a + v^2 w_a/w_b). Weighted with the entropy's
 * curvature a/y_high = 1/w^2, rare constituents cost nothing. Returns the sum in units of that curvature. */
static double add_bend(const kiln_i_form *change, double value, const double *weight, double *curvature)
{
    double sum = 0.0;
    for (int a = 0; a < change->n; ++a)
        for (int b = 0; b < change->n; ++b) {
            const double w = weight[change->unique[a]], h = value * change->hessian[a][b] * weight[change->unique[b]];
            curvature[change->unique[a]] += h / w;
            sum += h * w;
        }
    return sum;
}

/* Largest product of two displacements between 0 and a, 0 and b, that add up to no more than `room`. */
static double most_product(double a, double b, double room)
{
    const double less = kiln_i_lesser(kiln_i_lesser(a, b), 0.5 * kiln_i_greater(room, 0.0));
    return less * kiln_i_lesser(kiln_i_greater(a, b), kiln_i_greater(room - less, 0.0));
}

/* Range of z_i z_j, z = y - c: on one sublattice y_i + y_j <= 1. */
static kiln_i_interval pair_range(const kiln_i_mphase *p, int i, int j, const double *c, const double *low, const double *high)
{
    const double up_i = kiln_i_greater(high[i] - c[i], 0.0), up_j = kiln_i_greater(high[j] - c[j], 0.0);
    const double down_i = kiln_i_greater(c[i] - low[i], 0.0), down_j = kiln_i_greater(c[j] - low[j], 0.0);
    const double room = i != j && p->sublattice[i] == p->sublattice[j] ? 1.0 - c[i] - c[j] : up_i + up_j;
    return (kiln_i_interval){-kiln_i_greater(up_i * down_j, down_i * up_j),
                             kiln_i_greater(most_product(up_i, up_j, room), down_i * down_j)};
}

/* A monomial of third degree leaves the product of its factors' displacements: how far that times `value` falls below 0. */
static double cubic_rest(const kiln_i_mphase *p, const kiln_i_monomial *m, double value, const double *c, const double *low,
                         const double *high)
{
    const int n = m->n_factors, pair = n == 3 && p->sublattice[m->factor[0]] != p->sublattice[m->factor[1]];
    kiln_i_interval product = kiln_i_interval_point(value), linear = {0.0, 0.0};
    if (n > 1) product = kiln_i_interval_product(product, pair_range(p, m->factor[pair], m->factor[pair + 1], c, low, high));
    for (int f = 0; f < n; ++f) {
        const int i = m->factor[f];
        if (n == 1 || f < pair || f > pair + 1)
            product = kiln_i_interval_product(product, (kiln_i_interval){low[i] - c[i], high[i] - c[i]});
    }
    for (int l = 0; l < m->n_linear; ++l) {
        const int i = m->linear[l];
        const kiln_i_interval z = {low[i] - c[i], high[i] - c[i]};
        linear = kiln_i_interval_sum(linear, kiln_i_interval_scale(m->linear_coefficient[l], z));
    }
    for (int k = 0; k < m->power; ++k) product = kiln_i_interval_product(product, linear);
    return kiln_i_greater(-product.low, 0.0);
}

/* A monomial's part to its variables, by their widths. */
static void add_shares(const kiln_i_monomial *m, double part, const double *y_low, const double *y_high, double *share)
{
    double all = 0.0;
    for (int pass = 0; pass < 2; ++pass)
        for (int k = 0; k < m->n_factors + m->n_linear; ++k) {
            const int i = k < m->n_factors ? m->factor[k] : m->linear[k - m->n_factors];
            const double width = y_high[i] - y_low[i];
            if (pass == 0) all += width;
            else if (all > 0.0) share[i] += part * width / all;
        }
}

/* What is of the third degree: its entries' radii, each charged to its two variables as above. */
static void bend_cubic(const kiln_solver *s, int phase, const double *centre, const double *y_low, const double *y_high,
                       const double *weight, kiln_i_higher *out)
{
    kiln_i_cubic *c = &s->certifier->cubic;
    const int n = s->system->phases[phase].n_y;
    double *radius = c->radius;
    kiln_i_cubic_set(s, phase, c);
    if (c->n_terms == 0) return;
    kiln_i_cubic_ranges(s, c, centre, y_low, y_high, weight, out->bend_share);
    out->shift = c->shift;
    for (int a = 0; a < n; ++a)
        for (int b = 0; b < n; ++b) out->curvature[a] += radius[a + n * b] * weight[b] / weight[a];
}

int kiln_i_has_higher(const kiln_solver *s, int phase)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    return p->n_high > 0 || p->magnetic_p > 0.0;
}

void kiln_i_higher_bound(const kiln_solver *s, int phase, const double *centre, const double *y_low, const double *y_high,
                         kiln_i_higher *out)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    double d[KILN_MAX_Y], reach[KILN_MAX_Y], weight[KILN_MAX_Y];
    kiln_i_form change;
    memset(out, 0, sizeof *out);
    for (int i = 0; i < p->n_y; ++i) {
        d[i] = kiln_i_greater(kiln_i_greater(y_high[i] - centre[i], centre[i] - y_low[i]), 0.0);
        reach[i] = centre[i] + d[i];
        weight[i] = sqrt(kiln_i_greater(y_high[i], 1e-12) / p->sites[i]);
    }
    bend_cubic(s, phase, centre, y_low, y_high, weight, out);
    for (int t = 0; t < p->n_high; ++t) {
        const kiln_i_monomial *m = &p->monomials[p->n_low + t];
        const double value = p->high[t];
        const double rest = kiln_i_is_cubic(m) ? cubic_rest(p, m, value, centre, y_low, y_high)
                                               : fabs(value) * kiln_i_monomial_remainder(m, 3, centre, d);
        out->rest += rest;
        add_shares(m, rest, y_low, y_high, out->rest_share);
        if (kiln_i_is_cubic(m)) continue;
        kiln_i_monomial_bend(m, centre, reach, &change);
        add_shares(m, add_bend(&change, fabs(value), weight, out->curvature), y_low, y_high, out->bend_share);
    }
    /* Along a segment from the centre a majorant's second derivatives grow at least linearly: in the mean over it, weighted as in Taylor's remainder, a third of the change. */
    for (int i = 0; i < p->n_y; ++i) out->lean[i] = out->curvature[i] / 3.0;
    if (!(p->magnetic_p > 0.0)) return;
    const double polynomials = out->rest;
    out->rest = 0.0;
    kiln_i_magnetic_bound(s->system, phase, centre, y_low, y_high, weight, out);
    out->magnetic_rest = out->rest;
    out->rest += polynomials;
}
