#include "report/report.h"

#include "core/context.h"
#include "core/elements.h"
#include "model/system.h"
#include "predict/structure_entropy.h"
#include "predict/structures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void describe_limits(kiln_i_tree *t, json_t *end, const kiln_system *system, const kiln_window_end *e)
{
    json_t *limits = kiln_i_tree_array(t, end, "limits");
    for (int i = 0; i < e->n_limits; ++i) {
        const kiln_limit_phase *limit = &e->limit[i];
        json_t *item = kiln_i_tree_object(t, limits, NULL);
        kiln_i_describe_phase(t, item, system, limit->phase);
        kiln_i_tree_real(t, item, "share", limit->share);
        kiln_i_describe_formula(t, item, system, limit->phase, limit->composition, limit->oxygen_per_cation);
        kiln_i_describe_by_component(t, item, "composition", system, limit->composition);
        kiln_i_tree_real(t, item, "oxygen_per_cation", limit->oxygen_per_cation);
    }
}

static const char *unit_of(const kiln_decisive *d)
{
    if (d->is_slope) return "J/mol/K";
    return d->name[0] == 'p' && d->name[1] == '(' ? "decades" : "J/mol";
}

static void describe_decisive(kiln_i_tree *t, json_t *end, const kiln_window_end *e)
{
    json_t *list = kiln_i_tree_array(t, end, "decisive");
    for (int i = 0; i < e->n_decisive; ++i) {
        const kiln_decisive *d = &e->decisive[i];
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "name", d->name);
        kiln_i_tree_flag(t, item, "slope", d->is_slope);
        kiln_i_tree_real(t, item, "sigma", d->sigma);
        kiln_i_tree_text(t, item, "unit", unit_of(d));
        kiln_i_tree_real(t, item, "K_per_unit", d->dT_dparameter);
        kiln_i_tree_real(t, item, "contribution_K", d->contribution_K);
        kiln_i_tree_text(t, item, "status", d->status);
        kiln_i_tree_text(t, item, "source", d->source);
        kiln_i_tree_text(t, item, "estimate", d->estimate);
    }
}

/* Quantiles stay within what was searched: beyond it the linearisation is no more than a direction. */
static void describe_quantile(kiln_i_tree *t, json_t *end, const char *key, const kiln_window *w, double T_K, int is_open)
{
    char open_key[32];
    is_open |= T_K < w->scanned_min_K || T_K > w->scanned_max_K;
    kiln_i_tree_real(t, end, key, fmin(fmax(T_K, w->scanned_min_K), w->scanned_max_K));
    snprintf(open_key, sizeof open_key, "%.3s_is_open", key);
    kiln_i_tree_flag(t, end, open_key, is_open);
}

static void describe_spread(kiln_i_tree *t, json_t *end, const kiln_window *w, const kiln_window_end *e)
{
    if (!e->has_sigma) {
        kiln_i_tree_text(t, end, "sigma_K", NULL);
        return;
    }
    kiln_i_tree_real(t, end, "sigma_K", e->sigma_K);
    kiln_i_tree_real(t, end, "median_K", fmin(fmax(e->median_K, w->scanned_min_K), w->scanned_max_K));
    describe_quantile(t, end, "p16_K", w, e->low_K, e->low_is_open);
    describe_quantile(t, end, "p84_K", w, e->high_K, e->high_is_open);
}

/* The furthest use of a function of the target or of what limits it outside its validity. */
static void describe_extrapolation(kiln_i_tree *t, json_t *end, const kiln_window *w, const kiln_window_end *e,
                                   kiln_i_evidence *evidence)
{
    const char *worst = NULL;
    double beyond_K = kiln_i_evidence_extrapolation(evidence, w->phase, e->T_K, &worst);
    for (int i = 0; i < e->n_limits; ++i) {
        const char *name = NULL;
        const double outside_K = kiln_i_evidence_extrapolation(evidence, e->limit[i].phase, e->T_K, &name);
        if (outside_K <= beyond_K) continue;
        beyond_K = outside_K;
        worst = name;
    }
    kiln_i_tree_flag(t, end, "extrapolated", e->is_extrapolated);
    kiln_i_tree_real(t, end, "extrapolated_K", beyond_K);
    kiln_i_tree_text(t, end, "extrapolated_function", worst);
}

