#include "report/figure.h"

#include "core/context.h"
#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Fields are outlined from slabs: between temperatures at which the sequence of fields changes each is a strip between two curves. Strips of the same phases that touch
 * where slabs meet are one field, and one polygon. */
enum { SLABS = 256, CURVES = 256, STRIPS = 2048 };
static const double HEIGHT = 0.85;   /* of the panel, over the width of the figure */
static const double SMALL = 0.85;    /* letters of labels, over those of names */
static const double TOUCH = 1e-12;   /* in x: strips that have less in common do not touch */
static const double COMPOUND = 1e-9; /* in x: a field no wider is a line */

typedef struct curve {
    const json_t *below, *above, *points;
    size_t n;
    double T_low, T_high; /* K */
} curve;

typedef struct strip {
    const json_t *phases;
    int left, right;        /* curves; -1: the frame */
    double low[2], high[2]; /* x at the bottom and at the top */
    int is_done;
} strip;

typedef struct outline {
    kiln_i_figure *f;
    kiln_i_series *series;
    const json_t *fields;
    int n_curves, n_slabs, n_strips;
    curve curves[CURVES];
    double T[SLABS + 1];  /* K; slab k lies between T[k] and T[k + 1] */
    int first[SLABS + 1]; /* its strips: first[k] to first[k + 1] - 1, by rising x */
    strip strips[STRIPS];
} outline;

static double T_of(const curve *c, size_t i) { return kiln_i_tree_number(json_array_get(c->points, i), "T_K"); }
static double x_of(const curve *c, size_t i) { return kiln_i_tree_number(json_array_get(c->points, i), "x_A"); }

static double x_at(const curve *c, double T_K)
{
    size_t low = 0, high = c->n - 1;
    while (high - low > 1) {
        const size_t middle = (low + high) / 2;
        if (T_of(c, middle) <= T_K) low = middle;
        else high = middle;
    }
    const double a = T_of(c, low), b = T_of(c, high);
    if (T_K <= a || b <= a) return x_of(c, low);
    return T_K >= b ? x_of(c, high) : x_of(c, low) + (x_of(c, high) - x_of(c, low)) * (T_K - a) / (b - a);
}

static int is_compound(const strip *s) { return s->high[0] - s->low[0] < COMPOUND && s->high[1] - s->low[1] < COMPOUND; }

/* ---- Slabs and strips ---- */

static void read_curves(outline *o, const json_t *list)
{
    size_t i;
    json_t *item;
    json_array_foreach ((json_t *)list, i, item) {
        curve *c = &o->curves[o->n_curves];
        *c = (curve){.below = kiln_i_tree_at(item, "below"),
                     .above = kiln_i_tree_at(item, "above"),
                     .points = kiln_i_tree_at(item, "points")};
        if (o->n_curves == CURVES || (c->n = json_array_size(c->points)) < 2) continue;
        c->T_low = T_of(c, 0);
        c->T_high = T_of(c, c->n - 1);
        ++o->n_curves;
    }
}

static void read_slabs(outline *o, const json_t *root)
{
    size_t i;
    json_t *item;
    const json_t *range = kiln_i_tree_at(root, "input/T_range_K");
    const double top = json_number_value(json_array_get(range, 1));
    o->T[0] = json_number_value(json_array_get(range, 0));
    json_array_foreach ((json_t *)kiln_i_tree_at(root, "result/invariants"), i, item) {
        const double T_K = kiln_i_tree_number(item, "T_K");
        if (T_K > o->T[o->n_slabs] && T_K < top && o->n_slabs + 1 < SLABS) o->T[++o->n_slabs] = T_K;
    }
    o->T[++o->n_slabs] = top;
}

/* Without a curve one field fills the slab. */
static const json_t *only_field(const outline *o, double T_K)
{
    size_t i;
    json_t *field;
    json_array_foreach ((json_t *)o->fields, i, field)
        if (T_K >= kiln_i_tree_number(field, "T_low_K") && T_K <= kiln_i_tree_number(field, "T_high_K"))
            return kiln_i_tree_at(field, "phases");
    return NULL;
}

