#include <kiln/entropy.h>

#include "model/system.h"

#include <math.h>
#include <stdio.h>

/* Limits as in A. Sarkar et al., Adv. Mater. 31 (2019) 1806236, doi:10.1002/adma.201806236. The tolerance keeps a composition built to lie
 * on a limit on its upper side whatever the rounding. */
static kiln_entropy_class class_of(double s_R)
{
    const double rounding = 1e-12;
    if (s_R < 1.0 - rounding) return KILN_ENTROPY_LOW;
    return s_R < 1.5 - rounding ? KILN_ENTROPY_MEDIUM : KILN_ENTROPY_HIGH;
}

const char *kiln_entropy_class_text(kiln_entropy_class grade)
{
    return grade == KILN_ENTROPY_LOW ? "low" : grade == KILN_ENTROPY_MEDIUM ? "medium" : "high";
}

static kiln_entropy_value value_of(double s_R) { return (kiln_entropy_value){s_R, s_R * KILN_R, class_of(s_R)}; }

static double minus_x_ln_x(double x) { return x < 1.0 ? -x * log(x) : 0.0; }

static int is_valid(const kiln_composition *c)
{
    int n_cations = 0;
    if (c->n < 1 || c->n > KILN_MAX_COMPONENTS || c->n_groups < 1 || c->n_groups > KILN_MAX_GROUPS) return 0;
    for (int i = 0; i < c->n; ++i) {
        const kiln_component *e = &c->component[i];
        if (!(isfinite(e->amount) && e->amount > 0.0) || e->group < 0 || e->group >= c->n_groups) return 0;
        n_cations += !e->is_anion;
    }
    return n_cations > 0 && !c->component[0].joined;
}

/* Per sublattice: sites, entropy, and whether it is the cation sublattice that mixes most; the most of the anion sublattices. */
static double sum_groups(const kiln_composition *c, kiln_entropy *s)
{
    int holds_cations[KILN_MAX_GROUPS] = {0};
    double of_anions = 0.0;
    s->n_groups = c->n_groups;
    s->mixing_group = -1;
    for (int i = 0; i < c->n; ++i) {
        if (c->component[i].joined) continue;
        s->group_sites[c->component[i].group] += c->component[i].amount;
        holds_cations[c->component[i].group] |= !c->component[i].is_anion;
    }
    for (int i = 0; i < c->n; ++i) {
        const int g = c->component[i].group;
        if (c->component[i].joined) continue;
        s->group_R[g] += minus_x_ln_x(c->component[i].amount / s->group_sites[g]);
    }
    for (int g = 0; g < c->n_groups; ++g) {
        if (!holds_cations[g]) of_anions = fmax(of_anions, s->group_R[g]);
        else if (s->mixing_group < 0 || s->group_R[g] > s->group_R[s->mixing_group]) s->mixing_group = g;
    }
    return of_anions;
}

static double cations_as_one_set(const kiln_composition *c, double total)
{
    double s_R = 0.0;
    for (int i = 0; i < c->n; ++i) {
        double amount = 0.0; /* of the element, wherever it is: counted where it is first met */
        int first = i;
        for (int j = 0; j < c->n; ++j) {
            if (c->component[j].is_anion || c->component[j].z != c->component[i].z) continue;
            amount += c->component[j].amount;
            if (j < first) first = j;
        }
        if (!c->component[i].is_anion && first == i) s_R += minus_x_ln_x(amount / total);
    }
    return s_R;
}

/* Two digits, or three where two would lie on the other side of a limit of the classes: 1.498 R is no 1.50 R. */
static int digits_of(double s_R) { return class_of(0.01 * round(100.0 * s_R)) == class_of(s_R) ? 2 : 3; }

/* "high per mole of mixing cations (1.61 R), low per mole of sites (0.80 R)": every basis with its class. */
static void write_sentence(kiln_entropy *s)
{
    const struct {
        const char *name;
        const kiln_entropy_value *value;
    } bases[] = {
        {"of cations and anions together", s->anions_mix ? &s->both : NULL},
        {s->is_alloy ? "per mole of mixing atoms" : "per mole of mixing cations", &s->mixing},
        {s->is_alloy ? "per mole of atoms" : "per mole of cations", &s->per_cation},
        {"per mole of formula units", &s->per_formula},
        {"per mole of sites", &s->per_site},
    };
    const int n = (int)(sizeof bases / sizeof bases[0]);
    if (!s->class_depends_on_basis) {
        snprintf(s->sentence, sizeof s->sentence, "The class is %s on every basis.", kiln_entropy_class_text(s->grade));
        return;
    }
    int used = snprintf(s->sentence, sizeof s->sentence, "The class depends on the basis:");
    for (int i = 0; i < n && used < (int)sizeof s->sentence; ++i) {
        const kiln_entropy_value *value = bases[i].value;
        if (value)
            used += snprintf(s->sentence + used, sizeof s->sentence - (size_t)used, " %s %s (%.*f R)%s",
                             kiln_entropy_class_text(value->grade), bases[i].name, digits_of(value->R), value->R,
                             i + 1 < n ? "," : ".");
    }
}

static void write_verdict(kiln_entropy *s)
{
    snprintf(s->verdict, sizeof s->verdict, "\"High entropy\" %s by the rule of 1.5 R: %.*f R %s.",
             s->grade == KILN_ENTROPY_HIGH ? "applies" : "does not apply", digits_of(s->both.R), s->both.R,
             s->anions_mix ? "of cations and anions together"
             : s->is_alloy ? "per mole of mixing atoms"
                           : "per mole of mixing cations");
}

kiln_status kiln_entropy_compute(const kiln_composition *composition, kiln_entropy *out)
{
    kiln_entropy s = {0};
    double sites = 0.0, cations = 0.0, per_formula_R = 0.0;
    if (!composition || !out || !is_valid(composition)) return KILN_E_ARG;
    const double of_anions = sum_groups(composition, &s);
    for (int g = 0; g < s.n_groups; ++g) {
        sites += s.group_sites[g];
        per_formula_R += s.group_sites[g] * s.group_R[g];
    }
    s.is_alloy = 1;
    for (int i = 0; i < composition->n; ++i)
        if (composition->component[i].is_anion) s.is_alloy = 0;
        else cations += composition->component[i].amount;
    s.mixing = value_of(s.group_R[s.mixing_group]);
    s.both = value_of(s.mixing.R + of_anions);
    s.anions_mix = of_anions > 0.0;
    s.per_cation = value_of(per_formula_R / cations);
    s.pooled = value_of(cations_as_one_set(composition, cations));
    s.per_formula = value_of(per_formula_R);
    s.per_site = value_of(per_formula_R / sites);
    s.grade = s.both.grade;
    s.class_depends_on_basis = s.mixing.grade != s.grade || s.per_cation.grade != s.grade || s.per_formula.grade != s.grade ||
                               s.per_site.grade != s.grade;
    write_sentence(&s);
    write_verdict(&s);
    *out = s;
    return KILN_OK;
}
