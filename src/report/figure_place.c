#include "report/figure.h"

#include <math.h>
#include <string.h>

enum { PLACES = 60 };
#define MARKER 0.3 /* radius of a point, over the font's size */

int kiln_i_figure_stretch(const kiln_i_figure *f, const kiln_i_series *s, double t, double *a, double *b)
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
        if (!kiln_i_figure_stretch(f, s, t + half * k / 4.0, &a, &b)) return 0;
        *low = fmax(*low, fmin(a, b));
        *high = fmin(*high, fmax(a, b));
    }
    return *high > *low;
}

/* Where an area has room around its name, rather in its middle than where it is widest; nowhere if the name does not fit. `along` and
 * `across`: the name in units of t and of a. */
static void place_in_area(const kiln_i_figure *f, const kiln_i_panel *panel, kiln_i_series *s, double along, double across)
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

static void place_area(const kiln_i_figure *f, const kiln_i_panel *panel, kiln_i_series *s, double width, double height,
                       double frame_width, double frame_height)
{
    const double x_range = panel->x.high - panel->x.low, y_range = panel->y.high - panel->y.low;
    place_in_area(f, panel, s, panel->is_turned ? height : width, panel->is_turned ? width : height);
    if (s->has_label || !panel->is_turned || !s->is_blank) return; /* gnuplot boxes no upright text */
    place_in_area(f, panel, s, width / x_range * y_range * frame_width / frame_height,
                  height / y_range * x_range * frame_height / frame_width);
    s->is_upright = s->has_label;
}

/* ---- Polygons ---- */

int kiln_i_figure_is_inside(const kiln_i_figure *f, const kiln_i_series *s, double x, double y, double x_scale, double y_scale,
                            double *nearest)
{
    int odd = 0;
    size_t first = 0;
    *nearest = INFINITY;
    for (size_t i = 0; i < s->n; ++i) {
        const kiln_i_figure_point *p = &f->point[s->first + i];
        if (kiln_i_figure_is_break(p)) {
            first = i + 1;
            continue;
        }
        const int is_last = i + 1 == s->n || kiln_i_figure_is_break(p + 1);
        const kiln_i_figure_point *q = is_last ? &f->point[s->first + first] : p + 1;
        if ((p->a > y) != (q->a > y) && x < p->t + (q->t - p->t) * (y - p->a) / (q->a - p->a)) odd = !odd;
        const double ux = (q->t - p->t) / x_scale, uy = (q->a - p->a) / y_scale, vx = (x - p->t) / x_scale,
                     vy = (y - p->a) / y_scale, length = ux * ux + uy * uy,
                     along = length > 0.0 ? fmin(fmax((ux * vx + uy * vy) / length, 0.0), 1.0) : 0.0;
        *nearest = fmin(*nearest, (vx - along * ux) * (vx - along * ux) + (vy - along * uy) * (vy - along * uy));
    }
    return odd;
}

static kiln_i_figure_box extent(const kiln_i_figure *f, const kiln_i_series *s)
{
    kiln_i_figure_box out = {INFINITY, -INFINITY, INFINITY, -INFINITY};
    for (size_t i = 0; i < s->n; ++i) {
        const kiln_i_figure_point *p = &f->point[s->first + i];
        if (kiln_i_figure_is_break(p)) continue;
        out.x_low = fmin(out.x_low, p->t);
        out.x_high = fmax(out.x_high, p->t);
        out.y_low = fmin(out.y_low, p->a);
        out.y_high = fmax(out.y_high, p->a);
    }
    return out;
}

/* What is in the panel already: texts, and points with their radius. */
typedef struct others {
    int n;
    kiln_i_figure_box box[KILN_FIGURE_LABELS];
    double x_radius, y_radius;
} others;

static int is_taken(const kiln_i_figure *f, const kiln_i_panel *panel, const others *taken, const kiln_i_figure_box *box)
{
    for (int i = 0; i < taken->n; ++i)
        if (kiln_i_figure_boxes_meet(&taken->box[i], box)) return 1;
    return kiln_i_figure_meets_points(f, panel, box, taken->x_radius, taken->y_radius);
}

