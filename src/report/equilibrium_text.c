#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* "Mg 0.20, Co 0.80" of an object of numbers; those below `least` are left out. */
static void numbers_text(const json_t *object, const char *format, double least, char *out, size_t size)
{
    const char *key;
    json_t *value;
    size_t used = 0;
    out[0] = '\0';
    json_object_foreach ((json_t *)object, key, value) {
        char number[48];
        const double v = json_number_value(value);
        if (fabs(v) < least || used >= size) continue;
        snprintf(number, sizeof number, format, v);
        used += (size_t)snprintf(out + used, size - used, "%s%s %s", used ? ", " : "", key, number);
    }
}

/* "Mg 0.2965, Co 0.7035": fractions of the cations (and closed anions but oxygen, which O/M is about). */
static void cations_text(const json_t *composition, char *out, size_t size)
{
    const char *key;
    json_t *value;
    size_t used = 0;
    const double sum = 1.0 - kiln_i_tree_number(composition, "O");
    out[0] = '\0';
    json_object_foreach ((json_t *)composition, key, value) {
        const double v = json_number_value(value) / sum;
        if (v < 5e-5 || used >= size || strcmp(key, "O") == 0) continue;
        used += (size_t)snprintf(out + used, size - used, "%s%s %.4f", used ? ", " : "", key, v);
    }
}

/* With the oxygen, unless all components are stated alike: then it is one of them. */
static void describe_contents(const json_t *phase, int by_components, kiln_i_buffer *b)
{
    char text[768], numbers[512];
    const json_t *composition = kiln_i_tree_at(phase, "composition");
    if (json_object_size(composition) < 2) return;
    if (by_components) numbers_text(composition, "%.5f", 5e-6, text, sizeof text);
    else {
        cations_text(composition, numbers, sizeof numbers);
        snprintf(text, sizeof text, "%s; O/M = %.4f", numbers, kiln_i_tree_number(phase, "oxygen_per_cation"));
    }
    kiln_i_text_line(b, "  holds", text);
}

static void describe_phase(const json_t *phase, int by_components, kiln_i_buffer *b)
{
    char text[768], numbers[512];
    const char *sublattice;
    json_t *sites;
    kiln_i_text_phase(phase, text, sizeof text);
    kiln_i_buffer_print(b, "\n  ");
    kiln_i_buffer_wrap(b, text, 2, 4);
    if (by_components)
        snprintf(text, sizeof text, "%.4g wt %%, %.6g mol of components", 100.0 * kiln_i_tree_number(phase, "mass_fraction"),
                 kiln_i_tree_number(phase, "components_mol"));
    else
        snprintf(text, sizeof text, "%.4g wt %%, %.5g mol of %s", 100.0 * kiln_i_tree_number(phase, "mass_fraction"),
                 kiln_i_tree_number(phase, "formula_mol"),
                 kiln_i_tree_has(phase, "formula") ? kiln_i_tree_string(phase, "formula") : "formula units");
    kiln_i_text_line(b, "  amount", text);
    describe_contents(phase, by_components, b);
    json_object_foreach ((json_t *)kiln_i_tree_at(phase, "site_fractions"), sublattice, sites) {
        if (json_object_size(sites) < 2) continue;
        numbers_text(sites, "%.3g", 1e-9, numbers, sizeof numbers);
        snprintf(text, sizeof text, "%s: %s", sublattice, numbers);
        kiln_i_text_line(b, "  sites", text);
    }
    kiln_i_text_notes(kiln_i_tree_at(phase, "notes"), b);
}

static void potentials(const json_t *root, kiln_i_buffer *b)
{
    char text[768], open[128];
    const json_t *node = kiln_i_tree_at(root, "result/chemical_potentials_J_mol");
    numbers_text(kiln_i_tree_at(node, "closed"), "%.0f", 0.0, text, sizeof text);
    numbers_text(kiln_i_tree_at(node, "open"), "%.0f", 0.0, open, sizeof open);
    const size_t used = strlen(text);
    snprintf(text + used, sizeof text - used, "%s%s%s",
             *open ? (kiln_i_tree_is(root, "input/by_components") ? "; given " : "; from the atmosphere ") : "", open,
             kiln_i_tree_is(node, "unique") ? "" : "; the phases present do not fix all of them");
    kiln_i_text_line(b, "mu, J/mol", text);
}

