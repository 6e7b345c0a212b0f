#include "report/canvas.h"
#include "report/figure.h"

#include "core/context.h"
#include "text/quantity.h"
#include "text/utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KELVIN 273.15
/* Rows of a panel over the columns of the page for a height of 1: a character is about twice as high as wide, and a page ends. */
#define ROWS_PER_COLUMN 0.42
#define ROUNDING 1e-6
enum { LEFT = 8, RIGHT = 3, RIGHT_OF_KELVIN = 7, LEAST_ROWS = 6, NUMBER_TEXT = 7, DIGITS = 6, SWATCH = 3 };
enum { NOBODY = -1, TAKEN = -2 };

/* The hatch of an area, the letter of a line and the marker of points, where a style has them in gnuplot. Thin hatches stand beside dense ones. */
static const struct {
    uint32_t fill, line, marker;
} styles[KILN_FIGURE_STYLES] = {{0x2591, 'o', 0x25CF},  /* light shade, black circle       */
                                {0x2593, '*', 0x25A0},  /* dark shade, black square        */
                                {'/', '@', 0x25B2},     /* black triangle                  */
                                {'\\', '+', 0x25BC},    /* black triangle pointing down    */
                                {0x00B7, '%', 0x25C6},  /* middle dot, black diamond       */
                                {'x', '#', 0x25CB},     /* white circle                    */
                                {'=', '&', 0x25A1},     /* white square                    */
                                {':', '$', 0x25B3},     /* white triangle                  */
                                {'-', '"', 0x25BD},     /* white triangle pointing down    */
                                {0x2592, '~', 0x25C7}}; /* medium shade, white diamond     */
enum { DOTTED = 0x250A, EDGE = 0x00B7, BLACK = '*', BLACK_DOTS = '.', ERROR_BAR = '+' };
enum {
    HORIZONTAL = 0x2500,
    VERTICAL = 0x2502,
    TOP_LEFT = 0x250C,
    TOP_RIGHT = 0x2510,
    BOTTOM_LEFT = 0x2514,
    BOTTOM_RIGHT = 0x2518
};
enum { TICK_LEFT = 0x2524, TICK_RIGHT = 0x251C, TICK_UP = 0x2534, TICK_DOWN = 0x252C };

/* The inside of a panel on its canvas. The owner of a cell is the series whose fill it shows, or nobody; what is drawn over is taken. */
typedef struct frame {
    const kiln_i_figure *f;
    kiln_i_panel *panel;
    kiln_i_canvas canvas;
    int left, top, width, height;
    short *owner; /* [width * height] */
} frame;

static double column_at(const frame *fr, double x)
{
    return (x - fr->panel->x.low) / (fr->panel->x.high - fr->panel->x.low) * fr->width;
}

static double row_at(const frame *fr, double y)
{
    return (fr->panel->y.high - y) / (fr->panel->y.high - fr->panel->y.low) * fr->height;
}

/* The cell of a place, which rounding does not move over an edge; what lies on the far edge belongs to the last. */
static int cell_of(double place, int n)
{
    const double near = place + ROUNDING, cell = near >= n && place < n + ROUNDING ? n - 1 : floor(near);
    return (int)fmin(fmax(cell, -1e6), 1e6);
}

static int is_on(const frame *fr, int column, int row)
{
    return column >= 0 && column < fr->width && row >= 0 && row < fr->height;
}

static void draw_cell(frame *fr, int column, int row, uint32_t code, int owner)
{
    if (!is_on(fr, column, row)) return;
    kiln_i_canvas_put(&fr->canvas, fr->left + column, fr->top + row, code);
    fr->owner[row * fr->width + column] = (short)owner;
}

/* ---- Fills ---- */

/* A pale area has gaps like a chessboard. */
static uint32_t fill_of(const kiln_i_series *s, int column, int row)
{
    return s->is_blank || (s->is_pale && (column + row) % 2) ? ' ' : styles[s->style].fill;
}

