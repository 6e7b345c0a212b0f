#ifndef KILN_ENERGY_H
#define KILN_ENERGY_H

#include <kiln/window.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is known of a phase at one condition. */
typedef enum kiln_energy_proof {
    KILN_ENERGY_OPEN,    /**< no competitor that is more stable was found, and none was excluded               */
    KILN_ENERGY_SINGLE,  /**< proved: nothing is more stable by more than the gap                              */
    KILN_ENERGY_UNDERCUT /**< a competitor that is more stable was found; how much more, is the most that was found */
} kiln_energy_proof;

/** Energies of a phase at one temperature and composition. */
typedef struct kiln_energy_row {
    double T_K;
    double x;                  /**< fraction of the varied cation on its sublattice; 0 where the temperature is varied   */
    char failure[256];         /**< why there is nothing else, "" where there is                                         */
    kiln_energy_budget budget; /**< per mole of cations                                                                  */
    double least_J_mol;        /**< least driving force of all competitors                                               */
    int limit;                 /**< whose it is, index of `competitor`; -1: there is none                                */
    kiln_energy_proof proof;
    double gap_J_mol;       /**< of KILN_ENERGY_SINGLE, per mole of closed components                                 */
    const char *reason;     /**< of KILN_ENERGY_OPEN; static text                                                    */
    const char *open_phase; /**< the phase that could not be proved, "" where none was tried; borrowed from the database */
} kiln_energy_row;

/** What competes with the phase. */
typedef enum kiln_energy_kind {
    KILN_ENERGY_PHASE,
    KILN_ENERGY_DEMIXING, /**< the phase itself, of two compositions: distance over relative entropy, J/mol, which has the sign of a driving force */
    KILN_ENERGY_SET /**< several other phases together, where the phase has a fixed ratio of components     */
} kiln_energy_kind;

typedef struct kiln_energy_competitor {
    kiln_energy_kind kind;
    const char *name, *label; /**< as in the database; "" and "other phases together" for a set                    */
    double least_J_mol;       /**< least of all rows                                                                */
    int least_row;
    const double *force_J_mol; /**< [n_rows] driving force, J per mole of closed components; NAN: it has none there */
} kiln_energy_competitor;

/** Where the phase begins or ends to be the only one: the least driving force is 0. */
typedef struct kiln_energy_end {
    double T_K, x;
    int competitor;   /**< whose driving force changes sign                                            */
    int is_low;       /**< 1: the phase is single above it, 0: below                                   */
    double tolerance; /**< of T_K or of x, whichever is varied: 1e-6 K, 1e-7                           */
} kiln_energy_end;

enum { KILN_ENERGY_ENDS = 32 };

/** Energies and driving forces against temperature or against a fraction. */
typedef struct kiln_energy {
    int z;                     /**< the varied cation; 0: temperature is varied           */
    const char *phase, *label; /**< of the phase; borrowed from the database              */
    int n_rows;
    kiln_energy_row *row; /**< [n_rows] in the order asked for                       */
    int n_competitors;
    kiln_energy_competitor *competitor; /**< [n_competitors] nearest first: by least_J_mol */
    int n_ends;
    kiln_energy_end end[KILN_ENERGY_ENDS]; /**< by T_K or x */
    int n_open;                            /**< rows whose proof is KILN_ENERGY_OPEN                  */
    struct kiln_energy_work *work;         /**< private */
} kiln_energy;

/**
 * Energy budget of a phase and driving forces of what competes with it, at several temperatures.
 *
 * At each temperature as kiln_window_at, with the budget of kiln_window: transfer from simple oxides, pair interactions, configurational entropy. The ends are those of
 * kiln_window_solve between the lowest and the highest temperature.
 *
 * @param phase  index of a phase for which kiln_system_can_host() holds
 * @param n      at least 2
 * @param T_K    [n] rising or falling
 * @param out    receives the energies (NULL on failure); kiln_energy_free them before the database and the context
 * @return KILN_OK, also where some rows failed; KILN_E_ARG; KILN_E_MISSING (the phase cannot hold the composition); KILN_E_RANGE (no temperature within validity);
 *         KILN_E_NOMEM; KILN_E_NOT_CONVERGED (the window, or every row).
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_energy_over_T(kiln_system *system, const kiln_solver_options *solver_options,
                                                           int phase, int n, const double *T_K, kiln_energy **out);

/** A question about energies against the fraction of a cation. */
typedef struct kiln_energy_question {
    const kiln_database *db;
    const kiln_composition *composition; /**< the others of the cation's sublattice keep their ratio   */
    const kiln_atmosphere *atmosphere;
    const kiln_system_options *system_options; /**< NULL: the defaults */
    const kiln_solver_options *solver_options; /**< NULL: the defaults */
    const char *phase;                         /**< name in the database */
    int z;                                     /**< the cation */
    double T_K;
    int n;           /**< at least 2 */
    const double *x; /**< [n] fractions of its sublattice that the cation takes, rising, 0 to 1 */
    int (*keep_going)(int done, int total, void *user); /**< NULL; 0 stops with KILN_E_INTERRUPTED */
    void *user;
} kiln_energy_question;

/**
 * The same at one temperature against the fraction of one cation. Ends are bracketed between neighbouring rows, one at most in each interval, and found by regula falsi in the least driving force.
 * Returns as kiln_energy_over_T.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_energy_over_x(kiln_context *ctx, const kiln_energy_question *question,
                                                           kiln_energy **out);

KILN_EXPORT void kiln_energy_free(kiln_energy *energy);

/** "open", "single", "undercut"; static text. */
KILN_EXPORT const char *kiln_energy_proof_text(kiln_energy_proof proof);

#ifdef __cplusplus
}
#endif
#endif
