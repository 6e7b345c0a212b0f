#include "report/report.h"

#include "text/quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 700, MOST_NAMED = 2 };

static double number(const json_t *node, const char *path) { return kiln_i_tree_number(node, path); }
static const char *word(const json_t *node, const char *path) { return kiln_i_tree_string(node, path); }

static const char *short_number(double value, char out[KILN_NUMBER_TEXT]) { return kiln_i_number_text(value, 4, out); }

/* "C3 42 %, priors 30 %": the first of them. */
static void decided_by(const json_t *parameter, char *out, size_t size)
{
    size_t i, used = 0;
    json_t *part;
    *out = '\0';
    json_array_foreach ((json_t *)kiln_i_tree_at(parameter, "decided_by"), i, part) {
        if (used >= size || i == MOST_NAMED) return;
        used += (size_t)snprintf(out + used, size - used, "%s%s %.0f %%", used ? ", " : "",
                                 kiln_i_tree_has(part, "datum") ? word(part, "datum") : "priors", 100.0 * number(part, "share"));
    }
}

/* Constants in kJ/mol, slopes in J/mol/K. */
static double shown(const json_t *p, const char *key) { return number(p, key) / (kiln_i_tree_is(p, "slope") ? 1.0 : 1000.0); }

static void render_parameters(const json_t *result, kiln_i_buffer *b)
{
    size_t i;
    json_t *p;
    kiln_i_buffer_print(b, "\n  %-22s %9s %8s   %-16s %5s  decided by\n", "kJ/mol, slopes J/mol/K", "value", "sigma", "prior",
                        "data");
    json_array_foreach ((json_t *)kiln_i_tree_at(result, "parameters"), i, p) {
        char prior[64] = "none", by[300];
        if (kiln_i_tree_has(p, "prior")) snprintf(prior, sizeof prior, "%.3f ± %.3f", shown(p, "prior"), shown(p, "prior_sigma"));
        decided_by(p, by, sizeof by);
        kiln_i_buffer_print(b, "  %-22s %9.3f %8.3f   %s%*s %3.0f %%  %s\n", word(p, "name"), shown(p, "value"),
                            shown(p, "sigma"), prior, 16 - kiln_i_text_columns(prior) > 0 ? 16 - kiln_i_text_columns(prior) : 0,
                            "", 100.0 * number(p, "data_share"), by);
    }
}

/* "0.8 W_Cu_Zn - 0.6 fit_CuO_rs", in units of the priors. */
static void combination(const json_t *result, const json_t *item, char *out, size_t size)
{
    size_t p, used = 0;
    json_t *c;
    *out = '\0';
    json_array_foreach ((json_t *)kiln_i_tree_at(item, "vector"), p, c) {
        const double v = json_number_value(c);
        if (fabs(v) < 0.25 || used >= size) continue;
        used += (size_t)snprintf(out + used, size - used, "%s%.2f %s",
                                 used      ? v < 0.0 ? " - " : " + "
                                 : v < 0.0 ? "-"
                                           : "",
                                 fabs(v), word(json_array_get(kiln_i_tree_at(result, "parameters"), p), "name"));
    }
}

static void render_combinations(const json_t *result, kiln_i_buffer *b)
{
    size_t k;
    json_t *item;
    char text[LINE];
    int n_prior = 0;
    const json_t *list = kiln_i_tree_at(result, "combinations");
    kiln_i_buffer_print(b, "\n  %-14s combination, in units of the priors\n", "narrowed");
    json_array_foreach ((json_t *)list, k, item) {
        if (number(item, "eigenvalue") < 1.0) ++n_prior;
        combination(result, item, text, sizeof text);
        kiln_i_buffer_print(b, "  %9.2f x%s   ", number(item, "narrowed"), number(item, "eigenvalue") < 1.0 ? " *" : "  ");
        kiln_i_buffer_wrap(b, text, 17, 17);
    }
    if (n_prior == 0) return;
    snprintf(text, sizeof text, "%d of %d combinations rest on the priors more than on the data", n_prior,
             (int)json_array_size(list));
    kiln_i_text_line(b, "*", text);
}

static void value_text(const json_t *d, const char *key, char *out, size_t size)
{
    char digits[KILN_NUMBER_TEXT];
    const int is_T = strcmp(word(d, "unit"), "K") == 0, is_energy = strcmp(word(d, "unit"), "J/mol") == 0;
    if (!kiln_i_tree_has(d, key)) snprintf(out, size, "-");
    else if (is_T) snprintf(out, size, "%.1f K", number(d, key));
    else if (is_energy) snprintf(out, size, "%.2f kJ", kiln_i_text_no_minus(number(d, key) / 1000.0, 0.005));
    else snprintf(out, size, "%s", short_number(number(d, key), digits));
}

