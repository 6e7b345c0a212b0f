#include "report/figure.h"

#include "core/context.h"
#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_KNOTS = 32 };
#define LEAST_MASS 0.1 /* % */

/* Between two rows a fraction is drawn straight, but for phases that come or go there: they are at zero where the set of phases changes. Where
 * some are replaced by others at once all fractions jump. */
typedef struct stacking {
    const json_t *transitions;
    const kiln_i_step_column *columns;
    int n;
} stacking;

static const char *label_of(const json_t *rows, const kiln_i_step_column *c)
{
    size_t i;
    json_t *row;
    json_array_foreach ((json_t *)rows, i, row) {
        const json_t *phase = kiln_i_step_instance(row, c);
        if (phase) return kiln_i_tree_string(phase, "label");
    }
    return "";
}

static int names_phase(const json_t *list, const char *name)
{
    size_t i;
    json_t *phase;
    json_array_foreach ((json_t *)list, i, phase)
        if (strcmp(kiln_i_tree_string(phase, "phase"), name) == 0) return 1;
    return 0;
}

static int is_between(double T_K, double from_K, double to_K) { return (T_K - from_K) * (T_K - to_K) < 0.0; }

/* Mass fraction of a column at T_K between two rows. */
static double fraction(const stacking *s, const kiln_i_step_column *c, const json_t *from, const json_t *to, double T_K)
{
    const json_t *phase[] = {kiln_i_step_instance(from, c), kiln_i_step_instance(to, c)};
    double at[] = {kiln_i_tree_number(from, "T_K"), kiln_i_tree_number(to, "T_K")},
           value[] = {kiln_i_tree_number(phase[0], "mass_fraction"), kiln_i_tree_number(phase[1], "mass_fraction")};
    size_t i;
    json_t *change;
    json_array_foreach ((json_t *)s->transitions, i, change) {
        const double zero_K = kiln_i_tree_number(change, "T_K");
        if ((phase[0] && phase[1]) || !is_between(zero_K, at[0], at[1])) continue;
        if (!names_phase(kiln_i_tree_at(change, "leaves"), c->phase) && !names_phase(kiln_i_tree_at(change, "appears"), c->phase))
            continue;
        const int side = fabs(zero_K - at[0]) < fabs(T_K - at[0]) || zero_K == T_K ? 0 : 1;
        at[side] = zero_K;
        value[side] = 0.0;
    }
    return at[0] == at[1] ? value[0] : value[0] + (value[1] - value[0]) * (T_K - at[0]) / (at[1] - at[0]);
}

/* Below `column` in the stack, and with it; the stack is 1 high. */
static void stack(const stacking *s, int column, const json_t *from, const json_t *to, double T_K, double *low, double *high)
{
    double sum = 0.0;
    *low = *high = 0.0;
    for (int c = 0; c < s->n; ++c) {
        if (c == column) *low = sum;
        sum += fraction(s, &s->columns[c], from, to, T_K);
        if (c == column) *high = sum;
    }
    if (sum > 0.0) {
        *low /= sum;
        *high /= sum;
    }
}

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void reverse(double *value, int n)
{
    for (int k = 0; k < n / 2; ++k) {
        const double kept = value[k];
        value[k] = value[n - 1 - k];
        value[n - 1 - k] = kept;
    }
}

static int is_jump(const json_t *change)
{
    return json_array_size(kiln_i_tree_at(change, "leaves")) > 0 && json_array_size(kiln_i_tree_at(change, "appears")) > 0;
}

/* Temperatures at which the set of phases changes between two rows, in the order of the rows; those of jumps only or of all. */
static int find_knots(const stacking *s, double from_K, double to_K, int jumps_only, double knot_K[MAX_KNOTS])
{
    size_t i;
    json_t *change;
    int n = 0;
    json_array_foreach ((json_t *)s->transitions, i, change) {
        const double T_K = kiln_i_tree_number(change, "T_K");
        if (is_between(T_K, from_K, to_K) && (!jumps_only || is_jump(change)) && n < MAX_KNOTS) knot_K[n++] = T_K;
    }
    qsort(knot_K, (size_t)n, sizeof *knot_K, compare);
    if (from_K > to_K) reverse(knot_K, n);
    return n;
}

/* An area is broken where it has no thickness, so that no edge is drawn for a phase that is not there. */
static void add_thickness(kiln_i_figure *f, kiln_i_series *area, double T_K, double low, double high, double next_thickness)
{
    const int is_thin = !(high > low);
    const int was_thick = area->n > 0 && f->n_points > 0 && !kiln_i_figure_is_break(&f->point[f->n_points - 1]) &&
                          f->point[f->n_points - 1].b > f->point[f->n_points - 1].a;
    if (is_thin && !was_thick && !(next_thickness > 0.0)) {
        kiln_i_figure_break(f, area);
        return;
    }
    kiln_i_figure_add(f, area, kiln_i_celsius(T_K), low, high);
    if (is_thin && was_thick && !(next_thickness > 0.0)) kiln_i_figure_break(f, area);
}

