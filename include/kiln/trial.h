#ifndef KILN_TRIAL_H
#define KILN_TRIAL_H

#include <kiln/context.h>
#include <kiln/database.h>
#include <kiln/export.h>
#include <kiln/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a synthesis gave. */
typedef enum kiln_outcome {
    KILN_OUTCOME_NONE, /**< not said, or neither */
    KILN_OUTCOME_SINGLE,
    KILN_OUTCOME_MULTI
} kiln_outcome;

/** "", "single", "multi"; static text. */
KILN_EXPORT const char *kiln_outcome_text(kiln_outcome outcome);

/** A temperature as a table states it: low = high for a number, an interval for a range, minus or plus infinity on one side of a bound; NAN for none. */
typedef struct kiln_stated_temperature {
    double low_K, high_K;
} kiln_stated_temperature;

/** One published synthesis. Texts belong to the trials; an absent one is "". */
typedef struct kiln_trial {
    int line; /**< of the file, 1-based */
    const char *id, *formula, *structure, *atmosphere, *source, *url;
    const char *temperature;    /**< as written */
    kiln_stated_temperature T;  /**< of the firing; it can be judged where that is one number */
    kiln_outcome outcome;
    kiln_stated_temperature transition; /**< above which it becomes single */
    const char *equilibrium;    /**< may the state have been one: "", "plausible", or why not */
    const char *kind;           /**< how it is known: "observed", "inferred", "memory", ... */
    const char *seen;           /**< second phases, in words */
    const char *conditions;     /**< in words, where the atmosphere is none that kiln reads */
} kiln_trial;

typedef struct kiln_trials {
    const char *name; /**< of the file */
    int n;
    kiln_trial *trial;            /**< [n] in the order of the file */
    struct kiln_trials_text *text; /**< private */
} kiln_trials;

/**
 * Published syntheses from comma-separated values (RFC 4180, UTF-8) with a header line; lines that begin with # are comments, other columns are ignored.
 *
 *   formula, structure, temperature_C, atmosphere, outcome   required; an empty field is not known
 *   outcome                   single or multi
 *   temperature_C, transition_temperature_C   a number, a range 850-900, a bound >850 or <1500, or about, ~900; a remark in brackets may follow, or stand alone for "not known"
 *   id, equilibrium_flag, row_kind, source, url, secondary_phases, conditions, transition_temperature_C   optional
 *
 * @param text    [length] not zero-terminated necessarily; copied
 * @param name    what messages call the file; copied
 * @param out     receives the trials (NULL on failure); kiln_trials_free them before the context
 * @return KILN_OK; KILN_E_PARSE ("name:line:column: expected ..., found ..."; also for a table without rows); KILN_E_ARG; KILN_E_NOMEM.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_trials_parse(kiln_context *ctx, const char *text, size_t length, const char *name,
                                                          kiln_trials **out);
/** The same from a file; KILN_E_IO if it cannot be read. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_trials_load(kiln_context *ctx, const char *path, kiln_trials **out);
KILN_EXPORT void kiln_trials_free(kiln_trials *trials);

/** A publication that numbers of a database come from. Texts belong to the list. */
typedef struct kiln_known_source {
    const char *key, *doi, *marks, *used_in, *citation;
} kiln_known_source;

/** Publications behind a database's assessment: what a database has learned from cannot test it. */
typedef struct kiln_known_sources {
    const char *name; /**< of the file */
    int n;
    kiln_known_source *source; /**< [n] */
    struct kiln_trials_text *text; /**< private */
} kiln_known_sources;

/**
 * From a table with the columns key, doi, marks, used_in and citation (databases/assessment/README.md); a row without doi and marks is an error. Returns as kiln_trials_parse.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_known_sources_parse(kiln_context *ctx, const char *text, size_t length,
                                                                 const char *name, kiln_known_sources **out);
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_known_sources_load(kiln_context *ctx, const char *path, kiln_known_sources **out);
/** From assessment/sources.csv beside a file of the database, the first that is there; *out stays NULL with KILN_OK where none is. */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_known_sources_of(kiln_context *ctx, const kiln_database *db,
                                                              kiln_known_sources **out);
KILN_EXPORT void kiln_known_sources_free(kiln_known_sources *known);
/** Index of the first source whose DOI occurs in the trial's source or URL, or all of whose marks (between semicolons) do, in any case; -1: none. */
KILN_EXPORT int kiln_known_sources_find(const kiln_known_sources *known, const kiln_trial *trial);

#ifdef __cplusplus
}
#endif
#endif
