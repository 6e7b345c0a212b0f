#include "diagram/section.h"

#include "core/context.h"

#include <math.h>

/* Levels beyond that of the first grid: two of them halve the legs. */
enum { NEAR_LEVELS = 4, BOUNDARY_LEVELS = 2, CROWDED_LEVELS = 4, JUNCTION_LEVELS = 12, BEND_LEVELS = 10, BEND_ROUNDS = 8 };

static int base_level(const kiln_i_section *w)
{
    int level = 0;
    for (int n = w->options.grid; n > 1; n /= 2) level += 2;
    return level;
}

static int is_exhausted(kiln_i_section *w)
{
    if (w->section->n_equilibria < w->options.most_points) return 0;
    w->section->is_truncated = 1;
    return 1;
}

static kiln_status split(kiln_i_section *w, int triangle)
{
    const kiln_status status = kiln_i_mesh_split(&w->mesh, triangle);
    return status == KILN_OK ? kiln_i_section_fill(w) : status;
}

/* ---- Phases that are stable at no corner ---- */

static int is_uniform(const kiln_i_section *w, const kiln_i_mesh_triangle *t)
{
    const int set = w->sample[t->corner[0]].set;
    return w->sample[t->corner[1]].set == set && w->sample[t->corner[2]].set == set;
}

/* A driving force may fall by as much again beyond the corner at which it is least as it varies between the corners. */
static int comes_near(const kiln_i_section *w, const kiln_i_mesh_triangle *t)
{
    const int P = w->system->n_phases;
    const kiln_i_phase_set *set = &w->set[w->sample[t->corner[0]].set];
    for (int p = 0; p < P; ++p) {
        double least = INFINITY, most = -INFINITY;
        if (kiln_i_section_is_in(set, p)) continue;
        for (int k = 0; k < 3; ++k) {
            least = fmin(least, w->force[p + P * t->corner[k]]);
            most = fmax(most, w->force[p + P * t->corner[k]]);
        }
        if (isfinite(most) && least < 0.5 * (most - least)) return 1;
    }
    return 0;
}

static kiln_status refine_near(kiln_i_section *w)
{
    kiln_status status = KILN_OK;
    const int most = base_level(w) + NEAR_LEVELS;
    for (int k = 0; k < w->mesh.n_triangles && status == KILN_OK && !is_exhausted(w); ++k) {
        const kiln_i_mesh_triangle *t = &w->mesh.triangle[k];
        if (kiln_i_mesh_is_leaf(&w->mesh, k) && t->level < most && is_uniform(w, t) && comes_near(w, t)) status = split(w, k);
    }
    return status;
}

/* ---- Triangles with boundaries ---- */

/* What a cell is made of, counted. */
typedef struct tally {
    int n_chords;
    kiln_i_cell_point from, to; /* of the last chord */
} tally;

static kiln_status count_polygon(void *data, int set, int n, const kiln_i_cell_point *point)
{
    (void)data, (void)set, (void)n, (void)point;
    return KILN_OK;
}

static kiln_status count_chord(void *data, int left, int right, const kiln_i_cell_point *from, const kiln_i_cell_point *to)
{
    tally *t = data;
    (void)left, (void)right;
    ++t->n_chords;
    t->from = *from;
    t->to = *to;
    return KILN_OK;
}

static kiln_status count_junction(void *data, const kiln_i_cell_point *at, double size, int n, const int *set)
{
    (void)data, (void)at, (void)size, (void)n, (void)set;
    return KILN_OK;
}

static kiln_status take_tally(kiln_i_section *w, int triangle, tally *t, int *has_junction)
{
    kiln_i_cell cell;
    const kiln_i_cell_user user = {t, count_polygon, count_chord, count_junction};
    *t = (tally){0};
    const kiln_status status = kiln_i_cell_read(w, triangle, &cell);
    return status == KILN_OK ? kiln_i_cell_divide(&cell, 0, &user, has_junction) : status;
}

