#include "report/figure.h"

#include "text/quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define KELVIN 273.15
#define MEASURED 0xB3200F /* dark enough for white, and no colour of the styles */

/* A number of a script, whatever the locale; for one statement. */
#define N(value) kiln_i_number_text((value), 7, (char[KILN_NUMBER_TEXT]){0})

/* Ten colours of batlow (Crameri, 2018, doi:10.5281/zenodo.1243862), read by people with any colour vision, in an order in which
 * neighbours differ in grey; a hatch of gnuplot (0: none) and its colour; a marker. */
static const struct {
    unsigned fill;
    int hatch;
    unsigned hatch_color;
    int marker;
} styles[KILN_FIGURE_STYLES] = {{0xF8A17B, 0, 0, 7},         {0x103F60, 0, 0, 5},        {0xFDB7BC, 4, 0x7A3B40, 9},
                                {0x3C6D56, 5, 0xFFFFFF, 11}, {0xFACCFA, 0, 0, 13},       {0x687B3E, 4, 0xFFFFFF, 6},
                                {0xD29343, 5, 0x4A2F0A, 4},  {0x1C5A62, 1, 0xFFFFFF, 8}, {0xFFFFFF, 4, 0x011959, 10},
                                {0x9D892B, 1, 0x2E2808, 12}};

static unsigned pale(unsigned color)
{
    unsigned out = 0;
    for (int shift = 0; shift < 24; shift += 8) out |= (255 - (255 - (color >> shift & 255)) * 3 / 10) << shift;
    return out;
}

/* The cairo terminals take a font's points for 1/72 inch at 96 pixels an inch. Points of 1/72 inch become pixels of 1/96 inch in SVG, and of 1/300 inch on paper or 1/150 inch on a slide in PNG. */
static void add_terminal(const kiln_figure_options *o, const kiln_i_layout *l, kiln_i_buffer *b)
{
    static const char *const names[] = {"svg", "pdfcairo", "pngcairo"};
    const double scale = o->format == KILN_FIGURE_SVG    ? 96.0 / 72.0
                         : o->format == KILN_FIGURE_PDF  ? 1.0
                         : o->theme == KILN_FIGURE_PAPER ? 300.0 / 72.0
                                                         : 150.0 / 72.0,
                 width = l->width * scale, height = l->height * scale;
    kiln_i_buffer_print(b, "set terminal %s enhanced font '%s,%s' fontscale %s linewidth %s ", names[o->format],
                        o->font ? o->font : "DejaVu Sans", N(l->font),
                        N(o->format == KILN_FIGURE_SVG ? scale : scale * 72.0 / 96.0), N(scale * l->font / 8.0));
    if (o->format == KILN_FIGURE_PDF) kiln_i_buffer_print(b, "size %scm,%scm\n", N(width * 2.54 / 72.0), N(height * 2.54 / 72.0));
    else kiln_i_buffer_print(b, "size %.0f,%.0f background rgb '#FFFFFF'\n", width, height);
}

static void add_point(const kiln_i_figure_point *p, double a, kiln_i_buffer *b)
{
    kiln_i_buffer_print(b, "%s %s\n", N(p->t), N(a));
}

static void add_turned(const kiln_i_figure_point *p, double a, kiln_i_buffer *b)
{
    kiln_i_buffer_print(b, "%s %s\n", N(a), N(p->t));
}

typedef void (*point_writer)(const kiln_i_figure_point *p, double a, kiln_i_buffer *b);

static size_t run_length(const kiln_i_figure_point *p, size_t n)
{
    size_t length = 0;
    while (length < n && !kiln_i_figure_is_break(&p[length])) ++length;
    return length;
}

/* There along a and back along b. */
static void add_outline(const kiln_i_figure_point *p, size_t n, point_writer add, kiln_i_buffer *b)
{
    for (size_t i = 0; i < n; ++i) add(&p[i], p[i].a, b);
    for (size_t i = n; i-- > 0;) add(&p[i], p[i].b, b);
    add(&p[0], p[0].a, b);
}

static void add_side(const kiln_i_figure_point *p, size_t n, int is_b, point_writer add, kiln_i_buffer *b)
{
    for (size_t i = 0; i < n; ++i) add(&p[i], is_b ? p[i].b : p[i].a, b);
    kiln_i_buffer_print(b, "\n");
}

