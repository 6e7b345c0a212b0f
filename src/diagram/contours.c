#include "diagram/section.h"

#include "core/context.h"

#include <kiln/step.h>
#include <math.h>

enum { MOST_STEPS = 8 };
static const double NEAR = 2e-3; /* of a valence */

static double valence_at(const kiln_i_section *w, int vertex, int component)
{
    return w->valence[component + w->system->n_closed * vertex];
}

/* Whether the valence has the value on the edge between two corners; not where it is not known at both. */
static int is_cut(const kiln_i_section *w, int a, int b, int component, double value)
{
    const int has_both = w->set[w->sample[a].set].n > 0 && w->set[w->sample[b].set].n > 0;
    return has_both && (valence_at(w, a, component) < value) != (valence_at(w, b, component) < value);
}

/* Of an edge by its corners, and back. */
static long long edge_number(int a, int b) { return a < b ? ((long long)a << 31) + b : ((long long)b << 31) + a; }
static int lower_corner(long long number) { return (int)(number >> 31); }
static int upper_corner(long long number) { return (int)(number & (((long long)1 << 31) - 1)); }

static int holds(const kiln_i_phase_set *large, const kiln_i_phase_set *small)
{
    int all = 1;
    for (int k = 0; k < small->n && all; ++k) all = kiln_i_section_is_in(large, small->phase[k]);
    return all;
}

/* Where a phase comes or goes valences go on, and only bend. Where phases replace each other they jump: there the boundary is the contour. */
static int is_continuous(const kiln_i_section *w, const kiln_i_mesh_triangle *t)
{
    int all = 1;
    for (int k = 0; k < 3 && all; ++k) {
        const kiln_i_phase_set *a = &w->set[w->sample[t->corner[k]].set], *b = &w->set[w->sample[t->corner[(k + 1) % 3]].set];
        all = holds(a, b) || holds(b, a);
    }
    return all;
}

/* The larger values are on the left. */
static kiln_status add_triangle(kiln_i_section *w, const kiln_i_mesh_triangle *t, int component, double value,
                                kiln_i_segments *pieces)
{
    long long number[2];
    int n = 0, first_rises = 0;
    if (!is_continuous(w, t)) return KILN_OK;
    for (int k = 0; k < 3 && n < 2; ++k) {
        const int a = t->corner[k], b = t->corner[(k + 1) % 3];
        if (!is_cut(w, a, b, component, value)) continue;
        if (n == 0) first_rises = valence_at(w, a, component) < value;
        number[n++] = edge_number(a, b);
    }
    if (n < 2) return KILN_OK;
    /* against the clock, the corners after a rising edge lie above */
    const kiln_i_segment piece = {.from = number[first_rises], .to = number[!first_rises]};
    return kiln_i_segments_add(pieces, &piece);
}

typedef struct contouring {
    kiln_i_section *w;
    int component;
    double value;
} contouring;

/* Where the valence is that on an edge, by regula falsi (the Illinois method: Dowell, Jarratt, BIT 11 (1971) 168), to NEAR in a few steps, so that contours do not show the grid. */
static kiln_status settle(const contouring *c, long long edge, double *s, double *t, int *is_certified)
{
    kiln_i_section *w = c->w;
    double valence[KILN_MAX_COMPONENTS], low = 0.0, high = 1.0;
    enum { NEITHER, LOW, HIGH } side = NEITHER; /* that moved last */
    const int a = lower_corner(edge), b = upper_corner(edge);
    const kiln_i_mesh_vertex *p = &w->mesh.vertex[a], *q = &w->mesh.vertex[b];
    double f = valence_at(w, a, c->component) - c->value, g = valence_at(w, b, c->component) - c->value;
    for (int step = 0; step < MOST_STEPS; ++step) {
        kiln_i_sample sample;
        const double along = low + f / (f - g) * (high - low);
        *s = p->s + along * (q->s - p->s);
        *t = p->t + along * (q->t - p->t);
        const kiln_status status = kiln_i_section_solve(w, *s, *t, &sample);
        if (status != KILN_OK || !w->has_equilibrium) return status;
        kiln_equilibrium_valences(w->solver, valence);
        *is_certified = sample.is_certified;
        const double h = valence[c->component] - c->value;
        if (fabs(h) < NEAR) return KILN_OK;
        if ((h < 0.0) == (f < 0.0)) {
            low = along;
            f = h;
            g *= side == LOW ? 0.5 : 1.0;
            side = LOW;
        } else {
            high = along;
            g = h;
            f *= side == HIGH ? 0.5 : 1.0;
            side = HIGH;
        }
    }
    return KILN_OK;
}

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
    w->solver->confirmation = KILN_I_USUAL;
    kiln_status status = KILN_OK;
    for (int i = 0; i <= n && status == KILN_OK; ++i) {
        double s = 0.0, t = 0.0;
        int is_certified = 0;
        status = settle(c, i < n ? piece[i]->from : piece[n - 1]->to, &s, &t, &is_certified);
        out->point[out->n++] = (kiln_section_point){kiln_i_section_u(w, s), kiln_i_section_v(w, t), is_certified};
    }
    w->solver->confirmation = KILN_I_THOROUGH;
    return status;
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
