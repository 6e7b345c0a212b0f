#include "report/figure.h"

#include "core/context.h"
#include "report/report.h"

#include <stdio.h>
#include <string.h>

static const char *label_at(const json_t *field, size_t k)
{
    return kiln_i_tree_string(json_array_get(kiln_i_tree_at(field, "phases"), k), "label");
}

static size_t n_phases(const json_t *field) { return json_array_size(kiln_i_tree_at(field, "phases")); }

static int is_same_field(const json_t *a, const json_t *b)
{
    if (n_phases(a) != n_phases(b)) return 0;
    for (size_t k = 0; k < n_phases(a); ++k)
        if (strcmp(label_at(a, k), label_at(b, k)) != 0) return 0;
    return 1;
}

/* The same fields in the same order, so that lines may be drawn from one to the other. */
static int is_alike(const json_t *a, const json_t *b)
{
    const json_t *from = kiln_i_tree_at(a, "fields"), *to = kiln_i_tree_at(b, "fields");
    if (json_array_size(from) != json_array_size(to) || json_array_size(from) == 0) return 0;
    for (size_t i = 0; i < json_array_size(from); ++i)
        if (!is_same_field(json_array_get(from, i), json_array_get(to, i))) return 0;
    return 1;
}

/* One style a phase, whatever the order in which it is met. */
typedef struct phases {
    int n;
    const char *label[KILN_FIGURE_SERIES];
} phases;

static int style_of(phases *known, const char *label)
{
    for (int i = 0; i < known->n; ++i)
        if (strcmp(known->label[i], label) == 0) return i;
    if (known->n < KILN_FIGURE_SERIES) known->label[known->n++] = label;
    return known->n - 1;
}

static void field_name(const json_t *field, char *out, size_t size)
{
    out[0] = '\0';
    for (size_t k = 0; k < n_phases(field); ++k) {
        const size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s", k ? " + " : "", label_at(field, k));
    }
}

/* Rows [first, last) of one kind: field `index` of them all. Areas of one phase have its colour, the others are white. */
static void add_field(kiln_i_figure *f, kiln_i_panel *panel, const json_t *rows, size_t first, size_t last, size_t index,
                      phases *known)
{
    char name[KILN_FIGURE_TEXT];
    const json_t *field = json_array_get(kiln_i_tree_at(json_array_get(rows, first), "fields"), index);
    const int is_single = n_phases(field) == 1;
    field_name(field, name, sizeof name);
    kiln_i_series *area =
        kiln_i_figure_series(f, panel, KILN_I_SERIES_AREA, is_single ? style_of(known, label_at(field, 0)) : 0, name);
    if (!area) return;
    if (last - first < 2) area->name[0] = '\0'; /* markers only */
    area->is_labelled = 1;
    area->is_blank = !is_single;
    for (size_t i = first; i < last; ++i) {
        const json_t *row = json_array_get(rows, i), *here = json_array_get(kiln_i_tree_at(row, "fields"), index);
        kiln_i_figure_add(f, area, kiln_i_celsius(kiln_i_tree_number(row, "T_K")), kiln_i_tree_number(here, "x_A_low"),
                          kiln_i_tree_number(here, "x_A_high"));
    }
}

/* The edges as they were calculated: lines between them are only a help to the eye. */
static void add_edges(kiln_i_figure *f, kiln_i_panel *panel, const json_t *rows)
{
    size_t i, k;
    json_t *row, *edge;
    kiln_i_series *points = kiln_i_figure_series(f, panel, KILN_I_SERIES_POINTS, 1, "calculated edges");
    json_array_foreach ((json_t *)rows, i, row)
        json_array_foreach ((json_t *)kiln_i_tree_at(row, "boundaries"), k, edge)
            kiln_i_figure_add(f, points, kiln_i_celsius(kiln_i_tree_number(row, "T_K")), kiln_i_tree_number(edge, "x_A"), 0.0);
}

static void set_temperatures(kiln_i_axis *axis, const json_t *rows)
{
    size_t i;
    json_t *row;
    json_array_foreach ((json_t *)rows, i, row) {
        const double T_C = kiln_i_celsius(kiln_i_tree_number(row, "T_K"));
        if (i == 0 || T_C < axis->low) axis->low = T_C;
        if (i == 0 || T_C > axis->high) axis->high = T_C;
    }
}

void kiln_i_gap_figure(const json_t *root, kiln_i_figure *f)
{
    phases known = {0};
    const json_t *rows = kiln_i_tree_at(root, "result/rows"), *ends = kiln_i_tree_at(root, "input/end_members");
    if (json_array_size(rows) < 2) {
        f->status = kiln_i_fail(f->ctx, KILN_E_ARG, "a diagram of one temperature would be empty: it needs a range");
        return;
    }
    kiln_i_panel *panel = kiln_i_figure_panel(f, 0.75);
    const char *A = kiln_i_tree_string(json_array_get(ends, 0), "formula"),
               *B = kiln_i_tree_string(json_array_get(ends, 1), "formula");
    snprintf(f->title, sizeof f->title, "%.100s – %.100s", B, A);
    snprintf(panel->x.label, sizeof panel->x.label, "mole fraction of cations, x(%.100s)", A);
    panel->is_turned = 1;
    panel->x.high = 1.0;
    panel->y = (kiln_i_axis){.label = "temperature (°C)", .is_celsius = 1};
    set_temperatures(&panel->y, rows);
    for (size_t first = 0, last; first < json_array_size(rows); first = last) {
        const json_t *fields = kiln_i_tree_at(json_array_get(rows, first), "fields");
        for (last = first + 1; last < json_array_size(rows) && is_alike(json_array_get(rows, first), json_array_get(rows, last));
             ++last) {}
        for (size_t k = 0; k < json_array_size(fields); ++k) add_field(f, panel, rows, first, last, k, &known);
    }
    add_edges(f, panel, rows);
}
