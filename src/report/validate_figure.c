#include "report/figure.h"

#include "core/context.h"
#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Styles of the theme that tell apart without colour what is drawn here; of judges in their order. */
enum { FORECASTS = 1 };
static const int judge_style[KILN_N_JUDGES] = {1, 0, 3, 9};

static double at(const json_t *pair, size_t i) { return json_number_value(json_array_get(pair, i)); }

static void add_diagonal(kiln_i_figure *f, kiln_i_panel *panel)
{
    kiln_i_series *line = kiln_i_figure_series(f, panel, KILN_I_SERIES_LINE, 0, "");
    if (line) line->is_thin = 1;
    kiln_i_figure_add(f, line, 0.0, 0.0, 0.0);
    kiln_i_figure_add(f, line, 1.0, 1.0, 0.0);
}

static kiln_i_panel *unit_panel(kiln_i_figure *f, const char *x, const char *y)
{
    kiln_i_panel *panel = kiln_i_figure_panel(f, 0.62);
    panel->x = (kiln_i_axis){.low = 0.0, .high = 1.0};
    panel->y = (kiln_i_axis){.low = 0.0, .high = 1.0};
    snprintf(panel->x.label, sizeof panel->x.label, "%s", x);
    snprintf(panel->y.label, sizeof panel->y.label, "%s", y);
    add_diagonal(f, panel);
    return panel;
}

/* Wilson's intervals as bars, then the shares, then how many rows each stands for. */
static void add_calibration(kiln_i_figure *f, kiln_i_panel *panel, const json_t *bins)
{
    size_t i;
    json_t *bin;
    kiln_i_series *bars = kiln_i_figure_series(f, panel, KILN_I_SERIES_LINE, FORECASTS, "");
    if (bars) bars->is_edge = 1;
    json_array_foreach ((json_t *)bins, i, bin) {
        const json_t *interval = kiln_i_tree_at(bin, "observed_95");
        if (!kiln_i_tree_has(bin, "observed")) continue;
        kiln_i_figure_add(f, bars, kiln_i_tree_number(bin, "mean_probability"), at(interval, 0), 0.0);
        kiln_i_figure_add(f, bars, kiln_i_tree_number(bin, "mean_probability"), at(interval, 1), 0.0);
        kiln_i_figure_break(f, bars);
    }
    kiln_i_series *points = kiln_i_figure_series(f, panel, KILN_I_SERIES_POINTS, FORECASTS, "kiln: share seen, 95 %");
    json_array_foreach ((json_t *)bins, i, bin) {
        char text[32];
        if (!kiln_i_tree_has(bin, "observed")) continue;
        const double x = kiln_i_tree_number(bin, "mean_probability"), y = kiln_i_tree_number(bin, "observed");
        kiln_i_figure_add(f, points, x, y, 0.0);
        snprintf(text, sizeof text, "n = %.0f", kiln_i_tree_number(bin, "n"));
        const int is_left = x < 0.7; /* of the frame: the text stands to its right */
        kiln_i_figure_label *label =
            kiln_i_figure_label_at(f, panel, is_left ? x + 0.025 : x - 0.025, fmin(fmax(y, 0.05), 0.95), text);
        if (!label) continue;
        label->anchor = is_left ? KILN_I_LABEL_LEFT : KILN_I_LABEL_RIGHT;
        label->is_boxed = 1;
    }
}

static void add_roc(kiln_i_figure *f, kiln_i_panel *panel, const json_t *judge, int j)
{
    char name[KILN_FIGURE_TEXT];
    size_t i;
    json_t *point;
    if (!kiln_i_tree_has(judge, "auc")) return;
    snprintf(name, sizeof name, "%.100s: area %.2f", kiln_i_tree_string(judge, "judge"), kiln_i_tree_number(judge, "auc"));
    kiln_i_series *line = kiln_i_figure_series(f, panel, KILN_I_SERIES_LINE, judge_style[j], name);
    if (!line) return;
    line->is_dashed = j == KILN_JUDGE_ENTROPY;
    line->is_dotted = j == KILN_JUDGE_SIZE;
    line->is_thin = j == KILN_JUDGE_ALWAYS;
    json_array_foreach ((json_t *)kiln_i_tree_at(judge, "roc"), i, point)
        kiln_i_figure_add(f, line, at(point, 0), at(point, 1), 0.0);
}

void kiln_i_validate_figure(const json_t *root, kiln_i_figure *f)
{
    const json_t *all = json_array_get(kiln_i_tree_at(root, "result/families"), 0), *judges = kiln_i_tree_at(all, "judges");
    const char *file = kiln_i_tree_string(root, "input/file"), *slash = strrchr(file, '/');
    const double scored = kiln_i_tree_number(all, "scored"), single = kiln_i_tree_number(all, "single");
    snprintf(f->title, sizeof f->title, "forecasts against %.200s", slash ? slash + 1 : file);
    snprintf(f->subtitle, sizeof f->subtitle, "%.0f of %.0f rows that test kiln: %.0f single, %.0f multi", scored,
             kiln_i_tree_number(all, "eligible"), single, scored - single);
    if (scored == 0.0) {
        f->status = kiln_i_fail(f->ctx, KILN_E_ARG, "no row is scored: there is nothing to draw");
        return;
    }
    kiln_i_panel *panel = unit_panel(f, "forecast P(single phase) (fraction)", "seen single (fraction)");
    panel->has_own_x = 1;
    add_calibration(f, panel, kiln_i_tree_at(json_array_get(judges, 0), "calibration"));
    panel = unit_panel(f, "multi called single (fraction)", "single called single (fraction)");
    for (int j = 0; j < KILN_N_JUDGES; ++j) add_roc(f, panel, json_array_get(judges, (size_t)j), j);
}
