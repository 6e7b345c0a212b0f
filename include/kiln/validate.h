#ifndef KILN_VALIDATE_H
#define KILN_VALIDATE_H

#include <kiln/scores.h>
#include <kiln/trial.h>
#include <kiln/window.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KILN_VALIDATE_OPTIONS_VERSION 1

/** Settings of a validation. Fill with kiln_validate_options_init, then edit. */
typedef struct kiln_validate_options {
    uint32_t version;
    double detect_mass_fraction; /**< default 0.02; second phase that diffraction would see, in (0, 0.5]           */
    int n_samples;               /**< default 4096; joint samples a window; 0: forecasts are 0 or 1                */
    uint64_t seed;               /**< default 1; of the samples and of the bootstrap                               */
    int resamples;               /**< default 2000; of the bootstrap; 0: no intervals                              */
    int (*keep_going)(int done, int total, void *user); /**< called before each row; 0 ends it with KILN_E_INTERRUPTED; NULL: none */
    void *user;
} kiln_validate_options;

KILN_EXPORT kiln_status kiln_validate_options_init(kiln_validate_options *options, uint32_t version);

/** Who forecasts: kiln, and rules that need no thermodynamics. */
typedef enum kiln_judge {
    KILN_JUDGE_KILN,    /**< P(single | T) of the window; ranks by it                                              */
    KILN_JUDGE_ALWAYS,  /**< always single                                                                         */
    KILN_JUDGE_ENTROPY, /**< single from 1.5 R per mole of mixing cations on; ranks by the entropy                 */
    KILN_JUDGE_SIZE     /**< single up to a size mismatch of 6.6 %; ranks by it. X. Yang, Y. Zhang, Mater. Chem. Phys. 132 (2012) 233, for alloys */
} kiln_judge;
enum { KILN_N_JUDGES = 4, KILN_FAMILY_TEXT = 64, KILN_REASON_TEXT = 320 };
#define KILN_ENTROPY_RULE_R 1.5
#define KILN_SIZE_RULE 0.066

/** "kiln", "always single", "S_conf >= 1.5 R", "size mismatch <= 6.6 %"; static text. */
KILN_EXPORT const char *kiln_judge_text(kiln_judge judge);

/** What a row is used for. */
typedef enum kiln_trial_use {
    KILN_TRIAL_SCORED,
    KILN_TRIAL_KNOWN,      /**< the database has learned from its source                                          */
    KILN_TRIAL_INELIGIBLE, /**< no test: memory, no equilibrium, no one temperature, no outcome                   */
    KILN_TRIAL_NOT_JUDGED  /**< a test that kiln has no forecast for                                              */
} kiln_trial_use;

/** "scored", "known source", "not eligible", "not judged"; static text. */
KILN_EXPORT const char *kiln_trial_use_text(kiln_trial_use use);

/** What is said of one row. */
typedef struct kiln_verdict {
    kiln_trial_use use;
    char reason[KILN_REASON_TEXT];   /**< why it is not scored; "" if it is                                       */
    char obstacle[KILN_REASON_TEXT]; /**< why it cannot be judged; "" if it is                                    */
    int known;                       /**< index of its source among the known ones, -1: none                      */
    char family[KILN_FAMILY_TEXT];   /**< its structure: the database's label, or as written without remarks      */
    int phase;                       /**< index of the structure in the database, -1: none                        */
    int is_judged;
    double probability;         /**< that diffraction sees one phase at T                                         */
    int is_certified;           /**< the window is, or there is none and at T kiln's equilibrium is               */
    int second;                 /**< most abundant second phase at best values, index in the database, -1: none   */
    double second_mass_fraction; /**< of all second phases at best values                                         */
    int instead;                /**< phase that is there alone in place of the structure at best values, index in the database, -1: none */
    int has_onset;              /**< of the window that T is in or next to (without T: the widest)                */
    double onset_K;             /**< where second phases reach the detection limit below it                       */
    double onset_sigma_K;       /**< NAN: not known                                                               */
    int counts_transition;      /**< its stated transition is compared with the onset                             */
    double entropy_R;           /**< NAN: not known; per mole of mixing cations                                   */
    double mismatch;            /**< NAN: not known                                                               */
} kiln_verdict;

/** Rows of one structure, or of all. */
typedef struct kiln_trial_family {
    char name[KILN_FAMILY_TEXT]; /**< "" for all                                                                  */
    int n_eligible;              /**< rows that could test kiln: scored and not judged                            */
    int n_scored, n_single;      /**< of which single phases                                                      */
} kiln_trial_family;

/** Errors of onsets against stated transitions. NAN where there is none. */
typedef struct kiln_transition_errors {
    int n;                       /**< stated as a number or a range, whose middle counts                          */
    double mean_K, mean_absolute_K, rms_K; /**< onset less stated                                                 */
    int n_bounds, n_bounds_met;  /**< stated as a bound                                                           */
} kiln_transition_errors;

typedef struct kiln_validation {
    int n;
    kiln_verdict *verdict;      /**< [n] in the order of the trials                                               */
    int n_families;
    kiln_trial_family *family;  /**< [n_families] the first is all rows, then structures as they come             */
    int count[4];               /**< rows by kiln_trial_use                                                       */
    kiln_transition_errors transitions;
    kiln_validate_options options; /**< those it was made with                                                    */
    int certify;                /**< 1: proofs were asked for                                                     */
    kiln_context *ctx;          /**< private                                                                      */
} kiln_validation;

/** A family is scored by itself from this many rows of either outcome on. */
enum { KILN_FAMILY_LEAST = 5 };

/**
 * Forecasts for every row that the database can judge: P(single | T) at the row's composition, structure and atmosphere, from the joint samples of the window, where
 * diffraction would see it (kiln_window_seen).
 *
 * A row tests kiln where its outcome is single or multi, its temperature one number, its equilibrium flag empty or "plausible", where its kind does not contain
 * "memory", and where its source is not among the known ones. What cannot be judged has its reason; nothing else does a row in.
 *
 * @param known           NULL: none
 * @param system_options, solver_options, options   NULL: defaults; without and only are ignored
 * @param out             receives the validation (NULL on failure); kiln_validation_free it
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOMEM; KILN_E_INTERRUPTED.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_validate(kiln_context *ctx, const kiln_database *db, const kiln_trials *trials,
                                                      const kiln_known_sources *known, const kiln_system_options *system_options,
                                                      const kiln_solver_options *solver_options,
                                                      const kiln_validate_options *options, kiln_validation **out);
KILN_EXPORT void kiln_validation_free(kiln_validation *validation);

/**
 * Scored rows of a family as one judge sees them: those that the judge has a forecast for.
 *
 * @param trials  those of the validation
 * @param family  index of a family
 * @param cases   [family's n_scored]
 * @return how many were written
 */
KILN_EXPORT int kiln_validation_cases(const kiln_validation *validation, const kiln_trials *trials, int family, kiln_judge judge,
                                      kiln_case *cases);

/** Scores of a judge on a family's scored rows. @return as kiln_scores_compute. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_validation_scores(const kiln_validation *validation, const kiln_trials *trials,
                                                               int family, kiln_judge judge, kiln_scores *out);

#ifdef __cplusplus
}
#endif
#endif
