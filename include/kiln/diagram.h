#ifndef KILN_DIAGRAM_H
#define KILN_DIAGRAM_H

#include <kiln/gap.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KILN_TX_OPTIONS_VERSION 1

/** How finely a T-x diagram is computed. Fill with kiln_tx_options_init, then edit. */
typedef struct kiln_tx_options {
    uint32_t version;   /**< set by _init                                                                               */
    int n_intervals;    /**< default 12; equal intervals of temperature the search begins with, 1 to 1000              */
    double tolerance_x; /**< default 1e-3; a straight line between neighbouring points is nearer to the curve than that, in (0, 1] */
    double tolerance_K; /**< default 0.5; the same in K, unless it is nearer than a tenth of tolerance_x; > 0        */
    double least_K;     /**< default 0.02; no interval is halved that is shorter, K, > 0                               */
    int most_points;    /**< default 2000; temperatures at most, 10 to 100000                                          */
    int all_spinodals;  /**< default 0: of structures that have a field in the diagram; 1: of all that can hold a range of the join */
    int (*keep_going)(double share, void *user); /**< default NULL; called as the lines grow, by rising temperature, with the share of the range that is done, 0 to 1, and `user`; 0 ends it
                                                      with KILN_E_INTERRUPTED */
    void *user;
} kiln_tx_options;

KILN_EXPORT kiln_status kiln_tx_options_init(kiln_tx_options *options, uint32_t version);

/** What happens at a temperature where the sequence of fields along the join changes; named as on cooling. */
typedef enum kiln_tx_kind {
    KILN_TX_UNRESOLVED,  /**< a change of fields that was bracketed, and neither named nor solved   */
    KILN_TX_EUTECTIC,    /**< liquid -> two solids                                                    */
    KILN_TX_EUTECTOID,   /**< solid -> two solids                                                     */
    KILN_TX_MONOTECTIC,  /**< liquid -> another liquid and a solid                                    */
    KILN_TX_MONOTECTOID, /**< solid -> the same structure of another composition and a second solid    */
    KILN_TX_METATECTIC,  /**< solid -> liquid and a solid                                             */
    KILN_TX_PERITECTIC,  /**< liquid and solid -> solid                                               */
    KILN_TX_PERITECTOID, /**< two solids -> a third                                                   */
    KILN_TX_SYNTECTIC,   /**< two liquids -> solid                                                    */
    KILN_TX_REMELTING,   /**< two phases, a solid among them -> liquid: the inverse of a eutectic      */
    KILN_TX_TRANSITION,  /**< one composition changes its structure: an end member or a compound      */
    KILN_TX_MELTING,     /**< the same, and one of the two is liquid                                  */
    KILN_TX_CONGRUENT,   /**< two solutions have the same composition: a maximum or minimum of their two-phase field */
    KILN_TX_CRITICAL     /**< a miscibility gap closes                                                */
} kiln_tx_kind;

/** "eutectic", "critical point"; static text. */
KILN_EXPORT const char *kiln_tx_kind_name(kiln_tx_kind kind);

/** A phase at an invariant. */
typedef struct kiln_tx_phase {
    int phase;       /**< index in kiln_gap_system */
    double x_A, x_B; /**< sum 1 */
} kiln_tx_phase;

/** A temperature at which the sequence of fields changes. */
typedef struct kiln_tx_invariant {
    kiln_tx_kind kind;
    double T_K;
    double low_K, high_K;    /**< bracket: at its ends the fields were computed, and are those of either side              */
    double tolerance_K;      /**< of T_K: 1e-6 where phases in equilibrium fix it, 1e-3 for a critical point, else half the bracket */
    double sigma_K;          /**< standard deviation of T_K from every uncertain number of the database, covariances and the oxygen pressure included, first order; < 0 where it
                                  is not known: critical points, unresolved changes      */
    int is_certified;        /**< 1: the tie lines at both ends of the bracket are                                          */
    int n_reactants, n_phases; /**< on cooling the first n_reactants of n_phases become the others; both 0 where unresolved;
                                    one phase for a critical point                                                        */
    kiln_tx_phase phase[4];
    int n_below, n_above;    /**< fields along the join under and over the bracket that differ, from the first to the last  */
    kiln_gap_field below[KILN_GAP_MAX_FIELDS], above[KILN_GAP_MAX_FIELDS];
} kiln_tx_invariant;

