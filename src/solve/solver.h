/* Private: the workspace of all minimisations, and what each part of the solver offers the others.
 *
 *   start.c    feasible constitutions to start from
 *   descend.c  one local minimum of one phase (Newton on LAPACK); nlopt.c does the same by SLSQP
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

/* One phase present, while Newton works on it. */
typedef struct kiln_i_instance {
    int phase;
    double amount;    /* N, mol of formula units */
    double *y;        /* [max_y] */
    double w, sigma;  /* J per formula unit; sum of closed amounts */
    double *n;        /* [n_closed] */
    double *gradient; /* [max_y] */
    double *response; /* [max_y x max_y] inverse of the Hessian on the constraints' null space */
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

struct kiln_solver {
    kiln_context *ctx;
    kiln_system *system;
    kiln_solver_options options;
    int max_y, max_rows, n_closed;
    double RT;

    /* descend.c */
    double *gradient, *hessian, *scale, *step, *trial, *qr, *reduced, *eigen, *eigenvalue, *along, *lapack;
    int lapack_size;
    /* start.c, price.c */
    double *weight, *linear, *minima; /* minima: [max_y x KILN_MAX_MINIMA] */
    double minimum[KILN_MAX_MINIMA];  /* values */
    /* warm starts, a few per phase */
    double **warm; /* [n_phases] -> [n_y x KILN_MAX_MINIMA] */
    int *n_warm;

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

    struct kiln_i_certifier *certifier; /* certify.h */
    kiln_certificate certificate;       /* of the last solve */
    void *nlopt;                        /* kiln_i_nlopt, only with KILN_METHOD_NLOPT */
};

/* start.c: weights [n_y] > 0 -> the feasible y nearest to them in relative entropy; 0 if neutrality cannot be met. */
int kiln_i_project(kiln_solver *s, int phase, const double *log_weight, double *y);

/* descend.c: from a feasible y > 0 to a local minimum, by the solver's method or by Newton whatever that is. KILN_E_NOT_CONVERGED leaves the last point. */
kiln_status kiln_i_descend(kiln_solver *s, const kiln_i_objective *o, double *y, double *value);
kiln_status kiln_i_newton_descend(kiln_solver *s, const kiln_i_objective *o, double *y, double *value);
/* Value of the objective, gradient [n_y] may be NULL. */
double kiln_i_objective_value(const kiln_solver *s, const kiln_i_objective *o, const double *y, double *gradient,
                              double *hessian);
/* Inverse of w's Hessian on the null space of the phase's own constraints, response [n_y x n_y]; 0 if it is not positive definite: then of its absolute value, or
 * with `is_signed` of itself. */
int kiln_i_response(kiln_solver *s, int phase, const double *y, int is_signed, double *response);
/* Orthonormal factor of the scaled constraints at y: leaves the reflectors in s->qr and the scale sqrt(y/a) in s->scale.
 * The reduced Hessian (free x free, free = n_y - n_constraints) goes to s->reduced; the number of free directions is returned. */
int kiln_i_reduce(kiln_solver *s, const kiln_i_objective *o, const double *y, const double *hessian);
/* reduced vector [free] <-> step in y [n_y], by the factor that kiln_i_reduce left. */
void kiln_i_expand(kiln_solver *s, int n_y, int n_constraints, const double *reduced, double *step);
void kiln_i_contract(kiln_solver *s, int n_y, int n_constraints, const double *gradient, double *reduced);

/* price.c: minima of d(y) = w - mu.n over a phase. Distinct ones, best first, into s->minima and s->minimum; their number. `thorough`: besides the ideal
 * solution and warm constitutions, from each constituent in turn, from the end members that lie lowest, and with terms of higher order from each pair. */
int kiln_i_price(kiln_solver *s, int phase, const double *mu, int thorough);
void kiln_i_remember(kiln_solver *s, int phase, const double *y);

/* pool.c: room for every start of every phase and as much again for what pricing finds. */
int kiln_i_pool_capacity(const kiln_system *system);
void kiln_i_pool_clear(kiln_solver *s);
kiln_status kiln_i_pool_add(kiln_solver *s, int phase, const double *y);
kiln_status kiln_i_pool_solve(kiln_solver *s, double *mu);

/* newton.c: from the instances as they stand to a solution of the equilibrium equations for s->mu; totals [n_closed]. Instances whose amount would become
 * negative are removed. */
kiln_status kiln_i_newton(kiln_solver *s, const double *total);
void kiln_i_instance_evaluate(kiln_solver *s, kiln_i_instance *instance);
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