static void fill_cell(frame *fr, int k, int column, int row)
{
    draw_cell(fr, column, row, fill_of(&fr->panel->series[k], column, row), k);
}

/* The cells of an area beside one cell of its t; what is thinner than a cell gets one. */
static void fill_stretch(frame *fr, int k, int along, double a, double b)
{
    const int is_turned = fr->panel->is_turned, n = is_turned ? fr->width : fr->height;
    const double from = is_turned ? column_at(fr, a) : row_at(fr, a), to = is_turned ? column_at(fr, b) : row_at(fr, b),
                 low = fmin(from, to), high = fmax(from, to);
    int first = (int)fmax(ceil(low - 0.5), 0.0), last = (int)fmin(floor(high - 0.5), n - 1.0);
    if (!(high > low)) return;
    if (ceil(low - 0.5) > floor(high - 0.5)) first = last = cell_of((low + high) / 2.0, n);
    for (int i = first; i <= last; ++i) fill_cell(fr, k, is_turned ? i : along, is_turned ? along : i);
}

static double middle_of(const frame *fr, int along)
{
    const kiln_i_axis *axis = fr->panel->is_turned ? &fr->panel->y : &fr->panel->x;
    const double share = (along + 0.5) / (fr->panel->is_turned ? fr->height : fr->width);
    return fr->panel->is_turned ? axis->high - share * (axis->high - axis->low) : axis->low + share * (axis->high - axis->low);
}

static void fill_area(frame *fr, int k)
{
    const kiln_i_series *s = &fr->panel->series[k];
    const int n = fr->panel->is_turned ? fr->height : fr->width;
    int found = 0;
    double a, b;
    for (int along = 0; along < n; ++along) {
        if (!kiln_i_figure_stretch(fr->f, s, middle_of(fr, along), &a, &b)) continue;
        fill_stretch(fr, k, along, a, b);
        found = 1;
    }
    if (found || s->n < 2) return;
    const kiln_i_figure_point *p = &fr->f->point[s->first];
    const double t = (p[0].t + p[1].t) / 2.0; /* narrower than a cell as a whole */
    if (kiln_i_figure_stretch(fr->f, s, t, &a, &b))
        fill_stretch(fr, k, fr->panel->is_turned ? cell_of(row_at(fr, t), n) : cell_of(column_at(fr, t), n), a, b);
}

typedef void (*cell_drawer)(frame *fr, int k, int column, int row, int nth);

/* The cells of a straight line, the number of each counted on in *nth. */
static void trace(frame *fr, int k, double x0, double y0, double x1, double y1, cell_drawer draw, int *nth)
{
    const double c0 = column_at(fr, x0), r0 = row_at(fr, y0), c1 = column_at(fr, x1), r1 = row_at(fr, y1);
    const int steps = (int)fmin(ceil(2.0 * fmax(fabs(c1 - c0), fabs(r1 - r0))) + 1.0, 4.0 * (fr->width + fr->height));
    int last_column = -1, last_row = -1;
    for (int i = 0; i <= steps; ++i) {
        const int column = cell_of(c0 + (c1 - c0) * i / steps, fr->width), row = cell_of(r0 + (r1 - r0) * i / steps, fr->height);
        if (column == last_column && row == last_row) continue;
        last_column = column;
        last_row = row;
        draw(fr, k, column, row, (*nth)++);
    }
}

/* The side a or b of a series from point to point. */
static void trace_side(frame *fr, int k, int is_b, cell_drawer draw)
{
    const kiln_i_series *s = &fr->panel->series[k];
    int nth = 0;
    for (size_t i = 0; i + 1 < s->n; ++i) {
        const kiln_i_figure_point *p = &fr->f->point[s->first + i], *q = p + 1;
        if (kiln_i_figure_is_break(p) || kiln_i_figure_is_break(q)) continue;
        const double from = is_b ? p->b : p->a, to = is_b ? q->b : q->a;
        if (fr->panel->is_turned) trace(fr, k, from, p->t, to, q->t, draw, &nth);
        else trace(fr, k, p->t, from, q->t, to, draw, &nth);
    }
}

