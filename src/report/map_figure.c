#include "report/figure.h"

#include "core/context.h"
#include "report/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Markers by outcome, filled and open. */
enum { SINGLE = 1, MULTI = 5 };
#define FRAME 22.0 /* width of a frame in letters, on paper */
#define SIZE 0.72  /* of the numbers at the points */

typedef struct place {
    double x, y;
} place;

static place place_of(const json_t *item, const char *key)
{
    return (place){kiln_i_tree_number(item, "delta_percent"), kiln_i_tree_number(item, key) / 1000.0};
}

static int is_drawn(const json_t *item, const char *key) { return kiln_i_tree_is(item, "judged") && kiln_i_tree_has(item, key); }

static void add_points(kiln_i_figure *f, kiln_i_panel *panel, const json_t *items, const char *key, const char *outcome,
                       int style, const char *name)
{
    size_t i;
    json_t *item;
    kiln_i_series *points = NULL;
    json_array_foreach ((json_t *)items, i, item) {
        if (!is_drawn(item, key) || strcmp(kiln_i_tree_string(item, "outcome"), outcome) != 0) continue;
        if (!points) points = kiln_i_figure_series(f, panel, KILN_I_SERIES_POINTS, style, name);
        const place at = place_of(item, key);
        kiln_i_figure_add(f, points, at.x, at.y, 0.0);
    }
}

/* Ranges that leave room for numbers around every point; 0 is in sight. */
static int set_ranges(kiln_i_panel *panel, const json_t *items, const char *key)
{
    double low[] = {0.0, 0.0}, high[] = {0.5, 0.5};
    int n = 0;
    size_t i;
    json_t *item;
    json_array_foreach ((json_t *)items, i, item) {
        if (!is_drawn(item, key)) continue;
        const place at = place_of(item, key);
        high[0] = fmax(high[0], at.x);
        low[1] = fmin(low[1], at.y);
        high[1] = fmax(high[1], at.y);
        ++n;
    }
    panel->x.low = -0.04 * high[0];
    panel->x.high = 1.08 * high[0];
    const double span = high[1] - low[1];
    panel->y.low = low[1] - 0.08 * span;
    panel->y.high = high[1] + 0.08 * span;
    return n;
}

/* Number k beside its point where it touches no point and no number: at `to`, 0 if there is no such place. */
static int find_place(const kiln_i_panel *panel, const json_t *items, const char *key, place at, double half_width,
                      double half_height, place *to)
{
    static const double across[] = {1.0, -1.0, 0.0, 0.0, 1.0, -1.0, 1.0, -1.0},
                        up[] = {0.0, 0.0, 1.0, -1.0, 1.0, 1.0, -1.0, -1.0};
    const double marker_x = 0.6 * half_height * (panel->x.high - panel->x.low) / (panel->y.high - panel->y.low) * panel->height /
                            (FRAME / 30.0),
                 marker_y = 0.6 * half_height;
    for (int k = 0; k < 8; ++k) {
        int is_free = 1;
        size_t i;
        json_t *item;
        *to = (place){at.x + across[k] * (half_width + 1.3 * marker_x), at.y + up[k] * (half_height + 1.1 * marker_y)};
        json_array_foreach ((json_t *)items, i, item) {
            if (!is_drawn(item, key)) continue;
            const place other = place_of(item, key);
            is_free &= fabs(other.x - to->x) > half_width + marker_x || fabs(other.y - to->y) > half_height + marker_y;
        }
        for (int l = 0; l < panel->n_labels && is_free; ++l)
            is_free = fabs(panel->label[l].x - to->x) > 2.0 * half_width || fabs(panel->label[l].y - to->y) > 2.0 * half_height;
        if (is_free && to->x + half_width < panel->x.high && to->x - half_width > panel->x.low) return 1;
    }
    return 0;
}

static void add_numbers(kiln_i_figure *f, kiln_i_panel *panel, const json_t *items, const char *key)
{
    size_t i;
    json_t *item;
    const double letter_x = (panel->x.high - panel->x.low) / FRAME,
                 letter_y = (panel->y.high - panel->y.low) / (panel->height * 30.0);
    json_array_foreach ((json_t *)items, i, item) {
        char text[16];
        place to;
        if (!is_drawn(item, key)) continue;
        snprintf(text, sizeof text, "%.0f", kiln_i_tree_number(item, "number"));
        const double half_width = 0.5 * SIZE * kiln_i_figure_text_width(text, 1.0) * letter_x,
                     half_height = 0.45 * SIZE * letter_y;
        if (!find_place(panel, items, key, place_of(item, key), half_width, half_height, &to)) continue;
        kiln_i_figure_label *label = kiln_i_figure_label_at(f, panel, to.x, to.y, text);
        if (label) label->size = SIZE;
    }
}

/* The structure that all points have; "" where they have several. */
static const char *common_label(const json_t *items, const char *key)
{
    const char *label = "";
    size_t i;
    json_t *item;
    json_array_foreach ((json_t *)items, i, item) {
        if (!is_drawn(item, key)) continue;
        const char *own = kiln_i_tree_string(item, "label");
        if (*label && strcmp(label, own) != 0) return "";
        label = own;
    }
    return label;
}

void kiln_i_map_figure(const json_t *root, kiln_i_figure *f)
{
    const json_t *items = kiln_i_tree_at(root, "result/compositions");
    const int is_formation = strcmp(kiln_i_tree_string(root, "input/enthalpy"), "formation") == 0;
    const char *key = is_formation ? "formation_H_J_mol" : "mixing_H_J_mol";
    kiln_i_panel *panel = kiln_i_figure_panel(f, 0.65);
    char changes[KILN_FIGURE_TEXT];
    snprintf(changes, sizeof changes, "%.250s", f->subtitle);
    const char *label = common_label(items, key);
    snprintf(f->title, sizeof f->title, "%.80s%senthalpy of %s, size mismatch", label, *label ? ": " : "",
             is_formation ? "formation" : "mixing");
    snprintf(f->subtitle, sizeof f->subtitle, "numbers: rows of the list; Shannon radii, six neighbours%s", changes);
    snprintf(panel->x.label, sizeof panel->x.label, "cation size mismatch δ (%%)");
    snprintf(panel->y.label, sizeof panel->y.label, "enthalpy (kJ per mole of cations)");
    if (set_ranges(panel, items, key) == 0) {
        f->status = kiln_i_fail(f->ctx, KILN_E_ARG, "none of the compositions can be judged: there is nothing to draw");
        return;
    }
    kiln_i_series *zero = kiln_i_figure_series(f, panel, KILN_I_SERIES_LINE, SINGLE, "");
    if (zero) zero->is_thin = 1;
    kiln_i_figure_add(f, zero, panel->x.low, 0.0, 0.0);
    kiln_i_figure_add(f, zero, panel->x.high, 0.0, 0.0);
    add_points(f, panel, items, key, "single", SINGLE, "fired: one phase");
    add_points(f, panel, items, key, "multi", MULTI, "fired: several phases");
    add_numbers(f, panel, items, key);
}
