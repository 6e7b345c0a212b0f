#include "report/report.h"

#include "core/context.h"
#include "core/elements.h"
#include "model/system.h"

#include <math.h>

/* "fractions": {"Mg": 0.2, ...} on the sublattice */
static void describe_fractions(kiln_i_tree *t, json_t *parent, const kiln_design_result *r, const double *fraction)
{
    json_t *object = kiln_i_tree_object(t, parent, "fractions");
    for (int i = 0; i < r->n; ++i) kiln_i_tree_real(t, object, kiln_i_element_symbol(r->z[i]), fraction[i]);
}

static void describe_known(kiln_i_tree *t, json_t *parent, const char *key, double value)
{
    if (isfinite(value)) kiln_i_tree_real(t, parent, key, value);
    else kiln_i_tree_text(t, parent, key, NULL);
}

static void describe_point(kiln_i_tree *t, json_t *item, const kiln_design_result *r, const kiln_design_point *p, int has_ends)
{
    describe_fractions(t, item, r, p->fraction);
    describe_known(t, item, "value", p->value);
    kiln_i_tree_real(t, item, "entropy_R", p->entropy_R);
    if (p->cost_kg > 0.0) kiln_i_tree_real(t, item, "cost_per_kg", p->cost_kg);
    else kiln_i_tree_text(t, item, "cost_per_kg", NULL);
    if (!has_ends) return;
    kiln_i_tree_real(t, item, "low_K", p->low_K);
    kiln_i_tree_real(t, item, "high_K", p->high_K);
}

static void describe_answer(kiln_i_tree *t, json_t *result, const char *key, const kiln_system *system,
                            const kiln_design_result *r, const kiln_design_answer *a, int is_thermal)
{
    kiln_design_point point = a->point;
    if (is_thermal && a->range < 0) point.value = NAN; /* nothing to measure */
    json_t *item = kiln_i_tree_object(t, result, key);
    kiln_i_tree_text(t, item, "formula", system->composition.canonical);
    describe_point(t, item, r, &point, 0);
    if (a->range >= 0) {
        json_t *window = kiln_i_tree_object(t, item, "window");
        kiln_i_describe_brief_end(t, window, "low", system, &a->window.range[a->range].low);
        kiln_i_describe_brief_end(t, window, "high", system, &a->window.range[a->range].high);
    } else kiln_i_tree_text(t, item, "window", NULL);
    kiln_i_tree_integer(t, item, "windows", a->window.n_ranges);
    describe_known(t, item, "probability", a->at_probability);
    describe_known(t, item, "tolerance", a->at_tolerance);
    kiln_i_describe_certificate(t, item, system, a->range >= 0 ? &a->window.certificate : NULL);
}

static void describe_cations(kiln_i_tree *t, json_t *result, const kiln_design_result *r)
{
    json_t *list = kiln_i_tree_array(t, result, "cations");
    for (int i = 0; i < r->n; ++i) {
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "element", kiln_i_element_symbol(r->z[i]));
        kiln_i_tree_flag(t, item, "varied", r->is_varied[i]);
        kiln_i_tree_real(t, item, "start", r->start.point.fraction[i]);
        kiln_i_tree_real(t, item, "proposed", r->optimum.point.fraction[i]);
        kiln_i_tree_real(t, item, "unrounded", r->unrounded.fraction[i]);
        describe_known(t, item, "flat_low", r->flat_low[i]);
        describe_known(t, item, "flat_high", r->flat_high[i]);
    }
}

static void describe_active(kiln_i_tree *t, json_t *result, const kiln_system *system, const kiln_design_result *r)
{
    json_t *limits = kiln_i_tree_array(t, result, "active_limits"), *competitors = kiln_i_tree_array(t, result, "decided_by");
    for (int k = 0; k < r->n_active; ++k) {
        const kiln_design_active *a = &r->active[k];
        json_t *item = kiln_i_tree_object(t, a->phase < 0 ? limits : competitors, NULL);
        if (a->phase < 0) {
            kiln_i_tree_text(t, item, "limit", a->text);
            kiln_i_tree_real(t, item, "gain_by_0.01", a->multiplier);
            continue;
        }
        kiln_i_describe_phase(t, item, system, a->phase);
        kiln_i_tree_text(t, item, "side", a->is_high ? "above" : "below");
        kiln_i_tree_real(t, item, "share", a->multiplier);
    }
}

