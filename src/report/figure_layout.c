#include "report/figure.h"

#include <math.h>
#include <string.h>

/* A paper's column, and a slide read from the back of a room. */
static const struct {
    double width_mm, font;
} themes[] = {{85.0, 8.0}, {240.0, 18.0}};

/* In units of the font size. */
#define LINE 1.35
#define TITLE 1.5
#define SWATCH 2.4
#define AXIS 3.4 /* numbers and label beside or below a frame */
#define LEFT 5.6
#define RIGHT 2.0
#define RIGHT_OF_KELVIN 5.6
#define BETWEEN 0.9
#define STAMP 1.0
#define MM_PER_POINT (25.4 / 72.0)

static int is_listed(const kiln_i_layout *l, const char *name)
{
    for (int i = 0; i < l->n_legend; ++i)
        if (strcmp(l->legend[i].name, name) == 0) return 1;
    return 0;
}

static int is_labelled_elsewhere(const kiln_i_panel *panel, const char *name)
{
    for (int i = 0; i < panel->n_series; ++i)
        if (panel->series[i].has_label && !panel->series[i].number && strcmp(panel->series[i].name, name) == 0) return 1;
    return 0;
}

static int has_lines(const kiln_i_figure *f)
{
    int n = 0;
    for (int k = 0; k < f->n_panels; ++k) n += f->panel[k].n_marks;
    return n > 0;
}

void kiln_i_figure_collect_legend(const kiln_i_figure *f, kiln_i_layout *l)
{
    for (int k = 0; k < f->n_panels; ++k)
        for (int i = 0; i < f->panel[k].n_series; ++i) {
            const kiln_i_series *s = &f->panel[k].series[i];
            if (*s->name && (s->number || !s->is_blank) && !is_labelled_elsewhere(&f->panel[k], s->name) &&
                !is_listed(l, s->name))
                l->legend[l->n_legend++] = (kiln_i_legend_entry){.series = s, .name = s->name};
        }
    if (*f->marks_name && has_lines(f)) l->legend[l->n_legend++] = (kiln_i_legend_entry){.name = f->marks_name};
    for (int k = 0; k < f->n_panels; ++k)
        for (int i = 0; i < f->panel[k].n_labels; ++i) {
            const kiln_i_figure_label *label = &f->panel[k].label[i];
            if (label->key) l->legend[l->n_legend++] = (kiln_i_legend_entry){.name = label->text, .key = label->key};
        }
}

/* As many columns as the longest name allows. */
static void shape_legend(kiln_i_layout *l)
{
    double longest = 0.0;
    for (int i = 0; i < l->n_legend; ++i) longest = fmax(longest, kiln_i_figure_text_width(l->legend[i].name, l->font));
    const double room = l->width - 2.0 * l->font, beside = (SWATCH + 1.6) * l->font;
    l->legend_font = longest + beside > room ? l->font * (room - beside) / longest : l->font;
    const double entry = fmin(longest + beside, room);
    l->n_columns = (int)fmax(1.0, floor(room / entry));
    if (l->n_columns > l->n_legend) l->n_columns = l->n_legend > 0 ? l->n_legend : 1;
    l->legend_column = entry;
    l->legend_row = LINE * l->font;
}

/* Between a panel and the next. */
static double distance_below(const kiln_i_figure *f, int k, const kiln_i_layout *l)
{
    return (f->panel[k].has_own_x ? AXIS + BETWEEN : BETWEEN) * l->font;
}

static void level_scales(kiln_i_panel *panel, const kiln_i_layout *l)
{
    const kiln_i_axis *x = &panel->x, *y = &panel->y;
    if (panel->is_bare) panel->height = (y->high - y->low) / (x->high - x->low) * (l->width - l->left - l->right) / l->width;
}

void kiln_i_figure_lay_out(kiln_i_figure *f, const kiln_figure_options *o, kiln_i_layout *l)
{
    int has_kelvin_on_top = f->panel[0].x.is_celsius, has_kelvin_right = f->panel[0].y.is_celsius;
    memset(l, 0, sizeof *l);
    l->font = themes[o->theme].font;
    l->width = (o->width_mm > 0.0 ? o->width_mm : themes[o->theme].width_mm) / MM_PER_POINT;
    l->left = LEFT * l->font;
    l->right = (has_kelvin_right ? RIGHT_OF_KELVIN : RIGHT) * l->font;
    if (f->panel[0].is_bare) l->left = l->right = l->font;
    for (int k = 0; k < f->n_panels; ++k) level_scales(&f->panel[k], l);
    l->title_font = kiln_i_figure_text_fit(f->title, l->font, l->width - 2.0 * l->font);
    l->subtitle_font = kiln_i_figure_text_fit(f->subtitle, 0.85 * l->font, l->width - 2.0 * l->font);
    for (int k = 0, keys = 0; k < f->n_panels; ++k)
        kiln_i_figure_float(f, &f->panel[k], l->font, l->width - l->left - l->right, f->panel[k].height * l->width, &keys);
    for (int k = 0, number = 0; k < f->n_panels; ++k)
        kiln_i_figure_place(f, &f->panel[k], l->font, l->width - l->left - l->right, f->panel[k].height * l->width, &number);
    kiln_i_figure_collect_legend(f, l);
    shape_legend(l);
    double above = 0.4 * l->font + TITLE * l->font * (*f->subtitle ? 2.0 : 1.0) + (has_kelvin_on_top ? AXIS : 1.0) * l->font,
           below = f->panel[f->n_panels - 1].is_bare ? 0.0 : AXIS * l->font, height = above + below + STAMP * l->font;
    for (int k = 0; k + 1 < f->n_panels; ++k) height += distance_below(f, k, l);
    const int rows = (l->n_legend + l->n_columns - 1) / l->n_columns;
    height += rows * l->legend_row + (rows ? 0.5 * l->font : 0.0);
    for (int k = 0; k < f->n_panels; ++k) height += f->panel[k].height * l->width;
    l->height = height;
    for (int k = 0; k < f->n_panels; ++k) {
        l->top[k] = k ? l->bottom[k - 1] - distance_below(f, k - 1, l) : height - above;
        l->bottom[k] = l->top[k] - f->panel[k].height * l->width;
    }
    l->legend_top = l->bottom[f->n_panels - 1] - below - 0.3 * l->font;
}
