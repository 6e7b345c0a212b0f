/* Where driving forces change sign between two temperatures. */
#include "predict/window_solver.h"

#include "core/context.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 6 };
/* A last step that follows the slope leaves its square over the scale on which driving forces bend, some 100 K: far below 1e-9 K. */
static const double SETTLED_K = 1e-5;
/* One along a line gains less. Where demixing sets in beside the target itself it is stopped on the side where it demixes: on the other nothing says that it will. */
static const double SETTLED_BY_LINE_K = 1e-8;

static kiln_status add_crossing(kiln_window_solver *w, const kiln_i_crossing *found)
{
    if (w->n_crossings == KILN_MAX_CROSSINGS)
        return kiln_i_fail(w->ctx, KILN_E_NOT_CONVERGED, "more than %d crossings of driving forces", (int)KILN_MAX_CROSSINGS);
    w->crossings[w->n_crossings++] = *found;
    return KILN_OK;
}

/* A temperature with a driving force and its slope there. */
typedef struct point {
    double T_K, f, slope;
} point;

static point at_node(const kiln_i_node *node, int competitor)
{
    return (point){node->T_K, node->f[competitor], node->slope[competitor]};
}

static int is_between(double T_K, double a, double b) { return T_K > a && T_K < b; }

/* Demixing that sets in beside the target itself has none. */
static int has_slope(const point *p) { return p->slope != 0.0; }

/* The zero of a tangent between two temperatures, else the middle. */
static double tangent_zero(const point *of, const point *a, const point *b)
{
    const double zero_K = of->T_K - of->f / of->slope;
    return is_between(zero_K, a->T_K, b->T_K) ? zero_K : a->T_K + 0.5 * (b->T_K - a->T_K);
}

/* The zero of the cubic through both values, of different sign, and both slopes, of the line where one is missing. A force without a slope is a bound, far from zero: then that of the other's tangent. */
static double cubic_zero(const point *a, const point *b)
{
    const double h = b->T_K - a->T_K, rise = b->f - a->f;
    if (isnan(a->slope) || isnan(b->slope)) return tangent_zero(isnan(a->slope) ? b : a, a, b);
    const double from = has_slope(a) ? h * a->slope : rise, to = has_slope(b) ? h * b->slope : rise;
    const double c2 = 3.0 * rise - 2.0 * from - to, c3 = from + to - 2.0 * rise;
    double low = 0.0, high = 1.0;
    for (int k = 0; k < 60; ++k) {
        const double t = 0.5 * (low + high), value = a->f + t * (from + t * (c2 + t * c3));
        if ((value < 0.0) == (a->f < 0.0)) low = t;
        else high = t;
    }
    return a->T_K + 0.5 * (low + high) * h;
}

/* A competitor that is followed to its zero, as the proof will find what is missed: with few starts. Demixing and sets need more. */
static kiln_i_effort effort_for(const kiln_window_solver *w, int competitor)
{
    const int is_plain = competitor < w->system->n_phases && competitor != w->target.phase;
    return is_plain && w->options.ends_only && w->solver->options.certify && w->boxes_left > 0 ? KILN_I_QUICK : KILN_I_USUAL;
}

/* Force of a competitor at T_K; `thorough`: the target is sought in every well. */
static kiln_status force_at(kiln_window_solver *w, int competitor, double T_K, int thorough, double *f, double *slope)
{
    const kiln_status status = kiln_i_target_solve(&w->target, T_K, thorough);
    return status == KILN_OK ? kiln_i_window_force_here(w, competitor, effort_for(w, competitor), f, slope) : status;
}

/* Root of f between two temperatures, where it changes sign: cubics through the ends of a bracket where they gain, else bisection. */
static kiln_status follow_to_root(kiln_window_solver *w, int competitor, const point *from, const point *to, int thorough,
                                  kiln_i_crossing *found)
{
    point a = *from, b = *to, p = {.T_K = cubic_zero(from, to)};
    double before = INFINITY, slope = 0.0;
    const int from_below = from->f < 0.0;
    for (int k = 0; k < 200 && b.T_K - a.T_K > 1e-10 * b.T_K; ++k) {
        const kiln_status status = force_at(w, competitor, p.T_K, thorough, &p.f, &p.slope);
        if (status != KILN_OK) return status;
        slope = p.slope;
        if ((p.f < 0.0) == from_below) a = p;
        else b = p;
        const double next = cubic_zero(&a, &b), rise = has_slope(&p) ? p.slope : (b.f - a.f) / (b.T_K - a.T_K);
        const double settled_K = has_slope(&p) ? SETTLED_K : SETTLED_BY_LINE_K;
        const int is_near = fabs(p.f) < settled_K * fabs(rise) && fabs(next - p.T_K) < settled_K;
        const int gains = fabs(p.f) < 0.5 * before;
        before = fabs(p.f);
        if (is_near && (has_slope(&p) || p.f < 0.0)) {
            if (has_slope(&p)) p.T_K = next;
            break;
        }
        p.T_K = is_near ? next + (from_below ? -settled_K : settled_K) : gains ? next : 0.5 * (a.T_K + b.T_K);
    }
    *found = (kiln_i_crossing){.competitor = competitor, .from_below = from_below, .range = -1, .T_K = p.T_K, .slope = slope};
    return KILN_OK;
}

