#include "solve/cubic.h"

#include "core/order.h"
#include "solve/bound.h"

#include <math.h>
#include <string.h>

/* A factor of a monomial as a linear form: its variables and their coefficients. */
typedef struct linear_form {
    int n, variable[3];
    double coefficient[3];
} linear_form;

int kiln_i_is_cubic(const kiln_i_monomial *m) { return m->n_factors + m->power == 3; }

static linear_form factor_of(const kiln_i_monomial *m, int k)
{
    linear_form form = {.n = 1, .coefficient = {1.0}};
    if (k < m->n_factors) {
        form.variable[0] = m->factor[k];
        return form;
    }
    form.n = m->n_linear;
    memcpy(form.variable, m->linear, sizeof form.variable);
    memcpy(form.coefficient, m->linear_coefficient, sizeof form.coefficient);
    return form;
}

/* y_i y_j y_k: once for each order of the three, whichever are the same. */
static void add_product(double value, int n, int i, int j, int k, double *third)
{
    const int order[6][3] = {{i, j, k}, {i, k, j}, {j, i, k}, {j, k, i}, {k, i, j}, {k, j, i}};
    for (int o = 0; o < 6; ++o) third[order[o][0] + n * (order[o][1] + n * order[o][2])] += value;
}

void kiln_i_cubic_set(const kiln_solver *s, int phase, kiln_i_cubic *out)
{
    const kiln_i_mphase *p = &s->system->phases[phase];
    const int n = p->n_y;
    if (out->phase == phase && out->T_K == s->system->T_K && out->version == s->system->version) return;
    out->phase = phase;
    out->T_K = s->system->T_K;
    out->version = s->system->version;
    out->n_terms = 0;
    memset(out->third, 0, (size_t)(n * n * n) * sizeof *out->third);
    for (int t = 0; t < p->n_high; ++t) {
        const kiln_i_monomial *m = &p->monomials[p->n_low + t];
        if (!kiln_i_is_cubic(m)) continue;
        const linear_form a = factor_of(m, 0), b = factor_of(m, 1), c = factor_of(m, 2);
        ++out->n_terms;
        for (int i = 0; i < a.n; ++i)
            for (int j = 0; j < b.n; ++j)
                for (int k = 0; k < c.n; ++k)
                    add_product(p->high[t] * a.coefficient[i] * b.coefficient[j] * c.coefficient[k], n, a.variable[i],
                                b.variable[j], c.variable[k], out->third);
    }
}

void kiln_i_cubic_ranges(const kiln_solver *s, kiln_i_cubic *c, const double *centre, const double *y_low, const double *y_high,
                         const double *weight, double *share)
{
    const kiln_i_mphase *p = &s->system->phases[c->phase];
    const int n = p->n_y;
    for (int b = 0; b < n; ++b)
        for (int a = 0; a <= b; ++a) {
            const double *entry = c->third + (size_t)(n * (a + n * b)), both = (a == b ? 1.0 : 2.0) * weight[a] * weight[b];
            double low, high, at = 0.0, size = 0.0;
            for (int i = 0; i < n; ++i) {
                const double part = fabs(entry[i]) * (y_high[i] - y_low[i]);
                size += fabs(entry[i]);
                at += entry[i] * centre[i];
                share[i] += 0.5 * both * part;
            }
            if (size > 0.0) kiln_i_range_over(p, entry, y_low, y_high, &low, &high);
            else low = high = at;
            c->shift[a + n * b] = c->shift[b + n * a] = 0.5 * (low + high) - at;
            c->radius[a + n * b] = c->radius[b + n * a] = 0.5 * (high - low);
        }
}
