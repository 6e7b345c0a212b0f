#include "report/report.h"

#include "core/context.h"
#include "core/elements.h"
#include "model/system.h"

#include <math.h>

static const char *reason(kiln_activity_kind kind)
{
    switch (kind) {
    case KILN_ACTIVITY_KNOWN: break;
    case KILN_ACTIVITY_UNDETERMINED: return "not determined: the phases present leave this potential open";
    case KILN_ACTIVITY_NO_REFERENCE: return "no reference: no phase of the database holds it alone in this atmosphere";
    case KILN_ACTIVITY_NO_GAS: return "no reference: with a closed anion no cation stands alone";
    }
    return NULL;
}

/* The number, or null where it is not known. */
static void real_or_null(kiln_i_tree *t, json_t *parent, const char *key, int is_known, double value)
{
    if (is_known) kiln_i_tree_real(t, parent, key, value);
    else kiln_i_tree_text(t, parent, key, NULL);
}

static void describe_reference(kiln_i_tree *t, json_t *item, const kiln_system *system, int c, const kiln_component_activity *k)
{
    double pure[KILN_MAX_COMPONENTS] = {0.0};
    if (k->kind != KILN_ACTIVITY_KNOWN) {
        kiln_i_tree_text(t, item, "reference", NULL);
        return;
    }
    json_t *reference = kiln_i_tree_object(t, item, "reference");
    const int phase = kiln_system_find_phase(system, k->reference_phase);
    pure[c] = 1.0;
    kiln_i_tree_text(t, reference, "phase", k->reference_phase);
    kiln_i_tree_text(t, reference, "label", k->reference_label);
    if (phase >= 0) kiln_i_describe_formula(t, reference, system, phase, pure, k->reference_oxygen_mol);
    kiln_i_tree_real(t, reference, "oxygen_per_cation", k->reference_oxygen_mol);
    kiln_i_tree_real(t, reference, "mu_J_mol", k->reference_J_mol);
}

static void describe_components(kiln_i_tree *t, json_t *row, const kiln_system *system, const kiln_activity *a)
{
    json_t *list = kiln_i_tree_array(t, row, "components");
    for (int c = 0; c < a->n_components; ++c) {
        const kiln_component_activity *k = &a->component[c];
        const int is_known = k->kind == KILN_ACTIVITY_KNOWN;
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "element", kiln_i_element_symbol(k->z));
        kiln_i_tree_flag(t, item, "cation", k->is_cation);
        kiln_i_tree_real(t, item, "fraction", k->fraction);
        kiln_i_tree_flag(t, item, "determined", k->is_determined);
        real_or_null(t, item, "mu_J_mol", k->is_determined, k->mu_J_mol);
        describe_reference(t, item, system, c, k);
        real_or_null(t, item, "activity", is_known, k->activity);
        real_or_null(t, item, "coefficient", is_known && k->coefficient > 0.0, k->coefficient);
        kiln_i_tree_text(t, item, "reason", reason(k->kind));
    }
}

static void describe_in_phase(kiln_i_tree *t, json_t *phase, const kiln_activity *a, const kiln_phase_activity *p)
{
    json_t *list = kiln_i_tree_array(t, phase, "components");
    for (int c = 0; c < a->n_components; ++c) {
        if (!a->component[c].is_cation || !(p->fraction[c] > 0.0)) continue;
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "element", kiln_i_element_symbol(a->component[c].z));
        kiln_i_tree_real(t, item, "fraction", p->fraction[c]);
        real_or_null(t, item, "coefficient", p->coefficient[c] > 0.0, p->coefficient[c]);
        real_or_null(t, item, "structure_mu_J_mol", p->has_structure[c], p->structure_J_mol[c]);
        real_or_null(t, item, "structure_activity", p->has_structure[c], p->structure_activity[c]);
        real_or_null(t, item, "structure_coefficient", p->has_structure[c], p->structure_coefficient[c]);
    }
}