/* Where a box of half these sizes has the most room around it, away from texts that are there already; 0: nowhere. */
static int place_box(const kiln_i_figure *f, const kiln_i_panel *panel, kiln_i_series *s, double half_width, double half_height,
                     const others *taken)
{
    double best = 1.2; /* no edge enters an ellipse around the box */
    const kiln_i_figure_box around = extent(f, s);
    const double x_range = around.x_high - around.x_low, y_range = around.y_high - around.y_low;
    for (int i = 1; i < PLACES; ++i)
        for (int j = 1; j < PLACES; ++j) {
            double nearest;
            const double x = around.x_low + x_range * i / PLACES, y = around.y_low + y_range * j / PLACES;
            const kiln_i_figure_box box = {x - half_width, x + half_width, y - half_height, y + half_height};
            if (box.x_low < around.x_low || box.x_high > around.x_high || box.y_low < around.y_low || box.y_high > around.y_high)
                continue;
            if (is_taken(f, panel, taken, &box)) continue;
            if (x - half_width < panel->x.low || x + half_width > panel->x.high || y - half_height < panel->y.low ||
                y + half_height > panel->y.high)
                continue;
            if (!kiln_i_figure_is_inside(f, s, x, y, half_width, half_height, &nearest) || nearest <= best) continue;
            best = nearest;
            s->label_x = x;
            s->label_y = y;
            s->has_label = 1;
        }
    return s->has_label;
}

int kiln_i_figure_number(const kiln_i_panel *panel, const kiln_i_series *s, int *number)
{
    for (const kiln_i_series *before = panel->series; before < s; ++before)
        if (before->number > 0 && strcmp(before->name, s->name) == 0) return before->number;
    return ++*number;
}

static void place_polygon(const kiln_i_figure *f, const kiln_i_panel *panel, kiln_i_series *s, double width, double height,
                          double digit, const others *taken, int *number)
{
    if (place_box(f, panel, s, 0.5 * width, 0.5 * height, taken)) return;
    for (s->number_size = 1.0; s->number_size > 0.4; s->number_size -= 0.25)
        if (place_box(f, panel, s, 0.5 * s->number_size * digit, 0.4 * s->number_size * height, taken)) {
            s->number = kiln_i_figure_number(panel, s, number);
            return;
        }
}

void kiln_i_figure_place(const kiln_i_figure *f, kiln_i_panel *panel, double font, double frame_width, double frame_height,
                         int *number)
{
    const double x_point = (panel->x.high - panel->x.low) / frame_width, y_point = (panel->y.high - panel->y.low) / frame_height;
    others taken = {.n = panel->n_labels, .x_radius = MARKER * font * x_point, .y_radius = MARKER * font * y_point};
    for (int i = 0; i < panel->n_labels; ++i)
        taken.box[i] = kiln_i_figure_label_box(panel, &panel->label[i], font, frame_width, frame_height);
    for (int k = 0; k < panel->n_series; ++k) { /* points first: they have less choice */
        kiln_i_series *s = &panel->series[k];
        if (s->is_labelled && *s->name && s->n > 0 && s->kind == KILN_I_SERIES_POINTS)
            kiln_i_figure_place_beside(f, panel, s, font, frame_width, frame_height);
    }
    for (int k = 0; k < panel->n_series; ++k) {
        kiln_i_series *s = &panel->series[k];
        if (!s->is_labelled || !*s->name || s->n == 0 || s->kind == KILN_I_SERIES_POINTS) continue;
        if (s->kind == KILN_I_SERIES_LINE) {
            kiln_i_figure_place_beside(f, panel, s, font, frame_width, frame_height);
            continue;
        }
        const double width = (kiln_i_figure_text_width(s->name, font) + 1.2 * font) * x_point, height = 1.35 * font * y_point;
        if (s->kind == KILN_I_SERIES_POLYGON)
            place_polygon(f, panel, s, width, height, (kiln_i_figure_text_width("00", font) + 0.3 * font) * x_point, &taken,
                          number);
        else place_area(f, panel, s, width, height, frame_width, frame_height);
    }
}
