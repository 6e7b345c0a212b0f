#ifndef KILN_REPORT_H
#define KILN_REPORT_H

#include <kiln/activity.h>
#include <kiln/database.h>
#include <kiln/design.h>
#include <kiln/diagram.h>
#include <kiln/energy.h>
#include <kiln/map.h>
#include <kiln/pairs.h>
#include <kiln/entropy.h>
#include <kiln/equilibrium.h>
#include <kiln/experiment.h>
#include <kiln/fit.h>
#include <kiln/gap.h>
#include <kiln/risk.h>
#include <kiln/screening.h>
#include <kiln/section.h>
#include <kiln/sinter.h>
#include <kiln/validate.h>
#include <kiln/step.h>
#include <kiln/window.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A result with everything needed to read it later: question, database, numbers, sources. All formats show the same tree. */
typedef struct kiln_report kiln_report;

typedef enum kiln_report_format {
    KILN_REPORT_TEXT, /**< for a reader: UTF-8, about 90 columns, no colour            */
    KILN_REPORT_JSON, /**< schemas: docs/json.md; numbers have 12 significant digits   */
    KILN_REPORT_CSV   /**< one header line; a decimal point whatever the locale        */
} kiln_report_format;

/** What was asked, echoed in the report. Strings are copied. */
typedef struct kiln_report_question {
    const char *formula;                       /**< as typed                                                         */
    const kiln_system_options *system_options; /**< NULL: the defaults                                               */
    const kiln_solver_options *solver_options; /**< NULL: the defaults                                               */
} kiln_report_question;

/** Configurational entropy of a composition: schema kiln.entropy/1. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_entropy(kiln_context *ctx, const char *formula,
                                                            const kiln_composition *composition, const kiln_entropy *entropy,
                                                            kiln_report **out);

/** Entropies of mixtures of n components against the fraction of one: schema kiln.diagram.entropy/1. @param curves  [n] from kiln_entropy_of_components */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_entropy_of_components(kiln_context *ctx, int n,
                                                                          const kiln_entropy_curve *curves, kiln_report **out);
/** Entropy of a composition against the fraction of cation z: the same schema. @param mixing, per_site  from kiln_entropy_vary */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_entropy_vary(kiln_context *ctx, const char *formula,
                                                                 const kiln_composition *composition, int z,
                                                                 const kiln_entropy_curve *mixing,
                                                                 const kiln_entropy_curve *per_site, kiln_report **out);

/** Whether a phase is single at one temperature, beside its windows. */
typedef struct kiln_report_at {
    double T_K;
    const kiln_single_phase *single;
    double probability; /**< that it is, over the joint samples of its windows; NAN: not known */
} kiln_report_at;

/** What a window's report says besides the windows. */
typedef struct kiln_report_window_details {
    int all;      /**< 1: the text describes every structure in full; 0: it mentions the others in one line          */
    int is_named; /**< 1: the structure was asked for by name; 0: chosen from the formula, which the report explains */
    const kiln_report_at *at; /**< the answer for one temperature, about the first window's phase; NULL for none                 */
} kiln_report_window_details;

/**
 * Single-phase windows: schema kiln.window/1.
 *
 * @param system     of all windows
 * @param options    those the windows were made with
 * @param windows    [n_windows] the first is the answer, the others are structures of the same stoichiometry
 * @param n_windows  at least 1
 * @param details    NULL: all zero
 * @param out        receives the report (NULL on failure); kiln_report_free it
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOMEM; KILN_E_NOT_CONVERGED (a number of the result is not finite).
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_window(kiln_context *ctx, const kiln_system *system,
                                                           const kiln_report_question *question,
                                                           const kiln_window_options *options, const kiln_window *windows,
                                                           int n_windows, const kiln_report_window_details *details,
                                                           kiln_report **out);

/**
 * One equilibrium: schema kiln.equilibrium/1. Amounts are per mole of the composition's formula.
 *
 * @param valence  [n_components] from kiln_equilibrium_valences
 * @return as kiln_report_window.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_equilibrium(kiln_context *ctx, const kiln_system *system,
                                                                const kiln_report_question *question,
                                                                const kiln_equilibrium *equilibrium, const double *valence,
                                                                kiln_report **out);

/** What a step calculation says besides its rows. */
typedef struct kiln_report_step_details {
    double extrapolate_K;        /**< a row with a function used further outside its validity has failed */
    const char *const *failures; /**< [n_rows] why a row has no equilibrium, NULL where it has; NULL: all have */
    int n_transitions;
    const kiln_transition *transitions; /**< [n_transitions] */
    const char *compositions_of; /**< a phase of the system by name: its cation fractions stand in a table and in the figure; NULL: none */
} kiln_report_step_details;

