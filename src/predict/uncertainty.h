/* Private: what uncertainties of windows and of vapour share. */
#ifndef KILN_PREDICT_UNCERTAINTY_H
#define KILN_PREDICT_UNCERTAINTY_H

#include "data/function.h"

/* Beyond its validity a function goes on at constant heat capacity; a tenth of that, integrated, is the standard deviation added, J/mol. */
double kiln_i_extrapolation_sigma(const kiln_i_function *f, double T_K);

#endif
