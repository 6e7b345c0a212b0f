#include "report/figure.h"

#include <math.h>

/* Where the name of a line may stand, in points. */
typedef struct box {
    double x, y, half_width, half_height;
} box;

static double distance_to_point(const box *b, double x, double y)
{
    return hypot(fmax(fabs(x - b->x) - b->half_width, 0.0), fmax(fabs(y - b->y) - b->half_height, 0.0));
}

typedef struct scale {
    double x, y, x_low, y_low; /* units of the axes over a point */
} scale;

static double x_of(const scale *u, const kiln_i_panel *panel, const kiln_i_figure_point *p)
{
    return ((panel->is_turned ? p->a : p->t) - u->x_low) / u->x;
}

static double y_of(const scale *u, const kiln_i_panel *panel, const kiln_i_figure_point *p)
{
    return ((panel->is_turned ? p->t : p->a) - u->y_low) / u->y;
}

static double distance_to_line(const kiln_i_figure *f, const kiln_i_panel *panel, const kiln_i_series *s, const scale *u,
                               const box *b)
{
    enum { PARTS = 4 };
    double nearest = INFINITY;
    for (size_t i = 0; i < s->n && s->kind == KILN_I_SERIES_POINTS; ++i) {
        const kiln_i_figure_point *p = &f->point[s->first + i];
        if (!kiln_i_figure_is_break(p)) nearest = fmin(nearest, distance_to_point(b, x_of(u, panel, p), y_of(u, panel, p)));
    }
    for (size_t i = 0; i + 1 < s->n && s->kind == KILN_I_SERIES_LINE; ++i) {
        const kiln_i_figure_point *p = &f->point[s->first + i], *q = p + 1;
        if (kiln_i_figure_is_break(p) || kiln_i_figure_is_break(q)) continue;
        const double x = x_of(u, panel, p), y = y_of(u, panel, p), dx = x_of(u, panel, q) - x, dy = y_of(u, panel, q) - y;
        const int parts = s->n < 20 ? 10 * PARTS : PARTS;
        for (int k = 0; k <= parts; ++k) nearest = fmin(nearest, distance_to_point(b, x + dx * k / parts, y + dy * k / parts));
    }
    return nearest;
}

static double distance_to_box(const box *a, const box *b)
{
    return hypot(fmax(fabs(a->x - b->x) - a->half_width - b->half_width, 0.0),
                 fmax(fabs(a->y - b->y) - a->half_height - b->half_height, 0.0));
}

static double distance_to_texts(const kiln_i_panel *panel, const scale *u, double font, const box *b)
{
    double nearest = INFINITY;
    for (int i = 0; i < panel->n_labels; ++i) {
        const kiln_i_figure_label *l = &panel->label[i];
        const double half = 0.5 * kiln_i_figure_text_width(l->text, l->size * font);
        const double shift = l->anchor == KILN_I_LABEL_LEFT ? half : l->anchor == KILN_I_LABEL_RIGHT ? -half : 0.0;
        const box other = {(l->x - u->x_low) / u->x + shift, (l->y - u->y_low) / u->y, half, 0.5 * l->size * font};
        nearest = fmin(nearest, distance_to_box(b, &other));
    }
    for (int k = 0; k < panel->n_series; ++k) {
        const kiln_i_series *s = &panel->series[k];
        if (!s->has_label) continue;
        const box other = {(s->label_x - u->x_low) / u->x, (s->label_y - u->y_low) / u->y,
                           0.5 * kiln_i_figure_text_width(s->name, font) + 0.35 * font, 0.75 * font};
        nearest = fmin(nearest, distance_to_box(b, &other));
    }
    for (int i = 0; i < panel->n_marks; ++i)
        nearest = fmin(nearest, fmax(fabs((panel->mark[i] - u->x_low) / u->x - b->x) - b->half_width, 0.0));
    return nearest;
}

/* How good a place is: clear of everything else, and nearer to its own line than to any other (through a point room may pass). 0: none. */
static double rate_place(const kiln_i_figure *f, const kiln_i_panel *panel, const kiln_i_series *own, const scale *u, double font,
                         const box *b)
{
    const double near = distance_to_line(f, panel, own, u, b);
    double room = fmin(distance_to_texts(panel, u, font, b), 3.0 * font);
    if (near <= 0.05 * font || near > 1.2 * font || room <= 0.05 * font) return 0.0;
    for (int k = 0; k < panel->n_series && room > 0.0; ++k) {
        const kiln_i_series *s = &panel->series[k];
        if (s == own || (s->kind != KILN_I_SERIES_LINE && s->kind != KILN_I_SERIES_POINTS)) continue;
        const double distance = distance_to_line(f, panel, s, u, b);
        if (distance <= (s->is_thin || own->kind == KILN_I_SERIES_POINTS ? 0.05 * font : fmax(1.6 * near, 0.2 * font)))
            return 0.0;
        if (!s->is_thin) room = fmin(room, distance);
    }
    return room - 2.0 * near + 3.0 * font;
}

/* Beside one point of the line, `gap` away on the side (across, up). */
static box beside(double x, double y, double half_width, double half_height, double gap, int across, int up)
{
    return (box){x + across * (half_width + gap), y + up * (half_height + gap), half_width, half_height};
}

void kiln_i_figure_place_beside(const kiln_i_figure *f, const kiln_i_panel *panel, kiln_i_series *s, double font,
                                double frame_width, double frame_height)
{
    enum { SIDES = 9, GAPS = 3 };
    const scale unit = {(panel->x.high - panel->x.low) / frame_width, (panel->y.high - panel->y.low) / frame_height, panel->x.low,
                        panel->y.low},
                *u = &unit;
    const double half_width = 0.5 * kiln_i_figure_text_width(s->name, font) + 0.35 * font,
                 half_height = 0.75 * font, /* with its box */
        margin = 0.1 * font;
    double best = 0.0;
    for (size_t i = 0; i < s->n; ++i) {
        const kiln_i_figure_point *p = &f->point[s->first + i];
        if (kiln_i_figure_is_break(p)) continue;
        for (int k = 0; k < SIDES * GAPS; ++k) {
            const box b = beside(x_of(u, panel, p), y_of(u, panel, p), half_width, half_height, (0.15 + 0.4 * (k / SIDES)) * font,
                                 k % SIDES % 3 - 1, k % SIDES / 3 - 1);
            if (b.x - half_width < margin || b.x + half_width > frame_width - margin || b.y - half_height < margin ||
                b.y + half_height > frame_height - margin)
                continue;
            const double score = rate_place(f, panel, s, u, font, &b);
            if (score <= best) continue;
            best = score;
            s->label_x = u->x_low + b.x * u->x;
            s->label_y = u->y_low + b.y * u->y;
        }
    }
    s->has_label = best > 0.0;
}
