#ifndef KILN_MAP_H
#define KILN_MAP_H

#include <kiln/window.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Shannon's effective ionic radius (Acta Crystallogr. A 32 (1976) 751) of element z among six neighbours, high spin, angstrom; between whole charges linear. 0 where there is none. */
KILN_EXPORT double kiln_ionic_radius_A(int z, double charge);

/**
 * Mismatch of cation sizes, delta = sqrt(sum x_i (1 - r_i / r)^2), r = sum x_i r_i, over the cation sublattice that mixes most (as in kiln_entropy), with the radii of
 * kiln_ionic_radius_A at the charges of the composition. An element between two charges counts as ions of both.
 *
 * @param delta          a fraction, not per cent
 * @param mean_radius_A  r; may be NULL
 * @param z              of the element without a radius where the answer is KILN_E_MISSING; may be NULL
 * @return KILN_OK; KILN_E_ARG; KILN_E_MISSING.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_size_mismatch(const kiln_composition *composition, double *delta,
                                                           double *mean_radius_A, int *z);

/** Sizes of the ions of ABX3, angstrom. */
typedef struct kiln_tolerance {
    double t;                  /**< (r_A + r_X) / (sqrt(2) (r_B + r_X)) */
    double r_A_A, r_B_A, r_X_A; /**< means over the sublattices */
    int coordination_A;        /**< neighbours of A that r_A belongs to: 12, or 8 where an ion has no radius among 12. B and X: 6 */
} kiln_tolerance;

/**
 * Tolerance factor (V. M. Goldschmidt, Naturwissenschaften 14 (1926) 477) of a formula with two equal cation sublattices and three O or F for each of their sites, with Shannon's radii
 * at the charges of the composition, high spin; between whole charges linear. A is the larger.
 * @return KILN_OK; KILN_E_ARG: another formula, or a NULL; KILN_E_MISSING: an ion has no radius.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_tolerance_factor(const kiln_composition *composition, kiln_tolerance *out);

/** What a firing showed. */
typedef enum kiln_map_outcome {
    KILN_MAP_SINGLE,
    KILN_MAP_MULTI,
    KILN_MAP_OTHER /**< anything else, or nothing */
} kiln_map_outcome;

/** One row of a list of compositions. Texts belong to the map. */
typedef struct kiln_map_point {
    int line;       /**< in the file, 1-based */
    const char *id; /**< "" without such a column */
    const char *formula, *structure, *atmosphere, *outcome_text;
    double T_K; /**< 0: none is given */
    kiln_map_outcome outcome;
    char reason[200];  /**< why it is not judged: it has no place, or no outcome; "" where it is */
    int has_place;     /**< the rest is known */
    const char *phase; /**< of the structure, name in the database; borrowed from it */
    const char *label;
    char canonical[512];
    double delta, mean_radius_A;
    double mixing_H_J_mol; /**< enthalpy of the pair interactions, per mole of cations, at the structure's internal equilibrium */
    int has_formation;
    double formation_H_J_mol; /**< from what each cation alone is in the same atmosphere, per mole of cations                   */
} kiln_map_point;

typedef struct kiln_map {
    int n, n_judged;
    kiln_map_point *point;      /**< [n] in the order of the file */
    double extrapolated_K;      /**< the most by which a structure with a place is used outside its validity */
    struct kiln_map_work *work; /**< private */
} kiln_map;

/**
 * Enthalpies of mixing and size mismatches of the compositions in a CSV file with a header: columns formula, structure, temperature_C, atmosphere and outcome in any order, id if there is one,
 * others are ignored, and so are lines that begin with #. Outcomes are single and multi. A row is not judged where its structure is not in the database or cannot hold it, where the temperature or
 * the atmosphere is empty or the temperature outside the validity, where an ion has no radius, and where the outcome is another one: it says why.
 *
 * @param path  a file
 * @param only  name of a phase of the database: rows of others are not judged; NULL: all are
 * @param out   receives the map (NULL on failure); kiln_map_free it before the database and the context
 * @return KILN_OK; KILN_E_ARG; KILN_E_IO; KILN_E_PARSE (file:line:column of what cannot be read: the table, a formula, a temperature, an atmosphere); KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_map_load(kiln_context *ctx, const char *path, const kiln_database *db,
                                                      const kiln_system_options *options, const char *only, kiln_map **out);
/** The same from `length` bytes of text; `name` stands in messages. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_map_parse(kiln_context *ctx, const char *text, size_t length, const char *name,
                                                       const kiln_database *db, const kiln_system_options *options,
                                                       const char *only, kiln_map **out);
KILN_EXPORT void kiln_map_free(kiln_map *map);

/** "single", "multi", "other"; static text. */
KILN_EXPORT const char *kiln_map_outcome_text(kiln_map_outcome outcome);

#ifdef __cplusplus
}
#endif
#endif
