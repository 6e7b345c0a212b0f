/* Private: how a T-x diagram is made.
 *
 *   tx.c        the workspace, and the whole
 *   rows.c      fields along the join at one temperature, in full or from their tie lines
 *   trace.c     rows between rows: curves refined, changes of the sequence of fields closed in on
 *   reaction.c  what such a change is
 *   invariant.c its temperature and compositions
 *   soft.c      spinodals and critical points
 *   assemble.c  curves and areas from the rows */
#ifndef KILN_DIAGRAM_TX_H
#define KILN_DIAGRAM_TX_H

#include "predict/gap_solver.h"

#include <kiln/diagram.h>

enum { KILN_I_TX_FIELDS = KILN_GAP_MAX_FIELDS + 2 }; /* an end member whose own field was too narrow to be seen has one, too */

/* A field at one temperature. */
typedef struct kiln_i_tx_field {
    int n_phases, phase[KILN_GAP_MAX_PHASES]; /* by rising index */
    int is_line;                              /* two phases on the join, of which end[0] is at `low` */
    int end[2];
    double low, high, low_B, high_B;
    int is_certified;      /* of a line: its equilibrium is; else of what was sampled at its edges */
    int edge_is_certified; /* at `high`, where it meets the next */
} kiln_i_tx_field;

typedef struct kiln_i_tx_row {
    double T_K;
    int n;
    kiln_i_tx_field field[KILN_I_TX_FIELDS];
} kiln_i_tx_row;

/* Where two sequences of fields differ: fields first .. end - 1 of either row. */
typedef struct kiln_i_tx_block {
    int first, end_below, end_above;
} kiln_i_tx_block;

/* Rows and invariants in the order of temperature. */
typedef struct kiln_i_tx_entry {
    kiln_i_tx_row *row; /* owned; NULL: an invariant */
    int invariant;
} kiln_i_tx_entry;

typedef struct kiln_tx_work { /* of kiln_tx, which keeps it */
    kiln_context *ctx;
    kiln_gap_solver *join;
    kiln_tx_options options;
    kiln_tx *tx;
    kiln_system *pure[2]; /* A, B by themselves */
    kiln_solver *pure_solver[2];
    int n_entries, entry_room;
    kiln_i_tx_entry *entry;
    int invariant_room, curve_room, area_room, spinodal_room;
} kiln_i_tx;

/* rows.c */
kiln_status kiln_i_tx_row_solve(kiln_i_tx *w, double T_K, const double *seed, int n_seeds, kiln_i_tx_row *out);
/* The row half way between two of the same sequence, from tie lines alone; *agrees = 0: some field has other phases there, or has edges that are no ends of tie lines. */
kiln_status kiln_i_tx_row_between(kiln_i_tx *w, const kiln_i_tx_row *a, const kiln_i_tx_row *b, kiln_i_tx_row *out, int *agrees);
int kiln_i_tx_same_field(const kiln_i_tx_field *a, const kiln_i_tx_field *b);
int kiln_i_tx_same_row(const kiln_i_tx_row *a, const kiln_i_tx_row *b);
kiln_i_tx_block kiln_i_tx_compare(const kiln_i_tx_row *below, const kiln_i_tx_row *above);
/* Middles of fields, to look at in another row; their number. */
int kiln_i_tx_seeds(const kiln_i_tx_row *row, double *seed, int room);

/* trace.c: rows and invariants strictly between two rows, into w->entry. */
kiln_status kiln_i_tx_trace(kiln_i_tx *w, const kiln_i_tx_row *a, const kiln_i_tx_row *b);
kiln_status kiln_i_tx_add_row(kiln_i_tx *w, const kiln_i_tx_row *row);

/* reaction.c: what the change from one row to another is, as far as the sequences tell, and its equations solved; 0: neither. T_K then lies between the rows. */
int kiln_i_tx_recognise(kiln_i_tx *w, const kiln_i_tx_row *below, const kiln_i_tx_row *above, kiln_tx_invariant *out);

/* invariant.c: each 1 where it found a solution between low_K and high_K. */
/* Three phases of the order given, left, middle and right in x: on tie lines `left` (the first two) and `right` of a row at T_K. x[3][2]: x_A, x_B. */
int kiln_i_tx_three_phases(kiln_i_tx *w, double T_K, const kiln_i_tx_field *left, const kiln_i_tx_field *right, double low_K,
                           double high_K, double *found_K, double x[3][2]);
/* Two phases of one composition with the same energy: at an end member (end 0: A, 1: B). */
int kiln_i_tx_pure(kiln_i_tx *w, int end, const int phase[2], double low_K, double high_K, double *found_K);
/* The same at x, and with x free between two values: where besides the chemical potentials are the same. */
int kiln_i_tx_same_energy(kiln_i_tx *w, double x, const int phase[2], double low_K, double high_K, double *found_K);
int kiln_i_tx_congruent(kiln_i_tx *w, double x_low, double x_high, const int phase[2], double low_K, double high_K,
                        double *found_K, double *x);

/* soft.c: where the least eigenvalue of a structure has a minimum 0 in x. */
int kiln_i_tx_critical(kiln_i_tx *w, int phase, double x_low, double x_high, double low_K, double high_K, double *found_K,
                       double *x);
kiln_status kiln_i_tx_spinodals(kiln_i_tx *w);

/* sigma.c: sigma_K of all invariants. */
kiln_status kiln_i_tx_sigmas(kiln_i_tx *w);

/* assemble.c */
kiln_status kiln_i_tx_assemble(kiln_i_tx *w);

/* A zero of f between low and high, where it has different signs, by the Illinois method to the last digits; NAN without. */
typedef double (*kiln_i_tx_function)(void *data, double x);
double kiln_i_tx_zero(kiln_i_tx_function f, void *data, double low, double high, double tolerance);

#endif
