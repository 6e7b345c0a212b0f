#include "report/figure.h"

#include "core/context.h"
#include "report/report.h"

#include <math.h>
#include <stdio.h>

/* Styles of the theme that tell apart without colour what is drawn here. */
enum { LOW_END = 0, HIGH_END = 2, SAMPLES = 1, FIRST_ORDER = 3, FIRINGS = 9 };

/* The 68 % interval of an end as a bar over the whole height, if some of it is to be seen. */
static void add_end(kiln_i_figure *f, kiln_i_panel *panel, const json_t *end, int style, const char *name)
{
    if (!end || json_is_null(end)) return;
    if (kiln_i_celsius(kiln_i_tree_number(end, "p16_K")) > panel->x.high ||
        kiln_i_celsius(kiln_i_tree_number(end, "p84_K")) < panel->x.low)
        return;
    kiln_i_series *bar = kiln_i_figure_series(f, panel, KILN_I_SERIES_AREA, style, name);
    if (!bar) return;
    bar->is_pale = 1;
    kiln_i_figure_add(f, bar, kiln_i_celsius(kiln_i_tree_number(end, "p16_K")), 0.0, 1.0);
    kiln_i_figure_add(f, bar, kiln_i_celsius(kiln_i_tree_number(end, "p84_K")), 0.0, 1.0);
}

static void add_band(kiln_i_figure *f, kiln_i_panel *panel, const json_t *curve)
{
    size_t i;
    json_t *p;
    kiln_i_series *band = kiln_i_figure_series(f, panel, KILN_I_SERIES_AREA, SAMPLES, "± 2 standard errors");
    if (!band) return;
    band->is_pale = 1;
    json_array_foreach ((json_t *)curve, i, p) {
        const double value = kiln_i_tree_number(p, "probability"), error = 2.0 * kiln_i_tree_number(p, "standard_error");
        kiln_i_figure_add(f, band, kiln_i_celsius(kiln_i_tree_number(p, "T_K")), fmax(0.0, value - error),
                          fmin(1.0, value + error));
    }
}

static void add_line(kiln_i_figure *f, kiln_i_panel *panel, const json_t *curve, const char *key, int style, int is_dashed,
                     const char *name)
{
    size_t i;
    json_t *p;
    kiln_i_series *line = kiln_i_figure_series(f, panel, KILN_I_SERIES_LINE, style, name);
    if (!line) return;
    line->is_dashed = is_dashed;
    json_array_foreach ((json_t *)curve, i, p)
        if (kiln_i_tree_has(p, key))
            kiln_i_figure_add(f, line, kiln_i_celsius(kiln_i_tree_number(p, "T_K")), kiln_i_tree_number(p, key), 0.0);
}

/* The answer stands in the legend, where nothing can lie over it. */
static void add_at(kiln_i_figure *f, kiln_i_panel *panel, const json_t *at)
{
    if (!at || json_is_null(at)) return;
    const double T_C = kiln_i_celsius(kiln_i_tree_number(at, "T_K")), P = kiln_i_tree_number(at, "probability");
    kiln_i_series *point = kiln_i_figure_series(f, panel, KILN_I_SERIES_POINTS, SAMPLES, "");
    kiln_i_figure_add(f, point, T_C, P, 0.0);
    kiln_i_figure_mark(f, panel, T_C);
    snprintf(f->marks_name, sizeof f->marks_name, "P = %.2f at %.0f °C", P, T_C);
}

static void add_firings(kiln_i_figure *f, kiln_i_panel *panel, const json_t *firings, const char *outcome, double y, int style,
                        const char *name)
{
    size_t i;
    json_t *o;
    kiln_i_series *points = NULL;
    json_array_foreach ((json_t *)firings, i, o) {
        const char *seen = kiln_i_tree_string(o, "outcome");
        if (*seen != *outcome) continue;
        if (!points) points = kiln_i_figure_series(f, panel, KILN_I_SERIES_POINTS, style, name);
        kiln_i_figure_add(f, points, kiln_i_celsius(kiln_i_tree_number(o, "T_K")), y, 0.0);
    }
}

static void set_range(kiln_i_figure *f, kiln_i_panel *panel, const json_t *result)
{
    size_t i;
    json_t *p;
    double low = INFINITY, high = -INFINITY;
    json_array_foreach ((json_t *)kiln_i_tree_at(result, "curve"), i, p) {
        low = fmin(low, kiln_i_celsius(kiln_i_tree_number(p, "T_K")));
        high = fmax(high, kiln_i_celsius(kiln_i_tree_number(p, "T_K")));
    }
    if (kiln_i_tree_has(result, "at")) {
        low = fmin(low, kiln_i_celsius(kiln_i_tree_number(result, "at/T_K")));
        high = fmax(high, kiln_i_celsius(kiln_i_tree_number(result, "at/T_K")));
    }
    if (!(low <= high)) f->status = kiln_i_fail(f->ctx, KILN_E_RANGE, "no temperature of the curve lies within the search range");
    panel->x.low = high > low ? low : low - 10.0;
    panel->x.high = high > low ? high : high + 10.0;
}

void kiln_i_risk_figure(const json_t *root, kiln_i_figure *f)
{
    const json_t *result = kiln_i_tree_at(root, "result"), *curve = kiln_i_tree_at(result, "curve");
    kiln_i_panel *panel = kiln_i_figure_panel(f, 0.6);
    panel->x = (kiln_i_axis){.label = "temperature (°C)", .is_celsius = 1};
    panel->y = (kiln_i_axis){.high = 1.0};
    snprintf(panel->y.label, sizeof panel->y.label, "P(%.200s alone)", kiln_i_tree_string(result, "label"));
    set_range(f, panel, result);
    add_end(f, panel, kiln_i_tree_at(result, "low"), LOW_END, "low end (68 %)");
    add_end(f, panel, kiln_i_tree_at(result, "high"), HIGH_END, "high end (68 %)");
    add_band(f, panel, curve);
    add_line(f, panel, curve, "probability", SAMPLES, 0, "samples");
    if (kiln_i_tree_has(json_array_get(curve, 0), "first_order"))
        add_line(f, panel, curve, "first_order", FIRST_ORDER, 1, "first order");
    add_firings(f, panel, kiln_i_tree_at(result, "observations"), "single", 0.97, SAMPLES, "fired: one phase");
    add_firings(f, panel, kiln_i_tree_at(result, "observations"), "multi", 0.03, FIRINGS, "fired: several phases");
    add_at(f, panel, kiln_i_tree_at(result, "at"));
}
