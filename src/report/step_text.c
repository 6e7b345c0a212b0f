#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { VALENCES_SHOWN = 3, PHASES_COLUMN = 38 };

/* A charge that moves by less over the whole range is one number, not a column. */
#define VALENCE_MOVES 0.005

static int has_failed(const json_t *row) { return kiln_i_tree_has(row, "failed"); }

/* The first row with an equilibrium, NULL without one. */
static const json_t *first_usable(const json_t *rows)
{
    size_t i;
    json_t *row;
    json_array_foreach ((json_t *)rows, i, row)
        if (!has_failed(row)) return row;
    return NULL;
}

/* Elements whose mean charge changes, in `names`; their number. */
static int moving_valences(const json_t *rows, const char *names[VALENCES_SHOWN])
{
    const char *element;
    json_t *value, *row;
    size_t i;
    int n = 0;
    json_object_foreach ((json_t *)kiln_i_tree_at(first_usable(rows), "valence"), element, value) {
        double low = json_number_value(value), high = low;
        json_array_foreach ((json_t *)rows, i, row) {
            if (has_failed(row)) continue;
            const double v = kiln_i_tree_number(kiln_i_tree_at(row, "valence"), element);
            low = fmin(low, v);
            high = fmax(high, v);
        }
        if (high - low > VALENCE_MOVES && n < VALENCES_SHOWN) names[n++] = element;
    }
    return n;
}

static void render_row(const json_t *row, const char *const *moving, int n_moving, kiln_i_buffer *b)
{
    char text[1024] = "";
    size_t i, used = 0;
    json_t *phase;
    const double T_K = kiln_i_tree_number(row, "T_K");
    kiln_i_buffer_print(b, "%9.2f %8.2f%s", kiln_i_celsius(T_K), T_K,
                        kiln_i_tree_number(row, "extrapolated_K") > 0.0 ? "*" : " ");
    if (has_failed(row)) {
        kiln_i_buffer_print(b, "  ");
        snprintf(text, sizeof text, "no result: %s", kiln_i_tree_string(row, "failed"));
        kiln_i_buffer_wrap(b, text, 21, 23);
        return;
    }
    kiln_i_buffer_print(b, "%8.3f %7.4f", kiln_i_text_no_minus(kiln_i_tree_number(row, "mass_change_percent"), 5e-4),
                        kiln_i_tree_number(row, "oxygen_per_cation"));
    for (int m = 0; m < n_moving; ++m)
        kiln_i_buffer_print(b, " %+6.3f", kiln_i_tree_number(kiln_i_tree_at(row, "valence"), moving[m]));
    kiln_i_buffer_print(b, "   ");
    json_array_foreach ((json_t *)kiln_i_tree_at(row, "phases"), i, phase) {
        const double percent = 100.0 * kiln_i_tree_number(phase, "mass_fraction");
        if (used >= sizeof text) break;
        used += (size_t)snprintf(text + used, sizeof text - used, percent < 0.05 ? "%s%s trace" : "%s%s %.1f", i ? ", " : "",
                                 kiln_i_tree_string(phase, "label"), percent);
    }
    const int column = PHASES_COLUMN + 7 * n_moving;
    kiln_i_buffer_wrap(b, text, column, column);
}

static void labels_text(const json_t *phases, char *out, size_t size)
{
    size_t i, used = 0;
    json_t *phase;
    out[0] = '\0';
    json_array_foreach ((json_t *)phases, i, phase)
        if (used < size)
            used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", kiln_i_tree_string(phase, "label"));
}

/* "869.3 °C (1142.4 K): cubic spinel leaves, rock salt appears", one line each. */
static void render_transitions(const json_t *transitions, kiln_i_buffer *b)
{
    size_t i;
    json_t *change;
    char leaves[256], appears[256], text[640];
    json_array_foreach ((json_t *)transitions, i, change) {
        const double T_K = kiln_i_tree_number(change, "T_K");
        labels_text(kiln_i_tree_at(change, "leaves"), leaves, sizeof leaves);
        labels_text(kiln_i_tree_at(change, "appears"), appears, sizeof appears);
        snprintf(text, sizeof text, "%.1f °C (%.1f K): %s%s%s%s%s", kiln_i_celsius(T_K), T_K, *leaves ? "- " : "", leaves,
                 *leaves && *appears ? "; " : "", *appears ? "+ " : "", appears);
        kiln_i_text_line(b, i ? "" : "changes", text);
    }
}

static void render_failures(const json_t *result, kiln_i_buffer *b)
{
    char text[256];
    const json_t *usable = kiln_i_tree_at(result, "usable_K");
    const double failed = kiln_i_tree_number(result, "failed_rows"), first_K = json_number_value(json_array_get(usable, 0)),
                 last_K = json_number_value(json_array_get(usable, 1));
    if (!(failed > 0.0)) return;
    snprintf(text, sizeof text, "%.0f temperature%s without a result; usable from %.2f °C to %.2f °C (%.2f K to %.2f K)", failed,
             failed > 1.0 ? "s" : "", kiln_i_celsius(first_K), kiln_i_celsius(last_K), first_K, last_K);
    kiln_i_text_line(b, "usable", text);
}

