#ifndef KILN_SCORES_H
#define KILN_SCORES_H

#include <kiln/context.h>
#include <kiln/export.h>
#include <kiln/status.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One forecast beside what came of it. */
typedef struct kiln_case {
    double probability; /**< of a single phase, 0 to 1; from 0.5 on the forecast is single          */
    double rank;        /**< larger where single is more likely; any scale, for the ROC curve alone */
    int is_single;      /**< 1: it was                                                              */
} kiln_case;

/** Forecasts by outcome: called single and were, called single and were not, ... */
typedef struct kiln_confusion {
    int single_single, single_multi; /**< forecast single: outcome single, outcome multi */
    int multi_single, multi_multi;   /**< forecast multi: outcome single, outcome multi  */
} kiln_confusion;

/** A 95 % interval; NAN where it is not known. */
typedef struct kiln_interval {
    double low, high;
} kiln_interval;

/** What n forecasts are worth. A number that needs both outcomes is NAN where one is missing. */
typedef struct kiln_scores {
    int n, n_single;
    kiln_confusion confusion;
    double balanced_accuracy; /**< mean of the shares of either outcome that were called right       */
    double auc;               /**< area under the ROC curve                                          */
    double brier;             /**< mean of (probability - outcome)^2; 0 is best, 1 worst             */
    kiln_interval balanced_accuracy_95, auc_95, brier_95; /**< bootstrap                             */
} kiln_scores;

/** A class of forecasts. Empty ones have NAN in place of means. */
typedef struct kiln_calibration_bin {
    double low, high;     /**< of the probability; the last one holds 1 as well                      */
    int n;
    double mean;          /**< of the probabilities                                                  */
    double observed;      /**< share of single phases                                                */
    kiln_interval observed_95; /**< Wilson, J. Am. Stat. Assoc. 22 (1927) 209                        */
} kiln_calibration_bin;

/** Count forecasts by outcome. @param cases  [n] */
KILN_EXPORT kiln_confusion kiln_confusion_count(int n, const kiln_case *cases);
/** Mean of the shares of either outcome that were called right; NAN without both. */
KILN_EXPORT double kiln_balanced_accuracy(const kiln_confusion *confusion);
/** Probability that a single phase ranks above what is none, ties counting half (Mann and Whitney): the area under the ROC curve; NAN without both outcomes. */
KILN_EXPORT double kiln_roc_auc(int n, const kiln_case *cases);
/** Mean of (probability - outcome)^2; G. W. Brier, Mon. Weather Rev. 78 (1950) 1. NAN for n = 0. */
KILN_EXPORT double kiln_brier_score(int n, const kiln_case *cases);
/** Forecasts in n_bins classes of equal width. @param bins  [n_bins], n_bins >= 1 */
KILN_EXPORT void kiln_calibration(int n, const kiln_case *cases, int n_bins, kiln_calibration_bin *bins);

/**
 * All scores, with intervals from resampling the cases of either outcome with replacement, each as many as there are (stratified bootstrap, percentiles
 * 2.5 and 97.5): rows are taken as independent, which rows of one laboratory are not quite.
 *
 * @param cases      [n]
 * @param resamples  0: no intervals
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_scores_compute(kiln_context *ctx, int n, const kiln_case *cases, int resamples,
                                                            uint64_t seed, kiln_scores *out);

#ifdef __cplusplus
}
#endif
#endif
