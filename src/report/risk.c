#include "report/report.h"

#include "core/context.h"
#include "model/system.h"

#include <math.h>

enum { MOST_PARAMETERS = 8 };

static void describe_blame(kiln_i_tree *t, json_t *parent, const char *key, const kiln_system *system, int n,
                           const kiln_blame *blame)
{
    json_t *list = kiln_i_tree_array(t, parent, key);
    for (int k = 0; k < n; ++k) {
        json_t *item = kiln_i_tree_object(t, list, NULL);
        if (blame[k].phase >= 0) kiln_i_describe_phase(t, item, system, blame[k].phase);
        else kiln_i_tree_text(t, item, "phase", NULL); /* the search range ends there */
        kiln_i_tree_text(t, item, "side", blame[k].is_low ? "below" : "above");
        kiln_i_tree_real(t, item, "share", blame[k].share);
    }
}

/* null where a number is not known. */
static void describe_known(kiln_i_tree *t, json_t *parent, const char *key, double value)
{
    if (isfinite(value)) kiln_i_tree_real(t, parent, key, value);
    else kiln_i_tree_text(t, parent, key, NULL);
}

/* The first order knows nothing of firings. */
static json_t *describe_point(kiln_i_tree *t, json_t *item, const kiln_risk_point *p, int has_fired)
{
    kiln_i_tree_real(t, item, "T_K", p->T_K);
    kiln_i_tree_real(t, item, "probability", p->probability);
    kiln_i_tree_real(t, item, "standard_error", p->standard_error);
    describe_known(t, item, "first_order", has_fired ? NAN : p->first_order);
    return item;
}

static void describe_at(kiln_i_tree *t, json_t *result, const kiln_risk *risk, const kiln_report_risk_details *d)
{
    kiln_risk_point p;
    if (!(d->at_K > 0.0)) {
        kiln_i_tree_text(t, result, "at", NULL);
        return;
    }
    const kiln_status status = kiln_risk_at(risk, d->at_K, &p);
    if (status != KILN_OK) {
        if (t->status == KILN_OK) t->status = status;
        return;
    }
    json_t *at = describe_point(t, kiln_i_tree_object(t, result, "at"), &p, d->n_observations > 0);
    if (d->require > 0.0) {
        kiln_i_tree_real(t, at, "required", d->require);
        kiln_i_tree_flag(t, at, "is_met", p.probability >= d->require);
    }
    describe_blame(t, at, "spoiled_by", kiln_risk_system(risk), p.n_blame, p.blame);
}

static void describe_curve(kiln_i_tree *t, json_t *result, const kiln_risk *risk, const kiln_report_risk_details *d)
{
    json_t *curve = kiln_i_tree_array(t, result, "curve");
    for (int i = 0; i < d->n_curve && t->status == KILN_OK; ++i) {
        kiln_risk_point p;
        const kiln_status status = kiln_risk_at(risk, d->curve_K[i], &p);
        if (status == KILN_OK) (void)describe_point(t, kiln_i_tree_object(t, curve, NULL), &p, d->n_observations > 0);
        else t->status = status;
    }
}

static void describe_end(kiln_i_tree *t, json_t *parent, const char *key, const kiln_system *system, const kiln_risk_end *e,
                         int has_any)
{
    if (!has_any) {
        kiln_i_tree_text(t, parent, key, NULL);
        return;
    }
    json_t *end = kiln_i_tree_object(t, parent, key);
    kiln_i_tree_real(t, end, "p05_K", e->q05_K);
    kiln_i_tree_real(t, end, "p16_K", e->q16_K);
    kiln_i_tree_real(t, end, "median_K", e->median_K);
    kiln_i_tree_real(t, end, "p84_K", e->q84_K);
    kiln_i_tree_real(t, end, "p95_K", e->q95_K);
    kiln_i_tree_real(t, end, "sigma_K", e->sigma_K);
    kiln_i_tree_real(t, end, "mean_K", e->mean_K);
    kiln_i_tree_real(t, end, "standard_deviation_K", e->standard_K);
    describe_known(t, end, "first_order_sigma_K", e->first_order_sigma_K);
    kiln_i_tree_real(t, end, "beyond_search_range", e->share_open);
    describe_blame(t, end, "limits", system, e->n_limits, e->limit);
}

