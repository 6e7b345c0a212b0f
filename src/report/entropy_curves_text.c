#include "report/report.h"

#include <stdio.h>
#include <string.h>

/* "0.056 to 0.384"; "-" where the class is never reached. */
static const char *share_text(const json_t *curve, const char *key, char out[40])
{
    const json_t *share = kiln_i_tree_at(curve, key);
    if (json_array_size(share) != 2) return "-";
    snprintf(out, 40, "%.3f to %.3f", json_number_value(json_array_get(share, 0)), json_number_value(json_array_get(share, 1)));
    return out;
}

static void curve_line(const json_t *curve, const char *name, int width, kiln_i_buffer *b)
{
    char medium[40], high[40];
    kiln_i_buffer_print(b, "  %-*s %8.4f %9.4f %9.3f    %-16s  %s\n", width, name, kiln_i_tree_number(curve, "maximum/x"),
                        kiln_i_tree_number(curve, "maximum/entropy_R"), kiln_i_tree_number(curve, "maximum/entropy_J_molK"),
                        share_text(curve, "at_least_medium_x", medium), share_text(curve, "high_x", high));
}

static void components_text(const json_t *root, kiln_i_buffer *b)
{
    char name[32];
    size_t i;
    json_t *curve;
    kiln_i_buffer_print(
        b, "ideal configurational entropy of N components\n\n  N     largest: x         R   J/mol/K    at least medium   high\n");
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/curves"), i, curve) {
        snprintf(name, sizeof name, "%.0f", kiln_i_tree_number(curve, "components"));
        curve_line(curve, name, 8, b);
    }
    kiln_i_buffer_print(b, "\n");
    kiln_i_text_line(b, "x", "fraction of one component, the others sharing the rest equally: largest, ln N, at 1/N");
    kiln_i_text_line(b, "basis", "per mole of the N components, as of mixing cations");
}

static void composition_text(const json_t *root, kiln_i_buffer *b)
{
    char text[160];
    size_t i;
    json_t *curve;
    const json_t *result = kiln_i_tree_at(root, "result");
    const char *cation = kiln_i_tree_string(result, "cation");
    kiln_i_text_heading(root, b);
    kiln_i_buffer_print(b, "\n  %-18s largest: x         R   J/mol/K    at least medium   high\n", "entropy per mole of");
    json_array_foreach ((json_t *)kiln_i_tree_at(result, "curves"), i, curve)
        curve_line(curve, strcmp(kiln_i_tree_string(curve, "basis"), "per_site") == 0 ? "sites" : "mixing cations", 20, b);
    kiln_i_buffer_print(b, "\n");
    snprintf(text, sizeof text, "fraction of %s on its sublattice, the others there kept in ratio", cation);
    kiln_i_text_line(b, "x", text);
    snprintf(text, sizeof text, "x = %.4g: %.4f R per mole of mixing cations, %.4f R per mole of sites",
             kiln_i_tree_number(result, "composition/x"), kiln_i_tree_number(result, "composition/mixing_sublattice_R"),
             kiln_i_tree_number(result, "composition/per_site_R"));
    kiln_i_text_line(b, "as written", text);
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    if (kiln_i_tree_has(root, "input/formula")) composition_text(root, b);
    else components_text(root, b);
    kiln_i_text_line(b, "classes", "low below 1 R, medium from there, high from 1.5 R");
    kiln_i_text_line(b, "note", "ideal mixing, every sublattice fully random: an upper bound that holds at any temperature");
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    size_t i, k;
    json_t *curve, *point;
    kiln_i_buffer_print(b, "components,basis,x,entropy_R,entropy_J_molK\n");
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/curves"), i, curve)
        json_array_foreach ((json_t *)kiln_i_tree_at(curve, "points"), k, point) {
            kiln_i_csv_number(b, curve, "components");
            kiln_i_csv_text(b, kiln_i_tree_string(curve, "basis"));
            kiln_i_csv_number(b, point, "x");
            kiln_i_csv_number(b, point, "entropy_R");
            kiln_i_csv_number(b, point, "entropy_J_molK");
            kiln_i_csv_end(b);
        }
}

const kiln_i_report_kind kiln_i_kind_entropy_curves = {"kiln.diagram.entropy/1", render_text, render_csv};