static void extrapolation(const json_t *result, kiln_i_buffer *b)
{
    char text[256];
    if (!(kiln_i_tree_number(result, "extrapolated_K") > 0.0)) return;
    snprintf(text, sizeof text, "%s is used %.0f K outside its stated validity",
             kiln_i_tree_string(result, "extrapolated_function"), kiln_i_tree_number(result, "extrapolated_K"));
    kiln_i_text_line(b, "extrapolated", text);
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *phase;
    char text[384], valences[256];
    const json_t *result = kiln_i_tree_at(root, "result");
    const double T_K = kiln_i_tree_number(result, "T_K");
    const int by_components = kiln_i_tree_is(root, "input/by_components");
    kiln_i_text_heading(root, b);
    kiln_i_buffer_print(b, "\nequilibrium at %.2f °C (%.2f K): %zu phase%s\n", kiln_i_celsius(T_K), T_K,
                        json_array_size(kiln_i_tree_at(result, "phases")),
                        json_array_size(kiln_i_tree_at(result, "phases")) == 1 ? "" : "s");
    json_array_foreach ((json_t *)kiln_i_tree_at(result, "phases"), i, phase) describe_phase(phase, by_components, b);
    kiln_i_buffer_print(b, "\n");
    if (!by_components) {
        kiln_i_text_valences(kiln_i_tree_at(result, "valence"), NULL, 0.0, valences, sizeof valences);
        snprintf(text, sizeof text, "O/M = %.4f; mean charges %s", kiln_i_tree_number(result, "oxygen_per_cation"), valences);
        kiln_i_text_line(b, "overall", text);
    }
    potentials(root, b);
    snprintf(text, sizeof text, "%.*f kJ per mol of %s%s", by_components ? 6 : 3, kiln_i_tree_number(result, "G_J_mol") / 1000.0,
             by_components ? "the components" : "the formula as typed",
             kiln_i_tree_is(result, "includes_open_components") ? ""
             : by_components                                    ? ", less n mu of those whose potential is given"
                                                                : ", less n mu of what the atmosphere supplies");
    kiln_i_text_line(b, "G", text);
    extrapolation(result, b);
    kiln_i_text_sources(kiln_i_tree_at(result, "sources"), b);
    kiln_i_text_footing(root, b);
}

static void csv_phase(const json_t *root, const json_t *phase, kiln_i_buffer *b)
{
    const char *element;
    json_t *fraction;
    kiln_i_csv_temperature(b, root, "result/T_K");
    kiln_i_csv_text(b, kiln_i_tree_string(phase, "phase"));
    kiln_i_csv_text(b, kiln_i_tree_string(phase, "formula"));
    kiln_i_csv_number(b, phase, "amount_mol");
    kiln_i_csv_number(b, phase, "mass_fraction");
    kiln_i_csv_number(b, phase, "oxygen_per_cation");
    json_object_foreach ((json_t *)kiln_i_tree_at(phase, "composition"), element, fraction)
        kiln_i_csv_value(b, json_number_value(fraction));
    kiln_i_csv_end(b);
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *phase, *value;
    const char *element;
    kiln_i_buffer_print(b, "T_C,T_K,phase,formula,amount_mol,mass_fraction,oxygen_per_cation");
    json_object_foreach ((json_t *)kiln_i_tree_at(root, "result/valence"), element, value)
        kiln_i_buffer_print(b, ",x_%s", element);
    kiln_i_buffer_print(b, "\n");
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/phases"), i, phase) csv_phase(root, phase, b);
}

const kiln_i_report_kind kiln_i_kind_equilibrium = {"kiln.equilibrium/1", render_text, render_csv};
