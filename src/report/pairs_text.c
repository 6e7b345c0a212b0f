#include "report/report.h"

#include <stdio.h>
#include <string.h>

enum { LINE = 512, SOURCE_COLUMN = 52 };

static void pair_text(const json_t *pair, kiln_i_buffer *b)
{
    char line[LINE], value[32] = "-", sigma[32] = "-";
    if (kiln_i_tree_has(pair, "L0_J_mol"))
        snprintf(value, sizeof value, "%.3f", kiln_i_text_no_minus(kiln_i_tree_number(pair, "L0_J_mol") / 1000.0, 0.0005));
    if (kiln_i_tree_has(pair, "sigma_J_mol"))
        snprintf(sigma, sizeof sigma, "%.3f", kiln_i_tree_number(pair, "sigma_J_mol") / 1000.0);
    snprintf(line, sizeof line, "%.40s - %.40s", kiln_i_tree_string(pair, "a"), kiln_i_tree_string(pair, "b"));
    const char *kind = kiln_i_tree_string(pair, "kind"), *status = kiln_i_tree_string(pair, "status");
    kiln_i_buffer_print(b, "  %-18s %10s %8s%c %-11s", line, value, sigma, kiln_i_tree_is(pair, "estimated") ? '*' : ' ', status);
    const double higher = kiln_i_tree_number(pair, "higher_orders");
    line[0] = '\0';
    if (kiln_i_tree_has(pair, "estimate")) snprintf(line, sizeof line, "%.256s; ", kiln_i_tree_string(pair, "estimate"));
    else if (strcmp(kind, "given") != 0) snprintf(line, sizeof line, "%s; ", kind);
    if (higher > 0.0) snprintf(line + strlen(line), sizeof line - strlen(line), "%.0f of higher order; ", higher);
    snprintf(line + strlen(line), sizeof line - strlen(line), "%s",
             kiln_i_tree_has(pair, "source_key") ? kiln_i_tree_string(pair, "source_key") : "no source");
    kiln_i_buffer_print(b, " ");
    kiln_i_buffer_wrap(b, line, SOURCE_COLUMN + 2, SOURCE_COLUMN + 2);
}

static int is_known(const json_t *pairs, size_t last, const char *key)
{
    for (size_t i = 0; i < last; ++i)
        if (strcmp(kiln_i_tree_string(json_array_get(pairs, i), "source_key"), key) == 0) return 1;
    return 0;
}

/* Each source once, in the order of the pairs. */
static void sources_text(const json_t *pairs, kiln_i_buffer *b)
{
    char line[LINE];
    size_t i;
    json_t *pair;
    int is_first = 1;
    json_array_foreach ((json_t *)pairs, i, pair) {
        const char *key = kiln_i_tree_string(pair, "source_key"), *doi = kiln_i_tree_string(pair, "doi");
        if (!*key || is_known(pairs, i, key)) continue;
        snprintf(line, sizeof line, "%.60s: %.380s%s%.60s", key, kiln_i_tree_string(pair, "source"), *doi ? ", doi:" : "", doi);
        kiln_i_text_line(b, is_first ? "sources" : "", line);
        is_first = 0;
    }
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    char line[LINE];
    size_t i;
    json_t *item;
    const json_t *result = kiln_i_tree_at(root, "result"), *pairs = kiln_i_tree_at(result, "pairs");
    const double T_K = kiln_i_tree_number(root, "input/T_K");
    kiln_i_buffer_print(b, "pair interactions in %s at %.2f °C (%.2f K)\n", kiln_i_tree_string(result, "label"),
                        kiln_i_celsius(T_K), T_K);
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "database/changes"), i, item)
        kiln_i_text_line(b, i ? "" : "what if", json_string_value(item));
    kiln_i_buffer_print(b, "\n  %-18s %10s %8s  %-11s source\n", "pair", "L0, kJ/mol", "sigma", "status");
    json_array_foreach ((json_t *)pairs, i, item) pair_text(item, b);
    kiln_i_buffer_print(b, "\n");
    snprintf(line, sizeof line, "k%s: E = y_a y_b L0 on sublattice %s, %.4g sites per formula",
             kiln_i_tree_string(result, "basis"), kiln_i_tree_string(result, "sublattice"),
             kiln_i_tree_number(result, "sites_per_formula"));
    kiln_i_text_line(b, "L0", line);
    snprintf(line, sizeof line, "%.0f of %d pairs, marked *", kiln_i_tree_number(result, "estimated"),
             (int)json_array_size(pairs));
    if (kiln_i_tree_number(result, "estimated") > 0.0) kiln_i_text_line(b, "estimated", line);
    sources_text(pairs, b);
    kiln_i_text_database(root, b);
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *pair;
    kiln_i_buffer_print(b, "a,b,kind,L0_J_mol,sigma_J_mol,estimated,higher_orders,status,source_key,source,doi,estimate\n");
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/pairs"), i, pair) {
        static const char *const texts[] = {"status", "source_key", "source", "doi", "estimate"};
        kiln_i_csv_text(b, kiln_i_tree_string(pair, "a"));
        kiln_i_csv_text(b, kiln_i_tree_string(pair, "b"));
        kiln_i_csv_text(b, kiln_i_tree_string(pair, "kind"));
        kiln_i_csv_number(b, pair, "L0_J_mol");
        kiln_i_csv_number(b, pair, "sigma_J_mol");
        kiln_i_csv_text(b, kiln_i_tree_is(pair, "estimated") ? "yes" : "no");
        kiln_i_csv_number(b, pair, "higher_orders");
        for (size_t k = 0; k < sizeof texts / sizeof *texts; ++k) kiln_i_csv_text(b, kiln_i_tree_string(pair, texts[k]));
        kiln_i_csv_end(b);
    }
}

const kiln_i_report_kind kiln_i_kind_pairs = {"kiln.diagram.pairs/1", render_text, render_csv};
