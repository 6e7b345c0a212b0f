#ifndef KILN_EQUILIBRIUM_H
#define KILN_EQUILIBRIUM_H

#include <kiln/system.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KILN_SOLVER_OPTIONS_VERSION 1

typedef enum kiln_method {
    KILN_METHOD_NEWTON, /**< projected Newton on LAPACK; the default                         */
    KILN_METHOD_NLOPT   /**< every minimisation by NLopt's SLSQP: slower, kept as the reference */
} kiln_method;

/** Settings of a solver. Fill with kiln_solver_options_init, then edit. */
typedef struct kiln_solver_options {
    uint32_t version;         /**< set by _init                                                                     */
    kiln_method method;       /**< default KILN_METHOD_NEWTON                                                       */
    double tolerance_J_mol;   /**< default 1e-6; no phase may lie further below the tangent plane, J per mol of closed
                                components, in (0, 1]                                                           */
    int max_rounds;           /**< default 1000; rounds of pricing and linear programming, at least 1: where cations have a fixed ratio, as in
                                   a perovskite of ten, hundreds are needed                                        */
    int certify;              /**< default 1; 0: answers are not proved                                              */
    double certify_gap_J_mol; /**< default 0.01; by how much the proof lowers the potentials of the closed components, J/mol,
                                   in [1e-5, 1000]                                                                */
    int certify_budget;       /**< default 20000; boxes of branch and bound per phase, at least 1                    */
} kiln_solver_options;

KILN_EXPORT kiln_status kiln_solver_options_init(kiln_solver_options *options, uint32_t version);

/** All the workspace that solving a system needs, taken once. */
typedef struct kiln_solver kiln_solver;

/**
 * @param system  borrowed; must outlive the solver, which sets its temperature
 * @param options NULL for the defaults; copied
 * @return KILN_OK, KILN_E_ARG or KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_solver_create(kiln_system *system, const kiln_solver_options *options,
                                                           kiln_solver **out);
KILN_EXPORT void kiln_solver_free(kiln_solver *solver);

/** A proof that nothing better exists: no constitution of any phase lies below the plane of the chemical potentials lowered by the gap. */
typedef struct kiln_certificate {
    int is_certified;
    double gap_J_mol;   /**< G less its proved lower bound, per mol of closed cations; 0 if not certified          */
    int nodes;          /**< boxes examined, all phases                                                           */
    int phase;          /**< with is_certified = 0: the phase that could not be proved, -1 if none was tried      */
    const char *reason; /**< with is_certified = 0: why; static text                                              */
} kiln_certificate;

/** One phase of an equilibrium; a miscibility gap gives the same phase twice, with different compositions. */
typedef struct kiln_equilibrium_phase {
    int phase;                               /**< index in the system                                                      */
    double amount_mol;                       /**< mol of formula units per mol of closed cations                           */
    double component_mol;                    /**< mol of closed components in one mol of formula units                     */
    double mass_fraction;                    /**< of all solid phases                                                      */
    double oxygen_mol;                       /**< mol O in one mol of formula units                                        */
    double composition[KILN_MAX_COMPONENTS]; /**< fractions of the closed components, sum 1               */
    const double *site_fractions;            /**< of the sublattices with more than one constituent, in the order of
                                       kiln_system_site; borrowed until the next solve                    */
    int n_site_fractions;
} kiln_equilibrium_phase;

/** Phases, chemical potentials and energy at equilibrium. */
typedef struct kiln_equilibrium {
    double T_K;
    int n_phases;
    kiln_equilibrium_phase phase[KILN_MAX_COMPONENTS]; /**< at most as many as there are closed components */
    double mu_J_mol[KILN_MAX_COMPONENTS];              /**< of the closed components, J/mol, H_SER                */
    double mu_open_J_mol[3 + KILN_MAX_FIXED];          /**< of the open ones: O, then C, H; then those given       */
    double G_J_mol;     /**< Gibbs energy less open components' n mu, per mol of closed cations, H_SER   */
    double oxygen_mol;  /**< O in all phases, mol per mol of closed cations                              */
    double mass_g;      /**< of all phases, g per mol of closed cations                                  */
    double worst_J_mol; /**< least driving force found in the last pricing, per mol of closed components;
                              -tolerance or more. Not a rigorous bound.                                   */
    kiln_certificate certificate;
    int mu_is_unique; /**< 0 when the phases present do not fix every chemical potential               */
    int rounds;       /**< of pricing and linear programming                                           */
} kiln_equilibrium;

/**
 * Equilibrium of the system's composition at T_K: the phases, amounts and compositions that minimise the Gibbs energy.
 *
 * Column generation on the Gibbs tangent plane: a linear programme over candidate constitutions gives chemical potentials, pricing minimises
 * every phase's distance to their plane, and a Newton method on (amounts, site fractions, potentials) ends it. Miscibility gaps appear as
 * several instances of one phase. The answer is then proved by branch and bound (docs/certificate.md); a witness against it becomes a
 * candidate and the search goes on.
 * M. Hillert, Phase Equilibria, Phase Diagrams and Phase Transformations (2008), ch. 4; B. Sundman et al., Comput. Mater. Sci. 101
 * (2015) 127, doi:10.1016/j.commatsci.2015.01.029. Allocates nothing.
 *
 * @param T_K  temperature, K; finite and > 0
 * @return KILN_OK; KILN_E_ARG; KILN_E_MISSING (no combination of phases has the composition); KILN_E_NOT_CONVERGED (out holds the last
 *         state, which is no answer).
 *
 * Thread safety: one solver, one thread at a time.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_equilibrium_solve(kiln_solver *solver, double T_K, kiln_equilibrium *out);

/** Name of site fraction i of a phase: sublattice and constituent; both borrowed. 0 when there is none. */
KILN_EXPORT int kiln_system_site(const kiln_system *system, int phase, int i, const char **sublattice, const char **constituent);

#ifdef __cplusplus
}
#endif
#endif
