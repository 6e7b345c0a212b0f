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

/* Frobenius norm of the change of the majorant's Hessian, in the metric of the entropy at `high`: entries times sqrt(high_i high_j / (a_i a_j)). */
static double curvature_of(const kiln_i_mphase *p, const kiln_i_monomial *m, const double *size, const double *reach,
                           const double *high)
{
    kiln_i_monomial majorant = *m;
    kiln_i_form at, far;
    double sum = 0.0;
    majorant.linear_0 = fabs(m->linear_0);
    for (int l = 0; l < m->n_linear; ++l) majorant.linear_coefficient[l] = fabs(m->linear_coefficient[l]);
    kiln_i_monomial_form(&majorant, size, &at);
    kiln_i_monomial_form(&majorant, reach, &far);
    for (int a = 0; a < at.n; ++a)
        for (int b = 0; b < at.n; ++b) {
            const int i = at.unique[a], j = at.unique[b];
            const double change = far.hessian[a][b] - at.hessian[a][b];
            sum += change * change * high[i] * high[j] / (p->sites[i] * p->sites[j]);
        }
    return sqrt(sum);
}

int kiln_i_has_higher(const kiln_solver *s, int phase)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    return p->n_high > 0;
}

kiln_i_higher kiln_i_higher_bound(const kiln_solver *s, int phase, const double *centre, const double *y_low,
                                  const double *y_high)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    double d[KILN_MAX_MAGNETIC_Y], reach[KILN_MAX_MAGNETIC_Y];
    kiln_i_higher out = {0.0, 0.0};
    for (int i = 0; i < p->n_y; ++i) {
        d[i] = fmax(fmax(y_high[i] - centre[i], centre[i] - y_low[i]), 0.0);
        reach[i] = centre[i] + d[i];
    }
    for (int t = 0; t < p->n_high; ++t) {
        const kiln_i_monomial *m = &p->monomials[p->n_low + t];
        out.rest += fabs(p->high[t]) * remainder_of(m, centre, d);
        out.curvature += fabs(p->high[t]) * curvature_of(p, m, centre, reach, y_high);
    }
    return out;
}
