#include "report/figure.h"

#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Styles that are dark enough for a line on white, in turn. */
static const int LINES[] = {1, 0, 3, 6, 7, 9, 5};
enum { N_LINES = sizeof LINES / sizeof *LINES, LIMITS = 1 };

static kiln_i_series *add_curve(kiln_i_figure *f, kiln_i_panel *panel, const json_t *curve, int index, const char *name)
{
    size_t i;
    json_t *point;
    kiln_i_series *line = kiln_i_figure_series(f, panel, KILN_I_SERIES_LINE, LINES[index % N_LINES], name);
    if (!line) return NULL;
    line->is_dashed = index % 2;
    json_array_foreach ((json_t *)kiln_i_tree_at(curve, "points"), i, point)
        kiln_i_figure_add(f, line, kiln_i_tree_number(point, "x"), kiln_i_tree_number(point, "entropy_R"), 0.0);
    return line;
}

static void add_maximum(kiln_i_figure *f, kiln_i_panel *panel, const json_t *curve, int index)
{
    kiln_i_series *point = kiln_i_figure_series(f, panel, KILN_I_SERIES_POINTS, LINES[index % N_LINES], "");
    kiln_i_figure_add(f, point, kiln_i_tree_number(curve, "maximum/x"), kiln_i_tree_number(curve, "maximum/entropy_R"), 0.0);
}

static void add_class(kiln_i_figure *f, kiln_i_panel *panel, const char *name, double y)
{
    kiln_i_figure_label *label = kiln_i_figure_label_at(f, panel, 0.985, y, name);
    if (label) label->anchor = KILN_I_LABEL_RIGHT;
}

/* A line where a class begins, if it is in sight. */
static void add_limit(kiln_i_figure *f, kiln_i_panel *panel, double limit_R)
{
    if (limit_R > panel->y.high) return;
    kiln_i_series *line = kiln_i_figure_series(f, panel, KILN_I_SERIES_LINE, LIMITS, "");
    if (!line) return;
    line->is_thin = 1;
    kiln_i_figure_add(f, line, 0.0, limit_R, 0.0);
    kiln_i_figure_add(f, line, 1.0, limit_R, 0.0);
}

static double largest(const json_t *curves)
{
    double most = 0.0;
    size_t i;
    json_t *curve;
    json_array_foreach ((json_t *)curves, i, curve) most = fmax(most, kiln_i_tree_number(curve, "maximum/entropy_R"));
    return most;
}

static void add_classes(kiln_i_figure *f, kiln_i_panel *panel, const json_t *result)
{
    const double medium_R = kiln_i_tree_number(result, "classes/medium_from_R"),
                 high_R = kiln_i_tree_number(result, "classes/high_from_R"), above = 0.035 * panel->y.high;
    add_limit(f, panel, medium_R);
    add_limit(f, panel, high_R);
    if (medium_R < panel->y.high) add_class(f, panel, "low", medium_R - above);
    if (medium_R + 2.0 * above < panel->y.high) add_class(f, panel, "medium", medium_R + above);
    if (high_R + 2.0 * above < panel->y.high) add_class(f, panel, "high", high_R + above);
}

static void draw_components(kiln_i_figure *f, kiln_i_panel *panel, const json_t *curves)
{
    size_t i;
    json_t *curve;
    char name[64];
    snprintf(f->title, sizeof f->title, "ideal mixing of N components");
    snprintf(f->subtitle, sizeof f->subtitle, "the others in equal shares; marked: ln N, at x = 1/N");
    snprintf(panel->x.label, sizeof panel->x.label, "fraction of one component, x");
    json_array_foreach ((json_t *)curves, i, curve) {
        const double n = kiln_i_tree_number(curve, "components");
        snprintf(name, sizeof name, "N = %.0f: %.3f R", n, kiln_i_tree_number(curve, "maximum/entropy_R"));
        add_curve(f, panel, curve, (int)i, name);
        add_maximum(f, panel, curve, (int)i);
    }
}

static void draw_composition(kiln_i_figure *f, kiln_i_panel *panel, const json_t *result)
{
    size_t i;
    json_t *curve;
    const char *cation = kiln_i_tree_string(result, "cation");
    const double x = kiln_i_tree_number(result, "composition/x");
    snprintf(f->subtitle, sizeof f->subtitle, "x of %s on its sublattice, the others there kept in ratio", cation);
    snprintf(panel->x.label, sizeof panel->x.label, "fraction of %s, x", cation);
    json_array_foreach ((json_t *)kiln_i_tree_at(result, "curves"), i, curve) {
        const int is_per_site = strcmp(kiln_i_tree_string(curve, "basis"), "per_site") == 0;
        add_curve(f, panel, curve, (int)i, is_per_site ? "per mole of sites" : "per mole of mixing cations");
        add_maximum(f, panel, curve, (int)i);
    }
    kiln_i_figure_mark(f, panel, x);
    snprintf(f->marks_name, sizeof f->marks_name, "as written, x = %.3g", x);
}

void kiln_i_entropy_figure(const json_t *root, kiln_i_figure *f)
{
    const json_t *result = kiln_i_tree_at(root, "result"), *curves = kiln_i_tree_at(result, "curves");
    kiln_i_panel *panel = kiln_i_figure_panel(f, 0.65);
    panel->x.high = 1.0;
    panel->y = (kiln_i_axis){.label = "configurational entropy / R", .high = fmax(1.08 * largest(curves), 0.1)};
    add_classes(f, panel, result);
    if (kiln_i_tree_has(root, "input/formula")) draw_composition(f, panel, result);
    else draw_components(f, panel, curves);
}
