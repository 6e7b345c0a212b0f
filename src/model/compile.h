/* Private: how a system is made, from the database to the arrays of model/system.h.
 *   system.c   checks of the question, closed components, which phases take part, pairs that are missing
 *   open.c     components whose potential the atmosphere or a condition fixes
 *   compile.c  one phase
 */
#ifndef KILN_MODEL_COMPILE_H
#define KILN_MODEL_COMPILE_H

#include "core/simplex.h"
#include "model/system.h"

/* open.c: the gases of the atmosphere, then what has a potential of its own. KILN_E_MISSING where the database has not the gas, KILN_E_ARG where two potentials are given. */
kiln_status kiln_i_set_open_components(kiln_system *system, const kiln_system_options *o);
int kiln_i_is_open(const kiln_system *system, int z);

/* system.c: whether any phase of the database that could take part holds element z: without one its gas makes no difference. */
int kiln_i_database_holds(const kiln_system *system, int z);

/* 0: the phase is only_with elements of which the system holds none. Its sublattices could do without them, its structure could not: a layered oxide without alkali. */
int kiln_i_phase_is_called_for(const kiln_system *system, const kiln_i_phase *phase);

/* What compiling one phase after another shares. */
typedef struct kiln_i_compiler {
    kiln_system *system;
    kiln_i_simplex lp;
    unsigned char *is_possible; /* [n_species] 1: all its elements are in the system */
    short *variable;            /* [KILN_MAX_SUBLATTICES x n_species] of the phase at hand */
    kiln_i_monomial *term;      /* room for those of any phase */
} kiln_i_compiler;

kiln_status kiln_i_compiler_create(kiln_system *system, kiln_i_compiler *out);
void kiln_i_compiler_destroy(kiln_i_compiler *c);

/* Compile phase `source` of the database into `out` for the components of `system`. *exists = 0 when the phase cannot exist (a sublattice
 * without constituents, no neutral composition, no closed component, not called for); then `out` is empty. The caller frees with
 * kiln_i_mphase_destroy also after failure. */
kiln_status kiln_i_phase_compile(kiln_i_compiler *c, int source, kiln_i_mphase *out, int *exists);
void kiln_i_mphase_destroy(kiln_context *ctx, kiln_i_mphase *p);

/* 1 if some neutral constitution of the phase has closed amounts proportional to total [n_closed]. */
int kiln_i_phase_can_hold(const kiln_system *system, const kiln_i_mphase *p, kiln_i_simplex *lp, const double *total);

enum { KILN_COMPILE_MAX_ROWS = KILN_MAX_SUBLATTICES + 1 + KILN_MAX_COMPONENTS };

#endif
