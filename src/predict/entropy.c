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
    return n_cations > 0;
}

/* Per sublattice: sites, entropy, and whether it is the cation sublattice that mixes most. */
static void sum_groups(const kiln_composition *c, kiln_entropy *s)
{
    int holds_cations[KILN_MAX_GROUPS] = {0};
    s->n_groups = c->n_groups;
    s->mixing_group = -1;
    for (int i = 0; i < c->n; ++i) {
        s->group_sites[c->component[i].group] += c->component[i].amount;
        holds_cations[c->component[i].group] |= !c->component[i].is_anion;
    }
    for (int i = 0; i < c->n; ++i) {
        const int g = c->component[i].group;
        s->group_R[g] += minus_x_ln_x(c->component[i].amount / s->group_sites[g]);
    }
    for (int g = 0; g < c->n_groups; ++g)
        if (holds_cations[g] && (s->mixing_group < 0 || s->group_R[g] > s->group_R[s->mixing_group])) s->mixing_group = g;
}

static double cations_as_one_set(const kiln_composition *c, double total)
{
    double s_R = 0.0;
    for (int i = 0; i < c->n; ++i)
        if (!c->component[i].is_anion) s_R += minus_x_ln_x(c->component[i].amount / total);
    return s_R;
}

/* "high per mole of mixing cations (1.61 R), low per mole of sites (0.80 R)": every basis with its class. */
static void write_sentence(kiln_entropy *s)
{
    const struct {
        const char *name;
        const kiln_entropy_value *value;
    } bases[] = {
        {"per mole of mixing cations", &s->mixing},
        {"per mole of cations", &s->per_cation},
        {"per mole of formula units", &s->per_formula},
        {"per mole of sites", &s->per_site},
    };
    const int n = (int)(sizeof bases / sizeof bases[0]);
    if (!s->class_depends_on_basis) {
        snprintf(s->sentence, sizeof s->sentence, "The class is %s on every basis.", kiln_entropy_class_text(s->grade));
        return;
    }
    int used = snprintf(s->sentence, sizeof s->sentence, "The class depends on the basis:");
    for (int i = 0; i < n && used < (int)sizeof s->sentence; ++i)
        used += snprintf(s->sentence + used, sizeof s->sentence - (size_t)used, " %s %s (%.2f R)%s",
                         kiln_entropy_class_text(bases[i].value->grade), bases[i].name, bases[i].value->R, i + 1 < n ? "," : ".");
}

kiln_status kiln_entropy_compute(const kiln_composition *composition, kiln_entropy *out)
{
    kiln_entropy s = {0};
    double sites = 0.0, cations = 0.0, per_formula_R = 0.0;
    if (!composition || !out || !is_valid(composition)) return KILN_E_ARG;
    sum_groups(composition, &s);
    for (int g = 0; g < s.n_groups; ++g) {
        sites += s.group_sites[g];
        per_formula_R += s.group_sites[g] * s.group_R[g];
    }
    for (int i = 0; i < composition->n; ++i)
        if (!composition->component[i].is_anion) cations += composition->component[i].amount;
    s.mixing = value_of(s.group_R[s.mixing_group]);
    s.per_cation = value_of(per_formula_R / cations);
    s.pooled = value_of(cations_as_one_set(composition, cations));
    s.per_formula = value_of(per_formula_R);
    s.per_site = value_of(per_formula_R / sites);
    s.grade = s.mixing.grade;
    s.class_depends_on_basis = s.per_cation.grade != s.grade || s.per_formula.grade != s.grade || s.per_site.grade != s.grade;
    write_sentence(&s);
    *out = s;
    return KILN_OK;
}
