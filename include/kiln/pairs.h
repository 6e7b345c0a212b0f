#ifndef KILN_PAIRS_H
#define KILN_PAIRS_H

#include <kiln/database.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a database says of two constituents of one sublattice. */
typedef enum kiln_pair_kind {
    KILN_PAIR_MISSING,    /**< nothing, or only terms of higher order                            */
    KILN_PAIR_GIVEN,      /**< an entry                                                          */
    KILN_PAIR_IDEAL,      /**< listed as ideal: L0 = 0                                           */
    KILN_PAIR_DEFAULT,    /**< made from default_pair                                            */
    KILN_PAIR_CONDITIONAL /**< entries that each count for some occupation of the other sublattices only */
} kiln_pair_kind;

/** A pair interaction; texts are borrowed from the database. */
typedef struct kiln_pair {
    const char *a, *b; /**< constituents                                                              */
    kiln_pair_kind kind;
    int parameter;   /**< of the phase; -1 where there is no L0                                    */
    double L0_J_mol; /**< regular-solution term, J per mole of sites of the sublattice: E = y_a y_b L0; 0 where there is none */
    double sigma_J_mol; /**< its standard deviation; < 0 not stated                                   */
    int is_estimated;   /**< 1: from default_pair, or a function it comes from is estimated           */
    int n_higher;       /**< entries of higher order                                                  */
    kiln_provenance
        provenance; /**< of the entry, or of the function that it only names; source NULL and status "not stated" where there is none */
} kiln_pair;

/** Static text: "missing", "given", "ideal", "default", "conditional". */
KILN_EXPORT const char *kiln_pair_kind_text(kiln_pair_kind kind);

/** The sublattice of a phase with the most constituents, the first of several; -1 where none has two. */
KILN_EXPORT int kiln_database_mixing_sublattice(const kiln_database *db, int phase);

/**
 * Interactions of chosen constituents of a sublattice at one temperature.
 *
 * @param constituent  [n] indices for kiln_database_constituent, all different
 * @param n            at least 2
 * @param T_K          temperature, K; finite and > 0
 * @param out          [n (n - 1) / 2] pair of constituent[i] and constituent[j], j < i, at i (i - 1) / 2 + j
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOMEM. Allocates: for listings, not for loops.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_database_pairs(const kiln_database *db, kiln_context *ctx, int phase, int sublattice,
                                                            int n, const int *constituent, double T_K, kiln_pair *out);

#ifdef __cplusplus
}
#endif
#endif