/* Two compositions of the target that agree: the gap opens here. */
static int is_critical(const kiln_system *system, const kiln_window_end *e)
{
    double total = 0.0, furthest = 0.0;
    if (e->kind != KILN_END_DEMIXING || e->n_limits == 0) return 0;
    for (int c = 0; c < system->n_closed; ++c) total += system->total[c];
    for (int c = 0; c < system->n_closed; ++c)
        furthest = fmax(furthest, fabs(e->limit[0].composition[c] - system->total[c] / total));
    return furthest < 0.01;
}

/* Between which temperatures the proof puts the end. */
static void describe_bracket(kiln_i_tree *t, json_t *end, const kiln_window_end *e)
{
    if (!e->has_bracket) {
        kiln_i_tree_text(t, end, "bracket_K", NULL);
        return;
    }
    json_t *bracket = kiln_i_tree_object(t, end, "bracket_K");
    kiln_i_tree_real(t, bracket, "low", e->bracket_low_K);
    kiln_i_tree_real(t, bracket, "high", e->bracket_high_K);
}

static void describe_end(kiln_i_tree *t, json_t *range, const char *key, const kiln_system *system, const kiln_window *w,
                         const kiln_window_end *e, kiln_i_evidence *evidence)
{
    json_t *end = kiln_i_tree_object(t, range, key);
    const int is_absent = e->kind == KILN_END_VALIDITY || e->kind == KILN_END_SEARCH_LIMIT;
    kiln_i_tree_text(t, end, "kind", kiln_end_kind_text(e->kind));
    if (is_absent) {
        kiln_i_tree_text(t, end, "T_K", NULL);
        kiln_i_tree_text(t, end, "reason",
                         e->kind == KILN_END_VALIDITY ? "the parameters are not usable beyond" : "the search range ends here");
        kiln_i_tree_real(t, end, "searched_to_K", e->T_K);
    } else {
        kiln_i_tree_real(t, end, "T_K", e->T_K);
        describe_bracket(t, end, e);
        describe_spread(t, end, w, e);
        kiln_i_tree_text(t, end, "limited_by", e->n_limits > 0 ? kiln_system_phase_name(system, e->limit[0].phase) : NULL);
        if (e->n_limits > 0) kiln_i_describe_by_component(t, end, "composition", system, e->limit[0].composition);
        describe_limits(t, end, system, e);
        kiln_i_tree_flag(t, end, "critical_point", is_critical(system, e));
        if (e->has_detected) kiln_i_tree_real(t, end, "detected_T_K", e->detected_K);
        else kiln_i_tree_text(t, end, "detected_T_K", NULL);
        kiln_i_tree_real(t, end, "slope_J_molK", e->slope_J_molK);
        describe_decisive(t, end, e);
    }
    describe_extrapolation(t, end, w, e, evidence);
    kiln_i_tree_real(t, end, "oxygen_per_cation", e->oxygen_per_cation);
    kiln_i_describe_by_component(t, end, "valence", system, e->valence);
}

static void describe_windows(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_window *w,
                             kiln_i_evidence *evidence)
{
    json_t *list = kiln_i_tree_array(t, result, "windows");
    for (int i = 0; i < w->n_ranges; ++i) {
        json_t *range = kiln_i_tree_object(t, list, NULL);
        describe_end(t, range, "low", system, w, &w->range[i].low, evidence);
        describe_end(t, range, "high", system, w, &w->range[i].high, evidence);
        kiln_i_tree_real(t, range, "probability", w->range[i].probability);
    }
    if (w->n_ranges > 0) return;
    kiln_i_tree_text(t, result, "reason", "never the only stable phase in the range searched");
    json_t *best = kiln_i_tree_object(t, result, "closest");
    kiln_i_tree_real(t, best, "T_K", w->best_T_K);
    kiln_i_tree_real(t, best, "driving_force_J_mol", w->best_J_mol);
    kiln_i_tree_text(t, best, "limited_by", kiln_system_phase_name(system, w->best_limit));
    kiln_i_tree_text(t, best, "label", kiln_system_phase_label(system, w->best_limit));
    kiln_i_describe_quality(t, best, system->db, kiln_system_phase_name(system, w->best_limit));
    kiln_i_tree_flag(t, best, "demixing", w->best_limit == w->phase);
}

