#include "report/figure.h"

#include <math.h>
#include <string.h>

/* A paper's column, and a slide read from the back of a room. */
static const struct {
    double width_mm, font;
} themes[] = {{85.0, 8.0}, {240.0, 18.0}};

/* In units of the font size. */
#define LINE 1.35
#define TITLE 1.5
#define SWATCH 2.4
#define AXIS 3.4 /* numbers and label beside or below a frame */
#define LEFT 5.6
#define RIGHT 2.0
#define RIGHT_OF_KELVIN 5.6
#define BETWEEN 0.9
#define STAMP 1.0
#define MM_PER_POINT (25.4 / 72.0)

enum { PLACES = 60 };

/* The stretch [*a, *b] of an area at t; 0 where it is not there. */
static int stretch_at(const kiln_i_figure *f, const kiln_i_series *s, double t, double *a, double *b)
{
    for (size_t i = 0; i + 1 < s->n; ++i) {
        const kiln_i_figure_point *p = &f->point[s->first + i], *q = p + 1;
        if (kiln_i_figure_is_break(p) || kiln_i_figure_is_break(q)) continue;
        if (t < fmin(p->t, q->t) || t > fmax(p->t, q->t)) continue;
        const double share = q->t != p->t ? (t - p->t) / (q->t - p->t) : 0.0;
        *a = p->a + share * (q->a - p->a);
        *b = p->b + share * (q->b - p->b);
        return 1;
    }
    return 0;
}

/* What all of [t - half, t + half] has in common. */
static int common_stretch(const kiln_i_figure *f, const kiln_i_series *s, double t, double half, double *low, double *high)
{
    *low = -INFINITY;
    *high = INFINITY;
    for (int k = -4; k <= 4; ++k) {
        double a, b;
        if (!stretch_at(f, s, t + half * k / 4.0, &a, &b)) return 0;
        *low = fmax(*low, fmin(a, b));
        *high = fmin(*high, fmax(a, b));
    }
    return *high > *low;
}

/* Where an area has room around its name, rather in its middle than where it is widest; nowhere if the name does not fit. `along` and
 * `across`: the name in units of t and of a. */
static void place_label(const kiln_i_figure *f, const kiln_i_panel *panel, kiln_i_series *s, double along, double across)
{
    const kiln_i_axis *axis = panel->is_turned ? &panel->y : &panel->x;
    const kiln_i_figure_point *first = &f->point[s->first], *last = &f->point[s->first + s->n - 1];
    const double range = axis->high - axis->low,
                 middle = kiln_i_figure_is_break(last) ? axis->low + range / 2.0 : (first->t + last->t) / 2.0;
    double best = 0.0;
    for (int k = 0; k <= PLACES; ++k) {
        double low, high;
        const double t = axis->low + range * k / PLACES;
        if (!common_stretch(f, s, t, along / 2.0, &low, &high) || !(high - low > across)) continue;
        const double score = fmin((high - low) / across, 2.0) - fabs(t - middle) / range;
        if (s->has_label && score <= best) continue;
        best = score;
        s->label_x = panel->is_turned ? (low + high) / 2.0 : t;
        s->label_y = panel->is_turned ? t : (low + high) / 2.0;
        s->has_label = 1;
    }
}

static void place_labels(kiln_i_figure *f, kiln_i_panel *panel, const kiln_i_layout *l, double frame_height)
{
    const double frame_width = l->width - l->left - l->right;
    for (int k = 0; k < panel->n_series; ++k) {
        kiln_i_series *s = &panel->series[k];
        if (!s->is_labelled || !*s->name || s->n == 0) continue;
        const double width = (kiln_i_figure_text_width(s->name, l->font) + 1.2 * l->font) / frame_width *
                             (panel->x.high - panel->x.low),
                     height = 1.35 * l->font / frame_height * (panel->y.high - panel->y.low);
        place_label(f, panel, s, panel->is_turned ? height : width, panel->is_turned ? width : height);
        if (s->has_label || !panel->is_turned || !s->is_blank) continue; /* gnuplot boxes no upright text */
        place_label(f, panel, s,
                    width / (panel->x.high - panel->x.low) * (panel->y.high - panel->y.low) * frame_width / frame_height,
                    height / (panel->y.high - panel->y.low) * (panel->x.high - panel->x.low) * frame_height / frame_width);
        s->is_upright = s->has_label;
    }
}