static void describe_summary(kiln_i_tree *t, json_t *parent, const kiln_system *system, const kiln_risk_summary *s)
{
    const int has_any = s->probability > 0.0;
    kiln_i_tree_real(t, parent, "window_exists", s->probability);
    kiln_i_tree_real(t, parent, "window_exists_standard_error", s->probability_error);
    describe_end(t, parent, "low", system, &s->low, has_any);
    describe_end(t, parent, "high", system, &s->high, has_any);
}

static void describe_best(kiln_i_tree *t, json_t *result, const kiln_risk *risk)
{
    int range;
    const kiln_window *w = kiln_risk_window(risk, &range);
    if (range < 0) {
        kiln_i_tree_text(t, result, "best_values", NULL);
        return;
    }
    json_t *best = kiln_i_tree_object(t, result, "best_values");
    const kiln_window_end *end[] = {&w->range[range].low, &w->range[range].high};
    static const char *const keys[] = {"low_K", "high_K"}, *const kinds[] = {"low_kind", "high_kind"};
    for (int i = 0; i < 2; ++i) {
        kiln_i_tree_real(t, best, keys[i], end[i]->T_K);
        kiln_i_tree_text(t, best, kinds[i], kiln_end_kind_text(end[i]->kind));
    }
}

static void describe_parameters(kiln_i_tree *t, json_t *result, const kiln_risk *risk, double at_K)
{
    kiln_risk_parameter p[MOST_PARAMETERS];
    int n = 0;
    const kiln_status status = kiln_risk_parameters(risk, at_K, MOST_PARAMETERS, p, &n);
    if (status != KILN_OK && t->status == KILN_OK) t->status = status;
    json_t *list = kiln_i_tree_array(t, result, "parameters");
    for (int i = 0; i < n; ++i) {
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "name", p[i].name);
        kiln_i_tree_flag(t, item, "slope", p[i].is_slope);
        kiln_i_tree_real(t, item, "sigma", p[i].sigma);
        kiln_i_tree_text(t, item, "unit",
                         p[i].is_slope                                ? "J/mol/K"
                         : p[i].name[0] == 'p' && p[i].name[1] == '(' ? "decades"
                                                                      : "J/mol");
        if (at_K > 0.0) kiln_i_tree_real(t, item, "risk_share", p[i].risk_share);
        else kiln_i_tree_text(t, item, "risk_share", NULL);
        kiln_i_tree_real(t, item, "low_share", p[i].low_share);
        kiln_i_tree_real(t, item, "high_share", p[i].high_share);
        describe_known(t, item, "low_first_order_K", p[i].low_K);
        describe_known(t, item, "high_first_order_K", p[i].high_K);
        kiln_i_tree_text(t, item, "status", p[i].status);
        kiln_i_tree_text(t, item, "source", p[i].source);
    }
}

