#ifndef KILN_STRUCTURES_H
#define KILN_STRUCTURES_H

#include <kiln/window.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { KILN_MAX_STRUCTURES = 16 };

/** Structures that a question about a single phase may mean. */
typedef struct kiln_structures {
    int n;                          /**< at least 1                                                                              */
    int phase[KILN_MAX_STRUCTURES]; /**< indices in the system: the one that is meant, then others of the same anions per cation that can hold the
                                         composition (none beside one that was named)                                          */
    int lacks_layered;              /**< 1: such a formula is usually a layered oxide (O3 or P2), and the database has none that can hold it   */
} kiln_structures;

/**
 * The structure that a formula suggests, and its alternatives.
 *
 * Of the phases that can hold the composition by themselves those whose anions per cation are the formula's; solutions come before substances, in which nothing mixes. A formula with as much
 * alkali as an O3 or P2 oxide means the layered oxide nearest in alkali.
 *
 * @param system  of the composition
 * @param name    a phase by name or label, in any case; NULL: by the formula
 * @param out     filled on KILN_OK
 * @return KILN_OK; KILN_E_ARG (no such phase; a formula without anions, or one that cannot be neutral, suggests none); KILN_E_MISSING (no phase
 *         can hold it, or not the one that was named, or the database has no more than its entropy).
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_structures_find(const kiln_system *system, const char *name, kiln_structures *out);

/**
 * One of these: the first, or where that is nowhere single (without proofs, in the default range) the one whose widest window is widest.
 *
 * @param solver_options  NULL: the defaults
 * @param phase           receives an index in the system
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_structures_choose(kiln_system *system, const kiln_solver_options *solver_options,
                                                               const kiln_structures *structures, int *phase);

/** Width of the widest range of a window, K; -1 where it has none. */
KILN_EXPORT double kiln_window_widest_K(const kiln_window *window);

#ifdef __cplusplus
}
#endif
#endif
