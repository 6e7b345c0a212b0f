#ifndef KILN_CANDIDATES_H
#define KILN_CANDIDATES_H

#include <kiln/composition.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What varies from candidate to candidate. */
typedef enum kiln_candidates_kind {
    KILN_CANDIDATES_LIST,       /**< nothing: each formula by itself                                                                  */
    KILN_CANDIDATES_CHOOSE,     /**< which cations of a pool share (*) equally: all choices of so many                                */
    KILN_CANDIDATES_GRID,       /**< their amounts: all points of the simplex of the pool in equal steps, its faces and corners too  */
    KILN_CANDIDATES_RANDOM,     /**< their amounts: points that fall evenly on that simplex                                           */
    KILN_CANDIDATES_SUBSTITUTE, /**< how much of one cation of a formula is replaced by another, from none to all, in equal steps    */
    KILN_CANDIDATES_TABLE       /**< rows of a CSV file                                                                               */
} kiln_candidates_kind;

enum { KILN_MAX_FORMULAS = 64, KILN_MAX_POOL = 64, KILN_MAX_MIXED = 24, KILN_FORMULA_BYTES = 1024 };
#define KILN_MOST_CANDIDATES UINT64_C(1000000000000000)
#define KILN_CANDIDATES_OPTIONS_VERSION 1

/** What candidates are made from. Fill with kiln_candidates_options_init, then edit; everything is copied. */
typedef struct kiln_candidates_options {
    uint32_t version;                  /**< set by _init                                                                                      */
    kiln_candidates_kind kind;         /**< default KILN_CANDIDATES_LIST                                                                      */
    int n_formulas;                    /**< default 0; 1 to KILN_MAX_FORMULAS, and none of a table                                           */
    const char *const *formulas;       /**< [n_formulas] with a pool each has one (*) where its cations go: "(*)O", "La(*)O3", "(*)3O4", "(*)O2-d" */
    const char *from;                  /**< default NULL; the pool, symbols of up to KILN_MAX_POOL cations between commas, each once; of grids and random ones KILN_MAX_MIXED */
    int choose_least, choose_most;     /**< default 5; of KILN_CANDIDATES_CHOOSE: how many share, 1 to the pool, at most KILN_MAX_MIXED      */
    double step;                       /**< default 0.1; of grids and substitutions, in (0, 1], a whole part of 1; at least 1e-4               */
    uint64_t n;                        /**< default 1000; of KILN_CANDIDATES_RANDOM, 1 to KILN_MOST_CANDIDATES                                */
    uint64_t seed;                     /**< default 1; of these: number i is the same however many there are                                   */
    const char *substitute;            /**< default NULL; "Cu=Mg": Mg comes for Cu                                                            */
    const char *path;                  /**< default NULL; of a table with a column "formula" (RFC 4180, UTF-8, # begins a comment)              */
} kiln_candidates_options;

KILN_EXPORT kiln_status kiln_candidates_options_init(kiln_candidates_options *options, uint32_t version);

/**
 * A sequence of compositions by index: any of them at once, in memory that does not grow with their number (but for a table, 1 byte a row). Order: all of the first formula, then all of
 * the next. Choices come by rising number of cations, each in the order of the pool; grids with the first cation falling from 1; an amount of 0, or of a random one below 1e-6, leaves its
 * cation out.
 */
typedef struct kiln_candidates kiln_candidates;

/**
 * @param out  receives the candidates (NULL on failure); kiln_candidates_free them before the context
 * @return KILN_OK; KILN_E_ARG (options); KILN_E_PARSE (a formula or a pool, the sentence says where; "file:line:column: ..." of a table); KILN_E_IO (a table
 *         that cannot be read); KILN_E_NOMEM. Formulas in the rows of a table are not looked at here.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_candidates_create(kiln_context *ctx, const kiln_candidates_options *options,
                                                               kiln_candidates **out);
KILN_EXPORT void kiln_candidates_free(kiln_candidates *candidates);

/** Their number. */
KILN_EXPORT uint64_t kiln_candidates_n(const kiln_candidates *candidates);

/**
 * The formula of candidate `index`, as kiln_composition_parse reads it (of a table: as it stands there, cut to KILN_FORMULA_BYTES - 1).
 *
 * @param ctx      takes the error; another context than that of the candidates where another thread asks
 * @param formula  receives zero-terminated UTF-8
 * @return KILN_OK; KILN_E_ARG (the index); KILN_E_IO (a table has changed meanwhile); KILN_E_PARSE (a substitution that leaves too little of a cation); KILN_E_NOMEM.
 *
 * Thread safety: any number of threads at a time, each with its own context.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_candidates_at(const kiln_candidates *candidates, kiln_context *ctx, uint64_t index,
                                                           char formula[KILN_FORMULA_BYTES]);

#ifdef __cplusplus
}
#endif
#endif
