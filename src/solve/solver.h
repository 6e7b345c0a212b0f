/* Private: the workspace of all minimisations, and what each part of the solver offers the others.
 *
 *   start.c    feasible constitutions to start from; hold.c those of the system's own composition
 *   curvature.c  the Hessian on the constraints' null space: factors, responses, eigenvalues
 *   descend.c  one local minimum of one phase by Newton's method; nlopt.c does the same by SLSQP
 *   price.c    the minima of one phase's distance to a tangent plane, from many starts
 *   newton.c   amounts, constitutions and chemical potentials of a given set of phases, to machine precision
 *   pool.c     candidate constitutions and their linear programme
 *   equilibrium.c  the whole
 */
#ifndef KILN_SOLVE_SOLVER_H
#define KILN_SOLVE_SOLVER_H

#include "core/simplex.h"
#include "model/system.h"

#include <kiln/equilibrium.h>

enum { KILN_MAX_MINIMA = 6 };

#define KILN_EMPTY 1e-9 /* a formula unit with fewer moles of closed components is all vacancies and no competitor */

/* How hard to look for minima. */
typedef enum kiln_i_effort { KILN_I_QUICK, KILN_I_USUAL, KILN_I_THOROUGH } kiln_i_effort;

/* One phase present, while Newton works on it. */
typedef struct kiln_i_instance {
    int phase;
    double amount;    /* N, mol of formula units */
    double *y;        /* [max_y] */
    double w, sigma;  /* J per formula unit; sum of closed amounts */
    double *n;        /* [n_closed] */
    double *gradient; /* [max_y] */
    double *
        response; /* [n_closed x n_y] J Q: how the constitution answers potentials, Q the Hessian's inverse on the constraints' null space */
    double *residual; /* [max_y] Q (gradient - J'mu) */
    int is_stable;    /* Hessian positive definite there */
} kiln_i_instance;

/* A function to minimise over the constitutions of one phase: w(y) + linear.y + constant, with the entropy's R T replaced by rt, on the
 * affine set constraint * y = (what the start has). */
typedef struct kiln_i_objective {
    int phase;
    const double *linear; /* [n_y] or NULL */
    double constant, rt;
    int n_constraints;
    const double *constraint; /* [n_constraints x n_y], full row rank */
} kiln_i_objective;

/* The phase's distance d(y) = w(y) - mu.n(y) from the plane at mu; linear [n_y] is filled, and used as long as the objective is. */
kiln_i_objective kiln_i_distance(const kiln_solver *s, int phase, const double *mu, double *linear);

/* A phase held at the system's composition: constraints of its constitution, which do not depend on temperature. */
typedef struct kiln_i_hold {
    int phase, n_y, is_possible;
    int is_stale;       /* the composition has changed since */
    int n_rows;         /* the phase's own constraints and the composition's */
    double *constraint; /* [n_rows x n_y] full row rank */
    double *rhs;        /* [n_rows] */
    double *start;      /* [n_y] a feasible constitution */
    char *is_zero;      /* [n_y] 1: the composition leaves none of this constituent */
} kiln_i_hold;

struct kiln_solver {
    kiln_context *ctx;
    kiln_system *system;
    kiln_solver_options options;
    int max_y, max_rows, n_closed;
    double RT;

    /* curvature.c, descend.c */
    double *gradient, *hessian, *scale, *step, *trial, *qr, *reduced, *eigen, *eigenvalue, *along, *lapack, *factor, *transfer;
    int *order; /* [max_y] */
    int lapack_size;
    /* start.c, price.c */
    double *weight, *linear, *minima; /* minima: [max_y x KILN_MAX_MINIMA] */
    double minimum[KILN_MAX_MINIMA];  /* values */
    /* warm starts, a few per phase */
    double **warm; /* [n_phases] -> [n_y x KILN_MAX_MINIMA] */
    int *n_warm;

    kiln_i_hold *holds; /* [n_phases], hold.c */
    kiln_i_simplex hold_lp;
    char *is_emptiable; /* [n_phases] 1: can be all vacancies */

    /* pool.c */
    kiln_i_simplex lp;
    int n_pool, pool_room, *pool_phase;
    double *pool_y, *pool_w; /* [max_y x pool_room], J per formula unit */
    double *pool_sigma;
    int *map;

