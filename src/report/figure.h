/* Private: a figure, and the gnuplot script that draws it. The library writes the script; who runs it is not its business.
 *
 *   figure.c           building: panels, series, marks; round steps of axes
 *   figure_layout.c    sizes; the legend
 *   figure_place.c     where names stand in areas and polygons, and beside lines
 *   figure_script.c    the script
 *   figure_text.c      texts as gnuplot wants them; formulas with subscripts
 *   <kind>_figure.c    the figure of a kind of result, read from its tree
 *   figure_kinds.c     which kinds have one
 *
 * One theme: no colour stands alone (hatches, dashes, markers), temperatures are in °C with a second axis in K. */
#ifndef KILN_REPORT_FIGURE_H
#define KILN_REPORT_FIGURE_H

#include "report/buffer.h"
#include "report/tree.h"

#include <kiln/report.h>

enum {
    KILN_FIGURE_PANELS = 2,
    KILN_FIGURE_SERIES = 128,
    KILN_FIGURE_MARKS = 64,
    KILN_FIGURE_LABELS = 400,
    KILN_FIGURE_CELLS = 512,
    KILN_FIGURE_TEXT = 256,
    KILN_FIGURE_STYLES = 10 /* after which colours and hatches come again */
};

typedef enum kiln_i_series_kind {
    KILN_I_SERIES_LINE,
    KILN_I_SERIES_AREA,
    KILN_I_SERIES_POINTS,
    KILN_I_SERIES_POLYGON
} kiln_i_series_kind;

/* Of a line, of points and of a polygon only t and a are used. An area lies between a and b; t runs along x, in a turned panel along y. A polygon is one or more
 * closed loops with breaks between them, each the outside of a part without holes; it is filled and has no edges. */
typedef struct kiln_i_figure_point {
    double t, a, b;
} kiln_i_figure_point;

typedef struct kiln_i_series {
    kiln_i_series_kind kind;
    int style;              /* colour, hatch, dash and marker; taken modulo KILN_FIGURE_STYLES */
    int is_dashed, is_pale; /* a pale area lies under the others, without edges */
    int is_thin;            /* a line: dotted, for the eye only */
    int is_blank;           /* an area of no colour: edges only, and no place in the legend */
    int is_labelled; /* an area or a polygon whose name stands in it, or a line or point whose name stands beside it, where there is room, else in the legend; a polygon then has a number */
    char name[KILN_FIGURE_TEXT]; /* plain text; empty: neither label nor legend */
    size_t first, n;             /* points of the figure */
    double label_x, label_y;     /* set by the layout */
    int has_label, is_upright;   /* upright: turned by a right angle */
    int number;                  /* > 0: stands in it instead of the name, which the legend tells */
} kiln_i_series;

/* A text that the builder places. */
typedef struct kiln_i_figure_label {
    double x, y;                 /* of the anchor */
    char text[KILN_FIGURE_TEXT]; /* plain */
    double size;                 /* over the font's */
    int angle;                   /* degrees, against the clock */
    enum { KILN_I_LABEL_CENTER, KILN_I_LABEL_LEFT, KILN_I_LABEL_RIGHT } anchor;
    int is_boxed, is_white; /* on a white box; letters in white, for dark ground */
} kiln_i_figure_label;

/* A rectangle of its own colour, under everything else; later ones lie over earlier ones. */
typedef struct kiln_i_figure_cell {
    double x_low, y_low, x_high, y_high;
    unsigned color; /* 0xRRGGBB */
    int is_empty;   /* its border only */
    int has_border, is_hatched, is_white; /* white: the hatch, for dark ground */
} kiln_i_figure_cell;

typedef struct kiln_i_axis {
    char label[KILN_FIGURE_TEXT]; /* plain text, with the unit */
    int is_celsius;               /* a second axis opposite shows K */
    int is_bare;                  /* neither numbers nor a line */
    double low, high;             /* with low == high the data decide */
    double least;                 /* the smallest range that data get: less is rounding */
    double step;                  /* set with the range */
} kiln_i_axis;

typedef struct kiln_i_panel {
    kiln_i_axis x, y;
    int is_turned; /* t runs along y */
    double height; /* over the width of the figure */
    int n_series, n_marks, n_labels;
    kiln_i_series series[KILN_FIGURE_SERIES];
    double mark[KILN_FIGURE_MARKS]; /* x of dotted lines across the panel */
    kiln_i_figure_label label[KILN_FIGURE_LABELS];
    int n_cells;
    kiln_i_figure_cell cell[KILN_FIGURE_CELLS];
} kiln_i_panel;

