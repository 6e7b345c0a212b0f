#ifndef KILN_WINDOW_H
#define KILN_WINDOW_H

#include <kiln/equilibrium.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KILN_WINDOW_OPTIONS_VERSION 1

/** Settings of a window calculation. Fill with kiln_window_options_init, then edit. */
typedef struct kiln_window_options {
    uint32_t version;            /**< set by _init                                                                       */
    double T_min_K, T_max_K;     /**< search range; default 473.15 and 1973.15 K (200 and 1700 C), within (0, 6000]      */
    double step_K;               /**< default 100 K; scan interval, in [0.1, 500]; crossings between are found by slopes  */
    double detect_mass_fraction; /**< default 0.02; second phase that diffraction would see, in (0, 0.5]                 */
    int n_samples;               /**< default 4096; joint samples of the linearised ends; 0: no uncertainty              */
    uint64_t seed;               /**< default 1                                                                          */
    double extrapolate_K;        /**< default 400 K; how far beyond the validity of its functions the target may be used */
    int find_apparent;           /**< default 1; 0: a phase that is never single is not searched for where it would look so  */
    int ends_only;               /**< default 0; 1: ranges, what ends them, the certificate and, with n_samples > 0, uncertainty from the ends alone (see kiln_window_solve), and nothing
                                      else: no detection limits, no spinodal, no energies, no list of competitors; for screening. With proofs only every fourth temperature of the
                                      scan is looked at first: of several ranges one less than 400 K wide may be missed, where one competitor's driving force bends both ways
                                      beside it                                                                                                                */
} kiln_window_options;

KILN_EXPORT kiln_status kiln_window_options_init(kiln_window_options *options, uint32_t version);

enum { KILN_MAX_LIMITS = 4, KILN_MAX_DECISIVE = 8, KILN_MAX_RANGES = 8, KILN_MAX_RIVALS = 48 };

/** What ends a window. */
typedef enum kiln_end_kind {
    KILN_END_PHASE,       /**< another phase, or a set of phases, becomes stable              */
    KILN_END_DEMIXING,    /**< the phase separates into two compositions of itself            */
    KILN_END_LIQUID,      /**< melting                                                        */
    KILN_END_REDUCTION,   /**< a phase in which the same cations have lower valences          */
    KILN_END_VALIDITY,    /**< the parameters are not usable beyond; the window may go on     */
    KILN_END_SEARCH_LIMIT /**< the search range ends; the window goes on                      */
} kiln_end_kind;

/** Static text of a kind: "phase", "demixing", "liquid", "reduction", "validity", "search_limit". */
KILN_EXPORT const char *kiln_end_kind_text(kiln_end_kind kind);

/** A phase that appears at an end, as it is there (at vanishing amount). */
typedef struct kiln_limit_phase {
    int phase;                               /**< index in the system                                           */
    double share;                            /**< of the limiting set, by moles of closed components; sum 1     */
    double composition[KILN_MAX_COMPONENTS]; /**< fractions of the closed components, sum 1                     */
    double oxygen_per_cation;                /**< mol O per mol of closed cations                               */
} kiln_limit_phase;

/** One uncertain number of the database and what it does to an end. */
typedef struct kiln_decisive {
    const char *name;      /**< as in the database; "p(O2)" for the atmosphere; borrowed from the database      */
    int is_slope;          /**< 1: the coefficient of T                                                        */
    double sigma;          /**< J/mol, or J/mol/K for a slope, or decades for p(O2)                            */
    double dT_dparameter;  /**< K per (J/mol), K per (J/mol/K), or K per decade                                */
    double contribution_K; /**< |dT_dparameter| sigma, K: its own share, correlations aside                    */
    const char *status;    /**< measured, assessed, fitted, estimated or unstated                              */
    const char *source;    /**< text of its reference, "" if none                                              */
    const char *estimate;  /**< name and inputs of the law that gave the number; NULL if none did              */
} kiln_decisive;

