#include "predict/sinter.h"

#include "core/context.h"
#include "core/elements.h"
#include "data/database.h"

#include <math.h>
#include <stdio.h>

enum { HYDROGEN = 1, CARBON = 6, OXYGEN = 8 };

static void take_precursor(const kiln_database *db, const kiln_composition *x, kiln_sinter *s)
{
    kiln_precursor *p = &s->precursor[s->n_precursors++];
    kiln_melting_info info;
    *p = (kiln_precursor){.sigma_K = -1.0, .status = "", .source = ""};
    snprintf(p->formula, sizeof p->formula, "%.63s", x->canonical);
    for (int i = 0; i < x->n; ++i) p->is_carbonate |= x->component[i].z == CARBON || x->component[i].z == HYDROGEN;
    const int i = kiln_database_find_melting(db, x);
    if (i < 0 || kiln_database_melting(db, i, &info) != KILN_OK) return;
    snprintf(p->formula, sizeof p->formula, "%.63s", info.formula);
    p->is_known = 1;
    p->T_melt_K = info.T_K;
    p->sigma_K = info.sigma_K;
    p->decomposes = info.decomposes;
    p->mobile_K = KILN_TAMMANN * info.T_K;
    p->status = info.status;
    p->source = info.source ? info.source : "";
}

/* Oxygen per cation of what one cation alone is in the question's gas, without carbonates, at a temperature at which powders are kept and mixed; < 0 where that is not
 * known. */
static double oxygen_alone(kiln_context *ctx, const kiln_step_question *q, int component)
{
    const double T_K = 673.15;
    kiln_composition alone = *q->composition;
    kiln_atmosphere a = *q->atmosphere;
    kiln_system *system = NULL;
    kiln_solver *solver = NULL;
    kiln_equilibrium e;
    double oxygen = -1.0;
    for (int i = 0; i < alone.n; ++i)
        if (i != component && !alone.component[i].is_anion) alone.component[i].amount = 0.0;
    a.pco2_bar = 0.0;
    if (a.control != KILN_OXYGEN_CLOSED && kiln_system_create(ctx, q->db, &alone, &a, NULL, &system) == KILN_OK &&
        kiln_solver_create(system, q->solver_options, &solver) == KILN_OK && kiln_equilibrium_solve(solver, T_K, &e) == KILN_OK)
        oxygen = e.oxygen_mol;
    kiln_solver_free(solver);
    kiln_system_free(system);
    return oxygen;
}

/* Oxygen per atom of element z of an oxide of nothing else; < 0 for any other substance. */
static double oxygen_in(const kiln_composition *x, int z)
{
    double oxygen = 0.0, metal = 0.0;
    for (int i = 0; i < x->n; ++i) {
        if (x->component[i].z == OXYGEN) oxygen += x->component[i].amount;
        else if (x->component[i].z == z) metal += x->component[i].amount;
        else return -1.0;
    }
    return metal > 0.0 && oxygen > 0.0 ? oxygen / metal : -1.0;
}

/* The oxide of a cation in the list of melting points whose oxygen is nearest to what it holds alone; else the one with the cation's charge in the formula. */
static kiln_status default_precursor(kiln_context *ctx, const kiln_step_question *q, int component, kiln_composition *out)
{
    const kiln_component *cation = &q->composition->component[component];
    const char *symbol = kiln_i_element_symbol(cation->z);
    const double wanted = oxygen_alone(ctx, q, component), charge = round(cation->valence);
    double nearest = 0.2;
    char text[64] = "";
    for (int i = 0; i < kiln_database_n_meltings(q->db) && wanted >= 0.0; ++i) {
        kiln_melting_info info;
        kiln_composition x;
        if (kiln_database_melting(q->db, i, &info) != KILN_OK || kiln_composition_parse(ctx, info.formula, &x) != KILN_OK)
            continue;
        const double miss = fabs(oxygen_in(&x, cation->z) - wanted);
        if (miss >= nearest) continue;
        nearest = miss;
        snprintf(text, sizeof text, "%.63s", info.formula);
    }
    if (*text) return kiln_composition_parse(ctx, text, out);
    if (charge < 1.0) snprintf(text, sizeof text, "%s", symbol);
    else if (fmod(charge, 2.0) == 0.0) snprintf(text, sizeof text, "%sO%.0f", symbol, charge / 2.0);
    else snprintf(text, sizeof text, "%s2O%.0f", symbol, charge);
    return kiln_composition_parse(ctx, text, out);
}

/* Oxides of the cations go into an oxide: a fluoride is made of others, which only the user knows. */
static int is_made_of_oxides(const kiln_composition *x)
{
    for (int i = 0; i < x->n; ++i)
        if (x->component[i].z == OXYGEN) return 1;
    return 0;
}

kiln_status kiln_i_sinter_precursors(kiln_context *ctx, const kiln_step_question *q, const kiln_sinter_options *o, kiln_sinter *s)
{
    for (int i = 0; i < o->n_precursors; ++i) take_precursor(q->db, &o->precursors[i], s);
    const int n = o->n_precursors == 0 && is_made_of_oxides(q->composition) ? q->composition->n : 0;
    for (int i = 0; i < n && s->n_precursors < KILN_MAX_PRECURSORS; ++i) {
        kiln_composition x;
        if (q->composition->component[i].is_anion || !(q->composition->component[i].amount > 0.0)) continue;
        const kiln_status status = default_precursor(ctx, q, i, &x);
        if (status != KILN_OK) return status;
        take_precursor(q->db, &x, s);
    }
    s->first_mobile = -1;
    for (int i = 0; i < s->n_precursors; ++i)
        if (s->precursor[i].is_known && !s->precursor[i].is_carbonate &&
            (s->first_mobile < 0 || s->precursor[i].mobile_K < s->precursor[s->first_mobile].mobile_K))
            s->first_mobile = i;
    if (s->first_mobile < 0) return KILN_OK;
    const double T_K = s->precursor[s->first_mobile].mobile_K;
    s->kinetic = (kiln_sinter_limit){1, 0, T_K, T_K};
    return KILN_OK;
}
