/* Private: what competes with the target at one temperature: driving forces with their slopes, the limiting set where mu is not unique, and demixing. */
#ifndef KILN_PREDICT_RIVALS_H
#define KILN_PREDICT_RIVALS_H

#include "predict/target.h"
#include "solve/certify.h"

#include <kiln/window.h>

/* A competitor at its closest to the target's tangent plane. */
typedef struct kiln_i_rival {
    int exists;    /* 0: it has no constitution to compare */
    int is_bound;  /* 1: f is a lower bound, well above zero; the rest is not known */
    double f, f_T; /* driving force, J per mol of closed components, and d/dT along the target's own change with T;
                      * for the target itself the quotient of distance and relative entropy, J per mol */
    double *y;     /* [n_y] its constitution there */
    double *n;     /* [n_closed] closed moles per mol of closed components: n / sigma */
    double sigma;
} kiln_i_rival;

/* Boxes of a proof after which the plane is lowered further, and by how much, J per mol of closed components. */
enum { KILN_I_DEAR = 400 };
#define KILN_I_WIDE_J_mol 1.0

typedef struct kiln_i_rivals {
    kiln_i_target *target; /* borrowed */
    kiln_i_rival *rival;   /* [n_phases]; the target's own entry is demixing */
    double
        spinodal; /* least eigenvalue of the target's Hessian over RT, in the metric of the ideal entropy: < 0 inside the spinodal */
    double frozen_spinodal; /* the same with the oxygen content frozen */
    /* Where mu has a null space: the most favourable set of other phases, by falling share. Each member keeps its own constitution, for a phase may stand
     * in it twice. */
    int n_set, set_phase[KILN_MAX_COMPONENTS + 1];
    double set_share[KILN_MAX_COMPONENTS + 1];
    kiln_i_rival set[KILN_MAX_COMPONENTS + 1];
    double allowance; /* J per mol of closed components that others may gain before they count: 0 but beside a fixed ratio */
    int has_own; /* 1: own is the proof of the target's phase at its own potentials, lowered by the gap, at the present temperature */
    kiln_i_proof own;
    double own_gap; /* by which the plane was lowered for it */
    double
        own_share; /* > 0: it shows that d keeps own_share RT sum a KL from the lowered plane, KL to the target's constitution */
    int budget;    /* boxes that it may take */
    int stops_at_first;                /* 1: where another phase undercuts the target, whether it also demixes is not asked */
    int own_is_unasked;                /* 1: so it was */
    double plane[KILN_MAX_COMPONENTS]; /* the potentials that are best for the target: mu and the best of what it leaves open */
    double set_f, set_f_T;             /* infinity where no set makes up the composition */
    /* Constraints of demixing: the phase's own and, where mu is undetermined along some direction, that the composition does not move along it (there the distance
     * to the plane has no meaning). */
    int n_rows, n_added;
    double *rows; /* [n_rows x n_y] */
    kiln_i_simplex lp;
    int *lp_phase;
    double *lp_y, *lp_f, *y0, *candidate, *linear;
} kiln_i_rivals;

kiln_status kiln_i_rivals_create(kiln_i_target *target, kiln_i_rivals *out);
void kiln_i_rivals_destroy(kiln_i_rivals *r);

/* All driving forces at the target's temperature; the target must have been solved there. */
kiln_status kiln_i_rivals_solve(kiln_i_rivals *r, kiln_i_effort effort);
/* Of these demixing alone, with the proof of the target's own phase. */
kiln_status kiln_i_rivals_solve_own(kiln_i_rivals *r, kiln_i_effort effort);
/* One competitor only (by phase; the target itself: demixing). */
kiln_status kiln_i_rival_solve(kiln_i_rivals *r, int phase, kiln_i_effort effort);
/* d f / d(function) into coefficient [n_functions], set to zero first, of a competitor or, with phase = n_phases, of the set. The target must be the last thing
 * solved. */
kiln_status kiln_i_rival_parameters(kiln_i_rivals *r, int phase, double *coefficient);

#endif