/* Firings, what they changed, and the next one. */
static void describe_firings(kiln_i_tree *t, json_t *result, const kiln_risk *risk, const kiln_report_risk_details *d)
{
    const kiln_system *system = kiln_risk_system(risk);
    json_t *list = kiln_i_tree_array(t, result, "observations");
    for (int i = 0; i < d->n_observations; ++i) {
        const kiln_observation *o = &d->observations[i];
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_real(t, item, "T_K", o->T_K);
        kiln_i_tree_text(t, item, "outcome", o->is_single ? "single" : "multi");
        if (o->phase >= 0) kiln_i_describe_phase(t, item, system, o->phase);
        if (d->expected) kiln_i_tree_real(t, item, "expected", d->expected[i]);
    }
    if (!d->errors) return;
    json_t *errors = kiln_i_tree_object(t, result, "firing_errors");
    kiln_i_tree_real(t, errors, "furnace_K", d->errors->furnace_K);
    kiln_i_tree_real(t, errors, "weighing", d->errors->weighing);
    kiln_i_tree_real(t, errors, "misread", d->errors->misread);
    if (d->before) describe_summary(t, kiln_i_tree_object(t, result, "before_observations"), system, d->before);
    const kiln_window *w = kiln_risk_window(risk, NULL);
    double T_K, bits;
    const kiln_status status = kiln_risk_next(risk, d->errors, w->scanned_min_K, w->scanned_max_K, &T_K, &bits);
    if (status != KILN_OK && t->status == KILN_OK) t->status = status;
    json_t *next = kiln_i_tree_object(t, result, "next_firing");
    kiln_i_tree_real(t, next, "T_K", status == KILN_OK ? T_K : 0.0);
    kiln_i_tree_real(t, next, "information_bits", status == KILN_OK ? bits : 0.0);
}

static void describe_risk(kiln_i_tree *t, json_t *result, const kiln_risk *risk, const kiln_risk_options *o,
                          const kiln_report_risk_details *d)
{
    kiln_risk_summary s;
    const kiln_status status = kiln_risk_summarise(risk, &s);
    if (status != KILN_OK) {
        if (t->status == KILN_OK) t->status = status;
        return;
    }
    kiln_i_describe_phase(t, result, kiln_risk_system(risk), kiln_risk_window(risk, NULL)->phase);
    describe_at(t, result, risk, d);
    describe_best(t, result, risk);
    if (d->n_observations > 0) s.low.first_order_sigma_K = s.high.first_order_sigma_K = NAN;
    describe_summary(t, result, kiln_risk_system(risk), &s);
    describe_curve(t, result, risk, d);
    describe_parameters(t, result, risk, d->at_K);
    describe_firings(t, result, risk, d);
    json_t *samples = kiln_i_tree_object(t, result, "samples");
    kiln_i_tree_integer(t, samples, "n", s.n_samples);
    kiln_i_tree_integer(t, samples, "failed", s.n_failed);
    kiln_i_tree_real(t, samples, "effective", s.n_effective);
    kiln_i_tree_integer(t, samples, "replicates", KILN_RISK_REPLICATES);
    kiln_i_tree_integer(t, samples, "seed", (long long)o->seed);
    kiln_i_tree_integer(t, samples, "uncertain_numbers", s.n_unknowns);
}

kiln_status kiln_report_risk(kiln_context *ctx, const kiln_risk *risk, const kiln_risk_options *options,
                             const kiln_report_question *question, const kiln_report_risk_details *details, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !risk || !options || !details) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_i_evidence evidence;
    const kiln_system *system = kiln_risk_system(risk);
    kiln_status status = kiln_i_evidence_open(ctx, system, &evidence);
    if (status != KILN_OK) return status;
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_risk);
    if (report) {
        const kiln_window *w = kiln_risk_window(risk, NULL);
        json_t *input = kiln_i_describe_question(&t, report->root, system, question);
        json_t *searched = kiln_i_tree_array(&t, input, "searched_K");
        kiln_i_tree_real(&t, searched, NULL, w->scanned_min_K);
        kiln_i_tree_real(&t, searched, NULL, w->scanned_max_K);
        json_t *result = kiln_i_tree_object(&t, report->root, "result");
        describe_risk(&t, result, risk, options, details);
        for (int p = 0; p < system->n_phases; ++p) kiln_i_evidence_add(&evidence, p);
        kiln_i_describe_certificate(&t, result, system, &w->certificate);
        kiln_i_evidence_describe(&t, result, &evidence);
    }
    kiln_i_evidence_close(&evidence);
    return report ? kiln_i_report_finish(&t, report, out) : t.status;
}
