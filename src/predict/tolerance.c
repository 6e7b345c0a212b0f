#include <kiln/map.h>

#include "core/radii.h"

#include <math.h>

enum { OXYGEN = 8, FLUORINE = 9, SIX = 6 };

/* The two cation sublattices and the anion of ABX3; 0 where the formula is another. */
static int find_sublattices(const kiln_composition *c, int *first, int *second, int *anion)
{
    double sites[KILN_MAX_GROUPS] = {0.0}, anions = 0.0;
    *first = *second = -1;
    *anion = 0;
    for (int i = 0; i < c->n; ++i) {
        const kiln_component *part = &c->component[i];
        if (part->is_anion) {
            if ((part->z != OXYGEN && part->z != FLUORINE) || (*anion && *anion != part->z)) return 0;
            *anion = part->z;
            anions += part->amount;
            continue;
        }
        sites[part->group] += part->amount;
        if (*first < 0) *first = part->group;
        else if (part->group != *first && *second < 0) *second = part->group;
        else if (part->group != *first && part->group != *second) return 0;
    }
    if (*second < 0 || *anion == 0 || fabs(sites[*first] - sites[*second]) > 1e-6 * sites[*first]) return 0;
    return c->oxygen_is_variable || fabs(anions - 3.0 * sites[*first]) < 1e-6 * anions;
}

/* Mean radius of a sublattice; 0 where an ion has none among so many neighbours. */
static double mean_radius(const kiln_composition *c, int group, int coordination)
{
    double sum = 0.0, amount = 0.0;
    for (int i = 0; i < c->n; ++i) {
        const kiln_component *part = &c->component[i];
        if (part->is_anion || part->group != group) continue;
        kiln_i_radii radii;
        if (!kiln_i_radii_at(part->z, part->valence, coordination, &radii)) return 0.0;
        sum += part->amount * kiln_i_radii_mean(&radii);
        amount += part->amount;
    }
    return sum / amount;
}

kiln_status kiln_tolerance_factor(const kiln_composition *composition, kiln_tolerance *out)
{
    static const int around_A[] = {12, 8};
    int a, b, anion;
    if (!composition || !out || !find_sublattices(composition, &a, &b, &anion)) return KILN_E_ARG;
    if (mean_radius(composition, a, SIX) < mean_radius(composition, b, SIX)) {
        const int other = a;
        a = b;
        b = other;
    }
    /* O-2 and F-1 among six neighbours, of the same table */
    *out = (kiln_tolerance){.r_X_A = anion == OXYGEN ? 1.40 : 1.33, .r_B_A = mean_radius(composition, b, SIX)};
    for (int k = 0; k < 2 && out->r_A_A == 0.0; ++k) {
        out->r_A_A = mean_radius(composition, a, around_A[k]);
        out->coordination_A = around_A[k];
    }
    if (out->r_A_A == 0.0 || out->r_B_A == 0.0) return KILN_E_MISSING;
    out->t = (out->r_A_A + out->r_X_A) / (sqrt(2.0) * (out->r_B_A + out->r_X_A));
    return KILN_OK;
}
