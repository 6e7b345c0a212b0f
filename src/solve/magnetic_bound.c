#include "solve/magnetic_bound.h"

#include "core/interval.h"

#include <float.h>
#include <math.h>
#include <string.h>

typedef kiln_i_interval interval;

static interval point(double a) { return kiln_i_interval_point(a); }
static interval around(double r) { return (interval){-r, r}; }
static interval sum_of(interval a, interval b) { return kiln_i_interval_sum(a, b); }
static interval scaled(double f, interval a) { return kiln_i_interval_scale(f, a); }
static interval times(interval a, interval b) { return kiln_i_interval_product(a, b); }

/* ---- Tc and beta over the box ---- */

enum { MAX_Y = KILN_MAX_Y };

typedef struct box {
    int n;
    const int *sublattice;
    const double *centre, *low, *high, *weight;
    double reach[MAX_Y]; /* largest |y - centre| */
} box;

/* What is known of a polynomial P over the box, with z = y - centre. */
typedef struct range {
    double at, gradient[MAX_Y]; /* at the centre */
    interval value;             /* P */
    interval linear;            /* gradient.z */
    interval second;            /* P - at - gradient.z */
    interval third;             /* P less its expansion to second order */
    double slope, slope_change; /* weighted norm of the gradient, how much the gradient changes */
    double bend, bend_change;   /* the same of the Hessian, Frobenius norms */
} range;

/* Largest v.y on one simplex (count entries) cut by the box: start from the lower limits and give what is left to the largest v. */
static double most_on_simplex(int count, const double *v, const double *low, const double *high)
{
    int order[MAX_Y];
    double left = 1.0, sum = 0.0;
    for (int i = 0; i < count; ++i) {
        int k = i;
        for (; k > 0 && v[order[k - 1]] < v[i]; --k) order[k] = order[k - 1];
        order[k] = i;
        left -= low[i];
        sum += v[i] * low[i];
    }
    for (int k = 0; k < count && left > 0.0; ++k) {
        const int i = order[k];
        const double more = fmin(left, high[i] - low[i]);
        sum += v[i] * more;
        left -= more;
    }
    return sum;
}

static int end_of_sublattice(const box *b, int first)
{
    int end = first + 1;
    while (end < b->n && b->sublattice[end] == b->sublattice[first]) ++end;
    return end;
}

/* Range of v.y, each v_i itself anywhere between low and high: y >= 0. */
static interval over_simplices(const box *b, const double *v_low, const double *v_high)
{
    interval out = {0.0, 0.0};
    double minus[MAX_Y];
    for (int i = 0; i < b->n; ++i) minus[i] = -v_low[i];
    for (int first = 0, end; first < b->n; first = end) {
        end = end_of_sublattice(b, first);
        out.high += most_on_simplex(end - first, v_high + first, b->low + first, b->high + first);
        out.low -= most_on_simplex(end - first, minus + first, b->low + first, b->high + first);
    }
    return out;
}

/* No less than sum w_i |z_i|, w >= 0: the z on a sublattice add up to what the centre lacks of 1, so rises and falls determine each other. */
static double weighted_reach(const box *b, const double *w)
{
    double sum = 0.0;
    for (int first = 0, end; first < b->n; first = end) {
        double all = 0.0, up = 0.0, down = 0.0, most = 0.0, lack = 1.0;
        end = end_of_sublattice(b, first);
        for (int i = first; i < end; ++i) {
            all += w[i] * b->reach[i];
            up += b->high[i] - b->centre[i];
            down += b->centre[i] - b->low[i];
            most = fmax(most, w[i]);
            lack -= b->centre[i];
        }
        sum += fmin(all, most * fmin(fmin(2.0 * up - lack, 2.0 * down + lack), 2.0 - lack));
    }
    return sum;
}