static void describe_apparent_end(kiln_i_tree *t, json_t *range, const char *key, const kiln_system *system, double T_K,
                                  int is_limited, int second)
{
    json_t *end = kiln_i_tree_object(t, range, key);
    if (!is_limited) {
        kiln_i_tree_text(t, end, "T_K", NULL);
        kiln_i_tree_text(t, end, "reason", "the search ends here");
        kiln_i_tree_real(t, end, "searched_to_K", T_K);
        return;
    }
    kiln_i_tree_real(t, end, "T_K", T_K);
    kiln_i_tree_text(t, end, "limited_by", second >= 0 ? kiln_system_phase_name(system, second) : NULL);
    kiln_i_tree_text(t, end, "label", second >= 0 ? kiln_system_phase_label(system, second) : NULL);
    kiln_i_describe_quality(t, end, system->db, kiln_system_phase_name(system, second));
}

/* Where diffraction would take a sample with traces of other phases for single. */
static void describe_apparent(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_window *w)
{
    json_t *list = kiln_i_tree_array(t, result, "apparent_windows");
    for (int i = 0; i < w->n_apparent; ++i) {
        const kiln_apparent_range *a = &w->apparent[i];
        json_t *range = kiln_i_tree_object(t, list, NULL);
        describe_apparent_end(t, range, "low", system, a->low_K, a->low_is_limited, a->low_phase);
        describe_apparent_end(t, range, "high", system, a->high_K, a->high_is_limited, a->high_phase);
    }
}

static void describe_searched(kiln_i_tree *t, json_t *result, const kiln_window *w)
{
    json_t *searched = kiln_i_tree_object(t, result, "searched");
    kiln_i_tree_real(t, searched, "from_K", w->scanned_min_K);
    kiln_i_tree_text(t, searched, "from_kind", kiln_end_kind_text(w->scan_low_kind));
    kiln_i_tree_real(t, searched, "to_K", w->scanned_max_K);
    kiln_i_tree_text(t, searched, "to_kind", kiln_end_kind_text(w->scan_high_kind));
}

static void describe_rivals(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_window *w)
{
    json_t *list = kiln_i_tree_array(t, result, "rivals");
    for (int i = 0; i < w->n_rivals; ++i) {
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "phase", kiln_system_phase_name(system, w->rival[i].phase));
        kiln_i_tree_text(t, item, "label", kiln_system_phase_label(system, w->rival[i].phase));
        kiln_i_describe_quality(t, item, system->db, kiln_system_phase_name(system, w->rival[i].phase));
        kiln_i_tree_flag(t, item, "demixing", w->rival[i].phase == w->phase);
        kiln_i_tree_real(t, item, "T_K", w->rival[i].T_K);
        kiln_i_tree_text(t, item, "stable", w->rival[i].from_below ? "below" : "above");
        kiln_i_tree_real(t, item, "sigma_K", w->rival[i].sigma_K);
    }
}

static void describe_spinodal(kiln_i_tree *t, json_t *result, const kiln_window *w)
{
    if (!w->has_spinodal) {
        kiln_i_tree_text(t, result, "spinodal", NULL);
        return;
    }
    json_t *spinodal = kiln_i_tree_object(t, result, "spinodal");
    kiln_i_tree_real(t, spinodal, "open_oxygen_K", w->spinodal_K);
    if (w->spinodal_is_frozen_lower && w->frozen_spinodal_K <= 0.0) kiln_i_tree_text(t, spinodal, "frozen_oxygen_K", NULL);
    else kiln_i_tree_real(t, spinodal, "frozen_oxygen_K", w->spinodal_is_frozen_lower ? w->frozen_spinodal_K : w->spinodal_K);
}

