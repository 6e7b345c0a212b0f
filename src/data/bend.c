#include "data/point.h"

/* Between two temperatures every term's fourth derivative has one sign and its largest size at an end, so half the square of half the width times that bounds how far the
 * second derivative departs from its tangent at the middle. */

typedef struct interval {
    kiln_i_point a, b, middle;
} interval;

static double largest_power(const interval *i, double exponent) { return kiln_i_power(exponent < 0.0 ? &i->a : &i->b, exponent); }

/* Third derivative at the middle, and no less than the size of the fourth anywhere inside. */
typedef struct higher {
    double third, fourth;
} higher;

static void add_term(const kiln_i_term *term, const interval *i, higher *sum)
{
    const double c = term->coefficient, p = term->power, inverse = i->middle.inverse;
    switch (term->basis) {
    case KILN_BASIS_POWER: {
        const double factor = c * p * (p - 1.0) * (p - 2.0);
        if (factor == 0.0) return;
        sum->third += factor * kiln_i_power(&i->middle, p - 3.0);
        sum->fourth += fabs(factor * (p - 3.0)) * largest_power(i, p - 4.0);
        return;
    }
    case KILN_BASIS_T_LN_T:
        sum->third -= c * inverse * inverse;
        sum->fourth += 2.0 * fabs(c) * largest_power(i, -3.0);
        return;
    case KILN_BASIS_LN_T:
        sum->third += 2.0 * c * inverse * inverse * inverse;
        sum->fourth += 6.0 * fabs(c) * largest_power(i, -4.0);
        return;
    }
}

static void add_magnetic(const kiln_i_function *f, const interval *i, higher *sum)
{
    kiln_i_term terms[KILN_MAGNETIC_TERMS];
    const int n = kiln_i_magnetic_terms(f->Tc_K, f->beta, f->p, i->middle.T_K < f->Tc_K, terms);
    for (int k = 0; k < n; ++k) add_term(&terms[k], i, sum);
}

double kiln_i_magnetic_peak(double p)
{
    const double q = 1.0 / p - 1.0, A = 518.0 / 1125.0 + 11692.0 / 15975.0 * q;
    return fmax(474.0 / 497.0 * q, 1.0) / A * (2.0 + 2.0 / 3.0 + 0.4);
}

static int is_inside(double T_K, double a_K, double b_K) { return T_K > a_K && T_K < b_K; }

/* The break of the function's own pieces nearest above a_K, b_K if there is none below that. */
static double next_break(const kiln_i_function *f, double a_K, double b_K)
{
    for (int k = 0; k < f->n_pieces; ++k) {
        if (is_inside(f->pieces[k].T_min_K, a_K, b_K)) b_K = f->pieces[k].T_min_K;
        if (is_inside(f->pieces[k].T_max_K, a_K, b_K)) b_K = f->pieces[k].T_max_K;
    }
    return f->beta > 0.0 && is_inside(f->Tc_K, a_K, b_K) ? f->Tc_K : b_K;
}

/* Value and slope just below T_K in excess of those at it. */
static kiln_i_jet jump_at(const kiln_i_function *f, double T_K)
{
    const kiln_i_jet below = kiln_i_function_own(f, nextafter(T_K, 0.0)), at = kiln_i_function_own(f, T_K);
    return (kiln_i_jet){below.g - at.g, below.dg - at.dg, below.d2g - at.d2g};
}

/* The same at b: only where a piece ends there. */
static kiln_i_jet end_jump(const kiln_i_function *f, const interval *i)
{
    const kiln_i_piece *piece = f->n_pieces > 0 ? kiln_i_piece_at(f, i->middle.T_K) : NULL;
    const double end_K = i->b.T_K;
    const int ends =
        (piece && (piece->T_max_K == end_K || kiln_i_piece_at(f, end_K) != piece)) || (f->beta > 0.0 && f->Tc_K == end_K);
    return ends ? jump_at(f, end_K) : (kiln_i_jet){0.0, 0.0, 0.0};
}