/* An area is two blocks, its outlines to be filled and its edges: where it ends is no edge. */
static void add_series(const kiln_i_figure *f, const kiln_i_series *s, const char *name, point_writer add, kiln_i_buffer *b)
{
    const int n_blocks = s->kind == KILN_I_SERIES_AREA && !s->is_pale ? 2 : 1;
    for (int block = 0; block < n_blocks; ++block) {
        kiln_i_buffer_print(b, "%s%s << EOD\n", name, block ? "_edges" : "");
        for (size_t at = 0, n; at < s->n; at += n + 1) {
            const kiln_i_figure_point *p = &f->point[s->first + at];
            n = run_length(p, s->n - at);
            if (n == 0) continue;
            if (block || s->kind != KILN_I_SERIES_AREA) add_side(p, n, 0, add, b); /* a polygon is closed by gnuplot */
            else {
                add_outline(p, n, add, b);
                kiln_i_buffer_print(b, "\n");
            }
            if (block) add_side(p, n, 1, add, b);
        }
        kiln_i_buffer_print(b, "EOD\n");
    }
}

static void add_data(const kiln_i_figure *f, kiln_i_buffer *b)
{
    char name[32];
    for (int k = 0; k < f->n_panels; ++k)
        for (int i = 0; i < f->panel[k].n_series; ++i) {
            snprintf(name, sizeof name, "$panel%d_%d", k + 1, i + 1);
            add_series(f, &f->panel[k].series[i], name, f->panel[k].is_turned ? add_turned : add_point, b);
        }
}

static unsigned fill_color(const kiln_i_series *s)
{
    return s->is_blank ? 0xFFFFFF : s->is_pale ? pale(styles[s->style].fill) : styles[s->style].fill;
}

static void add_fill(const kiln_i_series *s, const char *data, kiln_i_buffer *b)
{
    kiln_i_buffer_print(b, "%s with filledcurves closed fs solid noborder fc rgb '#%06X'", data, fill_color(s));
    if (styles[s->style].hatch && !s->is_blank)
        kiln_i_buffer_print(b, ", \\\n     %s with filledcurves closed fs transparent pattern %d noborder fc rgb '#%06X'", data,
                            styles[s->style].hatch, styles[s->style].hatch_color);
}

static unsigned line_color(const kiln_i_series *s) { return s->is_measured ? MEASURED : s->is_edge ? 0 : styles[s->style].fill; }

static void add_line_look(const kiln_i_series *s, kiln_i_buffer *b)
{
    if (s->is_thin || s->is_faint) {
        kiln_i_buffer_print(b, s->is_thin ? "lw 0.6 dt 2 lc rgb '#666666'" : "lw 0.5 lc rgb '#777777'");
        return;
    }
    kiln_i_buffer_print(b, "lw %s lc rgb '#%06X'%s", s->is_edge || s->is_measured ? "0.8" : "1.5", line_color(s),
                        s->is_dashed   ? " dt '-'"
                        : s->is_dotted ? " dt '.'"
                                       : "");
}

/* Each on a larger one in white, so that it stands out from any ground. */
static void add_cased_points(const kiln_i_series *s, const char *data, kiln_i_buffer *b)
{
    static const int ground[] = {1, 2, 3, 5, 5, 7, 7, 9, 9, 11, 11, 13, 13}; /* of the markers from 1 on: the same, filled */
    const int marker = styles[s->style].marker;
    kiln_i_buffer_print(b, "%s with points pt %d ps %s lw 1 lc rgb '#FFFFFF', \\\n     ", data, ground[marker - 1],
                        s->is_measured ? "2" : "1.5");
    kiln_i_buffer_print(b, "%s with points pt %d ps %s lw 0.7 lc rgb '#%06X'", data, marker, s->is_measured ? "1.3" : "1",
                        line_color(s));
}

static void add_cased_lines(const kiln_i_series *s, const char *data, kiln_i_buffer *b)
{
    kiln_i_buffer_print(b, "%s with lines lw 2 lc rgb '#FFFFFF', \\\n     %s with lines ", data, data);
    add_line_look(s, b);
}

static void add_curve(const kiln_i_panel *panel, const kiln_i_series *s, const char *data, kiln_i_buffer *b)
{
    if (s->kind == KILN_I_SERIES_AREA) kiln_i_buffer_print(b, "%s_edges with lines lw 0.6 lc rgb '#000000'", data);
    else if (s->kind == KILN_I_SERIES_POINTS && (s->is_edge || s->is_measured)) add_cased_points(s, data, b);
    else if (s->kind == KILN_I_SERIES_POINTS)
        kiln_i_buffer_print(b, "%s with points pt %d ps %s lw 1 lc rgb '#%06X'", data, styles[s->style].marker,
                            panel->is_turned ? "0.4" : "1.4", styles[s->style].fill);
    else if (s->is_measured) add_cased_lines(s, data, b);
    else {
        kiln_i_buffer_print(b, "%s with lines ", data);
        add_line_look(s, b);
    }
}

