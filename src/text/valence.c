#include "text/valence.h"

#include "core/elements.h"

#include <math.h>
#include <stdlib.h>

/* Below this fraction of the total charge an imbalance is rounding, also that of a canonical form with its nine digits. */
#define NEUTRAL 1e-7

enum { OXYGEN = 8, PHOSPHORUS = 15, SULFUR = 16, VANADIUM = 23, MANGANESE = 25, IRON = 26, ZINC = 30, SELENIUM = 34 };

static double amount_of(const kiln_composition *c, int z)
{
    double sum = 0.0;
    for (int i = 0; i < c->n; ++i)
        if (c->component[i].z == z) sum += c->component[i].amount;
    return sum;
}

int kiln_i_is_disulfide(const kiln_composition *c)
{
    const double pairs = amount_of(c, SULFUR) + amount_of(c, SELENIUM);
    double cations = 0.0, pyrites = 0.0;
    for (int i = 0; i < c->n; ++i) {
        const kiln_component *e = &c->component[i];
        if (e->z == SULFUR || e->z == SELENIUM) continue;
        if (kiln_i_element_valences(e->z)[0] < 0) return 0;
        cations += e->amount;
        if (e->z >= MANGANESE && e->z <= ZINC) pyrites += e->amount;
    }
    return fabs(pairs - 2.0 * cations) < NEUTRAL * pairs && pyrites > 0.5 * cations;
}

/* What an ion has whatever the others are: 0 where it is free to change. CN is C+2 N-3. */
static int fixed_valence(const kiln_composition *c, int i, int is_disulfide)
{
    if (c->component[i].joined) return -3;
    if (i + 1 < c->n && c->component[i + 1].joined) return 2;
    return is_disulfide && (c->component[i].z == SULFUR || c->component[i].z == SELENIUM) ? -1 : 0;
}

/* The usual valence, which is that in oxides: iron beside other anions begins at +2, vanadium in phosphates at +3. */
static int usual_valence(const kiln_composition *c, int z)
{
    const double oxygen = amount_of(c, OXYGEN);
    if (z == IRON && !(oxygen > 0.0)) return 2;
    if (z == VANADIUM && oxygen > 0.0 && amount_of(c, PHOSPHORUS) > 0.0) return 3;
    return kiln_i_element_valences(z)[0];
}

/* First valence of the wanted sign, or the usual one where there is none. */
static int start_valence(int z, int sign)
{
    const int *v = kiln_i_element_valences(z);
    for (int k = 0; v[k]; ++k)
        if (v[k] * sign > 0) return v[k];
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
static int cheapest_step(const kiln_composition *c, const int *valence, const int *is_fixed, int direction)
{
    int best = -1, best_cost = 0;
    for (int i = 0; i < c->n; ++i) {
        int cost = 0;
        if (is_fixed[i] || !next_valence(c->component[i].z, valence[i], direction, &cost)) continue;
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
    int valence[KILN_MAX_COMPONENTS], is_fixed[KILN_MAX_COMPONENTS], cost;
    double charge = 0.0, size = 0.0;
    const int is_disulfide = kiln_i_is_disulfide(c);
    for (int i = 0; i < c->n; ++i) {
        kiln_component *e = &c->component[i];
        const int usual = usual_valence(c, e->z), fixed = fixed_valence(c, i, is_disulfide);
        is_fixed[i] = fixed != 0;
        valence[i] = fixed ? fixed : flipped ? start_valence(e->z, usual > 0 ? -1 : 1) : usual;
        e->valence = valence[i];
        e->is_anion = valence[i] < 0 || (i + 1 < c->n && c->component[i + 1].joined);
        charge += e->amount * valence[i];
        size += e->amount * abs(valence[i]);
    }
    while (fabs(charge) > NEUTRAL * size) {
        const int direction = charge < 0.0 ? 1 : -1, i = cheapest_step(c, valence, is_fixed, direction);
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
