#ifndef KILN_DESIGN_H
#define KILN_DESIGN_H

#include <kiln/element_table.h>
#include <kiln/step.h>
#include <kiln/window.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KILN_DESIGN_OPTIONS_VERSION 1

enum { KILN_MAX_VARIED = 12, KILN_MAX_DESIGN_LIMITS = 16, KILN_MAX_ACTIVE = 24, KILN_MAX_OPTIMA = 8 };

/** What is sought. */
typedef enum kiln_design_goal {
    KILN_DESIGN_ONSET,       /**< least temperature, K, at which the structure is the only stable phase and stays it for least_width_K above              */
    KILN_DESIGN_WIDTH,       /**< most kelvins between both ends of a window                                                                            */
    KILN_DESIGN_PROBABILITY, /**< most probably single at at_K: largest reliability index, the least over all competitors of driving force over its own
                                  standard deviation, both to first order in the database's uncertain numbers; negative where it is not single           */
    KILN_DESIGN_TOLERANCE    /**< largest relative error, the same of every weighed amount and in the worst combination of signs, with which it is
                                  still single at at_K, to first order; a share, negative where it is not single                                         */
} kiln_design_goal;

/** Static text of a goal: "onset", "width", "probability", "tolerance". */
KILN_EXPORT const char *kiln_design_goal_text(kiln_design_goal goal);

/** A range of one cation's fraction of its sublattice. */
typedef struct kiln_design_bound {
    int z;              /**< atomic number                       */
    double least, most; /**< 0 <= least <= most <= 1             */
} kiln_design_bound;

/** A linear limit: sum of coefficient * fraction <= most. */
typedef struct kiln_design_limit {
    int n;
    int z[KILN_MAX_VARIED];
    double coefficient[KILN_MAX_VARIED];
    double most;
    char text[64]; /**< as written, for messages and reports */
} kiln_design_limit;

/**
 * "Cu=0.05:0.35" or "Cu=5%:35%", a cation and its least and most fraction; "Cu=0.2" fixes it.
 *
 * @return KILN_OK; KILN_E_PARSE with what would be accepted; KILN_E_ARG (a NULL).
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_design_bound_parse(kiln_context *ctx, const char *text, kiln_design_bound *out);

/**
 * "Cu+Zn<=0.4", "Ni - 2*Zn >= 0", "0.5*Mg<=10%": a sum of cations, each with a factor or none, <= or >=, and a number. >= is kept with its signs changed.
 *
 * @return as kiln_design_bound_parse.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_design_limit_parse(kiln_context *ctx, const char *text, kiln_design_limit *out);

/** Settings of a design. Fill with kiln_design_options_init, then edit; arrays are borrowed for the call. */
typedef struct kiln_design_options {
    uint32_t version;
    kiln_design_goal goal; /**< default KILN_DESIGN_ONSET                                                                             */
    double at_K;           /**< the temperature of probability and tolerance, K, > 0; 0 otherwise, or one for which they are told           */
    int n_varied;          /**< default 0: every cation of the sublattice with the most of them                                          */
    const int *varied;     /**< [n_varied] atomic numbers on one sublattice, which vary; its others stay in proportion among themselves     */
    int n_bounds;
    const kiln_design_bound *bounds;
    int n_limits; /**< at most KILN_MAX_DESIGN_LIMITS                                                                        */
    const kiln_design_limit *limits;
    double least_entropy;    /**< configurational entropy over R, per mole of cations of the sublattice; default -1: 1.5 where the composition has that much, else 1 where it
                                  has that, else 0                                                                                       */
    const kiln_element_table *elements; /**< default NULL; prices of elements as bought, in its column price_per_kg                            */
    double most_cost;        /**< default 0: no limit; per kg of the oxide as written                                                  */
    double least_width_K;    /**< default 50 K; of a window whose onset is sought, > 0                                                  */
    double least_fraction;   /**< default 0.001; no cation of the sublattice falls below, in (0, 0.1]: on a face its energy of mixing has no derivative */
    double flat_K;           /**< default 5 K; the loss that flatness is told for (temperatures; else 0.1 of the index, a tenth of the tolerance) */
    int n_starts;            /**< default 8; local searches after each global one, 1 to 64                                               */
    uint64_t seed;           /**< default 1; of the first global search; the second takes the next                                        */
    int (*keep_going)(int done, int total, void *user); /**< called after each local search with `user`; 0 ends it with KILN_E_INTERRUPTED; NULL: none */
    void *user;
} kiln_design_options;

KILN_EXPORT kiln_status kiln_design_options_init(kiln_design_options *options, uint32_t version);

/** One composition of the sublattice. */
typedef struct kiln_design_point {
    double fraction[KILN_MAX_COMPONENTS]; /**< by cation of the sublattice; sum 1                       */
    double value;                         /**< of the goal: K, index or share                          */
    double low_K, high_K;                 /**< ends of the window, of answers by their scan, else by following competitors; low > high: none */
    double entropy_R;                     /**< of the sublattice, per mole of its cations              */
    double cost_kg;                       /**< per kg of the oxide as written; 0 without prices          */
} kiln_design_point;

