#include "report/report.h"

#include <stdio.h>
#include <string.h>

enum { LINE = 1024, LEFT = 58 };

static int is_over_x(const json_t *root) { return kiln_i_tree_has(root, "input/varied"); }

static const char *label_at(const json_t *root, const json_t *item)
{
    if (!kiln_i_tree_has(item, "limited_by")) return "";
    const size_t index = (size_t)kiln_i_tree_number(item, "limited_by");
    return kiln_i_tree_string(json_array_get(kiln_i_tree_at(root, "result/competitors"), index), "label");
}

/* kJ to two decimals; "-" where there is none. */
static void energy(kiln_i_buffer *b, const json_t *budget, const char *key)
{
    if (!kiln_i_tree_has(budget, key)) kiln_i_buffer_print(b, " %8s", "-");
    else kiln_i_buffer_print(b, " %8.2f", kiln_i_text_no_minus(kiln_i_tree_number(budget, key) / 1000.0, 0.005));
}

static void row_text(const json_t *root, const json_t *row, kiln_i_buffer *b)
{
    static const char *const columns[] = {"transfer_J_mol", "excess_J_mol", "minus_TS_conf_J_mol", "dG_J_mol"};
    char line[LINE];
    const json_t *budget = kiln_i_tree_at(row, "energy_budget");
    if (is_over_x(root)) kiln_i_buffer_print(b, "%9.4f", kiln_i_tree_number(row, "x"));
    else kiln_i_buffer_print(b, "%9.2f", kiln_i_celsius(kiln_i_tree_number(row, "T_K")));
    if (kiln_i_tree_has(row, "failed")) {
        snprintf(line, sizeof line, "no result: %s", kiln_i_tree_string(row, "failed"));
        kiln_i_buffer_print(b, "  ");
        kiln_i_buffer_wrap(b, line, 11, 11);
        return;
    }
    for (size_t k = 0; k < sizeof columns / sizeof *columns; ++k) energy(b, budget, columns[k]);
    energy(b, row, "least_driving_force_J_mol");
    const char *state = kiln_i_tree_string(row, "state");
    kiln_i_buffer_print(b, "%c ", *state == 'o' ? '!' : *state == 'u' ? '<' : ' ');
    kiln_i_buffer_wrap(b, kiln_i_tree_has(row, "limited_by") ? label_at(root, row) : "nothing competes", LEFT, LEFT);
}

static void ends_text(const json_t *root, kiln_i_buffer *b)
{
    char line[LINE];
    size_t i;
    json_t *end;
    const json_t *ends = kiln_i_tree_at(root, "result/ends");
    json_array_foreach ((json_t *)ends, i, end) {
        const int is_low = strcmp(kiln_i_tree_string(end, "single"), "above") == 0;
        if (is_over_x(root))
            snprintf(line, sizeof line, "x = %.5f: single %s, %s %s it", kiln_i_tree_number(end, "x"), is_low ? "above" : "below",
                     label_at(root, end), is_low ? "below" : "above");
        else
            snprintf(line, sizeof line, "%.2f °C (%.2f K): single %s, %s %s it", kiln_i_celsius(kiln_i_tree_number(end, "T_K")),
                     kiln_i_tree_number(end, "T_K"), is_low ? "above" : "below", label_at(root, end), is_low ? "below" : "above");
        kiln_i_text_line(b, i ? "" : "window ends", line);
    }
    if (json_array_size(ends) == 0) kiln_i_text_line(b, "window ends", "none in this range");
}

static void references_text(const json_t *root, kiln_i_buffer *b)
{
    char line[LINE];
    const char *element;
    size_t i;
    json_t *item, *formula;
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/references"), i, item) {
        size_t used = (size_t)snprintf(line, sizeof line, "at %.0f °C:", kiln_i_celsius(kiln_i_tree_number(item, "T_K")));
        json_object_foreach ((json_t *)kiln_i_tree_at(item, "references"), element, formula)
            if (used < sizeof line) used += (size_t)snprintf(line + used, sizeof line - used, " %s", json_string_value(formula));
        kiln_i_text_line(b, i ? "" : "from", line);
    }
}