/* Without a break inside. */
static kiln_i_bend smooth_bend(const kiln_i_function *f, const interval *i)
{
    const kiln_i_piece *piece = f->n_pieces > 0 ? kiln_i_piece_at(f, i->middle.T_K) : NULL;
    const double d2g = kiln_i_function_at(f, &i->middle).d2g, T_K = i->middle.T_K, half = 0.5 * (i->b.T_K - i->a.T_K);
    const double magnetic_d2g = f->beta > 0.0 ? kiln_i_magnetic(T_K, f->Tc_K, f->beta, f->p).d2g : 0.0;
    higher sum = {0.0, 0.0};
    if (piece && T_K >= piece->T_min_K && T_K <= piece->T_max_K)
        for (int k = 0; k < piece->n_terms; ++k) add_term(&piece->terms[k], i, &sum);
    else if (piece) /* constant heat capacity C outside: -C T ln T */
        add_term(&(kiln_i_term){KILN_BASIS_T_LN_T, 0.0, (d2g - magnetic_d2g) * T_K}, i, &sum);
    if (f->beta > 0.0) add_magnetic(f, i, &sum);
    const kiln_i_jet jump = end_jump(f, i);
    return (kiln_i_bend){d2g, sum.third, 0.5 * half * half * sum.fourth, jump.g, jump.dg, 0.0};
}

static void interval_set(double a_K, double b_K, interval *out)
{
    kiln_i_point_set(&out->a, a_K);
    kiln_i_point_set(&out->b, b_K);
    kiln_i_point_set(&out->middle, 0.5 * (a_K + b_K));
}

/* With breaks inside: the line is that of the part which holds the middle, the spread holds those of all parts. A kink between them is a peak of the second derivative, which raises or lowers
 * a chord by a triangle; the parabola s (1-s) (b-a)^2 K / 2 with K = 2 |kink| / (b-a) is larger everywhere. */
static kiln_i_bend broken_bend(const kiln_i_function *f, const interval *whole)
{
    const double a_K = whole->a.T_K, b_K = whole->b.T_K, middle_K = whole->middle.T_K;
    kiln_i_bend sum = {.d2g = 0.0};
    interval part;
    double kinks = 0.0;
    for (double from = a_K, to; from < b_K; from = to) {
        to = next_break(f, from, b_K);
        if (middle_K < from || middle_K > to) continue;
        interval_set(from, to, &part);
        const kiln_i_bend line = smooth_bend(f, &part);
        sum.d2g = line.d2g + line.d3g * (middle_K - part.middle.T_K);
        sum.d3g = line.d3g;
    }
    for (double from = a_K, to; from < b_K; from = to) {
        to = next_break(f, from, b_K);
        interval_set(from, to, &part);
        const kiln_i_bend line = smooth_bend(f, &part);
        const double tilt = line.d3g - sum.d3g,
                     at_from = line.d2g - line.d3g * part.middle.T_K - sum.d2g + sum.d3g * middle_K + tilt * from;
        sum.spread = fmax(sum.spread, fmax(fabs(at_from), fabs(at_from + tilt * (to - from))) + line.spread);
        sum.jump = line.jump;
        sum.kink = line.kink;
        if (to == b_K) break;
        const kiln_i_jet jump = jump_at(f, to);
        kinks += fabs(jump.dg);
        sum.step += fabs(jump.g);
    }
    sum.spread += 2.0 * kinks / (b_K - a_K);
    return sum;
}

double kiln_i_functions_bend(const kiln_i_function *f, int n, const int *which, double a_K, double b_K, kiln_i_bend *out)
{
    interval i;
    double nearest_K = 0.0;
    interval_set(a_K, b_K, &i);
    for (int k = 0; k < n; ++k) {
        const int at = which ? which[k] : k;
        const int is_broken = next_break(&f[at], a_K, b_K) < b_K;
        kiln_i_bend sum = is_broken ? broken_bend(&f[at], &i) : smooth_bend(&f[at], &i);
        for (double T = a_K; is_broken && (T = next_break(&f[at], T, b_K)) < b_K;)
            if (nearest_K == 0.0 || fabs(T - i.middle.T_K) < fabs(nearest_K - i.middle.T_K)) nearest_K = T;
        for (int r = 0; r < f[at].n_references; ++r) {
            const kiln_i_bend *other = &out[f[at].references[r].function];
            const double factor = f[at].references[r].factor;
            if (factor == 0.0) continue;
            sum.d2g += factor * other->d2g;
            sum.d3g += factor * other->d3g;
            sum.spread += fabs(factor) * other->spread;
            sum.jump += factor * other->jump;
            sum.kink += factor * other->kink;
            sum.step += fabs(factor) * other->step;
        }
        if (f[at].steps) sum.spread = KILN_ANY_SPREAD;
        out[at] = sum;
    }
    return nearest_K;
}