/**
 * Equilibria at several temperatures: schema kiln.step/1. Amounts and returns as those of kiln_report_equilibrium.
 *
 * @param rows     [n_rows] of one that failed only equilibrium.T_K is read
 * @param details  NULL: every row counts, no transitions
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_step(kiln_context *ctx, const kiln_system *system,
                                                         const kiln_report_question *question, int n_rows,
                                                         const kiln_step_row *rows, const kiln_report_step_details *details,
                                                         kiln_report **out);

/** What a risk's report is about, besides the samples themselves. */
typedef struct kiln_report_risk_details {
    double at_K;    /**< the firing temperature asked about; 0: none                                              */
    double require; /**< the probability wanted there, 0 to 1; 0: none                                            */
    int n_curve;
    const double *curve_K; /**< [n_curve] temperatures of the curve, within the search range                             */
    int n_observations;    /**< firings that the samples have been weighted by                                           */
    const kiln_observation *observations;  /**< [n_observations]                                                              */
    const double *expected;                /**< [n_observations] how probable each was before; NULL without observations      */
    const kiln_observation_errors *errors; /**< NULL where there are no observations                                         */
    const kiln_risk_summary *before;       /**< the summary before they were weighted; NULL where there are no observations  */
} kiln_report_risk_details;

/**
 * Probability of a single phase over the uncertain numbers: schema kiln.risk/1.
 *
 * @return as kiln_report_window.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_risk(kiln_context *ctx, const kiln_risk *risk,
                                                         const kiln_risk_options *options, const kiln_report_question *question,
                                                         const kiln_report_risk_details *details, kiln_report **out);

/** What a report on a validation is about. */
typedef struct kiln_report_validation {
    const kiln_database *db;
    const kiln_trials *trials;
    const kiln_known_sources *known; /**< NULL: none                                                                   */
    const kiln_validation *validation; /**< made from these                                                            */
    double require;                  /**< the balanced accuracy wanted, 0 to 1; 0: none                                 */
} kiln_report_validation;

/** Forecasts against published syntheses: schema kiln.validate/1. Returns KILN_OK, KILN_E_ARG or KILN_E_NOMEM. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_validate(kiln_context *ctx, const kiln_report_validation *validation,
                                                             kiln_report **out);

/** What a screening has found: schema kiln.screen/1. @param screening  and what it was made from, which must still be there. Returns KILN_OK, KILN_E_ARG or KILN_E_NOMEM. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_screen(kiln_context *ctx, const kiln_screening *screening, kiln_report **out);

/**
 * Where to fire a composition: schema kiln.sinter/1.
 *
 * @param options  those the answer was made with
 * @return as kiln_report_window.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_sinter(kiln_context *ctx, const kiln_system *system,
                                                           const kiln_report_question *question,
                                                           const kiln_sinter_options *options, const kiln_sinter *sinter,
                                                           kiln_report **out);

/**
 * A composition that was designed: schema kiln.design/1.
 *
 * @return as kiln_report_window.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_design(kiln_context *ctx, const kiln_design *design,
                                                           const kiln_report_question *question, kiln_report **out);

/** One column of a comparison: a window under some what-if. */
typedef struct kiln_report_variant {
    const char *name;          /**< "base", or what was changed                                            */
    const kiln_system *system; /**< of the window                                                          */
    const kiln_window *window; /**< NULL: none could be calculated                                         */
    const char *reason;        /**< why, where it is NULL                                                  */
} kiln_report_variant;

/**
 * Windows of one structure under several what-ifs, side by side: schema kiln.compare/1.
 *
 * @param variants  [n] the first is the base case, to which `question` belongs
 * @return as kiln_report_window.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_compare(kiln_context *ctx, const kiln_report_question *question, int n,
                                                            const kiln_report_variant *variants, kiln_report **out);
/** What a report on a join or on activities says besides its rows. */
typedef struct kiln_report_row_details {
    double extrapolate_K;        /**< a row with a function used further outside its validity has failed */
    const char *const *failures; /**< [n_rows] why a row has no result, NULL where it has; NULL: all have */
    int phase;                   /**< of a join: the only structure to report on, an index in the system; -1: all */
} kiln_report_row_details;

