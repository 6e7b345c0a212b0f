#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 1024, COLUMN = 23, REFERENCE_COLUMN = 58 };

/* Four digits; a dash where there is no number. */
static const char *number_text(const json_t *node, const char *path, char out[32])
{
    snprintf(out, 32, "-");
    if (kiln_i_tree_has(node, path)) snprintf(out, 32, "%.4g", kiln_i_tree_number(node, path));
    return out;
}

static void append(char *line, const char *text)
{
    const size_t used = strlen(line);
    snprintf(line + used, LINE - used, "%s", text);
}

/* "Ni  0.5000  -320.123  0.5530  1.106  rock salt NiO", or why there is no such number. */
static void render_component(const json_t *component, kiln_i_buffer *b)
{
    char mu[32] = "-", fraction[32], activity[32], coefficient[32], text[256];
    const json_t *reference = kiln_i_tree_at(component, "reference");
    if (kiln_i_tree_has(component, "mu_J_mol"))
        snprintf(mu, sizeof mu, "%.3f", kiln_i_tree_number(component, "mu_J_mol") / 1000.0);
    kiln_i_buffer_print(b, "  %-4s %10s %12s %12s %12s  ", kiln_i_tree_string(component, "element"),
                        number_text(component, "fraction", fraction), mu, number_text(component, "activity", activity),
                        number_text(component, "coefficient", coefficient));
    if (reference && !json_is_null(reference)) kiln_i_text_phase(reference, text, sizeof text);
    else snprintf(text, sizeof text, "%s", kiln_i_tree_string(component, "reason"));
    kiln_i_buffer_wrap(b, text, REFERENCE_COLUMN, REFERENCE_COLUMN);
}

static void render_sites(const json_t *phase, kiln_i_buffer *b)
{
    char line[LINE], number[64];
    const char *sublattice, *constituent;
    json_t *sites, *fraction;
    json_object_foreach ((json_t *)kiln_i_tree_at(phase, "site_fractions"), sublattice, sites) {
        int n = 0;
        if (json_object_size(sites) < 2) continue;
        snprintf(line, sizeof line, "%s: ", sublattice);
        json_object_foreach (sites, constituent, fraction) {
            if (json_number_value(fraction) < 1e-9) continue;
            snprintf(number, sizeof number, "%s%s %.3g", n++ ? ", " : "", constituent, json_number_value(fraction));
            append(line, number);
        }
        kiln_i_text_line(b, "  sites", line);
    }
}

static void render_phase(const json_t *phase, int is_alone, kiln_i_buffer *b)
{
    char name[256], x[32], coefficient[32], activity[32], own[32];
    size_t i;
    json_t *component;
    kiln_i_text_phase(phase, name, sizeof name);
    kiln_i_buffer_print(b, "\n  %s", name);
    if (!is_alone) kiln_i_buffer_print(b, ", %.4g wt %%", 100.0 * kiln_i_tree_number(phase, "mass_fraction"));
    kiln_i_buffer_print(b, "\n  %-4s %10s %12s   relative to the same structure: a, gamma\n", "", "X", "gamma");
    json_array_foreach ((json_t *)kiln_i_tree_at(phase, "components"), i, component)
        kiln_i_buffer_print(b, "  %-4s %10s %12s   %12s %12s\n", kiln_i_tree_string(component, "element"),
                            number_text(component, "fraction", x), number_text(component, "coefficient", coefficient),
                            number_text(component, "structure_activity", activity),
                            number_text(component, "structure_coefficient", own));
    render_sites(phase, b);
}

static void oxygen_text(const json_t *oxygen, char *line)
{
    char text[128];
    line[0] = '\0';
    if (!kiln_i_tree_has(oxygen, "half_mu_O2_J_mol")) {
        append(line, "its potential is not determined by the phases present");
        return;
    }
    if (kiln_i_tree_has(oxygen, "log10_po2_bar")) {
        const double decades = kiln_i_tree_number(oxygen, "log10_po2_bar");
        snprintf(text, sizeof text, fabs(decades) < 290.0 ? "p(O2) = %.4g bar, " : "log10 p(O2)/bar = %.2f, ",
                 fabs(decades) < 290.0 ? pow(10.0, decades) : decades);
        append(line, text);
    }
    snprintf(text, sizeof text, "mu(O2)/2 = %.3f kJ/mol%s", kiln_i_tree_number(oxygen, "half_mu_O2_J_mol") / 1000.0,
             kiln_i_tree_is(oxygen, "from_atmosphere") ? ", from the atmosphere" : "");
    append(line, text);
}

