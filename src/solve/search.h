/* Private: the search of branch and bound that certify.c runs, for the files that it is made of. */
#ifndef KILN_SOLVE_SEARCH_H
#define KILN_SOLVE_SEARCH_H

#include "solve/certify.h"
#include "solve/higher.h"
#include "solve/parabola.h"

typedef struct kiln_i_search {
    kiln_solver *s;
    struct kiln_i_certifier *c;
    kiln_i_objective o;
    const double *mu, *tilt; /* tilt [n] of y, beside the plane */
    int phase, n, has_higher, has_share;
    double margin; /* twice the gap, J per mol of formula units: minima below it are counted */
    int n_minima;  /* the first of them is in c->minimum */
    double *witness;
    kiln_i_proof *proof;
} kiln_i_search;

/* ranges.c: narrows the ranges of y to what the simplices and neutrality leave of them, rounded outwards. */
void kiln_i_tighten(const kiln_i_mphase *p, double *low, double *high);
/* ranges.c: the sum of their widths, and whether one is empty. */
double kiln_i_total_width(int n, const double *low, const double *high);
int kiln_i_is_empty(int n, const double *low, const double *high);

/* divide.c: where to split a box whose relaxation has its constitution in c->x and whose parabola is in c->parabola: a cut (index < n_cuts) or a site fraction (n_cuts + i), at
 * *where; -1 when no gap is left. `bound`: that of the box less the margin, in RT. */
int kiln_i_choose(const kiln_i_search *q, const kiln_i_box *box, const kiln_i_higher *higher, double bound, double *where);
/* divide.c: two copies of a box become its halves. */
void kiln_i_split(const kiln_i_search *q, int direction, double t, kiln_i_box *left, kiln_i_box *right);

#endif