    /* newton.c */
    int n_instances;
    kiln_i_instance *instances; /* [n_closed + 2] */
    double *mu, *system_matrix, *system_rhs, *system_copy, *singular, *direction;
    int *pivots;
    int mu_is_unique;
    double regularity; /* of the equilibrium equations: last pivot over the first, 0 where singular */
    kiln_i_effort
        confirmation; /* how hard is looked for what would refute an answer without a proof; THOROUGH unless the caller has a neighbour's answer */
    int has_answer; /* 1: the instances are those of the last equilibrium */
    const void *
        equations_of; /* who set up the equations that stand in system_matrix and has its answer in the first instance; NULL: an iteration */

    struct kiln_i_certifier *certifier; /* certify.h */
    char *convex;                       /* [n_phases] 1: convex over the whole phase at convex_T_K */
    double *convex_T_K;                 /* [n_phases] */
    unsigned convex_version;            /* of the system's shifts, for all of them */
    char *has_one_minimum;              /* [n_phases] as the last proof found */
    double least_sites;                 /* of any sublattice */
    kiln_certificate certificate;       /* of the last solve */
    void *nlopt;                        /* kiln_i_nlopt, only with KILN_METHOD_NLOPT */
};

/* start.c: weights [n_y] > 0 -> the feasible y nearest to them in relative entropy; 0 if neutrality cannot be met. */
int kiln_i_project(kiln_solver *s, int phase, const double *log_weight, double *y);

/* Moles of closed components per mole of closed cations. */
double kiln_i_total(const kiln_solver *s);
/* hold.c: one phase alone at the system's composition, in internal equilibrium, as the only instance; its energy per mole of closed components, infinity where that
 * failed. From `start` [n_y], or with NULL from an ideal guess. */
double kiln_i_settle_alone(kiln_solver *s, int phase, const double *start);

/* equilibrium.c: which phases can be all vacancies, into is_emptiable. */
void kiln_i_list_emptiable(kiln_solver *s);
/* equilibrium.c: KILN_E_MISSING where one of them has a negative energy with nothing of the closed components in it, at the present temperature. */
kiln_status kiln_i_refuse_empty_phases(kiln_solver *s);

/* hold.c: every phase that can hold the composition. `log_weight` [n_y] (NULL: equal) -> the y on the constraints of the composition nearest to the weights in relative
 * entropy: y_i = weight_i exp((B'lambda)_i / a_i), by Newton in the multipliers until the
 * constraints hold to the accuracy. 0 when that does not converge: no interior point. */
kiln_status kiln_i_holds_create(kiln_solver *s);
void kiln_i_holds_free(kiln_solver *s);
/* Another composition for the solver and its system: moles of the closed components [n_closed], each > 0, per mole of closed cations. The elements stay, and so do constitutions
 * remembered. Other solvers of the same system, and targets set before, are out of date. Allocates nothing. */
void kiln_i_solver_set_totals(kiln_solver *s, const double *total);
/* Of the present composition; with it the phase's can_host. Valid until the composition changes. */
const kiln_i_hold *kiln_i_hold_of(kiln_solver *s, int phase);
int kiln_i_hold_project(kiln_solver *s, const kiln_i_hold *hold, const double *log_weight, double accuracy, double *y);

/* descend.c: from a feasible y > 0 to a local minimum, by the solver's method or by Newton whatever that is. KILN_E_NOT_CONVERGED leaves the last point. */
kiln_status kiln_i_descend(kiln_solver *s, const kiln_i_objective *o, double *y, double *value);
kiln_status kiln_i_newton_descend(kiln_solver *s, const kiln_i_objective *o, double *y, double *value);
/* Value of the objective, gradient [n_y] may be NULL. */
double kiln_i_objective_value(const kiln_solver *s, const kiln_i_objective *o, const double *y, double *gradient,
                              double *hessian);

/* curvature.c: factor of the Hessian (without the entropy's diagonal) at y on the null space of the constraints; 0 where it is not positive definite. Then x = Q v,
 * Q its inverse there, v and x [n_y] of any direction. The factor lasts until the next one. */
