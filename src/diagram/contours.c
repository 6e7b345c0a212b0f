#include "diagram/section.h"

#include "core/context.h"

#include <math.h>

static double valence_at(const kiln_i_section *w, int vertex, int component)
{
    return w->valence[component + w->system->n_closed * vertex];
}

/* Where the valence has the value on the edge between two corners; 0: nowhere, or the valence is not known at both. */
static int cut(const kiln_i_section *w, int a, int b, int component, double value, kiln_i_cell_point *out)
{
    const double f = valence_at(w, a, component) - value, g = valence_at(w, b, component) - value;
    const int has_both = w->set[w->sample[a].set].n > 0 && w->set[w->sample[b].set].n > 0;
    if (!has_both || (f < 0.0) == (g < 0.0)) return 0;
    const kiln_i_mesh_vertex *p = &w->mesh.vertex[a], *q = &w->mesh.vertex[b];
    const double along = f / (f - g);
    *out = (kiln_i_cell_point){p->s + along * (q->s - p->s), p->t + along * (q->t - p->t), 0,
                               w->sample[a].is_certified && w->sample[b].is_certified};
    return 1;
}

static long long edge_number(int a, int b) { return a < b ? ((long long)a << 31) + b : ((long long)b << 31) + a; }

/* Across a boundary valences may jump: there the boundary is the contour. */
static int is_in_one_field(const kiln_i_section *w, const kiln_i_mesh_triangle *t)
{
    const int set = w->sample[t->corner[0]].set;
    return w->sample[t->corner[1]].set == set && w->sample[t->corner[2]].set == set;
}

/* The larger values are on the left. */
static kiln_status add_triangle(kiln_i_section *w, const kiln_i_mesh_triangle *t, int component, double value,
                                kiln_i_segments *pieces)
{
    kiln_i_cell_point point[2];
    long long number[2];
    int n = 0, first_rises = 0;
    if (!is_in_one_field(w, t)) return KILN_OK;
    for (int k = 0; k < 3 && n < 2; ++k) {
        const int a = t->corner[k], b = t->corner[(k + 1) % 3];
        if (!cut(w, a, b, component, value, &point[n])) continue;
        if (n == 0) first_rises = valence_at(w, a, component) < value;
        number[n++] = edge_number(a, b);
    }
    if (n < 2) return KILN_OK;
    const int from = first_rises ? 1 : 0, to = !from; /* against the clock, the corners after a rising edge lie above */
    const kiln_i_segment piece = {0,
                                  number[from],
                                  number[to],
                                  point[from].s,
                                  point[from].t,
                                  point[to].s,
                                  point[to].t,
                                  point[from].is_certified,
                                  point[to].is_certified};
    return kiln_i_segments_add(pieces, &piece);
}

typedef struct contouring {
    kiln_i_section *w;
    int component;
    double value;
} contouring;

static kiln_status take_contour(void *data, int n, const kiln_i_segment *const *piece, int is_closed)
{
    const contouring *c = data;
    kiln_i_section *w = c->w;
    kiln_section *section = w->section;
    (void)is_closed;
    if (!kiln_i_grow(w->ctx, &section->contour, (size_t)section->n_contours, (size_t)section->n_contours + 1,
                     sizeof *section->contour))
        return kiln_i_fail(w->ctx, KILN_E_NOMEM, "contours of a section");
    kiln_section_contour *out = &section->contour[section->n_contours++];
    *out = (kiln_section_contour){c->component, c->value, 0, kiln_i_calloc(w->ctx, (size_t)n + 1, sizeof *out->point)};
    if (!out->point) return kiln_i_fail(w->ctx, KILN_E_NOMEM, "contours of a section");
    for (int i = 0; i <= n; ++i) {
        const kiln_i_segment *p = piece[i < n ? i : n - 1];
        out->point[out->n++] =
            (kiln_section_point){kiln_i_section_u(w, i < n ? p->s : p->to_s), kiln_i_section_v(w, i < n ? p->t : p->to_t),
                                 i < n ? p->is_certified : p->to_is_certified};
    }
    return KILN_OK;
}

static kiln_status follow(kiln_i_section *w, int component, double value)
{
    kiln_i_segments pieces = {.ctx = w->ctx};
    contouring c = {w, component, value};
    kiln_status status = KILN_OK;
    for (int k = 0; k < w->mesh.n_triangles && status == KILN_OK; ++k)
        if (kiln_i_mesh_is_leaf(&w->mesh, k)) status = add_triangle(w, &w->mesh.triangle[k], component, value, &pieces);
    if (status == KILN_OK) status = kiln_i_segments_chain(&pieces, take_contour, &c);
    kiln_i_free(w->ctx, pieces.piece);
    return status;
}

kiln_status kiln_i_section_contour(kiln_i_section *w)
{
    kiln_status status = KILN_OK;
    if (w->section->kind != KILN_SECTION_TPO2) return KILN_OK;
    for (int c = 0; c < w->system->n_closed && status == KILN_OK; ++c) {
        double least = INFINITY, most = -INFINITY;
        for (int i = 0; i < w->n_samples; ++i) {
            if (w->set[w->sample[i].set].n == 0) continue;
            least = fmin(least, valence_at(w, i, c));
            most = fmax(most, valence_at(w, i, c));
        }
        for (double value = floor(least) + 0.5; value < most && status == KILN_OK; value += 1.0)
            if (value > least) status = follow(w, c, value);
    }
    return status;
}