/* Panels below each other over one x axis. The first failure stays in `status`. */
typedef struct kiln_i_figure {
    kiln_context *ctx;
    kiln_status status;
    char title[KILN_FIGURE_TEXT], subtitle[2 * KILN_FIGURE_TEXT], stamp[KILN_FIGURE_TEXT]; /* plain text */
    char marks_name[KILN_FIGURE_TEXT]; /* what dotted lines are, for the legend */
    int n_panels;
    kiln_i_panel panel[KILN_FIGURE_PANELS];
    kiln_i_figure_point *point;
    size_t n_points, room;
} kiln_i_figure;

typedef void (*kiln_i_figure_builder)(const json_t *root, kiln_i_figure *figure);
void kiln_i_step_figure(const json_t *root, kiln_i_figure *figure);
void kiln_i_risk_figure(const json_t *root, kiln_i_figure *figure);
void kiln_i_gap_figure(const json_t *root, kiln_i_figure *figure);
void kiln_i_entropy_figure(const json_t *root, kiln_i_figure *figure);
void kiln_i_energy_figure(const json_t *root, kiln_i_figure *figure);
void kiln_i_pairs_figure(const json_t *root, kiln_i_figure *figure);
void kiln_i_map_figure(const json_t *root, kiln_i_figure *figure);

/* figure.c: a series is NULL after a failure, and may be handed on. */
kiln_i_panel *kiln_i_figure_panel(kiln_i_figure *f, double height);
kiln_i_series *kiln_i_figure_series(kiln_i_figure *f, kiln_i_panel *panel, kiln_i_series_kind kind, int style, const char *name);
void kiln_i_figure_add(kiln_i_figure *f, kiln_i_series *series, double t, double a, double b); /* to the series made last */
void kiln_i_figure_break(kiln_i_figure *f, kiln_i_series *series); /* nothing joins what is before and after */
int kiln_i_figure_is_break(const kiln_i_figure_point *p);
void kiln_i_figure_mark(kiln_i_figure *f, kiln_i_panel *panel, double x);
/* A label in the panel, of the font's size, to be refined; NULL after a failure or where there are too many. */
kiln_i_figure_label *kiln_i_figure_label_at(kiln_i_figure *f, kiln_i_panel *panel, double x, double y, const char *text);
/* A cell, to be refined; NULL after a failure or where there are too many. */
kiln_i_figure_cell *kiln_i_figure_cell_at(kiln_i_figure *f, kiln_i_panel *panel, double x_low, double y_low, double x_high,
                                          double y_high, unsigned color);
void kiln_i_figure_ranges(kiln_i_figure *f); /* ranges that were left open, and all steps */

/* figure_layout.c: lengths in points of 1/72 inch. */
typedef struct kiln_i_legend_entry {
    const kiln_i_series *series; /* NULL: dotted lines */
    const char *name;
} kiln_i_legend_entry;

typedef struct kiln_i_layout {
    double font, width, height, left, right;
    double title_font, subtitle_font;
    double top[KILN_FIGURE_PANELS], bottom[KILN_FIGURE_PANELS]; /* of the frames, from below */
    double legend_top, legend_row, legend_column, legend_font;
    int n_legend, n_columns;
    kiln_i_legend_entry legend[KILN_FIGURE_PANELS * KILN_FIGURE_SERIES + 1];
} kiln_i_layout;

/* figure_place.c: labels of the areas and polygons of a panel whose frame has these sizes; `number` counts on from panel to panel. */
void kiln_i_figure_place(const kiln_i_figure *f, kiln_i_panel *panel, double font, double frame_width, double frame_height,
                         int *number);

void kiln_i_figure_lay_out(kiln_i_figure *f, const kiln_figure_options *options, kiln_i_layout *layout);

/* figure_script.c */
void kiln_i_figure_script(const kiln_i_figure *f, const kiln_figure_options *options, const kiln_i_layout *layout,
                          kiln_i_buffer *b);

/* figure_text.c: a single-quoted string of gnuplot that shows `text` as it is, amounts in formulas as subscripts; control characters
 * become spaces. */
void kiln_i_figure_quote(kiln_i_buffer *b, const char *text);
/* Bytes of an amount at `p` that belongs below the line after what stands before it in `text`: 3 of Co3O4, 2-d of CeO2-d, x of CoOx; else 0. */
size_t kiln_i_figure_subscript(const char *text, const char *p);
double kiln_i_figure_text_width(const char *text, double font);
/* `font`, or what makes the text fit into `room`. */
double kiln_i_figure_text_fit(const char *text, double font, double room);

#endif
