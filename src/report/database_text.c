#include "report/report.h"

#include <stdio.h>
#include <string.h>

static void database_line(const json_t *root, kiln_i_buffer *b)
{
    kiln_i_buffer_print(b, "database %s, SHA-256 %.12s; kiln %s\n", kiln_i_tree_string(root, "database/name"),
                        kiln_i_tree_string(root, "database/sha256"), kiln_i_tree_string(root, "kiln/version"));
}

static void vapour_line(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *item;
    const json_t *vapours = kiln_i_tree_at(root, "result/vapours");
    if (json_array_size(vapours) == 0) return;
    kiln_i_buffer_print(b, "\nvapours");
    json_array_foreach ((json_t *)vapours, i, item)
        kiln_i_buffer_print(b, "%s%s", i % 16 == 0 ? "\n  " : " ", kiln_i_tree_string(item, "formula"));
    kiln_i_buffer_print(b, "\n");
}

static void melting_lines(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *item;
    const json_t *meltings = kiln_i_tree_at(root, "result/melting");
    if (json_array_size(meltings) == 0) return;
    kiln_i_buffer_print(b, "\n%-18s %9s %9s\n", "melting", "K", "sigma, K");
    json_array_foreach ((json_t *)meltings, i, item) {
        char sigma[32] = "";
        if (kiln_i_tree_has(item, "sigma_K")) snprintf(sigma, sizeof sigma, "%.4g", kiln_i_tree_number(item, "sigma_K"));
        kiln_i_buffer_print(b, "%-18s %9.1f %9s%s\n", kiln_i_tree_string(item, "formula"), kiln_i_tree_number(item, "T_K"), sigma,
                            kiln_i_tree_is(item, "decomposes") ? "  decomposes" : "");
    }
}

static void render_list(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *phase;
    const json_t *phases = kiln_i_tree_at(root, "result/phases");
    kiln_i_buffer_print(b, "%-18s %-26s %-12s %-10s %s\n", "phase", "label", "formula", "role", "entries");
    json_array_foreach ((json_t *)phases, i, phase) {
        const char *quality = kiln_i_tree_string(phase, "quality");
        const int is_full = strcmp(quality, "full") == 0;
        kiln_i_buffer_print(b, "%-18s %-26s %-12s %-10s %7.0f%s%s\n", kiln_i_tree_string(phase, "phase"),
                            kiln_i_tree_string(phase, "label"), kiln_i_tree_string(phase, "general_formula"),
                            kiln_i_tree_string(phase, "role"), kiln_i_tree_number(phase, "parameters"), is_full ? "" : "  ",
                            is_full ? "" : quality);
    }
    vapour_line(root, b);
    melting_lines(root, b);
    kiln_i_buffer_print(b, "\n%zu phases, %.0f functions, %zu vapours, %zu melting points\n", json_array_size(phases),
                        kiln_i_tree_number(root, "result/functions"), json_array_size(kiln_i_tree_at(root, "result/vapours")),
                        json_array_size(kiln_i_tree_at(root, "result/melting")));
    database_line(root, b);
}

static void csv_texts(const json_t *node, const char *const *keys, int n, kiln_i_buffer *b)
{
    for (int i = 0; i < n; ++i) {
        if (json_is_number(kiln_i_tree_at(node, keys[i]))) kiln_i_csv_number(b, node, keys[i]);
        else kiln_i_csv_text(b, kiln_i_tree_string(node, keys[i]));
    }
    kiln_i_csv_end(b);
}

/* The members named by `keys` of every object of a list, under a header of the same names. */
static void csv_list(const json_t *list, const char *const *keys, int n, kiln_i_buffer *b)
{
    size_t i;
    json_t *item;
    for (int k = 0; k < n; ++k) kiln_i_csv_text(b, keys[k]);
    kiln_i_csv_end(b);
    json_array_foreach ((json_t *)list, i, item) csv_texts(item, keys, n, b);
}

static void render_list_csv(const json_t *root, kiln_i_buffer *b)
{
    static const char *const keys[] = {"phase", "label",       "structure",  "general_formula", "family",
                                       "role",  "anion_ratio", "parameters", "quality"};
    csv_list(kiln_i_tree_at(root, "result/phases"), keys, sizeof keys / sizeof *keys, b);
}

static void sigma_text(const json_t *node, char *out, size_t size)
{
    const double sigma = kiln_i_tree_number(node, "sigma_J_mol"), sigma_T = kiln_i_tree_number(node, "sigma_T_J_molK");
    if (!kiln_i_tree_has(node, "sigma_J_mol")) snprintf(out, size, "sigma not stated");
    else if (sigma_T > 0.0) snprintf(out, size, "± %.4g kJ/mol, ± %.3g J/mol/K", sigma / 1000.0, sigma_T);
    else snprintf(out, size, "± %.4g kJ/mol", sigma / 1000.0);
}