static void describe_search(kiln_i_tree *t, json_t *result, const kiln_design_result *r, const kiln_design_options *o)
{
    json_t *search = kiln_i_tree_object(t, result, "search");
    json_t *best = kiln_i_tree_array(t, search, "best_of_seed");
    for (int k = 0; k < 2; ++k) kiln_i_tree_real(t, best, NULL, r->best_of_seed[k]);
    kiln_i_tree_flag(t, search, "seeds_agree", r->seeds_agree);
    kiln_i_tree_integer(t, search, "seed", (long long)o->seed);
    kiln_i_tree_integer(t, search, "local_searches", r->n_searches);
    kiln_i_tree_integer(t, search, "failed", r->n_failed);
    kiln_i_tree_integer(t, search, "evaluations", r->n_evaluations);
}

static void describe_goal(kiln_i_tree *t, json_t *input, const kiln_design_result *r, const kiln_design_options *o)
{
    json_t *goal = kiln_i_tree_object(t, input, "design");
    kiln_i_tree_text(t, goal, "goal", kiln_design_goal_text(o->goal));
    kiln_i_tree_text(t, goal, "unit", o->goal <= KILN_DESIGN_WIDTH ? "K" : "1");
    if (o->at_K > 0.0) kiln_i_tree_real(t, goal, "at_K", o->at_K);
    else kiln_i_tree_text(t, goal, "at_K", NULL);
    kiln_i_tree_real(t, goal, "least_entropy_R", r->least_entropy);
    kiln_i_tree_real(t, goal, "least_width_K", o->least_width_K);
    kiln_i_tree_real(t, goal, "least_fraction", o->least_fraction);
    if (o->most_cost > 0.0) kiln_i_tree_real(t, goal, "most_cost_per_kg", o->most_cost);
    else kiln_i_tree_text(t, goal, "most_cost_per_kg", NULL);
}

static void describe_design(kiln_i_tree *t, json_t *result, const kiln_design *design)
{
    const kiln_design_result *r = kiln_design_result_of(design);
    const kiln_design_options *o = kiln_design_options_of(design);
    const kiln_system *system = kiln_design_system(design);
    const int is_thermal = o->goal <= KILN_DESIGN_WIDTH;
    kiln_i_describe_phase(t, result, system, r->optimum.window.phase);
    describe_answer(t, result, "start", kiln_design_start_system(design), r, &r->start, is_thermal);
    describe_answer(t, result, "proposed", system, r, &r->optimum, is_thermal);
    describe_point(t, kiln_i_tree_object(t, result, "unrounded"), r, &r->unrounded, is_thermal);
    kiln_i_tree_flag(t, result, "is_plateau", r->is_plateau);
    describe_cations(t, result, r);
    kiln_i_tree_real(t, result, "flat_loss", r->flat_loss);
    describe_active(t, result, system, r);
    json_t *list = kiln_i_tree_array(t, result, "alternatives");
    for (int k = 0; k < r->n_alternatives; ++k)
        describe_point(t, kiln_i_tree_object(t, list, NULL), r, &r->alternative[k], o->goal <= KILN_DESIGN_WIDTH);
    describe_search(t, result, r, o);
}

kiln_status kiln_report_design(kiln_context *ctx, const kiln_design *design, const kiln_report_question *question,
                               kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !design) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_i_evidence evidence;
    const kiln_system *system = kiln_design_system(design);
    kiln_status status = kiln_i_evidence_open(ctx, system, &evidence);
    if (status != KILN_OK) return status;
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_design);
    if (report) {
        const kiln_design_result *r = kiln_design_result_of(design);
        json_t *input = kiln_i_describe_question(&t, report->root, kiln_design_start_system(design), question);
        describe_goal(&t, input, r, kiln_design_options_of(design));
        json_t *result = kiln_i_tree_object(&t, report->root, "result");
        describe_design(&t, result, design);
        kiln_i_describe_certificate(&t, result, system, &r->optimum.window.certificate);
        for (int p = 0; p < system->n_phases; ++p) kiln_i_evidence_add(&evidence, p);
        kiln_i_evidence_describe(&t, result, &evidence);
    }
    kiln_i_evidence_close(&evidence);
    return report ? kiln_i_report_finish(&t, report, out) : t.status;
}
