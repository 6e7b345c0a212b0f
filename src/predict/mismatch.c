#include <kiln/entropy.h>
#include <kiln/map.h>

#include "core/radii.h"

#include <math.h>

enum { SIX = 6 }; /* neighbours */

/* The whole charges on either side, and the share of the upper one. */
static void split(double charge, int *low, int *high, double *share)
{
    const double nearest = round(charge);
    *low = (int)floor(fabs(charge - nearest) < 1e-6 ? nearest : charge);
    *share = fabs(charge - nearest) < 1e-6 ? 0.0 : charge - *low;
    *high = *share > 0.0 ? *low + 1 : *low;
}

double kiln_ionic_radius_A(int z, double charge)
{
    int low, high;
    double share;
    if (!(charge > 0.0 && charge < 20.0)) return 0.0;
    split(charge, &low, &high, &share);
    const double a = kiln_i_radius(z, low, SIX), b = kiln_i_radius(z, high, SIX);
    return a > 0.0 && b > 0.0 ? (1.0 - share) * a + share * b : 0.0;
}

kiln_status kiln_size_mismatch(const kiln_composition *composition, double *delta, double *mean_radius_A, int *z)
{
    kiln_entropy entropy;
    double amount = 0.0, sum = 0.0, squares = 0.0;
    if (!delta || kiln_entropy_compute(composition, &entropy) != KILN_OK) return KILN_E_ARG;
    for (int i = 0; i < composition->n; ++i) {
        const kiln_component *c = &composition->component[i];
        int low, high;
        double share;
        if (c->is_anion || c->group != entropy.mixing_group) continue;
        if (!(kiln_ionic_radius_A(c->z, c->valence) > 0.0)) {
            if (z) *z = c->z;
            return KILN_E_MISSING;
        }
        split(c->valence, &low, &high, &share);
        const double a = kiln_i_radius(c->z, low, SIX), b = kiln_i_radius(c->z, high, SIX);
        amount += c->amount;
        sum += c->amount * ((1.0 - share) * a + share * b);
        squares += c->amount * ((1.0 - share) * a * a + share * b * b);
    }
    const double mean = sum / amount;
    *delta = sqrt(fmax(squares / amount / (mean * mean) - 1.0, 0.0)); /* sum x (1 - r/mean)^2 = sum x r^2 / mean^2 - 1 */
    if (*delta < 1e-7) *delta = 0.0;                                  /* rounding of a single ion */
    if (mean_radius_A) *mean_radius_A = mean;
    return KILN_OK;
}