static interval monomial_value(const kiln_i_monomial *m, const box *b)
{
    interval product = point(1.0), linear = point(m->linear_0);
    for (int f = 0; f < m->n_factors; ++f) product = times(product, (interval){b->low[m->factor[f]], b->high[m->factor[f]]});
    for (int l = 0; l < m->n_linear; ++l)
        linear = sum_of(linear, scaled(m->linear_coefficient[l], (interval){b->low[m->linear[l]], b->high[m->linear[l]]}));
    for (int k = 0; k < m->power; ++k) product = times(product, linear);
    return product;
}

static double weighted_norm(const kiln_i_form *form, const double *weight)
{
    double sum = 0.0;
    for (int i = 0; i < form->n; ++i)
        for (int j = 0; j < form->n; ++j) {
            const double h = form->hessian[i][j] * weight[form->unique[i]] * weight[form->unique[j]];
            sum += h * h;
        }
    return sqrt(sum);
}

/* What the monomials beyond the quadratic add, each by its interval and majorants. */
typedef struct beyond {
    interval value;
    double second, third, bend, bend_change;
} beyond;

static void add_beyond(const kiln_i_monomial *m, double v, const box *b, const double *far, const kiln_i_form *form, beyond *out)
{
    kiln_i_form change;
    kiln_i_monomial_bend(m, b->centre, far, &change);
    out->value = sum_of(out->value, scaled(v, monomial_value(m, b)));
    out->second += fabs(v) * kiln_i_monomial_remainder(m, 2, b->centre, b->reach);
    out->third += fabs(v) * kiln_i_monomial_remainder(m, 3, b->centre, b->reach);
    out->bend += fabs(v) * weighted_norm(form, b->weight);
    out->bend_change += fabs(v) * weighted_norm(&change, b->weight);
}

/* The polynomial's parts: constant, a.y, y'Qy/2 and the rest; value and gradient at the centre summed in the order of kiln_i_phase_excess, so that they round as
 * there. */
static double collect(int n, const kiln_i_monomial *m, const double *v, const box *b, double *a, double *Q, range *r,
                      beyond *more)
{
    double constant = 0.0, far[MAX_Y];
    kiln_i_form form;
    for (int i = 0; i < b->n; ++i) far[i] = b->centre[i] + b->reach[i];
    for (int t = 0; t < n; ++t) {
        kiln_i_monomial_form(&m[t], b->centre, &form);
        r->at += v[t] * form.value;
        for (int i = 0; i < form.n; ++i) r->gradient[form.unique[i]] += v[t] * form.gradient[i];
        if (m[t].power > 0 || m[t].n_factors > 2) add_beyond(&m[t], v[t], b, far, &form, more);
        else if (m[t].n_factors == 0) constant += v[t];
        else if (m[t].n_factors == 1) a[m[t].factor[0]] += v[t];
        else {
            Q[m[t].factor[0] + b->n * m[t].factor[1]] += v[t];
            Q[m[t].factor[1] + b->n * m[t].factor[0]] += v[t];
        }
    }
    return constant;
}

