#include "report/figure.h"

#include "core/context.h"
#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a section with so many parts the smallest are left out: they would be specks. */
enum { PARTS = 90 };
static const double HEIGHT = 0.85;   /* of the panel, over the width of the figure */
static const double SPECK = 2e-6;    /* of the area: no smaller part is drawn */
static const double STRAIGHT = 2e-4; /* over the ranges: points nearer than that to a line through others are left out */
static const double SMALL = 0.8;     /* letters of furnaces and of a triangle's scale, over those of names */
static const double TALL = 0.8660254037844386; /* of an equilateral triangle */

typedef struct drawing {
    const json_t *root, *fields;
    kiln_i_figure *f;
    kiln_i_panel *panel;
    int is_triangle;
    double x_range, y_range;
    kiln_i_phase_styles styles;
} drawing;

typedef struct spot {
    double x, y;
} spot;

static double number_at(const json_t *pair, size_t k) { return json_number_value(json_array_get(pair, k)); }

/* A triangle stands on the side from A to B, with C on top. */
static spot place(const drawing *d, double u, double v)
{
    if (!d->is_triangle) return (spot){u, kiln_i_celsius(v)};
    const double w = 1.0 - u - v;
    return (spot){v + 0.5 * w, TALL * w};
}

static spot spot_of(const drawing *d, const json_t *points, size_t k)
{
    const json_t *pair = json_array_get(points, k);
    return place(d, number_at(pair, 0), number_at(pair, 1));
}

/* How far the points between two lie from the line through these, over the ranges. */
static double bend(const drawing *d, const json_t *points, size_t first, size_t last)
{
    const spot a = spot_of(d, points, first), b = spot_of(d, points, last);
    const double ux = (b.x - a.x) / d->x_range, uy = (b.y - a.y) / d->y_range, length = hypot(ux, uy);
    double most = 0.0;
    for (size_t k = first + 1; k < last; ++k) {
        const spot p = spot_of(d, points, k);
        const double vx = (p.x - a.x) / d->x_range, vy = (p.y - a.y) / d->y_range;
        most = fmax(most, length > 0.0 ? fabs(ux * vy - uy * vx) / length : hypot(vx, vy));
    }
    return most;
}

static void add_spot(drawing *d, kiln_i_series *s, spot p) { kiln_i_figure_add(d->f, s, p.x, p.y, 0.0); }

/* Points first to last, without those that a straight line makes unnecessary. */
static void add_run(drawing *d, kiln_i_series *s, const json_t *points, size_t first, size_t last)
{
    add_spot(d, s, spot_of(d, points, first));
    for (size_t from = first; from < last;) {
        size_t to = from + 1;
        while (to < last && to - from < 200 && bend(d, points, from, to + 1) < STRAIGHT) ++to;
        add_spot(d, s, spot_of(d, points, to));
        from = to;
    }
}

/* ---- Fields ---- */

typedef struct part {
    size_t field;
    const json_t *loop;
    double area;
} part;

static int by_area(const void *x, const void *y)
{
    const double a = ((const part *)x)->area, b = ((const part *)y)->area;
    return (a < b) - (a > b);
}

static part *collect_parts(const drawing *d, size_t *n)
{
    size_t i, k, room = 1;
    json_t *field, *loop;
    json_array_foreach ((json_t *)d->fields, i, field) room += json_array_size(kiln_i_tree_at(field, "loops"));
    part *parts = kiln_i_calloc(d->f->ctx, room, sizeof *parts);
    *n = 0;
    json_array_foreach ((json_t *)d->fields, i, field)
        json_array_foreach ((json_t *)kiln_i_tree_at(field, "loops"), k, loop)
            if (parts && kiln_i_tree_number(loop, "area") > SPECK)
                parts[(*n)++] = (part){i, loop, kiln_i_tree_number(loop, "area")};
    if (parts) qsort(parts, *n, sizeof *parts, by_area);
    return parts;
}

static void add_part(drawing *d, const part *p)
{
    char name[KILN_FIGURE_TEXT];
    const json_t *field = json_array_get(d->fields, p->field), *phases = kiln_i_tree_at(field, "phases"),
                 *points = kiln_i_tree_at(p->loop, "points");
    const int is_single = json_array_size(phases) == 1;
    kiln_i_field_name(phases, name, sizeof name);
    if (json_array_size(phases) == 0) snprintf(name, sizeof name, "no equilibrium found");
    kiln_i_series *s = kiln_i_figure_series(d->f, d->panel, KILN_I_SERIES_POLYGON,
                                            is_single ? kiln_i_phase_style(&d->styles, kiln_i_phase_label(phases, 0)) : 0, name);
    if (!s) return;
    s->is_blank = !is_single;
    s->is_labelled = 1;
    add_run(d, s, points, 0, json_array_size(points) - 1);
}