static int is_filled(const kiln_i_series *s) { return s->kind == KILN_I_SERIES_AREA || s->kind == KILN_I_SERIES_POLYGON; }
static int has_edges(const kiln_i_series *s) { return s->kind == KILN_I_SERIES_AREA && !s->is_pale; }

/* Fills first, then edges, lines and points, so that no fill lies over a neighbour's edge. */
static void add_plot(const kiln_i_panel *panel, int k, kiln_i_buffer *b)
{
    char data[32];
    const char *before = "plot ";
    for (int pass = 0; pass < 2; ++pass)
        for (int i = 0; i < panel->n_series; ++i) {
            const kiln_i_series *s = &panel->series[i];
            if (s->n == 0 || (pass == 0 ? !is_filled(s) : is_filled(s) && !has_edges(s))) continue;
            snprintf(data, sizeof data, "$panel%d_%d", k + 1, i + 1);
            kiln_i_buffer_print(b, "%s", before);
            before = ", \\\n     ";
            if (pass == 0) add_fill(s, data, b);
            else add_curve(panel, s, data, b);
        }
    kiln_i_buffer_print(b, strcmp(before, "plot ") == 0 ? "plot 1/0 notitle\n" : "\n");
}

static void add_cell_with(const kiln_i_figure_cell *cell, const char *look, kiln_i_buffer *b)
{
    kiln_i_buffer_print(b, "set object rectangle from first %s,%s to first %s,%s %s\n", N(cell->x_low), N(cell->y_low),
                        N(cell->x_high), N(cell->y_high), look);
}

static void add_cell(const kiln_i_figure_cell *cell, kiln_i_buffer *b)
{
    char look[96];
    snprintf(look, sizeof look, "fs solid noborder fc rgb '#%06X'", cell->color);
    if (!cell->is_empty) add_cell_with(cell, look, b);
    snprintf(look, sizeof look, "fs transparent pattern 4 noborder fc rgb '%s'", cell->is_white ? "#FFFFFF" : "#777777");
    if (cell->is_hatched) add_cell_with(cell, look, b);
    if (cell->has_border) add_cell_with(cell, "fs empty border lc rgb '#777777' lw 0.6", b);
}

/* A title of an axis, centred on the frame; gnuplot's own stand where its idea of a line's height puts them. */
static void add_axis_title(const kiln_i_layout *l, const char *text, double x, double y, int angle, double room, kiln_i_buffer *b)
{
    if (!*text) return;
    kiln_i_buffer_print(b, "set label ");
    kiln_i_figure_quote(b, text);
    kiln_i_buffer_print(b, " at screen %s,%s center rotate by %d font ',%s'\n", N(x / l->width), N(y / l->height), angle,
                        N(kiln_i_figure_text_fit(text, l->font, room)));
}

/* One axis: "x" or "y", its numbers shown or left to the panel below, and the one opposite in K. */
static void add_axis(const kiln_i_axis *axis, const char *name, int has_numbers, int has_kelvin, kiln_i_buffer *b)
{
    const int is_x = *name == 'x';
    if (axis->is_bare) {
        kiln_i_buffer_print(b, "set %srange [%s:%s]\nunset %stics\nunset m%stics\nunset %s2tics\nunset border\n", name,
                            N(axis->low), N(axis->high), name, name, name);
        return;
    }
    kiln_i_buffer_print(b, "set %srange [%s:%s]\nset %stics %s %s offset %s\nset m%stics 2\nset format %s '%s'\n", name,
                        N(axis->low), N(axis->high), name, N(axis->step), axis->is_celsius ? "nomirror" : "mirror",
                        is_x ? "0,0.4" : "0.3,0", name, name, has_numbers ? "%g" : "");
    if (has_kelvin)
        kiln_i_buffer_print(b, "set %s2range [%s:%s]\nset %s2tics %s offset %s\nset m%s2tics 2\nset format %s2 '%%g'\n", name,
                            N(axis->low + KELVIN), N(axis->high + KELVIN), name, N(axis->step), is_x ? "0,-0.4" : "-0.3,0", name,
                            name);
    else kiln_i_buffer_print(b, "unset %s2tics\nunset m%s2tics\n", name, name);
}

static void add_no_axes(const kiln_i_panel *panel, kiln_i_buffer *b)
{
    kiln_i_buffer_print(b, "unset border\nunset tics\nset xrange [%s:%s]\nset yrange [%s:%s]\n", N(panel->x.low),
                        N(panel->x.high), N(panel->y.low), N(panel->y.high));
}

