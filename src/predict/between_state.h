/* Private: what between.c and its parts share. Between two temperatures a < b at which planes mu_a and mu_b are proved, with u = T - (a + b)/2 and s = (T - a)/(b - a):
 *   between.c             the plane between, and by how much it has to be lowered for each phase
 *   between_polynomial.c  second derivatives and jumps of phases in T, as polynomials of their constitutions
 *   between_target.c      how far the target's energy can lie above the plane, and by how much the plane has to be lowered for the target itself
 * The plane is a sum of functions that the target's potentials follow, each times a number, and of a cubic. */
#ifndef KILN_PREDICT_BETWEEN_STATE_H
#define KILN_PREDICT_BETWEEN_STATE_H

#include "predict/extreme.h"
#include "predict/window_solver.h"

#include <math.h>

/* The larger; what is not a number lies beyond any bound. */
static inline double kiln_i_larger(double a, double b) { return a >= b ? a : b > a ? b : INFINITY; }

typedef struct kiln_i_interval_K {
    kiln_window_solver *w;
    const kiln_i_node *a, *b;
    double width;
    int has_break;          /* 1: pieces of a function meet inside */
    int has_jump;           /* 1: pieces of a function do not meet at b */
    kiln_i_between *answer; /* with m and m' of the plane's cubic */
    double gain;            /* what mixing the target's constitutions at a and b gains, see between_target.c */
} kiln_i_interval_K;

typedef enum kiln_i_bend_kind { KILN_I_SECOND_DERIVATIVE, KILN_I_JUMP, KILN_I_KINK, KILN_I_STEP } kiln_i_bend_kind;

/* What is asked of the interval: second derivatives at a tilt; what pieces ending at b lie above the next ones there, in value or in slope; how far breaks inside set values off; for a bound, with a
 * sign. All less that of the plane. */
typedef struct kiln_i_question {
    kiln_i_bend_kind kind;
    double sign, tilt;
    const double *pull;   /* [n_closed] second derivative of the plane's cubic there; NULL for none */
    const double *follow; /* [n_closed x n_followed] of the functions that it follows */
} kiln_i_question;

/* Value of a function in the polynomial, and what may be added to it. */
typedef struct kiln_i_bend_value {
    double value, spread;
} kiln_i_bend_value;

/* Coefficients of an upper bound of sign * (second derivative or jump) of a phase's h, J per mol of formula units. Uses the solver's Hessian. */
void kiln_i_bend_assemble(kiln_window_solver *w, int phase, const kiln_i_question *ask, kiln_i_upper *out);
/* More than any such polynomial can be, whatever the fractions and whichever sign the tilt has: enough for a phase far from the plane. `pull` is no less than the size of the cubic's. */
double kiln_i_bend_crude(const kiln_window_solver *w, int phase, const kiln_i_question *ask);
/* What is asked, of one constitution of the target held fixed; without magnetic ordering. */
kiln_i_bend_value kiln_i_bend_at(kiln_window_solver *w, const kiln_i_node *of, const kiln_i_question *ask);

/* For any T between: (1-s) w(y_a) + s w(y_b) - w(y_s), y_s = (1-s) y_a + s y_b, and (1-s) d_a(y_s) + s d_b(y_s), d_a and d_b from its tangents there, are no less than s (1-s) times this, J per
 * mol of formula units. */
double kiln_i_between_gain(const kiln_i_interval_K *i);
/* How far the target's energy can lie above the plane, J per mol of closed components. */
double kiln_i_between_excess(const kiln_i_interval_K *i);
/* How far the plane has to be lowered between the nodes for the target itself, J per mol of formula units, from the bound u of its second derivative; `step` and `jump` off the floors. Infinity where
 * the nodes know no convexity. */
double kiln_i_between_own(const kiln_i_interval_K *i, const kiln_i_upper *u, double step, double jump);

#endif
