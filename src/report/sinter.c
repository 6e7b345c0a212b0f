#include "report/report.h"

#include "core/context.h"
#include "core/elements.h"
#include "model/system.h"

#include <math.h>

/* Every line says what it rests on: "assessed" or "fitted" as the numbers that decide it, "estimated", or "rule of thumb". */

static const char *status_of(const kiln_window_end *e) { return e->n_decisive > 0 ? e->decisive[0].status : "assessed"; }

static void describe_limit(kiln_i_tree *t, json_t *parent, const char *key, const kiln_sinter_limit *l, const char *status)
{
    if (!l->exists) {
        kiln_i_tree_text(t, parent, key, NULL);
        return;
    }
    json_t *limit = kiln_i_tree_object(t, parent, key);
    kiln_i_tree_real(t, limit, "T_K", l->T_K);
    if (l->has_sigma) kiln_i_tree_real(t, limit, "with_margin_K", l->safe_K);
    else kiln_i_tree_text(t, limit, "with_margin_K", NULL);
    kiln_i_tree_text(t, limit, "basis", status);
}

static void describe_window_limit(kiln_i_tree *t, json_t *parent, const char *key, const kiln_system *system,
                                  const kiln_sinter_limit *l, const kiln_window_end *e)
{
    describe_limit(t, parent, key, l, status_of(e));
    json_t *limit = json_object_get(parent, key);
    if (!l->exists) return;
    kiln_i_tree_text(t, limit, "kind", kiln_end_kind_text(e->kind));
    if (e->n_limits > 0) {
        kiln_i_describe_phase(t, limit, system, e->limit[0].phase);
        kiln_i_describe_formula(t, limit, system, e->limit[0].phase, e->limit[0].composition, e->limit[0].oxygen_per_cation);
    }
    if (e->n_decisive > 0) kiln_i_tree_text(t, limit, "decided_by", e->decisive[0].name);
    if (e->has_detected) kiln_i_tree_real(t, limit, "seen_by_diffraction_from_K", e->detected_K);
}

static void describe_vapour(kiln_i_tree *t, json_t *result, const kiln_sinter *s, const kiln_sinter_options *o)
{
    describe_limit(t, result, "vapour_ceiling", &s->vapour_limit, "estimated");
    json_t *limit = json_object_get(result, "vapour_ceiling");
    if (s->vapour_limit.exists) {
        kiln_i_tree_text(t, limit, "element", kiln_i_element_symbol(s->vapour.z));
        kiln_i_tree_text(t, limit, "species", s->vapour.species);
        kiln_i_tree_real(t, limit, "film_percent_h", s->vapour.film_percent_h);
        kiln_i_tree_real(t, limit, "released_po2_bar", s->vapour.released_po2_bar);
    }
    json_t *settings = kiln_i_tree_object(t, result, "vapour_settings");
    kiln_i_tree_real(t, settings, "film_mm", o->vapour.film_mm > 0.0 ? o->vapour.film_mm : 0.0);
    kiln_i_tree_real(t, settings, "surface_cm2_g", o->vapour.surface_cm2_g);
    kiln_i_tree_real(t, settings, "loss_percent_h", o->vapour.loss_percent_h);
}

static void describe_losses(kiln_i_tree *t, json_t *result, const kiln_sinter *s)
{
    json_t *list = kiln_i_tree_array(t, result, "losses");
    for (int i = 0; i < s->n_losses; ++i) {
        const kiln_vapour_loss *l = &s->loss[i];
        if (!l->is_cation) continue;
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "element", kiln_i_element_symbol(l->z));
        kiln_i_tree_flag(t, item, "is_known", l->n_species > 0);
        if (l->n_species == 0) continue;
        kiln_i_tree_real(t, item, "film_mg_cm2_h", l->film_mg_cm2_h);
        kiln_i_tree_real(t, item, "film_percent_h", l->film_percent_h);
        /* both fluxes are of the element, so their ratio carries the rates over */
        kiln_i_tree_real(t, item, "free_mg_cm2_h",
                         l->film_mol_m2_s > 0.0 ? l->film_mg_cm2_h * (l->free_mol_m2_s / l->film_mol_m2_s) : 0.0);
    }
}

