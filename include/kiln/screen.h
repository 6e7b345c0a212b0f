#ifndef KILN_SCREEN_H
#define KILN_SCREEN_H

#include <kiln/candidates.h>
#include <kiln/element_table.h>
#include <kiln/filter.h>
#include <kiln/window.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Rows of a screening that are computed together. What a unit gives depends on its index and on nothing else. */
enum { KILN_SCREEN_UNIT = 16, KILN_MAX_SCREEN_PHASES = 32, KILN_MAX_SCREEN_ATMOSPHERES = 32, KILN_MAX_SCREEN_COLUMNS = 160 };
#define KILN_MOST_SCREEN_ROWS UINT64_C(30000000000)

/**
 * Windows of many compositions: what a screening is about. Rows are candidates times atmospheres times structures, the last running fastest. Database, candidates and element table are borrowed
 * for the life of the screening; the rest is copied.
 */
typedef struct kiln_screen_question {
    const kiln_database *db;
    const kiln_candidates *candidates;
    int n_phases;                              /**< 0: the structure that each formula suggests, as kiln_structures_choose finds it           */
    const char *const *phases;                 /**< [n_phases] by name or label                                                                */
    int n_atmospheres;                         /**< at least 1                                                                                 */
    const kiln_atmosphere *atmospheres;        /**< [n_atmospheres]                                                                            */
    const char *const *atmosphere_names;       /**< [n_atmospheres] as rows call them; NULL: by their labels                                   */
    const kiln_system_options *system_options; /**< NULL: the defaults                                                                         */
    const kiln_solver_options *solver_options; /**< NULL: the defaults                                                                         */
    const kiln_window_options *window_options; /**< NULL: the defaults; ends_only and find_apparent are the screening's own. With n_samples 0 there are no sigmas and nothing that diffraction would see, and only the ends are sought, which is several times faster */
    double at_K;                               /**< the temperature of the column P_at, in the search range; 0: none                           */
    const kiln_element_table *elements;        /**< NULL: none                                                                                 */
} kiln_screen_question;

/**
 * The columns of its rows, in order. Numbers that do not exist are fields without a value.
 *
 *   formula                         canonical; as it was given where it cannot be read
 *   phase, atmosphere               the structure by its name in the database; by the name given
 *   status                          "single", "never single", "no formula", "no structure", "missing", "out of range", "not converged" or "not computed"
 *   T_low_C, T_high_C, width_K      of the widest range; n_windows: how many there are
 *   sigma_low_K, sigma_high_K       and 16 % and 84 % quantiles T_low_16_C, T_low_84_C, T_high_16_C, T_high_84_C
 *   low_limit, high_limit           labels of the phases that end it, a set joined by " + "; low_kind, high_kind: kiln_end_kind_text
 *   P_window                        that the range exists
 *   XRD_low_C, XRD_high_C           where second phases reach detect_mass_fraction: of the widest range, or of a phase that is never single the widest range in which they stay traces; only with samples
 *   S_R, class                      mixing entropy per mole of mixing cations over R; class as kiln_entropy's grade
 *   estimated_share                 of the numbers that the phase rests on, those that are estimated
 *   certified, gap_J_mol            1: the ranges are proved, to within the gap
 *   best_J_mol, best_T_C            of a phase that is never single: how close it comes, and where
 *   reason                          the library's sentence where there is no answer
 *   P_at, P_XRD_at                  probability of a single phase at at_K, and that diffraction would call it single (with samples); only where at_K is given
 *
 * Then come the columns of the element table, and those of a table of candidates, which are carried through.
 */
typedef struct kiln_screen kiln_screen;

/**
 * @param out  receives the screening (NULL on failure); kiln_screen_free it before the context
 * @return KILN_OK; KILN_E_ARG (options; no such phase; two columns of one name; too many rows); KILN_E_NOMEM.
 *
 * Thread safety: nothing of it changes, so any number of threads may use it.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_screen_create(kiln_context *ctx, const kiln_screen_question *question, kiln_screen **out);
KILN_EXPORT void kiln_screen_free(kiln_screen *screen);

KILN_EXPORT uint64_t kiln_screen_n_rows(const kiln_screen *screen);
/** Units of KILN_SCREEN_UNIT rows, of which the last may have fewer. */
KILN_EXPORT uint64_t kiln_screen_n_units(const kiln_screen *screen);
KILN_EXPORT int kiln_screen_n_columns(const kiln_screen *screen);
KILN_EXPORT const kiln_column *kiln_screen_columns(const kiln_screen *screen);

/** Rows of one unit, valid during the call that receives them. */
typedef struct kiln_screen_unit {
    uint64_t index, first_row;
    int n_rows;
    const kiln_field *field; /**< [n_rows x n_columns] row after row */
} kiln_screen_unit;

/** Which units to compute, and where they go. */
typedef struct kiln_screen_work {
    uint64_t first, stride, n; /**< units first, first + stride, ...: n of them, 0: all that there are; stride >= 1 */
    int n_threads;             /**< 1 to 1024, the caller's own included; the rows are the same for any            */
    /** Takes unit after unit in this order, one call at a time, by any of the threads; `ctx` takes the error, and another result than KILN_OK ends the work. */
    kiln_status (*take)(const kiln_screen_unit *unit, kiln_context *ctx, void *user);
    int (*keep_going)(void *user); /**< asked before each row, by any thread; 0 ends the work with KILN_E_INTERRUPTED; NULL: none */
    void *user;
} kiln_screen_work;

/**
 * Computes units. A composition that cannot be computed is a row with its reason. Units are given as soon as those before them were; at most four for each thread are waiting, so memory
 * does not grow with the number of rows.
 *
 * @param ctx  takes the error; what the threads need comes from the C library's allocator
 * @return KILN_OK; KILN_E_ARG; KILN_E_INTERRUPTED; KILN_E_NOMEM; KILN_E_IO (a table of candidates has changed); what `take` returned. Units before the one that failed were given.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_screen_run(const kiln_screen *screen, kiln_context *ctx, const kiln_screen_work *work);

#ifdef __cplusplus
}
#endif
#endif
