/* Private: a figure, and the gnuplot script that draws it. The library writes the script; who runs it is not its business.
 *
 *   figure.c           building: panels, series, marks; round steps of axes
 *   figure_layout.c    sizes; the legend
 *   figure_place.c     where names stand in areas and polygons
 *   figure_beside.c    where they stand beside lines and points
 *   figure_float.c     where labels of lines and points stand beside them
 *   figure_script.c    the script
 *   figure_sketch.c    the same figure in characters, on a canvas (canvas.h)
 *   figure_text.c      texts as gnuplot wants them; formulas with subscripts
 *   figure_fields.c    names of phase fields, a style a phase
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
    KILN_FIGURE_PANELS = 3,
    KILN_FIGURE_SERIES = 128,
    KILN_FIGURE_MARKS = 64,
    KILN_FIGURE_LABELS = 400,
    KILN_FIGURE_CELLS = 512,
    KILN_FIGURE_TEXT = 256,
    KILN_FIGURE_KEYS = 52,
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
    int is_faint;           /* a line: grey and thin */
    int is_blank;           /* an area of no colour: edges only, and no place in the legend */
    int is_edge; /* a line as thin and black as the edge of an area; points in black on white, to be seen on any ground */
    int is_dotted;
    int is_measured; /* points and lines in a colour that nothing else has, on white */
    int is_labelled; /* an area or a polygon whose name stands in it, or a line or point whose name stands beside it, where there is room, else in the legend; a polygon then has a number */
    char name[KILN_FIGURE_TEXT]; /* plain text; empty: neither label nor legend */
    size_t first, n;             /* points of the figure */
    double label_x, label_y;     /* set by the layout */
    int has_label, is_upright;   /* upright: turned by a right angle */
    int number;                  /* > 0: stands in it instead of the name, which the legend tells */
    double number_size;          /* over the font's */
} kiln_i_series;

/* A text that the builder places, or the layout beside a stretch. */
typedef struct kiln_i_figure_label {
    double x, y;                 /* of the anchor */
    char text[KILN_FIGURE_TEXT]; /* plain */
    double size;                 /* over the font's */
    int angle;                   /* degrees, against the clock */
    enum { KILN_I_LABEL_CENTER, KILN_I_LABEL_LEFT, KILN_I_LABEL_RIGHT } anchor;
    int is_boxed, is_white; /* on a white box; letters in white, for dark ground */
    int is_floating; /* beside the stretch of `reach` on either side of x, y, along its angle: the layout finds the place */
    double reach;
    int is_placed; /* set by the layout, of a floating one */
    char key;      /* set by the layout: without room for the text a letter stands there, which the legend tells */
    double from_x, from_y, tip_x, tip_y; /* set with a letter: a thin line from it to its stretch */
} kiln_i_figure_label;

/* A rectangle of its own colour, under everything else; later ones lie over earlier ones. */
typedef struct kiln_i_figure_cell {
    double x_low, y_low, x_high, y_high;
    unsigned color;                       /* 0xRRGGBB */
    int is_empty;                         /* its border only */
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
    int is_bare;   /* without axes, and both scales equal: height is the layout's */
    int has_own_x; /* numbers and title of the x axis stand below it, though another panel follows */
    double height; /* over the width of the figure */
    int n_series, n_marks, n_labels;
    kiln_i_series series[KILN_FIGURE_SERIES];
    double mark[KILN_FIGURE_MARKS]; /* x of dotted lines across the panel */
    kiln_i_figure_label label[KILN_FIGURE_LABELS];
    int n_cells;
    kiln_i_figure_cell cell[KILN_FIGURE_CELLS];
} kiln_i_panel;

/* Panels below each other, over one x axis unless they have their own. The first failure stays in `status`. */
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
void kiln_i_tx_figure(const json_t *root, kiln_i_figure *figure);
void kiln_i_validate_figure(const json_t *root, kiln_i_figure *figure);
void kiln_i_section_figure(const json_t *root, kiln_i_figure *figure);
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

/* figure_fields.c: "rock salt + wurtzite" of a list of phases. */
void kiln_i_field_name(const json_t *phases, char *out, size_t size);
int kiln_i_field_same(const json_t *a, const json_t *b); /* the same phases */
const char *kiln_i_phase_label(const json_t *phases, size_t k);
/* One style a phase, whatever the order in which it is met; labels are borrowed. */
typedef struct kiln_i_phase_styles {
    int n;
    const char *label[KILN_FIGURE_SERIES];
} kiln_i_phase_styles;
int kiln_i_phase_style(kiln_i_phase_styles *known, const char *label);

