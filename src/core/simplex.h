/* Private: a small dense linear programme, min c.x with A x = b, x >= 0, by the primal simplex method. Columns may be added between
 * solves, which continue from the last basis: that is column generation. All memory is taken at creation. */
#ifndef KILN_CORE_SIMPLEX_H
#define KILN_CORE_SIMPLEX_H

#include <kiln/context.h>

typedef struct kiln_i_simplex {
    kiln_context *ctx;
    int m, capacity, n; /* rows, room for columns, columns */
    double *column;     /* [m x capacity] */
    double *cost;       /* [capacity] */
    double *b;          /* [m] >= 0 after sign changes made by the caller */
    int *basis;         /* [m] column index, or -1 - row for an artificial */
    double *inverse;    /* [m x m] of the basis matrix, column-major */
    double *x;          /* [m] values of the basic variables */
    double *dual;       /* [m] */
    double *work;       /* [m] entering direction */
    double *spare;      /* [m x m] for a fresh inverse */
    int *pivots;        /* [m] for LAPACK */
    int updates;        /* since the inverse was computed afresh */
} kiln_i_simplex;

kiln_status kiln_i_simplex_create(kiln_context *ctx, int max_rows, int capacity, kiln_i_simplex *out);
void kiln_i_simplex_destroy(kiln_i_simplex *s);

/* Start a problem of m rows (<= max_rows) with right-hand side b [m] >= 0 and no columns. */
void kiln_i_simplex_reset(kiln_i_simplex *s, int m, const double *b);
/* Add a column; its index, or -1 when there is no room. */
int kiln_i_simplex_add(kiln_i_simplex *s, const double *column, double cost);
/* Drop all columns that are not basic; basic ones keep their order. map[old] = new index or -1 (NULL: not wanted). */
void kiln_i_simplex_compress(kiln_i_simplex *s, int *map);
/* Minimise. KILN_OK: dual and x are those of the optimum. KILN_E_MISSING: infeasible (artificials remain); KILN_E_NOT_CONVERGED. */
kiln_status kiln_i_simplex_solve(kiln_i_simplex *s);

#endif