static void render_one(const json_t *row, kiln_i_buffer *b)
{
    size_t i;
    json_t *item;
    char line[LINE];
    const double T_K = kiln_i_tree_number(row, "T_K");
    const json_t *phases = kiln_i_tree_at(row, "phases");
    kiln_i_buffer_print(b, "\nactivities at %.2f °C (%.2f K)\n\n", kiln_i_celsius(T_K), T_K);
    kiln_i_buffer_print(b, "  %-4s %10s %12s %12s %12s  relative to\n", "", "X", "mu, kJ/mol", "a", "gamma");
    json_array_foreach ((json_t *)kiln_i_tree_at(row, "components"), i, item) render_component(item, b);
    json_array_foreach ((json_t *)phases, i, item) render_phase(item, json_array_size(phases) == 1, b);
    kiln_i_buffer_print(b, "\n");
    oxygen_text(kiln_i_tree_at(row, "oxygen"), line);
    kiln_i_text_line(b, "oxygen", line);
}

/* "Ni 0.5530, Cu 0.9712; rock salt + tenorite". */
static void render_row(const json_t *row, kiln_i_buffer *b)
{
    char line[LINE] = "", number[32];
    size_t i;
    json_t *item;
    const double T_K = kiln_i_tree_number(row, "T_K");
    kiln_i_buffer_print(b, "%9.2f %8.2f%s   ", kiln_i_celsius(T_K), T_K,
                        kiln_i_tree_number(row, "extrapolated_K") > 0.0 ? "*" : " ");
    if (kiln_i_tree_has(row, "failed")) {
        append(line, "no result: ");
        append(line, kiln_i_tree_string(row, "failed"));
    }
    json_array_foreach ((json_t *)kiln_i_tree_at(row, "components"), i, item) {
        append(line, i ? ", " : "");
        append(line, kiln_i_tree_string(item, "element"));
        append(line, " ");
        append(line, number_text(item, "activity", number));
    }
    json_array_foreach ((json_t *)kiln_i_tree_at(row, "phases"), i, item) {
        append(line, i ? " + " : "; ");
        append(line, kiln_i_tree_string(item, "label"));
    }
    kiln_i_buffer_wrap(b, line, COLUMN, COLUMN);
}

