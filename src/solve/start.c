#include "solve/solver.h"

#include <math.h>

enum { MAX_BISECTIONS = 200 };
static const double LEAST_FRACTION = 1e-60; /* below it a fraction changes no energy */

/* y proportional to exp(log_weight + lambda * charge) on each sublattice; the charge row's value less its right-hand side. */
static double tilt(const kiln_i_mphase *p, const double *log_weight, const double *charge, int stride, double rhs, double lambda,
                   double *y)
{
    double value = -rhs;
    for (int first = 0; first < p->n_y;) {
        int end = first;
        double largest = -INFINITY, sum = 0.0;
        while (end < p->n_y && p->sublattice[end] == p->sublattice[first]) {
            y[end] = log_weight[end] + lambda * charge[stride * end];
            largest = fmax(largest, y[end]);
            ++end;
        }
        for (int i = first; i < end; ++i) sum += y[i] = exp(y[i] - largest);
        for (int i = first; i < end; ++i) {
            y[i] /= sum;
            value += charge[stride * i] * y[i];
        }
        first = end;
    }
    return value;
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
    if (p->n_y == 0) return 1;
    if (m == n_free_sublattices(p)) {
        (void)tilt(p, log_weight, &no_charge, 0, 0.0, 0.0, y);
    } else {
        /* The last row is neutrality; its value grows with lambda, so one root in one variable makes y feasible. */
        const double *charge = p->constraint + m - 1, rhs = p->constraint_rhs[m - 1];
        double low = -1.0, high = 1.0;
        while (tilt(p, log_weight, charge, m, rhs, low, y) > 0.0)
            if ((low *= 2.0) < -1e7) return 0;
        while (tilt(p, log_weight, charge, m, rhs, high, y) < 0.0)
            if ((high *= 2.0) > 1e7) return 0;
        for (int k = 0; k < MAX_BISECTIONS && high - low > 1e-15 * (fabs(low) + fabs(high)); ++k) {
            const double middle = 0.5 * (low + high);
            if (tilt(p, log_weight, charge, m, rhs, middle, y) > 0.0) high = middle;
            else low = middle;
        }
    }
    for (int i = 0; i < p->n_y; ++i) y[i] = fmax(y[i], LEAST_FRACTION);
    return 1;
}
