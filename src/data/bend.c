#include "data/function.h"

#include <math.h>

#define GAS_CONSTANT 8.31446261815324 /* J/mol/K, exact, SI 2019 */

/* Between two temperatures every term's third derivative has one sign and its largest size at an end, so half the width times that bounds how far the second
 * derivative moves from its value at the middle. */

typedef struct interval {
    double a, b, middle;
} interval;

static double largest_power(const interval *i, double exponent) { return fmax(pow(i->a, exponent), pow(i->b, exponent)); }

static double third_derivative(const kiln_i_term *term, const interval *i)
{
    const double c = fabs(term->coefficient), p = term->power;
    switch (term->basis) {
    case KILN_BASIS_POWER:
        return p == 0.0 || p == 1.0 || p == 2.0 ? 0.0 : c * fabs(p * (p - 1.0) * (p - 2.0)) * largest_power(i, p - 3.0);
    case KILN_BASIS_T_LN_T: return c / (i->a * i->a);
    case KILN_BASIS_LN_T: return 2.0 * c / (i->a * i->a * i->a);
    }
    return INFINITY;
}

static double bound_third(const kiln_i_term *terms, int n, const interval *i)
{
    double sum = 0.0;
    for (int k = 0; k < n; ++k) sum += third_derivative(&terms[k], i);
    return sum;
}

/* T g(T / Tc) of Inden, Hillert and Jarl (function.c) is a sum of powers on each side of Tc: third derivative over R ln(beta + 1). */
static double magnetic_third(const kiln_i_function *f, const interval *i)
{
    static const double below[] = {4.0, 10.0, 16.0}, above[] = {-4.0, -14.0, -24.0};
    const double q = 1.0 / f->p - 1.0, A = 518.0 / 1125.0 + 11692.0 / 15975.0 * q, b = 474.0 / 497.0 * q;
    const int is_ordered = i->middle < f->Tc_K;
    const double below_size[] = {b / 6.0, b / 135.0, b / 600.0}, above_size[] = {1.0 / 10.0, 1.0 / 315.0, 1.0 / 1500.0};
    double sum = 0.0;
    for (int k = 0; k < 3; ++k) {
        const double p = is_ordered ? below[k] : above[k], size = (is_ordered ? below_size[k] : above_size[k]) / A;
        sum += size * fabs(p * (p - 1.0) * (p - 2.0)) * largest_power(i, p - 3.0) * pow(f->Tc_K, 1.0 - p);
    }
    return sum;
}

double kiln_i_magnetic_peak(double p)
{
    const double q = 1.0 / p - 1.0, A = 518.0 / 1125.0 + 11692.0 / 15975.0 * q;
    return 474.0 / 497.0 * q / A * (2.0 + 2.0 / 3.0 + 0.4);
}

static int is_inside(double T_K, const interval *i) { return T_K > i->a && T_K < i->b; }

/* A break of the function's own pieces inside the interval, 0 for none. */
static double own_break(const kiln_i_function *f, const interval *i)
{
    for (int k = 0; k < f->n_pieces; ++k) {
        if (is_inside(f->pieces[k].T_min_K, i)) return f->pieces[k].T_min_K;
        if (is_inside(f->pieces[k].T_max_K, i)) return f->pieces[k].T_max_K;
    }
    return f->beta > 0.0 && is_inside(f->Tc_K, i) ? f->Tc_K : 0.0;
}

static kiln_i_bend own_bend(const kiln_i_function *f, const interval *i)
{
    /* the last temperature below b belongs to the piece of the interval */
    const double half = 0.5 * (i->b - i->a), end = nextafter(i->b, i->a);
    const kiln_i_jet middle = kiln_i_function_own(f, i->middle);
    kiln_i_bend bend = {middle.d2g, 0.0, kiln_i_function_own(f, end).g - kiln_i_function_own(f, i->b).g};
    double third = 0.0;
    const kiln_i_piece *piece = f->pieces;
    for (int k = 1; k < f->n_pieces && f->pieces[k].T_min_K <= i->middle; ++k) piece = &f->pieces[k];
    if (f->n_pieces > 0 && i->middle >= piece->T_min_K && i->middle <= piece->T_max_K) {
        third = bound_third(piece->terms, piece->n_terms, i);
    } else if (f->n_pieces > 0) {
        /* constant heat capacity outside: d2g = -Cp / T */
        third = fabs(middle.d2g) * i->middle / (i->a * i->a);
    }
    if (f->beta > 0.0) third += GAS_CONSTANT * log1p(f->beta) * magnetic_third(f, i);
    bend.spread = third * half;
    return bend;
}

double kiln_i_functions_bend(const kiln_i_function *f, int n, const int *which, double a_K, double b_K, kiln_i_bend *out)
{
    const interval i = {a_K, b_K, 0.5 * (a_K + b_K)};
    for (int k = 0; k < n; ++k) {
        const int at = which ? which[k] : k;
        const double T_K = own_break(&f[at], &i);
        if (T_K > 0.0) return T_K;
        kiln_i_bend sum = own_bend(&f[at], &i);
        for (int r = 0; r < f[at].n_references; ++r) {
            const kiln_i_bend *other = &out[f[at].references[r].function];
            const double factor = f[at].references[r].factor;
            sum.d2g += factor * other->d2g;
            sum.spread += fabs(factor) * other->spread;
            sum.jump += factor * other->jump;
        }
        out[at] = sum;
    }
    return 0.0;
}