static void add_strip(outline *o, int slab, const json_t *phases, int left, int right)
{
    if (o->n_strips == STRIPS || !phases) return;
    strip *s = &o->strips[o->n_strips++];
    *s = (strip){.phases = phases, .left = left, .right = right};
    for (int k = 0; k < 2; ++k) {
        s->low[k] = left < 0 ? 0.0 : x_at(&o->curves[left], o->T[slab + k]);
        s->high[k] = right < 0 ? 1.0 : x_at(&o->curves[right], o->T[slab + k]);
    }
}

/* By x, and curves at one place, the two of a compound, so that fields follow each other. */
static int comes_before(const curve *a, const curve *b, double T_K)
{
    const double x = x_at(a, T_K), y = x_at(b, T_K);
    if (fabs(x - y) > COMPOUND) return x < y;
    return kiln_i_field_same(a->above, b->below) && !kiln_i_field_same(b->above, a->below);
}

static void add_slab(outline *o, int slab)
{
    int order[CURVES], n = 0;
    const double T_K = 0.5 * (o->T[slab] + o->T[slab + 1]);
    for (int c = 0; c < o->n_curves; ++c) {
        if (T_K <= o->curves[c].T_low || T_K >= o->curves[c].T_high) continue;
        int at = n++;
        for (; at > 0 && comes_before(&o->curves[c], &o->curves[order[at - 1]], T_K); --at) order[at] = order[at - 1];
        order[at] = c;
    }
    o->first[slab] = o->n_strips;
    if (n == 0) add_strip(o, slab, only_field(o, T_K), -1, -1);
    for (int k = 0; k < n; ++k) add_strip(o, slab, o->curves[order[k]].below, k ? order[k - 1] : -1, order[k]);
    if (n > 0) add_strip(o, slab, o->curves[order[n - 1]].above, order[n - 1], -1);
    o->first[slab + 1] = o->n_strips;
}

/* ---- Outlines ---- */

static void put(outline *o, double x, double T_K) { kiln_i_figure_add(o->f, o->series, x, kiln_i_celsius(T_K), 0.0); }

static void put_side(outline *o, int slab, int c, int is_up)
{
    if (c < 0) return;
    const curve *k = &o->curves[c];
    for (size_t i = 0; i < k->n; ++i) {
        const size_t at = is_up ? i : k->n - 1 - i;
        if (T_of(k, at) > o->T[slab] && T_of(k, at) < o->T[slab + 1]) put(o, x_of(k, at), T_of(k, at));
    }
}

static void enter(outline *o, int slab, int index, int from_below, double p, double q);

/* Along the bottom of a strip from left to right between x = from and to, or along its top from right to left; where a strip of the same field lies on the other side, around that. */
static void put_end(outline *o, int slab, int index, int is_top, double from, double to)
{
    const strip *s = &o->strips[index];
    const int other = slab + (is_top ? 1 : -1);
    const double T_K = o->T[slab + is_top], low = fmin(from, to), high = fmax(from, to);
    put(o, from, T_K);
    const int begin = other >= 0 && other < o->n_slabs ? o->first[other] : 0,
              end = other >= 0 && other < o->n_slabs ? o->first[other + 1] : 0;
    for (int k = 0; k < end - begin; ++k) {
        const int i = is_top ? end - 1 - k : begin + k;
        const strip *n = &o->strips[i];
        const double p = fmax(low, n->low[!is_top]), q = fmin(high, n->high[!is_top]);
        if (n->is_done || q - p < TOUCH || !kiln_i_field_same(s->phases, n->phases)) continue;
        put(o, is_top ? q : p, T_K);
        enter(o, other, i, is_top, p, q);
        put(o, is_top ? p : q, T_K);
    }
    put(o, to, T_K);
}