static void add_axis_titles(const kiln_i_figure *f, const kiln_i_layout *l, int k, kiln_i_buffer *b)
{
    const kiln_i_panel *panel = &f->panel[k];
    const double x = (l->left + l->width - l->right) / 2.0, y = (l->top[k] + l->bottom[k]) / 2.0, off = 2.7 * l->font,
                 width = l->width - 2.0 * l->font, height = l->top[k] - l->bottom[k];
    if (panel->has_own_x || k + 1 == f->n_panels) add_axis_title(l, panel->x.label, x, l->bottom[k] - off, 0, width, b);
    if (k == 0 && panel->x.is_celsius) add_axis_title(l, "temperature (K)", x, l->top[k] + off, 0, width, b);
    add_axis_title(l, panel->y.label, l->font, y, 90, height, b);
    if (panel->y.is_celsius) add_axis_title(l, "temperature (K)", l->width - l->font, y, -90, height, b);
}

static void add_name(const kiln_i_series *s, double font, kiln_i_buffer *b)
{
    char number[16];
    snprintf(number, sizeof number, "%d", s->number);
    kiln_i_buffer_print(b, "set label ");
    kiln_i_figure_quote(b, s->number ? number : s->name);
    kiln_i_buffer_print(b, " at %s,%s center front %s", N(s->label_x), N(s->label_y), s->is_upright ? "rotate by 90" : "boxed");
    if (s->number && s->number_size < 1.0) kiln_i_buffer_print(b, " font ',%s'", N(s->number_size * font));
    kiln_i_buffer_print(b, "\n");
}

static void add_label(const kiln_i_figure_label *label, double font, kiln_i_buffer *b)
{
    static const char *const anchors[] = {"center", "left", "right"};
    const char key[] = {label->key, '\0'};
    if (label->key)
        kiln_i_buffer_print(b, "set arrow from %s,%s to %s,%s nohead front lw 0.6 lc rgb '#000000'\n", N(label->from_x),
                            N(label->from_y), N(label->tip_x), N(label->tip_y));
    kiln_i_buffer_print(b, "set label ");
    kiln_i_figure_quote(b, label->key ? key : label->text);
    kiln_i_buffer_print(b, " at %s,%s %s front rotate by %d font ',%s' textcolor rgb '%s'%s\n", N(label->x), N(label->y),
                        anchors[label->anchor], label->key ? 0 : label->angle, N(label->size * font),
                        label->is_white ? "#FFFFFF" : "#000000", label->is_boxed ? " boxed" : "");
}

static void add_marks(const kiln_i_panel *panel, double font, kiln_i_buffer *b)
{
    for (int i = 0; i < panel->n_marks; ++i)
        kiln_i_buffer_print(b,
                            "set arrow from first %s, graph 0 to first %s, graph 1 nohead front lw 0.8 dt 3 lc rgb '#000000'\n",
                            N(panel->mark[i]), N(panel->mark[i]));
    for (int i = 0; i < panel->n_cells; ++i) add_cell(&panel->cell[i], b);
    for (int i = 0; i < panel->n_series; ++i)
        if (panel->series[i].has_label) add_name(&panel->series[i], font, b);
    for (int i = 0; i < panel->n_labels; ++i) add_label(&panel->label[i], font, b);
}

static void add_panel(const kiln_i_figure *f, const kiln_i_layout *l, int k, kiln_i_buffer *b)
{
    const kiln_i_panel *panel = &f->panel[k];
    kiln_i_buffer_print(
        b, "\nset lmargin at screen %s\nset rmargin at screen %s\nset tmargin at screen %s\nset bmargin at screen %s\n",
        N(l->left / l->width), N(1.0 - l->right / l->width), N(l->top[k] / l->height), N(l->bottom[k] / l->height));
    if (panel->is_bare) add_no_axes(panel, b);
    else {
        add_axis(&panel->x, "x", panel->has_own_x || k + 1 == f->n_panels, panel->x.is_celsius && k == 0, b);
        add_axis(&panel->y, "y", 1, panel->y.is_celsius, b);
        add_axis_titles(f, l, k, b);
    }
    add_marks(panel, l->font, b);
    add_plot(panel, k, b);
    kiln_i_buffer_print(b, "unset label\nunset arrow\nunset object\n");
}

static void add_screen_text(const kiln_i_layout *l, const char *text, double x, double y, double font, const char *color,
                            kiln_i_buffer *b)
{
    kiln_i_buffer_print(b, "set label ");
    kiln_i_figure_quote(b, text);
    kiln_i_buffer_print(b, " at screen %s,%s left font ',%s' textcolor rgb '%s'\n", N(x / l->width), N(y / l->height), N(font),
                        color);
}

