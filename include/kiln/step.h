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

/** Temperatures that a step calculation solves one after the other, each starting from the one before; every block of so many starts afresh. */
enum { KILN_STEP_BLOCK = 16 };

/**
 * Equilibria at n_T temperatures, in the order given. Blocks of KILN_STEP_BLOCK by index start without memory of what was solved before, so that a row depends on
 * its place in its block and on nothing else.
 *
 * @param T_K   [n_T] each > 0
 * @param rows  [n_T] caller's array
 * @param keep_going  called after each row with `user`, NULL for none; a result of 0 ends the calculation with KILN_E_INTERRUPTED
 * @return KILN_OK, or the first failure; rows before it are valid.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_step_solve(kiln_solver *solver, int n_T, const double *T_K, kiln_step_row *rows,
                                                        int (*keep_going)(int done, int total, void *user), void *user);

/** What a step calculation is about; everything is borrowed, options may be NULL. */
typedef struct kiln_step_question {
    const kiln_database *db;
    const kiln_composition *composition;
    const kiln_atmosphere *atmosphere;
    const kiln_system_options *system_options;
    const kiln_solver_options *solver_options;
} kiln_step_question;

/**
 * The same on n_threads threads, each with a context, a system and a solver of its own: bit for bit what kiln_step_solve gives, whatever their number.
 *
 * @param ctx        takes the error; what the other threads need comes from the C library's allocator, whatever its own
 * @param n_threads  at least 1, the caller's own included
 * @param T_K        [n_T] each > 0
 * @param rows       [n_T] caller's array
 * @return KILN_OK, or the failure of the lowest index; then no row counts as valid. Where fewer threads can be had, those do the work.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_step_parallel(kiln_context *ctx, const kiln_step_question *question, int n_threads,
                                                           int n_T, const double *T_K, kiln_step_row *rows);

/** Where the set of stable phases changes: phase indices before and after, each by rising index; a miscibility gap twice. */
typedef struct kiln_transition {
    double T_K;
    int n_before, before[KILN_MAX_COMPONENTS];
    int n_after, after[KILN_MAX_COMPONENTS];
} kiln_transition;

/**
 * Changes of the set of stable phases between neighbouring rows of a step calculation, each by bisection; a third set in between splits the interval. Where no equilibrium is found
 * the interval stays as wide as it is.
 *
 * @param solver       of the rows' system; without proofs is enough, as rows have their own
 * @param rows         [n] in the order of the calculation, rising or falling
 * @param failed       [n] 1: the row has no equilibrium, and nothing is said of its neighbourhood; NULL: all have
 * @param tolerance_K  > 0
 * @param most         room in `out`; further changes are left out
 * @param n_out        receives how many were written
 * @return KILN_OK; KILN_E_ARG.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_step_transitions(kiln_solver *solver, int n, const kiln_step_row *rows, const int *failed,
                                                              double tolerance_K, int most, kiln_transition *out, int *n_out);

/** Mean valences of the closed components over the phases of the last solve, [n_components]. */
KILN_EXPORT void kiln_equilibrium_valences(const kiln_solver *solver, double *valence);

#ifdef __cplusplus
}
#endif
#endif