static void describe_precursors(kiln_i_tree *t, json_t *result, const kiln_sinter *s)
{
    json_t *list = kiln_i_tree_array(t, result, "precursors");
    for (int i = 0; i < s->n_precursors; ++i) {
        const kiln_precursor *p = &s->precursor[i];
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "formula", p->formula);
        kiln_i_tree_flag(t, item, "is_known", p->is_known);
        if (!p->is_known) continue;
        kiln_i_tree_real(t, item, "melts_K", p->T_melt_K);
        kiln_i_tree_flag(t, item, "decomposes", p->decomposes);
        kiln_i_tree_real(t, item, "mobile_K", p->mobile_K);
        kiln_i_tree_flag(t, item, "gives_off_gas", p->is_carbonate);
        kiln_i_tree_text(t, item, "basis", p->status);
        kiln_i_tree_text(t, item, "source", p->source);
    }
    describe_limit(t, result, "kinetic_floor", &s->kinetic, "rule of thumb");
    if (s->first_mobile < 0) return;
    json_t *kinetic = json_object_get(result, "kinetic_floor");
    kiln_i_tree_text(t, kinetic, "precursor", s->precursor[s->first_mobile].formula);
    kiln_i_tree_flag(t, kinetic, "decomposes", s->precursor[s->first_mobile].decomposes);
}

static void describe_span(kiln_i_tree *t, json_t *parent, const char *key, double low_K, double high_K)
{
    json_t *span = kiln_i_tree_array(t, parent, key);
    kiln_i_tree_real(t, span, NULL, low_K);
    kiln_i_tree_real(t, span, NULL, high_K);
}

static void describe_recommended(kiln_i_tree *t, json_t *result, const kiln_sinter *s)
{
    if (s->range < 0 || s->is_safe < 0) {
        kiln_i_tree_text(t, result, "recommended", NULL);
        return;
    }
    json_t *r = kiln_i_tree_object(t, result, "recommended");
    describe_span(t, r, "fire_K", s->low_K, s->high_K);
    kiln_i_tree_flag(t, r, "low_is_open", s->low_is_open);
    kiln_i_tree_flag(t, r, "high_is_open", s->high_is_open);
    if (s->calcine_low_K > 0.0) describe_span(t, r, "calcine_K", s->calcine_low_K, s->calcine_high_K);
    else kiln_i_tree_text(t, r, "calcine_K", NULL);
    if (s->sinter_low_K > 0.0) describe_span(t, r, "sinter_K", s->sinter_low_K, s->sinter_high_K);
    else kiln_i_tree_text(t, r, "sinter_K", NULL);
    kiln_i_tree_flag(t, r, "has_margins", s->is_safe);
    kiln_i_tree_flag(t, r, "by_diffraction", s->is_seen);
}

static void describe_cooling(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_sinter *s,
                             const kiln_sinter_options *o)
{
    json_t *cooling = kiln_i_tree_object(t, result, "cooling");
    if (s->window.has_spinodal) kiln_i_tree_real(t, cooling, "spinodal_K", s->window.spinodal_K);
    else kiln_i_tree_text(t, cooling, "spinodal_K", NULL);
    if (s->freeze_K > 0.0) kiln_i_tree_real(t, cooling, "frozen_below_K", s->freeze_K);
    else kiln_i_tree_text(t, cooling, "frozen_below_K", NULL);
    if (!s->has_cooled) return;
    kiln_i_tree_real(t, cooling, "slowly_to_K", o->cool_to_K);
    json_t *phases = kiln_i_tree_array(t, cooling, "phases");
    for (int k = 0; k < s->cooled.n_phases; ++k) {
        const kiln_equilibrium_phase *p = &s->cooled.phase[k];
        json_t *item = kiln_i_tree_object(t, phases, NULL);
        kiln_i_describe_phase(t, item, system, p->phase);
        double cations = 0.0;
        for (int c = 0; c < system->n_closed; ++c)
            if (system->is_cation[c]) cations += p->composition[c] * p->component_mol;
        kiln_i_describe_formula(t, item, system, p->phase, p->composition, cations > 0.0 ? p->oxygen_mol / cations : 0.0);
        kiln_i_tree_real(t, item, "mass_fraction", p->mass_fraction);
    }
}