/**
 * Phase fields, solubility limits and miscibility gaps along a join at several temperatures: schema kiln.gap/1. Returns as those of kiln_report_window.
 *
 * @param system   kiln_gap_system of the solver that made the rows
 * @param A, B     its end members
 * @param rows     [n_rows] of one that failed only T_K is read
 * @param details  NULL: every row counts, all structures
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_gap(kiln_context *ctx, const kiln_system *system,
                                                        const kiln_report_question *question, const kiln_composition *A,
                                                        const kiln_composition *B, int n_rows, const kiln_gap *rows,
                                                        const kiln_report_row_details *details, kiln_report **out);

/** What a report on a T-x diagram says besides the diagram. */
typedef struct kiln_report_tx_details {
    const kiln_experiments *experiments; /**< measured points of the join, each set beside what the diagram has there; NULL: none */
} kiln_report_tx_details;

/**
 * The T-x diagram of a join: schema kiln.diagram.tx/1. Returns as those of kiln_report_window.
 *
 * @param system   kiln_gap_system of the join's solver
 * @param A, B     its end members
 * @param details  NULL: all zero
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_tx(kiln_context *ctx, const kiln_system *system, const kiln_report_question *question,
                                                       const kiln_composition *A, const kiln_composition *B, const kiln_tx *tx,
                                                       const kiln_report_tx_details *details, kiln_report **out);

/** What the report on a section says besides its geometry. */
typedef struct kiln_report_section_details {
    const kiln_composition *member[3]; /**< those of the question                                                              */
    const char *varied; /**< symbol of the element whose fraction x is, as of the other cations in ratio; NULL: x is that of A   */
    int phase;          /**< the structure of the windows, index in kiln_section_system                            */
    int n_windows;      /**< 0: none                                                                                */
    const kiln_section_window *windows;
} kiln_report_section_details;

/** An isopleth, a ternary or T over p(O2): schema kiln.diagram.section/1. Returns as those of kiln_report_window. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_section(kiln_context *ctx, const kiln_section *section,
                                                            const kiln_report_question *question,
                                                            const kiln_report_section_details *details, kiln_report **out);

/**
 * Energies of a phase and driving forces of its competitors against temperature or a fraction: schema kiln.diagram.energy/1. Returns as those of kiln_report_window.
 *
 * @param system  of the composition as written
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_energy(kiln_context *ctx, const kiln_system *system,
                                                           const kiln_report_question *question, const kiln_energy *energy,
                                                           kiln_report **out);

/**
 * Chemical potentials and activities at several temperatures: schema kiln.activity/1. Returns as those of kiln_report_window.
 *
 * @param rows     [n_rows] of one that failed only equilibrium.T_K is read; site fractions that are NULL are left out
 * @param details  NULL: every row counts
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_activity(kiln_context *ctx, const kiln_system *system,
                                                             const kiln_report_question *question, int n_rows,
                                                             const kiln_activity *rows, const kiln_report_row_details *details,
                                                             kiln_report **out);

/** Which pairs a report is about. */
typedef struct kiln_report_pairs_question {
    int phase, sublattice;
    int n;
    const int *constituent; /**< [n] as given to kiln_database_pairs      */
    double T_K;
    int shows_sigma;        /**< 1: a figure shows standard deviations, too */
} kiln_report_pairs_question;

/** Pair interactions of a structure: schema kiln.diagram.pairs/1. @param pairs  [n (n - 1) / 2] from kiln_database_pairs. Returns KILN_OK, KILN_E_ARG or KILN_E_NOMEM. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_pairs(kiln_context *ctx, const kiln_database *db,
                                                          const kiln_report_pairs_question *question, const kiln_pair *pairs,
                                                          kiln_report **out);

/** Enthalpies of mixing against size mismatches: schema kiln.diagram.map/1. @param shows_formation  1: a figure shows enthalpies of formation. Returns as kiln_report_pairs. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_map(kiln_context *ctx, const kiln_database *db, const char *file, int shows_formation,
                                                        const kiln_map *map, kiln_report **out);

/** A solved fit: schema kiln.fit/1. Returns as kiln_report_pairs. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_fit(kiln_context *ctx, const kiln_fit *fit, kiln_report **out);

/** The phases of a database: schema kiln.database/1. Returns KILN_OK, KILN_E_ARG or KILN_E_NOMEM, as the next two. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_database(kiln_context *ctx, const kiln_database *db, kiln_report **out);

/** One phase with its entries: schema kiln.phase/1. @param phase  index in the database */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_phase(kiln_context *ctx, const kiln_database *db, int phase,
                                                          kiln_report **out);

