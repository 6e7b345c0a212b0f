#include "report/figure.h"

#include <math.h>

enum { STEPS = 24 };

/* In units of the font: what is left around a text, and between it and its line. */
#define MARGIN 0.45
#define LINE_HEIGHT 1.2
#define OFF 0.25
#define MARKER 0.2
#define FAR 1.6 /* a letter may stand off so much, where lines crowd */

typedef struct scale {
    double x_point, y_point; /* units of the axes per point */
    double font;
} scale;

static scale scale_of(const kiln_i_panel *panel, double font, double frame_width, double frame_height)
{
    return (scale){(panel->x.high - panel->x.low) / frame_width, (panel->y.high - panel->y.low) / frame_height, font};
}

static kiln_i_figure_box box_of(const kiln_i_figure_label *label, const scale *s)
{
    const char key[] = {label->key, '\0'};
    const double font = label->size * s->font, length = kiln_i_figure_text_width(label->key ? key : label->text, font),
                 along = 0.5 * length + MARGIN * font, across = 0.5 * LINE_HEIGHT * font,
                 turn = (label->key ? 0 : label->angle) * (3.14159265358979 / 180.0);
    const double width = (fabs(cos(turn)) * along + fabs(sin(turn)) * across) * s->x_point,
                 height = (fabs(sin(turn)) * along + fabs(cos(turn)) * across) * s->y_point;
    const double off = label->anchor == KILN_I_LABEL_CENTER ? 0.0
                       : label->anchor == KILN_I_LABEL_LEFT ? 0.5 * length
                                                            : -0.5 * length;
    const double x = label->x + off * cos(turn) * s->x_point, y = label->y + off * sin(turn) * s->y_point;
    return (kiln_i_figure_box){x - width, x + width, y - height, y + height};
}

kiln_i_figure_box kiln_i_figure_label_box(const kiln_i_panel *panel, const kiln_i_figure_label *label, double font,
                                          double frame_width, double frame_height)
{
    const scale s = scale_of(panel, font, frame_width, frame_height);
    return box_of(label, &s);
}

int kiln_i_figure_boxes_meet(const kiln_i_figure_box *a, const kiln_i_figure_box *b)
{
    return a->x_low < b->x_high && b->x_low < a->x_high && a->y_low < b->y_high && b->y_low < a->y_high;
}

/* One direction of Liang and Barsky's clipping (ACM Trans. Graph. 3 (1984) 1): what of [*from, *to] along the segment lies between low and high. */
static int clip(double start, double length, double low, double high, double *from, double *to)
{
    if (length == 0.0) return start > low && start < high;
    const double a = (low - start) / length, b = (high - start) / length;
    *from = fmax(*from, fmin(a, b));
    *to = fmin(*to, fmax(a, b));
    return *from < *to;
}

static int segment_meets(const kiln_i_figure_point *p, const kiln_i_figure_point *q, const kiln_i_figure_box *box)
{
    double from = 0.0, to = 1.0;
    return clip(p->t, q->t - p->t, box->x_low, box->x_high, &from, &to) &&
           clip(p->a, q->a - p->a, box->y_low, box->y_high, &from, &to);
}

static int meets_series(const kiln_i_figure *f, const kiln_i_series *s, const kiln_i_figure_box *box)
{
    for (size_t i = 0; i < s->n; ++i) {
        const kiln_i_figure_point *p = &f->point[s->first + i], *q = i + 1 < s->n ? p + 1 : p;
        if (kiln_i_figure_is_break(p)) continue;
        if (s->kind == KILN_I_SERIES_POINTS || kiln_i_figure_is_break(q)) q = p;
        if (segment_meets(p, q, box)) return 1;
    }
    return 0;
}

int kiln_i_figure_meets_points(const kiln_i_figure *f, const kiln_i_panel *panel, const kiln_i_figure_box *box, double x_radius,
                               double y_radius)
{
    const kiln_i_figure_box wide = {box->x_low - x_radius, box->x_high + x_radius, box->y_low - y_radius, box->y_high + y_radius};
    for (int i = 0; i < panel->n_series; ++i)
        if (panel->series[i].kind == KILN_I_SERIES_POINTS && meets_series(f, &panel->series[i], &wide)) return 1;
    return 0;
}

/* A text may cover a bar of a measured point, which is long where little is known. */
static int meets_curves(const kiln_i_figure *f, const kiln_i_panel *panel, const kiln_i_figure_box *box, const scale *by)
{
    const double radius = MARKER * by->font;
    if (kiln_i_figure_meets_points(f, panel, box, radius * by->x_point, radius * by->y_point)) return 1;
    for (int i = 0; i < panel->n_series; ++i) {
        const kiln_i_series *s = &panel->series[i];
        if (s->kind == KILN_I_SERIES_LINE && !s->is_measured && meets_series(f, s, box)) return 1;
    }
    return 0;
}