/* The largest first: what lies within a part comes after it. */
static void add_fields(drawing *d)
{
    size_t n;
    part *parts = collect_parts(d, &n);
    if (!parts) {
        d->f->status = kiln_i_fail(d->f->ctx, KILN_E_NOMEM, "parts of a figure");
        return;
    }
    for (size_t i = 0; i < n && i < PARTS; ++i) add_part(d, &parts[i]);
    kiln_i_free(d->f->ctx, parts);
}

/* ---- Lines ---- */

/* Stretches between points that are proved, or between those that are not. */
static void add_stretches(drawing *d, kiln_i_series *s, const json_t *line, int are_proved)
{
    const json_t *points = kiln_i_tree_at(line, "points"), *unproved = kiln_i_tree_at(line, "not_certified");
    const size_t n = json_array_size(points);
    for (size_t first = 0; first + 1 < n;) {
        const int is_proved = !kiln_i_tree_lists(unproved, first) && !kiln_i_tree_lists(unproved, first + 1);
        size_t last = first + 1;
        while (last + 1 < n && (!kiln_i_tree_lists(unproved, last) && !kiln_i_tree_lists(unproved, last + 1)) == is_proved)
            ++last;
        if (is_proved == are_proved) {
            add_run(d, s, points, first, last);
            kiln_i_figure_break(d->f, s);
        }
        first = last;
    }
}

static void add_lines(drawing *d)
{
    size_t i;
    json_t *line;
    const json_t *lines = kiln_i_tree_at(d->root, "result/lines");
    for (int are_proved = 1; are_proved >= 0; --are_proved) {
        kiln_i_series *s = kiln_i_figure_series(d->f, d->panel, KILN_I_SERIES_LINE, 0, are_proved ? "" : "not certified");
        if (!s) return;
        s->is_edge = 1;
        s->is_dotted = !are_proved;
        json_array_foreach ((json_t *)lines, i, line) add_stretches(d, s, line, are_proved);
        if (s->n == 0) s->name[0] = '\0';
    }
}

static void add_ties(drawing *d)
{
    size_t i;
    json_t *tie;
    kiln_i_series *s = kiln_i_figure_series(d->f, d->panel, KILN_I_SERIES_LINE, 0, "tie lines");
    if (!s) return;
    s->is_faint = 1;
    json_array_foreach ((json_t *)kiln_i_tree_at(d->root, "result/tie_lines"), i, tie) {
        const json_t *ends = kiln_i_tree_at(tie, "ends");
        if (json_array_size(ends) != 2) continue; /* the sides of a triangle are boundaries */
        for (size_t k = 0; k < 2; ++k) {
            const json_t *end = json_array_get(ends, k);
            add_spot(d, s, place(d, kiln_i_tree_number(end, "x_A"), kiln_i_tree_number(end, "x_B")));
        }
        kiln_i_figure_break(d->f, s);
    }
    if (s->n == 0) s->name[0] = '\0';
}

/* All contours of one element are one series, which is named after the values they have. */
static void add_contours(drawing *d)
{
    static const int styles[] = {1, 5, 6, 9, 7, 3}; /* dark enough on any field */
    size_t i;
    json_t *item;
    char element[8] = "", value[32], last[32] = "";
    kiln_i_series *s = NULL;
    int n = 0;
    json_array_foreach ((json_t *)kiln_i_tree_at(d->root, "result/valence_contours"), i, item) {
        const json_t *points = kiln_i_tree_at(item, "points");
        if (strcmp(kiln_i_tree_string(item, "element"), element) != 0) {
            snprintf(element, sizeof element, "%s", kiln_i_tree_string(item, "element"));
            snprintf(value, sizeof value, "mean valence of %s:", element);
            s = kiln_i_figure_series(d->f, d->panel, KILN_I_SERIES_LINE, styles[n++ % 6], value);
            last[0] = '\0';
        }
        if (!s) return;
        s->is_dashed = 1;
        snprintf(value, sizeof value, " %+.1f", kiln_i_tree_number(item, "valence"));
        if (strcmp(value, last) != 0) strncat(s->name, value, sizeof s->name - strlen(s->name) - 1);
        memcpy(last, value, sizeof last);
        add_run(d, s, points, 0, json_array_size(points) - 1);
        kiln_i_figure_break(d->f, s);
    }
}

