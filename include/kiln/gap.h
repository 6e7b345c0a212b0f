#ifndef KILN_GAP_H
#define KILN_GAP_H

#include <kiln/equilibrium.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A join is the line of compositions x A + (1 - x) B, where A and B hold one mole of closed cations each: x_A = x and x_B = 1 - x are mole fractions of cations. */

enum { KILN_GAP_MAX_FIELDS = 32, KILN_GAP_MAX_PHASES = 12, KILN_GAP_MAX_STRUCTURES = 32, KILN_GAP_MAX_GAPS = 4, KILN_GAP_MAX_SPINODALS = 8 };

/** A phase where it stands at the edge of a field. */
typedef struct kiln_gap_phase {
    int phase;                               /**< index in kiln_gap_system                                              */
    double x_A, x_B;                         /**< of its own composition, sum 1: fractions of cations that are A's and B's where these have no element in
                                                common, else of the nearest point of the join; each has full relative accuracy in the first case */
    int is_on_join;                          /**< 0: its composition lies beside the join, and a tie line leaves it      */
    double share;                            /**< of the cations; 0 for the one that appears or leaves, where the edge was found by bisection */
    double oxygen_mol;                       /**< mol O per mol of its cations                                           */
    double composition[KILN_MAX_COMPONENTS]; /**< fractions of the closed components, sum 1                             */
} kiln_gap_phase;

/** Where one field meets the next: the phases of both side by side. */
typedef struct kiln_gap_boundary {
    double x_A, x_B;
    double width; /**< of the bracket in x; 0 where a tie line on the join gives it exactly */
    int n_phases;
    kiln_gap_phase phase[KILN_GAP_MAX_PHASES];
    kiln_certificate certificate; /**< of the equilibrium, its phase an index in kiln_gap_system */
} kiln_gap_boundary;

/** A stretch of the join on which the same phases are stable. */
typedef struct kiln_gap_field {
    double low, high; /**< in x_A; equal for a compound on the join                                   */
    int n_phases;     /**< 0: no combination of the phases has these compositions                    */
    int phase[KILN_GAP_MAX_PHASES]; /**< by rising index; a miscibility gap lists one twice                   */
} kiln_gap_field;

/** One end of a structure's own miscibility gap. */
typedef struct kiln_gap_limit {
    double x_A, x_B;
    int is_open;                       /**< 1: the gap goes on where the join, or what the structure can hold of it, ends        */
    double other[KILN_MAX_COMPONENTS]; /**< composition of the structure that is in equilibrium with this end, fractions of the closed components, sum 1 */
    kiln_certificate certificate;      /**< that no other constitution of the structure lies below the common tangent plane */
} kiln_gap_limit;

typedef struct kiln_gap_miscibility {
    kiln_gap_limit low, high; /**< by rising x_A */
} kiln_gap_miscibility;

/** A structure that can hold some of the join, by itself, all other phases left out. */
typedef struct kiln_gap_structure {
    int phase;
    double low, high; /**< the part of the join it can hold, in x_A, on the search grid                          */
    int is_stable;    /**< 1: it is one of the phases of some field                                               */
    int n_gaps;       /**< 0: miscible at all compositions it can hold                                           */
    kiln_gap_miscibility gap[KILN_GAP_MAX_GAPS];
    int n_spinodals;
    double spinodal[KILN_GAP_MAX_SPINODALS]; /**< x_A at which the least eigenvalue vanishes, rising                */
} kiln_gap_structure;

typedef struct kiln_gap {
    double T_K;
    int n_fields;
    kiln_gap_field field[KILN_GAP_MAX_FIELDS];             /**< by rising x_A                                     */
    kiln_gap_boundary boundary[KILN_GAP_MAX_FIELDS];       /**< [n_fields - 1] boundary i lies between fields i and i + 1 */
    int n_structures;
    kiln_gap_structure structure[KILN_GAP_MAX_STRUCTURES]; /**< stable ones first, else by index                  */
    kiln_certificate certificate;                          /**< the worst of all boundaries and binodals; of a join with one field, of nine equilibria along it */
} kiln_gap;

/** The workspace of one join: a system and a solver that move along it, and one of each for every structure alone. */
typedef struct kiln_gap_solver kiln_gap_solver;

/**
 * @param db, system_options  borrowed until kiln_gap_solver_free (db), copied (options; NULL: the defaults)
 * @param A, B            end members; copied. Elements that the atmosphere supplies do not count
 * @param solver_options  NULL: the defaults
 * @param out             receives the solver (NULL on failure); kiln_gap_solver_free it
 * @return KILN_OK; KILN_E_ARG (A and B are one composition, or as kiln_system_create); KILN_E_MISSING (as kiln_system_create); KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_gap_solver_create(kiln_context *ctx, const kiln_database *db, const kiln_composition *A,
                                                               const kiln_composition *B, const kiln_atmosphere *atmosphere,
                                                               const kiln_system_options *system_options,
                                                               const kiln_solver_options *solver_options, kiln_gap_solver **out);
KILN_EXPORT void kiln_gap_solver_free(kiln_gap_solver *solver);

/** The system whose indices of phases and components results use; its composition moves along the join. Borrowed. */
KILN_EXPORT const kiln_system *kiln_gap_system(const kiln_gap_solver *solver);
/** 1 if phase `phase` is one of the structures: it can hold some range of the join. */
KILN_EXPORT int kiln_gap_has_structure(const kiln_gap_solver *solver, int phase);

/**
 * The phase fields of the join at T_K, and each structure's own binodal and spinodal.
 *
 * Equilibria on a grid of x (steps of 1/50, near the ends 0.01, 1e-3 ... 1e-6). Where a tie line lies on the join its two compositions are the edges of its field, exactly; elsewhere
 * edges are bracketed by bisection on the set of phases, to 1e-10 in x. Between grid points a phase is followed where its driving force has a minimum, and every structure's own gap is
 * looked into. The search is without proofs; then every edge gets a certified equilibrium, one for both edges of a tie line on the join. Should that have other phases the search is repeated
 * with proofs throughout. Nearer than 1e-6 to an end member only tie lines on the join are seen.
 * The binodal of a structure is the same with that phase alone. Its spinodal: zeros in x of the least eigenvalue of the Hessian of G (less n mu of what the atmosphere supplies) over all
 * variations of the constitution at its internal equilibrium, those across the join included; internal variables are eliminated in the sense that where they are at a minimum the
 * Schur complement in composition and the Hessian become singular together (Hillert, Phase Equilibria, Phase Diagrams and Phase Transformations (2008), ch. 6 and 15).
 * Allocates nothing.
 *
 * @param T_K  temperature, K; finite and > 0
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOT_CONVERGED (an equilibrium was not found, or there are more fields than KILN_GAP_MAX_FIELDS).
 *
 * Thread safety: one solver, one thread at a time.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_gap_solve(kiln_gap_solver *solver, double T_K, kiln_gap *out);

#ifdef __cplusplus
}
#endif
#endif
