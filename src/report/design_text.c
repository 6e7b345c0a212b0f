#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *goal_of(const json_t *root) { return kiln_i_tree_string(root, "input/design/goal"); }

static int is_onset(const json_t *root) { return strcmp(goal_of(root), "onset") == 0; }

static int is_thermal(const json_t *root) { return is_onset(root) || strcmp(goal_of(root), "width") == 0; }

static int is_tolerance(const json_t *root) { return strcmp(goal_of(root), "tolerance") == 0; }

/* "534 °C (807 K)", "322 K", "index 1.42", "2.1 %" */
static void value_text(const json_t *root, double value, char *out, size_t size)
{
    if (is_onset(root)) snprintf(out, size, "%.0f °C (%.0f K)", kiln_i_celsius(value), value);
    else if (is_thermal(root)) snprintf(out, size, "%.0f K", value);
    else if (is_tolerance(root)) snprintf(out, size, "%.2f %%", 100.0 * value);
    else snprintf(out, size, "index %.2f", value);
}

/* What is gained by relaxing a limit. */
static void gain_text(const json_t *root, double gain, char *out, size_t size)
{
    if (is_thermal(root)) snprintf(out, size, "%.1f K", gain);
    else if (is_tolerance(root)) snprintf(out, size, "%.3f %%", 100.0 * gain);
    else snprintf(out, size, "%.3f", gain);
}

static void end_text(const json_t *end, int is_high, char *out, size_t size)
{
    if (!kiln_i_tree_has(end, "T_K")) {
        snprintf(out, size, "the search limit");
        return;
    }
    size_t used = (size_t)snprintf(out, size, "%.0f °C", kiln_i_celsius(kiln_i_tree_number(end, "T_K")));
    if (kiln_i_tree_has(end, "p16_K"))
        used +=
            (size_t)snprintf(out + used, size - used, " (68 %%: %.0f to %.0f)", kiln_i_celsius(kiln_i_tree_number(end, "p16_K")),
                             kiln_i_celsius(kiln_i_tree_number(end, "p84_K")));
    if (kiln_i_tree_has(end, "label"))
        snprintf(out + used, size - used, ", %s %s", kiln_i_tree_string(end, "label"), is_high ? "above" : "below");
}

/* To first order, which says little of amounts that are a fifth off. */
static void tolerance_text(const json_t *answer, char *out, size_t size)
{
    const double tolerance = kiln_i_tree_number(answer, "tolerance"), linear = 0.2;
    if (tolerance <= 0.0) *out = '\0';
    else if (tolerance > linear) snprintf(out, size, "; bears weighing errors of more than %.0f %%", 100.0 * linear);
    else snprintf(out, size, "; bears weighing errors of %.1f %%", 100.0 * tolerance);
}

static void render_answer(const json_t *root, const char *key, const char *name, kiln_i_buffer *b)
{
    char text[512], low[160], high[160], formula[256], value[64];
    const json_t *answer = kiln_i_tree_at(kiln_i_tree_at(root, "result"), key);
    kiln_i_text_formula(kiln_i_tree_string(answer, "formula"), formula, sizeof formula);
    value_text(root, kiln_i_tree_number(answer, "value"), value, sizeof value);
    size_t used = (size_t)snprintf(text, sizeof text, "%s", formula);
    if (kiln_i_tree_has(answer, "value"))
        used += (size_t)snprintf(text + used, sizeof text - used, ": %s %s", goal_of(root), value);
    if (kiln_i_tree_has(answer, "probability"))
        used += (size_t)snprintf(text + used, sizeof text - used, "; P(one phase) = %.2f at %.0f °C, to first order",
                                 kiln_i_tree_number(answer, "probability"),
                                 kiln_i_celsius(kiln_i_tree_number(root, "input/design/at_K")));
    if (kiln_i_tree_has(answer, "tolerance") && !is_tolerance(root)) tolerance_text(answer, text + used, sizeof text - used);
    kiln_i_text_line(b, name, text);
    if (!kiln_i_tree_has(answer, "window")) {
        kiln_i_text_line(b, "  window", "none: it is one phase at no temperature");
        return;
    }
    end_text(kiln_i_tree_at(answer, "window/low"), 0, low, sizeof low);
    end_text(kiln_i_tree_at(answer, "window/high"), 1, high, sizeof high);
    snprintf(text, sizeof text, "%s, to %s", low, high);
    kiln_i_text_line(b, "  window", text);
    used = (size_t)snprintf(text, sizeof text, "%.3f R per mole of these cations", kiln_i_tree_number(answer, "entropy_R"));
    if (kiln_i_tree_has(answer, "cost_per_kg"))
        snprintf(text + used, sizeof text - used, "; %.4g per kg of oxide", kiln_i_tree_number(answer, "cost_per_kg"));
    kiln_i_text_line(b, "  entropy", text);
}