/* The target is followed from one temperature to the next; only at the root it is asked whether another well is lower by then, and if so, every well is tried on the way. */
static kiln_status find_root(kiln_window_solver *w, int competitor, const point *from, const point *to, kiln_i_crossing *found)
{
    double f, slope;
    kiln_status status = follow_to_root(w, competitor, from, to, 0, found);
    if (status != KILN_OK || !w->target.has_wells) return status;
    status = force_at(w, competitor, found->T_K, 1, &f, &slope);
    if (slope == 0.0) slope = (to->f - from->f) / (to->T_K - from->T_K);
    if (status != KILN_OK || fabs(f) <= SETTLED_K * fabs(slope)) return status;
    return follow_to_root(w, competitor, from, to, 1, found);
}

/* Crossings of one competitor between two temperatures. Equal signs may hide two: where the tangents at the ends meet on the other side of zero
 * the interval is split there. */
static kiln_status examine(kiln_window_solver *w, int c, const point *a, const point *b, int depth)
{
    kiln_i_crossing found;
    if (!isfinite(a->f) || !isfinite(b->f)) return KILN_OK;
    if ((a->f < 0.0) != (b->f < 0.0)) {
        const kiln_status status = find_root(w, c, a, b, &found);
        return status == KILN_OK ? add_crossing(w, &found) : status;
    }
    if (depth == MAX_DEPTH || a->slope == b->slope) return KILN_OK;
    const double meet = (b->f - a->f + a->slope * a->T_K - b->slope * b->T_K) / (a->slope - b->slope);
    if (!is_between(meet, a->T_K, b->T_K)) return KILN_OK;
    const double value = a->f + a->slope * (meet - a->T_K);
    if ((value < 0.0) == (a->f < 0.0)) return KILN_OK;
    point middle = {.T_K = meet};
    kiln_status status = kiln_i_window_force(w, c, meet, KILN_I_USUAL, &middle.f, &middle.slope);
    if (status == KILN_OK) status = examine(w, c, a, &middle, depth + 1);
    if (status == KILN_OK) status = examine(w, c, &middle, b, depth + 1);
    return status;
}

/* The competitor that undercuts at one node and whose zero lies, by the cubic, nearest to the other; of those not done yet. -1: none is left. */
static int nearest_zero(const kiln_window_solver *w, const kiln_i_node *undercut, const kiln_i_node *single, const char *is_done)
{
    double least = INFINITY;
    int best = -1;
    for (int c = 0; c <= w->system->n_phases; ++c) {
        if (is_done[c] || !(undercut->f[c] < 0.0) || !isfinite(single->f[c])) continue;
        const point u = at_node(undercut, c), s = at_node(single, c);
        const double distance = fabs(s.T_K - (u.T_K < s.T_K ? cubic_zero(&u, &s) : cubic_zero(&s, &u)));
        if (distance >= least) continue;
        least = distance;
        best = c;
    }
    return best;
}

/* The end of a window between two nodes, one of them single: the zero nearest to that one, of those that undercut at the other. Each that is not beyond zero at the
 * end found so far crosses farther away and does not matter. */
static kiln_status find_end(kiln_window_solver *w, const kiln_i_node *a, const kiln_i_node *b, int is_below)
{
    const kiln_i_node *undercut = is_below ? a : b, *single = is_below ? b : a;
    kiln_i_crossing end = {.competitor = -1};
    double solved_K = NAN; /* of the target, for all that are compared at one end */
    memset(w->is_done, 0, (size_t)w->system->n_phases + 1);
    for (int c; (c = nearest_zero(w, undercut, single, w->is_done)) >= 0;) {
        const point s = at_node(single, c);
        point u = at_node(undercut, c);
        kiln_status status = KILN_OK;
        w->is_done[c] = 1;
        if (end.competitor >= 0) {
            u.T_K = end.T_K;
            if (end.T_K != solved_K) status = kiln_i_target_solve(&w->target, solved_K = end.T_K, 1);
            if (status == KILN_OK) status = kiln_i_window_force_here(w, c, effort_for(w, c), &u.f, &u.slope);
            if (status == KILN_OK && u.f >= 0.0) continue;
        }
        if (status == KILN_OK) status = is_below ? find_root(w, c, &u, &s, &end) : find_root(w, c, &s, &u, &end);
        solved_K = NAN;
        if (status != KILN_OK) return status;
    }
    end.decides = 1;
    return end.competitor >= 0 ? add_crossing(w, &end) : KILN_OK;
}

