#include "report/report.h"

#include <stdio.h>
#include <string.h>

enum { LINE = 1024, KIND_COLUMN = 44, FIELDS_COLUMN = 41 };

static void append(char *line, const char *text)
{
    const size_t used = strlen(line);
    snprintf(line + used, LINE - used, "%s", text);
}

/* Five decimals, or three digits where that would be nothing. */
static const char *x_text(double x, char out[32])
{
    snprintf(out, 32, x == 0.0 ? "0" : x >= 1.0 ? "1" : x < 1e-3 ? "%.3g" : "%.5f", x);
    return out;
}

static const char *end_member(const json_t *root, size_t which)
{
    return kiln_i_tree_string(json_array_get(kiln_i_tree_at(root, "input/end_members"), which), "formula");
}

/* "rock salt + wurtzite"; with x in brackets behind each phase that has one. */
static void phases_text(const json_t *phases, const char *key, char *line)
{
    size_t i;
    json_t *phase;
    char number[48], x[32];
    if (json_array_size(phases) == 0) append(line, "no combination of phases");
    json_array_foreach ((json_t *)phases, i, phase) {
        append(line, i ? " + " : "");
        append(line, kiln_i_tree_string(phase, key));
        if (!kiln_i_tree_has(phase, "x_A")) continue;
        snprintf(number, sizeof number, " (%s)", x_text(kiln_i_tree_number(phase, "x_A"), x));
        append(line, number);
    }
}

static void sequence_text(const json_t *fields, char *line)
{
    size_t i;
    json_t *field;
    json_array_foreach ((json_t *)fields, i, field) {
        append(line, i ? " | " : "");
        phases_text(kiln_i_tree_at(field, "phases"), "label", line);
    }
    if (json_array_size(fields) == 0) append(line, "nothing");
}

static void reaction_text(const json_t *item, char *line)
{
    line[0] = '\0';
    if (kiln_i_tree_has(item, "reaction")) {
        phases_text(kiln_i_tree_at(item, "reactants"), "label", line);
        if (json_array_size(kiln_i_tree_at(item, "products")) == 0) {
            append(line, ": its gap closes");
            return;
        }
        append(line, " -> ");
        phases_text(kiln_i_tree_at(item, "products"), "label", line);
        return;
    }
    append(line, "above it ");
    sequence_text(kiln_i_tree_at(item, "fields_above"), line);
    append(line, " in place of ");
    sequence_text(kiln_i_tree_at(item, "fields_below"), line);
}

static void render_invariants(const json_t *root, kiln_i_buffer *b)
{
    char line[LINE];
    size_t i;
    json_t *item;
    const json_t *list = kiln_i_tree_at(root, "result/invariants");
    if (json_array_size(list) == 0) {
        kiln_i_buffer_print(b, "\nno invariant reactions in this range\n");
        return;
    }
    kiln_i_buffer_print(b, "\n%*s°C %-5s %10s  %-12s on cooling, with x(%s)\n", 10, "", "1 σ", "K", "invariant",
                        end_member(root, 0));
    json_array_foreach ((json_t *)list, i, item) {
        const double T_K = kiln_i_tree_number(item, "T_K");
        char sigma[24] = "";
        const double sigma_K = kiln_i_tree_number(item, "sigma_K");
        if (sigma_K > 0.0) snprintf(sigma, sizeof sigma, sigma_K < 99.5 ? "±%.2g" : "±%.0f", sigma_K);
        kiln_i_buffer_print(b, "%12.4f %s%*s %10.4f%s %-12s ", kiln_i_celsius(T_K), sigma, *sigma ? 6 - (int)strlen(sigma) : 5,
                            "", T_K, kiln_i_tree_is(item, "certified") ? " " : "!", kiln_i_tree_string(item, "kind"));
        reaction_text(item, line);
        kiln_i_buffer_wrap(b, line, KIND_COLUMN, KIND_COLUMN);
    }
}

