#include "report/figure.h"

#include "core/context.h"

#include <math.h>
#include <stdio.h>

enum { FIRST_ROOM = 256 };
/* Intervals wanted along an axis, and along a short one. */
#define TICKS 4.5
#define FEW_TICKS 3.0

kiln_i_panel *kiln_i_figure_panel(kiln_i_figure *f, double height)
{
    kiln_i_panel *panel = &f->panel[f->n_panels++];
    panel->height = height;
    return panel;
}

kiln_i_series *kiln_i_figure_series(kiln_i_figure *f, kiln_i_panel *panel, kiln_i_series_kind kind, int style, const char *name)
{
    if (f->status != KILN_OK) return NULL;
    if (panel->n_series == KILN_FIGURE_SERIES) {
        f->status =
            kiln_i_fail(f->ctx, KILN_E_ARG, "more than %d curves and areas do not make a figure", (int)KILN_FIGURE_SERIES);
        return NULL;
    }
    kiln_i_series *series = &panel->series[panel->n_series++];
    *series = (kiln_i_series){.kind = kind, .style = style % KILN_FIGURE_STYLES, .first = f->n_points};
    snprintf(series->name, sizeof series->name, "%s", name);
    return series;
}

void kiln_i_figure_add(kiln_i_figure *f, kiln_i_series *series, double t, double a, double b)
{
    if (!series || f->status != KILN_OK) return;
    if (f->n_points == f->room) {
        const size_t room = f->room ? 2 * f->room : FIRST_ROOM;
        if (!kiln_i_grow(f->ctx, &f->point, f->n_points, room, sizeof *f->point)) {
            f->status = kiln_i_fail(f->ctx, KILN_E_NOMEM, "points of a figure");
            return;
        }
        f->room = room;
    }
    f->point[f->n_points++] = (kiln_i_figure_point){t, a, b};
    ++series->n;
}

void kiln_i_figure_break(kiln_i_figure *f, kiln_i_series *series)
{
    if (series && series->n > 0 && !kiln_i_figure_is_break(&f->point[f->n_points - 1]))
        kiln_i_figure_add(f, series, INFINITY, 0.0, 0.0);
}

int kiln_i_figure_is_break(const kiln_i_figure_point *p) { return isinf(p->t); }

void kiln_i_figure_mark(kiln_i_figure *f, kiln_i_panel *panel, double x)
{
    if (f->status == KILN_OK && panel->n_marks < KILN_FIGURE_MARKS)
        panel->mark[panel->n_marks++] = x; /* more would say nothing */
}

kiln_i_figure_label *kiln_i_figure_label_at(kiln_i_figure *f, kiln_i_panel *panel, double x, double y, const char *text)
{
    if (f->status != KILN_OK || panel->n_labels == KILN_FIGURE_LABELS) return NULL;
    kiln_i_figure_label *label = &panel->label[panel->n_labels++];
    *label = (kiln_i_figure_label){.x = x, .y = y, .size = 1.0};
    snprintf(label->text, sizeof label->text, "%s", text);
    return label;
}

kiln_i_figure_cell *kiln_i_figure_cell_at(kiln_i_figure *f, kiln_i_panel *panel, double x_low, double y_low, double x_high,
                                          double y_high, unsigned color)
{
    if (f->status != KILN_OK || panel->n_cells == KILN_FIGURE_CELLS) return NULL;
    kiln_i_figure_cell *cell = &panel->cell[panel->n_cells++];
    *cell = (kiln_i_figure_cell){.x_low = x_low, .y_low = y_low, .x_high = x_high, .y_high = y_high, .color = color};
    return cell;
}

/* 1, 2 or 5 times a power of ten, so that about `ticks` of them make the range. */
static double round_step(double range, double ticks)
{
    const double rough = range / ticks, power = pow(10.0, floor(log10(rough))), lead = rough / power;
    return power * (lead < 1.5 ? 1.0 : lead < 3.5 ? 2.0 : lead < 7.5 ? 5.0 : 10.0);
}

/* The range of the data, 5 % wider and with 0 if that is near; what is flatter than `least` gets that much. */
static void find_range(const kiln_i_figure *f, const kiln_i_panel *panel, kiln_i_axis *axis, int is_t)
{
    double low = INFINITY, high = -INFINITY;
    for (int s = 0; s < panel->n_series; ++s)
        for (size_t i = 0; i < panel->series[s].n; ++i) {
            const kiln_i_figure_point *p = &f->point[panel->series[s].first + i];
            if (kiln_i_figure_is_break(p)) continue;
            low = fmin(low, is_t ? p->t : p->a);
            high = fmax(high, is_t ? p->t : p->a);
        }
    if (!(low <= high)) low = high = 0.0;
    const double flat = fmax(axis->least, 1e-9 * fabs(low)) - (high - low), margin = flat > 0.0 ? flat / 2.0
                                                                                     : is_t     ? 0.0
                                                                                                : 0.05 * (high - low);
    axis->low = low - margin;
    axis->high = high + margin;
}

void kiln_i_figure_ranges(kiln_i_figure *f)
{
    for (int k = 0; k < f->n_panels; ++k) {
        kiln_i_panel *panel = &f->panel[k];
        if (!(panel->x.high > panel->x.low)) find_range(f, panel, &panel->x, !panel->is_turned);
        if (!(panel->y.high > panel->y.low)) find_range(f, panel, &panel->y, panel->is_turned);
        panel->x.step = round_step(panel->x.high - panel->x.low, TICKS);
        panel->y.step = round_step(panel->y.high - panel->y.low, panel->height < 0.4 ? FEW_TICKS : TICKS);
    }
}