/* Between the forms in y, which is never negative, and in z: the first is sharp on large boxes, the second on small ones. */
static void set_range(int n, const kiln_i_monomial *m, const double *v, const box *b, range *r)
{
    double a[MAX_Y] = {0}, Q[MAX_Y * MAX_Y], low[MAX_Y], high[MAX_Y], move[MAX_Y], at = 0.0, squares = 0.0;
    beyond more = {0};
    memset(r, 0, sizeof *r);
    memset(Q, 0, (size_t)(b->n * b->n) * sizeof *Q);
    const double constant = collect(n, m, v, b, a, Q, r, &more);
    for (int i = 0; i < b->n; ++i) {
        double Qc = 0.0;
        const interval Qy = over_simplices(b, Q + (size_t)(b->n * i), Q + (size_t)(b->n * i));
        for (int j = 0; j < b->n; ++j) {
            Qc += Q[j + b->n * i] * b->centre[j];
            squares += pow(Q[j + b->n * i] * b->weight[i] * b->weight[j], 2);
        }
        low[i] = a[i] + 0.5 * Qy.low;
        high[i] = a[i] + 0.5 * Qy.high;
        move[i] = fmax(Qy.high - Qc, Qc - Qy.low);
        r->slope_change += pow(b->weight[i] * move[i], 2);
        r->slope += pow(b->weight[i] * r->gradient[i], 2);
        at += r->gradient[i] * b->centre[i];
    }
    r->slope = sqrt(r->slope);
    r->bend = sqrt(squares) + more.bend;
    r->bend_change = more.bend_change;
    r->linear = sum_of(over_simplices(b, r->gradient, r->gradient), point(-at));
    r->second = around(0.5 * weighted_reach(b, move) + more.second);
    r->third = around(more.third);
    r->value = kiln_i_interval_common(sum_of(sum_of(over_simplices(b, low, high), point(constant)), more.value),
                                      sum_of(point(r->at), sum_of(r->linear, r->second)));
    r->value = (interval){fmin(r->value.low, r->at), fmax(r->value.high, r->at)};
    r->second = kiln_i_interval_common(r->second, sum_of(r->value, (interval){-r->at - r->linear.high, -r->at - r->linear.low}));
    double reach = 0.0;
    for (int i = 0; i < b->n; ++i) reach += pow(b->reach[i] / b->weight[i], 2);
    r->slope_change = sqrt(r->slope_change) + (more.bend + more.bend_change) * sqrt(reach);
}

/* ---- The two functions of one variable ---- */

/* g(T/Tc) with its derivatives in Tc, and ln(1 + beta) with those in beta; where nothing is ordered, zero, as in kiln_i_phase_excess. */
static kiln_i_jet ordering(double T, double tc, double p)
{
    if (tc < 1e-6 * T) return (kiln_i_jet){0.0, 0.0, 0.0};
    const kiln_i_jet g = kiln_i_magnetic_shape(T / tc, p);
    const double t1 = -T / (tc * tc), t2 = 2.0 * T / (tc * tc * tc);
    return (kiln_i_jet){g.g, g.dg * t1, g.d2g * t1 * t1 + g.dg * t2};
}

static kiln_i_jet moment(double beta)
{
    const double u = 1.0 / (1.0 + beta);
    return beta > 0.0 ? (kiln_i_jet){log1p(beta), u, -u * u} : (kiln_i_jet){0.0, 0.0, 0.0};
}

static double remainder_at(kiln_i_jet f, kiln_i_jet c, double z) { return f.g - c.g - (c.dg + 0.5 * c.d2g * z) * z; }

/* g less its expansion about the centre. On the side away from the kink, or from the kink on, the second derivative only grows: the remainder rises from 0. On
 * the other side it first falls, and may turn once. */
static interval ordering_remainder(double T, double p, kiln_i_jet c, double centre, interval tc)
{
    const kiln_i_jet low = ordering(T, tc.low, p), high = ordering(T, tc.high, p);
    const double at_low = remainder_at(low, c, tc.low - centre), at_high = remainder_at(high, c, tc.high - centre);
    const int falls_below = centre > 0.0 && T / centre < 1.0;
    const double sign = falls_below ? -1.0 : 1.0;
    double inner = centre, outer = falls_below ? tc.low : tc.high;
    interval out = {fmin(0.0, fmin(at_low, at_high)), fmax(0.0, fmax(at_low, at_high))};
    const kiln_i_jet end = falls_below ? low : high;
    if (sign * (end.dg - c.dg - c.d2g * (outer - centre)) <= 0.0) return out;
    /* It turned. The least value lies between two points on either side of the turn, where the slope is at most the width times the largest second
     * derivative. */
    for (int k = 0; k < 26; ++k) {
        const double middle = 0.5 * (inner + outer);
        const kiln_i_jet f = ordering(T, middle, p);
        if (sign * (f.dg - c.dg - c.d2g * (middle - centre)) <= 0.0) inner = middle;
        else outer = middle;
    }
    const double most = 2.0 * fmax(fabs(ordering(T, T, p).d2g), fabs(ordering(T, T * (1.0 + 1e-12), p).d2g));
    const double width = outer - inner, least = remainder_at(ordering(T, inner, p), c, inner - centre) - most * width * width;
    out.low = fmin(out.low, least);
    return out;
}

