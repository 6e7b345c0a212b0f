#include "solve/solver.h"

#include "core/order.h"

#include <math.h>

enum { MAX_TRIALS = 200 };
static const double LEAST_FRACTION = 1e-60; /* below it a fraction changes no energy */

/* y proportional to exp(log_weight + lambda * charge) on each sublattice; the charge row's value less its right-hand side, and its derivative. */
static double tilt(const kiln_i_mphase *p, const double *log_weight, const double *charge, int stride, double rhs, double lambda,
                   double *y, double *slope)
{
    double value = -rhs;
    *slope = 0.0;
    for (int first = 0, end; first < p->n_y; first = end) {
        double largest = -INFINITY, sum = 0.0, mean = 0.0, square = 0.0;
        for (end = first; end < p->n_y && p->sublattice[end] == p->sublattice[first]; ++end) {
            y[end] = log_weight[end] + lambda * charge[stride * end];
            largest = kiln_i_greater(y[end], largest);
        }
        for (int i = first; i < end; ++i) sum += y[i] = exp(y[i] - largest);
        for (int i = first; i < end; ++i) {
            const double q = charge[stride * i];
            y[i] /= sum;
            mean += q * y[i];
            square += q * q * y[i];
        }
        value += mean;
        *slope += square - mean * mean;
    }
    return value;
}

/* The lambda at which the charge row is met: its value grows with lambda. Newton's step inside a bracket that widens until it holds the root; 0 when neutrality is out
 * of reach. */
static int neutralise(const kiln_i_mphase *p, const double *log_weight, const double *charge, int stride, double rhs, double *y)
{
    double low = -1e7, high = 1e7, lambda = 0.0, slope, size = 0.0, value = 0.0;
    for (int i = 0; i < p->n_y; ++i) size = fmax(size, fabs(charge[stride * i]));
    for (int k = 0; k < MAX_TRIALS; ++k) {
        value = tilt(p, log_weight, charge, stride, rhs, lambda, y, &slope);
        if (fabs(value) <= 1e-15 * size) return 1;
        if (value > 0.0) high = lambda;
        else low = lambda;
        if (high - low <= 1e-15 * (fabs(low) + fabs(high))) break;
        /* the slope vanishes on plateaus: a step of at most twice the distance so far, plus a few units */
        const double reach = 4.0 + 2.0 * fabs(lambda), newton = lambda - fmax(fmin(value / fmax(slope, 1e-300), reach), -reach);
        lambda = newton > low && newton < high ? newton : 0.5 * (low + high);
    }
    return fabs(value) <= 1e-9 * size;
}

static int n_free_sublattices(const kiln_i_mphase *p)
{
    int count = 0;
    for (int i = 0; i < p->n_y; ++i) count += i == 0 || p->sublattice[i] != p->sublattice[i - 1];
    return count;
}

int kiln_i_project(kiln_solver *s, int phase, const double *log_weight, double *y)
{
    static const double no_charge = 0.0;
    const kiln_i_mphase *p = &s->system->phases[phase];
    const int m = p->n_constraints;
    double slope;
    if (p->n_y == 0) return 1;
    if (m == n_free_sublattices(p)) (void)tilt(p, log_weight, &no_charge, 0, 0.0, 0.0, y, &slope);
    /* The last row is neutrality: one root in one variable makes y feasible. */
    else if (!neutralise(p, log_weight, p->constraint + m - 1, m, p->constraint_rhs[m - 1], y)) return 0;
    for (int i = 0; i < p->n_y; ++i) y[i] = kiln_i_greater(y[i], LEAST_FRACTION);
    return 1;
}
