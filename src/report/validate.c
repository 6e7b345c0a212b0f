#include "report/report.h"

#include "core/context.h"

#include <math.h>

enum { N_BINS = 5 };
#define WITHIN_TIE 1e-12

static const kiln_judge judges[KILN_N_JUDGES] = {KILN_JUDGE_KILN, KILN_JUDGE_ALWAYS, KILN_JUDGE_ENTROPY, KILN_JUDGE_SIZE};

/* null where a number is not known. */
static void describe_known(kiln_i_tree *t, json_t *parent, const char *key, double value)
{
    if (isfinite(value)) kiln_i_tree_real(t, parent, key, value);
    else kiln_i_tree_text(t, parent, key, NULL);
}

static void describe_interval(kiln_i_tree *t, json_t *parent, const char *key, kiln_interval interval)
{
    if (isnan(interval.low)) {
        kiln_i_tree_text(t, parent, key, NULL);
        return;
    }
    json_t *pair = kiln_i_tree_array(t, parent, key);
    kiln_i_tree_real(t, pair, NULL, interval.low);
    kiln_i_tree_real(t, pair, NULL, interval.high);
}

static const char *or_null(const char *text) { return *text ? text : NULL; }

/* ---- Scores ---- */

static void describe_confusion(kiln_i_tree *t, json_t *parent, const kiln_confusion *c)
{
    json_t *confusion = kiln_i_tree_object(t, parent, "confusion");
    kiln_i_tree_integer(t, confusion, "single_called_single", c->single_single);
    kiln_i_tree_integer(t, confusion, "multi_called_single", c->single_multi);
    kiln_i_tree_integer(t, confusion, "single_called_multi", c->multi_single);
    kiln_i_tree_integer(t, confusion, "multi_called_multi", c->multi_multi);
}

static void describe_scores(kiln_i_tree *t, json_t *item, const kiln_scores *s)
{
    kiln_i_tree_integer(t, item, "n", s->n);
    kiln_i_tree_integer(t, item, "single", s->n_single);
    describe_confusion(t, item, &s->confusion);
    describe_known(t, item, "balanced_accuracy", s->balanced_accuracy);
    describe_interval(t, item, "balanced_accuracy_95", s->balanced_accuracy_95);
    describe_known(t, item, "auc", s->auc);
    describe_interval(t, item, "auc_95", s->auc_95);
    describe_known(t, item, "brier", s->brier);
    describe_interval(t, item, "brier_95", s->brier_95);
}

/* Points of the ROC curve: false single phases over true ones, from a rank above all down. */
static void describe_roc(kiln_i_tree *t, json_t *item, int n, const kiln_case *cases)
{
    int single = 0, called_single = 0, called_multi = 0;
    for (int i = 0; i < n; ++i) single += cases[i].is_single;
    json_t *roc = kiln_i_tree_array(t, item, "roc");
    if (single == 0 || single == n) return;
    for (double limit = INFINITY; called_single + called_multi <= n;) {
        json_t *point = kiln_i_tree_array(t, roc, NULL);
        kiln_i_tree_real(t, point, NULL, (double)called_multi / (n - single));
        kiln_i_tree_real(t, point, NULL, (double)called_single / single);
        if (called_single + called_multi == n) return;
        double next = -INFINITY;
        for (int i = 0; i < n; ++i)
            if (cases[i].rank < limit) next = fmax(next, cases[i].rank);
        for (int i = 0; i < n; ++i)
            if (cases[i].rank == next) ++*(cases[i].is_single ? &called_single : &called_multi);
        limit = next;
    }
}