typedef struct station {
    double T_K;
    const json_t *from, *to; /* NULL: no result here */
} station;

static void add_area(kiln_i_figure *f, kiln_i_panel *panel, const stacking *s, int column, const char *label, const station *at,
                     int n)
{
    kiln_i_series *area = kiln_i_figure_series(f, panel, KILN_I_SERIES_AREA, column, label);
    if (!area) return;
    area->is_labelled = 1;
    for (int i = 0; i < n; ++i) {
        double low, high, next_low = 0.0, next_high = 0.0;
        if (!at[i].from) {
            kiln_i_figure_break(f, area);
            continue;
        }
        stack(s, column, at[i].from, at[i].to, at[i].T_K, &low, &high);
        if (i + 1 < n && at[i + 1].from) stack(s, column, at[i + 1].from, at[i + 1].to, at[i + 1].T_K, &next_low, &next_high);
        add_thickness(f, area, at[i].T_K, low, high, next_high - next_low);
    }
}

static int has_appeared(const stacking *s, double T_K)
{
    size_t i;
    json_t *change;
    json_array_foreach ((json_t *)s->transitions, i, change)
        if (kiln_i_tree_number(change, "T_K") == T_K) return json_array_size(kiln_i_tree_at(change, "appears")) > 0;
    return 0;
}

/* Between two rows: the knots, or around jumps what the rows have; at most twice as many as there are transitions in between. The row beside a
 * lone knot that has no phase more than the knot says best what the others are there. */
static int add_knots(const stacking *s, const json_t *from, const json_t *to, station *at)
{
    double knot_K[MAX_KNOTS];
    const double from_K = kiln_i_tree_number(from, "T_K"), to_K = kiln_i_tree_number(to, "T_K");
    int n = find_knots(s, from_K, to_K, 1, knot_K);
    if (n > 0) {
        at[0] = (station){knot_K[0], from, from};
        at[1] = (station){knot_K[n - 1], to, to};
        return 2;
    }
    n = find_knots(s, from_K, to_K, 0, knot_K);
    if (n == 1) {
        const json_t *row = has_appeared(s, knot_K[0]) ? from : to;
        at[0] = (station){knot_K[0], row, row};
        return 1;
    }
    for (int k = 0; k < n; ++k) at[k] = (station){knot_K[k], from, to};
    return n;
}

/* Rows, and between them the temperatures at which phases come and go. */
static int collect_stations(const stacking *s, const json_t *rows, station *at)
{
    size_t i;
    json_t *row;
    int n = 0;
    const json_t *before = NULL;
    json_array_foreach ((json_t *)rows, i, row) {
        const int failed = kiln_i_tree_has(row, "failed");
        if (before && !failed) n += add_knots(s, before, row, at + n);
        at[n++] = (station){kiln_i_tree_number(row, "T_K"), failed ? NULL : row, row};
        before = failed ? NULL : row;
    }
    return n;
}

static void add_fractions(kiln_i_figure *f, const json_t *rows, const stacking *s, const station *at, int n)
{
    kiln_i_panel *panel = kiln_i_figure_panel(f, 0.55);
    panel->x = (kiln_i_axis){.label = "temperature (°C)", .is_celsius = 1};
    panel->y = (kiln_i_axis){.label = "mass fraction", .high = 1.0};
    for (int c = 0; c < s->n; ++c) {
        char label[KILN_FIGURE_TEXT];
        const char *name = label_of(rows, &s->columns[c]);
        if (s->columns[c].instance > 0) snprintf(label, sizeof label, "%.200s, %d", name, s->columns[c].instance + 1);
        else snprintf(label, sizeof label, "%s", name);
        add_area(f, panel, s, c, label, at, n);
    }
}

/* ---- Cations of one phase ---- */

/* The cations of the phase that is followed, over the same stations. */
typedef struct following {
    kiln_i_step_column column;
    int n;
    const char *symbol[KILN_MAX_COMPONENTS];
} following;

static double amount_at(const stacking *s, const following *w, const station *at, int i, int n)
{
    return i >= 0 && i < n && at[i].from ? fraction(s, &w->column, at[i].from, at[i].to, at[i].T_K) : 0.0;
}

/* The rows that tell the composition at a station: its own, or where the phase comes or goes there those of the neighbour that has it. */
static const station *informant(const stacking *s, const following *w, const station *at, int i, int n)
{
    if (!at[i].from) return NULL;
    for (int k = 0; k < 3; ++k) {
        static const int order[] = {0, 1, -1};
        const int other = i + order[k];
        if (!(amount_at(s, w, at, other, n) > 0.0)) continue;
        if (kiln_i_step_instance(at[other].from, &w->column) || kiln_i_step_instance(at[other].to, &w->column)) return &at[other];
    }
    return NULL;
}

static double share_at(const following *w, const station *told, double T_K, int k)
{
    const json_t *from = kiln_i_step_instance(told->from, &w->column), *to = kiln_i_step_instance(told->to, &w->column);
    if (!from || !to) return kiln_i_step_share(from ? from : to, w->n, w->symbol, k);
    const double from_K = kiln_i_tree_number(told->from, "T_K"), to_K = kiln_i_tree_number(told->to, "T_K"),
                 a = kiln_i_step_share(from, w->n, w->symbol, k), b = kiln_i_step_share(to, w->n, w->symbol, k);
    return from_K == to_K ? a : a + (b - a) * (T_K - from_K) / (to_K - from_K);
}