/* The same for ln(1 + beta), whose third derivative is positive where beta > 0. */
static interval moment_remainder(kiln_i_jet c, double centre, interval beta)
{
    const double least = fmax(beta.low, 0.0), ends[] = {beta.low, least, beta.high};
    interval out = {0.0, 0.0};
    for (int k = 0; k < 3; ++k) {
        const double r = remainder_at(moment(ends[k]), c, ends[k] - centre);
        out = (interval){fmin(out.low, r), fmax(out.high, r)};
    }
    return out;
}

/* c.g + c.dg z + c.d2g z^2/2 for z in an interval. */
static interval parabola(kiln_i_jet c, interval z)
{
    const double low = c.g + (c.dg + 0.5 * c.d2g * z.low) * z.low, high = c.g + (c.dg + 0.5 * c.d2g * z.high) * z.high;
    interval out = {fmin(low, high), fmax(low, high)};
    const double turn = c.d2g != 0.0 ? -c.dg / c.d2g : 0.0;
    if (turn <= z.low || turn >= z.high) return out;
    const double value = c.g + 0.5 * c.dg * turn;
    return (interval){fmin(out.low, value), fmax(out.high, value)};
}

/* ---- Antiferromagnets ---- */

/* Times a number that may be negative. */
static void scale_range(double f, int n, range *r)
{
    r->at *= f;
    for (int i = 0; i < n; ++i) r->gradient[i] *= f;
    interval *const parts[] = {&r->value, &r->linear, &r->second, &r->third};
    for (int k = 0; k < 4; ++k) *parts[k] = scaled(f, *parts[k]);
    double *const norms[] = {&r->slope, &r->slope_change, &r->bend, &r->bend_change};
    for (int k = 0; k < 4; ++k) *norms[k] *= fabs(f);
}

/* 1: Tc, or the moment, has one sign all over the box, and is what the phase has of it; 0: it has both, and is that of the centre's sign. */
static int settle_sign(double antiferro, int n, range *r)
{
    const int is_one = !(antiferro < 0.0) || r->value.low >= 0.0 || r->value.high <= 0.0;
    if (antiferro < 0.0 && (r->at < 0.0 || r->value.high <= 0.0)) scale_range(1.0 / antiferro, n, r);
    return is_one;
}

/* Largest value of what settle_sign leaves of a range of both signs. */
static double most_of_both(double antiferro, int is_scaled, interval value)
{
    const double other = is_scaled ? antiferro : 1.0 / antiferro; /* from one sign's measure to the other's */
    return fmax(value.high, other * value.low);
}

/* ---- The product ---- */

typedef struct product {
    double T, p;
    range tc, beta;
    kiln_i_jet g, u; /* at the centre: the ordering, the moment */
} product;

/* F / RT less its expansion, in three parts: what the two functions leave beyond second order, what the polynomials' own third order leaves, and the second-order
 * terms taken of the whole displacement of Tc and beta instead of its linear part. */
static interval product_remainder(const product *f)
{
    const kiln_i_jet g = f->g, u = f->u;
    const interval dt = sum_of(f->tc.value, point(-f->tc.at)), db = sum_of(f->beta.value, point(-f->beta.at));
    const interval value = {ordering(f->T, f->tc.value.high, f->p).g, ordering(f->T, f->tc.value.low, f->p).g};
    interval sum = times(moment_remainder(u, f->beta.at, f->beta.value), value);
    sum = sum_of(sum, times(parabola(u, db), ordering_remainder(f->T, f->p, g, f->tc.at, f->tc.value)));
    sum = sum_of(sum, scaled(0.5 * u.dg * g.d2g, times(db, kiln_i_interval_square(dt))));
    sum = sum_of(sum, scaled(0.5 * u.d2g, times(kiln_i_interval_square(db), parabola((kiln_i_jet){0.0, g.dg, g.d2g}, dt))));

    sum = sum_of(sum, sum_of(scaled(u.g * g.dg, f->tc.third), scaled(u.dg * g.g, f->beta.third)));

    const interval square_t = times(f->tc.second, sum_of(dt, f->tc.linear));
    const interval square_b = times(f->beta.second, sum_of(db, f->beta.linear));
    const interval mixed = sum_of(times(dt, f->beta.second), times(f->tc.second, f->beta.linear));
    sum = sum_of(sum, scaled(0.5 * u.g * g.d2g, square_t));
    sum = sum_of(sum, scaled(u.dg * g.dg, mixed));
    return sum_of(sum, scaled(0.5 * u.d2g * g.g, square_b));
}