typedef struct kiln_window_end {
    kiln_end_kind kind;
    double T_K;          /**< where the kind is not validity or search_limit: the thermodynamic end       */
    double slope_J_molK; /**< d(driving force)/dT of the limiting set, per mol of closed components       */
    int n_limits;
    kiln_limit_phase limit[KILN_MAX_LIMITS];
    int has_sigma;
    double sigma_K;                 /**< half the 16-84 % interval of the joint samples                              */
    double median_K, low_K, high_K; /**< 50, 16 and 84 % quantiles, within the search range                     */
    int low_is_open, high_is_open;  /**< 1: that quantile lies beyond the search range                           */
    int has_detected;
    /** 1: the limiting set's driving force is 0 between bracket_low_K and bracket_high_K, from certify_gap and its slope: beyond them the target is undercut, at the inner one
     * it is by certify_gap at most (by 1 J/mol where that proof takes too many boxes), further inside by the certificate's gap at most. 0: no slope to tell; 1 K of the range beside
     * such an end is not proved. */
    int has_bracket;
    double bracket_low_K, bracket_high_K;
    double detected_K; /**< where the second phases together reach detect_mass_fraction                 */
    int n_decisive;
    kiln_decisive decisive[KILN_MAX_DECISIVE]; /**< by contribution, largest first                               */
    int is_extrapolated;                       /**< 1: some function is used outside its stated validity here                   */
    double oxygen_per_cation;                  /**< of the target here                                                          */
    double valence[KILN_MAX_COMPONENTS];       /**< mean valence of each closed component in the target                */
} kiln_window_end;

typedef struct kiln_window_range {
    kiln_window_end low, high;
    double probability; /**< P(low < high) over the joint samples; 1 with n_samples = 0                  */
} kiln_window_range;

/** Where one competitor's driving force changes sign. */
typedef struct kiln_rival {
    int phase; /**< index in the system; the target itself for demixing                                    */
    double T_K;
    int from_below; /**< 1: the competitor is stable below T_K, 0: above                                        */
    double sigma_K; /**< first order                                                                            */
} kiln_rival;

/** Energies of the single phase at one temperature, per mol of closed cations. */
typedef struct kiln_energy_budget {
    double T_K;
    int has_formation;         /**< 0: some cation has no phase of its own in the database, dG and dH are not known      */
    double dG_J_mol, dH_J_mol; /**< formation from the stable simple oxides of each cation in the same atmosphere      */
    double excess_J_mol;       /**< pair interactions: G less its end members less ideal mixing                        */
    double S_conf_J_molK;      /**< configurational entropy, all sublattices, with the internal equilibrium reached    */
    double minus_TS_J_mol;
    double per_formula; /**< mol of cations per formula unit of the phase: multiply for "per formula"           */
    double excess_H_J_mol;     /**< enthalpy of the pair interactions at constant constitution: excess - T d(excess)/dT */
} kiln_energy_budget;

/** Temperatures at which the phases beside the target together stay below detect_mass_fraction at equilibrium. */
typedef struct kiln_apparent_range {
    double low_K, high_K;                /**< to 0.1 K; the scan's own limits where is_limited is 0                           */
    int low_is_limited, high_is_limited; /**< 1: second phases reach the limit there                            */
    int low_phase, high_phase;           /**< the most abundant second phase beyond that end, -1 if not limited */
} kiln_apparent_range;

typedef struct kiln_window {
    kiln_certificate certificate; /**< of all ranges: at no temperature inside the ends' brackets is the energy of the phase above the least possible one by more than gap_J_mol, per
                                       mole of closed components                                                  */
    int phase; /**< the target, index in the system                                              */
    int n_ranges;
    kiln_window_range range[KILN_MAX_RANGES]; /**< by rising temperature                                         */
    int n_rivals;
    kiln_rival rival[KILN_MAX_RIVALS]; /**< by temperature                                                */
    /* With no range: where the phase comes closest to being single, and what is missing there. */
    double best_T_K, best_J_mol; /**< largest over T of the least driving force, per mol of closed components; with ends_only demixing is
                                      left out where another phase undercuts the target anyway                          */
    int best_limit; /**< the competitor there, index in the system                                            */
    /* With no range: where diffraction would still see one phase. A nearly stoichiometric phase may be single nowhere, and yet its second phase a trace. */
    int n_apparent;
    kiln_apparent_range apparent[KILN_MAX_RANGES];
    int has_spinodal;
    double spinodal_K; /**< highest temperature below the (first) low end where the phase loses metastability, O2 open */
    int spinodal_is_frozen_lower; /**< 1: with frozen oxygen it lies lower, at frozen_spinodal_K (0: none found)  */
    double frozen_spinodal_K;
    kiln_energy_budget budget;
    double scanned_min_K, scanned_max_K;         /**< what was really searched                                           */
    kiln_end_kind scan_low_kind, scan_high_kind; /**< why the scan ended there                                   */
    int n_parameters, n_estimated;               /**< of the target's own interactions and end members in this system    */
    double oxygen_reference;                     /**< nominal O per cation of the structure                              */
} kiln_window;

