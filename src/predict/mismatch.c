#include <kiln/entropy.h>
#include <kiln/map.h>

#include "core/radii.h"

#include <math.h>

enum { SIX = 6 }; /* neighbours */

double kiln_ionic_radius_A(int z, double charge)
{
    kiln_i_radii radii;
    return kiln_i_radii_at(z, charge, SIX, &radii) ? kiln_i_radii_mean(&radii) : 0.0;
}

kiln_status kiln_size_mismatch(const kiln_composition *composition, double *delta, double *mean_radius_A, int *z)
{
    kiln_entropy entropy;
    double amount = 0.0, sum = 0.0, squares = 0.0;
    if (!delta || kiln_entropy_compute(composition, &entropy) != KILN_OK) return KILN_E_ARG;
    for (int i = 0; i < composition->n; ++i) {
        const kiln_component *c = &composition->component[i];
        kiln_i_radii radii;
        if (c->is_anion || c->group != entropy.mixing_group) continue;
        if (!kiln_i_radii_at(c->z, c->valence, SIX, &radii)) {
            if (z) *z = c->z;
            return KILN_E_MISSING;
        }
        amount += c->amount;
        sum += c->amount * kiln_i_radii_mean(&radii);
        squares += c->amount * ((1.0 - radii.share) * radii.low_A * radii.low_A + radii.share * radii.high_A * radii.high_A);
    }
    const double mean = sum / amount;
    *delta = sqrt(fmax(squares / amount / (mean * mean) - 1.0, 0.0)); /* sum x (1 - r/mean)^2 = sum x r^2 / mean^2 - 1 */
    if (*delta < 1e-7) *delta = 0.0;                                  /* rounding of a single ion */
    if (mean_radius_A) *mean_radius_A = mean;
    return KILN_OK;
}