/* Around a strip against the clock, which was entered through [p, q] of its bottom or its top. A field is a tree of strips then: what would close a ring is cut. */
static void enter(outline *o, int slab, int index, int from_below, double p, double q)
{
    strip *s = &o->strips[index];
    s->is_done = 1;
    put_end(o, slab, index, !from_below, from_below ? q : p, from_below ? s->high[0] : s->low[1]);
    put_side(o, slab, from_below ? s->right : s->left, from_below);
    put_end(o, slab, index, from_below, from_below ? s->high[1] : s->low[0], from_below ? s->low[1] : s->high[0]);
    put_side(o, slab, from_below ? s->left : s->right, !from_below);
    put_end(o, slab, index, !from_below, from_below ? s->low[0] : s->high[1], from_below ? p : q);
}

static void add_field(outline *o, kiln_i_panel *panel, int slab, int index, kiln_i_phase_styles *known)
{
    char name[KILN_FIGURE_TEXT];
    const strip *s = &o->strips[index];
    const int is_single = json_array_size(s->phases) == 1;
    kiln_i_field_name(s->phases, name, sizeof name);
    o->series = kiln_i_figure_series(o->f, panel, KILN_I_SERIES_POLYGON,
                                     is_single ? kiln_i_phase_style(known, kiln_i_phase_label(s->phases, 0)) : 0,
                                     *name ? name : "no combination of phases");
    if (!o->series) return;
    o->series->is_labelled = 1;
    o->series->is_blank = !is_single;
    enter(o, slab, index, 1, s->low[0], s->low[0]);
}

/* A field that is a line has its name beside it. */
static void name_compound(outline *o, kiln_i_panel *panel, int slab, int index)
{
    char name[KILN_FIGURE_TEXT];
    strip *s = &o->strips[index];
    const double x = s->low[0];
    int last = slab, at = index;
    for (int is_found = 1; is_found && last + 1 < o->n_slabs;) {
        is_found = 0;
        for (int i = o->first[last + 1]; i < o->first[last + 2] && !is_found; ++i) {
            strip *n = &o->strips[i];
            is_found = is_compound(n) && fabs(n->low[0] - x) < COMPOUND && kiln_i_field_same(n->phases, s->phases);
            if (is_found) at = i;
        }
        if (is_found) {
            o->strips[at].is_done = 1;
            ++last;
        }
    }
    s->is_done = 1;
    if (x < COMPOUND || x > 1.0 - COMPOUND) return; /* the end members are written below */
    const double bottom = kiln_i_celsius(o->T[slab]), top = kiln_i_celsius(o->T[last + 1]);
    kiln_i_field_name(s->phases, name, sizeof name);
    kiln_i_figure_label *label = kiln_i_figure_label_at(o->f, panel, x, 0.5 * (bottom + top), name);
    if (!label) return;
    label->is_floating = 1;
    label->reach = 0.25 * (top - bottom);
    label->angle = 90;
    label->size = SMALL;
}

static void add_fields(outline *o, kiln_i_panel *panel)
{
    kiln_i_phase_styles known = {0};
    for (int slab = 0; slab < o->n_slabs; ++slab)
        for (int i = o->first[slab]; i < o->first[slab + 1]; ++i) {
            if (o->strips[i].is_done) continue;
            if (!is_compound(&o->strips[i])) add_field(o, panel, slab, i, &known);
            else if (json_array_size(o->strips[i].phases) == 1) name_compound(o, panel, slab, i);
        }
}

/* ---- Lines ---- */

