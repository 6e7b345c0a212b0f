#ifndef KILN_RISK_H
#define KILN_RISK_H

#include <kiln/ranks.h>
#include <kiln/step.h>
#include <kiln/window.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KILN_RISK_OPTIONS_VERSION 1

/** Settings of a sampling over uncertain parameters. Fill with kiln_risk_options_init, then edit. */
typedef struct kiln_risk_options {
    uint32_t version;
    int n_samples; /**< default 8192; KILN_RISK_REPLICATES to 1 000 000, rounded up to whole replicates */
    uint64_t seed; /**< default 1 */
    int n_threads; /**< default 1; the numbers are the same for any */
    int (*keep_going)(int done, int total, void *user); /**< called now and then with `user`, by any of the threads, one call at a time; 0 ends it
                                                             with KILN_E_INTERRUPTED; NULL: none */
    void *user;
    const kiln_ranks *ranks; /**< processes that share the samples, borrowed during the call; default NULL: this one alone. The numbers are the same for any */
} kiln_risk_options;

enum { KILN_RISK_REPLICATES = 16, KILN_MAX_BLAME = 8 };

KILN_EXPORT kiln_status kiln_risk_options_init(kiln_risk_options *options, uint32_t version);

/**
 * The single-phase window of one phase in many samples of the database's uncertain numbers: each by its standard deviation, fitted sets by their covariance, the
 * oxygen pressure by the atmosphere's, functions used beyond their validity with what that adds (docs/risk.md). In each sample both ends of the window are solved for
 * anew, against all competitors, starting from the first-order estimate.
 *
 * Samples are 16 randomly shifted replicates of Sobol's sequence along the directions in parameter space that move the ends most (J. Imai, K. S. Tan, J. Comput.
 * Finance 10(2) (2006) 129), pseudo-random in the others; the spread between replicates gives the Monte Carlo error.
 */
typedef struct kiln_risk kiln_risk;

/**
 * @param question        what is asked; borrowed only during the call, but for the database, which must outlive the risk
 * @param window_options  search range, detection limit and samples of the window at best values; NULL: defaults
 * @param phase           index of a phase in the question's system
 * @param range_T_K       the window (at best values) that this temperature is in, or next to; 0: the widest
 * @param out             receives the result (NULL on failure); kiln_risk_free it
 * @return KILN_OK; KILN_E_ARG; what kiln_system_create and kiln_window_solve return; KILN_E_NOT_CONVERGED where most samples failed; KILN_E_INTERRUPTED.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_risk_create(kiln_context *ctx, const kiln_step_question *question,
                                                         const kiln_window_options *window_options, int phase, double range_T_K,
                                                         const kiln_risk_options *options, kiln_risk **out);
KILN_EXPORT void kiln_risk_free(kiln_risk *risk);

/** What the indices of phases refer to; borrowed. */
KILN_EXPORT const kiln_system *kiln_risk_system(const kiln_risk *risk);
/** The windows at best values, and which range of them was sampled (-1: at best values there is none). Borrowed. */
KILN_EXPORT const kiln_window *kiln_risk_window(const kiln_risk *risk, int *range);

/** A phase that spoils the single phase, and in which share of the samples. */
typedef struct kiln_blame {
    int phase;    /**< index in the system; the target itself: demixing                        */
    int is_low;   /**< 1: it is there below the window, 0: above                               */
    double share; /**< 0 to 1                                                                  */
} kiln_blame;

/** The distribution of one end. Quantiles in K; of samples whose end lies outside the search range that range's limit stands. */
typedef struct kiln_risk_end {
    double q05_K, q16_K, median_K, q84_K, q95_K;
    double sigma_K;             /**< half of q84 - q16                                                             */
    double mean_K, standard_K;  /**< mean and standard deviation of the samples                                     */
    double first_order_sigma_K; /**< the same half width from the linearised competitors (kiln_window); NAN: none  */
    double share_open;          /**< samples whose window goes on beyond the search range                           */
    int n_limits;
    kiln_blame limit[KILN_MAX_BLAME]; /**< what limits it, by falling share                                         */
} kiln_risk_end;

