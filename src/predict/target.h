/* Private: a phase held at the system's composition: its internal equilibrium, the chemical potentials it implies, and how both answer to
 * temperature and parameters. */
#ifndef KILN_PREDICT_TARGET_H
#define KILN_PREDICT_TARGET_H

#include "solve/solver.h"

enum { KILN_I_KNOWN = 16 };

typedef struct kiln_i_target {
    kiln_solver *solver; /* borrowed */
    int phase, n_y;
    const kiln_i_hold *hold;              /* borrowed from the solver */
    double *y;                            /* [n_y] internal equilibrium */
    double *y_T;                          /* [n_y] dy/dT there, if it was found at once */
    double solved_K;                      /* where it was found at once the last time, */
    unsigned solved_version;              /* of the system's shifts */
    int n_known, next_known;              /* of the last temperatures where it was: */
    double known_K[KILN_I_KNOWN], *known; /* [KILN_I_KNOWN x 2 (max_y + n_closed)] y, mu and their slopes */
    int has_zeros;                        /* the composition leaves none of some constituent */
    int has_warm, has_wells; /* wells: several minima are possible, on more than one sublattice or with terms of higher order */
    double amount;           /* formula units per mol of closed cations */
    double w, sigma;         /* J per formula unit; closed moles per formula unit */
    double n[KILN_MAX_COMPONENTS];
    double mu[KILN_MAX_COMPONENTS];
    double mu_T[KILN_MAX_COMPONENTS];
    int n_null;   /* dimension of the null space of mu */
    double *null; /* [n_closed x n_closed], n_null columns used */
    int order;    /* of the linearised equations left in solver->system_matrix */
    double *qr, *vectors, *values, *linear;
} kiln_i_target;

kiln_status kiln_i_target_create(kiln_solver *solver, kiln_i_target *out);
void kiln_i_target_destroy(kiln_i_target *t);

/* Choose the phase. KILN_E_MISSING when it cannot hold the composition. */
kiln_status kiln_i_target_set(kiln_i_target *t, int phase);
/* After the composition has moved a little: the same phase, whose last constitution is where the next search begins (as well as cold). As kiln_i_target_set where there is none. */
kiln_status kiln_i_target_follow(kiln_i_target *t, int phase);
/* Internal equilibrium, mu, its null space and dmu/dT at T_K; sets the system's temperature. `thorough`: from each constituent favoured in turn as well. */
kiln_status kiln_i_target_solve(kiln_i_target *t, double T_K, int thorough);

/* How a competitor's distance d = w(y) - mu.n(y) answers: its total derivative in T, and into coefficient [n_functions] (added) in each function,
 * for moles n [n_closed] of the competitor that are orthogonal to the null space. */
double kiln_i_target_slope(const kiln_i_target *t, double w_T, const double *n);
kiln_status kiln_i_target_adjoint(kiln_i_target *t, const double *n, double *coefficient);
/* The same for terms of one's own: what a term adds to d is *weight times its value at y plus direction [n_y] times its gradient. */
kiln_status kiln_i_target_answer(kiln_i_target *t, const double *n, double *weight, double *direction);
/* The same in the composition: n . dmu/db into gradient [n_closed], J/mol per mole of each closed component, temperature and the other amounts as they are. One
 * back-substitution in the target's own equations, which are symmetric. */
kiln_status kiln_i_target_composition(kiln_i_target *t, const double *n, double *gradient);

#endif
