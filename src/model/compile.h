/* Private: from one phase of the database to the arrays of model/system.h. */
#ifndef KILN_MODEL_COMPILE_H
#define KILN_MODEL_COMPILE_H

#include "core/simplex.h"
#include "model/system.h"

/* 0: the phase is only_with elements of which the system holds none. Its sublattices could do without them, its structure could not: a layered oxide without alkali. */
int kiln_i_phase_is_called_for(const kiln_system *system, const kiln_i_phase *phase);

/* Compile phase `source` of the database into `out` for the components of `system`. *exists = 0 when the phase cannot exist (a sublattice
 * without constituents, no neutral composition, no closed component, not called for); then `out` is empty. The caller frees with
 * kiln_i_mphase_destroy also after failure. */
kiln_status kiln_i_phase_compile(kiln_system *system, int source, kiln_i_simplex *lp, kiln_i_mphase *out, int *exists);
void kiln_i_mphase_destroy(kiln_context *ctx, kiln_i_mphase *p);

/* 1 if some neutral constitution of the phase has closed amounts proportional to total [n_closed]. */
int kiln_i_phase_can_hold(const kiln_system *system, const kiln_i_mphase *p, kiln_i_simplex *lp, const double *total);

enum { KILN_COMPILE_MAX_ROWS = KILN_MAX_SUBLATTICES + 1 + KILN_MAX_COMPONENTS };

#endif