static void render_cations(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *cation;
    char loss[64];
    const json_t *result = kiln_i_tree_at(root, "result");
    const int is_flat =
        kiln_i_tree_has(result, "cations") && kiln_i_tree_has(json_array_get(kiln_i_tree_at(result, "cations"), 0), "flat_low");
    gain_text(root, kiln_i_tree_number(result, "flat_loss"), loss, sizeof loss);
    kiln_i_buffer_print(b, "\n  %% of these    start   proposed");
    if (is_flat) kiln_i_buffer_print(b, "   loses less than %s, others chosen anew", loss);
    kiln_i_buffer_print(b, "\n");
    json_array_foreach ((json_t *)kiln_i_tree_at(result, "cations"), i, cation) {
        kiln_i_buffer_print(b, "  %-11s %7.1f %10.1f", kiln_i_tree_string(cation, "element"),
                            100.0 * kiln_i_tree_number(cation, "start"), 100.0 * kiln_i_tree_number(cation, "proposed"));
        if (is_flat)
            kiln_i_buffer_print(b, "   %.1f to %.1f", 100.0 * kiln_i_tree_number(cation, "flat_low"),
                                100.0 * kiln_i_tree_number(cation, "flat_high"));
        kiln_i_buffer_print(b, "%s\n", kiln_i_tree_is(cation, "varied") ? "" : " (in proportion)");
    }
    kiln_i_buffer_print(b, "\n");
}

static void render_active(const json_t *root, kiln_i_buffer *b)
{
    char text[768];
    size_t i, used = 0;
    json_t *item;
    text[0] = '\0';
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/decided_by"), i, item) {
        const double share = 100.0 * kiln_i_tree_number(item, "share");
        if (share < 0.5 || used >= sizeof text) continue;
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %s %.0f %%", used ? ", " : "",
                                 kiln_i_tree_string(item, "label"), kiln_i_tree_string(item, "side"), share);
    }
    if (used) kiln_i_text_line(b, "decided by", text);
    used = 0;
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/active_limits"), i, item) {
        char gain[64];
        const char *limit = kiln_i_tree_string(item, "limit");
        if (used >= sizeof text) break;
        gain_text(root, kiln_i_tree_number(item, "gain_by_0.01"), gain, sizeof gain);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s (%s for each %s)", used ? "; " : "", limit, gain,
                                 strncmp(limit, "entropy", 7) == 0 ? "0.01 R"
                                 : strncmp(limit, "cost", 4) == 0  ? "1 % of it"
                                                                   : "1 % of these cations");
    }
    if (kiln_i_tree_is(root, "result/is_plateau"))
        snprintf(text, sizeof text,
                 "the search range alone: many compositions are as good; --maximise probability or tolerance tells them apart");
    else if (!kiln_i_tree_has(root, "result/proposed/window"))
        snprintf(text, sizeof text, "nothing: no composition that was tried is one phase between the limits of the search");
    else if (!used) snprintf(text, sizeof text, "no limit: it is an optimum by itself");
    kiln_i_text_line(b, "held by", text);
}

/* Cations at the least fraction that a search keeps. */
static void render_left_out(const json_t *root, kiln_i_buffer *b)
{
    char text[512];
    size_t i, used = 0;
    json_t *cation;
    const double least = kiln_i_tree_number(root, "input/design/least_fraction");
    if (kiln_i_tree_is(root, "result/is_plateau")) return;
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/cations"), i, cation)
        if (kiln_i_tree_number(cation, "unrounded") < least + 1e-6 && used < sizeof text - 16)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? ", " : "",
                                     kiln_i_tree_string(cation, "element"));
    if (!used) return;
    snprintf(text + used, sizeof text - used, ": at the least that a search keeps, %.1f %%; ask again without", 100.0 * least);
    kiln_i_text_line(b, "leave out", text);
}