static void render_fields(const json_t *root, kiln_i_buffer *b)
{
    char line[LINE], x[32];
    size_t i;
    json_t *item;
    kiln_i_buffer_print(b, "\nfields       °C          label at: °C   x(%s)\n", end_member(root, 0));
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/fields"), i, item) {
        line[0] = '\0';
        phases_text(kiln_i_tree_at(item, "phases"), "label", line);
        kiln_i_buffer_print(b, "%9.2f to %8.2f   %9.2f   %-8s ", kiln_i_celsius(kiln_i_tree_number(item, "T_low_K")),
                            kiln_i_celsius(kiln_i_tree_number(item, "T_high_K")),
                            kiln_i_celsius(kiln_i_tree_number(item, "label_at/T_K")),
                            x_text(kiln_i_tree_number(item, "label_at/x_A"), x));
        kiln_i_buffer_wrap(b, line, FIELDS_COLUMN + 5, FIELDS_COLUMN + 5);
    }
}

/* "600.00 to 1200.00   0.12345 to 0.23456   31 points". */
static void curve_line(const json_t *item, kiln_i_buffer *b)
{
    char x[2][32];
    const json_t *points = kiln_i_tree_at(item, "points");
    const size_t n = json_array_size(points);
    const json_t *first = json_array_get(points, 0), *last = json_array_get(points, n ? n - 1 : 0);
    kiln_i_buffer_print(b, "%9.2f to %8.2f   %8s to %-8s %5d   ", kiln_i_celsius(kiln_i_tree_number(first, "T_K")),
                        kiln_i_celsius(kiln_i_tree_number(last, "T_K")), x_text(kiln_i_tree_number(first, "x_A"), x[0]),
                        x_text(kiln_i_tree_number(last, "x_A"), x[1]), (int)n);
}

static void render_curves(const json_t *root, kiln_i_buffer *b)
{
    char line[LINE];
    size_t i;
    json_t *item;
    kiln_i_buffer_print(b, "\nlines        °C               x(%s)        points\n", end_member(root, 0));
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/curves"), i, item) {
        line[0] = '\0';
        phases_text(kiln_i_tree_at(item, "below"), "label", line);
        append(line, " | ");
        phases_text(kiln_i_tree_at(item, "above"), "label", line);
        curve_line(item, b);
        kiln_i_buffer_wrap(b, line, 54, 54);
    }
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/spinodals"), i, item) {
        snprintf(line, sizeof line, "spinodal of %s by itself", kiln_i_tree_string(item, "label"));
        curve_line(item, b);
        kiln_i_buffer_wrap(b, line, 54, 54);
    }
}

static void render_remarks(const json_t *root, kiln_i_buffer *b)
{
    char line[LINE];
    snprintf(line, sizeof line, "x is the %s: x(%.60s) + x(%.60s) = 1", kiln_i_fraction_words(kiln_i_tree_at(root, "input"), 0),
             end_member(root, 0), end_member(root, 1));
    kiln_i_text_line(b, "basis", line);
    snprintf(line, sizeof line, "%.0f changes of the fields are bracketed, and neither named nor solved for",
             kiln_i_tree_number(root, "result/unresolved"));
    if (kiln_i_tree_number(root, "result/unresolved") > 0.0) kiln_i_text_line(b, "unresolved", line);
    if (kiln_i_tree_is(root, "result/truncated"))
        kiln_i_text_line(b, "truncated", "the most temperatures allowed were computed: lines are coarser than they should be");
    snprintf(line, sizeof line, "functions of stable phases are used up to %.0f K outside their stated validity",
             kiln_i_tree_number(root, "result/extrapolated_K"));
    if (kiln_i_tree_number(root, "result/extrapolated_K") > 0.0) kiln_i_text_line(b, "extrapolated", line);
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    kiln_i_text_heading(root, b);
    render_invariants(root, b);
    render_fields(root, b);
    render_curves(root, b);
    kiln_i_text_measured(root, b);
    kiln_i_buffer_print(b, "\n");
    render_remarks(root, b);
    kiln_i_text_sources(kiln_i_tree_at(root, "result/sources"), b);
    kiln_i_text_footing(root, b);
}

/* ---- CSV ---- */

static void csv_start(const char *kind, size_t index, const json_t *at, double T_K, kiln_i_buffer *b)
{
    kiln_i_csv_text(b, kind);
    kiln_i_csv_value(b, (double)index);
    kiln_i_csv_value(b, kiln_i_celsius(T_K));
    kiln_i_csv_value(b, T_K);
    kiln_i_csv_number(b, at, "x_A");
    kiln_i_csv_number(b, at, "x_B");
}

