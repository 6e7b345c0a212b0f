#include "report/report.h"

#include <stdio.h>
#include <string.h>

static void sublattice_text(const json_t *item, kiln_i_buffer *b)
{
    char text[512];
    const char *element;
    json_t *amount;
    size_t used = (size_t)snprintf(text, sizeof text, "sites %.4g:", kiln_i_tree_number(item, "sites_per_formula"));
    json_object_foreach ((json_t *)kiln_i_tree_at(item, "elements"), element, amount)
        if (used < sizeof text)
            used += (size_t)snprintf(text + used, sizeof text - used, " %s %.4g", element, json_number_value(amount));
    if (used < sizeof text)
        snprintf(text + used, sizeof text - used, "; %.3f R%s", kiln_i_tree_number(item, "entropy_R"),
                 kiln_i_tree_is(item, "sets_the_class") && kiln_i_tree_number(item, "entropy_R") > 0.0 ? ", sets the class" : "");
    kiln_i_text_line(b, "sublattice", text);
}

void kiln_i_text_tolerance(const json_t *parent, kiln_i_buffer *b)
{
    char text[160];
    const json_t *node = kiln_i_tree_at(parent, "tolerance");
    if (!kiln_i_tree_has(parent, "tolerance")) return;
    snprintf(text, sizeof text, "%.3f (Goldschmidt; radii %.3f Å of A with %d neighbours, %.3f Å of B with 6, high spin)",
             kiln_i_tree_number(node, "factor"), kiln_i_tree_number(node, "r_A_A"),
             (int)kiln_i_tree_number(node, "neighbours_of_A"), kiln_i_tree_number(node, "r_B_A"));
    kiln_i_text_line(b, "tolerance", text);
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *item;
    kiln_i_text_heading(root, b);
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/sublattices"), i, item) sublattice_text(item, b);
    kiln_i_text_entropy(kiln_i_tree_at(root, "result"), b);
    kiln_i_text_tolerance(kiln_i_tree_at(root, "result"), b);
    kiln_i_text_line(b, "rule", kiln_i_tree_string(root, "result/verdict"));
    kiln_i_text_line(b, "note", "ideal mixing, every sublattice fully random: an upper bound that holds at any temperature");
}

static void csv_row(const json_t *root, const char *basis, kiln_i_buffer *b)
{
    char key[64];
    const json_t *result = kiln_i_tree_at(root, "result");
    kiln_i_csv_text(b, kiln_i_tree_string(root, "input/canonical"));
    kiln_i_csv_text(b, basis);
    snprintf(key, sizeof key, "%s_R", basis);
    kiln_i_csv_number(b, result, key);
    snprintf(key, sizeof key, "%s_J_molK", basis);
    kiln_i_csv_number(b, result, key);
    snprintf(key, sizeof key, "%s_class", basis);
    kiln_i_csv_text(b, kiln_i_tree_string(result, key));
    kiln_i_csv_end(b);
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    static const char *const bases[] = {"mixing_sublattice", "per_cation", "per_formula", "per_site", "pooled_per_cation"};
    kiln_i_buffer_print(b, "formula,basis,entropy_R,entropy_J_molK,class\n");
    if (kiln_i_tree_is(root, "result/anions_mix")) csv_row(root, "cations_and_anions", b);
    for (size_t i = 0; i < sizeof bases / sizeof *bases; ++i) csv_row(root, bases[i], b);
}

const kiln_i_report_kind kiln_i_kind_entropy = {"kiln.entropy/1", render_text, render_csv};