/* "12.34 ± 5 kJ/mol at 1000 K per cation"; Curie temperatures in K, moments in Bohr magnetons. */
static void value_text(const json_t *item, char *out, size_t size)
{
    char spread[48] = "";
    const char *kind = kiln_i_tree_string(item, "kind"), *per = kiln_i_tree_string(item, "per");
    const int is_energy = strcmp(kind, "Tc") != 0 && strcmp(kind, "beta") != 0;
    const double unit = is_energy ? 1000.0 : 1.0;
    if (kiln_i_tree_has(item, "sigma_at_T"))
        snprintf(spread, sizeof spread, " ± %.3g", kiln_i_tree_number(item, "sigma_at_T") / unit);
    snprintf(out, size, "%.6g%s %s at %.0f K%s%s", kiln_i_tree_number(item, "value_at_T") / unit, spread,
             is_energy                 ? "kJ/mol"
             : strcmp(kind, "Tc") == 0 ? "K"
                                       : "Bohr magnetons",
             kiln_i_tree_number(item, "T_K"), *per ? ", per " : "", per);
}

/* An entry that is the name of a function has its status and source there. */
static void entry(const json_t *item, kiln_i_buffer *b)
{
    char value[160], text[1024];
    const char *key = kiln_i_tree_string(item, "source_key");
    value_text(item, value, sizeof value);
    size_t used = (size_t)snprintf(text, sizeof text, "%s = %s; %s", kiln_i_tree_string(item, "name"),
                                   kiln_i_tree_string(item, "value"), value);
    if (used < sizeof text && kiln_i_tree_has(item, "estimate"))
        used += (size_t)snprintf(text + used, sizeof text - used, "; %s", kiln_i_tree_string(item, "estimate"));
    if (used < sizeof text && *key)
        snprintf(text + used, sizeof text - used, "; %s, %s", kiln_i_tree_string(item, "status"), key);
    kiln_i_buffer_print(b, "  ");
    kiln_i_buffer_wrap(b, text, 2, 6);
}

static void render_phase(const json_t *root, kiln_i_buffer *b)
{
    size_t i, k;
    json_t *item, *constituent;
    const json_t *result = kiln_i_tree_at(root, "result");
    kiln_i_buffer_print(b, "%s  %s  %s\n", kiln_i_tree_string(result, "phase"), kiln_i_tree_string(result, "label"),
                        kiln_i_tree_string(result, "general_formula"));
    if (kiln_i_tree_has(result, "structure")) kiln_i_text_line(b, "structure", kiln_i_tree_string(result, "structure"));
    kiln_i_text_line(b, "quality", kiln_i_tree_string(result, "quality"));
    if (kiln_i_tree_has(result, "note")) kiln_i_text_line(b, "note", kiln_i_tree_string(result, "note"));
    json_array_foreach ((json_t *)kiln_i_tree_at(result, "sublattices"), i, item) {
        char text[1024];
        size_t used = (size_t)snprintf(text, sizeof text, "%s, sites %.4g:", kiln_i_tree_string(item, "name"),
                                       kiln_i_tree_number(item, "sites"));
        json_array_foreach ((json_t *)kiln_i_tree_at(item, "constituents"), k, constituent)
            if (used < sizeof text)
                used += (size_t)snprintf(text + used, sizeof text - used, " %s", json_string_value(constituent));
        kiln_i_text_line(b, "sublattice", text);
    }
    kiln_i_buffer_print(b, "\n");
    json_array_foreach ((json_t *)kiln_i_tree_at(result, "entries"), i, item) entry(item, b);
    kiln_i_buffer_print(b, "\nvalues in expressions are in J/mol unless a unit is written\n");
    database_line(root, b);
}

static void render_phase_csv(const json_t *root, kiln_i_buffer *b)
{
    static const char *const keys[] = {"name",   "kind",       "value",      "per",         "scale",
                                       "T_K",    "value_at_T", "sigma_at_T", "sigma_J_mol", "sigma_T_J_molK",
                                       "status", "source_key", "source",     "doi",         "file",
                                       "line"};
    csv_list(kiln_i_tree_at(root, "result/entries"), keys, sizeof keys / sizeof *keys, b);
}