typedef struct kiln_tx_point {
    double T_K, x_A, x_B;
    int is_certified; /**< 1: the equilibrium at this point is proved; ends at an invariant have its flag */
} kiln_tx_point;

/** A boundary between two fields, by rising temperature. */
typedef struct kiln_tx_curve {
    kiln_gap_field below, above; /**< on the sides of lower and higher x_A; low and high: unused              */
    int begins, ends;            /**< index of the invariant it begins and ends at; -1: at an end of the range */
    int n;
    kiln_tx_point *point; /**< [n] */
} kiln_tx_curve;

/** A field of the plane of T and x. */
typedef struct kiln_tx_area {
    kiln_gap_field phases;  /**< low and high: unused                                    */
    double T_low_K, T_high_K;
    double T_K, x_A;        /**< a point inside, away from its edges: for a label        */
    double width;           /**< in x_A there; 0 for a compound                          */
} kiln_tx_area;

/** Where a structure loses its stability by itself. */
typedef struct kiln_tx_spinodal {
    int phase;
    int begins, ends; /**< 1: at a critical point, which is its first or last point; 0: at an end of the range, or where it was lost */
    int n;
    kiln_tx_point *point; /**< [n] by rising temperature; is_certified: 0 */
} kiln_tx_spinodal;

/** The geometry of a T-x diagram. */
typedef struct kiln_tx {
    double T_low_K, T_high_K;
    int n_temperatures; /**< at which fields were computed */
    int n_curves, n_invariants, n_areas, n_spinodals, n_unresolved;
    kiln_tx_curve *curve;
    kiln_tx_invariant *invariant; /**< by rising temperature; n_unresolved of them are KILN_TX_UNRESOLVED */
    kiln_tx_area *area;
    kiln_tx_spinodal *spinodal;
    int is_truncated;             /**< 1: most_points was reached, and curves are coarser than asked for */
    kiln_certificate certificate; /**< the worst of all tie lines */
    struct kiln_tx_work *work;    /**< private */
} kiln_tx;

/**
 * The T-x diagram of a join between two temperatures.
 *
 * Fields along the join (kiln_gap_solve's, without structures by themselves) at n_intervals + 1 temperatures. Between neighbours with the same sequence of fields, boundaries are curves: the
 * interval is halved until a straight line is as near as the tolerances say at its middle, where all fields are computed again from their tie lines. Between neighbours with different sequences lies
 * an invariant. Where the difference is one that a single reaction makes, its temperature is solved for: three phases in equilibrium are three equations d_k(mu, T) = 0, d the driving force of
 * phase k at the potentials mu, in two potentials and T, by Newton's method (dd/dmu = -n, dd/dT = dw/dT: the envelope theorem); structures of one composition change places where their energies
 * are equal; a gap closes where the least eigenvalue of the Hessian has a minimum 0 along the join. Fields 0.0005 K under and over it then must be those of the reaction; else, and where no reaction is
 * recognised, the interval is halved, to 0.001 K, and what is left is reported as unresolved.
 * A phase that is stable in a closed area between the temperatures and compositions looked at is not seen.
 * Hillert, Phase Equilibria, Phase Diagrams and Phase Transformations (2008), ch. 10 and 11.
 *
 * @param join     its solver, of two cations, one in each end member (else KILN_E_ARG: kiln_section_create maps any path); used until this returns
 * @param low_K, high_K  finite, > 0, low_K < high_K
 * @param options  NULL: the defaults
 * @param out      receives the diagram (NULL on failure); kiln_tx_free it before the context
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOMEM; KILN_E_NOT_CONVERGED (as kiln_gap_solve, at a temperature that the message names); KILN_E_INTERRUPTED.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_tx_create(kiln_gap_solver *join, double low_K, double high_K,
                                                       const kiln_tx_options *options, kiln_tx **out);
KILN_EXPORT void kiln_tx_free(kiln_tx *tx);

#ifdef __cplusplus
}
#endif
#endif