/* The parts of all curves between points that are both certified, or those that are not. */
static void add_curves(outline *o, kiln_i_panel *panel, int certified, const char *name)
{
    kiln_i_series *line = NULL;
    for (int c = 0; c < o->n_curves; ++c)
        for (size_t i = 0; i + 1 < o->curves[c].n; ++i) {
            const curve *k = &o->curves[c];
            const int both = kiln_i_tree_is(json_array_get(k->points, i), "certified") &&
                             kiln_i_tree_is(json_array_get(k->points, i + 1), "certified");
            if (both != certified) continue;
            if (!line) line = kiln_i_figure_series(o->f, panel, KILN_I_SERIES_LINE, 0, name);
            if (!line) return;
            line->is_edge = 1;
            line->is_dotted = !certified;
            const kiln_i_figure_point *last = line->n ? &o->f->point[o->f->n_points - 1] : NULL;
            if (!last || last->t != x_of(k, i) || last->a != kiln_i_celsius(T_of(k, i))) {
                kiln_i_figure_break(o->f, line);
                kiln_i_figure_add(o->f, line, x_of(k, i), kiln_i_celsius(T_of(k, i)), 0.0);
            }
            kiln_i_figure_add(o->f, line, x_of(k, i + 1), kiln_i_celsius(T_of(k, i + 1)), 0.0);
        }
}

static void add_spinodals(kiln_i_figure *f, kiln_i_panel *panel, const json_t *list)
{
    size_t i, k;
    json_t *item, *point;
    kiln_i_series *line = NULL;
    json_array_foreach ((json_t *)list, i, item) {
        if (!line && !(line = kiln_i_figure_series(f, panel, KILN_I_SERIES_LINE, 0, "spinodal"))) return;
        line->is_edge = line->is_dashed = 1;
        kiln_i_figure_break(f, line);
        json_array_foreach ((json_t *)kiln_i_tree_at(item, "points"), k, point)
            kiln_i_figure_add(f, line, kiln_i_tree_number(point, "x_A"), kiln_i_celsius(kiln_i_tree_number(point, "T_K")), 0.0);
    }
}

/* ---- Invariants ---- */

static void extend(const json_t *list, const char *key, double *low, double *high)
{
    size_t i;
    json_t *item;
    json_array_foreach ((json_t *)list, i, item) {
        *low = fmin(*low, kiln_i_tree_number(item, key));
        *high = fmax(*high, kiln_i_tree_number(item, key));
    }
}

/* Over its phases; where it is unresolved over the fields that differ. */
static void stretch_of(const json_t *item, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    extend(kiln_i_tree_at(item, "reactants"), "x_A", low, high);
    extend(kiln_i_tree_at(item, "products"), "x_A", low, high);
    if (kiln_i_tree_has(item, "reaction")) return;
    extend(kiln_i_tree_at(item, "fields_below"), "x_A_low", low, high);
    extend(kiln_i_tree_at(item, "fields_above"), "x_A_low", low, high);
    extend(kiln_i_tree_at(item, "fields_below"), "x_A_high", low, high);
    extend(kiln_i_tree_at(item, "fields_above"), "x_A_high", low, high);
}

static int is_point(const json_t *item)
{
    double low, high;
    stretch_of(item, &low, &high);
    return high - low < COMPOUND;
}

/* Those with the flag as one series of lines, or of points. */
static void add_invariants(kiln_i_figure *f, kiln_i_panel *panel, const json_t *list, int certified, const char *name)
{
    size_t i;
    json_t *item;
    kiln_i_series *line = NULL;
    json_array_foreach ((json_t *)list, i, item) {
        double low, high;
        stretch_of(item, &low, &high);
        if (is_point(item) || !(low <= high) || kiln_i_tree_is(item, "certified") != certified) continue;
        if (!line && !(line = kiln_i_figure_series(f, panel, KILN_I_SERIES_LINE, 0, name))) return;
        line->is_edge = 1;
        line->is_dotted = !certified;
        kiln_i_figure_break(f, line);
        kiln_i_figure_add(f, line, low, kiln_i_celsius(kiln_i_tree_number(item, "T_K")), 0.0);
        kiln_i_figure_add(f, line, high, kiln_i_celsius(kiln_i_tree_number(item, "T_K")), 0.0);
    }
}

