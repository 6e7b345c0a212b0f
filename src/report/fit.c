#include "report/report.h"

#include "core/context.h"

#include <math.h>

/* Shares below this are left out of the lists of what decides a parameter. */
static const double LEAST_SHARE = 0.02;
enum { MOST_SHARES = 6 };

static void describe_known(kiln_i_tree *t, json_t *parent, const char *key, double value)
{
    if (isfinite(value)) kiln_i_tree_real(t, parent, key, value);
    else kiln_i_tree_text(t, parent, key, NULL);
}

/* Which data decide a parameter, by falling share; the priors are one of them, without an id. */
static void describe_shares(kiln_i_tree *t, json_t *item, const kiln_fit *fit, const kiln_fit_summary *s, int p)
{
    json_t *list = kiln_i_tree_array(t, item, "decided_by");
    double above = INFINITY;
    int last = -2; /* of equal shares the next */
    for (int k = 0; k < MOST_SHARES; ++k) {
        int best = -2;
        double most = 0.0;
        for (int i = -1; i < s->n_data; ++i) {
            const double share = kiln_fit_share(fit, p, i);
            if (share > above || (share == above && i <= last) || !(share > most)) continue;
            most = share;
            best = i;
        }
        if (best < -1 || most < LEAST_SHARE) return;
        above = most;
        last = best;
        kiln_fit_datum datum = {.id = NULL};
        if (best >= 0 && kiln_fit_get_datum(fit, best, &datum) != KILN_OK) return;
        json_t *part = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, part, "datum", datum.id);
        kiln_i_tree_real(t, part, "share", most);
    }
}

static void describe_parameter(kiln_i_tree *t, json_t *list, const kiln_fit *fit, const kiln_fit_summary *s, int i)
{
    kiln_fit_parameter p;
    if (kiln_fit_get_parameter(fit, i, &p) != KILN_OK) return;
    json_t *item = kiln_i_tree_object(t, list, NULL);
    kiln_i_tree_text(t, item, "name", p.name);
    kiln_i_tree_text(t, item, "entry", p.entry);
    kiln_i_tree_flag(t, item, "slope", p.is_slope);
    kiln_i_tree_text(t, item, "unit", p.is_slope ? "J/mol/K" : "J/mol");
    kiln_i_tree_real(t, item, "value", p.value);
    kiln_i_tree_real(t, item, "sigma", p.sigma);
    kiln_i_tree_real(t, item, "start", p.start);
    if (p.has_prior) {
        kiln_i_tree_real(t, item, "prior", p.prior);
        kiln_i_tree_real(t, item, "prior_sigma", p.prior_sigma);
        kiln_i_tree_real(t, item, "from_prior", (p.value - p.prior) / p.prior_sigma);
    } else {
        kiln_i_tree_text(t, item, "prior", NULL);
        kiln_i_tree_text(t, item, "prior_sigma", NULL);
        kiln_i_tree_text(t, item, "from_prior", NULL);
    }
    kiln_i_tree_real(t, item, "data_share", p.data_share);
    describe_shares(t, item, fit, s, i);
    kiln_i_tree_text(t, item, "source", p.source);
    kiln_i_tree_note(t, item, "note", p.note);
}

static void describe_datum(kiln_i_tree *t, json_t *list, const kiln_fit *fit, int i)
{
    kiln_fit_datum d;
    kiln_fit_parameter p;
    if (kiln_fit_get_datum(fit, i, &d) != KILN_OK || kiln_fit_get_parameter(fit, d.most_parameter, &p) != KILN_OK) return;
    json_t *item = kiln_i_tree_object(t, list, NULL);
    kiln_i_tree_text(t, item, "id", d.id);
    kiln_i_tree_text(t, item, "kind", kiln_fit_kind_name(d.kind));
    kiln_i_tree_text(t, item, "what", d.what);
    kiln_i_tree_real(t, item, "T_K", d.T_K);
    kiln_i_tree_text(t, item, "unit", d.unit);
    kiln_i_tree_real(t, item, "measured", d.measured);
    describe_known(t, item, "model", d.model);
    describe_known(t, item, "sigma", d.sigma);
    kiln_i_tree_real(t, item, "energy_sigma_J_mol", d.energy_sigma_J_mol);
    kiln_i_tree_real(t, item, "residual", d.residual);
    kiln_i_tree_real(t, item, "weight", d.weight);
    kiln_i_tree_real(t, item, "leverage", d.leverage);
    describe_known(t, item, "left_out", d.left_out);
    kiln_i_tree_text(t, item, "decides", d.most_share > 0.0 ? p.name : NULL);
    kiln_i_tree_real(t, item, "decides_share", d.most_share);
    kiln_i_tree_text(t, item, "source", d.source);
    kiln_i_tree_note(t, item, "note", d.note);
    kiln_i_tree_integer(t, item, "line", d.line);
}

