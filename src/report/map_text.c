#include "report/report.h"

#include <stdio.h>
#include <string.h>

enum { LINE = 1024, REASON_COLUMN = 8 };

static void formula_text(const json_t *item, char *out, size_t size)
{
    kiln_i_text_formula(kiln_i_tree_string(item, "canonical"), out, size);
}

static void judged_text(const json_t *item, kiln_i_buffer *b)
{
    char formula[LINE], formation[32] = "-";
    formula_text(item, formula, sizeof formula);
    if (kiln_i_tree_has(item, "formation_H_J_mol"))
        snprintf(formation, sizeof formation, "%.2f", kiln_i_tree_number(item, "formation_H_J_mol") / 1000.0);
    kiln_i_buffer_print(b, "%4.0f %8.2f %8.2f %9s %7.0f  %-6s  ", kiln_i_tree_number(item, "number"),
                        kiln_i_tree_number(item, "delta_percent"),
                        kiln_i_text_no_minus(kiln_i_tree_number(item, "mixing_H_J_mol") / 1000.0, 0.005), formation,
                        kiln_i_celsius(kiln_i_tree_number(item, "T_K")), kiln_i_tree_string(item, "outcome"));
    kiln_i_buffer_wrap(b, formula, 49, 49);
}

static void other_text(const json_t *item, kiln_i_buffer *b)
{
    char line[2 * LINE], formula[LINE];
    formula_text(item, formula, sizeof formula);
    kiln_i_buffer_print(b, "%4.0f    ", kiln_i_tree_number(item, "number"));
    snprintf(line, sizeof line, "%s: %s", formula, kiln_i_tree_string(item, "reason"));
    kiln_i_buffer_wrap(b, line, REASON_COLUMN, REASON_COLUMN);
}

static void list(const json_t *items, int judged, kiln_i_buffer *b)
{
    size_t i;
    json_t *item;
    json_array_foreach ((json_t *)items, i, item) {
        if (kiln_i_tree_is(item, "judged") != judged) continue;
        if (judged) judged_text(item, b);
        else other_text(item, b);
    }
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    char line[LINE];
    const json_t *result = kiln_i_tree_at(root, "result"), *items = kiln_i_tree_at(result, "compositions");
    kiln_i_buffer_print(
        b, "enthalpy of mixing and size mismatch: %s\n\n  row  delta, %%    mixing formation      °C  outcome formula\n",
        kiln_i_tree_string(root, "input/file"));
    list(items, 1, b);
    if (kiln_i_tree_number(result, "not_judged") > 0.0) kiln_i_buffer_print(b, "\nnot judged\n");
    list(items, 0, b);
    kiln_i_buffer_print(b, "\n");
    kiln_i_text_line(b, "delta",
                     "mismatch of cation sizes on the sublattice that mixes most, sqrt(sum x (1 - r / mean r)^2), with Shannon's "
                     "effective ionic radii (1976) of six neighbours, high spin, at the formula's charges");
    kiln_i_text_line(b, "mixing",
                     "enthalpy of the pair interactions, kJ per mole of cations, at the structure's internal equilibrium in the "
                     "atmosphere of the row");
    kiln_i_text_line(b, "formation",
                     "enthalpy from what each cation alone is in that atmosphere, kJ per mole of cations: with the change of "
                     "structure and with oxygen exchanged");
    snprintf(line, sizeof line, "%.0f of %d rows; the enthalpies are of the structure as it is, stable or not",
             kiln_i_tree_number(result, "judged"), (int)json_array_size(items));
    kiln_i_text_line(b, "judged", line);
    kiln_i_text_database(root, b);
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *item;
    kiln_i_buffer_print(b, "number,line,id,formula,structure,phase,T_C,T_K,atmosphere,outcome,judged,delta_percent,mean_radius_A,"
                           "mixing_H_J_mol,formation_H_J_mol,reason\n");
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/compositions"), i, item) {
        kiln_i_csv_number(b, item, "number");
        kiln_i_csv_number(b, item, "line");
        kiln_i_csv_text(b, kiln_i_tree_string(item, "id"));
        kiln_i_csv_text(b, kiln_i_tree_string(item, "formula"));
        kiln_i_csv_text(b, kiln_i_tree_string(item, "structure"));
        kiln_i_csv_text(b, kiln_i_tree_string(item, "phase"));
        kiln_i_csv_temperature(b, item, "T_K");
        kiln_i_csv_text(b, kiln_i_tree_string(item, "atmosphere"));
        kiln_i_csv_text(b, kiln_i_tree_string(item, "outcome"));
        kiln_i_csv_text(b, kiln_i_tree_is(item, "judged") ? "yes" : "no");
        kiln_i_csv_number(b, item, "delta_percent");
        kiln_i_csv_number(b, item, "mean_radius_A");
        kiln_i_csv_number(b, item, "mixing_H_J_mol");
        kiln_i_csv_number(b, item, "formation_H_J_mol");
        kiln_i_csv_text(b, kiln_i_tree_string(item, "reason"));
        kiln_i_csv_end(b);
    }
}

const kiln_i_report_kind kiln_i_kind_map = {"kiln.diagram.map/1", render_text, render_csv};