/* "Mg 24.0 Co 20.1 ... %: onset 612 °C (885 K)" */
static void render_alternatives(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *point, *fraction;
    const char *symbol;
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/alternatives"), i, point) {
        char text[512], value[64];
        size_t used = 0;
        json_object_foreach ((json_t *)kiln_i_tree_at(point, "fractions"), symbol, fraction)
            if (used < sizeof text - 32)
                used += (size_t)snprintf(text + used, sizeof text - used, "%s%s %.1f", used ? ", " : "", symbol,
                                         100.0 * json_number_value(fraction));
        value_text(root, kiln_i_tree_number(point, "value"), value, sizeof value);
        snprintf(text + used, sizeof text - used, " %%: %s", value);
        kiln_i_text_line(b, i ? "" : "also optima", text);
    }
}

static void render_search(const json_t *root, kiln_i_buffer *b)
{
    char text[512], value[2][64];
    const json_t *search = kiln_i_tree_at(root, "result/search"), *best = kiln_i_tree_at(search, "best_of_seed");
    for (size_t k = 0; k < 2; ++k) value_text(root, json_number_value(json_array_get(best, k)), value[k], sizeof value[k]);
    int used = !kiln_i_tree_has(root, "result/proposed/value") ? snprintf(text, sizeof text, "two global searches")
               : kiln_i_tree_is(search, "seeds_agree")
                   ? snprintf(text, sizeof text, "two global searches agree on %s", value[0])
                   : snprintf(text, sizeof text, "two global searches do not agree, %s and %s: more --starts may find better",
                              value[0], value[1]);
    used += snprintf(text + used, sizeof text - (size_t)used, "; %.0f local ones", kiln_i_tree_number(search, "local_searches"));
    if (kiln_i_tree_number(search, "failed") > 0.0)
        used += snprintf(text + used, sizeof text - (size_t)used, ", %.0f of them without an answer",
                         kiln_i_tree_number(search, "failed"));
    snprintf(text + used, sizeof text - (size_t)used, "; %.0f compositions", kiln_i_tree_number(search, "evaluations"));
    kiln_i_text_line(b, "search", text);
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    const json_t *result = kiln_i_tree_at(root, "result");
    kiln_i_text_heading(root, b);
    kiln_i_text_line(b, "structure", kiln_i_tree_string(result, "label"));
    kiln_i_buffer_print(b, "\n");
    render_answer(root, "proposed", "proposed", b);
    render_answer(root, "start", "start", b);
    render_cations(root, b);
    render_active(root, b);
    render_left_out(root, b);
    render_alternatives(root, b);
    render_search(root, b);
    kiln_i_text_footing(root, b);
}

/* ---- Table of compositions ---- */

static void add_row(const json_t *point, const json_t *window, const char *name, kiln_i_buffer *b)
{
    const char *symbol;
    json_t *fraction;
    kiln_i_csv_text(b, name);
    json_object_foreach ((json_t *)kiln_i_tree_at(point, "fractions"), symbol, fraction)
        kiln_i_csv_value(b, json_number_value(fraction));
    kiln_i_csv_number(b, point, "value");
    kiln_i_csv_temperature(b, window ? window : point, window ? "low/T_K" : "low_K");
    kiln_i_csv_temperature(b, window ? window : point, window ? "high/T_K" : "high_K");
    kiln_i_csv_number(b, point, "entropy_R");
    kiln_i_csv_number(b, point, "cost_per_kg");
    kiln_i_csv_end(b);
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *point, *fraction;
    const char *symbol;
    const json_t *result = kiln_i_tree_at(root, "result");
    kiln_i_buffer_print(b, "composition");
    json_object_foreach ((json_t *)kiln_i_tree_at(result, "start/fractions"), symbol, fraction)
        kiln_i_buffer_print(b, ",%s", symbol);
    kiln_i_buffer_print(b, ",%s,low_C,low_K,high_C,high_K,entropy_R,cost_per_kg\n", goal_of(root));
    add_row(kiln_i_tree_at(result, "start"), kiln_i_tree_at(result, "start/window"), "start", b);
    add_row(kiln_i_tree_at(result, "proposed"), kiln_i_tree_at(result, "proposed/window"), "proposed", b);
    add_row(kiln_i_tree_at(result, "unrounded"), NULL, "unrounded", b);
    json_array_foreach ((json_t *)kiln_i_tree_at(result, "alternatives"), i, point) add_row(point, NULL, "alternative", b);
}

const kiln_i_report_kind kiln_i_kind_design = {"kiln.design/1", render_text, render_csv};