/** One function with its values at round temperatures: schema kiln.function/1. @param function  index in the database */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_function(kiln_context *ctx, const kiln_database *db, int function,
                                                             kiln_report **out);

/**
 * What kiln_database_check finds: schema kiln.check/1.
 *
 * @param summary  counts; may be NULL
 * @return KILN_OK (also with findings); KILN_E_ARG; KILN_E_NOMEM; KILN_E_SINGULAR.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_check(kiln_context *ctx, const kiln_database *db, kiln_check_summary *summary,
                                                          kiln_report **out);

/** Free a report; NULL is ignored. */
KILN_EXPORT void kiln_report_free(kiln_report *report);

/**
 * Say which command made a report: the member `command` of its JSON, a list of words, which `kiln rerun` runs again. Text and CSV stay as they are.
 *
 * @param words  [n] verb, arguments and options, UTF-8, none of them NULL; copied
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOMEM, also for a word that is not UTF-8.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_set_command(kiln_report *report, int n, const char *const *words);

/** Kelvins by which a stable phase of an equilibrium or step, or the target of a window at one temperature, is used outside the
 * validity of its functions, the largest of all; 0 within. */
KILN_EXPORT double kiln_report_extrapolated_K(const kiln_report *report);

/**
 * Render a report.
 *
 * @param text    receives zero-terminated UTF-8 (NULL on failure); kiln_report_text_free it
 * @param length  its bytes; may be NULL
 * @return KILN_OK; KILN_E_ARG; KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_write(const kiln_report *report, kiln_report_format format, char **text,
                                                          size_t *length);

/** What a figure looks like. */
typedef enum kiln_figure_format { KILN_FIGURE_SVG, KILN_FIGURE_PDF, KILN_FIGURE_PNG } kiln_figure_format;
typedef enum kiln_figure_theme {
    KILN_FIGURE_PAPER, /**< letters of 8 pt, for one column of a journal */
    KILN_FIGURE_SLIDE  /**< letters of 18 pt */
} kiln_figure_theme;

#define KILN_FIGURE_OPTIONS_VERSION 1u
typedef struct kiln_figure_options {
    uint32_t version;
    kiln_figure_format format; /**< default SVG                                              */
    kiln_figure_theme theme;   /**< default paper                                            */
    double width_mm;           /**< default 0: 85 mm on paper, 240 mm on a slide; 60 to 400  */
    const char *font;          /**< default NULL: DejaVu Sans, for whose widths names are placed; letters, digits, spaces and hyphens, 1 to 64 */
} kiln_figure_options;

/** Set the defaults. @return KILN_OK; KILN_E_ARG for NULL or another version. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_figure_options_init(kiln_figure_options *options, uint32_t version);

/** Is there a figure of this kind of result? Of step, risk, gap, validate and kinds of diagrams there is. */
KILN_EXPORT int kiln_report_has_figure(const kiln_report *report);

/**
 * A script for gnuplot 5.4 that draws a report and holds its data; the figure comes out of gnuplot's standard output:
 * `gnuplot -d script > figure.svg`. Text of databases and users is escaped. The library runs no program.
 *
 * @param options  NULL: the defaults
 * @param script   receives zero-terminated UTF-8 (NULL on failure); kiln_report_text_free it
 * @param length   its bytes; may be NULL
 * @return KILN_OK; KILN_E_ARG (options; no figure of this kind of result; a join at one temperature; more than 128 curves and
 * areas); KILN_E_RANGE (a risk without a temperature in the search range); KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_report_figure(const kiln_report *report, const kiln_figure_options *options,
                                                           char **script, size_t *length);

/**
 * The same figure in characters, for a terminal with a font of fixed width: areas are hatched, lines are letters, points are markers; axes have numbers and units, and
 * what has no room for its name stands in a legend below. Nothing thinner than a character is left out.
 *
 * @param columns  60 to 200; 0: 90
 * @param text     receives zero-terminated UTF-8 (NULL on failure); kiln_report_text_free it
 * @param length   its bytes; may be NULL
 * @return as kiln_report_figure.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status
kiln_report_sketch(const kiln_report *report, int columns, char **text, size_t *length);

/** Free text made by kiln_report_write, kiln_report_figure or kiln_report_sketch; NULL is ignored. */
KILN_EXPORT void kiln_report_text_free(kiln_context *ctx, char *text);

#ifdef __cplusplus
}
#endif
#endif