static void draw_own(frame *fr, int k, int column, int row, int nth)
{
    (void)nth;
    fill_cell(fr, k, column, row);
}

static void fill_polygon(frame *fr, int k)
{
    const kiln_i_series *s = &fr->panel->series[k];
    const kiln_i_axis *x = &fr->panel->x, *y = &fr->panel->y;
    int found = 0;
    double nearest;
    for (int row = 0; row < fr->height; ++row)
        for (int column = 0; column < fr->width; ++column)
            if (kiln_i_figure_is_inside(fr->f, s, x->low + (column + 0.5) / fr->width * (x->high - x->low),
                                        y->high - (row + 0.5) / fr->height * (y->high - y->low), 1.0, 1.0, &nearest)) {
                fill_cell(fr, k, column, row);
                found = 1;
            }
    if (!found) trace_side(fr, k, 0, draw_own); /* thinner than a cell */
}

static void draw_fills(frame *fr)
{
    for (int k = 0; k < fr->panel->n_series; ++k) {
        const kiln_i_series *s = &fr->panel->series[k];
        if (s->kind == KILN_I_SERIES_AREA) fill_area(fr, k);
        if (s->kind == KILN_I_SERIES_POLYGON) fill_polygon(fr, k);
    }
}

/* ---- Edges, marks, lines, points ---- */

static void draw_edge(frame *fr, int k, int column, int row, int nth)
{
    (void)nth;
    if (is_on(fr, column, row) && fr->owner[row * fr->width + column] == k) draw_cell(fr, column, row, EDGE, TAKEN);
}

static uint32_t line_of(const kiln_i_series *s)
{
    if (s->is_measured) return ERROR_BAR;
    if (s->is_thin || s->is_faint) return BLACK_DOTS;
    return !s->is_edge ? styles[s->style].line : s->is_dotted ? BLACK_DOTS : BLACK;
}

static void draw_line(frame *fr, int k, int column, int row, int nth)
{
    const kiln_i_series *s = &fr->panel->series[k];
    if (!s->is_dashed || nth % 3 == 0) draw_cell(fr, column, row, line_of(s), TAKEN);
}

static void draw_points(frame *fr, const kiln_i_series *s)
{
    for (size_t i = 0; i < s->n; ++i) {
        const kiln_i_figure_point *p = &fr->f->point[s->first + i];
        if (kiln_i_figure_is_break(p)) continue;
        const double x = fr->panel->is_turned ? p->a : p->t, y = fr->panel->is_turned ? p->t : p->a;
        draw_cell(fr, cell_of(column_at(fr, x), fr->width), cell_of(row_at(fr, y), fr->height), styles[s->style].marker, TAKEN);
    }
}

static void draw_curves(frame *fr)
{
    for (int k = 0; k < fr->panel->n_series; ++k)
        if (fr->panel->series[k].kind == KILN_I_SERIES_AREA && fr->panel->series[k].is_blank) {
            trace_side(fr, k, 0, draw_edge);
            trace_side(fr, k, 1, draw_edge);
        }
    for (int i = 0; i < fr->panel->n_marks; ++i)
        for (int row = 0; row < fr->height; ++row)
            draw_cell(fr, cell_of(column_at(fr, fr->panel->mark[i]), fr->width), row, DOTTED, TAKEN);
    for (int k = 0; k < fr->panel->n_series; ++k)
        if (fr->panel->series[k].kind == KILN_I_SERIES_LINE) trace_side(fr, k, 0, draw_line);
    for (int k = 0; k < fr->panel->n_series; ++k)
        if (fr->panel->series[k].kind == KILN_I_SERIES_POINTS) draw_points(fr, &fr->panel->series[k]);
}

/* ---- Names ---- */

static int is_owned(const frame *fr, int k, int column, int row, int n)
{
    if (row < 0 || row >= fr->height || column < 0 || column + n > fr->width) return 0;
    for (int i = 0; i < n; ++i)
        if (fr->owner[row * fr->width + column + i] != k) return 0;
    return 1;
}