/* figure_layout.c: lengths in points of 1/72 inch. */
typedef struct kiln_i_legend_entry {
    const kiln_i_series *series; /* NULL: a letter, or dotted lines */
    const char *name;
    char key;
} kiln_i_legend_entry;

typedef struct kiln_i_layout {
    double font, width, height, left, right;
    double title_font, subtitle_font;
    double top[KILN_FIGURE_PANELS], bottom[KILN_FIGURE_PANELS]; /* of the frames, from below */
    double legend_top, legend_row, legend_column, legend_font;
    int n_legend, n_columns;
    kiln_i_legend_entry legend[KILN_FIGURE_PANELS * (KILN_FIGURE_SERIES + KILN_FIGURE_KEYS) + 1];
} kiln_i_layout;

/* What a text covers, in the units of the axes. */
typedef struct kiln_i_figure_box {
    double x_low, x_high, y_low, y_high;
} kiln_i_figure_box;

/* figure_float.c: places of the floating labels of a panel, no text over another and where possible over no line; `keys` counts letters on from panel to panel. */
void kiln_i_figure_float(const kiln_i_figure *f, kiln_i_panel *panel, double font, double frame_width, double frame_height,
                         int *keys);
kiln_i_figure_box kiln_i_figure_label_box(const kiln_i_panel *panel, const kiln_i_figure_label *label, double font,
                                          double frame_width, double frame_height);
/* Points of the panel within a marker's radius of a box. */
int kiln_i_figure_meets_points(const kiln_i_figure *f, const kiln_i_panel *panel, const kiln_i_figure_box *box, double x_radius,
                               double y_radius);
int kiln_i_figure_boxes_meet(const kiln_i_figure_box *a, const kiln_i_figure_box *b);

/* figure_place.c: the stretch [*a, *b] of an area at t; 0 where it is not there. */
int kiln_i_figure_stretch(const kiln_i_figure *f, const kiln_i_series *s, double t, double *a, double *b);
/* How often a ray to the right of (x, y) crosses the loops of a polygon, odd inside; *nearest: the square of the distance to an edge, each direction in units of its scale. */
int kiln_i_figure_is_inside(const kiln_i_figure *f, const kiln_i_series *s, double x, double y, double x_scale, double y_scale,
                            double *nearest);
/* The number of an earlier area or polygon of the same name, or the next. */
int kiln_i_figure_number(const kiln_i_panel *panel, const kiln_i_series *s, int *number);
/* Labels of the areas and polygons of a panel whose frame has these sizes; `number` counts on from panel to panel. */
void kiln_i_figure_place(const kiln_i_figure *f, kiln_i_panel *panel, double font, double frame_width, double frame_height,
                         int *number);
/* figure_beside.c: the same of one line or series of points, clear of all others and of what has its place already. */
void kiln_i_figure_place_beside(const kiln_i_figure *f, const kiln_i_panel *panel, kiln_i_series *s, double font,
                                double frame_width, double frame_height);

/* Names of series that do not stand in their areas, each once; the order of the panels. */
void kiln_i_figure_collect_legend(const kiln_i_figure *f, kiln_i_layout *layout);

void kiln_i_figure_lay_out(kiln_i_figure *f, const kiln_figure_options *options, kiln_i_layout *layout);

/* figure_script.c */
void kiln_i_figure_script(const kiln_i_figure *f, const kiln_figure_options *options, const kiln_i_layout *layout,
                          kiln_i_buffer *b);

/* figure_sketch.c: `columns` wide; what is placed and numbered is noted in the figure. */
void kiln_i_figure_sketch(kiln_i_figure *f, int columns, kiln_i_buffer *b);

/* figure_text.c: a single-quoted string of gnuplot that shows `text` as it is, amounts in formulas as subscripts; control characters
 * become spaces. */
void kiln_i_figure_quote(kiln_i_buffer *b, const char *text);
/* Bytes of an amount at `p` that belongs below the line after what stands before it in `text`: 3 of Co3O4, 2-d of CeO2-d, x of CoOx; else 0. */
size_t kiln_i_figure_subscript(const char *text, const char *p);
double kiln_i_figure_text_width(const char *text, double font);
/* `font`, or what makes the text fit into `room`. */
double kiln_i_figure_text_fit(const char *text, double font, double room);

#endif