static void add_cation(kiln_i_figure *f, kiln_i_panel *panel, const stacking *s, const following *w, int k, const station *at,
                       int n)
{
    kiln_i_series *area = kiln_i_figure_series(f, panel, KILN_I_SERIES_AREA, s->n + k, w->symbol[k]);
    if (!area) return;
    area->is_labelled = 1;
    for (int i = 0; i < n; ++i) {
        const station *told = informant(s, w, at, i, n);
        double low = 0.0;
        if (!told) {
            kiln_i_figure_break(f, area);
            continue;
        }
        for (int below = 0; below < k; ++below) low += share_at(w, told, at[i].T_K, below);
        kiln_i_figure_add(f, area, kiln_i_celsius(at[i].T_K), low, low + share_at(w, told, at[i].T_K, k));
    }
}

/* Their styles follow those of the phases. A phase that is never stable has no panel. */
static void add_compositions(kiln_i_figure *f, const json_t *root, const stacking *s, const station *at, int n)
{
    following w;
    if (!kiln_i_step_followed(root, &w.column)) return;
    if ((w.n = kiln_i_step_cations(root, &w.column, w.symbol)) == 0) return;
    kiln_i_panel *panel = kiln_i_figure_panel(f, 0.4);
    panel->x = (kiln_i_axis){.label = "temperature (°C)", .is_celsius = 1};
    panel->y = (kiln_i_axis){.high = 1.0};
    snprintf(panel->y.label, sizeof panel->y.label, "cations of %.200s", kiln_i_tree_string(root, "input/compositions_of/label"));
    for (int k = 0; k < w.n; ++k) add_cation(f, panel, s, &w, k, at, n);
}

static double mass_at(const station *at)
{
    const double from_K = kiln_i_tree_number(at->from, "T_K"), to_K = kiln_i_tree_number(at->to, "T_K"),
                 from = kiln_i_tree_number(at->from, "mass_change_percent"),
                 to = kiln_i_tree_number(at->to, "mass_change_percent");
    return from_K == to_K ? from : from + (to - from) * (at->T_K - from_K) / (to_K - from_K);
}

static void add_mass(kiln_i_figure *f, const json_t *transitions, const station *at, int n)
{
    size_t i;
    json_t *change;
    kiln_i_panel *panel = kiln_i_figure_panel(f, 0.28);
    kiln_i_series *line = kiln_i_figure_series(f, panel, KILN_I_SERIES_LINE, 1, "");
    panel->x = (kiln_i_axis){.label = "temperature (°C)", .is_celsius = 1};
    panel->y = (kiln_i_axis){.label = "mass change (%)", .least = LEAST_MASS};
    for (int k = 0; k < n; ++k) {
        if (at[k].from) kiln_i_figure_add(f, line, kiln_i_celsius(at[k].T_K), mass_at(&at[k]), 0.0);
        else kiln_i_figure_break(f, line);
    }
    json_array_foreach ((json_t *)transitions, i, change)
        kiln_i_figure_mark(f, panel, kiln_i_celsius(kiln_i_tree_number(change, "T_K")));
    snprintf(f->marks_name, sizeof f->marks_name, "phases change");
}

static void set_temperatures(kiln_i_figure *f, const json_t *rows)
{
    size_t i;
    json_t *row;
    double low = INFINITY, high = -INFINITY;
    json_array_foreach ((json_t *)rows, i, row) {
        low = fmin(low, kiln_i_celsius(kiln_i_tree_number(row, "T_K")));
        high = fmax(high, kiln_i_celsius(kiln_i_tree_number(row, "T_K")));
    }
    if (!(high > low)) {
        low -= 1.0;
        high += 1.0;
    }
    for (int k = 0; k < f->n_panels; ++k) {
        f->panel[k].x.low = low;
        f->panel[k].x.high = high;
    }
}

void kiln_i_step_figure(const json_t *root, kiln_i_figure *f)
{
    kiln_i_step_column columns[KILN_STEP_COLUMNS];
    const json_t *rows = kiln_i_tree_at(root, "result/rows"), *transitions = kiln_i_tree_at(root, "result/transitions");
    const stacking s = {transitions, columns, kiln_i_step_columns(rows, columns)};
    /* A jump has two stations. */
    station *at = kiln_i_calloc(f->ctx, json_array_size(rows) + 2 * json_array_size(transitions) + 1, sizeof *at);
    if (!at) {
        f->status = kiln_i_fail(f->ctx, KILN_E_NOMEM, "figure");
        return;
    }
    const int n = collect_stations(&s, rows, at);
    add_fractions(f, rows, &s, at, n);
    add_compositions(f, root, &s, at, n);
    add_mass(f, transitions, at, n);
    set_temperatures(f, rows);
    kiln_i_free(f->ctx, at);
}