/* What each cation's activity refers to, as long as that is one phase over the whole range. */
static void render_references(const json_t *rows, kiln_i_buffer *b)
{
    char line[LINE] = "", text[256];
    size_t i, k, c;
    json_t *row, *component;
    const char *seen[64];
    int n = 0;
    json_array_foreach ((json_t *)rows, i, row)
        json_array_foreach ((json_t *)kiln_i_tree_at(row, "components"), c, component) {
            const json_t *reference = kiln_i_tree_at(component, "reference");
            const char *phase = kiln_i_tree_string(reference, "phase"), *element = kiln_i_tree_string(component, "element");
            int known = !*phase || n + 2 > 64;
            for (k = 0; k + 1 < (size_t)n && !known; k += 2)
                known = strcmp(seen[k], element) == 0 && strcmp(seen[k + 1], phase) == 0;
            if (known) continue;
            seen[n++] = element;
            seen[n++] = phase;
            kiln_i_text_phase(reference, text, sizeof text);
            append(line, *line ? ", " : "");
            append(line, text);
            snprintf(text, sizeof text, " from %.2f °C on", kiln_i_celsius(kiln_i_tree_number(row, "T_K")));
            if (i > 0) append(line, text);
        }
    if (*line) kiln_i_text_line(b, "relative to", line);
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    char line[LINE];
    size_t i;
    json_t *row;
    double extrapolated_K = 0.0;
    const json_t *rows = kiln_i_tree_at(root, "result/rows");
    const int is_one = json_array_size(rows) == 1 && !kiln_i_tree_has(json_array_get(rows, 0), "failed");
    kiln_i_text_heading(root, b);
    if (is_one) {
        render_one(json_array_get(rows, 0), b);
    } else {
        kiln_i_buffer_print(b, "\n%*s°C %8s    activities; phases\n", 7, "", "K");
        json_array_foreach ((json_t *)rows, i, row) render_row(row, b);
        kiln_i_buffer_print(b, "\n");
        render_references(rows, b);
    }
    json_array_foreach ((json_t *)rows, i, row) extrapolated_K = fmax(extrapolated_K, kiln_i_tree_number(row, "extrapolated_K"));
    kiln_i_text_line(
        b, "a",
        "exp((mu - mu of the cation alone in this atmosphere) / RT), per mole of the cation; gamma = a / X, X a fraction of cations");
    kiln_i_text_line(b, "mu", "relative to the elements at 298.15 K (H_SER)");
    snprintf(line, sizeof line, "functions of stable phases are used up to %.0f K outside their stated validity", extrapolated_K);
    if (extrapolated_K > 0.0) kiln_i_text_line(b, is_one ? "extrapolated" : "*", line);
    kiln_i_text_sources(kiln_i_tree_at(root, "result/sources"), b);
    kiln_i_text_footing(root, b);
}

/* A line for every cation of every phase. */
static void csv_component(const json_t *row, const json_t *phase, const json_t *in_phase, kiln_i_buffer *b)
{
    size_t i;
    json_t *component;
    const char *element = kiln_i_tree_string(in_phase, "element");
    json_array_foreach ((json_t *)kiln_i_tree_at(row, "components"), i, component) {
        if (strcmp(kiln_i_tree_string(component, "element"), element) != 0) continue;
        kiln_i_csv_temperature(b, row, "T_K");
        kiln_i_csv_text(b, "");
        kiln_i_csv_text(b, kiln_i_tree_string(phase, "phase"));
        kiln_i_csv_number(b, phase, "mass_fraction");
        kiln_i_csv_text(b, element);
        kiln_i_csv_number(b, in_phase, "fraction");
        kiln_i_csv_number(b, component, "mu_J_mol");
        kiln_i_csv_text(b, kiln_i_tree_string(component, "reference/phase"));
        kiln_i_csv_number(b, component, "reference/mu_J_mol");
        kiln_i_csv_number(b, component, "activity");
        kiln_i_csv_number(b, in_phase, "coefficient");
        kiln_i_csv_number(b, in_phase, "structure_activity");
        kiln_i_csv_number(b, in_phase, "structure_coefficient");
        kiln_i_csv_number(b, row, "oxygen/half_mu_O2_J_mol");
        kiln_i_csv_number(b, row, "oxygen/log10_po2_bar");
        kiln_i_csv_end(b);
    }
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    size_t i, k, c;
    json_t *row, *phase, *component;
    kiln_i_buffer_print(
        b, "T_C,T_K,failed,phase,mass_fraction,element,fraction,mu_J_mol,reference,reference_mu_J_mol,activity,coefficient,"
           "structure_activity,structure_coefficient,half_mu_O2_J_mol,log10_po2_bar\n");
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/rows"), i, row) {
        if (kiln_i_tree_has(row, "failed")) {
            kiln_i_csv_temperature(b, row, "T_K");
            kiln_i_csv_text(b, kiln_i_tree_string(row, "failed"));
            for (int empty = 0; empty < 13; ++empty) kiln_i_csv_number(b, NULL, "");
            kiln_i_csv_end(b);
        }
        json_array_foreach ((json_t *)kiln_i_tree_at(row, "phases"), k, phase)
            json_array_foreach ((json_t *)kiln_i_tree_at(phase, "components"), c, component)
                csv_component(row, phase, component, b);
    }
}

const kiln_i_report_kind kiln_i_kind_activity = {"kiln.activity/1", render_text, render_csv};