static void remarks(const json_t *root, kiln_i_buffer *b)
{
    char line[LINE];
    kiln_i_text_line(b, "energies",
                     "kJ per mole of cations: transfer of each cation's own oxide into the structure, pair interactions, "
                     "-T S of configuration; their sum is the Gibbs energy from those oxides");
    snprintf(line, sizeof line, "the least driving force, kJ%s; below 0 the competitor is more stable (<)",
             kiln_i_tree_string(root, "result/force_basis") + 1);
    kiln_i_text_line(b, "nearest", line);
    if (kiln_i_tree_number(root, "result/open_rows") > 0.0) {
        snprintf(line, sizeof line, "%.0f rows, marked !: nothing more stable was found, and it is not proved that nothing is",
                 kiln_i_tree_number(root, "result/open_rows"));
        kiln_i_text_line(b, "open", line);
    }
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    char line[LINE];
    size_t i;
    json_t *row;
    kiln_i_text_heading(root, b);
    kiln_i_text_line(b, "structure", kiln_i_tree_string(root, "result/label"));
    if (is_over_x(root)) {
        snprintf(line, sizeof line, "%.2f °C; x is the fraction of %s on its sublattice, %.4g as written",
                 kiln_i_celsius(kiln_i_tree_number(root, "input/T_K")), kiln_i_tree_string(root, "input/varied"),
                 kiln_i_tree_number(root, "result/x_as_written"));
        kiln_i_text_line(b, "at", line);
    }
    kiln_i_buffer_print(b, "\n%9s %8s %8s %8s %8s  nearest\n", is_over_x(root) ? "x" : " °C", "transfer", "excess", "-TS", "sum");
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/rows"), i, row) row_text(root, row, b);
    kiln_i_buffer_print(b, "\n");
    ends_text(root, b);
    references_text(root, b);
    remarks(root, b);
    kiln_i_text_sources(kiln_i_tree_at(root, "result/sources"), b);
    kiln_i_text_footing(root, b);
}

/* d_<phase>_J_mol; demixing and sets by their kind. */
static void csv_header(const json_t *root, kiln_i_buffer *b)
{
    char name[160];
    size_t i;
    json_t *c;
    kiln_i_buffer_print(b,
                        "T_C,T_K,x,state,transfer_J_mol,excess_J_mol,excess_H_J_mol,S_conf_J_molK,minus_TS_conf_J_mol,mixing_J_mol,"
                        "dG_J_mol,dH_J_mol,least_driving_force_J_mol,limited_by,failed");
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/competitors"), i, c) {
        const char *kind = kiln_i_tree_string(c, "kind");
        snprintf(name, sizeof name, "d_%.100s_J_mol", *kind == 'p' ? kiln_i_tree_string(c, "phase") : kind);
        kiln_i_csv_text(b, name);
    }
    kiln_i_csv_end(b);
}

static void csv_row(const json_t *root, const json_t *row, kiln_i_buffer *b)
{
    static const char *const columns[] = {"transfer_J_mol",      "excess_J_mol", "excess_H_J_mol", "S_conf_J_molK",
                                          "minus_TS_conf_J_mol", "mixing_J_mol", "dG_J_mol",       "dH_J_mol"};
    const json_t *forces = kiln_i_tree_at(row, "driving_forces_J_mol");
    kiln_i_csv_temperature(b, row, "T_K");
    kiln_i_csv_number(b, row, "x");
    kiln_i_csv_text(b, kiln_i_tree_string(row, "state"));
    for (size_t k = 0; k < sizeof columns / sizeof *columns; ++k)
        kiln_i_csv_number(b, kiln_i_tree_at(row, "energy_budget"), columns[k]);
    kiln_i_csv_number(b, row, "least_driving_force_J_mol");
    kiln_i_csv_text(b, label_at(root, row));
    kiln_i_csv_text(b, kiln_i_tree_string(row, "failed"));
    for (size_t c = 0; c < json_array_size(kiln_i_tree_at(root, "result/competitors")); ++c)
        kiln_i_csv_number(b, json_array_get(forces, c), "");
    kiln_i_csv_end(b);
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *row;
    csv_header(root, b);
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/rows"), i, row) csv_row(root, row, b);
}

const kiln_i_report_kind kiln_i_kind_energy = {"kiln.diagram.energy/1", render_text, render_csv};
