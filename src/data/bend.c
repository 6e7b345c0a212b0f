#include "data/point.h"

#define GAS_CONSTANT 8.31446261815324 /* J/mol/K, exact, SI 2019 */

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

/* T g(T / Tc) of Inden, Hillert and Jarl (function.c) is a sum of powers on each side of Tc, here times R ln(beta + 1). */
static void add_magnetic(const kiln_i_function *f, const interval *i, higher *sum)
{
    static const double below[] = {4.0, 10.0, 16.0}, above[] = {-4.0, -14.0, -24.0};
    const double q = 1.0 / f->p - 1.0, A = 518.0 / 1125.0 + 11692.0 / 15975.0 * q, b = 474.0 / 497.0 * q;
    const int is_ordered = i->middle.T_K < f->Tc_K;
    const double below_size[] = {b / 6.0, b / 135.0, b / 600.0}, above_size[] = {1.0 / 10.0, 1.0 / 315.0, 1.0 / 1500.0};
    for (int k = 0; k < 3; ++k) {
        const double p = is_ordered ? below[k] : above[k], size = (is_ordered ? below_size[k] : above_size[k]) / A;
        const double c = -GAS_CONSTANT * log1p(f->beta) * size * pow(f->Tc_K, 1.0 - p);
        add_term(&(kiln_i_term){KILN_BASIS_POWER, p, c}, i, sum);
    }
}

double kiln_i_magnetic_peak(double p)
{
    const double q = 1.0 / p - 1.0, A = 518.0 / 1125.0 + 11692.0 / 15975.0 * q;
    return fmax(474.0 / 497.0 * q, 1.0) / A * (2.0 + 2.0 / 3.0 + 0.4);
}

static int is_inside(double T_K, const interval *i) { return T_K > i->a.T_K && T_K < i->b.T_K; }

/* The one nearer the interval's middle, of those inside; 0 for none. */
static double nearer(double T_K, double best_K, const interval *i)
{
    if (!is_inside(T_K, i)) return best_K;
    return best_K == 0.0 || fabs(T_K - i->middle.T_K) < fabs(best_K - i->middle.T_K) ? T_K : best_K;
}

/* A break of the function's own pieces inside the interval, or the best so far. */
static double own_break(const kiln_i_function *f, double best_K, const interval *i)
{
    for (int k = 0; k < f->n_pieces; ++k) {
        best_K = nearer(f->pieces[k].T_min_K, best_K, i);
        best_K = nearer(f->pieces[k].T_max_K, best_K, i);
    }
    return f->beta > 0.0 ? nearer(f->Tc_K, best_K, i) : best_K;
}

/* Value and slope just below b in excess of those at b: only where a piece ends there. */
static kiln_i_jet own_jump(const kiln_i_function *f, const kiln_i_piece *piece, const interval *i)
{
    const double end_K = i->b.T_K;
    const int ends =
        (piece && (piece->T_max_K == end_K || kiln_i_piece_at(f, end_K) != piece)) || (f->beta > 0.0 && f->Tc_K == end_K);
    if (!ends) return (kiln_i_jet){0.0, 0.0, 0.0};
    const kiln_i_jet below = kiln_i_function_own(f, nextafter(end_K, 0.0)), at = kiln_i_function_own(f, end_K);
    return (kiln_i_jet){below.g - at.g, below.dg - at.dg, below.d2g - at.d2g};
}

static kiln_i_bend own_bend(const kiln_i_function *f, const interval *i)
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
    const kiln_i_jet jump = own_jump(f, piece, i);
    return (kiln_i_bend){d2g, sum.third, 0.5 * half * half * sum.fourth, jump.g, jump.dg};
}

double kiln_i_functions_bend(const kiln_i_function *f, int n, const int *which, double a_K, double b_K, kiln_i_bend *out)
{
    interval i;
    kiln_i_point_set(&i.a, a_K);
    kiln_i_point_set(&i.b, b_K);
    kiln_i_point_set(&i.middle, 0.5 * (a_K + b_K));
    double break_K = 0.0;
    for (int k = 0; k < n; ++k) break_K = own_break(&f[which ? which[k] : k], break_K, &i);
    for (int k = 0; break_K == 0.0 && k < n; ++k) {
        const int at = which ? which[k] : k;
        kiln_i_bend sum = own_bend(&f[at], &i);
        for (int r = 0; r < f[at].n_references; ++r) {
            const kiln_i_bend *other = &out[f[at].references[r].function];
            const double factor = f[at].references[r].factor;
            sum.d2g += factor * other->d2g;
            sum.d3g += factor * other->d3g;
            sum.spread += fabs(factor) * other->spread;
            sum.jump += factor * other->jump;
            sum.kink += factor * other->kink;
        }
        out[at] = sum;
    }
    return break_K;
}
