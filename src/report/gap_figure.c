#include "report/figure.h"

#include "core/context.h"
#include "report/report.h"

#include <math.h>
#include <stdio.h>

static const json_t *phases_of(const json_t *field) { return kiln_i_tree_at(field, "phases"); }

/* The same fields in the same order, so that lines may be drawn from one to the other. */
static int is_alike(const json_t *a, const json_t *b)
{
    const json_t *from = kiln_i_tree_at(a, "fields"), *to = kiln_i_tree_at(b, "fields");
    if (json_array_size(from) != json_array_size(to) || json_array_size(from) == 0) return 0;
    for (size_t i = 0; i < json_array_size(from); ++i)
        if (!kiln_i_field_same(phases_of(json_array_get(from, i)), phases_of(json_array_get(to, i)))) return 0;
    return 1;
}

static const json_t *field_at(const json_t *rows, size_t row, size_t k)
{
    return json_array_get(kiln_i_tree_at(json_array_get(rows, row), "fields"), k);
}

static int is_single(const json_t *field) { return json_array_size(phases_of(field)) == 1; }

static kiln_i_series *begin_area(kiln_i_figure *f, kiln_i_panel *panel, const json_t *field, kiln_i_phase_styles *known)
{
    char name[KILN_FIGURE_TEXT];
    kiln_i_field_name(phases_of(field), name, sizeof name);
    kiln_i_series *area =
        kiln_i_figure_series(f, panel, KILN_I_SERIES_AREA,
                             is_single(field) ? kiln_i_phase_style(known, kiln_i_phase_label(phases_of(field), 0)) : 0, name);
    if (!area) return NULL;
    area->is_labelled = 1;
    area->is_blank = !is_single(field);
    return area;
}

static void add_place(kiln_i_figure *f, kiln_i_series *area, const json_t *rows, size_t row, const json_t *field)
{
    kiln_i_figure_add(f, area, kiln_i_celsius(kiln_i_tree_number(json_array_get(rows, row), "T_K")),
                      kiln_i_tree_number(field, "x_A_low"), kiln_i_tree_number(field, "x_A_high"));
}

/* ---- Fields of one phase: as far as the phase goes, whatever its neighbours ---- */

static int overlaps(const json_t *a, const json_t *b)
{
    return kiln_i_field_same(phases_of(a), phases_of(b)) &&
           kiln_i_tree_number(a, "x_A_low") <= kiln_i_tree_number(b, "x_A_high") &&
           kiln_i_tree_number(b, "x_A_low") <= kiln_i_tree_number(a, "x_A_high");
}

/* The only field of `row` that overlaps this one and has its phase; -1: none, or several. */
static int only_overlap(const json_t *rows, size_t row, const json_t *field)
{
    const json_t *fields = kiln_i_tree_at(json_array_get(rows, row), "fields");
    int found = -1;
    for (size_t k = 0; k < json_array_size(fields); ++k) {
        if (!overlaps(field, json_array_get(fields, k))) continue;
        if (found >= 0) return -1;
        found = (int)k;
    }
    return found;
}

/* The field of row `to` that continues field k of row `from`, and no other of that row; -1 without. */
static int continued(const json_t *rows, size_t from, size_t k, size_t to)
{
    if (to >= json_array_size(rows)) return -1; /* also before the first */
    const int next = only_overlap(rows, to, field_at(rows, from, k));
    return next >= 0 && only_overlap(rows, from, field_at(rows, to, (size_t)next)) == (int)k ? next : -1;
}

static void add_single(kiln_i_figure *f, kiln_i_panel *panel, const json_t *rows, size_t row, size_t k,
                       kiln_i_phase_styles *known)
{
    const int is_alone = continued(rows, row, k, row + 1) < 0;
    kiln_i_series *area = begin_area(f, panel, field_at(rows, row, k), known);
    if (!area) return;
    if (is_alone) area->name[0] = '\0'; /* markers only */
    for (int next = (int)k; next >= 0; next = continued(rows, row - 1, k, row)) {
        k = (size_t)next;
        add_place(f, area, rows, row, field_at(rows, row, k));
        ++row;
    }
}

static void add_singles(kiln_i_figure *f, kiln_i_panel *panel, const json_t *rows, kiln_i_phase_styles *known)
{
    for (size_t row = 0; row < json_array_size(rows); ++row)
        for (size_t k = 0; field_at(rows, row, k); ++k)
            if (is_single(field_at(rows, row, k)) && (row == 0 || continued(rows, row, k, row - 1) < 0))
                add_single(f, panel, rows, row, k, known);
}