int kiln_i_factor(kiln_solver *s, const kiln_i_objective *o, const double *y, const double *hessian);
void kiln_i_factor_solve(const kiln_solver *s, int n_y, int n_constraints, const double *v, double *x);
/* For KILN_I_LANES vectors side by side, v and x [KILN_I_LANES x n_y]. */
void kiln_i_factor_solve_lanes(const kiln_solver *s, int n_y, int n_constraints, const double *v, double *x);
/* The same with the absolute eigenvalues, which keep an iteration going towards stability; `is_signed`: with their signs, for derivatives. */
void kiln_i_factor_by_eigenvectors(kiln_solver *s, const kiln_i_objective *o, const double *y, const double *hessian,
                                   int is_signed);
void kiln_i_eigenvector_solve(kiln_solver *s, int n_y, int n_constraints, const double *v, double *x);
/* The direction [n_y] of the most negative curvature at y; 0 if there is none. */
int kiln_i_softest(kiln_solver *s, const kiln_i_objective *o, const double *y, double *direction);
/* Orthonormal factor of the scaled constraints at y: leaves the reflectors in s->qr and the scale sqrt(y/a) in s->scale.
 * The reduced Hessian (free x free, free = n_y - n_constraints) goes to s->reduced; the number of free directions is returned. */
int kiln_i_reduce(kiln_solver *s, const kiln_i_objective *o, const double *y, const double *hessian);
/* reduced vector [free] <-> step in y [n_y], by the factor that kiln_i_reduce left. */
void kiln_i_expand(kiln_solver *s, int n_y, int n_constraints, const double *reduced, double *step);
void kiln_i_contract(kiln_solver *s, int n_y, int n_constraints, const double *gradient, double *reduced);

/* price.c: minima of d(y) = w - mu.n over a phase. Distinct ones, best first, into s->minima and s->minimum; their number. QUICK: one descent, from the lowest of the ideal
 * solution and the constitutions remembered, for where a proof follows. USUAL: from each of these. THOROUGH: also from each constituent in turn, from the end members that lie
 * lowest, and with terms of higher order from each pair. A phase that is convex everywhere needs one descent only. */
int kiln_i_price(kiln_solver *s, int phase, const double *mu, kiln_i_effort effort);
void kiln_i_remember(kiln_solver *s, int phase, const double *y);
/* As if nothing had been solved before. */
void kiln_i_forget(kiln_solver *s);
/* KILN_OK, or KILN_E_ARG for options that kiln_solver_create would refuse. */
kiln_status kiln_i_solver_options_check(kiln_context *ctx, const kiln_solver_options *options);

/* pool.c: room for every start of every phase and as much again for what pricing finds. */
int kiln_i_pool_capacity(const kiln_system *system);
void kiln_i_pool_clear(kiln_solver *s);
kiln_status kiln_i_pool_add(kiln_solver *s, int phase, const double *y);
kiln_status kiln_i_pool_solve(kiln_solver *s, double *mu);

/* newton.c: from the instances as they stand to a solution of the equilibrium equations for s->mu; totals [n_closed]. Instances whose amount would become
 * negative are removed. */
kiln_status kiln_i_newton(kiln_solver *s, const double *total);
/* Energy, gradient, amounts, response and residual (at s->mu) of an instance at its constitution; then x = Q v for further vectors, until the next factor. */
void kiln_i_instance_respond(kiln_solver *s, kiln_i_instance *instance, int is_signed);
void kiln_i_instance_solve(kiln_solver *s, const kiln_i_instance *instance, const double *v, double *x);
/* Matrix of the linearised equilibrium (mu and N unknown) at the present instances into s->system_matrix; its order. */
int kiln_i_newton_matrix(kiln_solver *s);
/* Least-norm solution of s->system_matrix x = s->system_rhs in place; 0 on failure. Sets mu_is_unique. */
int kiln_i_newton_solve(kiln_solver *s, int order);

/* Chemical potentials that belong to the instances as they stand, into s->mu: one linear solve. */
kiln_status kiln_i_potentials(kiln_solver *s, const double *total);

/* nlopt.c: the same two services by SLSQP. */
kiln_status kiln_i_nlopt_create(kiln_solver *s);
void kiln_i_nlopt_free(kiln_solver *s);
kiln_status kiln_i_nlopt_descend(kiln_solver *s, const kiln_i_objective *o, double *y, double *value);
kiln_status kiln_i_nlopt_polish(kiln_solver *s, const double *total);

#endif
