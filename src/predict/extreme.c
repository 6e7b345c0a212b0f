#include "predict/extreme.h"

#include <math.h>

/* What is linear in the fractions of each sublattice is largest at a vertex, one constituent a sublattice; pairs within a sublattice are at most (1 - 1/k) / 2 of the
 * largest one. Vertices need not be neutral: neutrality has a multiplier, any value of which gives a bound. */

enum { MAX_VERTICES = 4096, MAX_TRIALS = 30 };

double kiln_i_largest_pairs(const kiln_i_upper *u)
{
    const kiln_i_mphase *p = u->p;
    double sum = 0.0;
    for (int first = 0, end; u->pair && first < p->n_y; first = end) {
        double most = 0.0;
        for (end = first; end < p->n_y && p->sublattice[end] == p->sublattice[first]; ++end)
            for (int i = first; i < end; ++i) most = fmax(most, u->pair[i + p->n_y * end]);
        sum += most * 0.5 * (1.0 - 1.0 / (end - first));
    }
    return sum;
}

/* The vertex's value, and in *charge what it lacks of neutrality. */
static double at_vertex(const kiln_i_upper *u, int n, const int *chosen, double *charge)
{
    const kiln_i_mphase *p = u->p;
    double sum = 0.0;
    *charge = p->has_charge ? -p->constraint_rhs[p->n_constraints - 1] : 0.0;
    for (int s = 0; s < n; ++s) {
        sum += u->linear[chosen[s]];
        if (p->has_charge) *charge += p->constraint[p->n_constraints - 1 + p->n_constraints * chosen[s]];
        for (int t = 0; u->pair && t < s; ++t) sum += u->pair[chosen[t] + p->n_y * chosen[s]];
    }
    return sum;
}

/* Largest of value - nu charge over the vertices, and the charge there. */
static double largest_vertex(const kiln_i_upper *u, double nu, double *charge)
{
    const kiln_i_mphase *p = u->p;
    int first[KILN_MAX_SUBLATTICES + 1], chosen[KILN_MAX_SUBLATTICES], n = 0, count = 0;
    double most = -INFINITY, lacks;
    for (int i = 0; i < p->n_y; ++i)
        if (i == 0 || p->sublattice[i] != p->sublattice[i - 1]) {
            chosen[n] = first[n] = i;
            ++n;
        }
    first[n] = p->n_y;
    for (int s = -1; s < n;) {
        const double value = at_vertex(u, n, chosen, &lacks) - nu * lacks;
        if (++count > MAX_VERTICES) return INFINITY;
        if (value > most) {
            most = value;
            *charge = lacks;
        }
        for (s = 0; s < n && ++chosen[s] == first[s + 1]; ++s) chosen[s] = first[s];
    }
    return isfinite(most) ? most : INFINITY;
}

/* The best multiplier by bisection: where the largest vertex has too much charge, a larger one is better. */
static double largest_neutral(const kiln_i_upper *u, double enough)
{
    double charge = 0.0, best = largest_vertex(u, 0.0, &charge);
    if (!u->p->has_charge || !isfinite(best)) return best;
    const double sign = charge > 0.0 ? 1.0 : -1.0;
    double inside = 0.0, outside = 0.0, step = fabs(best) + 1e-6;
    int has_outside = 0;
    for (int k = 0; k < MAX_TRIALS && best > enough && fabs(charge) > 1e-9; ++k) {
        const double nu = has_outside ? 0.5 * (inside + outside) : inside + sign * step;
        best = fmin(best, largest_vertex(u, nu, &charge));
        if (charge * sign > 0.0) {
            inside = nu;
            step *= 2.0;
        } else {
            outside = nu;
            has_outside = 1;
        }
    }
    return best;
}

double kiln_i_largest_value(const kiln_i_upper *u, double enough)
{
    const double rest = u->constant + kiln_i_largest_pairs(u) + u->other;
    return largest_neutral(u, enough - rest) + rest;
}

double kiln_i_least_amount(const kiln_system *system, int phase)
{
    const kiln_i_mphase *p = &system->phases[phase];
    kiln_i_upper u = {.p = p};
    for (int c = 0; c < system->n_closed; ++c) {
        u.constant -= p->amount_0[c];
        for (int i = 0; i < p->n_y; ++i) u.linear[i] -= p->amount[c + system->n_closed * i];
    }
    return fmax(-kiln_i_largest_value(&u, -INFINITY), 0.0);
}