static void describe_calibration(kiln_i_tree *t, json_t *item, int n, const kiln_case *cases)
{
    kiln_calibration_bin bins[N_BINS];
    kiln_calibration(n, cases, N_BINS, bins);
    json_t *list = kiln_i_tree_array(t, item, "calibration");
    for (int b = 0; b < N_BINS; ++b) {
        json_t *bin = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_real(t, bin, "low", bins[b].low);
        kiln_i_tree_real(t, bin, "high", bins[b].high);
        kiln_i_tree_integer(t, bin, "n", bins[b].n);
        describe_known(t, bin, "mean_probability", bins[b].mean);
        describe_known(t, bin, "observed", bins[b].observed);
        describe_interval(t, bin, "observed_95", bins[b].observed_95);
    }
}

/* kiln above every rule: null where a number is not known. */
static void describe_better(kiln_i_tree *t, json_t *item, const char *key, const double *value)
{
    int better = 1;
    for (int j = 0; j < KILN_N_JUDGES; ++j) {
        if (isnan(value[j])) {
            kiln_i_tree_text(t, item, key, NULL);
            return;
        }
        if (j > 0) better &= value[0] > value[j] + WITHIN_TIE;
    }
    kiln_i_tree_flag(t, item, key, better);
}

static void describe_judges(kiln_i_tree *t, json_t *set, const kiln_validation *v, const kiln_trials *trials, int family,
                            kiln_case *cases)
{
    double balanced[KILN_N_JUDGES], auc[KILN_N_JUDGES];
    json_t *list = kiln_i_tree_array(t, set, "judges");
    for (int j = 0; j < KILN_N_JUDGES && t->status == KILN_OK; ++j) {
        kiln_scores s;
        t->status = kiln_validation_scores(v, trials, family, judges[j], &s);
        if (t->status != KILN_OK) return;
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "judge", kiln_judge_text(judges[j]));
        describe_scores(t, item, &s);
        const int n = kiln_validation_cases(v, trials, family, judges[j], cases);
        describe_roc(t, item, n, cases);
        describe_calibration(t, item, n, cases);
        balanced[j] = s.balanced_accuracy;
        auc[j] = s.auc;
    }
    if (t->status != KILN_OK) return;
    describe_better(t, set, "balanced_accuracy_above_every_rule", balanced);
    describe_better(t, set, "auc_above_every_rule", auc);
}

static void describe_sets(kiln_i_tree *t, json_t *result, const kiln_validation *v, const kiln_trials *trials)
{
    kiln_case *cases = kiln_i_calloc(t->ctx, (size_t)v->n + 1, sizeof *cases);
    if (!cases) {
        t->status = kiln_i_fail(t->ctx, KILN_E_NOMEM, "cases of %d rows", v->n);
        return;
    }
    json_t *list = kiln_i_tree_array(t, result, "families");
    for (int k = 0; k < v->n_families; ++k) {
        const kiln_trial_family *f = &v->family[k];
        const int n_multi = f->n_scored - f->n_single;
        json_t *set = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, set, "family", or_null(f->name));
        kiln_i_tree_integer(t, set, "eligible", f->n_eligible);
        kiln_i_tree_integer(t, set, "scored", f->n_scored);
        kiln_i_tree_integer(t, set, "single", f->n_single);
        describe_known(t, set, "coverage", f->n_eligible ? (double)f->n_scored / f->n_eligible : NAN);
        if (k == 0 || (f->n_single >= KILN_FAMILY_LEAST && n_multi >= KILN_FAMILY_LEAST))
            describe_judges(t, set, v, trials, k, cases);
    }
    kiln_i_free(t->ctx, cases);
}

/* ---- Transitions ---- */

static void describe_transitions(kiln_i_tree *t, json_t *result, const kiln_transition_errors *e)
{
    json_t *item = kiln_i_tree_object(t, result, "transition_errors");
    kiln_i_tree_integer(t, item, "n", e->n);
    describe_known(t, item, "mean_K", e->mean_K);
    describe_known(t, item, "mean_absolute_K", e->mean_absolute_K);
    describe_known(t, item, "rms_K", e->rms_K);
    kiln_i_tree_integer(t, item, "bounds", e->n_bounds);
    kiln_i_tree_integer(t, item, "bounds_met", e->n_bounds_met);
}

