#include "text/valence.h"

#include "core/elements.h"

#include <math.h>
#include <stdlib.h>

/* Below this fraction of the total charge an imbalance is rounding, also that of a canonical form with its nine digits. */
#define NEUTRAL 1e-7

/* First valence of the wanted sign (0: the usual one), or the usual one where there is none. */
static int start_valence(int z, int sign)
{
    const int *v = kiln_i_element_valences(z);
    for (int k = 0; v[k]; ++k)
        if (sign == 0 || v[k] * sign > 0) return v[k];
    return v[0];
}

/* The nearest listed valence beyond `from` in `direction` with the same sign, or 0; *cost per unit of charge. */
static int next_valence(int z, int from, int direction, int *cost)
{
    const int *v = kiln_i_element_valences(z);
    int best = 0;
    for (int k = 0; v[k]; ++k) {
        if (v[k] * from <= 0 || (v[k] - from) * direction <= 0) continue;
        if (best && abs(v[k] - from) >= abs(best - from)) continue;
        best = v[k];
        *cost = abs(v[k] - from) * (k + 1);
    }
    return best;
}

/* Component whose next step is the cheapest, or -1 when none can move. */
static int cheapest_step(const kiln_composition *c, const int *valence, int direction)
{
    int best = -1, best_cost = 0;
    for (int i = 0; i < c->n; ++i) {
        int cost = 0;
        if (!next_valence(c->component[i].z, valence[i], direction, &cost)) continue;
        const int lighter = best >= 0 && c->component[i].z < c->component[best].z;
        if (best < 0 || cost < best_cost || (cost == best_cost && lighter == (direction > 0))) {
            best = i;
            best_cost = cost;
        }
    }
    return best;
}

/* Valences with every element on the side `flipped` chooses for the undecided ones. Returns the imbalance that rounding may cause. */
static double infer(kiln_composition *c, int flipped)
{
    int valence[KILN_MAX_COMPONENTS], cost;
    double charge = 0.0, size = 0.0;
    for (int i = 0; i < c->n; ++i) {
        kiln_component *e = &c->component[i];
        const int usual = start_valence(e->z, 0);
        valence[i] = flipped ? start_valence(e->z, usual > 0 ? -1 : 1) : usual;
        e->valence = valence[i];
        e->is_anion = valence[i] < 0;
        charge += e->amount * valence[i];
        size += e->amount * abs(valence[i]);
    }
    while (fabs(charge) > NEUTRAL * size) {
        const int direction = charge < 0.0 ? 1 : -1, i = cheapest_step(c, valence, direction);
        if (i < 0) break;
        const int step = next_valence(c->component[i].z, valence[i], direction, &cost) - valence[i];
        const double full = c->component[i].amount * step;
        const double part = fmin(1.0, -charge / full);
        c->component[i].valence = valence[i] + part * step;
        valence[i] += step;
        charge = part < 1.0 ? 0.0 : charge + full;
    }
    c->charge_imbalance = fabs(charge) > NEUTRAL * size ? charge : 0.0;
    return NEUTRAL * size;
}

static int has_anion(const kiln_composition *c)
{
    for (int i = 0; i < c->n; ++i)
        if (c->component[i].is_anion) return 1;
    return 0;
}

void kiln_i_valences_infer(kiln_composition *composition)
{
    const double usual_rounding = infer(composition, 0);
    if (composition->charge_imbalance == 0.0 && has_anion(composition)) return;
    kiln_composition other = *composition;
    const double rounding = infer(&other, 1);
    const int metallic = !has_anion(composition);
    const double usual = fabs(composition->charge_imbalance);
    /* The margin settles ties, which rounding would otherwise decide one way here and the other way for the canonical form. */
    if (has_anion(&other) &&
        (metallic ? other.charge_imbalance == 0.0 : fabs(other.charge_imbalance) < usual - usual_rounding - rounding)) {
        *composition = other;
        return;
    }
    if (!metallic) return;
    for (int i = 0; i < composition->n; ++i) composition->component[i].valence = 0.0;
    composition->charge_imbalance = 0.0;
}
