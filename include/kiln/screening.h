#ifndef KILN_SCREENING_H
#define KILN_SCREENING_H

#include <kiln/ranks.h>
#include <kiln/screen.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { KILN_MAX_TOP = 10000 };
#define KILN_SCREENING_OPTIONS_VERSION 1

/** What becomes of the rows of a screening. Fill with kiln_screening_options_init, then edit; everything is copied. */
typedef struct kiln_screening_options {
    uint32_t version;  /**< set by _init                                                                                       */
    const char *where; /**< default NULL: all; a condition (kiln_filter_parse) on the rows that may be among the best ones        */
    const char *sort;  /**< default NULL: as they come; a number, the largest first ("-T_low_C": the lowest T_low_C); rows without it come last */
    int top;           /**< default 20; how many of the best rows are kept, 0 to KILN_MAX_TOP                                   */
    const char *path;  /**< default NULL: none; a file for all rows, .csv, .jsonl or .sqlite                                    */
    int n_threads;     /**< default 1, 1 to 1024; the rows are the same for any                                                 */
    /** Default NULL; called before each row with the rows that are done and `user`, by any thread, one call at a time; 0 ends the work with KILN_E_INTERRUPTED. */
    int (*keep_going)(uint64_t done, uint64_t n_rows, void *user);
    /** Default NULL; receives each unit that is computed now, as kiln_screen_work's. */
    kiln_status (*take)(const kiln_screen_unit *unit, kiln_context *ctx, void *user);
    void *user;
    /** Default NULL: this process alone; processes that share the rows, borrowed during the call. Rank 0 has the file and what was found, the others what they have counted of it: nothing. */
    const kiln_ranks *ranks;
} kiln_screening_options;

KILN_EXPORT kiln_status kiln_screening_options_init(kiln_screening_options *options, uint32_t version);

/** What a screening has found: how many rows of each kind there are, and the best of them. */
typedef struct kiln_screening kiln_screening;

/**
 * Runs a screening: rows into a file as they come, the best ones kept.
 *
 * Beside FILE.csv and FILE.jsonl stands FILE.csv.state (JSON), in a .sqlite the same text is the value of `state` in the table kiln_screening: what was asked, with the SHA-256 of the database, and how far
 * it is. It is renewed about once a second and at the end, always after the rows are on the disk, and stays as the record of what made the file. A run that was ended in any way goes
 * on when the same question with the same file is asked again: what the file holds beyond the record is cut off. The finished file is byte for byte that of a run that was not ended.
 * A finished one is not computed again; a file of another question, or one without a record, is never touched.
 *
 * @param screen  borrowed; must outlive the screening
 * @param out     receives the screening (NULL on failure); kiln_screening_free it before the screen
 * @return KILN_OK; KILN_E_PARSE (where, sort); KILN_E_ARG (options; built without SQLite); KILN_E_IO (a file that cannot be read or written, or is another question's; what was written is kept);
 *         KILN_E_INTERRUPTED; as kiln_screen_run.
 */
KILN_EXPORT KILN_MUST_CHECK kiln_status kiln_screening_run(kiln_context *ctx, const kiln_screen *screen, const kiln_screening_options *options,
                                                           kiln_screening **out);
KILN_EXPORT void kiln_screening_free(kiln_screening *screening);

/** Rows that the file held before: 0 where it was begun, all where it was finished. */
KILN_EXPORT uint64_t kiln_screening_n_found(const kiln_screening *screening);
/** Rows that satisfy `where`. */
KILN_EXPORT uint64_t kiln_screening_n_passed(const kiln_screening *screening);
/** Number of best rows; by rank, from 0 on, the fields of one, [n_columns], and its index. */
KILN_EXPORT int kiln_screening_n_best(const kiln_screening *screening);
KILN_EXPORT const kiln_field *kiln_screening_best(const kiln_screening *screening, int rank, uint64_t *row);

#ifdef __cplusplus
}
#endif
#endif