static void describe_stated(kiln_i_tree *t, json_t *item, const char *key, const kiln_stated_temperature *T)
{
    if (isnan(T->low_K)) {
        kiln_i_tree_text(t, item, key, NULL);
        return;
    }
    json_t *pair = kiln_i_tree_object(t, item, key);
    describe_known(t, pair, "low", T->low_K);
    describe_known(t, pair, "high", T->high_K);
}

/* ---- Rows ---- */

static void describe_phase(kiln_i_tree *t, json_t *item, const char *key, const kiln_database *db, int phase)
{
    kiln_phase_info info;
    if (phase >= 0 && kiln_database_phase(db, phase, &info) == KILN_OK) kiln_i_tree_text(t, item, key, info.label);
    else kiln_i_tree_text(t, item, key, NULL);
}

static void describe_forecast(kiln_i_tree *t, json_t *row, const kiln_trial *trial, const kiln_verdict *v,
                              const kiln_database *db)
{
    kiln_phase_info info;
    if (!v->is_judged) {
        kiln_i_tree_text(t, row, "forecast", NULL);
        return;
    }
    json_t *forecast = kiln_i_tree_object(t, row, "forecast");
    kiln_i_tree_real(t, forecast, "probability", v->probability);
    kiln_i_tree_text(t, forecast, "outcome", v->probability >= 0.5 ? "single" : "multi");
    if (trial->outcome == KILN_OUTCOME_NONE) kiln_i_tree_text(t, forecast, "right", NULL);
    else kiln_i_tree_flag(t, forecast, "right", (v->probability >= 0.5) == (trial->outcome == KILN_OUTCOME_SINGLE));
    describe_phase(t, forecast, "structure", db, v->phase);
    if (kiln_database_phase(db, v->phase, &info) == KILN_OK) kiln_i_describe_quality(t, forecast, db, info.name);
    describe_phase(t, forecast, "second_phase", db, v->second);
    kiln_i_tree_real(t, forecast, "second_mass_fraction", v->second_mass_fraction);
    describe_phase(t, forecast, "instead", db, v->instead);
    kiln_i_tree_flag(t, forecast, "certified", v->is_certified);
}

/* What the rules call, null where one has nothing to go by. */
static void describe_rules(kiln_i_tree *t, json_t *row, const kiln_verdict *v)
{
    static const char *const call[] = {"multi", "single"};
    json_t *rules = kiln_i_tree_object(t, row, "rules");
    kiln_i_tree_text(t, rules, "always", call[1]);
    kiln_i_tree_text(t, rules, "entropy", isnan(v->entropy_R) ? NULL : call[v->entropy_R >= KILN_ENTROPY_RULE_R]);
    kiln_i_tree_text(t, rules, "size", isnan(v->mismatch) ? NULL : call[v->mismatch <= KILN_SIZE_RULE]);
}

static void describe_onset(kiln_i_tree *t, json_t *row, const kiln_trial *trial, const kiln_verdict *v)
{
    describe_known(t, row, "onset_K", v->has_onset ? v->onset_K : NAN);
    describe_known(t, row, "onset_sigma_K", v->has_onset ? v->onset_sigma_K : NAN);
    describe_stated(t, row, "transition_K", &trial->transition);
    kiln_i_tree_flag(t, row, "transition_counts", v->counts_transition);
}