/* How many rows, three at most, the `n` cells have of their own in one direction. */
static int depth(const frame *fr, int k, int column, int row, int n, int direction)
{
    int rows = 0;
    while (rows < 3 && is_owned(fr, k, column, row + (rows + 1) * direction, n)) ++rows;
    return rows;
}

static int run_from(const frame *fr, int k, int column, int row)
{
    int n = 0;
    while (is_owned(fr, k, column + n, row, 1)) ++n;
    return n;
}

/* A place for `n` characters among the cells of a series, with rows above and below and rather in the middle; 0: there is none. */
static int find_place(const frame *fr, int k, int n, int *best_column, int *best_row)
{
    double best = -1.0;
    for (int row = 0; row < fr->height; ++row)
        for (int column = 0, run; column < fr->width; column += run) {
            if ((run = run_from(fr, k, column, row)) == 0) run = 1;
            else if (run >= n) {
                const int at = column + (run - n) / 2, up = depth(fr, k, at, row, n, -1), down = depth(fr, k, at, row, n, 1);
                const double score = 4.0 * (up < down ? up : down) + fmin(run - n, 12.0) / 4.0;
                if (score <= best) continue;
                best = score;
                *best_column = at;
                *best_row = row;
            }
        }
    return best >= 0.0;
}

static void write_name(frame *fr, const char *text, int column, int row, int n)
{
    for (int i = 0; i < n; ++i) draw_cell(fr, column + i, row, ' ', TAKEN);
    kiln_i_canvas_text(&fr->canvas, fr->left + column + (n > kiln_i_text_columns(text)), fr->top + row, text, n);
}

/* The name where there is room, else a number where a hatch alone would not tell. */
static void name_area(frame *fr, int k, int *number)
{
    kiln_i_series *s = &fr->panel->series[k];
    char text[16];
    int column, row;
    const int n = kiln_i_text_columns(s->name) + 2;
    if (find_place(fr, k, n, &column, &row)) {
        s->has_label = 1;
        write_name(fr, s->name, column, row, n);
        return;
    }
    if (!s->is_blank && s->kind != KILN_I_SERIES_POLYGON) return;
    const int digits = *number + 1 < 10 ? 1 : *number + 1 < 100 ? 2 : 3;
    if (!find_place(fr, k, digits, &column, &row)) return;
    s->has_label = 1;
    s->number = kiln_i_figure_number(fr->panel, s, number);
    snprintf(text, sizeof text, "%d", s->number);
    write_name(fr, text, column, row, digits);
}

static void draw_label(frame *fr, const kiln_i_figure_label *label)
{
    const int n = kiln_i_text_columns(label->text), column = cell_of(column_at(fr, label->x), fr->width),
              row = cell_of(row_at(fr, label->y), fr->height), is_upright = abs(label->angle) == 90,
              before = label->anchor == KILN_I_LABEL_LEFT     ? 0
                       : label->anchor == KILN_I_LABEL_CENTER ? n / 2
                                                              : n - 1;
    if (!is_on(fr, column, row)) return;
    for (int i = 0; i < n; ++i)
        draw_cell(fr, is_upright ? column : column + i - before, is_upright ? row + i - before : row, ' ', TAKEN);
    if (is_upright) kiln_i_canvas_upright(&fr->canvas, fr->left + column, fr->top + row - before, label->text, n);
    else kiln_i_canvas_text(&fr->canvas, fr->left + column - before, fr->top + row, label->text, n);
}

static int is_free(const frame *fr, int column, int row, int n)
{
    if (row < 0 || row >= fr->height || column < 0 || column + n > fr->width) return 0;
    for (int i = 0; i < n; ++i)
        if (fr->owner[row * fr->width + column + i] == TAKEN) return 0;
    return 1;
}

