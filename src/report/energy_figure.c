#include "report/figure.h"

#include "core/context.h"
#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Competitors that are drawn, the nearest first. */
enum { CURVES = 6 };
/* No line of one panel looks like one of the other. */
static const struct {
    int style, is_dashed;
} looks[CURVES] = {{7, 0}, {0, 1}, {5, 0}, {1, 1}, {9, 0}, {6, 0}};
#define NOTHING 0.005 /* kJ/mol: a line of less is not drawn */

typedef struct axis {
    int is_x; /* against a fraction */
    double low, high;
} axis;

static double position(const axis *a, const json_t *item)
{
    return a->is_x ? kiln_i_tree_number(item, "x") : kiln_i_celsius(kiln_i_tree_number(item, "T_K"));
}

static axis find_axis(const json_t *root)
{
    axis a = {kiln_i_tree_has(root, "input/varied"), INFINITY, -INFINITY};
    size_t i;
    json_t *row;
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/rows"), i, row) {
        a.low = fmin(a.low, position(&a, row));
        a.high = fmax(a.high, position(&a, row));
    }
    return a;
}

static void set_axis(const axis *a, const json_t *root, kiln_i_panel *panel, const char *label)
{
    panel->x = (kiln_i_axis){.is_celsius = !a->is_x, .low = a->low, .high = a->high};
    if (a->is_x) snprintf(panel->x.label, sizeof panel->x.label, "fraction of %s, x", kiln_i_tree_string(root, "input/varied"));
    else snprintf(panel->x.label, sizeof panel->x.label, "temperature (°C)");
    snprintf(panel->y.label, sizeof panel->y.label, "%s", label);
}

static void add_zero(kiln_i_figure *f, kiln_i_panel *panel, const axis *a)
{
    kiln_i_series *zero = kiln_i_figure_series(f, panel, KILN_I_SERIES_LINE, 1, "");
    if (!zero) return;
    zero->is_thin = 1;
    kiln_i_figure_add(f, zero, a->low, 0.0, 0.0);
    kiln_i_figure_add(f, zero, a->high, 0.0, 0.0);
}

/* ---- The budget ---- */

static double largest(const json_t *rows, const char *key)
{
    double most = 0.0;
    size_t i;
    json_t *row;
    json_array_foreach ((json_t *)rows, i, row)
        most = fmax(most, fabs(kiln_i_tree_number(kiln_i_tree_at(row, "energy_budget"), key)) / 1000.0);
    return most;
}

static void add_energy(kiln_i_figure *f, kiln_i_panel *panel, const axis *a, const json_t *rows, const char *key, int style,
                       int is_dashed, const char *name)
{
    size_t i;
    json_t *row;
    kiln_i_series *line = largest(rows, key) > NOTHING ? kiln_i_figure_series(f, panel, KILN_I_SERIES_LINE, style, name) : NULL;
    if (!line) return;
    line->is_dashed = is_dashed;
    line->is_labelled = 1;
    json_array_foreach ((json_t *)rows, i, row) {
        const json_t *value = kiln_i_tree_at(kiln_i_tree_at(row, "energy_budget"), key);
        if (json_is_number(value)) kiln_i_figure_add(f, line, position(a, row), json_number_value(value) / 1000.0, 0.0);
        else kiln_i_figure_break(f, line);
    }
}

static void add_budget(kiln_i_figure *f, const json_t *root, const axis *a)
{
    const json_t *rows = kiln_i_tree_at(root, "result/rows");
    kiln_i_panel *panel = kiln_i_figure_panel(f, 0.5);
    set_axis(a, root, panel, "kJ per mole of cations");
    add_zero(f, panel, a);
    add_energy(f, panel, a, rows, "transfer_J_mol", 0, 0, "transfer");
    add_energy(f, panel, a, rows, "excess_J_mol", 3, 1, "pair interactions");
    add_energy(f, panel, a, rows, "minus_TS_conf_J_mol", 6, 1, "\xe2\x88\x92T S");
    add_energy(f, panel, a, rows, largest(rows, "dG_J_mol") > 0.0 ? "dG_J_mol" : "mixing_J_mol", 1, 0, "sum");
}

/* ---- Driving forces ---- */

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Around zero, where windows end: what few rows have, as the ends of a fraction, does not set the scale. */
static void set_force_range(kiln_i_figure *f, kiln_i_panel *panel, const json_t *rows)
{
    size_t i, n = 0;
    json_t *row;
    double *least = kiln_i_calloc(f->ctx, json_array_size(rows) + 1, sizeof *least);
    if (!least) {
        f->status = kiln_i_fail(f->ctx, KILN_E_NOMEM, "figure");
        return;
    }
    json_array_foreach ((json_t *)rows, i, row)
        if (kiln_i_tree_has(row, "limited_by")) least[n++] = kiln_i_tree_number(row, "least_driving_force_J_mol") / 1000.0;
    qsort(least, n, sizeof *least, by_value);
    const double low = n ? fmin(least[n / 10], 0.0) : 0.0, high = n ? fmax(least[n - 1 - n / 10], 0.0) : 0.0,
                 span = fmax(high - low, 0.2);
    panel->y.low = low - 0.25 * span;
    panel->y.high = high + span;
    kiln_i_free(f->ctx, least);
}