static void add_box(const kiln_i_layout *l, double x, double y, const char *look, kiln_i_buffer *b)
{
    const double half = 0.42 * l->font, width = 2.0 * l->font;
    kiln_i_buffer_print(b, "set object rectangle from screen %s,%s to screen %s,%s %s\n", N(x / l->width),
                        N((y - half) / l->height), N((x + width) / l->width), N((y + half) / l->height), look);
}

static void add_number(const kiln_i_layout *l, const char *number, double x, double y, kiln_i_buffer *b)
{
    kiln_i_buffer_print(b, "set label '%s' at screen %s,%s center front font ',%s' boxed\n", number, N(x / l->width),
                        N(y / l->height), N(0.8 * l->font));
}

static void add_swatch(const kiln_i_layout *l, const kiln_i_legend_entry *entry, double x, double y, kiln_i_buffer *b)
{
    char look[96];
    const kiln_i_series *s = entry->series;
    const double middle = x + l->font;
    if (entry->key) add_number(l, (const char[]){entry->key, '\0'}, middle, y, b);
    else if (s && is_filled(s)) {
        snprintf(look, sizeof look, "fs solid %s fc rgb '#%06X' lw 0.6", s->is_pale ? "noborder" : "border lc rgb '#000000'",
                 fill_color(s));
        add_box(l, x, y, look, b);
        snprintf(look, sizeof look, "fs transparent pattern %d noborder fc rgb '#%06X'", styles[s->style].hatch,
                 styles[s->style].hatch_color);
        if (styles[s->style].hatch && !s->is_blank) add_box(l, x, y, look, b);
        snprintf(look, sizeof look, "%d", s->number);
        if (s->number) add_number(l, look, middle, y, b);
    } else if (s && s->kind == KILN_I_SERIES_POINTS)
        kiln_i_buffer_print(b, "set label '' at screen %s,%s point pt %d ps 1 lw 1 lc rgb '#%06X'\n", N(middle / l->width),
                            N(y / l->height), styles[s->style].marker, line_color(s));
    else {
        kiln_i_buffer_print(b, "set arrow from screen %s,%s to screen %s,%s nohead ", N(x / l->width), N(y / l->height),
                            N((x + 2.0 * l->font) / l->width), N(y / l->height));
        if (s) add_line_look(s, b);
        else kiln_i_buffer_print(b, "lw 0.8 dt 3 lc rgb '#000000'");
        kiln_i_buffer_print(b, "\n");
    }
}

static void add_legend(const kiln_i_layout *l, kiln_i_buffer *b)
{
    const double used = l->legend_column * l->n_columns, left = fmax(l->font, fmin(l->left, l->width - used));
    for (int i = 0; i < l->n_legend; ++i) {
        const double x = left + (i % l->n_columns) * l->legend_column,
                     y = l->legend_top - (i / l->n_columns + 0.5) * l->legend_row;
        add_swatch(l, &l->legend[i], x, y, b);
        add_screen_text(l, l->legend[i].name, x + 2.6 * l->font, y, l->legend_font, "#000000", b);
    }
}

static void add_titles(const kiln_i_figure *f, const kiln_i_layout *l, kiln_i_buffer *b)
{
    add_screen_text(l, f->title, l->font, l->height - 1.2 * l->font, l->title_font, "#000000", b);
    if (*f->subtitle) add_screen_text(l, f->subtitle, l->font, l->height - 2.6 * l->font, l->subtitle_font, "#000000", b);
    add_screen_text(l, f->stamp, l->font, 0.7 * l->font, 0.65 * l->font, "#666666", b);
}

void kiln_i_figure_script(const kiln_i_figure *f, const kiln_figure_options *o, const kiln_i_layout *l, kiln_i_buffer *b)
{
    static const char *const extension[] = {"svg", "pdf", "png"};
    kiln_i_buffer_print(b, "# %s\n# To draw it again: gnuplot -d THIS_FILE > figure.%s\nset encoding utf8\nset minussign\n",
                        f->stamp, extension[o->format]);
    add_terminal(o, l, b);
    kiln_i_buffer_print(b, "unset key\nset border lw 0.8\nset tics out scale 0.6,0.3\nset style textbox opaque margins 0.6,0.4 "
                           "fillcolor rgb '#FFFFFF' noborder\n");
    add_data(f, b);
    kiln_i_buffer_print(b, "\nset multiplot\n");
    add_titles(f, l, b);
    add_legend(l, b);
    for (int k = 0; k < f->n_panels; ++k) add_panel(f, l, k, b);
    kiln_i_buffer_print(b, "unset multiplot\n");
}