/* A text over or under its stretch, beside an upright one, from the middle outwards; 0: every place is taken. */
static int float_text(frame *fr, const kiln_i_figure_label *label, const char *text)
{
    const int n = kiln_i_text_columns(text), is_upright = label->angle != 0, column = cell_of(column_at(fr, label->x), fr->width),
              row = cell_of(row_at(fr, label->y), fr->height);
    const double x_reach = label->reach / (fr->panel->x.high - fr->panel->x.low) * fr->width,
                 y_reach = label->reach / (fr->panel->y.high - fr->panel->y.low) * fr->height;
    const int reach = is_upright ? (int)y_reach : (int)x_reach + n / 2,
              middle = (int)fmin(fmax(column - n / 2, 0), fr->width - n);
    for (int k = 0; k <= 2 * reach + 1; ++k)
        for (int side = -1; side <= 1; side += 2) {
            const int along = (k % 2 ? -1 : 1) * (k / 2), beside = side < 0 ? column + 1 : column - n,
                      at = is_upright ? beside : middle + along, on = is_upright ? row + along : row + side;
            if (!is_free(fr, at, on, n)) continue;
            write_name(fr, text, at, on, n);
            return 1;
        }
    return 0;
}

/* Without a place for its text a letter, which the legend explains, over its stretch if need be. */
static void float_label(frame *fr, kiln_i_figure_label *label, int *keys)
{
    if (float_text(fr, label, label->text) || *keys == KILN_FIGURE_KEYS) return;
    label->key = (char)(*keys < 26 ? 'a' + *keys : 'A' + *keys - 26);
    ++*keys;
    const char key[] = {label->key, '\0'};
    if (!float_text(fr, label, key))
        draw_cell(fr, cell_of(column_at(fr, label->x), fr->width), cell_of(row_at(fr, label->y), fr->height),
                  (uint32_t)label->key, TAKEN);
}

/* What was counted on from panel to panel. */
typedef struct counts {
    int numbers, keys;
} counts;

static void draw_names(frame *fr, counts *count)
{
    for (int i = 0; i < fr->panel->n_labels; ++i)
        if (!fr->panel->label[i].is_floating) draw_label(fr, &fr->panel->label[i]);
    for (int i = 0; i < fr->panel->n_labels; ++i)
        if (fr->panel->label[i].is_floating) float_label(fr, &fr->panel->label[i], &count->keys);
    for (int k = 0; k < fr->panel->n_series; ++k)
        if (fr->panel->series[k].is_labelled && *fr->panel->series[k].name && fr->panel->series[k].n > 0)
            name_area(fr, k, &count->numbers);
}

/* ---- Axes ---- */

/* Round values of an axis, its numbers shifted by `offset`; 0 beyond the last. */
static int tick_at(const kiln_i_axis *axis, double offset, int nth, double *value)
{
    const double low = axis->low + offset, high = axis->high + offset;
    *value = (ceil(low / axis->step - 1e-9) + nth) * axis->step;
    if (fabs(*value) < 1e-9 * axis->step) *value = 0.0;
    return *value <= high + 1e-9 * axis->step;
}

/* Along the upper or lower side of the frame; numbers in the row before or after where there is a row for them. */
static void draw_x_ticks(frame *fr, double offset, int is_top, int has_numbers)
{
    const int side = is_top ? fr->top - 1 : fr->top + fr->height, row = is_top ? side - 1 : side + 1;
    int used = -1;
    double value;
    for (int i = 0; tick_at(&fr->panel->x, offset, i, &value); ++i) {
        char text[KILN_NUMBER_TEXT];
        const int column = fr->left + cell_of(column_at(fr, value - offset), fr->width),
                  n = (int)strlen(kiln_i_number_text(value, DIGITS, text));
        kiln_i_canvas_put(&fr->canvas, column, side, is_top ? TICK_UP : TICK_DOWN);
        if (!has_numbers || column - n / 2 <= used) continue;
        kiln_i_canvas_text(&fr->canvas, column - n / 2, row, text, n);
        used = column - n / 2 + n;
    }
}