/** A point solved again directly, with its proof. */
typedef struct kiln_design_answer {
    kiln_design_point point;
    kiln_window window;
    int range;              /**< of the window that the goal is about; -1: there is none                     */
    double at_probability;  /**< to first order that it is single at at_K; NAN without at_K                  */
    double at_tolerance;    /**< as KILN_DESIGN_TOLERANCE, NAN without at_K                                   */
} kiln_design_answer;

/** What holds the optimum where it is. */
typedef struct kiln_design_active {
    int phase;         /**< a competitor that is about to appear, index in the system; -1: a bound or a limit             */
    int is_high;       /**< of a competitor: at the upper end                                                           */
    char text[64];     /**< of a bound or a limit, "" of a competitor                                                    */
    double multiplier; /**< bound or limit: what the goal gains as it is relaxed by 0.01 (of cations, of R; the cost by 1 %), in the goal's unit, >= 0;
                            competitor: its share of what decides the goal, 0 to 1                                        */
} kiln_design_active;

typedef struct kiln_design_result {
    int n;                                         /**< cations of the sublattice                             */
    int z[KILN_MAX_COMPONENTS];                    /**< in the order of the formula                           */
    int is_varied[KILN_MAX_COMPONENTS];            /**< 0: in proportion to the others that are not varied     */
    double least_entropy;                          /**< that was asked for, over R                            */
    kiln_design_answer start, optimum;             /**< the optimum rounded to 0.1 % of the sublattice's cations */
    kiln_design_point unrounded;
    int is_plateau;                                /**< 1: the search range sets the goal, no competitor: many compositions are as good */
    int n_active;
    kiln_design_active active[KILN_MAX_ACTIVE];    /**< at the optimum before rounding                        */
    double flat_loss;                              /**< in the goal's unit                                    */
    double flat_low[KILN_MAX_COMPONENTS], flat_high[KILN_MAX_COMPONENTS]; /**< the fraction of one cation between which the goal loses less than that, the others
                                                                              chosen anew within the limits; NAN on a plateau and without a window */
    int n_alternatives;
    kiln_design_point alternative[KILN_MAX_OPTIMA]; /**< other local optima, each more than 0.02 in some cation from the optimum and from one another, best first */
    double best_of_seed[2];                        /**< the goal as found from either seed                    */
    int seeds_agree;                               /**< 1: within 0.5 K, 0.005 of the index, 1 % of the tolerance */
    int n_searches, n_failed;                      /**< local ones                                            */
    long n_evaluations;                            /**< compositions looked at                                 */
} kiln_design_result;

/**
 * The composition of one sublattice that is best by a goal, within bounds.
 *
 * Global search by ISRES (T. P. Runarsson, X. Yao, IEEE Trans. Syst. Man Cybern. C 35 (2005) 233, doi:10.1109/TSMCC.2004.841906), from two seeds; then from several of its best points local
 * searches by SLSQP (D. Kraft, ACM Trans. Math. Softw. 20 (1994) 262, doi:10.1145/192115.192124), both of NLopt, which allocates for itself. An end of a window is a maximum over
 * competitors, and not smooth; so temperatures are unknowns beside the composition, and each competitor's driving force there is a constraint, with the derivatives of the
 * envelope theorem (docs/design.md).
 */
typedef struct kiln_design kiln_design;

/**
 * @param question        what is asked; the composition is the start; borrowed only during the call, but for the database
 * @param window_options  search range and samples; NULL: defaults
 * @param phase           index of a phase in the question's system
 * @param out             receives the result (NULL on failure); kiln_design_free it
 * @return KILN_OK; KILN_E_ARG (options; bounds and limits that exclude each other are named); what kiln_system_create and kiln_window_solve return; KILN_E_MISSING (no
 *         price); KILN_E_NOT_CONVERGED (no composition within the limits could be solved for); KILN_E_INTERRUPTED.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_design_create(kiln_context *ctx, const kiln_step_question *question,
                                                           const kiln_window_options *window_options, int phase,
                                                           const kiln_design_options *options, kiln_design **out);
KILN_EXPORT void kiln_design_free(kiln_design *design);

/** Borrowed. */
KILN_EXPORT const kiln_design_result *kiln_design_result_of(const kiln_design *design);
/** The optimum's system, and that of the start; their phases have the same indices. Borrowed. */
KILN_EXPORT const kiln_system *kiln_design_system(const kiln_design *design);
KILN_EXPORT const kiln_system *kiln_design_start_system(const kiln_design *design);
/** What it was made with; arrays are not kept. Borrowed. */
KILN_EXPORT const kiln_design_options *kiln_design_options_of(const kiln_design *design);

#ifdef __cplusplus
}
#endif
#endif
