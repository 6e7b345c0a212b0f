#include "diagram/section.h"

#include "core/context.h"

#include <math.h>
#include <string.h>

enum { MAX_STEPS = 100, MAX_DEPTH = 40, FIRST_ROOM = 1024 };
static const double LINE = 2.5;
/* Half the width below which a field is a line, in tolerances of u; longer stretches of an edge than SHORT are not looked at. */
static const double THIN = 5.0, SHORT = 0.01;

int kiln_i_section_new_node(kiln_i_section *w) { return 2 * w->n_nodes++ + 1; }

/* ---- The table of edges ---- */

static int place_of(const kiln_i_section *w, int a, int b)
{
    unsigned hash = (unsigned)a * 2654435761u ^ (unsigned)b * 2246822519u;
    hash ^= hash >> 15;
    int place = (int)(hash & (unsigned)(w->edge_room - 1));
    while (w->edge[place].end[0] >= 0 && (w->edge[place].end[0] != a || w->edge[place].end[1] != b))
        place = (place + 1) & (w->edge_room - 1);
    return place;
}

static kiln_status make_room(kiln_i_section *w)
{
    if (2 * (w->n_edges + 1) <= w->edge_room) return KILN_OK;
    const int old_room = w->edge_room, room = old_room ? 2 * old_room : FIRST_ROOM;
    kiln_i_section_edge *old = w->edge, *grown = kiln_i_calloc(w->ctx, (size_t)room, sizeof *grown);
    if (!grown) return kiln_i_fail(w->ctx, KILN_E_NOMEM, "edges of a section");
    for (int i = 0; i < room; ++i) grown[i].end[0] = -1;
    w->edge = grown;
    w->edge_room = room;
    for (int i = 0; i < old_room; ++i)
        if (old[i].end[0] >= 0) grown[place_of(w, old[i].end[0], old[i].end[1])] = old[i];
    kiln_i_free(w->ctx, old);
    return KILN_OK;
}

/* ---- One edge ---- */

/* A point of an edge. `force`: of the phase followed, where that is absent; NAN where it was not asked for. */
typedef struct probe {
    double along, force;
    kiln_i_sample sample;
} probe;

typedef struct search {
    kiln_i_section *w;
    kiln_i_mesh_vertex from, to;
    double tolerance; /* along the edge */
    kiln_i_section_edge *out;
} search;

static int count(const kiln_i_phase_set *set, int phase)
{
    int n = 0;
    for (int k = 0; k < set->n; ++k) n += set->phase[k] == phase;
    return n;
}

/* A phase that one set has more often than the other; the one of the larger set if both have one; -1 for equal sets. */
static int choose_phase(const kiln_i_phase_set *a, const kiln_i_phase_set *b)
{
    const kiln_i_phase_set *large = a->n >= b->n ? a : b, *small = large == a ? b : a;
    for (int k = 0; k < large->n; ++k)
        if (count(large, large->phase[k]) > count(small, large->phase[k])) return large->phase[k];
    for (int k = 0; k < small->n; ++k)
        if (count(small, small->phase[k]) > count(large, small->phase[k])) return small->phase[k];
    return -1;
}

/* What goes through zero where a phase leaves: its amount where it is present, of a miscibility gap the smaller one, and less its driving force where it is absent. The two have different
 * units, and are never compared. NAN where it is not known. */
static double value_of(const kiln_i_section *w, const probe *p, int phase, int times)
{
    const kiln_i_phase_set *set = &w->set[p->sample.set];
    double share = INFINITY;
    for (int k = 0; k < set->n; ++k)
        if (set->phase[k] == phase) share = fmin(share, p->sample.share[k]);
    if (count(set, phase) >= times) return share;
    return times == 1 ? -p->force : NAN;
}

static kiln_status look(const search *e, double along, int phase, probe *p)
{
    const double s = e->from.s + along * (e->to.s - e->from.s), t = e->from.t + along * (e->to.t - e->from.t);
    p->along = along;
    p->force = NAN;
    const kiln_status status = kiln_i_section_solve(e->w, s, t, &p->sample);
    if (status == KILN_OK && phase >= 0 && !kiln_i_section_is_in(&e->w->set[p->sample.set], phase))
        p->force = kiln_i_section_force(e->w, phase);
    return status;
}

/* Where the secant through two points of one side meets zero; NAN without. */
static double secant(const kiln_i_section *w, const probe *far, const probe *near, int phase, int times)
{
    const double f = value_of(w, far, phase, times), n = value_of(w, near, phase, times);
    if (far->along == near->along || !isfinite(f) || !isfinite(n) || f == n) return NAN;
    return near->along - n * (near->along - far->along) / (n - f);
}

