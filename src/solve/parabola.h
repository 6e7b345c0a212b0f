/* Private: a quadratic function below a phase's distance d to a plane over a box, about a constitution y of it (docs/certificate.md):
 *     d(y + z) >= value + sum_k (slope_k t_k + curvature_k t_k^2 / 2),   t_k = across_k.z,  z = sum_k t_k along_k,
 * for every y + z of the box. Curvatures rise with k; the first ones may be negative. */
#ifndef KILN_SOLVE_PARABOLA_H
#define KILN_SOLVE_PARABOLA_H

#include "solve/bound.h"

typedef struct kiln_i_parabola {
    int is_known; /* 0: nothing of it is, as higher terms have no bound here */
    int n, n_directions;
    double value;                  /* J per mol of formula units, like the next two by the power of t */
    double *y, *slope, *curvature; /* [n] */
    double *low, *high;            /* [n] ranges of t over the box */
    double *least;                 /* [n] of each direction's part there */
    double *along, *across;        /* [n x n] columns */
    double bound;                  /* value + the sum of the least: d is no less in the box */
    double bend;                   /* what the change of the Hessian takes off, in units of the entropy's curvature */
} kiln_i_parabola;

/* The one about a->y [n], a point of the phase, for a box and the spectrum whose cuts it has; d is the objective's. */
void kiln_i_parabola_set(kiln_solver *s, const kiln_i_objective *o, const kiln_i_spectrum *spectrum, const kiln_i_box *box,
                         kiln_i_parabola *a);

/* The box's ranges of y are narrowed to what can have d < margin, where the bound is less. 0: none is left. */
int kiln_i_parabola_narrow(const kiln_solver *s, int phase, double margin, kiln_i_parabola *a, kiln_i_box *box);

/* a->y moves towards the parabola's least point in the box, as far as it curves upwards. */
void kiln_i_parabola_recentre(double RT, kiln_i_parabola *a);

#endif
