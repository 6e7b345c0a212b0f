#include "report/figure.h"

#include "core/context.h"
#include "report/report.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Eleven samples of vik (Crameri, 2018, version 8.0.1, doi:10.5281/zenodo.1243862), a diverging scale for any colour vision; the one in
 * the middle is white here. */
static const unsigned vik[] = {0x001261, 0x023A7B, 0x116496, 0x5496B7, 0xA7C9DA, 0xFFFFFF,
                               0xE1B8A0, 0xCD8961, 0xB75A26, 0x852206, 0x590008};
enum { SAMPLES = sizeof vik / sizeof *vik, BAR = 60, MOST = 18, WIDE = 8 };

/* The panel in units of cells: the scale stands beside the map, names around it. */
#define BAR_FROM 1.08 /* over the width of the map */
#define BAR_TO 1.13
#define PANEL 1.30
#define FRAME 22.0 /* width of a frame in letters, on paper */
#define GAP 0.03   /* of a cell, to its edge */

/* `value` from -1 to 1. */
static unsigned color_of(double value)
{
    const double at = (fmax(-1.0, fmin(value, 1.0)) + 1.0) / 2.0 * (SAMPLES - 1);
    const int k = (int)fmin(floor(at), SAMPLES - 2);
    unsigned color = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        const double from = vik[k] >> shift & 255, to = vik[k + 1] >> shift & 255;
        color |= (unsigned)lround(from + (to - from) * (at - k)) << shift;
    }
    return color;
}

/* Luminance (Rec. 709) below which letters are white. */
static int is_dark(unsigned color)
{
    return 0.2126 * (color >> 16 & 255) + 0.7152 * (color >> 8 & 255) + 0.0722 * (color & 255) < 120.0;
}

/* No less than the largest value, 1, 2, 3, 4 or 5 times a power of ten; kJ/mol. */
static double round_up(double value)
{
    const double power = pow(10.0, floor(log10(fmax(value, 0.1))));
    for (int k = 1; k <= 5; ++k)
        if (k * power >= value) return k * power;
    return 10.0 * power;
}

static double largest(const json_t *pairs)
{
    double most = 0.0;
    size_t i;
    json_t *pair;
    json_array_foreach ((json_t *)pairs, i, pair) most = fmax(most, fabs(kiln_i_tree_number(pair, "L0_J_mol")) / 1000.0);
    return most;
}

/* "Mg" where no other constituent of the map is one of magnesium. */
static void name_of(const json_t *names, size_t index, char *out, size_t size)
{
    const char *name = json_string_value(json_array_get(names, index));
    const size_t symbol = 1 + (islower((unsigned char)name[1]) != 0);
    int alike = 0;
    for (size_t i = 0; i < json_array_size(names); ++i) {
        const char *other = json_string_value(json_array_get(names, i));
        alike += strncmp(other, name, symbol) == 0 && !islower((unsigned char)other[symbol]);
    }
    if (alike > 1) snprintf(out, size, "%s", name);
    else snprintf(out, size, "%.*s", (int)symbol, name);
}

static void add_text(kiln_i_figure *f, kiln_i_panel *panel, double x, double y, const char *text, double size, int is_white)
{
    kiln_i_figure_label *label = kiln_i_figure_label_at(f, panel, x, y, text);
    if (!label) return;
    label->size = size;
    label->is_white = is_white;
}

/* A true minus, as gnuplot has on its axes. */
static void number(double value, int decimals, char *out, size_t size)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%.*f", decimals, fabs(value));
    snprintf(out, size, "%s%s", value < 0.0 && strpbrk(digits, "123456789") ? "\xe2\x88\x92" : "", digits);
}

/* A size in which a text fits into a cell, in letters of 1. */
static double fit(const char *text, double cells)
{
    return fmin(1.0, 0.88 * FRAME / (PANEL * cells) / kiln_i_figure_text_width(text, 1.0));
}

static void add_value(kiln_i_figure *f, kiln_i_panel *panel, const json_t *pair, double x, double y, double cells,
                      int shows_sigma, int is_white)
{
    char value[40] = "?", sigma[48] = "± ?";
    const int decimals = cells < WIDE;
    const double room = fit(decimals ? "+00.0" : "+00", cells) /* as wide as a true minus */;
    if (strcmp(kiln_i_tree_string(pair, "kind"), "conditional") == 0) snprintf(value, sizeof value, "…");
    if (kiln_i_tree_has(pair, "L0_J_mol")) number(kiln_i_tree_number(pair, "L0_J_mol") / 1000.0, decimals, value, sizeof value);
    add_text(f, panel, x, shows_sigma ? y + 0.16 : y, value, room, is_white);
    if (!shows_sigma || !kiln_i_tree_has(pair, "L0_J_mol")) return;
    if (kiln_i_tree_has(pair, "sigma_J_mol"))
        snprintf(sigma, sizeof sigma, "±%.*f", decimals || kiln_i_tree_number(pair, "sigma_J_mol") < 950.0,
                 kiln_i_tree_number(pair, "sigma_J_mol") / 1000.0);
    add_text(f, panel, x, y - 0.2, sigma, 0.75 * room, is_white);
}