/* The next point to look at between two with different sets: where secants of both sides or one say, half way where none does or where they have not gained enough. */
static double next_point(const search *e, const probe *a_before, const probe *a, const probe *b, const probe *b_before, int slow)
{
    const kiln_i_section *w = e->w;
    const kiln_i_phase_set *from = &w->set[a->sample.set], *to = &w->set[b->sample.set];
    const int phase = choose_phase(from, to), times = (int)fmax(count(from, phase), count(to, phase));
    const double middle = 0.5 * (a->along + b->along), step = 0.4 * e->tolerance;
    if (slow || phase < 0) return middle;
    double at = secant(w, a_before, a, phase, times);
    const double other = secant(w, b_before, b, phase, times);
    const int has_one = at > a->along && at<b->along, has_other = other> a->along && other < b->along;
    if (has_one && has_other) at = 0.5 * (at + other);
    else if (has_other) at = other;
    else if (!has_one) return middle;
    /* close to one end: over the root, so that the bracket closes from both sides */
    return fmin(fmax(at, a->along + step), b->along - step);
}

/* The set before is not wider than what an edge is searched to: a line on which phases change places, hit by a secant, and no field. */
static int is_line(const search *e, const kiln_i_crossing_point *before, double along)
{
    return along - before->along <= LINE * e->tolerance;
}

static void add_crossing(const search *e, const probe *a, const probe *b)
{
    kiln_i_section_edge *out = e->out;
    const double along = 0.5 * (a->along + b->along);
    const int is_certified = a->sample.is_certified && b->sample.is_certified;
    if (out->n > 0 && is_line(e, &out->crossing[out->n - 1], along)) {
        kiln_i_crossing_point *before = &out->crossing[out->n - 1];
        before->along = 0.5 * (before->along + along);
        before->to = b->sample.set;
        before->is_certified &= is_certified;
        if (before->from == before->to) --out->n;
        return;
    }
    if (out->n == KILN_I_EDGE_CROSSINGS) return; /* more changes than a map can show: the triangle is one to be halved */
    out->crossing[out->n++] = (kiln_i_crossing_point){.along = along,
                                                      .from = a->sample.set,
                                                      .to = b->sample.set,
                                                      .is_certified = is_certified,
                                                      .node = -1};
}

static kiln_status narrow(const search *e, probe a, probe b, int depth)
{
    probe a_before = a, b_before = b, p;
    double width = b.along - a.along;
    for (int step = 0; step < MAX_STEPS && b.along - a.along > e->tolerance; ++step) {
        const int phase = choose_phase(&e->w->set[a.sample.set], &e->w->set[b.sample.set]),
                  slow = step % 3 == 2 && b.along - a.along > 0.5 * width;
        if (step % 3 == 2) width = b.along - a.along;
        const kiln_status status = look(e, next_point(e, &a_before, &a, &b, &b_before, slow), phase, &p);
        if (status != KILN_OK) return status;
        if (p.sample.set == a.sample.set) {
            a_before = a;
            a = p;
        } else if (p.sample.set == b.sample.set) {
            b_before = b;
            b = p;
        } else if (depth < MAX_DEPTH) {
            const kiln_status first = narrow(e, a, p, depth + 1);
            return first == KILN_OK ? narrow(e, p, b, depth + 1) : first;
        } else break;
    }
    add_crossing(e, &a, &b);
    return KILN_OK;
}

/* Along temperature to K, otherwise to the part of u. */
static double tolerance_of(const kiln_i_section *w, const kiln_i_mesh_vertex *a, const kiln_i_mesh_vertex *b)
{
    const double ds = fabs(b->s - a->s), dt = fabs(b->t - a->t);
    if (w->section->kind == KILN_SECTION_TERNARY) return w->options.tolerance_u / fmax(ds, dt);
    return dt > 0.0 ? w->options.tolerance_K / (dt * (w->section->v_high - w->section->v_low)) : w->options.tolerance_u / ds;
}

/* Half of an edge that was searched has its crossings; 0 where that edge was not, or missed the set at its middle. */
static int inherit(kiln_i_section *w, kiln_i_section_edge *edge)
{
    for (int upper = 0; upper < 2; ++upper) {
        const int middle = edge->end[upper], *between = w->mesh.vertex[middle].between, other = edge->end[!upper];
        if (between[0] < 0 || (between[0] != other && between[1] != other)) continue;
        const kiln_i_section_edge *whole = &w->edge[place_of(w, between[0], between[1])];
        if (whole->end[0] < 0) continue;
        const int is_first = between[0] == other; /* the half that begins where the whole does */
        int set = w->sample[between[0]].set, n = 0;
        for (int k = 0; k < whole->n && whole->crossing[k].along < 0.5; ++k) set = whole->crossing[k].to;
        if (set != w->sample[middle].set) continue;
        for (int i = 0; i < whole->n; ++i) {
            const int is_reversed = is_first == upper ? 0 : 1;
            kiln_i_crossing_point c = whole->crossing[is_reversed ? whole->n - 1 - i : i];
            if ((c.along < 0.5) != is_first) continue;
            c.along = is_first ? 2.0 * c.along : 2.0 * c.along - 1.0;
            if (is_reversed) {
                const int from = c.from;
                c.along = 1.0 - c.along;
                c.from = c.to;
                c.to = from;
            }
            edge->crossing[n++] = c;
        }
        edge->n = n;
        return 1;
    }
    return 0;
}

