#ifndef KILN_STUDY_H
#define KILN_STUDY_H

#include <kiln/context.h>
#include <kiln/export.h>
#include <kiln/status.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An option of a verb, as a study may use it. */
typedef struct kiln_study_option {
    const char *name; /**< as typed, without hyphens                                 */
    int takes_value;  /**< 0: in a study it is true or false                          */
    int repeats;      /**< 1: a study may give a list                                 */
} kiln_study_option;

/** A verb of a tool that runs studies. */
typedef struct kiln_study_verb {
    const char *name;         /**< "window", "diagram tx"                                      */
    const char *argument_key; /**< what a study calls its arguments: "formula"                 */
    int n_least, n_most;      /**< how many arguments it takes                                 */
    int n_options;
    const kiln_study_option *options; /**< [n_options]                                          */
} kiln_study_verb;

/** A key of a sweep and its value in one case. */
typedef struct kiln_study_variable {
    const char *name, *value;
} kiln_study_variable;

/** One command. */
typedef struct kiln_study_case {
    const char *name; /**< no two are equal; letters, digits and . _ + -, at most 100 bytes           */
    int verb;         /**< index in the verbs that were given                                          */
    int n_words;
    const char *const *words; /**< [n_words] as typed after the name of the tool: verb, arguments, options in the verb's order */
    int n_variables;
    const kiln_study_variable *variables; /**< [n_variables] of its sweep                               */
    int n_figures;
    const char *const *figures; /**< [n_figures] of "svg", "pdf", "png"; those of the study unless the case has its own */
    int line, column;                     /**< of its name in the file, 1-based                         */
} kiln_study_case;

/** A column of the table that sums a study up. */
typedef struct kiln_study_column {
    const char *name;
    const char *member; /**< of a result: "result/windows/0/low/T_K" */
} kiln_study_column;

/** A study. Everything is its own. */
typedef struct kiln_study {
    const char *name; /**< what the file calls it   */
    const char *file; /**< as given to the reader    */
    const char *text; /**< [length] the file itself, zero-terminated */
    size_t length;
    int n_cases;
    kiln_study_case *cases; /**< [n_cases] in the order of the file, sweeps expanded: the first key of a product varies slowest, zipped keys fastest */
    int n_outputs;
    const char *const *outputs; /**< [n_outputs] of "json", "csv", "txt"                         */
    int n_columns;              /**< 0: the study names none                                     */
    const kiln_study_column *columns;
    struct kiln_study_memory *memory; /**< private */
} kiln_study;

enum { KILN_MAX_STUDY_CASES = 10000 };

/**
 * Read a study (docs/study.md): named cases, each a verb with its arguments and options, what they have in common, sweeps.
 *
 *   study: a name                     required
 *   defaults: {verb: ..., option: ...}  of every case that does not say otherwise and whose verb has the option
 *   cases: {name: {verb, <argument_key>, option: value, figures, sweep: {product: {key: [...]}, zip: {key: [...]}}}}
 *   outputs: [json, csv, txt], figures: [svg, pdf, png], summary: {heading: member of a result}
 *
 * A key of a sweep is an option, the arguments, or a name x that stands in braces in the case's values: {x} is its text, {0.25*(1-x)} a number (+ - * / and brackets).
 *
 * @param text    [length] not zero-terminated necessarily; copied
 * @param name    of the file, for messages
 * @param verbs   [n_verbs] what the words are checked against; not kept
 * @return KILN_OK; KILN_E_PARSE with "name:line:column: ...", which for a key names those that are valid and the nearest one; KILN_E_ARG; KILN_E_NOMEM. *out is NULL on failure.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_study_parse(kiln_context *ctx, const char *text, size_t length, const char *name, int n_verbs,
                                                         const kiln_study_verb *verbs, kiln_study **out);

/** The same of a file; KILN_E_IO if it cannot be read. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_study_load(kiln_context *ctx, const char *path, int n_verbs, const kiln_study_verb *verbs,
                                                        kiln_study **out);

/** Free a study; NULL is ignored. Before its context. */
KILN_EXPORT void kiln_study_free(kiln_study *study);

#ifdef __cplusplus
}
#endif
#endif