/* Rows add up: what it takes to bring the reference oxides into the structure, the excess and the entropy make dG. */
static void describe_formation(kiln_i_tree *t, json_t *budget, const kiln_system *system, const kiln_window *w)
{
    const kiln_energy_budget *b = &w->budget;
    double oxygen;
    kiln_i_tree_real(t, budget, "dG_J_mol", b->dG_J_mol);
    kiln_i_tree_real(t, budget, "dH_J_mol", b->dH_J_mol);
    kiln_i_tree_real(t, budget, "transfer_J_mol", b->dG_J_mol - b->excess_J_mol - b->minus_TS_J_mol);
    kiln_i_describe_references(t, budget, system, b->T_K, &oxygen);
    const double own = w->n_ranges > 0 ? w->range[0].low.oxygen_per_cation : w->oxygen_reference;
    kiln_i_tree_real(t, budget, "oxygen_taken_up", own >= 0.0 ? own - oxygen : 0.0);
}

static void describe_budget(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_window *w)
{
    const kiln_energy_budget *b = &w->budget;
    if (!(b->T_K > 0.0)) {
        kiln_i_tree_text(t, result, "energy_budget", NULL);
        return;
    }
    json_t *budget = kiln_i_tree_object(t, result, "energy_budget");
    kiln_i_tree_real(t, budget, "T_K", b->T_K);
    kiln_i_tree_text(t, budget, "per", "mol of cations");
    kiln_i_tree_real(t, budget, "cations_per_formula", system->formula_scale);
    if (b->has_formation) {
        describe_formation(t, budget, system, w);
    } else {
        kiln_i_tree_text(t, budget, "dG_J_mol", NULL);
        kiln_i_tree_text(t, budget, "dH_J_mol", NULL);
    }
    kiln_i_tree_real(t, budget, "excess_J_mol", b->excess_J_mol);
    kiln_i_tree_real(t, budget, "S_conf_J_molK", b->S_conf_J_molK);
    kiln_i_tree_real(t, budget, "minus_TS_conf_J_mol", b->minus_TS_J_mol);
}

/* Pairs of the target that a law gives, with its inputs. */
static void describe_laws(kiln_i_tree *t, json_t *estimates, const kiln_system *system, const kiln_window *w)
{
    const kiln_i_mphase *p = &system->phases[w->phase];
    json_t *list = kiln_i_tree_array(t, estimates, "pairs_by_law");
    for (int m = 0; m < p->n_low + p->n_high; ++m) {
        const kiln_i_function *f = &system->db->functions[p->monomials[m].function];
        if (!f->estimate) continue;
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "name", f->name);
        kiln_i_tree_text(t, item, "estimate", f->estimate);
        kiln_i_tree_real(t, item, "sigma_J_mol", f->sigma_J_mol);
    }
}

/* Pairs of the target that the database does not have, taken as ideal. */
static void describe_estimates(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_window *w)
{
    json_t *estimates = kiln_i_tree_object(t, result, "estimates");
    kiln_i_tree_integer(t, estimates, "parameters", w->n_parameters);
    kiln_i_tree_integer(t, estimates, "estimated", w->n_estimated);
    json_t *pairs = kiln_i_tree_array(t, estimates, "pairs_taken_as_ideal");
    for (int i = 0; i < system->n_missing; ++i) {
        char text[128];
        const kiln_i_missing_pair *m = &system->missing[i];
        if (m->phase != w->phase) continue;
        snprintf(text, sizeof text, "%s-%s", system->db->species[m->species[0]].name, system->db->species[m->species[1]].name);
        kiln_i_tree_text(t, pairs, NULL, text);
    }
    describe_laws(t, estimates, system, w);
}

int kiln_i_models_melt(const kiln_system *system)
{
    for (int i = 0; i < system->n_phases; ++i)
        if (system->phases[i].can_host && system->db->phases[system->phases[i].source].role == KILN_ROLE_LIQUID) return 1;
    return 0;
}

