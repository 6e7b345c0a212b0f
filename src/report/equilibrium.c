#include "report/report.h"

#include "core/context.h"
#include "core/elements.h"
#include "model/system.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static json_t *sublattice_object(kiln_i_tree *t, json_t *sites, const char *name)
{
    json_t *known = json_object_get(sites, name);
    return known ? known : kiln_i_tree_object(t, sites, name);
}

void kiln_i_describe_sites(kiln_i_tree *t, json_t *parent, const kiln_system *system, const kiln_equilibrium_phase *k)
{
    const kiln_i_mphase *p = &system->phases[k->phase];
    const kiln_i_phase *source = &system->db->phases[p->source];
    json_t *sites = kiln_i_tree_object(t, parent, "site_fractions");
    for (int s = 0; s < source->n_sublattices; ++s) {
        json_t *sublattice = sublattice_object(t, sites, source->sublattices[s].name);
        if (p->fixed[s] >= 0) kiln_i_tree_real(t, sublattice, system->db->species[p->fixed[s]].name, 1.0);
        for (int i = 0; i < k->n_site_fractions; ++i)
            if (p->sublattice[i] == s)
                kiln_i_tree_real(t, sublattice, system->db->species[p->species[i]].name, k->site_fractions[i]);
    }
}

/* What both equilibrium and step say of a phase; amounts per mole of the composition's formula. */
static json_t *describe_present(kiln_i_tree *t, json_t *list, const kiln_system *system, const kiln_equilibrium_phase *k)
{
    const kiln_i_mphase *p = &system->phases[k->phase];
    json_t *item = kiln_i_tree_object(t, list, NULL);
    double cations = 0.0;
    for (int c = 0; c < system->n_closed; ++c)
        if (system->is_cation[c]) cations += k->composition[c] * k->component_mol;
    const double oxygen_per_cation = cations > 0.0 ? k->oxygen_mol / cations : 0.0;
    kiln_i_describe_phase(t, item, system, k->phase);
    kiln_i_tree_text(t, item, "general_formula", system->db->phases[p->source].formula);
    kiln_i_describe_formula(t, item, system, k->phase, k->composition, oxygen_per_cation);
    kiln_i_tree_real(t, item, "amount_mol", k->amount_mol * system->formula_scale);
    const double in_formula = kiln_i_formula_cations(system, k->phase, k->composition, oxygen_per_cation, cations);
    const double formulas = in_formula > 0.0 ? cations / in_formula : 1.0; /* a gas of oxygen holds no cation: of its own units */
    kiln_i_tree_real(t, item, "formula_mol", k->amount_mol * system->formula_scale * formulas);
    kiln_i_tree_real(t, item, "mass_fraction", k->mass_fraction);
    kiln_i_tree_real(t, item, "components_mol", k->amount_mol * system->formula_scale * k->component_mol);
    kiln_i_tree_real(t, item, "oxygen_per_cation", oxygen_per_cation);
    kiln_i_describe_by_component(t, item, "composition", system, k->composition);
    return item;
}

static void describe_potentials(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_equilibrium *e)
{
    json_t *potentials = kiln_i_tree_object(t, result, "chemical_potentials_J_mol");
    json_t *closed = kiln_i_tree_object(t, potentials, "closed");
    for (int c = 0; c < system->n_closed; ++c)
        kiln_i_tree_real(t, closed, kiln_i_element_symbol(system->closed[c]), e->mu_J_mol[c]);
    json_t *open = kiln_i_tree_object(t, potentials, "open");
    for (int k = 0; k < system->n_open; ++k)
        kiln_i_tree_real(t, open, kiln_i_element_symbol(system->open[k].z), e->mu_open_J_mol[k]);
    kiln_i_tree_flag(t, potentials, "unique", e->mu_is_unique);
}

/* Indices of the phases, the heaviest first. */
static void by_mass(const kiln_equilibrium *e, int order[KILN_MAX_COMPONENTS])
{
    for (int k = 0; k < e->n_phases; ++k) {
        int place = k;
        for (; place > 0 && e->phase[order[place - 1]].mass_fraction < e->phase[k].mass_fraction; --place)
            order[place] = order[place - 1];
        order[place] = k;
    }
}

static void describe_equilibrium(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_equilibrium *e,
                                 const double *valence)
{
    int order[KILN_MAX_COMPONENTS];
    by_mass(e, order);
    kiln_i_tree_real(t, result, "T_K", e->T_K);
    json_t *phases = kiln_i_tree_array(t, result, "phases");
    for (int k = 0; k < e->n_phases; ++k) {
        const kiln_equilibrium_phase *phase = &e->phase[order[k]];
        json_t *item = describe_present(t, phases, system, phase);
        kiln_i_describe_sites(t, item, system, phase);
        kiln_i_describe_notes(t, item, system, phase->phase, phase->composition);
    }
    describe_potentials(t, result, system, e);
    kiln_i_tree_real(t, result, "G_J_mol", e->G_J_mol * system->formula_scale);
    kiln_i_tree_flag(t, result, "includes_open_components", system->n_open == 0);
    kiln_i_tree_real(t, result, "mass_g", e->mass_g * system->formula_scale);
    kiln_i_tree_real(t, result, "oxygen_per_cation", e->oxygen_mol);
    if (valence) kiln_i_describe_by_component(t, result, "valence", system, valence);
    kiln_i_tree_real(t, result, "least_driving_force_J_mol", e->worst_J_mol);
}