static void csv_finish(const char *below, const char *above, const char *what, const json_t *certified, const json_t *item,
                       kiln_i_buffer *b)
{
    kiln_i_csv_text(b, below);
    kiln_i_csv_text(b, above);
    kiln_i_csv_text(b, what);
    kiln_i_csv_text(b, !certified ? "" : json_is_true(certified) ? "yes" : "no");
    for (int empty = 0; empty < 3; ++empty) kiln_i_csv_text(b, "");
    kiln_i_csv_number(b, item, "sigma_K");
    kiln_i_csv_end(b);
}

static void csv_measured(size_t index, const json_t *item, kiln_i_buffer *b)
{
    char kind[64];
    snprintf(kind, sizeof kind, "measured %s", kiln_i_tree_string(item, "kind"));
    csv_start(kind, index, item, kiln_i_tree_number(item, "T_K"), b);
    kiln_i_csv_text(b, "");
    kiln_i_csv_text(b, "");
    kiln_i_csv_text(b, kiln_i_tree_string(item, "phase"));
    kiln_i_csv_text(b, "");
    kiln_i_csv_number(b, item, "sigma_x");
    kiln_i_csv_number(b, item, "model/x_A");
    kiln_i_csv_text(b, kiln_i_tree_string(item, "label"));
    kiln_i_csv_number(b, item, "sigma_T_K");
    kiln_i_csv_end(b);
}

static void csv_points(const char *kind, size_t index, const json_t *item, const char *what, kiln_i_buffer *b)
{
    char below[LINE] = "", above[LINE] = "";
    size_t k;
    json_t *point;
    if (kiln_i_tree_has(item, "below")) phases_text(kiln_i_tree_at(item, "below"), "phase", below);
    if (kiln_i_tree_has(item, "above")) phases_text(kiln_i_tree_at(item, "above"), "phase", above);
    json_array_foreach ((json_t *)kiln_i_tree_at(item, "points"), k, point) {
        csv_start(kind, index, point, kiln_i_tree_number(point, "T_K"), b);
        csv_finish(below, above, what, json_object_get(point, "certified"), NULL, b);
    }
}

/* A line for each phase of an invariant, reactants before products; one without phases where it is unresolved. */
static void csv_invariant(size_t index, const json_t *item, kiln_i_buffer *b)
{
    static const char *const sides[] = {"reactants", "products"};
    const char *kind = kiln_i_tree_string(item, "kind");
    const double T_K = kiln_i_tree_number(item, "T_K");
    size_t k;
    json_t *phase;
    if (!kiln_i_tree_has(item, "reaction")) {
        csv_start(kind, index, NULL, T_K, b);
        csv_finish("", "", "", json_object_get(item, "certified"), item, b);
    }
    for (int side = 0; side < 2; ++side)
        json_array_foreach ((json_t *)kiln_i_tree_at(item, sides[side]), k, phase) {
            csv_start(kind, index, phase, T_K, b);
            csv_finish("", "", kiln_i_tree_string(phase, "phase"), json_object_get(item, "certified"), item, b);
        }
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *item;
    kiln_i_buffer_print(b, "kind,index,T_C,T_K,x_A,x_B,below,above,phase,certified,sigma_x,model_x_A,label,sigma_T_K\n");
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/invariants"), i, item) csv_invariant(i, item, b);
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/fields"), i, item) {
        char line[LINE] = "";
        phases_text(kiln_i_tree_at(item, "phases"), "phase", line);
        csv_start("label", i, kiln_i_tree_at(item, "label_at"), kiln_i_tree_number(item, "label_at/T_K"), b);
        csv_finish("", "", line, NULL, NULL, b);
    }
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/curves"), i, item) csv_points("line", i, item, "", b);
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/spinodals"), i, item)
        csv_points("spinodal", i, item, kiln_i_tree_string(item, "phase"), b);
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/experiments"), i, item) csv_measured(i, item, b);
}

const kiln_i_report_kind kiln_i_kind_tx = {"kiln.diagram.tx/1", render_text, render_csv};