static void describe_entropy(kiln_i_tree *t, json_t *result, const kiln_system *system, int phase)
{
    kiln_entropy entropy;
    if (kiln_i_structure_entropy(system, phase, &entropy) == KILN_OK)
        kiln_i_describe_entropy(t, kiln_i_tree_object(t, result, "entropy"), &entropy);
}

static int is_perovskite(const kiln_system *system, int phase)
{
    const char *structure = system->db->phases[system->phases[phase].source].structure;
    return structure && strncmp(structure, "perovskite", strlen("perovskite")) == 0;
}

/* < 0: open. The alkali layer of a layered oxide may be partly empty, so that its anions per cation are those of the formula asked about. */
static double nominal_ratio(const kiln_system *system, int phase)
{
    return kiln_i_is_layered(system, phase) ? -1.0 : kiln_system_anion_ratio(system, phase);
}

static void describe_structure(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_window *w,
                               kiln_i_evidence *evidence)
{
    double total = 0.0, fraction[KILN_MAX_COMPONENTS];
    for (int c = 0; c < system->n_closed; ++c) total += system->total[c];
    for (int c = 0; c < system->n_closed; ++c) fraction[c] = system->total[c] / total;
    kiln_i_describe_phase(t, result, system, w->phase);
    if (nominal_ratio(system, w->phase) >= 0.0) kiln_i_tree_real(t, result, "anion_ratio", nominal_ratio(system, w->phase));
    else kiln_i_tree_text(t, result, "anion_ratio", NULL);
    kiln_i_describe_by_component(t, result, "composition", system, fraction);
    describe_windows(t, result, system, w, evidence);
    describe_apparent(t, result, system, w);
    describe_searched(t, result, w);
    describe_rivals(t, result, system, w);
    describe_spinodal(t, result, w);
    describe_budget(t, result, system, w);
    kiln_i_tree_real(t, result, "oxygen_per_cation_nominal", w->oxygen_reference);
    describe_estimates(t, result, system, w);
    kiln_i_describe_notes(t, result, system, w->phase, fraction);
    kiln_i_tree_flag(t, result, "melt_modelled", kiln_i_models_melt(system));
    kiln_i_describe_certificate(t, result, system, &w->certificate);
    describe_entropy(t, result, system, w->phase);
    if (is_perovskite(system, w->phase)) kiln_i_describe_tolerance(t, result, &system->composition);
}

/* To where diffraction sees one phase beyond an end; `open` where second phases remain traces. */
static double seen_to(const kiln_window_end *end, double open)
{
    if (end->kind == KILN_END_VALIDITY || end->kind == KILN_END_SEARCH_LIMIT) return end->T_K;
    return end->has_detected ? end->detected_K : open;
}

static int looks_single(const kiln_window *w, double T_K)
{
    for (int i = 0; i < w->n_apparent; ++i)
        if (T_K >= w->apparent[i].low_K && T_K <= w->apparent[i].high_K) return 1;
    for (int r = 0; r < w->n_ranges; ++r)
        if (T_K >= seen_to(&w->range[r].low, w->scanned_min_K) && T_K <= seen_to(&w->range[r].high, w->scanned_max_K)) return 1;
    return 0;
}

/* What is not known is null. */
static void real_or_null(kiln_i_tree *t, json_t *parent, const char *key, double value)
{
    if (isfinite(value)) kiln_i_tree_real(t, parent, key, value);
    else kiln_i_tree_text(t, parent, key, NULL);
}

static double describe_at(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_window *w,
                          const kiln_report_at *at, kiln_i_evidence *evidence)
{
    const char *worst = NULL;
    const double extrapolated_K = kiln_i_evidence_extrapolation(evidence, w->phase, at->T_K, &worst);
    json_t *object = kiln_i_tree_object(t, result, "at");
    kiln_i_tree_real(t, object, "T_K", at->T_K);
    kiln_i_tree_flag(t, object, "single_phase", at->single->is_single);
    real_or_null(t, object, "probability", at->probability);
    kiln_i_tree_flag(t, object, "apparent", !at->single->is_single && looks_single(w, at->T_K));
    kiln_i_tree_real(t, object, "least_driving_force_J_mol", at->single->least_J_mol);
    kiln_i_tree_text(t, object, "limited_by", kiln_system_phase_name(system, at->single->limit));
    kiln_i_tree_text(t, object, "label", kiln_system_phase_label(system, at->single->limit));
    kiln_i_describe_quality(t, object, system->db, kiln_system_phase_name(system, at->single->limit));
    kiln_i_tree_flag(t, object, "demixing", at->single->limit == w->phase);
    kiln_i_tree_real(t, object, "extrapolated_K", extrapolated_K);
    kiln_i_tree_text(t, object, "extrapolated_function", worst);
    return extrapolated_K;
}