static void render_function(const json_t *root, kiln_i_buffer *b)
{
    char text[1200];
    size_t i;
    json_t *value;
    const json_t *result = kiln_i_tree_at(root, "result");
    kiln_i_buffer_print(b, "%s  %s\n", kiln_i_tree_string(result, "name"), kiln_i_tree_string(result, "formula"));
    kiln_i_text_line(b, "value", kiln_i_tree_string(result, "value"));
    snprintf(text, sizeof text, "%s, near %.0f K", kiln_i_tree_string(result, "expression"),
             kiln_i_tree_number(result, "expression_T_K"));
    kiln_i_text_line(b, "that is", text);
    snprintf(text, sizeof text, kiln_i_tree_has(result, "valid_to_K") ? "%.2f K to %.2f K" : "from %.2f K",
             kiln_i_tree_number(result, "valid_from_K"), kiln_i_tree_number(result, "valid_to_K"));
    kiln_i_text_line(b, "validity", text);
    sigma_text(result, text, sizeof text);
    kiln_i_text_line(b, "uncertainty", text);
    kiln_i_text_line(b, "status", kiln_i_tree_string(result, "status"));
    if (kiln_i_tree_has(result, "source")) kiln_i_text_line(b, "source", kiln_i_tree_string(result, "source"));
    if (kiln_i_tree_has(result, "doi")) kiln_i_text_line(b, "doi", kiln_i_tree_string(result, "doi"));
    if (kiln_i_tree_has(result, "note")) kiln_i_text_line(b, "note", kiln_i_tree_string(result, "note"));
    snprintf(text, sizeof text, "%s:%.0f", kiln_i_tree_string(result, "file"), kiln_i_tree_number(result, "line"));
    kiln_i_text_line(b, "defined", text);
    kiln_i_buffer_print(b, "\n%9s %9s %14s %12s %12s\n", "°C", "K", "G, J/mol", "S, J/mol/K", "Cp, J/mol/K");
    json_array_foreach ((json_t *)kiln_i_tree_at(result, "values"), i, value)
        kiln_i_buffer_print(b, "%8.2f %9.2f %14.1f %12.3f %12.3f\n", kiln_i_celsius(kiln_i_tree_number(value, "T_K")),
                            kiln_i_tree_number(value, "T_K"), kiln_i_tree_number(value, "G_J_mol"),
                            kiln_i_tree_number(value, "S_J_molK"), kiln_i_tree_number(value, "Cp_J_molK"));
    kiln_i_buffer_print(b, "\n");
    database_line(root, b);
}

static void render_function_csv(const json_t *root, kiln_i_buffer *b)
{
    static const char *const keys[] = {"T_K", "G_J_mol", "S_J_molK", "Cp_J_molK"};
    csv_list(kiln_i_tree_at(root, "result/values"), keys, sizeof keys / sizeof *keys, b);
}

static void render_check(const json_t *root, kiln_i_buffer *b)
{
    char text[1024];
    size_t i;
    json_t *item;
    const json_t *result = kiln_i_tree_at(root, "result");
    json_array_foreach ((json_t *)kiln_i_tree_at(result, "findings"), i, item) {
        snprintf(text, sizeof text, "%s:%.0f:%.0f: %s: %s", kiln_i_tree_string(item, "file"), kiln_i_tree_number(item, "line"),
                 kiln_i_tree_number(item, "column"), kiln_i_tree_string(item, "severity"), kiln_i_tree_string(item, "text"));
        kiln_i_buffer_wrap(b, text, 0, 4);
    }
    kiln_i_buffer_print(b, "%.0f errors, %.0f warnings, %.0f notes; %.0f of %.0f values are estimates\n",
                        kiln_i_tree_number(result, "errors"), kiln_i_tree_number(result, "warnings"),
                        kiln_i_tree_number(result, "notes"), kiln_i_tree_number(result, "estimated"),
                        kiln_i_tree_number(result, "values"));
    database_line(root, b);
}

static void render_check_csv(const json_t *root, kiln_i_buffer *b)
{
    static const char *const keys[] = {"severity", "kind", "file", "line", "column", "text"};
    csv_list(kiln_i_tree_at(root, "result/findings"), keys, sizeof keys / sizeof *keys, b);
}

const kiln_i_report_kind kiln_i_kind_database = {"kiln.database/1", render_list, render_list_csv};
const kiln_i_report_kind kiln_i_kind_phase = {"kiln.phase/1", render_phase, render_phase_csv};
const kiln_i_report_kind kiln_i_kind_function = {"kiln.function/1", render_function, render_function_csv};
const kiln_i_report_kind kiln_i_kind_check = {"kiln.check/1", render_check, render_check_csv};
