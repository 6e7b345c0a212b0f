#include "diagram/section.h"

#include "core/context.h"

#include <math.h>

enum { CANDIDATES = 80, MOST_TIES = 12 };
static const double APART = 0.03; /* of two tie lines, the larger of the distances of their ends */

typedef struct tying {
    kiln_i_section *w;
    double inverse[3][3]; /* from fractions of the three components to shares of the members */
    int room;
} tying;

/* 0 where the members do not span three components. */
static int invert(kiln_i_section *w, double inverse[3][3])
{
    double(*m)[KILN_MAX_COMPONENTS] = w->member;
    double determinant = 0.0;
    if (w->system->n_closed != 3) return 0;
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) {
            const int a = (j + 1) % 3, b = (j + 2) % 3, c = (i + 1) % 3, d = (i + 2) % 3;
            inverse[i][j] = m[c][a] * m[d][b] - m[c][b] * m[d][a]; /* cofactor of component j in member i */
        }
    for (int j = 0; j < 3; ++j) determinant += m[0][j] * inverse[0][j];
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) inverse[i][j] /= determinant;
    return fabs(determinant) > 1e-9;
}

/* The last equilibrium as a tie: the phases' compositions in the plane. */
static void read_tie(const tying *t, kiln_section_tie *out)
{
    const kiln_equilibrium *e = &t->w->equilibrium;
    *out = (kiln_section_tie){.n = e->n_phases, .is_certified = e->certificate.is_certified};
    for (int k = 0; k < e->n_phases; ++k) {
        double share[3] = {0.0, 0.0, 0.0};
        for (int i = 0; i < 3; ++i)
            for (int j = 0; j < 3; ++j) share[i] += t->inverse[i][j] * e->phase[k].composition[j];
        const double sum = share[0] + share[1] + share[2];
        out->phase[k] = e->phase[k].phase;
        out->u[k] = share[0] / sum;
        out->v[k] = share[1] / sum;
    }
}

static kiln_status solve_at(const tying *t, int vertex, kiln_section_tie *out, int *is_found)
{
    kiln_i_sample sample;
    kiln_i_section *w = t->w;
    const kiln_status status = kiln_i_section_solve(w, w->mesh.vertex[vertex].s, w->mesh.vertex[vertex].t, &sample);
    *is_found = status == KILN_OK && w->has_equilibrium && sample.set == w->sample[vertex].set;
    if (*is_found) read_tie(t, out);
    return status;
}

static kiln_status add_tie(tying *t, const kiln_section_tie *tie)
{
    kiln_section *section = t->w->section;
    if (section->n_ties == t->room) {
        const int room = 2 * t->room + 32;
        if (!kiln_i_grow(t->w->ctx, &section->tie, (size_t)t->room, (size_t)room, sizeof *section->tie))
            return kiln_i_fail(t->w->ctx, KILN_E_NOMEM, "tie lines of a section");
        t->room = room;
    }
    section->tie[section->n_ties++] = *tie;
    return KILN_OK;
}

static double cross(double ax, double ay, double bx, double by) { return ax * by - ay * bx; }

static int is_inside(const kiln_section_tie *triangle, double u, double v)
{
    int left = 0, right = 0;
    for (int k = 0; k < 3; ++k) {
        const int n = (k + 1) % 3;
        const double side =
            cross(triangle->u[n] - triangle->u[k], triangle->v[n] - triangle->v[k], u - triangle->u[k], v - triangle->v[k]);
        left += side > 0.0;
        right += side < 0.0;
    }
    return !left || !right;
}

/* One triangle for each part of a field of three phases: every corner of the mesh lies in one. */
static kiln_status tie_three(tying *t, int set)
{
    kiln_i_section *w = t->w;
    const int first = w->section->n_ties;
    for (int i = 0; i < w->n_samples; ++i) {
        int is_known = w->sample[i].set != set, is_found;
        kiln_section_tie tie;
        for (int k = first; k < w->section->n_ties && !is_known; ++k)
            is_known = is_inside(&w->section->tie[k], w->mesh.vertex[i].s, w->mesh.vertex[i].t);
        if (is_known) continue;
        kiln_status status = solve_at(t, i, &tie, &is_found);
        if (status == KILN_OK && is_found) status = add_tie(t, &tie);
        if (status != KILN_OK) return status;
    }
    return KILN_OK;
}

static double distance(const kiln_section_tie *a, const kiln_section_tie *b)
{
    double most = 0.0;
    for (int k = 0; k < 2; ++k) most = fmax(most, hypot(a->u[k] - b->u[k], a->v[k] - b->v[k]));
    return most;
}

/* The ends in the order of their phases; of a gap by position. */
static void order_ends(kiln_section_tie *t)
{
    const int is_ordered =
        t->phase[0] != t->phase[1] ? t->phase[0] < t->phase[1] : t->u[0] + 2.0 * t->v[0] <= t->u[1] + 2.0 * t->v[1];
    if (is_ordered) return;
    const kiln_section_tie before = *t;
    for (int k = 0; k < 2; ++k) {
        t->phase[k] = before.phase[1 - k];
        t->u[k] = before.u[1 - k];
        t->v[k] = before.v[1 - k];
    }
}

/* Of the candidates ever the one furthest from those taken, as long as it is far enough. */
static kiln_status take_spread(tying *t, int n, const kiln_section_tie *candidate)
{
    double away[CANDIDATES];
    kiln_status status = KILN_OK;
    for (int i = 0; i < n; ++i) away[i] = INFINITY;
    for (int taken = 0; taken < MOST_TIES && status == KILN_OK; ++taken) {
        int best = 0;
        for (int i = 1; i < n; ++i)
            if (away[i] > away[best]) best = i;
        if (n == 0 || away[best] < APART) return KILN_OK;
        status = add_tie(t, &candidate[best]);
        for (int i = 0; i < n; ++i) away[i] = fmin(away[i], distance(&candidate[best], &candidate[i]));
    }
    return status;
}

static kiln_status tie_two(tying *t, int set)
{
    kiln_i_section *w = t->w;
    kiln_section_tie candidate[CANDIDATES];
    int count = 0, n = 0, seen = 0;
    for (int i = 0; i < w->n_samples; ++i) count += w->sample[i].set == set;
    for (int i = 0; i < w->n_samples && n < CANDIDATES; ++i) {
        int is_found;
        if (w->sample[i].set != set || seen++ % (count / CANDIDATES + 1) != 0) continue;
        const kiln_status status = solve_at(t, i, &candidate[n], &is_found);
        if (status != KILN_OK) return status;
        if (!is_found) continue;
        order_ends(&candidate[n++]);
    }
    return take_spread(t, n, candidate);
}

kiln_status kiln_i_section_tie(kiln_i_section *w)
{
    tying t = {.w = w};
    kiln_status status = KILN_OK;
    if (w->section->kind != KILN_SECTION_TERNARY || !invert(w, t.inverse)) return KILN_OK;
    const int n_sets = w->n_sets;
    for (int set = 0; set < n_sets && status == KILN_OK; ++set) {
        if (w->set[set].n == 3) status = tie_three(&t, set);
        else if (w->set[set].n == 2) status = tie_two(&t, set);
    }
    return status;
}
