#include "diagram/section.h"

#include "core/context.h"

#include <math.h>
#include <string.h>

static void add_point(kiln_i_cell *cell, kiln_i_cell_point point, int is_crossing, int set)
{
    if (cell->n_points == KILN_I_CELL_ARCS) return;
    cell->point[cell->n_points] = point;
    cell->is_crossing[cell->n_points] = is_crossing;
    cell->set[cell->n_points++] = set;
}

/* A corner and the crossings after it on the edge to the next one. */
static kiln_status add_edge(kiln_i_section *w, int from, int to, kiln_i_cell *cell)
{
    kiln_status status;
    const kiln_i_section_edge *edge = kiln_i_section_edge_of(w, from, to, &status);
    if (!edge) return status;
    const kiln_i_mesh_vertex *a = &w->mesh.vertex[from], *b = &w->mesh.vertex[to];
    const int is_forward = edge->end[0] == from;
    add_point(cell, (kiln_i_cell_point){a->s, a->t, kiln_i_section_vertex_node(from), w->sample[from].is_certified}, 0,
              w->sample[from].set);
    for (int i = 0; i < edge->n; ++i) {
        const kiln_i_crossing_point *c = &edge->crossing[is_forward ? i : edge->n - 1 - i];
        const double along = is_forward ? c->along : 1.0 - c->along;
        add_point(cell, (kiln_i_cell_point){a->s + along * (b->s - a->s), a->t + along * (b->t - a->t), c->node, c->is_certified},
                  1, is_forward ? c->to : c->from);
    }
    return KILN_OK;
}

kiln_status kiln_i_cell_read(kiln_i_section *w, int triangle, kiln_i_cell *cell)
{
    const int corner[] = {w->mesh.triangle[triangle].corner[0], w->mesh.triangle[triangle].corner[1],
                          w->mesh.triangle[triangle].corner[2]};
    kiln_status status = KILN_OK;
    memset(cell, 0, sizeof *cell);
    for (int k = 0; k < 3 && status == KILN_OK; ++k) status = add_edge(w, corner[k], corner[(k + 1) % 3], cell);
    return status;
}

/* ---- Dividing ---- */

/* What is left of a cell while pieces are cut off. */
typedef struct rest {
    int n;
    kiln_i_cell_point point[KILN_I_CELL_ARCS];
    int is_cut[KILN_I_CELL_ARCS]; /* an arc begins here */
    int set[KILN_I_CELL_ARCS];
} rest;

static int next_cut(const rest *r, int from)
{
    int i = (from + 1) % r->n;
    while (!r->is_cut[i]) i = (i + 1) % r->n;
    return i;
}

static int before_cut(const rest *r, int from)
{
    int i = (from + r->n - 1) % r->n;
    while (!r->is_cut[i]) i = (i + r->n - 1) % r->n;
    return i;
}

static int count_cuts(const rest *r)
{
    int n = 0;
    for (int i = 0; i < r->n; ++i) n += r->is_cut[i];
    return n;
}

/* Points of the arc from cut `first` to cut `last`, both included. */
static int take_arc(const rest *r, int first, int last, kiln_i_cell_point *out)
{
    int n = 0;
    for (int i = first;; i = (i + 1) % r->n) {
        out[n++] = r->point[i];
        if (i == last && n > 1) return n;
    }
}

/* The arc goes, but for its two ends, which then lie inside one arc. */
static void remove_arc(rest *r, int first, int last)
{
    rest kept = {.n = 0};
    for (int i = last;; i = (i + 1) % r->n) {
        kept.point[kept.n] = r->point[i];
        kept.is_cut[kept.n] = r->is_cut[i] && i != last && i != first;
        kept.set[kept.n++] = i == first ? r->set[last] : r->set[i];
        if (i == first) break;
    }
    *r = kept;
}

/* An arc between two parts of one set, as small as possible; -1: there is none. */
static int find_enclosed(const rest *r)
{
    int best = -1, best_length = KILN_I_CELL_ARCS + 1;
    for (int i = 0; i < r->n; ++i) {
        if (!r->is_cut[i]) continue;
        const int next = next_cut(r, i), length = (next - i + r->n) % r->n;
        if (r->set[next] != r->set[before_cut(r, i)] || length >= best_length) continue;
        best = i;
        best_length = length;
    }
    return best;
}

static kiln_status cut_off(rest *r, int first, const kiln_i_cell_user *user)
{
    kiln_i_cell_point arc[KILN_I_CELL_ARCS + 1];
    const int last = next_cut(r, first), n = take_arc(r, first, last, arc);
    kiln_status status = user->polygon(user->data, r->set[first], n, arc);
    /* from the end of the arc back to its beginning the set of the arc is on the left */
    if (status == KILN_OK) status = user->chord(user->data, r->set[first], r->set[last], &arc[n - 1], &arc[0]);
    remove_arc(r, first, last);
    return status;
}

/* The middle of the crossings, and how far the furthest lies from it. */
static kiln_i_cell_point find_middle(const rest *r, int node, double *size)
{
    kiln_i_cell_point middle = {0.0, 0.0, node, 1};
    const int n = count_cuts(r);
    *size = 0.0;
    for (int i = 0; i < r->n; ++i) {
        if (!r->is_cut[i]) continue;
        middle.s += r->point[i].s / n;
        middle.t += r->point[i].t / n;
        middle.is_certified &= r->point[i].is_certified;
    }
    for (int i = 0; i < r->n; ++i)
        if (r->is_cut[i]) *size = fmax(*size, hypot(r->point[i].s - middle.s, r->point[i].t - middle.t));
    return middle;
}

static kiln_status make_star(const rest *r, int node, const kiln_i_cell_user *user)
{
    kiln_i_cell_point arc[KILN_I_CELL_ARCS + 2];
    int sets[KILN_I_CELL_ARCS], n_sets = 0, first = 0;
    double size;
    const kiln_i_cell_point middle = find_middle(r, node, &size);
    kiln_status status = KILN_OK;
    while (!r->is_cut[first]) ++first;
    int at = first;
    do {
        const int next = next_cut(r, at), n = take_arc(r, at, next, arc);
        arc[n] = middle;
        sets[n_sets++] = r->set[at];
        status = user->polygon(user->data, r->set[at], n + 1, arc);
        if (status == KILN_OK) status = user->chord(user->data, r->set[at], r->set[next], &arc[n - 1], &middle);
        at = next;
    } while (at != first && status == KILN_OK);
    return status == KILN_OK ? user->junction(user->data, &middle, size, n_sets, sets) : status;
}

kiln_status kiln_i_cell_divide(const kiln_i_cell *cell, int junction_node, const kiln_i_cell_user *user, int *has_junction)
{
    rest r = {.n = cell->n_points};
    kiln_status status = KILN_OK;
    memcpy(r.point, cell->point, sizeof r.point);
    memcpy(r.is_cut, cell->is_crossing, sizeof r.is_cut);
    memcpy(r.set, cell->set, sizeof r.set);
    *has_junction = 0;
    while (status == KILN_OK && count_cuts(&r) > 1) {
        const int enclosed = find_enclosed(&r);
        if (enclosed < 0) {
            *has_junction = 1;
            return make_star(&r, junction_node, user);
        }
        status = cut_off(&r, enclosed, user);
    }
    return status == KILN_OK ? user->polygon(user->data, r.set[0], r.n, r.point) : status;
}
