/* Private: bounds of polynomials over the constitutions of a phase, neutral ones where charges differ. */
#ifndef KILN_PREDICT_EXTREME_H
#define KILN_PREDICT_EXTREME_H

#include "model/system.h"

/* constant + linear.y + sum_{i<j} pair_ij y_i y_j + (terms of higher order, none of which together exceed `other`). */
typedef struct kiln_i_upper {
    const kiln_i_mphase *p;
    double constant, linear[KILN_MAX_Y], *pair; /* pair [n_y x n_y] upper triangle, borrowed; NULL for none */
    double other;
} kiln_i_upper;

/* No less than its largest value; infinity where there are too many vertices to look at. Not improved further once it is no more than `enough`. */
double kiln_i_largest_value(const kiln_i_upper *u, double enough);

/* No less than what pairs within sublattices add. */
double kiln_i_largest_pairs(const kiln_i_upper *u);

/* No more than the moles of closed components in a formula unit. */
double kiln_i_least_amount(const kiln_system *system, int phase);

#endif
