/* Private: where on a join a phase by itself loses its stability against small changes of composition. */
#ifndef KILN_PREDICT_SPINODAL_H
#define KILN_PREDICT_SPINODAL_H

#include "predict/fields.h"
#include "predict/target.h"

/* Least eigenvalue over R T of the target's Hessian at its internal equilibrium, over all variations its own constraints leave, in the metric of the ideal entropy; 1 where none are
 * left. The target must have been solved. */
double kiln_i_target_eigenvalue(kiln_i_target *t);
/* Zeros in x of that eigenvalue for phase 0 of the join's system, rising, into zero [room]; their number, which may be larger than room. The range of x it can hold, on the grid,
 * into *low and *high; *low > *high when it holds nothing. */
int kiln_i_spinodals(kiln_i_fields *f, kiln_i_target *t, double *zero, int room, double *low, double *high);

#endif
