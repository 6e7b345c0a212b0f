#ifndef KILN_SINTER_H
#define KILN_SINTER_H

#include <kiln/step.h>
#include <kiln/vapour.h>
#include <kiln/window.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KILN_SINTER_OPTIONS_VERSION 1

enum { KILN_MAX_PRECURSORS = 16, KILN_SINTER_GASES = 8 };

/** Settings of a firing recommendation. Fill with kiln_sinter_options_init, then edit. */
typedef struct kiln_sinter_options {
    uint32_t version;
    kiln_vapour_options vapour; /**< film, surface and the loss that sets the vapour's ceiling                                   */
    double cool_to_K;           /**< default 873.15; slow cooling ends here, in equilibrium; 0: not asked                        */
    int scan_gases;             /**< default 1; 0: other oxygen pressures are not tried                                          */
    int n_precursors;           /**< default 0: for each cation the oxide nearest to what it is in this gas at 400 C, of those with a melting point; none for a composition without oxygen */
    const kiln_composition *precursors; /**< [n_precursors], at most KILN_MAX_PRECURSORS; borrowed during the call               */
} kiln_sinter_options;

KILN_EXPORT kiln_status kiln_sinter_options_init(kiln_sinter_options *options, uint32_t version);

/** A limit of the firing temperature. */
typedef struct kiln_sinter_limit {
    int exists;
    int has_sigma; /**< 0: safe_K is T_K, for want of a standard deviation                       */
    double T_K;    /**< best value                                                              */
    double safe_K; /**< a standard deviation further inside: the 84 % quantile of a floor, the 16 % quantile of a ceiling */
} kiln_sinter_limit;

/** A precursor and the rule of thumb that it stands for. */
typedef struct kiln_precursor {
    char formula[64];        /**< as written in the database's list of melting points, or as asked               */
    int is_known;            /**< 0: its melting point is not in the database                                    */
    int is_carbonate;        /**< 1: it is no oxide and gives off gas first: the rule does not speak of it       */
    double T_melt_K, sigma_K; /**< sigma < 0: not stated                                                         */
    int decomposes;          /**< 1: T_melt_K is where it decomposes                                             */
    double mobile_K;         /**< KILN_TAMMANN * T_melt_K                                                        */
    const char *status, *source; /**< borrowed from the database                                                 */
} kiln_precursor;

/** An oxygen pressure, and the window there at best values. */
typedef struct kiln_sinter_gas {
    double po2_bar;
    int is_asked; /**< 1: the atmosphere of the question                          */
    int n_ranges;
    double low_K, high_K; /**< of the widest range                                 */
    kiln_end_kind low_kind, high_kind;
    int high_phase;       /**< what ends it above, index in the question's system; -1 for none */
} kiln_sinter_gas;

/** Tammann's rule: a crystal's lattice becomes mobile, and reacts with others, from about half of its melting point in kelvin on (J. A. Conkling, C. J. Mocella,
 * Chemistry of Pyrotechnics, 3rd ed., 2019, p. 152). A rule of thumb. */
#define KILN_TAMMANN 0.5
/** Pressed powder of one phase densifies within hours from some 0.8 of its solidus in kelvin on. A rule of thumb, of the authors. */
#define KILN_DENSIFY 0.8
/** Where to fire a composition, and why. Thermodynamics, vapour and rules of thumb are kept apart. */
typedef struct kiln_sinter {
    kiln_window window;
    int range; /**< of the window, the widest; -1: never single, then no limit of the window and no range is filled         */
    kiln_sinter_limit floor, ceiling; /**< thermodynamic: the window's ends. exists = 0: the search range ends first          */
    kiln_vapour_ceiling vapour;
    kiln_sinter_limit vapour_limit;
    int n_precursors;
    kiln_precursor precursor[KILN_MAX_PRECURSORS];
    int first_mobile;         /**< index of the precursor with the lowest mobile_K, -1 for none                               */
    kiln_sinter_limit kinetic; /**< floor: its mobile_K; safe_K the same                                                      */
    double solidus_K;         /**< where the phase would begin to melt, be it beyond the window's end; 0: not within the search range, not known, or no melt in equilibrium there */
    double densify_K; /**< KILN_DENSIFY of it; 0 without                                                                      */
    double freeze_K;  /**< KILN_TAMMANN of it: below, the cations of the phase hardly move and cooling freezes it; 0 without  */
    int is_seen;              /**< 1: the window's ends leave nothing, or less than 20 K, and where diffraction sees second phases of solids (best values) stand for them */
    double low_K, high_K;     /**< recommended: between the highest floor and the lowest ceiling                              */
    int low_is_open, high_is_open; /**< 1: there is no floor, or no ceiling: the search range ends there                      */
    int is_safe;              /**< 1: with the safe values of all limits; 0: that leaves nothing, best values are taken; -1: nor do they leave anything, low_K >= high_K */
    double calcine_low_K, calcine_high_K; /**< the lower part: to make the phase; 0 without a floor                            */
    double sinter_low_K, sinter_high_K;   /**< the upper part: to densify it; 0 where the solidus is not known, or densify_K lies above high_K */
    int n_losses;
    kiln_vapour_loss loss[KILN_MAX_COMPONENTS]; /**< at high_K                                                                */
    double released_po2_bar;                    /**< there: kiln_vapour_result                                                */
    int has_cooled;
    kiln_equilibrium cooled; /**< at cool_to_K; without site fractions                                                        */
    int n_gases;
    kiln_sinter_gas gas[KILN_SINTER_GASES];
    int widest_gas; /**< index, -1 for none                                                                                   */
} kiln_sinter;

/**
 * The recommended range of firing temperatures of one phase.
 *
 * @param question        borrowed during the call but for the database, which the result's texts belong to
 * @param window_options  NULL: defaults
 * @param phase           index of a phase in the question's system
 * @param options         NULL: defaults
 * @param out             filled on KILN_OK
 * @return KILN_OK, also with range = -1; KILN_E_ARG; what kiln_system_create, kiln_window_solve, kiln_equilibrium_solve, kiln_vapour_create and
 *         kiln_vapour_find_ceiling return.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_sinter_solve(kiln_context *ctx, const kiln_step_question *question,
                                                          const kiln_window_options *window_options, int phase,
                                                          const kiln_sinter_options *options, kiln_sinter *out);

#ifdef __cplusplus
}
#endif
#endif