/* The cations of one phase, a line for each temperature at which it is stable. */
static void render_compositions(const json_t *root, kiln_i_buffer *b)
{
    kiln_i_step_column column;
    const char *symbol[KILN_MAX_COMPONENTS];
    size_t i;
    json_t *row;
    if (!kiln_i_step_followed(root, &column)) return;
    const char *label = kiln_i_tree_string(root, "input/compositions_of/label");
    const int n = kiln_i_step_cations(root, &column, symbol);
    if (n == 0) {
        kiln_i_buffer_print(b, "%s is stable at none of these temperatures\n\n", label);
        return;
    }
    kiln_i_buffer_print(b, "%s: share of the cations\n%*s°C %8s ", label, 7, "", "K");
    for (int k = 0; k < n; ++k) kiln_i_buffer_print(b, " %6s", symbol[k]);
    kiln_i_buffer_print(b, "\n");
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/rows"), i, row) {
        const json_t *phase = kiln_i_step_instance(row, &column);
        if (!phase) continue;
        const double T_K = kiln_i_tree_number(row, "T_K");
        kiln_i_buffer_print(b, "%9.2f %8.2f ", kiln_i_celsius(T_K), T_K);
        for (int k = 0; k < n; ++k) kiln_i_buffer_print(b, " %6.4f", kiln_i_step_share(phase, n, symbol, k));
        kiln_i_buffer_print(b, "\n");
    }
    kiln_i_buffer_print(b, "\n");
}

static void render_text(const json_t *root, kiln_i_buffer *b)
{
    const char *moving[VALENCES_SHOWN];
    size_t i;
    json_t *row;
    int extrapolated = 0;
    const json_t *result = kiln_i_tree_at(root, "result"), *rows = kiln_i_tree_at(result, "rows");
    const int n = moving_valences(rows, moving);
    kiln_i_text_heading(root, b);
    kiln_i_buffer_print(b, "\n%*s°C %8s %8s %7s", 7, "", "K", "mass, %", "O/M");
    for (int m = 0; m < n; ++m) kiln_i_buffer_print(b, " %6s", moving[m]);
    kiln_i_buffer_print(b, "   phases, wt %%\n");
    json_array_foreach ((json_t *)rows, i, row) {
        render_row(row, moving, n, b);
        extrapolated |= kiln_i_tree_number(row, "extrapolated_K") > 0.0;
    }
    kiln_i_buffer_print(b, "\n");
    render_compositions(root, b);
    render_failures(result, b);
    render_transitions(kiln_i_tree_at(result, "transitions"), b);
    kiln_i_text_line(b, "mass", "change relative to the first temperature, oxygen and other gases exchanged freely");
    if (n > 0) kiln_i_text_line(b, "charges", "columns named after an element are its mean charge over all phases");
    if (extrapolated)
        kiln_i_text_line(b, "*", "extrapolated: a function of a stable phase is used outside its stated validity there");
    kiln_i_text_sources(kiln_i_tree_at(result, "sources"), b);
    kiln_i_text_footing(root, b);
}

static void csv_header(const json_t *rows, const kiln_i_step_column *columns, int n, kiln_i_buffer *b)
{
    const char *element;
    json_t *value;
    char name[256];
    const json_t *valence = kiln_i_tree_at(first_usable(rows), "valence");
    kiln_i_buffer_print(b, "T_C,T_K,failed,mass_change_percent,oxygen_per_cation,extrapolated_K");
    json_object_foreach ((json_t *)valence, element, value) kiln_i_buffer_print(b, ",valence_%s", element);
    for (int c = 0; c < n; ++c) {
        int used = snprintf(name, sizeof name, "%s", columns[c].phase);
        if (columns[c].instance > 0 && used < (int)sizeof name)
            snprintf(name + used, sizeof name - (size_t)used, "#%d", columns[c].instance + 1);
        kiln_i_buffer_print(b, ",%s_mol,%s_mass_fraction", name, name);
        json_object_foreach ((json_t *)valence, element, value) kiln_i_buffer_print(b, ",%s_x_%s", name, element);
    }
    kiln_i_csv_end(b);
}

/* Fields of a failed row stay empty; `like` is a row with an equilibrium, for their number. */
static void csv_row(const json_t *row, const json_t *like, const kiln_i_step_column *columns, int n, kiln_i_buffer *b)
{
    const char *element;
    json_t *value;
    const json_t *valence = kiln_i_tree_at(like, "valence");
    const int failed = has_failed(row);
    kiln_i_csv_temperature(b, row, "T_K");
    kiln_i_csv_text(b, kiln_i_tree_string(row, "failed"));
    kiln_i_csv_number(b, row, "mass_change_percent");
    kiln_i_csv_number(b, row, "oxygen_per_cation");
    kiln_i_csv_number(b, row, "extrapolated_K");
    json_object_foreach ((json_t *)valence, element, value) kiln_i_csv_number(b, kiln_i_tree_at(row, "valence"), element);
    for (int c = 0; c < n; ++c) {
        const json_t *phase = kiln_i_step_instance(row, &columns[c]);
        if (failed) {
            kiln_i_csv_number(b, NULL, "amount_mol");
            kiln_i_csv_number(b, NULL, "mass_fraction");
        } else {
            kiln_i_csv_value(b, kiln_i_tree_number(phase, "amount_mol"));
            kiln_i_csv_value(b, kiln_i_tree_number(phase, "mass_fraction"));
        }
        json_object_foreach ((json_t *)valence, element, value)
            kiln_i_csv_number(b, kiln_i_tree_at(phase, "composition"), element);
    }
    kiln_i_csv_end(b);
}

static void render_csv(const json_t *root, kiln_i_buffer *b)
{
    size_t i;
    json_t *row;
    kiln_i_step_column columns[KILN_STEP_COLUMNS];
    const json_t *rows = kiln_i_tree_at(root, "result/rows");
    const int n = kiln_i_step_columns(rows, columns);
    csv_header(rows, columns, n, b);
    json_array_foreach ((json_t *)rows, i, row) csv_row(row, first_usable(rows), columns, n, b);
}

const kiln_i_report_kind kiln_i_kind_step = {"kiln.step/1", render_text, render_csv};
