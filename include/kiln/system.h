#ifndef KILN_SYSTEM_H
#define KILN_SYSTEM_H

#include <kiln/components.h>
#include <kiln/composition.h>
#include <kiln/conditions.h>
#include <kiln/database.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KILN_SYSTEM_OPTIONS_VERSION 1

/** What a system is made of. Fill with kiln_system_options_init, then edit; strings and arrays are copied. */
typedef struct kiln_system_options {
    uint32_t version;           /**< set by _init                                                         */
    int allow_estimates;        /**< default 1; 0: a missing pair is KILN_E_MISSING instead of W = 0, flagged */
    const char *const *without; /**< default NULL; names of phases that shall not compete                 */
    int n_without;              /**< default 0                                                            */
    const char *const *only;    /**< default NULL; if given, only these phases exist                      */
    int n_only;                 /**< default 0                                                            */
    int n_fixed;                /**< default 0; components whose potential is given                       */
    kiln_fixed_potential fixed[KILN_MAX_FIXED];
    double pressure_bar;        /**< default 1; > 0. It acts on gas phases, which take part in a closed
                                     system; condensed phases have no volume here. Without a gas phase only 0.9 to 1.1 are accepted, and make no difference */
    double R_J_molK;            /**< default 8.31446261815324 (SI 2019), in [8.3, 8.33]; assessments made before rest on 8.31451 */
} kiln_system_options;

KILN_EXPORT kiln_status kiln_system_options_init(kiln_system_options *options, uint32_t version);

/**
 * A database reduced to chosen components and an atmosphere: the phases that can exist, as arrays.
 *
 * Closed components are the elements of the composition that the atmosphere does not fix, in the composition's order; oxygen is one only
 * with KILN_OXYGEN_CLOSED. Amounts are normalised to one mole of closed cations. A composition that states an amount of 0 for an
 * element leaves it out.
 */
typedef struct kiln_system kiln_system;

/**
 * @param db           borrowed; must outlive the system
 * @param out          receives the system (NULL on failure); kiln_system_free it
 * @return KILN_OK; KILN_E_ARG (unknown phase name, options); KILN_E_MISSING (an element that no phase holds, a missing pair with
 *         allow_estimates = 0, a gas the atmosphere needs); KILN_E_NOMEM.
 *
 * Thread safety: one system, one thread at a time; any number of systems may share a database, each with its own context.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_system_create(kiln_context *ctx, const kiln_database *db,
                                                           const kiln_composition *composition, const kiln_atmosphere *atmosphere,
                                                           const kiln_system_options *options, kiln_system **out);
KILN_EXPORT void kiln_system_free(kiln_system *system);

/** Number of closed components and, by index, their atomic numbers and amounts (mol per mol of closed cations). */
KILN_EXPORT int kiln_system_n_components(const kiln_system *system);
KILN_EXPORT int kiln_system_component(const kiln_system *system, int i, double *amount);

/** Number of phases that can exist; by index their names (as in the database) and labels (as printed); borrowed. */
KILN_EXPORT int kiln_system_n_phases(const kiln_system *system);
KILN_EXPORT const char *kiln_system_phase_name(const kiln_system *system, int phase);
KILN_EXPORT const char *kiln_system_phase_label(const kiln_system *system, int phase);
/** Index of a phase by its database name, -1 if it is not in the system. */
KILN_EXPORT int kiln_system_find_phase(const kiln_system *system, const char *name);
/** 1 if phase `phase` can hold the whole composition by itself. */
KILN_EXPORT int kiln_system_can_host(const kiln_system *system, int phase);
/**
 * Whether the database has no more than the entropy of what the composition is: one of its phases of quality "entropy-only" could hold the
 * composition by itself. Ask where no phase of the system can, before looking for another structure.
 *
 * @return KILN_OK where there is none (or for NULL); KILN_E_MISSING with a sentence that says which, and what is missing.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_system_check_energies(const kiln_system *system);
/** Nominal anions per cation of a phase, < 0 when the database does not say. */
KILN_EXPORT double kiln_system_anion_ratio(const kiln_system *system, int phase);
/**
 * Temperatures between which every function that a phase of the system rests on is valid.
 *
 * @param low_K, high_K  receive them; 0 and infinity where no function states any; low_K > high_K where they exclude each other
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_system_phase_validity(const kiln_system *system, int phase, double *low_K, double *high_K);

#ifdef __cplusplus
}
#endif
#endif
