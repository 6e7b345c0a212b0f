/* Private: samples of a window over the uncertain numbers, and what is asked of them.
 *   risk.c             creating: the window at best values, directions, threads
 *   risk_sample.c      the ends of the window in one sample
 *   risk_answers.c     probabilities and distributions
 *   risk_parameters.c  which numbers matter
 *   observe.c          what firings say, and which to do next */
#ifndef KILN_PREDICT_RISK_STATE_H
#define KILN_PREDICT_RISK_STATE_H

#include "core/random.h"
#include "predict/unknowns.h"
#include "predict/window_solver.h"

#include <kiln/risk.h>

/* The window of one sample. Without one low_K >= high_K. */
typedef struct kiln_i_outcome {
    double low_K, high_K;
    int low_limit, high_limit; /* competitor there, -1 beyond the search range */
    int is_failed;
} kiln_i_outcome;

static inline int kiln_i_has_window(const kiln_i_outcome *o) { return !o->is_failed && o->low_K < o->high_K; }

static inline int kiln_i_is_single(const kiln_i_outcome *o, double T_K)
{
    return kiln_i_has_window(o) && T_K >= o->low_K && T_K <= o->high_K;
}

struct kiln_risk {
    kiln_context *ctx;
    const kiln_database *db;
    kiln_system *system;
    kiln_window_solver *solver; /* of the window at best values; keeps its crossings */
    kiln_window window;
    int phase, range; /* range: -1 for none */
    double start_low_K, start_high_K;
    kiln_risk_options options;
    kiln_i_unknowns unknowns;
    double *row;             /* [n_crossings x n] dT/dz */
    int n_lead;              /* directions along which points are spread evenly */
    double *lead;            /* [KILN_SOBOL_DIMENSIONS x n] orthonormal */
    int n;                   /* samples, a multiple of KILN_RISK_REPLICATES */
    kiln_i_outcome *outcome; /* [n], and room for the rest of the last block */
    double *weight;          /* [n] sum 1 over those that did not fail */
    /* What relative errors of the cations' amounts do to the ends: K per unit, root of the sum of squares over cations. */
    double low_weighing_K, high_weighing_K;
};

/* risk.c: the range of a window that belongs to T_K, 0: the widest; -1 for none. */
int kiln_i_risk_range(const kiln_window *w, double T_K);
/* risk.c: z [n] of one sample. */
void kiln_i_risk_draw(const kiln_risk *r, int sample, double *z);

/* One thread's means of solving samples. */
typedef struct kiln_i_sampler {
    const kiln_risk *risk;
    kiln_context *ctx; /* borrowed */
    kiln_system *system;
    kiln_window_solver *window;
    double *z, *theta; /* [n] */
    kiln_window whole; /* of a sample whose ends were not found by following them */
} kiln_i_sampler;

kiln_status kiln_i_sampler_create(const kiln_risk *risk, const kiln_step_question *question,
                                  const kiln_window_options *window_options, kiln_context *ctx, kiln_i_sampler **out);
void kiln_i_sampler_free(kiln_i_sampler *s);
/* As if no sample had been solved before. */
kiln_status kiln_i_sampler_restart(kiln_i_sampler *s);
kiln_i_outcome kiln_i_sampler_solve(kiln_i_sampler *s, int sample);
/* The same with every uncertain number at its best value. */
kiln_i_outcome kiln_i_sampler_best(kiln_i_sampler *s);

#endif
