/* Private: the workspace of a window calculation and its parts.
 *   window.c       the scan over temperature, crossings, ranges
 *   ends.c         what happens at an end: kind, limiting phases, valences, detection limit
 *   uncertainty.c  sensitivities of every crossing and the joint distribution of the ends
 *   budget.c       energies of the single phase against the simple oxides
 */
#ifndef KILN_PREDICT_WINDOW_SOLVER_H
#define KILN_PREDICT_WINDOW_SOLVER_H

#include "predict/rivals.h"

enum { KILN_MAX_CROSSINGS = KILN_MAX_RIVALS };

/* Driving force f of one competitor changes sign at T_K. Competitor n_phases is the limiting set where mu is not unique. */
typedef struct kiln_i_crossing {
    int competitor;
    int from_below; /* f < 0 below */
    int is_regime;  /* found where mu's null space changes: after it only this competitor's sign is known */
    double T_K;
    double slope;
    double variance; /* K^2, first order */
} kiln_i_crossing;

/* All driving forces at one temperature. */
typedef struct kiln_i_node {
    double T_K;
    double *f, *slope; /* [n_phases + 1]; infinity where a competitor does not exist */
    double spinodal, frozen_spinodal;
    int n_null; /* dimension of mu's null space: with one, the set competes, without, each phase by itself */
} kiln_i_node;

struct kiln_window_solver {
    kiln_context *ctx;
    kiln_system *system; /* borrowed */
    kiln_solver *solver; /* for the target and its rivals */
    kiln_window_options options;
    kiln_i_target target;
    kiln_i_rivals rivals;
    int n_nodes, max_nodes;
    kiln_i_node *nodes;
    double *node_data;
    int n_crossings;
    kiln_i_crossing crossings[KILN_MAX_CROSSINGS];
    double *coefficient; /* [n_functions] */
    double *sensitivity; /* [KILN_MAX_CROSSINGS x (n_uncertain + 1)]: dT/dparameter; the last one is log10 p(O2) */
    double *covariance;  /* [KILN_MAX_CROSSINGS x KILN_MAX_CROSSINGS] of the crossings, K^2 */
    double *samples;     /* [2 x n_samples] */
    double *factor, *normal, *lapack;
    int has_factor;                           /* 1: factor * normals gives joint shifts of the crossings, K */
    const double *limit_y[KILN_MAX_LIMITS];   /* constitutions of the end described last */
    kiln_system *simple[KILN_MAX_COMPONENTS]; /* each closed cation alone, for the energy budget */
    kiln_solver *simple_solver[KILN_MAX_COMPONENTS];
};

/* window.c: f and its slope for one competitor at T_K; the target is solved there. */
kiln_status kiln_i_window_force(kiln_window_solver *w, int competitor, double T_K, kiln_i_effort effort, double *f,
                                double *slope);

/* Where every function behind a phase is valid: K, 0 and infinity where nothing is stated. */
void kiln_i_window_validity(const kiln_window_solver *w, int phase, double *low, double *high);

/* ends.c */
kiln_status kiln_i_window_describe_end(kiln_window_solver *w, int crossing, double T_K, kiln_end_kind otherwise,
                                       kiln_window_end *end);
/* Temperatures between the scan's limits at which second phases stay below the detection limit, for a target that is never single. */
kiln_status kiln_i_window_apparent(kiln_window_solver *w, kiln_window *out);
kiln_status kiln_i_window_detect(kiln_window_solver *w, double T_end, double T_stop, kiln_window_end *end);

/* uncertainty.c: sensitivities of all crossings and their joint distribution; then quantiles of the ends of each range and what decides them. */
kiln_status kiln_i_window_sensitivities(kiln_window_solver *w);
void kiln_i_window_distribution(kiln_window_solver *w, const kiln_window *window, kiln_window_range *range, int low_crossing,
                                int high_crossing);

/* budget.c */
kiln_status kiln_i_budget_create(kiln_window_solver *w);
kiln_status kiln_i_budget_solve(kiln_window_solver *w, double T_K, kiln_energy_budget *out);

#endif
