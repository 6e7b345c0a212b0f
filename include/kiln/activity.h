#ifndef KILN_ACTIVITY_H
#define KILN_ACTIVITY_H

#include <kiln/equilibrium.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Why a component has no activity. */
typedef enum kiln_activity_kind {
    KILN_ACTIVITY_KNOWN,
    KILN_ACTIVITY_UNDETERMINED, /**< the phases present do not fix its potential: a compound of fixed ratio alone   */
    KILN_ACTIVITY_NO_REFERENCE, /**< no phase of the database holds the cation alone in this atmosphere             */
    KILN_ACTIVITY_NO_GAS        /**< oxygen or another anion is closed: a cation alone is no oxide there, so nothing to compare with */
} kiln_activity_kind;

/** Potential and activity of one closed component. */
typedef struct kiln_component_activity {
    int z;                   /**< atomic number                                                               */
    int is_cation;
    double fraction;         /**< of all cations; of an anion mol per mol of cations                           */
    int is_determined;       /**< 0: the equilibrium leaves mu open, mu_J_mol is 0                              */
    double mu_J_mol;         /**< J/mol, H_SER                                                                 */
    kiln_activity_kind kind; /**< of what follows; where not KNOWN it is 0 or NULL                             */
    double reference_J_mol;  /**< mu of the cation alone in the same atmosphere at the same temperature        */
    const char *reference_phase, *reference_label; /**< what it is there, as in the database and as printed; borrowed from the database */
    double reference_oxygen_mol;                   /**< mol O per mol of the cation there                             */
    double activity;         /**< exp((mu - reference) / RT), per mole of the cation                           */
    double coefficient;      /**< activity / fraction; 0 where several phases are present: there every phase has its own */
} kiln_component_activity;

/** One phase: the activities relative to its own structure, and its cations. */
typedef struct kiln_phase_activity {
    double fraction[KILN_MAX_COMPONENTS];        /**< of the phase's cations                                        */
    double coefficient[KILN_MAX_COMPONENTS];     /**< activity / fraction; 0 where either is not known or 0          */
    int has_structure[KILN_MAX_COMPONENTS];      /**< 1: the cation alone can have this phase's structure, and mu is determined */
    double structure_J_mol[KILN_MAX_COMPONENTS]; /**< mu of the cation alone in this structure, J/mol, H_SER, same atmosphere   */
    double structure_activity[KILN_MAX_COMPONENTS];
    double structure_coefficient[KILN_MAX_COMPONENTS]; /**< structure_activity / fraction                           */
} kiln_phase_activity;

/** Chemical potentials and activities at one temperature. */
typedef struct kiln_activity {
    kiln_equilibrium equilibrium; /**< its site_fractions are borrowed until the next solve                    */
    int n_components;
    kiln_component_activity component[KILN_MAX_COMPONENTS]; /**< in the system's order                             */
    kiln_phase_activity phase[KILN_MAX_COMPONENTS];         /**< [equilibrium.n_phases]                            */
    int has_oxygen;      /**< 1: mu_O_J_mol is determined: by the atmosphere or, where oxygen is closed, by the phases */
    double mu_O_J_mol;   /**< of O, half that of O2, J/mol, H_SER                                               */
    int has_po2;         /**< 1: the database has the gas O2                                                    */
    double log10_po2;    /**< of p(O2) in bar, ideal gas: (2 mu_O - G(O2)) / (RT ln 10)                           */
    kiln_certificate certificate; /**< the worst of the equilibrium's and the references'                       */
} kiln_activity;

/** The workspace: a solver of the system and, for each cation, a small system that holds it alone in the same atmosphere. */
typedef struct kiln_activity_solver kiln_activity_solver;

/**
 * @param system   borrowed; must outlive the solver, which sets its temperature
 * @param options  NULL: the defaults
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_activity_solver_create(kiln_system *system, const kiln_solver_options *options,
                                                                    kiln_activity_solver **out);
KILN_EXPORT void kiln_activity_solver_free(kiln_activity_solver *solver);

/**
 * Equilibrium at T_K and the activities that follow from its potentials.
 *
 * a_i = exp((mu_i - mu_i(reference)) / RT), per mole of the cation, oxygen exchanged with the same atmosphere on both sides, so that for a binary oxide a_i is that of MO_(v/2)
 * (Hillert, Phase Equilibria, Phase Diagrams and Phase Transformations (2008), ch. 7). The reference is what the cation alone is, all phases of the database competing, also those
 * that the system leaves out; beside it stands the cation alone in the structure of each phase present. A component's potential counts as determined where no direction of
 * potentials that leaves every phase present on the tangent plane, and its constitution unchanged, moves it. Allocates nothing.
 *
 * @param T_K  temperature, K; finite and > 0
 * @return as kiln_equilibrium_solve; KILN_E_NOT_CONVERGED also where a reference was not found.
 *
 * Thread safety: one solver, one thread at a time.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_activity_solve(kiln_activity_solver *solver, double T_K, kiln_activity *out);

/** The system the solver works on; borrowed. */
KILN_EXPORT const kiln_system *kiln_activity_system(const kiln_activity_solver *solver);

#ifdef __cplusplus
}
#endif
#endif
