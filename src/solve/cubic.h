/* Private: what is of the third degree in a phase's energy, whose Hessian is linear in y: its exact entries, and their ranges over a box. */
#ifndef KILN_SOLVE_CUBIC_H
#define KILN_SOLVE_CUBIC_H

#include "solve/solver.h"

/* Third derivatives of one phase's monomials of the third degree, at the temperature they were computed at. */
typedef struct kiln_i_cubic {
    int phase, n_terms;     /* n_terms: how many there are */
    double T_K;             /* 0: of nothing yet */
    unsigned version;       /* of the system's shifts */
    double *third;          /* [n x n x n] symmetric, J per mol of formula units */
    double *shift, *radius; /* [n x n] of kiln_i_cubic_ranges */
} kiln_i_cubic;

int kiln_i_is_cubic(const kiln_i_monomial *m);

/* For the solver's temperature. */
void kiln_i_cubic_set(const kiln_solver *s, int phase, kiln_i_cubic *out);

/* Over the ranges of y on the simplices the Hessian is that at the centre + shift, each entry give or take its radius. The centre need not lie there. share [n], added to: what the
 * width of each y_i is answerable for, entries weighted with `weight` [n] of both their variables. */
void kiln_i_cubic_ranges(const kiln_solver *s, kiln_i_cubic *c, const double *centre, const double *y_low, const double *y_high,
                         const double *weight, double *share);

#endif
