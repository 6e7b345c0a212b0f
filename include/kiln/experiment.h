#ifndef KILN_EXPERIMENT_H
#define KILN_EXPERIMENT_H

#include <kiln/composition.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a point of a join says. */
typedef enum kiln_experiment_kind {
    KILN_EXPERIMENT_BOUNDARY, /**< an edge of a field: a solubility limit, a solvus, a liquidus        */
    KILN_EXPERIMENT_SINGLE,   /**< one phase was seen there                                           */
    KILN_EXPERIMENT_MULTIPLE, /**< more than one phase was                                            */
    KILN_EXPERIMENT_INVARIANT /**< a reaction at this temperature; x: of one of its phases             */
} kiln_experiment_kind;

/** "boundary", "single", "multiple", "invariant"; static text. */
KILN_EXPORT const char *kiln_experiment_kind_name(kiln_experiment_kind kind);

/** A measured point of a join. */
typedef struct kiln_experiment {
    double T_K, sigma_T_K; /**< sigma: NAN where not given                                        */
    double x_A, sigma_x;   /**< mole fraction of the cations that come with A                     */
    kiln_experiment_kind kind;
    char phase[64];        /**< whose edge it is, a name or label of the database; "" for any      */
    char label[64];        /**< short, for a legend: "Driessens 1968"                              */
    char source[256];      /**< in full                                                            */
    int line;              /**< of the file                                                        */
} kiln_experiment;

/** Those of a file that are about one join. */
typedef struct kiln_experiments {
    char name[256]; /**< of the file */
    int n;
    kiln_experiment *point; /**< [n] in the order of the file              */
    int n_others;           /**< rows about other joins, which were passed over */
    kiln_context *ctx;      /**< private                                   */
} kiln_experiments;

/**
 * Measured points of a join from comma-separated values (RFC 4180, UTF-8) with a header line; lines that begin with # are comments.
 *
 * Columns, in any order, others being ignored:
 *   T_C or T_K   temperature; one of the two, required
 *   x            mole fraction of cations, 0 to 1: the share of those that come with the end member A; required
 *   A, B         end members as formulas; a row about another join is passed over, and one about this join with A and B exchanged is turned around. Without them every row is about A and B as given here
 *   sigma_x      standard deviation of x; sigma_T: of the temperature, K
 *   kind         boundary (default), single, multiple or invariant
 *   phase        of a boundary: the phase whose edge it is
 *   label        short text for a legend; default: the source, cut
 *   source       citation
 * An empty field is one that is not given; a row without temperature or x is an error.
 *
 * @param text    [length] not zero-terminated necessarily; copied
 * @param name    what messages call the file
 * @param A, B    end members of the join
 * @param out     receives the points (NULL on failure); kiln_experiments_free them before the context
 * @return KILN_OK, also without any point; KILN_E_PARSE ("name:line:column: expected ..., found ..."); KILN_E_ARG; KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_experiments_parse(kiln_context *ctx, const char *text, size_t length, const char *name,
                                                               const kiln_composition *A, const kiln_composition *B,
                                                               kiln_experiments **out);
/** The same from a file; KILN_E_IO if it cannot be read. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_experiments_load(kiln_context *ctx, const char *path, const kiln_composition *A,
                                                              const kiln_composition *B, kiln_experiments **out);
KILN_EXPORT void kiln_experiments_free(kiln_experiments *experiments);

#ifdef __cplusplus
}
#endif
#endif
