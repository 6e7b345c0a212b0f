/* Private: bounds on what is not quadratic in a phase's energy: Redlich-Kister terms of higher order, ternary and reciprocal terms, magnetism. */
#ifndef KILN_SOLVE_HIGHER_H
#define KILN_SOLVE_HIGHER_H

#include "solve/solver.h"

/* Over the ranges of y on the simplices, J per mol of formula units: E falls below its expansion to second order at the centre by no more than `rest`, and E's
 * Hessian less that at the centre and `shift`, plus diag(curvature), is positive semidefinite. What the width of each y_i is answerable for: of the rest, and of the curvature
 * in units of the entropy's (for comparison among them). It falls no further either than magnetic_rest + z'(diag(lean) - shift / 3)z / 2, z = y - centre. */
typedef struct kiln_i_higher {
    double rest, curvature[KILN_MAX_Y];
    double rest_share[KILN_MAX_Y], bend_share[KILN_MAX_Y];
    double magnetic_rest, lean[KILN_MAX_Y];
    const double *shift; /* [n_y x n_y], the solver's, until the next call; NULL for none */
} kiln_i_higher;

/* Over |y - size| <= d, size and d >= 0: no less than what a monomial (without its value) has of the given degree and more in y - size. */
double kiln_i_monomial_remainder(const kiln_i_monomial *m, int degree_from, const double *size, const double *d);
/* No less than the change of its Hessian's entries between size and anywhere up to reach = size + d: in change->hessian. */
void kiln_i_monomial_bend(const kiln_i_monomial *m, const double *size, const double *reach, kiln_i_form *change);

/* 1 if the phase has such terms at all. */
int kiln_i_has_higher(const kiln_solver *s, int phase);
/* The centre need not lie in the box, nor on the simplices. */
void kiln_i_higher_bound(const kiln_solver *s, int phase, const double *centre, const double *y_low, const double *y_high,
                         kiln_i_higher *out);

#endif
