/* Private: a rigorous lower bound on a phase's distance to a tangent plane over a box of constitutions (docs/certificate.md has the proof).
 *
 * In units of RT, with E the energy without the ideal entropy and yc a point of the phase,
 *   d(y) >= c0 + c.y + sum a y ln y + 1/2 sum_k lambda_k t_k^2 - rest,   t_k = v_k.(y - yc),
 * where lambda, v are the spectrum of E's Hessian at yc on the constraints' null space, and rest bounds terms of higher degree. On a box of t each
 * negative term is replaced by its chord; Lagrange duality then gives a bound in closed form for any multipliers. */
#ifndef KILN_SOLVE_BOUND_H
#define KILN_SOLVE_BOUND_H

#include "solve/solver.h"

/* What does not change from box to box, while yc stays. */
typedef struct kiln_i_spectrum {
    int phase, n;
    int n_directions, n_negative; /* those of negative curvature come first */
    double c0, *c, *centre;       /* [n] */
    double *lambda, *v;           /* [n], [n x n] columns */
    int n_cuts;                   /* directions that stay the same from box to box, along which boxes are split */
    double *cut;                  /* [n x n] columns, orthonormal */
    double charge_rhs, *charge;   /* neutrality row [n], zero if there is none */
    double slack;                 /* subtracted from every bound: rounding and the spectrum's residual, in RT */
    double *work;                 /* reduced Hessian and other scratch */
} kiln_i_spectrum;

/* A box: ranges of the directions of negative curvature, of the cuts and of every site fraction, and multipliers to start from. */
typedef struct kiln_i_box {
    double *low, *high;         /* [n] of t */
    double *cut_low, *cut_high; /* [n] of cut.y */
    double *y_low, *y_high;     /* [n] of y */
    double *theta;              /* [n + 1]; the last one used is neutrality's */
} kiln_i_box;

/* What rounding can add to a bound, J per mol of formula units: it is a sum of fewer than 8 (n + 8) products, none larger than `magnitude` or the entropy's terms by more than the
 * number of constraints. */
double kiln_i_rounding(const kiln_solver *s, const kiln_i_mphase *p, double magnitude);

/* Spectrum at the feasible point centre [n] for potentials mu, and tilt.y added, tilt [n] in J per mol of formula units. With `new_cuts` the directions of negative curvature found become the cuts. 0 on failure of
 * LAPACK. */
int kiln_i_spectrum_set(kiln_solver *s, int phase, const double *mu, const double *tilt, const double *centre, int new_cuts,
                        kiln_i_spectrum *out);

/* The box that holds the whole phase. */
void kiln_i_box_whole(const kiln_solver *s, const kiln_i_spectrum *spectrum, kiln_i_box *box);
/* Ranges of t over the box's cuts and site fractions, and multipliers to start from. 0: none is left, the box is empty. */
int kiln_i_box_ranges(const kiln_solver *s, const kiln_i_spectrum *spectrum, kiln_i_box *box);

/* No more than the least, and no less than the largest v.y over the simplices cut by ranges of y. */
void kiln_i_range_over(const kiln_i_mphase *p, const double *v, const double *y_low, const double *y_high, double *low,
                       double *high);
/* Range of v.y, v [n] of any size, over the box; rounding over the site fractions themselves, some n roundings of the largest v_i y_i, is left to the caller. */
void kiln_i_box_range(const kiln_solver *s, const kiln_i_spectrum *spectrum, const kiln_i_box *box, const double *v, double *low,
                      double *high);

/* Largest bound found on the box, at most until it reaches 0, giving up where branching gains more unless `patient`; x [n] receives the relaxation's
 * constitution. Improves box->theta. */
double kiln_i_bound(kiln_solver *s, const kiln_i_spectrum *spectrum, kiln_i_box *box, double rest, int patient, double *x);

/* From the bound D < 0 at x: whatever in the box lies below 0 has KL(y || x) <= -D, hence y within [low, high], which are narrowed. */
void kiln_i_localise(const kiln_solver *s, int phase, double D, const double *x, double *y_low, double *y_high);

/* No less than the moles of closed components in a formula unit. */
double kiln_i_largest_amount(const kiln_solver *s, int phase);

/* A cheap lower bound of d over the whole phase, J per mol of formula units: the ideal solution's own minimum plus the floor of all else. Decides for most
 * phases that are far from stable. */
double kiln_i_quick_bound(const kiln_solver *s, int phase, const double *mu);

/* The same, of d + tilt.y, with what it tells about where d can be less than `margin`: x [n] the ideal solution's minimiser, low and high [n] the ranges of y there; narrowed ranges raise the
 * floor, so the bound may be better, up to the margin. */
double kiln_i_quick_localise(const kiln_solver *s, int phase, const double *mu, const double *tilt, double margin, double *x,
                             double *low, double *high);

#endif
