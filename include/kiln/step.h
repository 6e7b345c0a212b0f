#ifndef KILN_STEP_H
#define KILN_STEP_H

#include <kiln/equilibrium.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One temperature of a step calculation: the equilibrium, and what a thermobalance would show on heating. */
typedef struct kiln_step_row {
    kiln_equilibrium equilibrium; /**< its site_fractions are not kept (NULL)                                   */
    double mass_change_percent;   /**< of the mass at the first temperature, open components exchanged freely    */
    double oxygen_per_cation;
    double valence[KILN_MAX_COMPONENTS]; /**< mean valence of each closed component over all phases                */
} kiln_step_row;

/**
 * Equilibria at n_T temperatures, in the order given.
 *
 * @param T_K   [n_T] each > 0
 * @param rows  [n_T] caller's array
 * @param keep_going  called after each row with `user`, NULL for none; a result of 0 ends the calculation with KILN_E_INTERRUPTED
 * @return KILN_OK, or the first failure; rows before it are valid.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_step_solve(kiln_solver *solver, int n_T, const double *T_K, kiln_step_row *rows,
                                                        int (*keep_going)(int done, int total, void *user), void *user);

/** Mean valences of the closed components over the phases of the last solve, [n_components]. */
KILN_EXPORT void kiln_equilibrium_valences(const kiln_solver *solver, double *valence);

#ifdef __cplusplus
}
#endif
#endif