static void draw_y_ticks(frame *fr, double offset, int is_right, int has_numbers)
{
    const int side = is_right ? fr->left + fr->width : fr->left - 1;
    double value;
    for (int i = 0; tick_at(&fr->panel->y, offset, i, &value); ++i) {
        char text[KILN_NUMBER_TEXT];
        const int row = fr->top + cell_of(row_at(fr, value - offset), fr->height);
        int n = (int)strlen(kiln_i_number_text(value, DIGITS, text));
        if (n > NUMBER_TEXT - 1) n = NUMBER_TEXT - 1;
        kiln_i_canvas_put(&fr->canvas, side, row, is_right ? TICK_RIGHT : TICK_LEFT);
        if (has_numbers) kiln_i_canvas_text(&fr->canvas, is_right ? side + 2 : side - 1 - n, row, text, n);
    }
}

static void draw_frame(frame *fr)
{
    kiln_i_canvas *c = &fr->canvas;
    const int right = fr->left + fr->width, bottom = fr->top + fr->height;
    for (int i = 0; i < fr->width; ++i) {
        kiln_i_canvas_put(c, fr->left + i, fr->top - 1, HORIZONTAL);
        kiln_i_canvas_put(c, fr->left + i, bottom, HORIZONTAL);
    }
    for (int i = 0; i < fr->height; ++i) {
        kiln_i_canvas_put(c, fr->left - 1, fr->top + i, VERTICAL);
        kiln_i_canvas_put(c, right, fr->top + i, VERTICAL);
    }
    kiln_i_canvas_put(c, fr->left - 1, fr->top - 1, TOP_LEFT);
    kiln_i_canvas_put(c, right, fr->top - 1, TOP_RIGHT);
    kiln_i_canvas_put(c, fr->left - 1, bottom, BOTTOM_LEFT);
    kiln_i_canvas_put(c, right, bottom, BOTTOM_RIGHT);
}

static void draw_axes(frame *fr, int is_first, int has_x)
{
    static const char kelvin[] = "temperature (K)";
    const kiln_i_panel *panel = fr->panel;
    kiln_i_canvas *c = &fr->canvas;
    const int has_kelvin_on_top = is_first && panel->x.is_celsius, n = kiln_i_text_columns(panel->x.label);
    if (panel->is_bare) return;
    draw_frame(fr);
    draw_x_ticks(fr, 0.0, 0, has_x);
    if (has_kelvin_on_top) draw_x_ticks(fr, KELVIN, 1, 1);
    draw_y_ticks(fr, 0.0, 0, 1);
    if (panel->y.is_celsius) draw_y_ticks(fr, KELVIN, 1, 1);
    int room = c->columns;
    if (has_kelvin_on_top || panel->y.is_celsius) {
        room -= (int)sizeof kelvin;
        kiln_i_canvas_text(c, room + 1, 0, kelvin, (int)sizeof kelvin);
    }
    kiln_i_canvas_text(c, 0, 0, panel->y.label, room);
    const int column = fr->left + (fr->width - n) / 2;
    if (has_x) kiln_i_canvas_text(c, column > 0 ? column : 0, c->rows - 1, panel->x.label, c->columns);
}

/* ---- The page ---- */

static void draw_panel(kiln_i_figure *f, int k, int columns, counts *count, kiln_i_buffer *b)
{
    kiln_i_panel *panel = &f->panel[k];
    const int is_first = k == 0, has_x = panel->has_own_x || k + 1 == f->n_panels;
    frame fr = {.f = f, .panel = panel, .left = LEFT, .top = 2 + (is_first && panel->x.is_celsius)};
    fr.width = columns - LEFT - (panel->y.is_celsius ? RIGHT_OF_KELVIN : RIGHT);
    fr.height = (int)fmax(LEAST_ROWS, round(panel->height * columns * ROWS_PER_COLUMN));
    fr.owner = kiln_i_calloc(f->ctx, (size_t)fr.width * (size_t)fr.height, sizeof *fr.owner);
    if (fr.owner && kiln_i_canvas_open(f->ctx, columns, fr.top + fr.height + 1 + (has_x ? 2 : 0), &fr.canvas)) {
        for (int i = 0; i < fr.width * fr.height; ++i) fr.owner[i] = NOBODY;
        draw_fills(&fr);
        draw_curves(&fr);
        draw_names(&fr, count);
        draw_axes(&fr, is_first, has_x);
        kiln_i_canvas_write(&fr.canvas, b);
    } else f->status = kiln_i_fail(f->ctx, KILN_E_NOMEM, "a figure of %d columns", columns);
    kiln_i_canvas_close(f->ctx, &fr.canvas);
    kiln_i_free(f->ctx, fr.owner);
}