kiln_status kiln_report_equilibrium(kiln_context *ctx, const kiln_system *system, const kiln_report_question *question,
                                    const kiln_equilibrium *equilibrium, const double *valence, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !system || !equilibrium) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_i_evidence evidence;
    kiln_status status = kiln_i_evidence_open(ctx, system, &evidence);
    if (status != KILN_OK) return status;
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_equilibrium);
    if (report) {
        const char *worst = NULL;
        json_t *input = kiln_i_describe_question(&t, report->root, system, question);
        kiln_i_tree_real(&t, input, "T_K", equilibrium->T_K);
        json_t *result = kiln_i_tree_object(&t, report->root, "result");
        describe_equilibrium(&t, result, system, equilibrium, valence);
        for (int k = 0; k < equilibrium->n_phases; ++k) {
            const int phase = equilibrium->phase[k].phase;
            kiln_i_evidence_add(&evidence, phase);
            report->extrapolated_K =
                fmax(report->extrapolated_K, kiln_i_evidence_extrapolation(&evidence, phase, equilibrium->T_K, &worst));
        }
        kiln_i_tree_real(&t, result, "extrapolated_K", report->extrapolated_K);
        kiln_i_tree_text(&t, result, "extrapolated_function", worst);
        kiln_i_describe_certificate(&t, result, system, &equilibrium->certificate);
        kiln_i_evidence_describe(&t, result, &evidence);
    }
    kiln_i_evidence_close(&evidence);
    return report ? kiln_i_report_finish(&t, report, out) : t.status;
}

static void describe_row(kiln_i_tree *t, json_t *item, const kiln_system *system, const kiln_step_row *row, double extrapolated_K)
{
    const kiln_equilibrium *e = &row->equilibrium;
    int order[KILN_MAX_COMPONENTS];
    kiln_i_tree_real(t, item, "mass_change_percent", row->mass_change_percent);
    kiln_i_tree_real(t, item, "oxygen_per_cation", row->oxygen_per_cation);
    kiln_i_describe_by_component(t, item, "valence", system, row->valence);
    kiln_i_tree_real(t, item, "G_J_mol", e->G_J_mol * system->formula_scale);
    kiln_i_tree_real(t, item, "extrapolated_K", extrapolated_K);
    json_t *phases = kiln_i_tree_array(t, item, "phases");
    by_mass(e, order);
    for (int k = 0; k < e->n_phases; ++k) describe_present(t, phases, system, &e->phase[order[k]]);
}

/* What all rows have in common, gathered row by row. */
typedef struct summary {
    int n_usable;
    double first_K, last_K;              /* of the usable rows */
    double extrapolated_K;               /* the most among usable rows; while there are none the least */
    const kiln_certificate *certificate; /* the worst */
} summary;

static int is_worse(const kiln_certificate *a, const kiln_certificate *b)
{
    return !b || a->is_certified < b->is_certified || (a->is_certified == b->is_certified && a->gap_J_mol > b->gap_J_mol);
}

static void add_to_summary(summary *sum, const kiln_equilibrium *e, double beyond_K)
{
    if (!sum->n_usable++) {
        sum->first_K = e->T_K;
        sum->extrapolated_K = beyond_K;
    }
    sum->last_K = e->T_K;
    sum->extrapolated_K = fmax(sum->extrapolated_K, beyond_K);
    if (is_worse(&e->certificate, sum->certificate)) sum->certificate = &e->certificate;
}

/* How far the functions of the stable phases are used outside their validity, and the furthest one. */
static double beyond_validity(kiln_i_evidence *evidence, const kiln_equilibrium *e, const char **worst)
{
    double beyond_K = 0.0;
    for (int k = 0; k < e->n_phases; ++k) {
        const char *name = NULL;
        const double outside_K = kiln_i_evidence_extrapolation(evidence, e->phase[k].phase, e->T_K, &name);
        if (outside_K <= beyond_K) continue;
        beyond_K = outside_K;
        *worst = name;
    }
    return beyond_K;
}

