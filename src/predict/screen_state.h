/* Private: a screening. screen.c makes it and names its columns, screen_row.c computes a row, screen_run.c units on threads. */
#ifndef KILN_PREDICT_SCREEN_STATE_H
#define KILN_PREDICT_SCREEN_STATE_H

#include "predict/candidates.h"

#include <kiln/ranks.h>
#include <kiln/screen.h>

/* Columns that every screening has, but for those from P_at on. */
typedef enum kiln_i_screen_column {
    KILN_I_FORMULA,
    KILN_I_PHASE,
    KILN_I_ATMOSPHERE,
    KILN_I_STATUS,
    KILN_I_T_LOW,
    KILN_I_T_HIGH,
    KILN_I_WIDTH,
    KILN_I_N_WINDOWS,
    KILN_I_SIGMA_LOW,
    KILN_I_SIGMA_HIGH,
    KILN_I_T_LOW_16,
    KILN_I_T_LOW_84,
    KILN_I_T_HIGH_16,
    KILN_I_T_HIGH_84,
    KILN_I_LOW_LIMIT,
    KILN_I_HIGH_LIMIT,
    KILN_I_LOW_KIND,
    KILN_I_HIGH_KIND,
    KILN_I_P_WINDOW,
    KILN_I_XRD_LOW,
    KILN_I_XRD_HIGH,
    KILN_I_S_R,
    KILN_I_CLASS,
    KILN_I_ESTIMATED,
    KILN_I_CERTIFIED,
    KILN_I_GAP,
    KILN_I_BEST,
    KILN_I_BEST_T,
    KILN_I_REASON,
    KILN_I_P_AT,
    KILN_I_P_XRD_AT,
    KILN_I_N_SCREEN_COLUMNS
} kiln_i_screen_column;

/* What becomes of a row. */
typedef enum kiln_i_outcome_kind {
    KILN_I_SINGLE,
    KILN_I_NEVER_SINGLE,
    KILN_I_NO_FORMULA,
    KILN_I_NO_STRUCTURE,
    KILN_I_LACKS,
    KILN_I_OUT_OF_RANGE,
    KILN_I_NOT_CONVERGED,
    KILN_I_NOT_COMPUTED,
    KILN_I_N_OUTCOMES
} kiln_i_outcome_kind;

/* Static text, as in the column status. */
const char *kiln_i_outcome_text(kiln_i_outcome_kind kind);

struct kiln_screen {
    kiln_context *ctx; /* borrowed, as the next three */
    const kiln_database *db;
    const kiln_candidates *candidates;
    const kiln_element_table *elements; /* NULL: none */
    int n_phases;
    char *phase[KILN_MAX_SCREEN_PHASES];
    int n_atmospheres;
    kiln_atmosphere atmosphere[KILN_MAX_SCREEN_ATMOSPHERES];
    char *atmosphere_name[KILN_MAX_SCREEN_ATMOSPHERES];
    kiln_system_options system_options;
    kiln_solver_options solver_options;
    kiln_window_options window_options; /* of the whole window of a row, without samples of its ends alone */
    char **names;                       /* [n_without + n_only] of system_options, owned */
    double at_K;
    uint64_t n_rows;
    int n_columns, first_element, first_carried;
    kiln_column column[KILN_MAX_SCREEN_COLUMNS];
};

/* What a thread computes rows with. Rows of one composition in one atmosphere share a system. */
typedef struct kiln_i_screener {
    const kiln_screen *screen;
    kiln_context *ctx; /* borrowed */
    kiln_i_candidate_reader reader;
    int has_case;
    uint64_t case_index; /* row / structures */
    char formula[KILN_FORMULA_BYTES];
    kiln_composition composition;
    kiln_system *system;         /* NULL where it could not be made */
    kiln_window_solver *ends;    /* of the ends alone: which of several structures it is, and without samples the answer */
    kiln_window_solver *whole;   /* NULL without samples */
    kiln_i_outcome_kind failure; /* of the composition or the system, and why */
    char reason[1024];
    kiln_window window;
    char *text; /* that fields of the unit point into; while it grows they hold offsets */
    size_t used, room;
} kiln_i_screener;

/* Fills a row's fields, whose texts are offsets into the screener's text, held in `number`. KILN_OK also where the row has no answer. */
kiln_status kiln_i_screen_row(kiln_i_screener *s, uint64_t row, kiln_field *field);
void kiln_i_screener_close_case(kiln_i_screener *s);

/* screen_run.c: as kiln_screen_run, but rows by themselves, [n] by their indices; each is given as if it were a unit. They are what they are in their units, as nothing of one row is used for another but
 * the system that both have. */
kiln_status kiln_i_screen_rows(const kiln_screen *screen, kiln_context *ctx, int n, const uint64_t *row,
                               const kiln_screen_work *work);

/* screen_ranks.c: as kiln_screen_run from work->first on, each unit computed by one of the ranks; only on rank 0 are they given, all of them and in order. NULL: this process alone. */
kiln_status kiln_i_screen_run_ranks(const kiln_screen *screen, kiln_context *ctx, const kiln_screen_work *work,
                                    const kiln_ranks *ranks);

#endif
