/* Private: the ideal entropy of a composition in a structure. */
#ifndef KILN_PREDICT_STRUCTURE_ENTROPY_H
#define KILN_PREDICT_STRUCTURE_ENTROPY_H

#include "model/system.h"

#include <kiln/entropy.h>

/* Of the system's composition on the sublattices that the phase has, whatever sublattices the formula was written with; in a layered oxide, where a few ions change places between the layers, those of
 * the formula. As kiln_entropy_compute. */
kiln_status kiln_i_structure_entropy(const kiln_system *system, int phase, kiln_entropy *out);

#endif