typedef struct kiln_risk_summary {
    int n_samples, n_failed;    /**< failed: the solver found no answer; they are left out                          */
    double n_effective;         /**< of the others, after weighting by observations: 1 / sum of squared weights     */
    double probability;         /**< that there is a window at all                                                  */
    double probability_error;   /**< its Monte Carlo standard error                                                 */
    int n_unknowns;             /**< uncertain numbers that were sampled                                            */
    kiln_risk_end low, high;    /**< over the samples with a window                                                 */
} kiln_risk_summary;

KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_risk_summarise(const kiln_risk *risk, kiln_risk_summary *out);

typedef struct kiln_risk_point {
    double T_K;
    double probability;    /**< that the phase is single at T_K                                         */
    double standard_error; /**< Monte Carlo, from the spread between replicates                         */
    double first_order;    /**< the same from the linearised competitors; NAN: not known                */
    int n_blame;
    kiln_blame blame[KILN_MAX_BLAME]; /**< of the samples in which it is not, shares of all samples     */
} kiln_risk_point;

/** P(single | T_K). @return KILN_OK; KILN_E_ARG (T_K not within the search range of the window). */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_risk_at(const kiln_risk *risk, double T_K, kiln_risk_point *out);

/** One uncertain number and what knowing it would do. */
typedef struct kiln_risk_parameter {
    const char *name;      /**< as in the database; "p(O2)"; borrowed from the database                                            */
    int is_slope;          /**< 1: the coefficient of T                                                                            */
    double sigma;          /**< J/mol, J/mol/K or decades                                                                          */
    double low_share, high_share;     /**< squared correlation with either end over the samples, 0 to 1                             */
    double low_K, high_K;             /**< first order: |dT/dparameter| sigma, K; NAN: not known                                    */
    double risk_share;     /**< by which share the variance of "single at T" would shrink on average were the number known to one of 36 classes, finer in its tails */
    const char *status, *source;
} kiln_risk_parameter;

/**
 * The uncertain numbers that matter most, by falling risk_share (by the larger correlation where T_K is 0).
 *
 * @param T_K  the firing temperature, or 0
 * @param out  [most]
 * @param n    receives how many were written
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_risk_parameters(const kiln_risk *risk, double T_K, int most,
                                                             kiln_risk_parameter *out, int *n);

/** What a firing showed. */
typedef struct kiln_observation {
    double T_K;
    int is_single;
    int phase;       /**< a second phase that was seen, index in the system; -1: not said. Only with is_single = 0 */
} kiln_observation;

typedef struct kiln_observation_errors {
    double furnace_K;        /**< standard deviation of the sample's temperature; > 0                                         */
    double weighing;         /**< relative standard deviation of each cation's amount; >= 0                                   */
    double misread;          /**< probability that the outcome or the named phase is wrong; 0 < misread < 0.5                  */
} kiln_observation_errors;

/**
 * Weigh the samples by how well they explain firings (Bayes): the likelihood of "single" at T is that of T lying between the ends, blurred by the furnace and by what
 * weighing errors do to the ends. An end counts where diffraction sees it: shifted by as much as at best values. A named
 * phase is expected where it sets the end, or where to first order its own driving force has changed sign. Later calls replace earlier ones; n = 0 forgets.
 *
 * @return KILN_OK; KILN_E_ARG; KILN_E_RANGE (no sample explains the firings: their effective number falls below 10, or the best one takes half of them as misread), weights are as before then.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_risk_observe(kiln_risk *risk, int n, const kiln_observation *observations,
                                                          const kiln_observation_errors *errors);

/**
 * How probable an outcome is by the samples as they are weighted now: small means that the firing would surprise.
 *
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_risk_expect(const kiln_risk *risk, const kiln_observation *observation,
                                                         const kiln_observation_errors *errors, double *probability);

/**
 * The firing that would tell most next: the temperature between first_K and last_K at which the outcome, single or not, holds the most information on the samples
 * (mutual information, D. V. Lindley, Ann. Math. Stat. 27 (1956) 986), with the errors of kiln_risk_observe.
 *
 * @param bits  receives the information, 0 to 1
 * @return KILN_OK; KILN_E_ARG.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_risk_next(const kiln_risk *risk, const kiln_observation_errors *errors,
                                                       double first_K, double last_K, double *T_K, double *bits);

#ifdef __cplusplus
}
#endif
#endif
