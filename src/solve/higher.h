/* Private: interval bounds on what is not quadratic in a phase's energy: Redlich-Kister terms of higher order, ternary and reciprocal terms. */
#ifndef KILN_SOLVE_HIGHER_H
#define KILN_SOLVE_HIGHER_H

#include "solve/solver.h"

/* Over the ranges of y, J per mol of formula units: `rest` bounds |E - its expansion to second order at centre|, `curvature` the Frobenius norm of E's Hessian
 * less that at centre in the metric of the entropy at y_high, that is of entries times sqrt(y_i y_j / (a_i a_j)) there: what it can take from R T. */
typedef struct kiln_i_higher {
    double rest, curvature;
} kiln_i_higher;

/* 1 if the phase has such terms at all. */
int kiln_i_has_higher(const kiln_solver *s, int phase);
kiln_i_higher kiln_i_higher_bound(const kiln_solver *s, int phase, const double *centre, const double *y_low,
                                  const double *y_high);

#endif