static void add_force(kiln_i_figure *f, kiln_i_panel *panel, const axis *a, const json_t *rows, const json_t *competitor,
                      size_t index, int drawn)
{
    size_t i;
    json_t *row;
    kiln_i_series *line =
        kiln_i_figure_series(f, panel, KILN_I_SERIES_LINE, looks[drawn].style, kiln_i_tree_string(competitor, "label"));
    if (!line) return;
    line->is_dashed = looks[drawn].is_dashed;
    line->is_labelled = 1;
    json_array_foreach ((json_t *)rows, i, row) {
        const json_t *value = json_array_get(kiln_i_tree_at(row, "driving_forces_J_mol"), index);
        if (json_is_number(value)) kiln_i_figure_add(f, line, position(a, row), json_number_value(value) / 1000.0, 0.0);
        else kiln_i_figure_break(f, line);
    }
}

static void add_forces(kiln_i_figure *f, kiln_i_panel *panel, const axis *a, const json_t *result)
{
    const json_t *competitors = kiln_i_tree_at(result, "competitors");
    int drawn = 0;
    for (size_t c = 0; c < json_array_size(competitors) && drawn < CURVES; ++c) {
        const json_t *competitor = json_array_get(competitors, c);
        if (kiln_i_tree_number(competitor, "least_J_mol") / 1000.0 < panel->y.high)
            add_force(f, panel, a, kiln_i_tree_at(result, "rows"), competitor, c, drawn++);
    }
}

/* Rows where it is not proved that nothing is more stable. */
static void add_open_rows(kiln_i_figure *f, kiln_i_panel *panel, const axis *a, const json_t *rows)
{
    size_t i;
    json_t *row;
    kiln_i_series *points = NULL;
    json_array_foreach ((json_t *)rows, i, row) {
        if (*kiln_i_tree_string(row, "state") != 'o') continue;
        if (!points) points = kiln_i_figure_series(f, panel, KILN_I_SERIES_POINTS, 5, "not certified");
        kiln_i_figure_add(f, points, position(a, row), 0.0, 0.0);
    }
}

static void add_ends(kiln_i_figure *f, kiln_i_panel *budget, kiln_i_panel *panel, const axis *a, const json_t *ends)
{
    size_t i;
    json_t *end;
    char text[64];
    json_array_foreach ((json_t *)ends, i, end) {
        const double at = position(a, end);
        snprintf(text, sizeof text, a->is_x ? "x = %.3f" : "%.0f °C", at);
        kiln_i_series *point = kiln_i_figure_series(f, panel, KILN_I_SERIES_POINTS, 1, text);
        if (point) point->is_labelled = 1;
        kiln_i_figure_add(f, point, at, 0.0, 0.0);
        kiln_i_figure_mark(f, budget, at);
        kiln_i_figure_mark(f, panel, at);
    }
    snprintf(f->marks_name, sizeof f->marks_name, "end of the window");
}

void kiln_i_energy_figure(const json_t *root, kiln_i_figure *f)
{
    const json_t *result = kiln_i_tree_at(root, "result"), *rows = kiln_i_tree_at(result, "rows");
    const axis a = find_axis(root);
    if (!(a.high > a.low)) {
        f->status = kiln_i_fail(f->ctx, KILN_E_ARG, "a diagram of one temperature would be empty: it needs a range");
        return;
    }
    const size_t used = strlen(f->title);
    if (a.is_x)
        snprintf(f->title + used, sizeof f->title - used, ", %s at %.0f °C", kiln_i_tree_string(result, "label"),
                 kiln_i_celsius(kiln_i_tree_number(root, "input/T_K")));
    else snprintf(f->title + used, sizeof f->title - used, ", %s", kiln_i_tree_string(result, "label"));
    add_budget(f, root, &a);
    kiln_i_panel *panel = kiln_i_figure_panel(f, 0.5);
    set_axis(&a, root, panel, "driving force (kJ/mol)");
    set_force_range(f, panel, rows);
    add_zero(f, panel, &a);
    add_forces(f, panel, &a, result);
    add_open_rows(f, panel, &a, rows);
    add_ends(f, &f->panel[0], panel, &a, kiln_i_tree_at(result, "ends"));
}