/* Open circles for critical points, dots for where structures change places at one composition. */
static void add_points(kiln_i_figure *f, kiln_i_panel *panel, const json_t *list, int critical, int style, const char *name)
{
    size_t i;
    json_t *item;
    kiln_i_series *points = NULL;
    json_array_foreach ((json_t *)list, i, item) {
        double low, high;
        if (!is_point(item) || (strcmp(kiln_i_tree_string(item, "kind"), "critical") == 0) != critical) continue;
        stretch_of(item, &low, &high);
        if (!points && !(points = kiln_i_figure_series(f, panel, KILN_I_SERIES_POINTS, style, name))) return;
        points->is_edge = 1;
        kiln_i_figure_add(f, points, low, kiln_i_celsius(kiln_i_tree_number(item, "T_K")), 0.0);
    }
}

static void label_invariants(kiln_i_figure *f, kiln_i_panel *panel, const json_t *list)
{
    size_t i;
    json_t *item;
    json_array_foreach ((json_t *)list, i, item) {
        char text[KILN_FIGURE_TEXT];
        double low, high;
        const double T_C = kiln_i_celsius(kiln_i_tree_number(item, "T_K"));
        stretch_of(item, &low, &high);
        if (!(low <= high)) continue;
        snprintf(text, sizeof text, "%.100s %.0f", kiln_i_tree_string(item, "kind"), T_C);
        if (kiln_i_tree_number(item, "sigma_K") > 0.0)
            snprintf(text + strlen(text), sizeof text - strlen(text), " ± %.0f", kiln_i_tree_number(item, "sigma_K"));
        snprintf(text + strlen(text), sizeof text - strlen(text), " °C");
        kiln_i_figure_label *label = kiln_i_figure_label_at(f, panel, 0.5 * (low + high), T_C, text);
        if (!label) return;
        label->size = SMALL;
        label->is_boxed = label->is_floating = 1;
        label->reach = 0.5 * (high - low);
    }
}

/* ---- Measured points ---- */

/* A series a source and kind: filled markers for edges of fields, open ones for other things seen. */
static kiln_i_series *begin_points(kiln_i_figure *f, kiln_i_panel *panel, const json_t *item, int n)
{
    static const char *const kinds[][2] = {{"single", ": one phase"},
                                           {"multiple", ": several phases"},
                                           {"invariant", ": reaction"}};
    char name[KILN_FIGURE_TEXT];
    const char *kind = kiln_i_tree_string(item, "kind"), *label = kiln_i_tree_string(item, "label"), *what = "";
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; ++k)
        if (strcmp(kind, kinds[k][0]) == 0) what = kinds[k][1];
    snprintf(name, sizeof name, "%.100s%s", *label ? label : "measured", what);
    kiln_i_series *points = kiln_i_figure_series(f, panel, KILN_I_SERIES_POINTS,
                                                 n % (KILN_FIGURE_STYLES / 2) + (*what ? KILN_FIGURE_STYLES / 2 : 0), name);
    if (points) points->is_measured = 1;
    return points;
}

static int is_alike(const json_t *a, const json_t *b)
{
    return strcmp(kiln_i_tree_string(a, "kind"), kiln_i_tree_string(b, "kind")) == 0 &&
           strcmp(kiln_i_tree_string(a, "label"), kiln_i_tree_string(b, "label")) == 0;
}

static int is_shown(const kiln_i_panel *panel, const json_t *item)
{
    const double T_C = kiln_i_celsius(kiln_i_tree_number(item, "T_K"));
    return T_C >= panel->y.low && T_C <= panel->y.high;
}

/* One standard deviation to either side. */
static void add_bars(kiln_i_figure *f, kiln_i_panel *panel, const json_t *list)
{
    size_t i;
    json_t *item;
    kiln_i_series *bars = NULL;
    json_array_foreach ((json_t *)list, i, item) {
        const double x = kiln_i_tree_number(item, "x_A"), T_C = kiln_i_celsius(kiln_i_tree_number(item, "T_K")),
                     dx = kiln_i_tree_number(item, "sigma_x"), dT = kiln_i_tree_number(item, "sigma_T_K");
        if (!is_shown(panel, item) || !(dx > 0.0 || dT > 0.0)) continue;
        if (!bars && !(bars = kiln_i_figure_series(f, panel, KILN_I_SERIES_LINE, 0, ""))) return;
        bars->is_measured = 1;
        for (int vertical = 0; vertical < 2; ++vertical)
            for (int side = -1; side <= 1 && (vertical ? dT : dx) > 0.0; side += 2) {
                if (side < 0) kiln_i_figure_break(f, bars);
                kiln_i_figure_add(f, bars, vertical ? x : fmin(fmax(x + side * dx, 0.0), 1.0),
                                  vertical ? fmin(fmax(T_C + side * dT, panel->y.low), panel->y.high) : T_C, 0.0);
            }
    }
}