static int is_listed(const kiln_i_layout *l, const char *name)
{
    for (int i = 0; i < l->n_legend; ++i)
        if (strcmp(l->legend[i].name, name) == 0) return 1;
    return 0;
}

static int is_labelled_elsewhere(const kiln_i_panel *panel, const char *name)
{
    for (int i = 0; i < panel->n_series; ++i)
        if (panel->series[i].has_label && strcmp(panel->series[i].name, name) == 0) return 1;
    return 0;
}

static int has_lines(const kiln_i_figure *f)
{
    int n = 0;
    for (int k = 0; k < f->n_panels; ++k) n += f->panel[k].n_marks;
    return n > 0;
}

static void collect_legend(const kiln_i_figure *f, kiln_i_layout *l)
{
    for (int k = 0; k < f->n_panels; ++k)
        for (int i = 0; i < f->panel[k].n_series; ++i) {
            const kiln_i_series *s = &f->panel[k].series[i];
            if (*s->name && !is_labelled_elsewhere(&f->panel[k], s->name) && !s->is_blank && !is_listed(l, s->name))
                l->legend[l->n_legend++] = (kiln_i_legend_entry){s, s->name};
        }
    if (*f->marks_name && has_lines(f)) l->legend[l->n_legend++] = (kiln_i_legend_entry){NULL, f->marks_name};
}

/* As many columns as the longest name allows. */
static void shape_legend(kiln_i_layout *l)
{
    double longest = 0.0;
    for (int i = 0; i < l->n_legend; ++i) longest = fmax(longest, kiln_i_figure_text_width(l->legend[i].name, l->font));
    const double room = l->width - 2.0 * l->font, beside = (SWATCH + 1.6) * l->font;
    l->legend_font = longest + beside > room ? l->font * (room - beside) / longest : l->font;
    const double entry = fmin(longest + beside, room);
    l->n_columns = (int)fmax(1.0, floor(room / entry));
    if (l->n_columns > l->n_legend) l->n_columns = l->n_legend > 0 ? l->n_legend : 1;
    l->legend_column = entry;
    l->legend_row = LINE * l->font;
}

void kiln_i_figure_lay_out(kiln_i_figure *f, const kiln_figure_options *o, kiln_i_layout *l)
{
    int has_kelvin_on_top = f->panel[0].x.is_celsius, has_kelvin_right = f->panel[0].y.is_celsius;
    memset(l, 0, sizeof *l);
    l->font = themes[o->theme].font;
    l->width = (o->width_mm > 0.0 ? o->width_mm : themes[o->theme].width_mm) / MM_PER_POINT;
    l->left = LEFT * l->font;
    l->right = (has_kelvin_right ? RIGHT_OF_KELVIN : RIGHT) * l->font;
    l->title_font = kiln_i_figure_text_fit(f->title, l->font, l->width - 2.0 * l->font);
    l->subtitle_font = kiln_i_figure_text_fit(f->subtitle, 0.85 * l->font, l->width - 2.0 * l->font);
    for (int k = 0; k < f->n_panels; ++k) place_labels(f, &f->panel[k], l, f->panel[k].height * l->width);
    collect_legend(f, l);
    shape_legend(l);
    double above = 0.4 * l->font + TITLE * l->font * (*f->subtitle ? 2.0 : 1.0) + (has_kelvin_on_top ? AXIS : 1.0) * l->font,
           height = above + AXIS * l->font + (f->n_panels - 1) * BETWEEN * l->font + STAMP * l->font;
    const int rows = (l->n_legend + l->n_columns - 1) / l->n_columns;
    height += rows * l->legend_row + (rows ? 0.5 * l->font : 0.0);
    for (int k = 0; k < f->n_panels; ++k) height += f->panel[k].height * l->width;
    l->height = height;
    for (int k = 0; k < f->n_panels; ++k) {
        l->top[k] = k ? l->bottom[k - 1] - BETWEEN * l->font : height - above;
        l->bottom[k] = l->top[k] - f->panel[k].height * l->width;
    }
    l->legend_top = l->bottom[f->n_panels - 1] - (AXIS + 0.3) * l->font;
}