static int by_temperature(const void *a, const void *b)
{
    const double x = ((const kiln_i_crossing *)a)->T_K, y = ((const kiln_i_crossing *)b)->T_K;
    return (x > y) - (x < y);
}

/* Between two temperatures at which different competitors count, because mu's null space changed, the window's edge is where the least force changes sign. */
static kiln_status find_regime_edge(kiln_window_solver *w, const kiln_i_node *a, const kiln_i_node *b)
{
    kiln_i_node *middle = &w->nodes[w->n_nodes]; /* one node is always spare */
    int limit_a = 0, limit_b = 0, limit = 0;
    const int below = kiln_i_least_force(w, a, &limit_a) < 0.0, above = kiln_i_least_force(w, b, &limit_b) < 0.0;
    double low = a->T_K, high = b->T_K;
    if (below == above) return KILN_OK;
    while (high - low > 1e-8 * high) {
        const kiln_status status = kiln_i_window_look(w, 0.5 * (low + high), KILN_I_USUAL, middle);
        if (status != KILN_OK) return status;
        const int negative = kiln_i_least_force(w, middle, &limit) < 0.0;
        if (negative == below) low = middle->T_K;
        else high = middle->T_K;
        if (negative && below) limit_a = limit;
        if (negative && above) limit_b = limit;
    }
    return add_crossing(w, &(kiln_i_crossing){.competitor = below ? limit_a : limit_b,
                                              .from_below = below,
                                              .decides = 1,
                                              .range = -1,
                                              .T_K = below ? low : high});
}

int kiln_i_stays_undercut(const kiln_window_solver *w, const kiln_i_node *a, const kiln_i_node *b)
{
    for (int c = 0; a->n_null == b->n_null && c <= w->system->n_phases; ++c) {
        if (!(a->f[c] < 0.0 && b->f[c] < 0.0)) continue;
        const double width = b->T_K - a->T_K, meet = (b->f[c] - a->f[c] - b->slope[c] * width) / (a->slope[c] - b->slope[c]);
        if (!(meet > 0.0 && meet < width) || a->f[c] + a->slope[c] * meet < 0.0) return 1;
    }
    return 0;
}

/* Where another phase undercuts, demixing may not have been asked for. */
static kiln_status ask_own(kiln_window_solver *w, kiln_i_node *node)
{
    const int own = w->target.phase;
    if (!node->own_is_unasked) return KILN_OK;
    node->own_is_unasked = 0;
    return kiln_i_window_force(w, own, node->T_K, KILN_I_USUAL, &node->f[own], &node->slope[own]);
}

static kiln_status cross_between(kiln_window_solver *w, kiln_i_node *a, kiln_i_node *b)
{
    int limit = 0;
    if (a->n_null != b->n_null) return find_regime_edge(w, a, b);
    if (w->options.ends_only) {
        const int below = kiln_i_least_force(w, a, &limit) < 0.0, above = kiln_i_least_force(w, b, &limit) < 0.0;
        if (kiln_i_stays_undercut(w, a, b)) return KILN_OK;
        if (below != above) return find_end(w, a, b, below);
    }
    kiln_status status = ask_own(w, a);
    if (status == KILN_OK) status = ask_own(w, b);
    for (int c = 0; c <= w->system->n_phases && status == KILN_OK; ++c) {
        const point low = at_node(a, c), high = at_node(b, c);
        status = examine(w, c, &low, &high, 0);
    }
    return status;
}

kiln_status kiln_i_window_cross(kiln_window_solver *w)
{
    w->n_crossings = 0;
    for (int i = 0; i + 1 < w->n_nodes; ++i) {
        const kiln_status status = cross_between(w, &w->nodes[i], &w->nodes[i + 1]);
        if (status != KILN_OK) return status;
    }
    qsort(w->crossings, (size_t)w->n_crossings, sizeof *w->crossings, by_temperature);
    return KILN_OK;
}