static void draw_swatch(kiln_i_canvas *c, const kiln_i_legend_entry *entry, int column, int row)
{
    char number[16];
    const kiln_i_series *s = entry->series;
    if (entry->key) {
        kiln_i_canvas_put(c, column + 1, row, (uint32_t)entry->key);
        return;
    }
    if (s && s->number) {
        snprintf(number, sizeof number, "%*d", SWATCH - 1, s->number);
        kiln_i_canvas_text(c, column, row, number, SWATCH);
        return;
    }
    for (int i = 0; i < SWATCH; ++i) {
        uint32_t code = i == 1 ? DOTTED : ' ';
        if (s && s->kind == KILN_I_SERIES_LINE) code = s->is_dashed && i == 1 ? ' ' : line_of(s);
        else if (s && s->kind == KILN_I_SERIES_POINTS) code = i == 1 ? styles[s->style].marker : ' ';
        else if (s) code = fill_of(s, i, 0);
        kiln_i_canvas_put(c, column + i, row, code);
    }
}

/* Below the panels, in as many columns as the longest name allows. */
static void draw_legend(kiln_i_figure *f, int columns, kiln_i_buffer *b)
{
    kiln_i_layout l = {0};
    kiln_i_canvas c;
    int longest = 1;
    const int room = columns - LEFT - SWATCH - 1;
    kiln_i_figure_collect_legend(f, &l);
    if (l.n_legend == 0 || f->status != KILN_OK) return;
    for (int i = 0; i < l.n_legend; ++i) longest = (int)fmax(longest, kiln_i_text_columns(l.legend[i].name));
    if (longest > room) longest = room;
    const int wide = SWATCH + 1 + longest + 2, n = (columns - LEFT + 2) / wide > 0 ? (columns - LEFT + 2) / wide : 1;
    if (!kiln_i_canvas_open(f->ctx, columns, (l.n_legend + n - 1) / n, &c)) {
        f->status = kiln_i_fail(f->ctx, KILN_E_NOMEM, "the legend of a figure");
        return;
    }
    for (int i = 0; i < l.n_legend; ++i) {
        const int column = LEFT + i % n * wide;
        draw_swatch(&c, &l.legend[i], column, i / n);
        kiln_i_canvas_text(&c, column + SWATCH + 1, i / n, l.legend[i].name, longest);
    }
    kiln_i_buffer_print(b, "\n");
    kiln_i_canvas_write(&c, b);
    kiln_i_canvas_close(f->ctx, &c);
}

static void write_text(const char *text, int columns, kiln_i_buffer *b)
{
    char safe[3 * KILN_FIGURE_TEXT];
    if (*text) kiln_i_buffer_wrap_within(b, kiln_i_utf8_excerpt(text, safe, sizeof safe), 0, 2, columns);
}

void kiln_i_figure_sketch(kiln_i_figure *f, int columns, kiln_i_buffer *b)
{
    counts count = {0, 0};
    write_text(f->title, columns, b);
    write_text(f->subtitle, columns, b);
    kiln_i_buffer_print(b, "\n");
    for (int k = 0; k < f->n_panels && f->status == KILN_OK; ++k) draw_panel(f, k, columns, &count, b);
    draw_legend(f, columns, b);
    kiln_i_buffer_print(b, "\n");
    write_text(f->stamp, columns, b);
}