/* Largest size of the expansion's terms of first and second order: with signs that change in the box little more is known than that -most <= F / RT <= 0. */
static double rest_of_both(const product *f, double tc_most, double beta_most)
{
    const kiln_i_jet g = f->g, u = f->u;
    const double t = kiln_i_interval_size(f->tc.linear), b = kiln_i_interval_size(f->beta.linear);
    const double t2 = kiln_i_interval_size(f->tc.second) + kiln_i_interval_size(f->tc.third);
    const double b2 = kiln_i_interval_size(f->beta.second) + kiln_i_interval_size(f->beta.third);
    const double first = fabs(u.g * g.dg) * t + fabs(u.dg * g.g) * b;
    const double second = 0.5 * fabs(u.g * g.d2g) * t * t + fabs(u.dg * g.dg) * t * b + 0.5 * fabs(u.d2g * g.g) * b * b +
                          fabs(u.g * g.dg) * t2 + fabs(u.dg * g.g) * b2;
    const double most = -log1p(fmax(beta_most, 0.0)) * fmin(ordering(f->T, tc_most, f->p).g, 0.0);
    return fmax(most + u.g * g.g + first + second, 0.0);
}

/* Over the box: second derivative of the ordering. */
static interval ordering_bend(double T, double p, interval tc)
{
    const double low = ordering(T, tc.low, p).d2g, high = ordering(T, tc.high, p).d2g;
    interval out = {fmin(low, high), fmax(low, high)};
    if (tc.low <= T && tc.high >= T) out.low = fmin(out.low, fmin(ordering(T, T, p).d2g, ordering(T, T * (1.0 + 1e-12), p).d2g));
    return out;
}

/* s u v' between its value at the centre and anywhere else: how negative the change can be, by norms. */
static double outer_change(interval s, double at, const range *u, const range *v)
{
    const double least = u->slope * v->slope, most = (u->slope + u->slope_change) * (v->slope + v->slope_change);
    return (u == v ? fmax(at - s.low, 0.0) : 2.0 * kiln_i_interval_size(sum_of(s, point(-at)))) * most +
           (u == v ? 1.0 : 2.0) * fabs(at) * (most - least);
}

static double bend_change(interval s, double at, const range *u)
{
    return kiln_i_interval_size(sum_of(s, point(-at))) * (u->bend + u->bend_change) + fabs(at) * u->bend_change;
}

/* F / RT: F'' = f_tt tc'tc'' + f_tb (tc'b'' + b'tc'') + f_bb b'b'' + f_t Tc'' + f_b beta'' (primes: gradients and their transposes). */
static double product_curvature(const product *f)
{
    const kiln_i_jet g = f->g, u = f->u, u_low = moment(f->beta.value.low), u_high = moment(f->beta.value.high);
    const kiln_i_jet low = ordering(f->T, f->tc.value.low, f->p), high = ordering(f->T, f->tc.value.high, f->p);
    const kiln_i_jet zero = f->beta.value.low > 0.0 ? u_low : (kiln_i_jet){0.0, 1.0, -1.0}; /* the limit from above at beta = 0 */
    const interval m0 = {u_low.g, u_high.g}, m1 = {u_high.dg, zero.dg}, m2 = {zero.d2g, u_high.d2g};
    const interval g0 = {high.g, low.g}, g1 = {high.dg, low.dg}, g2 = ordering_bend(f->T, f->p, f->tc.value);
    if (f->beta.value.low < 0.0 && high.g < 0.0) return INFINITY;
    return outer_change(times(m0, g2), u.g * g.d2g, &f->tc, &f->tc) + outer_change(times(m1, g1), u.dg * g.dg, &f->tc, &f->beta) +
           outer_change(times(m2, g0), u.d2g * g.g, &f->beta, &f->beta) + bend_change(times(m0, g1), u.g * g.dg, &f->tc) +
           bend_change(times(m1, g0), u.dg * g.g, &f->beta);
}