static void render_residuals(const json_t *result, kiln_i_buffer *b)
{
    size_t i;
    json_t *d;
    kiln_i_buffer_print(b, "\n  %-10s %10s %10s %7s %6s %6s\n", "datum", "measured", "model", "off", "out", "lev.");
    json_array_foreach ((json_t *)kiln_i_tree_at(result, "residuals"), i, d) {
        char measured[48], model[48], out[16] = "-", what[LINE];
        value_text(d, "measured", measured, sizeof measured);
        value_text(d, "model", model, sizeof model);
        if (kiln_i_tree_has(d, "left_out")) snprintf(out, sizeof out, "%.2f", kiln_i_text_no_minus(number(d, "left_out"), 0.005));
        snprintf(what, sizeof what, "%s, %s, %.0f °C", word(d, "kind"), word(d, "what"), kiln_i_celsius(number(d, "T_K")));
        kiln_i_buffer_print(b, "  %-10.10s %10s %10s %6.2f%s %6s %6.2f\n%13s", word(d, "id"), measured, model,
                            kiln_i_text_no_minus(number(d, "residual"), 0.005), number(d, "weight") < 1.0 ? "!" : " ", out,
                            number(d, "leverage"), "");
        kiln_i_buffer_wrap(b, what, 13, 13);
    }
    kiln_i_buffer_print(b, "  off: model less measured, in sigma; out: the same were the datum left out; lev.: leverage%s\n",
                        number(result, "downweighted") > 0.0 ? "; !: counts less" : "");
}

static void render_quality(const json_t *root, kiln_i_buffer *b)
{
    char text[LINE];
    const json_t *result = kiln_i_tree_at(root, "result");
    const double scale = number(result, "covariance_scale"), chi2 = number(result, "chi2");
    if (scale > 1.0)
        snprintf(text, sizeof text, "chi-square %.1f of %.0f, above its 95 %% limit %.1f: covariance times %.2f", chi2,
                 number(result, "degrees_of_freedom"), number(result, "chi2_95"), scale);
    else
        snprintf(text, sizeof text, "chi-square %.1f of %.0f, below its 95 %% limit %.1f: covariance as the sigmas say", chi2,
                 number(result, "degrees_of_freedom"), number(result, "chi2_95"));
    kiln_i_text_line(b, "agreement", text);
    if (kiln_i_tree_has(root, "input/threshold"))
        snprintf(text, sizeof text, "Huber's loss beyond %.3g sigma; %.0f of %.0f data lie there",
                 number(root, "input/threshold"), number(result, "downweighted"), number(result, "data"));
    else snprintf(text, sizeof text, "squares");
    kiln_i_text_line(b, "loss", text);
    snprintf(text, sizeof text, "each datum left out in turn is missed by %.2f sigma, root mean square",
             number(result, "left_out_rms"));
    kiln_i_text_line(b, "left out", text);
    int used = snprintf(text, sizeof text, "%.0f steps; %.0f start%s, %.0f minim%s", number(result, "iterations"),
                        number(result, "starts"), number(result, "starts") > 1.0 ? "s" : "", number(result, "minima"),
                        number(result, "minima") > 1.0 ? "a" : "um");
    if (kiln_i_tree_has(result, "nlopt_distance"))
        snprintf(text + used, sizeof text - (size_t)used, "; NLopt's SLSQP ended %.1e prior sigmas away",
                 number(result, "nlopt_distance"));
    kiln_i_text_line(b, "solver", text);
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    char text[LINE];
    size_t i;
    json_t *item;
    const json_t *result = kiln_i_tree_at(root, "result");
    kiln_i_buffer_print(b, "%s\n", word(root, "input/name"));
    snprintf(text, sizeof text, "%.0f data, %d parameters, %.0f priors", number(result, "data"),
             (int)json_array_size(kiln_i_tree_at(result, "parameters")), number(result, "priors"));
    kiln_i_text_line(b, "fit", text);
    render_quality(root, b);
    render_parameters(result, b);
    render_combinations(result, b);
    render_residuals(result, b);
    json_array_foreach ((json_t *)kiln_i_tree_at(result, "left_out"), i, item) {
        snprintf(text, sizeof text, "%.60s: %.600s", word(item, "id"), word(item, "why"));
        kiln_i_text_line(b, "not used", text);
    }
    if (number(result, "uncoupled") > 0.0) {
        snprintf(
            text, sizeof text,
            "%.0f numbers of the database, %.60s the first, are correlated with fitted ones and not fitted: a written database "
            "takes them as independent, so that windows come out less certain; name them as parameters to keep what is known",
            number(result, "uncoupled"), word(result, "first_uncoupled"));
        kiln_i_text_line(b, "WARNING", text);
    }
    kiln_i_buffer_print(b, "\n");
    snprintf(text, sizeof text, "%.300s, SHA-256 %.12s", word(root, "input/file"), word(root, "input/sha256"));
    kiln_i_text_line(b, "data set", text);
    kiln_i_text_database(root, b);
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    static const char *const texts[] = {"kind", "what"}, *const numbers[] = {"measured",           "model",    "sigma",
                                                                             "energy_sigma_J_mol", "residual", "weight",
                                                                             "leverage",           "left_out"};
    size_t i;
    json_t *d;
    kiln_i_buffer_print(
        b,
        "id,kind,what,T_C,T_K,unit,measured,model,sigma,energy_sigma_J_mol,residual,weight,leverage,left_out,decides,decides_share,source\n");
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/residuals"), i, d) {
        kiln_i_csv_text(b, word(d, "id"));
        for (size_t k = 0; k < sizeof texts / sizeof *texts; ++k) kiln_i_csv_text(b, word(d, texts[k]));
        kiln_i_csv_temperature(b, d, "T_K");
        kiln_i_csv_text(b, word(d, "unit"));
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; ++k) kiln_i_csv_number(b, d, numbers[k]);
        kiln_i_csv_text(b, word(d, "decides"));
        kiln_i_csv_number(b, d, "decides_share");
        kiln_i_csv_text(b, word(d, "source"));
        kiln_i_csv_end(b);
    }
}

const kiln_i_report_kind kiln_i_kind_fit = {"kiln.fit/1", render_text, render_csv};
