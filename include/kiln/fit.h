#ifndef KILN_FIT_H
#define KILN_FIT_H

#include <kiln/database.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KILN_FIT_OPTIONS_VERSION 1

/** How the least squares are solved. */
typedef enum kiln_fit_method {
    KILN_FIT_GAUSS_NEWTON, /**< Levenberg-Marquardt steps by LAPACK                                          */
    KILN_FIT_NLOPT         /**< NLopt's SLSQP first, then the same steps from where it ends: a cross-check    */
} kiln_fit_method;

/** How to read and to solve. Fill with kiln_fit_options_init, then edit; strings are copied. */
typedef struct kiln_fit_options {
    uint32_t version;     /**< set by _init                                                                         */
    kiln_fit_method method;
    const char *database; /**< default NULL; a database instead of the one the data set names                        */
    double extrapolate_K; /**< default 400; how far beyond the validity of its functions a datum may lie, K, >= 0    */
    int leave_out;        /**< default 0; 1: data that cannot be evaluated are left out, instead of an error of solve */
    int n_starts;         /**< default 1; starting points, 1 to 1000; all but the first are drawn from the priors     */
    uint64_t seed;        /**< default 1; of these                                                                  */
    int max_iterations;   /**< default 100; of each start, at least 1                                                */
} kiln_fit_options;

KILN_EXPORT kiln_status kiln_fit_options_init(kiln_fit_options *options, uint32_t version);

/** What a datum measures. */
typedef enum kiln_fit_kind {
    KILN_FIT_SOLUBILITY,       /**< the fraction of a cation at which a phase begins to be beside another            */
    KILN_FIT_BOUNDARY,         /**< the temperature at which it does                                                */
    KILN_FIT_INVARIANT,        /**< the temperature at which two phases are beside a compound                        */
    KILN_FIT_OXYGEN_POTENTIAL, /**< the oxygen pressure at which a phase begins to be beside another                 */
    KILN_FIT_OXYGEN_CONTENT,   /**< the oxygen pressure over a phase of known oxygen content                         */
    KILN_FIT_TRANSITION,       /**< the temperature at which two phases of one composition have one Gibbs energy      */
    KILN_FIT_TIE_LINE,         /**< the compositions of two phases in equilibrium                                    */
    KILN_FIT_ACTIVITY,         /**< of a cation in a phase, against the cation alone in a structure                  */
    KILN_FIT_ENTHALPY,         /**< of a phase from its cations, each alone in a structure                          */
    KILN_FIT_GIBBS_ENERGY,     /**< the same, of the Gibbs energy                                                   */
    KILN_FIT_SITE_FRACTION,    /**< how much of a sublattice a cation takes in internal equilibrium                 */
    KILN_FIT_FUNCTION,         /**< the value of a sum of functions                                                 */
    KILN_FIT_SUM_ENTHALPY,     /**< its enthalpy                                                                    */
    KILN_FIT_OUTCOME           /**< one phase, or more than one, at a temperature                                   */
} kiln_fit_kind;

/** "solubility", "boundary", "invariant", "oxygen_potential", "oxygen_content", "transition", "tie_line", "activity", "mixing_enthalpy", "gibbs_energy",
 * "site_fraction", "function", "function_enthalpy", "outcome"; static text. */
KILN_EXPORT const char *kiln_fit_kind_name(kiln_fit_kind kind);

/** A data set with its database and, once solved, the parameters that fit it. */
typedef struct kiln_fit kiln_fit;

/**
 * Read a data set, YAML or CSV by its extension (format: docs/fit.md), and the database it starts from, and look at every datum once.
 *
 * @param options NULL for the defaults
 * @param out     receives the fit (NULL on failure); kiln_fit_free it. It borrows `ctx`.
 * @return KILN_OK, also where some data cannot be evaluated (kiln_fit_problem says which, and why); KILN_E_IO, KILN_E_PARSE (file:line:column), KILN_E_ARG,
 *         KILN_E_MISSING, KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_fit_load(kiln_context *ctx, const char *path, const kiln_fit_options *options,
                                                      kiln_fit **out);
KILN_EXPORT void kiln_fit_free(kiln_fit *fit);

/** The database that is fitted, as it was; borrowed. */
KILN_EXPORT const kiln_database *kiln_fit_database(const kiln_fit *fit);

/**
 * The parameters that minimise sum rho(r_i) + (theta - theta_0)' C_0^-1 (theta - theta_0), r_i the residuals in units of their standard deviations.
 *
 * Gauss-Newton with Levenberg's damping; derivatives by the envelope theorem. The standard deviation of a residual is that of the measurement times the local
 * slope of the driving force, taken anew at every step. Method and diagnostics: docs/fit.md.
 *
 * @return KILN_OK; KILN_E_MISSING (a datum cannot be evaluated, and leave_out is 0; the first in words); KILN_E_RANGE where all of these are outside validity;
 *         KILN_E_ARG (no data); KILN_E_SINGULAR (a combination of parameters that neither data nor priors determine, in words); KILN_E_NOT_CONVERGED;
 *         KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_fit_solve(kiln_fit *fit);

/** The whole, after kiln_fit_solve. Texts are borrowed from the fit. */
typedef struct kiln_fit_summary {
    const char *name, *file, *sha256; /**< of the data set; SHA-256 over its files in reading order       */
    int n_parameters, n_data;         /**< data: residuals that took part                                 */
    int n_problems;                   /**< data that could not be evaluated                               */
    int n_priors;                     /**< parameters with a prior                                        */
    int is_robust;                    /**< 1: Huber's loss beyond `threshold` standard deviations         */
    double threshold;
    int n_downweighted;    /**< residuals beyond it                                                  */
    double chi2, dof;      /**< weighted squares of residuals and priors; data + priors - parameters */
    double chi2_limit;     /**< its 95 % quantile                                                    */
    double scale;          /**< of the covariance: chi2 / dof where chi2 is above the limit, else 1  */
    double loo_rms;        /**< root mean square of the leave-one-out residuals, in sigma            */
    int n_iterations;      /**< of the start that won                                                */
    int n_starts, n_minima; /**< starts that converged, and different minima among them               */
    int n_uncoupled;         /**< numbers of the database that are not fitted, though their errors are correlated with those of fitted ones: a database that is written takes
                                  them as independent, and what both decide is less certain than it then says */
    const char *uncoupled;   /**< the first of them, an entry of the database; NULL without               */
    double nlopt_distance; /**< largest difference to NLopt's end over the standard deviation; < 0: not used */
} kiln_fit_summary;

KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_fit_summarise(const kiln_fit *fit, kiln_fit_summary *out);

/** A fitted number: the constant or the coefficient of T of a function or entry, as the database writes it. */
typedef struct kiln_fit_parameter {
    const char *name;    /**< as written in the data set                                              */
    const char *entry;   /**< the function's name in the database                                     */
    int is_slope;        /**< 1: coefficient of T, J/mol/K; else J/mol                                */
    int has_prior;
    double start;        /**< in the database                                                         */
    double prior, prior_sigma; /**< with has_prior                                                    */
    double value, sigma; /**< fitted                                                                  */
    double data_share;   /**< what the data took from the prior's variance: 1 - sigma^2 / prior_sigma^2 before scaling, at least 0; 1 without a prior */
    const char *source, *note; /**< NULL without                                                      */
} kiln_fit_parameter;

/** One residual; a tie line has one a component. */
typedef struct kiln_fit_datum {
    const char *id, *source, *note; /**< source and note NULL without                                 */
    kiln_fit_kind kind;
    const char *what;               /**< in words: "rocksalt Mg0.91Cu0.09O beside guggenite, Cu"; of a function the expression */
    const char *unit;               /**< of the next four: "", "K", "log10 bar" or "J/mol"             */
    double T_K;
    double measured, model;         /**< NaN where the model has none near                            */
    double sigma;                   /**< of the measurement, NaN where only an energy is given         */
    double energy_sigma_J_mol;      /**< of the driving force, the model's own included               */
    double residual;                /**< model less measured, in standard deviations                   */
    double weight;                  /**< of the robust loss, 1 for full                                */
    double leverage;                /**< 0 to 1: how far the datum decides its own fitted value         */
    double left_out;                /**< the residual that a fit without it would leave, to first order */
    int most_parameter;             /**< of which it decides the largest share                          */
    double most_share;
    int line;
} kiln_fit_datum;

/** A datum that cannot be evaluated. */
typedef struct kiln_fit_problem_info {
    const char *id, *text; /**< text: file:line:column and why */
    kiln_status status;    /**< KILN_E_MISSING, KILN_E_RANGE, ... */
} kiln_fit_problem_info;

KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_fit_get_parameter(const kiln_fit *fit, int i, kiln_fit_parameter *out);
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_fit_get_datum(const kiln_fit *fit, int i, kiln_fit_datum *out);
KILN_EXPORT int kiln_fit_n_problems(const kiln_fit *fit);
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_fit_get_problem(const kiln_fit *fit, int i, kiln_fit_problem_info *out);

/** Covariance of fitted parameters i and j, SI; 0 outside. Scaled as the summary says. */
KILN_EXPORT double kiln_fit_covariance(const kiln_fit *fit, int i, int j);
/** Share of the variance of parameter p that goes back to the error of datum i, or to the priors, those of other parameters included, with i = -1; they sum to 1. 0 outside. */
KILN_EXPORT double kiln_fit_share(const kiln_fit *fit, int p, int i);
/**
 * Combination k of parameters, by falling information: eigenvalue and eigenvector of S J'WJ S, S the standard deviations of the priors (without one, those from the data
 * with all else known). The data narrow the combination sum_p component(k, p) theta_p / S_p by sqrt(1 + eigenvalue); below 1 the priors decide it.
 */
KILN_EXPORT double kiln_fit_eigenvalue(const kiln_fit *fit, int k);
KILN_EXPORT double kiln_fit_component(const kiln_fit *fit, int k, int p);

/**
 * A database with the fitted numbers, which includes the one they were fitted in and overrides it: status fitted, standard deviations, covariance, the sources
 * of the data, and comments that say where it comes from.
 *
 * @param name       of the new database
 * @param directory  the folder it is meant for, from which its include is looked for; NULL: the working folder
 * @param command    the command that made it, for a comment; may be NULL
 * @param text       receives the text, [length] and a final 0; kiln_fit_text_free it
 * @return KILN_OK; KILN_E_ARG before a solve; KILN_E_NOMEM; KILN_E_IO if the database cannot be found from `directory`, KILN_E_PARSE if it would not be read back.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_fit_write(const kiln_fit *fit, const char *name, const char *directory,
                                                       const char *command, char **text, size_t *length);
KILN_EXPORT void kiln_fit_text_free(kiln_context *ctx, char *text);

#ifdef __cplusplus
}
#endif
#endif