/* ---- Fields without width ---- */

/* Whether the set reaches to neither side of a point. */
static kiln_status is_left(kiln_i_section *w, int set, double s, double t, double ds, double dt, int *yes)
{
    kiln_i_sample sample;
    *yes = 0;
    for (int side = -1; side <= 1; side += 2) {
        const kiln_status status = kiln_i_section_solve(w, s + side * ds, t + side * dt, &sample);
        if (status != KILN_OK || sample.set == set) return status;
    }
    *yes = 1;
    return KILN_OK;
}

/* Of a thin field every edge sees another part: how long it is there depends on the angle between them, and some miss it. All shall agree that it is a line, so that its width is looked at across, along
 * that axis that is the more upright on it. */
static kiln_status is_thin(const search *e, int k, int *yes)
{
    kiln_i_section *w = e->w;
    const kiln_i_crossing_point *c = &e->out->crossing[k];
    const double along = 0.5 * (c[0].along + c[1].along), length = c[1].along - c[0].along;
    const double s = e->from.s + along * (e->to.s - e->from.s), t = e->from.t + along * (e->to.t - e->from.t);
    const double ds = THIN * w->options.tolerance_u, range = w->section->v_high - w->section->v_low;
    const double dt = w->section->kind == KILN_SECTION_TERNARY ? ds : fmax(ds, LINE * w->options.tolerance_K / range);
    *yes = 0;
    if (length * hypot(e->to.s - e->from.s, e->to.t - e->from.t) > SHORT) return KILN_OK;
    const kiln_status status = is_left(w, c[0].to, s, t, 0.0, dt, yes);
    return status == KILN_OK && !*yes ? is_left(w, c[0].to, s, t, ds, 0.0, yes) : status;
}

/* Crossings k and k + 1 become one, or none where both sides have the same set. */
static void unite(kiln_i_section_edge *edge, int k)
{
    kiln_i_crossing_point *c = &edge->crossing[k];
    const int n = c[0].from == c[1].to ? 2 : 1;
    c[0].along = 0.5 * (c[0].along + c[1].along);
    c[0].to = c[1].to;
    c[0].is_certified &= c[1].is_certified;
    memmove(n == 2 ? c : c + 1, c + 2, (size_t)(edge->n - k - 2) * sizeof *c);
    edge->n -= n;
}

static kiln_status drop_thin(const search *e)
{
    kiln_status status = KILN_OK;
    for (int k = 0; k + 1 < e->out->n && status == KILN_OK;) {
        int yes;
        status = is_thin(e, k, &yes);
        if (yes) unite(e->out, k);
        else ++k;
    }
    return status;
}

static kiln_status search_edge(kiln_i_section *w, kiln_i_section_edge *edge)
{
    const kiln_i_mesh_vertex *from = &w->mesh.vertex[edge->end[0]], *to = &w->mesh.vertex[edge->end[1]];
    const search e = {w, *from, *to, tolerance_of(w, from, to), edge};
    const probe a = {0.0, NAN, w->sample[edge->end[0]]}, b = {1.0, NAN, w->sample[edge->end[1]]};
    if (inherit(w, edge) || a.sample.set == b.sample.set) return KILN_OK;
    w->solver->confirmation = KILN_I_USUAL; /* the ends are known well, and so are their neighbours */
    kiln_status status = narrow(&e, a, b, 0);
    if (status == KILN_OK) status = drop_thin(&e);
    w->solver->confirmation = KILN_I_THOROUGH;
    for (int k = 0; k < edge->n; ++k) edge->crossing[k].node = kiln_i_section_new_node(w);
    return status;
}

const kiln_i_section_edge *kiln_i_section_edge_of(kiln_i_section *w, int a, int b, kiln_status *status)
{
    const int low = a < b ? a : b, high = a < b ? b : a;
    if ((*status = make_room(w)) != KILN_OK) return NULL;
    kiln_i_section_edge *edge = &w->edge[place_of(w, low, high)];
    if (edge->end[0] >= 0) return edge;
    *edge = (kiln_i_section_edge){.end = {low, high}};
    ++w->n_edges;
    *status = search_edge(w, edge);
    return *status == KILN_OK ? edge : NULL;
}