/** The workspace for windows of one system: the solver, and small systems of each cation alone. */
typedef struct kiln_window_solver kiln_window_solver;

KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_window_solver_create(kiln_system *system, const kiln_solver_options *solver_options,
                                                                  const kiln_window_options *options, kiln_window_solver **out);
KILN_EXPORT void kiln_window_solver_free(kiln_window_solver *solver);

/**
 * Temperatures at which phase `phase`, with the system's composition, is the only stable one.
 *
 * At each temperature the phase's internal equilibrium gives chemical potentials; the driving force of every competitor is its least distance to
 * that tangent plane (in J per mol of closed components). Ends are zeros of these functions, to 1e-6 K (a distance below 1e-13 of the potentials counts as 0). Where the phase's constitution does not fix all
 * chemical potentials, the limit is the most favourable set of phases (linear programme over the null space). Demixing uses the infimum of
 * distance over relative entropy, which stays regular at a critical point. Allocates nothing.
 *
 * Samples are of first order in the parameters: every crossing of a competitor moves along its slope, all of them jointly. The full window knows all crossings within
 * the search range. With ends_only they are read off at the ends: a competitor crosses where its tangent at the end has its zero, corrected once by the tangent there.
 * Left out is what a bound shows to lie 2 RT above the plane (at 1200 K 20 kJ per mol of closed components), and what crosses more than 5 standard deviations
 * of their distance behind the first one; counted is, unlike in the full window, what crosses beyond the search range. Where one competitor rules an end both say
 * the same; where several do, sigmas of most compositions agree within some 10 %, those of redox oxides may differ by a factor of four: the full window is to
 * be trusted. Without a range, what is missing at best_T_K is followed in the same way, for kiln_window_probability().
 *
 * @param phase  index of a phase for which kiln_system_can_host() holds
 * @param out    filled on KILN_OK; n_ranges = 0 is an answer
 * @return KILN_OK; KILN_E_ARG; KILN_E_MISSING (the phase cannot hold the composition); KILN_E_RANGE (nothing to search within validity);
 *         KILN_E_NOT_CONVERGED.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_window_solve(kiln_window_solver *solver, int phase, kiln_window *out);

/** Driving forces at one temperature: is the phase single there? */
typedef struct kiln_single_phase {
    int is_single;                         /**< 1: no competitor lies below the plane by more than 1e-6 J/mol                 */
    double least_J_mol;                    /**< least driving force, per mol of closed components                             */
    int limit;                             /**< its competitor, index in the system (the target itself: demixing)             */
    double driving_force[KILN_MAX_RIVALS]; /**< by phase index, J per mol of closed components; NAN where not known     */
    int n;                                 /**< entries in driving_force                                                      */
} kiln_single_phase;

KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_window_at(kiln_window_solver *solver, int phase, double T_K, kiln_single_phase *out);

/**
 * Probability that the phase of the last kiln_window_solve is single at T_K: the share of the joint samples of all crossings (first order in the parameters) in
 * which no competitor is stable there; with ends_only, in which T_K lies within a range. Without samples 0 or 1.
 */
KILN_EXPORT double kiln_window_probability(kiln_window_solver *solver, double T_K);

/**
 * Probability that diffraction would call the phase of the last kiln_window_solve single at T_K: the share of joint samples of the driving forces of all competitors there
 * (first order in the parameters) in which none is so far below the plane that second phases reach detect_mass_fraction. How far that is follows from best
 * values: where second phases are stable, from their amount, which is taken as proportional; else from the forces where they would be seen, at the next end of a window.
 *
 * Unlike kiln_window_probability it tells how sure a phase is that does not cross within the search range, or never.
 *
 * @param window       what that kiln_window_solve gave
 * @param T_K          within its scan
 * @param probability  without samples 0 or 1
 * @return KILN_OK; KILN_E_ARG (also of a solver with ends_only); KILN_E_NOT_CONVERGED.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_window_seen(kiln_window_solver *solver, const kiln_window *window, double T_K, double *probability);

/** The structure whose nominal anion ratio fits the composition as written best and that can hold it; -1 if there is none. */
KILN_EXPORT int kiln_window_default_phase(const kiln_system *system);

#ifdef __cplusplus
}
#endif
#endif