/* Parts of the rest and of the curvature by how far each site fraction can move Tc and beta. */
static void add_shares(const product *f, const box *b, double rest, double bend, kiln_i_higher *out)
{
    double part[MAX_Y], all = 0.0;
    const double by_t = fabs(f->u.g * f->g.dg), by_b = fabs(f->u.dg * f->g.g);
    for (int i = 0; i < b->n; ++i) {
        part[i] = (b->high[i] - b->low[i]) * (by_t * fabs(f->tc.gradient[i]) + by_b * fabs(f->beta.gradient[i]) + DBL_MIN);
        all += part[i];
    }
    for (int i = 0; i < b->n && all > 0.0; ++i) {
        out->rest_share[i] += rest * part[i] / all;
        out->bend_share[i] += fmin(bend, 1e100) * part[i] / all;
    }
}

void kiln_i_magnetic_bound(const kiln_system *system, int phase, const double *centre, const double *y_low, const double *y_high,
                           const double *weight, kiln_i_higher *out)
{
    const kiln_i_mphase *p = &system->phases[phase];
    const double RT = system->R * system->T_K;
    double low[MAX_Y], high[MAX_Y];
    box b = {.n = p->n_y, .sublattice = p->sublattice, .centre = centre, .low = low, .high = high, .weight = weight};
    product f = {.T = system->T_K, .p = p->magnetic_p};
    for (int i = 0; i < p->n_y; ++i) {
        low[i] = fmin(y_low[i], centre[i]);
        high[i] = fmax(y_high[i], centre[i]);
        b.reach[i] = fmax(high[i] - centre[i], centre[i] - low[i]);
    }
    set_range(p->n_tc, p->tc, p->tc_value, &b, &f.tc);
    set_range(p->n_beta, p->beta, p->beta_value, &b, &f.beta);
    const int tc_turns = p->antiferro < 0.0 && f.tc.at < 0.0, beta_turns = p->antiferro < 0.0 && f.beta.at < 0.0;
    const int tc_is_one = settle_sign(p->antiferro, p->n_y, &f.tc), beta_is_one = settle_sign(p->antiferro, p->n_y, &f.beta);
    f.g = ordering(f.T, f.tc.at, f.p);
    f.u = moment(f.beta.at);
    /* where kiln_i_phase_excess finds nothing ordered at the centre, its derivatives are zero */
    if (f.g.g == 0.0 || f.u.g == 0.0) f.g = f.u = (kiln_i_jet){0.0, 0.0, 0.0};
    const int is_one = tc_is_one && beta_is_one;
    const double tc_most = tc_is_one ? f.tc.value.high : most_of_both(p->antiferro, tc_turns, f.tc.value);
    const double beta_most = beta_is_one ? f.beta.value.high : most_of_both(p->antiferro, beta_turns, f.beta.value);
    const double product_rest = is_one ? fmax(-product_remainder(&f).low, 0.0) : rest_of_both(&f, tc_most, beta_most);
    const double rest = RT * product_rest * (1.0 + 1e-9);
    const double curvature = is_one ? RT * product_curvature(&f) * (1.0 + 1e-9) : INFINITY;
    out->rest += rest;
    for (int i = 0; i < p->n_y; ++i) out->curvature[i] += curvature / (weight[i] * weight[i]);
    add_shares(&f, &b, rest, curvature, out);
}
