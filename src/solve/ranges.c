#include "core/order.h"
#include "solve/search.h"

#include <math.h>

/* What neutrality leaves of the ranges: charge_i y_i is what all others leave of the total, rounded outwards. */
static void tighten_by_charge(const kiln_i_mphase *p, double *low, double *high)
{
    const int m = p->n_constraints;
    const double *charge = p->constraint + m - 1, total = p->constraint_rhs[m - 1];
    double least = 0.0, most = 0.0, size = fabs(total);
    for (int i = 0; i < p->n_y; ++i) {
        least += kiln_i_lesser(charge[m * i] * low[i], charge[m * i] * high[i]);
        most += kiln_i_greater(charge[m * i] * low[i], charge[m * i] * high[i]);
        size += fabs(charge[m * i]);
    }
    const double slack = 1e-13 * size;
    for (int i = 0; i < p->n_y; ++i) {
        const double q = charge[m * i], from = low[i], to = high[i];
        if (q == 0.0) continue;
        const double a = (total - (most - kiln_i_greater(q * from, q * to)) - slack) / q;
        const double b = (total - (least - kiln_i_lesser(q * from, q * to)) + slack) / q;
        low[i] = kiln_i_greater(from, kiln_i_lesser(a, b));
        high[i] = kiln_i_lesser(to, kiln_i_greater(a, b));
    }
}

void kiln_i_tighten(const kiln_i_mphase *p, double *low, double *high)
{
    if (p->has_charge) tighten_by_charge(p, low, high);
    for (int first = 0, end; first < p->n_y; first = end) {
        double least = 0.0, most = 0.0;
        for (end = first; end < p->n_y && p->sublattice[end] == p->sublattice[first]; ++end) {
            least += low[end];
            most += high[end];
        }
        for (int i = first; i < end; ++i) {
            const double from = low[i], to = high[i];
            high[i] = kiln_i_lesser(to, 1.0 - (least - from) + 1e-14);
            low[i] = kiln_i_greater(from, 1.0 - (most - to) - 1e-14);
        }
    }
}

double kiln_i_total_width(int n, const double *low, const double *high)
{
    double sum = 0.0;
    for (int i = 0; i < n; ++i) sum += high[i] - low[i];
    return sum;
}

int kiln_i_is_empty(int n, const double *low, const double *high)
{
    for (int i = 0; i < n; ++i)
        if (low[i] > high[i]) return 1;
    return 0;
}