/* ---- Windows along an isopleth ---- */

/* One number of one end of the window of each composition; where there is none, or several, the line is broken. */
static void add_end(drawing *d, kiln_i_series *s, const char *path)
{
    size_t i;
    json_t *row;
    json_array_foreach ((json_t *)kiln_i_tree_at(d->root, "result/windows/rows"), i, row) {
        const json_t *ranges = kiln_i_tree_at(row, "ranges"), *range = json_array_get(ranges, 0);
        if (json_array_size(ranges) != 1 || !kiln_i_tree_has(range, path)) kiln_i_figure_break(d->f, s);
        else add_spot(d, s, place(d, kiln_i_tree_number(row, "x_A"), kiln_i_tree_number(range, path)));
    }
    kiln_i_figure_break(d->f, s);
}

static void add_windows(drawing *d)
{
    static const char *const quantiles[] = {"low/low_K", "low/high_K", "high/low_K", "high/high_K"};
    char name[KILN_FIGURE_TEXT];
    const char *structure = kiln_i_tree_string(d->root, "result/windows/structure/label");
    if (!kiln_i_tree_has(d->root, "result/windows")) return;
    snprintf(name, sizeof name, "%s alone: 68 %% intervals of the ends", structure);
    kiln_i_series *s = kiln_i_figure_series(d->f, d->panel, KILN_I_SERIES_LINE, 1, name);
    if (!s) return;
    s->is_dashed = 1;
    for (int q = 0; q < 4; ++q) add_end(d, s, quantiles[q]);
    s = kiln_i_figure_series(d->f, d->panel, KILN_I_SERIES_LINE, 5, "second phases reach the detection limit");
    add_end(d, s, "low/detected_K");
    add_end(d, s, "high/detected_K");
}

/* ---- The frame ---- */

static const char *member(const drawing *d, size_t which)
{
    return kiln_i_tree_string(json_array_get(kiln_i_tree_at(d->root, "input/end_members"), which), "formula");
}

static void add_furnaces(drawing *d)
{
    static const struct {
        double log10_po2;
        const char *name;
    } furnaces[] = {{0.0, "O2"}, {-0.678816, "air"}, {-5.0, "Ar, N2"}};
    const kiln_i_axis *x = &d->panel->x, *y = &d->panel->y;
    for (int i = 0; i < 3; ++i) {
        if (!(furnaces[i].log10_po2 > x->low && furnaces[i].log10_po2 < x->high)) continue;
        kiln_i_figure_mark(d->f, d->panel, furnaces[i].log10_po2);
        kiln_i_figure_label *label = kiln_i_figure_label_at(d->f, d->panel, furnaces[i].log10_po2 - 0.03 * (x->high - x->low),
                                                            y->high - 0.02 * (y->high - y->low), furnaces[i].name);
        if (!label) return;
        label->size = SMALL;
        label->angle = 90;
        label->anchor = KILN_I_LABEL_RIGHT;
    }
    snprintf(d->f->marks_name, sizeof d->f->marks_name, "oxygen of furnace gases");
}

static void set_axes(drawing *d)
{
    const json_t *u = kiln_i_tree_at(d->root, "input/u_range"), *T = kiln_i_tree_at(d->root, "input/T_range_K");
    const char *varied = kiln_i_tree_string(d->root, "input/varied");
    d->panel->x = (kiln_i_axis){.low = number_at(u, 0), .high = number_at(u, 1)};
    d->panel->y = (kiln_i_axis){.label = "temperature (°C)",
                                .is_celsius = 1,
                                .low = kiln_i_celsius(number_at(T, 0)),
                                .high = kiln_i_celsius(number_at(T, 1))};
    if (strcmp(kiln_i_tree_string(d->root, "input/diagram"), "tpo2") == 0)
        snprintf(d->panel->x.label, sizeof d->panel->x.label, "log10 of p(O2) in bar");
    else
        snprintf(d->panel->x.label, sizeof d->panel->x.label, "%s, x(%.100s)",
                 kiln_i_fraction_words(kiln_i_tree_at(d->root, "input"), 0), varied && *varied ? varied : member(d, 0));
}

