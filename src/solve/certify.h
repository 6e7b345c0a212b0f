/* Private: proof that no constitution of a phase lies below a tangent plane, by branch and bound (docs/certificate.md). */
#ifndef KILN_SOLVE_CERTIFY_H
#define KILN_SOLVE_CERTIFY_H

#include "solve/cubic.h"
#include "solve/parabola.h"

/* What became of one phase. */
typedef struct kiln_i_proof {
    int is_certified;    /* 1: d(y) >= 0 everywhere */
    int has_one_minimum; /* 1: one minimum at most where d is less than twice the gap */
    int has_witness;     /* 1: the constitution left in `witness` has d < 0 */
    int nodes;
    double lower;       /* with is_certified: d is no less anywhere, J per mol of formula units; >= 0 */
    double least;       /* least d met, J per mol of formula units */
    const char *reason; /* why neither, static text */
} kiln_i_proof;

enum { KILN_MAX_BOXES = 1024, KILN_HIGHER_BOX = 20 };

struct kiln_i_certifier {
    kiln_i_spectrum spectrum;
    kiln_i_parabola parabola;
    kiln_i_cubic cubic;
    double *stack; /* [KILN_MAX_BOXES x size] */
    int size, n_stack;
    long work; /* of all proofs so far, in boxes of a quadratic energy; one of terms of higher degree, expanded anew, is KILN_HIGHER_BOX of them */
    double *x, *y, *start, *linear, *minimum, *tilt;
};

kiln_status kiln_i_certifier_create(kiln_solver *s, struct kiln_i_certifier *out);
void kiln_i_certifier_destroy(kiln_solver *s, struct kiln_i_certifier *c);

/* 1: whatever the potentials, d is convex over the whole phase at this temperature, so that a local minimum is the only one. 0 also where that could not be shown. */
int kiln_i_is_convex_everywhere(kiln_solver *s, int phase);

/* A share of the entropy that d can lose and still be convex over the whole phase; 0 if none could be shown. */
double kiln_i_convexity(kiln_solver *s, int phase);

/* Is d(y) = w(y) - mu.n(y) >= 0 for all y of the phase? `witness` [n_y]. At most max_nodes boxes. */
void kiln_i_certify(kiln_solver *s, int phase, const double *mu, int max_nodes, double *witness, kiln_i_proof *proof);

/* More: is d(y) >= share RT sum a KL(y || from), for 0 < share < 1 and a constitution `from` [n_y] > 0? Then d keeps that distance from the plane wherever y is not `from`. What the proof
 * says is of the difference of both sides, a witness too. */
void kiln_i_certify_share(kiln_solver *s, int phase, const double *mu, double share, const double *from, int max_nodes,
                          double *witness, kiln_i_proof *proof);

#endif
