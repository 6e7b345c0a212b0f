#include "solve/higher.h"

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

static double remainder_of(const kiln_i_monomial *m, const double *size, const double *d)
{
    double c[MAX_DEGREE + 1] = {1.0}, sum = 0.0, l0 = fabs(m->linear_0), l1 = 0.0;
    int degree = 0;
    for (int f = 0; f < m->n_factors; ++f) times_linear(c, &degree, size[m->factor[f]], d[m->factor[f]]);
    for (int l = 0; l < m->n_linear; ++l) {
        l0 += fabs(m->linear_coefficient[l]) * size[m->linear[l]];
        l1 += fabs(m->linear_coefficient[l]) * d[m->linear[l]];
    }
    for (int k = 0; k < m->power && degree < MAX_DEGREE; ++k) times_linear(c, &degree, l0, l1);
    for (int k = 3; k <= degree; ++k) sum += c[k];
    return sum;
}

/* Frobenius norm of the change of the majorant's Hessian. */
static double curvature_of(const kiln_i_monomial *m, const double *size, const double *reach)
{
    kiln_i_monomial majorant = *m;
    kiln_i_form at, far;
    double sum = 0.0;
    majorant.linear_0 = fabs(m->linear_0);
    for (int l = 0; l < m->n_linear; ++l) majorant.linear_coefficient[l] = fabs(m->linear_coefficient[l]);
    kiln_i_monomial_form(&majorant, size, &at);
    kiln_i_monomial_form(&majorant, reach, &far);
    for (int a = 0; a < at.n; ++a)
        for (int b = 0; b < at.n; ++b) sum += (far.hessian[a][b] - at.hessian[a][b]) * (far.hessian[a][b] - at.hessian[a][b]);
    return sqrt(sum);
}

/* Range of a linear form given by monomials of degree one; 0 if some is of higher degree. */
static int linear_range(int n, const kiln_i_monomial *m, const double *value, const double *y_low, const double *y_high,
                        const double *d, double *low, double *high, double *spread, double *norm)
{
    *low = *high = *spread = *norm = 0.0;
    for (int t = 0; t < n; ++t) {
        if (m[t].n_factors > 1 || m[t].power) return 0;
        if (m[t].n_factors == 0) {
            *low += value[t];
            *high += value[t];
            continue;
        }
        const int i = m[t].factor[0];
        *low += fmin(value[t] * y_low[i], value[t] * y_high[i]);
        *high += fmax(value[t] * y_low[i], value[t] * y_high[i]);
        *spread += fabs(value[t]) * d[i];
        *norm += fabs(value[t]);
    }
    return 1;
}

/* Magnetic energy RT ln(1 + beta) g(T / Tc) above every Curie temperature of the box: with s = Tc, -g, -g' and -g'' grow with s, so their values at the largest
 * Tc bound the second derivatives in (Tc, beta). Expansion and remainder each cost half the largest curvature. */
static void add_magnetic(const kiln_solver *s, const kiln_i_mphase *p, const double *y_low, const double *y_high, const double *d,
                         kiln_i_higher *out)
{
    const double T = s->system->T_K, inverse = 1.0 / T;
    double tc_low, tc, tc_spread, tc_norm, beta_low, beta, beta_spread, beta_norm;
    if (!linear_range(p->n_tc, p->tc, p->tc_value, y_low, y_high, d, &tc_low, &tc, &tc_spread, &tc_norm) ||
        !linear_range(p->n_beta, p->beta, p->beta_value, y_low, y_high, d, &beta_low, &beta, &beta_spread, &beta_norm)) {
        out->reason = "its magnetic temperature or moment is not linear in the site fractions";
        return;
    }
    if (tc <= 0.0 || beta <= 0.0) return;
    if (beta_low < 0.0 || tc_low < 0.0) {
        out->reason = "its magnetic temperature or moment can be negative";
        return;
    }
    if (tc >= T) {
        out->reason = "below a Curie temperature the magnetic energy is not bounded";
        return;
    }
    const double D = 518.0 / 1125.0 + 11692.0 / 15975.0 * (1.0 / p->magnetic_p - 1.0), q = tc * inverse;
    const double q3 = q * q * q, q5 = q3 * q * q, q10 = q5 * q5, q20 = q10 * q10;
    const double g = (q5 / 10.0 + q10 * q5 / 315.0 + q20 * q5 / 1500.0) / D;
    const double g1 = (q3 * q / 2.0 + q10 * q3 * q / 21.0 + q20 * q3 * q / 60.0) / (D * T);
    const double g2 = (2.0 * q3 + 2.0 * q10 * q3 / 3.0 + 2.0 * q20 * q3 / 5.0) / (D * T * T);
    const double f_tt = s->RT * log1p(beta) * g2, f_tb = s->RT * g1 / (1.0 + beta_low);
    const double f_bb = s->RT * g / ((1.0 + beta_low) * (1.0 + beta_low));
    out->rest += f_tt * tc_spread * tc_spread + 2.0 * f_tb * tc_spread * beta_spread + f_bb * beta_spread * beta_spread;
    out->curvature += 2.0 * (f_tt * tc_norm * tc_norm + 2.0 * f_tb * tc_norm * beta_norm + f_bb * beta_norm * beta_norm);
}

int kiln_i_has_higher(const kiln_solver *s, int phase)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    return p->n_high > 0 || p->magnetic_p > 0.0;
}

kiln_i_higher kiln_i_higher_bound(const kiln_solver *s, int phase, const double *centre, const double *y_low,
                                  const double *y_high)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    double d[KILN_MAX_MAGNETIC_Y], reach[KILN_MAX_MAGNETIC_Y];
    kiln_i_higher out = {0.0, 0.0, NULL};
    for (int i = 0; i < p->n_y; ++i) {
        d[i] = fmax(fmax(y_high[i] - centre[i], centre[i] - y_low[i]), 0.0);
        reach[i] = centre[i] + d[i];
    }
    for (int t = 0; t < p->n_high; ++t) {
        const kiln_i_monomial *m = &p->monomials[p->n_low + t];
        out.rest += fabs(p->high[t]) * remainder_of(m, centre, d);
        out.curvature += fabs(p->high[t]) * curvature_of(m, centre, reach);
    }
    if (p->magnetic_p > 0.0) add_magnetic(s, p, y_low, y_high, d, &out);
    return out;
}
