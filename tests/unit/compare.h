/* Whether two equilibria are the same state, and whether one is what it says. */
#ifndef KILN_TEST_COMPARE_H
#define KILN_TEST_COMPARE_H

#include "synthetic.h"

#include "solve/solver.h"

#include <math.h>

/* Largest difference in composition of phase k of `a` to the one of `b` that it is most like; infinity when b has no such phase. */
static inline double phase_difference(const kiln_equilibrium *a, int k, const kiln_equilibrium *b, int n, int *like)
{
    double least = INFINITY;
    for (int j = 0; j < b->n_phases; ++j) {
        double most = 0.0;
        if (b->phase[j].phase != a->phase[k].phase) continue;
        for (int c = 0; c < n; ++c) most = fmax(most, fabs(a->phase[k].composition[c] - b->phase[j].composition[c]));
        if (most >= least) continue;
        least = most;
        *like = j;
    }
    return least;
}

/* Largest difference of compositions and of amounts (mol of closed components); infinity for different phases. `n` closed components. */
static inline double state_difference(const kiln_equilibrium *a, const kiln_equilibrium *b, int n)
{
    double most = 0.0;
    if (a->n_phases != b->n_phases) return INFINITY;
    for (int k = 0; k < a->n_phases; ++k) {
        int j = 0;
        most = fmax(most, phase_difference(a, k, b, n, &j));
        most = fmax(most, fabs(a->phase[k].amount_mol * a->phase[k].component_mol -
                               b->phase[j].amount_mol * b->phase[j].component_mol));
    }
    return most;
}

/* "rocksalt 0.25 (0.91 0.09) | wurtzite ...": for messages; static. */
static inline const char *state_text(const kiln_system *system, const kiln_equilibrium *e)
{
    static char text[2][2048];
    static int turn;
    char *out = text[turn ^= 1];
    size_t used = 0;
    out[0] = '\0';
    for (int k = 0; k < e->n_phases; ++k) {
        used += (size_t)snprintf(out + used, 2048 - used, "%s%s %.3g (", k ? " | " : "",
                                 kiln_system_phase_name(system, e->phase[k].phase), e->phase[k].amount_mol);
        for (int c = 0; c < kiln_system_n_components(system) && used < 1900; ++c)
            used += (size_t)snprintf(out + used, 2048 - used, "%s%.6g", c ? " " : "", e->phase[k].composition[c]);
        used += (size_t)snprintf(out + used, 2048 - used, ")");
    }
    return out;
}

/* The answer is a state of the model: amounts add up to the composition, the energy is that of its phases, and every phase lies on the plane of the potentials.
 * Rounding of an energy of 1e6 J/mol, the largest here, is 1e-9 or so,
 * of an amount 1e-16 or so. */
static inline void state_is_consistent(const kiln_system *system, const kiln_equilibrium *e)
{
    double G = 0.0, total[KILN_MAX_COMPONENTS] = {0.0};
    for (int k = 0; k < e->n_phases; ++k) {
        const kiln_equilibrium_phase *p = &e->phase[k];
        double n[KILN_MAX_COMPONENTS], d = kiln_i_phase_energy(system, p->phase, p->site_fractions, NULL, NULL);
        const double sigma = kiln_i_phase_amounts(system, p->phase, p->site_fractions, n);
        G += p->amount_mol * d;
        ck_assert_double_ge(p->amount_mol, 0.0);
        for (int c = 0; c < system->n_closed; ++c) {
            d -= e->mu_J_mol[c] * n[c];
            total[c] += p->amount_mol * n[c];
        }
        ck_assert_msg(fabs(d) <= 1e-6 * sigma, "%.2f K: %s lies %g J/mol off its plane", e->T_K,
                      kiln_system_phase_name(system, p->phase), d);
    }
    ck_assert_double_eq_tol(G, e->G_J_mol, 1e-7);
    for (int c = 0; c < system->n_closed; ++c)
        ck_assert_msg(fabs(total[c] - system->total[c]) <= 1e-13 + 1e-10 * system->total[c],
                      "%.2f K: %.16g mol of component %d, not %.16g", e->T_K, total[c], c, system->total[c]);
}

#endif
