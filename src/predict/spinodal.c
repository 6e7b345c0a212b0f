#include "predict/spinodal.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

enum { MAX_GOLDEN = 60, MAX_STEPS = 250 };
static const double VANISHES = 1e-6; /* over R T: a change of sign at a larger value is a jump of the internal equilibrium */

double kiln_i_target_eigenvalue(kiln_i_target *t)
{
    kiln_solver *s = t->solver;
    const kiln_i_mphase *p = &s->system->phases[t->phase];
    const kiln_i_objective o = {t->phase, NULL, 0.0, s->RT, p->n_constraints, p->constraint};
    if (t->n_y <= p->n_constraints) return 1.0;
    (void)kiln_i_phase_excess(s->system, t->phase, t->y, s->gradient, s->hessian);
    const int free = kiln_i_reduce(s, &o, t->y, s->hessian);
    memcpy(s->eigen, s->reduced, (size_t)(free * free) * sizeof *s->eigen);
    if (LAPACKE_dsyev_work(LAPACK_COL_MAJOR, 'N', 'L', free, s->eigen, free, s->eigenvalue, s->lapack, s->lapack_size) != 0)
        return NAN;
    return s->eigenvalue[0] / s->RT;
}

/* NAN where the phase cannot hold the composition. */
static double eigenvalue_at(kiln_i_fields *f, kiln_i_target *t, double x)
{
    kiln_i_fields_move(f, x);
    if (!kiln_i_hold_of(f->solver, 0)->is_possible) return NAN;
    if (kiln_i_target_follow(t, 0) != KILN_OK || kiln_i_target_solve(t, f->T_K, 0) != KILN_OK) return NAN;
    return kiln_i_target_eigenvalue(t);
}

/* Zero between a and b, where the eigenvalue has different signs, by regula falsi, which halves the value kept where it falls on the same side twice (the Illinois method: Dowell,
 * Jarratt, BIT 11 (1971) 168); every fifth step is a bisection. NAN for a jump. */
static double find_zero(kiln_i_fields *f, kiln_i_target *t, double a, double at_a, double b, double at_b)
{
    double x = a, value = at_a;
    int side = 0;
    for (int step = 0; step < MAX_STEPS && fabs(b - a) > 1e-15 && fabs(value) > 1e-15; ++step) {
        const int is_bisection = step % 5 == 4 || at_a == at_b;
        x = is_bisection ? 0.5 * (a + b) : (a * at_b - b * at_a) / (at_b - at_a);
        if (isnan(value = eigenvalue_at(f, t, x))) return NAN;
        if ((value < 0.0) == (at_b < 0.0)) {
            b = x;
            at_b = value;
            if (side == 1) at_a *= 0.5;
            side = 1;
        } else {
            a = x;
            at_a = value;
            if (side == -1) at_b *= 0.5;
            side = -1;
        }
    }
    return fabs(value) < VANISHES ? x : NAN;
}

/* The least value between a and b by golden section (Kiefer, Proc. Am. Math. Soc. 4 (1953) 502), until one below zero is met. */
static double find_dip(kiln_i_fields *f, kiln_i_target *t, double a, double b, double *where)
{
    const double r = 0.3819660112501051;
    double x[2] = {a + r * (b - a), b - r * (b - a)}, value[2], least = INFINITY;
    for (int k = 0; k < 2; ++k) value[k] = eigenvalue_at(f, t, x[k]);
    for (int step = 0; step < MAX_GOLDEN && b - a > 1e-9; ++step) {
        const int best = value[1] < value[0];
        if (isnan(value[0]) || isnan(value[1])) return INFINITY;
        *where = x[best];
        if ((least = value[best]) < 0.0) return least;
        if (best) a = x[0];
        else b = x[1];
        x[!best] = x[best];
        value[!best] = value[best];
        x[best] = best ? b - r * (b - a) : a + r * (b - a);
        value[best] = eigenvalue_at(f, t, x[best]);
    }
    return least;
}

static void add_zero(double zero, double *list, int room, int *n)
{
    if (isnan(zero)) return;
    if (*n < room) list[*n] = zero;
    ++*n;
}

int kiln_i_spinodals(kiln_i_fields *f, kiln_i_target *t, double *zero, int room, double *low, double *high)
{
    double value[KILN_I_GRID];
    int n = 0;
    *low = INFINITY;
    *high = -INFINITY;
    t->has_warm = 0; /* from one place to the next, but not from one temperature to the other */
    for (int g = 0; g < f->n_grid; ++g) {
        value[g] = eigenvalue_at(f, t, f->grid[g]);
        if (isnan(value[g])) continue;
        *low = fmin(*low, f->grid[g]);
        *high = fmax(*high, f->grid[g]);
    }
    for (int g = 0; g + 1 < f->n_grid; ++g) {
        const double a = f->grid[g], b = f->grid[g + 1];
        if (!isnan(value[g]) && !isnan(value[g + 1]) && (value[g] < 0.0) != (value[g + 1] < 0.0))
            add_zero(find_zero(f, t, a, value[g], b, value[g + 1]), zero, room, &n);
        if (g == 0 || !(value[g] > 0.0 && value[g] <= value[g - 1] && value[g] <= value[g + 1])) continue;
        double where = a;
        const double dip = find_dip(f, t, f->grid[g - 1], b, &where);
        if (!(dip < 0.0)) continue;
        add_zero(find_zero(f, t, f->grid[g - 1], value[g - 1], where, dip), zero, room, &n);
        add_zero(find_zero(f, t, where, dip, b, value[g + 1]), zero, room, &n);
    }
    return n;
}