static void describe_options(kiln_i_tree *t, json_t *input, const kiln_window_options *o, const char *phase, int all)
{
    kiln_i_tree_text(t, input, "phase", phase);
    json_t *range = kiln_i_tree_array(t, input, "T_range_K");
    kiln_i_tree_real(t, range, NULL, o->T_min_K);
    kiln_i_tree_real(t, range, NULL, o->T_max_K);
    kiln_i_tree_real(t, input, "step_K", o->step_K);
    kiln_i_tree_real(t, input, "detect_mass_fraction", o->detect_mass_fraction);
    kiln_i_tree_real(t, input, "extrapolate_K", o->extrapolate_K);
    kiln_i_tree_integer(t, input, "samples", o->n_samples);
    kiln_i_tree_integer(t, input, "seed", (long long)o->seed);
    kiln_i_tree_flag(t, input, "all_structures", all);
}

/* Sources of the targets and of what limits them. */
static void collect(kiln_i_evidence *evidence, const kiln_window *w)
{
    kiln_i_evidence_add(evidence, w->phase);
    for (int i = 0; i < w->n_ranges; ++i) {
        for (int k = 0; k < w->range[i].low.n_limits; ++k) kiln_i_evidence_add(evidence, w->range[i].low.limit[k].phase);
        for (int k = 0; k < w->range[i].high.n_limits; ++k) kiln_i_evidence_add(evidence, w->range[i].high.limit[k].phase);
    }
    if (w->n_ranges == 0) kiln_i_evidence_add(evidence, w->best_limit);
}

static void describe_all(kiln_i_tree *t, kiln_report *report, const kiln_system *system, const kiln_window *windows, int n,
                         const kiln_report_window_details *details, kiln_i_evidence *evidence)
{
    json_t *result = kiln_i_tree_object(t, report->root, "result");
    if (details->at) report->extrapolated_K = describe_at(t, result, system, &windows[0], details->at, evidence);
    describe_structure(t, result, system, &windows[0], evidence);
    kiln_i_tree_flag(t, result, "named", details->is_named);
    kiln_i_describe_rejected(t, result, system, kiln_i_tree_at(report->root, "input"));
    collect(evidence, &windows[0]);
    kiln_i_evidence_describe(t, result, evidence);
    json_t *others = kiln_i_tree_array(t, report->root, "other_structures");
    for (int i = 1; i < n; ++i) describe_structure(t, kiln_i_tree_object(t, others, NULL), system, &windows[i], evidence);
}

kiln_status kiln_report_window(kiln_context *ctx, const kiln_system *system, const kiln_report_question *question,
                               const kiln_window_options *options, const kiln_window *windows, int n_windows,
                               const kiln_report_window_details *details, kiln_report **out)
{
    static const kiln_report_window_details none;
    if (!details) details = &none;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !system || !options || !windows || n_windows < 1 || (details->at && !details->at->single))
        return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument, or no window");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_i_evidence evidence;
    kiln_status status = kiln_i_evidence_open(ctx, system, &evidence);
    if (status != KILN_OK) return status;
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_window);
    if (report) {
        json_t *input = kiln_i_describe_question(&t, report->root, system, question);
        describe_options(&t, input, options, kiln_system_phase_name(system, windows[0].phase), details->all);
        describe_all(&t, report, system, windows, n_windows, details, &evidence);
    }
    kiln_i_evidence_close(&evidence);
    return report ? kiln_i_report_finish(&t, report, out) : t.status;
}