static void describe_any_row(kiln_i_tree *t, json_t *rows, const kiln_system *system, const kiln_step_row *row,
                             const char *failure, double extrapolate_K, kiln_i_evidence *evidence, summary *sum)
{
    char text[256];
    const char *worst = "";
    json_t *item = kiln_i_tree_object(t, rows, NULL);
    kiln_i_tree_real(t, item, "T_K", row->equilibrium.T_K);
    const double beyond_K = failure ? 0.0 : beyond_validity(evidence, &row->equilibrium, &worst);
    if (beyond_K > extrapolate_K) {
        if (!sum->n_usable && !(sum->extrapolated_K > 0.0 && sum->extrapolated_K < beyond_K)) sum->extrapolated_K = beyond_K;
        snprintf(text, sizeof text, "%s would be used %.0f K outside its validity", worst, beyond_K);
        failure = text;
    }
    if (failure) {
        kiln_i_tree_text(t, item, "failed", failure);
        return;
    }
    for (int k = 0; k < row->equilibrium.n_phases; ++k) kiln_i_evidence_add(evidence, row->equilibrium.phase[k].phase);
    describe_row(t, item, system, row, beyond_K);
    add_to_summary(sum, &row->equilibrium, beyond_K);
}

/* Phases of one list that the other lacks, each as often as it has more of it. */
static void describe_change(kiln_i_tree *t, json_t *parent, const char *key, const kiln_system *system, const int *phases, int n,
                            const int *others, int n_others)
{
    json_t *list = kiln_i_tree_array(t, parent, key);
    for (int i = 0; i < n; ++i) {
        int more = 1; /* this one, those before it, less the other side's */
        for (int k = 0; k < i; ++k) more += phases[k] == phases[i];
        for (int k = 0; k < n_others; ++k) more -= others[k] == phases[i];
        if (more > 0) kiln_i_describe_phase(t, kiln_i_tree_object(t, list, NULL), system, phases[i]);
    }
}

/* Those between usable rows. */
static void describe_transitions(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_report_step_details *d,
                                 const summary *sum)
{
    json_t *list = kiln_i_tree_array(t, result, "transitions");
    for (int i = 0; d && i < d->n_transitions; ++i) {
        const kiln_transition *change = &d->transitions[i];
        if (change->T_K < fmin(sum->first_K, sum->last_K) || change->T_K > fmax(sum->first_K, sum->last_K)) continue;
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_real(t, item, "T_K", change->T_K);
        describe_change(t, item, "leaves", system, change->before, change->n_before, change->after, change->n_after);
        describe_change(t, item, "appears", system, change->after, change->n_after, change->before, change->n_before);
    }
}

static void describe_step(kiln_i_tree *t, kiln_report *report, const kiln_system *system, int n_rows, const kiln_step_row *rows,
                          const kiln_report_step_details *details, kiln_i_evidence *evidence)
{
    summary sum = {0};
    json_t *result = kiln_i_tree_object(t, report->root, "result");
    json_t *list = kiln_i_tree_array(t, result, "rows");
    for (int i = 0; i < n_rows; ++i)
        describe_any_row(t, list, system, &rows[i], details && details->failures ? details->failures[i] : NULL,
                         details ? details->extrapolate_K : INFINITY, evidence, &sum);
    describe_transitions(t, result, system, details, &sum);
    json_t *usable = kiln_i_tree_array(t, result, "usable_K");
    if (sum.n_usable > 0) {
        kiln_i_tree_real(t, usable, NULL, sum.first_K);
        kiln_i_tree_real(t, usable, NULL, sum.last_K);
    }
    kiln_i_tree_integer(t, result, "failed_rows", n_rows - sum.n_usable);
    report->extrapolated_K = sum.extrapolated_K;
    kiln_i_describe_certificate(t, result, system, sum.certificate);
    kiln_i_evidence_describe(t, result, evidence);
}

kiln_status kiln_report_step(kiln_context *ctx, const kiln_system *system, const kiln_report_question *question, int n_rows,
                             const kiln_step_row *rows, const kiln_report_step_details *details, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !system || !rows || n_rows < 1) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument, or no row");
    const char *compositions_of = details ? details->compositions_of : NULL;
    const int followed = compositions_of ? kiln_system_find_phase(system, compositions_of) : -1;
    if (compositions_of && followed < 0) return kiln_i_fail(ctx, KILN_E_ARG, "the system has no phase %s", compositions_of);
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_i_evidence evidence;
    kiln_status status = kiln_i_evidence_open(ctx, system, &evidence);
    if (status != KILN_OK) return status;
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_step);
    if (report) {
        json_t *input = kiln_i_describe_question(&t, report->root, system, question);
        json_t *range = kiln_i_tree_array(&t, input, "T_range_K");
        kiln_i_tree_real(&t, range, NULL, rows[0].equilibrium.T_K);
        kiln_i_tree_real(&t, range, NULL, rows[n_rows - 1].equilibrium.T_K);
        if (followed >= 0) kiln_i_describe_phase(&t, kiln_i_tree_object(&t, input, "compositions_of"), system, followed);
        describe_step(&t, report, system, n_rows, rows, details, &evidence);
    }
    kiln_i_evidence_close(&evidence);
    return report ? kiln_i_report_finish(&t, report, out) : t.status;
}
