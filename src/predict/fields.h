/* Private: the phase fields along a join x A + (1 - x) B at one temperature.
 *
 *   fields.c    equilibria along the join, and the whole
 *   edges.c     from samples to stretches that meet: tie lines, bisection
 *   approach.c  phases that come near between grid points
 *   proofs.c    a certified equilibrium for every edge */
#ifndef KILN_PREDICT_FIELDS_H
#define KILN_PREDICT_FIELDS_H

#include "solve/solver.h"

#include <kiln/gap.h>

enum { KILN_I_GRID = 60, KILN_I_FIELD_ROOM = 160, KILN_I_SEED_ROOM = 64 };

/* One sample, or the stretch known to have the same phases. */
typedef struct kiln_i_stretch {
    double low, high;         /* known extent in x */
    int has_low, has_high;    /* 1: the field is known to end there */
    double low_B, high_B;     /* 1 - x there, with full relative accuracy */
    kiln_gap_boundary at_low; /* the equilibrium as found at either end of the extent; x, width: unused */
    kiln_gap_boundary at_high;
    double low_width, high_width; /* of the brackets */
} kiln_i_stretch;

typedef struct kiln_i_fields {
    kiln_solver *solver;                                   /* borrowed */
    double a[KILN_MAX_COMPONENTS], b[KILN_MAX_COMPONENTS]; /* closed components of A and B per mole of their cations */
    int is_disjoint;                                       /* A and B have no cation in common */
    double T_K;
    int n_grid;
    double grid[KILN_I_GRID];
    int is_sparse; /* 1: the grid is coarse, for where the fields are known but for what changes */
    double *
        approach; /* [n_phases x KILN_I_GRID] driving forces at grid points, J per mole of closed components; infinity where not known */
    double *beside;             /* [2 x n_phases] the same in passing */
    double mu[2 * KILN_I_GRID]; /* potentials at grid points, J/mol; of two components only, NAN where not known */
    int n;
    kiln_i_stretch *stretch; /* [KILN_I_FIELD_ROOM] */
    kiln_i_stretch *fresh;   /* one sample */
    kiln_certificate whole;  /* the worst of a few equilibria along a join with one field, which has no edges */
} kiln_i_fields;

/* The solver's system must have components a [n_closed] and b [n_closed] where they are not 0. */
kiln_status kiln_i_fields_create(kiln_solver *solver, const double *a, const double *b, kiln_i_fields *out);
void kiln_i_fields_destroy(kiln_i_fields *f);
/* Look at fewer places than usual; 0: as usual again. */
void kiln_i_fields_make_sparse(kiln_i_fields *f, int is_sparse);
/* The solver's composition at x. */
void kiln_i_fields_move(kiln_i_fields *f, double x);
/* All fields at T_K; `seed` [n_seeds] are compositions to look at besides the grid's. */
kiln_status kiln_i_fields_solve(kiln_i_fields *f, double T_K, const double *seed, int n_seeds);
/* The equilibrium at x, as a stretch: of no extent, or that of a tie line on the join. Without any combination of phases it has none. */
kiln_status kiln_i_fields_sample(kiln_i_fields *f, double x, kiln_i_stretch *out);
kiln_status kiln_i_fields_insert(kiln_i_fields *f, int at, const kiln_i_stretch *s);
/* edges.c: until neighbouring stretches meet. */
kiln_status kiln_i_fields_close(kiln_i_fields *f);
int kiln_i_same_phases(const kiln_gap_boundary *a, const kiln_gap_boundary *b);
/* A stretch reaches as far as another one, which continues it. */
void kiln_i_stretch_extend_up(kiln_i_stretch *s, const kiln_i_stretch *by);
void kiln_i_stretch_extend_down(kiln_i_stretch *s, const kiln_i_stretch *by);
/* approach.c: the driving forces of the phases that the last sample, at grid point g, lacks; then where they have a minimum between grid points, whether the phase is stable there. */
void kiln_i_fields_note(kiln_i_fields *f, int g, const kiln_gap_boundary *set);
kiln_status kiln_i_fields_seek(kiln_i_fields *f);
/* proofs.c: at every edge the certified equilibrium of the side with more phases, which a tie line on the join has for both its edges. *contradicted: a proof found other phases;
 * those edges are then marked as not certified. */
kiln_status kiln_i_fields_prove(kiln_i_fields *f, int *contradicted);
/* Two phases on the join: their compositions are the ends. */
int kiln_i_stretch_is_line(const kiln_i_stretch *s);
/* How much worse a certificate is than another: certified before not, smaller gaps before larger. */
int kiln_i_certificate_is_worse(const kiln_certificate *a, const kiln_certificate *b);

#endif