static void add_corner(drawing *d, double u, double v, double dx, double dy, const char *text, double size)
{
    const spot p = place(d, u, v);
    kiln_i_figure_label *label = kiln_i_figure_label_at(d->f, d->panel, p.x + dx, p.y + dy, text);
    if (label) label->size = size;
}

/* The sides, a scale on each of the corner it runs to, and the corners' names. */
static void add_triangle(drawing *d)
{
    static const double corner[4][2] = {{1.0, 0.0}, {0.0, 1.0}, {0.0, 0.0}, {1.0, 0.0}}; /* A, B, C */
    static const double off[3][2] = {{0.0, -0.055}, {0.055, 0.02}, {-0.055, 0.02}};      /* away from A-B, B-C, C-A */
    kiln_i_series *s = kiln_i_figure_series(d->f, d->panel, KILN_I_SERIES_LINE, 0, "");
    if (!s) return;
    s->is_edge = 1;
    for (int k = 0; k < 4; ++k) add_spot(d, s, place(d, corner[k][0], corner[k][1]));
    kiln_i_figure_break(d->f, s);
    for (int side = 0; side < 3; ++side)
        for (int tick = 1; tick < 5; ++tick) {
            char text[16];
            const double to = 0.2 * tick, u = corner[side][0] + to * (corner[side + 1][0] - corner[side][0]),
                         v = corner[side][1] + to * (corner[side + 1][1] - corner[side][1]);
            snprintf(text, sizeof text, "%.1f", to);
            add_corner(d, u, v, off[side][0], off[side][1], text, SMALL);
            const spot p = place(d, u, v);
            add_spot(d, s, p);
            add_spot(d, s, (spot){p.x + 0.3 * off[side][0], p.y + 0.3 * off[side][1]});
            kiln_i_figure_break(d->f, s);
        }
    add_corner(d, 1.0, 0.0, -0.02, -0.06, member(d, 0), 1.0);
    add_corner(d, 0.0, 1.0, 0.02, -0.06, member(d, 1), 1.0);
    add_corner(d, 0.0, 0.0, 0.0, 0.05, member(d, 2), 1.0);
}

static void open_triangle(drawing *d)
{
    const size_t used = strlen(d->f->subtitle);
    const double T_K = kiln_i_tree_number(d->root, "input/T_K");
    d->panel->is_bare = 1;
    d->panel->x = (kiln_i_axis){.low = -0.1, .high = 1.1};
    d->panel->y = (kiln_i_axis){.low = -0.1, .high = 0.96};
    d->panel->height = HEIGHT; /* the layout makes the scales equal */
    snprintf(d->f->title, sizeof d->f->title, "%.70s – %.70s – %.70s at %.0f °C (%.0f K)", member(d, 0), member(d, 1),
             member(d, 2), kiln_i_celsius(T_K), T_K);
    snprintf(d->f->subtitle + used, sizeof d->f->subtitle - used, "; %s",
             kiln_i_fraction_words(kiln_i_tree_at(d->root, "input"), 1));
}

void kiln_i_section_figure(const json_t *root, kiln_i_figure *f)
{
    drawing d = {.root = root, .fields = kiln_i_tree_at(root, "result/fields"), .f = f, .panel = kiln_i_figure_panel(f, HEIGHT)};
    d.is_triangle = strcmp(kiln_i_tree_string(root, "input/diagram"), "ternary") == 0;
    if (d.is_triangle) open_triangle(&d);
    else set_axes(&d);
    d.x_range = d.panel->x.high - d.panel->x.low;
    d.y_range = d.panel->y.high - d.panel->y.low;
    if (strcmp(kiln_i_tree_string(root, "input/diagram"), "isopleth") == 0 && !kiln_i_tree_has(root, "input/varied"))
        snprintf(f->title, sizeof f->title, "%.120s – %.120s", member(&d, 1), member(&d, 0));
    else if (!d.is_triangle) kiln_i_text_formula(kiln_i_tree_string(root, "input/formula"), f->title, sizeof f->title);
    add_fields(&d);
    add_lines(&d);
    if (d.is_triangle) {
        add_ties(&d);
        add_triangle(&d);
    } else {
        add_contours(&d);
        add_windows(&d);
        if (strcmp(kiln_i_tree_string(root, "input/diagram"), "tpo2") == 0) add_furnaces(&d);
    }
}