static void describe_combinations(kiln_i_tree *t, json_t *result, const kiln_fit *fit, const kiln_fit_summary *s)
{
    json_t *list = kiln_i_tree_array(t, result, "combinations");
    for (int k = 0; k < s->n_parameters; ++k) {
        const double eigenvalue = kiln_fit_eigenvalue(fit, k);
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_real(t, item, "eigenvalue", eigenvalue);
        kiln_i_tree_real(t, item, "narrowed", sqrt(1.0 + eigenvalue));
        json_t *vector = kiln_i_tree_array(t, item, "vector");
        for (int p = 0; p < s->n_parameters; ++p) kiln_i_tree_real(t, vector, NULL, kiln_fit_component(fit, k, p));
    }
}

static void describe_problems(kiln_i_tree *t, json_t *result, const kiln_fit *fit)
{
    json_t *list = kiln_i_tree_array(t, result, "left_out");
    for (int i = 0; i < kiln_fit_n_problems(fit); ++i) {
        kiln_fit_problem_info problem;
        if (kiln_fit_get_problem(fit, i, &problem) != KILN_OK) return;
        json_t *item = kiln_i_tree_object(t, list, NULL);
        kiln_i_tree_text(t, item, "id", problem.id);
        kiln_i_tree_text(t, item, "why", problem.text);
    }
}

static void describe(kiln_i_tree *t, kiln_report *report, const kiln_fit *fit, const kiln_fit_summary *s)
{
    kiln_i_describe_database(t, report->root, kiln_fit_database(fit));
    json_t *input = kiln_i_tree_object(t, report->root, "input");
    kiln_i_tree_text(t, input, "name", s->name);
    kiln_i_tree_text(t, input, "file", s->file);
    kiln_i_tree_text(t, input, "sha256", s->sha256);
    kiln_i_tree_text(t, input, "loss", s->is_robust ? "huber" : "squares");
    if (s->is_robust) kiln_i_tree_real(t, input, "threshold", s->threshold);
    else kiln_i_tree_text(t, input, "threshold", NULL);
    json_t *result = kiln_i_tree_object(t, report->root, "result");
    kiln_i_tree_integer(t, result, "data", s->n_data);
    kiln_i_tree_integer(t, result, "priors", s->n_priors);
    kiln_i_tree_integer(t, result, "downweighted", s->n_downweighted);
    kiln_i_tree_real(t, result, "chi2", s->chi2);
    kiln_i_tree_real(t, result, "degrees_of_freedom", s->dof);
    kiln_i_tree_real(t, result, "chi2_95", s->chi2_limit);
    kiln_i_tree_real(t, result, "covariance_scale", s->scale);
    kiln_i_tree_real(t, result, "left_out_rms", s->loo_rms);
    kiln_i_tree_integer(t, result, "iterations", s->n_iterations);
    kiln_i_tree_integer(t, result, "starts", s->n_starts);
    kiln_i_tree_integer(t, result, "minima", s->n_minima);
    kiln_i_tree_integer(t, result, "uncoupled", s->n_uncoupled);
    kiln_i_tree_text(t, result, "first_uncoupled", s->uncoupled);
    describe_known(t, result, "nlopt_distance", s->nlopt_distance >= 0.0 ? s->nlopt_distance : NAN);
    json_t *list = kiln_i_tree_array(t, result, "parameters");
    for (int p = 0; p < s->n_parameters; ++p) describe_parameter(t, list, fit, s, p);
    list = kiln_i_tree_array(t, result, "covariance");
    for (int i = 0; i < s->n_parameters; ++i) {
        json_t *row = kiln_i_tree_array(t, list, NULL);
        for (int j = 0; j < s->n_parameters; ++j) kiln_i_tree_real(t, row, NULL, kiln_fit_covariance(fit, i, j));
    }
    describe_combinations(t, result, fit, s);
    list = kiln_i_tree_array(t, result, "residuals");
    for (int i = 0; i < s->n_data; ++i) describe_datum(t, list, fit, i);
    describe_problems(t, result, fit);
}

kiln_status kiln_report_fit(kiln_context *ctx, const kiln_fit *fit, kiln_report **out)
{
    kiln_fit_summary summary;
    if (out) *out = NULL;
    if (!ctx) return KILN_E_ARG;
    if (!out || !fit) return kiln_i_fail(ctx, KILN_E_ARG, "a NULL argument");
    const kiln_status status = kiln_fit_summarise(fit, &summary);
    if (status != KILN_OK) return status;
    kiln_i_tree t = {ctx, KILN_OK};
    kiln_report *report = kiln_i_report_new(&t, &kiln_i_kind_fit);
    if (!report) return t.status;
    describe(&t, report, fit, &summary);
    return kiln_i_report_finish(&t, report, out);
}