static void describe_row(kiln_i_tree *t, json_t *list, const kiln_trial *trial, const kiln_verdict *v, const kiln_database *db,
                         const kiln_known_sources *known)
{
    json_t *row = kiln_i_tree_object(t, list, NULL);
    kiln_i_tree_integer(t, row, "line", trial->line);
    kiln_i_tree_text(t, row, "id", or_null(trial->id));
    kiln_i_tree_text(t, row, "formula", trial->formula);
    kiln_i_tree_text(t, row, "structure", or_null(trial->structure));
    kiln_i_tree_text(t, row, "family", v->family);
    describe_stated(t, row, "T_K", &trial->T);
    kiln_i_tree_text(t, row, "atmosphere", or_null(trial->atmosphere));
    kiln_i_tree_text(t, row, "outcome", or_null(kiln_outcome_text(trial->outcome)));
    kiln_i_tree_text(t, row, "seen", or_null(trial->seen));
    kiln_i_tree_text(t, row, "use", kiln_trial_use_text(v->use));
    kiln_i_tree_text(t, row, "reason", or_null(v->reason));
    kiln_i_tree_text(t, row, "known_source", v->known >= 0 ? known->source[v->known].key : NULL);
    kiln_i_tree_text(t, row, "obstacle", or_null(v->obstacle));
    describe_forecast(t, row, trial, v, db);
    describe_onset(t, row, trial, v);
    describe_rules(t, row, v);
    describe_known(t, row, "entropy_R", v->entropy_R);
    describe_known(t, row, "size_mismatch", v->mismatch);
    kiln_i_tree_text(t, row, "source", or_null(trial->source));
}

/* ---- The report ---- */

static void describe_input(kiln_i_tree *t, json_t *root, const kiln_report_validation *r)
{
    const kiln_validate_options *o = &r->validation->options;
    json_t *database = kiln_i_tree_object(t, root, "database");
    kiln_i_tree_text(t, database, "name", kiln_database_name(r->db));
    kiln_i_tree_text(t, database, "sha256", kiln_database_sha256(r->db));
    json_t *input = kiln_i_tree_object(t, root, "input");
    kiln_i_tree_text(t, input, "file", r->trials->name);
    kiln_i_tree_text(t, input, "known_sources", r->known ? r->known->name : NULL);
    kiln_i_tree_real(t, input, "detect_mass_fraction", o->detect_mass_fraction);
    kiln_i_tree_integer(t, input, "samples", o->n_samples);
    kiln_i_tree_integer(t, input, "seed", (long long)o->seed);
    kiln_i_tree_integer(t, input, "resamples", o->resamples);
    kiln_i_tree_flag(t, input, "certify", r->validation->certify);
    if (r->require > 0.0) kiln_i_tree_real(t, input, "required_balanced_accuracy", r->require);
    else kiln_i_tree_text(t, input, "required_balanced_accuracy", NULL);
}

static void describe_result(kiln_i_tree *t, json_t *root, const kiln_report_validation *r)
{
    static const char *const keys[] = {"scored", "known_source", "not_eligible", "not_judged"};
    const kiln_validation *v = r->validation;
    json_t *result = kiln_i_tree_object(t, root, "result"), *counts = kiln_i_tree_object(t, result, "rows");
    int certified = 0, judged = 0;
    kiln_i_tree_integer(t, counts, "all", v->n);
    for (int use = 0; use <= KILN_TRIAL_NOT_JUDGED; ++use) kiln_i_tree_integer(t, counts, keys[use], v->count[use]);
    for (int i = 0; i < v->n; ++i) {
        judged += v->verdict[i].is_judged;
        certified += v->verdict[i].is_judged && v->verdict[i].is_certified;
    }
    kiln_i_tree_integer(t, counts, "forecasts", judged);
    kiln_i_tree_integer(t, counts, "certified", certified);
    describe_sets(t, result, v, r->trials);
    describe_transitions(t, result, &v->transitions);
    json_t *list = kiln_i_tree_array(t, result, "list");
    for (int i = 0; i < v->n; ++i) describe_row(t, list, &r->trials->trial[i], &v->verdict[i], r->db, r->known);
}

kiln_status kiln_report_validate(kiln_context *ctx, const kiln_report_validation *validation, kiln_report **out)
{
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !validation || !validation->db || !validation->trials || !validation->validation)
        return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_validate);
    if (!report) return t.status;
    describe_input(&t, report->root, validation);
    describe_result(&t, report->root, validation);
    return kiln_i_report_finish(&t, report, out);
}