/* Other texts, but for floating ones that have no place yet. */
static int meets_texts(const kiln_i_panel *panel, int index, const kiln_i_figure_box *box, const scale *s)
{
    for (int i = 0; i < panel->n_labels; ++i) {
        if (i == index || (panel->label[i].is_floating && !panel->label[i].is_placed)) continue;
        const kiln_i_figure_box other = box_of(&panel->label[i], s);
        if (kiln_i_figure_boxes_meet(&other, box)) return 1;
    }
    return 0;
}

static int is_outside(const kiln_i_panel *panel, const kiln_i_figure_box *box)
{
    return box->x_low < panel->x.low || box->x_high > panel->x.high || box->y_low < panel->y.low || box->y_high > panel->y.high;
}

/* Above (or to the left of) its stretch, then below it, from the middle outwards; `off` 0: on the stretch. With `strict` over no line. */
static int find_place(const kiln_i_figure *f, kiln_i_panel *panel, int index, double off, int strict, const scale *s)
{
    kiln_i_figure_label *label = &panel->label[index];
    const kiln_i_figure_label wanted = *label;
    const kiln_i_figure_box own = box_of(label, s);
    const int is_upright = label->angle != 0;
    const double half = 0.5 * (is_upright ? own.y_high - own.y_low : own.x_high - own.x_low),
                 across = 0.5 * (is_upright ? own.x_high - own.x_low : own.y_high - own.y_low),
                 away = across + off * s->font * (is_upright ? s->x_point : s->y_point),
                 far = wanted.reach + (off > 0.0 ? half + off * s->font * (is_upright ? s->y_point : s->x_point) : 0.0);
    for (int k = 0; k <= 2 * STEPS + 1; ++k)
        for (int side = 1; side >= -1; side -= 2) {
            const double along = far * (k % 2 ? -1.0 : 1.0) * (k / 2) / STEPS, aside = off > 0.0 ? side * away : 0.0;
            label->x = wanted.x + (is_upright ? -aside : along);
            label->y = wanted.y + (is_upright ? along : aside);
            const kiln_i_figure_box box = box_of(label, s);
            if (is_outside(panel, &box) || meets_texts(panel, index, &box, s)) continue;
            if (!strict || !meets_curves(f, panel, &box, s)) return 1;
        }
    /* At either end, level with it. */
    for (int side = 1; side >= -1 && off > 0.0; side -= 2) {
        label->x = wanted.x + (is_upright ? 0.0 : side * far);
        label->y = wanted.y + (is_upright ? side * far : 0.0);
        const kiln_i_figure_box box = box_of(label, s);
        if (!is_outside(panel, &box) && !meets_texts(panel, index, &box, s) && (!strict || !meets_curves(f, panel, &box, s)))
            return 1;
    }
    *label = wanted;
    return 0;
}

/* From the edge of a letter's box to the nearest point of its stretch. */
static void point_out(const kiln_i_figure_label *wanted, kiln_i_figure_label *label, const scale *s)
{
    const int is_upright = wanted->angle != 0;
    const kiln_i_figure_box box = box_of(label, s);
    const double x_reach = is_upright ? 0.0 : wanted->reach, y_reach = is_upright ? wanted->reach : 0.0;
    label->tip_x = fmin(fmax(label->x, wanted->x - x_reach), wanted->x + x_reach);
    label->tip_y = fmin(fmax(label->y, wanted->y - y_reach), wanted->y + y_reach);
    const double dx = label->tip_x - label->x, dy = label->tip_y - label->y;
    const double share = fmax(fabs(dx) * 2.0 / (box.x_high - box.x_low), fabs(dy) * 2.0 / (box.y_high - box.y_low));
    label->from_x = share > 1.0 ? label->x + dx / share : label->tip_x;
    label->from_y = share > 1.0 ? label->y + dy / share : label->tip_y;
}

/* A letter, where it covers no line or else over one. */
static void place_letter(const kiln_i_figure *f, kiln_i_panel *panel, int index, const scale *s, int *keys)
{
    kiln_i_figure_label *label = &panel->label[index];
    const kiln_i_figure_label wanted = *label;
    int found = 0;
    label->key = (char)(*keys < 26 ? 'a' + *keys : 'A' + *keys - 26);
    ++*keys;
    label->is_boxed = 1;
    for (double off = OFF; off < FAR && !found; off += OFF) found = find_place(f, panel, index, off, 1, s);
    if (!found && !find_place(f, panel, index, OFF, 0, s)) (void)find_place(f, panel, index, 0.0, 0, s);
    point_out(&wanted, label, s);
    label->is_placed = 1;
}

void kiln_i_figure_float(const kiln_i_figure *f, kiln_i_panel *panel, double font, double frame_width, double frame_height,
                         int *keys)
{
    const scale s = scale_of(panel, font, frame_width, frame_height);
    for (int i = 0; i < panel->n_labels; ++i)
        if (panel->label[i].is_floating) panel->label[i].is_placed = find_place(f, panel, i, OFF, 1, &s);
    for (int i = 0; i < panel->n_labels; ++i)
        if (panel->label[i].is_floating && !panel->label[i].is_placed && *keys < KILN_FIGURE_KEYS)
            place_letter(f, panel, i, &s, keys);
}