/* The part of `whole` that field k of `row` continues, where others of that row do, too: half way to these. */
static void part_of(const json_t *rows, size_t row, size_t k, const json_t *whole, double *low, double *high)
{
    const json_t *part = field_at(rows, row, k), *other;
    *low = kiln_i_tree_number(whole, "x_A_low");
    *high = kiln_i_tree_number(whole, "x_A_high");
    for (size_t i = 0; (other = field_at(rows, row, i)); ++i) {
        if (i == k || !overlaps(other, whole)) continue;
        if (i < k) *low = fmax(*low, 0.5 * (kiln_i_tree_number(other, "x_A_high") + kiln_i_tree_number(part, "x_A_low")));
        else *high = fmin(*high, 0.5 * (kiln_i_tree_number(part, "x_A_high") + kiln_i_tree_number(other, "x_A_low")));
    }
}

/* Between two rows of which one has two fields where the other has one: filled, and no edge drawn. */
static void add_join(kiln_i_figure *f, kiln_i_panel *panel, const json_t *rows, size_t row, size_t a, size_t b,
                     kiln_i_phase_styles *known)
{
    double low[2], high[2];
    const json_t *from = field_at(rows, row, a), *to = field_at(rows, row + 1, b);
    kiln_i_series *fill = kiln_i_figure_series(f, panel, KILN_I_SERIES_POLYGON,
                                               kiln_i_phase_style(known, kiln_i_phase_label(phases_of(from), 0)), "");
    part_of(rows, row + 1, b, from, &low[0], &high[0]);
    part_of(rows, row, a, to, &low[1], &high[1]);
    for (int k = 0; k < 4; ++k) {
        const int upper = k == 1 || k == 2;
        kiln_i_figure_add(f, fill, kiln_i_celsius(kiln_i_tree_number(json_array_get(rows, row + (size_t)upper), "T_K")),
                          k < 2 ? low[upper] : high[upper], 0.0);
    }
}

static void add_joins(kiln_i_figure *f, kiln_i_panel *panel, const json_t *rows, kiln_i_phase_styles *known)
{
    for (size_t row = 0; row + 1 < json_array_size(rows); ++row)
        for (size_t a = 0; field_at(rows, row, a); ++a) {
            if (!is_single(field_at(rows, row, a)) || continued(rows, row, a, row + 1) >= 0) continue;
            for (size_t b = 0; field_at(rows, row + 1, b); ++b)
                if (overlaps(field_at(rows, row, a), field_at(rows, row + 1, b))) add_join(f, panel, rows, row, a, b, known);
        }
}

/* ---- Fields of more phases: over rows with the same fields ---- */

static void add_blanks(kiln_i_figure *f, kiln_i_panel *panel, const json_t *rows, size_t first, size_t last)
{
    for (size_t k = 0; last - first > 1 && field_at(rows, first, k); ++k) {
        if (is_single(field_at(rows, first, k))) continue;
        kiln_i_series *area = begin_area(f, panel, field_at(rows, first, k), NULL);
        for (size_t i = first; area && i < last; ++i) add_place(f, area, rows, i, field_at(rows, i, k));
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
    kiln_i_phase_styles known = {0};
    const json_t *rows = kiln_i_tree_at(root, "result/rows"), *ends = kiln_i_tree_at(root, "input/end_members");
    if (json_array_size(rows) < 2) {
        f->status = kiln_i_fail(f->ctx, KILN_E_ARG, "a diagram of one temperature would be empty: it needs a range");
        return;
    }
    kiln_i_panel *panel = kiln_i_figure_panel(f, 0.75);
    const char *A = kiln_i_tree_string(json_array_get(ends, 0), "formula"),
               *B = kiln_i_tree_string(json_array_get(ends, 1), "formula");
    snprintf(f->title, sizeof f->title, "%.100s – %.100s", B, A);
    snprintf(panel->x.label, sizeof panel->x.label, "%s, x(%.100s)", kiln_i_fraction_words(kiln_i_tree_at(root, "input"), 0), A);
    panel->is_turned = 1;
    panel->x.high = 1.0;
    panel->y = (kiln_i_axis){.label = "temperature (°C)", .is_celsius = 1};
    set_temperatures(&panel->y, rows);
    add_singles(f, panel, rows, &known);
    add_joins(f, panel, rows, &known);
    for (size_t first = 0, last; first < json_array_size(rows); first = last) {
        for (last = first + 1; last < json_array_size(rows) && is_alike(json_array_get(rows, first), json_array_get(rows, last));
             ++last) {}
        add_blanks(f, panel, rows, first, last);
    }
    add_edges(f, panel, rows);
}