/* Row i from above, column j: below the diagonal, which is left out. */
static void add_pair(kiln_i_figure *f, kiln_i_panel *panel, const json_t *pair, size_t i, size_t j, double cells, double scale,
                     int shows_sigma)
{
    const double x = (double)j + 0.5, y = cells - (double)i + 0.5, half = 0.5 - GAP;
    const int has_value = kiln_i_tree_has(pair, "L0_J_mol");
    const unsigned color = has_value ? color_of(kiln_i_tree_number(pair, "L0_J_mol") / 1000.0 / scale) : 0xFFFFFF;
    kiln_i_figure_cell *cell = kiln_i_figure_cell_at(f, panel, x - half, y - half, x + half, y + half, color);
    if (!cell) return;
    cell->has_border = 1;
    if (kiln_i_tree_is(pair, "estimated")) {
        cell->is_hatched = 1;
        cell->is_white = is_dark(color);
        /* The hatch leaves room for the number. */
        const double up = (shows_sigma ? 0.8 : 0.55) * half;
        kiln_i_figure_cell_at(f, panel, x - 0.8 * half, y - up, x + 0.8 * half, y + up, color);
    }
    add_value(f, panel, pair, x, y, cells, shows_sigma, is_dark(color));
}

/* Rows on the left, columns below; charges make names too long to stand side by side. */
static void add_names(kiln_i_figure *f, kiln_i_panel *panel, const json_t *names, double cells)
{
    char name[64];
    size_t longest = 0;
    const double size = fmin(1.0, 0.9 * FRAME / (PANEL * cells) / kiln_i_figure_text_width("Mg", 1.0));
    for (size_t i = 0; i < json_array_size(names); ++i) {
        name_of(names, i, name, sizeof name);
        if (strlen(name) > longest) longest = strlen(name);
    }
    for (size_t i = 0; i < json_array_size(names); ++i) {
        name_of(names, i, name, sizeof name);
        kiln_i_figure_label *row = i > 0 ? kiln_i_figure_label_at(f, panel, -0.15, cells - (double)i + 0.5, name) : NULL;
        if (row) row->anchor = KILN_I_LABEL_RIGHT;
        if (row) row->size = size;
        if (i + 1 == json_array_size(names)) break;
        kiln_i_figure_label *column =
            kiln_i_figure_label_at(f, panel, (double)i + 0.5, (longest > 2 ? -0.01 : -0.035) * cells, name);
        if (column) column->size = size;
        if (column && longest > 2) {
            column->angle = 90;
            column->anchor = KILN_I_LABEL_RIGHT;
        }
    }
}

/* Every stripe reaches up to the top, so that no seam shows between two. */
static void add_bar(kiln_i_figure *f, kiln_i_panel *panel, double cells, double scale)
{
    char text[40];
    for (int k = 0; k < BAR; ++k)
        kiln_i_figure_cell_at(f, panel, BAR_FROM * cells, cells * k / BAR, BAR_TO * cells, cells,
                              color_of(2.0 * (k + 0.5) / BAR - 1.0));
    kiln_i_figure_cell *edge = kiln_i_figure_cell_at(f, panel, BAR_FROM * cells, 0.0, BAR_TO * cells, cells, 0);
    if (edge) edge->is_empty = edge->has_border = 1;
    for (int k = -2; k <= 2; ++k) {
        const double value = scale * k / 2.0;
        number(value, fabs(value - round(value)) > 1e-9, text, sizeof text);
        kiln_i_figure_label *label = kiln_i_figure_label_at(f, panel, (BAR_TO + 0.02) * cells, cells * (k + 2) / 4.0, text);
        if (label) label->anchor = KILN_I_LABEL_LEFT;
    }
    add_text(f, panel, BAR_FROM * cells, 1.06 * cells, "kJ/mol", 1.0, 0);
}

void kiln_i_pairs_figure(const json_t *root, kiln_i_figure *f)
{
    const json_t *result = kiln_i_tree_at(root, "result"), *names = kiln_i_tree_at(result, "constituents"),
                 *pairs = kiln_i_tree_at(result, "pairs");
    const size_t n = json_array_size(names);
    const double cells = (double)n - 1.0, scale = round_up(largest(pairs));
    const int is_sites = strstr(kiln_i_tree_string(result, "basis"), "sublattice") != NULL;
    if (n > MOST) {
        f->status = kiln_i_fail(f->ctx, KILN_E_ARG, "a map of %d constituents cannot be read: at most %d", (int)n, (int)MOST);
        return;
    }
    kiln_i_panel *panel = kiln_i_figure_panel(f, 0.58);
    char changes[KILN_FIGURE_TEXT];
    snprintf(changes, sizeof changes, "%.250s", f->subtitle);
    snprintf(f->title, sizeof f->title, "pair interactions in %.80s, %.0f °C", kiln_i_tree_string(result, "label"),
             kiln_i_celsius(kiln_i_tree_number(root, "input/T_K")));
    snprintf(f->subtitle, sizeof f->subtitle, "L0 per mole of %s%s%s%s", is_sites ? "sites of sublattice " : "cations",
             is_sites ? kiln_i_tree_string(result, "sublattice") : "",
             kiln_i_tree_number(result, "estimated") > 0.0 ? "; hatched: estimated" : "", changes);
    panel->x = (kiln_i_axis){.is_bare = 1, .high = PANEL * cells};
    panel->y = (kiln_i_axis){.is_bare = 1, .high = cells};
    add_bar(f, panel, cells, scale);
    for (size_t i = 1; i < n; ++i)
        for (size_t j = 0; j < i; ++j)
            add_pair(f, panel, json_array_get(pairs, i * (i - 1) / 2 + j), i, j, cells, scale,
                     kiln_i_tree_is(root, "input/sigma"));
    add_names(f, panel, names, cells);
}