static void describe_phases(kiln_i_tree *t, json_t *row, const kiln_system *system, const kiln_activity *a)
{
    json_t *list = kiln_i_tree_array(t, row, "phases");
    for (int k = 0; k < a->equilibrium.n_phases; ++k) {
        const kiln_equilibrium_phase *phase = &a->equilibrium.phase[k];
        json_t *item = kiln_i_tree_object(t, list, NULL);
        double cations = 0.0;
        for (int c = 0; c < system->n_closed; ++c)
            if (system->is_cation[c]) cations += phase->composition[c] * phase->component_mol;
        const double oxygen_per_cation = cations > 0.0 ? phase->oxygen_mol / cations : 0.0;
        kiln_i_describe_phase(t, item, system, phase->phase);
        kiln_i_describe_formula(t, item, system, phase->phase, phase->composition, oxygen_per_cation);
        kiln_i_tree_real(t, item, "mass_fraction", phase->mass_fraction);
        kiln_i_tree_real(t, item, "oxygen_per_cation", oxygen_per_cation);
        kiln_i_describe_by_component(t, item, "composition", system, phase->composition);
        describe_in_phase(t, item, a, &a->phase[k]);
        if (phase->site_fractions) kiln_i_describe_sites(t, item, system, phase);
    }
}

static void describe_oxygen(kiln_i_tree *t, json_t *row, const kiln_system *system, const kiln_activity *a)
{
    json_t *oxygen = kiln_i_tree_object(t, row, "oxygen");
    kiln_i_tree_flag(t, oxygen, "from_atmosphere", system->n_open > 0);
    real_or_null(t, oxygen, "half_mu_O2_J_mol", a->has_oxygen, a->mu_O_J_mol);
    real_or_null(t, oxygen, "log10_po2_bar", a->has_po2, a->log10_po2);
}

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

static void add_evidence(kiln_i_evidence *evidence, const kiln_activity *a)
{
    for (int k = 0; k < a->equilibrium.n_phases; ++k) kiln_i_evidence_add(evidence, a->equilibrium.phase[k].phase);
    for (int c = 0; c < a->n_components; ++c) {
        const int phase = a->component[c].kind == KILN_ACTIVITY_KNOWN
                              ? kiln_system_find_phase(evidence->system, a->component[c].reference_phase)
                              : -1;
        if (phase >= 0) kiln_i_evidence_add(evidence, phase);
    }
}

static void describe_row(kiln_i_tree *t, json_t *rows, const kiln_system *system, const kiln_activity *a, const char *failure,
                         double extrapolate_K, kiln_i_evidence *evidence, kiln_i_rows *sum)
{
    const char *worst = "";
    json_t *row = kiln_i_tree_object(t, rows, NULL);
    kiln_i_tree_real(t, row, "T_K", a->equilibrium.T_K);
    const double beyond_K = failure ? 0.0 : beyond_validity(evidence, &a->equilibrium, &worst);
    failure = kiln_i_rows_failure(sum, failure, beyond_K, extrapolate_K, worst);
    if (failure) {
        kiln_i_tree_text(t, row, "failed", failure);
        return;
    }
    describe_components(t, row, system, a);
    describe_phases(t, row, system, a);
    describe_oxygen(t, row, system, a);
    kiln_i_tree_real(t, row, "extrapolated_K", beyond_K);
    kiln_i_describe_certificate(t, row, system, &a->certificate);
    add_evidence(evidence, a);
    kiln_i_rows_add(sum, beyond_K, &a->certificate);
}

kiln_status kiln_report_activity(kiln_context *ctx, const kiln_system *system, const kiln_report_question *question, int n_rows,
                                 const kiln_activity *rows, const kiln_report_row_details *details, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !system || !rows || n_rows < 1) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument, or no row");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_i_evidence evidence;
    const kiln_status status = kiln_i_evidence_open(ctx, system, &evidence);
    if (status != KILN_OK) return status;
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_activity);
    if (report) {
        kiln_i_rows sum = {0};
        json_t *input = kiln_i_describe_question(&t, report->root, system, question);
        json_t *range = kiln_i_tree_array(&t, input, "T_range_K");
        kiln_i_tree_real(&t, range, NULL, rows[0].equilibrium.T_K);
        kiln_i_tree_real(&t, range, NULL, rows[n_rows - 1].equilibrium.T_K);
        json_t *result = kiln_i_tree_object(&t, report->root, "result");
        json_t *list = kiln_i_tree_array(&t, result, "rows");
        for (int i = 0; i < n_rows; ++i)
            describe_row(&t, list, system, &rows[i], details && details->failures ? details->failures[i] : NULL,
                         details ? details->extrapolate_K : INFINITY, &evidence, &sum);
        kiln_i_rows_describe(&t, report, result, system, &sum, n_rows);
        kiln_i_evidence_describe(&t, result, &evidence);
    }
    kiln_i_evidence_close(&evidence);
    return report ? kiln_i_report_finish(&t, report, out) : t.status;
}