static void add_measured(kiln_i_figure *f, kiln_i_panel *panel, const json_t *list)
{
    int n = 0;
    add_bars(f, panel, list);
    for (size_t i = 0; i < json_array_size(list); ++i) {
        const json_t *item = json_array_get(list, i);
        size_t before = 0;
        while (before < i && !is_alike(json_array_get(list, before), item)) ++before;
        if (before < i) continue;
        kiln_i_series *points = begin_points(f, panel, item, n++);
        for (size_t k = i; k < json_array_size(list); ++k) {
            const json_t *other = json_array_get(list, k);
            if (is_alike(other, item) && is_shown(panel, other))
                kiln_i_figure_add(f, points, kiln_i_tree_number(other, "x_A"), kiln_i_celsius(kiln_i_tree_number(other, "T_K")),
                                  0.0);
        }
        if (points && points->n == 0) points->name[0] = '\0';
    }
}

static void set_axes(kiln_i_figure *f, kiln_i_panel *panel, const json_t *root)
{
    const json_t *ends = kiln_i_tree_at(root, "input/end_members"), *range = kiln_i_tree_at(root, "input/T_range_K");
    const char *A = kiln_i_tree_string(json_array_get(ends, 0), "formula"),
               *B = kiln_i_tree_string(json_array_get(ends, 1), "formula");
    snprintf(f->title, sizeof f->title, "%.100s – %.100s", B, A);
    snprintf(panel->x.label, sizeof panel->x.label, "%s, x(%.100s)", kiln_i_fraction_words(kiln_i_tree_at(root, "input"), 0), A);
    panel->x.high = 1.0;
    panel->y = (kiln_i_axis){.label = "temperature (°C)",
                             .is_celsius = 1,
                             .low = kiln_i_celsius(json_number_value(json_array_get(range, 0))),
                             .high = kiln_i_celsius(json_number_value(json_array_get(range, 1)))};
}

static void draw(outline *o, kiln_i_panel *panel, const json_t *root)
{
    const json_t *invariants = kiln_i_tree_at(root, "result/invariants");
    read_curves(o, kiln_i_tree_at(root, "result/curves"));
    read_slabs(o, root);
    for (int slab = 0; slab < o->n_slabs; ++slab) add_slab(o, slab);
    add_fields(o, panel);
    add_spinodals(o->f, panel, kiln_i_tree_at(root, "result/spinodals"));
    add_curves(o, panel, 1, "");
    add_curves(o, panel, 0, "not certified");
    add_invariants(o->f, panel, invariants, 1, "");
    add_invariants(o->f, panel, invariants, 0, "not certified");
    add_points(o->f, panel, invariants, 0, 0, "");
    add_points(o->f, panel, invariants, 1, 5, "critical point");
    add_measured(o->f, panel, kiln_i_tree_at(root, "result/experiments"));
    label_invariants(o->f, panel, invariants);
}

void kiln_i_tx_figure(const json_t *root, kiln_i_figure *f)
{
    outline *o = kiln_i_calloc(f->ctx, 1, sizeof *o);
    if (!o) {
        f->status = kiln_i_fail(f->ctx, KILN_E_NOMEM, "outlines of a figure");
        return;
    }
    kiln_i_panel *panel = kiln_i_figure_panel(f, HEIGHT);
    o->f = f;
    o->fields = kiln_i_tree_at(root, "result/fields");
    set_axes(f, panel, root);
    draw(o, panel, root);
    kiln_i_free(f->ctx, o);
}