static void describe_gases(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_sinter *s)
{
    json_t *list = kiln_i_tree_array(t, result, "oxygen_pressures");
    for (int i = 0; i < s->n_gases; ++i) {
        const kiln_sinter_gas *g = &s->gas[i];
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_real(t, item, "po2_bar", g->po2_bar);
        kiln_i_tree_flag(t, item, "asked", g->is_asked);
        kiln_i_tree_flag(t, item, "widest", i == s->widest_gas);
        if (g->n_ranges == 0) {
            kiln_i_tree_text(t, item, "window_K", NULL);
            continue;
        }
        describe_span(t, item, "window_K", g->low_K, g->high_K);
        kiln_i_tree_flag(t, item, "low_is_open", g->low_kind == KILN_END_VALIDITY || g->low_kind == KILN_END_SEARCH_LIMIT);
        kiln_i_tree_flag(t, item, "high_is_open", g->high_kind == KILN_END_VALIDITY || g->high_kind == KILN_END_SEARCH_LIMIT);
        kiln_i_tree_text(t, item, "low_kind", kiln_end_kind_text(g->low_kind));
        kiln_i_tree_text(t, item, "high_kind", kiln_end_kind_text(g->high_kind));
        if (g->high_phase >= 0) kiln_i_describe_phase(t, item, system, g->high_phase);
    }
}

/* Without a window: where it comes closest, what spoils it there, and where diffraction would still see one phase. */
static void describe_nearest(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_sinter *s)
{
    const kiln_window *w = &s->window;
    json_t *nearest = kiln_i_tree_object(t, result, "nearest");
    kiln_i_tree_real(t, nearest, "T_K", w->best_T_K);
    kiln_i_tree_real(t, nearest, "least_driving_force_J_mol", w->best_J_mol);
    kiln_i_describe_phase(t, nearest, system, w->best_limit);
    json_t *apparent = kiln_i_tree_array(t, nearest, "apparent_K");
    for (int k = 0; k < w->n_apparent; ++k)
        describe_span(t, kiln_i_tree_object(t, apparent, NULL), "range_K", w->apparent[k].low_K, w->apparent[k].high_K);
}

static void describe_sinter(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_sinter *s,
                            const kiln_sinter_options *o)
{
    kiln_i_describe_phase(t, result, system, s->window.phase);
    describe_recommended(t, result, s);
    if (s->range >= 0) {
        const kiln_window_range *range = &s->window.range[s->range];
        describe_window_limit(t, result, "thermodynamic_floor", system, &s->floor, &range->low);
        describe_window_limit(t, result, "thermodynamic_ceiling", system, &s->ceiling, &range->high);
    } else describe_nearest(t, result, system, s);
    describe_vapour(t, result, s, o);
    describe_precursors(t, result, s);
    if (s->solidus_K > 0.0) kiln_i_tree_real(t, result, "solidus_K", s->solidus_K);
    else kiln_i_tree_text(t, result, "solidus_K", NULL);
    if (s->densify_K > 0.0) kiln_i_tree_real(t, result, "densifies_from_K", s->densify_K);
    else kiln_i_tree_text(t, result, "densifies_from_K", NULL);
    describe_losses(t, result, s);
    kiln_i_tree_real(t, result, "released_po2_bar", s->released_po2_bar);
    describe_cooling(t, result, system, s, o);
    describe_gases(t, result, system, s);
    kiln_i_tree_flag(t, result, "melt_modelled", kiln_i_models_melt(system));
}

kiln_status kiln_report_sinter(kiln_context *ctx, const kiln_system *system, const kiln_report_question *question,
                               const kiln_sinter_options *options, const kiln_sinter *sinter, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !system || !options || !sinter) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_i_evidence evidence;
    kiln_status status = kiln_i_evidence_open(ctx, system, &evidence);
    if (status != KILN_OK) return status;
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_sinter);
    if (report) {
        (void)kiln_i_describe_question(&t, report->root, system, question);
        json_t *result = kiln_i_tree_object(&t, report->root, "result");
        describe_sinter(&t, result, system, sinter, options);
        kiln_i_describe_certificate(&t, result, system, &sinter->window.certificate);
        for (int p = 0; p < system->n_phases; ++p) kiln_i_evidence_add(&evidence, p);
        kiln_i_evidence_describe(&t, result, &evidence);
    }
    kiln_i_evidence_close(&evidence);
    return report ? kiln_i_report_finish(&t, report, out) : t.status;
}