static kiln_status refine_boundaries(kiln_i_section *w)
{
    kiln_status status = KILN_OK;
    const int base = base_level(w);
    for (int k = 0; k < w->mesh.n_triangles && status == KILN_OK && !is_exhausted(w); ++k) {
        tally t;
        int has_junction = 0;
        const int level = w->mesh.triangle[k].level;
        if (!kiln_i_mesh_is_leaf(&w->mesh, k) || (status = take_tally(w, k, &t, &has_junction)) != KILN_OK) continue;
        const int most = has_junction ? JUNCTION_LEVELS : t.n_chords > 1 ? CROWDED_LEVELS : t.n_chords > 0 ? BOUNDARY_LEVELS : 0;
        if (level < base + most) status = split(w, k);
    }
    return status;
}

/* ---- Bends ---- */

/* Directions of the chords that meet at a crossing. */
typedef struct meeting {
    int n;
    double ds[2], dt[2];
} meeting;

static void add_direction(meeting *m, double ds, double dt)
{
    if (m->n == 2) return;
    m->ds[m->n] = ds;
    m->dt[m->n++] = dt;
}

static double angle(const meeting *m)
{
    return m->n < 2 ? 0.0 : asin(fmin(fabs(m->ds[0] * m->dt[1] - m->dt[0] * m->ds[1]), 1.0));
}

static double length_of(const tally *t) { return hypot(t->to.s - t->from.s, t->to.t - t->from.t); }

static kiln_status collect_meetings(kiln_i_section *w, int n_triangles, meeting *at)
{
    kiln_status status = KILN_OK;
    for (int k = 0; k < n_triangles && status == KILN_OK; ++k) {
        tally t;
        int has_junction;
        if (!kiln_i_mesh_is_leaf(&w->mesh, k) || (status = take_tally(w, k, &t, &has_junction)) != KILN_OK) continue;
        const double length = length_of(&t);
        if (t.n_chords != 1 || length == 0.0) continue;
        add_direction(&at[t.from.node / 2], (t.to.s - t.from.s) / length, (t.to.t - t.from.t) / length);
        add_direction(&at[t.to.node / 2], (t.to.s - t.from.s) / length, (t.to.t - t.from.t) / length);
    }
    return status;
}

/* An arc of this length that turns by this angle rises so far above its chord. */
static double rise(double length, double turn) { return length * turn / 8.0; }

static kiln_status split_bends(kiln_i_section *w, int n_triangles, const meeting *at, int *n_split)
{
    kiln_status status = KILN_OK;
    const int most = base_level(w) + BEND_LEVELS;
    for (int k = 0; k < n_triangles && status == KILN_OK && !is_exhausted(w); ++k) {
        tally t;
        int has_junction;
        if (!kiln_i_mesh_is_leaf(&w->mesh, k) || w->mesh.triangle[k].level >= most) continue;
        if ((status = take_tally(w, k, &t, &has_junction)) != KILN_OK || t.n_chords != 1) continue;
        const double turn = fmax(angle(&at[t.from.node / 2]), angle(&at[t.to.node / 2]));
        if (rise(length_of(&t), turn) <= w->options.straightness) continue;
        ++*n_split;
        status = split(w, k);
    }
    return status;
}

static kiln_status refine_bends(kiln_i_section *w)
{
    kiln_status status = KILN_OK;
    int n_split = 1;
    for (int round = 0; round < BEND_ROUNDS && n_split > 0 && status == KILN_OK; ++round) {
        const int n_triangles = w->mesh.n_triangles;
        n_split = 0;
        meeting *at = kiln_i_calloc(w->ctx, (size_t)w->n_nodes + 1, sizeof *at); /* all edges of leaves have been searched */
        if (!at) return kiln_i_fail(w->ctx, KILN_E_NOMEM, "bends of a section");
        status = collect_meetings(w, n_triangles, at);
        if (status == KILN_OK) status = split_bends(w, n_triangles, at, &n_split);
        kiln_i_free(w->ctx, at);
        if (status == KILN_OK && n_split > 0) status = refine_boundaries(w);
    }
    return status;
}

kiln_status kiln_i_section_refine(kiln_i_section *w)
{
    kiln_status status = refine_near(w);
    w->wants_forces = 0;
    if (status == KILN_OK) status = refine_boundaries(w);
    return status == KILN_OK ? refine_bends(w) : status;
}
