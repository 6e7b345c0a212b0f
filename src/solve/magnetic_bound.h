/* Private: bounds on the magnetic energy of a phase over a box of site fractions (docs/certificate.md has the proof).
 *
 * With F(y) = RT ln(1 + beta(y)) g(T/Tc(y)) of Inden, Hillert and Jarl (data/function.h), Tc and beta polynomials of y, zero where either is not positive. As a
 * function of Tc, g is concave with a second derivative that is monotone on each side of Tc = T and jumps there; so the
 * remainders of g and of ln(1 + beta), each a function of one variable, have their extremes at the ends of the range or where one slope changes sign. */
#ifndef KILN_SOLVE_MAGNETIC_BOUND_H
#define KILN_SOLVE_MAGNETIC_BOUND_H

#include "solve/higher.h"

/* Adds what magnetism contributes to *out. For every y with y_low <= y <= y_high on the simplices, J per mol of formula units:
 *   F(y) >= F(c) + F'(c).z + 1/2 z'F''(c)z - rest,   z = y - c, c = centre, derivatives as kiln_i_phase_excess gives them;
 *   F''(y) - F''(c) + diag(curvature) is positive semidefinite, whatever weight > 0 (norms are taken of weight_i z_i).
 * The curvature is infinite where beta may be negative: F has a concave kink at beta = 0. The centre need not lie in the box, nor on the simplices. rest is
 * O(width^3) while Tc = T lies outside the box, else O(width^2), and O(width) where beta changes its sign. */
void kiln_i_magnetic_bound(const kiln_system *system, int phase, const double *centre, const double *y_low, const double *y_high,
                           const double *weight, kiln_i_higher *out);

#endif
