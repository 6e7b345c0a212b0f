#ifndef KILN_BATCH_H
#define KILN_BATCH_H

#include <kiln/step.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Equilibria that are solved one after the other, each beginning with what the one before has found; every block of so many starts afresh. */
enum { KILN_BATCH_BLOCK = 64 };

/** Many equilibria of the same components: what varies from row to row. Everything is borrowed for the call. */
typedef struct kiln_batch_question {
    kiln_step_question about;    /**< components and conditions; what a row does not state is as it says            */
    int n;                       /**< rows                                                                        */
    const double *T_K;           /**< [n] K; each finite and > 0                                                   */
    const double *amounts;       /**< [n x n_components] mol of the closed components in the order of kiln_system_component, each finite and > 0, in
                                      any unit: rows are brought to one mole of closed cations. NULL: those of the composition    */
    const double *log10_po2_bar; /**< [n] log10 of p(O2) in bar, in [-60, 6], where the atmosphere states one; other gases stay as they are. NULL: that of
                                      the atmosphere                                                                */
    double extrapolate_K;        /**< how far outside the validity of its functions a stable phase may be used, K, >= 0 (windows: 400); a row
                                      beyond has no answer, KILN_E_RANGE; INFINITY: no limit                         */
    int n_threads;               /**< 1 to 1024, the caller's own included; the numbers are the same for any        */
    int (*keep_going)(int done, int total, void *user); /**< called after each block with `user`, by any of the threads, one call at a time; 0 ends it
                                                             with KILN_E_INTERRUPTED; NULL: none */
    void *user;
} kiln_batch_question;

/**
 * Where answers go: the caller's arrays, row after row; n_components are those of the system, and no equilibrium has more phases than that. NULL leaves a quantity out.
 * Numbers of a row without an answer are NAN, its n_phases 0; places behind the last phase have index -1 and zeros.
 */
typedef struct kiln_batch_answer {
    kiln_status *status;       /**< [n] KILN_OK; KILN_E_ARG for a row's own numbers, KILN_E_MISSING, KILN_E_NOT_CONVERGED, KILN_E_RANGE */
    double *G_J_mol;           /**< [n] as in kiln_equilibrium, per mol of closed cations                                           */
    double *oxygen_per_cation; /**< [n] O in all phases, mol per mol of closed cations                                              */
    double *mass_g;            /**< [n] of all phases, g per mol of closed cations                                                  */
    double *mu_J_mol;          /**< [n x n_components] of the closed components, J/mol, H_SER                                       */
    int *mu_is_unique;         /**< [n] 0: the phases present do not fix every potential                                            */
    int *is_certified;         /**< [n] 1: proved                                                                                   */
    double *gap_J_mol;         /**< [n] of the certificate                                                                          */
    double *extrapolated_K;    /**< [n] how far a function of a stable phase is used outside its validity, the most of all; also with KILN_E_RANGE */
    int *n_phases;             /**< [n]                                                                                             */
    int *phase;                /**< [n x n_components] index in a system of these components; a miscibility gap lists one twice     */
    double *component_mol;     /**< [n x n_components] closed components in the phase, mol per mol of closed cations                */
    double *mass_fraction;     /**< [n x n_components] of all phases, sum 1                                                         */
    double *composition;       /**< [n x n_components x n_components] of each phase: fractions of the closed components, sum 1      */
} kiln_batch_answer;

/**
 * Equilibria of n rows: kiln_equilibrium_solve at each, on n_threads threads. A row that fails does not stop the others. A row's numbers depend on its place in its block of
 * KILN_BATCH_BLOCK and on the rows before it there, within the solver's tolerance, and on nothing else: they are bit for bit the same on any number of threads.
 *
 * @param ctx  takes the error; what the other threads need comes from the C library's allocator
 * @return KILN_OK, also where rows failed: status tells; KILN_E_ARG (the arrays, or what the atmosphere cannot vary); what kiln_system_create and
 *         kiln_solver_create return; KILN_E_INTERRUPTED.
 *
 * Thread safety: any number of calls at a time, each with its own context; the database may be shared.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_batch_solve(kiln_context *ctx, const kiln_batch_question *question,
                                                         const kiln_batch_answer *answer);

#ifdef __cplusplus
}
#endif
#endif
